#include "runtime/ir/layout.h"

#include <algorithm>
#include <limits>

#include "runtime/abi.h"
#include "runtime/base/check.h"

namespace pac::ir {

static_assert(sizeof(pac_text) == 16 && alignof(pac_text) == 8);
static_assert(sizeof(pac_list) == 16 && alignof(pac_list) == 8);

namespace {

// Values and their sizes stay below kMaxRecordBytes in a verified rule set, so 32 bits don't
// overflow.
constexpr uint32_t align_up(uint32_t offset, uint32_t align) {
  return (offset + align - 1) / align * align;
}

struct Shape {
  uint32_t size, align;
};

Shape scalar_shape(TypeKind kind, bool narrow) {
  switch (kind) {
    case TypeKind::boolean:
      return {1, 1};
    case TypeKind::enumeration:
    case TypeKind::effect:
    case TypeKind::date:
      return {4, 4};
    case TypeKind::integer:
    case TypeKind::datetime:
    case TypeKind::duration:
      return {8, 8};
    case TypeKind::decimal:
      return narrow ? Shape{8, 8} : Shape{16, 16};
    case TypeKind::quotient:
      return {32, 16};  // numerator, denominator; only in lets
    case TypeKind::string:
    case TypeKind::list:
    case TypeKind::set:
      return {16, 8};
    case TypeKind::record:
      break;
  }
  PAC_CHECK(false, "a record has no scalar shape");
}

}  // namespace

Layout::Layout(const RuleSet& rule_set)
    : rule_set_(rule_set),
      records_(rule_set.records.size()),
      done_(rule_set.records.size(), false) {
  for (uint32_t i = 0; i < records_.size(); ++i) compute(static_cast<RecordId>(i));
}

Storage Layout::value(TypeId type) const { return storage(type, false); }

Storage Layout::field(TypeId type, DomainId domain) const {
  return storage(type, is_narrow(rule_set_, type, domain));
}

uint32_t Layout::stride(TypeId element) const { return value(element).size; }

Storage Layout::storage(TypeId id, bool narrow) const {
  const Type& type = rule_set_.type(id);
  Storage storage;
  if (type.kind == TypeKind::record) {
    PAC_CHECK(done_[type.ref], "records are acyclic");
    storage.size = records_[type.ref].size;
    storage.align = records_[type.ref].align;
  } else {
    const Shape shape = scalar_shape(type.kind, narrow);
    storage.size = shape.size;
    storage.align = shape.align;
    storage.narrow = narrow;
  }
  if (type.optional) {
    storage.present_offset = storage.size;
    storage.size = align_up(storage.size + 1, storage.align);
  }
  return storage;
}

// Recursion is bounded by the nesting of records, which the verifier limits. A record in a list
// needs no layout here, since a list is a pointer.
void Layout::compute(RecordId id) {
  if (done_[index(id)]) return;
  const Record& record = rule_set_.record(id);
  for (const Field& field : record.fields) {
    const Type& type = rule_set_.type(field.type);
    if (type.kind == TypeKind::record) compute(static_cast<RecordId>(type.ref));
  }
  RecordLayout layout;
  for (const Field& field : record.fields) {
    const Storage place = this->field(field.type, field.domain);
    const uint32_t offset = align_up(layout.size, place.align);
    layout.offsets.push_back(offset);
    layout.fields.push_back(place);
    layout.size = offset + place.size;
    layout.align = std::max(layout.align, place.align);
  }
  // A record without fields takes one byte, as an empty struct does in C++ (generated stubs are
  // structs).
  layout.size = align_up(std::max(layout.size, 1u), layout.align);
  records_[index(id)] = std::move(layout);
  done_[index(id)] = true;
}

bool is_narrow(const RuleSet& rule_set, TypeId type, DomainId domain) {
  if (rule_set.type(type).kind != TypeKind::decimal || domain == DomainId::none) return false;
  const Domain& bounds = rule_set.domain(domain);
  if (!bounds.has_intervals || bounds.intervals.empty()) return false;
  return bounds.intervals.front().low >= std::numeric_limits<int64_t>::min() &&
         bounds.intervals.back().high <= std::numeric_limits<int64_t>::max();
}

}  // namespace pac::ir
