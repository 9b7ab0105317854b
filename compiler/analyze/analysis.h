// Analysis: what can be proved of the decisions of a rule set without running them. Each finding
// names rules and carries a witness, an input that shows it; the caller confirms it in the engines
// before anyone reads it. What could not be settled is a finding too. Deterministic: budgets count
// steps. Reads IR only; any thread may run one.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/abi.h"
#include "runtime/base/json.h"
#include "runtime/ir/model.h"
#include "runtime/ir/side.h"

namespace pac::analyze {

enum class FindingKind : uint8_t {
  gap,             // no rule fires
  overlap,         // under `unique`: both fire
  conflict,        // both fire and survive, and their outcomes differ
  dead,            // the rule never decides: others always come before it
  impossible,      // the rule's condition never holds
  always,          // `otherwise` never decides: the rules leave nothing
  reached,         // the rule decides for this input, if it is confirmed; nothing is wrong then
  redundant,       // without the rule every outcome is the same; the others are those that stand in
  subsumed,        // the same, and one other rule stands in for all of it
  mergeable,       // two rows that one could say; text: the cell that it would have
  idle_condition,  // always true where it is tested; text: the condition
  false_condition,  // a part of a condition that is never true where it is tested
  unused_output,    // text: the value of an output that no rule yields
  may_error,  // the decision ends in `error` for the first of the places that is confirmed; rules:
              // those that evaluate what fails, none for lets and results
  unknown,    // not settled
};

struct Witness {
  json::Value input = json::Value::object();
  json::Value context = json::Value::object();
  json::Value features = json::Value::object();
};

// Where a finding shows, in the author's words ("" for everywhere), with an input.
struct Place {
  std::string region;
  Witness witness;
};

struct Finding {
  FindingKind kind = FindingKind::gap;
  ir::DecisionId decision = ir::DecisionId::none;
  std::vector<uint32_t> rules;  // concerned, the first is where it is shown; `otherwise` is last
  std::vector<std::pair<uint32_t, uint32_t>> pairs;  // of clashes: which rules with which
  std::vector<Place> places;       // of gaps: all, none within another; of clashes one
  size_t more_places = 0;          // beyond those listed
  std::optional<double> share;     // of all inputs, 0 .. 1, where it can be told; of gaps
  std::string reason;              // of unknown; with the two that follow, where there are any
  std::string expression;          // that it fails over, as its author would write it; of any
  std::string spent;               // before it was given up; finding whose witness is a guess
  bool is_asked_for = false;       // of reached: see Options::show_reached
  std::string text;                // of what the kind says
  uint32_t condition = ir::kNone;  // of the first rule: the condition concerned
  // Of may_error, and of what is unknown about one: text is the expression, or what leaves a
  // domain.
  pac_error error = PAC_E_NONE;
  std::vector<ir::ExprId> exprs;  // one is evaluated when the decision ends; none: a sum
  uint32_t let = ir::kNone;       // that they stand in
  // The called decision in which the error arises, or which calls the one in which it does.
  ir::DecisionId inside = ir::DecisionId::none;
  // Record and field of what decides whether it is reached and fails, in called decisions too.
  std::set<std::pair<uint32_t, uint32_t>> reads;
};

// What was proved of a decision, as docs/design/certificates.md has it, to be checked by others.
struct Certificate {
  ir::DecisionId decision = ir::DecisionId::none;
  json::Value columns = json::Value::array();
  json::Value claims = json::Value::array();
  std::vector<std::string> left_out;  // claims whose proof has no such form, with the reason
};

struct Report {
  std::vector<Finding> findings;
  std::vector<Certificate> certificates;  // where asked for, of decisions with something proved
  uint64_t steps = 0;
};

// A rule that some input is known to reach (`otherwise` is last).
struct Reached {
  ir::DecisionId decision = ir::DecisionId::none;
  uint32_t rule = 0;
  friend auto operator<=>(const Reached&, const Reached&) = default;
};

struct Options {
  std::set<Reached> reached;  // no search is needed for these
  int64_t steps_per_question = 20'000'000;
  // What splitting settles it settles soon. What is left then goes to clause learning; 0: at once.
  int64_t steps_of_splitting = 100'000;
  uint64_t steps_per_decision = 400'000'000;  // then the questions left are not asked
  size_t max_places = 8;                      // regions shown for one gap
  bool certify = false;
  bool show_reached = false;    // an input for each rule that is not in `reached`, sure or not
  bool asks_for_errors = true;  // may_error
};

Report analyze(const ir::RuleSet& rule_set, const ir::Side& side, const Options& options = {});

}  // namespace pac::analyze
