#include "ledger/log/tile_builder.h"

#include "runtime/base/check.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger {

Result<TileBuilder> TileBuilder::resume(const TileReader& reader, std::uint64_t size) {
  TileBuilder out;
  Tree tree(reader, size);
  Result<std::vector<Hash>> subtrees = tree.subtrees(size);
  if (!subtrees) return std::unexpected(subtrees.error());
  out.frontier_ = Frontier(size, std::move(*subtrees));
  for (unsigned level = 0; level < kTileLevels; ++level) {
    const std::uint64_t index = edge_index(level, size);
    const unsigned width = tile_width(level, index, size);
    if (width == 0) continue;
    Result<std::string> bytes = reader.tile({level, index, width});
    if (!bytes) return std::unexpected(bytes.error());
    if (bytes->size() != width * kHashBytes) {
      return fail("PAC6105", tile_path({level, index, width}) + " has another length");
    }
    out.edge_[level] = std::move(*bytes);
  }
  return out;
}

void TileBuilder::push(const Hash& leaf, const Full& full) {
  const std::uint64_t index = frontier_.size();
  frontier_.push(leaf, [&](unsigned height, const Hash& hash) {
    if (height % kTileHeight != 0) return;
    const unsigned level = height / kTileHeight;
    const std::uint64_t tile = edge_index(level, index);
    std::string& bytes = edge_[level];
    bytes += crypto::view(hash);
    if (bytes.size() < kTileWidth * kHashBytes) return;
    full({level, tile, kTileWidth}, bytes);
    bytes.clear();
  });
}

void TileBuilder::push_all(std::span<const Hash> leaves, const Full& full) {
  frontier_.push_all(leaves, [&](unsigned height, std::uint64_t index, std::span<const Hash> all) {
    if (height % kTileHeight != 0) return;
    const unsigned level = height / kTileHeight;
    std::string& bytes = edge_[level];
    for (const Hash& hash : all) {
      bytes += crypto::view(hash);
      const std::uint64_t tile = index++ / kTileWidth;
      if (bytes.size() < kTileWidth * kHashBytes) continue;
      full({level, tile, kTileWidth}, bytes);
      bytes.clear();
    }
  });
}

void TileBuilder::partial_tiles(const Full& partial) const {
  for (unsigned level = 0; level < kTileLevels; ++level) {
    if (edge_[level].empty()) continue;
    const auto width = static_cast<unsigned>(edge_[level].size() / kHashBytes);
    partial({level, edge_index(level, size()), width}, edge_[level]);
  }
}

std::string_view TileBuilder::edge(unsigned level, std::uint64_t index) const {
  if (level >= kTileLevels || index != edge_index(level, size())) return {};
  return edge_[level];
}

}  // namespace pac::ledger
