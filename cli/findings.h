// What was found in several packages, as one report: a machine's format is one document. One
// thread.
#pragma once

#include <vector>

#include "cli/support.h"

namespace pac::cli {

class Findings {
 public:
  void add(const driver::Compilation& c) { add(c.sources, c.emitter.all()); }
  void add(const SourceSet& sources, std::span<const diag::Diagnostic> all);
  void print(diag::Format format) const { print_diagnostics(sources_, all_, format); }
  const SourceSet& sources() const { return sources_; }
  const std::vector<diag::Diagnostic>& all() const { return all_; }

 private:
  SourceSet sources_;
  std::vector<diag::Diagnostic> all_;
};

}  // namespace pac::cli
