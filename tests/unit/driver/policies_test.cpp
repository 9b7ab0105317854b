// Runs the tests that stand in the policies of tests/policies and examples, in both engines.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "compiler/diag/render.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/run_tests.h"

namespace pac::driver {
namespace {

std::vector<std::string> policies() {
  std::vector<std::string> out;
  for (const char* folder : {"/tests/policies", "/examples"}) {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(std::string(PAC_SOURCE_DIR) + folder)) {
      if (entry.path().extension() == ".pac") out.push_back(entry.path().string());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

class Policy : public testing::TestWithParam<std::string> {};

TEST_P(Policy, PassesItsTestsInBothEngines) {
  auto c = compile(GetParam());
  ASSERT_TRUE(c.has_value()) << c.error().code << " " << c.error().message;
  ASSERT_TRUE((*c)->checked.has_value()) << diag::render_pretty((*c)->sources, (*c)->emitter.all());
  EXPECT_EQ((*c)->emitter.warning_count(), 0u)
      << diag::render_pretty((*c)->sources, (*c)->emitter.all());
  EXPECT_FALSE((*c)->checked->tests.empty()) << "a policy without tests";
  auto results = run_tests(*(*c)->checked, {Engine::interp, Engine::native});
  ASSERT_TRUE(results.has_value()) << results.error().code << " " << results.error().message;
  for (const auto& result : *results) {
    for (const auto& problem : result.problems) {
      ADD_FAILURE() << result.test->title
                    << (result.engine == Engine::native ? " (native): " : " (interp): ") << problem
                    << "\n  " << result.actual;
    }
  }
  // Both engines wrote the same bytes, whatever was expected.
  for (size_t i = 0; i + 1 < results->size(); i += 2) {
    EXPECT_EQ((*results)[i].actual, (*results)[i + 1].actual) << (*results)[i].test->title;
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = std::filesystem::path(info.param).stem().string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return isalnum(static_cast<unsigned char>(c)) == 0; },
      '_');
  return name + "_" + std::to_string(info.index);
}

INSTANTIATE_TEST_SUITE_P(All, Policy, testing::ValuesIn(policies()), test_name);

TEST(RunTests, SaysWhatDiffers) {
  auto c = compile_texts({{"t.pac", R"(package t edition 1
decision d {
  input  { x: int }
  output { y: int, z: bool }
  rules first {
    rule big { when x > 10 then { y: 2, z: true } }
    otherwise { y: 1, z: false }
  }
}
test d "wrong on purpose" { given { x: 11 } expect { y: 1, z: true } by otherwise }
test d "refused on purpose" { given { x: 11 } expect refused x }
test d "right" { given { x: 10 } expect { y: 1 } by otherwise }
)"}});
  ASSERT_TRUE(c.has_value() && (*c)->checked);
  auto results = run_tests(*(*c)->checked, {Engine::interp});
  ASSERT_TRUE(results.has_value());
  ASSERT_EQ(results->size(), 3u);
  EXPECT_EQ(
      (*results)[0].problems,
      (std::vector<std::string>{"y: expected 1, got 2", "fired: expected otherwise, got big"}));
  EXPECT_EQ((*results)[1].problems, (std::vector<std::string>{"status: expected refused, got ok"}));
  EXPECT_TRUE((*results)[2].passed());
}

}  // namespace
}  // namespace pac::driver
