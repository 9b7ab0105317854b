// A rule set with a bit of everything, for the tests of this folder: damage one part and look what
// happens.
#pragma once

#include "runtime/base/check.h"
#include "runtime/base/date.h"
#include "runtime/ir/builder.h"

namespace pac::ir::test {

// Decision 0 `score` folds over a list, 1 `limit` is a result, 2 `loan` calls both.
struct Sample {
  Builder b;
  EnumId purpose{}, level{};
  RecordId item{}, note_arguments{}, loan_in{}, loan_out{};
  DutyId note{};
  ParamId cap{};
  DomainId amount_domain{};

  RuleSet& rs() { return b.rule_set; }
  Decision& score() { return b.rule_set.decisions[0]; }
  Decision& limit() { return b.rule_set.decisions[1]; }
  Decision& loan() { return b.rule_set.decisions[2]; }
};

inline void add_score(Sample& s) {
  Builder& b = s.b;
  s.item = b.record("Item", {b.field("value", b.decimal_type(2), b.between(0, 100'000)),
                             b.field("name", b.optional(b.string_type()))});
  const TypeId items = b.list_type(b.record_type(s.item));
  const RecordId in = b.record("score.in", {b.field("items", items, b.items(50))});
  const RecordId out = b.record("score.out", {b.field("points", b.int_type())});
  const RecordId sum =
      b.record("score.result", {b.field("total", b.int_type()), b.field("hits", b.int_type()),
                                b.field("best", b.optional(b.int_type())),
                                b.field("reasons", b.list_type(b.string_type()))});
  Decision& d = b.decision("score", in, out);
  d.policy = HitPolicy::collect_folds;
  d.result_type = b.record_type(sum);
  d.folds = {{FoldKind::sum, 0},
             {FoldKind::count, kNone},
             {FoldKind::max, 0},
             {FoldKind::rule_list, kNone}};
  const uint32_t var = b.var(d);
  const ExprId value = b.field(b.var(b.record_type(s.item), var), 0);
  Rule& each = b.rule(d, "valuable", {b.op(Op::ge, value, b.decimal(50'000, 2))}, {b.integer(10)});
  each.each_list = b.input(d, 0);
  each.each_var = var;
  const uint32_t other = b.var(d);
  const ExprId list = b.input(d, 0);
  const ExprId total =
      b.fold(Op::sum, list, other, b.field(b.var(b.record_type(s.item), other), 0));
  b.rule(d, "rich", {b.op(Op::gt, total, b.decimal(100'000, 2))}, {b.integer(5)});
}

inline void add_limit(Sample& s) {
  Builder& b = s.b;
  s.cap = b.param("cap", b.decimal_type(2),
                  {{days_from_civil(2025, 1, 1), b.decimal(1'000'000, 2)},
                   {days_from_civil(2026, 7, 1), b.decimal(1'200'000, 2)}});
  const RecordId in = b.record("limit.in", {b.field("as_of", b.date_type())});
  const RecordId out = b.record("limit.out", {b.field("most", b.decimal_type(2))});
  Decision& d = b.decision("limit", in, out);
  d.policy = HitPolicy::result;
  d.is_private = true;
  d.roles = {SlotRole::context};
  d.as_of_slot = 0;
  d.result = {b.param(s.cap, b.input(d, 0))};
}

inline void add_loan_rules(Sample& s, Decision& d) {
  Builder& b = s.b;
  const ExprId amount = b.input(d, 0);
  const ExprId purpose = b.input(d, 1);
  const uint32_t most = 0;
  const uint32_t points = 1;
  const ExprId housing = b.number(b.enum_type(s.purpose), 0);
  const ExprId no = b.boolean(false);
  Rule& base = b.rule(d, "base", {b.op(Op::le, amount, b.read(d, most))},
                      {b.boolean(true), b.text("fits"), b.number(b.enum_type(s.level), 1)});
  base.duties = {{s.note, {b.text("granted")}}};
  Rule& small = b.rule(
      d, "small", {b.op(Op::eq, purpose, housing), b.op(Op::lt, b.read(d, points), b.integer(3))},
      {no, b.ops(Op::template_, {b.text("too few: "), b.read(d, points)}),
       b.number(b.enum_type(s.level), 0)});
  small.overrides = {0};
  small.has_effective = true;
  small.effective_from = days_from_civil(2025, 1, 1);
  small.effective_to = days_from_civil(2029, 12, 31);
  b.otherwise(d, {no, b.text("default"), b.number(b.enum_type(s.level), 0)});
}

inline void add_loan(Sample& s) {
  Builder& b = s.b;
  const TypeId items = b.list_type(b.record_type(s.item));
  const TypeId maybe_int = b.optional(b.int_type());
  s.amount_domain = b.between(1, 100'000'000);
  s.loan_in =
      b.record("loan.in", {b.field("amount", b.decimal_type(2), s.amount_domain),
                           b.field("purpose", b.enum_type(s.purpose)),
                           b.field("items", items, b.items(50)), b.field("id", b.string_type()),
                           b.field("as_of", b.date_type()), b.field("now", b.datetime_type()),
                           b.field("credit", maybe_int, b.between(300, 850))});
  s.rs().records[index(s.loan_in)].fields[0].unit = "EUR";
  s.loan_out =
      b.record("loan.out", {b.field("ok", b.bool_type()), b.field("reason", b.string_type()),
                            b.field("level", b.enum_type(s.level))});
  s.note_arguments = b.record("note.arguments", {b.field("why", b.string_type())});
  s.note = b.duty("note", s.note_arguments);
  Decision& d = b.decision("loan", s.loan_in, s.loan_out);
  d.policy = HitPolicy::unique_with_exceptions;
  d.roles = {SlotRole::input,   SlotRole::input,   SlotRole::input,  SlotRole::input,
             SlotRole::context, SlotRole::context, SlotRole::feature};
  d.as_of_slot = 4;
  d.now_slot = 5;
  d.zone = "Europe/Helsinki";
  s.rs().zones = {"Europe/Helsinki"};
  d.features = {{6, "shop.loan.credit", true, b.input(d, 3), 86'400'000'000}};
  d.assumes = {b.op(Op::ne, b.input(d, 3), b.text(""))};
  b.let(d, b.field(b.call(static_cast<DecisionId>(1), {b.input(d, 4)}), 0));
  b.let(d, b.field(b.call(static_cast<DecisionId>(0), {b.input(d, 2)}), 0));
  add_loan_rules(s, d);
}

inline Sample sample() {
  Sample s;
  s.rs().package = "shop";
  s.purpose = s.b.enumeration("Purpose", {"housing", "vehicle", "other"});
  s.level = s.b.enumeration("Level", {"low", "high"}, true);
  add_score(s);
  add_limit(s);
  add_loan(s);
  return s;
}

}  // namespace pac::ir::test
