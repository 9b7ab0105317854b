// How long a caller waits for the signed receipt of one decision, at half of what sixteen callers
// at once get through: beyond the wait for the batch that runs when it comes, which no group commit
// can spare it, over what one fdatasync takes in the same run. 99th percentiles of both.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/summary.h"
#include "runtime/crypto/ed25519.h"

namespace pac::bench {

// `folder`: an empty ledger that was begun with that key. `entry`: what is recorded. The figures;
// it prints what they are made of.
std::vector<Figure> measure_receipts(const std::string& folder, const crypto::SigningKey& key,
                                     const std::string& entry);

}  // namespace pac::bench
