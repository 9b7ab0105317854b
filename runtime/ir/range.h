// What values an expression can have, as an interval on its type's grid, derived from domains,
// constants and parameters alone. Used by native code to leave out checks and to pick 64-bit
// registers, so it must be sound: a value outside the interval is a miscompilation. It never looks
// at conditions that guard a use. One analysis serves one decision and one thread; it keeps
// references to the rule set.
#pragma once

#include <unordered_map>
#include <vector>

#include "runtime/ir/limits.h"
#include "runtime/ir/model.h"

namespace pac::ir {

struct Range {
  Int128 low = 0;  // inclusive; for strings and lists the range means nothing
  Int128 high = 0;
  bool fits_64() const;
  bool within(const Range& other) const { return low >= other.low && high <= other.high; }
  Range hull(const Range& other) const;
  Range clamp(
      const Range& limits) const;  // what of this lies in `limits`; `limits` where nothing does
  friend bool operator==(const Range&, const Range&) = default;
};

// Whether the values of such a type are numbers on a line, so that a range says something of them.
bool has_range(TypeKind kind);

// All values that a type holds. For quotients, strings, lists and records: everything.
Range range_of_type(const RuleSet& rule_set, const Type& type);
// The interval from the least to the greatest value of a domain; everything without one.
Range range_of_domain(const RuleSet& rule_set, DomainId domain);

// Whether a constant lies in a domain; false where that takes matching a pattern.
bool lies_in(const Constant& constant, const Domain& domain);

class RangeAnalysis {
 public:
  RangeAnalysis(const RuleSet& rule_set, const Decision& decision);

  // The value where the evaluation succeeds (and, for an optional type, where it is present).
  Range range_of(ExprId id);
  // The exact result before it is checked against its type's limits; saturates at 128 bits.
  Range exact_range_of(ExprId id);
  // The exact result always lies in its type.
  bool cannot_overflow(ExprId id);
  // No evaluation ends in an error, nor does it use scratch memory.
  bool cannot_fail(ExprId id);
  // The value is proved to lie in the domain (none: always).
  bool lies_in(ExprId id, DomainId domain);
  // The most elements that a list can have.
  int64_t max_items_of(ExprId list);

 private:
  struct Facts {
    bool has_exact = false, has_failure = false, cannot_fail = false;
    Range exact;
  };
  struct Place {
    bool known = false;
    DomainId domain = DomainId::none;
  };

  // Deeper expressions than this are given up on: nothing is proved about them.
  static constexpr uint32_t kMaxDepth = 2 * kMaxExprDepth;

  Range compute(ExprId id);
  Range compute_arithmetic(const Expr& expr);
  Range compute_temporal(const Expr& expr);
  Range compute_round(const Expr& expr);
  Range compute_mod(const Expr& expr);
  Range compute_fold(const Expr& expr);
  bool compute_cannot_fail(ExprId id);
  bool operands_cannot_fail(const Expr& expr);
  Range element_range(ExprId list);
  // The domain that the value is known to lie in because of where it comes from.
  Place place_of(ExprId id);
  bool compute_lies_in(ExprId id, DomainId domain);

  const RuleSet& rule_set_;
  const Decision& decision_;
  std::unordered_map<uint32_t, Facts> facts_;
  std::unordered_map<uint64_t, bool> lies_in_;  // expression, domain
  std::vector<std::vector<ExprId>> lists_of_var_;
  uint32_t depth_ = 0;
};

}  // namespace pac::ir
