// The door for libFuzzer: pac-fuzz TARGET [libFuzzer's arguments]. The target's name is put into
// the environment, since libFuzzer starts itself again for -merge and -fork with its own arguments.
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/target.h"

namespace {

constexpr const char* kVariable = "PAC_FUZZ_TARGET";
const pac::fuzz::Target* chosen = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  if (*argc > 1 && pac::fuzz::find_target((*argv)[1]) != nullptr) {
    ::setenv(kVariable, (*argv)[1], 1);
    for (int i = 1; i + 1 < *argc; ++i) (*argv)[i] = (*argv)[i + 1];
    --*argc;
  }
  const char* name = std::getenv(kVariable);
  chosen = name == nullptr ? nullptr : pac::fuzz::find_target(name);
  if (chosen != nullptr) {
    // Policies are compiled at the first run; that is not to count as the time of an input.
    chosen->run({});
    return 0;
  }
  std::fprintf(stderr, "usage: pac-fuzz TARGET [arguments of libFuzzer]; targets:");
  for (const auto target : pac::fuzz::target_names()) {
    std::fprintf(stderr, " %.*s", static_cast<int>(target.size()), target.data());
  }
  std::fprintf(stderr, "\n");
  std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return static_cast<int>(chosen->run({reinterpret_cast<const char*>(data), size}));
}
