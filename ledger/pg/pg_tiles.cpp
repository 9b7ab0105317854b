#include "ledger/pg/pg_tiles.h"

#include "ledger/log/frontier.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger::pg {

Hash root_of_tile(std::string_view hashes) {
  std::vector<Hash> leaves;
  for (unsigned place = 0; (place + 1) * kHashBytes <= hashes.size(); ++place) {
    leaves.push_back(hash_at(hashes, place));
  }
  Frontier all;
  all.push_all(leaves);
  return all.root();
}

Result<std::string> PgTiles::tile(const TileId& id) const {
  const auto rows = connection_->run(
      "select hashes from ledger.tile where stream = $1 and level = $2 and idx = $3",
      {stream_, static_cast<int>(id.level), id.index});
  if (!rows) return std::unexpected(rows.error());
  const std::size_t wanted = id.width * kHashBytes;
  std::string out;
  if (rows->count() == 1) {
    out = rows->bytes(0, 0);
  } else if (id.width == kTileWidth) {
    return fail("PAC6105", "the store has no " + tile_path(id));
  } else if (id.level == 0) {
    out = edge_;
  } else {
    for (unsigned place = 0; place < id.width; ++place) {
      const auto below = tile({id.level - 1, id.index * kTileWidth + place, kTileWidth});
      if (!below) return below;
      out += crypto::view(root_of_tile(*below));
    }
  }
  if (out.size() < wanted) return fail("PAC6105", "the store has only a part of " + tile_path(id));
  out.resize(wanted);
  return out;
}

Result<std::string> PgTiles::bundle(const BundleId& id) const {
  return fail("PAC6105", "a store has no " + bundle_path(id) + ": its entries are rows");
}

}  // namespace pac::ledger::pg
