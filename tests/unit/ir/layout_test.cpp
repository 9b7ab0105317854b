#include "runtime/ir/layout.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <limits>

#include "runtime/abi.h"
#include "runtime/ir/builder.h"

namespace pac::ir {
namespace {

// A C++ struct of the same members, as `pac gen cpp` would write it.
struct Everything {
  uint8_t flag;
  int64_t integer;
  int32_t date;
  __int128 wide;
  int64_t narrow;
  uint32_t choice;
  pac_text text;
  pac_list list;
  struct {
    int64_t value;
    uint8_t present;
  } maybe_int;
  struct {
    uint8_t value;
    uint8_t present;
  } maybe_bool;
};

TEST(Layout, IsThatOfTheSameStructInC) {
  Builder b;
  const EnumId choice = b.enumeration("Choice", {"a"});
  const RecordId id =
      b.record("R", {b.field("flag", b.bool_type()), b.field("integer", b.int_type()),
                     b.field("date", b.date_type()), b.field("wide", b.decimal_type(2)),
                     b.field("narrow", b.decimal_type(2), b.between(0, 100)),
                     b.field("choice", b.enum_type(choice)), b.field("text", b.string_type()),
                     b.field("list", b.list_type(b.int_type())),
                     b.field("maybe_int", b.optional(b.int_type())),
                     b.field("maybe_bool", b.optional(b.bool_type()))});
  const Layout layout(b.rule_set);
  const RecordLayout& record = layout.record(id);
  const uint32_t expected[] = {offsetof(Everything, flag),      offsetof(Everything, integer),
                               offsetof(Everything, date),      offsetof(Everything, wide),
                               offsetof(Everything, narrow),    offsetof(Everything, choice),
                               offsetof(Everything, text),      offsetof(Everything, list),
                               offsetof(Everything, maybe_int), offsetof(Everything, maybe_bool)};
  for (size_t i = 0; i < std::size(expected); ++i) EXPECT_EQ(record.offsets[i], expected[i]) << i;
  EXPECT_EQ(record.size, sizeof(Everything));
  EXPECT_EQ(record.align, alignof(Everything));
  EXPECT_TRUE(record.fields[4].narrow);
  EXPECT_FALSE(record.fields[3].narrow);
  EXPECT_EQ(record.fields[8].present_offset, 8u);
  EXPECT_EQ(record.fields[9].present_offset, 1u);
  EXPECT_EQ(record.fields[0].present_offset, kNone);
}

TEST(Layout, RecordsLieInlineWhateverTheirOrderOfDeclaration) {
  Builder b;
  // The outer record is declared first.
  const TypeId inner_type = b.rule_set.intern(Type{TypeKind::record, false, 0, 1, TypeId::none});
  const RecordId outer =
      b.record("Outer", {b.field("flag", b.bool_type()), b.field("inner", inner_type),
                         b.field("maybe", b.optional(inner_type))});
  b.record("Inner", {b.field("wide", b.decimal_type(0)), b.field("flag", b.bool_type())});
  const Layout layout(b.rule_set);
  const RecordLayout& record = layout.record(outer);
  EXPECT_EQ(record.offsets, (std::vector<uint32_t>{0, 16, 48}));
  EXPECT_EQ(record.fields[2].present_offset, 32u);
  EXPECT_EQ(record.size, 96u);
  EXPECT_EQ(layout.stride(inner_type), 32u);
}

TEST(Layout, AnEmptyRecordTakesAByte) {
  Builder b;
  const RecordId empty = b.record("Empty", {});
  EXPECT_EQ(Layout(b.rule_set).record(empty).size, 1u);
}

TEST(Layout, ADecimalIsNarrowWhereItsDomainFits64Bits) {
  Builder b;
  const Int128 low = std::numeric_limits<int64_t>::min();
  const Int128 high = std::numeric_limits<int64_t>::max();
  const TypeId decimal = b.decimal_type(2);
  EXPECT_TRUE(is_narrow(b.rule_set, decimal, b.between(low, high)));
  EXPECT_TRUE(is_narrow(b.rule_set, b.optional(decimal), b.between(low, high)));
  EXPECT_FALSE(is_narrow(b.rule_set, decimal, b.between(low - 1, high)));
  EXPECT_FALSE(is_narrow(b.rule_set, decimal, b.between(low, high + 1)));
  EXPECT_FALSE(is_narrow(b.rule_set, decimal, DomainId::none));
  EXPECT_FALSE(is_narrow(b.rule_set, b.int_type(), b.between(0, 1)));
  Domain nothing;
  nothing.has_intervals = true;
  EXPECT_FALSE(is_narrow(b.rule_set, decimal, b.rule_set.intern(nothing)));
}

TEST(Layout, ValuesThatStandAloneAreWide) {
  Builder b;
  const Layout layout(b.rule_set);
  EXPECT_EQ(layout.value(b.decimal_type(2)).size, 16u);
  EXPECT_EQ(layout.value(b.quotient_type(0)).size, 32u);
  EXPECT_EQ(layout.stride(b.optional(b.int_type())), 16u);
  EXPECT_EQ(layout.stride(b.string_type()), 16u);
}

}  // namespace
}  // namespace pac::ir
