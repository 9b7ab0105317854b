// Limits of the tile log, each with its reason in docs/limits.md. Constants only.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pac::ledger {

// An entry bundle writes the length of an entry in two bytes.
inline constexpr std::size_t kMaxEntryBytes = 65'535;

// Other implementations hold sizes in signed 64-bit integers.
inline constexpr std::uint64_t kMaxTreeSize = std::uint64_t{1} << 62;

// A proof has a hash for each level at most.
inline constexpr std::size_t kMaxProofHashes = 63;

// The same bounds as Go's note package, so that no note is good for one and bad for the other.
inline constexpr std::size_t kMaxNoteBytes = 1'000'000;
inline constexpr std::size_t kMaxNoteSignatures = 100;

inline constexpr std::size_t kMaxNameBytes = 255;

// A proof, a note and room for what else a receipt says.
inline constexpr std::size_t kMaxReceiptBytes = 2'000'000;

}  // namespace pac::ledger
