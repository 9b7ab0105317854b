// Reads the entries of a stream in order, from the segments: all that is durable, also what is not
// published yet. Nothing is verified but checksums: whoever must believe them calls verify_store.
// Takes no lock; belongs to one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "ledger/io/file_system.h"

namespace pac::ledger {

// False: no more. The bytes hold for the call.
using TakeEntry = std::function<bool(std::uint64_t index, std::string_view entry)>;

// The entries from `from` up to, without, `to`. `stream` is the folder of a stream. PAC6201;
// PAC6217 where a damaged frame stands before good ones.
[[nodiscard]] Result<void> read_entries(FileSystem& files, const std::string& stream,
                                        std::uint64_t from, std::uint64_t to,
                                        const TakeEntry& take);

// The signed checkpoints that stand in the segments, of trees of more than `from` entries, in
// order. What is damaged ends the reading. PAC6201.
using TakeCheckpoint = std::function<bool(std::uint64_t size, std::string_view note)>;
[[nodiscard]] Result<void> read_checkpoints(FileSystem& files, const std::string& stream,
                                            std::uint64_t from, const TakeCheckpoint& take);

// Entries that are known to have been and can't be read; `end` is not one of them.
struct EntryGap {
  std::uint64_t first = 0, end = 0;
};
using FoundGap = std::function<void(const EntryGap&)>;

// The same of a stream of the ledger in that folder, but damage is passed over: what is behind it
// is read too, and the entries in between are told, within the range and in order. So are those
// that the published checkpoint has and the segments have not, and the damaged end of a stream that
// another one continues: of the newest one a torn end above the checkpoint was never answered for.
// PAC6201, PAC6209.
[[nodiscard]] Result<void> read_readable(FileSystem& files, const std::string& folder,
                                         std::uint32_t stream, std::uint64_t from, std::uint64_t to,
                                         const TakeEntry& take, const FoundGap& found);

}  // namespace pac::ledger
