// The pages of docs/diagnostics, read so that tests can hold them against kinds.def and run their
// examples through the compiler.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace pac::golden {

struct Page {
  std::string code;                   // "PAC1201"
  std::string name;                   // "unknown_name"
  std::vector<std::string> examples;  // policies that show the diagnostic
  std::vector<std::string> cures;     // the same without it
};

// Reads `# CODE name`, then the ```pac fences below `## Example` and below `## Cure`.
Page parse_page(std::string_view text);

// The page in a file. PAC0101 where it cannot be read.
Result<Page> read_page(const std::string& path);

// What is wrong with the form of a page that should be about this kind; "" for nothing.
std::string check_page(const Page& page, std::string_view code, std::string_view name);

}  // namespace pac::golden
