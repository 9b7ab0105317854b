// The hash by which native code finds a text among those of a column: the same in support.cpp and
// in the emitter that lays out the table. Only texts of the rule set fill the table, so no input
// makes a search longer than the author's own texts do. Pure, any thread.
#pragma once

#include <stdint.h>
#include <string.h>

namespace pac::codegen {

// Tables of sets keep the upper half of a text's hash beside its place (from 1), and which lengths
// there are, the last bit standing for all longer ones.
inline constexpr uint64_t kTextHashTag = 0xffffffff00000000u;
inline constexpr uint32_t kTextLengths = 63;

inline uint64_t text_hash(const char* text, uint32_t size) {
  constexpr uint64_t kFactor = 0x9e3779b97f4a7c15u;
  uint64_t hash = size * kFactor;
  const auto mix = [&](uint64_t word) {
    hash = (hash ^ word) * kFactor;
    hash ^= hash >> 32;
  };
  uint32_t at = 0;
  for (; size - at >= 8; at += 8) {
    uint64_t word = 0;
    memcpy(&word, text + at, sizeof word);
    mix(word);
  }
  uint64_t rest = 0;
  for (; at < size; ++at) rest = rest << 8 | static_cast<unsigned char>(text[at]);
  mix(rest);
  return hash;
}

}  // namespace pac::codegen
