// The tiles of a stream in a store. Partial ones are made of what is below them. Belongs to one
// thread; the connection outlives it and does nothing else meanwhile.
#pragma once

#include <string>

#include "ledger/log/tile.h"
#include "ledger/pg/connection.h"

namespace pac::ledger::pg {

class PgTiles final : public TileReader {
 public:
  PgTiles(Connection& connection, std::int64_t stream, std::string edge)
      : connection_(&connection), stream_(stream), edge_(std::move(edge)) {}
  Result<std::string> tile(const TileId& id) const override;
  // Entries are rows, not bundles: always PAC6105.
  Result<std::string> bundle(const BundleId& id) const override;

 private:
  Connection* connection_;
  std::int64_t stream_;
  std::string edge_;  // leaf hashes behind the last full tile
};

// The root of the subtree of a full tile.
Hash root_of_tile(std::string_view hashes);

}  // namespace pac::ledger::pg
