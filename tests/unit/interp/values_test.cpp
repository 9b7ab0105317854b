// Values in memory: each type there and back, what is written where, order and text.
#include "tests/unit/interp/harness.h"

#include <cstring>

namespace pac::test {

class ValuesTest : public Harness {
 protected:
  // Stores and loads; every byte of the storage is written.
  std::string round_trip(TypeId type, Value value, bool narrow = false) {
    load();
    ir::Storage storage = layout_->value(type);
    if (narrow) storage = layout_->field(type, b.between(INT64_MIN, INT64_MAX));
    std::vector<char> ones(storage.size + 1, '\xff'), zeros(storage.size + 1, '\0');
    interpreter_->values().store(type, storage, value, ones.data());
    interpreter_->values().store(type, storage, value, zeros.data());
    EXPECT_EQ(std::memcmp(ones.data(), zeros.data(), storage.size), 0) << "bytes left as they were";
    EXPECT_EQ(ones.back(), '\xff') << "written past the end";
    return interpreter_->values().format(type,
                                         interpreter_->values().load(type, storage, ones.data()));
  }
  int compare(TypeId type, Value a, Value b_value) {
    load();
    return interpreter_->values().compare(type, a, b_value);
  }
};

TEST_F(ValuesTest, RoundTrips) {
  EXPECT_EQ(round_trip(b.bool_type(), number(1)), "true");
  EXPECT_EQ(round_trip(b.int_type(), number(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(round_trip(b.decimal_type(3), number(-kMaxDecimal)),
            "-99999999999999999999999999999999999.999");
  EXPECT_EQ(round_trip(b.decimal_type(3), number(-5), true), "-0.005");
  EXPECT_EQ(round_trip(b.quotient_type(2), Value::of_quotient(-7, 3)), "-7 / 3 * 10^-2");
  EXPECT_EQ(round_trip(b.string_type(), text("abc")), "abc");
  EXPECT_EQ(round_trip(b.effect_type(), number(1)), "deny");
  EXPECT_EQ(round_trip(b.enum_type(b.enumeration("e", {"x", "y"})), number(1)), "y");
  EXPECT_EQ(round_trip(b.date_type(), number(-1)), "1969-12-31");
  EXPECT_EQ(round_trip(b.datetime_type(), number(-1)), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(round_trip(b.duration_type(), number(-1)), "-PT0.000001S");
}

TEST_F(ValuesTest, OptionalValues) {
  for (const TypeId type :
       {b.bool_type(), b.int_type(), b.decimal_type(2), b.string_type(), b.date_type()}) {
    EXPECT_EQ(round_trip(b.optional(type), Value::missing()), "missing");
  }
  EXPECT_EQ(round_trip(b.optional(b.bool_type()), number(0)), "false");
  EXPECT_EQ(round_trip(b.optional(b.decimal_type(2)), number(150)), "1.50");
  EXPECT_EQ(round_trip(b.optional(b.decimal_type(2)), number(150), true), "1.50");
}

TEST_F(ValuesTest, TheOrderOfLists) {
  const TypeId type = b.list_type(b.int_type());
  const int64_t items[] = {1, 2, 3};
  const Value all = Value::of(pac_list{items, 3, 0});
  const Value two = Value::of(pac_list{items, 2, 0});
  const Value later = Value::of(pac_list{items + 1, 1, 0});
  EXPECT_EQ(compare(type, all, two), 1);
  EXPECT_EQ(compare(type, two, all), -1);
  EXPECT_EQ(compare(type, all, later), -1);
  EXPECT_EQ(compare(type, Value::of(pac_list{}), two), -1);
  EXPECT_EQ(compare(type, all, all), 0);
}

TEST_F(ValuesTest, TextsCompareByBytes) {
  EXPECT_EQ(compare(b.string_type(), text("Z"), text("a")), -1);
  EXPECT_EQ(compare(b.string_type(), text("z"), text("ä")), -1) << "bytes are not signed";
  EXPECT_EQ(compare(b.string_type(), text(""), text("a")), -1);
  EXPECT_EQ(compare(b.string_type(), Value::of(pac_text{}), text("")), 0);
}

TEST_F(ValuesTest, StoredValuesAndRecords) {
  const ir::RecordId record =
      b.record("r", {b.field("flag", b.bool_type()),
                     b.field("d", b.optional(b.decimal_type(2)), b.between(0, 99))});
  load();
  const interp::Values& values = interpreter_->values();
  const auto make = [&](bool flag, Value d) {
    std::vector<char> bytes(layout_->record(record).size, '\x33');  // padding keeps its garbage
    values.store_field(record, 0, number(flag), bytes.data());
    values.store_field(record, 1, d, bytes.data());
    return bytes;
  };
  const auto compare = [&](const std::vector<char>& a, const std::vector<char>& c) {
    return values.compare_records(record, a.data(), c.data());
  };
  EXPECT_EQ(compare(make(true, number(5)), make(true, number(5))), 0);
  EXPECT_EQ(compare(make(true, number(5)), make(true, number(6))), -1);
  EXPECT_EQ(compare(make(true, number(5)), make(true, Value::missing())), 1);
  EXPECT_EQ(compare(make(false, number(5)), make(true, Value::missing())), -1);
  const std::vector<char> five = make(true, number(5));
  const ir::RecordLayout& layout = layout_->record(record);
  EXPECT_EQ(values.compare_stored(b.optional(b.decimal_type(2)), layout.fields[1],
                                  five.data() + layout.offsets[1],
                                  make(true, number(7)).data() + layout.offsets[1]),
            -1);
}

TEST_F(ValuesTest, TextThatDoesNotFitSaysSo) {
  load();
  char room[4];
  interp::TextBuffer out(room, sizeof room);
  interpreter_->values().format(b.string_type(), text("abcd"), out);
  EXPECT_TRUE(out.fits());
  EXPECT_EQ(out.view(), "abcd");
  interpreter_->values().format(b.string_type(), text("e"), out);
  EXPECT_FALSE(out.fits());
  EXPECT_EQ(out.view(), "abcd");
}

}  // namespace pac::test
