// Damages the sample and looks at what the verifier says. Each test damages one thing, and nothing
// before it in the verifier's order is wrong: without the rule under test the rule set would pass
// or crash.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "runtime/ir/verify.h"
#include "tests/unit/ir/sample.h"

namespace pac::ir::test {

inline constexpr const char* kModes[] = {"plain", "other"};
inline constexpr stdlib::Parameter kParameters[] = {
    {.name = "value", .kind = stdlib::Kind::decimal},
    {.name = "mode", .kind = stdlib::Kind::option, .options = kModes},
    {.name = "digits", .kind = stdlib::Kind::digits},
    {.name = "zone", .kind = stdlib::Kind::zone},
    {.name = "days", .kind = stdlib::Kind::date_list}};
inline constexpr stdlib::Function kFunction = {.module = "test",
                                               .name = "mix",
                                               .version = 2,
                                               .parameters = kParameters,
                                               .result = stdlib::Kind::decimal,
                                               .scale = stdlib::ResultScale::from_digits,
                                               .fixed_scale = 0,
                                               .errors = {},
                                               .symbol = "",
                                               .function = nullptr,
                                               .summary = "",
                                               .example = ""};

inline const stdlib::Function* find_function(std::string_view name, uint32_t version) {
  return name == "mix" && version == 2 ? &kFunction : nullptr;
}

template <typename Damage>
void refuses(const char* code, const std::string& words, Damage damage) {
  Sample s = sample();
  ASSERT_TRUE(verify(s.rs(), find_function).has_value())
      << verify(s.rs(), find_function).error().message;
  damage(s);
  const Result<void> result = verify(s.rs(), find_function);
  ASSERT_FALSE(result.has_value()) << "expected: " << words;
  EXPECT_EQ(result.error().code, code) << result.error().message;
  EXPECT_NE(result.error().message.find(words), std::string::npos) << result.error().message;
}

template <typename Change>
void takes(Change change) {
  Sample s = sample();
  change(s);
  const Result<void> result = verify(s.rs(), find_function);
  EXPECT_TRUE(result.has_value()) << result.error().message;
}

}  // namespace pac::ir::test
