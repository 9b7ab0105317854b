#include "ledger/archive/tiles_check.h"

#include "ledger/archive/contents.h"
#include "ledger/log/frontier.h"
#include "ledger/log/tree.h"

namespace pac::ledger {
namespace {

std::uint64_t first_leaf(const TileId& id) {
  return (id.index * kTileWidth) << (kTileHeight * id.level);
}

// The root of a full tile.
Hash root_of(std::string_view tile) {
  std::vector<Hash> hashes(kTileWidth);
  for (unsigned place = 0; place < kTileWidth; ++place) hashes[place] = hash_at(tile, place);
  while (hashes.size() > 1) hashes = node_hashes(hashes);
  return hashes[0];
}

}  // namespace

Result<std::string> ArchiveTiles::find(const std::string& path) const {
  const auto found = members_.find(folder_ + "/" + path);
  if (found == members_.end()) return fail("PAC6105", folder_ + "/" + path + " is not there");
  return std::string(found->second);
}

Result<std::string> ArchiveTiles::tile(const TileId& id) const { return find(tile_path(id)); }

Result<std::string> ArchiveTiles::bundle(const BundleId& id) const { return find(bundle_path(id)); }

std::set<std::uint64_t> check_tiles(
    const TileReader& tiles, const Checkpoint& head, const std::string& folder,
    const std::function<void(std::uint64_t leaf, const std::string& what)>& bad) {
  std::set<TileId> wrong;
  const auto find = [&](const TileId& id, const std::string& what) {
    if (wrong.insert(id).second) bad(first_leaf(id), folder + "/" + tile_path(id) + " " + what);
  };
  const std::vector<TileId> all = tiles_of(head.size);
  for (const TileId& id : all) {
    const auto bytes = tiles.tile(id);
    if (!bytes) {
      find(id, "is not there");
    } else if (bytes->size() != id.width * kHashBytes) {
      find(id, "has another length than its hashes");
    }
  }
  // The signed root rests on the tiles at the right edge alone; each full tile on a hash above it.
  Tree tree(tiles, head.size);
  bool edge_holds = true;
  if (head.size > 0 && wrong.empty()) {
    const auto root = tree.root(head.size);
    edge_holds = root && *root == head.root;
  }
  std::size_t differing = 0;
  for (auto id = all.rbegin(); id != all.rend(); ++id) {
    const TileId above{id->level + 1, id->index / kTileWidth,
                       tile_width(id->level + 1, id->index / kTileWidth, head.size)};
    if (id->width != kTileWidth || wrong.contains(*id) || wrong.contains(above)) continue;
    const auto own = tiles.tile(*id), parent = tiles.tile(above);
    if (!own || !parent) continue;
    const auto place = static_cast<unsigned>(id->index % kTileWidth);
    if (root_of(*own) == hash_at(*parent, place)) continue;
    ++differing;
    find(*id, edge_holds ? "is not what was signed"
                         : "or " + folder + "/" + tile_path(above) + " is not what was signed");
  }
  if (!edge_holds && differing == 0) {
    // Nothing below tells which of them: the entries may, and the checkpoint may be the one.
    for (const TileId& id : all) {
      const bool is_edge = id.width != kTileWidth || id.index == edge_index(id.level, head.size);
      if (is_edge) find(id, "or the checkpoint is not what was signed");
    }
  }
  std::set<std::uint64_t> out;
  for (const TileId& id : wrong) {
    if (id.level == 0) out.insert(id.index);
  }
  return out;
}

}  // namespace pac::ledger
