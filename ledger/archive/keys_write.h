// Not API; for write.cpp. What of a stream an archive needs so that its keys can be followed from
// the first one on: the entries that exchange them, checkpoints in which one vouches for the next,
// and proofs. Belongs to one thread.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "ledger/file/store.h"
#include "ledger/log/tile.h"

namespace pac::ledger {

// The members by their names within the folder of the stream. `pins` are sizes of pinned trees;
// `watch` is at the beginning of the stream, and then at its end. PAC6703: nothing that is there
// shows how the key that signs came to do so; PAC6105, PAC6201.
[[nodiscard]] Result<std::map<std::string, std::string>> key_members(
    FileSystem& files, const std::string& stream, const TileReader& tiles,
    const StoreSettings& settings, std::uint32_t number, const std::string& note,
    const std::set<std::uint64_t>& pins, KeyWatch* watch);

}  // namespace pac::ledger
