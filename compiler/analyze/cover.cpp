#include "compiler/analyze/cover.h"

#include <algorithm>
#include <limits>

namespace pac::analyze {

namespace {

// Up to so many boxes a region is split around one of them, which ends soonest; with more, between
// them, so that few lie on both sides.
constexpr size_t kFew = 250;
constexpr size_t kSample = 400;

// Fewer boxes are split around as fast. Points that lie in no box, but which columns that depend on
// each other can't have, are asked of the solver: few of those.
constexpr size_t kFewestForPoints = 8;
constexpr int kMostPoints = 64, kPointsOfAWalk = 16, kMostRefused = 2;

// splitmix64 (S. Vigna): the same on every machine.
uint64_t next(uint64_t* state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

CellSet one_of(const CellSet& set, uint64_t* random) {
  uint64_t left = next(random) % set.count();
  for (const Run& run : set.runs()) {
    const uint64_t size = uint64_t{run.last} - run.first + 1;
    if (left < size) {
      const auto cell = static_cast<uint32_t>(run.first + left);
      return CellSet::of(cell, cell);
    }
    left -= size;
  }
  return set;
}

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

Coverage Cover::split_all(Region region, const std::vector<Item>& items, int64_t* steps,
                          const Visit& visit) {
  switch (split(region, items, steps, visit)) {
    case Go::on:
      return Coverage::covered;
    case Go::stop:
      return Coverage::uncovered;
    default:
      return Coverage::out_of_budget;
  }
}

Coverage Cover::search(Region region, const std::vector<uint32_t>& active, int64_t* steps,
                       const Visit& visit) {
  const std::vector<Item> items = items_in(region, active);
  return split_all(std::move(region), items, steps, visit);
}

Coverage Cover::find(Region region, const std::vector<uint32_t>& active, int64_t* steps,
                     const Visit& visit) {
  const std::vector<Item> items = items_in(region, active);
  const auto is_whole = [](const Item& item) { return item.left == 0; };
  if (items.size() >= kFewestForPoints && std::ranges::none_of(items, is_whole) &&
      try_points(region, items, steps, visit)) {
    return Coverage::uncovered;
  }
  return split_all(std::move(region), items, steps, visit);
}

// A walk from point to point: out of the first box that holds it, by one of its columns, as
// WalkSAT goes from clause to clause (Selman, Kautz, Cohen: Noise strategies for improving local
// search, AAAI 1994). A point is a cell of each column that a box cuts the region in.
bool Cover::try_points(const Region& region, const std::vector<Item>& items, int64_t* steps,
                       const Visit& visit) const {
  uint64_t random = 0x9e3779b97f4a7c15;
  std::vector<bool> is_cut(column_count_);
  for (const Item& item : items) {
    for (const Constraint& c : boxes_[item.box]->constraints) is_cut[c.column] = true;
  }
  Region point = region;
  int refused = 0;
  for (int tried = 0; tried < kMostPoints; ++tried) {
    if (tried % kPointsOfAWalk == 0) {
      for (size_t column = 0; column < column_count_; ++column) {
        if (is_cut[column]) point.sets[column] = one_of(region.sets[column], &random);
      }
    }
    *steps -= static_cast<int64_t>(items.size() / 8) + 1;
    const auto holds_point = [&](const Item& item) {
      return std::ranges::all_of(boxes_[item.box]->constraints, [&](const Constraint& c) {
        return space_.columns()[c.column].sets[c.set].contains(point.sets[c.column].first());
      });
    };
    const auto box = std::ranges::find_if(items, holds_point);
    if (box == items.end()) {
      if (!visit(point)) return true;
      if (++refused == kMostRefused) return false;
      tried |= kPointsOfAWalk - 1;  // on from another point
    } else if (!move_out_of(box->box, region, &point, &random)) {
      return false;
    }
  }
  return false;
}

bool Cover::move_out_of(uint32_t box, const Region& region, Region* point, uint64_t* random) const {
  const auto& constraints = boxes_[box]->constraints;
  const size_t from = static_cast<size_t>(next(random) % constraints.size());
  for (size_t i = 0; i < constraints.size(); ++i) {
    const Constraint& c = constraints[(from + i) % constraints.size()];
    const CellSet rest = region.sets[c.column].subtract(space_.columns()[c.column].sets[c.set]);
    if (rest.is_empty()) continue;
    point->sets[c.column] = one_of(rest, random);
    return true;
  }
  return false;
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
