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

// What somebody else makes of the inputs of a block, handed over with it.
class BlockNotes {
 public:
  virtual ~BlockNotes() = default;
};

struct InputNote {
  bool is_decided = false;  // else it was refused
  uint32_t line = 0;        // where it stands, from 1
  // The line that was written for it in the block's answers, with its end; 0 bytes: none was.
  size_t answer_begin = 0, answer_bytes = 0;
  int64_t duration_ns = 0;  // from the bound input to the answer
};

// Hears of each input on the thread that decides it; one for each thread.
class InputObserver {
 public:
  virtual ~InputObserver() = default;
  // Before an input is prepared: what to read features from instead.
  virtual engine::FeatureSource* features(engine::FeatureSource* source) = 0;
  virtual std::unique_ptr<BlockNotes> begin_block() = 0;
  virtual void decided(const engine::Session& session, const InputNote& note,
                       BlockNotes* notes) = 0;
};

struct DecideOptions {
  ir::DecisionId decision = ir::DecisionId::none;
  engine::Context context;                    // points into what the caller keeps
  engine::FeatureSource* features = nullptr;  // any thread may read it
  bool answers = false;                       // a line each; else refusals and errors for people
  bool records = false;                       // each decision with its input
  std::function<std::unique_ptr<InputObserver>()> observer;  // empty: none
  unsigned threads = 1;                                      // 1 .. kMostThreads
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
  BlockNotes* notes = nullptr;  // of the observer; null: there is none
};

// `take` is called on the thread of the caller, block by block; false: no more is decided.
DecideTally decide_inputs(const std::shared_ptr<const engine::LoadedRuleSet>& rules,
                          InputBlocks& blocks, const DecideOptions& options,
                          const std::function<bool(const DecidedBlock&)>& take);

}  // namespace pac::driver
