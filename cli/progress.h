// A bar on standard error for what takes longer than a second. It reads no clock and no terminal
// itself: who uses it says the time, and whether it may draw. One thread.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace pac::cli {

class Progress {
 public:
  static constexpr int64_t kFirst_ms = 1000;  // shorter work shows nothing
  static constexpr int64_t kBetween_ms = 100;

  // `total_bytes` of the input; 0: not known, then only the count is shown.
  // `done` says what happened to those that are counted.
  Progress(std::FILE* out, bool enabled, uint64_t total_bytes, const char* done = "decided")
      : out_(out), enabled_(enabled), total_bytes_(total_bytes), done_(done) {}

  // Whether the caller should ask the clock: for most inputs not.
  bool wants_time() { return enabled_ && ++calls_ % 64 == 0; }
  void update(int64_t elapsed_ms, uint64_t done_bytes, uint64_t count);
  // Takes the bar away.
  void clear();
  // "[#####-----]  50%  1,200,000 decided"
  std::string line(uint64_t done_bytes, uint64_t count) const;

 private:
  std::FILE* out_;
  bool enabled_;
  bool drawn_ = false;
  uint64_t total_bytes_;
  const char* done_;
  uint64_t calls_ = 0;
  int64_t next_ms_ = kFirst_ms;
};

// 1234567 as "1,234,567".
std::string grouped(uint64_t number);
// With what there is so many of: "1 entry", "2,004 entries".
std::string grouped(uint64_t number, const char* one, const char* more);

}  // namespace pac::cli
