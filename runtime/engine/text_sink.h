// TextSink: writes text into a buffer of the caller. It never allocates and never writes past the
// buffer; it counts what it was given, so a caller learns how much room the whole text takes. One
// thread at a time. FixedText: a sink with a buffer of its own, for paths and messages, which are
// cut at `N` bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "runtime/base/wide.h"

namespace pac::engine {

class TextSink {
 public:
  TextSink(char* data, std::size_t capacity) : data_(data), capacity_(capacity) {}

  void put(char c) {
    if (size_ < capacity_) data_[size_] = c;
    ++size_;
  }
  void put(std::string_view text) {
    if (size_ < capacity_ && !text.empty()) {
      const std::size_t room = capacity_ - size_;
      copy(data_ + size_, text.data(), text.size() < room ? text.size() : room);
    }
    size_ += text.size();
  }
  void put_number(Int128 value) {
    char digits[48];
    std::size_t at = sizeof digits;
    UInt128 rest = magnitude(value);
    do {
      digits[--at] = static_cast<char>('0' + static_cast<int>(rest % 10));
      rest /= 10;
    } while (rest != 0);
    if (value < 0) digits[--at] = '-';
    put(std::string_view(digits + at, sizeof digits - at));
  }
  void clear() { size_ = 0; }
  // Takes back everything after `size`.
  void truncate(std::size_t size) { size_ = size < size_ ? size : size_; }

  // For those who write by themselves into the room that is left, and then say how much.
  char* rest() { return data_ + (size_ < capacity_ ? size_ : capacity_); }
  std::size_t room() const { return size_ < capacity_ ? capacity_ - size_ : 0; }
  void advance(std::size_t size) { size_ += size; }

  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  bool fits() const { return size_ <= capacity_; }
  // What was written, cut at a whole UTF-8 character.
  std::string_view view() const {
    if (fits()) return {data_, size_};
    std::size_t end = capacity_;
    while (end > 0 && (static_cast<unsigned char>(data_[end - 1]) & 0xC0) == 0x80) --end;
    if (end > 0 && static_cast<unsigned char>(data_[end - 1]) >= 0xC0) --end;
    return {data_, end};
  }

 private:
  // Most texts are short: two copies of fixed size that may overlap take no call.
  static void copy(char* to, const char* from, std::size_t size) {
    if (size > 32) {
      std::memcpy(to, from, size);
    } else if (size >= 16) {
      copy_both_ends<16>(to, from, size);
    } else if (size >= 8) {
      copy_both_ends<8>(to, from, size);
    } else if (size >= 4) {
      copy_both_ends<4>(to, from, size);
    } else {
      for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
    }
  }
  template <std::size_t kPart>
  static void copy_both_ends(char* to, const char* from, std::size_t size) {
    char head[kPart];
    char tail[kPart];
    std::memcpy(head, from, kPart);
    std::memcpy(tail, from + size - kPart, kPart);
    std::memcpy(to, head, kPart);
    std::memcpy(to + size - kPart, tail, kPart);
  }

  char* data_;
  std::size_t capacity_;
  std::size_t size_ = 0;
};

// What `write` puts into a sink, as a string; for what is made once. Allocates.
template <typename Write>
std::string written(Write write) {
  std::string text;
  for (;;) {
    TextSink sink(text.data(), text.size());
    write(sink);
    const bool fits = sink.fits();
    text.resize(sink.size());
    if (fits) return text;
  }
}

template <std::size_t N>
class FixedText {
 public:
  void assign(std::string_view text) {
    TextSink sink(data_, N);
    sink.put(text);
    keep(sink);
  }
  TextSink begin() { return TextSink(data_, N); }
  // Ends what `begin` began.
  void keep(const TextSink& sink) { size_ = static_cast<std::uint32_t>(sink.view().size()); }
  void clear() { size_ = 0; }
  std::string_view view() const { return {data_, size_}; }
  bool empty() const { return size_ == 0; }

 private:
  std::uint32_t size_ = 0;
  char data_[N];
};

}  // namespace pac::engine
