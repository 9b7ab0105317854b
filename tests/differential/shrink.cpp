#include "tests/differential/shrink.h"

#include <algorithm>
#include <utility>

#include "runtime/ir/shape.h"
#include "runtime/ir/verify.h"
#include "stdlib/registry.h"

namespace pac::differential {

using ir::ExprId;
using ir::kNone;
using ir::Op;
using ir::RuleSet;
using ir::TypeKind;

namespace {

// Each attempt compiles; some hundred take seconds.
constexpr uint32_t kMaxAttempts = 400;

class Shrinker {
 public:
  Shrinker(const RuleSet& rules, const Shows& shows, uint32_t decision)
      : best_(rules), shows_(shows), decision_(decision) {}

  Shrunk run() {
    attempt([&](RuleSet& rules) { rules.decisions.resize(decision_ + 1); });
    while (descend()) {
    }
    bool progress = true;
    while (progress && attempts_ < kMaxAttempts) {
      progress = drop_rules();
      progress = simplify_callees() || progress;
      progress = drop_parts() || progress;
      progress = simplify_exprs() || progress;
      progress = drop_lets() || progress;
      progress = drop_decisions() || progress;
      progress = drop_inputs() || progress;
    }
    drop_unreached();
    return {std::move(best_), decision_};
  }

 private:
  template <typename Change>
  bool attempt(const Change& change) {
    if (attempts_ >= kMaxAttempts) return false;
    RuleSet candidate = best_;
    change(candidate);
    if (candidate == best_ || !ir::verify(candidate, stdlib::find)) return false;
    ++attempts_;
    if (!shows_(candidate, decision_)) return false;
    best_ = std::move(candidate);
    return true;
  }

  static void erase_rule(ir::Decision& decision, uint32_t number) {
    decision.rules.erase(decision.rules.begin() + number);
    for (ir::Rule& rule : decision.rules) {
      std::erase(rule.overrides, number);
      for (uint32_t& target : rule.overrides) target -= target > number ? 1 : 0;
    }
  }

  bool drop_rules() {
    bool any = false;
    for (size_t count = best_.decisions[decision_].rules.size() / 2; count > 0; count /= 2) {
      for (uint32_t at = 0; at + count <= best_.decisions[decision_].rules.size();) {
        const bool done = attempt([&](RuleSet& rules) {
          for (size_t i = 0; i < count; ++i) erase_rule(rules.decisions[decision_], at);
        });
        any = any || done;
        if (!done) at += static_cast<uint32_t>(count);
      }
    }
    if (best_.decisions[decision_].rules.size() == 1) {
      any = attempt([&](RuleSet& rules) { erase_rule(rules.decisions[decision_], 0); }) || any;
    }
    return any;
  }

  // Rules of callees one by one.
  bool simplify_callees() {
    bool any = false;
    for (uint32_t id = 0; id < decision_; ++id) {
      any = attempt([&](RuleSet& rules) { rules.decisions[id].rules.clear(); }) || any;
    }
    return any;
  }

  bool drop_parts() {
    bool any = false;
    const auto of = [&](RuleSet& rules) -> ir::Decision& { return rules.decisions[decision_]; };
    any = attempt([&](RuleSet& rules) {
            of(rules).has_otherwise = false;
            of(rules).otherwise = {};
          }) ||
          any;
    any = attempt([&](RuleSet& rules) { of(rules).assumes.clear(); }) || any;
    for (size_t i = 0; i < best_.decisions[decision_].rules.size(); ++i) {
      const auto rule = [&](RuleSet& rules) -> ir::Rule& { return of(rules).rules[i]; };
      for (size_t at = best_.decisions[decision_].rules[i].conditions.size(); at-- > 0;) {
        any = attempt([&](RuleSet& rules) {
                rule(rules).conditions.erase(rule(rules).conditions.begin() +
                                             static_cast<ptrdiff_t>(at));
              }) ||
              any;
      }
      any = attempt([&](RuleSet& rules) { rule(rules).duties.clear(); }) || any;
      any = attempt([&](RuleSet& rules) { rule(rules).overrides.clear(); }) || any;
      any = attempt([&](RuleSet& rules) {
              rule(rules).has_effective = false;
              rule(rules).effective_from = rule(rules).effective_to = 0;
            }) ||
            any;
    }
    return any;
  }

  // What a called decision shows by itself needs no caller.
  bool descend() {
    const uint32_t caller = decision_;
    for (uint32_t id = caller; id-- > 0;) {
      const std::vector<bool> seen = reached();
      bool is_called = false;
      for (uint32_t expr = 0; expr < seen.size(); ++expr) {
        is_called = is_called ||
                    (seen[expr] && best_.exprs[expr].op == Op::call && best_.exprs[expr].a == id);
      }
      if (!is_called) continue;
      decision_ = id;
      if (attempt([&](RuleSet& rules) { rules.decisions.resize(id + 1); })) return true;
      decision_ = caller;
    }
    return false;
  }

  // Those that are not called. What numbers the others have changes with it.
  bool drop_decisions() {
    bool any = false;
    for (uint32_t id = static_cast<uint32_t>(best_.decisions.size()); id-- > 0;) {
      if (id == decision_) continue;
      drop_unreached();
      const bool is_called = std::ranges::any_of(
          best_.exprs, [&](const ir::Expr& expr) { return expr.op == Op::call && expr.a == id; });
      if (is_called) continue;
      const uint32_t before = decision_;
      if (id < decision_) --decision_;
      const bool done = attempt([&](RuleSet& rules) {
        rules.decisions.erase(rules.decisions.begin() + id);
        for (ir::Expr& expr : rules.exprs) {
          if (expr.op == Op::call && expr.a > id) --expr.a;
        }
      });
      if (!done) decision_ = before;
      any = any || done;
    }
    return any;
  }

  // Expressions are shared by all decisions, so slots and lets can only be counted anew where there
  // is one.
  bool may_renumber(Op op, uint32_t number) {
    if (best_.decisions.size() != 1) return false;
    drop_unreached();
    return std::ranges::none_of(
        best_.exprs, [&](const ir::Expr& expr) { return expr.op == op && expr.a == number; });
  }

  static void renumber(RuleSet& rules, Op op, uint32_t gone) {
    for (ir::Expr& expr : rules.exprs) {
      if (expr.op == op && expr.a > gone) --expr.a;
    }
  }

  // Which lets of the decision its rules read, themselves or through others.
  std::vector<bool> read_lets() const {
    ir::Decision decision = best_.decisions[decision_];
    const std::vector<ir::Let> lets = std::exchange(decision.lets, {});
    std::vector<bool> read(lets.size(), false);
    std::vector<bool> seen(best_.exprs.size(), false);
    const auto mark = [&](ExprId id) {
      if (id != ExprId::none) seen[index(id)] = true;
    };
    ir::for_each_root(decision, mark);
    for (size_t round = 0; round <= lets.size(); ++round) {  // as deep as lets can read lets
      for (auto id = static_cast<uint32_t>(seen.size()); id-- > 0;) {
        if (!seen[id]) continue;
        const ir::Expr& expr = best_.exprs[id];
        ir::for_each_operand(best_, expr, mark);
        if (expr.op != Op::let) continue;
        read[expr.a] = true;
        mark(lets[expr.a].value);
      }
    }
    return read;
  }

  // What a let holds that nothing reads is in the way, too: it may call decisions.
  bool empty_lets() {
    bool any = false;
    const std::vector<bool> read = read_lets();
    for (size_t let = 0; let < read.size(); ++let) {
      if (read[let]) continue;
      any = attempt([&](RuleSet& rules) {
              const ir::TypeId type =
                  rules.intern(ir::Type{TypeKind::boolean, false, 0, kNone, ir::TypeId::none});
              const ir::ConstantId no = rules.intern({type, false, 0, {}});
              const ExprId value =
                  rules.add({Op::constant, type, index(no), kNone, kNone, 0, 0, 0});
              rules.decisions[decision_].lets[let] = {type, ir::DomainId::none, value};
            }) ||
            any;
    }
    return any;
  }

  bool drop_lets() {
    bool any = empty_lets();
    for (auto let = static_cast<uint32_t>(best_.decisions[decision_].lets.size()); let-- > 0;) {
      if (!may_renumber(Op::let, let)) continue;
      any = attempt([&](RuleSet& rules) {
              std::vector<ir::Let>& lets = rules.decisions[decision_].lets;
              lets.erase(lets.begin() + let);
              renumber(rules, Op::let, let);
            }) ||
            any;
    }
    return any;
  }

  bool drop_inputs() {
    bool any = false;
    for (auto slot = static_cast<uint32_t>(best_.decisions[decision_].roles.size()); slot-- > 0;) {
      if (best_.decisions.size() != 1) return any;
      any =
          attempt([&](RuleSet& rules) { forget_feature(rules.decisions[decision_], slot); }) || any;
      if (!may_renumber(Op::input, slot)) continue;
      any = attempt([&](RuleSet& rules) { erase_slot(rules, rules.decisions[decision_], slot); }) ||
            any;
    }
    return any;
  }

  static void forget_feature(ir::Decision& decision, uint32_t slot) {
    const size_t erased =
        std::erase_if(decision.features, [&](const ir::Feature& f) { return f.slot == slot; });
    if (erased > 0) decision.roles[slot] = ir::SlotRole::input;
  }

  static void erase_slot(RuleSet& rules, ir::Decision& decision, uint32_t slot) {
    std::vector<ir::Field>& fields = rules.records[index(decision.input)].fields;
    fields.erase(fields.begin() + slot);
    decision.roles.erase(decision.roles.begin() + slot);
    for (uint32_t* special : {&decision.as_of_slot, &decision.now_slot}) {
      if (*special == kNone) continue;
      if (*special == slot)
        *special = kNone;
      else if (*special > slot)
        --*special;
    }
    if (decision.now_slot == kNone) decision.zone.clear();
    for (ir::Feature& feature : decision.features) feature.slot -= feature.slot > slot ? 1 : 0;
    renumber(rules, Op::input, slot);
  }

  std::vector<bool> reached() const {
    std::vector<bool> seen(best_.exprs.size(), false);
    const auto mark = [&](ExprId id) {
      if (id != ExprId::none) seen[index(id)] = true;
    };
    for (const ir::Param& param : best_.params) {
      for (const ir::ParamLine& line : param.lines) mark(line.value);
    }
    for (const ir::Decision& decision : best_.decisions) ir::for_each_root(decision, mark);
    for (uint32_t id = static_cast<uint32_t>(seen.size()); id-- > 0;) {
      if (seen[id]) ir::for_each_operand(best_, best_.exprs[id], mark);
    }
    return seen;
  }

  static void replace(RuleSet& rules, uint32_t id, const ir::Constant& constant) {
    const ir::ConstantId value = rules.intern(constant);
    rules.exprs[id] = {Op::constant, constant.type, index(value), kNone, kNone, 0, 0, 0};
  }

  // Expressions become what stands in them, or a constant, from the outermost on.
  bool simplify_exprs() {
    bool any = false;
    for (uint32_t id = static_cast<uint32_t>(best_.exprs.size()); id-- > 0;) {
      if (!reached()[id]) continue;
      const ir::Expr expr = best_.exprs[id];
      if (expr.op == Op::constant) continue;
      const ir::Type type = best_.type(expr.type);
      const bool is_list = type.kind == TypeKind::list || type.kind == TypeKind::set;
      bool done = false;
      if (type.optional) {
        done = attempt([&](RuleSet& rules) { replace(rules, id, {expr.type, true, 0, {}}); });
      } else if (is_list) {
        const Op op = type.kind == TypeKind::list ? Op::make_list : Op::make_set;
        done = attempt([&](RuleSet& rules) {
          rules.exprs[id] = {op, expr.type, kNone, kNone, kNone, 0, 0, 0};
        });
      } else if (type.kind != TypeKind::record && type.kind != TypeKind::quotient) {
        for (const Int128 value : {0, 1}) {
          if (done || (value == 1 && type.kind == TypeKind::string)) continue;
          done =
              attempt([&](RuleSet& rules) { replace(rules, id, {expr.type, false, value, {}}); });
        }
      }
      std::vector<uint32_t> parts;
      ir::for_each_operand(best_, expr, [&](ExprId part) { parts.push_back(index(part)); });
      for (const uint32_t part : parts) {
        if (done || best_.exprs[part].type != expr.type) continue;
        done = attempt([&](RuleSet& rules) { rules.exprs[id] = rules.exprs[part]; });
      }
      any = any || done;
    }
    return any;
  }

  // What nothing reads is in the way of a reader only.
  void drop_unreached() {
    const std::vector<bool> seen = reached();
    if (std::ranges::find(seen, false) == seen.end()) return;
    RuleSet candidate = best_;
    const ir::ConstantId filler = candidate.intern(
        {candidate.intern(ir::Type{TypeKind::boolean, false, 0, kNone, ir::TypeId::none}),
         false,
         0,
         {}});
    for (uint32_t id = 0; id < seen.size(); ++id) {
      if (seen[id]) continue;
      candidate.exprs[id] = {
          Op::constant, candidate.constant(filler).type, index(filler), kNone, kNone, 0, 0, 0};
    }
    if (candidate == best_) return;
    if (ir::verify(candidate, stdlib::find) && shows_(candidate, decision_))
      best_ = std::move(candidate);
  }

  RuleSet best_;
  const Shows& shows_;
  uint32_t decision_;
  uint32_t attempts_ = 0;
};

}  // namespace

Shrunk shrink(const RuleSet& rules, const Shows& shows, uint32_t decision) {
  return Shrinker(rules, shows, decision).run();
}

}  // namespace pac::differential
