// Recorded decisions as JSON lines, as `pac diff --decisions` and `pac replay --with` take them:
// {"input":…,"context":…,"features":…}. Reads a ledger without its lock; one thread.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "ledger/io/file_system.h"
#include "ledger/persons/subjects.h"
#include "ledger/record/idempotency.h"

namespace pac::ledger {

struct LinesOptions {
  std::uint64_t from = 0, to = UINT64_MAX;
  std::string function;                // full name, or its last part; empty: all
  const Subjects* subjects = nullptr;  // opens what is personal; null: nothing does
};

struct RecordedLines {
  std::string text;
  std::vector<EntryPlace> places;      // of each line
  std::vector<std::string> functions;  // whose decisions these are, each once
  std::string snapshot;                // of the newest
  std::uint64_t left_out = 0;          // without an input
  std::uint64_t erased = 0;            // whose personal data was erased
  std::uint64_t closed = 0;            // whose personal data does not open here
  std::uint64_t damaged = 0;           // entries that are damaged or missing
  EntryPlace first_damaged;
  std::set<std::string> others;  // functions that were not asked for
};

[[nodiscard]] Result<RecordedLines> recorded_lines(FileSystem& files, const std::string& folder,
                                                   const LinesOptions& options);

}  // namespace pac::ledger
