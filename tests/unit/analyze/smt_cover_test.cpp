#include "compiler/analyze/smt_cover.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <random>

#include "compiler/analyze/flat.h"
#include "runtime/ir/builder.h"

namespace pac::analyze {
namespace {

constexpr int kFields = 3;
constexpr int kValues = 8;

// One field's part of a rule: values from .. to, or all but those.
struct Part {
  int field = 0, from = 0, to = 0;
  bool is_outside = false;
  bool holds(int value) const { return (value >= from && value <= to) != is_outside; }
};
using Parts = std::vector<Part>;
using Point = std::array<int, kFields>;

bool holds(const Parts& parts, const Point& point) {
  return std::ranges::all_of(parts, [&](const Part& p) { return p.holds(point[size_t(p.field)]); });
}

// Rules over three numbers 0 .. 7.
class Rules {
 public:
  explicit Rules(const std::vector<Parts>& rules) {
    make(rules);
    flat_ = flatten(b_.rule_set, ir::DecisionId{0});
    space_.emplace(b_.rule_set, flat_);
    for (const Box& box : space_->rule_boxes()) {
      active_.push_back(static_cast<uint32_t>(boxes_.size()));
      boxes_.push_back(&box);
    }
  }

  const Space& space() const { return *space_; }
  const std::vector<const Box*>& boxes() const { return boxes_; }
  const std::vector<uint32_t>& active() const { return active_; }

  Coverage by_clauses(SmtCover& cover, const Region& region, int64_t steps,
                      const Cover::Visit& visit) const {
    return cover.find(region, active_, &steps, visit);
  }

 private:
  void make(const std::vector<Parts>& rules) {
    const auto number = b_.int_type();
    const auto domain = b_.between(0, kValues - 1);
    std::vector<ir::Field> fields;
    for (const char* name : {"x", "y", "z"}) fields.push_back(b_.field(name, number, domain));
    auto& d = b_.decision("d", b_.record("in", fields), b_.record("out", {b_.field("r", number)}));
    d.policy = ir::HitPolicy::first;
    for (const Parts& parts : rules) {
      std::vector<ir::ExprId> conditions;
      for (const Part& part : parts) {
        const auto within = b_.op(ir::Op::in_range, b_.input(d, static_cast<uint32_t>(part.field)),
                                  b_.integer(part.from), b_.integer(part.to));
        conditions.push_back(part.is_outside ? b_.op(ir::Op::not_, within) : within);
      }
      b_.rule(d, "r" + std::to_string(d.rules.size()), conditions, {b_.integer(1)});
    }
  }

  ir::Builder b_;
  Flat flat_;
  std::optional<Space> space_;
  std::vector<const Box*> boxes_;
  std::vector<uint32_t> active_;
};

std::vector<Parts> random_rules(std::mt19937_64& random, int count) {
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<uint64_t>(n)); };
  std::vector<Parts> out;
  for (int i = 0; i < count; ++i) {
    Parts parts;
    for (int field = 0; field < kFields; ++field) {
      if (below(3) == 0 && !(field == kFields - 1 && parts.empty())) continue;
      const int from = below(kValues - 1);
      // Never all values: a rule without a condition has a box without constraints.
      const int to = std::min(from + below(kValues - 2), from == 0 ? kValues - 2 : kValues - 1);
      parts.push_back({field, from, to, from > 0 && to < kValues - 1 && below(4) == 0});
    }
    out.push_back(parts);
  }
  return out;
}

bool is_free_somewhere(const std::vector<Parts>& rules) {
  for (int x = 0; x < kValues; ++x) {
    for (int y = 0; y < kValues; ++y) {
      for (int z = 0; z < kValues; ++z) {
        const auto here = [&](const Parts& parts) { return holds(parts, {x, y, z}); };
        if (std::ranges::none_of(rules, here)) return true;
      }
    }
  }
  return false;
}

// Every answer against trying all points, and against splitting.
TEST(SmtCover, AgreesWithTryingEveryPoint) {
  std::mt19937_64 random(1);
  int covered = 0, uncovered = 0;
  for (int round = 0; round < 150; ++round) {
    const auto parts = random_rules(random, 4 + static_cast<int>(random() % 30));
    const Rules rules(parts);
    SmtCover cover(rules.space(), rules.boxes());
    bool is_outside_of_all = true;
    const Coverage answer =
        rules.by_clauses(cover, rules.space().everything(), 1'000'000, [&](const Region& part) {
          for (const Box* const box : rules.boxes()) {
            is_outside_of_all =
                is_outside_of_all &&
                std::ranges::any_of(box->constraints, [&](const Constraint& c) {
                  return !part.sets[c.column].meets(rules.space().columns()[c.column].sets[c.set]);
                });
          }
          return false;
        });
    const bool expected = is_free_somewhere(parts);
    ASSERT_EQ(answer, expected ? Coverage::uncovered : Coverage::covered) << round;
    EXPECT_TRUE(is_outside_of_all) << round;
    if (!expected) {
      // The boxes that are named suffice.
      int64_t steps = 1'000'000;
      Cover split(rules.space(), rules.boxes());
      EXPECT_EQ(split.search(rules.space().everything(), cover.used(), &steps,
                             [](const Region&) { return false; }),
                Coverage::covered)
          << round;
    }
    ++(expected ? uncovered : covered);
  }
  EXPECT_GE(covered, 20);
  EXPECT_GE(uncovered, 20);
}

// One after another, as the rules of a decision are asked about: what was learned does no harm.
TEST(SmtCover, AnswersManyQuestionsOfOneDecision) {
  std::mt19937_64 random(2);
  const auto parts = random_rules(random, 60);
  const Rules rules(parts);
  SmtCover cover(rules.space(), rules.boxes());
  for (uint32_t last = 1; last < rules.boxes().size(); ++last) {
    const std::vector<uint32_t> before(rules.active().begin(), rules.active().begin() + last);
    const Region region = rules.space().region_of(*rules.boxes()[last]);
    Cover split(rules.space(), rules.boxes());
    const auto stop = [](const Region&) { return false; };
    int64_t steps = 10'000'000, more_steps = 10'000'000;
    EXPECT_EQ(cover.find(region, before, &steps, stop),
              split.search(region, before, &more_steps, stop))
        << last;
  }
}

TEST(SmtCover, SaysWhenItsStepsAreUsedUp) {
  std::mt19937_64 random(3);
  const Rules rules(random_rules(random, 40));
  SmtCover cover(rules.space(), rules.boxes());
  EXPECT_EQ(
      rules.by_clauses(cover, rules.space().everything(), 0, [](const Region&) { return false; }),
      Coverage::out_of_budget);
}

// A point stands for its cells, so that what is refused once is refused for all of them.
TEST(SmtCover, CountsRefusedPointsAsCovered) {
  const Rules rules({{{0, 0, 3, false}}});
  SmtCover cover(rules.space(), rules.boxes());
  int visits = 0;
  EXPECT_EQ(rules.by_clauses(cover, rules.space().everything(), 1'000'000,
                             [&](const Region&) { return ++visits > 0; }),
            Coverage::covered);
  EXPECT_EQ(visits, 1);
}

TEST(SmtCover, GivesUpWhereManyPointsAreRefused) {
  std::vector<Parts> corners;
  for (int i = 0; i < kValues; ++i) corners.push_back({{0, i, i}, {1, i, i}, {2, i, i}});
  const Rules rules(corners);
  SmtCover cover(rules.space(), rules.boxes());
  int visits = 0;
  EXPECT_EQ(rules.by_clauses(cover, rules.space().everything(), 100'000'000,
                             [&](const Region&) { return ++visits > 0; }),
            Coverage::out_of_budget);
  EXPECT_LT(visits, 100);  // of 504
}

}  // namespace
}  // namespace pac::analyze
