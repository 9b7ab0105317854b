// Decisions: interface, lets, assumptions, body.
#include <algorithm>

#include "compiler/check/checker.h"

namespace pac::check {

// What callers see of a decision. Everything else is elaborated when it is needed.
void Checker::check_interface(DecisionState& d) {
  if (d.interface_done) return;
  d.interface_done = true;
  Scope scope;
  scope.decision = &d;
  Enter enter(*this, d.module, std::move(scope));
  d.ir.name = d.name;
  // What another package decides is no answer of this one.
  d.ir.is_private = d.item->is_private || !package_of(*d.module).prefix.empty();
  d.ir.partial = d.ast->partial;
  check_interface_slots(d);
  for (uint32_t i = 0; i < d.ast->lets.size(); ++i) {
    const ast::Let& let = d.ast->lets[i];
    d.lets.push_back(LetState{&let, LetState::State::untouched, ir::kNone, {}, false});
    if (let.name.empty()) continue;
    if (auto it = d.slot_of.find(let.name.text); it != d.slot_of.end()) {
      emit(Kind::duplicate_name, let.name.span, {{"name", std::string(let.name.text)}})
          .also(d.slots[it->second].span, "first here");
      continue;
    }
    if (!d.let_of.try_emplace(let.name.text, i).second) {
      emit(Kind::duplicate_name, let.name.span, {{"name", std::string(let.name.text)}})
          .also(d.lets[d.let_of[let.name.text]].ast->name.span, "first here");
    }
  }
  check_policy(d);
  check_results(d);
}

void Checker::add_slot(DecisionState& d, Slot slot) {
  const auto [it, fresh] = d.slot_of.try_emplace(slot.name, static_cast<uint32_t>(d.slots.size()));
  if (!fresh) {
    emit(Kind::duplicate_name, slot.span, {{"name", std::string(slot.name)}})
        .also(d.slots[it->second].span, "first here");
    return;
  }
  d.slots.push_back(std::move(slot));
}

void Checker::check_interface_slots(DecisionState& d) {
  for (const auto& field : d.ast->inputs) {
    Slot slot = resolve_field(field, true);
    slot.role = ir::SlotRole::input;
    d.failed = d.failed || !slot.type.known();
    add_slot(d, std::move(slot));
  }
  check_context(d);
  for (const auto& feature : d.ast->features) {
    Slot slot;
    slot.name = feature.name.text;
    slot.span = feature.name.span;
    slot.type = resolve(feature.type, &slot.domain, true);
    slot.role = ir::SlotRole::feature;
    slot.required_feature = slot.type.known() && !optional(slot.type);
    d.failed = d.failed || !slot.type.known();
    add_slot(d, std::move(slot));
  }
  std::map<std::string_view, Span> seen;
  for (const auto& field : d.ast->outputs) {
    Slot slot = resolve_field(field, false);
    d.failed = d.failed || !slot.type.known();
    if (!seen.try_emplace(slot.name, slot.span).second) {
      emit(Kind::duplicate_name, slot.span, {{"name", std::string(slot.name)}})
          .also(seen[slot.name], "first here");
      continue;
    }
    d.outputs.push_back(std::move(slot));
  }
}

void Checker::check_context(DecisionState& d) {
  static const std::set<std::string_view> kNames = {"as_of", "now", "caller", "tenant",
                                                    "protection"};
  for (const auto& field : d.ast->context) {
    Slot slot = resolve_field(field, true);
    slot.role = ir::SlotRole::context;
    d.failed = d.failed || !slot.type.known();
    const uint32_t index = static_cast<uint32_t>(d.slots.size());
    if (!kNames.contains(slot.name)) {
      auto builder = emit(Kind::unknown_context, slot.span, {{"name", std::string(slot.name)}});
      builder.note(
          "the context has `as_of`, `now`, `caller`, `tenant` and `protection`; everything else is "
          "`input`");
      hint_nearest(builder, slot.name, {kNames.begin(), kNames.end()});
      d.refused_names.insert(slot.name);
      d.failed = true;
      continue;
    }
    const auto wants = [&](ir::TypeKind kind, const char* type) {
      if (!slot.type.known() || is(slot.type, kind)) return;
      emit(Kind::type_mismatch, field.type.span, {{"seen", show(slot.type)}, {"wanted", type}});
      d.failed = true;
    };
    if (slot.name == "as_of") {
      wants(ir::TypeKind::date, "date");
      d.ir.as_of_slot = index;
    } else if (slot.name == "now") {
      wants(ir::TypeKind::datetime, "datetime");
      d.ir.now_slot = index;
    }
    add_slot(d, std::move(slot));
  }
  for (const auto& zone : d.ast->zones) {
    if (!d.ir.zone.empty()) {
      emit(Kind::duplicate_name, zone.span, {{"name", "zone"}});
    } else if (zone_index(zone.name, zone.span)) {
      d.ir.zone = zone.name;
    }
  }
}

void Checker::check_features(DecisionState& d) {
  static const std::map<std::string_view, int64_t> kSeconds = {
      {"days", 86400}, {"hours", 3600}, {"minutes", 60}, {"seconds", 1}};
  for (const auto& feature : d.ast->features) {
    const auto it = d.slot_of.find(feature.name.text);
    if (it == d.slot_of.end()) continue;
    const uint32_t slot = it->second;
    ir::Feature out;
    out.slot = slot;
    out.name = full_name(d) + "." + std::string(feature.name.text);
    out.required = d.slots[slot].required_feature;
    if (feature.max_age > 0) {
      if (auto unit = kSeconds.find(feature.max_age_unit.text); unit != kSeconds.end()) {
        if (__builtin_mul_overflow(feature.max_age, unit->second * 1'000'000, &out.max_age_us)) {
          emit(Kind::number_too_long, feature.max_age_unit.span,
               {{"text", std::to_string(feature.max_age)}});
        }
      }
      if (d.ir.now_slot == ir::kNone) {
        emit(Kind::needs_now, feature.name.span, {{"name", std::string(feature.name.text)}})
            .help("age is measured at `now`: `context { now: datetime }`");
      }
    }
    const Typed key = expression(feature.key);
    if (!key.ok()) {
      d.failed = true;
      continue;
    }
    if (!only_inputs(key.id)) {
      emit(Kind::feature_key, node(feature.key).span,
           {{"name", std::string(feature.name.text)}, {"callee", d.ir.name}})
          .help(
              "a feature is looked up before rules run: its key is a field of the input or the "
              "context");
      d.failed = true;
      continue;
    }
    out.key = key.id;
    d.ir.features.push_back(std::move(out));
  }
}

DecisionState* Checker::find_decision(std::string_view name) {
  const auto it = decisions_.find(name);
  return it == decisions_.end() ? nullptr : &it->second;
}

// Elaborates a decision, its callees first. False when it has errors.
bool Checker::check_decision(DecisionState& d) {
  if (d.state == DecisionState::State::done) return !d.failed;
  if (d.state == DecisionState::State::running) {
    auto builder = emit(Kind::decision_cycle, d.ast->name.span, {{"name", d.ir.name}});
    bool inside = false;
    for (const DecisionState* other : running_) {
      inside = inside || other == &d;
      if (inside && other != &d) builder.also(other->ast->name.span, "which is called on the way");
    }
    d.failed = true;
    return false;
  }
  check_interface(d);
  d.state = DecisionState::State::running;
  running_.push_back(&d);
  {
    Scope scope;
    scope.decision = &d;
    Enter enter(*this, d.module, std::move(scope));
    const size_t before = emitter_.error_count() + emitter_.dropped_count();
    check_features(d);
    check_assumes(d);
    check_lets(d);
    check_body(d);
    check_texts(d);
    d.failed = d.failed || emitter_.error_count() + emitter_.dropped_count() != before;
    if (!d.failed) finish_decision(d);
  }
  running_.pop_back();
  d.state = DecisionState::State::done;
  return !d.failed;
}

void Checker::check_assumes(DecisionState& d) {
  for (const auto& assume : d.ast->assumes) {
    std::vector<ast::ExprId> parts{assume.condition};
    Typed condition_value = condition(assume.condition);
    if (!condition_value.ok()) continue;
    if (!d.ir.lets.empty()) {
      emit(Kind::assume_over_lets, assume.span);
      continue;
    }
    d.ir.assumes.push_back(condition_value.id);
    const Facts2 facts = facts_of(assume.condition);
    d.assumed.insert(facts.when_true.begin(), facts.when_true.end());
    scope_.facts = d.assumed;
  }
}

void Checker::check_lets(DecisionState& d) {
  for (const uint32_t i : let_order(d)) {
    if (!d.lets[i].ast->name.empty()) read_let(i, d.lets[i].ast->name);
  }
}

void Checker::check_body(DecisionState& d) {
  const ast::Decision& a = *d.ast;
  if (a.has_rules) return check_rules(d);
  if (a.has_table) return check_table(d);
  if (!ast::present(a.result)) {
    emit(Kind::no_body, a.name.span, {{"name", d.ir.name}})
        .help("write `rules by priority { … }`, `table unique { … }` or `result { … }`");
    return;
  }
  scope_.templates = true;
  bool ok = true;
  const ast::Expr& e = node(a.result);
  if (e.kind == ast::ExprKind::record_lit) {
    d.ir.result = record_fields(e, d.outputs, "the output of " + d.ir.name, &ok);
  } else {
    emit(Kind::misplaced_value, e.span, {{"wanted", "a record `{ … }`"}})
        .help("name the output: `result { " +
              (d.outputs.empty() ? "field" : std::string(d.outputs[0].name)) + ": … }`");
  }
  scope_.templates = false;
}

void Checker::finish_decision(DecisionState& d) {
  ir::Record input;
  input.name = d.ir.name + ".input";
  uint32_t inherited = 0;
  for (const auto& slot : d.slots) {
    ir::Field field{std::string(slot.name), slot.type.id, slot.domain, slot.type.unit};
    if (slot.role == ir::SlotRole::feature) {
      field.type = rules_.optional(field.type);
      const auto it = d.slot_of.find(slot.name);
      const bool own = it != d.slot_of.end() && &d.slots[it->second] == &slot;
      if (!own) field.name = d.inherited_names[inherited++];
    }
    input.fields.push_back(std::move(field));
    d.ir.roles.push_back(slot.role);
  }
  d.ir.input = static_cast<ir::RecordId>(rules_.records.size());
  rules_.records.push_back(std::move(input));
  // Called once for each decision, callees first.
  d.id = static_cast<ir::DecisionId>(rules_.decisions.size());
  rules_.decisions.push_back(d.ir);
  by_id_.push_back(&d);
  check_protected(d);
}

// The outcome's record, and what callers get.
void Checker::check_results(DecisionState& d) {
  ir::Record output;
  output.name = d.ir.name + ".output";
  const bool effects = d.ir.policy == ir::HitPolicy::deny_overrides ||
                       d.ir.policy == ir::HitPolicy::permit_overrides;
  const ir::TypeId effect = type_id(ir::TypeKind::effect);
  if (effects && d.outputs.empty()) {
    Slot slot;
    slot.name = "effect";
    slot.type.id = effect;
    slot.span = d.ast->name.span;
    d.outputs.push_back(slot);
  }
  if (effects && (d.outputs.size() != 1 || d.outputs[0].type.id != effect)) {
    emit(Kind::effect_output, d.ast->policy_span)
        .help("write `output { effect: effect }`, or leave `output` out");
    d.failed = true;
  }
  if (d.outputs.empty()) {
    emit(Kind::no_output, d.ast->name.span, {{"name", d.ir.name}})
        .help("say what it decides: `output { eligible: bool }`");
    d.failed = true;
  }
  for (const auto& slot : d.outputs) {
    if (!effects && slot.type.id == effect) {
      emit(Kind::effect_output, slot.span)
          .help("`effect` comes from `rules deny_overrides` or `rules permit_overrides`");
      d.failed = true;
    }
    output.fields.push_back({std::string(slot.name), slot.type.id, slot.domain, slot.type.unit});
  }
  d.ir.output = static_cast<ir::RecordId>(rules_.records.size());
  rules_.records.push_back(std::move(output));
  fields_by_record_[ir::index(d.ir.output)] = d.outputs;
  const ir::TypeId contribution = type_id(ir::TypeKind::record, 0, ir::index(d.ir.output));
  switch (d.ir.policy) {
    case ir::HitPolicy::collect_list:
      d.ir.result_type = type_id(ir::TypeKind::list, 0, ir::kNone, contribution);
      break;
    case ir::HitPolicy::collect_folds: {
      check_folds(d);
      ir::Record result;
      result.name = d.ir.name + ".result";
      for (const auto& slot : d.results) {
        result.fields.push_back(
            {std::string(slot.name), slot.type.id, slot.domain, slot.type.unit});
      }
      const auto id = static_cast<ir::RecordId>(rules_.records.size());
      rules_.records.push_back(std::move(result));
      fields_by_record_[ir::index(id)] = d.results;
      d.ir.result_type = type_id(ir::TypeKind::record, 0, ir::index(id));
      break;
    }
    default:
      d.ir.result_type = contribution;
      break;
  }
}

}  // namespace pac::check
