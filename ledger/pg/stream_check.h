// Verifies one stream of a store, front to back. The first bad entry ends it, as nothing behind it
// can be told from what it should have been. Belongs to one thread.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "ledger/file/entry.h"
#include "ledger/file/ordered_work.h"
#include "ledger/file/verify.h"
#include "ledger/file/verify_witnesses.h"
#include "ledger/log/tile_builder.h"
#include "ledger/pg/connection.h"
#include "ledger/pg/row_batch.h"

namespace pac::ledger::pg {

// Rows of a statement, a few at a time.
class Cursor {
 public:
  Cursor(Connection& connection, std::string name, int step)
      : connection_(&connection), name_(std::move(name)), step_(step) {}
  [[nodiscard]] Result<void> open(const std::string& select);
  // The row that is next; null at the end. `row` is its place in the rows.
  [[nodiscard]] Result<const Rows*> peek(std::size_t* row);
  void next() { ++row_; }

 private:
  Connection* connection_;
  std::string name_;
  int step_;
  std::optional<Rows> rows_;
  std::size_t row_ = 0;
};

struct StoredStream {
  std::int64_t id = 0;
  std::string origin;
  std::uint32_t number = 0;
  crypto::PublicKey key{};
};

// What is known of a stream beside its own rows.
struct StreamSurroundings {
  std::span<const Checkpoint> known;  // held elsewhere
  const WitnessPolicy* policy = nullptr;
  VerifyProgress progress;
  std::optional<std::string> before;  // the origin of the stream before, where that was read
  std::optional<Previous> after;      // what the next stream says of this one
  std::string ledger;
  EntryWatch* watch = nullptr;  // is shown the entries; null: nobody
  EntrySource* source = nullptr;
};

class StreamCheck {
 public:
  // `rows` streams entries, `side` answers what is asked meanwhile; both see the same state.
  // `keys` knows those that the stream begins with.
  StreamCheck(Connection& rows, Connection& side, const StoredStream& stream, KeyWatch keys,
              StreamSurroundings around, OrderedWork& work);
  ~StreamCheck();

  // Findings are appended to `findings`.
  [[nodiscard]] Result<VerifiedStream> run(std::vector<LedgerFinding>* findings);
  // After run().
  const KeyWatch& watch() const { return watch_; }
  bool is_bad() const { return is_bad_; }
  const std::optional<WitnessedStream>& witnessed() const { return witnessed_; }

 private:
  void bad(std::uint64_t index, const std::string& what);
  // Something beside the entries' bytes: they go on being read.
  void also(std::uint64_t index, const std::string& kind, const std::string& what);

  void restart();
  Result<void> open_side();
  // Whether the rows came in the order of their index; reading ends where they don't.
  Result<bool> read_entries(bool is_sorted);
  Result<bool> read_batch(bool is_first);
  Result<bool> check_batch(bool is_sorted);
  std::size_t next_entries(std::span<const RowBatch::Entry> rows, std::uint64_t most) const;
  Result<std::uint64_t> next_said();
  Result<void> refuse(const RowBatch::Entry& row);
  Result<void> entries(std::span<const RowBatch::Entry> rows);
  Result<void> entry(const RowBatch::Entry& row, std::uint64_t index);
  void drop_ahead();
  Result<void> check_blob(const std::string& digest, std::uint64_t index);
  Result<void> check_index(const Columns& columns, std::uint64_t index);
  Result<void> full_tile(const TileId& id, const std::string& bytes);
  Result<std::string> stored_leaves(std::uint64_t tile);
  void suspect(std::uint64_t first, std::string_view stored, std::string_view made);
  Result<void> events();
  Result<void> checkpoint(const std::string& note);
  void cosigned(const std::string& note, std::int64_t size, const std::string& witness);
  Result<void> root_differs(std::uint64_t size);
  void at_known();
  Result<void> finish();
  Result<void> check_keys();
  Result<void> missing(std::uint64_t index, std::uint64_t until);
  Result<void> count_tiles();

  Connection& rows_;
  Connection& side_;
  const StoredStream& stream_;
  const KeyWatch begin_;
  const StreamSurroundings around_;
  std::multimap<std::uint64_t, Hash> known_;
  OrderedWork& work_;
  std::deque<std::unique_ptr<RowBatch>> ahead_;  // that work_ has, in that order
  std::unique_ptr<RowBatch> spare_;              // the last one that was checked

  // From here on: begun anew by restart().
  KeyWatch watch_;
  TileBuilder tree_;
  std::optional<Cursor> events_, tiles_, index_;
  std::vector<LedgerFinding> findings_, cosigned_findings_;
  std::optional<CosignedCheck> cosigned_;
  std::optional<WitnessedStream> witnessed_;
  std::set<std::string> kinds_;           // of what was found beside the entries
  std::set<std::string> blobs_;           // that are good
  std::uint64_t indexed_ = 0;             // entries below are in the index tables
  std::uint64_t signed_ = 0;              // the last size whose checkpoint holds
  std::uint64_t shipped_ = 0;             // where the last shipment ended
  std::uint64_t newest_ = 0;              // the largest signed size
  std::optional<std::uint64_t> suspect_;  // the first leaf that differs from the stored tiles
  std::uint64_t checkpoints_ = 0;
  std::uint64_t ship_size_ = 0;
  std::string ship_root_, ship_edge_;
  bool is_bad_ = false;
};

}  // namespace pac::ledger::pg
