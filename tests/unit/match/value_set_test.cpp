#include "runtime/match/value_set.h"

#include <gtest/gtest.h>

namespace pac::test {

namespace {

using match::kLeast;
using match::kMost;
using match::Span;
using match::ValueSet;

TEST(ValueSet, ComplementTurnsSpansIntoGaps) {
  const ValueSet set{{{kLeast, 3}, {7, 7}}, true};
  const ValueSet rest = set.complement(true);
  EXPECT_EQ(rest.spans, (std::vector<Span>{{4, 6}, {8, kMost}}));
  EXPECT_FALSE(rest.missing);
  EXPECT_EQ(rest.complement(true).spans, set.spans);
  EXPECT_TRUE(ValueSet::all(true).complement(true).is_empty());
  EXPECT_TRUE(ValueSet{}.complement(true).is_all(true));
}

TEST(ValueSet, NeighboursGrowTogether) {
  const ValueSet set = ValueSet::of_spans({{5, 9}, {1, 2}, {3, 4}, {20, 30}, {22, 23}}, false);
  EXPECT_EQ(set.spans, (std::vector<Span>{{1, 9}, {20, 30}}));
  EXPECT_EQ(set.intersected(ValueSet::of(8, 25)).spans, (std::vector<Span>{{8, 9}, {20, 25}}));
}

TEST(ValueSet, NoCutIsMadeWhereThereAreNoValues) {
  ValueSet set{{{0, 5}, {90, 100}, {200, 300}}, false};
  set.clip({0, 100});
  EXPECT_EQ(set.spans, (std::vector<Span>{{kLeast, 5}, {90, kMost}}));
}

}  // namespace

}  // namespace pac::test
