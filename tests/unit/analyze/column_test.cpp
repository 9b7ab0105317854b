#include "compiler/analyze/column.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace pac::analyze {
namespace {

using Text = analyze::Test::Text;

Column numbers(std::vector<ir::Interval> domain, const std::vector<ir::Interval>& tests) {
  Column column;
  column.type.kind = ir::TypeKind::integer;
  column.domain = std::move(domain);
  for (const ir::Interval& interval : tests) {
    Test test;
    test.intervals.push_back(interval);
    column.add_test(test);
  }
  column.cut();
  return column;
}

Test text_test(Text kind, std::vector<std::string> texts) {
  Test test;
  test.text = kind;
  test.texts = std::move(texts);
  return test;
}

Column texts(const std::vector<Test>& tests, const ir::Domain* domain = nullptr) {
  Column column;
  column.type.kind = ir::TypeKind::string;
  column.texts = domain;
  for (const Test& test : tests) column.add_test(test);
  column.cut();
  return column;
}

// Each cell answers every test in one way, and so does its example.
void expect_examples_hold(const Column& column, uint32_t test, bool (*holds)(const std::string&)) {
  const CellSet inside = column.cells_of(test, true);
  for (uint32_t i = 0; i < column.cells.size(); ++i) {
    EXPECT_EQ(inside.contains(i), holds(column.cells[i].text)) << column.cells[i].text;
  }
}

TEST(Column, CutsNumbersAtTheConstantsOfTests) {
  const Column column = numbers({{0, 9}}, {{3, 5}, {5, 9}});
  ASSERT_EQ(column.cells.size(), 4u);  // 0..2, 3..4, 5, 6..9
  EXPECT_EQ(column.cells[1].values, (ir::Interval{3, 4}));
  EXPECT_EQ(column.cells_of(0, true), CellSet::of(1, 2));
  EXPECT_EQ(column.cells_of(0, false), CellSet::of(0, 0).unite(CellSet::of(3, 3)));
  EXPECT_DOUBLE_EQ(column.weight(), 10);
}

TEST(Column, HasNoCellOutsideOfItsDomain) {
  const Column column = numbers({{0, 2}, {7, 9}}, {{3, 8}});
  ASSERT_EQ(column.cells.size(), 3u);  // 0..2, 7..8, 9
  EXPECT_EQ(column.cells_of(0, true), CellSet::of(1, 1));
  EXPECT_DOUBLE_EQ(column.weight(), 6);
}

TEST(Column, MissingIsNeitherInATestNorOutside) {
  Column column;
  column.type.kind = ir::TypeKind::integer;
  column.is_optional = true;
  column.domain = {{0, 9}};
  analyze::Test small, missing;
  small.intervals.push_back({0, 4});
  missing.is_missing = true;
  column.add_test(small);
  column.add_test(missing);
  column.cut();
  EXPECT_EQ(column.cells_of(0, true), CellSet::of(1, 1));
  EXPECT_EQ(column.cells_of(0, false), CellSet::of(2, 2));
  EXPECT_EQ(column.cells_of(1, true), CellSet::of(0, 0));
  EXPECT_EQ(column.cells_of(1, false), CellSet::of(1, 2));
}

TEST(Column, PrefixesAreRunsOfATrie) {
  const Column column =
      texts({text_test(Text::starts_with, {"a"}), text_test(Text::starts_with, {"ab"}),
             text_test(Text::one_of, {"a", "abc", "zz"})});
  EXPECT_EQ(column.cells_of(0, true).runs().size(), 1u);
  EXPECT_TRUE(column.cells_of(1, true).is_subset_of(column.cells_of(0, true)));
  expect_examples_hold(column, 0, [](const std::string& t) { return t.starts_with("a"); });
  expect_examples_hold(column, 1, [](const std::string& t) { return t.starts_with("ab"); });
  expect_examples_hold(column, 2,
                       [](const std::string& t) { return t == "a" || t == "abc" || t == "zz"; });
}

TEST(Column, PatternsCutTextsIntoClassesThatHaveATextEach) {
  const Column column =
      texts({text_test(Text::matches, {"[0-9]{2}"}), text_test(Text::ends_with, {"7"}),
             text_test(Text::one_of, {"07", "x"})});
  // "07", "x", and with and without a 7 at the end: two digits, others.
  EXPECT_EQ(column.cells.size(), 6u);
  expect_examples_hold(column, 0, [](const std::string& t) {
    return t.size() == 2 && std::ranges::all_of(t, [](char c) { return c >= '0' && c <= '9'; });
  });
  expect_examples_hold(column, 1, [](const std::string& t) { return t.ends_with("7"); });
}

TEST(Column, ADomainLeavesClassesOut) {
  ir::Domain domain;
  domain.patterns = {"[a-c]+"};
  const Column column = texts({text_test(Text::contains, {"d"})}, &domain);
  EXPECT_TRUE(column.cells_of(0, true).is_empty());
  EXPECT_FALSE(column.cells_of(0, false).is_empty());
}

}  // namespace
}  // namespace pac::analyze
