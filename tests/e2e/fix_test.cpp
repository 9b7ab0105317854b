// `pac fix` as a user meets it: what it changes, what it leaves to people and why, and that it
// writes only where it may.
#include "tests/e2e/cli.h"

namespace pac::e2e {
namespace {

constexpr const char* kDead = R"(package shop edition 1

decision fee {
  input   { total: int in 0 .. 100 }  // this line is not in the one layout
  output { fee: int }
  rules first {
    rule large { when total > 50 then { fee: 0 } }

    /// Never reached.
    rule huge { when total > 90 then { fee: 1 } }

    // small orders
    rule small { when total <= 50 then { fee: 5 } }
  }
}
)";

class FixTest : public Cli {};

TEST_F(FixTest, DeletesADeadRuleAndTouchesNothingElse) {
  const std::string path = file("a.pac", kDead);
  const Outcome fixed = pac("fix a.pac");
  EXPECT_EQ(fixed.exit, 0) << fixed.err;
  EXPECT_TRUE(has(fixed.err, "a.pac:10: delete rule `huge` [PAC2201]")) << fixed.err;
  std::string wanted = kDead;
  const std::string gone =
      "    /// Never reached.\n    rule huge { when total > 90 then { fee: 1 } }\n\n";
  wanted.erase(wanted.find(gone), gone.size());
  EXPECT_EQ(read(path), wanted);
  const Outcome again = pac("fix a.pac");
  EXPECT_EQ(again.exit, 0);
  EXPECT_TRUE(has(again.err, "0 fixed, 0 left to you")) << again.err;
  EXPECT_EQ(read(path), wanted);
}

TEST_F(FixTest, CheckAndDiffWriteNothing) {
  const std::string path = file("a.pac", kDead);
  EXPECT_EQ(pac("fix a.pac --check").exit, 1);
  const Outcome diff = pac("fix a.pac --diff");
  EXPECT_EQ(diff.exit, 0);
  EXPECT_TRUE(has(diff.out, "\n-    rule huge { when total > 90 then { fee: 1 } }\n")) << diff.out;
  EXPECT_FALSE(has(diff.out, "\n+ ")) << diff.out;
  EXPECT_EQ(read(path), kDead);
}

TEST_F(FixTest, AppliesTheFixItsOfMessages) {
  const std::string path = file("a.pac", R"(package shop edition 1

decision fee {
  input { total: int in 0 .. 100 }
  output { fee: int }
  result { fee: if total = 50 then 0 else 5 }
}
)");
  const Outcome fixed = pac("fix a.pac");
  EXPECT_EQ(fixed.exit, 0) << fixed.err;
  EXPECT_TRUE(has(read(path), "if total == 50 then")) << read(path);
}

TEST_F(FixTest, LeavesWhatItCanNotFix) {
  file("a.pac",
       "package shop edition 1\n\ndecision fee {\n  output { fee: int }\n"
       "  result { fee: \"a\" }\n}\n");
  const Outcome left = pac("fix a.pac");
  EXPECT_EQ(left.exit, 1);
  EXPECT_TRUE(has(left.err, "1 error left; `pac check` shows it")) << left.err;
}

// A row that is deleted would give those below it other names in answers.
TEST_F(FixTest, DoesNotRenameRows) {
  const std::string text = R"(package shop edition 1

decision fee {
  input { total: int in 0 .. 100 }
  output { fee: int }
  table first {
    total => fee
    > 50  => 0
    > 90  => 1
    -     => 5
  }
}
)";
  const std::string path = file("a.pac", text);
  const Outcome left = pac("fix a.pac");
  EXPECT_EQ(left.exit, 0) << left.err;
  EXPECT_TRUE(has(left.err, "`row_3` would become `row_2`")) << left.err;
  EXPECT_EQ(read(path), text);
  std::string labelled = text;
  labelled.replace(labelled.find("-     => 5"), 10, "rest: -     => 5");
  file("a.pac", labelled);
  EXPECT_EQ(pac("fix a.pac").exit, 0);
  EXPECT_FALSE(has(read(path), "> 90")) << read(path);
}

TEST_F(FixTest, ARuleThatATestNamesStays) {
  const std::string text = std::string(kDead) + R"(
test fee "none is huge" {
  given  { total: 95 }
  expect { fee: 0 } by large
}

test fee "the name counts" {
  given  { total: 95 }
  expect { fee: 1 } by huge
}
)";
  const std::string path = file("a.pac", text);
  const Outcome left = pac("fix a.pac");
  EXPECT_TRUE(has(left.err, "left to you, as the policy would have errors")) << left.err;
  EXPECT_EQ(read(path), text);
}

std::string by_priority(const char* one, const char* other) {
  return std::string(R"(package shop edition 1

decision fee {
  input { total: int in 0 .. 100, member: bool }
  output { fee: int }
  rules by priority {
    rule one priority 10 { when )") +
         one + R"( then { fee: 0 } }
    rule other priority 10 { when )" +
         other + R"( then { fee: 5 } }
    otherwise { fee: 9 }
  }
}
)";
}

// The narrower rule would never decide if the wider one went first.
TEST_F(FixTest, NamesThePriorityWhereOnlyOneOrderHasAMeaning) {
  const std::string path = file("a.pac", by_priority("total > 50", "total > 50 and member"));
  const Outcome fixed = pac("fix a.pac");
  EXPECT_EQ(fixed.exit, 0) << fixed.err;
  EXPECT_TRUE(has(read(path), "rule other priority 11 {")) << fixed.err << read(path);
  EXPECT_TRUE(has(read(path), "rule one priority 10 {")) << read(path);
  EXPECT_EQ(pac("check a.pac --deny warnings").exit, 0);
}

TEST_F(FixTest, LeavesAPriorityThatIsAMatterOfWill) {
  const std::string text = by_priority("total > 50", "member");
  const std::string path = file("a.pac", text);
  const Outcome left = pac("fix a.pac");
  EXPECT_EQ(left.exit, 1);
  EXPECT_TRUE(has(left.err, "would do as well; say which")) << left.err;
  EXPECT_EQ(read(path), text);
}

TEST_F(FixTest, OffersTheRowOfAGap) {
  const std::string text = R"(package shop edition 1

decision fee {
  input { total: int in 0 .. 100 }
  output { fee: int }
  rules first {
    rule large { when total > 50 then { fee: 0 } }
    rule small { when total < 50 then { fee: 5 } }
  }
}
)";
  const std::string path = file("a.pac", text);
  const Outcome left = pac("fix a.pac");
  EXPECT_EQ(left.exit, 1);
  EXPECT_TRUE(has(left.err, "add a rule for total 50 [PAC2101]: left to you")) << left.err;
  EXPECT_EQ(read(path), text);
}

// Rows beside the gap say what it yields: all that differ in one cell yield the same.
TEST_F(FixTest, AddsTheRowThatIsEvident) {
  const std::string text = R"(package shop edition 1

decision fee {
  input  { total: int in 0 .. 100, member: bool }
  output { fee: int }
  table unique {
    total | member => fee
    < 50  | true   => 3
    > 50  | true   => 3
    -     | false  => 9
  }
}
)";
  const std::string path = file("a.pac", text);
  const Outcome fixed = pac("fix a.pac");
  EXPECT_EQ(fixed.exit, 0) << fixed.err;
  std::string wanted = text;
  const std::string last = "    -     | false  => 9\n";
  wanted.insert(wanted.find(last) + last.size(), "    50    | true   => 3\n");
  EXPECT_EQ(read(path), wanted);
  EXPECT_EQ(pac("check a.pac").exit, 0);
  EXPECT_EQ(pac("fmt a.pac --check").exit, 0);
  // Where they differ it is for people to say.
  std::string doubtful = text;
  doubtful.replace(doubtful.find("=> 3"), 4, "=> 4");
  file("a.pac", doubtful);
  EXPECT_EQ(pac("fix a.pac").exit, 1);
  EXPECT_EQ(read(path), doubtful);
}

// Conditions and cells that are always true, an `otherwise` that never decides, an acceptance of
// nothing.
TEST_F(FixTest, TakesAwayWhatIsIdle) {
  const std::string path = file("a.pac", R"(package shop edition 1

decision fee {
  input { total: int in 0 .. 100, member: bool }
  output { fee: int }
  rules first {
    rule large { when total > 50 then { fee: 0 } }
    rule small { when member and total <= 50 and total <= 60 then { fee: 5 } }
    rule rest { when not member then { fee: 7 } }
    otherwise { fee: 9 }
  }
}
)");
  const Outcome fixed = pac("fix a.pac");
  EXPECT_EQ(fixed.exit, 0) << fixed.err;
  EXPECT_FALSE(has(read(path), "otherwise")) << read(path);
  EXPECT_TRUE(has(read(path), "when member and total <= 50 then")) << read(path);
  EXPECT_EQ(pac("check a.pac --deny warnings").exit, 0) << read(path);
  EXPECT_TRUE(has(pac("fix a.pac").err, "0 fixed")) << read(path);
}

TEST_F(FixTest, KeepsLineEndsAndTheByteOrderMark) {
  std::string text = "\xEF\xBB\xBF";
  for (const char c : std::string(kDead)) text += c == '\n' ? "\r\n" : std::string(1, c);
  const std::string path = file("a.pac", text);
  EXPECT_EQ(pac("fix a.pac").exit, 0);
  const std::string fixed = read(path);
  EXPECT_TRUE(fixed.starts_with("\xEF\xBB\xBF"));
  EXPECT_FALSE(has(fixed, "huge"));
  for (size_t at = fixed.find('\n'); at != std::string::npos; at = fixed.find('\n', at + 1)) {
    ASSERT_EQ(fixed[at - 1], '\r') << at;
  }
}

TEST_F(FixTest, SaysWhatItNeeds) {
  EXPECT_EQ(pac("fix nothing.pac").exit, 3);
  EXPECT_EQ(pac("fix " + source_ + "/examples --check").exit, 0);
}

}  // namespace
}  // namespace pac::e2e
