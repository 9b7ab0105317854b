#include "tests/differential/inputs.h"

#include <algorithm>
#include <cstring>

#include "runtime/base/date.h"
#include "runtime/base/decimal.h"
#include "runtime/base/utf8.h"

namespace pac::differential {

using ir::DomainId;
using ir::TypeId;
using ir::TypeKind;

InputMaker::InputMaker(const ir::RuleSet& rules, const ir::Layout& layout,
                       const interp::Interpreter& interpreter)
    : rules_(rules),
      layout_(layout),
      values_(interpreter.values()),
      known_numbers_(rules.types.size()),
      known_texts_({"", "a"}) {
  for (const ir::Constant& constant : rules.constants) {
    if (constant.missing) continue;
    if (rules.type(constant.type).kind == TypeKind::string) {
      known_texts_.push_back(constant.text);
    } else {
      known_numbers_[index(constant.type)].push_back(constant.number);
    }
  }
}

char* InputMaker::take(size_t size) {
  memory_.emplace_back(size / sizeof(std::max_align_t) + 1);
  return reinterpret_cast<char*>(memory_.back().data());
}

const char* InputMaker::make(ir::DecisionId decision, Random& random) {
  memory_.clear();
  random_ = &random;
  const ir::RecordId id = rules_.decision(decision).input;
  char* at = take(layout_.record(id).size);
  std::memset(at, 0, layout_.record(id).size);
  record(id, at);
  return at;
}

void InputMaker::record(ir::RecordId id, char* at) {
  const ir::RecordLayout& layout = layout_.record(id);
  const std::vector<ir::Field>& fields = rules_.record(id).fields;
  for (size_t i = 0; i < fields.size(); ++i) {
    field(fields[i].type, fields[i].domain, layout.fields[i], at + layout.offsets[i]);
  }
}

void InputMaker::field(TypeId id, DomainId domain, const ir::Storage& storage, char* at) {
  const ir::Type& type = rules_.type(id);
  if (type.optional) {
    if (random_->percent(30)) return;  // all bytes are zero
    at[storage.present_offset] = 1;
  }
  switch (type.kind) {
    case TypeKind::string: {
      const std::string made = text(domain);
      char* copy = take(made.size());
      std::memcpy(copy, made.data(), made.size());
      const pac_text value{copy, static_cast<uint32_t>(made.size()), 0};
      std::memcpy(at, &value, sizeof value);
      return;
    }
    case TypeKind::list:
    case TypeKind::set:
      return list(type, domain, at);
    case TypeKind::record:
      return record(static_cast<ir::RecordId>(type.ref), at);
    default:
      break;
  }
  const Int128 value = number(type, domain);
  size_t size = 8;  // little-endian: the low bytes come first
  if (type.kind == TypeKind::boolean) size = 1;
  if (type.kind == TypeKind::enumeration || type.kind == TypeKind::effect ||
      type.kind == TypeKind::date) {
    size = 4;
  }
  if (type.kind == TypeKind::decimal && !storage.narrow) size = 16;
  std::memcpy(at, &value, size);
}

void InputMaker::list(const ir::Type& type, DomainId domain, char* at) {
  int64_t limit = 5;
  DomainId element = DomainId::none;
  if (domain != DomainId::none) {
    const ir::Domain& bounds = rules_.domain(domain);
    if (bounds.max_items >= 0) limit = bounds.max_items;
    element = bounds.element;
  }
  int64_t count = random_->percent(20)   ? 0
                  : random_->percent(20) ? limit
                                         : random_->between(0, limit);
  const ir::Storage storage = layout_.value(type.element);
  const uint32_t stride = layout_.stride(type.element);
  char* items = take(static_cast<size_t>(count) * stride);
  std::memset(items, 0, static_cast<size_t>(count) * stride);
  for (int64_t i = 0; i < count; ++i) field(type.element, element, storage, items + i * stride);
  if (type.kind == TypeKind::set) {
    std::vector<const char*> order;
    for (int64_t i = 0; i < count; ++i) order.push_back(items + i * stride);
    const auto compare = [&](const char* a, const char* b) {
      return values_.compare_stored(type.element, storage, a, b);
    };
    std::ranges::sort(order, [&](const char* a, const char* b) { return compare(a, b) < 0; });
    const auto repeats = std::ranges::unique(
        order, [&](const char* a, const char* b) { return compare(a, b) == 0; });
    order.erase(repeats.begin(), repeats.end());
    char* sorted = take(order.size() * stride);
    for (size_t i = 0; i < order.size(); ++i) {
      std::memcpy(sorted + i * stride, order[i], stride);
    }
    items = sorted;
    count = static_cast<int64_t>(order.size());
  }
  const pac_list made{items, static_cast<uint32_t>(count), 0};
  std::memcpy(at, &made, sizeof made);
}

Int128 InputMaker::number(const ir::Type& type, DomainId domain) {
  ir::Interval range{0, 1};
  switch (type.kind) {
    case TypeKind::enumeration:
      range.high = static_cast<Int128>(rules_.enums[type.ref].values.size()) - 1;
      break;
    case TypeKind::decimal:
      range = {-kMaxDecimal, kMaxDecimal};
      break;
    case TypeKind::date:
      range = {kMinDate, kMaxDate};
      break;
    case TypeKind::datetime:
      range = {kMinDatetime, kMaxDatetime};
      break;
    case TypeKind::integer:
    case TypeKind::duration:
      range = {INT64_MIN, INT64_MAX};
      break;
    default:
      return random_->between(0, 1);
  }
  std::vector<ir::Interval> intervals{range};
  if (domain != DomainId::none && rules_.domain(domain).has_intervals) {
    intervals = rules_.domain(domain).intervals;
  }
  const ir::Interval within = random_->pick(intervals);
  if (random_->percent(50)) {
    ir::Type plain = type;
    plain.optional = false;
    for (size_t id = 0; id < rules_.types.size(); ++id) {
      if (rules_.types[id] != plain || known_numbers_[id].empty()) continue;
      const Int128 value =
          random_->pick(known_numbers_[id]) + (random_->percent(40) ? random_->between(-1, 1) : 0);
      if (value >= within.low && value <= within.high) return value;
    }
  }
  if (random_->percent(12)) return random_->percent(50) ? within.low : within.high;
  if (random_->percent(6)) {
    const Int128 step = random_->between(1, 2);
    if (within.high - within.low > step) {
      return random_->percent(50) ? within.low + step : within.high - step;
    }
  }
  const Int128 day = kMicrosPerDay;
  Int128 low = -20;
  Int128 high = 40;
  if (type.kind == TypeKind::date) low = 19985, high = 20015;
  if (type.kind == TypeKind::datetime) low = 19985 * day, high = 20015 * day;
  if (type.kind == TypeKind::duration) low *= day, high *= day;
  if (type.kind == TypeKind::decimal && type.scale < 30) {
    low *= pow10(type.scale), high *= pow10(type.scale);
  }
  low = std::max(low, within.low);
  high = std::min(high, within.high);
  if (low > high) return random_->between_wide(within.low, within.high);
  return random_->between_wide(low, high);
}

std::string InputMaker::text(DomainId domain) {
  const ir::Domain* bounds = domain == DomainId::none ? nullptr : &rules_.domain(domain);
  if (bounds != nullptr && bounds->has_texts) {
    std::vector<std::string> fit;
    for (const std::string& text : bounds->texts) {
      if (bounds->max_chars < 0 || count_code_points(text) <= bounds->max_chars)
        fit.push_back(text);
    }
    return random_->pick(fit);
  }
  const bool letters = bounds != nullptr && !bounds->patterns.empty();  // [a-z]*
  const int64_t limit = bounds != nullptr && bounds->max_chars >= 0 ? bounds->max_chars : 60;
  if (!letters && random_->percent(55)) {
    const std::string known = random_->pick(known_texts_);
    if (bounds == nullptr || bounds->max_chars < 0 || count_code_points(known) <= limit)
      return known;
  }
  if (bounds == nullptr && random_->percent(1)) return std::string(65535, 'w');
  static const std::vector<std::string> kCharacters = {"a",
                                                       "b",
                                                       "c",
                                                       "z",
                                                       "A",
                                                       "0",
                                                       "9",
                                                       " ",
                                                       "-",
                                                       "\x01",
                                                       "\x7f",
                                                       "\xc2\x80",
                                                       "\xc3\xa4",
                                                       "\xdf\xbf",
                                                       "\xe0\xa0\x80",
                                                       "\xef\xbf\xbf",
                                                       "\xe2\x82\xac",
                                                       "\xf0\x90\x80\x80",
                                                       "\xf4\x8f\xbf\xbf"};
  std::string made;
  const int64_t count =
      random_->percent(10) ? limit : random_->between(0, std::min<int64_t>(limit, 6));
  for (int64_t i = 0; i < count; ++i) {
    made += letters ? std::string(1, static_cast<char>('a' + random_->below(26)))
                    : random_->pick(kCharacters);
  }
  return made;
}

}  // namespace pac::differential
