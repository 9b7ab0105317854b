// What differs between two versions of a policy: their schemas, and for each decision of both the
// classes of inputs that they answer differently, each with an input that was tried in both. What
// the analysis could not settle, or what was found and not confirmed, is listed as unknown. One
// thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compiler/analyze/diff.h"
#include "runtime/base/json.h"
#include "runtime/base/result.h"
#include "runtime/engine/loaded_rule_set.h"
#include "runtime/ir/side.h"

namespace pac::driver {

// One package of one version; all outlive the report. `loaded` decides, in any engine.
struct DiffVersion {
  const ir::RuleSet* rules = nullptr;
  const ir::Side* side = nullptr;
  std::shared_ptr<engine::LoadedRuleSet> loaded;
};

// A field, an enumeration's value, an output, a parameter, a hit policy…
struct SchemaChange {
  std::string what;  // "input `a.age`"
  std::string text;  // "is new, and required"
};

// A rule that answers, with where it stands and what it cites.
struct RuleWords {
  std::string name, place;
  std::vector<std::string> citations;
};

struct OutputChange {
  std::string name;           // of an output; "" for the whole answer (an error, no_match)
  std::string before, after;  // for the witness
};

struct ShownClass {
  std::vector<RuleWords> before, after;  // none: no rule covers the input, or two clash
  std::vector<OutputChange> changes;
  std::vector<analyze::DiffPlace> places;
  size_t more_places = 0;
  std::string common;  // what all places ask alike
  std::optional<double> share;
  bool is_whole = true;
  json::Value input, context, features;  // the witness, with the fields of both versions
  std::string before_answer, after_answer;
};

enum class Verdict : uint8_t { equivalent, differs, unknown, is_new, removed };

struct DecisionReport {
  std::string name;
  Verdict verdict = Verdict::equivalent;
  std::vector<SchemaChange> schema;
  std::vector<ShownClass> classes;
  std::vector<std::string> unknowns;
  analyze::DecisionDiff found;  // as the analysis found it
};

struct DiffReport {
  std::string package;
  std::vector<SchemaChange> schema;  // enumerations and parameters
  std::vector<DecisionReport> decisions;
  bool is_equivalent() const;
};

DiffReport diff(const DiffVersion& before, const DiffVersion& after,
                const analyze::DiffOptions& options = {});

// What differs in form alone (schema_diff.cpp).
std::vector<SchemaChange> schema_changes(const ir::RuleSet& before, const ir::RuleSet& after);
std::vector<SchemaChange> schema_changes(const ir::RuleSet& before, ir::DecisionId old_decision,
                                         const ir::RuleSet& after, ir::DecisionId new_decision);
// Parameters that the decision reads, itself or through others.
std::vector<uint32_t> params_read_by(const ir::RuleSet& rules, ir::DecisionId decision);

// The report for people, and as one JSON object (diff_text.cpp).
std::string to_text(const DiffReport& report);
// What was not settled of a decision, for people: the first few and how many more.
std::vector<std::string> unsettled_lines(const DecisionReport& report);
json::Value to_json(const DiffReport& report);
const char* name(Verdict verdict);

}  // namespace pac::driver
