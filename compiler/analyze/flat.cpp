#include "compiler/analyze/flat.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>

#include "compiler/analyze/ranking.h"
#include "compiler/analyze/space.h"
#include "compiler/analyze/terms.h"
#include "runtime/base/check.h"
#include "runtime/ir/shape.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;

namespace {

// A call of a larger decision stays a call.
constexpr size_t kMaxCalledRules = 200;

// One reading of a decision: what its inputs and its variable slots stand for.
struct Frame {
  ir::DecisionId id = ir::DecisionId::none;
  std::vector<ExprId> inputs;
  uint32_t first_variable = 0;
  std::unordered_map<uint32_t, ExprId> memo;
  std::vector<std::optional<ExprId>> lets;
};

class Flattener {
 public:
  Flattener(ir::RuleSet& working, Flat& flat) : flat_(flat), rules_(working), terms_(working) {}

  void run() {
    Frame frame = entry();
    const ir::Decision decision = rules_.decision(flat_.decision);
    variables_ = decision.var_count;
    for (const ExprId assume : decision.assumes) flat_.assumes.push_back(expand(frame, assume));
    for (uint32_t i = 0; i < decision.rules.size(); ++i) {
      flat_.rules.push_back(flat_rule(frame, decision.rules[i], i));
    }
    if (decision.has_otherwise) {
      flat_.otherwise =
          flat_rule(frame, decision.otherwise, static_cast<uint32_t>(decision.rules.size()));
    }
    for (const auto& let : frame.lets) flat_.lets.push_back(let.value_or(ExprId::none));
    replace(frame);
    for (const auto& [original, flat] : frame.memo) {
      flat_.origins.emplace_back(flat, static_cast<ExprId>(original));
    }
  }

 private:
  // The decision's own expressions become the flat ones.
  void replace(Frame& frame) {
    ir::Decision decision = rules_.decision(flat_.decision);
    for (ExprId& assume : decision.assumes) assume = expand(frame, assume);
    for (ir::Rule& rule : decision.rules) replace(frame, rule);
    if (decision.has_otherwise) replace(frame, decision.otherwise);
    for (ExprId& id : decision.result) id = expand(frame, id);
    decision.lets.clear();
    decision.var_count = variables_;
    rules_.decisions[ir::index(flat_.decision)] = std::move(decision);
  }

  void replace(Frame& frame, ir::Rule& rule) {
    for (ExprId& id : rule.conditions) id = expand(frame, id);
    for (ExprId& id : rule.outcome) id = expand(frame, id);
    for (ir::DutyUse& use : rule.duties) {
      for (ExprId& id : use.arguments) id = expand(frame, id);
    }
    rule.each_list = expand(frame, rule.each_list);
  }

  Frame entry() {
    Frame frame;
    frame.id = flat_.decision;
    const ir::Decision& decision = rules_.decision(flat_.decision);
    const std::vector<ir::Field> fields = rules_.record(decision.input).fields;
    for (uint32_t slot = 0; slot < fields.size(); ++slot) {
      frame.inputs.push_back(rules_.add(ir::Expr{Op::input, fields[slot].type, slot}));
    }
    frame.lets.resize(decision.lets.size());
    return frame;
  }

  FlatRule flat_rule(Frame& frame, const ir::Rule& rule, uint32_t number) {
    FlatRule out;
    out.rule = number;
    out.condition = condition(frame, rule);
    out.is_each = rule.each_list != ExprId::none;
    for (const ExprId id : rule.outcome) out.outcome.push_back(expand(frame, id));
    return out;
  }

  ExprId condition(Frame& frame, const ir::Rule& rule) {
    ExprId all = terms_.truth(true);
    if (rule.has_effective) all = effective(frame, rule);
    ExprId inner = terms_.truth(true);
    for (const ExprId id : rule.conditions) inner = terms_.both(inner, expand(frame, id));
    if (rule.each_list != ExprId::none) {
      const ExprId list = expand(frame, rule.each_list);
      inner = rules_.add(ir::Expr{Op::any, rules_.intern(ir::Type{}), ir::index(list),
                                  ir::index(inner), frame.first_variable + rule.each_var});
    }
    return terms_.both(all, inner);
  }

  ExprId effective(Frame& frame, const ir::Rule& rule) {
    const uint32_t slot = rules_.decision(frame.id).as_of_slot;
    PAC_CHECK(slot != ir::kNone, "a rule with effective dates has an as_of");
    const ExprId as_of = frame.inputs[slot];
    const ir::TypeId date = rules_.expr(as_of).type;
    return terms_.in_range(as_of, terms_.number(date, rule.effective_from),
                           terms_.number(date, rule.effective_to), 0);
  }

  ExprId expand(Frame& frame, ExprId id) {
    if (id == ExprId::none) return id;
    if (const auto found = frame.memo.find(ir::index(id)); found != frame.memo.end()) {
      return found->second;
    }
    const ExprId out = make(frame, id);
    frame.memo.emplace(ir::index(id), out);
    return out;
  }

  ExprId make(Frame& frame, ExprId id) {
    const ir::Expr expr = rules_.expr(id);
    const auto part = [&](uint32_t operand) { return expand(frame, static_cast<ExprId>(operand)); };
    const auto made =
        terms_.again(expr, [&] { return expr.type; }, part, [&] { return parts(frame, expr); });
    if (made) return *made;
    switch (expr.op) {
      case Op::constant:
        return id;
      case Op::input:
        return frame.inputs[expr.a];
      case Op::let:
        return let(frame, expr.a);
      case Op::var:
        return rules_.add(ir::Expr{Op::var, expr.type, frame.first_variable + expr.a});
      case Op::param:
        return param(frame, expr);
      case Op::field:
        return terms_.field(part(expr.a), expr.b);
      case Op::call:
        return call(frame, expr);
      case Op::in_list:
      case Op::intersects:
      case Op::subset_of: {
        const ExprId a = part(expr.a), b = part(expr.b);
        if (const auto asked = texts_in(expr.op, a, b)) return *asked;
        return generic(frame, expr);
      }
      default:
        return generic(frame, expr);
    }
  }

  std::vector<ExprId> parts(Frame& frame, const ir::Expr& expr) {
    std::vector<ExprId> out;
    for (uint32_t i = 0; i < expr.operand_count; ++i) {
      out.push_back(expand(frame, rules_.operand(expr, i)));
    }
    return out;
  }

  ExprId let(Frame& frame, uint32_t number) {
    if (!frame.lets[number]) {
      frame.lets[number] = expand(frame, rules_.decision(frame.id).lets[number].value);
    }
    return *frame.lets[number];
  }

  // The last line on or before the date. Before the first line the evaluation fails; here the
  // first line stands for that time too.
  ExprId param(Frame& frame, const ir::Expr& expr) {
    const ExprId date = expand(frame, static_cast<ExprId>(expr.b));
    const std::vector<ir::ParamLine> lines = rules_.params[expr.a].lines;
    ExprId value = expand(frame, lines.front().value);
    for (size_t i = 1; i < lines.size(); ++i) {
      const ExprId from = terms_.number(rules_.expr(date).type, lines[i].from);
      const ExprId since = terms_.compare(Op::ge, date, from);
      value = terms_.choose(since, expand(frame, lines[i].value), value);
    }
    return value;
  }

  ExprId generic(Frame& frame, ir::Expr expr) {
    const ir::OpShape& shape = ir::shape(expr.op);
    const auto replace = [&](ir::Part part, uint32_t& member) {
      if (member == ir::kNone) return;
      if (part == ir::Part::expr || part == ir::Part::optional_expr) {
        member = ir::index(expand(frame, static_cast<ExprId>(member)));
      } else if (part == ir::Part::slot) {
        member += frame.first_variable;
      }
    };
    replace(shape.a, expr.a);
    replace(shape.b, expr.b);
    replace(shape.c, expr.c);
    replace(shape.extra, expr.extra);
    if (expr.op == Op::add) {
      return terms_.add(static_cast<ExprId>(expr.a), static_cast<ExprId>(expr.b));
    }
    return terms_.plain(expr, shape.has_operands ? parts(frame, expr) : std::vector<ExprId>());
  }

  // ---- Texts in lists and sets of the input, as questions of their items, whose texts are cut.

  std::optional<ExprId> texts_in(Op op, ExprId a, ExprId b) {
    const auto members = constants_in(a), others = constants_in(b);
    if (op == Op::in_list) {
      if (terms_.constant(a) == nullptr || !has_texts(b)) return std::nullopt;
      return has_item(Op::any, b, terms_.compare(Op::eq, item_of(b), a));
    }
    if (has_texts(a) && !others.empty()) {
      const ExprId is_one = terms_.in_set(item_of(a), others);
      return has_item(op == Op::intersects ? Op::any : Op::all, a, is_one);
    }
    if (members.empty() || !has_texts(b)) return std::nullopt;
    if (op == Op::intersects) return has_item(Op::any, b, terms_.in_set(item_of(b), members));
    ExprId all = terms_.truth(true);
    for (const ExprId member : members) {
      const ExprId one = has_item(Op::any, b, terms_.compare(Op::eq, item_of(b), member));
      all = terms_.both(all, one);
    }
    return all;
  }

  // The members of a set or list that is written out.
  std::vector<ExprId> constants_in(ExprId id) const {
    const ir::Expr& expr = rules_.expr(id);
    std::vector<ExprId> out;
    if (expr.op != Op::make_set && expr.op != Op::make_list) return out;
    for (uint32_t i = 0; i < expr.operand_count; ++i) {
      out.push_back(rules_.operand(expr, i));
      if (terms_.constant(out.back()) == nullptr) return {};
    }
    return out;
  }

  bool has_texts(ExprId list) const {
    const ir::Type& type = rules_.type_of(list);
    if (type.kind != ir::TypeKind::list && type.kind != ir::TypeKind::set) return false;
    const ir::Type& element = rules_.type(type.element);
    return !type.optional && element.kind == ir::TypeKind::string && !element.optional &&
           path_of(rules_, list).has_value();
  }

  // One variable for each list, so that equal questions are one.
  ExprId item_of(ExprId list) {
    const auto [at, is_new] = item_slots_.try_emplace(list, variables_);
    if (is_new) ++variables_;
    return rules_.add(ir::Expr{Op::var, rules_.type_of(list).element, at->second});
  }

  ExprId has_item(Op quantifier, ExprId list, ExprId condition) {
    return rules_.add(ir::Expr{quantifier, rules_.intern(ir::Type{}), ir::index(list),
                               ir::index(condition), item_slots_.at(list)});
  }

  // ---- Calls.

  ExprId call(Frame& frame, const ir::Expr& expr) {
    const std::vector<ExprId> arguments = parts(frame, expr);
    const ir::Expr rebuilt{Op::call, expr.type, expr.a};
    const ExprId plain = rules_.add(rebuilt, arguments);
    if (const auto found = calls_.find(ir::index(plain)); found != calls_.end()) {
      return found->second;
    }
    Frame callee;
    callee.id = static_cast<ir::DecisionId>(expr.a);
    callee.inputs = arguments;
    callee.first_variable = variables_;
    const ir::Decision decision = rules_.decision(callee.id);
    callee.lets.resize(decision.lets.size());
    variables_ += decision.var_count;
    const ExprId value = decide(callee, decision, expr.type).value_or(plain);
    calls_.emplace(ir::index(plain), value);
    return value;
  }

  // What a decision's answer is, as a choice between its outcomes; nothing where it has no such
  // form.
  std::optional<ExprId> decide(Frame& frame, const ir::Decision& decision, ir::TypeId type) {
    if (decision.rules.size() > kMaxCalledRules || !terms_.may_grow()) return std::nullopt;
    switch (decision.policy) {
      case ir::HitPolicy::result:
        return record(frame, decision, decision.result, type);
      case ir::HitPolicy::unique:
      case ir::HitPolicy::any:
      case ir::HitPolicy::first:
      case ir::HitPolicy::by_priority:
      case ir::HitPolicy::unique_with_exceptions:
        return chain(frame, decision, ir::try_order(decision), type);
      case ir::HitPolicy::by_outcome:
      case ir::HitPolicy::by_highest:
      case ir::HitPolicy::deny_overrides:
      case ir::HitPolicy::permit_overrides:
        return ranked(frame, decision, type);
      case ir::HitPolicy::collect_folds:
        return folds(frame, decision, type);
      default:
        return std::nullopt;
    }
  }

  ExprId record(Frame& frame, const ir::Decision&, const std::vector<ExprId>& outcome,
                ir::TypeId type) {
    std::vector<ExprId> fields;
    for (const ExprId id : outcome) fields.push_back(expand(frame, id));
    return record(fields, type);
  }

  ExprId record(const std::vector<ExprId>& fields, ir::TypeId type) {
    const ir::TypeId plain = rules_.optional(type, false);
    const ExprId made = rules_.add(ir::Expr{Op::make_record, plain}, fields);
    return rules_.type(type).optional ? terms_.some(made) : made;
  }

  std::optional<ExprId> chain(Frame& frame, const ir::Decision& decision,
                              const std::vector<uint32_t>& order, ir::TypeId type) {
    std::optional<ExprId> value;
    if (decision.has_otherwise)
      value = record(frame, decision, decision.otherwise.outcome, type);
    else if (rules_.type(type).optional)
      value = terms_.missing(type);
    const auto reach = ir::override_reach(decision);
    std::vector<ExprId> conditions;
    for (const ir::Rule& rule : decision.rules) conditions.push_back(condition(frame, rule));
    for (size_t i = order.size(); i-- > 0;) {
      const uint32_t rule = order[i];
      if (decision.rules[rule].each_list != ExprId::none) return std::nullopt;
      ExprId chosen = conditions[rule];
      for (uint32_t other = 0; other < reach.size(); ++other) {
        if (std::ranges::binary_search(reach[other], rule)) {
          chosen = terms_.both(chosen, terms_.not_of(conditions[other]));
        }
      }
      const ExprId outcome = record(frame, decision, decision.rules[rule].outcome, type);
      // Where nothing else is left (a gap is an error), the last rule stands for it.
      value = value ? terms_.choose(chosen, outcome, *value) : outcome;
    }
    return value;
  }

  std::optional<ExprId> ranked(Frame& frame, const ir::Decision& decision, ir::TypeId type) {
    std::vector<Contender> contenders;
    for (const ir::Rule& rule : decision.rules) {
      if (rule.each_list != ExprId::none) return std::nullopt;
      std::vector<ExprId> outcome;
      for (const ExprId id : rule.outcome) outcome.push_back(expand(frame, id));
      const auto ranks = ranks_of(rules_, terms_, decision, outcome);
      if (!ranks) return std::nullopt;
      contenders.push_back({condition(frame, rule), record(outcome, type), *ranks});
    }
    std::optional<ExprId> none;
    if (decision.has_otherwise) {
      none = record(frame, decision, decision.otherwise.outcome, type);
    } else if (rules_.type(type).optional) {
      none = terms_.missing(type);
    }
    return best_of(terms_, contenders, none);
  }

  // Folds of rules without `for each`. `otherwise` contributes where no rule does.
  std::optional<ExprId> folds(Frame& frame, const ir::Decision& decision, ir::TypeId type) {
    if (rules_.type(type).optional) return std::nullopt;
    const std::vector<ir::Field> result = rules_.records[rules_.type(type).ref].fields;
    std::vector<std::pair<ExprId, const ir::Rule*>> contributions;
    ExprId none = terms_.truth(true);
    for (const ir::Rule& rule : decision.rules) {
      if (rule.each_list != ExprId::none) return std::nullopt;
      contributions.emplace_back(condition(frame, rule), &rule);
      none = terms_.both(none, terms_.not_of(contributions.back().first));
    }
    if (decision.has_otherwise) contributions.emplace_back(none, &decision.otherwise);
    std::vector<ExprId> fields;
    for (size_t i = 0; i < decision.folds.size(); ++i) {
      std::vector<Contender> parts;
      for (const auto& [when, rule] : contributions) {
        Contender part{when, ExprId::none, {}};
        if (decision.folds[i].column != ir::kNone) {
          part.value = expand(frame, rule->outcome[decision.folds[i].column]);
          const ExprId is_there = terms_.is_present(part.value);
          part.condition = terms_.both(when, is_there);
          part.value = terms_.unwrap(part.value);
        }
        parts.push_back(part);
      }
      const auto value = fold(decision.folds[i].kind, parts, result[i].type);
      if (!value) return std::nullopt;
      fields.push_back(*value);
    }
    return rules_.add(ir::Expr{Op::make_record, type}, fields);
  }

  std::optional<ExprId> fold(ir::FoldKind kind, std::vector<Contender>& parts, ir::TypeId type) {
    if (kind == ir::FoldKind::rule_list) return unknown(type);
    if (kind == ir::FoldKind::min || kind == ir::FoldKind::max) {
      if (!rules_.type(type).optional) return std::nullopt;
      for (Contender& part : parts) {
        if (!is_ordered(rules_, part.value)) return std::nullopt;
        part.ranks = {part.value};
        part.value = terms_.some(part.value);
      }
      return best_of(terms_, parts, terms_.missing(type), kind == ir::FoldKind::min);
    }
    ExprId sum = terms_.number(type, 0);
    for (const Contender& part : parts) {
      const ExprId value = kind == ir::FoldKind::sum ? part.value : terms_.number(type, 1);
      if (rules_.expr(value).type != type) return std::nullopt;
      const ExprId added = terms_.choose(part.condition, value, terms_.number(type, 0));
      sum = terms_.add(sum, added);
    }
    return sum;
  }

  // A value of which nothing is known: a variable that nothing binds.
  ExprId unknown(ir::TypeId type) { return rules_.add(ir::Expr{Op::var, type, variables_++}); }

  Flat& flat_;
  ir::RuleSet& rules_;
  Terms terms_;
  uint32_t variables_ = 0;
  std::unordered_map<uint32_t, ExprId> calls_;
  std::map<ExprId, uint32_t> item_slots_;
};

}  // namespace

Flat flatten(ir::RuleSet& working, ir::DecisionId decision) {
  Flat flat;
  flat.decision = decision;
  Flattener(working, flat).run();
  return flat;
}

}  // namespace pac::analyze
