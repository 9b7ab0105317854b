// Checker: what the author wrote (ast) becomes the compiled form (ir), with names, types, units,
// domains and the presence of optionals resolved. Mistakes are diagnostics; a rule set comes back
// only without errors.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/diag/diagnostic.h"
#include "runtime/ir/model.h"
#include "runtime/ir/side.h"

namespace pac::check {

// What one output of a test must be; JSON as `pac run` reads and writes it. Objects are partial:
// only the members named are compared.
struct Expectation {
  enum class Kind : uint8_t { outcome, error, no_match, refused };
  Kind kind = Kind::outcome;
  std::string outcome;  // JSON
  std::string error_code;
  std::string refused_path;
  bool has_by = false;
  std::vector<std::string> by;      // fired rules, in order
  std::vector<std::string> duties;  // obligations and advice that must be there
  Span span;
};

struct ParamOverride {
  ir::ParamId param = ir::ParamId::none;
  ir::ExprId value = ir::ExprId::none;
};

struct TestCase {
  std::string title;  // cases of a table: "title, case 2"
  ir::DecisionId decision = ir::DecisionId::none;
  std::string input = "{}";  // JSON, may lie outside the domains on purpose
  std::string context = "{}";
  std::string features = "{}";
  std::string as_of;  // empty: not given
  std::vector<ParamOverride> params;
  std::vector<Expectation> expectations;
  Span span;
};

// Where the author wrote a condition of a rule; a cell also has the head of its column.
struct ConditionPlace {
  Span column;  // no place: not a table
  Span test;
};

// An `@accept` of a finding that only the analysis makes.
struct AcceptedFinding {
  std::string code;
  Span span;   // of the annotation
  Span scope;  // what it holds for
};

struct Checked {
  ir::RuleSet rules;
  ir::Side side;
  std::vector<TestCase> tests;
  // Where each rule stands, by decision and rule index (otherwise last); for messages about rules.
  std::vector<std::vector<Span>> rule_spans;
  std::vector<Span> decision_spans;
  std::vector<bool> is_own;  // by decision; false: of a used package
  std::vector<AcceptedFinding> accepted;
  // Where protected fields that a decision reads are declared, by record and field.
  std::map<std::pair<uint32_t, uint32_t>, Span> protected_places;
  // By decision, rule and condition; nothing for `otherwise`.
  std::vector<std::vector<std::vector<ConditionPlace>>> condition_places;
};

// One package among those that are checked together.
struct Package {
  std::string name;               // "lending.rates"
  std::vector<uint32_t> modules;  // indices of its files
};

// The first package is the one that is checked; the others are those that it uses, directly or
// through others, each named by its files' `package` line. Without any, all modules are one
// package. Every `use` of a package must find it here (the driver has told the author about
// others). What is wrong or merely odd in a used package, beyond what its user needs, is told when
// that is checked. Nothing is returned when `emitter` has errors afterwards.
std::optional<Checked> check(const std::vector<ast::Module>& modules, const SourceSet& sources,
                             diag::Emitter& emitter, const std::vector<Package>& packages = {});

// "a.b.c"
std::string dotted(const ast::Path& path);

}  // namespace pac::check
