// Limits of the embedded store, each with its reason in docs/limits.md. Constants only.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pac::ledger {

// A frame is built and hashed in memory, and a reader holds one.
inline constexpr std::size_t kMaxFrameBytes = std::size_t{16} << 20;

// Four bytes would hold more; a batch this long already costs one sync only.
inline constexpr std::size_t kMaxFrameEntries = 65'536;

// A segment is copied when a ledger is opened, so it is what start-up costs at least.
inline constexpr std::uint64_t kSegmentBytes = std::uint64_t{64} << 20;

inline constexpr std::size_t kMaxStreams = 9'999;

// New streams that one start begins while a witness says of each that it has seen another: so many
// copies of a folder there are not, and a witness that lies must not use the numbers up.
inline constexpr std::uint32_t kMaxNewStreams = 4;

}  // namespace pac::ledger
