// Rules: conditions, outcomes, duties, overrides.
#include <algorithm>

#include "compiler/check/checker.h"

namespace pac::check {

namespace {

bool is_row_number(std::string_view name) {
  return name.starts_with("row_") && name.size() > 4 &&
         std::all_of(name.begin() + 4, name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

void Checker::declare_rule(DecisionState& d, const ast::Name& name, Span span,
                           std::map<std::string, Span>& seen) {
  (void)d;
  if (name.empty()) return;
  const std::string text(name.text);
  if (text == "otherwise" || is_row_number(text)) {
    emit(Kind::reserved_name, name.span, {{"name", text}})
        .label("pac gives out these labels itself");
    return;
  }
  const auto [it, fresh] = seen.try_emplace(text, span);
  if (!fresh) {
    emit(Kind::duplicate_name, name.span, {{"name", text}}).also(it->second, "first here");
  }
}

void Checker::check_rules(DecisionState& d) {
  std::map<std::string, Span> seen;
  if (d.ast->rules.size() > kMaxRules) {
    emit(Kind::limit_exceeded, d.ast->policy_span,
         {{"what", "rules of a decision"}, {"limit", static_cast<int64_t>(kMaxRules)}});
    return;
  }
  if (d.ast->rules.empty() && !d.ast->otherwise.present) {
    emit(Kind::no_rules, d.ast->policy_span, {{"name", d.ir.name}});
  }
  std::vector<uint32_t> outputs;
  for (uint32_t i = 0; i < d.outputs.size(); ++i) outputs.push_back(i);
  for (const auto& rule : d.ast->rules) {
    declare_rule(d, rule.name, rule.name.span, seen);
    check_rule(d, rule);
  }
  check_overrides(d);
  check_otherwise(d, outputs);
  check_ranking(d);
}

void Checker::check_rule(DecisionState& d, const ast::Rule& rule) {
  ir::Rule out;
  out.name = std::string(rule.name.text);
  const bool priorities = d.ir.policy == ir::HitPolicy::by_priority;
  if (priorities && !rule.has_priority) {
    emit(Kind::no_priority, rule.name.span, {{"name", out.name}})
        .help("write `rule " + out.name + " priority 100 { … }`");
  } else if (!priorities && rule.has_priority) {
    emit(Kind::unused_priority, rule.priority_span, {{"name", out.name}})
        .also(d.ast->policy.span, "this hit policy does not rank by priority");
  }
  out.priority = rule.priority;
  if (!rule.overrides.empty() && d.ir.policy != ir::HitPolicy::unique_with_exceptions) {
    emit(Kind::unused_overrides, rule.overrides[0].span, {{"name", out.name}})
        .also(d.ast->policy.span, "`overrides` needs `unique with exceptions`");
  }
  effective(d, rule.effective, out);
  const size_t variables = scope_.variables.size();
  const Facts saved = scope_.facts;
  bool ok = true;
  std::vector<ConditionPlace> places;
  if (rule.for_each.present) {
    if (d.ir.policy != ir::HitPolicy::collect_list && d.ir.policy != ir::HitPolicy::collect_folds) {
      emit(Kind::misplaced_for_each, rule.for_each.span)
          .also(d.ast->policy.span, "`for each` needs `collect`");
      ok = false;
    }
    Type element;
    const auto list = iterated(rule.for_each.list, &element);
    if (list) {
      out.each_list = list->id;
      out.each_var = bind_variable(rule.for_each.variable, element);
    } else {
      ok = false;
      scope_.variables.push_back({rule.for_each.variable.text, 0, Type{}, rule.for_each.span});
    }
  }
  if (ok) {
    conjuncts(rule.when, out.conditions, places, &ok);
    std::vector<uint32_t> outputs;
    for (uint32_t i = 0; i < d.outputs.size(); ++i) outputs.push_back(i);
    const Facts2 facts = facts_of(rule.when);
    scope_.facts.insert(facts.when_true.begin(), facts.when_true.end());
    outcome(d, rule.outcome, outputs, out);
    duties(d, rule.clauses, out);
    d.explains.push_back(
        {static_cast<uint32_t>(d.ir.rules.size()), &rule.clauses, scope_.facts, scope_.variables});
  }
  scope_.variables.resize(variables);
  scope_.facts = saved;
  d.rule_spans.push_back(rule.span);
  d.condition_places.push_back(std::move(places));
  d.ir.rules.push_back(std::move(out));
}

// Splits `a and b and c` into conditions; each is elaborated knowing that those before it hold.
void Checker::conjuncts(ast::ExprId when, std::vector<ir::ExprId>& out,
                        std::vector<ConditionPlace>& places, bool* ok) {
  std::vector<ast::ExprId> parts, work{when};
  while (!work.empty()) {
    const ast::ExprId id = work.back();
    work.pop_back();
    if (!ast::present(id)) {
      *ok = false;
      continue;
    }
    const ast::Expr& e = node(id);
    if (e.kind == ast::ExprKind::and_) {
      work.push_back(e.b);
      work.push_back(e.a);
    } else {
      parts.push_back(id);
    }
  }
  const Facts saved = scope_.facts;
  for (const ast::ExprId id : parts) {
    const Typed value = condition(id);
    *ok = *ok && value.ok();
    if (value.ok()) {
      const ir::Constant* c = constant_of(value.id);
      if (c == nullptr || c->number == 0) {
        out.push_back(value.id);
        places.push_back({{}, node(id).span});
      }
    }
    const Facts2 facts = facts_of(id);
    scope_.facts.insert(facts.when_true.begin(), facts.when_true.end());
  }
  scope_.facts = saved;
}

void Checker::effective(DecisionState& d, const ast::Effective& effective, ir::Rule& rule) {
  if (!effective.present) return;
  rule.has_effective = true;
  rule.effective_to = kMaxDate;
  if (!read_date(effective.from, &rule.effective_from)) {
    emit(Kind::bad_date, effective.from_span, {{"text", std::string(effective.from)}});
  }
  if (!effective.to.empty() && !read_date(effective.to, &rule.effective_to)) {
    emit(Kind::bad_date, effective.to_span, {{"text", std::string(effective.to)}});
  }
  if (rule.effective_from > rule.effective_to) {
    emit(Kind::empty_range, effective.span).label("the rule is never in force");
  }
  if (d.ir.as_of_slot == ir::kNone) {
    emit(Kind::needs_as_of, effective.span, {{"name", "effective"}})
        .help("declare it: `context { as_of: date }`");
  }
}

// ---- Outcomes -----------------------------------------------------------------------------------

// `columns[i]` is the output that outcome cell i belongs to (tables); rules have a record or an
// effect.
bool Checker::outcome(DecisionState& d, const ast::Outcome& outcome,
                      const std::vector<uint32_t>& columns, ir::Rule& rule) {
  const bool saved = scope_.templates;
  scope_.templates = true;
  bool ok = true;
  rule.outcome.assign(d.outputs.size(), ir::ExprId::none);
  const bool effects = d.ir.policy == ir::HitPolicy::deny_overrides ||
                       d.ir.policy == ir::HitPolicy::permit_overrides;
  if (!outcome.cells.empty() || !ast::present(outcome.value)) {
    for (size_t i = 0; i < outcome.cells.size() && i < columns.size(); ++i) {
      const Slot& slot = d.outputs[columns[i]];
      const Span span = node(outcome.cells[i]).span;
      const Typed value = coerce(expression(outcome.cells[i], {slot.type}), slot.type, span);
      ok = ok && value.ok();
      if (value.ok()) {
        check_constant_domain(value, slot.domain, "`" + std::string(slot.name) + "`", slot.span);
      }
      rule.outcome[columns[i]] = value.id;
    }
    for (uint32_t i = 0; i < d.outputs.size() && ok; ++i) {
      if (rule.outcome[i] != ir::ExprId::none) continue;
      ir::Constant c;
      c.type = d.outputs[i].type.id;
      c.missing = true;
      rule.outcome[i] = make_constant(c);
    }
  } else {
    const ast::Expr& e = node(outcome.value);
    if (effects) {
      const Type type{type_id(ir::TypeKind::effect), {}};
      const Typed value = expression(outcome.value, {type});
      if (value.ok() && (value.type.id != type.id || constant_of(value.id) == nullptr)) {
        emit(Kind::effect_outcome, e.span).help("write `then permit` or `then deny`");
        ok = false;
      }
      if (!d.outputs.empty()) rule.outcome[0] = value.id;
    } else if (e.kind == ast::ExprKind::record_lit) {
      rule.outcome = record_fields(e, d.outputs, "the output of " + d.ir.name, &ok);
    } else if (e.kind == ast::ExprKind::name &&
               (e.name.text == "permit" || e.name.text == "deny")) {
      emit(Kind::effect_output, e.span)
          .help("`permit` and `deny` come from `rules deny_overrides` or `rules permit_overrides`");
      ok = false;
    } else {
      emit(Kind::misplaced_value, e.span, {{"wanted", "a record `{ … }`"}})
          .help("name the output: `then { " +
                (d.outputs.empty() ? "field" : std::string(d.outputs[0].name)) + ": … }`");
      ok = false;
    }
  }
  scope_.templates = saved;
  return ok;
}

void Checker::duties(DecisionState& d, const ast::Clauses& clauses, ir::Rule& rule) {
  const bool effects = d.ir.policy == ir::HitPolicy::deny_overrides ||
                       d.ir.policy == ir::HitPolicy::permit_overrides;
  for (const auto& use : clauses.duties) {
    if (!effects) {
      emit(Kind::misplaced_duty, use.span)
          .also(d.ast->policy.span, "obligations need `deny_overrides` or `permit_overrides`");
      continue;
    }
    const auto duty = see(duties_, use.name);
    if (duty.reported) continue;
    if (duty.found == nullptr || duty.found->ast->is_advice != use.is_advice) {
      if (duty.found == nullptr && report_hidden(use.name)) continue;
      auto builder = emit(Kind::unknown_duty, use.name.span,
                          {{"what", use.is_advice ? "advice" : "obligation"},
                           {"name", std::string(use.name.text)}});
      if (duty.found != nullptr) {
        builder.help(use.is_advice ? "it is an obligation: write `oblige`"
                                   : "it is advice: write `advise`");
      } else {
        hint_nearest(builder, use.name.text, visible(duties_));
      }
      continue;
    }
    const ast::Expr& record = node(use.record);
    const bool saved = scope_.templates;
    scope_.templates = true;
    bool ok = true;
    ir::DutyUse out;
    out.duty = duty.found->id;
    out.arguments = record_fields(record, duty.found->fields, std::string(use.name.text), &ok);
    scope_.templates = saved;
    if (ok) rule.duties.push_back(std::move(out));
  }
}

void Checker::check_otherwise(DecisionState& d, const std::vector<uint32_t>& outputs) {
  const ast::Otherwise& o = d.ast->otherwise;
  d.rule_spans.push_back(o.present ? o.span : d.ast->policy_span);
  if (!o.present) return;
  d.ir.has_otherwise = true;
  d.ir.otherwise.name = "otherwise";
  outcome(d, o.outcome, outputs, d.ir.otherwise);
  duties(d, o.clauses, d.ir.otherwise);
  d.explains.push_back({static_cast<uint32_t>(d.ir.rules.size()), &o.clauses, scope_.facts, {}});
}

void Checker::check_overrides(DecisionState& d) {
  if (d.ir.policy != ir::HitPolicy::unique_with_exceptions) return;
  std::map<std::string_view, uint32_t> index;
  for (uint32_t i = 0; i < d.ast->rules.size(); ++i)
    index.try_emplace(d.ast->rules[i].name.text, i);
  std::vector<std::string> names;
  for (const auto& [name, i] : index) names.emplace_back(name);
  for (uint32_t i = 0; i < d.ast->rules.size(); ++i) {
    std::vector<uint32_t>& targets = d.ir.rules[i].overrides;
    for (const auto& name : d.ast->rules[i].overrides) {
      const auto it = index.find(name.text);
      if (it == index.end()) {
        auto builder = emit(Kind::unknown_rule, name.span, {{"name", std::string(name.text)}});
        if (name.text == "otherwise") {
          builder.help(
              "`otherwise` fires only where no rule does, so there is nothing to override");
        } else {
          hint_nearest(builder, name.text, names);
        }
        continue;
      }
      if (std::ranges::find(targets, it->second) != targets.end()) {
        emit(Kind::duplicate_name, name.span, {{"name", std::string(name.text)}})
            .help("take it away: a rule overrides another or it does not");
        continue;
      }
      targets.push_back(it->second);
    }
  }
  // A cycle: follow the targets of each rule, marking the way.
  std::vector<int> state(d.ir.rules.size());
  for (uint32_t start = 0; start < d.ir.rules.size(); ++start) {
    std::vector<std::pair<uint32_t, size_t>> way;
    if (state[start] == 0) way.push_back({start, 0}), state[start] = 1;
    while (!way.empty()) {
      auto& [rule, next] = way.back();
      if (next == d.ir.rules[rule].overrides.size()) {
        state[rule] = 2;
        way.pop_back();
        continue;
      }
      const uint32_t target = d.ir.rules[rule].overrides[next++];
      if (state[target] == 1) {
        emit(Kind::override_cycle, d.ast->rules[target].name.span,
             {{"name", d.ir.rules[target].name}})
            .also(d.ast->rules[rule].name.span, "which overrides it in turn");
        return;
      }
      if (state[target] == 0) {
        state[target] = 1;
        way.push_back({target, 0});
      }
    }
  }
}

}  // namespace pac::check
