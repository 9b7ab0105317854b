#include "ledger/pg/history.h"

#include "ledger/log/tree.h"
#include "ledger/pg/pg_tiles.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger::pg {

Result<Position> position_of(Connection& connection, std::int64_t id) {
  const auto row =
      connection.run("select size, root, edge from ledger.ship where stream = $1", {id});
  if (!row) return std::unexpected(row.error());
  if (row->count() != 1) return fail("PAC6303", "the store does not say how far it is");
  const auto root = crypto::to_array<32>(row->bytes(0, 1));
  if (!root) return std::unexpected(root.error());
  return Position{static_cast<std::uint64_t>(row->integer(0, 0)), *root, row->bytes(0, 2)};
}

Result<History> compare_histories(Connection& connection, std::int64_t id, const Position& at,
                                  const Checkpoint& published, const RootAt& root_at) {
  if (at.size <= published.size) {
    const auto root = at.size == 0 ? empty_root() : root_at(at.size);
    if (!root) return std::unexpected(root.error());
    return *root == at.root ? History::folder_has_all : History::forked;
  }
  if (published.size == 0) return History::store_has_more;
  const PgTiles tiles(connection, id, at.edge);
  Tree tree(tiles, at.size);
  const auto whole = tree.root(at.size);
  if (!whole) return std::unexpected(whole.error());
  const auto root = tree.root(published.size);
  if (!root) return std::unexpected(root.error());
  return *whole == at.root && *root == published.root ? History::store_has_more : History::forked;
}

std::unexpected<Error> forked(const std::string& origin, std::uint64_t size) {
  return fail("PAC6305", "the store has another history of " + origin +
                             " than the folder: the first " + std::to_string(size) +
                             " entries have other roots. Nothing was changed; keep both as "
                             "evidence");
}

}  // namespace pac::ledger::pg
