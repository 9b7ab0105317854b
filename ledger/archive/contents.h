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

struct ArchiveFacts {
  std::string origin;
  crypto::PublicKey key{};
  std::optional<std::string> tenant;
  std::vector<ArchivedStream> streams;
};

std::string encode(const ArchiveFacts& facts);
// PAC6702: not exactly such a description, or of a later format.
[[nodiscard]] Result<ArchiveFacts> decode_archive_facts(std::string_view text);

// Of format 1; another text is another format.
std::string_view verify_page();

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
