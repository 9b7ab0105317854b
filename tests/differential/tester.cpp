#include "tests/differential/tester.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "runtime/ir/print.h"
#include "runtime/ir/verify.h"
#include "tests/differential/answer.h"
#include "tests/differential/generator.h"
#include "tests/differential/inputs.h"
#include "tests/differential/shrink.h"

namespace pac::differential {

namespace {

const std::vector<Native> kAllNatives = {Native::level_0, Native::level_2, Native::reloaded};

// Inputs of one decision, the same whoever asks.
Random input_random(uint64_t seed, uint32_t decision) {
  return Random(seed * 1000003 + decision + 1);
}

// Runs one decision with all its inputs; the first disagreement, if there is one.
std::optional<Disagreement> run_decision(const ir::RuleSet& rules, Engines& engines,
                                         const std::vector<Native>& natives, uint64_t seed,
                                         uint32_t decision, uint32_t inputs, Coverage* coverage) {
  const auto id = static_cast<ir::DecisionId>(decision);
  InputMaker maker(rules, engines.layout(), engines.interpreter());
  Witness witness(rules);
  Random random = input_random(seed, decision);
  std::string expected;
  std::string got;
  for (uint32_t i = 0; i < inputs; ++i) {
    const char* input = maker.make(id, random);
    if (!engines.assumes_hold(id, input)) {
      if (coverage != nullptr) ++coverage->skipped_inputs;
      continue;
    }
    engines.interpret(id, input, coverage != nullptr ? &witness : nullptr, expected);
    const pac_result result = engines.result();
    for (size_t which = 0; which < natives.size(); ++which) {
      engines.run_native(which, id, input, got);
      if (got == expected) continue;
      Disagreement found{seed, decision, i, name(natives[which]), expected, got, {}, {}};
      tell_record(rules, engines.layout(), rules.decision(id).input, input, found.input_text);
      return found;
    }
    if (coverage != nullptr) witness.count(result, *coverage);
  }
  return std::nullopt;
}

void run_module(const Plan& plan, uint64_t seed, uint32_t programs, Report& report) {
  const ir::RuleSet rules = Generator(seed).generate(programs);
  const std::string place = "module seed " + std::to_string(seed) + ": ";
  if (const Result<void> verified = ir::verify(rules, stdlib::find); !verified) {
    report.refused.push_back(place + verified.error().code + " " + verified.error().message);
    return;
  }
  auto engines = Engines::make(rules, rules, kAllNatives);
  if (!engines) {
    report.refused.push_back(place + engines.error().code + " " + engines.error().message);
    return;
  }
  for (uint32_t i = 0; i < programs; ++i) {
    auto found =
        run_decision(rules, **engines, kAllNatives, seed, i, plan.inputs, &report.coverage);
    ++report.coverage.programs;
    if (!found) continue;
    found->program = ir::print(rules, rules.decisions[i]);
    if (plan.shrink) {
      const std::vector<Native> level = {found->engine == name(Native::level_0) ? Native::level_0
                                                                                : Native::level_2};
      const ir::RuleSet small = shrink(
          rules,
          [&](const ir::RuleSet& candidate) {
            return !find_disagreement(candidate, candidate, level, seed, {i}, plan.inputs)
                        .engine.empty();
          },
          i);
      const Disagreement reduced = find_disagreement(small, small, level, seed, {i}, plan.inputs);
      if (!reduced.engine.empty()) {
        found->input_text = reduced.input_text;
        found->expected = reduced.expected;
        found->got = reduced.got;
        found->program = ir::print(small);
      }
    }
    report.disagreements.push_back(std::move(*found));
    if (report.disagreements.size() >= plan.disagreements_max) return;
  }
}

}  // namespace

uint64_t module_seed(uint64_t seed, uint32_t module) { return seed * 1000000 + module; }

Disagreement find_disagreement(const ir::RuleSet& rules, const ir::RuleSet& compiled,
                               const std::vector<Native>& natives, uint64_t seed,
                               const std::vector<uint32_t>& decisions, uint32_t inputs) {
  auto engines = Engines::make(rules, compiled, natives);
  if (!engines) return {};
  for (const uint32_t decision : decisions) {
    auto found = run_decision(rules, **engines, natives, seed, decision, inputs, nullptr);
    if (found) return std::move(*found);
  }
  return {};
}

Report run(const Plan& plan) {
  Report report;
  uint32_t module = 0;
  for (uint32_t done = 0; done < plan.programs; ++module) {
    const uint32_t programs = std::min(plan.programs_per_module, plan.programs - done);
    run_module(plan, module_seed(plan.seed, module), programs, report);
    if (report.disagreements.size() >= plan.disagreements_max) break;
    done += programs;
    if (plan.progress) {
      std::fprintf(stderr, "\r%u of %u programs, %llu pairs, %zu disagreements", done,
                   plan.programs, static_cast<unsigned long long>(report.coverage.pairs),
                   report.disagreements.size());
    }
  }
  if (plan.progress) std::fputc('\n', stderr);
  return report;
}

std::string Disagreement::to_text() const {
  return "module seed " + std::to_string(module_seed) + ", decision " + std::to_string(decision) +
         ", input " + std::to_string(input) + " " + input_text + "\n  interpreter: " + expected +
         "\n  " + engine + ": " + got + "\n" + program;
}

namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + "\"";
}

}  // namespace

std::string Report::to_json(const Plan& plan) const {
  const Coverage::Entry least = coverage.least_seen();
  std::string out = "{\"differential_pairs\": " + std::to_string(coverage.pairs) +
                    ",\n \"differential_programs\": " + std::to_string(coverage.programs) +
                    ",\n \"differential_seed\": " + std::to_string(plan.seed) +
                    ",\n \"differential_least_seen\": {\"name\": " + quoted(least.name) +
                    ", \"count\": " + std::to_string(least.count) +
                    "},\n \"differential_disagreements\": " + std::to_string(disagreements.size()) +
                    ",\n \"differential_modules_refused\": " + std::to_string(refused.size()) +
                    ",\n \"differential_seen\": {";
  const char* comma = "";
  for (const auto& list : {coverage.entries(), coverage.further_entries()}) {
    for (const Coverage::Entry& entry : list) {
      out += comma + quoted(entry.name) + ": " + std::to_string(entry.count);
      comma = ",\n  ";
    }
  }
  return out + "}}\n";
}

}  // namespace pac::differential
