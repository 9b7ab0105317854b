// What is recorded before a policy may decide: its bundle as a blob, then an `activate` entry.
// Belongs to the thread that has the store.
#pragma once

#include <string>
#include <string_view>

#include "ledger/file/store.h"
#include "ledger/record/decision_entry.h"
#include "runtime/engine/bundle.h"

namespace pac::ledger {

struct ActivationFacts {
  std::string engine;  // native, interp
  std::string pac_version;
  std::string caller, tenant;  // of the decisions that follow; empty: not said
};

// Durable when it returns; gives what the decisions of this run have in common. `bytes` are those
// of the bundle.
[[nodiscard]] Result<RunFacts> activate(FileSystem& files, const std::string& folder, Store& store,
                                        const engine::Bundle& bundle, std::string_view bytes,
                                        const ActivationFacts& facts);

}  // namespace pac::ledger
