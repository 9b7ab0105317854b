// Hit policies: what they need, how outcomes are ranked and folded.
#include <algorithm>

#include "compiler/check/checker.h"

namespace pac::check {

void Checker::check_policy(DecisionState& d) {
  using A = ast::HitPolicy::Kind;
  using I = ir::HitPolicy;
  const ast::Decision& a = *d.ast;
  if (!a.has_rules && !a.has_table) {
    d.ir.policy = I::result;
    return;
  }
  static const std::map<A, I> kPolicies = {{A::unique, I::unique},
                                           {A::unique_with_exceptions, I::unique_with_exceptions},
                                           {A::any, I::any},
                                           {A::first, I::first},
                                           {A::by_priority, I::by_priority},
                                           {A::by_outcome, I::by_outcome},
                                           {A::by_highest, I::by_highest},
                                           {A::collect_list, I::collect_list},
                                           {A::collect_folds, I::collect_folds},
                                           {A::deny_overrides, I::deny_overrides},
                                           {A::permit_overrides, I::permit_overrides}};
  const auto it = kPolicies.find(a.policy.kind);
  if (it == kPolicies.end()) {
    d.failed = true;  // a syntax error that has been reported
    return;
  }
  d.ir.policy = it->second;
  const char* refused = nullptr;
  if (a.has_table && d.ir.policy == I::by_priority) refused = "by priority";
  if (a.has_table && d.ir.policy == I::unique_with_exceptions) refused = "unique with exceptions";
  if (refused != nullptr) {
    emit(Kind::table_policy, a.policy.span, {{"policy", refused}})
        .help("rows have no priority and no `overrides`; write them as `rules`");
    d.failed = true;
  }
}

// Called once outcomes are known.
void Checker::check_ranking(DecisionState& d) {
  const ast::HitPolicy& policy = d.ast->policy;
  for (const auto& ranked : policy.ranked) {
    ir::RankedColumn out;
    const std::string name = ranked.column.empty() && d.outputs.size() == 1
                                 ? std::string(d.outputs[0].name)
                                 : std::string(ranked.column.text);
    uint32_t column = 0;
    while (column < d.outputs.size() && d.outputs[column].name != name) ++column;
    if (column == d.outputs.size()) {
      if (ranked.column.empty()) {
        emit(Kind::rank_column, policy.span)
            .help("name the output: `by outcome routing: decline, refer`");
        continue;
      }
      std::vector<std::string> names;
      for (const auto& o : d.outputs) names.emplace_back(o.name);
      auto builder = emit(Kind::unknown_field, ranked.column.span,
                          {{"name", name}, {"type", "the output of " + d.ir.name}});
      hint_nearest(builder, name, names);
      continue;
    }
    out.column = column;
    const Type type = d.outputs[column].type;
    if (ranked.values.empty()) {  // `by highest`
      out.highest = true;
      if (!is_ordered(type)) {
        emit(Kind::no_order, ranked.column.span, {{"type", show(type)}});
        continue;
      }
    }
    std::set<std::string> named;
    for (const ast::ExprId id : ranked.values) {
      const Typed value = coerce(expression(id, {type}), type, node(id).span);
      if (!value.ok()) continue;
      if (constant_of(value.id) == nullptr) {
        emit(Kind::not_constant, node(id).span);
        continue;
      }
      if (!named.insert(show_constant(*constant_of(value.id))).second) {
        emit(Kind::repeated_element, node(id).span,
             {{"value", show_constant(*constant_of(value.id))}});
        continue;
      }
      out.values.push_back(static_cast<ir::ConstantId>(rules_.expr(value.id).a));
    }
    if (!out.highest && ir_type(type).kind == ir::TypeKind::enumeration) {
      std::string absent;
      for (const auto& value : rules_.enums[ir_type(type).ref].values) {
        if (named.contains(value.name)) continue;
        if (!yields_constant(d, column, value.name)) continue;
        if (!absent.empty()) absent += ", ";
        absent += "`" + value.name + "`";
      }
      if (!absent.empty()) {
        emit(Kind::rank_incomplete, policy.span, {{"values", absent}})
            .help("name every outcome that a rule can yield, best first");
      }
    }
    d.ir.ranking.push_back(std::move(out));
  }
}

// Whether some rule's outcome in this column may be the enum value `name`.
bool Checker::yields_constant(const DecisionState& d, uint32_t column,
                              const std::string& name) const {
  const auto may = [&](const ir::Rule& rule) {
    const ir::Constant* c = constant_of(rule.outcome[column]);
    return c == nullptr || show_constant(*c) == name;
  };
  return std::any_of(d.ir.rules.begin(), d.ir.rules.end(), may) ||
         (d.ir.has_otherwise && may(d.ir.otherwise));
}

void Checker::check_folds(DecisionState& d) {
  static const std::map<std::string_view, ir::FoldKind> kFolds = {
      {"sum", ir::FoldKind::sum},
      {"count", ir::FoldKind::count},
      {"min", ir::FoldKind::min},
      {"max", ir::FoldKind::max},
      {"list", ir::FoldKind::rule_list}};
  for (const auto& fold : d.ast->policy.folds) {
    const auto it = kFolds.find(fold.function.text);
    if (it == kFolds.end()) {
      auto builder =
          emit(Kind::unknown_fold, fold.function.span, {{"name", std::string(fold.function.text)}});
      builder.note(
          "contributions are folded by `sum(x)`, `min(x)`, `max(x)`, `count()` or `list(rule)`");
      d.failed = true;
      continue;
    }
    ir::Fold out{it->second, ir::kNone};
    Slot slot;
    slot.name = fold.name.text;
    slot.span = fold.name.span;
    if (out.kind == ir::FoldKind::count) {
      slot.type.id = type_id(ir::TypeKind::integer);
    } else if (out.kind == ir::FoldKind::rule_list) {
      if (fold.column.text != "rule") {
        emit(Kind::unknown_fold, fold.span, {{"name", "list"}}).help("write `list(rule)`");
        d.failed = true;
      }
      slot.type.id = type_id(ir::TypeKind::list, 0, ir::kNone, type_id(ir::TypeKind::string));
    } else {
      uint32_t column = 0;
      while (column < d.outputs.size() && d.outputs[column].name != fold.column.text) ++column;
      if (column == d.outputs.size()) {
        emit(Kind::unknown_field, fold.column.span,
             {{"name", std::string(fold.column.text)}, {"type", "the output of " + d.ir.name}});
        d.failed = true;
        continue;
      }
      out.column = column;
      slot.type = d.outputs[column].type;
      const bool number =
          is(slot.type, ir::TypeKind::integer) || is(slot.type, ir::TypeKind::decimal);
      if (out.kind == ir::FoldKind::sum ? !number : !is_ordered(slot.type)) {
        emit(out.kind == ir::FoldKind::sum ? Kind::sum_of : Kind::no_order, fold.span,
             {{"type", show(slot.type)}});
        d.failed = true;
        continue;
      }
      if (out.kind != ir::FoldKind::sum) slot.type.id = rules_.optional(slot.type.id);
    }
    for (const auto& other : d.results) {
      if (other.name != slot.name) continue;
      emit(Kind::duplicate_name, slot.span, {{"name", std::string(slot.name)}})
          .also(other.span, "first here");
      d.failed = true;
    }
    d.ir.folds.push_back(out);
    d.results.push_back(std::move(slot));
  }
}

}  // namespace pac::check
