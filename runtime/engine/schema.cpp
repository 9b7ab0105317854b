#include "runtime/engine/schema.h"

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
    }
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

}  // namespace pac::engine
