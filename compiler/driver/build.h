// From a checked package to a bundle: runs its tests and the witnesses of its rules in both
// engines, and makes the bytes of the .pacb only where all tests pass and the engines agree. Any
// thread.
#pragma once

#include <string>
#include <vector>

#include "compiler/driver/analyze.h"
#include "compiler/driver/compile.h"
#include "runtime/crypto/ed25519.h"

namespace pac::driver {

struct BuildOptions {
  bool with_native = true;  // put this machine's native object into the bundle
  std::string pac_version;
  std::vector<const crypto::SigningKey*> signers;
  // Of this compilation, with certificates and witnesses; null: the bundle says "not analysed".
  const AnalysisSummary* analysis = nullptr;
};

struct Built {
  std::vector<std::string> problems;  // why there is no bundle; then the rest is empty
  std::string bytes;
  std::string digest;
  size_t test_count = 0;
  size_t witness_count = 0;
  size_t analysis_count = 0;         // witnesses of the analysis, decided alike by both engines
  std::vector<std::string> without;  // rules that the search did not reach: "decision.rule"
};

// The compilation has no errors. Fails through zones, codegen and limits of bundles.
[[nodiscard]] Result<Built> build(const Compilation& compilation, const BuildOptions& options);

// Writes beside the path and renames, so that nobody ever sees half a file; into a device or a pipe
// as it is. PAC0107.
[[nodiscard]] Result<void> write_file(const std::string& path, const std::string& bytes,
                                      unsigned mode = 0644);

}  // namespace pac::driver
