#include "bench/measure.h"

#include <benchmark/benchmark.h>

#include <cstring>
#include <memory>

#include "bench/collect.h"
#include "bench/handwritten_match.h"
#include "bench/random.h"

namespace pac::bench {

namespace {

constexpr int kRepetitions = 9;
constexpr double kSecondsEach = 0.04;
constexpr size_t kScratchBytes = 64 << 10;

// What a caller brings: room for the answer, at a cache line as a session lays it out.
class Room {
 public:
  explicit Room(const Timed& timed)
      : fired_(timed.fired_count), scratch_(kScratchBytes), duties_(64) {
    const size_t bytes = (timed.output_bytes + 63) / 64 * 64;
    output_.reset(static_cast<char*>(std::aligned_alloc(64, bytes == 0 ? 64 : bytes)));
    result_.fired = fired_.data();
    result_.duties = duties_.data();
    hand_.tables = timed.tables;
    hand_.base.zones = timed.zones;
    hand_.base.end = scratch_.data() + scratch_.size();
  }
  // The fired rule and a byte of the outcome, as a caller reads them.
  uint64_t decide(pac_decide_fn function, const char* record) {
    hand_.base.next = scratch_.data();
    function(record, output_.get(), &result_, &hand_.base);
    return uint64_t{result_.status} + result_.fired[0] + static_cast<uint8_t>(output_.get()[0]);
  }
  const pac_result& result() const { return result_; }

 private:
  struct Free {
    void operator()(char* memory) const { std::free(memory); }
  };
  std::vector<uint32_t> fired_;
  std::vector<char> scratch_;
  std::vector<pac_duty> duties_;
  std::unique_ptr<char, Free> output_;
  pac_result result_{};
  HandScratch hand_;
};

void latency(benchmark::State& state, const Timed& timed) {
  Room room(timed);
  Order order(timed.count);
  uint64_t read = 0;
  for (auto _ : state) {
    const size_t at = order.next() + (read >> 40);
    read = room.decide(timed.decide, timed.records + at * timed.stride);
    asm volatile("" : "+r"(read));  // the compiler must not know that nothing is left of it above
  }
}

void throughput(benchmark::State& state, const Timed& timed) {
  Room room(timed);
  Order order(timed.count);
  uint64_t sum = 0;
  for (auto _ : state) {
    sum += room.decide(timed.decide, timed.records + order.next() * timed.stride);
  }
  benchmark::DoNotOptimize(sum);
}

// A decision as it is kept: the input record, its text, what was decided.
struct Kept {
  MatchInput input;
  char text[16];
  uint32_t status, fired;
  char rest[40];
};
static_assert(sizeof(Kept) == 128);

void traced(benchmark::State& state, const Timed& timed) {
  Room room(timed);
  std::vector<Kept> ring(8192);
  Order order(timed.count);
  size_t next = 0;
  uint64_t sum = 0;
  for (auto _ : state) {
    const char* record = timed.records + order.next() * timed.stride;
    sum += room.decide(timed.decide, record);
    Kept& kept = ring[next];
    std::memcpy(&kept.input, record, sizeof kept.input);
    const pac_text& text = kept.input.text;
    std::memcpy(kept.text, text.data, text.size <= sizeof kept.text ? text.size : sizeof kept.text);
    kept.status = room.result().status;
    kept.fired = room.result().fired[0];
    next = (next + 1) % ring.size();
  }
  benchmark::DoNotOptimize(ring.data());
  benchmark::DoNotOptimize(sum);
}

}  // namespace

void add(const Timed& timed) {
  const auto one = [&](const char* kind, auto function) {
    benchmark::RegisterBenchmark((timed.name + kind).c_str(),
                                 [=](benchmark::State& state) { function(state, timed); })
        ->Repetitions(kRepetitions)
        ->MinTime(kSecondsEach)
        ->ReportAggregatesOnly();
  };
  one("_latency", latency);
  one("_throughput", throughput);
  if (timed.with_trace) one("_traced", traced);
}

void add_whole(const std::string& name, const std::function<void()>& all) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [=](benchmark::State& state) {
                                 for (auto _ : state) all();
                               })
      ->Repetitions(kRepetitions)
      ->MinTime(kSecondsEach)
      ->ReportAggregatesOnly();
}

std::map<std::string, double> run_all() {
  char name[] = "match_bench", interleave[] = "--benchmark_enable_random_interleaving=true";
  char* argv[] = {name, interleave, nullptr};
  int argc = 2;
  benchmark::Initialize(&argc, argv);
  Collect times;
  benchmark::RunSpecifiedBenchmarks(&times);
  return times.median_ns;
}

}  // namespace pac::bench
