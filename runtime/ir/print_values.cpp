// Types, domains and values as text.
#include "runtime/base/json.h"
#include "runtime/base/text_numbers.h"
#include "runtime/ir/print.h"

namespace pac::ir {

std::string type_text(const RuleSet& rule_set, TypeId id) {
  const Type& type = rule_set.type(id);
  std::string text;
  switch (type.kind) {
    case TypeKind::decimal:
    case TypeKind::quotient:
      text = std::string(name(type.kind)) + "(" + std::to_string(type.scale) + ")";
      break;
    case TypeKind::enumeration:
      text = rule_set.enums[type.ref].name;
      break;
    case TypeKind::record:
      text = rule_set.records[type.ref].name;
      break;
    case TypeKind::list:
    case TypeKind::set:
      text = std::string(name(type.kind)) + "<" + type_text(rule_set, type.element) + ">";
      break;
    default:
      text = name(type.kind);
  }
  return type.optional ? text + "?" : text;
}

namespace {

std::string quoted(const std::string& text) {
  std::string out;
  json::append_quoted(text, &out);
  return out;
}

std::string number_text(const RuleSet& rule_set, const Type& type, Int128 value) {
  char buffer[kDecimalTextBytes];
  const auto text = [&](size_t size) { return std::string(buffer, size); };
  switch (type.kind) {
    case TypeKind::boolean:
      return value != 0 ? "true" : "false";
    case TypeKind::effect:
      return value != 0 ? "deny" : "permit";
    case TypeKind::enumeration: {
      const Enum& declared = rule_set.enums[type.ref];
      return declared.name + "." + declared.values[static_cast<size_t>(value)].name;
    }
    case TypeKind::date:
      return text(format_date(static_cast<int32_t>(value), buffer));
    case TypeKind::datetime:
      return text(format_datetime(static_cast<int64_t>(value), buffer));
    case TypeKind::duration:
      return text(format_duration(static_cast<int64_t>(value), buffer));
    default:
      return text(format_decimal(value, type.scale, buffer));
  }
}

}  // namespace

std::string constant_text(const RuleSet& rule_set, const Constant& constant) {
  const Type& type = rule_set.type(constant.type);
  if (constant.missing) return "missing";
  if (type.kind == TypeKind::string) return quoted(constant.text);
  return number_text(rule_set, type, constant.number);
}

std::string constant_text(const RuleSet& rule_set, ConstantId constant) {
  return constant_text(rule_set, rule_set.constant(constant));
}

std::string domain_text(const RuleSet& rule_set, TypeId type_id, DomainId id) {
  if (id == DomainId::none) return {};
  const Type& type = rule_set.type(type_id);
  const Domain& domain = rule_set.domain(id);
  std::string text;
  const auto part = [&](const std::string& words) { text += (text.empty() ? "" : " ") + words; };
  if (domain.has_intervals) {
    std::string list;
    for (const Interval& interval : domain.intervals) {
      list += list.empty() ? " " : ", ";
      list += number_text(rule_set, type, interval.low);
      if (interval.low != interval.high)
        list += " .. " + number_text(rule_set, type, interval.high);
    }
    part("in" + (list.empty() ? " nothing" : list));
  }
  if (domain.has_texts) {
    std::string list;
    for (const std::string& each : domain.texts) list += (list.empty() ? "" : ", ") + quoted(each);
    part("in {" + list + "}");
  }
  for (const std::string& pattern : domain.patterns) part("matches " + quoted(pattern));
  if (domain.max_chars >= 0) part("max " + std::to_string(domain.max_chars) + " chars");
  if (domain.max_items >= 0) part("max " + std::to_string(domain.max_items) + " items");
  if (domain.element != DomainId::none) {
    part("of (" + domain_text(rule_set, type.element, domain.element) + ")");
  }
  return text;
}

}  // namespace pac::ir
