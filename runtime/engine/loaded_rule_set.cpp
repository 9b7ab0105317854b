#include "runtime/engine/loaded_rule_set.h"

#include <algorithm>

#include "runtime/engine/write.h"
#include "runtime/ir/phrase.h"
#include "runtime/ir/verify.h"
#include "runtime/match/block.h"
#include "stdlib/registry.h"

namespace pac::engine {

namespace {

// The names of all zones that a rule set uses.
std::vector<std::string> zone_names(const ir::RuleSet& rule_set) {
  std::vector<std::string> names = rule_set.zones;
  for (const ir::Decision& decision : rule_set.decisions) {
    if (!decision.zone.empty()) names.push_back(decision.zone);
  }
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

uint32_t count_duties(const ir::Decision& decision) {
  std::size_t count = decision.otherwise.duties.size();
  for (const ir::Rule& rule : decision.rules) count += rule.duties.size();
  return static_cast<uint32_t>(count);
}

// What a column has to be evaluated for is left to evaluate, so that blocks need fields alone.
match::Table with_fields_only(match::Table table) {
  std::vector<uint32_t> place(table.columns.size(), ir::kNone);
  std::vector<match::Column> kept;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].slot == ir::kNone) continue;
    place[i] = static_cast<uint32_t>(kept.size());
    kept.push_back(table.columns[i]);
  }
  for (match::Row& row : table.rows) {
    std::vector<match::Test> tests;
    for (match::Test& test : row.tests) {
      if (place[test.column] == ir::kNone) {
        row.rest.push_back(table.columns[test.column].expr);
        continue;
      }
      test.column = place[test.column];
      tests.push_back(std::move(test));
    }
    row.tests = std::move(tests);
  }
  table.columns = std::move(kept);
  return table;
}

}  // namespace

Result<std::shared_ptr<LoadedRuleSet>> LoadedRuleSet::load(ir::RuleSet rule_set,
                                                           std::vector<TimeZone> zones,
                                                           const interp::Options& finding) {
  if (Result<void> verified = ir::verify(rule_set, stdlib::find); !verified) {
    return std::unexpected(verified.error());
  }
  for (const std::string& name : zone_names(rule_set)) {
    if (std::ranges::any_of(zones, [&](const TimeZone& zone) { return zone.name() == name; }))
      continue;
    Result<TimeZone> zone = TimeZone::load(name);
    if (!zone) return std::unexpected(zone.error());
    zones.push_back(std::move(*zone));
  }
  return std::shared_ptr<LoadedRuleSet>(
      new LoadedRuleSet(std::move(rule_set), std::move(zones), finding));
}

LoadedRuleSet::LoadedRuleSet(ir::RuleSet rule_set, std::vector<TimeZone> zones,
                             const interp::Options& finding)
    : rule_set_(std::move(rule_set)),
      time_zones_(std::move(zones)),
      finding_(finding),
      layout_(rule_set_),
      interpreter_(rule_set_, layout_, finding),
      schema_(rule_set_, layout_, interpreter_.values(), interpreter_.domains()),
      json_plan_(schema_),
      answer_plan_(schema_) {
  for (const std::string& name : rule_set_.zones) {
    const TimeZone& zone = *find_zone(name);
    const auto& offsets = zone.offsets();
    zones_.push_back({zone.transitions().data(), offsets.data() + 1,
                      static_cast<uint32_t>(zone.transitions().size()), offsets.front()});
  }
  add_shapes();
}

const TimeZone* LoadedRuleSet::find_zone(std::string_view name) const {
  for (const TimeZone& zone : time_zones_) {
    if (zone.name() == name) return &zone;
  }
  return nullptr;
}

void LoadedRuleSet::add_shapes() {
  for (const ir::Decision& decision : rule_set_.decisions) {
    DecisionShape shape(schema_, decision);
    if (!decision.zone.empty()) shape.zone = find_zone(decision.zone);
    const Slot output = schema_.value(decision.result_type);
    shape.output_bytes = output.storage.size;
    shape.output_align = output.storage.align;
    shape.duty_count = count_duties(decision);
    const auto id = static_cast<ir::DecisionId>(shapes_.size());
    shape.answer_head = written([&](TextSink& out) {
      out.put("{\"decision\":\"");
      put_decision_name(rule_set_, id, out);
      out.put("\",\"status\":\"");
    });
    for (const ir::ExprId assume : decision.assumes) {
      shape.assumes.push_back(ir::phrase(rule_set_, decision, assume));
    }
    shapes_.push_back(std::move(shape));
  }
}

ir::DecisionId LoadedRuleSet::find(std::string_view name) const {
  const ir::DecisionId found = rule_set_.find_decision(name);
  if (found != ir::DecisionId::none) return found;
  // The package may be left out, or be written where the IR leaves it out.
  const std::string_view package = rule_set_.package;
  for (uint32_t i = 0; i < rule_set_.decisions.size(); ++i) {
    const std::string_view full = rule_set_.decisions[i].name;
    if (full.size() > package.size() && full.starts_with(package) && full[package.size()] == '.' &&
        full.substr(package.size() + 1) == name) {
      return static_cast<ir::DecisionId>(i);
    }
    if (name.size() == package.size() + 1 + full.size() && name.starts_with(package) &&
        name[package.size()] == '.' && name.ends_with(full)) {
      return static_cast<ir::DecisionId>(i);
    }
  }
  return ir::DecisionId::none;
}

std::shared_ptr<const match::BlockPlan> LoadedRuleSet::block_plan(ir::DecisionId decision) const {
  const std::scoped_lock lock(block_mutex_);
  const uint32_t place = ir::index(decision);
  block_plans_.resize(rule_set_.decisions.size());
  block_asked_.resize(rule_set_.decisions.size(), false);
  const ir::Decision& of = rule_set_.decision(decision);
  if (!block_asked_[place] && of.rules.size() <= match::kMaxBlockRules) {
    match::Options options = finding_.plan;
    options.force = options.force && (options.strategy == match::Strategy::exact_rows ||
                                      options.strategy == match::Strategy::coarse_rows);
    block_plans_[place] =
        match::make_block_plan(with_fields_only(match::normalize(rule_set_, of)), options);
  }
  block_asked_[place] = true;
  return block_plans_[place];
}

void LoadedRuleSet::use_native(std::unique_ptr<const NativeFunctions> native) {
  const std::scoped_lock lock(native_mutex_);
  native_.store(native.get(), std::memory_order_release);
  natives_.push_back(std::move(native));
}

}  // namespace pac::engine
