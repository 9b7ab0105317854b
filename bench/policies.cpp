#include "bench/policies.h"

#include "bench/chain_source.h"
#include "bench/handwritten_loan.h"
#include "bench/handwritten_sets.h"
#include "bench/policy_sets.h"
#include "bench/process.h"

namespace pac::bench {

namespace {

constexpr uint32_t kSeed = 1;
constexpr size_t kCount = 2'048;
constexpr int kRules = 100;

std::vector<std::string> loan_inputs() {
  std::vector<std::string> out;
  uint64_t drawn = 7;
  for (size_t i = 0; i < 4'096; ++i) {
    drawn = drawn * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
    const uint64_t cents = 1 + (drawn >> 33) % 2'000'000, part = cents % 100;
    out.push_back("{\"credit_score\":" + std::to_string(300 + (drawn >> 20) % 551) +
                  ",\"amount\":\"" + std::to_string(cents / 100) + (part < 10 ? ".0" : ".") +
                  std::to_string(part) + "\"}");
  }
  return out;
}

std::function<void(Subject&)> from(std::vector<std::string> json) {
  return [json = std::move(json)](Subject& subject) { subject.bind(json, {}); };
}

template <typename Rules>
ByHandCode compiled(const std::string& text, const Rules& rules, const std::string& name,
                    const std::string& work) {
  const CompiledCode code = compile_source(text, "pac_bench_policy", work, name);
  if (code.code == nullptr) give_up(name + " by hand: " + code.fault);
  auto policy = std::make_shared<PolicyCode>();
  policy->code = reinterpret_cast<int (*)(const void*)>(code.code);
  for (const auto& rule : rules) policy->outcomes.push_back(rule.outcome);
  policy->outcomes.push_back(0);
  return {call_policy, policy, name + "_vs_handwritten"};
}

Policy numbers(const std::string& name, size_t count) {
  const std::vector<int64_t> members = set_numbers(count, kSeed);
  return {number_set_policy(members), "d", from(number_set_inputs(members, kCount, kSeed + 1)),
          [=] {
            return ByHandCode{find_number, std::make_shared<const NumberSet>(number_set(members)),
                              name + "_vs_hash"};
          }};
}

Policy texts(const std::string& name, size_t count) {
  const std::vector<std::string> members = set_texts(count, kSeed);
  return {text_set_policy(members), "d", from(text_set_inputs(members, kCount, kSeed + 1)),
          [=] { return ByHandCode{find_text, text_set(members), name + "_vs_hash"}; }};
}

}  // namespace

Policy policy_named(const std::string& name, const std::string& source, const std::string& work) {
  if (name == "lists_100") {
    const auto rules = list_rules(kRules, kSeed);
    return {list_policy(rules), "d", from(list_inputs(kCount, kSeed + 1)),
            [=] { return compiled(list_source(rules), rules, name, work); }};
  }
  if (name == "strings_100") {
    const auto rules = string_rules(kRules, kSeed);
    return {string_policy(rules), "d", from(string_inputs(kCount, kSeed + 1)),
            [=] { return compiled(string_source(rules), rules, name, work); }};
  }
  if (name == "in_set_100") return numbers(name, 100);
  if (name == "in_set_10k") return numbers(name, 10'000);
  if (name == "in_set_100k") return numbers(name, 100'000);
  if (name == "in_texts_10k") return texts(name, 10'000);
  if (name == "in_texts_100k") return texts(name, 100'000);
  if (name == "loan") {
    return {read_file(source + "/examples/loan/loan.pac"), "loan", from(loan_inputs()), [] {
              return ByHandCode{decide_loan_by_hand, nullptr, "native_vs_handwritten_loan_latency"};
            }};
  }
  const std::string folder = source + "/examples/credit/";
  const auto bind = [folder](Subject& subject) {
    engine::Context context;
    context.now_us = 1'780'000'000'000'000;  // a day in 2026
    subject.bind_csv(read_file(folder + "applications.csv"), context);
  };
  return {read_file(folder + "credit.pac"), "credit", bind, [] { return ByHandCode(); }};
}

}  // namespace pac::bench
