// Space: the inputs of one decision as a product of columns, and its conditions as boxes in it. A
// box is a set of cells per column; a rule's condition is a union of boxes. Columns that share a
// field of the input, or are computed, stand in one component: not every combination of their cells
// occurs, and Theory is asked. Made from a flat decision; immutable afterwards; one thread makes
// it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/analyze/column.h"
#include "compiler/analyze/flat.h"

namespace pac::analyze {

struct Constraint {
  uint32_t column = 0;
  uint32_t set = 0;  // of the column; never 0
};

struct Box {
  uint32_t owner = 0;                   // what the box belongs to: see Space
  std::vector<Constraint> constraints;  // by column, ascending
};

// Some cells of each column.
struct Region {
  std::vector<CellSet> sets;
};

class Space {
 public:
  // Conditions with more boxes than this become a column of their own.
  static constexpr size_t kMaxBoxes = 256;

  Space(ir::RuleSet& working, const Flat& flat);

  const ir::RuleSet& rules() const { return rules_; }
  const ir::Decision& decision() const { return rules_.decision(flat_.decision); }
  const Flat& flat() const { return flat_; }
  const std::vector<Column>& columns() const { return columns_; }

  // Owner: index of the rule.
  const std::vector<Box>& rule_boxes() const { return rule_boxes_; }
  // What the assumes leave out. Owner: index of the assume.
  const std::vector<Box>& excluded() const { return excluded_; }

  // What a test of a text, by itself, tests: `x == "a"`, `x in {…}`, `starts_with(x, "a")`…; the
  // text that is tested is put into *subject. Nothing for other expressions.
  std::optional<Test> text_test_of(ir::ExprId id, ir::ExprId* subject) const;
  // The column of a text within the items of a list, cut by the tests of all quantifiers over that
  // list; null where none tests it.
  const Column* item_texts(ir::ExprId list, const std::vector<uint32_t>& fields) const;

  // The declared field that a path leads to, and the domain of the items of a list.
  const ir::Field& field_of(const Path& path) const;
  ir::DomainId item_domain(ir::ExprId list) const;

  Region everything() const;
  Region region_of(const Box& box) const;
  // False where a box can be told to hold no input without asking Theory.
  bool narrow(Region* region, const Box& box) const;
  // The part of all inputs, with values of each column taken as equally likely; nothing where the
  // region depends on computed columns, whose values are not.
  std::optional<double> share_of(const Region& region) const;
  // Whether the column's values don't depend on any other column.
  bool is_free(uint32_t column) const;

 private:
  enum class Kind : uint8_t { truth, falsehood, both, either, literal };
  struct Formula {
    Kind kind = Kind::truth;
    uint32_t a = 0, b = 0;
    Literal literal;
  };
  using Draft = std::vector<std::pair<uint32_t, CellSet>>;  // by column, ascending

  uint32_t formula(ir::ExprId id, bool holds);
  uint32_t make_formula(ir::ExprId id, bool holds);
  uint32_t add(Formula formula);
  uint32_t join(Kind kind, uint32_t a, uint32_t b);
  uint32_t literal(ir::ExprId term, const Test& test, bool holds);
  uint32_t comparison(ir::ExprId id, bool holds);
  uint32_t membership(ir::ExprId id, bool holds);
  uint32_t text_test(ir::ExprId id, bool holds);
  uint32_t opaque(ir::ExprId id, bool holds);
  bool intervals_of(ir::Op op, const ir::Type& type, const ir::Constant& constant, Test* out) const;

  uint32_t column_of(ir::ExprId term);
  void set_domain(Column* column);
  void find_item_texts();
  void find_components();
  bool drafts(uint32_t formula, std::vector<Draft>* out);
  void boxes_of(uint32_t formula, ir::ExprId condition, bool holds, uint32_t owner,
                std::vector<Box>* out);

  ir::RuleSet& rules_;
  const Flat& flat_;
  std::vector<Column> columns_;
  std::unordered_map<uint32_t, uint32_t> column_of_term_;
  std::vector<Formula> formulas_;
  std::unordered_map<uint64_t, uint32_t> memo_;
  std::vector<Box> rule_boxes_, excluded_;
  std::vector<uint32_t> component_sizes_;
  std::map<std::pair<ir::ExprId, std::vector<uint32_t>>, Column> item_texts_;
};

// The variable slot and the fields read of it; nothing where the term is no part of an item.
std::optional<Path> item_path_of(const ir::RuleSet& rules, ir::ExprId term);

// The path that a term is; nothing where it is computed.
std::optional<Path> path_of(const ir::RuleSet& rules, ir::ExprId term);
// "applicant.birth", with the decision's names.
std::string name_of(const ir::RuleSet& rules, const ir::Decision& decision, const Path& path);

}  // namespace pac::analyze
