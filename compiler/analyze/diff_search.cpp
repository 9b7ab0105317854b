#include "compiler/analyze/diff_search.h"

#include <algorithm>
#include <limits>

namespace pac::analyze {

using ir::HitPolicy;

namespace {

constexpr size_t kFew = 250;  // boxes; with more, a region is halved between them
constexpr size_t kSample = 400;

}  // namespace

DiffSearch::DiffSearch(const Space& space, const Joined& joined, std::vector<const Box*> boxes,
                       std::vector<Entry> entries)
    : space_(space),
      boxes_(std::move(boxes)),
      entries_(std::move(entries)),
      given_(entries_.size()) {
  for (const int of : {kOld, kNew}) {
    const ir::Decision& decision = joined.versions[of].ir();
    Policy& policy = policies_[of];
    policy.policy = decision.policy;
    const auto order = ir::try_order(decision);
    policy.rank.resize(std::max<size_t>(order.size(), 1));
    for (uint32_t i = 0; i < order.size(); ++i) policy.rank[order[i]] = i;
    for (const ir::Rule& rule : decision.rules) policy.priority.push_back(rule.priority);
    if (policy.policy == HitPolicy::unique_with_exceptions) {
      policy.reach = ir::override_reach(decision);
    }
  }
}

uint32_t DiffSearch::add_stop(uint32_t box) {
  entries_.push_back({box, kStop, 0, false});
  return static_cast<uint32_t>(entries_.size() - 1);
}

bool DiffSearch::removes(int version, uint32_t a, uint32_t b) const {
  const Policy& policy = policies_[version];
  switch (policy.policy) {
    case HitPolicy::first:
      return policy.rank[a] < policy.rank[b];
    case HitPolicy::by_priority:
      return policy.priority[a] > policy.priority[b];
    case HitPolicy::unique_with_exceptions:
      return std::ranges::binary_search(policy.reach[a], b);
    default:
      return false;
  }
}

bool DiffSearch::search(Region region, const std::vector<uint32_t>& entries, bool asks_all,
                        int64_t* steps, const Same& same, const Visit& visit) {
  asks_all_ = asks_all;
  same_ = &same;
  visit_ = &visit;
  std::vector<Item> items;
  for (const uint32_t number : entries) {
    Item item{number, 0};
    bool meets = true;
    for (const Constraint& c : box_of(number).constraints) {
      meets = region.sets[c.column].meets(set_of(c));
      if (!meets) break;
      item.left += region.sets[c.column].is_subset_of(set_of(c)) ? 0 : 1;
    }
    if (meets) items.push_back(item);
  }
  return split(region, std::move(items), steps);
}

// Leaves out what can't matter any more: rules that others remove, further boxes of a rule that
// fires, and all but two rules where two already clash.
void DiffSearch::prune(std::vector<Item>* items) const {
  for (const int of : {kOld, kNew}) {
    std::vector<uint32_t> firing;  // rules
    for (const Item& item : *items) {
      const Entry& entry = entries_[item.entry];
      if (entry.version == of && item.left == 0) firing.push_back(entry.rule);
    }
    if (firing.empty()) continue;
    std::ranges::sort(firing);
    firing.erase(std::unique(firing.begin(), firing.end()), firing.end());
    const HitPolicy policy = policies_[of].policy;
    if (policy == HitPolicy::first || policy == HitPolicy::by_priority) {
      const auto strongest = std::ranges::min_element(
          firing, [&](uint32_t a, uint32_t b) { return removes(of, a, b); });
      const uint32_t best = *strongest;
      std::erase_if(firing, [&](uint32_t rule) { return removes(of, best, rule); });
    }
    const bool is_clash = policy == HitPolicy::unique && firing.size() > 1;
    if (is_clash) firing.resize(2);
    std::vector<bool> is_taken(firing.size());
    std::erase_if(*items, [&](const Item& item) {
      const Entry& entry = entries_[item.entry];
      if (entry.version != of) return false;
      const auto at = std::ranges::lower_bound(firing, entry.rule);
      if (at != firing.end() && *at == entry.rule) {
        const auto i = static_cast<size_t>(at - firing.begin());
        if (item.left > 0 || is_taken[i]) return true;
        is_taken[i] = true;
      } else if (is_clash) {
        return true;
      }
      if (policy == HitPolicy::first || policy == HitPolicy::by_priority) {
        return removes(of, firing[0], entry.rule);
      }
      return policy == HitPolicy::unique_with_exceptions &&
             std::ranges::any_of(firing, [&](uint32_t a) { return removes(of, a, entry.rule); });
    });
  }
}

// Whether nothing is left to split for; visits the part where its answers may differ.
bool DiffSearch::is_done(const Region& region, const std::vector<Item>& items, bool* is_whole) {
  bool has_changed = asks_all_, is_stopped_in_part = false;
  *is_whole = true;
  for (const Item& item : items) {
    const Entry& entry = entries_[item.entry];
    if (entry.version == kStop) {
      if (item.left == 0) return true;
      is_stopped_in_part = true;
      continue;
    }
    has_changed = has_changed || entry.is_changed;
    *is_whole = *is_whole && item.left == 0;
  }
  if (!has_changed) return true;
  if (!*is_whole) return false;
  Part part{region, {}, {}};
  for (const Item& item : items) {
    const Entry& entry = entries_[item.entry];
    if (entry.version == kStop) continue;
    part.entries[entry.version].push_back(item.entry);
    part.rules[entry.version].push_back(entry.rule);
  }
  for (auto& rules : part.rules) std::ranges::sort(rules);
  if ((*same_)(part.rules[kOld], part.rules[kNew])) return true;
  if (is_stopped_in_part) return false;
  (*visit_)(part);
  return true;
}

bool DiffSearch::split(Region& region, std::vector<Item> items, int64_t* steps) {
  *steps -= static_cast<int64_t>(items.size()) + 1;
  if (*steps < 0) return false;
  prune(&items);
  bool is_whole = false;
  if (is_done(region, items, &is_whole)) return true;
  const Cut cut = choose(region, items, is_whole);
  const CellSet before = region.sets[cut.column];
  const CellSet parts[] = {before.subtract(cut.part), before.intersect(cut.part)};
  bool is_settled = true;
  for (const CellSet& part : parts) {
    if (part.is_empty()) continue;
    std::vector<Item> inside;
    for (const Item& item : items) {
      const CellSet* set = nullptr;
      for (const Constraint& c : box_of(item.entry).constraints) {
        if (c.column == cut.column) set = &set_of(c);
      }
      Item kept = item;
      if (set != nullptr) {
        if (!part.meets(*set)) continue;
        if (!before.is_subset_of(*set) && part.is_subset_of(*set)) --kept.left;
      }
      inside.push_back(kept);
    }
    region.sets[cut.column] = part;
    is_settled = split(region, std::move(inside), steps);
    if (!is_settled) break;
  }
  region.sets[cut.column] = before;
  return is_settled;
}

// Around the box that needs the fewest cuts, along the column that it covers least of.
DiffSearch::Cut DiffSearch::choose(const Region& region, const std::vector<Item>& items,
                                   bool stops_only) const {
  if (items.size() > kFew && !stops_only) {
    Cut cut = halve(region, items);
    if (cut.column != ir::kNone) return cut;
  }
  const Item* nearest = nullptr;
  for (const Item& item : items) {
    if (item.left == 0 || (entries_[item.entry].version == kStop) != stops_only) continue;
    if (nearest == nullptr || item.left < nearest->left) nearest = &item;
  }
  Cut cut;
  double least = 2;
  for (const Constraint& c : box_of(nearest->entry).constraints) {
    const CellSet& mine = region.sets[c.column];
    if (mine.is_subset_of(set_of(c))) continue;
    const CellSet part = mine.intersect(set_of(c));
    const double share = static_cast<double>(part.count()) / static_cast<double>(mine.count());
    if (share < least) {
      least = share;
      cut = {c.column, part};
    }
  }
  return cut;
}

// At the middle end of the boxes' runs, in the column where that leaves the fewest on both sides.
DiffSearch::Cut DiffSearch::halve(const Region& region, const std::vector<Item>& items) const {
  const size_t step = std::max<size_t>(1, items.size() / kSample);
  std::vector<std::vector<uint32_t>> ends(region.sets.size());
  for (size_t i = 0; i < items.size(); i += step) {
    for (const Constraint& c : box_of(items[i].entry).constraints) {
      const CellSet& mine = region.sets[c.column];
      if (mine.is_subset_of(set_of(c))) continue;
      for (const Run& run : set_of(c).runs()) {  // a cut stands before the cell
        if (run.first > mine.first() && run.first <= mine.last()) {
          ends[c.column].push_back(run.first);
        }
        if (run.last >= mine.first() && run.last < mine.last()) {
          ends[c.column].push_back(run.last + 1);
        }
      }
    }
  }
  Cut best;
  size_t least = std::numeric_limits<size_t>::max();
  for (uint32_t column = 0; column < ends.size(); ++column) {
    if (ends[column].empty()) continue;
    auto middle = ends[column].begin() + static_cast<std::ptrdiff_t>(ends[column].size() / 2);
    std::ranges::nth_element(ends[column], middle);
    const CellSet& mine = region.sets[column];
    const CellSet below = mine.intersect(CellSet::of(0, *middle - 1));
    const CellSet above = mine.subtract(below);
    if (below.is_empty() || above.is_empty()) continue;
    size_t low = 0, high = 0;
    for (size_t i = 0; i < items.size(); i += step) {
      const CellSet* set = nullptr;
      for (const Constraint& c : box_of(items[i].entry).constraints) {
        if (c.column == column) set = &set_of(c);
      }
      low += set == nullptr || set->meets(below) ? 1 : 0;
      high += set == nullptr || set->meets(above) ? 1 : 0;
    }
    const size_t cost = std::max(low, high) * 2 + std::min(low, high);
    if (cost < least) {
      least = cost;
      best = {column, below};
    }
  }
  return best;
}

Region DiffSearch::widen(const Part& part) const {
  Region region = part.region;
  std::vector<uint32_t> others;  // entries that must stay outside
  std::vector<uint32_t> around;  // and those that must go on covering
  for (const auto& entries : part.entries)
    around.insert(around.end(), entries.begin(), entries.end());
  for (uint32_t i = 0; i < given_; ++i) {
    const Entry& entry = entries_[i];
    if (entry.version != kStop) {
      const auto& rules = part.rules[entry.version];
      if (std::ranges::binary_search(rules, entry.rule)) continue;
      if (policies_[entry.version].policy == HitPolicy::unique && rules.size() > 1) continue;
      if (std::ranges::any_of(rules,
                              [&](uint32_t a) { return removes(entry.version, a, entry.rule); })) {
        continue;
      }
    }
    others.push_back(i);
  }
  for (uint32_t column = 0; column < region.sets.size(); ++column) {
    CellSet allowed = space_.columns()[column].sets[0];
    for (const uint32_t i : around) {
      for (const Constraint& c : box_of(i).constraints) {
        if (c.column == column) allowed = allowed.intersect(set_of(c));
      }
    }
    for (const uint32_t i : others) {
      const CellSet* own = nullptr;
      bool meets = true;
      for (const Constraint& c : box_of(i).constraints) {
        if (c.column == column) {
          own = &set_of(c);
        } else if (!region.sets[c.column].meets(set_of(c))) {
          meets = false;
          break;
        }
      }
      if (meets && own != nullptr) allowed = allowed.subtract(*own);
    }
    region.sets[column] = allowed;
  }
  return region;
}

}  // namespace pac::analyze
