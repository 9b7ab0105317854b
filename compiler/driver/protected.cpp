#include "compiler/driver/protected.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

#include "compiler/analyze/protected.h"
#include "compiler/analyze/values.h"
#include "compiler/analyze/witness.h"
#include "compiler/driver/answer.h"
#include "compiler/driver/load.h"
#include "compiler/driver/run_tests.h"
#include "runtime/engine/session.h"
#include "runtime/ir/range.h"

namespace pac::driver {

using analyze::Dependence;
using analyze::FieldOfRecord;
using analyze::Witness;

namespace {

// For decisions that look at the age of features; any instant would do, but always the same.
constexpr const char* kNow = "2026-01-01T00:00:00Z";
constexpr size_t kMostTests = 50;  // whose inputs are changed in the field
constexpr size_t kMostPaths = 64;  // records on the way to a field

struct Pair {
  Witness first, second;
  std::string first_answer, second_answer;
};

// The inputs of one decision as JSON, and where a field stands in them.
class Inputs {
 public:
  Inputs(const ir::RuleSet& rules, ir::DecisionId id, FieldOfRecord field)
      : rules_(rules), decision_(rules.decision(id)), id_(id), field_(field) {}

  using Change = std::function<void(json::Value& object, const std::string& key)>;

  // Calls change() for each object that has the field, or may have it.
  void each(Witness* witness, const Change& change) const {
    const auto& slots = rules_.record(decision_.input).fields;
    for (uint32_t slot = 0; slot < slots.size(); ++slot) {
      json::Value& object = decision_.roles[slot] == ir::SlotRole::input     ? witness->input
                            : decision_.roles[slot] == ir::SlotRole::context ? witness->context
                                                                             : witness->features;
      const std::string key = key_of(slot);
      if (ir::index(decision_.input) == field_.record && slot == field_.field) {
        change(object, key);
      } else if (const json::Value* value = object.find(key)) {
        each(slots[slot].type, const_cast<json::Value*>(value), change);
      }
    }
  }

  Question question(const Witness& witness) const {
    Question out;
    out.decision = id_;
    out.input = json::canonical(witness.input);
    out.context = json::canonical(witness.context);
    out.features = json::canonical(witness.features);
    out.now = kNow;
    return out;
  }

  // "applicant.age", where it can be written so.
  std::string path() const {
    std::set<uint32_t> seen;
    return path_within(ir::index(decision_.input), &seen).value_or(name());
  }

  std::string name() const { return declared().name; }
  const ir::Field& declared() const { return rules_.records[field_.record].fields[field_.field]; }

  // Values of the field to try, null where it may be missing.
  std::vector<json::Value> values() const {
    const ir::Type& type = rules_.type(declared().type);
    std::vector<json::Value> out;
    if (type.optional) out.emplace_back();
    if (type.kind == ir::TypeKind::string) {
      out.push_back(analyze::plain_json(rules_, declared().type, declared().domain, true));
      if (declared().domain != ir::DomainId::none) {
        for (const auto& text : rules_.domain(declared().domain).texts) out.emplace_back(text);
      }
      return out;
    }
    if (type.element != ir::TypeId::none || type.kind == ir::TypeKind::record) return out;
    ir::Range range = ir::range_of_type(rules_, type);
    if (declared().domain != ir::DomainId::none) {
      const ir::Range limits = ir::range_of_domain(rules_, declared().domain);
      range = {std::max(range.low, limits.low), std::min(range.high, limits.high)};
    }
    constexpr Int128 kParts = 16;
    const Int128 step = std::max<Int128>(range.high / kParts - range.low / kParts, 1);
    for (Int128 value = range.low; value <= range.high; value += step) {
      out.push_back(analyze::to_json(rules_, type, value));
    }
    out.push_back(analyze::to_json(rules_, type, range.high));
    return out;
  }

 private:
  std::string key_of(uint32_t slot) const {
    if (decision_.roles[slot] == ir::SlotRole::feature) {
      const auto found = std::ranges::find(decision_.features, slot, &ir::Feature::slot);
      if (found != decision_.features.end()) return found->name;
    }
    return rules_.record(decision_.input).fields[slot].name;
  }

  void each(ir::TypeId id, json::Value* value, const Change& change) const {
    const ir::Type& type = rules_.type(id);
    if (value->is_array() && type.element != ir::TypeId::none) {
      for (json::Value& item : value->elements()) each(type.element, &item, change);
      return;
    }
    if (!value->is_object() || type.kind != ir::TypeKind::record) return;
    for (const ir::Field& field : rules_.records[type.ref].fields) {
      if (const json::Value* part = value->find(field.name)) {
        each(field.type, const_cast<json::Value*>(part), change);
      }
    }
    if (type.ref == field_.record) change(*value, name());
  }

  std::optional<std::string> path_within(uint32_t record, std::set<uint32_t>* seen) const {
    if (!seen->insert(record).second || seen->size() > kMostPaths) return std::nullopt;
    const auto& fields = rules_.records[record].fields;
    if (record == field_.record) return fields[field_.field].name;
    for (const ir::Field& field : fields) {
      const ir::Type* type = &rules_.type(field.type);
      if (type->element != ir::TypeId::none) type = &rules_.type(type->element);
      if (type->kind != ir::TypeKind::record) continue;
      if (const auto rest = path_within(type->ref, seen)) return field.name + "." + *rest;
    }
    return std::nullopt;
  }

  const ir::RuleSet& rules_;
  const ir::Decision& decision_;
  const ir::DecisionId id_;
  const FieldOfRecord field_;
};

void erase(json::Value& object, const std::string& key) {
  std::erase_if(object.members(), [&](const json::Member& member) { return member.key == key; });
}

void set_or_erase(json::Value& object, const std::string& key, const json::Value* value) {
  if (value == nullptr || value->is_null()) {
    erase(object, key);
  } else {
    object.set(key, json::Value(*value));
  }
}

// Looks for a pair that shows a dependence.
class Search {
 public:
  Search(const check::Checked& checked, const std::shared_ptr<engine::LoadedRuleSet>& rules,
         const analyze::Report& report)
      : checked_(checked), report_(report), session_(rules, {}) {}

  std::optional<Pair> find(const Dependence& one) {
    const Inputs inputs(checked_.rules, one.decision, one.field);
    for (const Witness& both : one.witnesses) {
      if (auto pair =
              compare(inputs, taken_apart(inputs, both, false), taken_apart(inputs, both, true))) {
        return pair;
      }
    }
    std::vector<Witness> bases = known_inputs(one.decision);
    for (const Witness& both : one.witnesses) bases.push_back(taken_apart(inputs, both, false));
    for (const Witness& base : bases) {
      if (auto pair = vary(inputs, base)) return pair;
    }
    return std::nullopt;
  }

 private:
  static Witness taken_apart(const Inputs& inputs, Witness both, bool is_second) {
    inputs.each(&both, [&](json::Value& object, const std::string& key) {
      const json::Value* other = object.find(key + "'");
      if (is_second) {
        const json::Value copy = other == nullptr ? json::Value() : *other;
        set_or_erase(object, key, &copy);
      }
      erase(object, key + "'");
    });
    return both;
  }

  std::vector<Witness> known_inputs(ir::DecisionId id) const {
    std::vector<Witness> out;
    for (const check::TestCase& test : checked_.tests) {
      if (test.decision != id || !test.params.empty() || out.size() >= kMostTests) continue;
      auto input = json::parse(test.input);
      auto context = json::parse(test.context), features = json::parse(test.features);
      if (!input || !context || !features) continue;
      Witness witness{std::move(*input), std::move(*context), std::move(*features)};
      if (!test.as_of.empty()) witness.context.set("as_of", test.as_of);
      out.push_back(std::move(witness));
    }
    for (const analyze::Finding& finding : report_.findings) {
      if (finding.decision != id) continue;
      for (const analyze::Place& place : finding.places) out.push_back(place.witness);
    }
    Witness plain;
    const ir::Decision& decision = checked_.rules.decision(id);
    const auto& slots = checked_.rules.record(decision.input).fields;
    for (uint32_t i = 0; i < slots.size(); ++i) {
      json::Value value = analyze::plain_json(checked_.rules, slots[i].type, slots[i].domain);
      json::Value& object = decision.roles[i] == ir::SlotRole::input     ? plain.input
                            : decision.roles[i] == ir::SlotRole::context ? plain.context
                                                                         : plain.features;
      if (!value.is_null()) object.set(slots[i].name, std::move(value));
    }
    out.push_back(std::move(plain));
    return out;
  }

  std::optional<Pair> vary(const Inputs& inputs, const Witness& base) {
    for (const json::Value& value : inputs.values()) {
      Witness other = base;
      inputs.each(&other, [&](json::Value& object, const std::string& key) {
        set_or_erase(object, key, &value);
      });
      if (auto pair = compare(inputs, base, std::move(other))) return pair;
    }
    return std::nullopt;
  }

  std::optional<Pair> compare(const Inputs& inputs, Witness first, Witness second) {
    const std::string a = outcome(inputs.question(first)), b = outcome(inputs.question(second));
    if (a.empty() || b.empty() || a == b) return std::nullopt;
    return Pair{std::move(first), std::move(second), a, b};
  }

  // What a decision comes to for those concerned: not which rules say so. Empty: refused.
  std::string outcome(const Question& question) {
    const auto answer = answer_to(session_, question);
    const auto parsed = answer ? json::parse(*answer) : Result<json::Value>();
    if (!answer || !parsed || !parsed->is_object()) return "";
    const std::string status = parsed->find("status")->as_string();
    if (status == "refused") return "";
    std::string out;
    if (const json::Value* code = parsed->find("code")) out = "error " + code->as_string();
    if (const json::Value* output = parsed->find("output")) out += json::canonical(*output);
    if (out.empty()) out = status;
    for (const char* duties : {"obligations", "advice"}) {
      const json::Value* value = parsed->find(duties);
      if (value != nullptr) out += std::string(" ") + duties + " " + json::canonical(*value);
    }
    return out;
  }

  const check::Checked& checked_;
  const analyze::Report& report_;
  engine::Session session_;
};

std::string text_of(const Witness& witness) {
  std::string out = json::canonical(witness.input);
  if (!witness.context.members().empty()) {
    out += " in the context " + json::canonical(witness.context);
  }
  if (!witness.features.members().empty()) {
    out += " with the features " + json::canonical(witness.features);
  }
  return out;
}

}  // namespace

Result<void> say_dependences(Compilation* compilation,
                             const std::shared_ptr<engine::LoadedRuleSet>& rules,
                             const analyze::Report& report) {
  const check::Checked& checked = *compilation->checked;
  if (!analyze::has_protected(checked.side)) return {};
  Search search(checked, rules, report);
  for (const Dependence& one : analyze::find_dependences(checked.rules, checked.side, report)) {
    if (!checked.is_own[ir::index(one.decision)]) continue;
    const Inputs inputs(checked.rules, one.decision, one.field);
    const auto pair = search.find(one);
    auto builder = compilation->emitter.emit(
        pair ? diag::Kind::protected_dependence : diag::Kind::protected_use,
        checked.decision_spans[ir::index(one.decision)],
        {{"decision", checked.rules.decision(one.decision).name}, {"field", inputs.name()}});
    const auto declared = checked.protected_places.find({one.field.record, one.field.field});
    if (declared != checked.protected_places.end())
      builder.also(declared->second, "protected here");
    if (pair) {
      builder.note(text_of(pair->first) + "\ncomes to " + pair->first_answer);
      builder.note(text_of(pair->second) + "\ncomes to " + pair->second_answer);
    } else {
      builder.note(one.reason.empty() ? "the inputs that were found do not show it" : one.reason);
    }
    builder.help("leave it out, or permit it by law: `may_use " + inputs.path() + " cites …`");
  }
  return {};
}

Result<std::vector<std::string>> dependences(const check::Checked& checked) {
  std::vector<std::string> out;
  if (!analyze::has_protected(checked.side)) return out;
  auto loaded = load(checked.rules, {Engine::interp, 2});
  if (!loaded) return std::unexpected(loaded.error());
  const analyze::Report report = analyze::analyze(checked.rules, checked.side);
  Search search(checked, *loaded, report);
  for (const Dependence& one : analyze::find_dependences(checked.rules, checked.side, report)) {
    if (!checked.is_own[ir::index(one.decision)]) continue;
    const Inputs inputs(checked.rules, one.decision, one.field);
    const bool is_shown = search.find(one).has_value();
    const std::string name = checked.rules.decision(one.decision).name;
    out.push_back((is_shown
                       ? "PAC2401: what `" + name + "` decides depends on"
                       : "PAC1423: it is not proved that `" + name + "` leaves out of account") +
                  " the protected field `" + inputs.name() + "`; `pac check` says more");
  }
  return out;
}

}  // namespace pac::driver
