// Rule sets for the tests of the engine, made by hand: `lending`, a decision with every kind of
// slot, and `echo`, whose output is its input.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "runtime/base/date.h"
#include "runtime/base/utf8.h"
#include "runtime/engine/loaded_rule_set.h"
#include "runtime/engine/session.h"
#include "runtime/engine/write.h"
#include "runtime/ir/builder.h"

namespace pac::engine::test {

inline constexpr int32_t kMarch1 = days_from_civil(2026, 3, 1);
// 2026-03-01T23:30:00Z, which is 2 March in Helsinki.
inline constexpr int64_t kNow = kMarch1 * kMicrosPerDay + (23 * 3600 + 30 * 60) * kMicrosPerSecond;

inline ir::DomainId text_domain(ir::Builder& b, std::vector<std::string> texts) {
  ir::Domain domain;
  domain.has_texts = true;
  domain.texts = std::move(texts);
  return b.rule_set.intern(domain);
}

inline ir::DomainId pattern_domain(ir::Builder& b, std::string pattern, int64_t max_chars) {
  ir::Domain domain;
  domain.patterns = {std::move(pattern)};
  domain.max_chars = max_chars;
  return b.rule_set.intern(domain);
}

inline ir::DomainId list_domain(ir::Builder& b, int64_t max_items, ir::DomainId element) {
  ir::Domain domain;
  domain.max_items = max_items;
  domain.element = element;
  return b.rule_set.intern(domain);
}

inline ir::DomainId ranges(ir::Builder& b, std::vector<ir::Interval> intervals) {
  ir::Domain domain;
  domain.has_intervals = true;
  domain.intervals = std::move(intervals);
  return b.rule_set.intern(domain);
}

// decision lending.risk:
//   context { as_of: date >= 2025-01-01, caller: string?, zone "Europe/Helsinki" }
//   input   { applicant: Applicant, credit_score: int in 300 .. 850, amount: decimal(2) >= 0.01,
//             purpose: Purpose, urgent: bool?, grade: int? in 0 .. 5, 77 }
//   feature debts: int? in 0 .. 100 of applicant.id max_age 30 days
//   assume credit_score >= 400 or amount <= 5_000.00
//   rules by priority: good 10 (credit_score >= 700, obligation record_call, advice call_back),
//   indebted 5 (debts default 0 > 3), otherwise
inline ir::RuleSet lending() {
  ir::Builder b;
  b.rule_set.package = "lending";
  const auto purpose = b.enumeration("Purpose", {"housing", "vehicle", "education", "other"});
  b.rule_set.enums[0].values[3].wire = "OTHER PURPOSE";
  const auto month =
      b.record("Month", {b.field("amount", b.decimal_type(2), b.between(-100'000'000, 100'000'000)),
                         b.field("note", b.optional(b.string_type()))});
  const auto home = b.record(
      "Home", {b.field("city", b.string_type()), b.field("floor", b.optional(b.int_type()))});
  const auto applicant = b.record(
      "Applicant",
      {b.field("id", b.string_type(), pattern_domain(b, "[a-z0-9]*", 8)),
       b.field("birth", b.date_type(), b.between(days_from_civil(1900, 1, 1), kMaxDate)),
       b.field("residence", b.optional(b.string_type()), text_domain(b, {"FI", "NO", "SE"})),
       b.field("monthly", b.list_type(b.record_type(month)), b.items(4)),
       b.field("tags", b.optional(b.set_type(b.string_type())), b.items(3)),
       b.field("home", b.optional(b.record_type(home)))});
  const auto input = b.record(
      "risk.input",
      {b.field("applicant", b.record_type(applicant)),
       b.field("credit_score", b.int_type(), b.between(300, 850)),
       b.field("amount", b.decimal_type(2), b.between(1, kMaxDecimal)),
       b.field("purpose", b.enum_type(purpose)), b.field("urgent", b.optional(b.bool_type())),
       b.field("grade", b.optional(b.int_type()), ranges(b, {{0, 5}, {77, 77}})),
       b.field("as_of", b.date_type(), b.between(days_from_civil(2025, 1, 1), kMaxDate)),
       b.field("caller", b.optional(b.string_type())),
       b.field("debts", b.optional(b.int_type()), b.between(0, 100))});
  const auto output = b.record(
      "risk.output", {b.field("eligible", b.bool_type()), b.field("limit", b.decimal_type(2)),
                      b.field("reason", b.optional(b.string_type()))});
  const auto call_arguments = b.record("record_call", {b.field("keep_days", b.int_type())});
  const auto record_call = b.duty("record_call", call_arguments);
  const auto call_back =
      b.duty("call_back", b.record("call_back", {b.field("by", b.date_type())}), true);

  auto& d = b.decision("risk", input, output);
  using ir::Op;
  for (uint32_t i : {6u, 7u}) d.roles[i] = ir::SlotRole::context;
  d.roles[8] = ir::SlotRole::feature;
  d.zone = "Europe/Helsinki";
  b.rule_set.zones = {"Europe/Helsinki"};
  d.as_of_slot = 6;
  d.features.push_back(
      {8, "lending.risk.debts", false, b.field(b.input(d, 0), 0), 30 * kMicrosPerDay});
  d.assumes = {b.op(Op::or_, b.op(Op::ge, b.input(d, 1), b.integer(400)),
                    b.op(Op::le, b.input(d, 2), b.decimal(500'000, 2)))};
  d.policy = ir::HitPolicy::by_priority;
  const auto reason = [&](const char* text) { return b.op(Op::some, b.text(text)); };
  auto& good = b.rule(d, "good", {b.op(Op::ge, b.input(d, 1), b.integer(700))},
                      {b.boolean(true), b.input(d, 2), reason("score")}, 10);
  good.duties = {{record_call, {b.integer(30)}}, {call_back, {b.input(d, 6)}}};
  b.rule(d, "indebted",
         {b.op(Op::gt, b.op(Op::default_, b.input(d, 8), b.integer(0)), b.integer(3))},
         {b.boolean(false), b.decimal(0, 2), reason("debts")}, 5);
  b.otherwise(d, {b.boolean(false), b.decimal(0, 2), b.missing(b.string_type())});
  return b.rule_set;
}

inline constexpr std::string_view kGoodInput =
    R"({"applicant":{"id":"u1","birth":"1990-01-01","monthly":[{"amount":"12.50"},{"amount":-3}]},)"
    R"("credit_score":720,"amount":5000.00,"purpose":"housing"})";

inline std::shared_ptr<LoadedRuleSet> load(ir::RuleSet rule_set) {
  auto loaded = LoadedRuleSet::load(std::move(rule_set));
  EXPECT_TRUE(loaded.has_value()) << (loaded ? ""
                                             : loaded.error().code + " " + loaded.error().message);
  return loaded ? *loaded : nullptr;
}

// kGoodInput with one text replaced by another.
inline std::string with(std::string_view from, std::string_view to,
                        std::string_view text = kGoodInput) {
  std::string changed(text);
  const std::size_t at = changed.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return changed.replace(at, from.size(), to);
}

// What a refusal says, "CODE path: message"; the refusals are separated by lines.
inline std::string told(const Session& session) {
  std::string text;
  for (uint32_t i = 0; i < session.refusals().size(); ++i) {
    const Refusal& refusal = session.refusals()[i];
    if (i > 0) text += '\n';
    text.append(code_text(refusal.code)).append(" ").append(refusal.path.view());
    text.append(": ").append(refusal.message.view());
  }
  return text;
}

inline std::string decision_json(const Session& session) {
  std::string text(4096, ' ');
  TextSink sink(text.data(), text.size());
  write_decision(session, sink);
  EXPECT_TRUE(sink.fits());
  return text.substr(0, sink.size());
}

}  // namespace pac::engine::test
