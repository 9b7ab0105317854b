#include "compiler/analyze/cover.h"

#include <gtest/gtest.h>

#include "compiler/analyze/flat.h"
#include "runtime/ir/builder.h"

namespace pac::analyze {
namespace {

// Rules over two numbers 0 .. 99, as rectangles.
class Rectangles {
 public:
  Rectangles() {
    const auto number = b_.int_type();
    const auto domain = b_.between(0, 99);
    auto& d = b_.decision(
        "d", b_.record("in", {b_.field("x", number, domain), b_.field("y", number, domain)}),
        b_.record("out", {b_.field("r", number)}));
    d.policy = ir::HitPolicy::first;
  }

  void add(int x1, int x2, int y1, int y2) {
    auto& d = b_.rule_set.decisions[0];
    const auto within = [&](uint32_t slot, int from, int to) {
      return b_.op(ir::Op::in_range, b_.input(d, slot), b_.integer(from), b_.integer(to));
    };
    b_.rule(d, "r" + std::to_string(d.rules.size()), {within(0, x1, x2), within(1, y1, y2)},
            {b_.integer(1)});
  }

  Coverage cover(int64_t steps, double* uncovered) {
    ir::RuleSet working = b_.rule_set;
    const Flat flat = flatten(working, ir::DecisionId{0});
    const Space space(working, flat);
    std::vector<const Box*> boxes;
    std::vector<uint32_t> active;
    for (const Box& box : space.rule_boxes()) {
      active.push_back(static_cast<uint32_t>(boxes.size()));
      boxes.push_back(&box);
    }
    *uncovered = 0;
    return Cover(space, boxes).search(space.everything(), active, &steps, [&](const Region& part) {
      *uncovered += space.share_of(part).value_or(0);
      return true;
    });
  }

 private:
  ir::Builder b_;
};

TEST(Cover, CountsEachUncoveredPartOnce) {
  Rectangles r;
  r.add(0, 49, 0, 99);
  r.add(40, 99, 0, 89);
  double uncovered = 0;
  EXPECT_EQ(r.cover(1'000'000, &uncovered), Coverage::covered);  // the visitor always went on
  EXPECT_NEAR(uncovered, 0.05, 1e-9);
}

TEST(Cover, ProvesThatManyPiecesCoverAll) {
  Rectangles r;
  for (int x = 0; x < 10; ++x) {
    for (int y = 0; y < 10; ++y) r.add(x * 10, x * 10 + 9, y * 10, y * 10 + 9);
  }
  double uncovered = 1;
  EXPECT_EQ(r.cover(1'000'000, &uncovered), Coverage::covered);
  EXPECT_EQ(uncovered, 0);
}

TEST(Cover, FindsTheOneMissingPiece) {
  Rectangles r;
  for (int x = 0; x < 10; ++x) {
    for (int y = 0; y < 10; ++y) {
      if (x != 7 || y != 3) r.add(x * 10, x * 10 + 9, y * 10, y * 10 + 9);
    }
  }
  double uncovered = 0;
  EXPECT_EQ(r.cover(1'000'000, &uncovered), Coverage::covered);
  EXPECT_NEAR(uncovered, 0.01, 1e-9);
}

TEST(Cover, SaysWhenItsStepsAreUsedUp) {
  Rectangles r;
  for (int i = 0; i < 40; ++i) r.add(i, 99 - i, 0, 98 - i);
  double uncovered = 0;
  EXPECT_EQ(r.cover(20, &uncovered), Coverage::out_of_budget);
}

}  // namespace
}  // namespace pac::analyze
