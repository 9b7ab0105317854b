// A small package, built into bundles by the tests.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "compiler/driver/build.h"

namespace pac::driver::test {

inline constexpr const char* kPolicy = R"(package sample edition 1

decision limit {
  context { as_of: date >= 2025-01-01, zone "Europe/Helsinki" }
  input  { score: int in 300 .. 850, amount: decimal(2) in 0.01 .. 1_000.00, land: string? }
  output { granted: bool, reason: string }
  rules first {
    rule good { when score >= 700 and amount <= 123.45 then { granted: true, reason: "good" } }
    rule far { when land default "" == "Iceland" then { granted: false, reason: "far" } }
    otherwise { granted: false, reason: "none" }
  }
}

test limit "good" {
  given  { score: 720, amount: 5.00 }
  as_of  2026-03-01
  expect { granted: true } by good
}
)";

inline std::unique_ptr<Compilation> compiled(const std::string& text = kPolicy) {
  auto c = compile_texts({{"some/folder/sample.pac", text}});
  EXPECT_TRUE(c.has_value() && (*c)->checked.has_value());
  return c ? std::move(*c) : nullptr;
}

inline crypto::SigningKey key_of(uint8_t byte) {
  crypto::Seed seed;
  seed.fill(byte);
  auto key = crypto::SigningKey::from_seed(seed);
  EXPECT_TRUE(key.has_value());
  return std::move(*key);
}

inline Built built(const BuildOptions& options, const std::string& text = kPolicy) {
  const auto c = compiled(text);
  auto out = build(*c, options);
  EXPECT_TRUE(out.has_value()) << (out ? "" : out.error().message);
  return out ? std::move(*out) : Built{};
}

}  // namespace pac::driver::test
