// Replay: recorded decisions are made again from what was recorded, by the policy that decided, in
// both engines, and compared byte by byte. The result is the same for any number of threads, any
// locale and any time zone. Reads a ledger without its lock.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ledger/persons/subjects.h"
#include "ledger/record/idempotency.h"
#include "ledger/replay/snapshots.h"

namespace pac::ledger {

struct ReplayOptions {
  bool interp = true;
  LoadNative native;                        // empty: not asked for
  std::uint64_t from = 0, to = UINT64_MAX;  // indexes, `to` not included
  std::string function;                     // full name or its last part; empty: all
  std::uint32_t stream = 0;                 // 0: all
  unsigned threads = 1;
  const Subjects* subjects = nullptr;  // opens what is personal; null: nothing does
  std::size_t shown = 20;              // drifts that are kept
  // Called now and then with the number of decisions so far.
  std::function<void(std::uint64_t)> progress;
};

// A decision that comes out otherwise than it was recorded.
struct Drift {
  EntryPlace place;
  std::string function;
  std::string engine;  // that differs: interp, native
  std::vector<std::string> recorded_rules, rules;
  std::string recorded, now;  // answers, JSON
  std::string hint;           // what else is not as it was; empty: nothing
};

// Reasons in Replayed::not_replayed that are meant: nothing is wrong with the ledger.
inline constexpr const char* kRefusedInput = "its input was refused, and is not kept";
inline constexpr const char* kErasedInput = "erased: its personal data";

struct NotReplayed {
  std::uint64_t count = 0;
  EntryPlace first;
};

struct Replayed {
  std::uint64_t decisions = 0;  // looked at
  std::uint64_t same = 0, drifted = 0;
  std::uint64_t other_stdlib = 0;  // replayed with another standard library than decided
  std::vector<Drift> drifts;       // the first of them
  // By reason; those that are damaged or missing are entries, not known to be decisions.
  std::map<std::string, NotReplayed> not_replayed;
  std::set<std::string> others;  // functions that were not asked for

  std::uint64_t left_out() const;
};

[[nodiscard]] Result<Replayed> replay(FileSystem& files, const std::string& folder,
                                      const ReplayOptions& options);

}  // namespace pac::ledger
