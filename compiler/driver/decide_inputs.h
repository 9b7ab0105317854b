// decide_inputs: decides a stream of inputs in several threads and hands the answers over in the
// order of the inputs, so that all of them, refusals, errors and counts too, are the same bytes for
// any number of threads. In memory are at most kBlocksAhead blocks a thread, read or answered.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "compiler/driver/input_blocks.h"
#include "runtime/engine/loaded_rule_set.h"
#include "runtime/engine/session.h"

namespace pac::driver {

inline constexpr unsigned kMostThreads = 64;
inline constexpr size_t kBlocksAhead = 3;

struct DecideOptions {
  ir::DecisionId decision = ir::DecisionId::none;
  engine::Context context;                    // points into what the caller keeps
  engine::FeatureSource* features = nullptr;  // any thread may read it
  bool answers = false;                       // a line each; else refusals and errors for people
  bool records = false;                       // each decision with its input
  unsigned threads = 1;                       // 1 .. kMostThreads
};

// Counts for a summary.
struct DecideTally {
  uint64_t ok = 0, no_match = 0, error = 0, refused = 0;
  std::map<std::string, uint64_t, std::less<>> fired;  // by rule; where no answers are asked for
  std::string first;  // the answer to the first input, where it was decided and none are asked for

  uint64_t total() const { return ok + no_match + error + refused; }
  void add(DecideTally&& other);
};

// What a block of inputs comes to. Borrowed for the call that hands it over.
struct DecidedBlock {
  std::string_view answers, records;  // lines
  std::string_view faults;            // lines for people: what was refused, and errors
  uint64_t done_bytes = 0, count = 0;
};

// `take` is called on the thread of the caller, block by block.
DecideTally decide_inputs(const std::shared_ptr<const engine::LoadedRuleSet>& rules,
                          InputBlocks& blocks, const DecideOptions& options,
                          const std::function<void(const DecidedBlock&)>& take);

}  // namespace pac::driver
