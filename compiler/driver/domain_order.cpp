#include "compiler/driver/domain_order.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "runtime/base/regex.h"
#include "runtime/base/utf8.h"
#include "runtime/ir/print.h"

namespace pac::driver {

namespace {

// Repetitions in a pattern go up to here.
constexpr int64_t kMaxRepeat = 1000;

const ir::Domain& domain_of(const Values& values) {
  static const ir::Domain kAny;
  return values.domain == ir::DomainId::none ? kAny : values.rules->domain(values.domain);
}

const ir::Type& type_of(const Values& values) { return values.rules->type(values.type); }

int scale_of(const ir::Type& type) { return type.kind == ir::TypeKind::decimal ? type.scale : 0; }

Int128 floor_div(Int128 value, Int128 by) {
  return value / by - (value % by != 0 && value < 0 ? 1 : 0);
}

std::string quoted(const std::string& text) { return "`" + text + "`"; }

std::string number_text(const Values& values, Int128 number) {
  ir::Constant constant;
  constant.type = values.type;
  constant.number = number;
  return quoted(ir::constant_text(*values.rules, constant));
}

// The intervals on a grid that is coarser by so many powers of ten, joined where they meet.
std::vector<ir::Interval> coarser(const std::vector<ir::Interval>& all, int powers) {
  const Int128 by = pow10(powers);
  std::vector<ir::Interval> out;
  for (const ir::Interval& one : all) {
    const ir::Interval made{-floor_div(-one.low, by), floor_div(one.high, by)};
    if (made.low > made.high) continue;
    if (!out.empty() && made.low <= out.back().high + 1) {
      out.back().high = std::max(out.back().high, made.high);
    } else {
      out.push_back(made);
    }
  }
  return out;
}

std::optional<std::string> lacking_numbers(const Values& from, const Values& to) {
  const ir::Domain& wide = domain_of(to);
  if (!wide.has_intervals) return std::nullopt;
  // A type that has fewer digits lacks some, wherever the values lie; who asks knows that.
  const int powers = std::max(0, scale_of(type_of(to)) - scale_of(type_of(from)));
  const auto known = coarser(wide.intervals, powers);
  const ir::Domain& narrow = domain_of(from);
  if (!narrow.has_intervals) {
    return known.empty() ? "any value" : "more than " + number_text(from, known.back().high);
  }
  for (const ir::Interval& one : narrow.intervals) {
    const auto holds = std::ranges::find_if(
        known, [&](const ir::Interval& k) { return k.low <= one.low && one.low <= k.high; });
    if (holds == known.end()) return number_text(from, one.low);
    if (holds->high < one.high) return number_text(from, holds->high + 1);
  }
  return std::nullopt;
}

bool has_index(const ir::Domain& domain, size_t index) {
  if (!domain.has_intervals) return true;
  const auto number = static_cast<Int128>(index);
  return std::ranges::any_of(domain.intervals, [&](const ir::Interval& one) {
    return one.low <= number && number <= one.high;
  });
}

std::optional<std::string> lacking_enumerated(const Values& from, const Values& to) {
  const auto& had = from.rules->enums[type_of(from).ref].values;
  const auto& has = to.rules->enums[type_of(to).ref].values;
  std::string out;
  for (size_t i = 0; i < had.size(); ++i) {
    if (!has_index(domain_of(from), i)) continue;
    const auto found = std::ranges::find(has, had[i].wire, &ir::EnumValue::wire);
    if (found != has.end() && has_index(domain_of(to), static_cast<size_t>(found - has.begin()))) {
      continue;
    }
    out += (out.empty() ? "" : ", ") + quoted(had[i].wire);
  }
  if (out.empty()) return std::nullopt;
  return out;
}

int64_t chars(const std::string& text) {
  return std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; });
}

bool accepts(const ir::Domain& domain, const std::string& text) {
  if (domain.has_texts && !std::ranges::binary_search(domain.texts, text)) return false;
  if (domain.max_chars >= 0 && chars(text) > domain.max_chars) return false;
  return std::ranges::all_of(domain.patterns, [&](const std::string& pattern) {
    const auto regex = Regex::compile(pattern);
    return regex && regex->matches(text);
  });
}

// What all patterns of the domain match; nothing where that is too large.
std::optional<Regex> language_of(const ir::Domain& domain) {
  Regex out = Regex::any_text();
  std::vector<std::string> patterns = domain.patterns;
  if (domain.max_chars >= 0 && domain.max_chars <= kMaxRepeat) {
    patterns.push_back("(?s).{0," + std::to_string(domain.max_chars) + "}");
  }
  for (const std::string& pattern : patterns) {
    const auto one = Regex::compile(pattern);
    if (!one) return std::nullopt;
    auto both = Regex::intersect(out, *one);
    if (!both) return std::nullopt;
    out = std::move(*both);
  }
  return out;
}

std::optional<std::string> lacking_texts(const Values& from, const Values& to) {
  const ir::Domain& narrow = domain_of(from);
  const ir::Domain& wide = domain_of(to);
  if (narrow == wide) return std::nullopt;
  if (narrow.has_texts) {
    for (const std::string& text : narrow.texts) {
      if (accepts(narrow, text) && !accepts(wide, text)) return "\"" + text + "\"";
    }
    return std::nullopt;
  }
  if (wide.has_texts) return "texts that are not listed";
  const bool is_long =
      wide.max_chars > kMaxRepeat && (narrow.max_chars < 0 || narrow.max_chars > wide.max_chars);
  if (is_long) return "texts of more than " + std::to_string(wide.max_chars) + " characters";
  const auto had = language_of(narrow);
  const auto has = language_of(wide);
  if (!had || !has) return "perhaps some texts: the patterns are too large to compare";
  const auto outside = Regex::complement(*has);
  if (!outside) return "perhaps some texts: the patterns are too large to compare";
  const auto lost = Regex::intersect(*had, *outside);
  if (!lost) return "perhaps some texts: the patterns are too large to compare";
  if (const auto shortest = lost->shortest_match()) return "\"" + *shortest + "\"";
  return std::nullopt;
}

std::optional<std::string> lacking_items(const Values& from, const Values& to) {
  const int64_t had = domain_of(from).max_items, has = domain_of(to).max_items;
  if (has >= 0 && (had < 0 || had > has)) {
    return "a list of more than " + std::to_string(has) + (has == 1 ? " item" : " items");
  }
  const auto item = [](const Values& values) {
    return Values{values.rules, type_of(values).element, domain_of(values).element};
  };
  auto out = lacking(item(from), item(to));
  if (out) *out = "a list with " + *out;
  return out;
}

}  // namespace

std::optional<std::string> lacking(const Values& from, const Values& to) {
  switch (type_of(from).kind) {
    case ir::TypeKind::enumeration:
      return lacking_enumerated(from, to);
    case ir::TypeKind::string:
      return lacking_texts(from, to);
    case ir::TypeKind::list:
    case ir::TypeKind::set:
      return lacking_items(from, to);
    case ir::TypeKind::record:
      return std::nullopt;
    default:
      return lacking_numbers(from, to);
  }
}

}  // namespace pac::driver
