// Verifies an evidence archive from its bytes alone: each tile against the signed root, each entry
// against its leaf, each blob against its name, and that nothing else is in there. Pure; any
// thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/archive/contents.h"
#include "ledger/file/verify.h"
#include "ledger/log/witness_policy.h"

namespace pac::ledger {

struct VerifiedArchive {
  ArchiveFacts facts;
  std::vector<VerifiedStream> streams;           // `size`: of the checkpoint
  std::vector<std::vector<Cosigned>> witnessed;  // of each stream, by the policy
  std::uint64_t entries = 0;                     // that are as they were signed
  std::uint64_t blobs = 0;
  std::vector<LedgerFinding> findings;  // each names a member
};

struct ArchiveCheck {
  // Whose signature counts, the first key of the ledger or a later one; else that of the archive.
  std::optional<NoteKey> key;
  const WitnessPolicy* policy = nullptr;  // null: cosignatures are not asked for
  VerifyProgress progress;
  std::vector<Checkpoint> known;  // held elsewhere: each root must be that of the tree at its size
  KeyTrust trust{};               // what is known of keys beside that
  std::optional<EcdsaNoteKey> also{};  // whose line must be below each checkpoint too
};

// What an archive says of its ledger; nothing of it is verified.
struct ArchiveClaims {
  StoreSettings settings;  // origin and keys
  std::string trust_list;  // as its file; empty: it has none
};
// PAC6702.
[[nodiscard]] Result<ArchiveClaims> claims_of(std::string_view archive);

// PAC6702: it is no archive of pac, or damaged as a file, with the place and member; PAC6102: it is
// of another ledger than the key.
[[nodiscard]] Result<VerifiedArchive> verify_archive(std::string_view bytes,
                                                     const ArchiveCheck& check);

// Whether the file begins as an archive does.
bool is_archive(std::string_view first_bytes);

}  // namespace pac::ledger
