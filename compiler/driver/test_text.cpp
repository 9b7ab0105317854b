// A test as an author would write it, from an input and the answer to it.
#include <algorithm>

#include "compiler/analyze/values.h"
#include "compiler/driver/generate_tests.h"
#include "runtime/base/text_numbers.h"

namespace pac::driver {

using ir::TypeKind;

namespace {

class Writer {
 public:
  Writer(const ir::RuleSet& rules, ir::DecisionId id)
      : rules_(rules), decision_(rules.decision(id)) {}

  std::string test(const std::string& title, const Candidate& candidate,
                   const json::Value& answer) const {
    std::string out = "test " + decision_.name + " " + analyze::quoted(title) + " {\n";
    out += "  given " + slots(candidate.input, ir::SlotRole::input) + "\n";
    if (!candidate.features.members().empty()) out += "  features " + features(candidate) + "\n";
    const std::string context = slots(candidate.context, ir::SlotRole::context);
    if (context != "{}") out += "  context " + context + "\n";
    if (const json::Value* as_of = candidate.context.find("as_of")) {
      out += "  as_of " + as_of->as_string() + "\n";
    }
    return out + "  expect " + expected(answer) + "\n}\n";
  }

 private:
  static bool is_as_of(const ir::Decision& decision, uint32_t slot) {
    return slot == decision.as_of_slot;
  }

  std::string slots(const json::Value& values, ir::SlotRole role) const {
    std::string out;
    const auto& fields = rules_.record(decision_.input).fields;
    for (uint32_t slot = 0; slot < fields.size(); ++slot) {
      if (decision_.roles[slot] != role || is_as_of(decision_, slot)) continue;
      const json::Value* value = values.find(fields[slot].name);
      if (value == nullptr || value->is_null()) continue;
      out +=
          (out.empty() ? "" : ", ") + fields[slot].name + ": " + literal(fields[slot].type, *value);
    }
    return out.empty() ? "{}" : "{ " + out + " }";
  }

  std::string features(const Candidate& candidate) const {
    std::string out;
    const auto& fields = rules_.record(decision_.input).fields;
    for (const ir::Feature& feature : decision_.features) {
      const json::Value* value = candidate.features.find(feature.name);
      if (value == nullptr || value->is_null()) continue;
      const json::Value* at = value->find("at");
      if (const json::Value* inner = value->find("value")) value = inner;
      std::string name = feature.name;
      for (const std::string& prefix : {rules_.package + ".", decision_.name + "."}) {
        if (name.starts_with(prefix)) name = name.substr(prefix.size());
      }
      out += (out.empty() ? "" : ", ") + name + ": " + literal(fields[feature.slot].type, *value);
      if (at != nullptr) out += " at " + at->as_string();
    }
    return "{ " + out + " }";
  }

  std::string literal(ir::TypeId id, const json::Value& value) const {
    const ir::Type& type = rules_.type(id);
    if (value.is_null()) return "missing";
    switch (type.kind) {
      case TypeKind::boolean:
        return value.as_bool() ? "true" : "false";
      case TypeKind::string:
        return analyze::quoted(value.as_string());
      case TypeKind::enumeration:
        return enum_name(type, value.as_string());
      case TypeKind::duration:
        return duration(value.as_string());
      case TypeKind::list:
      case TypeKind::set:
        return items(type, value);
      case TypeKind::record:
        return record(static_cast<ir::RecordId>(type.ref), value, false);
      default:
        return value.is_string() ? value.as_string() : value.number_text();
    }
  }

  std::string items(const ir::Type& type, const json::Value& value) const {
    std::string out;
    for (const json::Value& one : value.elements()) {
      out += (out.empty() ? "" : ", ") + literal(type.element, one);
    }
    return type.kind == TypeKind::set ? "{" + out + "}" : "[" + out + "]";
  }

  // What is missing is said in what is expected, and left out of what is given.
  std::string record(ir::RecordId id, const json::Value& value, bool says_missing) const {
    std::string out;
    for (const ir::Field& field : rules_.record(id).fields) {
      const json::Value* one = value.find(field.name);
      const bool is_missing = one == nullptr || one->is_null();
      if (is_missing && !says_missing) continue;
      out += (out.empty() ? "" : ", ") + field.name + ": " +
             (is_missing ? "missing" : literal(field.type, *one));
    }
    return out.empty() ? "{}" : "{ " + out + " }";
  }

  std::string enum_name(const ir::Type& type, const std::string& wire) const {
    for (const ir::EnumValue& one : rules_.enums[type.ref].values) {
      if (one.wire == wire) return one.name;
    }
    return wire;
  }

  static std::string duration(const std::string& wire) {
    int64_t micros = 0;
    if (parse_duration(wire, &micros) != TextStatus::ok) return wire;
    const int64_t seconds = micros / 1'000'000;
    if (seconds % 86'400 == 0) return std::to_string(seconds / 86'400) + " days";
    if (seconds % 3'600 == 0) return std::to_string(seconds / 3'600) + " hours";
    return std::to_string(seconds) + " seconds";
  }

  // ---- Expectations.

  std::string expected(const json::Value& answer) const {
    const std::string& status = answer.find("status")->as_string();
    if (status == "no_match") return "no_match";
    if (status == "error") return "error " + analyze::quoted(answer.find("code")->as_string());
    std::string out = outcome(*answer.find("output"));
    const std::vector<std::string> fired = names(answer, "fired", nullptr);
    for (size_t i = 0; i < fired.size(); ++i) out += (i == 0 ? " by " : ", ") + fired[i];
    std::vector<std::string> duties = names(answer, "obligations", "name");
    for (std::string& one : names(answer, "advice", "name")) duties.push_back(std::move(one));
    std::ranges::sort(duties);
    duties.erase(std::unique(duties.begin(), duties.end()), duties.end());
    for (size_t i = 0; i < duties.size(); ++i) out += (i == 0 ? " with " : ", ") + duties[i];
    return out;
  }

  std::string outcome(const json::Value& output) const {
    if (decision_.policy == ir::HitPolicy::deny_overrides ||
        decision_.policy == ir::HitPolicy::permit_overrides) {
      const json::Value* effect = output.find(rules_.record(decision_.output).fields[0].name);
      if (effect != nullptr && effect->is_string()) return effect->as_string();
    }
    const ir::Type& type = rules_.type(decision_.result_type);
    if (type.kind != TypeKind::record) return literal(decision_.result_type, output);
    return record(static_cast<ir::RecordId>(type.ref), output, true);
  }

  static std::vector<std::string> names(const json::Value& answer, const char* member,
                                        const char* key) {
    std::vector<std::string> out;
    const json::Value* list = answer.find(member);
    if (list == nullptr || !list->is_array()) return out;
    for (const json::Value& one : list->elements()) {
      const json::Value* name = key == nullptr ? &one : one.find(key);
      if (name != nullptr && name->is_string()) out.push_back(name->as_string());
    }
    return out;
  }

  const ir::RuleSet& rules_;
  const ir::Decision& decision_;
};

}  // namespace

std::string test_text(const ir::RuleSet& rules, ir::DecisionId decision, const std::string& title,
                      const Candidate& candidate, const std::string& answer) {
  const auto read = json::parse(answer);
  PAC_CHECK(read.has_value(), "the engine writes JSON");
  return Writer(rules, decision).test(title, candidate, *read);
}

}  // namespace pac::driver
