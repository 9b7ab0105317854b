// Properties over generated values, against plain C++: sets, sums, order, memory.
#include "tests/unit/interp/harness.h"

#include <algorithm>
#include <set>

#include "runtime/base/wide.h"
#include "tests/unit/base/property.h"

namespace pac::test {

namespace {

// The machinery of Harness without a fixture of GoogleTest: one per run.
class Machine : public Harness {
 public:
  void TestBody() override {}
  using Harness::b;
  using Harness::eval;
  using Harness::in;
  using Harness::in_int;
  using Harness::interpreter_;
  using Harness::ints;
  using Harness::layout_;
  using Harness::load;
};

std::vector<int64_t> some_ints(int max_count, int64_t low, int64_t high) {
  std::vector<int64_t> values(static_cast<size_t>(in_range(0, max_count + 1)));
  for (int64_t& value : values) value = in_range<int64_t>(low, high);
  return values;
}

std::string listed(const auto& values) {
  std::string text = "[";
  for (const auto& value : values) text += (text.size() > 1 ? ", " : "") + std::to_string(value);
  return text + "]";
}

std::string told(bool value) { return value ? "true" : "false"; }

}  // namespace

RC_GTEST_PROP(InterpProperty, SetsAreThoseOfTheStandardLibrary, ()) {
  const std::vector<int64_t> left = some_ints(8, -4, 5);
  const std::vector<int64_t> right = some_ints(8, -4, 5);
  const std::set<int64_t> a(left.begin(), left.end());
  const std::set<int64_t> c(right.begin(), right.end());
  Machine m;
  const auto make_set = [&](const std::vector<int64_t>& values) {
    std::vector<ExprId> items;
    for (const int64_t value : values) items.push_back(m.in_int(value));
    ir::Expr expr{Op::make_set, m.b.set_type(m.b.int_type())};
    return m.b.rule_set.add(expr, items);
  };
  const ExprId x = make_set(left);
  const ExprId y = make_set(right);
  RC_ASSERT(m.eval(x) == listed(a));
  const bool subset = std::includes(c.begin(), c.end(), a.begin(), a.end());
  const bool shares = std::any_of(a.begin(), a.end(), [&](int64_t v) { return c.contains(v); });
  RC_ASSERT(m.eval(m.b.op(Op::subset_of, x, y)) == told(subset));
  RC_ASSERT(m.eval(m.b.op(Op::intersects, x, y)) == told(shares));
  RC_ASSERT(m.eval(m.b.op(Op::eq, x, y)) == told(a == c));
  RC_ASSERT(m.eval(m.b.op(Op::len, x)) == std::to_string(a.size()));
  const int64_t probe = in_range<int64_t>(-4, 5);
  RC_ASSERT(m.eval(m.b.op(Op::in_list, m.in_int(probe), x)) == told(a.contains(probe)));
}

RC_GTEST_PROP(InterpProperty, SumsAreExactOrOverflow, ()) {
  std::vector<int64_t> values(static_cast<size_t>(in_range(0, 6)));
  for (int64_t& value : values) {
    value = in_range(0, 2) == 0 ? static_cast<int64_t>(any_word()) : in_range<int64_t>(-9, 10);
  }
  Int128 sum = 0;
  bool fits = true;
  for (const int64_t value : values) {
    sum += value;
    fits = fits && sum >= INT64_MIN && sum <= INT64_MAX;
  }
  Machine m;
  m.in_int(0);
  const uint32_t v = m.b.var(m.b.rule_set.decisions[0]);
  const std::string expected = fits ? std::to_string(static_cast<int64_t>(sum)) : "PAC5001";
  RC_ASSERT(m.eval(m.b.fold(Op::sum, m.ints(values), v, m.b.var(m.b.int_type(), v))) == expected);
}

RC_GTEST_PROP(InterpProperty, DecimalsAreExactOrOverflow, ()) {
  const Int128 x = any_decimal();
  const Int128 y = any_decimal();
  Machine m;
  const ExprId a = m.in(m.b.decimal_type(0), number(x));
  const ExprId c = m.in(m.b.decimal_type(0), number(y));
  const auto check = [&](Op op, bool negative, const Wide<4>& size) {
    const bool fits = compare(size, Wide<4>::from_magnitude(kMaxDecimal)) <= 0;
    std::string expected = "PAC5001";
    if (fits) {
      const auto whole = static_cast<Int128>(size.low_128());
      expected =
          m.interpreter_->values().format(m.b.decimal_type(0), number(negative ? -whole : whole));
    }
    RC_ASSERT(m.eval(m.b.op(op, a, c)) == expected);
  };
  m.load();
  const bool x_negative = x < 0, y_negative = y < 0;
  Wide<4> size;
  mul(Wide<4>::from_magnitude(x), Wide<4>::from_magnitude(y), &size);
  check(Op::mul, x_negative != y_negative, size);
  const Wide<4> p = Wide<4>::from_magnitude(x), q = Wide<4>::from_magnitude(y);
  if (x_negative == y_negative) {
    add(p, q, &size);
    check(Op::add, x_negative, size);
  } else {
    add(p, q, &size);
    check(Op::sub, x_negative, size);
  }
}

namespace {

// A type of at most `depth` levels, and a random value of it, small enough that equal ones occur.
TypeId some_type(ir::Builder& b, int depth) {
  TypeId type{};
  switch (in_range(0, depth == 0 ? 5 : 8)) {
    case 0:
      type = b.bool_type();
      break;
    case 1:
      type = b.int_type();
      break;
    case 2:
      type = b.decimal_type(2);
      break;
    case 3:
      type = b.string_type();
      break;
    case 4:
      type = b.date_type();
      break;
    case 5:
      type = b.list_type(some_type(b, depth - 1));
      break;
    default: {
      std::vector<ir::Field> fields;
      for (int i = in_range(0, 3); i >= 0; --i) {
        fields.push_back(b.field("f" + std::to_string(fields.size()), some_type(b, depth - 1)));
      }
      const std::string name = "r" + std::to_string(b.rule_set.records.size());
      type = b.record_type(b.record(name, std::move(fields)));
    }
  }
  return in_range(0, 3) == 0 ? b.optional(type) : type;
}

class Maker {
 public:
  Maker(const ir::Builder& b, const ir::Layout& layout, const interp::Values& values)
      : b_(b), layout_(layout), values_(values) {}

  Value make(TypeId id) {
    const ir::Type& type = b_.rule_set.type(id);
    if (type.optional && in_range(0, 3) == 0) return Value::missing();
    switch (type.kind) {
      case ir::TypeKind::string:
        return text(kTexts[in_range<size_t>(0, std::size(kTexts))]);
      case ir::TypeKind::list: {
        const auto count = in_range<uint32_t>(0, 4);
        char* const data = room(size_t{count} * layout_.stride(type.element));
        for (uint32_t i = 0; i < count; ++i)
          values_.store_item(type.element, make(type.element), data, i);
        return Value::of(pac_list{data, count, 0});
      }
      case ir::TypeKind::record: {
        const auto record = static_cast<ir::RecordId>(type.ref);
        char* const data = room(layout_.record(record).size);
        const auto& fields = b_.rule_set.record(record).fields;
        for (uint32_t i = 0; i < fields.size(); ++i)
          values_.store_field(record, i, make(fields[i].type), data);
        return Value::of_record(data);
      }
      default:
        return number(in_range(0, 2));
    }
  }

 private:
  static constexpr std::string_view kTexts[] = {"", "a", "b", "ab", "ä"};
  char* room(size_t size) {
    memory_.push_back(std::vector<char>(size + 1, '\x11'));
    return memory_.back().data();
  }
  const ir::Builder& b_;
  const ir::Layout& layout_;
  const interp::Values& values_;
  std::vector<std::vector<char>> memory_;
};

}  // namespace

RC_GTEST_PROP(InterpProperty, TheOrderIsTotalAndAgreesWithTheText, ()) {
  Machine m;
  const TypeId type = some_type(m.b, 3);
  m.load();
  const interp::Values& values = m.interpreter_->values();
  Maker maker(m.b, *m.layout_, values);
  const Value x = maker.make(type), y = maker.make(type), z = maker.make(type);
  const auto order = [&](const Value& a, const Value& c) { return values.compare(type, a, c); };
  RC_ASSERT(order(x, x) == 0);
  RC_ASSERT(order(x, y) == -order(y, x));
  if (order(x, y) <= 0 && order(y, z) <= 0) RC_ASSERT(order(x, z) <= 0);
  if (order(x, y) == 0) RC_ASSERT(order(x, z) == order(y, z));
  RC_ASSERT((order(x, y) == 0) == (values.format(type, x) == values.format(type, y)));
}

RC_GTEST_PROP(InterpProperty, WhatIsStoredIsLoaded, ()) {
  Machine m;
  const TypeId type = some_type(m.b, 3);
  m.load();
  const interp::Values& values = m.interpreter_->values();
  Maker maker(m.b, *m.layout_, values);
  const Value value = maker.make(type);
  const ir::Storage storage = m.layout_->value(type);
  std::vector<char> bytes(storage.size + 1, '\x7f');
  values.store(type, storage, value, bytes.data());
  RC_ASSERT(values.compare(type, value, values.load(type, storage, bytes.data())) == 0);
  RC_ASSERT(bytes.back() == '\x7f');
}

}  // namespace pac::test
