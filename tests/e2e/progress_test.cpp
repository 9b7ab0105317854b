// The bar of long work, with times that the test says.
#include "cli/progress.h"

#include <gtest/gtest.h>

namespace pac::cli {
namespace {

class ProgressTest : public testing::Test {
 protected:
  void SetUp() override { out_ = open_memstream(&text_, &size_); }
  void TearDown() override {
    std::fclose(out_);
    std::free(text_);
  }
  std::string drawn() {
    std::fflush(out_);
    return {text_, size_};
  }
  char* text_ = nullptr;
  size_t size_ = 0;
  std::FILE* out_ = nullptr;
};

TEST_F(ProgressTest, DrawsAfterASecondAndNotTooOften) {
  Progress bar(out_, true, 1000);
  bar.update(999, 100, 5);
  EXPECT_EQ(drawn(), "");
  bar.update(1000, 500, 1'234'567);
  EXPECT_EQ(drawn(), "\r[###############---------------]  50%  1,234,567 decided");
  bar.update(1099, 600, 2'000'000);
  EXPECT_EQ(drawn().find("2,000,000"), std::string::npos);
  bar.update(1100, 2000, 2'000'000);  // a file that grows is never more than whole
  EXPECT_TRUE(drawn().ends_with("[##############################] 100%  2,000,000 decided"));
  bar.clear();
  EXPECT_TRUE(drawn().ends_with("\r\x1b[K"));
}

TEST_F(ProgressTest, ShowsOnlyTheCountWhereTheEndIsNotKnown) {
  Progress bar(out_, true, 0);
  bar.update(5000, 100, 42);
  EXPECT_EQ(drawn(), "\r42 decided");
}

TEST_F(ProgressTest, DrawsNothingWhereItMayNot) {
  Progress bar(out_, false, 1000);
  EXPECT_FALSE(bar.wants_time());
  bar.update(5000, 100, 42);
  bar.clear();
  EXPECT_EQ(drawn(), "");
}

TEST_F(ProgressTest, GroupsDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1'000'000), "1,000,000");
}

}  // namespace
}  // namespace pac::cli
