// Values: what an expression of a rule set can be over a region of inputs, as a set that holds at
// least every value that it takes where its evaluation succeeds. For the certificate checker
// (certificate.h); written from the meaning of the compiled form (docs/design/semantics.md) and
// from nothing of compiler/analyze. One checker, one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/base/regex.h"
#include "runtime/ir/model.h"
#include "runtime/ir/range.h"

namespace pac::certificate {

// Texts of one cell: one text, or those that are none of the column's texts and whose longest
// listed prefix is `text`, or that answer the column's tests as `answers` says.
struct TextCell {
  enum class Kind : uint8_t { is, prefix, answers };
  Kind kind = Kind::is;
  std::string text;
  std::vector<bool> answers;
};
struct TextTest {
  enum class Kind : uint8_t { starts_with, ends_with, contains, matches, length };
  Kind kind = Kind::matches;
  std::string text;
  Int128 low = 0, high = 0;  // of length, code points
  friend bool operator==(const TextTest&, const TextTest&) = default;
};

// A field of the input, or an expression of the rule set, with its cells.
struct Column {
  uint32_t slot = ir::kNone;  // of a field; kNone: an expression, or one that means nothing here
  std::vector<uint32_t> fields;
  ir::ExprId expr = ir::ExprId::none;
  ir::Type type;
  bool has_missing = false;    // its first cell
  std::vector<Int128> starts;  // of numbers: where the cells after the first present one begin
  std::vector<TextTest> tests;
  std::vector<TextCell> texts;
  uint32_t cell_count = 0;
};

struct Value {
  bool may_miss = false;
  std::vector<ir::Interval> numbers;  // truths are 0 and 1; of lists and records two, so
                                      // that no two of them are ever seen to be one
  bool any_text = false;
  const std::string* text = nullptr;  // a text that is known
  const Column* column = nullptr;     // texts of these cells
  std::vector<uint32_t> cells;

  bool may_be(Int128 number) const;
  bool may_be_present() const;
  bool is_surely(bool truth) const { return !may_be(truth ? 0 : 1); }
};

class Region {
 public:
  explicit Region(const std::vector<Column>& columns);
  const std::vector<uint32_t>& cells(size_t column) const { return cells_[column]; }
  void set_cells(size_t column, std::vector<uint32_t> cells);
  // Null where no column speaks of it.
  const Value* of_field(uint32_t slot, const std::vector<uint32_t>& fields) const;
  const Value* of_expr(ir::ExprId id) const;

 private:
  const std::vector<Column>& columns_;
  std::vector<std::vector<uint32_t>> cells_;
  std::vector<Value> values_;
  std::map<std::pair<uint32_t, std::vector<uint32_t>>, size_t> by_field_;
  std::map<ir::ExprId, size_t> by_expr_;
};

class Values {
 public:
  static constexpr uint64_t kMaxSteps = 100'000'000;
  static constexpr uint32_t kMaxDepth = 1'000;  // beyond it nothing is known of an expression

  Values(const ir::RuleSet& rules, ir::DecisionId decision, const Region& region);

  Value of(ir::ExprId id) { return of(top_, id, {}); }
  Value fires(const ir::Rule& rule) { return fires(top_, rule); }
  bool is_out_of_steps() const { return steps_ > kMaxSteps; }

 private:
  using Fields = std::vector<uint32_t>;  // to be read of the value, in order
  struct Frame {
    ir::DecisionId decision = ir::DecisionId::none;
    Frame* caller = nullptr;
    const ir::Expr* call = nullptr;
  };

  Value of(Frame& frame, ir::ExprId id, const Fields& fields);
  Value compute(Frame& frame, ir::ExprId id, const Fields& fields);
  Value condition(Frame& frame, ir::ExprId id);
  Value input(Frame& frame, uint32_t slot, const Fields& fields);
  Value param(Frame& frame, const ir::Expr& expr, const Fields& fields);
  Value rescale(Frame& frame, const ir::Expr& expr, const Fields& fields);
  Value comparison(Frame& frame, ir::Op op, ir::ExprId a, ir::ExprId b);
  Value length_test(Frame& frame, ir::Op op, const ir::Expr& length, Int128 limit);
  Value membership(Frame& frame, const ir::Expr& expr);
  Value text_test(Frame& frame, const ir::Expr& expr);
  Value answer(const Value& texts, const TextTest& test);
  bool holds(const TextTest& test, const std::string& text);
  Value call(Frame& frame, const ir::Expr& expr, ir::ExprId id, const Fields& fields);
  Value fires(Frame& frame, const ir::Rule& rule);
  Value unknown(Frame& frame, ir::ExprId id, const Fields& fields);

  const ir::RuleSet& rules_;
  const Region& region_;
  Frame top_;
  std::map<ir::DecisionId, std::unique_ptr<ir::RangeAnalysis>> ranges_;
  std::map<std::string, Regex> patterns_;
  uint64_t steps_ = 0;
  uint32_t depth_ = 0;
};

Value truth(bool may_be_false, bool may_be_true);
Value of_type(const ir::RuleSet& rules, const ir::Type& type);
// All that a field can be by its type and domain.
Value of_domain(const ir::RuleSet& rules, const ir::Decision& decision, uint32_t slot,
                const std::vector<uint32_t>& fields);
Value intersect(Value a, const Value& b);
Value unite(Value a, const Value& b);

}  // namespace pac::certificate
