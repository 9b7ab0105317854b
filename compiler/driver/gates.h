// The gates of `pac ci`: layout, analysis, tests, coverage, mutation and the difference from a base
// version, one package at a time. What stands in the way is a diagnostic of the package, so that
// every format shows it at its place; each gate also has a line and facts for the summary. Packages
// don't see each other: one package belongs to one thread, several may run at once.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/compile.h"
#include "compiler/driver/contract.h"
#include "compiler/driver/diff.h"
#include "compiler/driver/run_tests.h"
#include "runtime/base/json.h"

namespace pac::driver {

struct Gate {
  enum class State : uint8_t { passed, failed, skipped };
  const char* name = "";  // "format"
  State state = State::skipped;
  std::string text;  // "4 tests passed in both engines"
  json::Value facts = json::Value::object();
};

// In percent; what has no value is measured and not asked for.
struct GateThresholds {
  std::optional<double> branch, mcdc, mutation;
};

// The package as it was.
struct GateBase {
  std::string name;  // "main"
  DiffVersion version;
  OldVersion contract;
};

struct GateOptions {
  GateThresholds least;
  bool denies_warnings = false;
  bool denies_changes = false;  // from the base
  bool keeps_contract = false;  // with the base
  bool has_mutation = true;
  bool is_base_asked = false;
  const GateBase* base = nullptr;  // null: none asked for, or the package is new
};

struct PackageGates {
  std::unique_ptr<Compilation> compilation;  // with the messages of all gates, sorted
  std::vector<Gate> gates;                   // format, check, test, coverage, mutation, base
  std::vector<TestResult> tests;
  bool is_clean() const;
};

// Fails where a file can't be read or the rule set can't be loaded.
[[nodiscard]] Result<PackageGates> run_gates(const std::vector<std::string>& files,
                                             const GateOptions& options);
// The same for what has been compiled and not yet analysed.
[[nodiscard]] Result<PackageGates> run_gates(std::unique_ptr<Compilation> compilation,
                                             const GateOptions& options);

}  // namespace pac::driver
