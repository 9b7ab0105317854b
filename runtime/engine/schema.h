// Schema: where the values of a rule set lie in memory, ready for use on the decision path. Built
// once at load from the IR, its layout and the interpreter's view of values, which it borrows;
// constant, so any thread may read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/interp/domain.h"
#include "runtime/interp/values.h"
#include "runtime/ir/layout.h"
#include "runtime/ir/model.h"

namespace pac::engine {

// A place for values: a field of a record, or the elements of a list.
struct Slot {
  ir::TypeId type_id = ir::TypeId::none;
  ir::DomainId domain_id = ir::DomainId::none;
  const ir::Type* type = nullptr;
  const ir::Domain* domain = nullptr;  // null: none
  ir::Storage storage;
  uint32_t offset = 0;    // in its record
  std::string_view name;  // of the field; empty for elements
};

struct RecordSchema {
  std::vector<Slot> fields;
  std::vector<std::string> keys;  // "name": as JSON writes it
  std::vector<uint32_t> sorted;   // the fields in the order of canonical JSON
  uint32_t size = 0;
  uint32_t align = 1;
};

class Schema {
 public:
  Schema(const ir::RuleSet& rule_set, const ir::Layout& layout, const interp::Values& values,
         const interp::Domains& domains);
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;

  const ir::RuleSet& rule_set() const { return rule_set_; }
  const interp::Values& values() const { return values_; }
  const interp::Domains& domains() const { return domains_; }
  const RecordSchema& record(ir::RecordId id) const { return records_[ir::index(id)]; }
  const RecordSchema& record_of(const ir::Type& type) const { return records_[type.ref]; }
  const ir::Enum& enumeration_of(const ir::Type& type) const { return rule_set_.enums[type.ref]; }
  // The elements of a list or set that lies in `slot`.
  Slot element(const Slot& slot) const;
  // A value that stands alone.
  Slot value(ir::TypeId type, ir::DomainId domain = ir::DomainId::none) const;

  interp::Value load(const Slot& slot, const void* at) const {
    return values_.load(slot.type_id, slot.storage, at);
  }
  void store(const Slot& slot, const interp::Value& value, void* at) const {
    values_.store(slot.type_id, slot.storage, value, at);
  }

 private:
  const ir::RuleSet& rule_set_;
  const interp::Values& values_;
  const interp::Domains& domains_;
  std::vector<RecordSchema> records_;
  std::vector<ir::Storage> storages_;  // by type, of values that stand alone
};

// A record of one rule set can be read as one of the other as it lies in memory: the same fields in
// order, of the same types at the same places. Their domains may differ.
bool lie_alike(const Schema& a, const RecordSchema& record_of_a, const Schema& b,
               const RecordSchema& record_of_b);

bool lie_alike(const Schema& a, const Slot& slot_of_a, const Schema& b, const Slot& slot_of_b);
// Of records that lie alike: whether their fields have equal domains, at any depth.
bool have_equal_domains(const Schema& a, const RecordSchema& record_of_a, const Schema& b,
                        const RecordSchema& record_of_b);

// Booleans, numbers, enumerations, effects, dates, datetimes, durations.
inline bool is_scalar(ir::TypeKind kind) {
  return kind != ir::TypeKind::string && kind != ir::TypeKind::list && kind != ir::TypeKind::set &&
         kind != ir::TypeKind::record && kind != ir::TypeKind::quotient;
}

}  // namespace pac::engine
