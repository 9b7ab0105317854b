#include "runtime/ir/print.h"

#include <gtest/gtest.h>

#include "tests/unit/ir/sample.h"

namespace pac::ir {
namespace {

TEST(Print, ShowsARuleSetAsItIs) {
  test::Sample s = test::sample();
  const std::string expected = R"(package shop edition 1
zone "Europe/Helsinki"
enum Purpose
  housing "housing"
  vehicle "vehicle"
  other "other"
ordered enum Level
  low "low"
  high "high"
record Item
  value: decimal(2) in 0.00 .. 1000.00
  name: string?
record score.in
  items: list<Item> max 50 items
record score.out
  points: int
record score.result
  total: int
  hits: int
  best: int?
  reasons: list<string>
record limit.in
  as_of: date
record limit.out
  most: decimal(2)
record loan.in
  amount: decimal(2) unit EUR in 0.01 .. 1000000.00
  purpose: Purpose
  items: list<Item> max 50 items
  id: string
  as_of: date
  now: datetime
  credit: int? in 300 .. 850
record loan.out
  ok: bool
  reason: string
  level: Level
record note.arguments
  why: string
param cap: decimal(2)
  from 2025-01-01: 10000.00
  from 2026-07-01: 12000.00
obligation note: note.arguments
decision score: score.in -> score.out -> score.result
  input items: list<Item> max 50 items
  variables 2
  collect_folds
    fold total = sum(points)
    fold hits = count()
    fold best = max(points)
    fold reasons = rule_list()
  rule valuable
    for each $0 in (input items)
    when (ge (field (var $0) value) 500.00)
    then points = 10
  rule rich
    when (gt (sum (input items) true $1 (field (var $1) value)) 1000.00)
    then points = 5
private decision limit: limit.in -> limit.out -> limit.out
  context as_of: date as_of
  result
    then most = (param cap (input as_of))
decision loan: loan.in -> loan.out -> loan.out
  zone "Europe/Helsinki"
  input amount: decimal(2) unit EUR in 0.01 .. 1000000.00
  input purpose: Purpose
  input items: list<Item> max 50 items
  input id: string
  context as_of: date as_of
  context now: datetime now
  feature credit: int? in 300 .. 850 required shop.loan.credit of (input id) max_age 86400000000 us
  assume (ne (input id) "")
  let 0: decimal(2) = (field (call limit (input as_of)) most)
  let 1: int = (field (call score (input items)) total)
  unique_with_exceptions
  rule base
    when (le (input amount) (let 0))
    then ok = true
    then reason = "fits"
    then level = Level.high
    oblige note
      why = "granted"
  rule small overrides base effective 2025-01-01 to 2029-12-31
    when (eq (input purpose) Purpose.housing)
    when (lt (let 1) 3)
    then ok = false
    then reason = (template "too few: " (let 1))
    then level = Level.low
  otherwise
    then ok = false
    then reason = "default"
    then level = Level.low
)";
  EXPECT_EQ(print(s.rs()), expected);
}

TEST(Print, ValuesAreWrittenByTheirTypes) {
  Builder b;
  const auto text = [&](ExprId id) { return print(b.rule_set, id); };
  EXPECT_EQ(text(b.number(b.duration_type(), 1'500'000)), "PT1.5S");
  EXPECT_EQ(text(b.number(b.datetime_type(), 0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(text(b.decimal(-5, 2)), "-0.05");
  EXPECT_EQ(text(b.effect(true)), "deny");
  EXPECT_EQ(text(b.missing(b.int_type())), "missing");
  EXPECT_EQ(text(b.text("a\"b\n")), "\"a\\\"b\\n\"");
  EXPECT_EQ(text(b.matches(b.text("x"), "[a-z]")), "(matches \"x\" \"[a-z]\")");
  EXPECT_EQ(text(b.round(b.op(Op::quot, b.integer(1), b.integer(3)), 2, Rounding::half_up)),
            "(round decimal(2) (quot 1 3) 0)");
  const TypeId set = b.set_type(b.list_type(b.quotient_type(-3)));
  EXPECT_EQ(type_text(b.rule_set, b.optional(set)), "set<list<quotient(-3)>>?");
}

TEST(Print, DomainsOfAllKinds) {
  Builder b;
  Domain domain;
  domain.has_texts = true;
  domain.texts = {"FI", "SE"};
  domain.patterns = {"[A-Z]+"};
  domain.max_chars = 2;
  Domain list;
  list.max_items = 3;
  list.element = b.rule_set.intern(domain);
  const TypeId type = b.list_type(b.string_type());
  EXPECT_EQ(domain_text(b.rule_set, type, b.rule_set.intern(list)),
            R"(max 3 items of (in {"FI", "SE"} matches "[A-Z]+" max 2 chars))");
  Domain numbers;
  numbers.has_intervals = true;
  numbers.intervals = {{0, 5}, {77, 77}};
  EXPECT_EQ(domain_text(b.rule_set, b.int_type(), b.rule_set.intern(numbers)), "in 0 .. 5, 77");
}

// Each level uses the one below twice: written out in full it would have 2^60 leaves.
TEST(Print, AnExpressionThatSharesMuchStaysShort) {
  Builder b;
  ExprId value = b.integer(1);
  for (int i = 0; i < 60; ++i) value = b.op(Op::add, value, value);
  EXPECT_LT(print(b.rule_set, value).size(), 1'000'000u);
}

}  // namespace
}  // namespace pac::ir
