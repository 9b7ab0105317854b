#include "compiler/analyze/mutants.h"

#include <algorithm>
#include <optional>

#include "compiler/analyze/mutant_edit.h"
#include "compiler/analyze/phrase.h"
#include "runtime/base/date.h"
#include "runtime/ir/shape.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;
using ir::TypeKind;
using Kind = Mutant::Kind;

namespace {

constexpr uint32_t kMostMembers = 8;  // of one set, left out one by one
constexpr int kMaxDepth = 40;

// ---- Which mutants there are.

class Maker {
 public:
  Maker(const ir::RuleSet& rules, const ir::Side& side)
      : rules_(rules), scratch_(rules), done_params_(rules.params.size()) {
    for (uint32_t i = 0; i < rules.decisions.size(); ++i) {
      decision_ = &rules.decisions[i];
      side_ = &side.decisions[i];
      at_ = {};
      at_.decision = static_cast<ir::DecisionId>(i);
      of_decision();
    }
  }

  std::vector<Mutant> take() { return std::move(out_); }

 private:
  void of_decision() {
    const auto count = static_cast<uint32_t>(decision_->rules.size());
    for (uint32_t i = 0; i < count; ++i) of_rule(i, decision_->rules[i]);
    if (decision_->has_otherwise && decision_->policy != ir::HitPolicy::result) {
      of_outcome(count, decision_->otherwise);
      plain(Kind::removed, count, "otherwise", "left out");
    }
    for (uint32_t i = 0; i < decision_->lets.size(); ++i) {
      begin(Mutant::Root::let, ir::kNone, i);
      walk(decision_->lets[i].value, 0);
    }
    for (uint32_t i = 0; i < decision_->result.size(); ++i) {
      begin(Mutant::Root::result, ir::kNone, i);
      of_value(decision_->result[i]);
    }
    of_params();
  }

  void of_rule(uint32_t number, const ir::Rule& rule) {
    for (uint32_t i = 0; i < rule.conditions.size(); ++i) {
      begin(Mutant::Root::condition, number, i);
      at_.edit = {};
      say(Kind::dropped, rule.conditions[i], "left out");
      walk(rule.conditions[i], 0);
    }
    of_outcome(number, rule);
    plain(Kind::removed, number, "rule " + rule.name, "left out");
    of_order(number, rule);
    if (rule.has_effective) {
      dates(number, 0, rule.effective_from, 1);
      if (rule.effective_to < kMaxDate) dates(number, 1, rule.effective_to, -1);
    }
    for (uint32_t i = 0; i < rule.duties.size(); ++i) {
      plain(Kind::duty, number, rules_.duties[ir::index(rule.duties[i].duty)].name, "left out", i);
    }
  }

  void of_order(uint32_t number, const ir::Rule& rule) {
    if (decision_->policy == ir::HitPolicy::first && number + 1 < decision_->rules.size()) {
      const std::string& next = decision_->rules[number + 1].name;
      plain(Kind::order, number, rule.name + " before " + next, "after it", 0, number + 1);
    }
    if (decision_->policy == ir::HitPolicy::by_priority) {
      // With the rule of the next lower priority.
      uint32_t best = ir::kNone;
      for (uint32_t i = 0; i < decision_->rules.size(); ++i) {
        const ir::Rule& other = decision_->rules[i];
        if (other.priority >= rule.priority) continue;
        if (best == ir::kNone || other.priority > decision_->rules[best].priority) best = i;
      }
      if (best != ir::kNone) {
        const std::string& next = decision_->rules[best].name;
        plain(Kind::order, number, rule.name + " above " + next, "below it", 0, best);
      }
    }
    for (uint32_t i = 0; i < rule.overrides.size(); ++i) {
      plain(Kind::order, number,
            rule.name + " overrides " + decision_->rules[rule.overrides[i]].name,
            "does not override it", i);
    }
  }

  void of_outcome(uint32_t number, const ir::Rule& rule) {
    for (uint32_t i = 0; i < rule.outcome.size(); ++i) {
      begin(Mutant::Root::outcome, number, i);
      of_value(rule.outcome[i]);
    }
  }

  // An output: another value where it is a constant.
  void of_value(ExprId id) {
    const ir::Expr& expr = rules_.expr(id);
    if (expr.op != Op::constant) return walk(id, 0);
    const ir::Constant& constant = rules_.constants[expr.a];
    if (const auto other = another(constant)) replace(Kind::outcome, id, *other);
  }

  void of_params() {
    std::vector<bool> seen(rules_.params.size());
    ir::for_each_root(*decision_, [&](ExprId id) { find_params(id, &seen); });
    for (uint32_t i = 0; i < seen.size(); ++i) {
      if (!seen[i] || done_params_[i]) continue;
      done_params_[i] = true;
      for (uint32_t line = 0; line < rules_.params[i].lines.size(); ++line) {
        of_line(i, line);
      }
    }
  }

  void of_line(uint32_t param, uint32_t line) {
    const ir::ParamLine& is = rules_.params[param].lines[line];
    begin(Mutant::Root::param, ir::kNone, line);
    at_.param = param;
    const ir::Expr& expr = rules_.expr(is.value);
    if (expr.op == Op::constant) {
      for (const int sign : {1, -1}) {
        if (const auto other = shifted(rules_, rules_.constants[expr.a], sign)) {
          replace(Kind::constant, is.value, *other);
          out_.back().was = rules_.params[param].name + " " + out_.back().was;
        }
      }
    }
    if (line == 0) return;
    begin(Mutant::Root::param, ir::kNone, line);
    at_.param = param;
    dates(ir::kNone, line, is.from, 1);
    out_.back().was = rules_.params[param].name + " from " + out_.back().was;
  }

  void find_params(ExprId id, std::vector<bool>* seen) {
    if (id == ExprId::none) return;
    const ir::Expr& expr = rules_.expr(id);
    if (expr.op == Op::param) (*seen)[expr.a] = true;
    for (const ExprId part : parts_of(rules_, expr)) find_params(part, seen);
  }

  // ---- Expressions.

  void walk(ExprId id, int depth) {
    if (depth > kMaxDepth) return;
    const ir::Expr& expr = rules_.expr(id);
    switch (expr.op) {
      case Op::and_:
      case Op::or_:
        change_op(Kind::op, id, expr.op == Op::and_ ? Op::or_ : Op::and_);
        for (const uint32_t part : {0u, 1u}) {
          at_.edit = {};
          at_.edit.kind = Edit::Kind::operand;
          at_.edit.part = 1 - part;
          say(Kind::dropped, static_cast<ExprId>(part == 0 ? expr.a : expr.b), "left out");
        }
        break;
      case Op::lt:
      case Op::le:
      case Op::gt:
      case Op::ge:
        compared(id, expr);
        negate(id);
        break;
      case Op::eq:
      case Op::ne:
        equated(id, expr);
        negate(id);
        break;
      case Op::in_range:
        ranged(id, expr);
        negate(id);
        break;
      case Op::in_set:
        members(id, expr);
        negate(id);
        break;
      case Op::any:
      case Op::all:
        change_op(Kind::op, id, expr.op == Op::any ? Op::all : Op::any);
        negate(id);
        break;
      case Op::add:
      case Op::sub:
        if (rules_.expr(static_cast<ExprId>(expr.a)).type ==
            rules_.expr(static_cast<ExprId>(expr.b)).type) {
          change_op(Kind::op, id, expr.op == Op::add ? Op::sub : Op::add);
        }
        break;
      case Op::min_of:
      case Op::max_of:
        change_op(Kind::op, id, expr.op == Op::min_of ? Op::max_of : Op::min_of);
        break;
      case Op::constant:
        computed(id, rules_.constants[expr.a]);
        break;
      case Op::call_std:  // options and digits are no values of the author's
      case Op::template_:
        if (rules_.type(expr.type).kind == TypeKind::boolean) negate(id);
        return;
      default:
        if (rules_.type(expr.type).kind == TypeKind::boolean && !rules_.type(expr.type).optional) {
          negate(id);
        }
        break;
    }
    descend(expr, depth);
  }

  // Constants that a test names are changed with the test.
  void descend(const ir::Expr& expr, int depth) {
    const bool is_test = expr.op == Op::lt || expr.op == Op::le || expr.op == Op::gt ||
                         expr.op == Op::ge || expr.op == Op::eq || expr.op == Op::ne ||
                         expr.op == Op::in_range || expr.op == Op::in_set;
    const std::vector<ExprId> parts = parts_of(rules_, expr);
    for (uint32_t i = 0; i < parts.size(); ++i) {
      if (is_test && rules_.expr(parts[i]).op == Op::constant) continue;
      if (expr.op == Op::param && i == 0) continue;
      at_.path.push_back(i);
      walk(parts[i], depth + 1);
      at_.path.pop_back();
    }
  }

  const ir::Constant* constant_at(uint32_t id) const {
    const ir::Expr& expr = rules_.exprs[id];
    return expr.op == Op::constant ? &rules_.constants[expr.a] : nullptr;
  }

  // The other op moves the boundary one step one way; the constant moves it the other way.
  void compared(ExprId id, const ir::Expr& expr) {
    change_op(Kind::boundary, id, beside(expr.op));
    const bool is_right = constant_at(expr.b) != nullptr;
    const ir::Constant* constant = is_right ? constant_at(expr.b) : constant_at(expr.a);
    if (constant == nullptr) return;
    const bool down = expr.op == Op::lt || expr.op == Op::ge;
    move(id, is_right ? 1 : 0, *constant, down == is_right ? -1 : 1);
  }

  void equated(ExprId id, const ir::Expr& expr) {
    const bool is_right = constant_at(expr.b) != nullptr;
    const ir::Constant* constant = is_right ? constant_at(expr.b) : constant_at(expr.a);
    if (constant == nullptr || constant->missing) return;
    if (rules_.type(constant->type).kind == TypeKind::enumeration) {
      if (const auto other = another(*constant)) {
        exchange(Kind::value, id, is_right ? 1 : 0, *other);
      }
      return;
    }
    move(id, is_right ? 1 : 0, *constant, 1);
  }

  void ranged(ExprId id, const ir::Expr& expr) {
    for (const uint32_t end : {0u, 1u}) {
      at_.edit = {};
      at_.edit.kind = Edit::Kind::op;
      at_.edit.op = Op::in_range;
      at_.edit.extra = expr.extra ^ (1u << end);
      say_edited(Kind::boundary, id);
      const ir::Constant* constant = constant_at(end == 0 ? expr.b : expr.c);
      if (constant == nullptr) continue;
      const bool is_out = (expr.extra >> end & 1) != 0;
      move(id, 1 + end, *constant, (end == 0) == is_out ? 1 : -1);
    }
  }

  void members(ExprId id, const ir::Expr& expr) {
    if (expr.operand_count < 2) return;
    for (uint32_t i = 0; i < expr.operand_count && i < kMostMembers; ++i) {
      at_.edit = {};
      at_.edit.kind = Edit::Kind::without;
      at_.edit.part = i;
      say_edited(Kind::dropped, id);
    }
  }

  void computed(ExprId id, const ir::Constant& constant) {
    const ir::Type& type = rules_.type(constant.type);
    if (constant.missing) return;
    if (type.kind == TypeKind::boolean || type.kind == TypeKind::enumeration) {
      if (const auto other = another(constant)) replace(Kind::value, id, *other);
    } else if (const auto other = shifted(rules_, constant, 1)) {
      replace(Kind::constant, id, *other);
    }
  }

  // ---- Values.

  std::optional<ir::Constant> another(const ir::Constant& constant) const {
    if (!constant.missing && rules_.type(constant.type).kind == TypeKind::string) {
      ir::Constant out = constant;
      out.text = other_text(constant);
      return out;
    }
    return next_value(rules_, constant);
  }

  // What another rule of the decision says in the same place, else something that none says.
  std::string other_text(const ir::Constant& constant) const {
    for (const ir::Rule& rule : decision_->rules) {
      if (at_.root != Mutant::Root::outcome || at_.number >= rule.outcome.size()) break;
      const ir::Constant* other = constant_at(ir::index(rule.outcome[at_.number]));
      if (other != nullptr && !other->missing && other->text != constant.text) return other->text;
    }
    return constant.text + "?";
  }

  // ---- Saying what there is.

  void begin(Mutant::Root root, uint32_t rule, uint32_t number) {
    at_.root = root;
    at_.rule = rule;
    at_.number = number;
    at_.param = ir::kNone;
    at_.other = ir::kNone;
    at_.shift = 0;
    at_.path.clear();
    at_.edit = {};
  }

  std::string words(const ir::RuleSet& rules, ExprId id) const {
    return phrase(rules, *decision_, *side_, id);
  }

  void say(Kind kind, ExprId id, std::string now) {
    at_.kind = kind;
    at_.was = words(rules_, id);
    at_.now = std::move(now);
    out_.push_back(at_);
  }

  void say_edited(Kind kind, ExprId id) {
    say(kind, id, words(scratch_, edited(scratch_, id, at_.edit)));
  }

  void change_op(Kind kind, ExprId id, Op op) {
    at_.edit = {};
    at_.edit.kind = Edit::Kind::op;
    at_.edit.op = op;
    at_.edit.extra = rules_.expr(id).extra;
    say_edited(kind, id);
  }

  void negate(ExprId id) {
    const Op op = rules_.expr(id).op;
    if (opposite(op) != op) return change_op(Kind::negated, id, opposite(op));
    at_.edit = {};
    at_.edit.kind = Edit::Kind::negated;
    say_edited(Kind::negated, id);
  }

  void replace(Kind kind, ExprId id, const ir::Constant& constant) {
    at_.edit = {};
    at_.edit.kind = Edit::Kind::constant;
    at_.edit.constant = constant;
    say_edited(kind, id);
  }

  // A constant that a test names; the words are of the whole test.
  void exchange(Kind kind, ExprId test, uint32_t part, const ir::Constant& constant) {
    at_.edit = {};
    at_.edit.kind = Edit::Kind::constant;
    at_.edit.constant = constant;
    const ExprId id = parts_of(rules_, rules_.expr(test))[part];
    const ExprId other =
        with_part(scratch_, rules_.expr(test), part, edited(scratch_, id, at_.edit));
    at_.path.push_back(part);
    say(kind, test, words(scratch_, other));
    at_.path.pop_back();
  }

  void move(ExprId test, uint32_t part, const ir::Constant& constant, int sign) {
    if (const auto other = shifted(rules_, constant, sign))
      exchange(Kind::constant, test, part, *other);
  }

  void plain(Kind kind, uint32_t rule, std::string was, std::string now, uint32_t number = 0,
             uint32_t other = ir::kNone) {
    begin(Mutant::Root::none, rule, number);
    at_.kind = kind;
    at_.other = other;
    at_.was = std::move(was);
    at_.now = std::move(now);
    out_.push_back(at_);
  }

  void dates(uint32_t rule, uint32_t number, int32_t day, int shift) {
    at_.rule = rule;
    at_.number = number;
    at_.kind = Kind::dates;
    at_.edit = {};
    at_.path.clear();
    if (rule != ir::kNone) at_.root = Mutant::Root::none;
    at_.shift = shift;
    const ir::Constant was{date_type(), false, day, {}}, now{date_type(), false, day + shift, {}};
    at_.was = phrase(scratch_, was);
    at_.now = phrase(scratch_, now);
    out_.push_back(at_);
    at_.shift = 0;
  }

  ir::TypeId date_type() {
    ir::Type type;
    type.kind = TypeKind::date;
    return scratch_.intern(type);
  }

  const ir::RuleSet& rules_;
  ir::RuleSet scratch_;  // for the words of what a mutant says
  const ir::Decision* decision_ = nullptr;
  const ir::DecisionSide* side_ = nullptr;
  std::vector<bool> done_params_;  // a parameter is changed once, not for each that reads it
  Mutant at_;
  std::vector<Mutant> out_;
};

}  // namespace

std::vector<Mutant> mutants_of(const ir::RuleSet& rules, const ir::Side& side) {
  return Maker(rules, side).take();
}

}  // namespace pac::analyze
