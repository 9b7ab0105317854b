#include "runtime/interp/values.h"

#include <algorithm>
#include <cstring>

#include "runtime/base/decimal.h"
#include "runtime/base/text_numbers.h"

namespace pac::interp {

using ir::Storage;
using ir::Type;
using ir::TypeId;
using ir::TypeKind;

namespace {

// Memory is read and written by memcpy: records of foreign callers need not be aligned for 128
// bits.
template <typename T>
T read(const void* at) noexcept {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

template <typename T>
void write(void* at, Int128 number) noexcept {
  const T value = static_cast<T>(number);
  std::memcpy(at, &value, sizeof value);
}

int sign_of(Int128 a, Int128 b) noexcept { return a < b ? -1 : (a > b ? 1 : 0); }

}  // namespace

// ---- Memory
// ---------------------------------------------------------------------------------------------

Value Values::load(TypeId type_id, const Storage& storage, const void* at) const noexcept {
  const Type& type = rules_.type(type_id);
  const char* const bytes = static_cast<const char*>(at);
  if (type.optional && bytes[storage.present_offset] == 0) return Value::missing();
  switch (type.kind) {
    case TypeKind::boolean:
      return Value::of(Int128{read<uint8_t>(at) != 0});
    case TypeKind::integer:
    case TypeKind::datetime:
    case TypeKind::duration:
      return Value::of(Int128{read<int64_t>(at)});
    case TypeKind::decimal:
      return Value::of(storage.narrow ? Int128{read<int64_t>(at)} : read<Int128>(at));
    case TypeKind::quotient:
      return Value::of_quotient(read<Int128>(at), read<Int128>(bytes + 16));
    case TypeKind::enumeration:
    case TypeKind::effect:
      return Value::of(Int128{read<uint32_t>(at)});
    case TypeKind::date:
      return Value::of(Int128{read<int32_t>(at)});
    case TypeKind::string:
      return Value::of(read<pac_text>(at));
    case TypeKind::list:
    case TypeKind::set:
      return Value::of(read<pac_list>(at));
    case TypeKind::record:
      return Value::of_record(at);
  }
  return Value();
}

void Values::store(TypeId type_id, const Storage& storage, const Value& value,
                   void* at) const noexcept {
  const Type& type = rules_.type(type_id);
  char* const bytes = static_cast<char*>(at);
  std::memset(bytes, 0, storage.size);
  if (type.optional) {
    if (!value.present) return;
    bytes[storage.present_offset] = 1;
  }
  switch (type.kind) {
    case TypeKind::boolean:
      write<uint8_t>(at, value.number);
      break;
    case TypeKind::integer:
    case TypeKind::datetime:
    case TypeKind::duration:
      write<int64_t>(at, value.number);
      break;
    case TypeKind::decimal:
      if (storage.narrow)
        write<int64_t>(at, value.number);
      else
        write<Int128>(at, value.number);
      break;
    case TypeKind::quotient:
      write<Int128>(at, value.number);
      write<Int128>(bytes + 16, value.den);
      break;
    case TypeKind::enumeration:
    case TypeKind::effect:
      write<uint32_t>(at, value.number);
      break;
    case TypeKind::date:
      write<int32_t>(at, value.number);
      break;
    case TypeKind::string:
      std::memcpy(at, &value.text, sizeof value.text);
      break;
    case TypeKind::list:
    case TypeKind::set:
      std::memcpy(at, &value.list, sizeof value.list);
      break;
    case TypeKind::record:
      std::memcpy(at, value.record, layout_.record(static_cast<ir::RecordId>(type.ref)).size);
      break;
  }
}

Value Values::load_field(ir::RecordId record, uint32_t field, const void* at) const noexcept {
  const ir::RecordLayout& layout = layout_.record(record);
  return load(rules_.record(record).fields[field].type, layout.fields[field],
              static_cast<const char*>(at) + layout.offsets[field]);
}

void Values::store_field(ir::RecordId record, uint32_t field, const Value& value,
                         void* at) const noexcept {
  const ir::RecordLayout& layout = layout_.record(record);
  store(rules_.record(record).fields[field].type, layout.fields[field], value,
        static_cast<char*>(at) + layout.offsets[field]);
}

Value Values::load_item(TypeId element, const pac_list& list, uint32_t item) const noexcept {
  const Storage storage = layout_.value(element);
  return load(element, storage, static_cast<const char*>(list.data) + size_t{item} * storage.size);
}

void Values::store_item(TypeId element, const Value& value, void* data,
                        uint32_t item) const noexcept {
  const Storage storage = layout_.value(element);
  store(element, storage, value, static_cast<char*>(data) + size_t{item} * storage.size);
}

// ---- Order
// ----------------------------------------------------------------------------------------------

int Values::compare(TypeId type, const Value& a, const Value& b) const noexcept {
  if (!a.present || !b.present) return sign_of(a.present, b.present);
  return compare_present(rules_.type(type), a, b);
}

int Values::compare(TypeId type_a, const Value& a, TypeId type_b, const Value& b) const noexcept {
  if (!a.present || !b.present) return sign_of(a.present, b.present);
  const Type& left = rules_.type(type_a);
  const Type& right = rules_.type(type_b);
  if (!is_number(left.kind)) return compare_present(left, a, b);
  if (left.kind != TypeKind::quotient && right.kind != TypeKind::quotient) {
    return pac::compare(a.number, left.scale, b.number, right.scale);
  }
  // A number is the quotient of itself and 1, which is what `den` says by default.
  return compare_quotients(Quotient{a.number, a.den, left.scale},
                           Quotient{b.number, b.den, right.scale});
}

int Values::compare_present(const Type& type, const Value& a, const Value& b) const noexcept {
  switch (type.kind) {
    case TypeKind::quotient:
      return compare_quotients(Quotient{a.number, a.den, type.scale},
                               Quotient{b.number, b.den, type.scale});
    case TypeKind::string:
      return std::clamp(a.view().compare(b.view()), -1, 1);
    case TypeKind::list:
    case TypeKind::set:
      return compare_lists(type.element, a.list, b.list);
    case TypeKind::record:
      return compare_records(static_cast<ir::RecordId>(type.ref), a.record, b.record);
    default:
      return sign_of(a.number, b.number);
  }
}

int Values::compare_lists(TypeId element, const pac_list& a, const pac_list& b) const noexcept {
  const uint32_t shared = std::min(a.count, b.count);
  for (uint32_t i = 0; i < shared; ++i) {
    const int order = compare(element, load_item(element, a, i), load_item(element, b, i));
    if (order != 0) return order;
  }
  return sign_of(a.count, b.count);
}

int Values::compare_stored(TypeId type, const Storage& storage, const void* a,
                           const void* b) const noexcept {
  return compare(type, load(type, storage, a), load(type, storage, b));
}

int Values::compare_records(ir::RecordId record, const void* a, const void* b) const noexcept {
  const auto& fields = rules_.record(record).fields;
  for (uint32_t i = 0; i < fields.size(); ++i) {
    const int order = compare(fields[i].type, load_field(record, i, a), load_field(record, i, b));
    if (order != 0) return order;
  }
  return 0;
}

// ---- Text
// -----------------------------------------------------------------------------------------------

void Values::format(TypeId type_id, const Value& value, TextBuffer& out) const noexcept {
  if (!value.present) return out.put("missing");
  const Type& type = rules_.type(type_id);
  char text[64];
  static_assert(sizeof text >= kDecimalTextBytes && sizeof text >= kDatetimeTextBytes);
  const auto put = [&](size_t size) { out.put(std::string_view(text, size)); };
  switch (type.kind) {
    case TypeKind::boolean:
      return out.put(value.is_true() ? "true" : "false");
    case TypeKind::integer:
      return put(format_int(static_cast<int64_t>(value.number), text));
    case TypeKind::decimal:
      return put(format_decimal(value.number, type.scale, text));
    case TypeKind::quotient:
      put(format_decimal(value.number, 0, text));
      out.put(" / ");
      put(format_decimal(value.den, 0, text));
      out.put(" * 10^");
      return put(format_int(-int64_t{type.scale}, text));
    case TypeKind::string:
      return out.put(value.view());
    case TypeKind::enumeration:
      return out.put(rules_.enums[type.ref].values[static_cast<size_t>(value.number)].wire);
    case TypeKind::effect:
      return out.put(value.number == 0 ? "permit" : "deny");
    case TypeKind::date:
      return put(format_date(static_cast<int32_t>(value.number), text));
    case TypeKind::datetime:
      return put(format_datetime(static_cast<int64_t>(value.number), text));
    case TypeKind::duration:
      return put(format_duration(static_cast<int64_t>(value.number), text));
    case TypeKind::list:
    case TypeKind::set:
      out.put("[");
      for (uint32_t i = 0; i < value.list.count; ++i) {
        if (i > 0) out.put(", ");
        format_nested(type.element, load_item(type.element, value.list, i), out);
      }
      return out.put("]");
    case TypeKind::record:
      return format_record(static_cast<ir::RecordId>(type.ref), value.record, out);
  }
}

void Values::format_record(ir::RecordId record, const void* at, TextBuffer& out) const noexcept {
  const auto& fields = rules_.record(record).fields;
  out.put("{");
  for (uint32_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out.put(", ");
    out.put(fields[i].name);
    out.put(": ");
    format_nested(fields[i].type, load_field(record, i, at), out);
  }
  out.put("}");
}

void Values::format_nested(TypeId type, const Value& value, TextBuffer& out) const noexcept {
  const bool quoted = value.present && rules_.type(type).kind == TypeKind::string;
  if (quoted) out.put("\"");
  format(type, value, out);
  if (quoted) out.put("\"");
}

namespace {

// Grows until all of it fits.
template <typename Write>
std::string grown(Write write) {
  for (size_t capacity = 256;; capacity *= 4) {
    std::string text(capacity, '\0');
    TextBuffer out(text.data(), text.size());
    write(out);
    if (!out.fits()) continue;
    text.resize(out.size());
    return text;
  }
}

}  // namespace

std::string Values::format(TypeId type, const Value& value) const {
  return grown([&](TextBuffer& out) { format(type, value, out); });
}

std::string Values::format(ir::RecordId record, const void* at) const {
  return grown([&](TextBuffer& out) { format_record(record, at, out); });
}

}  // namespace pac::interp
