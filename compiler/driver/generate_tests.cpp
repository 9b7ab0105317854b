#include "compiler/driver/generate_tests.h"

#include <algorithm>
#include <set>

#include "compiler/driver/load.h"
#include "compiler/driver/run_tests.h"

namespace pac::driver {

using analyze::Mutant;
using State = MutantResult::State;

namespace {

// An input that may become a test, and what it would show.
struct Proposal {
  ir::DecisionId decision = ir::DecisionId::none;
  Candidate candidate;
  std::string title, answer;
  std::set<uint32_t> goals, mutants;  // of those that no test shows yet
};

class Generator {
 public:
  Generator(const Compilation& compilation, const Coverage& coverage, const Mutation& mutation,
            std::shared_ptr<engine::LoadedRuleSet> rules)
      : compilation_(compilation),
        checked_(*compilation.checked),
        coverage_(coverage),
        mutation_(mutation),
        original_(rules, small_session()),
        trier_(std::move(rules), *coverage.goals) {}

  GeneratedTests run() {
    propose();
    for (uint32_t i = 0; i < mutation_.results.size(); ++i) kill(i);
    const std::vector<size_t> chosen = needed(choose());
    GeneratedTests out;
    std::set<uint32_t> goals, mutants;
    std::set<std::string> titles;
    for (const size_t i : chosen) {
      const Proposal& one = proposals_[i];
      std::string title = one.title;
      for (int n = 2; !titles.insert(title).second; ++n) {
        title = one.title + ", " + std::to_string(n);
      }
      out.text += "\n" + test_text(checked_.rules, one.decision, title, one.candidate, one.answer);
      goals.insert(one.goals.begin(), one.goals.end());
      mutants.insert(one.mutants.begin(), one.mutants.end());
    }
    if (!chosen.empty()) {
      out.text = "package " + checked_.rules.package + " edition " +
                 std::to_string(checked_.rules.edition) + "\n" + out.text;
    }
    out.tests = chosen.size();
    out.goals = goals.size();
    out.mutants = mutants.size();
    for (const MutantResult& one : mutation_.results) {
      if (one.state == State::undecided) {
        out.left.push_back("`" + one.mutant.was + "` -> `" + one.mutant.now + "`: " + one.reason);
      }
    }
    return out;
  }

 private:
  void propose() {
    for (uint32_t i = 0; i < coverage_.covers.size(); ++i) {
      const GoalCover& cover = coverage_.covers[i];
      if (cover.tests == 0) open_.insert(i);
    }
    for (uint32_t i = 0; i < coverage_.covers.size(); ++i) {
      const GoalCover& cover = coverage_.covers[i];
      if (cover.example) add(coverage_.goals->all()[i].decision, *cover.example, title_of(i));
    }
    for (const MutantResult& one : mutation_.results) {
      if (one.witness) add(one.asked, *one.witness, title_of(one.mutant));
    }
  }

  void add(ir::DecisionId id, const Candidate& candidate, std::string title) {
    const Question question = question_of(id, candidate);
    if (!seen_.insert({ir::index(id), question.input + question.context + question.features})
             .second) {
      return;
    }
    auto trial = trier_.decide(id, candidate);
    if (!trial) return;
    Proposal out{id, candidate, std::move(title), std::move(trial->answer), {}, {}};
    for (const uint32_t goal : trial->reached) {
      if (open_.contains(goal)) out.goals.insert(goal);
    }
    proposals_.push_back(std::move(out));
  }

  std::string title_of(uint32_t number) const {
    const Goal& goal = coverage_.goals->all()[number];
    const GoalWords words = words_of(checked_, compilation_.sources, *coverage_.goals, goal);
    if (goal.kind == Goal::Kind::rule) return words.rule + " decides";
    const std::string met = goal.value ? " is met" : " is not met";
    return words.rule + ": " + words.condition + (goal.kind == Goal::Kind::shown ? " alone" : "") +
           met;
  }

  std::string title_of(const Mutant& mutant) const {
    const ir::Decision& decision = checked_.rules.decision(mutant.decision);
    std::string of = mutant.rule < decision.rules.size() ? decision.rules[mutant.rule].name
                     : mutant.rule == ir::kNone          ? decision.name
                                                         : "otherwise";
    switch (mutant.kind) {
      case Mutant::Kind::boundary:
      case Mutant::Kind::constant:
        return mutant.was + ": an edge of " + of;
      case Mutant::Kind::dates:
        return mutant.was + ": the day it changes";
      case Mutant::Kind::outcome:
        return of + " says " + mutant.was;
      case Mutant::Kind::removed:
      case Mutant::Kind::order:
        return mutant.was + " matters";
      default:
        return of + ": " + mutant.was + " matters";
    }
  }

  // Which proposals tell a mutant that no test notices.
  void kill(uint32_t number) {
    const MutantResult& result = mutation_.results[number];
    if (result.state != State::survived) return;
    auto loaded = engine::LoadedRuleSet::load(analyze::mutated(checked_.rules, result.mutant));
    if (!loaded) return;
    engine::Session session(*loaded, small_session());
    for (Proposal& one : proposals_) {
      const auto answer = answer_to(session, question_of(one.decision, one.candidate));
      if (answer && !looks_same(*answer, one.answer)) one.mutants.insert(number);
    }
  }

  // Each time the proposal that shows most of what is left; the first among equals.
  std::vector<size_t> choose() const {
    std::set<uint32_t> goals, mutants;
    for (const Proposal& one : proposals_) {
      goals.insert(one.goals.begin(), one.goals.end());
      mutants.insert(one.mutants.begin(), one.mutants.end());
    }
    std::vector<size_t> out;
    while (!goals.empty() || !mutants.empty()) {
      size_t best = 0, most = 0;
      for (size_t i = 0; i < proposals_.size(); ++i) {
        const auto is_left = [](const std::set<uint32_t>& left) {
          return [&left](uint32_t one) { return left.contains(one); };
        };
        const auto gain =
            static_cast<size_t>(std::ranges::count_if(proposals_[i].goals, is_left(goals)) +
                                std::ranges::count_if(proposals_[i].mutants, is_left(mutants)));
        if (gain > most) {
          most = gain;
          best = i;
        }
      }
      for (const uint32_t goal : proposals_[best].goals) goals.erase(goal);
      for (const uint32_t mutant : proposals_[best].mutants) mutants.erase(mutant);
      out.push_back(best);
    }
    return out;
  }

  // Without those whose part the others show together, the latest first. In the order of proposals,
  // which is that of the policy.
  std::vector<size_t> needed(std::vector<size_t> chosen) const {
    for (size_t i = chosen.size(); i-- > 0;) {
      std::set<uint32_t> goals, mutants;
      for (size_t k = 0; k < chosen.size(); ++k) {
        if (k == i) continue;
        const Proposal& other = proposals_[chosen[k]];
        goals.insert(other.goals.begin(), other.goals.end());
        mutants.insert(other.mutants.begin(), other.mutants.end());
      }
      const Proposal& one = proposals_[chosen[i]];
      if (std::ranges::includes(goals, one.goals) && std::ranges::includes(mutants, one.mutants)) {
        chosen.erase(chosen.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
    std::ranges::sort(chosen);
    return chosen;
  }

  const Compilation& compilation_;
  const check::Checked& checked_;
  const Coverage& coverage_;
  const Mutation& mutation_;
  engine::Session original_;
  Trier trier_;
  std::set<uint32_t> open_;
  std::set<std::pair<uint32_t, std::string>> seen_;
  std::vector<Proposal> proposals_;
};

}  // namespace

Result<GeneratedTests> generate_tests(const Compilation& compilation, const SearchLimits& search,
                                      const MutationLimits& mutation) {
  auto loaded = load(compilation.checked->rules, {Engine::interp, 2});
  if (!loaded) return std::unexpected(loaded.error());
  const auto coverage = cover(compilation, search);
  if (!coverage) return std::unexpected(coverage.error());
  const auto mutants = mutate(compilation, mutation);
  if (!mutants) return std::unexpected(mutants.error());
  return Generator(compilation, *coverage, *mutants, std::move(*loaded)).run();
}

Result<std::unique_ptr<Compilation>> compile_with(const Compilation& compilation,
                                                  const std::string& path,
                                                  const std::string& text) {
  SourceTexts own, used;
  const size_t own_count = compilation.packages[0].modules.size();  // the first of the sources
  for (uint32_t i = 0; i < compilation.sources.size(); ++i) {
    const SourceFile& file = compilation.sources.file(i);
    if (file.path() == path) continue;
    (i < own_count ? own : used).emplace_back(file.path(), std::string(file.text()));
  }
  own.emplace_back(path, text);
  CompileOptions options;
  options.used = std::move(used);
  return compile_texts(own, options);
}

}  // namespace pac::driver
