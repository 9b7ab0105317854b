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

}  // namespace pac::ledger
