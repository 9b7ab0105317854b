// A reporter of Google Benchmark that shows and keeps the medians of CPU time, by the
// benchmark's name with its arguments ("parse/1000"). One run, one thread.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

namespace pac::bench {

class Collect final : public benchmark::ConsoleReporter {
 public:
  Collect() : ConsoleReporter(OO_None) {}
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const auto& run : runs) {
      if (run.aggregate_name != "median") continue;
      ConsoleReporter::ReportRuns({run});
      median_ns[run.run_name.function_name +
                (run.run_name.args.empty() ? "" : "/" + run.run_name.args)] =
          run.GetAdjustedCPUTime();
    }
  }
  std::map<std::string, double> median_ns;
};

}  // namespace pac::bench
