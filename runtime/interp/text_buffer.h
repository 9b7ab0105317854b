// TextBuffer: appends text to memory of the caller and says at the end whether all of it fitted.
// Never allocates. One thread at a time.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

namespace pac::interp {

class TextBuffer {
 public:
  TextBuffer(char* data, std::size_t capacity) noexcept : data_(data), capacity_(capacity) {}

  // After the first text that does not fit nothing more is taken.
  void put(std::string_view text) noexcept {
    if (!fits_ || text.size() > capacity_ - size_) {
      fits_ = false;
      return;
    }
    if (!text.empty()) std::memcpy(data_ + size_, text.data(), text.size());
    size_ += text.size();
  }
  bool fits() const noexcept { return fits_; }
  std::size_t size() const noexcept { return size_; }
  std::string_view view() const noexcept { return {data_, size_}; }

 private:
  char* data_;
  std::size_t capacity_;
  std::size_t size_ = 0;
  bool fits_ = true;
};

}  // namespace pac::interp
