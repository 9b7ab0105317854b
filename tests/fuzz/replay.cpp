// The door without libFuzzer: pac-fuzz TARGET FILE|FOLDER... runs the target over files, in the
// order of their names. Options of libFuzzer are passed over, so that both take the same line.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/fuzz/target.h"

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(path)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  const pac::fuzz::Target* target = argc > 1 ? pac::fuzz::find_target(argv[1]) : nullptr;
  if (target == nullptr || argc < 3) {
    std::fprintf(stderr, "usage: pac-fuzz TARGET FILE|FOLDER...; targets:");
    for (const auto name : pac::fuzz::target_names()) {
      std::fprintf(stderr, " %.*s", static_cast<int>(name.size()), name.data());
    }
    std::fprintf(stderr, "\n");
    return 2;
  }
  size_t count = 0;
  for (int i = 2; i < argc; ++i) {
    if (argv[i][0] == '-') continue;
    for (const fs::path& path : files_of(argv[i])) {
      std::ifstream in(path, std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), {}};
      // In a block of its own, so that a sanitizer sees what lies beyond its end; and named before
      // it runs, since what goes wrong ends the process.
      std::fprintf(stderr, "%s\n", path.c_str());
      target->run(bytes);
      ++count;
    }
  }
  std::printf("%s: %zu inputs\n", argv[1], count);
  return count == 0 ? 1 : 0;
}
