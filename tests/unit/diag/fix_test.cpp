#include "compiler/diag/fix.h"

#include "tests/unit/diag/testing.h"

namespace pac::diag {
namespace {

using test::Source;

TEST(Fix, AppliesAllThatDoNotTouch) {
  Source source("let x = a and b\n");
  source.report(source.at("b")).fix(source.at("b"), "beta", "");
  source.report(source.at("let")).fix(source.at("let "), "", "");
  source.report(source.at("=")).fix(source.at("a "), "alpha ", "");
  const FixedText fixed = apply_fixes(source.file(), source.emitter.all());
  EXPECT_EQ(fixed.text, "x = alpha and beta\n");
  EXPECT_EQ(fixed.applied_count, 3u);
  EXPECT_EQ(fixed.skipped_count, 0u);
}

TEST(Fix, LeavesForTheNextRunWhatTouchesAnother) {
  Source source("abc\n");
  source.report(source.at("a")).fix(source.bytes(0, 2), "X", "");
  source.report(source.at("b")).fix(source.bytes(1, 3), "Y", "");
  source.report(source.at("c")).fix(source.bytes(2, 2), "Z", "");
  const FixedText fixed = apply_fixes(source.file(), source.emitter.all());
  EXPECT_EQ(fixed.text, "Xc\n");
  EXPECT_EQ(fixed.applied_count, 1u);
  EXPECT_EQ(fixed.skipped_count, 2u);
}

TEST(Fix, TakesAnEqualFixOnce) {
  Source source("abc\n");
  source.report(source.at("a")).fix(source.bytes(1, 1), ",", "");
  source.report(source.at("b")).fix(source.bytes(1, 1), ",", "");
  const FixedText fixed = apply_fixes(source.file(), source.emitter.all());
  EXPECT_EQ(fixed.text, "a,bc\n");
  EXPECT_EQ(fixed.applied_count, 1u);
  EXPECT_EQ(fixed.skipped_count, 0u);
}

TEST(Fix, LeavesOtherFilesAlone) {
  Source source("abc\n");
  const uint32_t other = source.add("abc\n", "other.pac");
  source.report(source.at("a")).fix(source.in(other, "a"), "X", "");
  source.report(source.at("a"));
  EXPECT_EQ(apply_fixes(source.file(), source.emitter.all()).text, "abc\n");
  EXPECT_EQ(apply_fixes(source.set.file(other), source.emitter.all()).text, "Xbc\n");
}

}  // namespace
}  // namespace pac::diag
