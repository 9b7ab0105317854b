#include "bench/handwritten_match.h"
#include "bench/random.h"

namespace pac::bench {

std::unique_ptr<TouchTables> touch_tables(uint32_t seed) {
  Random random(seed);
  auto out = std::make_unique<TouchTables>();
  for (auto& table : out->values) {
    for (uint64_t& value : table) value = static_cast<uint64_t>(random.in(0, INT64_MAX - 1));
  }
  return out;
}

uint32_t touch_8(const void* input, void* output, pac_result* result, pac_scratch* scratch) {
  const auto& in = *static_cast<const MatchInput*>(input);
  const auto& tables =
      *static_cast<const TouchTables*>(reinterpret_cast<const HandScratch*>(scratch)->tables);
  constexpr uint64_t kMask = (1 << TouchTables::kBits) - 1;
  uint64_t taken =
      tables.values[4][in.e & kMask] & tables.values[5][in.f & kMask] & tables.values[6][in.flag];
  for (size_t i = 0; i < 4; ++i) {
    taken &= tables.values[i][static_cast<uint64_t>(in.n[i]) >> 10 & kMask];
  }
  const uint64_t key = text_key(in.text) * 0x9e37'79b9'7f4a'7c15;
  taken &= tables.values[7][key >> (64 - TouchTables::kBits)];
  return answer(static_cast<uint32_t>(__builtin_ctzll(taken | uint64_t{1} << 63)),
                static_cast<int64_t>(taken & 1023), output, result);
}

}  // namespace pac::bench
