#include "compiler/analyze/diff.h"

#include <algorithm>
#include <map>
#include <set>

#include "compiler/analyze/cover.h"
#include "compiler/analyze/diff_match.h"
#include "compiler/analyze/diff_search.h"
#include "compiler/analyze/pairs.h"
#include "compiler/analyze/region_list.h"
#include "compiler/analyze/theory.h"
#include "compiler/analyze/witness.h"

namespace pac::analyze {

using ir::ExprId;

namespace {

constexpr size_t kMostWidened = 500;  // regions of a decision; further ones stay as they were found
constexpr size_t kMostReasons = 8;    // of what is unknown
constexpr size_t kMostCandidates = 8;  // inputs tried for a class that is not proved

class Differ {
 public:
  Differ(DiffSpace& space, const DiffOptions& options, DecisionDiff* out)
      : joined_(*space.joined),
        space_(*space.space),
        options_(options),
        out_(out),
        outcomes_(joined_),
        theory_(space_, true),
        pairs_(space_, space_.rule_boxes()),
        matched_(match(joined_)),
        boxes_(all_boxes(space_)),
        search_(space_, joined_, boxes_, all_entries()),
        left_(options.steps_per_decision) {
    for (uint32_t i = 0; i < search_.entries().size(); ++i) {
      const auto& entry = search_.entries()[i];
      if (entry.version == DiffSearch::kStop) {
        stops_.push_back(i);
      } else {
        entries_of_box_[entry.box].push_back(i);
      }
    }
    telling_ = telling();
  }

  void run() {
    if (matched_.is_all_changed) {
      everything();
    } else {
      changed_rules();
    }
    if (matched_.is_otherwise_changed) where_nothing_fires();
    for (auto& [key, index] : classes_) finish(out_->classes[index]);
    std::erase_if(out_->classes, [](const DiffClass& one) { return one.witnesses.empty(); });
    for (const std::string& reason : reasons_) out_->unknowns.push_back(reason);
  }

 private:
  // Of conditions, then what assumes leave out.
  static std::vector<const Box*> all_boxes(const Space& space) {
    std::vector<const Box*> out;
    for (const Box& box : space.rule_boxes()) out.push_back(&box);
    for (const Box& box : space.excluded()) out.push_back(&box);
    return out;
  }

  // Sums and counts of contributions: those that are the same in both versions make no difference,
  // wherever they are. A list of rules needs them in one order besides.
  bool adds_up() const {
    if (matched_.is_all_changed) return false;
    bool lists_rules = false;
    for (const JoinedVersion& version : joined_.versions) {
      const ir::Decision& decision = version.ir();
      if (decision.policy != ir::HitPolicy::collect_folds || decision.has_otherwise) return false;
      for (const ir::Fold& fold : decision.folds) {
        if (fold.kind == ir::FoldKind::min || fold.kind == ir::FoldKind::max) return false;
        lists_rules = lists_rules || fold.kind == ir::FoldKind::rule_list;
      }
    }
    return !lists_rules || common_rules(kOld) == common_rules(kNew);
  }

  // The names of its rules that the other version has too, in order.
  std::vector<std::string> common_rules(int of) const {
    std::set<std::string> other;
    for (const ir::Rule& rule : joined_.versions[1 - of].ir().rules) other.insert(rule.name);
    std::vector<std::string> out;
    for (const ir::Rule& rule : joined_.versions[of].ir().rules) {
      if (other.contains(rule.name)) out.push_back(rule.name);
    }
    return out;
  }

  std::vector<DiffSearch::Entry> all_entries() {
    const size_t count = space_.rule_boxes().size();
    std::vector<std::vector<uint32_t>> boxes_of(joined_.flat.rules.size());
    for (uint32_t i = 0; i < count; ++i) boxes_of[boxes_[i]->owner].push_back(i);
    std::vector<DiffSearch::Entry> out;
    const bool is_additive = adds_up();
    for (const int of : {kOld, kNew}) {
      const auto& rules = joined_.versions[of].rules;
      for (uint32_t rule = 0; rule < rules.size(); ++rule) {
        if (is_additive && !matched_.is_changed[of][rule]) continue;
        for (const uint32_t box : boxes_of[rules[rule].number]) {
          out.push_back({box, static_cast<uint8_t>(of), rule, matched_.is_changed[of][rule]});
        }
      }
    }
    entries_of_box_.resize(count);
    for (uint32_t i = static_cast<uint32_t>(count); i < boxes_.size(); ++i) {
      out.push_back({i, DiffSearch::kStop, 0, false});
    }
    return out;
  }

  // ---- Where to look.

  void everything() {
    std::vector<uint32_t> all;
    for (uint32_t i = 0; i < search_.entries().size(); ++i) all.push_back(i);
    search(space_.everything(), all, true, "all inputs");
  }

  void changed_rules() {
    std::vector<bool> is_done(space_.rule_boxes().size());
    const size_t given = search_.entries().size();
    std::vector<uint32_t> near;
    for (uint32_t i = 0; i < given; ++i) {
      const DiffSearch::Entry entry = search_.entries()[i];
      if (!entry.is_changed || is_done[entry.box]) continue;
      is_done[entry.box] = true;
      std::vector<uint32_t> all = stops_;
      pairs_.around(entry.box, &near);
      for (const uint32_t box : near) {
        all.insert(all.end(), entries_of_box_[box].begin(), entries_of_box_[box].end());
      }
      std::ranges::sort(all);
      search(space_.region_of(*boxes_[entry.box]), all, false,
             "the inputs of `" + rule_name(entry.version, entry.rule) + "`");
      stops_.push_back(search_.add_stop(entry.box));
    }
  }

  void where_nothing_fires() {
    if (matched_.is_all_changed) return;  // looked at with all the rest
    Cover cover(space_, boxes_);
    std::vector<uint32_t> active;
    for (uint32_t i = 0; i < boxes_.size(); ++i) active.push_back(i);
    int64_t steps = std::min(left_, options_.steps_per_question);
    const int64_t before = steps;
    const auto visit = [&](const Region& region) {
      visit_part({region, {}, {}});
      return true;
    };
    if (cover.search(space_.everything(), active, &steps, visit) == Coverage::out_of_budget) {
      reason("inputs that no rule covers: the search was given up after " + std::to_string(before) +
             " steps");
    }
    left_ -= before - steps;
    out_->steps += static_cast<uint64_t>(before - steps);
  }

  void search(Region region, const std::vector<uint32_t>& entries, bool asks_all,
              const std::string& what) {
    int64_t steps = std::min(left_, options_.steps_per_question);
    const int64_t before = steps;
    const auto same = [&](const auto& x, const auto& y) { return is_same(x, y); };
    const auto visit = [&](const DiffSearch::Part& part) { visit_part(part); };
    if (!search_.search(std::move(region), entries, asks_all, &steps, same, visit)) {
      reason(what + ": the search was given up after " + std::to_string(before) + " steps");
    }
    left_ -= before - std::max<int64_t>(steps, 0);
    out_->steps += static_cast<uint64_t>(before - std::max<int64_t>(steps, 0));
  }

  std::string rule_name(int version, uint32_t rule) const {
    const auto& rules = joined_.versions[version].ir().rules;
    return rule < rules.size() ? rules[rule].name : "otherwise";
  }

  // ---- What is found.

  using Rules = std::vector<uint32_t>;

  const std::optional<ExprId>& differing(const Rules& before, const Rules& after) {
    const auto [at, is_new] = differing_.emplace(std::pair{before, after}, std::nullopt);
    if (is_new) at->second = outcomes_.differing(before, after);
    return at->second;
  }

  bool is_same(const Rules& before, const Rules& after) {
    const auto& differs = differing(before, after);
    return differs && *differs == outcomes_.terms().truth(false);
  }

  void visit_part(const DiffSearch::Part& part) {
    const auto differs = differing(part.rules[kOld], part.rules[kNew]);
    if (differs && *differs == outcomes_.terms().truth(false)) return;
    const bool is_whole = differs && *differs == outcomes_.terms().truth(true);
    DiffClass& found = class_of(part);
    if (std::ranges::any_of(found.regions,
                            [&](const Region& known) { return is_within(part.region, known); })) {
      add_share(&found, part.region, is_whole);
      return;
    }
    const ExprId condition = differs && !is_whole ? *differs : ExprId::none;
    const TheoryAnswer answer = theory_.solve(part.region, condition);
    if (answer.possible == Possible::no) return;
    found.is_whole = found.is_whole && is_whole;
    if (answer.possible == Possible::unknown || !differs) {
      if (found.reason.empty() && found.witnesses.empty()) {
        found.reason = differs ? answer.reason : "their outcomes can't be compared as such";
      }
      if (found.witnesses.size() >= kMostCandidates) {
        ++found.more_places;
        return;
      }
    } else if (!found.reason.empty()) {
      found.reason.clear();  // this part is sure
      found.witnesses.clear();
      found.regions.clear();
      found.more_places = 0;
    }
    add_share(&found, part.region, is_whole);
    add_place(&found, part, answer.model);
  }

  // The columns that the change is about, to be read first: those of which a rule that changed asks
  // something else than the rule of that name in the other version, or all that they ask of where
  // only outcomes are others.
  std::vector<uint32_t> telling() const {
    using Asked = std::set<std::pair<uint32_t, uint32_t>>;  // column, set
    std::map<std::string_view, Asked> asked[2];
    for (const DiffSearch::Entry& entry : search_.entries()) {
      if (!entry.is_changed || entry.version == DiffSearch::kStop) continue;
      const ir::Decision& decision = joined_.versions[entry.version].ir();
      if (entry.rule >= decision.rules.size()) continue;  // `otherwise` asks of nothing
      Asked& of_rule = asked[entry.version][decision.rules[entry.rule].name];
      for (const Constraint& c : boxes_[entry.box]->constraints) of_rule.emplace(c.column, c.set);
    }
    std::set<uint32_t> out, all;
    for (const int of : {kOld, kNew}) {
      for (const auto& [name, sets] : asked[of]) {
        const auto other = asked[1 - of].find(name);
        for (const auto& one : sets) {
          all.insert(one.first);
          if (other == asked[1 - of].end() || !other->second.contains(one)) out.insert(one.first);
        }
      }
    }
    if (out.empty()) out = all;
    return {out.begin(), out.end()};
  }

  void add_share(DiffClass* found, const Region& region, bool is_whole) {
    const auto part = is_whole ? space_.share_of(region) : std::nullopt;
    if (found->share && part) {
      *found->share += *part;
    } else {
      found->share.reset();
    }
  }

  void add_place(DiffClass* found, const DiffSearch::Part& part, const Model& model) {
    Region region = part.region;
    if (widened_ < kMostWidened) {
      region = search_.widen(part);
      ++widened_;
    }
    if (found->regions.size() < kMostRegions) {
      found->regions.push_back(region);
    } else {
      out_->has_all_regions = false;
      ++found->more_places;
    }
    if (found->witnesses.size() < options_.max_places) {
      found->witnesses.push_back(complete(space_, part.region, model));
    }
  }

  DiffClass& class_of(const DiffSearch::Part& part) {
    Answering answering[2];
    for (const int of : {kOld, kNew}) {
      answering[of].kind = outcomes_.kind_of(of, part.rules[of]);
      answering[of].rules = outcomes_.deciding(of, part.rules[of]);
    }
    if (answering[kOld].rules.size() > 1 || answering[kNew].rules.size() > 1) {
      keep_changed(answering);
    }
    const auto [at, is_new] =
        classes_.emplace(std::pair{answering[kOld], answering[kNew]}, out_->classes.size());
    if (is_new) {
      DiffClass fresh;
      fresh.before = std::move(answering[kOld]);
      fresh.after = std::move(answering[kNew]);
      fresh.share = 0;
      out_->classes.push_back(std::move(fresh));
    }
    return out_->classes[at->second];
  }

  // Where many rules contribute, those that are not the same in both are responsible.
  void keep_changed(Answering (&answering)[2]) const {
    Rules changed[2];
    for (const int of : {kOld, kNew}) {
      const auto& version = joined_.versions[of];
      if (version.ir().policy == ir::HitPolicy::unique) return;
      for (const uint32_t rule : answering[of].rules) {
        if (rule == version.otherwise_number() || matched_.is_changed[of][rule]) {
          changed[of].push_back(rule);
        }
      }
    }
    for (const int of : {kOld, kNew}) {
      Rules& all = answering[of].rules;
      if (answering[of].kind == AnswerKind::ok && all.size() > 1 && !changed[of].empty()) {
        all = std::move(changed[of]);
      }
    }
  }

  void finish(DiffClass& one) {
    if (!one.reason.empty()) one.share.reset();
    if (one.regions.empty()) return;
    one.regions = simplified(space_, std::move(one.regions));
    const Region common = common_part(space_, one.regions);
    one.common = words(space_, joined_.side, common, telling_);
    for (const Region& region : one.regions) {
      if (one.places.size() >= options_.max_places) {
        ++one.more_places;
        continue;
      }
      Region own = region;
      for (size_t i = 0; i < own.sets.size(); ++i) {
        if (own.sets[i] == common.sets[i]) own.sets[i] = space_.columns()[i].sets[0];
      }
      one.places.push_back({words(space_, joined_.side, region, telling_),
                            words(space_, joined_.side, own, telling_), space_.share_of(region)});
    }
  }

  void reason(std::string text) {
    if (reasons_.size() < kMostReasons) reasons_.push_back(std::move(text));
  }

  Joined& joined_;
  const Space& space_;
  const DiffOptions& options_;
  DecisionDiff* out_;
  Outcomes outcomes_;
  Theory theory_;
  Pairs pairs_;
  Matched matched_;
  std::vector<const Box*> boxes_;
  std::vector<std::vector<uint32_t>> entries_of_box_;
  DiffSearch search_;
  std::vector<uint32_t> telling_;  // columns
  int64_t left_;
  std::vector<uint32_t> stops_;
  std::map<std::pair<Rules, Rules>, std::optional<ExprId>> differing_;
  std::map<std::pair<Answering, Answering>, size_t> classes_;
  std::vector<std::string> reasons_;
  size_t widened_ = 0;
};

}  // namespace

DecisionDiff diff(std::unique_ptr<Joined> joined, const DiffOptions& options) {
  DecisionDiff out;
  auto space = std::make_shared<DiffSpace>();
  space->joined = std::move(joined);
  if (!space->joined->obstacle.empty()) {
    out.unknowns.push_back(space->joined->obstacle);
    return out;
  }
  space->space = std::make_unique<Space>(space->joined->rules, space->joined->flat);
  Differ(*space, options, &out).run();
  out.space = std::move(space);
  return out;
}

DecisionDiff diff(Version& old_version, ir::DecisionId old_decision, Version& new_version,
                  ir::DecisionId new_decision, const DiffOptions& options) {
  return diff(join(old_version, old_decision, new_version, new_decision), options);
}

}  // namespace pac::analyze
