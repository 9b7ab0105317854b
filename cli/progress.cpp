#include "cli/progress.h"

#include <algorithm>

namespace pac::cli {

namespace {

constexpr uint64_t kBarWidth = 30;

}  // namespace

std::string grouped(uint64_t number, const char* one, const char* more) {
  return grouped(number) + " " + (number == 1 ? one : more);
}

std::string grouped(uint64_t number) {
  std::string out = std::to_string(number);
  for (size_t at = out.size(); at > 3;) {
    at -= 3;
    out.insert(at, ",");
  }
  return out;
}

std::string Progress::line(uint64_t done_bytes, uint64_t count) const {
  std::string out;
  if (total_bytes_ > 0) {
    const uint64_t done = std::min(done_bytes, total_bytes_);
    const uint64_t filled = done * kBarWidth / total_bytes_;
    const std::string percent = std::to_string(done * 100 / total_bytes_);
    out = "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '-') + "] " +
          std::string(3 - percent.size(), ' ') + percent + "%  ";
  }
  return out + grouped(count) + " " + done_;
}

void Progress::update(int64_t elapsed_ms, uint64_t done_bytes, uint64_t count) {
  if (!enabled_ || elapsed_ms < next_ms_) return;
  next_ms_ = elapsed_ms + kBetween_ms;
  std::fprintf(out_, "\r%s", line(done_bytes, count).c_str());
  std::fflush(out_);
  drawn_ = true;
}

void Progress::clear() {
  if (drawn_) std::fputs("\r\x1b[K", out_);
  drawn_ = false;
}

}  // namespace pac::cli
