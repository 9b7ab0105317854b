#include "runtime/engine/schema.h"

#include <algorithm>
#include <functional>

#include "runtime/engine/write.h"

namespace pac::engine {

Schema::Schema(const ir::RuleSet& rule_set, const ir::Layout& layout, const interp::Values& values,
               const interp::Domains& domains)
    : rule_set_(rule_set), values_(values), domains_(domains) {
  storages_.reserve(rule_set.types.size());
  for (uint32_t i = 0; i < rule_set.types.size(); ++i) {
    storages_.push_back(layout.value(static_cast<ir::TypeId>(i)));
  }
  records_.resize(rule_set.records.size());
  for (uint32_t i = 0; i < records_.size(); ++i) {
    const ir::RecordLayout& place = layout.record(static_cast<ir::RecordId>(i));
    RecordSchema& record = records_[i];
    record.size = place.size;
    record.align = place.align;
    for (uint32_t f = 0; f < place.offsets.size(); ++f) {
      const ir::Field& field = rule_set.records[i].fields[f];
      Slot slot = value(field.type, field.domain);
      slot.storage = place.fields[f];
      slot.offset = place.offsets[f];
      slot.name = field.name;
      record.fields.push_back(slot);
      record.keys.push_back(written([&](TextSink& out) {
        write_quoted(slot.name, out);
        out.put(':');
      }));
      record.sorted.push_back(f);
    }
    // Names are ASCII, whose order is the same in UTF-8 and in UTF-16.
    std::ranges::sort(record.sorted, {}, [&](uint32_t f) { return record.fields[f].name; });
  }
}

Slot Schema::value(ir::TypeId type, ir::DomainId domain) const {
  Slot slot;
  slot.type_id = type;
  slot.domain_id = domain;
  slot.type = &rule_set_.type(type);
  slot.domain = domain == ir::DomainId::none ? nullptr : &rule_set_.domain(domain);
  slot.storage = storages_[ir::index(type)];
  return slot;
}

Slot Schema::element(const Slot& slot) const {
  return value(slot.type->element,
               slot.domain == nullptr ? ir::DomainId::none : slot.domain->element);
}

namespace {

// All but the domain of the elements, whose number says nothing in another rule set.
bool is_equal(const ir::Domain* a, const ir::Domain* b) {
  if (a == nullptr || b == nullptr) return a == b;
  ir::Domain copy = *b;
  copy.element = a->element;
  return *a == copy;
}

bool equal_domains(const Schema& a, const Slot& x, const Schema& b, const Slot& y) {
  if (!is_equal(x.domain, y.domain)) return false;
  switch (x.type->kind) {
    case ir::TypeKind::record:
      return have_equal_domains(a, a.record_of(*x.type), b, b.record_of(*y.type));
    case ir::TypeKind::list:
    case ir::TypeKind::set:
      return equal_domains(a, a.element(x), b, b.element(y));
    default:
      return true;
  }
}

}  // namespace

bool lie_alike(const Schema& a, const Slot& x, const Schema& b, const Slot& y) {
  if (x.name != y.name || x.offset != y.offset || x.type->kind != y.type->kind ||
      x.type->optional != y.type->optional || x.type->scale != y.type->scale ||
      x.storage != y.storage) {
    return false;
  }
  switch (x.type->kind) {
    case ir::TypeKind::enumeration:
      return std::ranges::equal(a.enumeration_of(*x.type).values, b.enumeration_of(*y.type).values,
                                std::equal_to<>{}, &ir::EnumValue::wire, &ir::EnumValue::wire);
    case ir::TypeKind::record:
      return lie_alike(a, a.record_of(*x.type), b, b.record_of(*y.type));
    case ir::TypeKind::list:
    case ir::TypeKind::set:
      return lie_alike(a, a.element(x), b, b.element(y));
    default:
      return true;
  }
}

bool lie_alike(const Schema& a, const RecordSchema& record_of_a, const Schema& b,
               const RecordSchema& record_of_b) {
  return record_of_a.size == record_of_b.size &&
         std::ranges::equal(record_of_a.fields, record_of_b.fields,
                            [&](const Slot& x, const Slot& y) { return lie_alike(a, x, b, y); });
}

bool have_equal_domains(const Schema& a, const RecordSchema& record_of_a, const Schema& b,
                        const RecordSchema& record_of_b) {
  return std::ranges::equal(
      record_of_a.fields, record_of_b.fields,
      [&](const Slot& x, const Slot& y) { return equal_domains(a, x, b, y); });
}

}  // namespace pac::engine
