#include "compiler/driver/mutate.h"

#include <algorithm>
#include <memory>

#include "compiler/analyze/analysis.h"
#include "compiler/analyze/difference.h"
#include "compiler/driver/goals.h"
#include "compiler/driver/load.h"
#include "compiler/driver/run_tests.h"
#include "runtime/ir/shape.h"

namespace pac::driver {

using analyze::Mutant;
using analyze::Possible;
using State = MutantResult::State;

namespace {

constexpr size_t kMostBases = 8;  // inputs that are changed field by field

// Decisions that leave no gap and no clash, as far as the analysis proves it.
std::set<ir::DecisionId> total_decisions(const check::Checked& checked) {
  std::set<ir::DecisionId> out;
  for (uint32_t i = 0; i < checked.rules.decisions.size(); ++i) {
    out.insert(static_cast<ir::DecisionId>(i));
  }
  analyze::Options options;
  options.asks_for_errors = false;
  for (const auto& finding : analyze::analyze(checked.rules, checked.side, options).findings) {
    switch (finding.kind) {
      case analyze::FindingKind::gap:
      case analyze::FindingKind::overlap:
      case analyze::FindingKind::conflict:
      case analyze::FindingKind::unknown:
        out.erase(finding.decision);
        break;
      default:
        break;
    }
  }
  return out;
}

// For each decision those that it calls, directly or not, and itself.
std::vector<std::set<uint32_t>> called_by(const ir::RuleSet& rules) {
  std::vector<std::set<uint32_t>> out(rules.decisions.size());
  for (uint32_t i = 0; i < rules.decisions.size(); ++i) {
    out[i].insert(i);
    std::set<uint32_t> seen;
    const auto walk = [&](const auto& self, ir::ExprId id) -> void {
      if (id == ir::ExprId::none || !seen.insert(ir::index(id)).second) return;
      const ir::Expr& expr = rules.expr(id);
      if (expr.op == ir::Op::call) out[i].insert(out[expr.a].begin(), out[expr.a].end());
      ir::for_each_operand(rules, expr, [&](ir::ExprId part) { self(self, part); });
    };
    ir::for_each_root(rules.decisions[i], [&](ir::ExprId id) { walk(walk, id); });
  }
  return out;
}

bool reads_param(const ir::RuleSet& rules, const ir::Decision& decision, uint32_t param) {
  bool out = false;
  std::set<uint32_t> seen;
  const auto walk = [&](const auto& self, ir::ExprId id) -> void {
    if (id == ir::ExprId::none || !seen.insert(ir::index(id)).second) return;
    const ir::Expr& expr = rules.expr(id);
    out = out || (expr.op == ir::Op::param && expr.a == param);
    ir::for_each_operand(rules, expr, [&](ir::ExprId part) { self(self, part); });
  };
  ir::for_each_root(decision, [&](ir::ExprId id) { walk(walk, id); });
  return out;
}

std::shared_ptr<engine::LoadedRuleSet> loaded(ir::RuleSet rules) {
  auto out = engine::LoadedRuleSet::load(std::move(rules));
  return out ? std::move(*out) : nullptr;
}

class Mutator {
 public:
  Mutator(const check::Checked& checked, const MutationLimits& limits,
          std::shared_ptr<engine::LoadedRuleSet> original)
      : checked_(checked),
        rules_(checked.rules),
        limits_(limits),
        original_(std::move(original), small_session()),
        calls_(called_by(checked.rules)) {
    for (const check::TestCase& test : checked.tests) {
      if (auto candidate = candidate_of(rules_, test)) {
        pools_[test.decision].push_back(std::move(*candidate));
      }
    }
  }

  Mutation run() {
    Mutation out;
    std::vector<Mutant> all = analyze::mutants_of(rules_, checked_.side);
    std::erase_if(all, [&](const Mutant& mutant) {
      return is_of_another_package(mutant.root == Mutant::Root::param
                                       ? rules_.params[mutant.param].name
                                       : rules_.decision(mutant.decision).name);
    });
    const size_t every =
        limits_.mutants == 0 ? 1 : (all.size() + limits_.mutants - 1) / limits_.mutants;
    for (size_t i = 0; i < all.size(); ++i) {
      if (every > 1 && i % every != 0) {
        ++out.left_out;
        continue;
      }
      MutantResult result;
      result.mutant = std::move(all[i]);
      judge(&result);
      out.results.push_back(std::move(result));
    }
    return out;
  }

 private:
  // The decisions to be asked: an input of theirs tells the mutant, or nothing does.
  std::vector<ir::DecisionId> asked(const Mutant& mutant) const {
    if (mutant.root != Mutant::Root::param) return {mutant.decision};
    std::vector<ir::DecisionId> out;
    for (uint32_t i = 0; i < rules_.decisions.size(); ++i) {
      if (reads_param(rules_, rules_.decisions[i], mutant.param)) {
        out.push_back(static_cast<ir::DecisionId>(i));
      }
    }
    return out;
  }

  void judge(MutantResult* result) {
    const ir::RuleSet changed = analyze::mutated(rules_, result->mutant);
    const auto mutant = loaded(changed);
    if (mutant == nullptr) {
      result->state = State::invalid;
      return;
    }
    engine::Session session(mutant, small_session());
    const std::vector<ir::DecisionId> decisions = asked(result->mutant);
    if (is_killed(changed, decisions, session, result)) return;
    size_t proved = 0;
    for (const ir::DecisionId id : decisions) {
      if (find_witness(id, session, result)) return;
      if (result->state == State::equivalent) ++proved;
    }
    result->state = proved == decisions.size() ? State::equivalent : State::undecided;
  }

  bool is_killed(const ir::RuleSet& changed, const std::vector<ir::DecisionId>& decisions,
                 engine::Session& session, MutantResult* result) {
    for (uint32_t i = 0; i < checked_.tests.size(); ++i) {
      const check::TestCase& test = checked_.tests[i];
      const auto& calls = calls_[ir::index(test.decision)];
      if (std::ranges::none_of(decisions,
                               [&](ir::DecisionId id) { return calls.contains(ir::index(id)); })) {
        continue;
      }
      Result<std::string> answer;
      if (test.params.empty()) {
        answer = answer_to(session, question_of(test));
      } else {
        const auto other = loaded(with_params(changed, test.params));
        if (other == nullptr) continue;
        engine::Session own(other, small_session());
        answer = answer_to(own, question_of(test));
      }
      if (!answer || problems_of(test, *answer).empty()) continue;
      result->state = State::killed;
      result->killed_by = i;
      return true;
    }
    return false;
  }

  bool find_witness(ir::DecisionId id, engine::Session& session, MutantResult* result) {
    result->state = State::undecided;
    std::vector<Candidate>& pool = pools_[id];
    for (size_t i = 0; i < pool.size(); ++i) {
      if (tells(id, pool[i], session, result)) return true;
    }
    analyze::Difference& difference = difference_of(id);
    const analyze::Candidates found = difference.find(result->mutant);
    for (const analyze::Witness& one : found.witnesses) {
      if (tells(id, {one.input, one.context, one.features}, session, result))
        return keep(id, result);
    }
    if (found.possible == Possible::no) {
      result->state = State::equivalent;
      return false;
    }
    if (by_change(id, session, result) || by_chance(id, session, result)) return keep(id, result);
    result->reason = found.reason;
    if (found.possible != Possible::unknown) {
      result->reason = "no input that tells it was found, and it is not proved that none does";
      if (!found.reason.empty()) result->reason += ": " + found.reason;
    }
    return false;
  }

  bool keep(ir::DecisionId id, const MutantResult* result) {
    pools_[id].push_back(*result->witness);
    return true;
  }

  bool by_change(ir::DecisionId id, engine::Session& session, MutantResult* result) {
    auto [dials, is_new] = dials_.try_emplace(id);
    if (is_new) dials->second = difference_of(id).dials();
    size_t left = limits_.changes;
    const std::vector<Candidate>& pool = pools_[id];
    for (size_t i = 0; i < pool.size() && i < kMostBases; ++i) {
      for (const analyze::Dial& dial : dials->second) {
        for (const json::Value& value : dial.values) {
          if (left-- == 0) return false;
          Candidate candidate = pool[i];
          put(rules_, id, dial.path, value, &candidate);
          if (tells(id, std::move(candidate), session, result)) return true;
        }
      }
    }
    return false;
  }

  bool by_chance(ir::DecisionId id, engine::Session& session, MutantResult* result) {
    InputMaker maker(rules_, id, ir::index(id) + 1);
    const ir::Decision& decision = rules_.decision(id);
    const std::vector<Candidate>& pool = pools_[id];
    for (size_t i = 0; i < limits_.chances; ++i) {
      Candidate candidate = !pool.empty() && maker.below(3) != 0
                                ? pool[maker.below(static_cast<uint32_t>(pool.size()))]
                                : maker.fresh();
      if (maker.below(2) == 0) maker.change(&candidate);
      if (result->mutant.rule < decision.rules.size()) {
        maker.bend(&candidate, decision.rules[result->mutant.rule]);
      } else if (!decision.rules.empty()) {
        maker.bend(&candidate,
                   decision.rules[maker.below(static_cast<uint32_t>(decision.rules.size()))]);
      }
      if (tells(id, std::move(candidate), session, result)) return true;
    }
    return false;
  }

  bool tells(ir::DecisionId id, Candidate candidate, engine::Session& session,
             MutantResult* result) {
    const Question question = question_of(id, candidate);
    const auto was = answer_to(original_, question), is = answer_to(session, question);
    if (!was || !is || *was == *is || looks_same(*was, *is)) return false;
    if (was->starts_with("{\"status\":\"refused\"")) return false;
    result->state = State::survived;
    result->asked = id;
    result->witness = std::move(candidate);
    result->answer = *was;
    result->mutant_answer = *is;
    return true;
  }

  analyze::Difference& difference_of(ir::DecisionId id) {
    auto& out = differences_[id];
    if (out == nullptr) {
      if (!total_) total_ = total_decisions(checked_);
      out = std::make_unique<analyze::Difference>(rules_, checked_.side, id, *total_);
    }
    return *out;
  }

  const check::Checked& checked_;
  const ir::RuleSet& rules_;
  const MutationLimits& limits_;
  engine::Session original_;
  std::vector<std::set<uint32_t>> calls_;
  std::map<ir::DecisionId, std::vector<Candidate>> pools_;
  std::map<ir::DecisionId, std::vector<analyze::Dial>> dials_;
  std::map<ir::DecisionId, std::unique_ptr<analyze::Difference>> differences_;
  std::optional<std::set<ir::DecisionId>> total_;
};

// What a test can look at.
json::Value visible(const std::string& answer) {
  const auto read = json::parse(answer);
  PAC_CHECK(read.has_value(), "the engine writes JSON");
  json::Value out = json::Value::object();
  for (const char* member : {"status", "output", "fired", "code"}) {
    if (const json::Value* value = read->find(member)) out.set(member, *value);
  }
  for (const char* member : {"obligations", "advice"}) {
    std::set<std::string> names;
    if (const json::Value* list = read->find(member); list != nullptr && list->is_array()) {
      for (const json::Value& one : list->elements()) {
        if (const json::Value* name = one.find("name")) names.insert(name->as_string());
      }
    }
    json::Value all = json::Value::array();
    for (const std::string& name : names) all.push_back(name);
    out.set(member, std::move(all));
  }
  return out;
}

}  // namespace

bool looks_same(const std::string& a, const std::string& b) {
  return a == b || visible(a) == visible(b);
}

engine::SessionOptions small_session() {
  engine::SessionOptions out;
  out.max_input_bytes = size_t{1} << 18;
  out.input_memory_bytes = size_t{1} << 20;
  out.scratch_bytes = size_t{1} << 20;
  return out;
}

size_t Mutation::count(MutantResult::State state) const {
  return static_cast<size_t>(
      std::ranges::count(results, state, [](const auto& one) { return one.state; }));
}

size_t Mutation::can_be_noticed() const {
  return results.size() - count(State::invalid) - count(State::equivalent);
}

double Mutation::score() const {
  const size_t all = can_be_noticed();
  return all == 0 ? 1.0 : static_cast<double>(count(State::killed)) / static_cast<double>(all);
}

Result<Mutation> mutate(const Compilation& compilation, const MutationLimits& limits) {
  const check::Checked& checked = *compilation.checked;
  auto original = load(checked.rules, {Engine::interp, 2});
  if (!original) return std::unexpected(original.error());
  return Mutator(checked, limits, std::move(*original)).run();
}

}  // namespace pac::driver
