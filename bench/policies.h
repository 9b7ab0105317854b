// The policies that match_bench measures beside tables: examples, and generated ones in which
// lists, texts and sets are the work, with what is written by hand to compare with. One thread.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>

#include "bench/subject.h"
#include "runtime/abi.h"

namespace pac::bench {

inline constexpr std::array kPolicies{"lists_100",     "strings_100", "in_set_100",
                                      "in_set_10k",    "in_set_100k", "in_texts_10k",
                                      "in_texts_100k", "loan",        "credit"};

struct ByHandCode {
  pac_decide_fn decide = nullptr;      // null: nothing
  std::shared_ptr<const void> tables;  // that it reaches through the scratch
  std::string figure;                  // native over by hand
};

struct Policy {
  std::string text, decision = "d";
  std::function<void(Subject&)> bind;
  std::function<ByHandCode()> by_hand;
};

// `source`: the folder of the repository; `work`: one for what is compiled.
Policy policy_named(const std::string& name, const std::string& source, const std::string& work);

}  // namespace pac::bench
