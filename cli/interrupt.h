// What Ctrl-C does, and SIGTERM and SIGHUP: one line on standard error, and the program ends with
// 128 and the number of the signal (130). Nothing half-written stays behind: files get their name
// when they are whole (driver::write_file), and one that grows for as long as a command runs is an
// Unfinished. The handler shares a path and a flag with the program, the only state of `pac` that
// no one owns.
#pragma once

#include <string>

namespace pac::cli {

// Once, before anything else. A signal that the caller of `pac` ignores stays ignored.
void install_interrupt();

// A file that an interrupt removes, for as long as this lives. One at a time, on the main thread.
class Unfinished {
 public:
  explicit Unfinished(const std::string& path);
  ~Unfinished();
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
};

}  // namespace pac::cli
