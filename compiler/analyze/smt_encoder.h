// Encoder: one question of Smt as formulas of Z3. Included by smt*.cpp alone, the only files that
// see Z3's headers. One question, one Encoder, one thread; throws z3::exception, which Smt catches.
#pragma once

#include <z3++.h>

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "compiler/analyze/smt.h"
#include "runtime/ir/range.h"

namespace pac::analyze {

// Of a list as the prover sees it: what nearly always suffices, and what it is asked again with
// where only longer lists are left. Sums over many items are hard for it.
inline constexpr int64_t kUsualItems = 12, kMostItems = 40;

class Smt::Encoder {
 public:
  Encoder(const Space& space, Zones& zones, int64_t items);
  // Only longer lists are left, and they are short enough to be looked at too.
  bool may_look_further() const { return leaves_longer_ && most_needed_ <= kMostItems; }
  TheoryAnswer solve(const std::vector<uint32_t>& columns, const Region& region,
                     ir::ExprId condition, Conflict* why);

 private:
  // A part of the input, or of an item of a list in it.
  struct Leaf {
    ir::Type type;
    z3::expr value, present;
    const Column* texts = nullptr;  // the value is the number of one of its cells
    bool is_compared = false;       // with another text: the value is the number of a letter
  };
  struct List {
    ir::Type type;
    z3::expr length, present;
    std::vector<std::map<std::vector<uint32_t>, Leaf>> items;  // by item, by fields inside of it
  };
  // The value of a standard function, of which Z3 knows nothing but bounds.
  struct Guess {
    ir::Expr expr;
    z3::expr value;
    std::vector<z3::expr> arguments;
    std::vector<int> directions;          // call_range.h
    std::set<std::vector<Int128>> lines;  // that are told
    std::vector<ir::Range> ranges;        // of the arguments
  };
  struct Quotient {
    z3::expr num, den;
    int scale;
  };

  z3::check_result check(int round);
  TheoryAnswer unknown(std::string reason, std::string spent) const;
  std::string columns_text(const std::vector<uint32_t>& columns) const;
  z3::expr number(Int128 value);
  z3::expr truth(bool value);
  z3::expr fresh_int(const char* name);
  z3::expr fresh_bool(const char* name);
  // A truth, and a value, of which nothing is known: an answer that rests on it is not sure.
  z3::expr anything();
  z3::expr unknown_value(const z3::expr& value);
  z3::expr within(const z3::expr& value, const std::vector<ir::Interval>& intervals);
  z3::expr boolean(const z3::expr& value);
  z3::expr integer(const z3::expr& value);

  // The region (smt.cpp).
  z3::expr constraint_of(const Column& column, const CellSet& set);
  void require(const z3::expr& fact, uint32_t column, bool is_tracked);
  z3::expr_vector tracked();
  void explain(Conflict* why);
  z3::expr allowed_values(const Column& column, const CellSet& values);

  // Parts of the input.
  Leaf& leaf_of(const Path& path);
  Leaf make_leaf(const std::string& name, const ir::Field& field, z3::expr present,
                 const Column* texts);
  z3::expr presence(const Path& path);
  z3::expr present_of(ir::ExprId id);
  std::vector<ir::Interval> intervals_of(const ir::Field& field) const;
  ir::ExprId bare(ir::ExprId id) const;

  // Expressions (smt_expr.cpp).
  z3::expr value_of(ir::ExprId id);
  z3::expr encode(ir::ExprId id);
  z3::expr comparison(const ir::Expr& expr);
  z3::expr membership(const ir::Expr& expr);
  z3::expr text_test(ir::ExprId id);
  std::optional<z3::expr> compare_texts(const ir::Expr& expr);
  Leaf* plain_text(ir::ExprId id);
  z3::expr arithmetic(const ir::Expr& expr);
  z3::expr rounded(const ir::Expr& expr, const ir::Type& type);
  z3::expr nearest(uint32_t mode, const z3::expr& num, const z3::expr& den, const z3::expr& out);
  z3::expr modulo(const ir::Expr& expr);
  z3::expr extreme(const ir::Expr& expr);
  z3::expr scaled(ir::ExprId id, int scale);
  std::optional<Quotient> quotient(ir::ExprId id);
  z3::expr compare_quotients(const ir::Expr& expr);
  z3::expr sign_of(const z3::expr& value);  // -1 or 1
  int scale_of(ir::ExprId id) const;

  // Standard functions (smt_guess.cpp).
  z3::expr guess(ir::ExprId id, const ir::Expr& expr, const ir::Type& type);
  bool is_computable(const ir::Expr& expr) const;
  void bound(Guess* guess);
  z3::expr is_at_most(const std::vector<int>& directions, const std::vector<z3::expr>& a,
                      const std::vector<z3::expr>& b);
  void compare_with_others(const Guess& guess);
  void describe(const Guess& guess);
  bool learn(const z3::model& model);
  std::optional<Int128> answer_of(const Guess& guess, std::span<const Int128> numbers) const;
  void know(const Guess& guess, std::span<const Int128> numbers, Int128 answer);
  void know_edges(const Guess& guess, const std::vector<Int128>& numbers, Int128 actual,
                  Int128 guessed);
  void know_line(Guess* guess, const std::vector<Int128>& numbers);

  // Clock times (smt_zones.cpp).
  std::optional<z3::expr> clock_time(const ir::Expr& expr);
  z3::expr local_time(ir::ExprId instant, const TimeZone& zone);
  bool learn_offsets(const z3::model& model);

  // Lists (smt_lists.cpp).
  List* list_of(ir::ExprId id);
  Leaf* item_leaf(ir::ExprId id);
  Leaf& leaf_in(ir::ExprId list, size_t item, const std::vector<uint32_t>& fields);
  void needs_items(ir::ExprId list, bool needs_all);
  z3::expr quantifier(ir::ExprId id, const ir::Expr& expr, const ir::Type& type);
  z3::expr in_list(const ir::Expr& expr);
  z3::expr over_items(const ir::Expr& expr, List& list, const ir::Type& type);
  z3::expr is_item(const List& list, size_t item);
  z3::expr item_value(ir::ExprId id, const ir::Expr& quantifier, size_t item);
  void keep_distinct(List& list);
  json::Value read_list(const z3::model& model, List& list);
  json::Value read_item(const z3::model& model, List& list, size_t item);

  Model read(const z3::model& model);
  json::Value read_leaf(const z3::model& model, const Leaf& leaf);

  const Space& space_;
  Zones& zones_;
  const ir::RuleSet& rules_;
  const ir::Decision& decision_;
  z3::context context_;
  z3::solver solver_;
  z3::expr comfort_;  // guesses stay clear of what is hard to guess
  z3::expr success_;  // no call is given arguments for which it is known to fail
  // Facts that a conflict may name, each behind a truth of its own: the column, kNone for the
  // condition.
  std::vector<std::pair<z3::expr, uint32_t>> tracked_;
  std::map<Path, Leaf> leaves_;
  size_t compared_ = 0;  // of these
  std::map<Path, List> lists_;
  std::map<uint32_t, z3::expr> values_, presences_;  // by expression
  struct Binding {
    ir::ExprId list = ir::ExprId::none;
    size_t item = 0;
  };
  std::map<uint32_t, Binding> bindings_;  // by variable slot, inside of a quantifier
  std::vector<Guess> guesses_;
  struct Clock {
    z3::expr at, offset;
    const TimeZone* zone;
  };
  std::vector<Clock> clocks_;
  uint32_t next_ = 0;
  const int64_t items_;         // of a list
  bool is_cut_short_ = false;   // longer lists might have an answer
  bool leaves_longer_ = false;  // no others have
  int64_t most_needed_ = 0;     // items that they can have
  int64_t quantifiers_ = 0;     // each may need an item of its own
  bool has_unknowns_ = false;
  bool knows_failures_ = false;    // of arguments for which a call fails
  bool avoids_failures_ = true;    // the model that was found last is one without failing calls
  bool has_failing_call_ = false;  // in that model
};

// Numbers as Z3 reads and writes them.
std::string digits_of(Int128 value);
Int128 number_of(const z3::expr& numeral);
bool is_composite(const ir::Type& type);

}  // namespace pac::analyze
