// Conditions: what a condition asks of one source, found without evaluating it. Reads the IR and
// fills Sources; used while a decision is normalised, by one thread.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "runtime/ir/model.h"
#include "runtime/match/source.h"

namespace pac::match {

struct Condition {
  uint32_t source = ir::kNone;  // kNone: a constant; `holds` is then all or nothing
  ValueSet holds;               // empty of a missing value where that makes it fail
  bool fails_missing = false;   // its evaluation fails where the value is missing
  bool exact = true;            // false: it holds at most for these
};

class Conditions {
 public:
  Conditions(const ir::RuleSet& rule_set, const ir::Decision& decision);

  // False where it is no question to one source.
  bool look_at(ir::ExprId id, Condition* out);
  Sources& sources() { return sources_; }

 private:
  // A value read from a source, as an operand of a comparison.
  enum class IfMissing : uint8_t { missing, never, fails, replaced };
  struct Reading {
    uint32_t source = ir::kNone;
    IfMissing if_missing = IfMissing::missing;
    const ir::Constant* replacement = nullptr;
  };
  // What a value is compared with: a constant, a missing one, or a number between two bounds.
  struct Operand {
    const ir::Constant* constant = nullptr;
    Int128 low = 0, high = 0;
    int scale = 0;
    bool missing = false;
  };

  bool look(ir::ExprId id, Condition* out);
  bool look_into(const ir::Expr& expr, ir::ExprId id, Condition* out);
  bool negated(const ir::Expr& expr, Condition* out);
  bool joined(const ir::Expr& expr, Condition* out);
  bool compared(const ir::Expr& expr, Condition* out);
  bool in_range(const ir::Expr& expr, Condition* out);
  bool in_set(const ir::Expr& expr, Condition* out);
  bool starts_with(const ir::Expr& expr, Condition* out);
  bool ends_with(const ir::Expr& expr, Condition* out);
  bool matches(const ir::Expr& expr, Condition* out);
  bool is_present(const ir::Expr& expr, Condition* out);
  bool is_true(ir::ExprId id, Condition* out);
  bool of_let(uint32_t let, Condition* out);

  bool read(ir::ExprId id, KeyKind text, Reading* out);
  bool operand(ir::ExprId id, Operand* out);
  const ir::Constant* constant_of(ir::ExprId id) const;
  // The values of the source for which `value op operand` holds; false in *exact where that is
  // more than surely do.
  bool values(const Reading& reading, ir::Op op, const Operand& operand, ValueSet* out,
              bool* exact) const;
  bool texts(const Source& source, const Operand& operand, ValueSet* out, bool* exact) const;
  // Whether it holds for a constant in the place of the value.
  bool holds_for(const ir::Constant& value, ir::Op op, const Operand& operand) const;
  // Says what a missing value does and leaves the condition in *out.
  bool finish(const Reading& reading, ValueSet holds, bool exact, bool if_replaced,
              Condition* out) const;

  const ir::RuleSet& rule_set_;
  const ir::Decision& decision_;
  Sources sources_;
  // By let, where they have been looked at: none of one source, or the condition.
  std::vector<std::optional<Condition>> lets_;
  std::vector<uint8_t> let_state_;
  // How texts of a pattern begin, by its constant; none where that says nothing.
  std::unordered_map<uint32_t, std::optional<ValueSet>> beginnings_;
  uint32_t steps_ = 0;
};

}  // namespace pac::match
