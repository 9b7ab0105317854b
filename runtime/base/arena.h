// Arena: a block of memory of fixed size, taken once and handed out front to back. One thread at a
// time. It never grows, never calls destructors and never fails by exception: a full arena gives
// nullptr, which the caller reports as a limit. Used where a decision needs memory without
// allocating.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>

namespace pac {

class Arena {
 public:
  // An arena whose block could not be had has capacity 0 and refuses everything.
  explicit Arena(std::size_t capacity_bytes)
      : block_(new(std::nothrow) std::byte[capacity_bytes]),
        capacity_bytes_(block_ == nullptr ? 0 : capacity_bytes) {}

  // `align` is a power of two. nullptr where the rest of the block does not hold `size` bytes.
  void* allocate(std::size_t size, std::size_t align) noexcept {
    const auto base = reinterpret_cast<std::uintptr_t>(block_.get());
    const std::uintptr_t place = (base + used_bytes_ + align - 1) & ~(std::uintptr_t{align} - 1);
    const std::size_t offset = place - base;
    if (offset > capacity_bytes_ || size > capacity_bytes_ - offset) return nullptr;
    used_bytes_ = offset + size;
    return block_.get() + offset;
  }

  // Room for `count` objects of a type that needs neither constructor nor destructor; not
  // initialised.
  template <typename T>
  T* allocate_array(std::size_t count) noexcept {
    static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>);
    if (count > capacity_bytes_ / sizeof(T)) return nullptr;
    return static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
  }

  // Everything handed out becomes invalid.
  void reset() noexcept { used_bytes_ = 0; }
  // So does what was handed out since used_bytes() was this.
  void rewind(std::size_t used_bytes) noexcept { used_bytes_ = used_bytes; }

  std::size_t used_bytes() const noexcept { return used_bytes_; }
  std::size_t capacity_bytes() const noexcept { return capacity_bytes_; }

 private:
  std::unique_ptr<std::byte[]> block_;
  std::size_t capacity_bytes_ = 0;
  std::size_t used_bytes_ = 0;
};

}  // namespace pac
