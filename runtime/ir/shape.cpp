#include "runtime/ir/shape.h"

#include "runtime/base/check.h"

namespace pac::ir {

namespace {

constexpr OpShape one{Part::expr};
constexpr OpShape two{Part::expr, Part::expr};
constexpr OpShape three{Part::expr, Part::expr, Part::expr};
constexpr OpShape operands{.has_operands = true};

constexpr OpShape shape_of(Op op) {
  switch (op) {
    case Op::constant:
      return {Part::constant};
    case Op::input:
      return {Part::input};
    case Op::let:
      return {Part::let};
    case Op::var:
      return {Part::slot};
    case Op::param:
      return {Part::param, Part::expr};
    case Op::field:
      return {Part::expr, Part::field};
    case Op::not_:
    case Op::len:
    case Op::neg:
    case Op::rescale:
    case Op::is_present:
    case Op::some:
    case Op::unwrap:
      return one;
    case Op::round:
      return {.a = Part::expr, .extra = Part::flags};
    case Op::and_:
    case Op::or_:
    case Op::eq:
    case Op::ne:
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
    case Op::in_list:
    case Op::starts_with:
    case Op::ends_with:
    case Op::contains:
    case Op::intersects:
    case Op::subset_of:
    case Op::add:
    case Op::sub:
    case Op::mul:
    case Op::quot:
    case Op::mod:
    case Op::default_:
      return two;
    case Op::if_:
      return three;
    case Op::in_range:
      return {Part::expr, Part::expr, Part::expr, Part::flags};
    case Op::in_set:
      return {.a = Part::expr, .has_operands = true};
    case Op::matches:
      return {Part::expr, Part::constant};
    case Op::any:
    case Op::all:
    case Op::none:
      return {.a = Part::expr, .b = Part::expr, .c = Part::slot, .is_quantifier = true};
    case Op::count:
      return {.a = Part::expr, .b = Part::optional_expr, .c = Part::slot, .is_quantifier = true};
    case Op::sum:
    case Op::min:
    case Op::max:
      return {Part::expr, Part::optional_expr, Part::slot, Part::expr, false, true};
    case Op::min_of:
    case Op::max_of:
    case Op::make_record:
    case Op::make_list:
    case Op::make_set:
    case Op::template_:
      return operands;
    case Op::call:
      return {.a = Part::decision, .has_operands = true};
    case Op::call_std:
      return {.a = Part::function, .has_operands = true};
  }
  return {};
}

constexpr auto make_table() {
  std::array<OpShape, kOpCount> table{};
  for (uint32_t i = 0; i < kOpCount; ++i) table[i] = shape_of(static_cast<Op>(i));
  return table;
}

constexpr auto kShapes = make_table();

}  // namespace

const OpShape& shape(Op op) {
  PAC_CHECK(static_cast<uint32_t>(op) < kOpCount, "an op is one of the table");
  return kShapes[static_cast<uint32_t>(op)];
}

}  // namespace pac::ir
