// Column: one thing that conditions test (a field, or a value computed from fields), cut into
// cells. Two values in one cell give the same answer to every test of the column, so a cell stands
// for all its values: the grid of numbers is cut at the constants of the tests, texts are the
// mentioned ones and the classes that prefixes and patterns make of the others. An optional column
// has a first cell for "missing". Made by Space; immutable afterwards.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/analyze/cell_set.h"
#include "runtime/base/regex.h"
#include "runtime/ir/model.h"

namespace pac::analyze {

// A field of the input record, or of a record in it.
struct Path {
  uint32_t slot = ir::kNone;
  std::vector<uint32_t> fields;
  friend bool operator==(const Path&, const Path&) = default;
  friend auto operator<=>(const Path&, const Path&) = default;
};

// A set of present values, and perhaps missing.
struct Test {
  bool is_missing = false;              // the test is "is missing", and nothing else
  std::vector<ir::Interval> intervals;  // numbers, dates, enumerations, booleans; sorted
  enum class Text : uint8_t { none, one_of, starts_with, ends_with, contains, matches, length };
  Text text = Text::none;
  std::vector<std::string> texts;  // one_of: sorted; else one
  ir::Interval length{0, 0};       // code points
  friend bool operator==(const Test&, const Test&) = default;
  friend bool operator<(const Test& a, const Test& b);
};

struct Cell {
  enum class Kind : uint8_t { missing, values, text, texts };
  Kind kind = Kind::values;
  ir::Interval values{0, 0};   // of kind values
  std::string text;            // of kind text; of texts: one of them, the least surprising
  std::optional<Regex> texts;  // none where a prefix says it
  std::string prefix;          // the longest that a test names
  double weight = 1;           // how many values; of texts: 1
};

// A test and whether it has to hold, as a set of cells.
struct Literal {
  uint32_t column = ir::kNone;
  uint32_t test = ir::kNone;
  bool holds = true;
};

class Column {
 public:
  ir::ExprId term = ir::ExprId::none;  // not optional where it is the unwrapped value
  ir::Type type;                       // without `optional`
  bool is_optional = false;
  std::optional<Path> path;           // nothing: computed
  std::vector<ir::Interval> domain;   // of numbers: sorted, disjoint
  const ir::Domain* texts = nullptr;  // of texts; null: any
  uint32_t component = 0;             // columns of one component depend on each other

  std::vector<Test> tests;
  std::vector<Cell> cells;
  std::vector<CellSet> sets;  // by number; 0: all cells

  uint32_t add_test(const Test& test);
  // Makes the cells. Where there would be too many classes, all values are one cell and the tests
  // have no cells (is_cut is false).
  void cut();
  bool is_cut = true;
  // The cells of a literal's values.
  CellSet cells_of(uint32_t test, bool holds) const;
  // The tests other than of single texts that a cell of kind texts meets.
  std::vector<const Test*> tests_met_by(uint32_t cell) const;
  // Cells of kind texts are those of prefixes; else they are told apart by answers to these tests.
  bool is_trie() const { return is_trie_; }
  const std::vector<uint32_t>& pattern_tests() const { return pattern_tests_; }
  const std::vector<bool>& answers_of(uint32_t cell) const {
    return class_answers_[cell - first_class_];
  }
  uint32_t intern(const CellSet& set);
  double weight_of(const CellSet& set) const;
  double weight() const { return weight_of(sets[0]); }

 private:
  void cut_numbers();
  CellSet cells_of_numbers(const Test& test) const;
  bool cut_texts();
  // Where all other tests are of prefixes: cells in the order of a trie, so that each prefix is one
  // run of them.
  bool has_prefixes_only() const;
  void cut_by_prefixes(const std::vector<std::string>& mentioned);
  CellSet cells_of_prefix(const std::string& prefix) const;
  bool cut_by_patterns(const std::vector<std::string>& mentioned);
  bool holds(const Test& test, std::string_view text) const;

  bool is_trie_ = false;
  std::vector<uint32_t> pattern_tests_;           // tests that cut texts into classes
  std::vector<std::vector<bool>> class_answers_;  // by cell of kind texts: one per such test
  uint32_t first_class_ = 0;
  std::map<Test, uint32_t> test_numbers_;
  std::map<std::vector<Run>, uint32_t> set_numbers_;
};

}  // namespace pac::analyze
