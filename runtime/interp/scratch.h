// How the interpreter divides a pac_scratch. What a decision hands out (texts, lists, records) is
// taken from the front and stays until the caller resets the scratch. What it only works with
// (lets, operands, the input records of calls) is taken from the back, and a Temporary gives it
// back when it goes out of scope, so calls in a loop don't add up. Standard functions see the
// middle. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include "runtime/abi.h"

namespace pac::interp {

// nullptr where the memory is used up. `align` is a power of two. Not initialised.
inline char* take_front(pac_scratch& scratch, std::size_t size, std::size_t align) noexcept {
  const auto next = reinterpret_cast<std::uintptr_t>(scratch.next);
  const std::size_t padding = (align - next % align) % align;
  const auto room = static_cast<std::size_t>(scratch.end - scratch.next);
  if (padding > room || size > room - padding) return nullptr;
  char* const place = scratch.next + padding;
  scratch.next = place + size;
  return place;
}

class Temporary {
 public:
  explicit Temporary(pac_scratch& scratch) noexcept : scratch_(scratch), end_(scratch.end) {}
  ~Temporary() { scratch_.end = end_; }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  char* take(std::size_t size, std::size_t align) noexcept {
    const auto room = static_cast<std::size_t>(scratch_.end - scratch_.next);
    if (size > room) return nullptr;
    const std::size_t padding = reinterpret_cast<std::uintptr_t>(scratch_.end - size) % align;
    if (padding > room - size) return nullptr;
    scratch_.end -= size + padding;
    return scratch_.end;
  }

  // `count` objects, each as its default constructor makes it.
  template <typename T>
  T* take_array(std::size_t count) noexcept {
    if (count > SIZE_MAX / sizeof(T)) return nullptr;
    char* const place = take(count * sizeof(T), alignof(T));
    if (place == nullptr) return nullptr;
    T* const objects = reinterpret_cast<T*>(place);
    for (std::size_t i = 0; i < count; ++i) ::new (static_cast<void*>(objects + i)) T();
    return objects;
  }

 private:
  pac_scratch& scratch_;
  char* end_;
};

}  // namespace pac::interp
