#include "ledger/file/signed_leaves.h"

#include <utility>

#include "ledger/log/proof.h"

namespace pac::ledger {

std::optional<SignedLeaves> SignedLeaves::open(const TileReader& tiles,
                                               const Checkpoint& checkpoint) {
  Tree tree(tiles, checkpoint.size);
  const Result<Hash> root = tree.root(checkpoint.size);
  if (!root || *root != checkpoint.root) return std::nullopt;
  return SignedLeaves(std::move(tree), checkpoint.root);
}

bool SignedLeaves::denies(std::uint64_t index, const Hash& leaf,
                          std::optional<std::uint64_t>* doubted) {
  if (index >= size()) return false;
  const Result<Hash> stored = tree_.leaf(index);
  if (!stored || *stored == leaf) return false;
  const auto proof = tree_.inclusion_proof(index, size());
  if (proof && verify_inclusion(index, size(), *stored, *proof, root_)) return true;
  if (doubted != nullptr && !*doubted) *doubted = index;
  return false;
}

bool SignedLeaves::denies_any(std::uint64_t first, std::span<const Hash> leaves,
                              std::optional<std::uint64_t>* doubted) {
  for (std::size_t i = 0; i < leaves.size() && first + i < size();) {
    const std::size_t equal = tree_.equal_leaves(first + i, leaves.subspan(i));
    i += equal;
    if (equal > 0) continue;
    if (denies(first + i, leaves[i], doubted)) return true;
    ++i;
  }
  return false;
}

std::uint64_t SignedLeaves::locate(std::uint64_t first, std::span<const std::string_view> entries) {
  std::uint64_t index = first;
  for (std::size_t i = 0; i < entries.size() && first + i < size(); ++i) {
    index = first + i;
    if (!tree_.leaf(index) || denies(index, leaf_hash(entries[i]), nullptr)) break;
  }
  return index;
}

}  // namespace pac::ledger
