// `pac check --contract` as a user meets it: what an old version may be, places in both versions,
// packages that are gone, exit codes. The single breaches have golden files.
#include "tests/e2e/cli.h"

namespace pac::e2e {
namespace {

constexpr const char* kOld = R"(package shop edition 1

decision fee {
  input { total: int in 0 .. 100 }
  output { fee: int in 0 .. 10 }
  result { fee: if total > 50 then 0 else 5 }
}
)";

// Takes less than the old one.
constexpr const char* kNarrow = R"(package shop edition 1

decision fee {
  input { total: int in 0 .. 90 }
  output { fee: int in 0 .. 10 }
  result { fee: if total > 50 then 0 else 5 }
}
)";

class Contract : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    file("old/shop.pac", kOld);
    file("new/shop.pac", kNarrow);
  }
};

TEST_F(Contract, IsKeptByTheSamePolicyAndByAWiderOne) {
  const Outcome same = pac("check old/shop.pac --contract old");
  EXPECT_EQ(same.exit, 0) << same.err;
  EXPECT_TRUE(has(same.out, "contract kept: callers of 1 decision in old")) << same.out;
  EXPECT_EQ(pac("check old --contract new").exit, 0);
}

TEST_F(Contract, NamesBothPlacesAndWhatIsRefusedNow) {
  const Outcome found = pac("check new/shop.pac --contract old/shop.pac");
  EXPECT_EQ(found.exit, 1);
  EXPECT_TRUE(has(found.err, "PAC3204")) << found.err;
  EXPECT_TRUE(has(found.err, "new/shop.pac:4")) << found.err;
  EXPECT_TRUE(has(found.err, "old/shop.pac:4")) << found.err;
  EXPECT_TRUE(has(found.err, "`91` is refused now")) << found.err;
  EXPECT_FALSE(has(found.out, "contract kept"));
  const Outcome json = pac("check new --contract old --format json");
  EXPECT_EQ(json.exit, 1);
  EXPECT_TRUE(has(json.out, "\"code\":\"PAC3204\"")) << json.out;
}

TEST_F(Contract, TwoVersionsMayLieInOneFolder) {
  file("one/v1.pac", kOld);
  file("one/v2.pac", kNarrow);
  EXPECT_EQ(pac("check one/v1.pac --contract one/v2.pac").exit, 0);
  EXPECT_EQ(pac("check one/v2.pac --contract one/v1.pac").exit, 1);
  const Outcome diff = pac("diff one/v1.pac one/v2.pac");
  EXPECT_EQ(diff.exit, 1) << diff.err;
  EXPECT_TRUE(has(diff.out, "input `total`")) << diff.out;
}

TEST_F(Contract, TheOldVersionMayBeABundle) {
  ASSERT_EQ(pac("build old/shop.pac --output shop.pacb --no-native").exit, 0);
  EXPECT_EQ(pac("check old --contract shop.pacb").exit, 0);
  const Outcome found = pac("check new --contract shop.pacb");
  EXPECT_EQ(found.exit, 1);
  EXPECT_TRUE(has(found.err, "before int in 0 .. 100")) << found.err;
}

TEST_F(Contract, TheOldVersionMayBeARevision) {
  if (shell("command -v git").exit != 0) GTEST_SKIP() << "there is no git";
  const char* commit = " && git add -A && git -c user.name=t -c user.email=t@t commit -qm x";
  ASSERT_EQ(shell(std::string("git init -q .") + commit).exit, 0);
  file("old/shop.pac", kNarrow);
  for (const char* old : {"HEAD", "HEAD:old", "HEAD:./old/shop.pac"}) {
    const Outcome found = pac(std::string("check old --contract ") + old);
    EXPECT_EQ(found.exit, 1) << old << found.err;
    EXPECT_TRUE(has(found.err, "PAC3204")) << old << found.err;
  }
  EXPECT_EQ(pac("check new --contract HEAD").exit, 0);
  EXPECT_EQ(pac("check new --contract no_such_revision").exit, 3);
}

// What an old version uses is as old as itself, although the working tree has another by now.
TEST_F(Contract, ARevisionUsesPackagesOfThatRevision) {
  if (shell("command -v git").exit != 0) GTEST_SKIP() << "there is no git";
  const auto rates = [](const char* type) {
    return std::string("package rates edition 1\n\nrecord Order {\n  total: ") + type + "\n}\n";
  };
  const char* shop = R"(package shop edition 1

use rates

decision fee {
  input { order: Order }
  output { fee: int in 0 .. 10 }
  result { fee: if order.total > 50 then 0 else 5 }
}
)";
  file("policies/rates/rates.pac", rates("int in 0 .. 100"));
  file("policies/shop/shop.pac", shop);
  ASSERT_EQ(
      shell("git init -q . && git add -A && git -c user.name=t -c user.email=t@t commit -qm x")
          .exit,
      0);
  EXPECT_EQ(pac("check policies --contract HEAD").exit, 0);
  file("policies/rates/rates.pac", rates("int in 0 .. 90"));
  const Outcome found = pac("check policies --contract HEAD");
  EXPECT_EQ(found.exit, 1) << found.err;
  EXPECT_TRUE(has(found.err, "input `order.total` of `fee`")) << found.err;
}

TEST_F(Contract, APackageThatIsGoneIsABreach) {
  file("all/shop/shop.pac", kOld);
  file("all/more/more.pac",
       "package more edition 1\n\ndecision d {\n  output { a: int }\n"
       "  result { a: 1 }\n}\n");
  file("less/shop/shop.pac", kOld);
  file("less/other/other.pac", "package other edition 1\n");
  const Outcome found = pac("check less --contract all");
  EXPECT_EQ(found.exit, 1);
  EXPECT_TRUE(has(found.err, "PAC3201")) << found.err;
  EXPECT_TRUE(has(found.err, "its package `more` is gone")) << found.err;
  EXPECT_EQ(pac("check all --contract less").exit, 0);
}

TEST_F(Contract, SaysWhatCanNotBeCompared) {
  EXPECT_EQ(pac("check new old --contract old").exit, 2);
  EXPECT_EQ(pac("check new --contract nothing.pac").exit, 3);
  file("bad/shop.pac", "package shop edition 1\n\ndecision {\n");
  EXPECT_EQ(pac("check new --contract bad").exit, 3);
  // A package with errors is shown as ever; nothing is said of its contract.
  const Outcome broken = pac("check bad --contract old");
  EXPECT_EQ(broken.exit, 1);
  EXPECT_FALSE(has(broken.err, "PAC32")) << broken.err;
}

}  // namespace
}  // namespace pac::e2e
