#include "compiler/analyze/analysis.h"

#include <algorithm>
#include <map>
#include <optional>

#include "compiler/analyze/cover.h"
#include "compiler/analyze/flat.h"
#include "compiler/analyze/pairs.h"
#include "compiler/analyze/space.h"
#include "compiler/analyze/terms.h"
#include "compiler/analyze/theory.h"
#include "compiler/analyze/witness.h"

namespace pac::analyze {

using ir::HitPolicy;

namespace {

constexpr size_t kMaxPairs = 100'000;  // looked at one by one in a decision
constexpr size_t kManyCopies = 16;
constexpr size_t kMostBlockers = 12;  // that are reduced to those needed
constexpr size_t kMostCompared = 64;  // regions of one gap

class DecisionAnalysis {
 public:
  DecisionAnalysis(ir::RuleSet& working, const Flat& flat, const ir::DecisionSide& side,
                   const Options& options, Report* report)
      : flat_(flat),
        side_(side),
        options_(options),
        report_(report),
        terms_(working),
        space_(working, flat),
        theory_(space_),
        pairs_(space_, space_.rule_boxes()),
        cover_(space_, all_boxes(space_)),
        decision_(space_.decision()) {
    boxes_ = all_boxes(space_);
    for (size_t i = space_.rule_boxes().size(); i < boxes_.size(); ++i) {
      excluded_.push_back(static_cast<uint32_t>(i));
    }
    boxes_of_rule_.resize(flat.rules.size());
    for (uint32_t i = 0; i < space_.rule_boxes().size(); ++i) {
      boxes_of_rule_[space_.rule_boxes()[i].owner].push_back(i);
    }
    reach_ = ir::override_reach(decision_);
    const auto order = ir::try_order(decision_);
    rank_.resize(order.size());
    for (uint32_t i = 0; i < order.size(); ++i) rank_[order[i]] = i;
  }

  void run() {
    if (decision_.policy == HitPolicy::result) return;
    gaps();
    const uint64_t steps_before = report_->steps;
    for (uint32_t rule = 0; rule < flat_.rules.size(); ++rule) {
      if (report_->steps - steps_before > options_.steps_per_decision) {
        unknown({}, "whether the rules from `" + decision_.rules[rule].name +
                        "` on are ever reached: the search for all rules before it took " +
                        std::to_string(options_.steps_per_decision) + " steps");
        break;
      }
      if (!options_.reached.contains({flat_.decision, rule})) reachability(rule);
    }
    if (may_clash()) clashes();
  }

 private:
  // Of rules, then what assumes leave out.
  static std::vector<const Box*> all_boxes(const Space& space) {
    std::vector<const Box*> out;
    for (const Box& box : space.rule_boxes()) out.push_back(&box);
    for (const Box& box : space.excluded()) out.push_back(&box);
    return out;
  }

  // ---- Gaps, and an `otherwise` that nothing is left for.

  void gaps() {
    const bool is_folding =
        decision_.policy == HitPolicy::collect_list || decision_.policy == HitPolicy::collect_folds;
    if (!decision_.has_otherwise && (decision_.partial || is_folding)) return;
    std::vector<uint32_t> active;
    for (uint32_t i = 0; i < boxes_.size(); ++i) active.push_back(i);
    std::vector<Region> found;
    Finding finding;
    std::optional<double> share = 0;
    std::string reason;
    const auto visit = [&](const Region& region) {
      const auto is_part = [&](const Region& gap) { return is_within(region, gap); };
      const TheoryAnswer answer = theory_.solve(region);
      if (answer.possible == Possible::no) return true;
      if (answer.possible == Possible::unknown) {
        if (reason.empty()) reason = answer.reason;
        return true;
      }
      const auto part = space_.share_of(region);
      if (share && part)
        *share += *part;
      else
        share.reset();
      if (decision_.has_otherwise) return false;  // it has something to do
      if (std::ranges::any_of(found, is_part)) return true;
      found.push_back(widen(region));
      finding.places.push_back(
          {words(space_, side_, found.back()), complete(space_, region, answer.model)});
      return true;
    };
    const Coverage result = search(space_.everything(), active, visit);
    if (decision_.has_otherwise) {
      if (result == Coverage::covered && reason.empty()) {
        add(FindingKind::always, {static_cast<uint32_t>(flat_.rules.size())});
      }
      return;
    }
    if (!finding.places.empty()) {
      keep_needed(found, &finding);
      Finding& gap = add(FindingKind::gap, {});
      gap.share = share;
      gap.places = std::move(finding.places);
      gap.more_places = finding.more_places;
    }
    if (result == Coverage::out_of_budget) reason = "the search for gaps was given up";
    if (!reason.empty()) unknown({}, reason);
  }

  // Drops regions that others cover together, then those that are too many to show.
  void keep_needed(std::vector<Region>& regions, Finding* finding) {
    if (regions.size() > kMostCompared) regions.resize(kMostCompared);
    finding->more_places = finding->places.size() - regions.size();
    finding->places.resize(regions.size());
    if (finding->places.size() > options_.max_places) {
      finding->more_places += finding->places.size() - options_.max_places;
      finding->places.resize(options_.max_places);
    }
  }

  static bool is_within(const Region& inner, const Region& outer) {
    for (size_t i = 0; i < inner.sets.size(); ++i) {
      if (!inner.sets[i].is_subset_of(outer.sets[i])) return false;
    }
    return true;
  }

  // The largest region around an uncovered one that no box meets, column by column.
  Region widen(Region region) const {
    for (uint32_t c = 0; c < region.sets.size(); ++c) {
      CellSet allowed = space_.columns()[c].sets[0];
      for (const Box* box : boxes_) {
        const CellSet* own = nullptr;
        bool meets = true;
        for (const Constraint& k : box->constraints) {
          const CellSet& set = space_.columns()[k.column].sets[k.set];
          if (k.column == c) {
            own = &set;
          } else if (!region.sets[k.column].meets(set)) {
            meets = false;
            break;
          }
        }
        if (meets && own != nullptr) allowed = allowed.subtract(*own);
      }
      region.sets[c] = allowed;
    }
    return region;
  }

  // ---- Rules that never decide.

  // Whether `other` decides wherever it fires together with `rule`.
  bool comes_before(uint32_t other, uint32_t rule) const {
    switch (decision_.policy) {
      case HitPolicy::first:
        return other < rule;
      case HitPolicy::by_priority:
        return decision_.rules[other].priority > decision_.rules[rule].priority;
      case HitPolicy::unique_with_exceptions:
        return std::ranges::binary_search(reach_[other], rule);
      default:
        return false;
    }
  }

  void reachability(uint32_t rule) {
    const auto& own = boxes_of_rule_[rule];
    std::string reason;
    bool is_reached = false;
    cover_.forget_used();
    for (const uint32_t number : own) {
      std::vector<uint32_t> active = excluded_;
      add_before(number, rule, &active);
      const Region region = space_.region_of(*boxes_[number]);
      const auto visit = [&](const Region& part) {
        const TheoryAnswer answer = theory_.solve(part);
        if (answer.possible == Possible::no) return true;
        if (answer.possible == Possible::unknown) {
          reason = answer.reason;
          return true;
        }
        is_reached = true;
        if (!answer.is_sure) {
          Finding& finding = add(FindingKind::reached, {rule});
          finding.places.push_back(
              {words(space_, side_, part), complete(space_, part, answer.model)});
        }
        return false;
      };
      if (search(region, active, visit) == Coverage::out_of_budget) {
        reason = "whether it is ever reached was given up";
      }
      if (is_reached) return;
    }
    if (!reason.empty()) {
      unknown({rule}, reason);
      return;
    }
    const std::vector<uint32_t> used = cover_.used();
    if (cover_all(own, {})) {
      add(FindingKind::impossible, {rule});
      return;
    }
    const std::vector<uint32_t> before = blockers(own, used);
    Finding& finding = add(FindingKind::dead, {rule});
    finding.rules.insert(finding.rules.end(), before.begin(), before.end());
  }

  // The boxes that meet box `number` and whose rules come before `rule`.
  void add_before(uint32_t number, uint32_t rule, std::vector<uint32_t>* active) {
    if (decision_.policy == HitPolicy::any || decision_.policy == HitPolicy::unique) return;
    pairs_.around(number, &near_);
    for (const uint32_t i : near_) {
      const uint32_t owner = boxes_[i]->owner;
      if (owner != rule && comes_before(owner, rule)) active->push_back(i);
    }
  }

  // Of the rules in whose boxes the proof found the parts of this one, as few as cover it.
  std::vector<uint32_t> blockers(const std::vector<uint32_t>& own,
                                 const std::vector<uint32_t>& used) {
    std::vector<uint32_t> rules;
    for (const uint32_t number : used) {
      if (number < space_.rule_boxes().size()) rules.push_back(boxes_[number]->owner);
    }
    std::ranges::sort(rules);
    rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
    if (rules.size() > kMostBlockers) return rules;
    for (size_t i = rules.size(); i-- > 0;) {
      std::vector<uint32_t> without;
      for (size_t k = 0; k < rules.size(); ++k) {
        if (k != i) without.push_back(rules[k]);
      }
      if (cover_all(own, without)) rules = std::move(without);
    }
    return rules;
  }

  bool cover_all(const std::vector<uint32_t>& own, const std::vector<uint32_t>& rules) {
    std::vector<uint32_t> active = excluded_;
    for (const uint32_t rule : rules) {
      active.insert(active.end(), boxes_of_rule_[rule].begin(), boxes_of_rule_[rule].end());
    }
    return std::ranges::all_of(own, [&](uint32_t number) {
      const auto visit = [&](const Region& part) {
        return theory_.solve(part).possible == Possible::no;
      };
      return search(space_.region_of(*boxes_[number]), active, visit) == Coverage::covered;
    });
  }

  // ---- Rules that clash.

  bool may_clash() const {
    switch (decision_.policy) {
      case HitPolicy::unique:
      case HitPolicy::any:
      case HitPolicy::by_priority:
      case HitPolicy::unique_with_exceptions:
        return true;
      default:
        return false;
    }
  }

  bool is_clash(uint32_t a, uint32_t b) {
    if (a == b) return false;
    if (decision_.policy == HitPolicy::unique) return true;
    if (decision_.policy == HitPolicy::by_priority &&
        decision_.rules[a].priority != decision_.rules[b].priority) {
      return false;
    }
    if (decision_.policy == HitPolicy::unique_with_exceptions &&
        (comes_before(a, b) || comes_before(b, a))) {
      return false;
    }
    return differing(a, b) != terms_.truth(false);
  }

  // The condition that the outcomes of two rules differ.
  ir::ExprId differing(uint32_t a, uint32_t b) {
    ir::ExprId same = terms_.truth(true);
    const auto& x = flat_.rules[a].outcome;
    const auto& y = flat_.rules[b].outcome;
    for (size_t i = 0; i < x.size(); ++i) {
      if (x[i] != y[i]) same = terms_.both(same, terms_.compare(ir::Op::eq, x[i], y[i]));
    }
    return terms_.not_of(same);
  }

  struct Clash {
    uint32_t a = 0, b = 0;  // rules
    Region region;
    Witness witness;
  };

  void clashes() {
    std::vector<uint32_t> near;
    std::vector<Clash> found;
    std::map<std::pair<uint32_t, uint32_t>, bool> done;
    const std::vector<uint32_t> first = first_of_many();
    for (uint32_t i = 0; i < space_.rule_boxes().size() && found.size() < kMaxPairs; ++i) {
      if (first[i] != i) continue;
      pairs_.after(i, &near);
      for (const uint32_t j : near) {
        const uint32_t a = std::min(boxes_[i]->owner, boxes_[j]->owner);
        const uint32_t b = std::max(boxes_[i]->owner, boxes_[j]->owner);
        if (first[j] != j && first[j] != i) continue;
        if (!is_clash(a, b) || done.contains({a, b})) continue;
        if (clash(i, j, a, b, &found)) done[{a, b}] = true;
      }
    }
    group(std::move(found));
  }

  // For each box the first of those with the same cells, where these are many: the others clash as
  // the first of them does, and with that. Else the box itself.
  std::vector<uint32_t> first_of_many() const {
    std::map<std::vector<std::pair<uint32_t, uint32_t>>, std::vector<uint32_t>> seen;
    std::vector<uint32_t> out(space_.rule_boxes().size());
    for (uint32_t i = 0; i < out.size(); ++i) {
      out[i] = i;
      std::vector<std::pair<uint32_t, uint32_t>> key;
      for (const Constraint& c : boxes_[i]->constraints) key.emplace_back(c.column, c.set);
      seen[std::move(key)].push_back(i);
    }
    for (const auto& [key, boxes] : seen) {
      if (boxes.size() < kManyCopies) continue;
      for (const uint32_t box : boxes) out[box] = boxes[0];
    }
    return out;
  }

  bool clash(uint32_t i, uint32_t j, uint32_t a, uint32_t b, std::vector<Clash>* found) {
    Region region = space_.region_of(*boxes_[i]);
    if (!space_.narrow(&region, *boxes_[j])) return false;
    std::vector<uint32_t> active = excluded_;
    add_before(i, a, &active);
    add_before(i, b, &active);
    ir::ExprId condition = ir::ExprId::none;
    if (decision_.policy != HitPolicy::unique) {
      const ir::ExprId differs = differing(a, b);
      if (differs != terms_.truth(true)) condition = differs;
    }
    bool is_found = false;
    std::string reason;
    const auto visit = [&](const Region& part) {
      const TheoryAnswer answer = theory_.solve(part, condition);
      if (answer.possible == Possible::no) return true;
      if (answer.possible == Possible::unknown) {
        reason = answer.reason;
        return true;
      }
      found->push_back({a, b, region, complete(space_, part, answer.model)});
      is_found = true;
      return false;
    };
    if (search(region, active, visit) == Coverage::out_of_budget) {
      reason = "whether both fire was given up";
    }
    if (!is_found && !reason.empty()) unknown({a, b}, reason);
    return is_found;
  }

  // One cause, one finding: the rule with the most clashes takes its partners along.
  void group(std::vector<Clash> found) {
    std::vector<bool> is_taken(found.size());
    for (size_t rest = found.size(); rest > 0;) {
      std::map<uint32_t, size_t> degree;
      for (size_t i = 0; i < found.size(); ++i) {
        if (is_taken[i]) continue;
        ++degree[found[i].a];
        ++degree[found[i].b];
      }
      const uint32_t centre =
          std::ranges::max_element(degree, {}, [](const auto& one) { return one.second; })->first;
      Finding* finding = nullptr;
      for (size_t i = 0; i < found.size(); ++i) {
        if (is_taken[i] || (found[i].a != centre && found[i].b != centre)) continue;
        is_taken[i] = true;
        --rest;
        const uint32_t other = found[i].a == centre ? found[i].b : found[i].a;
        if (finding != nullptr) {
          finding->rules.push_back(other);
        } else {
          finding = &add(
              decision_.policy == HitPolicy::unique ? FindingKind::overlap : FindingKind::conflict,
              {std::min(centre, other), std::max(centre, other)});
          finding->places.push_back({words(space_, side_, found[i].region), found[i].witness});
        }
        finding->pairs.emplace_back(found[i].a, found[i].b);
      }
    }
  }

  // ---- Common.

  Coverage search(const Region& region, const std::vector<uint32_t>& active,
                  const Cover::Visit& visit) {
    int64_t steps = options_.steps_per_question;
    const Coverage out = cover_.search(region, active, &steps, visit);
    report_->steps +=
        static_cast<uint64_t>(options_.steps_per_question - std::max<int64_t>(steps, 0));
    return out;
  }

  Finding& add(FindingKind kind, std::vector<uint32_t> rules) {
    Finding finding;
    finding.kind = kind;
    finding.decision = flat_.decision;
    finding.rules = std::move(rules);
    report_->findings.push_back(std::move(finding));
    return report_->findings.back();
  }

  void unknown(std::vector<uint32_t> rules, std::string reason) {
    add(FindingKind::unknown, std::move(rules)).reason = std::move(reason);
  }

  const Flat& flat_;
  const ir::DecisionSide& side_;
  const Options& options_;
  Report* report_;
  Terms terms_;
  Space space_;
  Theory theory_;
  Pairs pairs_;
  Cover cover_;
  const ir::Decision& decision_;
  std::vector<const Box*> boxes_;  // of rules, then what assumes leave out
  std::vector<uint32_t> excluded_;
  std::vector<uint32_t> near_;  // scratch of add_before()
  std::vector<std::vector<uint32_t>> boxes_of_rule_;
  std::vector<std::vector<uint32_t>> reach_;
  std::vector<uint32_t> rank_;
};

}  // namespace

Report analyze(const ir::RuleSet& rule_set, const ir::Side& side, const Options& options) {
  Report report;
  ir::RuleSet working = rule_set;
  for (uint32_t i = 0; i < rule_set.decisions.size(); ++i) {
    const Flat flat = flatten(working, static_cast<ir::DecisionId>(i));
    DecisionAnalysis(working, flat, side.decisions[i], options, &report).run();
  }
  return report;
}

}  // namespace pac::analyze
