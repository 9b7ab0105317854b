// Where values lie in memory (the rules stand in abi.h). Pure functions of the IR.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/ir/model.h"

namespace pac::ir {

// How one value is stored. An optional has its `present` byte at `present_offset` from the value's
// start.
struct Storage {
  uint32_t size = 0;  // bytes, with the present byte and padding
  uint32_t align = 1;
  uint32_t present_offset = kNone;
  bool narrow = false;  // a decimal in 64 bits
  friend bool operator==(const Storage&, const Storage&) = default;
};

struct RecordLayout {
  uint32_t size = 0;
  uint32_t align = 1;
  std::vector<uint32_t> offsets;  // one per field
  std::vector<Storage> fields;
};

// All records of a rule set, computed once.
class Layout {
 public:
  explicit Layout(const RuleSet& rule_set);
  const RecordLayout& record(RecordId id) const { return records_[index(id)]; }
  // A value that stands alone: a let, a list element. Decimals take 128 bits here.
  Storage value(TypeId type) const;
  // A field, with its domain.
  Storage field(TypeId type, DomainId domain) const;
  // Bytes from one list element to the next.
  uint32_t stride(TypeId element) const;

 private:
  Storage storage(TypeId type, bool narrow) const;
  void compute(RecordId id);
  const RuleSet& rule_set_;
  std::vector<RecordLayout> records_;
  std::vector<bool> done_;
};

// A decimal whose declared domain lies within 64 bits is stored in them.
bool is_narrow(const RuleSet& rule_set, TypeId type, DomainId domain);

}  // namespace pac::ir
