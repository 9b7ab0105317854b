// Generator: types, domains, values and what is declared outside decisions.
#include <algorithm>
#include <iterator>
#include <set>

#include "runtime/base/date.h"
#include "runtime/base/decimal.h"
#include "runtime/base/utf8.h"
#include "tests/differential/generator.h"
#include "tests/differential/patterns.h"
#include "tests/differential/zones.h"

namespace pac::differential {

using ir::DomainId;
using ir::ExprId;
using ir::kNone;
using ir::Op;
using ir::TypeId;
using ir::TypeKind;

void Generator::declare() {
  b_.rule_set.package = "differential";
  b_.rule_set.zones.assign(std::begin(kZoneNames), std::end(kZoneNames));
  enums_.push_back(b_.enumeration("Level", {"low", "mid", "high", "top"}, true));
  enums_.push_back(b_.enumeration("Colour", {"red", "green", "blue"}));
  enums_.push_back(b_.enumeration("Single", {"only"}, true));
  for (uint32_t i = 0; i < 3; ++i) {
    const auto count = static_cast<uint32_t>(random_.between(1, 4));
    // The fields of later ones may be earlier ones.
    const ir::RecordId made = random_record("R" + std::to_string(i), count, true, 30, 1);
    records_.push_back(made);
  }
  for (uint32_t i = 0; i < 2; ++i) {
    const auto count = static_cast<uint32_t>(random_.between(0, 3));
    const ir::RecordId arguments =
        random_record("duty_" + std::to_string(i) + ".in", count, false, 30, 1);
    b_.duty("duty_" + std::to_string(i), arguments, i == 1);
  }
  declare_params();
}

void Generator::declare_params() {
  for (uint32_t i = 0; i < 4; ++i) {
    const TypeId type = random_type(1);
    std::vector<ir::ParamLine> lines;
    int32_t from =
        static_cast<int32_t>(random_.pick({int64_t{kMinDate}, int64_t{19990}, int64_t{20003}}));
    const int64_t count = random_.between(1, 3);
    for (int64_t line = 0; line < count; ++line) {
      lines.push_back({from, constant_expression(type)});
      from += static_cast<int32_t>(random_.between(1, 12));
    }
    b_.param("param_" + std::to_string(i), type, lines);
  }
}

TypeId Generator::number_type() {
  if (random_.percent(45)) return b_.int_type();
  if (random_.percent(25)) return b_.decimal_type(static_cast<int>(random_.between(0, 38)));
  static constexpr int kScales[] = {0, 1, 2, 2, 2, 4, 6, 18, 19, 30, 37, 38};
  return b_.decimal_type(kScales[random_.below(std::size(kScales))]);
}

TypeId Generator::scalar_type() {
  switch (random_.weighted({14, 40, 14, 12, 4, 10, 7, 7})) {
    case 0:
      return b_.bool_type();
    case 1:
      return number_type();
    case 2:
      return b_.string_type();
    case 3:
      return b_.enum_type(random_.pick(enums_));
    case 4:
      return b_.effect_type();
    case 5:
      return b_.date_type();
    case 6:
      return b_.datetime_type();
    default:
      return b_.duration_type();
  }
}

TypeId Generator::ordered_type() {
  switch (random_.weighted({50, 12, 10, 8, 8})) {
    case 0:
      return number_type();
    case 1:
      return b_.enum_type(enums_[random_.percent(80) ? 0 : 2]);
    case 2:
      return b_.date_type();
    case 3:
      return b_.datetime_type();
    default:
      return b_.duration_type();
  }
}

TypeId Generator::random_type(int depth, bool may_be_optional) {
  TypeId type = TypeId::none;
  const uint32_t kind = depth > 0 ? random_.weighted({70, 12, 8, 10}) : 0;
  if (kind == 1 && !records_.empty() && random_.percent(20)) {
    type = b_.list_type(b_.optional(b_.record_type(random_.pick(records_))));
  } else if (kind == 1) {
    type = b_.list_type(random_type(depth - 1));
  } else if (kind == 2) {
    type = b_.set_type(random_type(depth - 1, false));
  } else if (kind == 3 && !records_.empty()) {
    type = b_.record_type(random_.pick(records_));
  } else {
    type = scalar_type();
  }
  return may_be_optional && random_.percent(18) ? b_.optional(type) : type;
}

DomainId Generator::interval_domain(const ir::Type& type) {
  ir::Domain domain;
  domain.has_intervals = true;
  const auto add = [&](Int128 low, Int128 high) {
    if (!domain.intervals.empty() && low <= domain.intervals.back().high + 1) {
      domain.intervals.back().high = std::max(domain.intervals.back().high, high);
    } else {
      domain.intervals.push_back({low, high});
    }
  };
  if (type.kind == TypeKind::enumeration) {
    const auto last = static_cast<int64_t>(b_.rule_set.enums[type.ref].values.size()) - 1;
    for (int64_t value = 0; value <= last; ++value) {
      if (random_.percent(60)) add(value, value);
    }
    const int64_t any = random_.between(0, last);
    if (domain.intervals.empty()) add(any, any);
    return b_.rule_set.intern(domain);
  }
  if (random_.percent(20)) {  // a set of single values
    std::vector<Int128> values;
    for (int64_t count = random_.between(1, 6); count > 0; --count) {
      values.push_back(random_number(type));
    }
    std::ranges::sort(values);
    for (const Int128 value : values) add(value, value);
    return b_.rule_set.intern(domain);
  }
  Int128 low = random_number(type);
  Int128 high = random_number(type);
  if (low > high) std::swap(low, high);
  domain.intervals = {{low, high}};
  if (random_.percent(25) && high - low > 20) {  // a hole in the middle
    const Int128 middle = low + (high - low) / 2;
    domain.intervals = {{low, middle - 2}, {middle + 3, high}};
  }
  return b_.rule_set.intern(domain);
}

// A text is chosen first, and then bounds that it keeps to, so that no domain is empty.
DomainId Generator::text_domain() {
  const Pattern& pattern = kPatterns[random_.below(std::size(kPatterns))];
  const std::string within(random_.pick(pattern.matching));
  ir::Domain domain;
  switch (random_.below(3)) {
    case 0: {
      std::set<std::string> texts{within};
      for (int64_t count = random_.between(0, 5); count > 0; --count) texts.insert(short_text());
      domain.has_texts = true;
      domain.texts.assign(texts.begin(), texts.end());
      break;
    }
    case 1:
      domain.patterns = {pattern.pattern};
      for (const Pattern& other : kPatterns) {
        if (other.pattern == pattern.pattern || !random_.percent(30)) continue;
        const bool both = std::ranges::any_of(
            other.matching, [&](std::string_view text) { return text == within; });
        if (both) domain.patterns.emplace_back(other.pattern);
      }
      break;
    default:
      break;
  }
  const bool free = !domain.has_texts && domain.patterns.empty();
  const int64_t length = count_code_points(within);
  if (free || random_.percent(20)) domain.max_chars = random_.between(length, length + 37);
  const DomainId made = b_.rule_set.intern(domain);
  texts_within_.emplace(made, within);
  return made;
}

std::string Generator::text_within(DomainId domain) const {
  const auto found = texts_within_.find(domain);
  return found == texts_within_.end() ? std::string() : found->second;
}

DomainId Generator::random_domain(TypeId id, bool must_bound_lists) {
  const ir::Type type = b_.rule_set.type(id);
  switch (type.kind) {
    case TypeKind::boolean:
    case TypeKind::effect:
    case TypeKind::record:
    case TypeKind::quotient:
      return DomainId::none;
    case TypeKind::string:
      return text_domain();
    case TypeKind::list:
    case TypeKind::set: {
      ir::Domain domain;
      domain.max_items = random_.percent(4) ? 0 : random_.between(1, 6);
      const ir::Type& element = b_.rule_set.type(type.element);
      const bool nested = element.kind == TypeKind::list || element.kind == TypeKind::set;
      if ((nested && must_bound_lists) || random_.percent(30)) {
        domain.element = random_domain(type.element, must_bound_lists);
      }
      return b_.rule_set.intern(domain);
    }
    default:
      return interval_domain(type);
  }
}

ir::RecordId Generator::random_record(const std::string& name, uint32_t field_count, bool bounded,
                                      uint32_t domain_chance, int depth) {
  std::vector<ir::Field> fields;
  for (uint32_t i = 0; i < field_count; ++i) {
    const TypeId type = random_type(depth);
    const TypeKind kind = b_.rule_set.type(type).kind;
    const bool is_list = kind == TypeKind::list || kind == TypeKind::set;
    const DomainId domain = (bounded && is_list) || random_.percent(domain_chance)
                                ? random_domain(type, bounded)
                                : DomainId::none;
    fields.push_back(b_.field("f" + std::to_string(i), type, domain));
  }
  return b_.record(name, std::move(fields));
}

// Mostly small, so that conditions differ and arithmetic has results; the edges often enough.
Int128 Generator::random_number(const ir::Type& type) {
  constexpr int64_t kLow = INT64_MIN;
  constexpr int64_t kHigh = INT64_MAX;
  const bool edge = random_.percent(10);
  switch (type.kind) {
    case TypeKind::boolean:
    case TypeKind::effect:
      return random_.between(0, 1);
    case TypeKind::integer:
      if (edge)
        return random_.pick({kLow, kLow + 1, kHigh, kHigh - 1, int64_t{1} << 32, -kHigh,
                             int64_t{3037000499}, int64_t{3037000500}, int64_t{1} << 62});
      return random_.percent(80) ? random_.between(-5, 12) : random_.between(-1000000, 1000000);
    case TypeKind::decimal: {
      if (edge) {
        return random_.pick({kMaxDecimal, -kMaxDecimal, kMaxDecimal - 1, Int128{kHigh},
                             Int128{kHigh} + 1, Int128{kLow}, Int128{kLow} - 1, pow10(37),
                             pow10(19), pow10(19) - 1});
      }
      const Int128 whole = random_.between(-5, 12);
      const Int128 unit = type.scale < 36 ? pow10(type.scale) : 1;
      if (random_.percent(30)) return whole * unit;
      if (random_.percent(30)) return whole * unit + random_.between(-2, 2);
      if (type.scale > 0 && random_.percent(50)) {  // halves, which roundings differ in
        return whole * unit +
               5 * pow10(static_cast<int>(random_.below(static_cast<uint64_t>(type.scale))));
      }
      return random_.between(-1000000, 1000000);
    }
    case TypeKind::enumeration:
      return random_.between(0,
                             static_cast<int64_t>(b_.rule_set.enums[type.ref].values.size()) - 1);
    case TypeKind::date:
      if (edge) return random_.pick({kMinDate, kMinDate + 1, kMaxDate, kMaxDate - 1});
      if (random_.percent(10))
        return random_.pick({int64_t{19753}, int64_t{19782}, int64_t{20027}});
      return random_.percent(60) ? random_.between(19990, 20010) : random_.between(-1000, 40000);
    case TypeKind::datetime: {
      if (edge) return random_.pick({kMinDatetime, kMaxDatetime});
      const int64_t day = int64_t{86400} * 1000000;
      return random_.between(19990, 20010) * day +
             (random_.percent(50) ? random_.between(0, day - 1) : 0);
    }
    default: {
      const int64_t day = int64_t{86400} * 1000000;
      if (edge) return random_.pick({kLow, kHigh, kLow + 1, kHigh - 1});
      if (random_.percent(70)) return random_.between(-20, 40) * day;
      return random_.between(-2 * day, 2 * day);
    }
  }
}

std::string Generator::short_text() {
  static const std::vector<std::string> kTexts = {
      "",
      "a",
      "ab",
      "abc",
      "b",
      "red",
      "green",
      "zz",
      " x ",
      "{",
      "}",
      "{{x}}",
      "{f0}",
      "%s",
      "\\\"",
      "\n",
      "\xc3\xa4",
      "A\xcc\x88",  // whole, and with a combining mark
      "\xe2\x82\xac"
      "5",
      "\xf0\x9f\x98\x80",                              // three and four bytes
      "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80",  // joined
      "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",
      "\xe2\x80\x8f"
      "1",  // from right to left
      "\xef\xbb\xbf",
      "\xf4\x8f\xbf\xbf",
      "\xed\x9f\xbf",
      "\xee\x80\x80",
      "1800-0",
      "79927398713",
      "FI2112345600000785",
      "131052-308T",
      "0112038-9",
      "0",
      "00",
      "12"};
  return random_.pick(kTexts);
}

std::string Generator::random_text() {
  if (!random_.percent(4)) return short_text();
  return std::string(static_cast<size_t>(random_.between(30000, 65535)), 'q');
}

ExprId Generator::constant(TypeId id) {
  const ir::Type type = b_.rule_set.type(id);
  if (type.kind == TypeKind::string) return b_.constant({id, false, 0, random_text()});
  return b_.constant({id, false, random_number(type), {}});
}

ExprId Generator::constant_expression(TypeId id) {
  const ir::Type type = b_.rule_set.type(id);
  if (type.optional) {
    if (random_.percent(30)) return b_.constant({id, true, 0, {}});
    return node(Op::some, id, constant_expression(b_.rule_set.optional(id, false)));
  }
  std::vector<ExprId> parts;
  switch (type.kind) {
    case TypeKind::list:
    case TypeKind::set: {
      const int64_t count = random_.between(0, 3);
      for (int64_t i = 0; i < count; ++i) parts.push_back(constant_expression(type.element));
      return node(type.kind == TypeKind::list ? Op::make_list : Op::make_set, id, parts);
    }
    case TypeKind::record: {
      // A param's record has to lie within its domains, so a value at one of their ends is taken.
      const std::vector<ir::Field> fields =
          b_.rule_set.record(static_cast<ir::RecordId>(type.ref)).fields;
      for (const ir::Field& field : fields) {
        const ir::Type of_field = b_.rule_set.type(field.type);
        const bool is_list = of_field.kind == TypeKind::list || of_field.kind == TypeKind::set;
        if (of_field.optional) {
          parts.push_back(b_.constant({field.type, true, 0, {}}));
        } else if (is_list) {
          const Op op = of_field.kind == TypeKind::list ? Op::make_list : Op::make_set;
          parts.push_back(node(op, field.type, std::vector<ExprId>{}));
        } else if (field.domain == DomainId::none) {
          parts.push_back(constant_expression(field.type));
        } else if (of_field.kind == TypeKind::string) {
          parts.push_back(b_.constant({field.type, false, 0, text_within(field.domain)}));
        } else {
          const Int128 low = b_.rule_set.domain(field.domain).intervals[0].low;
          parts.push_back(b_.constant({field.type, false, low, {}}));
        }
      }
      return node(Op::make_record, id, parts);
    }
    default:
      return constant(id);
  }
}

}  // namespace pac::differential
