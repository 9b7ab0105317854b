// One transaction of shipping: entries from one size of the store to a larger one that was signed,
// all of it or nothing. Belongs to one thread, which has others hash and make rows of the frames to
// come, those of the next transaction too, while the server takes what was made.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ledger/file/ordered_work.h"
#include "ledger/pg/copy.h"
#include "ledger/pg/ship.h"

namespace pac::ledger::pg {

// The tree before and after, and what a transaction writes beside the entries.
struct Piece {
  TileBuilder tree;                                   // with its entries
  std::string note;                                   // signed, of that tree
  std::vector<std::pair<TileId, std::string>> tiles;  // that became full
};

// A frame with what can be made of it alone, by any thread.
struct FrameRows {
  void look();

  std::shared_ptr<const std::string> memory;  // of the frame
  Frame frame;
  std::int32_t stream = 0;
  bool is_whole = false;  // else its entries are not as many as it says
  bool has_key = false;   // one of them is of the kind `key`
  std::vector<Hash> leaves;
  CopyRows rows{false};
  std::vector<std::size_t> ends;  // of each row in them
  std::vector<std::string> blobs;
};

class PieceWriter {
 public:
  PieceWriter(FileSystem& files, std::string folder, StreamSource& source,
              const ShipSettings& settings)
      : files_(&files),
        folder_(std::move(folder)),
        source_(&source),
        settings_(&settings),
        work_(settings.threads == 0 ? default_threads() : settings.threads) {}
  ~PieceWriter() { drop_ahead(); }
  PieceWriter(const PieceWriter&) = delete;
  PieceWriter& operator=(const PieceWriter&) = delete;

  // Ships what follows `before`, which the store is at. The new tree; on failure nothing is
  // changed, but for a connection that was lost while the transaction ended.
  [[nodiscard]] Result<TileBuilder> write(Connection& connection, std::int64_t stream,
                                          const TileBuilder& before);

 private:
  Result<void> make_room(Connection& connection, std::int64_t stream, std::uint64_t size);
  Result<void> copy_entries(Connection& connection, std::int64_t stream, Piece* piece);
  Result<void> copy_frame(Connection& connection, const FrameRows& made, Piece* piece);
  Result<void> read_ahead(std::int64_t stream);
  void drop_ahead();
  Result<void> end_copy(Connection& connection);
  Result<void> turn_to_partition(Connection& connection, std::uint64_t index);
  Result<void> put_blobs(Connection& connection);
  Result<void> put_rest(Connection& connection, std::int64_t stream, const TileBuilder& before,
                        const Piece& piece);
  static Result<void> send(Connection& connection, std::string_view rows);
  Result<void> reach(Connection& connection, ShipStep step);

  struct Partition {
    std::uint64_t lo = 0, hi = 0;
    std::string name;
  };

  FileSystem* files_;
  std::string folder_;
  StreamSource* source_;
  const ShipSettings* settings_;
  OrderedWork work_;  // on what is ahead, in that order
  std::deque<std::unique_ptr<FrameRows>> ahead_;
  std::size_t ahead_bytes_ = 0;
  std::uint64_t next_ = UINT64_MAX;  // the first entry of what is ahead
  std::vector<Partition> partitions_;
  const Partition* open_ = nullptr;  // which a COPY goes to
  std::uint64_t bytes_ = 0;
  bool has_key_ = false;            // the transaction has an entry of the kind `key`
  std::vector<std::string> blobs_;  // digests that entries of this transaction name
};

}  // namespace pac::ledger::pg
