// The tables that expressions refer to: types, records, enums, domains, constants.
#include <algorithm>
#include <limits>

#include "runtime/abi.h"
#include "runtime/base/date.h"
#include "runtime/base/utf8.h"
#include "runtime/ir/print.h"
#include "runtime/ir/verify_state.h"

namespace pac::ir {

namespace {

// More than any scalar takes, with its present byte and padding.
constexpr uint64_t kMostScalarBytes = 48;

// The values that a number of this type may have at all.
Interval range_of(const RuleSet& rule_set, const Type& type) {
  constexpr Int128 kMinInt = std::numeric_limits<int64_t>::min();
  constexpr Int128 kMaxInt = std::numeric_limits<int64_t>::max();
  switch (type.kind) {
    case TypeKind::boolean:
    case TypeKind::effect:
      return {0, 1};
    case TypeKind::integer:
    case TypeKind::duration:
      return {kMinInt, kMaxInt};
    case TypeKind::decimal:
      return {-kMaxDecimal, kMaxDecimal};
    case TypeKind::enumeration:
      return {0, Int128(rule_set.enums[type.ref].values.size()) - 1};
    case TypeKind::date:
      return {kMinDate, kMaxDate};
    case TypeKind::datetime:
      return {kMinDatetime, kMaxDatetime};
    default:
      return {0, -1};
  }
}

bool takes_intervals(TypeKind kind) {
  return kind == TypeKind::integer || kind == TypeKind::decimal || kind == TypeKind::enumeration ||
         kind == TypeKind::date || kind == TypeKind::datetime || kind == TypeKind::duration;
}

bool is_text(const std::string& text) {
  return text.size() <= PAC_MAX_TEXT && valid_utf8(text) && text.find('\0') == std::string::npos;
}

std::string type_place(uint32_t id) { return "type " + std::to_string(id); }

}  // namespace

bool Verifier::check_types() {
  type_depths_.assign(rs_.types.size(), 0);
  for (uint32_t id = 0; id < rs_.types.size(); ++id) {
    const Type& type = rs_.types[id];
    if (static_cast<uint32_t>(type.kind) >= kTypeKindCount) {
      return fail_at("PAC4104", type_place(id), "unknown kind of type");
    }
    const bool is_list = type.kind == TypeKind::list || type.kind == TypeKind::set;
    if (!is_list && type.element != TypeId::none) {
      return fail_at("PAC4104", type_place(id), "only lists and sets have an element type");
    }
    if (is_list) {
      if (index(type.element) >= id) {
        return fail_at("PAC4102", type_place(id), "its element type does not come before it");
      }
      const Type& element = rs_.type(type.element);
      if (element.kind == TypeKind::quotient) {
        return fail_at("PAC4104", type_place(id), "a quotient can't be stored in a list");
      }
      if (type.kind == TypeKind::set && element.optional) {
        return fail_at("PAC4104", type_place(id), "a set has no missing elements");
      }
      type_depths_[id] = type_depths_[index(type.element)] + 1;
      if (type_depths_[id] > kMaxTypeDepth) {
        return fail_at("PAC4112", type_place(id), "lists are nested too deep");
      }
    }
    const bool is_enum = type.kind == TypeKind::enumeration;
    const bool is_record = type.kind == TypeKind::record;
    if ((is_enum && type.ref >= rs_.enums.size()) ||
        (is_record && type.ref >= rs_.records.size())) {
      return fail_at("PAC4102", type_place(id), "its declaration does not exist");
    }
    if (!is_enum && !is_record && type.ref != kNone) {
      return fail_at("PAC4104", type_place(id), "only enums and records refer to a declaration");
    }
    const bool is_decimal = type.kind == TypeKind::decimal;
    const bool is_quotient = type.kind == TypeKind::quotient;
    const int low = is_quotient ? -2 * kMaxScale : 0;
    const int high = is_quotient ? 2 * kMaxScale : is_decimal ? kMaxScale : 0;
    if (type.scale < low || type.scale > high) {
      return fail_at("PAC4104", type_place(id),
                     "scale " + std::to_string(type.scale) + " is out of range");
    }
    if (is_quotient && type.optional) {
      return fail_at("PAC4104", type_place(id), "a quotient can't be optional");
    }
  }
  // Types are compared by id, so each may stand in the table only once.
  RuleSet distinct;
  for (uint32_t id = 0; id < rs_.types.size(); ++id) {
    if (index(distinct.intern(rs_.types[id])) != id) {
      return fail_at("PAC4104", type_place(id), "the same type stands in the table before");
    }
  }
  return true;
}

bool Verifier::check_fields() {
  for (const Record& record : rs_.records) {
    const std::string place = "record `" + record.name + "`";
    for (const Field& field : record.fields) {
      if (index(field.type) >= rs_.types.size()) {
        return fail_at("PAC4102", place, "a field's type does not exist");
      }
      if (field.domain != DomainId::none && index(field.domain) >= rs_.domains.size()) {
        return fail_at("PAC4102", place, "a field's domain does not exist");
      }
      if (rs_.type(field.type).kind == TypeKind::quotient) {
        return fail_at("PAC4104", place, "a quotient can't be stored in a field");
      }
    }
  }
  record_depths_.assign(rs_.records.size(), 0);
  record_bytes_.assign(rs_.records.size(), 0);
  record_states_.assign(rs_.records.size(), 0);
  for (uint32_t id = 0; id < rs_.records.size(); ++id) {
    if (!check_record(id, 1)) return false;
  }
  for (uint32_t id = 0; id < rs_.types.size(); ++id) {
    uint32_t inner = id;
    while (rs_.types[inner].element != TypeId::none) inner = index(rs_.types[inner].element);
    const bool is_record = rs_.types[inner].kind == TypeKind::record;
    if (is_record && type_depths_[id] + record_depths_[rs_.types[inner].ref] > kMaxTypeDepth) {
      return fail_at("PAC4112", type_place(id), "lists and records are nested too deep");
    }
  }
  return true;
}

// Recursion goes at most kMaxTypeDepth records deep; `level` sees to it before depths are known.
bool Verifier::check_record(uint32_t id, uint32_t level) {
  if (record_states_[id] == 2) return true;
  const std::string place = "record `" + rs_.records[id].name + "`";
  if (record_states_[id] == 1) return fail_at("PAC4104", place, "the record contains itself");
  if (level > kMaxTypeDepth) return fail_at("PAC4112", place, "records are nested too deep");
  record_states_[id] = 1;
  uint32_t depth = 1;
  uint64_t bytes = 1;
  for (const Field& field : rs_.records[id].fields) {
    uint32_t inner = index(field.type);
    while (rs_.types[inner].element != TypeId::none) inner = index(rs_.types[inner].element);
    uint32_t field_depth = type_depths_[index(field.type)];
    uint64_t field_bytes = kMostScalarBytes;
    if (rs_.types[inner].kind == TypeKind::record) {
      const uint32_t nested = rs_.types[inner].ref;
      if (!check_record(nested, level + 1)) return false;
      field_depth += record_depths_[nested];
      if (inner == index(field.type)) field_bytes += record_bytes_[nested];
    }
    depth = std::max(depth, field_depth + 1);
    bytes += field_bytes;
    if (bytes > kMaxRecordBytes) return fail_at("PAC4101", place, "the record is too large");
  }
  if (depth > kMaxTypeDepth)
    return fail_at("PAC4112", place, "lists and records are nested too deep");
  record_depths_[id] = depth;
  record_bytes_[id] = bytes;
  record_states_[id] = 2;
  return true;
}

bool Verifier::check_enums() {
  for (const Enum& each : rs_.enums) {
    if (each.values.empty())
      return fail_at("PAC4104", "enum `" + each.name + "`", "it has no values");
  }
  return true;
}

bool Verifier::check_domains() {
  for (uint32_t id = 0; id < rs_.domains.size(); ++id) {
    const Domain& domain = rs_.domains[id];
    const std::string place = "domain " + std::to_string(id);
    if (domain.element != DomainId::none && index(domain.element) >= id) {
      return fail_at("PAC4102", place, "its element's domain does not come before it");
    }
    if (!domain.has_intervals && !domain.intervals.empty()) {
      return fail_at("PAC4106", place, "intervals are present and not in force");
    }
    for (size_t i = 0; i < domain.intervals.size(); ++i) {
      const Interval& interval = domain.intervals[i];
      if (interval.low > interval.high) return fail_at("PAC4106", place, "an interval is empty");
      // An end near the edge of 128 bits is refused before the sum below could overflow.
      if (magnitude(interval.low) > magnitude(kMaxDecimal) ||
          magnitude(interval.high) > magnitude(kMaxDecimal)) {
        return fail_at("PAC4106", place, "an interval goes beyond 38 digits");
      }
      if (i > 0 && interval.low <= domain.intervals[i - 1].high + 1) {
        return fail_at("PAC4106", place, "intervals are not sorted, disjoint and apart");
      }
    }
    if (!domain.has_texts && !domain.texts.empty()) {
      return fail_at("PAC4106", place, "texts are present and not in force");
    }
    for (size_t i = 0; i < domain.texts.size(); ++i) {
      if (!is_text(domain.texts[i])) return fail_at("PAC4106", place, "a text is not valid");
      if (i > 0 && domain.texts[i] <= domain.texts[i - 1]) {
        return fail_at("PAC4106", place, "texts are not sorted or not distinct");
      }
    }
    for (const std::string& pattern : domain.patterns) {
      if (!check_pattern(pattern, place)) return false;
    }
    if (domain.max_chars < -1 || domain.max_items < -1) {
      return fail_at("PAC4106", place, "a maximum is negative");
    }
  }
  for (const Record& record : rs_.records) {
    for (const Field& field : record.fields) {
      const std::string problem = misfit(field.type, field.domain);
      if (!problem.empty()) {
        return fail_at("PAC4106", "record `" + record.name + "`, field `" + field.name + "`",
                       problem);
      }
    }
  }
  return true;
}

std::string Verifier::misfit(TypeId type_of_field, DomainId id) const {
  TypeId type_id = type_of_field;
  // From a list to its elements, as far as there are domains; types are finite.
  for (; id != DomainId::none; id = rs_.domain(id).element) {
    const Type& type = rs_.type(type_id);
    const Domain& domain = rs_.domain(id);
    const bool is_list = type.kind == TypeKind::list || type.kind == TypeKind::set;
    if (domain.has_intervals) {
      if (!takes_intervals(type.kind))
        return "a domain of intervals for " + type_text(rs_, type_id);
      const Interval range = range_of(rs_, type);
      if (!domain.intervals.empty() &&
          (domain.intervals.front().low < range.low || domain.intervals.back().high > range.high)) {
        return "an interval beyond the values of " + type_text(rs_, type_id);
      }
    }
    const bool has_text_part =
        domain.has_texts || !domain.patterns.empty() || domain.max_chars >= 0;
    if (has_text_part && type.kind != TypeKind::string) {
      return "a domain of texts for " + type_text(rs_, type_id);
    }
    if ((domain.max_items >= 0 || domain.element != DomainId::none) && !is_list) {
      return "a domain of lists for " + type_text(rs_, type_id);
    }
    type_id = type.element;
  }
  return {};
}

bool Verifier::check_constants() {
  for (uint32_t id = 0; id < rs_.constants.size(); ++id) {
    if (!check_constant(rs_.constants[id], "constant " + std::to_string(id))) return false;
  }
  return true;
}

bool Verifier::check_constant(const Constant& constant, const std::string& place) {
  if (index(constant.type) >= rs_.types.size()) {
    return fail_at("PAC4102", place, "its type does not exist");
  }
  const Type& type = rs_.type(constant.type);
  if (constant.missing != type.optional) {
    return fail_at("PAC4107", place, "a constant is missing if and only if its type is optional");
  }
  if (constant.missing) {
    return (constant.number == 0 && constant.text.empty()) ||
           fail_at("PAC4107", place, "a missing value has a value");
  }
  if (type.kind == TypeKind::string) {
    if (constant.number != 0) return fail_at("PAC4107", place, "a text has a number");
    return is_text(constant.text) || fail_at("PAC4107", place, "a text is not valid or too long");
  }
  if (!constant.text.empty()) return fail_at("PAC4107", place, "a number has a text");
  const Interval range = range_of(rs_, type);
  if (constant.number < range.low || constant.number > range.high) {
    return fail_at("PAC4107", place, "no value of type " + type_text(rs_, constant.type));
  }
  return true;
}

// Whether every list in it has a greatest number of items. The answer is kept for records: one that
// is reached over many paths is looked at once.
bool Verifier::is_bounded(TypeId id, DomainId domain) {
  const Type& type = rs_.type(id);
  if (type.kind == TypeKind::record) {
    std::optional<bool>& known = record_bounded_[type.ref];
    if (!known) {
      known = std::ranges::all_of(rs_.records[type.ref].fields, [&](const Field& field) {
        return is_bounded(field.type, field.domain);
      });
    }
    return *known;
  }
  if (type.kind != TypeKind::list && type.kind != TypeKind::set) return true;
  if (domain == DomainId::none) return false;
  const Domain& bounds = rs_.domain(domain);
  return bounds.max_items >= 0 && bounds.max_items <= kMaxListItems &&
         is_bounded(type.element, bounds.element);
}

bool Verifier::check_lists_and_zones() {
  record_bounded_.assign(rs_.records.size(), std::nullopt);
  for (const Decision& decision : rs_.decisions) {
    const std::string place = "decision `" + decision.name + "`";
    if (index(decision.input) >= rs_.records.size() ||
        index(decision.output) >= rs_.records.size()) {
      return fail_at("PAC4102", place, "its input or output record does not exist");
    }
    for (const Field& field : rs_.record(decision.input).fields) {
      if (is_bounded(field.type, field.domain)) continue;
      return fail_at("PAC4109", place,
                     "a list in input `" + field.name +
                         "` has no greatest number of items, or one above " +
                         std::to_string(kMaxListItems));
    }
    if (!decision.zone.empty() && std::ranges::find(rs_.zones, decision.zone) == rs_.zones.end()) {
      return fail_at("PAC4109", place, "its time zone is not among those of the rule set");
    }
  }
  return true;
}

}  // namespace pac::ir
