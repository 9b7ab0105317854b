#include "runtime/engine/check_value.h"

#include <algorithm>
#include <cstring>

#include "runtime/base/date.h"
#include "runtime/base/json.h"
#include "runtime/base/utf8.h"

namespace pac::engine {

namespace {

bool report_text_domain(const Slot& slot, std::string_view text, Report& report) {
  const ir::Domain& domain = *slot.domain;
  if (domain.has_texts && !std::ranges::binary_search(domain.texts, text)) {
    return report.outside(slot, text);
  }
  const std::int64_t char_count = count_code_points(text);
  if (domain.max_chars >= 0 && char_count > domain.max_chars)
    return report.too_long(slot, char_count);
  return report.no_match(slot, text);
}

bool check_stored_list(const Slot& slot, const pac_list& list, Report& report) {
  const Schema& schema = report.schema();
  if (list.count > 0 && list.data == nullptr) {
    return report.other(RefusalCode::wrong_type, "a list with items needs their memory");
  }
  if (!check_count(slot, list.count, report)) return false;
  const Slot element = schema.element(slot);
  const auto* data = static_cast<const char*>(list.data);
  const std::size_t stride = element.storage.size;
  for (std::uint32_t i = 0; i < list.count; ++i) {
    report.enter(i);
    bool go_on = check_stored(element, data + i * stride, report);
    if (go_on && i > 0 && slot.type->kind == ir::TypeKind::set) {
      const int order = schema.values().compare_stored(element.type_id, element.storage,
                                                       data + (i - 1) * stride, data + i * stride);
      if (order == 0) go_on = report.duplicate_item(i - 1);
      if (order > 0)
        go_on = report.other(RefusalCode::wrong_type, "the items of a set must be sorted");
    }
    report.leave();
    if (!go_on) return false;
  }
  return true;
}

}  // namespace

bool check_domain(const Slot& slot, const interp::Value& value, Report& report) {
  const Schema& schema = report.schema();
  if (slot.type->kind == ir::TypeKind::integer &&
      (slot.domain == nullptr || !slot.domain->has_intervals)) {
    if (value.number <= json::kMaxExactInt && value.number >= -json::kMaxExactInt) return true;
    return report.outside(slot, value.number);
  }
  if (slot.domain == nullptr || schema.domains().contains(slot.type_id, slot.domain_id, value)) {
    return true;
  }
  if (slot.type->kind == ir::TypeKind::string)
    return report_text_domain(slot, value.view(), report);
  return report.outside(slot, value.number);
}

bool fits_type(const Schema& schema, const Slot& slot, Int128 number) {
  switch (slot.type->kind) {
    case ir::TypeKind::enumeration:
      return number >= 0 &&
             number < static_cast<Int128>(schema.enumeration_of(*slot.type).values.size());
    case ir::TypeKind::boolean:
    case ir::TypeKind::effect:
      return number == 0 || number == 1;
    case ir::TypeKind::date:
      return number >= kMinDate && number <= kMaxDate;
    case ir::TypeKind::datetime:
      return number >= kMinDatetime && number <= kMaxDatetime;
    case ir::TypeKind::decimal:
      return fits_decimal(number);
    default:
      return true;
  }
}

bool check_text(std::string_view text, Report& report) {
  if (!text.empty() && std::memchr(text.data(), 0, text.size()) != nullptr) {
    return report.not_text("the character U+0000");
  }
  if (!valid_utf8(text)) return report.not_text("bytes that are not UTF-8");
  return true;
}

bool check_count(const Slot& slot, std::uint64_t count, Report& report) {
  std::int64_t allowed = ir::kMaxListItems;
  if (slot.domain != nullptr && slot.domain->max_items >= 0) {
    allowed = std::min(allowed, slot.domain->max_items);
  }
  if (count <= static_cast<std::uint64_t>(allowed)) return true;
  return report.too_many_items(count, allowed);
}

bool sort_set(const Slot& slot, pac_list list, Arena& arena, Report& report) {
  const Schema& schema = report.schema();
  const Slot element = schema.element(slot);
  const std::size_t stride = element.storage.size;
  auto* data = static_cast<char*>(const_cast<void*>(list.data));
  auto* order = arena.allocate_array<std::uint32_t>(list.count);
  auto* sorted = static_cast<char*>(arena.allocate(stride * list.count, element.storage.align));
  if (order == nullptr || sorted == nullptr) {
    return report.too_large("the input needs more memory than a session has",
                            arena.capacity_bytes());
  }
  const auto compare = [&](std::uint32_t a, std::uint32_t b) {
    return schema.values().compare_stored(element.type_id, element.storage, data + a * stride,
                                          data + b * stride);
  };
  for (std::uint32_t i = 0; i < list.count; ++i) order[i] = i;
  std::sort(order, order + list.count, [&](std::uint32_t a, std::uint32_t b) {
    const int found = compare(a, b);
    return found != 0 ? found < 0 : a < b;
  });
  // The repeat that comes first in the text is the one to name.
  std::uint32_t repeat = list.count;
  std::uint32_t original = 0;
  for (std::uint32_t i = 1; i < list.count; ++i) {
    if (order[i] < repeat && compare(order[i - 1], order[i]) == 0) {
      repeat = order[i];
      original = order[i - 1];
    }
  }
  if (repeat != list.count) {
    report.enter(repeat);
    const bool go_on = report.duplicate_item(original);
    report.leave();
    return go_on;
  }
  for (std::uint32_t i = 0; i < list.count; ++i) {
    std::memcpy(sorted + i * stride, data + order[i] * stride, stride);
  }
  std::memcpy(data, sorted, stride * list.count);
  return true;
}

bool check_stored(const Slot& slot, const void* at, Report& report) {
  const Schema& schema = report.schema();
  if (slot.storage.present_offset != ir::kNone) {
    const unsigned char present =
        static_cast<const unsigned char*>(at)[slot.storage.present_offset];
    if (present > 1) return report.other(RefusalCode::wrong_type, "`present` is neither 0 nor 1");
    if (present == 0) return true;
  }
  const interp::Value value = schema.load(slot, at);
  switch (slot.type->kind) {
    case ir::TypeKind::string:
      if (value.text.size > 0 && value.text.data == nullptr) {
        return report.other(RefusalCode::wrong_type, "a text with bytes needs their memory");
      }
      return check_text(value.view(), report) && check_domain(slot, value, report);
    case ir::TypeKind::list:
    case ir::TypeKind::set:
      return check_stored_list(slot, value.list, report);
    case ir::TypeKind::record:
      for (const Slot& field : schema.record_of(*slot.type).fields) {
        report.enter(field.name);
        const bool go_on = check_stored(field, static_cast<const char*>(at) + field.offset, report);
        report.leave();
        if (!go_on) return false;
      }
      return true;
    default:
      if (!fits_type(schema, slot, value.number) || (slot.type->kind == ir::TypeKind::boolean &&
                                                     *static_cast<const unsigned char*>(at) > 1)) {
        return report.other(RefusalCode::wrong_type, "the number is no value of the type");
      }
      return check_domain(slot, value, report);
  }
}

}  // namespace pac::engine
