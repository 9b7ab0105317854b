#include <algorithm>

#include "compiler/analyze/joiner.h"
#include "runtime/base/check.h"
#include "runtime/ir/shape.h"
#include "stdlib/registry.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;

// The same expression under other quantifiers may read other variables, so copies are kept by
// scope.
ExprId Joiner::expr(int of, ExprId id) {
  if (id == ExprId::none) return id;
  const auto scope =
      scope_numbers_.emplace(scope_, static_cast<uint32_t>(scope_numbers_.size())).first->second;
  const std::pair<uint32_t, uint32_t> key{ir::index(id), scope};
  auto& memo = copies_[of].memo;
  if (const auto found = memo.find(key); found != memo.end()) return found->second;
  const ExprId out = make(of, id);
  memo.emplace(key, out);
  return out;
}

ExprId Joiner::make(int of, ExprId id) {
  const ir::Expr e = copies_[of].rules().expr(id);
  const auto part = [&](uint32_t operand) { return expr(of, static_cast<ExprId>(operand)); };
  const auto made =
      terms_.again(e, [&] { return type(of, e.type); }, part, [&] { return operands(of, e); });
  if (made) return *made;
  switch (e.op) {
    case Op::constant: {
      const ir::ConstantId value = constant(of, static_cast<ir::ConstantId>(e.a));
      return rules_.add(ir::Expr{Op::constant, rules_.constant(value).type, ir::index(value)});
    }
    case Op::input:
      return input(of, e);
    case Op::var:
      return rules_.add(ir::Expr{Op::var, type(of, e.type), variable(of, e.a)});
    case Op::field:
      return field(of, e);
    case Op::add: {
      const ExprId a = part(e.a);
      return terms_.add(a, part(e.b));
    }
    case Op::call:
      return call(of, e);
    case Op::call_std:
      return standard_call(of, e);
    case Op::make_record:
      return make_record(of, e);
    default:
      return ir::shape(e.op).is_quantifier ? quantifier(of, e) : generic(of, e);
  }
}

std::vector<ExprId> Joiner::operands(int of, const ir::Expr& e) {
  std::vector<ExprId> out;
  for (uint32_t i = 0; i < e.operand_count; ++i) {
    out.push_back(expr(of, copies_[of].rules().operand(e, i)));
  }
  return out;
}

// A field that is optional in one version only is always present where both are asked.
ExprId Joiner::fitting(ExprId value, bool is_optional) {
  return is_optional && !rules_.type_of(value).optional ? terms_.some(value) : value;
}

ExprId Joiner::input(int of, const ir::Expr& e) {
  const uint32_t slot = copies_[of].slots[e.a];
  const ir::TypeId own = type(of, e.type);
  if (slot == ir::kNone) return terms_.missing(rules_.optional(own));
  const ir::Decision& joined = rules_.decision(out_.flat.decision);
  const ir::TypeId here = rules_.record(joined.input).fields[slot].type;
  return fitting(rules_.add(ir::Expr{Op::input, here, slot}), rules_.type(own).optional);
}

ExprId Joiner::field(int of, const ir::Expr& e) {
  const auto record = static_cast<ExprId>(e.a);
  const ExprId base = expr(of, record);
  const uint32_t ref = copies_[of].rules().type_of(record).ref;
  const ir::TypeId own = type(of, e.type);
  const uint32_t place = copies_[of].fields.at(ref)[e.b];
  if (place == ir::kNone) return terms_.missing(rules_.optional(own));
  return fitting(terms_.field(base, place), rules_.type(own).optional);
}

ExprId Joiner::generic(int of, ir::Expr e) {
  const ir::OpShape& shape = ir::shape(e.op);
  const auto replace = [&](ir::Part part, uint32_t& member) {
    if (member == ir::kNone) return;
    if (part == ir::Part::expr || part == ir::Part::optional_expr) {
      member = ir::index(expr(of, static_cast<ExprId>(member)));
    } else if (part == ir::Part::constant) {
      member = ir::index(constant(of, static_cast<ir::ConstantId>(member)));
    } else if (part == ir::Part::slot) {
      member = variable(of, member);
    }
  };
  replace(shape.a, e.a);
  replace(shape.b, e.b);
  replace(shape.c, e.c);
  replace(shape.extra, e.extra);
  e.type = type(of, e.type);
  return terms_.plain(e, shape.has_operands ? operands(of, e) : std::vector<ExprId>());
}

ExprId Joiner::quantifier(int of, ir::Expr e) {
  const ExprId list = expr(of, static_cast<ExprId>(e.a));
  scope_.push_back({e.c, joined_slot(list, name_of_variable(of, e.c))});
  const ExprId out = generic(of, e);
  scope_.pop_back();
  return out;
}

// Variables are numbered by list and depth, so that those of both versions are the same.
uint32_t Joiner::joined_slot(ExprId list, const std::string& name) {
  const std::pair<ExprId, uint32_t> key{list, static_cast<uint32_t>(scope_.size())};
  const auto [at, is_new] = slots_.emplace(key, variable_count_);
  if (is_new) {
    ++variable_count_;
    out_.side.variables.resize(variable_count_);
    out_.side.variables[at->second] = name;
  }
  return at->second;
}

std::string Joiner::name_of_variable(int of, uint32_t slot) const {
  const auto& names = copies_[of].version->side.decisions[ir::index(decisions_[of])].variables;
  return slot < names.size() ? names[slot] : std::string();
}

uint32_t Joiner::variable(int of, uint32_t slot) {
  for (size_t i = scope_.size(); i-- > 0;) {
    if (scope_[i].slot == slot) return scope_[i].joined;
  }
  // Bound by nothing: a value of which nothing is known.
  const auto [at, is_new] = copies_[of].free_variables.emplace(slot, variable_count_);
  if (is_new) out_.side.variables.resize(++variable_count_);
  return at->second;
}

// Decisions that stay calls are the same where their functions are.
ExprId Joiner::call(int of, const ir::Expr& e) {
  const auto callee = static_cast<ir::DecisionId>(e.a);
  const ir::Decision& decision = copies_[of].rules().decision(callee);
  const std::pair<std::string, std::string> key{decision.name, copies_[of].version->digest(callee)};
  const auto [at, is_new] =
      callees_.emplace(key, static_cast<ir::DecisionId>(rules_.decisions.size()));
  if (is_new) {
    ir::Decision unopened;
    unopened.name = decision.name;
    rules_.decisions.push_back(std::move(unopened));
  }
  ir::Expr made{Op::call, type(of, e.type), ir::index(at->second)};
  return rules_.add(made, operands(of, e));
}

ExprId Joiner::standard_call(int of, ir::Expr e) {
  const ir::RuleSet& from = copies_[of].rules();
  const ir::FunctionRef& ref = from.functions[e.a];
  std::vector<ExprId> made = operands(of, e);
  const stdlib::Function* function = stdlib::find(ref.name, ref.version);
  uint32_t next = 0;
  for (size_t i = 0; function != nullptr && i < function->parameters.size(); ++i) {
    const stdlib::Parameter& parameter = function->parameters[i];
    if (next >= e.operand_count) break;
    if (parameter.kind == stdlib::Kind::zone) {  // a number of the version's table
      const ir::Expr& zone = from.expr(from.operand(e, next));
      const std::string& name = from.zones[static_cast<size_t>(from.constants[zone.a].number)];
      auto place = std::ranges::find(rules_.zones, name);
      if (place == rules_.zones.end()) place = rules_.zones.insert(place, name);
      made[next] = terms_.number(type(of, zone.type), place - rules_.zones.begin());
    }
    next += parameter.kind == stdlib::Kind::decimal ? 2 : 1;  // with its scale
  }
  auto place = std::ranges::find(rules_.functions, ref);
  if (place == rules_.functions.end()) place = rules_.functions.insert(place, ref);
  e.a = static_cast<uint32_t>(place - rules_.functions.begin());
  e.type = type(of, e.type);
  return terms_.plain(e, made);
}

ExprId Joiner::make_record(int of, const ir::Expr& e) {
  const ir::TypeId made = type(of, e.type);
  const auto& places = copies_[of].fields.at(copies_[of].rules().type(e.type).ref);
  const auto& fields = rules_.records[rules_.type(made).ref].fields;
  const std::vector<ExprId> own = operands(of, e);
  std::vector<ExprId> values(fields.size(), ExprId::none);
  bool is_whole = true;
  for (size_t i = 0; i < own.size(); ++i) {
    if (places[i] == ir::kNone) {
      is_whole = false;  // a value that the joined record has no place for
    } else {
      const bool is_optional = rules_.type(fields[places[i]].type).optional;
      is_whole = is_whole && (is_optional || !rules_.type_of(own[i]).optional);
      values[places[i]] = fitting(own[i], is_optional);
    }
  }
  if (!is_whole || std::ranges::find(values, ExprId::none) != values.end()) {
    // A value of which nothing is known.
    out_.side.variables.resize(++variable_count_);
    return rules_.add(ir::Expr{Op::var, made, variable_count_ - 1});
  }
  return rules_.add(ir::Expr{Op::make_record, made}, values);
}

}  // namespace pac::analyze
