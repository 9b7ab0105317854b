// The limits of the compiled form: the verifier takes what lies at a limit and refuses one more.
// Tables of millions are held against smaller limits, and the defaults against docs/limits.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "runtime/ir/limits.h"
#include "runtime/ir/verify.h"
#include "tests/unit/ir/sample.h"

namespace pac::ir {
namespace {

using test::Sample;

// The code that the verifier answers with; empty: it takes the rule set.
std::string refusal(const RuleSet& rules, const Limits& limits = {}) {
  const Result<void> result = verify(rules, nullptr, limits);
  return result ? "" : result.error().code;
}

TEST(LimitsOfTheCompiledForm, AreThoseOfTheDocument) {
  const Limits limits;
  EXPECT_EQ(limits.rules, 1'000'000u);
  EXPECT_EQ(limits.decisions, 10'000u);
  EXPECT_EQ(limits.exprs, 16'000'000u);
  EXPECT_EQ(limits.operands, 64'000'000u);
  EXPECT_EQ(limits.table_entries, 4'000'000u);
  EXPECT_EQ(limits.declarations, 10'000u);
  EXPECT_EQ(limits.override_pairs, 4'000'000u);
  EXPECT_EQ(limits.steps, uint64_t{1} << 32);
  EXPECT_EQ(kMaxFields, 4'096u);
  EXPECT_EQ(kMaxEnumValues, 65'536u);
  EXPECT_EQ(kMaxParamLines, 100'000u);
  EXPECT_EQ(kMaxLets, 100'000u);
  EXPECT_EQ(kMaxVars, 65'536u);
  EXPECT_EQ(kMaxZones, 1'000u);
  EXPECT_EQ(kMaxFunctions, 1'000u);
  EXPECT_EQ(kMaxNameBytes, 1'000u);
  EXPECT_EQ(kMaxTypeDepth, 32u);
  EXPECT_EQ(kMaxRecordBytes, uint64_t{1} << 20);
  EXPECT_EQ(kMaxExprDepth, 512u);
  EXPECT_EQ(kMaxEvaluationDepth, 4'096u);
}

// Each table that is counted: exactly as many as there are is fine, one less allowed is not.
TEST(LimitsOfTheCompiledForm, CountsOfTables) {
  Sample s = test::sample();
  const RuleSet& rs = s.rs();
  struct Case {
    const char* name;
    size_t count;
    size_t Limits::* limit;
  };
  const Case cases[] = {
      {"expressions", rs.exprs.size(), &Limits::exprs},
      {"operands", rs.operands.size(), &Limits::operands},
      {"types", std::max({rs.types.size(), rs.domains.size(), rs.constants.size()}),
       &Limits::table_entries},
      {"declarations",
       std::max({rs.enums.size(), rs.records.size(), rs.params.size(), rs.duties.size()}),
       &Limits::declarations},
      {"decisions", rs.decisions.size(), &Limits::decisions},
      {"rules", s.loan().rules.size(), &Limits::rules},
  };
  for (const Case& each : cases) {
    ASSERT_GT(each.count, 1u) << each.name;
    Limits limits;
    limits.*each.limit = each.count;
    EXPECT_EQ(refusal(rs, limits), "") << each.name;
    limits.*each.limit = each.count - 1;
    EXPECT_EQ(refusal(rs, limits), "PAC4101") << each.name;
  }
}

// Those that are small enough to be made.
TEST(LimitsOfTheCompiledForm, Declarations) {
  const auto declare = [](const char* what, size_t count) {
    Builder b;
    const RecordId nothing = b.record("Nothing", {});
    for (size_t i = 0; i < count; ++i) {
      const std::string name = "n" + std::to_string(i);
      if (*what == 'e') b.rule_set.enums.push_back({name, false, {EnumValue{"a", "a"}}});
      if (*what == 'r' && i > 0) b.rule_set.records.push_back({name, {}});
      if (*what == 'd') b.rule_set.duties.push_back({name, false, nothing});
      if (*what == 'p') b.param(name, b.int_type(), {{0, b.integer(1)}});
    }
    return refusal(b.rule_set);
  };
  for (const char* what : {"enums", "records", "duties", "params"}) {
    EXPECT_EQ(declare(what, kMaxDeclarations), "") << what;
    EXPECT_EQ(declare(what, kMaxDeclarations + 1), "PAC4101") << what;
  }
}

TEST(LimitsOfTheCompiledForm, Decisions) {
  const auto decisions = [](size_t count) {
    Builder b;
    const RecordId in = b.record("in", {b.field("x", b.int_type())});
    const RecordId out = b.record("out", {b.field("y", b.int_type())});
    for (size_t i = 0; i < count; ++i) {
      Decision& d = b.decision("d" + std::to_string(i), in, out);
      d.policy = HitPolicy::result;
      d.result = {b.input(d, 0)};
    }
    return refusal(b.rule_set);
  };
  EXPECT_EQ(decisions(kMaxDecisions), "");
  EXPECT_EQ(decisions(kMaxDecisions + 1), "PAC4101");
}

TEST(LimitsOfTheCompiledForm, Functions) {
  const auto functions = [](size_t count) {
    Builder b;
    for (size_t i = 0; i < count; ++i) b.rule_set.functions.push_back({"f", 1});
    return refusal(b.rule_set);
  };
  EXPECT_EQ(functions(kMaxFunctions), "");
  EXPECT_EQ(functions(kMaxFunctions + 1), "PAC4101");
}

TEST(LimitsOfTheCompiledForm, FieldsOfARecord) {
  const auto fields = [](size_t count) {
    Builder b;
    std::vector<Field> all;
    for (size_t i = 0; i < count; ++i)
      all.push_back(b.field("f" + std::to_string(i), b.bool_type()));
    b.record("R", std::move(all));
    return refusal(b.rule_set);
  };
  EXPECT_EQ(fields(kMaxFields), "");
  EXPECT_EQ(fields(kMaxFields + 1), "PAC4101");
}

TEST(LimitsOfTheCompiledForm, ValuesOfAnEnum) {
  const auto values = [](size_t count) {
    std::vector<std::string> all;
    for (size_t i = 0; i < count; ++i) all.push_back("v" + std::to_string(i));
    Builder b;
    b.enumeration("E", all);
    return refusal(b.rule_set);
  };
  EXPECT_EQ(values(kMaxEnumValues), "");
  EXPECT_EQ(values(kMaxEnumValues + 1), "PAC4101");
}

TEST(LimitsOfTheCompiledForm, LinesOfAParameter) {
  const auto lines = [](size_t count) {
    Builder b;
    const ExprId one = b.integer(1);
    std::vector<ParamLine> all;
    for (size_t i = 0; i < count; ++i) all.push_back({static_cast<int32_t>(i), one});
    b.param("p", b.int_type(), std::move(all));
    return refusal(b.rule_set);
  };
  EXPECT_EQ(lines(kMaxParamLines), "");
  EXPECT_EQ(lines(kMaxParamLines + 1), "PAC4101");
}

TEST(LimitsOfTheCompiledForm, LetsAndVariables) {
  const auto decision = [](size_t lets, uint32_t vars) {
    Builder b;
    const RecordId in = b.record("in", {b.field("x", b.int_type())});
    Decision& d = b.decision("d", in, b.record("out", {b.field("y", b.int_type())}));
    d.policy = HitPolicy::result;
    d.result = {b.input(d, 0)};
    for (size_t i = 0; i < lets; ++i) b.let(d, d.result[0]);
    d.var_count = vars;
    return refusal(b.rule_set);
  };
  EXPECT_EQ(decision(kMaxLets, 0), "");
  EXPECT_EQ(decision(kMaxLets + 1, 0), "PAC4101");
  EXPECT_EQ(decision(0, kMaxVars), "");
  EXPECT_EQ(decision(0, kMaxVars + 1), "PAC4101");
}

TEST(LimitsOfTheCompiledForm, TimeZones) {
  const auto zones = [](size_t count) {
    Builder b;
    for (size_t i = 0; i < count; ++i) b.rule_set.zones.push_back("Zone/Z" + std::to_string(i));
    return refusal(b.rule_set);
  };
  EXPECT_EQ(zones(kMaxZones), "");
  EXPECT_EQ(zones(kMaxZones + 1), "PAC4101");
}

TEST(LimitsOfTheCompiledForm, BytesOfAName) {
  const auto named = [](size_t bytes) {
    Builder b;
    b.record(std::string(bytes - 2, 'a') + ".b", {});
    return refusal(b.rule_set);
  };
  EXPECT_EQ(named(kMaxNameBytes), "");
  EXPECT_EQ(named(kMaxNameBytes + 1), "PAC4105");
  Sample s = test::sample();
  s.rs().package = std::string(kMaxNameBytes, 'p');
  EXPECT_EQ(refusal(s.rs()), "");
  s.rs().package += 'p';
  EXPECT_EQ(refusal(s.rs()), "PAC4105");
}

TEST(LimitsOfTheCompiledForm, RecordsAndListsWithinOneAnother) {
  const auto lists = [](uint32_t levels) {
    Builder b;
    TypeId type = b.int_type();
    for (uint32_t i = 0; i < levels; ++i) type = b.list_type(type);
    return refusal(b.rule_set);
  };
  const auto records = [](uint32_t levels) {
    Builder b;
    RecordId inner = b.record("Deep0", {b.field("x", b.int_type())});
    for (uint32_t i = 1; i < levels; ++i) {
      inner = b.record("Deep" + std::to_string(i), {b.field("inner", b.record_type(inner))});
    }
    return refusal(b.rule_set);
  };
  EXPECT_EQ(lists(kMaxTypeDepth), "");
  EXPECT_EQ(lists(kMaxTypeDepth + 1), "PAC4112");
  EXPECT_EQ(records(kMaxTypeDepth), "");
  EXPECT_EQ(records(kMaxTypeDepth + 1), "PAC4112");
}

// Each field counts as 48 bytes, more than any scalar takes, and each record as one more:
// 1 + 43 * (48 + 1 + 500 * 48) + 301 * 48 = 1,048,556 is within 2^20, a field more is not.
TEST(LimitsOfTheCompiledForm, BytesOfARecord) {
  const auto outer_of = [](int scalars) {
    Builder b;
    std::vector<Field> ints, fields;
    for (int i = 0; i < 500; ++i) ints.push_back(b.field("i" + std::to_string(i), b.int_type()));
    const TypeId inner = b.record_type(b.record("Inner", std::move(ints)));
    for (int i = 0; i < 43; ++i) fields.push_back(b.field("r" + std::to_string(i), inner));
    for (int i = 0; i < scalars; ++i) {
      fields.push_back(b.field("s" + std::to_string(i), b.bool_type()));
    }
    b.record("Outer", std::move(fields));
    return refusal(b.rule_set);
  };
  EXPECT_EQ(outer_of(301), "");
  EXPECT_EQ(outer_of(302), "PAC4101");
}

TEST(LimitsOfTheCompiledForm, PairsOfOverrides) {
  // Rule i removes the one before it and so all before: n rules have n * (n - 1) / 2 pairs.
  Sample s = test::sample();
  const std::vector<ExprId> outcome = s.loan().rules[0].outcome;
  s.loan().rules.clear();
  for (uint32_t i = 0; i < 100; ++i) {
    Rule& rule = s.b.rule(s.loan(), "r" + std::to_string(i), {}, outcome);
    if (i > 0) rule.overrides = {i - 1};
  }
  Limits limits;
  limits.override_pairs = 100 * 99 / 2;
  EXPECT_EQ(refusal(s.rs(), limits), "");
  limits.override_pairs -= 1;
  EXPECT_EQ(refusal(s.rs(), limits), "PAC4101");
}

TEST(LimitsOfTheCompiledForm, StepsOfADecision) {
  Sample s = test::sample();
  uint64_t low = 1, high = 1 << 20;  // refused, taken
  Limits limits;
  while (high - low > 1) {
    limits.steps = (low + high) / 2;
    (refusal(s.rs(), limits).empty() ? high : low) = limits.steps;
  }
  EXPECT_GT(low, s.rs().exprs.size() / 4) << "each expression of the largest decision is a step";
  limits.steps = low;
  EXPECT_EQ(refusal(s.rs(), limits), "PAC4112");
}

}  // namespace
}  // namespace pac::ir
