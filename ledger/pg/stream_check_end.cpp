// What is left to look at behind the last entry of a stream.
#include <algorithm>

#include "ledger/file/verify_keys.h"
#include "ledger/log/tree.h"
#include "ledger/pg/pg_tiles.h"
#include "ledger/pg/stream_check.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger::pg {
namespace {

std::string of(std::uint64_t number) { return std::to_string(number); }

}  // namespace

Result<void> StreamCheck::finish() {
  const std::uint64_t size = tree_.size();
  if (!is_bad_) {
    std::uint64_t most = ship_size_, cosigned = 0;
    while (true) {  // what was signed or shipped beyond the last entry
      std::size_t row = 0;
      const auto rows = events_->peek(&row);
      if (!rows) return std::unexpected(rows.error());
      if (*rows == nullptr) break;
      std::uint64_t& one = (*rows)->integer(row, 1) == 2 ? cosigned : most;
      one = std::max(one, static_cast<std::uint64_t>((*rows)->integer(row, 0)));
      events_->next();
    }
    if (most > size) {
      if (const auto told = missing(size, most); !told) return told;
    } else if (cosigned > size) {
      bad(size, "witnesses cosigned " + of(cosigned) +
                    " entries: the ledger was put back to an earlier state");
    }
  }
  for (const auto& [known_size, root] : known_) {
    if (is_bad_ || known_size <= size) continue;
    bad(size, "a checkpoint that is held elsewhere has " + of(known_size) +
                  " entries: the store was put back to an earlier state");
  }
  if (!is_bad_ && around_.after && around_.after->missing_below > size) {
    bad(size, "the next stream says that there were " + of(around_.after->missing_below) +
                  " entries: those from here on are not there");
  }
  if (is_bad_) return {};
  std::size_t left = 0;
  const auto rows = index_->peek(&left);
  if (!rows) return std::unexpected(rows.error());
  if (*rows != nullptr) {
    also(static_cast<std::uint64_t>((*rows)->integer(left, 0)), "index",
         "the index tables have rows of entries that are not indexed yet");
  }
  if (signed_ < size) {
    also(signed_, "checkpoint", "no checkpoint that can be believed says what stands from here on");
  }
  if (shipped_ < size) also(shipped_, "shipment", "the entries from here on are in no shipment");
  const std::string root(crypto::view(tree_.root()));
  const std::string edge(tree_.edge(0, edge_index(0, size)));
  if (ship_size_ != size || ship_root_ != root || ship_edge_ != edge) {
    also(std::min(ship_size_, size), "ship", "the position of the store is not what was shipped");
  }
  if (const auto looked = check_keys(); !looked) return looked;
  return count_tiles();
}

// What the keys leave open at the end of the entries.
Result<void> StreamCheck::check_keys() {
  for (const KeyPin& pin : watch_.take_pins()) {
    if (pin.size == 0 || pin.size > ship_size_) continue;
    const PgTiles tiles(side_, stream_.id, ship_edge_);
    Tree tree(tiles, ship_size_);
    const Result<Hash> root = tree.root(pin.size);
    if (root && *root == pin.root) continue;
    also(0, "pin",
         "the revocation of a key names another root of " + of(pin.size) +
             " entries: the ledger was written anew");
  }
  if (const auto from = watch_.doubted()) {
    also(*from, "key",
         "for the entries from here on there is only the word of a key that was revoked");
  }
  // An earlier stream has the word of those that sign the next one, which names it.
  const auto from = around_.after ? std::nullopt : watch_.unsupported();
  if (from && *from < tree_.size()) also(*from, "key", unsupported_text());
  if (const auto entry = watch_.unvouched()) {
    also(*entry, "key", "the key that this entry introduces was not introduced by a key before it");
  }
  return {};
}

Result<void> StreamCheck::count_tiles() {
  const auto rows = side_.run(
      "select level, count(*), max(idx) from ledger.tile where stream = $1 group by level order by "
      "level",
      {stream_.id});
  if (!rows) return std::unexpected(rows.error());
  for (std::size_t i = 0; i < rows->count(); ++i) {
    const auto level = static_cast<unsigned>(rows->integer(i, 0));
    const auto tiles = static_cast<std::int64_t>(edge_index(level, tree_.size()));
    if (rows->integer(i, 1) != tiles || rows->integer(i, 2) != tiles - 1) {
      also(tree_.size(), "tile", "there are tiles that no entry is below");
    }
  }
  return {};
}

}  // namespace pac::ledger::pg
