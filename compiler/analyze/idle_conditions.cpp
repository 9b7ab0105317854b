// Conditions that could be dropped: always true where they are tested, or, as part of an `or`,
// never true there. What a condition guards counts: one is held against those before it, and
// against those after it only where these can be evaluated without it. That other rules leave
// nothing else to a rule is no reason to drop its condition: rules that say what they are for are
// easier to read.
#include <algorithm>

#include "compiler/analyze/inquiry.h"
#include "compiler/analyze/phrase.h"
#include "compiler/analyze/questions.h"
#include "runtime/ir/range.h"
#include "runtime/ir/shape.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;

namespace {

constexpr size_t kMostProbes = 20'000;

struct Part {
  ExprId expr = ExprId::none;
  uint32_t condition = 0;  // that it stands in
};

struct Probe {
  uint32_t rule = 0;
  Part part;
  bool is_false = false;  // a part of an `or`, held to be never true
};

class IdleConditions {
 public:
  IdleConditions(Inquiry& inquiry, const ir::Decision& original)
      : in_(inquiry), original_(original), asked_(original) {
    asked_.assumes.clear();
    asked_.rules.clear();
    asked_.has_otherwise = false;
    asked_.otherwise = {};
    asked_.result.clear();
  }

  void run() {
    ir::RuleSet& working = in_.working();
    const auto id = ir::index(in_.flat().decision);
    const ir::Decision flattened = working.decisions[id];
    working.decisions[id] = original_;
    ranges_.emplace(working, working.decisions[id]);
    for (uint32_t rule = 0; rule < original_.rules.size(); ++rule) ask(rule);
    if (!probes_.empty()) {
      working.decisions[id] = asked_;
      const Flat flat = flatten(working, in_.flat().decision);
      Report report;
      Inquiry asked(working, flat, in_.side(), in_.options(), &report);
      answer(asked);
      in_.report().steps += report.steps;
    }
    working.decisions[id] = flattened;
  }

 private:
  // Joins of `and` (or of `or`) taken apart.
  void take_apart(ExprId id, Op op, uint32_t condition, std::vector<Part>* out) const {
    const ir::Expr expr = in_.working().expr(id);
    if (expr.op != op) {
      out->push_back({id, condition});
      return;
    }
    take_apart(static_cast<ExprId>(expr.a), op, condition, out);
    take_apart(static_cast<ExprId>(expr.b), op, condition, out);
  }

  // Without a test of presence a value can't be read.
  bool tests_presence(ExprId id) const {
    const ir::Expr& expr = in_.working().expr(id);
    bool out = expr.op == Op::is_present;
    ir::for_each_operand(in_.working(), expr, [&](ExprId operand) {
      out = out || (operand != id && tests_presence(operand));
    });
    return out;
  }

  void ask(uint32_t rule) {
    const ir::Rule& r = original_.rules[rule];
    if (r.each_list != ExprId::none) return;
    std::vector<Part> parts;
    for (uint32_t i = 0; i < r.conditions.size(); ++i) {
      take_apart(r.conditions[i], Op::and_, i, &parts);
    }
    if (is_clearly_fine(rule, parts)) return;
    for (size_t i = 0; i < parts.size(); ++i) {
      if (tests_presence(parts[i].expr)) continue;
      std::vector<ExprId> others;
      for (size_t k = 0; k < parts.size(); ++k) {
        if (k < i || (k > i && ranges_->cannot_fail(parts[k].expr)))
          others.push_back(parts[k].expr);
      }
      std::vector<Part> choices;
      take_apart(parts[i].expr, Op::or_, parts[i].condition, &choices);
      if (choices.size() > 1) {
        std::vector<ExprId> so_far = others;
        for (const Part& choice : choices) {
          so_far.push_back(choice.expr);
          add({rule, choice, true}, so_far);
          so_far.back() = not_of(choice.expr);
        }
      }
      others.push_back(not_of(parts[i].expr));
      add({rule, parts[i], false}, others);
    }
  }

  // One cell set per condition, none of all cells, on columns that don't depend on each other.
  bool is_clearly_fine(uint32_t rule, const std::vector<Part>& parts) const {
    const auto& own = in_.boxes_of_rule()[rule];
    if (own.size() != 1) return false;
    const auto& constraints = in_.boxes()[own[0]]->constraints;
    const auto is_free = [&](const auto& c) { return in_.space().is_free(c.column); };
    const auto is_plain = [&](const Part& part) { return is_plain_test(part.expr); };
    return constraints.size() == parts.size() && std::ranges::all_of(constraints, is_free) &&
           std::ranges::all_of(parts, is_plain);
  }

  // Of one field against constants: a cell set of one column.
  bool is_plain_test(ExprId id) const {
    const ir::Expr& expr = in_.working().expr(id);
    if (path_of(in_.working(), id)) return true;
    bool has_field = false, is_plain = true;
    ir::for_each_operand(in_.working(), expr, [&](ExprId operand) {
      if (!has_field && path_of(in_.working(), operand)) {
        has_field = true;
      } else {
        is_plain = is_plain && in_.working().expr(operand).op == Op::constant;
      }
    });
    return has_field && is_plain;
  }

  ExprId not_of(ExprId id) {
    return in_.working().add(ir::Expr{Op::not_, in_.working().expr(id).type, ir::index(id)});
  }

  void add(Probe probe, const std::vector<ExprId>& conditions) {
    if (probes_.size() >= kMostProbes) return;
    probes_.push_back(probe);
    ir::Rule& rule = asked_.rules.emplace_back();
    const ir::Rule& from = original_.rules[probe.rule];
    rule.has_effective = from.has_effective;
    rule.effective_from = from.effective_from;
    rule.effective_to = from.effective_to;
    rule.conditions = conditions;
  }

  void answer(Inquiry& asked) {
    std::vector<bool> is_done(original_.rules.size());
    for (const Finding& finding : in_.found()) {
      const bool is_whole = finding.kind == FindingKind::dead ||
                            finding.kind == FindingKind::impossible ||
                            finding.kind == FindingKind::unknown;
      if (is_whole && !finding.rules.empty()) is_done[finding.rules[0]] = true;
    }
    for (uint32_t i = 0; i < probes_.size(); ++i) {
      const Probe& probe = probes_[i];
      if (is_done[probe.rule] || !asked.is_covered(asked.boxes_of_rule()[i], {})) continue;
      is_done[probe.rule] = true;  // others may rest on the one that goes
      Finding& finding =
          in_.add(probe.is_false ? FindingKind::false_condition : FindingKind::idle_condition,
                  {probe.rule});
      finding.text = phrase(in_.working(), original_, in_.side(), probe.part.expr);
      finding.condition = probe.part.condition;
    }
  }

  Inquiry& in_;
  const ir::Decision& original_;
  ir::Decision asked_;  // a rule for each probe
  std::optional<ir::RangeAnalysis> ranges_;
  std::vector<Probe> probes_;
};

}  // namespace

void find_idle_conditions(Inquiry& inquiry, const ir::Decision& original) {
  IdleConditions(inquiry, original).run();
}

}  // namespace pac::analyze
