#include "compiler/analyze/join.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>

#include "compiler/analyze/joiner.h"
#include "runtime/ir/function.h"
#include "stdlib/registry.h"

namespace pac::analyze {

using ir::ExprId;
using ir::HitPolicy;

Version::Version(const ir::RuleSet& rule_set, const ir::Side& s)
    : rules(rule_set), side(s), working_(rule_set), digests_(rule_set.decisions.size()) {}

const Flat& Version::flat(ir::DecisionId decision) {
  while (flats_.size() <= ir::index(decision)) {
    flats_.push_back(flatten(working_, static_cast<ir::DecisionId>(flats_.size())));
  }
  return flats_[ir::index(decision)];
}

const std::string& Version::digest(ir::DecisionId decision) {
  std::string& known = digests_[ir::index(decision)];
  if (known.empty()) known = ir::function_digest(rules, decision, stdlib::find);
  return known;
}

Joiner::Joiner(Version& old_version, Version& new_version, Joined& out)
    : out_(out), rules_(out.rules), terms_(out.rules) {
  copies_[kOld].version = &old_version;
  copies_[kNew].version = &new_version;
}

void Joiner::obstacle(std::string text) {
  if (out_.obstacle.empty()) out_.obstacle = std::move(text);
}

const ir::Decision& Joiner::decision(int of) const {
  return copies_[of].version->rules.decision(decisions_[of]);
}

void Joiner::run(ir::DecisionId old_decision, ir::DecisionId new_decision) {
  decisions_ = {old_decision, new_decision};
  rules_.package = copies_[kNew].rules().package;
  rules_.edition = copies_[kNew].rules().edition;
  for (Copy& copy : copies_) copy.version->flat(decisions_[&copy - copies_.data()]);
  join_input();
  if (!out_.obstacle.empty()) return;
  for (const int of : {kOld, kNew}) add_version(of);
  add_lets();
  add_outputs();
  number_conditions();
  ir::Decision& joined = rules_.decisions[ir::index(out_.flat.decision)];
  joined.var_count = variable_count_;
  for (const FlatRule& rule : out_.flat.rules) joined.result.push_back(rule.condition);
}

// Inputs, context and features, each as the new version has it where both do.
void Joiner::join_input() {
  ir::Decision joined;
  joined.name = decision(kNew).name;
  joined.partial = decision(kNew).partial;
  joined.zone = decision(kNew).zone;
  const ir::Record* records[2];
  for (const int of : {kOld, kNew}) {
    records[of] = &copies_[of].version->rules.record(decision(of).input);
  }
  ir::Record record;
  record.name = joined.name + " of both";
  join_fields(joined.name, records[kOld], records[kNew], &record, &copies_[kOld].slots,
              &copies_[kNew].slots);
  joined.roles.assign(record.fields.size(), ir::SlotRole::input);
  for (const int of : {kOld, kNew}) {
    const ir::Decision& own = decision(of);
    const FieldMap& slots = copies_[of].slots;
    for (size_t i = 0; i < slots.size(); ++i) {
      if (slots[i] != ir::kNone) joined.roles[slots[i]] = own.roles[i];
    }
    const auto here = [&](uint32_t slot) { return slot == ir::kNone ? slot : slots[slot]; };
    if (here(own.as_of_slot) != ir::kNone) joined.as_of_slot = here(own.as_of_slot);
    if (here(own.now_slot) != ir::kNone) joined.now_slot = here(own.now_slot);
    for (const ir::Feature& feature : own.features) {
      const uint32_t slot = slots[feature.slot];
      if (slot == ir::kNone) continue;
      const auto known = std::ranges::find(joined.features, slot, &ir::Feature::slot);
      if (known != joined.features.end()) {
        known->required = known->required || feature.required;
        continue;
      }
      ir::Feature copy = feature;
      copy.slot = slot;
      copy.key = ExprId::none;
      joined.features.push_back(std::move(copy));
    }
  }
  std::ranges::sort(joined.features, {}, &ir::Feature::slot);
  joined.input = static_cast<ir::RecordId>(rules_.records.size());
  rules_.records.push_back(std::move(record));
  out_.flat.decision = static_cast<ir::DecisionId>(rules_.decisions.size());
  rules_.decisions.push_back(std::move(joined));
}

// Names for values in regions. A let that means something else in the other version is told with
// the version.
void Joiner::add_lets() {
  std::map<std::string_view, ExprId> values[2];
  for (const int of : {kNew, kOld}) {
    const Flat& flat = copies_[of].version->flat(decisions_[of]);
    const auto& names = copies_[of].version->side.decisions[ir::index(decisions_[of])].lets;
    for (size_t i = 0; i < flat.lets.size() && i < names.size(); ++i) {
      if (flat.lets[i] != ExprId::none) values[of][names[i].name] = expr(of, flat.lets[i]);
    }
  }
  for (const int of : {kNew, kOld}) {
    const auto& names = copies_[of].version->side.decisions[ir::index(decisions_[of])].lets;
    for (const auto& let : names) {
      const auto found = values[of].find(let.name);
      if (found == values[of].end()) continue;
      const auto other = values[1 - of].find(let.name);
      out_.flat.lets.push_back(found->second);
      out_.side.lets.push_back(let);
      if (other != values[1 - of].end() && other->second != found->second) {
        out_.side.lets.back().name = (of == kOld ? "old " : "new ") + let.name;
      }
    }
  }
}

JoinedRule Joiner::rule(int of, const FlatRule& flat, const ir::Rule& rule) {
  const ir::RuleSet& from = copies_[of].rules();
  JoinedRule out;
  out.is_each = flat.is_each;
  out.condition = expr(of, flat.condition);
  if (rule.each_list != ExprId::none) {
    scope_.push_back({rule.each_var,
                      joined_slot(expr(of, rule.each_list), name_of_variable(of, rule.each_var))});
  }
  for (const ExprId id : flat.outcome) out.outcome.push_back(expr(of, id));
  for (const ir::DutyUse& use : rule.duties) {
    const ir::Duty& duty = from.duties[ir::index(use.duty)];
    JoinedDuty made{duty.name, duty.is_advice, {}};
    for (const ExprId id : use.arguments) made.arguments.push_back(expr(of, id));
    out.duties.push_back(std::move(made));
  }
  scope_.clear();
  return out;
}

void Joiner::add_version(int of) {
  JoinedVersion& version = out_.versions[of];
  version.rule_set = &copies_[of].version->rules;
  version.decision = decisions_[of];
  const Flat& flat = copies_[of].version->flat(decisions_[of]);
  const ir::Decision& own = copies_[of].rules().decision(decisions_[of]);  // flat
  if (own.policy == HitPolicy::result) {
    JoinedRule only;
    only.condition = terms_.truth(true);
    for (const ExprId id : own.result) only.outcome.push_back(expr(of, id));
    version.rules.push_back(std::move(only));
  }
  for (const FlatRule& one : flat.rules) {
    version.rules.push_back(rule(of, one, own.rules[one.rule]));
  }
  if (own.has_otherwise) version.otherwise = rule(of, flat.otherwise, own.otherwise);
  for (const ExprId id : flat.assumes) out_.flat.assumes.push_back(expr(of, id));
  for (const ir::RankedColumn& column : own.ranking) {
    version.ranking.emplace_back();
    for (const ir::ConstantId id : column.values) {
      version.ranking.back().push_back(constant(of, id));
    }
  }
  for (const ir::Field& field : copies_[of].rules().record(own.output).fields) {
    type(of, field.type);
  }
}

void Joiner::add_outputs() {
  const auto& before = copies_[kOld].version->rules.record(decision(kOld).output).fields;
  const auto& after = copies_[kNew].version->rules.record(decision(kNew).output).fields;
  for (uint32_t i = 0; i < before.size(); ++i) {
    for (uint32_t k = 0; k < after.size(); ++k) {
      if (before[i].name != after[k].name) continue;
      const ir::Type& x = rules_.type(type(kOld, before[i].type));
      const ir::Type& y = rules_.type(type(kNew, after[k].type));
      const auto is_number = [](const ir::Type& t) {
        return t.kind == ir::TypeKind::integer || t.kind == ir::TypeKind::decimal;
      };
      const bool is_same = x.kind == y.kind && x.ref == y.ref && x.element == y.element;
      if (!is_same && !(is_number(x) && is_number(y))) {
        obstacle("the output `" + before[i].name + "` is of another type");
        continue;
      }
      out_.outputs.emplace_back(i, k);
      out_.output_names.push_back(before[i].name);
    }
  }
}

void Joiner::number_conditions() {
  std::unordered_map<uint32_t, uint32_t> numbers;
  for (JoinedVersion& version : out_.versions) {
    for (JoinedRule& rule : version.rules) {
      const auto next = static_cast<uint32_t>(out_.flat.rules.size());
      const auto [at, is_new] = numbers.emplace(ir::index(rule.condition), next);
      rule.number = at->second;
      if (!is_new) continue;
      FlatRule flat;
      flat.rule = next;
      flat.condition = rule.condition;
      out_.flat.rules.push_back(std::move(flat));
    }
  }
}

std::unique_ptr<Joined> join(Version& old_version, ir::DecisionId old_decision,
                             Version& new_version, ir::DecisionId new_decision) {
  auto out = std::make_unique<Joined>();
  Joiner(old_version, new_version, *out).run(old_decision, new_decision);
  return out;
}

}  // namespace pac::analyze
