#include "runtime/engine/json_plan.h"

#include <algorithm>
#include <limits>
#include <span>

#include "runtime/base/json.h"
#include "runtime/base/utf8.h"
#include "runtime/engine/json_scan.h"

namespace pac::engine {

namespace {

// A name that stands in JSON as it is.
bool is_plain(std::string_view name) {
  return valid_utf8(name) && std::ranges::none_of(name, [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
         });
}

void set_slot(const Slot& slot, QuickSlot* out) {
  out->slot = slot;
  if (slot.type->optional) out->present_at = slot.storage.present_offset;
}

void set_range(const ir::Interval& interval, QuickSlot* out) {
  constexpr Int128 kLow = std::numeric_limits<int64_t>::min();
  constexpr Int128 kHigh = std::numeric_limits<int64_t>::max();
  if (interval.low > kHigh || interval.high < kLow) return;  // nothing that is read quickly
  out->domain = QuickDomain::range;
  out->low = static_cast<int64_t>(std::max(interval.low, kLow));
  out->high = static_cast<int64_t>(std::min(interval.high, kHigh));
}

void set_domain(QuickSlot* out) {
  const ir::Domain* const domain = out->slot.domain;
  const bool is_integer = out->slot.type->kind == ir::TypeKind::integer;
  if (is_integer && (domain == nullptr || !domain->has_intervals)) {
    out->domain = QuickDomain::range;
    out->low = -json::kMaxExactInt;
    out->high = json::kMaxExactInt;
    return;
  }
  if (domain == nullptr) return;
  out->domain = QuickDomain::general;
  const ir::TypeKind kind = out->slot.type->kind;
  const bool is_number = is_integer || kind == ir::TypeKind::decimal ||
                         kind == ir::TypeKind::date || kind == ir::TypeKind::datetime ||
                         kind == ir::TypeKind::duration;
  if (is_number && domain->has_intervals && domain->intervals.size() == 1)
    set_range(domain->intervals[0], out);
}

}  // namespace

// Builds the tables of records, each after those that it contains.
struct JsonPlan::Builder {
  JsonPlan& plan;
  const Schema& schema;
  std::vector<bool> is_known;

  Builder(JsonPlan& of, const Schema& with) : plan(of), schema(with) {
    plan.records_.resize(schema.rule_set().records.size());
    plan.enums_.resize(schema.rule_set().enums.size());
    is_known.resize(plan.records_.size());
  }

  const NameTable* names_of(uint32_t index) {
    auto& table = plan.enums_[index];
    if (table == nullptr) {
      std::vector<NameTable::Entry> entries;
      const auto& values = schema.rule_set().enums[index].values;
      for (uint32_t i = 0; i < values.size(); ++i) entries.push_back({values[i].wire, i});
      table = std::make_unique<NameTable>(std::move(entries));
    }
    return table.get();
  }

  const QuickRecord* record_of(uint32_t index) {
    if (!is_known[index]) {
      is_known[index] = true;
      const RecordSchema& record = schema.record(static_cast<ir::RecordId>(index));
      plan.records_[index] = make(record, {}, ir::SlotRole::input);
    }
    return plan.records_[index].get();
  }

  // False where such a value is not read quickly.
  bool fill(const Slot& slot, QuickSlot* out) {
    switch (slot.type->kind) {
      case ir::TypeKind::list:
      case ir::TypeKind::set:
        set_slot(slot, out);
        return fill_list(slot, out);
      case ir::TypeKind::record:
        set_slot(slot, out);
        out->kind = QuickKind::record;
        out->record = record_of(slot.type->ref);
        return out->record != nullptr;
      case ir::TypeKind::enumeration:
        // A name that is found in the text is not looked at again.
        if (!std::ranges::all_of(schema.enumeration_of(*slot.type).values, is_plain,
                                 &ir::EnumValue::wire)) {
          return false;
        }
        names_of(slot.type->ref);
        break;
      default:
        break;
    }
    return plan.cell(slot, out);
  }

  bool fill_list(const Slot& slot, QuickSlot* out) {
    const Slot element = schema.element(slot);
    auto made = std::make_unique<QuickSlot>();
    if (!fill(element, made.get())) return false;
    out->kind = QuickKind::list;
    out->items_follow =
        !has_list(*element.type) && element.storage.size % element.storage.align == 0;
    out->element = made.get();
    plan.elements_.push_back(std::move(made));
    return true;
  }

  bool has_list(const ir::Type& type) const {
    if (type.kind == ir::TypeKind::list || type.kind == ir::TypeKind::set) return true;
    return type.kind == ir::TypeKind::record &&
           std::ranges::any_of(schema.record_of(type).fields,
                               [&](const Slot& field) { return has_list(*field.type); });
  }

  const char* key_of(std::string_view name, uint32_t* size) {
    std::string key;
    key.append(1, '"').append(name).append("\":");
    *size = static_cast<uint32_t>(key.size());
    key.append(kScanPadding, '\0');
    plan.keys_.push_back(std::make_unique<std::string>(std::move(key)));
    return plan.keys_.back()->data();
  }

  // Null where one of its fields is not read quickly.
  std::unique_ptr<QuickRecord> make(const RecordSchema& record, std::span<const ir::SlotRole> roles,
                                    ir::SlotRole role) {
    auto out = std::make_unique<QuickRecord>();
    std::vector<NameTable::Entry> names;
    for (uint32_t i = 0; i < record.fields.size(); ++i) {
      if (!roles.empty() && roles[i] != role) continue;
      const Slot& slot = record.fields[i];
      QuickField field;
      if (!is_plain(slot.name) || !fill(slot, &field.value)) return nullptr;
      field.key = key_of(slot.name, &field.key_size);
      if (field.key_size <= 32) field.key_mask = ~uint32_t{0} >> (32 - field.key_size);
      field.index = i;
      field.offset = slot.offset;
      const auto number = static_cast<uint32_t>(out->fields.size());
      names.push_back({slot.name, number});
      out->required.resize(number / 64 + 1);
      if (!slot.type->optional) out->required[number / 64] |= uint64_t{1} << (number % 64);
      out->fields.push_back(field);
    }
    if (out->fields.size() > kMaxFields) return nullptr;
    out->by_name = NameTable(std::move(names));
    return out;
  }
};

JsonPlan::JsonPlan(const Schema& schema) {
  Builder builder(*this, schema);
  for (const ir::Decision& decision : schema.rule_set().decisions) {
    const RecordSchema& record = schema.record(decision.input);
    Roots roots;
    roots.input = builder.make(record, decision.roles, ir::SlotRole::input);
    roots.context = builder.make(record, decision.roles, ir::SlotRole::context);
    roots_.push_back(std::move(roots));
  }
}

JsonPlan::~JsonPlan() = default;

bool JsonPlan::cell(const Slot& slot, QuickSlot* out) const {
  set_slot(slot, out);
  out->scale = slot.type->scale;
  set_domain(out);
  switch (slot.type->kind) {
    case ir::TypeKind::boolean:
      out->kind = QuickKind::boolean;
      return true;
    case ir::TypeKind::integer:
    case ir::TypeKind::decimal:
      out->kind = QuickKind::number;
      out->is_wide = slot.type->kind == ir::TypeKind::decimal && !slot.storage.narrow;
      return true;
    case ir::TypeKind::enumeration:
      out->kind = QuickKind::name;
      out->names = enums_[slot.type->ref].get();
      return out->names != nullptr;
    case ir::TypeKind::string:
      out->kind = QuickKind::text;
      return true;
    default:
      out->kind = QuickKind::other_scalar;
      return is_scalar(slot.type->kind);
  }
}

const QuickRecord* JsonPlan::root(ir::DecisionId decision, ir::SlotRole role) const {
  const Roots& roots = roots_[ir::index(decision)];
  return role == ir::SlotRole::input     ? roots.input.get()
         : role == ir::SlotRole::context ? roots.context.get()
                                         : nullptr;
}

}  // namespace pac::engine
