// Reading the documents that list limits and codes, and the sources that they speak of, for the
// tests of this folder. Pure functions of the file system; any thread.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pac::test {

// The whole file; empty where it can't be read.
std::string text_of(const std::string& path);

// The rows of the Markdown tables of a text, cells without the spaces around them; heads and the
// lines of dashes below them are left out.
std::vector<std::vector<std::string>> table_rows(std::string_view text);

// What stands between backticks in a cell.
std::vector<std::string> in_backticks(std::string_view cell);

// "Suite.Name" of each TEST, TEST_F, TEST_P and RC_GTEST_PROP in a C++ text.
std::set<std::string> tests_in(std::string_view text);

// PAC codes in a text, as "PAC1234"; of C++ without comments, as a comment prints nothing. Also
// those of X-macros that give the number alone, PAC_REFUSAL(5101, ...).
std::set<std::string> codes_in(std::string_view text);
std::set<std::string> codes_in_source(std::string_view text);

// All files below a folder of the repository with one of these extensions.
std::vector<std::string> files_below(const std::string& folder,
                                     const std::set<std::string>& extensions);

}  // namespace pac::test
