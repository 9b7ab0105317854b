// Fixes: what pac can put right in the sources of a package by itself. The fix-its of messages are
// applied as they stand; for what the analysis finds, edits are proposed and each is proved: the
// package is compiled and analysed again, the finding must be gone, no other may come, its tests
// must pass as before, and the old and the new version must answer alike (outside of what the
// finding is about). What is not proved is offered, not applied. Changes no file. One thread.
#pragma once

#include <string>
#include <vector>

#include "compiler/driver/compile.h"

namespace pac::driver {

struct Fix {
  std::string code;   // of the message: "PAC2201"
  std::string place;  // "rules/loan.pac:12"
  std::string text;   // "delete rule `minor`"
  bool is_applied = false;
  std::string reason;  // why not
};

struct FixedFile {
  std::string path, before, after;
};

struct FixedPackage {
  std::vector<Fix> fixes;        // applied ones in the order of their making, then those offered
  std::vector<FixedFile> files;  // those that change
  size_t errors_left = 0;
};

// Proposals that are tried and turned down before the rest is left alone: each costs an analysis.
inline constexpr size_t kMostTrials = 200;

// Fails where a file can't be read or a rule set can't be loaded.
[[nodiscard]] Result<FixedPackage> fix(const std::vector<std::string>& files);
[[nodiscard]] Result<FixedPackage> fix_texts(
    std::vector<std::pair<std::string, std::string>> texts);

}  // namespace pac::driver
