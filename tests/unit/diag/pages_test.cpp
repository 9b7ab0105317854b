// Every kind has a page in docs/diagnostics and every page a kind.
#include "tests/golden/pages.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "compiler/diag/diagnostic.h"

namespace pac::golden {
namespace {

namespace fs = std::filesystem;

const fs::path kPages = fs::path(PAC_SOURCE_DIR) / "docs" / "diagnostics";

TEST(Pages, EveryKindHasOne) {
  for (size_t i = 0; i < diag::kind_count(); ++i) {
    const diag::KindInfo& kind = diag::info(static_cast<diag::Kind>(i));
    const auto page = read_page((kPages / (std::string(kind.code) + ".md")).string());
    ASSERT_TRUE(page.has_value()) << "no page for " << kind.code << " " << kind.name;
    EXPECT_EQ(check_page(*page, kind.code, kind.name), "") << kind.code;
  }
}

TEST(Pages, EveryPageHasAKind) {
  size_t count = 0;
  for (const auto& entry : fs::directory_iterator(kPages)) {
    const std::string name = entry.path().filename().string();
    if (name == "README.md") continue;
    ++count;
    EXPECT_EQ(entry.path().extension(), ".md") << name;
    EXPECT_TRUE(diag::kind_of_code(entry.path().stem().string()).has_value())
        << name << " is about no kind of kinds.def";
  }
  EXPECT_EQ(count, diag::kind_count());
}

TEST(Pages, AreReadByTheirHeadings) {
  const Page page = parse_page(
      "# PAC1201 unknown_name\n\nWords.\n\n```pac\nnot this\n```\n\n## Example\n\n```pac\nlet x = "
      "y\n"
      "```\n\n```text\nthe message\n```\n\n## Cure\n\n```pac\nlet x = 1\n\nlet z = 2\n```\n\n## "
      "More\n"
      "```pac\nnor this\n```\n");
  EXPECT_EQ(page.code, "PAC1201");
  EXPECT_EQ(page.name, "unknown_name");
  EXPECT_EQ(page.examples, std::vector<std::string>{"let x = y\n"});
  EXPECT_EQ(page.cures, std::vector<std::string>{"let x = 1\n\nlet z = 2\n"});
  EXPECT_EQ(check_page(page, "PAC1201", "unknown_name"), "");
}

TEST(Pages, FaultsOfAPageAreFound) {
  const Page page = parse_page("# PAC1201 unknown_name\n\n## Example\n\n```pac\nx\n```\n");
  EXPECT_NE(check_page(page, "PAC1202", "unknown_name"), "");
  EXPECT_NE(check_page(page, "PAC1201", "other"), "");
  EXPECT_EQ(check_page(page, "PAC1201", "unknown_name"), "no ```pac fence below `## Cure`; ");
  EXPECT_NE(check_page(parse_page("no title\n"), "PAC1201", "unknown_name"), "");
  EXPECT_FALSE(read_page("/nonexistent/page.md").has_value());
}

}  // namespace
}  // namespace pac::golden
