// docs/limits.md: each row names tests that exist and a code that is printed.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/unit/limits/pages.h"

namespace pac::test {
namespace {

const std::string kRoot = PAC_SOURCE_DIR;
enum Column { kOf, kLimit, kValue, kWhy, kBeyond, kTest, kColumns };

// What is wrong with the rows of a page; empty: nothing.
std::string complaints(std::string_view page, const std::set<std::string>& tests,
                       const std::set<std::string>& codes) {
  std::string out;
  for (const auto& row : table_rows(page)) {
    if (row.size() != kColumns) {
      out += "a row of " + std::to_string(row.size()) + " cells; ";
      continue;
    }
    const std::string place = "`" + row[kOf] + ", " + row[kLimit] + "`";
    for (const std::string& cell : row) {
      if (cell.empty()) out += place + " has an empty cell; ";
    }
    for (const std::string& code : codes_in(row[kBeyond])) {
      if (!codes.contains(code)) out += place + ": nothing prints " + code + "; ";
    }
    if (codes_in(row[kBeyond]).empty() && !row[kBeyond].starts_with("not shown") &&
        !row[kBeyond].starts_with("slower: ")) {
      out += place + " names no code; ";
    }
    const std::vector<std::string> named = in_backticks(row[kTest]);
    if (named.empty()) out += place + " names no test; ";
    for (const std::string& name : named) {
      if (!tests.contains(name)) out += place + ": there is no test " + name + "; ";
    }
  }
  return out;
}

std::set<std::string> all_tests() {
  std::set<std::string> out;
  for (const std::string& path : files_below(kRoot + "/tests", {".cpp"})) {
    out.merge(tests_in(text_of(path)));
  }
  return out;
}

std::set<std::string> all_codes() {
  std::set<std::string> out;
  for (const char* folder : {"/runtime", "/compiler", "/ledger", "/net", "/cli"}) {
    for (const std::string& path : files_below(kRoot + folder, {".cpp", ".h", ".def"})) {
      out.merge(codes_in_source(text_of(path)));
    }
  }
  return out;
}

TEST(LimitsPage, EachRowNamesATestAndACodeThatExist) {
  const std::string page = text_of(kRoot + "/docs/limits.md");
  EXPECT_GT(table_rows(page).size(), 50u);
  EXPECT_EQ(complaints(page, all_tests(), all_codes()), "");
}

TEST(LimitsPage, ItIsOneTable) {
  const std::string page = text_of(kRoot + "/docs/limits.md");
  const size_t first = page.find("\n|---");
  ASSERT_NE(first, page.npos);
  EXPECT_EQ(page.find("\n|---", first + 1), page.npos);
}

TEST(LimitsPage, WhatIsWrongIsFound) {
  const std::string head =
      "| of | limit | value | why | beyond it | test |\n|---|---|---|---|---|---|\n";
  const auto said = [&](const std::string& row) {
    return complaints(head + row + "\n", {"A.B", "C.D"}, {"PAC1000"});
  };
  EXPECT_EQ(said("| a | b | 1 | c | PAC1000 | `A.B`, `C.D` |"), "");
  EXPECT_EQ(said("| a | b | 1 | c | not shown | `A.B` |"), "");
  EXPECT_EQ(said("| a | b | 1 | c | PAC1000 | none yet |"), "`a, b` names no test; ");
  EXPECT_EQ(said("| a | b | 1 | c | PAC1000 | `A.X` |"), "`a, b`: there is no test A.X; ");
  EXPECT_EQ(said("| a | b | 1 | c | PAC1001 | `A.B` |"), "`a, b`: nothing prints PAC1001; ");
  EXPECT_EQ(said("| a | b | 1 | c | soon | `A.B` |"), "`a, b` names no code; ");
  EXPECT_EQ(said("| a | b |  | c | PAC1000 | `A.B` |"), "`a, b` has an empty cell; ");
  EXPECT_EQ(said("| a | b |"), "a row of 2 cells; ");
}

TEST(LimitsPage, TestsAreFoundInSources) {
  EXPECT_EQ(
      tests_in("TEST(A, B) {}\n  TEST_F(C,\n    D)\n// see TEST(E, F)\nRC_GTEST_PROP(G, H, ())"),
      (std::set<std::string>{"A.B", "C.D", "G.H"}));
}

}  // namespace
}  // namespace pac::test
