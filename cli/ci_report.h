// What `pac ci` found, in each of its formats. One thread.
#pragma once

#include <string>
#include <vector>

#include "cli/findings.h"
#include "compiler/driver/gates.h"

namespace pac::cli {

class CiReport {
 public:
  void add(const std::vector<std::string>& files, driver::PackageGates gates);
  // Messages that belong to no package.
  void add_rest(const driver::Compilation& rest);

  bool is_clean() const;
  // Messages for people to standard error, the summary to standard output; machine formats to
  // standard output.
  void print(diag::Format format) const;
  std::string junit() const;
  std::string sarif() const;

 private:
  struct Package {
    std::string name, folder;
    std::vector<std::string> files;
    driver::PackageGates gates;
  };
  std::string summary() const;
  std::string json() const;

  std::vector<Package> packages_;
  Findings findings_;
  bool has_breaches_ = false;  // among the rest
};

}  // namespace pac::cli
