// A command run to its end, with what it cost.
#pragma once

#include <string>
#include <vector>

namespace pac::bench {

struct Cost {
  int exit = -1;     // -1: ended by a signal
  double cpu_s = 0;  // user and system, of all its threads
  double peak_mib = 0;
};

// Standard output goes to the file `output`; what it says on standard error is dropped. Ends the
// benchmark where the program can't be started.
Cost run(const std::vector<std::string>& arguments, const std::string& output);

// The same with at most so many seconds of CPU time and its errors shown; it may also fail. Without
// `output` it prints where we print.
inline constexpr int kOutOfTime = -2;
Cost run_within(double cpu_s, const std::vector<std::string>& arguments, const std::string& output);

// The run of median CPU time among so many.
Cost median_run(int times, const std::vector<std::string>& arguments, const std::string& output);

std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& text);

}  // namespace pac::bench
