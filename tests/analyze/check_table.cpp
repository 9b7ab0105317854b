#include "tests/analyze/check_table.h"

#include <algorithm>
#include <cmath>

#include "compiler/analyze/analysis.h"
#include "compiler/driver/analyze.h"
#include "compiler/driver/compile.h"

namespace pac::analyze_check {

using analyze::FindingKind;

namespace {

std::string to_text(const std::set<std::pair<uint32_t, uint32_t>>& pairs) {
  std::string out;
  for (const auto& [a, b] : pairs) out += " " + std::to_string(a) + "-" + std::to_string(b);
  return out;
}

std::string to_text(const std::set<uint32_t>& rules) {
  std::string out;
  for (const uint32_t rule : rules) out += " " + std::to_string(rule);
  return out;
}

// Presence is never called superfluous, since what it guards could not be read without it.
bool tests_presence(const Table& table, const Condition& condition) {
  const auto inside = [&](const Condition& part) { return tests_presence(table, part); };
  return condition.kind == Condition::Kind::values
             ? table.fields[condition.field].kind == Field::Kind::optional
             : std::ranges::any_of(condition.parts, inside);
}

// Rules that could go, and rules with a condition that could.
std::string compare_advice(const Table& table, const Truth& truth, const analyze::Report& report) {
  std::set<uint32_t> redundant, droppable, truly_redundant = truth.redundant;
  for (const auto& finding : report.findings) {
    if (finding.kind == FindingKind::redundant || finding.kind == FindingKind::subsumed) {
      redundant.insert(finding.rules[0]);
    }
    if (finding.kind == FindingKind::idle_condition ||
        finding.kind == FindingKind::false_condition) {
      droppable.insert(finding.rules[0]);
    }
  }
  // What is said of exceptions is true, but not all that is true is said.
  if (table.policy == Policy::unique_with_exceptions) {
    truly_redundant.clear();
    if (changes_nothing(table, truth, redundant)) truly_redundant = redundant;
  }
  std::set<uint32_t> expected = truth.droppable;
  for (uint32_t rule = 0; rule < table.rules.size(); ++rule) {
    if (!tests_presence(table, table.rules[rule].condition)) continue;
    expected.erase(rule);
    droppable.erase(rule);
  }
  std::string out;
  if (redundant != truly_redundant) {
    out += "redundant:" + to_text(redundant) + ", in truth" + to_text(truly_redundant) + "\n";
  }
  if (droppable != expected) {
    out += "droppable:" + to_text(droppable) + ", in truth" + to_text(expected) + "\n";
  }
  return out;
}

std::string compare(const Table& table, const analyze::Report& report) {
  const Truth truth = try_all(table);
  std::set<std::pair<uint32_t, uint32_t>> clashes;
  std::set<uint32_t> idle;
  bool has_gap = false, is_otherwise_idle = false;
  std::optional<double> share;
  for (const auto& finding : report.findings) {
    clashes.insert(finding.pairs.begin(), finding.pairs.end());
    if (finding.kind == FindingKind::dead || finding.kind == FindingKind::impossible) {
      idle.insert(finding.rules[0]);
    }
    if (finding.kind == FindingKind::gap) {
      has_gap = true;
      share = finding.share;
    }
    is_otherwise_idle = is_otherwise_idle || finding.kind == FindingKind::always;
  }
  std::string out;
  if (clashes != truth.clashes) {
    out += "clashes:" + to_text(clashes) + ", in truth" + to_text(truth.clashes) + "\n";
  }
  if (idle != truth.idle)
    out += "idle:" + to_text(idle) + ", in truth" + to_text(truth.idle) + "\n";
  const bool truly = truth.gap_share > 0;
  if (table.has_otherwise ? is_otherwise_idle == truly : has_gap != truly) {
    out += std::string("gap: ") + (has_gap ? "yes" : "no") + ", in truth " +
           (truly ? "yes" : "no") + "\n";
  }
  if (share && table.assumes.empty() && std::abs(*share - truth.gap_share) > 1e-9) {
    out += "share of the gap: " + std::to_string(*share) + ", in truth " +
           std::to_string(truth.gap_share) + "\n";
  }
  return out + compare_advice(table, truth, report);
}

}  // namespace

Verdict check_table(const Table& table, const analyze::Options& options) {
  Verdict out;
  const std::string policy = to_policy(table);
  auto compiled = driver::compile_texts({{"check.pac", policy}});
  if (!compiled || !(*compiled)->checked) {
    out.difference = policy + "does not compile\n";
    return out;
  }
  const auto& checked = *(*compiled)->checked;
  const analyze::Report report = analyze::analyze(checked.rules, checked.side, options);
  out.findings = report.findings.size();
  const std::string difference = compare(table, report);
  const auto summary = driver::analyze(compiled->get());
  if (!summary) {
    out.difference = policy + summary.error().message;
    return out;
  }
  out.is_settled = summary->unknowns == 0;
  if (!difference.empty() && out.is_settled) out.difference = policy + difference;
  if (summary->unconfirmed > 0) out.difference = policy + "a witness was not confirmed\n";
  return out;
}

}  // namespace pac::analyze_check
