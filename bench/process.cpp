#include "bench/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace pac::bench {

namespace {

// Begins the command in a process of its own; `cpu_s` of 0 is no limit. The pages of this process
// are not copied, which would be work of the child.
pid_t begin(const std::vector<std::string>& arguments, const std::string& output, double cpu_s) {
  std::vector<char*> argv;
  for (const std::string& one : arguments) argv.push_back(const_cast<char*>(one.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  if (posix_spawn_file_actions_init(&files) != 0) std::abort();
  int failed = 0;
  if (!output.empty()) {
    failed |= posix_spawn_file_actions_addopen(&files, 1, output.c_str(),
                                               O_WRONLY | O_CREAT | O_TRUNC, 0644);
  }
  if (cpu_s == 0) {
    failed |= posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
  }
  pid_t child = 0;
  if (failed != 0 || posix_spawnp(&child, argv[0], &files, nullptr, argv.data(), environ) != 0) {
    std::fprintf(stderr, "%s could not be run\n", argv[0]);
    std::exit(1);
  }
  posix_spawn_file_actions_destroy(&files);
  if (cpu_s != 0) {
    const auto seconds = static_cast<rlim_t>(cpu_s);
    const rlimit limit{seconds, seconds + 5};
    if (prlimit(child, RLIMIT_CPU, &limit, nullptr) != 0) std::abort();
  }
  return child;
}

Cost wait_for(pid_t child, int* status) {
  rusage usage{};
  if (wait4(child, status, 0, &usage) != child) std::abort();
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return {WIFEXITED(*status) ? WEXITSTATUS(*status) : -1,
          seconds(usage.ru_utime) + seconds(usage.ru_stime),
          static_cast<double>(usage.ru_maxrss) / 1024};
}

}  // namespace

Cost run(const std::vector<std::string>& arguments, const std::string& output) {
  int status = 0;
  const Cost cost = wait_for(begin(arguments, output, 0), &status);
  if (cost.exit == -1 || cost.exit == 127) {
    std::fprintf(stderr, "%s did not run to its end\n", arguments[0].c_str());
    std::exit(1);
  }
  return cost;
}

Cost run_within(double cpu_s, const std::vector<std::string>& arguments,
                const std::string& output) {
  int status = 0;
  Cost cost = wait_for(begin(arguments, output, cpu_s), &status);
  const bool is_killed = WIFSIGNALED(status);
  if (is_killed && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL)) {
    cost.exit = kOutOfTime;
  }
  return cost;
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
