// What policies over lists, texts and sets are compared with, by hand, called through a pointer
// like native code; the tables come through the scratch argument as in handwritten_match.h.
// Compiled with -O3 -march=native. Constant once made; any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/handwritten_match.h"

namespace pac::bench {

// The rule that hits of a policy compiled from C, or -1; and the outcome of each.
struct PolicyCode {
  int (*code)(const void* input) = nullptr;
  std::vector<int64_t> outcomes;  // the last: of none
};
uint32_t call_policy(const void* input, void* output, pac_result* result, pac_scratch* scratch);

// Sets by open addressing in twice the room, one place after the other.
struct NumberSet {
  std::vector<int64_t> slots;
  std::vector<uint8_t> used;
  uint32_t shift = 0;
};
NumberSet number_set(const std::vector<int64_t>& numbers);
uint32_t find_number(const void* input, void* output, pac_result* result, pac_scratch* scratch);

// std::unordered_set, which is what one would take.
struct TextSet;
std::shared_ptr<const TextSet> text_set(const std::vector<std::string>& texts);
uint32_t find_text(const void* input, void* output, pac_result* result, pac_scratch* scratch);

}  // namespace pac::bench
