#include "compiler/analyze/region_list.h"

#include <algorithm>

namespace pac::analyze {

namespace {

constexpr size_t kMostSimplified = 300;  // the work grows with the square of it
constexpr int kMostRounds = 8;
constexpr int kMostSteps = 2'000;  // of asking whether others cover one region

// The only column in which `a` is not within `b`; the number of columns where there are none, or
// more.
size_t only_apart(const Region& a, const Region& b) {
  size_t out = a.sets.size();
  for (size_t i = 0; i < a.sets.size(); ++i) {
    if (a.sets[i].is_subset_of(b.sets[i])) continue;
    if (out != a.sets.size()) return a.sets.size();
    out = i;
  }
  return out;
}

// What lies in the other column by column, and in the union of both in one of them, lies in one of
// both.
bool widen_each(std::vector<Region>* all) {
  bool has_changed = false;
  for (size_t i = 0; i < all->size(); ++i) {
    for (size_t k = 0; k < all->size(); ++k) {
      Region& one = (*all)[i];
      const Region& other = (*all)[k];
      const size_t column = i == k ? one.sets.size() : only_apart(one, other);
      if (column == one.sets.size() || other.sets[column].is_subset_of(one.sets[column])) continue;
      one.sets[column] = one.sets[column].unite(other.sets[column]);
      has_changed = true;
    }
  }
  return has_changed;
}

void drop_within_others(std::vector<Region>* all) {
  for (size_t i = all->size(); i-- > 0;) {
    const Region one = (*all)[i];
    bool is_needless = false;
    for (size_t k = 0; k < all->size() && !is_needless; ++k) {
      is_needless = k != i && is_within(one, (*all)[k]);
    }
    if (is_needless) all->erase(all->begin() + static_cast<std::ptrdiff_t>(i));
  }
}

// Whether all of the region lies in those from `next` on but `without`.
bool is_covered(Region region, const std::vector<Region>& by, size_t next, size_t without,
                int* steps) {
  if (--*steps < 0) return false;
  const auto meets = [&](const Region& other) {
    for (size_t i = 0; i < region.sets.size(); ++i) {
      if (!region.sets[i].meets(other.sets[i])) return false;
    }
    return true;
  };
  while (next < by.size() && (next == without || !meets(by[next]))) ++next;
  if (next == by.size()) return false;
  for (size_t i = 0; i < region.sets.size(); ++i) {
    const CellSet rest = region.sets[i].subtract(by[next].sets[i]);
    if (rest.is_empty()) continue;
    Region part = region;
    part.sets[i] = rest;
    if (!is_covered(std::move(part), by, next + 1, without, steps)) return false;
    region.sets[i] = region.sets[i].intersect(by[next].sets[i]);
  }
  return true;
}

}  // namespace

bool is_within(const Region& inner, const Region& outer) {
  for (size_t i = 0; i < inner.sets.size(); ++i) {
    if (!inner.sets[i].is_subset_of(outer.sets[i])) return false;
  }
  return true;
}

std::vector<Region> simplified(const Space& space, std::vector<Region> regions) {
  if (regions.size() < 2 || regions.size() > kMostSimplified) return regions;
  for (int round = 0; round < kMostRounds && widen_each(&regions); ++round) {
    drop_within_others(&regions);
  }
  drop_within_others(&regions);
  const auto asked = [&](const Region& region) {
    size_t out = 0;
    for (size_t i = 0; i < region.sets.size(); ++i) {
      out += region.sets[i] == space.columns()[i].sets[0] ? 0 : 1;
    }
    return out;
  };
  std::ranges::stable_sort(regions, {}, asked);
  for (size_t i = regions.size(); i-- > 0;) {
    int steps = kMostSteps;
    if (is_covered(regions[i], regions, 0, i, &steps)) {
      regions.erase(regions.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  return regions;
}

Region common_part(const Space& space, const std::vector<Region>& regions) {
  Region out = regions.front();
  for (size_t i = 0; i < out.sets.size(); ++i) {
    const auto is_alike = [&](const Region& one) { return one.sets[i] == out.sets[i]; };
    if (!std::ranges::all_of(regions, is_alike)) out.sets[i] = space.columns()[i].sets[0];
  }
  return out;
}

}  // namespace pac::analyze
