#include "ledger/file/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace pac::ledger {
namespace {

constexpr std::array<std::uint32_t, 256> table() {
  std::array<std::uint32_t, 256> out{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value & 1) != 0 ? value >> 1 ^ 0x82F63B78u : value >> 1;
    }
    out[byte] = value;
  }
  return out;
}

std::uint32_t by_table(std::uint32_t value, std::string_view bytes) {
  static constexpr auto kTable = table();
  for (const char c : bytes) {
    value = value >> 8 ^ kTable[(value ^ static_cast<unsigned char>(c)) & 0xFF];
  }
  return value;
}

#if defined(__x86_64__)
// Not every x86-64 has the instruction, so it is asked for where it is used.
__attribute__((target("sse4.2"))) std::uint32_t by_instruction(std::uint32_t value,
                                                               std::string_view bytes) {
  std::uint64_t wide = value;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    wide = _mm_crc32_u64(wide, word);
  }
  value = static_cast<std::uint32_t>(wide);
  for (const char c : bytes) value = _mm_crc32_u8(value, static_cast<unsigned char>(c));
  return value;
}
#endif

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
#if defined(__x86_64__)
  static const bool kHasInstruction = __builtin_cpu_supports("sse4.2") != 0;
  if (kHasInstruction) return ~by_instruction(~0u, bytes);
#endif
  return ~by_table(~0u, bytes);
}

}  // namespace pac::ledger
