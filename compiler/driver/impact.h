// Impact: which of many recorded inputs two versions decide differently. Native code decides; the
// lines are shared out in blocks, and the result is the same for any number of threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/driver/diff.h"
#include "runtime/engine/session.h"

namespace pac::driver {

struct ImpactOptions {
  size_t first = 5;  // lines shown of each class
  unsigned threads = 2;
  engine::Context context;  // of lines that bring none; points into what the caller keeps
  engine::FeatureSource* features = nullptr;  // any thread may read it
};

// Decisions that change, by the rules that fire in the old and in the new version.
struct ImpactClass {
  std::string before, after;  // "rule" or "error PAC5005"
  uint64_t count = 0;
  struct Line {
    uint64_t number = 0;  // from 1
    std::string before_answer, after_answer;
  };
  std::vector<Line> lines;  // the first of them
};

struct Impact {
  uint64_t decided = 0, changed = 0;
  uint64_t refused_before = 0, refused_after = 0;  // inputs that only the other version accepts
  uint64_t refused_by_both = 0;
  std::vector<ImpactClass> classes;  // most frequent first
};

// Each line is an input, or an object with `input` and perhaps `context` and `features`.
Impact impact(const DiffVersion& before, ir::DecisionId old_decision, const DiffVersion& after,
              ir::DecisionId new_decision, std::string_view lines, const ImpactOptions& options);

}  // namespace pac::driver
