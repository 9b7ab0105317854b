// Expressions as their author would write them.
#include "runtime/ir/phrase.h"

#include <gtest/gtest.h>

#include "runtime/ir/builder.h"

namespace pac::ir {
namespace {

class PhraseTest : public testing::Test {
 protected:
  PhraseTest() {
    const auto in = b_.record(
        "d.in", {b_.field("x", b_.int_type()), b_.field("y", b_.int_type()),
                 b_.field("note", b_.optional(b_.string_type())), b_.field("ok", b_.bool_type()),
                 b_.field("xs", b_.list_type(b_.int_type()))});
    b_.decision("d", in, b_.record("d.out", {b_.field("z", b_.int_type())}));
  }
  const Decision& d() const { return b_.rule_set.decisions[0]; }
  ExprId x() { return b_.input(d(), 0); }
  ExprId y() { return b_.input(d(), 1); }
  ExprId note() { return b_.input(d(), 2); }
  ExprId ok() { return b_.input(d(), 3); }
  ExprId more(ExprId a, int64_t than) { return b_.op(Op::gt, a, b_.integer(than)); }
  std::string said(ExprId id) { return phrase(b_.rule_set, d(), id); }

  Builder b_;
};

TEST_F(PhraseTest, PutsParenthesesWhereTheyAreNeeded) {
  const ExprId p = more(x(), 1), q = more(y(), 2);
  EXPECT_EQ(said(b_.op(Op::or_, b_.op(Op::and_, p, q), ok())), "x > 1 and y > 2 or ok");
  EXPECT_EQ(said(b_.op(Op::and_, b_.op(Op::or_, p, q), ok())), "(x > 1 or y > 2) and ok");
  EXPECT_EQ(said(b_.op(Op::not_, b_.op(Op::or_, p, q))), "not (x > 1 or y > 2)");
  const ExprId sum = b_.op(Op::add, x(), y());
  EXPECT_EQ(said(b_.op(Op::mul, sum, b_.integer(3))), "(x + y) * 3");
  EXPECT_EQ(said(b_.op(Op::sub, x(), sum)), "x - (x + y)");
  EXPECT_EQ(said(b_.op(Op::sub, sum, x())), "x + y - x");
}

TEST_F(PhraseTest, SpeaksOfPresence) {
  EXPECT_EQ(said(b_.op(Op::is_present, note())), "note is present");
  EXPECT_EQ(said(b_.op(Op::not_, b_.op(Op::is_present, note()))), "note is missing");
  EXPECT_EQ(said(b_.op(Op::eq, b_.op(Op::default_, note(), b_.text("a")), b_.text("b"))),
            "note default \"a\" == \"b\"");
}

TEST_F(PhraseTest, IsBounded) {
  ExprId all = more(x(), 1);
  for (int i = 0; i < 1000; ++i) all = b_.op(Op::and_, all, more(y(), i));
  const std::string text = said(all);
  EXPECT_LT(text.size(), 300u);
  EXPECT_TRUE(text.ends_with("…")) << text;
}

}  // namespace
}  // namespace pac::ir
