// docs/errors.md and docs/diagnostics have each code that our programs print, and no other.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/limits/pages.h"

namespace pac::test {
namespace {

const std::string kRoot = PAC_SOURCE_DIR;

std::set<std::string> difference(const std::set<std::string>& a, const std::set<std::string>& b) {
  std::set<std::string> out;
  std::ranges::set_difference(a, b, std::inserter(out, out.end()));
  return out;
}

std::set<std::string> printed() {
  std::set<std::string> out;
  for (const char* folder : {"/runtime", "/compiler", "/ledger", "/net", "/cli", "/stdlib"}) {
    for (const std::string& path : files_below(kRoot + folder, {".cpp", ".h", ".hpp", ".def"})) {
      out.merge(codes_in_source(text_of(path)));
    }
  }
  return out;
}

// Those in the first cell of a row: other cells only refer to them.
std::set<std::string> explained() {
  std::set<std::string> out;
  for (const auto& row : table_rows(text_of(kRoot + "/docs/errors.md"))) {
    EXPECT_EQ(row.size(), 3u) << row[0];
    for (const std::string& cell : row) EXPECT_FALSE(cell.empty()) << row[0];
    for (const std::string& code : codes_in(row[0])) {
      EXPECT_TRUE(out.insert(code).second) << code << " stands in two rows";
    }
  }
  return out;
}

// Codes about a policy have a page each; tests/golden holds the pages against kinds.def.
std::set<std::string> with_a_page() {
  std::set<std::string> out;
  for (const std::string& path : files_below(kRoot + "/docs/diagnostics", {".md"})) {
    out.merge(codes_in(path.substr(path.rfind('/'))));
  }
  return out;
}

TEST(ErrorsPage, EachCodeIsExplained) {
  std::set<std::string> known = explained();
  known.merge(with_a_page());
  EXPECT_GT(printed().size(), 150u);
  EXPECT_EQ(difference(printed(), known), std::set<std::string>());
}

TEST(ErrorsPage, NothingElseIsExplained) {
  EXPECT_EQ(difference(explained(), printed()), std::set<std::string>());
  EXPECT_EQ(difference(with_a_page(), printed()), std::set<std::string>());
}

TEST(ErrorsPage, ACodeIsExplainedInOnePlace) {
  const std::set<std::string> both = with_a_page();
  for (const std::string& code : explained()) EXPECT_FALSE(both.contains(code)) << code;
}

TEST(ErrorsPage, CodesAreFoundInSources) {
  EXPECT_EQ(
      codes_in_source("fail(\"PAC0101\", x);  // PAC0102\n// PAC0103\nPAC_REFUSAL(5101, a, \"b\")\n"
                      "\"https://x/PAC0104\" PAC_CHECK PAC01055 XPAC0106"),
      (std::set<std::string>{"PAC0101", "PAC0104", "PAC5101"}));
}

}  // namespace
}  // namespace pac::test
