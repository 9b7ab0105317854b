#include "tests/differential/inputs.h"

#include <algorithm>
#include <cstring>

#include "runtime/base/date.h"
#include "runtime/base/decimal.h"
#include "tests/differential/patterns.h"
#include "tests/differential/zones.h"

namespace pac::differential {

using ir::DomainId;
using ir::TypeId;
using ir::TypeKind;

InputMaker::InputMaker(const ir::RuleSet& rules, const ir::Layout& layout,
                       const interp::Interpreter& interpreter)
    : rules_(rules),
      layout_(layout),
      interpreter_(interpreter),
      known_numbers_(rules.types.size()),
      known_texts_({"", "a"}) {
  for (uint32_t id = 0; id < rules.types.size(); ++id) {
    const ir::Type& type = rules.types[id];
    if (type.kind == TypeKind::string && !type.optional) text_type_ = static_cast<TypeId>(id);
  }
  learn_times();
  for (const ir::Constant& constant : rules.constants) {
    if (constant.missing) continue;
    if (rules.type(constant.type).kind == TypeKind::string) {
      known_texts_.push_back(constant.text);
    } else {
      known_numbers_[index(constant.type)].push_back(constant.number);
    }
  }
}

void InputMaker::learn_times() {
  for (uint32_t id = 0; id < rules_.types.size(); ++id) {
    const ir::Type& type = rules_.types[id];
    std::vector<Int128>& known = known_numbers_[id];
    if (type.optional || (type.kind != TypeKind::date && type.kind != TypeKind::datetime)) continue;
    const bool dates = type.kind == TypeKind::date;
    for (const pac_zone& zone : kZones) {
      for (uint32_t i = 0; i < zone.count; ++i) {
        const int64_t at = zone.transitions[i];
        // Local times around it, too: an hour before and after.
        for (const int64_t hour : {-3600, 0, 3600}) {
          known.push_back(dates ? at / 86400 : (at + hour) * 1000000);
        }
      }
    }
    if (!dates) continue;
    for (const ir::Param& param : rules_.params) {
      for (const ir::ParamLine& line : param.lines) known.push_back(line.from);
    }
    for (const ir::Decision& decision : rules_.decisions) {
      for (const ir::Rule& rule : decision.rules) {
        if (!rule.has_effective) continue;
        known.push_back(rule.effective_from);
        known.push_back(rule.effective_to);
      }
    }
  }
}

char* InputMaker::take(size_t size) {
  memory_.emplace_back(size / sizeof(std::max_align_t) + 1);
  return reinterpret_cast<char*>(memory_.back().data());
}

const char* InputMaker::make(ir::DecisionId decision, Random& random) {
  memory_.clear();
  const ir::RecordId id = rules_.decision(decision).input;
  char* at = take(layout_.record(id).size);
  std::memset(at, 0, layout_.record(id).size);
  // Each field has choices of its own, which follow from its name: they stay the same when another
  // field goes (shrink.h).
  const ir::RecordLayout& layout = layout_.record(id);
  const std::vector<ir::Field>& fields = rules_.record(id).fields;
  const uint64_t base = random.next();
  for (size_t i = 0; i < fields.size(); ++i) {
    uint64_t seed = base;
    for (const char c : fields[i].name) seed = seed * 31 + static_cast<unsigned char>(c);
    Random own(seed);
    random_ = &own;
    field(fields[i].type, fields[i].domain, layout.fields[i], at + layout.offsets[i]);
  }
  random_ = nullptr;
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
  const int64_t wanted = random_->percent(20)   ? 0
                         : random_->percent(25) ? limit
                                                : random_->between(0, limit);
  // Of a set's items some are the same.
  int64_t count = type.kind == TypeKind::set ? wanted * 3 : wanted;
  const ir::Storage storage = layout_.value(type.element);
  const uint32_t stride = layout_.stride(type.element);
  char* items = take(static_cast<size_t>(count) * stride);
  std::memset(items, 0, static_cast<size_t>(count) * stride);
  for (int64_t i = 0; i < count; ++i) field(type.element, element, storage, items + i * stride);
  if (type.kind == TypeKind::set) {
    std::vector<const char*> order;
    for (int64_t i = 0; i < count; ++i) order.push_back(items + i * stride);
    const auto compare = [&](const char* a, const char* b) {
      return interpreter_.values().compare_stored(type.element, storage, a, b);
    };
    std::ranges::sort(order, [&](const char* a, const char* b) { return compare(a, b) < 0; });
    const auto repeats = std::ranges::unique(
        order, [&](const char* a, const char* b) { return compare(a, b) == 0; });
    order.erase(repeats.begin(), repeats.end());
    while (std::ssize(order) > wanted) {
      order.erase(order.begin() + static_cast<ptrdiff_t>(random_->below(order.size())));
    }
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
    if (within.low + step < within.high) {  // the difference may be more than 128 bits hold
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
  if (domain == DomainId::none) return any_text(nullptr);
  const ir::Domain& bounds = rules_.domain(domain);
  const auto lies_in = [&](const std::string& text) {
    const pac_text stored{text.data(), static_cast<uint32_t>(text.size()), 0};
    return interpreter_.within(text_type_, domain, &stored);
  };
  if (!bounds.has_texts || random_->percent(5)) {
    for (int attempt = 0; attempt < 6; ++attempt) {
      std::string made = any_text(&bounds);
      if (lies_in(made)) return made;
    }
  }
  std::vector<std::string> fit;
  const auto offer = [&](std::string_view text) {
    if (lies_in(std::string(text))) fit.emplace_back(text);
  };
  for (const std::string& text : bounds.texts) offer(text);
  if (fit.empty()) {
    for (const Pattern& pattern : kPatterns) {
      for (const std::string_view text : pattern.matching) offer(text);
    }
  }
  // The generator makes no domain that is empty, but others may.
  return fit.empty() ? std::string() : random_->pick(fit);
}

std::string InputMaker::any_text(const ir::Domain* bounds) {
  if (bounds != nullptr && !bounds->patterns.empty() && random_->percent(70)) {
    for (const Pattern& pattern : kPatterns) {
      if (pattern.pattern == bounds->patterns[0]) {
        return std::string(random_->pick(pattern.matching));
      }
    }
  }
  if (random_->percent(45)) return random_->pick(known_texts_);
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
                                                       "{",
                                                       "}",
                                                       "\x01",
                                                       "\x7f",
                                                       "\xc2\x80",
                                                       "\xc3\xa4",
                                                       "\xcc\x81",
                                                       "\xcc\x88",
                                                       "\xd7\x90",
                                                       "\xd9\x84",
                                                       "\xdf\xbf",
                                                       "\xe0\xa0\x80",
                                                       "\xe2\x80\x8d",
                                                       "\xe2\x80\x8f",
                                                       "\xed\x9f\xbf",
                                                       "\xef\xbf\xbf",
                                                       "\xe2\x82\xac",
                                                       "\xf0\x90\x80\x80",
                                                       "\xf0\x9f\x98\x80",
                                                       "\xf4\x8f\xbf\xbf"};
  const bool bounded = bounds != nullptr && bounds->max_chars >= 0;
  const int64_t limit = bounded ? bounds->max_chars : 60;
  std::string made;
  const int64_t count =
      random_->percent(10) ? limit : random_->between(0, std::min<int64_t>(limit, 6));
  const bool letters = bounds != nullptr && !bounds->patterns.empty();
  for (int64_t i = 0; i < count; ++i) {
    made += letters ? std::string(1, static_cast<char>('a' + random_->below(26)))
                    : random_->pick(kCharacters);
  }
  return made;
}

}  // namespace pac::differential
