// A tree of a known size over stored tiles: roots of this and earlier sizes, and proofs. It keeps
// the tiles that it read last, so an object belongs to one thread; the reader must outlive it.
// Tiles are not believed: a root that is computed here is to be compared with a signed one, and
// whoever is given a proof verifies it.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ledger/log/tile.h"

namespace pac::ledger {

class Tree {
 public:
  Tree(const TileReader& reader, std::uint64_t size) noexcept : reader_(&reader), size_(size) {}

  std::uint64_t size() const noexcept { return size_; }

  // Each fails with what the reader said, or PAC6105 for a tile of another length. Sizes are at
  // most that of the tree, indices below it (PAC_CHECK).
  [[nodiscard]] Result<Hash> root(std::uint64_t size);
  [[nodiscard]] Result<Hash> leaf(std::uint64_t index);
  // How many of these leaves, from the first on, the tile of that index has too, which need not be
  // all that the tree has: 0 where the first differs or there is no such tile.
  [[nodiscard]] std::size_t equal_leaves(std::uint64_t index, std::span<const Hash> leaves);
  // The roots of the complete subtrees of that size, largest first: a Frontier is made of them.
  [[nodiscard]] Result<std::vector<Hash>> subtrees(std::uint64_t size);

  // From the sibling of the leaf upwards.
  [[nodiscard]] Result<std::vector<Hash>> inclusion_proof(std::uint64_t index, std::uint64_t size);
  // Between two sizes, the old one at least 1; empty where they are equal.
  [[nodiscard]] Result<std::vector<Hash>> consistency_proof(std::uint64_t old_size,
                                                            std::uint64_t size);

 private:
  // The root of the complete subtree of 2^height leaves at that place of its height.
  Result<Hash> node(unsigned height, std::uint64_t index);
  // The root of the leaves in [low, high), where `low` is a multiple of the largest power of two
  // in their number, as it is for each subtree that RFC 6962 speaks of.
  Result<Hash> range(std::uint64_t low, std::uint64_t high);
  Result<std::vector<Hash>> ranges(
      const std::vector<std::pair<std::uint64_t, std::uint64_t>>& wanted);
  Result<const std::string*> tile(unsigned level, std::uint64_t index);

  const TileReader* reader_;
  std::uint64_t size_;
  std::map<std::pair<unsigned, std::uint64_t>, std::string> tiles_;
};

}  // namespace pac::ledger
