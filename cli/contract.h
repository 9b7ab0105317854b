// The old version that `pac check --contract` and `pac ci --base` hold new packages against. One
// thread.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "cli/versions.h"
#include "compiler/driver/contract.h"

namespace pac::cli {

class OldContract {
 public:
  // With a message and the exit code where the version can't be read. `path`: what a revision of
  // git alone is asked for.
  bool open(const po::variables_map& values, const std::string& old, const std::string& path,
            int* exit);

  // Adds the breaches of a package to its messages. `is_only`: it is the only new one, and is held
  // against the only old one whatever their names are.
  void hold(driver::Compilation* compilation, bool is_only);
  // Null where the old version has no such package.
  const Policy* find(const std::string& package, bool is_only);
  // Messages about old packages that no new one was held against.
  std::unique_ptr<driver::Compilation> rest() const;

  const driver::ContractSummary& summary() const { return summary_; }

 private:
  VersionPackages old_;
  std::set<const Policy*> seen_;
  driver::ContractSummary summary_;
};

}  // namespace pac::cli
