#include "compiler/driver/coverage.h"

#include "compiler/driver/load.h"
#include "compiler/driver/run_tests.h"

namespace pac::driver {

namespace {

// What the tests reach. Those that set parameters decide by a rule set of their own.
[[nodiscard]] Result<void> run(const check::Checked& checked, const Goals& goals, Trier& trier,
                               std::vector<GoalCover>* covers) {
  for (uint32_t i = 0; i < checked.tests.size(); ++i) {
    const check::TestCase& test = checked.tests[i];
    std::vector<uint32_t> reached;
    if (test.params.empty()) {
      reached = trier.reached_by(test);
    } else {
      auto other = load(with_params(checked.rules, test.params), {Engine::interp, 2});
      if (!other) return std::unexpected(other.error());
      reached = Trier(*other, goals).reached_by(test);
    }
    for (const uint32_t goal : reached) {
      GoalCover& cover = (*covers)[goal];
      if (cover.tests++ == 0) cover.first_test = i;
    }
  }
  return {};
}

void search(const check::Checked& checked, const Goals& goals, Trier& trier,
            const SearchLimits& limits, std::vector<GoalCover>* covers) {
  for (uint32_t i = 0; i < checked.rules.decisions.size(); ++i) {
    const auto id = static_cast<ir::DecisionId>(i);
    std::set<uint32_t> open;
    for (uint32_t goal = 0; goal < covers->size(); ++goal) {
      if (goals.all()[goal].decision == id && (*covers)[goal].tests == 0) open.insert(goal);
    }
    if (open.empty()) continue;
    std::vector<Candidate> known;
    for (const check::TestCase& test : checked.tests) {
      if (test.decision != id) continue;
      if (auto candidate = candidate_of(checked.rules, test))
        known.push_back(std::move(*candidate));
    }
    const SearchResult result = search_inputs(goals, trier, id, known, open, limits);
    for (const uint32_t goal : open) {
      GoalCover& cover = (*covers)[goal];
      cover.is_impossible = result.impossible.contains(goal);
      const auto found = result.found.find(goal);
      if (found != result.found.end()) cover.example = result.trials[found->second].candidate;
      const auto unsettled = result.unsettled.find(goal);
      if (unsettled != result.unsettled.end()) cover.reason = unsettled->second;
    }
  }
}

class Counter {
 public:
  explicit Counter(Coverage& coverage) : coverage_(coverage), goals_(*coverage.goals) {}

  void count(const ir::RuleSet& rules) {
    for (uint32_t i = 0; i < rules.decisions.size(); ++i) {
      if (is_of_another_package(rules.decisions[i].name)) continue;
      DecisionCover out = of(static_cast<ir::DecisionId>(i));
      coverage_.all.rules.add(out.rules);
      coverage_.all.conditions.add(out.conditions);
      coverage_.all.cells.add(out.cells);
      coverage_.all.effects.add(out.effects);
      coverage_.decisions.push_back(out);
    }
  }

  std::vector<std::vector<std::vector<bool>>> is_cell;  // by decision, rule, condition

 private:
  // Adds a thing that is shown when all of its goals are; what can't be is not counted.
  void add(const std::vector<uint32_t>& goals, Share* share) const {
    bool is_shown = true;
    size_t possible = 0;
    for (const uint32_t goal : goals) {
      if (coverage_.covers[goal].is_impossible) continue;
      ++possible;
      is_shown = is_shown && coverage_.covers[goal].tests > 0;
    }
    if (possible == 0) return;
    ++share->of;
    share->shown += is_shown ? 1 : 0;
  }

  DecisionCover of(ir::DecisionId id) const {
    DecisionCover out;
    out.decision = id;
    for (uint32_t rule = 0; rule < goals_.rule_count(id); ++rule) {
      add({goals_.of_rule(id, rule)}, &out.rules);
    }
    for (uint32_t p = 0; p < goals_.points(id).size(); ++p) {
      const analyze::Point& point = goals_.points(id)[p];
      std::vector<std::vector<uint32_t>> cells;
      for (uint32_t atom = 0; atom < point.atoms.size(); ++atom) {
        const auto goal = [&](Goal::Kind kind, bool value) {
          return goals_.of_atom(id, p, atom, kind, value);
        };
        const uint32_t no = goal(Goal::Kind::value, false), yes = goal(Goal::Kind::value, true);
        add({no}, &out.conditions);
        add({yes}, &out.conditions);
        const uint32_t fails = goal(Goal::Kind::shown, false);
        const uint32_t holds = goal(Goal::Kind::shown, true);
        // Where one of the two can't be, there is no pair of inputs at all.
        if (!coverage_.covers[fails].is_impossible && !coverage_.covers[holds].is_impossible) {
          add({fails, holds}, &out.effects);
        }
        const uint32_t condition = point.condition_of[atom];
        if (point.kind != analyze::Point::Kind::rule ||
            !is_cell[ir::index(id)][point.rule][condition]) {
          continue;
        }
        cells.resize(std::max<size_t>(cells.size(), condition + 1));
        cells[condition].push_back(no);
        cells[condition].push_back(yes);
      }
      for (const auto& cell : cells) add(cell, &out.cells);
    }
    return out;
  }

  Coverage& coverage_;
  const Goals& goals_;
};

}  // namespace

Result<Coverage> cover(const Compilation& compilation, const SearchLimits& limits) {
  const check::Checked& checked = *compilation.checked;
  auto loaded = load(checked.rules, {Engine::interp, 2});
  if (!loaded) return std::unexpected(loaded.error());
  Coverage out;
  out.goals = std::make_unique<const Goals>(checked.rules);
  out.covers.resize(out.goals->all().size());
  Trier trier(*loaded, *out.goals);
  if (const auto done = run(checked, *out.goals, trier, &out.covers); !done) {
    return std::unexpected(done.error());
  }
  search(checked, *out.goals, trier, limits, &out.covers);
  Counter counter(out);
  for (const auto& rules : checked.condition_places) {
    counter.is_cell.emplace_back();
    for (const auto& places : rules) {
      counter.is_cell.back().emplace_back();
      for (const auto& place : places) {
        counter.is_cell.back().back().push_back(place.column.has_place());
      }
    }
  }
  counter.count(checked.rules);
  return out;
}

}  // namespace pac::driver
