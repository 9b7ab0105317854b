// Values: what the type of a value decides and nothing else does: how it lies in memory, how two of
// them compare, how one is written as text. Borrows the rule set and its layout, which must outlive
// it. Immutable, never allocates (but for the std::string form of text); any thread.
#pragma once

#include <string>

#include "runtime/interp/text_buffer.h"
#include "runtime/interp/value.h"
#include "runtime/ir/layout.h"
#include "runtime/ir/model.h"

namespace pac::interp {

class Values {
 public:
  Values(const ir::RuleSet& rules, const ir::Layout& layout) noexcept
      : rules_(rules), layout_(layout) {}

  // ---- Memory ----
  Value load(ir::TypeId type, const ir::Storage& storage, const void* at) const noexcept;
  // Writes all `storage.size` bytes; those that the value does not use become zero. A narrow
  // decimal must fit 64 bits, which its domain guarantees: check the domain first.
  void store(ir::TypeId type, const ir::Storage& storage, const Value& value,
             void* at) const noexcept;
  Value load_field(ir::RecordId record, uint32_t field, const void* at) const noexcept;
  void store_field(ir::RecordId record, uint32_t field, const Value& value,
                   void* at) const noexcept;
  Value load_item(ir::TypeId element, const pac_list& list, uint32_t item) const noexcept;
  void store_item(ir::TypeId element, const Value& value, void* data, uint32_t item) const noexcept;

  // ---- Order ----
  // -1, 0 or 1: the order in which sets lie, total on the values of one type; 0 is the language's
  // equality. Numbers, dates and enumerations ascending, false before true, texts by bytes, lists
  // and records element by element, the shorter of two lists first where it begins the other,
  // missing before present.
  int compare(ir::TypeId type, const Value& a, const Value& b) const noexcept;
  // The same where a and b may be numbers of different scales, or one of them optional.
  int compare(ir::TypeId type_a, const Value& a, ir::TypeId type_b, const Value& b) const noexcept;
  // The same for values in memory.
  int compare_stored(ir::TypeId type, const ir::Storage& storage, const void* a,
                     const void* b) const noexcept;
  int compare_records(ir::RecordId record, const void* a, const void* b) const noexcept;

  // ---- Text ----
  // As templates write it: texts as they are, decimals with all their digits, enumerations by wire
  // name. What templates don't take is written for people: [a, b], {field: value}, texts in there
  // in quotes, `missing`, quotients as a fraction.
  void format(ir::TypeId type, const Value& value, TextBuffer& out) const noexcept;
  std::string format(ir::TypeId type, const Value& value) const;
  std::string format(ir::RecordId record, const void* at) const;

 private:
  int compare_present(const ir::Type& type, const Value& a, const Value& b) const noexcept;
  int compare_lists(ir::TypeId element, const pac_list& a, const pac_list& b) const noexcept;
  void format_record(ir::RecordId record, const void* at, TextBuffer& out) const noexcept;
  void format_nested(ir::TypeId type, const Value& value, TextBuffer& out) const noexcept;

  const ir::RuleSet& rules_;
  const ir::Layout& layout_;
};

// Whether values of this kind are numbers with a scale.
constexpr bool is_number(ir::TypeKind kind) noexcept {
  return kind == ir::TypeKind::integer || kind == ir::TypeKind::decimal ||
         kind == ir::TypeKind::quotient;
}

}  // namespace pac::interp
