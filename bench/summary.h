// Figures of a benchmark run, merged into build/bench/summary.json:
//   "key": {"value": 1.1, "commit": "…", "cpu": "…", "command": "…"}
#pragma once

#include <string>
#include <vector>

namespace pac::bench {

struct Figure {
  std::string key;
  double value = 0;
};

// Keeps the figures of other benchmarks; writes atomically. Prints what it can't do and returns
// false.
bool merge_summary(const std::string& path, const std::vector<Figure>& figures,
                   const std::string& command);

// A figure that the file has; 0 where it has none.
double summary_value(const std::string& path, const std::string& key);

}  // namespace pac::bench
