// What is usual instead of a tree: each row has the hash of the row before it, and who adds one
// holds a lock over the end of the chain. Beside it, decisions that are recorded in a ledger and
// answered once PostgreSQL has them (level `pg`): sixteen clients each, one row or many at a time.
#pragma once

#include <string>
#include <vector>

#include "bench/summary.h"
#include "ledger/io/file_system.h"
#include "runtime/crypto/ed25519.h"

namespace pac::bench {

// `url` is of a database with the tables of a store, `ledger` of a ledger in a folder that was
// begun with that key. The figures; it prints what they are made of.
std::vector<Figure> measure_locked_chain(ledger::FileSystem& files, const std::string& folder,
                                         const crypto::SigningKey& key, const std::string& url,
                                         const std::vector<std::string>& entries);

}  // namespace pac::bench
