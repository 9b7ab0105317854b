// What an evidence archive holds besides the files of the log: its description and the page for
// whoever opens it, and the names of its members. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/log/tile.h"
#include "runtime/base/result.h"
#include "runtime/crypto/ed25519.h"

namespace pac::ledger {

inline constexpr const char* kArchiveFile = "archive.json";
inline constexpr const char* kVerifyPage = "VERIFY.md";
inline constexpr const char* kArchivedTrust = "trust.json";
// Of a stream whose key was exchanged: the entries that say so and the proofs of these, checkpoints
// that vouch for the keys, and proofs that the archived tree continues those of other sizes.
inline constexpr const char* kKeyLines = "keys.jsonl";
inline constexpr const char* kKeyProofs = "keys.txt";
inline constexpr const char* kVouching = "vouching/";
inline constexpr const char* kContinued = "continued/";

// An archive is made and verified in memory; a ledger that is larger goes into several.
inline constexpr std::size_t kMaxArchiveBytes = std::size_t{2} << 30;
// As many as a ZIP file counts without extensions.
inline constexpr std::size_t kMaxArchiveMembers = 65'534;

struct ArchivedStream {
  std::uint32_t number = 0;
  std::uint64_t size = 0;  // of the checkpoint
  // The entries that are there, `end` not included: whole bundles of them. Of one tenant: those
  // that were looked at.
  std::uint64_t from = 0, end = 0;
};

// A stream of which only the keys are there, as others can't be followed without them.
struct StreamOfKeys {
  std::uint32_t number = 0;
  std::uint64_t size = 0;  // of the checkpoint
};

struct ArchiveFacts {
  std::string origin;
  crypto::PublicKey key{};  // the first one of the ledger
  std::optional<std::string> tenant;
  std::vector<ArchivedStream> streams;
  // Format 2: the ledger exchanged its key, or there is a trust list. Then the streams and those of
  // which only the keys are there are, together, the first ones without a gap.
  bool has_keys = false;
  std::vector<StreamOfKeys> keys_of;
};

std::string encode(const ArchiveFacts& facts);
// PAC6702: not exactly such a description, or of a later format.
[[nodiscard]] Result<ArchiveFacts> decode_archive_facts(std::string_view text);

// Of format 1, or of format 2, which has keys; another text is another format.
std::string_view verify_page(bool has_keys = false);

std::string archived_stream_folder(std::uint32_t number);  // "streams/0001"
std::string archived_blob(std::string_view sha256);        // "blobs/HH/DIGEST"

// The tiles of a tree of that size, partial ones included.
std::vector<TileId> tiles_of(std::uint64_t size);
// The bundles that have entries of [from, end) of that tree.
std::vector<BundleId> bundles_of(std::uint64_t size, std::uint64_t from, std::uint64_t end);

// The entries of one tenant, and the proof of each: lines of hashes under its index.
struct ProvedLine {
  std::uint64_t index = 0;
  std::vector<Hash> proof;
};
std::string encode(const std::vector<ProvedLine>& proofs);
// PAC6702.
[[nodiscard]] Result<std::vector<ProvedLine>> decode_proofs(std::string_view text);

}  // namespace pac::ledger
