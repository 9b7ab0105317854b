#include "ledger/file/folder_tiles.h"

#include "ledger/log/limits.h"

namespace pac::ledger {

Result<std::string> FolderTiles::tile(const TileId& id) const {
  Result<std::string> bytes =
      read(tile_path(id), tile_path({id.level, id.index, kTileWidth}), kTileWidth * kHashBytes);
  // Of the full tile a partial one is the beginning.
  if (bytes && bytes->size() == kTileWidth * kHashBytes) bytes->resize(id.width * kHashBytes);
  return bytes;
}

Result<std::string> FolderTiles::bundle(const BundleId& id) const {
  return read(bundle_path(id), bundle_path({id.index, kTileWidth}),
              kTileWidth * (kMaxEntryBytes + 2));
}

Result<std::string> FolderTiles::read(const std::string& partial, const std::string& full,
                                      std::uint64_t max_bytes) const {
  for (const std::string& path : {partial, full}) {
    const std::string whole = folder_ + "/" + path;
    if (!files_->exists(whole)) continue;
    Result<std::string> bytes = read_whole(*files_, whole, max_bytes);
    if (bytes) return bytes;
    return fail("PAC6105", bytes.error().message);
  }
  return fail("PAC6105", folder_ + "/" + partial + " is not there");
}

}  // namespace pac::ledger
