// Options that were not given on the command line: from PAC_… environment variables, then from
// `pac.toml` in the current folder or the nearest one above. docs/cli.md has the table.
#pragma once

#include <span>
#include <string>

#include "cli/command.h"
#include "runtime/base/result.h"

namespace pac::cli {

struct Setting {
  const char* option;    // "require-signature"
  const char* variable;  // "PAC_REQUIRE_SIGNATURE"
  // In pac.toml the option's name with `_`; null: may not stand there. Whom to trust may not: a
  // folder that came from elsewhere must not bring its own keys, since trusted native code runs.
  const char* key;
  // Folders with `:` between them; in pac.toml from the folder of the file.
  bool is_path = false;
};

std::span<const Setting> settings();

// Adds to `values` what the command has an option for and the command line did not give. PAC0112
// where a value or the file can't be used.
[[nodiscard]] Result<void> add_configured(const po::options_description& options,
                                          po::variables_map* values);

}  // namespace pac::cli
