// Generator: decisions like tables: many rules whose conditions are tests of few inputs, most of
// them texts, wide decimals, values that may be missing and fields of a record, so that match plans
// have columns of every kind.
#include <algorithm>
#include <iterator>

#include "tests/differential/generator.h"
#include "tests/differential/patterns.h"

namespace pac::differential {

using ir::DomainId;
using ir::ExprId;
using ir::Op;
using ir::SlotRole;
using ir::TypeId;
using ir::TypeKind;

TypeId Generator::held_record(const std::string& name) {
  return b_.record_type(
      b_.record(name, {b_.field("code", b_.string_type()), b_.field("amount", number_type()),
                       b_.field("kind", b_.optional(b_.enum_type(random_.pick(enums_))))}));
}

void Generator::add_column_slots(ir::Decision& decision, ir::Record& input) {
  const std::vector<TypeId> types{
      b_.string_type(),    b_.optional(b_.string_type()), b_.decimal_type(3),
      b_.decimal_type(30), b_.optional(number_type()),    held_,
      scalar_type()};
  columns_from_ = static_cast<uint32_t>(input.fields.size());
  for (const TypeId type : types) {
    if (random_.percent(30)) continue;
    input.fields.push_back(b_.field("c" + std::to_string(input.fields.size()), type));
    decision.roles.push_back(SlotRole::input);
  }
  columns_end_ = static_cast<uint32_t>(input.fields.size());
}

// Texts that share their first bytes, or their last.
std::string Generator::column_text() {
  static const std::vector<std::string> kTexts = {"a",           "ab",
                                                  "abcdefg",     "abcdefgh",
                                                  "abcdefghi",   "abcdefghj",
                                                  "abcdefghk",   "abcdefghl",
                                                  "abcdefghm",   "b",
                                                  "bc",          "xbc",
                                                  "abc",         "mail@x.org",
                                                  "post@xy.org", "y.org",
                                                  ".org",        "\xc3\xa9t\xc3\xa9",
                                                  "t\xc3\xa9",   "\xf0\x9f\x98\x80"};
  return random_.percent(80) ? random_.pick(kTexts) : short_text();
}

ExprId Generator::column_constant(TypeId type) {
  return b_.rule_set.type(type).kind == TypeKind::string ? b_.text(column_text()) : constant(type);
}

// A test of an input, or of a field of it.
ExprId Generator::column_test() {
  const ir::Decision& decision = *scope_.decision;
  if (columns_end_ == columns_from_) return boolean(1);
  ExprId of = b_.input(
      decision, columns_from_ + static_cast<uint32_t>(random_.below(columns_end_ - columns_from_)));
  if (b_.rule_set.type_of(of).kind == TypeKind::record)
    of = b_.field(of, static_cast<uint32_t>(random_.below(3)));
  const TypeId present = b_.rule_set.optional(b_.rule_set.expr(of).type, false);
  if (!b_.rule_set.type_of(of).optional) return test_of(of, present);
  const ExprId is_there = node(Op::is_present, b_.bool_type(), of);
  switch (random_.below(4)) {
    case 0:
      return random_.percent(50) ? is_there : node(Op::not_, b_.bool_type(), is_there);
    case 1:
      return test_of(node(Op::default_, present, of, column_constant(present)), present);
    case 2:
      return node(Op::eq, b_.bool_type(), of,
                  node(Op::some, b_.rule_set.expr(of).type, column_constant(present)));
    default:
      return node(Op::and_, b_.bool_type(), is_there,
                  test_of(node(Op::unwrap, present, of), present));
  }
}

ExprId Generator::test_of(ExprId of, TypeId type_id) {
  const TypeId boolean_type = b_.bool_type();
  const ir::Type type = b_.rule_set.type(type_id);
  if (type.kind == TypeKind::boolean) return of;
  if (random_.percent(25)) {
    std::vector<ExprId> members;
    for (int64_t size = random_.percent(20) ? 20 : random_.between(1, 6); size > 0; --size)
      members.push_back(column_constant(type_id));
    return b_.in_set(of, members);
  }
  if (type.kind == TypeKind::string && random_.percent(75)) {
    if (random_.percent(25)) {
      return b_.matches(of, kPatterns[random_.below(std::size(kPatterns))].pattern);
    }
    return node(random_.pick({Op::starts_with, Op::ends_with, Op::ends_with, Op::contains}),
                boolean_type, of, b_.text(column_text()));
  }
  const bool ordered = type.kind == TypeKind::integer || type.kind == TypeKind::decimal ||
                       type.kind == TypeKind::date || type.kind == TypeKind::datetime ||
                       type.kind == TypeKind::duration;
  const Op op = ordered ? random_.pick({Op::lt, Op::le, Op::gt, Op::ge, Op::eq, Op::ne})
                        : random_.pick({Op::eq, Op::ne});
  return node(op, boolean_type, of, column_constant(type_id));
}

}  // namespace pac::differential
