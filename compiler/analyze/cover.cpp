#include "compiler/analyze/cover.h"

#include <algorithm>
#include <limits>

namespace pac::analyze {

namespace {

// Up to so many boxes a region is split around one of them, which ends soonest; with more, between
// them, so that few lie on both sides.
constexpr size_t kFew = 250;
constexpr size_t kSample = 400;

}  // namespace

Cover::Cover(const Space& space, std::vector<const Box*> boxes)
    : space_(space),
      boxes_(std::move(boxes)),
      column_count_(space.columns().size()),
      sets_(boxes_.size() * column_count_),
      is_used_(boxes_.size()),
      ends_(column_count_) {
  for (size_t i = 0; i < boxes_.size(); ++i) {
    for (const Constraint& c : boxes_[i]->constraints) sets_[i * column_count_ + c.column] = c.set;
  }
}

std::vector<uint32_t> Cover::used() const {
  std::vector<uint32_t> out;
  for (uint32_t i = 0; i < is_used_.size(); ++i) {
    if (is_used_[i]) out.push_back(i);
  }
  return out;
}

std::vector<Cover::Item> Cover::items_in(const Region& region,
                                         const std::vector<uint32_t>& active) const {
  std::vector<Item> items;
  items.reserve(active.size());
  for (const uint32_t number : active) {
    Item item{number, 0};
    bool meets = true;
    for (const Constraint& c : boxes_[number]->constraints) {
      const CellSet& set = space_.columns()[c.column].sets[c.set];
      meets = meets && region.sets[c.column].meets(set);
      if (!meets) break;
      item.left += region.sets[c.column].is_subset_of(set) ? 0 : 1;
    }
    if (meets) items.push_back(item);
  }
  return items;
}

Coverage Cover::search(Region region, const std::vector<uint32_t>& active, int64_t* steps,
                       const Visit& visit) {
  const std::vector<Item> items = items_in(region, active);
  switch (split(region, items, steps, visit)) {
    case Go::on:
      return Coverage::covered;
    case Go::stop:
      return Coverage::uncovered;
    default:
      return Coverage::out_of_budget;
  }
}

bool Cover::keep(const Item& item, uint32_t column, const CellSet& before, const CellSet& after,
                 Item* out) const {
  *out = item;
  const CellSet* set = set_of(item.box, column);
  if (set == nullptr) return true;
  if (!after.meets(*set)) return false;
  if (!before.is_subset_of(*set) && after.is_subset_of(*set)) --out->left;
  return true;
}

Cover::Go Cover::split(Region& region, const std::vector<Item>& items, int64_t* steps,
                       const Visit& visit) {
  *steps -= static_cast<int64_t>(items.size()) + 1;
  if (*steps < 0) return Go::out_of_budget;
  if (items.empty()) return visit(region) ? Go::on : Go::stop;
  for (const Item& item : items) {
    if (item.left == 0) {
      is_used_[item.box] = true;
      if (note_) note_({ir::kNone, {}, item.box, &region});
      return Go::on;
    }
  }
  const Cut cut = choose(region, items);
  const CellSet before = region.sets[cut.column];
  const CellSet parts[] = {before.subtract(cut.part), before.intersect(cut.part)};
  if (note_ && !parts[0].is_empty() && !parts[1].is_empty()) {
    note_({cut.column, parts[0], 0, nullptr});
  }
  Go go = Go::on;
  std::vector<Item> inside;
  for (const CellSet& part : parts) {
    if (part.is_empty()) continue;
    inside.clear();
    Item kept;
    for (const Item& item : items) {
      if (keep(item, cut.column, before, part, &kept)) inside.push_back(kept);
    }
    region.sets[cut.column] = part;
    go = split(region, inside, steps, visit);
    if (go != Go::on) break;
  }
  region.sets[cut.column] = before;
  return go;
}

Cover::Cut Cover::choose(const Region& region, const std::vector<Item>& items) {
  if (items.size() > kFew) {
    Cut cut = between(region, items);
    if (cut.column != ir::kNone) return cut;
  }
  return around(region, items);
}

// The box that needs the fewest cuts to cover what is left, and of its columns the one that it
// covers least of: the other side is then done with it.
Cover::Cut Cover::around(const Region& region, const std::vector<Item>& items) const {
  const Item& nearest = *std::ranges::min_element(items, {}, &Item::left);
  Cut cut;
  double least = 2;
  for (const Constraint& c : boxes_[nearest.box]->constraints) {
    const CellSet& set = space_.columns()[c.column].sets[c.set];
    const CellSet& mine = region.sets[c.column];
    if (mine.is_subset_of(set)) continue;
    const CellSet part = mine.intersect(set);
    const double share = static_cast<double>(part.count()) / static_cast<double>(mine.count());
    if (share < least) {
      least = share;
      cut = {c.column, part};
    }
  }
  return cut;
}

// Halves a column at the middle end of the boxes' runs, where that leaves the fewest on both sides.
Cover::Cut Cover::between(const Region& region, const std::vector<Item>& items) {
  const size_t step = std::max<size_t>(1, items.size() / kSample);
  std::vector<uint32_t> used;
  for (size_t i = 0; i < items.size(); i += step) {
    for (const Constraint& c : boxes_[items[i].box]->constraints) {
      const CellSet& mine = region.sets[c.column];
      const CellSet& set = space_.columns()[c.column].sets[c.set];
      if (mine.is_subset_of(set)) continue;
      auto& ends = ends_[c.column];
      if (ends.empty()) used.push_back(c.column);
      for (const Run& run : set.runs()) {  // a cut stands before the cell
        if (run.first > mine.first() && run.first <= mine.last()) ends.push_back(run.first);
        if (run.last >= mine.first() && run.last < mine.last()) ends.push_back(run.last + 1);
      }
    }
  }
  Cut best;
  size_t least = std::numeric_limits<size_t>::max();
  std::ranges::sort(used);
  for (const uint32_t column : used) {
    auto& ends = ends_[column];
    if (ends.empty()) continue;
    auto middle = ends.begin() + static_cast<std::ptrdiff_t>(ends.size() / 2);
    std::ranges::nth_element(ends, middle);
    const CellSet& mine = region.sets[column];
    const CellSet below = mine.intersect(CellSet::of(0, *middle - 1));
    const CellSet above = mine.subtract(below);
    ends.clear();
    if (below.is_empty() || above.is_empty()) continue;
    size_t low = 0, high = 0;
    for (size_t i = 0; i < items.size(); i += step) {
      const CellSet* set = set_of(items[i].box, column);
      low += set == nullptr || set->meets(below) ? 1 : 0;
      high += set == nullptr || set->meets(above) ? 1 : 0;
    }
    const size_t cost = std::max(low, high) * 2 + std::min(low, high);
    if (cost < least) {
      least = cost;
      best = {column, below};
    }
  }
  for (const uint32_t column : used) ends_[column].clear();
  return best;
}

}  // namespace pac::analyze
