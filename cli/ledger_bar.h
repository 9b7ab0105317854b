// A bar for what is counted in entries, on standard error where that is a terminal. One thread.
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstdint>

#include "cli/command.h"
#include "cli/progress.h"

namespace pac::cli {

class Bar {
 public:
  Bar(const po::variables_map& values, std::uint64_t total, const char* done)
      : progress_(stderr, isatty(STDERR_FILENO) != 0 && !values.contains("no-progress"), total,
                  done),
        begin_(std::chrono::steady_clock::now()) {}
  void at(std::uint64_t entries) {
    if (!progress_.wants_time()) return;
    const auto elapsed = std::chrono::steady_clock::now() - begin_;
    progress_.update(std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count(),
                     entries, entries);
  }
  void clear() { progress_.clear(); }

 private:
  Progress progress_;
  std::chrono::steady_clock::time_point begin_;
};

}  // namespace pac::cli
