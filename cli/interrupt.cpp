#include "cli/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <climits>
#include <csignal>
#include <cstring>

#include "runtime/base/check.h"

namespace pac::cli {

namespace {

// Read by the handler, which may only look at what is always whole: the path is complete before the
// flag is set.
char unfinished_path[PATH_MAX];
std::atomic<bool> has_unfinished = false;
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void on_interrupt(int signal) {
  if (has_unfinished.load()) ::unlink(unfinished_path);
  // A progress bar may stand on the line of a terminal.
  constexpr char kMessage[] = "interrupted\n";
  constexpr char kOverBar[] = "\r\x1b[Kinterrupted\n";
  const bool on_terminal = ::isatty(STDERR_FILENO) != 0;
  [[maybe_unused]] const auto written = on_terminal
                                            ? ::write(STDERR_FILENO, kOverBar, sizeof kOverBar - 1)
                                            : ::write(STDERR_FILENO, kMessage, sizeof kMessage - 1);
  ::_exit(128 + signal);
}

}  // namespace

void install_interrupt() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction old{};
    ::sigaction(signal, nullptr, &old);
    if (old.sa_handler == SIG_IGN) continue;
    struct sigaction now{};
    now.sa_handler = on_interrupt;
    ::sigaction(signal, &now, nullptr);
  }
}

Unfinished::Unfinished(const std::string& path) {
  PAC_CHECK(!has_unfinished.load(), "one unfinished file at a time");
  if (path.size() >= sizeof unfinished_path) return;
  std::memcpy(unfinished_path, path.c_str(), path.size() + 1);
  has_unfinished.store(true);
}

Unfinished::~Unfinished() { has_unfinished.store(false); }

}  // namespace pac::cli
