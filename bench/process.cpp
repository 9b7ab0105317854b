#include "bench/process.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace pac::bench {

Cost run(const std::vector<std::string>& arguments, const std::string& output) {
  std::vector<char*> argv;
  for (const std::string& one : arguments) argv.push_back(const_cast<char*>(one.c_str()));
  argv.push_back(nullptr);
  const pid_t child = fork();
  if (child < 0) std::abort();
  if (child == 0) {
    const int to = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    const int nothing = open("/dev/null", O_WRONLY);
    if (to < 0 || nothing < 0 || dup2(to, 1) < 0 || dup2(nothing, 2) < 0) _exit(127);
    execv(argv[0], argv.data());
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) ||
      WEXITSTATUS(status) == 127) {
    std::fprintf(stderr, "%s did not run to its end\n", argv[0]);
    std::exit(1);
  }
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return {WEXITSTATUS(status), seconds(usage.ru_utime) + seconds(usage.ru_stime),
          static_cast<double>(usage.ru_maxrss) / 1024};
}

Cost median_run(int times, const std::vector<std::string>& arguments, const std::string& output) {
  std::vector<Cost> costs;
  for (int i = 0; i < times; ++i) costs.push_back(run(arguments, output));
  std::ranges::sort(costs, {}, &Cost::cpu_s);
  return costs[costs.size() / 2];
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) {
    std::fprintf(stderr, "%s can't be written\n", path.c_str());
    std::exit(1);
  }
}

}  // namespace pac::bench
