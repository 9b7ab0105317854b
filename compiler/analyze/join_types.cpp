#include <algorithm>

#include "compiler/analyze/joiner.h"
#include "runtime/ir/print.h"
#include "runtime/ir/range.h"

namespace pac::analyze {

using ir::TypeId;
using ir::TypeKind;

namespace {

// The values that both have keep their order; those of one alone stand where it has them.
std::vector<ir::EnumValue> merged(const ir::Enum& a, const ir::Enum& b, bool* is_ordered) {
  std::vector<ir::EnumValue> out;
  size_t next = 0;
  *is_ordered = true;
  const auto has = [](const std::vector<ir::EnumValue>& values, const std::string& wire) {
    return std::ranges::find(values, wire, &ir::EnumValue::wire) != values.end();
  };
  for (const ir::EnumValue& value : a.values) {
    const auto at = std::ranges::find(b.values, value.wire, &ir::EnumValue::wire);
    if (at != b.values.end()) {
      const auto index = static_cast<size_t>(at - b.values.begin());
      if (index < next) *is_ordered = false;
      for (; next < index; ++next) {
        if (!has(a.values, b.values[next].wire)) out.push_back(b.values[next]);
      }
      next = std::max(next, index + 1);
    }
    out.push_back(value);
  }
  for (; next < b.values.size(); ++next) {
    if (!has(a.values, b.values[next].wire)) out.push_back(b.values[next]);
  }
  return out;
}

std::vector<ir::Interval> common(const std::vector<ir::Interval>& a,
                                 const std::vector<ir::Interval>& b) {
  std::vector<ir::Interval> out;
  for (const ir::Interval& x : a) {
    for (const ir::Interval& y : b) {
      const ir::Interval both{std::max(x.low, y.low), std::min(x.high, y.high)};
      if (both.low <= both.high) out.push_back(both);
    }
  }
  std::ranges::sort(out, {}, &ir::Interval::low);
  return out;
}

}  // namespace

TypeId Joiner::type(int of, TypeId id) {
  if (id == TypeId::none) return id;
  auto& known = copies_[of].types;
  if (const auto found = known.find(ir::index(id)); found != known.end()) return found->second;
  ir::Type made = copies_[of].rules().type(id);
  if (made.kind == TypeKind::enumeration) made.ref = enumeration(of, made.ref);
  if (made.kind == TypeKind::record) made.ref = record(of, made.ref);
  if (made.element != TypeId::none) made.element = type(of, made.element);
  const TypeId out = rules_.intern(made);
  known.emplace(ir::index(id), out);
  return out;
}

uint32_t Joiner::enumeration(int of, uint32_t id) {
  const std::string name = copies_[of].rules().enums[id].name;
  const auto [at, is_new] = enums_.emplace(name, static_cast<uint32_t>(rules_.enums.size()));
  if (!is_new) return at->second;
  const ir::Enum* found[2] = {nullptr, nullptr};
  uint32_t ids[2] = {ir::kNone, ir::kNone};
  for (int side = 0; side < 2; ++side) {
    const auto& enums = copies_[side].rules().enums;
    for (uint32_t i = 0; i < enums.size(); ++i) {
      if (enums[i].name == name) found[side] = &enums[i], ids[side] = i;
    }
  }
  ir::Enum joined = *(found[kOld] != nullptr ? found[kOld] : found[kNew]);
  if (found[kOld] != nullptr && found[kNew] != nullptr) {
    bool is_ordered = true;
    joined.ordered = found[kOld]->ordered || found[kNew]->ordered;
    joined.values = merged(*found[kOld], *found[kNew], &is_ordered);
    if (!is_ordered && joined.ordered) {
      obstacle("the values of `" + name + "` stand in another order");
    }
    if (!is_ordered) {  // values that were passed over come last
      for (const ir::EnumValue& value : found[kNew]->values) {
        if (std::ranges::find(joined.values, value.wire, &ir::EnumValue::wire) ==
            joined.values.end()) {
          joined.values.push_back(value);
        }
      }
    }
  }
  for (int side = 0; side < 2; ++side) {
    if (found[side] == nullptr) continue;
    std::vector<uint32_t> numbers;
    for (const ir::EnumValue& value : found[side]->values) {
      const auto place = std::ranges::find(joined.values, value.wire, &ir::EnumValue::wire);
      numbers.push_back(static_cast<uint32_t>(place - joined.values.begin()));
    }
    copies_[side].enum_values[ids[side]] = std::move(numbers);
  }
  rules_.enums.push_back(std::move(joined));
  return at->second;
}

const ir::Record* Joiner::find_record(int of, const std::string& name, uint32_t* id) const {
  const auto& records = copies_[of].rules().records;
  for (uint32_t i = 0; i < records.size(); ++i) {
    if (records[i].name == name) {
      *id = i;
      return &records[i];
    }
  }
  return nullptr;
}

uint32_t Joiner::record(int of, uint32_t id) {
  const std::string name = copies_[of].rules().records[id].name;
  if (const auto found = records_.find(name); found != records_.end()) return found->second;
  uint32_t ids[2] = {ir::kNone, ir::kNone};
  const ir::Record* a = find_record(kOld, name, &ids[kOld]);
  const ir::Record* b = find_record(kNew, name, &ids[kNew]);
  ir::Record joined;
  joined.name = name;
  FieldMap from_a, from_b;
  join_fields(name, a, b, &joined, &from_a, &from_b);
  if (a != nullptr) copies_[kOld].fields[ids[kOld]] = std::move(from_a);
  if (b != nullptr) copies_[kNew].fields[ids[kNew]] = std::move(from_b);
  const auto out = static_cast<uint32_t>(rules_.records.size());
  rules_.records.push_back(std::move(joined));
  records_.emplace(name, out);
  return out;
}

// Either may be null: a record of one version alone has all of its fields.
void Joiner::join_fields(const std::string& name, const ir::Record* a, const ir::Record* b,
                         ir::Record* out, FieldMap* from_a, FieldMap* from_b) {
  const auto add = [&](ir::Field field) {
    out->fields.push_back(std::move(field));
    return static_cast<uint32_t>(out->fields.size() - 1);
  };
  const auto alone = [&](int of, const ir::Field& field, bool is_shared) {
    const bool is_optional = copies_[of].rules().type(field.type).optional;
    if (is_shared && is_optional) return ir::kNone;
    ir::Field copy = field;
    copy.type = type(of, field.type);
    copy.domain = intern_or_none(domain(of, field.type, field.domain));
    return add(std::move(copy));
  };
  const bool is_shared = a != nullptr && b != nullptr;
  if (a != nullptr) from_a->assign(a->fields.size(), ir::kNone);
  if (b != nullptr) from_b->assign(b->fields.size(), ir::kNone);
  for (size_t i = 0; a != nullptr && i < a->fields.size(); ++i) {
    const ir::Field& mine = a->fields[i];
    const ir::Field* other = nullptr;
    size_t place = 0;
    for (size_t k = 0; b != nullptr && k < b->fields.size(); ++k) {
      if (b->fields[k].name == mine.name) other = &b->fields[k], place = k;
    }
    if (other == nullptr) {
      (*from_a)[i] = alone(kOld, mine, is_shared);
      continue;
    }
    ir::Field joined;
    if (!join_field(mine, *other, &joined)) {
      obstacle("`" + name + "." + mine.name + "` was " +
               ir::type_text(copies_[kOld].rules(), mine.type) + " and is " +
               ir::type_text(copies_[kNew].rules(), other->type));
      joined = mine;
      joined.type = type(kOld, mine.type);
      joined.domain = ir::DomainId::none;
    }
    (*from_a)[i] = (*from_b)[place] = add(std::move(joined));
  }
  for (size_t i = 0; b != nullptr && i < b->fields.size(); ++i) {
    const bool is_known = a != nullptr && std::ranges::find(a->fields, b->fields[i].name,
                                                            &ir::Field::name) != a->fields.end();
    if (!is_known) (*from_b)[i] = alone(kNew, b->fields[i], is_shared);
  }
}

bool Joiner::join_field(const ir::Field& a, const ir::Field& b, ir::Field* out) {
  const TypeId x = type(kOld, a.type), y = type(kNew, b.type);
  if (rules_.optional(x, false) != rules_.optional(y, false)) return false;
  *out = a;
  out->type = rules_.type(x).optional ? y : x;  // optional where both are
  const ir::Domain left = domain(kOld, a.type, a.domain), right = domain(kNew, b.type, b.domain);
  ir::Domain both = left;
  const auto meet = [](auto meet_again, ir::RuleSet& rules, const ir::Domain& p,
                       const ir::Domain& q) -> ir::Domain {
    ir::Domain all = p;
    if (q.has_intervals) {
      all.intervals = p.has_intervals ? common(p.intervals, q.intervals) : q.intervals;
      all.has_intervals = true;
    }
    if (q.has_texts) {
      all.texts = q.texts;
      if (p.has_texts) {
        std::erase_if(all.texts, [&](const std::string& text) {
          return !std::ranges::binary_search(p.texts, text);
        });
      }
      all.has_texts = true;
    }
    for (const std::string& pattern : q.patterns) {
      if (std::ranges::find(all.patterns, pattern) == all.patterns.end()) {
        all.patterns.push_back(pattern);
      }
    }
    const auto least = [](int64_t m, int64_t n) { return m < 0 ? n : n < 0 ? m : std::min(m, n); };
    all.max_chars = least(p.max_chars, q.max_chars);
    all.max_items = least(p.max_items, q.max_items);
    if (q.element != ir::DomainId::none) {
      all.element = p.element == ir::DomainId::none
                        ? q.element
                        : rules.intern(meet_again(meet_again, rules, rules.domain(p.element),
                                                  rules.domain(q.element)));
    }
    return all;
  };
  both = meet(meet, rules_, left, right);
  if ((both.has_intervals && both.intervals.empty()) || (both.has_texts && both.texts.empty())) {
    obstacle("no value of `" + a.name + "` is accepted by both versions");
  }
  out->domain = intern_or_none(both);
  return true;
}

ir::DomainId Joiner::intern_or_none(const ir::Domain& domain) {
  return domain == ir::Domain{} ? ir::DomainId::none : rules_.intern(domain);
}

// Values of enumerations by their numbers here; where the version has not all of them, those that
// it has.
ir::Domain Joiner::domain(int of, TypeId type_id, ir::DomainId id) {
  const ir::RuleSet& from = copies_[of].rules();
  const ir::Type& kind = from.type(type_id);
  type(of, type_id);
  ir::Domain out = id == ir::DomainId::none ? ir::Domain{} : from.domain(id);
  const ir::DomainId element = out.element;
  out.element = ir::DomainId::none;
  if (kind.kind == TypeKind::list || kind.kind == TypeKind::set) {
    out.element = intern_or_none(domain(of, kind.element, element));
  }
  if (kind.kind != TypeKind::enumeration) return out;
  const auto& numbers = copies_[of].enum_values.at(kind.ref);
  const size_t all = rules_.enums[rules_.type(type(of, type_id)).ref].values.size();
  bool is_same = numbers.size() == all;
  for (uint32_t i = 0; i < numbers.size(); ++i) is_same = is_same && numbers[i] == i;
  if (is_same) return out;
  std::vector<ir::Interval> intervals;
  for (uint32_t i = 0; i < numbers.size(); ++i) {
    const auto holds = [&](const ir::Interval& one) { return one.low <= i && i <= one.high; };
    if (!out.has_intervals || std::ranges::any_of(out.intervals, holds)) {
      intervals.push_back({numbers[i], numbers[i]});
    }
  }
  std::ranges::sort(intervals, {}, &ir::Interval::low);
  out.intervals.clear();
  for (const ir::Interval& one : intervals) {
    if (!out.intervals.empty() && out.intervals.back().high + 1 == one.low) {
      out.intervals.back().high = one.high;
    } else {
      out.intervals.push_back(one);
    }
  }
  out.has_intervals = true;
  return out;
}

ir::ConstantId Joiner::constant(int of, ir::ConstantId id) {
  const ir::RuleSet& from = copies_[of].rules();
  ir::Constant made = from.constant(id);
  const ir::Type& kind = from.type(made.type);
  made.type = type(of, made.type);
  if (kind.kind == TypeKind::enumeration && !made.missing) {
    made.number = copies_[of].enum_values.at(kind.ref)[static_cast<size_t>(made.number)];
  }
  return rules_.intern(made);
}

}  // namespace pac::analyze
