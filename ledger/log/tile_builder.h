// Makes tiles while a tree grows: holds the hashes of the tiles at the right edge and hands over
// each tile that becomes full. Value semantics; belongs to one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "ledger/log/frontier.h"
#include "ledger/log/tile.h"
#include "ledger/log/tree.h"

namespace pac::ledger {

class TileBuilder {
 public:
  // Called with each full tile and its bytes.
  using Full = std::function<void(const TileId&, const std::string&)>;

  TileBuilder() = default;
  // The builder of a tree that is stored: reads its right edge.
  [[nodiscard]] static Result<TileBuilder> resume(const TileReader& reader, std::uint64_t size);

  std::uint64_t size() const noexcept { return frontier_.size(); }
  Hash root() const { return frontier_.root(); }
  const Frontier& frontier() const noexcept { return frontier_; }

  void push(const Hash& leaf, const Full& full);
  // Many leaves, which is faster than one after the other; full tiles of one level after those of
  // the level below it.
  void push_all(std::span<const Hash> leaves, const Full& full);

  // Calls `partial` for each partial tile of the tree as it is.
  void partial_tiles(const Full& partial) const;

  // The bytes of a tile at the right edge; empty where that level has none or it is another index.
  std::string_view edge(unsigned level, std::uint64_t index) const;

 private:
  Frontier frontier_;
  std::array<std::string, kTileLevels> edge_;  // hashes of the partial tile of each level
};

}  // namespace pac::ledger
