// The expressions of a decision, on the walk for what may end in an error.
#include <algorithm>

#include "compiler/analyze/failing_call.h"
#include "compiler/analyze/failing_value.h"
#include "compiler/analyze/failure_walk.h"
#include "runtime/base/date.h"
#include "runtime/ir/shape.h"

namespace pac::analyze::failing {

void Walk::walk(ExprId id, ExprId when) {
  if (id == ExprId::none || ranges_.cannot_fail(id)) return;
  if (++visits_ > kMostVisits) {
    ++out_.left_out;
    return;
  }
  const ir::Expr e = rules_.expr(id);
  const auto a = static_cast<ExprId>(e.a), b = static_cast<ExprId>(e.b),
             c = static_cast<ExprId>(e.c);
  switch (e.op) {
    case Op::let:
      read_let(e.a, when);
      return;
    case Op::and_:
      walk(a, when);
      walk(b, terms_.both(when, a));
      return;
    case Op::or_:
      walk(a, when);
      walk(b, terms_.both(when, terms_.not_of(a)));
      return;
    case Op::if_:
      walk(a, when);
      walk(b, terms_.both(when, a));
      walk(c, terms_.both(when, terms_.not_of(a)));
      return;
    case Op::default_:
      walk(a, when);
      walk(b, terms_.both(when, terms_.not_of(rules_.add(ir::Expr{Op::is_present, bool_, e.a}))));
      return;
    case Op::any:
    case Op::all:
    case Op::none:
    case Op::count:
    case Op::sum:
    case Op::min:
    case Op::max:
      walk_quantifier(id, e, when);
      return;
    default:
      ir::for_each_operand(rules_, e, [&](ExprId operand) { walk(operand, when); });
      evaluate(id, e, when);
  }
}

void Walk::walk_quantifier(ExprId id, const ir::Expr& e, ExprId when) {
  const auto list = static_cast<ExprId>(e.a), condition = static_cast<ExprId>(e.b);
  walk(list, when);
  const ExprId outer_before = outer_;
  const std::vector<Around> around_before = around_;
  if (around_.empty()) {
    outer_ = when;
  } else {
    around_.back().condition = terms_.both(around_.back().condition, when);
  }
  around_.push_back({list, e.c, terms_.truth(true)});
  walk(condition, terms_.truth(true));
  if (e.op >= Op::sum) {
    walk(static_cast<ExprId>(e.extra), condition == ExprId::none ? terms_.truth(true) : condition);
  }
  around_ = around_before;
  outer_ = outer_before;
  if (e.op != Op::sum || ranges_.cannot_overflow(id)) return;
  if (is_part_of_input(rules_, decision_, list)) return overflow(id, e, when);
  add(id, PAC_E_OVERFLOW, when, ExprId::none, terms_.truth(true));
}

void Walk::overflow(ExprId id, const ir::Expr& e, ExprId when) {
  const ir::Type type = rules_.type(e.type);
  const ir::Range range = ir::range_of_type(rules_, type);
  const bool is_day = type.kind == TypeKind::date || type.kind == TypeKind::datetime;
  add(id, is_day ? PAC_E_DATE_RANGE : PAC_E_OVERFLOW, when, outside(id, range.low, range.high));
}

void Walk::evaluate(ExprId id, const ir::Expr& e, ExprId when) {
  switch (e.op) {
    case Op::param:
      before_first_line(id, e, when);
      return;
    case Op::neg:
    case Op::mul:
    case Op::rescale:
    case Op::round:
    case Op::add:
    case Op::sub:
      if (rules_.type(e.type).kind != TypeKind::quotient && !ranges_.cannot_overflow(id)) {
        overflow(id, e, when);
      }
      if (rules_.type(e.type).kind == TypeKind::date) whole_days(id, e, when);
      return;
    case Op::quot:
    case Op::mod: {
      const auto divisor = static_cast<ExprId>(e.b);
      const ir::Range range = ranges_.range_of(divisor);
      if (range.low > 0 || range.high < 0) return;
      const ExprId zero = number(rules_.expr(divisor).type, 0);
      add(id, PAC_E_DIVISION_BY_ZERO, when, join(Op::eq, divisor, zero));
      return;
    }
    case Op::make_record:
      fields(e, static_cast<ir::RecordId>(rules_.type(e.type).ref), when);
      return;
    case Op::call:
      fields(e, rules_.decisions[e.a].input, when);
      // An assume that fails is no assume that is false: first what it can't be evaluated for.
      inside(id, e, when, true);
      assumes(id, e, when);
      inside(id, e, when, false);
      return;
    case Op::call_std:
      for (const FailingCall& call : failing_calls(rules_, ranges_, id)) {
        add(id, call.error, when, call.likely, call.only, ir::DomainId::none, "", call.is_certain);
      }
      return;
    default:
      return;  // memory for texts and lists is not looked at
  }
}

void Walk::fields(const ir::Expr& e, ir::RecordId record, ExprId when) {
  const std::vector<ir::Field> all = rules_.record(record).fields;
  for (uint32_t i = 0; i < e.operand_count; ++i) {
    within(rules_.operand(e, i), all[i].domain, when, "`" + all[i].name + "`");
  }
}

void Walk::assumes(ExprId id, const ir::Expr& e, ExprId when) {
  const std::vector<ExprId> all = rules_.decisions[e.a].assumes;
  for (const ExprId assume : all) {
    const ExprId fails = terms_.not_of(with_arguments(rules_, assume, e, decision_.var_count));
    add(id, PAC_E_DOMAIN, when, fails, fails, ir::DomainId::none,
        "what `" + rules_.decisions[e.a].name + "` is called with");
  }
}

void Walk::inside(ExprId id, const ir::Expr& e, ExprId when, bool in_assumes) {
  const auto found = called_.find(e.a);
  if (found == called_.end()) return;
  std::vector<ExprId> operands;
  for (uint32_t i = 0; i < e.operand_count; ++i) operands.push_back(rules_.operand(e, i));
  const std::string name = "`" + rules_.decisions[e.a].name + "`";
  for (const CalledFault& fault : found->second) {
    if (fault.is_assume != in_assumes) continue;
    ExprId fails = terms_.truth(true);
    if (fault.question != ir::DecisionId::none) {
      const ir::TypeId type = rules_.decision(fault.question).result_type;
      const ExprId answer =
          rules_.add(ir::Expr{Op::call, type, ir::index(fault.question)}, operands);
      fails = rules_.add(ir::Expr{Op::field, bool_, ir::index(answer), 0});
    }
    if (!fault.is_assume) inside_ = static_cast<ir::DecisionId>(e.a);
    add(id, fault.error, when, fault.is_exact ? fails : ExprId::none, fails, ir::DomainId::none,
        fault.is_assume ? "what " + name + " is called with" : name);
    inside_ = ir::DecisionId::none;
  }
}

void Walk::before_first_line(ExprId id, const ir::Expr& e, ExprId when) {
  const ir::Param& param = rules_.params[e.a];
  const auto date = static_cast<ExprId>(e.b);
  if (param.lines.empty() || ranges_.range_of(date).low >= param.lines[0].from) return;
  const ExprId first = number(rules_.expr(date).type, param.lines[0].from);
  add(id, PAC_E_PARAM, when, join(Op::lt, date, first));
}

void Walk::whole_days(ExprId id, const ir::Expr& e, ExprId when) {
  const auto duration = static_cast<ExprId>(e.b);
  if (rules_.type_of(duration).kind != TypeKind::duration) return;
  if (const ir::Constant* days = terms_.constant(duration)) {
    if (days->number % kMicrosPerDay == 0) return;
  }
  const ir::TypeId type = rules_.expr(duration).type;
  const ExprId rest = rules_.add(
      ir::Expr{Op::mod, type, ir::index(duration), ir::index(number(type, kMicrosPerDay))});
  add(id, PAC_E_ARGUMENT, when, terms_.not_of(join(Op::eq, rest, number(type, 0))));
}

}  // namespace pac::analyze::failing
