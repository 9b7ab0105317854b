// One transaction of shipping: entries from one size of the store to a larger one that was signed,
// all of it or nothing. Belongs to one thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ledger/pg/copy.h"
#include "ledger/pg/ship.h"

namespace pac::ledger::pg {

// The tree before and after, and what a transaction writes beside the entries.
struct Piece {
  TileBuilder tree;                                   // with its entries
  std::string note;                                   // signed, of that tree
  std::vector<std::pair<TileId, std::string>> tiles;  // that became full
};

class PieceWriter {
 public:
  PieceWriter(FileSystem& files, std::string folder, StreamSource& source,
              const ShipSettings& settings)
      : files_(&files), folder_(std::move(folder)), source_(&source), settings_(&settings) {}

  // Ships what follows `before`, which the store is at. The new tree; on failure nothing is
  // changed, but for a connection that was lost while the transaction ended.
  [[nodiscard]] Result<TileBuilder> write(Connection& connection, std::int64_t stream,
                                          const TileBuilder& before);

 private:
  Result<void> make_room(Connection& connection, std::int64_t stream, std::uint64_t size);
  Result<void> copy_entries(Connection& connection, std::int64_t stream, Piece* piece);
  Result<void> copy_frame(Connection& connection, std::int64_t stream, const Frame& frame,
                          Piece* piece);
  Result<void> turn_to_partition(Connection& connection, std::uint64_t index);
  Result<void> put_blobs(Connection& connection);
  Result<void> put_rest(Connection& connection, std::int64_t stream, const TileBuilder& before,
                        const Piece& piece);
  Result<void> send(Connection& connection, bool is_end);
  Result<void> reach(Connection& connection, ShipStep step);

  struct Partition {
    std::uint64_t lo = 0, hi = 0;
    std::string name;
  };

  FileSystem* files_;
  std::string folder_;
  StreamSource* source_;
  const ShipSettings* settings_;
  ColumnReader columns_;
  std::vector<Partition> partitions_;
  const Partition* open_ = nullptr;  // which a COPY goes to
  CopyRows rows_;
  std::uint64_t bytes_ = 0;
  bool has_key_ = false;            // the transaction has an entry of the kind `key`
  std::vector<std::string> blobs_;  // digests that entries of this transaction name
};

}  // namespace pac::ledger::pg
