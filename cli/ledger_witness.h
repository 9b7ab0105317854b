// The parts of `pac ledger` that have to do with witnesses: being one, asking them, and what their
// cosignatures are worth to whoever verifies.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "ledger/file/store.h"
#include "ledger/file/verify.h"
#include "ledger/log/witness_policy.h"

namespace pac::cli {

// `witness serve|push|require …`; nothing where the words are others.
std::optional<int> run_witness(const std::vector<std::string>& words,
                               const po::variables_map& values);

// What --witness, --witnesses-needed and --witness-policy ask for; nothing where none is given.
// PAC6101, PAC6111, PAC0101.
[[nodiscard]] Result<std::optional<ledger::WitnessPolicy>> witness_policy(
    const po::variables_map& values);

// The machine's, with the witnesses that the ledger's policy asks for and the key of its further
// line.
[[nodiscard]] Result<ledger::Surroundings> surroundings_of(ledger::FileSystem& files,
                                                           const std::string& folder,
                                                           const po::variables_map& values);

// Which entries which witnesses of the policy have cosigned.
void print_cosigned(const std::vector<ledger::WitnessedStream>& streams,
                    const ledger::WitnessPolicy& policy, bool is_json);

// Findings and, for people, what is witnessed. The exit code.
int print_witnessed(ledger::FileSystem& files, const std::string& folder,
                    const ledger::VerifiedStore& verified,
                    const std::optional<ledger::WitnessPolicy>& policy, bool is_json);

// "2026-03-01T09:00:00Z w1.example/a, …"
std::string cosigners_text(const ledger::WitnessPolicy& policy,
                           const std::vector<ledger::Cosigned>& by);

}  // namespace pac::cli
