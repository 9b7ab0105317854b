#include "runtime/engine/json_scan.h"

namespace pac::engine {

namespace {

constexpr std::size_t kBlock = 64;

// 64 bytes as bits, by what they are.
struct Block {
  uint64_t quotes = 0, backslashes = 0, opens = 0, closes = 0;
};

Block block_of(const char* at) noexcept {
  Block out;
  for (unsigned i = 0; i < kBlock; i += 16) {
    const __m128i bytes = load_16(at + i);
    // The two kinds of brackets differ by this bit alone, and nothing else becomes one by it.
    const __m128i braces = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    out.quotes |= uint64_t{equal_bits(bytes, '"')} << i;
    out.backslashes |= uint64_t{equal_bits(bytes, '\\')} << i;
    out.opens |= uint64_t{equal_bits(braces, '{')} << i;
    out.closes |= uint64_t{equal_bits(braces, '}')} << i;
  }
  return out;
}

// Bit i: whether an odd number of bits stands at or before it.
uint64_t odd_before(uint64_t bits) noexcept {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

class Walk {
 public:
  explicit Walk(std::string_view text) noexcept : text_(text) {}

  std::size_t end_of(std::size_t at) noexcept {
    while (at < text_.size()) {
      const bool is_container = depth_ > 0 && !is_escaped_ && text_.size() - at >= kBlock;
      if (is_container && pass_block(text_.data() + at)) {
        at += kBlock;
        continue;
      }
      const std::size_t stop = at + kBlock < text_.size() ? at + kBlock : text_.size();
      for (; at < stop; ++at) {
        if (ends_at(text_[at])) return at + (is_closed_ ? 1 : 0);
      }
    }
    return at;
  }

 private:
  // Whether the block was passed over; else it is to be read byte by byte.
  bool pass_block(const char* at) noexcept {
    const Block block = block_of(at);
    if (block.backslashes != 0) return false;
    const uint64_t quoted = odd_before(block.quotes) ^ (is_quoted_ ? ~uint64_t{0} : 0);
    const int closes = std::popcount(block.closes & ~quoted);
    if (closes >= depth_) return false;
    depth_ += std::popcount(block.opens & ~quoted) - closes;
    is_quoted_ = quoted >> 63 != 0;
    return true;
  }

  bool ends_at(char c) noexcept {
    if (is_escaped_) {
      is_escaped_ = false;
      return false;
    }
    if (is_quoted_) {
      is_escaped_ = c == '\\';
      is_quoted_ = c != '"';
      return false;
    }
    if (depth_ == 0 && (c == ',' || c == '}' || c == ']')) return true;
    is_quoted_ = c == '"';
    if (c == '{' || c == '[') ++depth_;
    if (c == '}' || c == ']') is_closed_ = --depth_ == 0;
    return is_closed_;
  }

  std::string_view text_;
  int64_t depth_ = 0;
  bool is_quoted_ = false, is_escaped_ = false;
  bool is_closed_ = false;  // the bracket with which the value began
};

}  // namespace

std::size_t end_of_json_value(std::string_view text, std::size_t at) noexcept {
  return Walk(text).end_of(at);
}

}  // namespace pac::engine
