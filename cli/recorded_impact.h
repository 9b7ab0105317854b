// What changes in recorded decisions between two versions, for `pac diff --decisions` and
// `pac replay --with`. One thread.
#pragma once

#include <optional>

#include "cli/command.h"
#include "cli/support.h"
#include "compiler/driver/diff.h"
#include "compiler/driver/impact.h"
#include "ledger/replay/recorded_lines.h"
#include "runtime/base/json.h"

namespace pac::cli {

// Nothing, with a message and the exit code, where it can't be loaded.
std::optional<driver::DiffVersion> version_of(const Policy& policy, driver::Engine engine,
                                              int* exit);

// `places`: of each line; null: lines have numbers.
void print_impact(const driver::Impact& impact, const std::vector<ledger::EntryPlace>* places);
json::Value to_json(const driver::Impact& impact, const std::vector<ledger::EntryPlace>* places);

// Compares the decisions of a ledger under the policy that made them and under another, prints, and
// gives the exit code.
int recorded_impact(const engine::Bundle& before, const Policy& after,
                    const ledger::RecordedLines& recorded, const po::variables_map& values,
                    bool is_json);

// Says how many decisions are left out as they were erased, and fails where some don't open here:
// how many change is then not known. 0, or the exit code.
int tell_closed(const ledger::RecordedLines& recorded, const ledger::Subjects& subjects);

}  // namespace pac::cli
