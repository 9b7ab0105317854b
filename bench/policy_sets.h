// Policies in which lists, texts and sets are the work: made from a seed, as `.pac` text, as inputs
// in JSON, and as C that says the same by hand. The same for the same arguments on every machine.
// Plain values, owned by the caller; any thread.
//
// The C is what one would write: the conditions rule by rule, early ways out, no calls but memcmp
// and memmem. It reads the input record as runtime/ir/layout.h lays it out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pac::bench {

struct ListRule {
  int shape = 0;
  int64_t kind = 0, low = 0, outcome = 0;
};
std::vector<ListRule> list_rules(int count, uint32_t seed);
std::string list_policy(const std::vector<ListRule>& rules);
std::string list_source(const std::vector<ListRule>& rules);
// Lists of up to 20 loans.
std::vector<std::string> list_inputs(size_t count, uint32_t seed);

struct StringRule {
  int shape = 0;
  std::string first, second;
  std::vector<std::string> names;
  int64_t outcome = 0;
};
std::vector<StringRule> string_rules(int count, uint32_t seed);
std::string string_policy(const std::vector<StringRule>& rules);
std::string string_source(const std::vector<StringRule>& rules);
std::vector<std::string> string_inputs(size_t count, uint32_t seed);

// One rule that asks whether the input is in a set: of numbers spread over 64 bits, or of texts.
std::vector<int64_t> set_numbers(size_t count, uint32_t seed);
std::vector<std::string> set_texts(size_t count, uint32_t seed);
std::string number_set_policy(const std::vector<int64_t>& numbers);
std::string text_set_policy(const std::vector<std::string>& texts);
// Half of them members.
std::vector<std::string> number_set_inputs(const std::vector<int64_t>& numbers, size_t count,
                                           uint32_t seed);
std::vector<std::string> text_set_inputs(const std::vector<std::string>& texts, size_t count,
                                         uint32_t seed);

}  // namespace pac::bench
