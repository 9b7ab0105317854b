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
// The instruction takes three cycles and a new one can begin in each, so three blocks are summed at
// once. What the sum of one becomes by as many zeros as a block has is looked up byte by byte
// (Gopal et al., Fast CRC Computation for iSCSI Polynomial Using CRC32 Instruction, Intel 2011).
constexpr std::size_t kBlock = 1024;

using Behind = std::array<std::array<std::uint32_t, 256>, 4>;

constexpr Behind behind_block() {
  constexpr auto kTable = table();
  Behind out{};
  for (std::size_t byte = 0; byte < 4; ++byte) {
    // A sum is linear in its bits.
    for (std::size_t bit = 0; bit < 8; ++bit) {
      auto value = std::uint32_t{1} << (8 * byte + bit);
      for (std::size_t zeros = 0; zeros < kBlock; ++zeros)
        value = value >> 8 ^ kTable[value & 0xFF];
      const std::size_t alone = std::size_t{1} << bit;
      for (std::size_t rest = 0; rest < alone; ++rest) {
        out[byte][alone + rest] = out[byte][rest] ^ value;
      }
    }
  }
  return out;
}

std::uint64_t behind_block(std::uint64_t value) {
  static constexpr Behind kBehind = behind_block();
  return kBehind[0][value & 0xFF] ^ kBehind[1][value >> 8 & 0xFF] ^ kBehind[2][value >> 16 & 0xFF] ^
         kBehind[3][value >> 24 & 0xFF];
}

std::uint64_t word_at(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, 8);
  return word;
}

// Not every x86-64 has the instruction, so it is asked for where it is used.
__attribute__((target("sse4.2"))) std::uint32_t by_instruction(std::uint32_t value,
                                                               std::string_view bytes) {
  std::uint64_t wide = value;
  for (; bytes.size() >= 3 * kBlock; bytes.remove_prefix(3 * kBlock)) {
    std::uint64_t second = 0, third = 0;
    for (const char* at = bytes.data(); at != bytes.data() + kBlock; at += 8) {
      wide = _mm_crc32_u64(wide, word_at(at));
      second = _mm_crc32_u64(second, word_at(at + kBlock));
      third = _mm_crc32_u64(third, word_at(at + 2 * kBlock));
    }
    wide = behind_block(behind_block(wide) ^ second) ^ third;
  }
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    wide = _mm_crc32_u64(wide, word_at(bytes.data()));
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
