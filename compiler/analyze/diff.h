// Diff: for which inputs two versions of a decision answer differently. Inputs fall into classes by
// the rules that answer in the old and in the new version; each has its regions and candidates for
// a witness, which the caller confirms in both versions before anyone reads it. No class and
// nothing unknown is a proof that the answers are the same wherever an evaluation succeeds.
// Deterministic: budgets count steps. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/analyze/analysis.h"
#include "compiler/analyze/join.h"
#include "compiler/analyze/outcomes.h"
#include "compiler/analyze/space.h"

namespace pac::analyze {

// Who answers: rules by their numbers in the version (`otherwise` after the last). None for gap and
// no_match.
struct Answering {
  AnswerKind kind = AnswerKind::ok;
  std::vector<uint32_t> rules;
  friend auto operator<=>(const Answering&, const Answering&) = default;
};

struct DiffPlace {
  std::string region;  // in the author's words, "" for everywhere
  std::string own;     // of these what is not common to all regions of the class
  std::optional<double> share;
};

struct DiffClass {
  Answering before, after;
  bool is_whole = true;         // every input of the regions changes; else at least one
  std::optional<double> share;  // of all inputs
  std::vector<DiffPlace> places;
  size_t more_places = 0;
  std::string common;              // what all regions ask alike
  std::vector<Region> regions;     // all of them, up to kMostRegions
  std::vector<Witness> witnesses;  // some, each of another region
  std::string reason;              // not proved to differ: a witness has to show it
};

// What the regions speak of.
struct DiffSpace {
  std::unique_ptr<Joined> joined;
  std::unique_ptr<Space> space;
};

struct DecisionDiff {
  std::vector<DiffClass> classes;
  std::vector<std::string> unknowns;       // what was not settled, with the reason
  bool has_all_regions = true;             // every class has all of its regions
  std::shared_ptr<const DiffSpace> space;  // null where there was nothing to search
  uint64_t steps = 0;
};

struct DiffOptions {
  int64_t steps_per_question = 20'000'000;
  int64_t steps_per_decision = 400'000'000;
  size_t max_places = 8;  // with words, and as many witnesses, of each class
};

inline constexpr size_t kMostRegions = 10'000;

// Of versions that are joined already.
DecisionDiff diff(std::unique_ptr<Joined> joined, const DiffOptions& options = {});
DecisionDiff diff(Version& old_version, ir::DecisionId old_decision, Version& new_version,
                  ir::DecisionId new_decision, const DiffOptions& options = {});

}  // namespace pac::analyze
