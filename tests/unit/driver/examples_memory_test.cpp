// The tests of all examples on the way from JSON to JSON: nothing is allocated, and the answer is
// the same whether it is written quickly or, where a buffer has no room to spare, field by field.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <vector>

#include "compiler/driver/compile.h"
#include "compiler/driver/load.h"
#include "runtime/base/text_numbers.h"
#include "runtime/engine/memory_features.h"
#include "runtime/engine/session.h"
#include "runtime/engine/write.h"
#include "tests/allocations.h"

namespace pac::driver {
namespace {

std::vector<std::string> examples() {
  std::vector<std::string> out;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(PAC_SOURCE_DIR "/examples")) {
    if (entry.path().extension() == ".pac") out.push_back(entry.path().string());
  }
  std::ranges::sort(out);
  return out;
}

std::size_t write_answer(const engine::Session& session, bool is_decided, char* buffer,
                         std::size_t capacity) {
  engine::TextSink sink(buffer, capacity);
  if (is_decided) {
    engine::write_decision(session, sink);
  } else {
    engine::write_refusal(session.refusals()[0], sink);
  }
  return sink.size();
}

class Example : public testing::TestWithParam<std::string> {};

TEST_P(Example, AllocatesNothingFromJsonToJson) {
  const auto compiled = compile(GetParam());
  ASSERT_TRUE(compiled.has_value() && (*compiled)->checked.has_value());
  const check::Checked& checked = *(*compiled)->checked;
  // The smallest is enough to see native code.
  const bool is_native = GetParam().ends_with("loan.pac");
  const auto rules = load(checked.rules, {is_native ? Engine::native : Engine::interp, 2});
  ASSERT_TRUE(rules.has_value()) << rules.error().message;
  engine::Session session(*rules, {});
  ASSERT_FALSE(checked.tests.empty());
  static char quick[1 << 16];
  static char careful[1 << 16];
  for (const check::TestCase& test : checked.tests) {
    engine::Context context;
    context.json = test.context;
    if (!test.as_of.empty()) {
      int32_t as_of = 0;
      ASSERT_EQ(parse_date(test.as_of, &as_of), TextStatus::ok);
      context.as_of = as_of;
    }
    auto features = engine::MemoryFeatures::parse(test.features);
    ASSERT_TRUE(features.has_value());
    const uint64_t before = test::allocations();
    const bool is_decided =
        session.bind_json(test.decision, test.input) && session.prepare(context, &*features);
    if (is_decided) session.decide();
    const std::size_t size = write_answer(session, is_decided, quick, sizeof quick);
    const uint64_t allocated = test::allocations() - before;
    EXPECT_EQ(allocated, 0u) << test.title;
    ASSERT_LT(size, sizeof quick);
    EXPECT_EQ(write_answer(session, is_decided, careful, size), size) << test.title;
    EXPECT_EQ(std::string_view(careful, size), std::string_view(quick, size)) << test.title;
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  return std::filesystem::path(info.param).stem().string();
}

INSTANTIATE_TEST_SUITE_P(Examples, Example, testing::ValuesIn(examples()), test_name);

}  // namespace
}  // namespace pac::driver
