// InputSearch: inputs of one decision that reach goals which its tests don't. Three ways, in this
// order: the analysis names an input or proves that there is none; inputs known before are changed
// in one field, to the values at which conditions change; inputs are made by chance, from a fixed
// seed. Each input found was decided by the interpreter. Counts bound it, never time. One thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/analyze/finder.h"
#include "compiler/driver/answer.h"
#include "compiler/driver/goals.h"
#include "compiler/driver/input_maker.h"
#include "runtime/engine/loaded_rule_set.h"

namespace pac::driver {

// An input and what came of it.
struct Trial {
  Candidate candidate;
  std::string answer;             // as `pac run` writes it
  std::vector<uint32_t> reached;  // goals, ascending
};

Question question_of(ir::DecisionId decision, const Candidate& candidate);
// Nothing where the test has inputs that are no objects, or sets parameters.
std::optional<Candidate> candidate_of(const ir::RuleSet& rules, const check::TestCase& test);
// Puts a value into the place of a path; null takes it away.
void put(const ir::RuleSet& rules, ir::DecisionId decision, const analyze::Path& path,
         json::Value value, Candidate* candidate);

// Decides inputs and hears how.
class Trier {
 public:
  Trier(std::shared_ptr<const engine::LoadedRuleSet> rules, const Goals& goals);
  // Nothing where the input is refused.
  std::optional<Trial> decide(ir::DecisionId decision, Candidate candidate);
  // The same for what a test says, with its own date. What was reached even by a decision that
  // ended in an error counts.
  std::vector<uint32_t> reached_by(const check::TestCase& test);

 private:
  bool explain(const Question& question);
  engine::Session session_;
  Recorder recorder_;
};

struct SearchLimits {
  size_t questions = 400;  // put to the analysis
  size_t changes = 6'000;  // inputs tried by changing one field
  size_t chances = 3'000;  // inputs made by chance
};

struct SearchResult {
  std::vector<Trial> trials;                  // each reached something new
  std::map<uint32_t, size_t> found;           // goal: number of its trial
  std::set<uint32_t> impossible;              // proved
  std::map<uint32_t, std::string> unsettled;  // goal: why
};

SearchResult search_inputs(const Goals& goals, Trier& trier, ir::DecisionId decision,
                           const std::vector<Candidate>& known, const std::set<uint32_t>& open,
                           const SearchLimits& limits = {});

}  // namespace pac::driver
