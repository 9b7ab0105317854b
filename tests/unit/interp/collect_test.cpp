// `collect`: lists, folds, `for each`.
#include "tests/unit/interp/harness.h"

namespace pac::test {

using ir::FoldKind;
using ir::HitPolicy;

class CollectTest : public Harness {
 protected:
  // Input { n: int, items: list<int> }, contribution { points: int in -9e18.., tag: string }.
  ir::Decision& make(HitPolicy policy) {
    const ir::RecordId input = b.record(
        "in",
        {b.field("n", b.int_type()), b.field("items", b.list_type(b.int_type()), b.items(100))});
    contribution_ =
        b.record("out", {b.field("points", b.int_type(), b.between(INT64_MIN + 1, INT64_MAX)),
                         b.field("tag", b.string_type())});
    ir::Decision& d = b.decision("d", input, contribution_);
    d.policy = policy;
    if (policy == HitPolicy::collect_list)
      d.result_type = b.list_type(b.record_type(contribution_));
    return d;
  }
  void fold(ir::Decision& d, const std::vector<ir::Fold>& folds) {
    std::vector<ir::Field> fields;
    for (const ir::Fold& fold : folds) {
      TypeId type = b.int_type();
      if (fold.kind == FoldKind::min || fold.kind == FoldKind::max) type = b.optional(type);
      if (fold.kind == FoldKind::rule_list) type = b.list_type(b.string_type());
      fields.push_back(b.field("f" + std::to_string(fields.size()), type));
    }
    d.result_type = b.record_type(b.record("result", fields));
    d.folds = folds;
  }
  ir::Rule& add(ir::Decision& d, const char* name, int64_t from, ExprId points,
                const char* tag = "t") {
    return b.rule(d, name, {b.op(Op::ge, b.input(d, 0), b.integer(from))}, {points, b.text(tag)});
  }
  ir::Rule& add_each(ir::Decision& d, const char* name, int64_t above, ExprId* item) {
    const uint32_t v = b.var(d);
    *item = b.var(b.int_type(), v);
    ir::Rule& rule =
        b.rule(d, name, {b.op(Op::gt, *item, b.integer(above))}, {*item, b.text(name)});
    rule.each_list = b.input(d, 1);
    rule.each_var = v;
    return rule;
  }
  std::string run(int64_t n, const std::vector<int64_t>& items = {}) {
    return decide(
        ir::DecisionId{0},
        {number(n), Value::of(pac_list{items.data(), static_cast<uint32_t>(items.size()), 0})});
  }
  ir::RecordId contribution_{};
};

TEST_F(CollectTest, ListsKeepSourceOrder) {
  ir::Decision& d = make(HitPolicy::collect_list);
  add(d, "a", 10, b.integer(1));
  add(d, "c", 0, b.integer(5), "u");
  add(d, "e", 0, b.input(d, 0), "v");
  EXPECT_EQ(run(-1), "ok []");
  EXPECT_EQ(
      run(10),
      R"(ok [{points: 1, tag: "t"}, {points: 5, tag: "u"}, {points: 10, tag: "v"}] by a, c, e)");
  b.otherwise(b.rule_set.decisions[0], {b.integer(0), b.text("o")});
  EXPECT_EQ(run(-1), R"(ok [{points: 0, tag: "o"}] by otherwise)");
}

TEST_F(CollectTest, RankedListsAreSortedStably) {
  ir::Decision& d = make(HitPolicy::collect_list);
  d.ranking = {{0, true, {}}};
  add(d, "a", 0, b.integer(1), "a");
  add(d, "c", 0, b.integer(5), "c");
  add(d, "e", 0, b.integer(1), "e");
  add(d, "f", 0, b.integer(5), "f");
  EXPECT_EQ(
      run(1),
      R"(ok [{points: 5, tag: "c"}, {points: 5, tag: "f"}, {points: 1, tag: "a"}, {points: 1, tag: "e"}] by a, c, e, f)");
}

TEST_F(CollectTest, Folds) {
  ir::Decision& d = make(HitPolicy::collect_folds);
  fold(d, {{FoldKind::sum, 0},
           {FoldKind::count},
           {FoldKind::min, 0},
           {FoldKind::max, 0},
           {FoldKind::rule_list}});
  add(d, "a", 10, b.integer(4));
  add(d, "c", 0, b.integer(-7));
  EXPECT_EQ(run(-1), "ok {f0: 0, f1: 0, f2: missing, f3: missing, f4: []}");
  EXPECT_EQ(run(0), R"(ok {f0: -7, f1: 1, f2: -7, f3: -7, f4: ["c"]} by c)");
  EXPECT_EQ(run(10), R"(ok {f0: -3, f1: 2, f2: -7, f3: 4, f4: ["a", "c"]} by a, c)");
  b.otherwise(b.rule_set.decisions[0], {b.integer(3), b.text("o")});
  EXPECT_EQ(run(-1), R"(ok {f0: 3, f1: 1, f2: 3, f3: 3, f4: ["otherwise"]} by otherwise)");
}

TEST_F(CollectTest, ASumOverflowsAtTheFirstPrefixAndIsNoRulesFault) {
  ir::Decision& d = make(HitPolicy::collect_folds);
  fold(d, {{FoldKind::sum, 0}});
  add(d, "a", 0, b.integer(INT64_MAX));
  add(d, "c", 0, b.integer(1));
  add(d, "e", 0, b.integer(-5));
  EXPECT_EQ(run(0), "PAC5001 in d");
  b.rule_set.decisions[0].rules[2].outcome[0] = b.integer(INT64_MIN);
  EXPECT_EQ(run(0), "PAC5006 at e in d") << "domains bind each contribution, before folding";
}

TEST_F(CollectTest, ForEachContributesOncePerItem) {
  ir::Decision& d = make(HitPolicy::collect_folds);
  fold(d, {{FoldKind::sum, 0}, {FoldKind::count}, {FoldKind::rule_list}});
  ExprId item{};
  add_each(d, "high", 10, &item);
  add(d, "flat", 0, b.integer(100));
  EXPECT_EQ(run(0, {5, 20, 30}),
            R"(ok {f0: 150, f1: 3, f2: ["high", "high", "flat"]} by high, flat)");
  EXPECT_EQ(run(0, {}), R"(ok {f0: 100, f1: 1, f2: ["flat"]} by flat)");
  EXPECT_EQ(run(-1, {5}), "ok {f0: 0, f1: 0, f2: []}");
}

TEST_F(CollectTest, ForEachKeepsTheOrderOfTheList) {
  ir::Decision& d = make(HitPolicy::collect_list);
  ExprId item{};
  add_each(d, "x", 0, &item);
  add_each(d, "y", 10, &item);
  EXPECT_EQ(run(0, {20, -1, 5, 11}),
            R"(ok [{points: 20, tag: "x"}, {points: 5, tag: "x"}, {points: 11, tag: "x"}, )"
            R"({points: 20, tag: "y"}, {points: 11, tag: "y"}] by x, y)");
}

TEST_F(CollectTest, ErrorsInItemsAreTheRules) {
  ir::Decision& d = make(HitPolicy::collect_list);
  ExprId item{};
  ir::Rule& rule = add_each(d, "x", 0, &item);
  const ExprId inverse = b.op(Op::mod, b.integer(10), b.op(Op::sub, item, b.integer(7)));
  rule.outcome[0] = inverse;
  EXPECT_EQ(run(0, {-7, 8}), R"(ok [{points: 0, tag: "x"}] by x)");
  EXPECT_EQ(run(0, {8, 7}), "PAC5002 at x in d");
}

}  // namespace pac::test
