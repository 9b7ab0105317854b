// Bytes: takes an input apart from the front. An end that comes early gives zeros and empty texts,
// so every input means something. Also the splice that several targets damage a good document with.
// Plain values; one thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace pac::fuzz {

class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : left_(bytes) {}

  bool empty() const { return left_.empty(); }
  uint8_t u8() {
    if (left_.empty()) return 0;
    const auto byte = static_cast<uint8_t>(left_.front());
    left_.remove_prefix(1);
    return byte;
  }
  uint32_t u16() {
    const uint32_t high = u8();
    return high << 8 | u8();
  }
  uint64_t u64() {
    uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | u8();
    return value;
  }
  std::string_view text(size_t size) {
    const std::string_view out = left_.substr(0, size);
    left_.remove_prefix(out.size());
    return out;
  }
  // Up to a separator, which is taken too.
  std::string_view until(char separator) {
    const std::string_view out = left_.substr(0, left_.find(separator));
    left_.remove_prefix(std::min(left_.size(), out.size() + 1));
    return out;
  }
  std::string_view rest() { return text(left_.size()); }

 private:
  std::string_view left_;
};

// Repeated until nothing is left: a place (2 bytes), how much goes there (1), how much comes (1)
// and what comes.
inline std::string spliced(std::string document, Bytes& bytes) {
  while (!bytes.empty()) {
    const size_t at = bytes.u16() % (document.size() + 1);
    const size_t gone = bytes.u8();
    const size_t size = bytes.u8();
    document.replace(at, std::min(gone, document.size() - at), bytes.text(size));
  }
  return document;
}

}  // namespace pac::fuzz
