// The policy of a bank that the tests of recording decide by.
#pragma once

#include <gtest/gtest.h>

#include "compiler/driver/compile.h"

namespace pac::ledger::test {

inline constexpr const char* kPolicy = R"(package bank edition 1
param base: decimal(2) { from 2020-01-01: 1.50  from 2026-01-01: 2.50 }
record Person { name: string max 50 chars, age: int? in 0 .. 150 }
decision rate {
  context { as_of: date, now: datetime, caller: string }
  input { who: Person, amount: decimal(2) unit EUR in 0.00 .. 1_000.00 }
  feature score: int? of who.name max_age 2 days
  output { rate: decimal(2), why: string }
  rules first {
    rule known {
      when score default 0 > 700
      then { rate: base, why: "known" }
      cites eurlex "32011L0083"
    }
    otherwise { rate: 9.00, why: "not known: {who.name}" }
  }
}
)";

inline const driver::Compilation& compiled() {
  static const auto kOne = [] {
    auto made = driver::compile_texts({{"bank.pac", kPolicy}});
    EXPECT_TRUE((*made)->checked);
    return std::move(*made);
  }();
  return *kOne;
}

}  // namespace pac::ledger::test
