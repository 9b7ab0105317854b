#include "runtime/crypto/sha256_many.h"

#include <cpuid.h>
#include <immintrin.h>

#include <bit>
#include <cstring>
#include <utility>

#include "runtime/base/check.h"

namespace pac::crypto {
namespace {

// FIPS 180-4, section 4.2.2: the first 32 bits of the fractional parts of the cube roots of the
// first 64 primes.
alignas(16) constexpr std::uint32_t kRounds[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

constexpr std::size_t kBlock = 64;
constexpr std::size_t kLengthBytes = 8;  // the message's, in bits, at the end of its last block

// The words A to H of the state as the instructions want them, A and C in the highest lanes.
struct State {
  __m128i abef, cdgh;
};

// One message on its way: blocks that lie whole in it are read there, its first, which begins with
// another byte, and its last, which are filled up, from memory of their own.
class Lane {
 public:
  void start(std::uint8_t first, std::string_view message, Digest* out) {
    body_ = message.data();
    whole_ = (message.size() + 1) / kBlock;
    block_ = 0;
    const std::size_t rest = (message.size() + 1) % kBlock;
    count_ = whole_ + (rest + 1 + kLengthBytes > kBlock ? 2 : 1);
    if (whole_ > 0) {
      head_[0] = static_cast<char>(first);
      std::memcpy(head_ + 1, body_, kBlock - 1);
    }
    std::memset(tail_, 0, sizeof tail_);
    if (whole_ > 0) {
      if (rest > 0) std::memcpy(tail_, body_ + message.size() - rest, rest);
    } else {
      tail_[0] = static_cast<char>(first);
      if (rest > 1) std::memcpy(tail_ + 1, body_, rest - 1);
    }
    tail_[rest] = static_cast<char>(0x80);
    std::uint64_t bits = std::uint64_t{message.size() + 1} * 8;
    bits = std::byteswap(bits);
    std::memcpy(tail_ + (count_ - whole_) * kBlock - kLengthBytes, &bits, kLengthBytes);
    out_ = out;
  }

  const char* next() {
    const std::size_t at = block_++;
    if (at >= whole_) return tail_ + (at - whole_) * kBlock;
    return at == 0 ? head_ : body_ + at * kBlock - 1;
  }
  bool is_done() const { return block_ == count_; }
  Digest* out() const { return out_; }

 private:
  const char* body_ = nullptr;
  std::size_t whole_ = 0, block_ = 0, count_ = 0;
  Digest* out_ = nullptr;
  char head_[kBlock];
  char tail_[2 * kBlock];
};

#define PAC_SHA [[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] inline

PAC_SHA State first_state() {
  // FIPS 180-4, section 5.3.3.
  return {_mm_set_epi32(0x6a09e667, static_cast<int>(0xbb67ae85), 0x510e527f,
                        static_cast<int>(0x9b05688c)),
          _mm_set_epi32(0x3c6ef372, static_cast<int>(0xa54ff53a), 0x1f83d9ab, 0x5be0cd19)};
}

PAC_SHA void put(const State& state, Digest* out) {
  const __m128i order = _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  // In memory A comes first, each word with its highest byte first.
  const __m128i abcd = _mm_unpackhi_epi64(state.cdgh, state.abef);
  const __m128i efgh = _mm_unpacklo_epi64(state.cdgh, state.abef);
  auto* const at = reinterpret_cast<__m128i*>(out->data());
  _mm_storeu_si128(at, _mm_shuffle_epi8(abcd, order));
  _mm_storeu_si128(at + 1, _mm_shuffle_epi8(efgh, order));
}

PAC_SHA __m128i words_at(const char* at) {
  const __m128i order = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
  return _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)), order);
}

// Rounds 4 * I to 4 * I + 3 of one block; `words` has the last sixteen words of its schedule, by
// fours, and gets the next four in place of the oldest.
template <std::size_t I>
PAC_SHA void four_rounds(State& state, __m128i (&words)[4]) {
  const __m128i constants = _mm_load_si128(reinterpret_cast<const __m128i*>(kRounds) + I);
  __m128i& now = words[I % 4];
  const __m128i sums = _mm_add_epi32(now, constants);
  state.cdgh = _mm_sha256rnds2_epu32(state.cdgh, state.abef, sums);
  state.abef = _mm_sha256rnds2_epu32(state.abef, state.cdgh, _mm_shuffle_epi32(sums, 0x0e));
  if constexpr (I >= 3 && I < 15) {
    __m128i& oldest = words[(I + 1) % 4];
    const __m128i begun = _mm_sha256msg1_epu32(oldest, words[(I + 2) % 4]);
    const __m128i moved = _mm_alignr_epi8(now, words[(I + 3) % 4], 4);
    oldest = _mm_sha256msg2_epu32(_mm_add_epi32(begun, moved), now);
  }
}

PAC_SHA void end_block(State& state, const State& before) {
  state.abef = _mm_add_epi32(state.abef, before.abef);
  state.cdgh = _mm_add_epi32(state.cdgh, before.cdgh);
}

[[gnu::target("sha,sse4.1,ssse3")]] void take_block(State& state, const char* block) {
  const State before = state;
  __m128i words[4] = {words_at(block), words_at(block + 16), words_at(block + 32),
                      words_at(block + 48)};
  [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((target("sha,sse4.1,ssse3"))) {
    (four_rounds<I>(state, words), ...);
  }(std::make_index_sequence<16>{});
  end_block(state, before);
}

[[gnu::target("sha,sse4.1,ssse3")]] void take_blocks(State& a, const char* block_a, State& b,
                                                     const char* block_b) {
  const State before_a = a, before_b = b;
  __m128i words_a[4] = {words_at(block_a), words_at(block_a + 16), words_at(block_a + 32),
                        words_at(block_a + 48)};
  __m128i words_b[4] = {words_at(block_b), words_at(block_b + 16), words_at(block_b + 32),
                        words_at(block_b + 48)};
  [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((target("sha,sse4.1,ssse3"))) {
    ((four_rounds<I>(a, words_a), four_rounds<I>(b, words_b)), ...);
  }(std::make_index_sequence<16>{});
  end_block(a, before_a);
  end_block(b, before_b);
}

#undef PAC_SHA

}  // namespace

bool sha256_has_lanes() {
  static const bool kHas = [] {
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & bit_SSE4_1) == 0 || (c & bit_SSSE3) == 0) {
      return false;
    }
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0;
  }();
  return kHas;
}

[[gnu::target("sha,sse4.1,ssse3")]] void sha256_detail::by_lanes(
    std::uint8_t first, std::span<const std::string_view> messages, std::span<Digest> out) {
  Lane lanes[2];
  State states[2];
  std::size_t begun = 0;
  const auto begin = [&](std::size_t lane) __attribute__((target("sha,sse4.1,ssse3"))) {
    lanes[lane].start(first, messages[begun], &out[begun]);
    states[lane] = first_state();
    ++begun;
  };
  std::size_t running = 0;
  for (; running < 2 && begun < messages.size(); ++running) begin(running);
  while (running == 2) {
    take_blocks(states[0], lanes[0].next(), states[1], lanes[1].next());
    for (const std::size_t lane : {0u, 1u}) {
      if (!lanes[lane].is_done()) continue;
      put(states[lane], lanes[lane].out());
      if (begun < messages.size()) {
        begin(lane);
      } else {
        --running;
      }
    }
  }
  // Of the last, where the other lane has nothing more to do.
  for (const std::size_t lane : {0u, 1u}) {
    if (running == 0 || lanes[lane].is_done()) continue;
    while (!lanes[lane].is_done()) take_block(states[lane], lanes[lane].next());
    put(states[lane], lanes[lane].out());
  }
}

void sha256_detail::one_by_one(std::uint8_t first, std::span<const std::string_view> messages,
                               std::span<Digest> out) {
  const char byte = static_cast<char>(first);
  for (std::size_t i = 0; i < messages.size(); ++i) out[i] = sha256({&byte, 1}, messages[i]);
}

void sha256_many(std::uint8_t first, std::span<const std::string_view> messages,
                 std::span<Digest> out) {
  PAC_CHECK(messages.size() == out.size(), "there is a digest for each message");
  if (sha256_has_lanes()) {
    sha256_detail::by_lanes(first, messages, out);
  } else {
    sha256_detail::one_by_one(first, messages, out);
  }
}

}  // namespace pac::crypto
