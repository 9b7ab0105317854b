// Start-up of a stream: reads what its files hold and says how far they can be believed. Writes
// nothing. Belongs to one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ledger/file/segment.h"
#include "ledger/io/file_system.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/key_chain.h"
#include "ledger/log/tile_builder.h"

namespace pac::ledger {

// More than a torn tail: the stream must not be signed again.
struct Damage {
  std::uint64_t missing_below = 0;  // entries below this are known to have been; 0: not known
  std::string reason;
};

// Full tiles and bundles by their path in the stream's folder.
using DerivedFiles = std::map<std::string, std::string>;

struct Recovered {
  TileBuilder tree;          // of all entries that can be believed
  Hash link{};               // of the last good frame
  std::string bundle;        // the entries of the last, not yet full bundle
  DerivedFiles unpublished;  // what became full since the last checkpoint was published
  std::optional<Checkpoint> published;
  std::string note;                   // the published checkpoint with its signatures
  bool tiles_fit = true;              // the published tiles have the published root
  std::vector<SegmentFile> segments;  // those that count
  std::uint64_t last_bytes = 0;       // how much of the last one counts
  std::vector<std::string> begun;     // segments that were begun and have nothing: to be removed
  std::optional<Damage> damage;
};

// PAC6201 where files can't be read; damage is no failure.
[[nodiscard]] Result<Recovered> recover(FileSystem& files, const std::string& stream,
                                        const StreamKeys& keys);

// Reads the whole stream once more and hands over each full tile and bundle.
[[nodiscard]] Result<void> derive_all(
    FileSystem& files, const std::string& stream, const StreamKeys& keys,
    const std::function<Result<void>(const std::string&, const std::string&)>& derived);

}  // namespace pac::ledger
