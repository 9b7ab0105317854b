#include "bench/handwritten_sets.h"

#include <bit>
#include <string_view>
#include <unordered_set>

namespace pac::bench {

struct TextSet {
  std::vector<std::string> texts;
  std::unordered_set<std::string_view> members;
};

namespace {

uint64_t place_of(int64_t number, uint32_t shift) {
  return static_cast<uint64_t>(number) * 0x9e3779b97f4a7c15u >> shift;
}

template <typename Tables>
const Tables& tables_of(pac_scratch* scratch) {
  return *static_cast<const Tables*>(reinterpret_cast<const HandScratch*>(scratch)->tables);
}

uint32_t listed(bool is_member, void* output, pac_result* result) {
  return answer(is_member ? 0 : 1, is_member ? 1 : 0, output, result);
}

}  // namespace

uint32_t call_policy(const void* input, void* output, pac_result* result, pac_scratch* scratch) {
  const auto& policy = tables_of<PolicyCode>(scratch);
  const int found = policy.code(input);
  const auto rule =
      static_cast<uint32_t>(found < 0 ? static_cast<int>(policy.outcomes.size()) - 1 : found);
  return answer(rule, policy.outcomes[rule], output, result);
}

NumberSet number_set(const std::vector<int64_t>& numbers) {
  NumberSet out;
  const size_t size = std::bit_ceil(2 * numbers.size());
  out.shift = static_cast<uint32_t>(64 - std::countr_zero(size));
  out.slots.assign(size, 0);
  out.used.assign(size, 0);
  for (const int64_t one : numbers) {
    uint64_t at = place_of(one, out.shift);
    while (out.used[at] != 0 && out.slots[at] != one) at = (at + 1) & (size - 1);
    out.slots[at] = one;
    out.used[at] = 1;
  }
  return out;
}

uint32_t find_number(const void* input, void* output, pac_result* result, pac_scratch* scratch) {
  const auto& set = tables_of<NumberSet>(scratch);
  const int64_t wanted = *static_cast<const int64_t*>(input);
  const size_t mask = set.slots.size() - 1;
  uint64_t at = place_of(wanted, set.shift);
  while (set.used[at] != 0 && set.slots[at] != wanted) at = (at + 1) & mask;
  return listed(set.used[at] != 0, output, result);
}

std::shared_ptr<const TextSet> text_set(const std::vector<std::string>& texts) {
  auto out = std::make_shared<TextSet>();
  out->texts = texts;
  for (const std::string& one : out->texts) out->members.insert(one);
  return out;
}

uint32_t find_text(const void* input, void* output, pac_result* result, pac_scratch* scratch) {
  const auto& text = *static_cast<const pac_text*>(input);
  const auto& set = tables_of<TextSet>(scratch);
  return listed(set.members.contains(std::string_view(text.data, text.size)), output, result);
}

}  // namespace pac::bench
