// Times of decisions by Google Benchmark, in one interleaved run, over inputs in random order.
// Latency: where the next input lies depends on the answer before, by bits that are always zero, so
// that no two decisions overlap unless the processor foresees the answer. Throughput: nothing
// waits. Every function sees the same inputs in the same order. One thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "runtime/abi.h"

namespace pac::bench {

// What is measured: a function over records that lie `stride` bytes apart (of them as many as the
// largest power of two).
struct Timed {
  std::string name;
  pac_decide_fn decide = nullptr;
  const char* records = nullptr;
  size_t count = 0, stride = 0;
  size_t output_bytes = 0, fired_count = 0;
  const void* tables = nullptr;     // of what is made by hand
  const pac_zone* zones = nullptr;  // of a rule set
  bool with_trace = false;          // throughput also while each decision is kept in a ring
};

// Registers NAME_latency and NAME_throughput (and NAME_traced).
void add(const Timed& timed);
// Of many decisions at once: one call of `all`, in the same run.
void add_whole(const std::string& name, const std::function<void()>& all);
// Medians in ns, by those names.
std::map<std::string, double> run_all();

}  // namespace pac::bench
