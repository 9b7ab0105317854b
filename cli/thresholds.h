// The least that a package's tests must show, in percent: `[test]` of the pac.toml beside the
// policy or above it, and --fail-under over that. Plain data.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace pac::cli {

struct Thresholds {
  std::optional<double> branch, mcdc, mutation;
};

// Reads `[test]` of a configuration; other sections are left alone. PAC0112: not of that form.
[[nodiscard]] Result<void> read_thresholds(std::string_view text, Thresholds* out);
// "90", for all that is measured, or "branch=100,mutation=90".
[[nodiscard]] Result<void> read_fail_under(std::string_view text, Thresholds* out);
// Of the nearest pac.toml from the folder of `path` upwards; nothing where there is none.
[[nodiscard]] Result<Thresholds> find_thresholds(const std::string& path);

}  // namespace pac::cli
