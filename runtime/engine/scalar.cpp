#include "runtime/engine/scalar.h"

#include "runtime/base/check.h"
#include "runtime/base/json.h"

namespace pac::engine {

namespace {

template <typename T, typename Parse>
ScalarRead read_with(Parse parse, RefusalCode code, std::string_view text, Int128* out) {
  T value = 0;
  const TextStatus status = parse(text, &value);
  if (status != TextStatus::ok) return {code, status};
  *out = value;
  return {};
}

ScalarRead read_boolean(std::string_view text, Int128* out) {
  if (text != "true" && text != "false") return {RefusalCode::wrong_type, TextStatus::syntax};
  *out = text == "true" ? 1 : 0;
  return {};
}

ScalarRead read_effect(std::string_view text, Int128* out) {
  if (text != "permit" && text != "deny") return {RefusalCode::unknown_value, TextStatus::syntax};
  *out = text == "deny" ? 1 : 0;
  return {};
}

ScalarRead read_enumeration(const ir::Enum& enumeration, std::string_view text, Int128* out) {
  for (std::size_t i = 0; i < enumeration.values.size(); ++i) {
    if (enumeration.values[i].wire == text) {
      *out = static_cast<Int128>(i);
      return {};
    }
  }
  return {RefusalCode::unknown_value, TextStatus::syntax};
}

}  // namespace

ScalarRead read_scalar(const Schema& schema, const Slot& slot, std::string_view text, Int128* out) {
  switch (slot.type->kind) {
    case ir::TypeKind::boolean:
      return read_boolean(text, out);
    case ir::TypeKind::integer:
      return read_with<std::int64_t>(parse_int, RefusalCode::not_a_number, text, out);
    case ir::TypeKind::decimal: {
      const TextStatus status = parse_decimal(text, slot.type->scale, out);
      if (status != TextStatus::ok) return {RefusalCode::not_a_number, status};
      return {};
    }
    case ir::TypeKind::enumeration:
      return read_enumeration(schema.enumeration_of(*slot.type), text, out);
    case ir::TypeKind::effect:
      return read_effect(text, out);
    case ir::TypeKind::date:
      return read_with<std::int32_t>(parse_date, RefusalCode::not_a_date, text, out);
    case ir::TypeKind::datetime:
      return read_with<std::int64_t>(parse_datetime, RefusalCode::not_a_datetime, text, out);
    case ir::TypeKind::duration:
      return read_with<std::int64_t>(parse_duration, RefusalCode::not_a_duration, text, out);
    default:
      break;
  }
  PAC_CHECK(false, "the type is a scalar");
}

bool read_short_number(std::string_view text, int scale, std::int64_t* out) {
  constexpr std::size_t kMaxDigits = 18;  // which always fit in 64 bits
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  if (text.size() > kMaxDigits + 1) return false;
  std::uint64_t units = 0;
  std::size_t point = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.' && point == text.size()) {
      point = i;
    } else if (c < '0' || c > '9') {
      return false;
    } else {
      units = units * 10 + static_cast<std::uint64_t>(c - '0');
    }
  }
  const bool has_point = point < text.size();
  const auto fraction = has_point ? static_cast<int>(text.size() - point) - 1 : 0;
  if (point == 0 || (has_point && fraction == 0) || (point > 1 && text[0] == '0')) return false;
  if (fraction > scale || point + static_cast<std::size_t>(scale) > kMaxDigits) return false;
  auto value = static_cast<std::int64_t>(units);
  for (int i = fraction; i < scale; ++i) value *= 10;
  *out = is_negative ? -value : value;
  return true;
}

bool may_be_rounded(std::string_view number) {
  std::int64_t integer = 0;
  // An integral value, however it is written (5.0, 1e3).
  const TextStatus status = parse_int(number, &integer);
  if (status == TextStatus::ok) {
    return integer > json::kMaxExactInt || integer < -json::kMaxExactInt;
  }
  if (status == TextStatus::too_large) return true;
  int significant = 0;
  int zeros = 0;  // met since the last digit that is not zero
  for (const char c : number) {
    if (c == 'e' || c == 'E') break;
    if (c < '0' || c > '9') continue;
    if (c == '0') {
      if (significant > 0) ++zeros;
    } else {
      significant += zeros + 1;
      zeros = 0;
    }
  }
  return significant > 15;
}

void format_scalar(const Schema& schema, const Slot& slot, Int128 value, TextSink& out) {
  // Wire names have any length; everything else fits.
  if (slot.type->kind == ir::TypeKind::enumeration) {
    const ir::Enum& enumeration = schema.enumeration_of(*slot.type);
    return out.put(enumeration.values[static_cast<std::size_t>(value)].wire);
  }
  char text[kDecimalTextBytes];
  static_assert(sizeof text >= kDatetimeTextBytes && sizeof text >= kDurationTextBytes);
  interp::TextBuffer buffer(text, sizeof text);
  schema.values().format(slot.type_id, interp::Value::of(value), buffer);
  out.put(buffer.view());
}

bool is_bare(ir::TypeKind kind, Int128 value) {
  if (kind == ir::TypeKind::boolean) return true;
  return kind == ir::TypeKind::integer && value <= json::kMaxExactInt &&
         value >= -json::kMaxExactInt;
}

}  // namespace pac::engine
