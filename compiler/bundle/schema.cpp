#include "compiler/bundle/schema.h"

#include <cstdlib>
#include <set>

#include "runtime/base/json.h"

namespace pac::bundle {

namespace {

using json::Value;

constexpr const char* kDialect = "https://json-schema.org/draft/2020-12/schema";
constexpr const char* kDatePattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";

Value object_of(const char* key, Value value) {
  Value out = Value::object();
  out.set(key, std::move(value));
  return out;
}

Value any_of(Value a, Value b) {
  Value list = Value::array();
  list.push_back(std::move(a));
  list.push_back(std::move(b));
  return object_of("anyOf", std::move(list));
}

Value text_type(const char* key, const std::string& constraint) {
  Value out = object_of("type", "string");
  out.set(key, constraint);
  return out;
}

// Digits of units of 10^-scale.
std::string format_units(Int128 units, int scale) {
  std::string digits;
  UInt128 rest = units < 0 ? -static_cast<UInt128>(units) : static_cast<UInt128>(units);
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  } while (rest != 0);
  return (units < 0 ? "-" : "") + digits + "e-" + std::to_string(scale);
}
// A number on the type's grid as JSON.
Value number(Int128 units, int scale) {
  if (scale == 0 && units >= -json::kMaxExactInt && units <= json::kMaxExactInt) {
    return Value(static_cast<int64_t>(units));
  }
  return Value(std::strtod(format_units(units, scale).c_str(), nullptr));
}

class SchemaWriter {
 public:
  SchemaWriter(const ir::RuleSet& rules, bool is_input) : rules_(rules), is_input_(is_input) {}

  // The fields of a record; of an input record those in the role of an input.
  Value record(const ir::Record& record, const std::vector<ir::SlotRole>* roles) {
    Value properties = Value::object(), required = Value::array();
    for (size_t i = 0; i < record.fields.size(); ++i) {
      const ir::Field& field = record.fields[i];
      if (roles != nullptr && (*roles)[i] != ir::SlotRole::input) continue;
      Value schema = value(field.type, field.domain);
      if (!field.unit.empty()) schema.set("$comment", "unit " + field.unit);
      properties.add(field.name, std::move(schema));
      if (!rules_.type(field.type).optional) required.push_back(field.name);
    }
    Value out = object_of("type", "object");
    out.set("properties", std::move(properties));
    if (!required.elements().empty()) out.set("required", std::move(required));
    out.set("additionalProperties", false);
    return out;
  }

  Value value(ir::TypeId type_id, ir::DomainId domain_id) {
    const ir::Type& type = rules_.type(type_id);
    const ir::Domain* domain =
        domain_id == ir::DomainId::none ? nullptr : &rules_.domain(domain_id);
    Value out = present(type, domain);
    return type.optional ? any_of(std::move(out), object_of("type", "null")) : std::move(out);
  }

  // Records that were referred to, and those that they refer to.
  Value definitions() {
    Value out = Value::object();
    while (done_.size() < used_.size()) {
      for (const uint32_t id : std::set<uint32_t>(used_)) {
        if (!done_.insert(id).second) continue;
        out.set(rules_.records[id].name, record(rules_.records[id], nullptr));
      }
    }
    return out;
  }

 private:
  Value present(const ir::Type& type, const ir::Domain* domain) {
    switch (type.kind) {
      case ir::TypeKind::boolean:
        return object_of("type", "boolean");
      case ir::TypeKind::integer:
        return integer(domain);
      case ir::TypeKind::decimal:
        return decimal(type.scale, domain);
      case ir::TypeKind::quotient:
        return Value::object();  // never in a record
      case ir::TypeKind::string:
        return text(domain);
      case ir::TypeKind::enumeration:
        return enumeration(rules_.enums[type.ref], domain);
      case ir::TypeKind::effect: {
        Value names = Value::array();
        names.push_back("permit");
        names.push_back("deny");
        return object_of("enum", std::move(names));
      }
      case ir::TypeKind::date: {
        Value out = text_type("format", "date");
        out.set("pattern", kDatePattern);
        return out;
      }
      case ir::TypeKind::datetime:
        return text_type("format", "date-time");
      case ir::TypeKind::duration:
        return text_type("format", "duration");
      case ir::TypeKind::list:
      case ir::TypeKind::set:
        return list(type, domain);
      case ir::TypeKind::record:
        break;
    }
    used_.insert(type.ref);
    return object_of("$ref", "#/$defs/" + rules_.records[type.ref].name);
  }

  static Value within(const char* type, const ir::Domain* domain, int scale) {
    if (domain == nullptr || !domain->has_intervals) return object_of("type", type);
    Value ranges = Value::array();
    for (const ir::Interval& interval : domain->intervals) {
      Value range = Value::object();
      range.set("minimum", number(interval.low, scale));
      range.set("maximum", number(interval.high, scale));
      ranges.push_back(std::move(range));
    }
    Value out = object_of("type", type);
    if (ranges.elements().size() == 1) {
      for (const json::Member& member : ranges.elements()[0].members()) {
        out.set(member.key, member.value);
      }
    } else {
      out.set("anyOf", std::move(ranges));
    }
    return out;
  }

  // Beyond 2^53 - 1 an integer is written as a string.
  static Value integer(const ir::Domain* domain) {
    return any_of(within("integer", domain, 0), text_type("pattern", "^-?(0|[1-9][0-9]*)$"));
  }

  Value decimal(int scale, const ir::Domain* domain) const {
    const std::string digits = std::to_string(scale);
    if (is_input_) {
      const std::string tail = scale == 0 ? "" : "(\\.[0-9]{1," + digits + "})?";
      return any_of(within("number", domain, scale),
                    text_type("pattern", "^-?(0|[1-9][0-9]*)" + tail + "$"));
    }
    return text_type("pattern",
                     "^-?(0|[1-9][0-9]*)" + (scale == 0 ? "" : "\\.[0-9]{" + digits + "}") + "$");
  }

  static Value text(const ir::Domain* domain) {
    Value out = object_of("type", "string");
    if (domain == nullptr) return out;
    if (domain->has_texts) {
      Value texts = Value::array();
      for (const auto& one : domain->texts) texts.push_back(one);
      out.set("enum", std::move(texts));
    }
    if (domain->max_chars >= 0) out.set("maxLength", domain->max_chars);
    Value patterns = Value::array();
    for (const auto& one : domain->patterns) {
      patterns.push_back(object_of("pattern", "^(?:" + one + ")$"));
    }
    if (!patterns.elements().empty()) out.set("allOf", std::move(patterns));
    return out;
  }

  static Value enumeration(const ir::Enum& of, const ir::Domain* domain) {
    Value names = Value::array();
    for (size_t i = 0; i < of.values.size(); ++i) {
      bool inside = domain == nullptr || !domain->has_intervals;
      for (size_t k = 0; !inside && k < domain->intervals.size(); ++k) {
        const auto at = static_cast<Int128>(i);
        inside = domain->intervals[k].low <= at && at <= domain->intervals[k].high;
      }
      const ir::EnumValue& value = of.values[i];
      if (inside) names.push_back(value.wire.empty() ? value.name : value.wire);
    }
    return object_of("enum", std::move(names));
  }

  Value list(const ir::Type& type, const ir::Domain* domain) {
    Value out = object_of("type", "array");
    out.set("items", value(type.element, domain == nullptr ? ir::DomainId::none : domain->element));
    if (domain != nullptr && domain->max_items >= 0) out.set("maxItems", domain->max_items);
    if (type.kind == ir::TypeKind::set) out.set("uniqueItems", true);
    return out;
  }

  const ir::RuleSet& rules_;
  bool is_input_;
  std::set<uint32_t> used_, done_;
};

std::string finish(Value schema, SchemaWriter& writer, const ir::RuleSet& rules,
                   const ir::Decision& decision, const char* direction) {
  schema.set("$schema", kDialect);
  schema.set("$id", "urn:pac:" + rules.package + ":" + decision.name + ":" + direction);
  Value definitions = writer.definitions();
  if (!definitions.members().empty()) schema.set("$defs", std::move(definitions));
  return json::canonical(schema);
}

}  // namespace

std::string input_schema(const ir::RuleSet& rules, ir::DecisionId id) {
  const ir::Decision& decision = rules.decision(id);
  SchemaWriter writer(rules, true);
  Value schema = writer.record(rules.record(decision.input), &decision.roles);
  return finish(std::move(schema), writer, rules, decision, "input");
}

std::string output_schema(const ir::RuleSet& rules, ir::DecisionId id) {
  const ir::Decision& decision = rules.decision(id);
  SchemaWriter writer(rules, false);
  Value schema = writer.value(decision.result_type, ir::DomainId::none);
  return finish(std::move(schema), writer, rules, decision, "output");
}

}  // namespace pac::bundle
