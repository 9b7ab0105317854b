// Points: where a decision decides by conditions, as trees of `and`, `or` and `not` over atoms: the
// conditions of each rule, lets that join conditions, and the condition of each `if`. What coverage
// counts and mutation changes stands on them. Plain data, immutable once made; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "runtime/ir/model.h"

namespace pac::analyze {

struct Node {
  enum class Kind : uint8_t { atom, not_, and_, or_ };
  Kind kind = Kind::atom;
  uint32_t a = 0;  // atom: its number; else a node
  uint32_t b = 0;
};

struct Point {
  enum class Kind : uint8_t { rule, let, choice };
  Kind kind = Kind::rule;
  uint32_t rule = ir::kNone;           // that it stands in, `otherwise` last; else kNone
  uint32_t let = ir::kNone;            // that it stands in; else kNone
  ir::ExprId expr = ir::ExprId::none;  // of a choice: the `if`; of a let: its value
  std::vector<ir::ExprId> atoms;       // in the order in which they are tested
  std::vector<uint32_t> condition_of;  // by atom: of a rule, which condition it stands in
  std::vector<Node> nodes;             // operands before users, the root last
};

// The points of a decision: its rules in source order, lets, then choices in the order of places.
std::vector<Point> points_of(const ir::RuleSet& rules, const ir::Decision& decision);

// What one evaluation of a point came to.
struct Evaluation {
  std::vector<std::optional<bool>> atoms;  // nothing: not reached
  std::vector<bool> decides;               // by atom: the other value would have changed the result
  std::optional<bool> result;              // nothing: an error
};

// Asks for atoms as the engines do, from left to right and no further than needed. `ask` says
// nothing where an atom ends in an error, and the evaluation ends there.
using Ask = std::function<std::optional<bool>(ir::ExprId)>;
Evaluation evaluate(const Point& point, const Ask& ask);

// The condition that the point, where it is evaluated, reaches the atom with this value, and, where
// asked for, that the value decides the result. Made of expressions that are added to `rules`.
ir::ExprId reaching(ir::RuleSet& rules, const Point& point, uint32_t atom, bool value,
                    bool decides);

}  // namespace pac::analyze
