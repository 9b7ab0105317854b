// The chain of a table as C, rule by rule: loads at the head of each function, the most selective
// condition first, functions of 256 rules. clang compiles it with -O2 into a shared object in the
// folder of the benchmark, which is used again while the text is the same. One thread; the object
// stays loaded until the program ends.
#pragma once

#include <string>

#include "bench/match_sets.h"

namespace pac::bench {

using ChainCode = int (*)(const uint64_t* x);

std::string chain_source(const MatchSet& set);

struct CompiledCode {
  void* code = nullptr;  // null: it could not be had, and why
  std::string fault;
};
// The function of that name in a C source.
CompiledCode compile_source(const std::string& text, const char* function,
                            const std::string& folder, const std::string& name);
struct CompiledChain {
  ChainCode code = nullptr;
  std::string fault;
};
CompiledChain compile_chain(const MatchSet& set, const std::string& folder,
                            const std::string& name);

}  // namespace pac::bench
