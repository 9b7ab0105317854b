// Damages the encoding of a rule set anywhere. What decoder and verifier let pass must be safe to
// use: printing, layout, orders and digests walk all of it. Run it under the address sanitizer too.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/ir/encode.h"
#include "runtime/ir/function.h"
#include "runtime/ir/layout.h"
#include "runtime/ir/limits.h"
#include "runtime/ir/print.h"
#include "tests/unit/base/property.h"
#include "tests/unit/ir/damage.h"

namespace pac::ir {
namespace {

using pac::test::in_range;

// Where numbers begin that stand outside strings.
std::vector<size_t> numbers_in(const std::string& text) {
  std::vector<size_t> places;
  bool in_string = false;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') in_string = !in_string;
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    const bool after_number = (text[i - 1] >= '0' && text[i - 1] <= '9') || text[i - 1] == '-';
    if (!in_string && is_digit && !after_number) places.push_back(i);
  }
  return places;
}

std::string damaged(std::string text, const std::vector<std::string>& numbers) {
  const std::vector<size_t> places = numbers_in(text);
  const size_t at = places[in_range<size_t>(0, places.size())];
  const size_t end = text.find_first_not_of("0123456789", at);
  return text.replace(at, end - at, numbers[in_range<size_t>(0, numbers.size())]);
}

void use(const RuleSet& rule_set) {
  RC_ASSERT(!print(rule_set).empty());
  const Layout layout(rule_set);
  const Functions functions(rule_set, test::find_function);
  for (uint32_t i = 0; i < rule_set.decisions.size(); ++i) {
    const Decision& decision = rule_set.decisions[i];
    RC_ASSERT(layout.record(decision.input).size <= kMaxRecordBytes);
    RC_ASSERT(try_order(decision).size() == decision.rules.size());
    RC_ASSERT(override_reach(decision).size() == decision.rules.size());
    RC_ASSERT(functions.digest(static_cast<DecisionId>(i)).size() == 64);
  }
}

RC_GTEST_PROP(VerifyDamage, WhatPassesIsSafe, ()) {
  static const std::string text = encode(test::sample().b.rule_set);
  std::vector<std::string> numbers = {"null", "4294967294", "65535", "77"};
  for (int i = 0; i < 40; ++i) numbers.push_back(std::to_string(i));
  std::string changed = damaged(text, numbers);
  if (in_range(0, 3) == 0) changed = damaged(changed, numbers);
  const Result<RuleSet> rule_set = decode(changed);
  if (!rule_set) return;
  const Result<void> verified = verify(*rule_set, test::find_function);
  RC_CLASSIFY(verified.has_value(), "passes");
  if (verified) use(*rule_set);
}

}  // namespace
}  // namespace pac::ir
