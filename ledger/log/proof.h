// Verifying proofs of the tree, as in RFC 9162, sections 2.1.3.2 and 2.1.4.2. Pure functions; any
// thread. They take time in proportion to the proof and believe nothing that they are given.
#pragma once

#include <cstdint>
#include <span>

#include "ledger/log/hash.h"
#include "runtime/base/result.h"

namespace pac::ledger {

// That the leaf has that index in the tree of that size and root. PAC6104 where it does not show
// that.
[[nodiscard]] Result<void> verify_inclusion(std::uint64_t index, std::uint64_t size,
                                            const Hash& leaf, std::span<const Hash> proof,
                                            const Hash& root);

// That the tree of the second size and root continues that of the first. The empty tree is
// continued by every other, which says nothing and is refused. PAC6104.
[[nodiscard]] Result<void> verify_consistency(std::uint64_t old_size, std::uint64_t size,
                                              const Hash& old_root, const Hash& root,
                                              std::span<const Hash> proof);

}  // namespace pac::ledger
