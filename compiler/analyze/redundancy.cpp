// Rules that others make superfluous, and rows that could be one. Only what an author would want to
// change is said: a rule with citations, explanations or duties of its own states the law even
// where its outcome is what others would yield, and `otherwise` never makes a rule superfluous.
#include <algorithm>
#include <map>

#include "compiler/analyze/inquiry.h"
#include "compiler/analyze/questions.h"

namespace pac::analyze {

using ir::HitPolicy;

namespace {

class Redundancy {
 public:
  explicit Redundancy(Inquiry& inquiry)
      : in_(inquiry),
        policy_(inquiry.decision().policy),
        is_out_(inquiry.flat().rules.size()),
        is_removed_(is_out_.size()) {}

  void run() {
    for (const Finding& finding : in_.found()) {
      // Where rules contradict each other it isn't known what the author wants.
      if (finding.kind == FindingKind::overlap || finding.kind == FindingKind::conflict) return;
      if (finding.kind != FindingKind::reached && !finding.rules.empty())
        take_out(finding.rules[0]);
    }
    for (uint32_t rule = 0; rule < is_out_.size(); ++rule) {
      if (!is_plain(rule)) take_out(rule);
    }
    if (can_be_redundant()) {
      // From the last on, and what was found superfluous stands in for nothing: of two copies one
      // stays.
      const uint64_t steps_before = in_.steps();
      for (size_t i = is_out_.size(); i-- > 0;) {
        if (in_.steps() - steps_before > in_.options().steps_per_decision / 4) break;
        if (!is_out_[i]) redundant(static_cast<uint32_t>(i));
      }
    }
    if (can_be_merged()) merge();
  }

 private:
  void take_out(uint32_t rule) {
    if (rule < is_out_.size()) is_out_[rule] = true;
  }

  bool can_be_redundant() const {
    return policy_ == HitPolicy::first || policy_ == HitPolicy::any ||
           policy_ == HitPolicy::by_priority || policy_ == HitPolicy::unique_with_exceptions;
  }
  bool can_be_merged() const {
    return policy_ == HitPolicy::unique || policy_ == HitPolicy::first ||
           policy_ == HitPolicy::any || policy_ == HitPolicy::by_priority;
  }

  bool is_plain(uint32_t rule) const {
    const ir::Rule& r = in_.decision().rules[rule];
    const ir::RuleSide& side = in_.side().rules[rule];
    return r.duties.empty() && r.overrides.empty() && r.each_list == ir::ExprId::none &&
           side.explanations.empty() && side.words.citations.empty() &&
           side.words.documentation.empty();
  }

  bool is_same(uint32_t a, uint32_t b) const {
    return in_.flat().rules[a].outcome == in_.flat().rules[b].outcome &&
           in_.decision().rules[b].duties.empty();
  }

  // Which of two rules decides where both fire and nothing else does: smaller goes first.
  int64_t level(uint32_t rule) const {
    if (policy_ == HitPolicy::first) return rule;
    if (policy_ == HitPolicy::by_priority) return -in_.decision().rules[rule].priority;
    return 0;
  }

  void redundant(uint32_t rule) {
    const auto& own = in_.boxes_of_rule()[rule];
    if (own.empty()) return;
    std::vector<uint32_t> before, same, differing;
    find_neighbours(own, rule, &before, &same, &differing);
    if (same.empty()) return;
    std::vector<uint32_t> all = before;
    all.insert(all.end(), same.begin(), same.end());
    in_.cover().forget_used();
    if (!in_.is_covered(own, all)) return;
    const std::vector<uint32_t> used = in_.cover().used();
    for (const uint32_t other : differing) {
      if (takes_over(own, rule, other, before, same)) return;
    }
    std::vector<uint32_t> stand_in;
    for (const uint32_t number : used) {
      if (number >= in_.space().rule_boxes().size()) continue;
      const uint32_t owner = in_.boxes()[number]->owner;
      if (std::ranges::find(same, owner) != same.end()) stand_in.push_back(owner);
    }
    std::ranges::sort(stand_in);
    stand_in.erase(std::unique(stand_in.begin(), stand_in.end()), stand_in.end());
    for (const uint32_t one : stand_in) {
      std::vector<uint32_t> with_one = before;
      with_one.push_back(one);
      if (in_.is_covered(own, with_one)) {
        stand_in = {one};
        break;
      }
    }
    is_out_[rule] = is_removed_[rule] = true;
    Finding& finding =
        in_.add(stand_in.size() == 1 ? FindingKind::subsumed : FindingKind::redundant, {rule});
    finding.rules.insert(finding.rules.end(), stand_in.begin(), stand_in.end());
  }

  // Of the rules that share cells with this one: those that decide before it, those that could
  // stand in for it, and those that would yield something else.
  void find_neighbours(const std::vector<uint32_t>& own, uint32_t rule,
                       std::vector<uint32_t>* before, std::vector<uint32_t>* same,
                       std::vector<uint32_t>* differing) {
    std::vector<uint32_t> near, rules;
    for (const uint32_t number : own) {
      in_.pairs().around(number, &near);
      for (const uint32_t i : near) rules.push_back(in_.boxes()[i]->owner);
    }
    if (own.size() > 1) std::ranges::sort(rules);
    rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
    for (const uint32_t other : rules) {
      if (other == rule || is_removed(other)) continue;
      if (in_.comes_before(other, rule)) {
        before->push_back(other);
      } else if (is_same(rule, other) && !is_overridden(other)) {
        same->push_back(other);
      } else {
        differing->push_back(other);
      }
    }
  }

  bool is_removed(uint32_t rule) const { return is_removed_[rule]; }

  bool is_overridden(uint32_t rule) const {
    if (policy_ != HitPolicy::unique_with_exceptions) return false;
    for (uint32_t i = 0; i < is_out_.size(); ++i) {
      if (i != rule && in_.comes_before(i, rule)) return true;
    }
    return false;
  }

  // Whether `other` decides for some input of the rule once that is gone, alone or in a clash.
  bool takes_over(const std::vector<uint32_t>& own, uint32_t gone, uint32_t other,
                  const std::vector<uint32_t>& before, const std::vector<uint32_t>& same) {
    if (policy_ != HitPolicy::first && policy_ != HitPolicy::by_priority) return false;
    std::vector<uint32_t> active = in_.excluded();
    const auto use = [&](uint32_t rule) {
      const auto& boxes = in_.boxes_of_rule()[rule];
      active.insert(active.end(), boxes.begin(), boxes.end());
    };
    for (const uint32_t rule : before) use(rule);
    // Rules of the level of the one that goes agree wherever both fire, or they would clash today.
    // Those of a lower level were hidden by it, so nothing is known of what they say beside each
    // other.
    const bool agree = level(other) == level(gone);
    for (const uint32_t rule : same) {
      if (level(rule) < level(other) || (agree && level(rule) == level(other))) use(rule);
    }
    const auto visit = [&](const Region& part) {
      return in_.theory().solve(part).possible == Possible::no;
    };
    for (const uint32_t mine : own) {
      for (const uint32_t theirs : in_.boxes_of_rule()[other]) {
        Region region = in_.space().region_of(*in_.boxes()[mine]);
        if (!in_.space().narrow(&region, *in_.boxes()[theirs])) continue;
        if (in_.find(region, active, visit) != Coverage::covered) return true;
      }
    }
    return false;
  }

  // ---- Rows that could be one.

  void merge() {
    std::map<std::pair<std::vector<uint32_t>, std::vector<int64_t>>, std::vector<uint32_t>> alike;
    for (uint32_t rule = 0; rule < is_out_.size(); ++rule) {
      const auto& own = in_.boxes_of_rule()[rule];
      if (is_out_[rule] || own.size() != 1 || is_removed(rule)) continue;
      const Box& box = *in_.boxes()[own[0]];
      for (size_t i = 0; i < box.constraints.size(); ++i) {
        alike[key_without(rule, box, i)].push_back(rule);
      }
    }
    std::vector<bool> is_merged(is_out_.size());
    std::vector<std::pair<uint32_t, uint32_t>> found;
    std::map<std::pair<uint32_t, uint32_t>, uint32_t> columns;
    for (const auto& [key, rules] : alike) {
      for (size_t i = 0; i + 1 < rules.size(); ++i) {
        const uint32_t a = rules[i], b = rules[i + 1];
        if (policy_ == HitPolicy::first && b != a + 1) continue;
        if (!is_simple(static_cast<uint32_t>(key.second[0]), a, b)) continue;
        found.emplace_back(a, b);
        columns[{a, b}] = static_cast<uint32_t>(key.second[0]);
      }
    }
    std::ranges::sort(found);
    for (const auto& [a, b] : found) {
      if (is_merged[a] || is_merged[b]) continue;
      is_merged[a] = is_merged[b] = true;
      say_merged(a, b, columns[{a, b}]);
    }
  }

  // The column left out, what decides between rules, and all other cells.
  std::pair<std::vector<uint32_t>, std::vector<int64_t>> key_without(uint32_t rule, const Box& box,
                                                                     size_t left_out) const {
    std::vector<uint32_t> cells;
    for (size_t i = 0; i < box.constraints.size(); ++i) {
      if (i == left_out) continue;
      cells.push_back(box.constraints[i].column);
      cells.push_back(box.constraints[i].set);
    }
    for (const ir::ExprId id : in_.flat().rules[rule].outcome) cells.push_back(ir::index(id));
    std::vector<int64_t> rest = {box.constraints[left_out].column,
                                 in_.decision().rules[rule].priority};
    return {std::move(cells), std::move(rest)};
  }

  const CellSet& cells(uint32_t rule, uint32_t column) const {
    const Box& box = *in_.boxes()[in_.boxes_of_rule()[rule][0]];
    const auto c = std::ranges::find(box.constraints, column, &Constraint::column);
    return in_.space().columns()[column].sets[c->set];
  }

  // The two cells together are one that a reader takes in at a glance: a run of numbers, or some of
  // the values of an enumeration.
  bool is_simple(uint32_t column, uint32_t a, uint32_t b) const {
    const Column& c = in_.space().columns()[column];
    if (!c.path || !c.is_cut) return false;
    const CellSet &x = cells(a, column), &y = cells(b, column);
    if (x.is_subset_of(y) || y.is_subset_of(x)) return false;
    const bool is_list =
        c.type.kind == ir::TypeKind::enumeration || c.type.kind == ir::TypeKind::boolean;
    return c.type.kind != ir::TypeKind::string && (is_list || x.unite(y).runs().size() == 1);
  }

  void say_merged(uint32_t a, uint32_t b, uint32_t column) {
    Region region = in_.space().everything();
    region.sets[column] = cells(a, column).unite(cells(b, column));
    Finding& finding = in_.add(FindingKind::mergeable, {a, b});
    finding.text = words(in_.space(), in_.side(), region);
    if (finding.text.empty()) {
      finding.text = "any " + name_of(in_.space().rules(), in_.decision(),
                                      *in_.space().columns()[column].path);
    }
  }

  Inquiry& in_;
  HitPolicy policy_;
  std::vector<bool> is_out_;      // rules about which nothing is said
  std::vector<bool> is_removed_;  // found superfluous
};

}  // namespace

void find_redundant(Inquiry& inquiry) { Redundancy(inquiry).run(); }

}  // namespace pac::analyze
