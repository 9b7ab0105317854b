// Verifying an embedded store from its files alone: every entry hashed again, the tree built anew,
// every checkpoint's signature, every published tile and bundle. Writes nothing and takes no lock.
// Called on one thread; hashing and signatures are shared by several.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/file/store.h"
#include "ledger/log/cosignature.h"

namespace pac::ledger {

// Something that is not as it was signed.
struct LedgerFinding {
  std::uint32_t stream = 0;
  std::uint64_t index = 0;  // the first entry concerned
  std::string what;
};

struct VerifiedStream {
  std::uint32_t number = 0;
  std::string origin;
  std::uint64_t size = 0;         // entries that are as they were signed, from the first on
  std::uint64_t published = 0;    // the size of the published checkpoint
  Hash root{};                    // of `size` entries
  std::uint64_t checkpoints = 0;  // whose signature holds
};

// A key of a stream: when it may sign, and what it signed.
struct VerifiedKey {
  std::uint32_t stream = 0;
  std::string verifier;  // the key, as a line to verify with
  KeyPeriod period;
  KeyUsage usage;
};

// The checkpoint of a stream that witnesses cosigned.
struct WitnessedStream {
  std::uint32_t stream = 0;
  std::uint64_t size = 0;
  std::vector<Cosigned> by;  // by their place in the policy; without one nobody
};

struct VerifiedStore {
  std::vector<VerifiedStream> streams;
  std::map<std::uint32_t, StreamKeys> signers;  // of each stream, as its entries name them
  std::vector<LedgerFinding> findings;  // the first of each stream's entries, and of its files
  std::vector<VerifiedKey> keys;
  std::vector<WitnessedStream> witnessed;  // of a store in PostgreSQL
};

// Where a ledger that is verified has what its entries name.
class EntrySource {
 public:
  virtual ~EntrySource() = default;
  // A blob by its digest in hexadecimal. Nothing: there are no such bytes; `fault` says why, or
  // nothing where that is told already.
  [[nodiscard]] virtual Result<std::optional<std::string>> blob(std::string_view sha256,
                                                                std::string* fault) = 0;
  // The leaf hash of an entry; nothing: it can't be read.
  [[nodiscard]] virtual Result<std::optional<Hash>> leaf(std::uint32_t stream,
                                                         std::uint64_t index) = 0;
};

// Is shown the entries of a ledger while it is verified, by one thread: streams in their order, and
// each from its first entry on.
class EntryWatch {
 public:
  virtual ~EntryWatch() = default;
  // A stream begins, or is read once more. `source` holds until its end.
  virtual void begin(EntrySource& source, const std::string& ledger, std::uint32_t stream) = 0;
  [[nodiscard]] virtual Result<void> entry(std::uint64_t index, std::string_view bytes) = 0;
  // Below `size` they are as they were signed; `is_whole`: and there are no others.
  virtual void end(std::uint64_t size, bool is_whole) = 0;
};

// Called with the number of entries done so far.
using VerifyProgress = std::function<void(std::uint64_t)>;

// The key is the one to believe: the first key of the ledger, or one that was introduced later and
// has signed; from there on the keys are followed as entries of the kind `key` say. `trust` is
// what is known of keys from elsewhere. `known` are checkpoints that
// were verified elsewhere and that the ledger must continue: without one it is not seen that all
// files were put back to an earlier state. PAC6201 where files can't be read, PAC6209 where the
// folder is no ledger. `threads`: 0 for as many as the machine has; what is found is the same.
[[nodiscard]] Result<VerifiedStore> verify_store(FileSystem& files, const std::string& folder,
                                                 const crypto::PublicKey& key,
                                                 const VerifyProgress& progress = {},
                                                 std::span<const Checkpoint> known = {},
                                                 const KeyTrust& trust = {}, unsigned threads = 0);

}  // namespace pac::ledger
