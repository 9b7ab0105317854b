// Joined: one decision as two versions of its rule set have it, flattened over the same inputs in
// one working rule set. Parts that mean the same have one id, so that equal conditions and outcomes
// are seen by their ids. The inputs are those that both versions read: fields go by their names,
// enumerations by the names of their values in data, a field's domain is what both accept. A field
// that only one version has is left missing where it may be, else it takes any value. One thread
// makes it; immutable afterwards.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "compiler/analyze/flat.h"
#include "runtime/ir/model.h"
#include "runtime/ir/side.h"

namespace pac::analyze {

inline constexpr int kOld = 0, kNew = 1;

struct JoinedDuty {
  std::string name;
  bool is_advice = false;
  std::vector<ir::ExprId> arguments;
  friend bool operator==(const JoinedDuty&, const JoinedDuty&) = default;
};

struct JoinedRule {
  ir::ExprId condition = ir::ExprId::none;
  uint32_t number = ir::kNone;      // of the condition, in Joined::flat
  std::vector<ir::ExprId> outcome;  // one per field of its version's output record
  std::vector<JoinedDuty> duties;
  bool is_each = false;
};

// One version. A decision with a `result` has one rule that always fires.
struct JoinedVersion {
  const ir::RuleSet* rule_set = nullptr;
  ir::DecisionId decision = ir::DecisionId::none;
  std::vector<JoinedRule> rules;                     // by rule index
  JoinedRule otherwise;                              // condition none where there is none
  std::vector<std::vector<ir::ConstantId>> ranking;  // by ranked column, best first
  // As `rules.size()`: otherwise.
  uint32_t otherwise_number() const { return static_cast<uint32_t>(rules.size()); }
  const ir::Decision& ir() const { return rule_set->decision(decision); }
};

struct Joined {
  ir::RuleSet rules;
  Flat flat;              // of both: a rule for each condition, numbered; the assumes and lets
  ir::DecisionSide side;  // names of lets and variables
  std::array<JoinedVersion, 2> versions;
  // Fields of the output records that both have, by their numbers in the versions.
  std::vector<std::pair<uint32_t, uint32_t>> outputs;
  std::vector<std::string> output_names;
  std::string obstacle;  // why the two can't be compared; empty: they can
};

// A rule set with a copy whose decisions are flattened.
struct Version {
  explicit Version(const ir::RuleSet& rule_set, const ir::Side& side);
  const ir::RuleSet& rules;
  const ir::Side& side;
  // Flattens up to this decision.
  const Flat& flat(ir::DecisionId decision);
  const ir::RuleSet& working() const { return working_; }
  // The function digest.
  const std::string& digest(ir::DecisionId decision);

 private:
  ir::RuleSet working_;
  std::vector<Flat> flats_;
  std::vector<std::string> digests_;
};

std::unique_ptr<Joined> join(Version& old_version, ir::DecisionId old_decision,
                             Version& new_version, ir::DecisionId new_decision);

}  // namespace pac::analyze
