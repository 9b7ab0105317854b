// The leaves that published tiles have, where these lead to a signed root: so that a bad entry is
// named by its index. A tile may be the one that was changed, so that what it says of a leaf counts
// where it is proved. Belongs to one thread; the tiles outlive it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "ledger/log/checkpoint.h"
#include "ledger/log/tree.h"

namespace pac::ledger {

class SignedLeaves {
 public:
  // Nothing where the tiles have another root than the checkpoint.
  static std::optional<SignedLeaves> open(const TileReader& tiles, const Checkpoint& checkpoint);

  std::uint64_t size() const noexcept { return tree_.size(); }
  // Whether another leaf was signed at that index. Where a tile says so and does not prove it, the
  // first such index is kept in `doubted`, unless that is null.
  bool denies(std::uint64_t index, const Hash& leaf, std::optional<std::uint64_t>* doubted);
  // Whether one of these leaves, which begin at that index, is denied.
  bool denies_any(std::uint64_t first, std::span<const Hash> leaves,
                  std::optional<std::uint64_t>* doubted);
  // The first of the entries, which begin at that index, that is not what was signed, or of which
  // no tile says anything; the last one where there is none.
  std::uint64_t locate(std::uint64_t first, std::span<const std::string_view> entries);

 private:
  SignedLeaves(Tree tree, const Hash& root) : tree_(std::move(tree)), root_(root) {}

  Tree tree_;
  Hash root_;
};

}  // namespace pac::ledger
