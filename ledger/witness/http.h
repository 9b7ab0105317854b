// The two ends of the witness protocol over HTTP: a handler for a server of net/, and the way to a
// witness by its address.
#pragma once

#include <string>

#include "ledger/witness/push.h"
#include "ledger/witness/witness.h"
#include "net/client.h"
#include "net/server.h"

namespace pac::ledger {

// POST /add-checkpoint. The witness outlives it.
net::Handler witness_handler(Witness& witness);

// How long a witness has to take the connection, and then to answer.
inline constexpr std::int64_t kWitnessAnswerMs = 5'000;

// `url` is the submission prefix. PAC7001, PAC7003.
[[nodiscard]] Result<std::unique_ptr<WitnessTransport>> reach_witness(
    const std::string& url, const std::string& ca_file = "",
    std::int64_t answer_ms = kWitnessAnswerMs);

// What asks the witnesses of a ledger's policy, over HTTP; nothing where it has none.
[[nodiscard]] Result<std::shared_ptr<Witnessing>> witnessing_of(FileSystem& files,
                                                                const std::string& folder);

}  // namespace pac::ledger
