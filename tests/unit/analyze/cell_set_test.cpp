#include "compiler/analyze/cell_set.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

namespace pac::analyze {
namespace {

constexpr uint32_t kCells = 12;

std::vector<bool> marks_of(uint32_t bits) {
  std::vector<bool> out(kCells);
  for (uint32_t i = 0; i < kCells; ++i) out[i] = (bits >> i & 1) != 0;
  return out;
}

CellSet set_of(uint32_t bits) { return CellSet::of(marks_of(bits)); }

// Every operation against the same one on bits.
RC_GTEST_PROP(CellSet, ActsAsASetOfBits, ()) {
  const auto x = *rc::gen::inRange<uint32_t>(0, 1u << kCells);
  const auto y = *rc::gen::inRange<uint32_t>(0, 1u << kCells);
  const CellSet a = set_of(x), b = set_of(y);
  RC_ASSERT(a.intersect(b) == set_of(x & y));
  RC_ASSERT(a.unite(b) == set_of(x | y));
  RC_ASSERT(a.subtract(b) == set_of(x & ~y));
  RC_ASSERT(a.meets(b) == ((x & y) != 0));
  RC_ASSERT(a.is_subset_of(b) == ((x & ~y) == 0));
  RC_ASSERT(a.is_empty() == (x == 0));
  RC_ASSERT(a.count() == static_cast<uint64_t>(__builtin_popcount(x)));
  for (uint32_t i = 0; i < kCells; ++i) RC_ASSERT(a.contains(i) == ((x >> i & 1) != 0));
}

RC_GTEST_PROP(CellSet, IsMadeOfRunsInAnyOrder, ()) {
  std::vector<Run> runs;
  uint32_t bits = 0;
  for (auto i = *rc::gen::inRange(0, 6); i > 0; --i) {
    const auto first = *rc::gen::inRange(0u, kCells);
    const auto last = *rc::gen::inRange(first, kCells);
    runs.push_back({first, last});
    for (uint32_t cell = first; cell <= last; ++cell) bits |= 1u << cell;
  }
  RC_ASSERT(CellSet::of(runs) == set_of(bits));
}

TEST(CellSet, KeepsNeighboursInOneRun) {
  const CellSet both = CellSet::of(0, 3).unite(CellSet::of(4, 6));
  ASSERT_EQ(both.runs().size(), 1u);
  EXPECT_EQ(both.first(), 0u);
  EXPECT_EQ(both.last(), 6u);
}

}  // namespace
}  // namespace pac::analyze
