#include "tests/differential/tester.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "runtime/ir/encode.h"
#include "runtime/ir/print.h"
#include "runtime/ir/verify.h"
#include "tests/differential/answer.h"
#include "tests/differential/batched.h"
#include "tests/differential/generator.h"
#include "tests/differential/inputs.h"
#include "tests/differential/shrink.h"

namespace pac::differential {

namespace {

const std::vector<Native> kAllNatives = {Native::level_0,  Native::level_2,    Native::reloaded,
                                         Native::marked,   Native::exact_rows, Native::coarse_rows,
                                         Native::pair_grid};

// Inputs of a decision follow from the seed of its module, whatever number it has, so that they
// stay the same while other decisions are dropped.
Random input_random(uint64_t seed) { return Random(seed * 1000003 + 1); }

// Sizes of scratch memory in which some decisions find room and others do not.
size_t little_scratch(Random& random) {
  const auto most = random.pick({int64_t{0}, int64_t{64}, int64_t{1024}, int64_t{16384}});
  return static_cast<size_t>(random.between(0, most));
}

// Batches take turns with the strategies of blocks and the machine's instructions.
interp::Options batch_options(const ir::RuleSet& rules) {
  interp::Options options;
  const size_t turn = rules.exprs.size();
  options.plan.force = true;
  options.plan.strategy =
      turn % 2 == 0 ? match::Strategy::exact_rows : match::Strategy::coarse_rows;
  options.path = static_cast<match::Path>(turn / 2 % match::kPathCount);
  if (!match::is_supported(options.path)) options.path = match::Path::plain;
  return options;
}

// What a decision may end in where memory is short: the answer that it gives with ample memory, or
// PAC5009 and nothing else.
bool fits_answer(const pac_result& result, const std::string& expected, const std::string& got) {
  if (got == expected) return true;
  const bool limit = result.status == PAC_ERROR && result.error == PAC_E_LIMIT;
  return limit && got.ends_with("fired [] duties []");
}

class PairRunner {
 public:
  PairRunner(const ir::RuleSet& rules, Engines& engines, const std::vector<Native>& natives)
      : rules_(rules), engines_(engines), natives_(natives), witness_(rules) {
    const auto marked = std::ranges::find(natives, Native::marked);
    if (marked == natives.end()) return;
    marked_ = static_cast<size_t>(marked - natives.begin());
    marks_ = engines.marks(marked_);
  }

  // The answers with ample memory. False: they differ, and found_ says how.
  bool run(ir::DecisionId id, const char* input, Coverage* coverage) {
    engines_.interpret(id, input, coverage != nullptr ? &witness_ : nullptr, expected_);
    const pac_result interpreted = engines_.result();
    for (size_t which = 0; which < kPlanned.size(); ++which) {
      engines_.run_planned(which, id, input, got_);
      if (got_ != expected_) return differs(planned_name(which), expected_);
    }
    pac_result marked{};
    for (size_t which = 0; which < natives_.size(); ++which) {
      engines_.run_native(which, id, input, got_);
      if (which == marked_) marked = engines_.result();
      if (got_ != expected_) return differs(name(natives_[which]), expected_);
    }
    engines_.run_tiered(id, input, got_);
    if (got_ != expected_) return differs("tiers", expected_);
    if (coverage == nullptr) return true;
    ++coverage->pairs;
    witness_.count(interpreted, *coverage);
    if (marks_ != nullptr) count_marks(rules_, marks_, marked, coverage->native);
    return true;
  }

  // The same in columns, three rows at a time: the first is decided by itself, the others where the
  // batch tells rows apart by their rules, perhaps as it did inputs before.
  bool run_batched(ir::DecisionId id, const char* input, Batched& batched) {
    if (!batched.takes(id)) return true;
    for (int row = 0; row < 3; ++row) batched.add(id, input);
    got_ = batched.decide(id);
    return got_.empty() || differs("rows of columns", expected_);
  }

  // After run() of the same input.
  bool run_short(ir::DecisionId id, const char* input, size_t bytes, Coverage* coverage) {
    const std::string memory = " with " + std::to_string(bytes) + " bytes of scratch memory";
    const auto agrees = [&](uint64_t Tally::* count, Tally Coverage::* engine) {
      if (!fits_answer(engines_.result(), expected_, got_)) return false;
      if (coverage != nullptr && got_ != expected_) ++((coverage->*engine).*count);
      return true;
    };
    engines_.interpret(id, input, nullptr, got_, bytes);
    if (!agrees(&Tally::out_of_scratch, &Coverage::interpreted)) {
      return differs("the interpreter" + memory, expected_);
    }
    for (size_t which = 0; which < kPlanned.size(); ++which) {
      engines_.run_planned(which, id, input, got_, bytes);
      if (!fits_answer(engines_.result(), expected_, got_)) {
        return differs(planned_name(which) + memory, expected_);
      }
    }
    for (size_t which = 0; which < natives_.size(); ++which) {
      if (which == marked_) continue;
      engines_.run_native(which, id, input, got_, bytes);
      if (!agrees(&Tally::out_of_scratch, &Coverage::native)) {
        return differs(name(natives_[which]) + memory, expected_);
      }
    }
    return true;
  }

  const Disagreement& found() const { return found_; }

 private:
  bool differs(std::string engine, const std::string& expected) {
    found_.engine = std::move(engine);
    found_.expected = expected;
    found_.got = got_;
    return false;
  }

  const ir::RuleSet& rules_;
  Engines& engines_;
  const std::vector<Native>& natives_;
  Witness witness_;
  size_t marked_ = SIZE_MAX;
  uint8_t* marks_ = nullptr;
  std::string expected_, got_;
  Disagreement found_;
};

// Runs one decision with all its inputs; the first disagreement, if there is one.
std::optional<Disagreement> run_decision(const ir::RuleSet& rules, Engines& engines,
                                         Batched& batched, const std::vector<Native>& natives,
                                         uint64_t seed, uint32_t decision, uint32_t inputs,
                                         Coverage* coverage) {
  constexpr uint32_t kEach = 5;  // of so many inputs one is decided with little memory, too
  const auto id = static_cast<ir::DecisionId>(decision);
  InputMaker maker(rules, engines.layout(), engines.interpreter());
  PairRunner runner(rules, engines, natives);
  Random random = input_random(seed);
  Random sizes(seed + 1);
  for (uint32_t i = 0; i < inputs; ++i) {
    const char* input = maker.make(id, random);
    // In the middle of a module native code takes over from the interpreter.
    if (decision == rules.decisions.size() / 2 && i == inputs / 2 && !engines.swap_in()) {
      Disagreement found;
      found.engine = "the object of the cache does not load";
      return found;
    }
    const size_t bytes = little_scratch(sizes);
    if (!engines.assumes_hold(id, input)) {
      if (coverage != nullptr) ++coverage->skipped_inputs;
      continue;
    }
    if (runner.run(id, input, coverage) && runner.run_batched(id, input, batched) &&
        (i % kEach != 0 || runner.run_short(id, input, bytes, coverage))) {
      continue;
    }
    Disagreement found = runner.found();
    found.module_seed = seed;
    found.decision = decision;
    found.input = i;
    tell_record(rules, engines.layout(), rules.decision(id).input, input, found.input_text);
    return found;
  }
  return std::nullopt;
}

// The same disagreement in a smaller rule set.
void reduce(const Plan& plan, uint64_t seed, const ir::RuleSet& rules, Disagreement& found) {
  std::vector<Native> level = {Native::level_2};
  for (const Native one :
       {Native::level_0, Native::exact_rows, Native::coarse_rows, Native::pair_grid}) {
    if (found.engine.starts_with(name(one))) level = {one};
  }
  const auto again = [&](const ir::RuleSet& candidate, uint32_t decision) {
    ir::RuleSet compiled = candidate;
    if (plan.spoil) plan.spoil(compiled);
    return find_disagreement(candidate, compiled, level, seed, {decision}, plan.inputs);
  };
  const Shrunk small = shrink(
      rules,
      [&](const ir::RuleSet& candidate, uint32_t decision) {
        return !again(candidate, decision).engine.empty();
      },
      found.decision);
  Disagreement reduced = again(small.rules, small.decision);
  if (reduced.engine.empty()) return;  // a pair that disagrees at random, or with marks only
  reduced.program = ir::print(small.rules);
  reduced.program_json = ir::encode(small.rules);
  found = std::move(reduced);
}

}  // namespace

uint64_t module_seed(uint64_t seed, uint32_t module) { return seed * 1000000 + module; }

Disagreement find_disagreement(const ir::RuleSet& rules, const ir::RuleSet& compiled,
                               const std::vector<Native>& natives, uint64_t seed,
                               const std::vector<uint32_t>& decisions, uint32_t inputs,
                               const codegen::Proofs& proofs) {
  auto engines = Engines::make(rules, compiled, natives, proofs);
  auto batched = Batched::make(rules, {});
  if (!engines || !batched) return {};
  for (const uint32_t decision : decisions) {
    auto found =
        run_decision(rules, **engines, **batched, natives, seed, decision, inputs, nullptr);
    if (found) return std::move(*found);
  }
  return {};
}

void run_rules(const Plan& plan, uint64_t seed, const ir::RuleSet& rules,
               const ir::RuleSet& compiled, uint32_t programs, Report& report,
               const codegen::Proofs& proofs) {
  const std::string place = "module seed " + std::to_string(seed) + ": ";
  if (const Result<void> verified = ir::verify(rules, stdlib::find); !verified) {
    report.refused.push_back(place + verified.error().code + " " + verified.error().message);
    return;
  }
  std::vector<Native> natives = kAllNatives;
  if (!proofs.empty()) natives.push_back(Native::proved);
  auto engines = Engines::make(rules, compiled, natives, proofs);
  if (!engines) {
    report.refused.push_back(place + engines.error().code + " " + engines.error().message);
    return;
  }
  auto batched = Batched::make(rules, batch_options(rules));
  if (!batched) {
    report.refused.push_back(place + batched.error().code + " " + batched.error().message);
    return;
  }
  for (uint32_t i = 0; i < programs; ++i) {
    auto found =
        run_decision(rules, **engines, **batched, natives, seed, i, plan.inputs, &report.coverage);
    ++report.coverage.programs;
    if (!found) continue;
    found->program = ir::print(rules, rules.decisions[i]);
    found->program_json = ir::encode(rules);
    if (plan.shrink && proofs.empty()) reduce(plan, seed, rules, *found);
    report.disagreements.push_back(std::move(*found));
    if (report.disagreements.size() >= plan.disagreements_max) break;
  }
  report.batched_rows += (*batched)->rows() - (*batched)->refused();
}

Report run(const Plan& plan) {
  Report report;
  uint32_t module = 0;
  for (uint32_t done = 0; done < plan.programs; ++module) {
    const uint32_t programs = std::min(plan.programs_per_module, plan.programs - done);
    const uint64_t seed = module_seed(plan.seed, module);
    const ir::RuleSet rules = Generator(seed).generate(programs);
    if (plan.spoil) {
      ir::RuleSet compiled = rules;
      plan.spoil(compiled);
      run_rules(plan, seed, rules, compiled, programs, report);
    } else {
      run_rules(plan, seed, rules, rules, programs, report);
    }
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
  std::string untested;
  for (const auto one : {codegen::Instructions::x86_64_v2, codegen::Instructions::x86_64_v3,
                         codegen::Instructions::x86_64_v4}) {
    if (codegen::has(one)) continue;
    untested += (untested.empty() ? "" : ", ") + quoted(codegen::name(one));
  }
  std::string out = "{\"differential_instructions_untested\": [" + untested +
                    "],\n \"differential_pairs\": " + std::to_string(coverage.pairs) +
                    ",\n \"differential_batched_rows\": " + std::to_string(batched_rows) +
                    ",\n \"differential_programs\": " + std::to_string(coverage.programs) +
                    ",\n \"differential_seed\": " + std::to_string(plan.seed) +
                    ",\n \"differential_least_seen\": {\"name\": " + quoted(least.name) +
                    ", \"count\": " + std::to_string(least.count()) +
                    "},\n \"differential_disagreements\": " + std::to_string(disagreements.size()) +
                    ",\n \"differential_modules_refused\": " + std::to_string(refused.size()) +
                    ",\n \"differential_seen\": {";
  const auto list = [&](const auto& tell) {
    const char* comma = "";
    for (const auto& entries : {coverage.entries(), coverage.further_entries()}) {
      for (const Coverage::Entry& entry : entries) {
        out += comma + quoted(entry.name) + ": " + tell(entry);
        comma = ",\n  ";
      }
    }
  };
  list([](const Coverage::Entry& entry) { return std::to_string(entry.count()); });
  out += "},\n \"differential_seen_by_interpreter_and_native\": {";
  list([](const Coverage::Entry& entry) {
    return "[" + std::to_string(entry.interpreted) + ", " + std::to_string(entry.native) + "]";
  });
  return out + "}}\n";
}

}  // namespace pac::differential
