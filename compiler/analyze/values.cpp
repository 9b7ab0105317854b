#include "compiler/analyze/values.h"

#include <algorithm>

#include "runtime/base/date.h"
#include "runtime/base/text_numbers.h"

namespace pac::analyze {

using ir::TypeKind;

namespace {

constexpr size_t kBufferBytes = 64;

std::string digits(const ir::Type& type, Int128 value) {
  char buffer[kBufferBytes];
  switch (type.kind) {
    case TypeKind::date:
      return {buffer, format_date(static_cast<int32_t>(value), buffer)};
    case TypeKind::datetime:
      return {buffer, format_datetime(static_cast<int64_t>(value), buffer)};
    case TypeKind::duration:
      return {buffer, format_duration(static_cast<int64_t>(value), buffer)};
    case TypeKind::decimal:
      return {buffer, format_decimal(value, type.scale, buffer)};
    default:
      return {buffer, format_decimal(value, 0, buffer)};
  }
}

const ir::EnumValue& enum_value(const ir::RuleSet& rules, const ir::Type& type, Int128 value) {
  return rules.enums[type.ref].values[static_cast<size_t>(value)];
}

}  // namespace

json::Value to_json(const ir::RuleSet& rules, const ir::Type& type, Int128 value) {
  switch (type.kind) {
    case TypeKind::boolean:
      return value != 0;
    case TypeKind::effect:
      return value == 0 ? "permit" : "deny";
    case TypeKind::enumeration: {
      const ir::EnumValue& found = enum_value(rules, type, value);
      return found.wire.empty() ? found.name : found.wire;
    }
    case TypeKind::integer:
      return json::Value::exact_int(static_cast<int64_t>(value));
    default:
      return digits(type, value);
  }
}

std::string to_words(const ir::RuleSet& rules, const ir::Type& type, Int128 value) {
  switch (type.kind) {
    case TypeKind::boolean:
      return value != 0 ? "true" : "false";
    case TypeKind::effect:
      return value == 0 ? "permit" : "deny";
    case TypeKind::enumeration:
      return enum_value(rules, type, value).name;
    case TypeKind::duration: {
      const auto micros = static_cast<int64_t>(value);
      if (micros % kMicrosPerDay == 0) return std::to_string(micros / kMicrosPerDay) + " days";
      return digits(type, value);
    }
    default:
      return digits(type, value);
  }
}

std::string quoted(const std::string& text) {
  std::string out;
  json::append_quoted(text, &out);
  return out;
}

Int128 plain_value(const ir::Type& type, const ir::Interval& within) {
  Int128 wish = 0;
  if (type.kind == TypeKind::date) wish = days_from_civil(2026, 1, 1);
  if (type.kind == TypeKind::datetime) wish = days_from_civil(2026, 1, 1) * Int128{kMicrosPerDay};
  return std::clamp(wish, within.low, within.high);
}

}  // namespace pac::analyze
