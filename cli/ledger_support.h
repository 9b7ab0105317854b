// What the parts of `pac ledger` share: reading what is published, and saying what was found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "ledger/file/store.h"
#include "ledger/file/verify.h"
#include "ledger/log/receipt.h"
#include "ledger/log/trust_list.h"
#include "ledger/record/idempotency.h"
#include "ledger/record/verify_records.h"

namespace pac::cli {

// Prints the failure and gives its exit code: tampering counts as findings.
int failed_ledger(const Error& error);

// Says how many entries are damaged or missing, the first of which is that; findings.
int failed_gaps(std::uint64_t count, const ledger::EntryPlace& first);

// Says so where opening the ledger began a new stream.
void tell_new_stream(const ledger::Store& store);

// The published checkpoint of a stream, with its signed note.
struct PublishedHead {
  std::string note;
  ledger::Checkpoint checkpoint;
};
Result<PublishedHead> published(ledger::FileSystem& files, const std::string& folder,
                                const ledger::StoreSettings& settings, std::uint32_t stream);

// How many entries all streams have published; those that can't be read count nothing.
std::uint64_t published_entries(ledger::FileSystem& files, const std::string& folder,
                                const ledger::StoreSettings& settings);

// A published entry and the receipt for it, which holds: with the cosigned checkpoint where that
// has the entry.
struct ProvedEntry {
  std::string bytes;
  ledger::Receipt receipt;
};
// Of the stream that --stream says, or the newest. PAC6211 for an index that is not published.
Result<ProvedEntry> read_entry(ledger::FileSystem& files, const std::string& folder,
                               const std::string& index, const po::variables_map& values);

// Whose signatures count: of --verifier, of the trust list of --trust, or those that the settings
// name.
struct Believed {
  bool is_said = false;     // by the caller, not by the ledger
  crypto::PublicKey key{};  // to begin with
  ledger::KeyTrust trust;
};
// A --verifier that is none, or a --trust without its pin (without a code), is wrong usage and no
// evidence.
int failed_belief(const Error& error);
// `archived` is the trust list of an archive, which --trust-pin alone is about; or empty.
Result<Believed> believed(const po::variables_map& values, const ledger::StoreSettings& settings,
                          const std::string& archived = "");

// The trust list of --trust, or else the archived one, from the version of --trust-pin on.
Result<ledger::TrustList> trust_list(const po::variables_map& values,
                                     const std::string& archived = "");

// The key of --also-verifier. PAC6101.
Result<std::optional<ledger::EcdsaNoteKey>> also_verifier(const po::variables_map& values);
// Findings where a stream does not ask for the line of that key.
void add_also_faults(const ledger::EcdsaNoteKey& also, ledger::VerifiedStore* report);

// The checkpoints of --known, each from a file with a checkpoint or a receipt, signed by a key of
// the ledger that is believed.
Result<std::vector<ledger::Checkpoint>> known_checkpoints(const po::variables_map& values,
                                                          const ledger::StoreSettings& settings,
                                                          const Believed& believed);

// The index that --to names, of commands that take a range; false, after saying so, where it is
// none. (`witness push` takes addresses by the same option.)
bool read_last_entry(const po::variables_map& values, std::optional<std::uint64_t>* out);

void print_finding(const ledger::LedgerFinding& finding, bool is_json);

// `has_key`: whose key to believe was said, not taken from the folder.
void print_verified(const ledger::VerifiedStore& report, const ledger::VerifiedRecords& records,
                    bool has_key, bool is_json);

}  // namespace pac::cli
