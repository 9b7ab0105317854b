#include "tests/analyze/check_protected.h"

#include <algorithm>
#include <map>

#include "compiler/driver/analyze.h"
#include "compiler/driver/compile.h"
#include "tests/analyze/check_diff.h"

namespace pac::analyze_check {

namespace {

bool speaks_of(const Condition& condition, size_t field) {
  const auto inside = [&](const Condition& part) { return speaks_of(part, field); };
  if (!condition.parts.empty()) return std::ranges::any_of(condition.parts, inside);
  return condition.field == field ||
         (condition.kind != Condition::Kind::values && condition.other == field);
}

bool depends_on(const Table& table, size_t field) {
  std::map<std::vector<size_t>, int> seen;  // by the other fields
  std::vector<size_t> input(table.fields.size());
  const auto next = [&] {
    for (size_t i = 0; i < input.size(); ++i) {
      if (++input[i] < table.fields[i].literals.size()) return true;
      input[i] = 0;
    }
    return false;
  };
  do {
    const std::optional<int> value = answer(table, input);
    if (!value) continue;
    std::vector<size_t> others = input;
    others[field] = 0;
    const auto [at, is_new] = seen.emplace(others, *value);
    if (at->second != *value) return true;
  } while (next());
  return false;
}

}  // namespace

ProtectedVerdict check_protected(const Table& table, size_t field) {
  ProtectedVerdict out;
  out.depends = depends_on(table, field);
  const auto speaks = [&](const Condition& condition) { return speaks_of(condition, field); };
  out.reads =
      std::ranges::any_of(table.rules, [&](const Rule& rule) { return speaks(rule.condition); }) ||
      std::ranges::any_of(table.assumes, speaks);
  const std::string policy = to_policy(table, field);
  auto compiled = driver::compile_texts({{"check.pac", policy}});
  if (!compiled || !(*compiled)->checked) {
    out.difference = policy + "does not compile\n";
    return out;
  }
  if (const auto summary = driver::analyze(compiled->get()); !summary) {
    out.difference = policy + summary.error().message;
    return out;
  }
  bool is_shown = false, is_open = false;
  for (const auto& one : (*compiled)->emitter.all()) {
    is_shown = is_shown || one.kind == diag::Kind::protected_dependence;
    is_open = is_open || one.kind == diag::Kind::protected_use;
  }
  if (is_open) out.difference = policy + "is not settled\n";
  if (is_shown != out.depends) {
    out.difference = policy + table.fields[field].name + ": it depends on it " +
                     (out.depends ? "in truth" : "as the analysis says") + "\n";
  }
  return out;
}

}  // namespace pac::analyze_check
