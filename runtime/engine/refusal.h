// Refusals: why an input does not reach the rules, with the field's path, a stable code and a
// sentence in the author's terms. They are values of fixed size, so that refusing allocates
// nothing. A Session owns its list; one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "runtime/engine/text_sink.h"

namespace pac::engine {

enum class RefusalCode : uint16_t {
  none = 0,
#define PAC_REFUSAL(number, name, summary) name = number,
#include "runtime/engine/refusals.def"
#undef PAC_REFUSAL
};

// "PAC5111"; any thread.
std::string_view code_text(RefusalCode code);
// The summary of refusals.def.
std::string_view summary(RefusalCode code);

// A longer path keeps its beginning. 400: three levels of the longest names that the language
// reference recommends, with room to spare; messages also name a value (at most 60 bytes of it) and
// a domain.
inline constexpr std::size_t kMaxPathBytes = 400;
inline constexpr std::size_t kMaxMessageBytes = 600;

struct Refusal {
  RefusalCode code = RefusalCode::none;
  uint32_t line = 0;             // of a CSV file or of JSON lines, as the reader set it; 0: none
  uint32_t assume = 0xffffffff;  // with RefusalCode::assumption: which one, in source order
  FixedText<kMaxPathBytes> path;
  FixedText<kMaxMessageBytes> message;
};

// Holds at most `capacity` refusals, the first ones met. Allocates when made, never after.
class Refusals {
 public:
  explicit Refusals(uint32_t capacity);

  // The next free refusal, or null when the list is full (the input is refused all the same).
  Refusal* add(RefusalCode code);
  void clear() { count_ = 0; }
  // Of the refusals that follow; stays over clear().
  void set_line(uint32_t line) { line_ = line; }
  bool full() const { return count_ == capacity_; }
  bool empty() const { return count_ == 0; }
  uint32_t size() const { return count_; }
  Refusal& last() { return items_[count_ - 1]; }
  const Refusal& operator[](uint32_t i) const { return items_[i]; }

 private:
  std::unique_ptr<Refusal[]> items_;
  uint32_t capacity_;
  uint32_t count_ = 0;
  uint32_t line_ = 0;
};

}  // namespace pac::engine
