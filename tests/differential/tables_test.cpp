// Native code that spares checks for what is proved, against the interpreter, which keeps them all;
// and that a proof which does not hold is found.
#include "tests/differential/tables.h"

#include <gtest/gtest.h>

#include <iostream>
#include <numeric>

#include "compiler/codegen/native.h"
#include "runtime/ir/builder.h"

namespace pac::differential {
namespace {

constexpr uint64_t kSeed = 20260303;
constexpr uint32_t kTablesPerModule = 20;

TEST(TablesTest, EnginesAgreeWhereProofsSpareChecks) {
  Plan plan;
  plan.seed = kSeed;
  plan.programs = 120;
  plan.programs_per_module = kTablesPerModule;
  plan.inputs = 60;
  const TableReport out = run_tables(plan);
  for (const Disagreement& found : out.report.disagreements) ADD_FAILURE() << found.to_text();
  for (const std::string& refused : out.report.refused) ADD_FAILURE() << refused;
  std::cout << out.decisions << " decisions; proved: " << out.no_clash << " without a clash, "
            << out.no_gap << " without a gap; spared: " << out.spared_clash << " and "
            << out.spared_gap << "; " << out.report.coverage.pairs << " pairs, of which "
            << out.clashes << " clash and " << out.gaps << " are gaps\n";
  // Of each kind there are some: a proof that spares, one that can't, none.
  EXPECT_GT(out.spared_clash, 20u);
  EXPECT_GT(out.spared_gap, 20u);
  EXPECT_GT(out.no_clash, out.spared_clash);
  EXPECT_GT(out.no_gap, out.spared_gap);
  EXPECT_LT(out.no_clash, out.decisions);
  EXPECT_GT(out.clashes, 20u);
  EXPECT_GT(out.gaps, 20u);
}

// Two rules on a number from 0 to 9, which share it out; `change` makes something of it.
template <typename Change>
codegen::Spared spared_of(ir::HitPolicy policy, const Change& change) {
  ir::Builder b;
  const ir::RecordId note = b.record("note", {b.field("n", b.int_type(), b.between(0, 9))});
  const ir::DutyId duty = b.duty("note", note);
  const ir::RecordId in = b.record("in", {b.field("n", b.int_type(), b.between(0, 9))});
  const ir::RecordId out = b.record("out", {b.field("o", b.int_type(), b.between(0, 9))});
  ir::Decision& d = b.decision("d", in, out);
  d.policy = policy;
  const ir::ExprId n = b.input(d, 0);
  b.rule(d, "low", {b.op(ir::Op::lt, n, b.integer(5))}, {b.integer(1)});
  b.rule(d, "high", {b.op(ir::Op::ge, n, b.integer(5))}, {b.integer(1)});
  change(b, d, n, duty);
  return codegen::spared_checks(b.rule_set, {{true, true}})[0];
}

// Where an evaluation that would be skipped can fail, the check is kept.
TEST(TablesTest, NothingIsSparedThatMayFail) {
  using ir::Builder;
  using ir::Decision;
  using ir::DutyId;
  using ir::ExprId;
  using ir::HitPolicy;
  const auto nothing = [](Builder&, Decision&, ExprId, DutyId) {};
  const auto condition = [](Builder& b, Decision& d, ExprId n, DutyId) {
    const ExprId quotient = b.op(ir::Op::mod, b.integer(10), n);
    d.rules[1].conditions.push_back(b.op(ir::Op::ge, quotient, b.integer(0)));
  };
  const auto outcome = [](Builder& b, Decision& d, ExprId n, DutyId) {
    d.rules[1].outcome = {b.op(ir::Op::add, n, b.integer(1))};  // 10 lies outside of its domain
  };
  const auto argument = [](Builder& b, Decision& d, ExprId n, DutyId duty) {
    d.rules[1].duties.push_back({duty, {b.op(ir::Op::mod, b.integer(10), n)}});
  };
  const auto safe_argument = [](Builder&, Decision& d, ExprId n, DutyId duty) {
    d.rules[1].duties.push_back({duty, {n}});
  };
  for (const HitPolicy policy : {HitPolicy::unique, HitPolicy::any, HitPolicy::by_priority}) {
    const bool is_unique = policy == HitPolicy::unique;
    EXPECT_TRUE(spared_of(policy, nothing).gap) << name(policy);
    // Of equal outcomes the first hit settles a priority without a proof.
    EXPECT_EQ(spared_of(policy, nothing).clash, policy != HitPolicy::by_priority) << name(policy);
    EXPECT_TRUE(spared_of(policy, safe_argument).clash) << name(policy);
    EXPECT_FALSE(spared_of(policy, condition).clash) << name(policy);
    EXPECT_FALSE(spared_of(policy, condition).gap) << name(policy);
    EXPECT_EQ(spared_of(policy, outcome).clash, is_unique) << name(policy);
    EXPECT_EQ(spared_of(policy, argument).clash, is_unique) << name(policy);
  }
  EXPECT_TRUE(spared_of(HitPolicy::first, nothing).gap);
  EXPECT_FALSE(spared_of(HitPolicy::first, condition).gap);
  EXPECT_FALSE(spared_of(HitPolicy::unique_with_exceptions, nothing).clash);
  const auto partial = [](Builder&, Decision& d, ExprId, DutyId) { d.partial = true; };
  const auto otherwise = [](Builder& b, Decision& d, ExprId, DutyId) {
    b.otherwise(d, {b.integer(0)});
  };
  EXPECT_FALSE(spared_of(HitPolicy::first, partial).gap);
  EXPECT_FALSE(spared_of(HitPolicy::first, otherwise).gap);
}

// What a wrong prover would say: it claims this of every decision.
void expect_found(const codegen::Proof& claim, const char* name) {
  constexpr uint32_t kMaxModules = 20;
  for (uint32_t module = 0; module < kMaxModules; ++module) {
    const uint64_t seed = module_seed(kSeed, module);
    const ir::RuleSet rules = make_tables(seed, kTablesPerModule);
    codegen::Proofs proofs = prove(rules);
    for (codegen::Proof& one : proofs) {
      one.no_clash = one.no_clash || claim.no_clash;
      one.no_gap = one.no_gap || claim.no_gap;
    }
    std::vector<uint32_t> decisions(rules.decisions.size());
    std::iota(decisions.begin(), decisions.end(), 0);
    const Disagreement found =
        find_disagreement(rules, rules, {Native::proved}, seed, decisions, 60, proofs);
    if (found.engine.empty()) continue;
    EXPECT_EQ(found.engine, "native code with proofs");
    std::cout << name << ": found in module " << module << ", decision " << found.decision
              << ", input " << found.input << "\n";
    return;
  }
  FAIL() << name << " was not found in " << kMaxModules << " modules";
}

TEST(PlantedFaultsTest, WrongProofThatNothingClashesIsFound) {
  expect_found({true, false}, "a wrong proof that nothing clashes");
}

TEST(PlantedFaultsTest, WrongProofThatNothingIsLeftOutIsFound) {
  expect_found({false, true}, "a wrong proof that nothing is left out");
}

}  // namespace
}  // namespace pac::differential
