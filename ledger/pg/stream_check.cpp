#include "ledger/pg/stream_check.h"

#include <algorithm>

#include "ledger/log/checkpoint.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger::pg {
namespace {

constexpr std::size_t kKeptBlobs = 10'000;

std::string of(std::uint64_t number) { return std::to_string(number); }

// Rows that are read ahead while others are hashed.
constexpr std::size_t kBatchBytes = std::size_t{512} << 10;
constexpr std::size_t kAheadBatches = 8;

bool has_tenant(const Rows& rows, std::size_t row, const Columns& columns) {
  if (!columns.tenant) return rows.is_null(row, 3);
  return !rows.is_null(row, 3) && rows.text(row, 3) == *columns.tenant;
}

}  // namespace

Result<void> Cursor::open(const std::string& select) {
  const auto closed = connection_->script("declare " + name_ + " no scroll cursor for " + select);
  return closed;
}

Result<const Rows*> Cursor::peek(std::size_t* row) {
  if (!rows_ || (row_ >= rows_->count() && rows_->count() > 0)) {
    auto rows = connection_->run("fetch " + std::to_string(step_) + " from " + name_);
    if (!rows) return std::unexpected(rows.error());
    rows_ = std::move(*rows);
    row_ = 0;
  }
  *row = row_;
  return row_ < rows_->count() ? &*rows_ : nullptr;
}

StreamCheck::StreamCheck(Connection& rows, Connection& side, const StoredStream& stream,
                         KeyWatch keys, StreamSurroundings around, OrderedWork& work)
    : rows_(rows),
      side_(side),
      stream_(stream),
      begin_(std::move(keys)),
      around_(std::move(around)),
      work_(work),
      watch_(begin_) {
  for (const KeyPeriod& period : begin_.keys().periods()) {
    if (period.pin && period.pin->size > 0) known_.emplace(period.pin->size, period.pin->root);
  }
  for (const Checkpoint& checkpoint : around_.known) {
    if (checkpoint.origin == stream.origin) known_.emplace(checkpoint.size, checkpoint.root);
  }
}

StreamCheck::~StreamCheck() { drop_ahead(); }

void StreamCheck::drop_ahead() {
  for (; !ahead_.empty(); ahead_.pop_front()) work_.finish_first();
}

void StreamCheck::bad(std::uint64_t index, const std::string& what) {
  if (is_bad_) return;
  findings_.push_back({stream_.number, index, what});
  is_bad_ = true;
}

void StreamCheck::also(std::uint64_t index, const std::string& kind, const std::string& what) {
  if (kinds_.insert(kind).second) findings_.push_back({stream_.number, index, what});
}

void StreamCheck::restart() {
  tree_ = {};
  watch_ = begin_;
  findings_.clear();
  cosigned_findings_.clear();
  cosigned_.emplace(stream_.number, around_.policy, &cosigned_findings_);
  if (around_.watch != nullptr) {
    around_.watch->begin(*around_.source, around_.ledger, stream_.number);
  }
  kinds_.clear();
  signed_ = shipped_ = newest_ = checkpoints_ = 0;
  suspect_.reset();
  is_bad_ = false;
}

Result<void> StreamCheck::open_side() {
  if (events_) {
    if (const auto closed = side_.script("close all"); !closed) return closed;
  }
  const std::string id = std::to_string(stream_.id);
  const auto ship =
      side_.run("select size, root, edge from ledger.ship where stream = $1", {stream_.id});
  if (!ship) return std::unexpected(ship.error());
  if (ship->count() == 1) {
    ship_size_ = static_cast<std::uint64_t>(ship->integer(0, 0));
    ship_root_ = ship->bytes(0, 1);
    ship_edge_ = ship->bytes(0, 2);
  }
  const auto indexed = side_.run("select size from ledger.indexed where stream = $1", {stream_.id});
  if (!indexed) return std::unexpected(indexed.error());
  indexed_ = indexed->count() == 1 ? static_cast<std::uint64_t>(indexed->integer(0, 0)) : 0;
  events_.emplace(side_, "pac_events", 500);
  tiles_.emplace(side_, "pac_tiles", 32);
  index_.emplace(side_, "pac_index", 2000);
  if (const auto opened = events_->open(
          "select size, 0, note, 0::bigint, '' from ledger.checkpoint where stream = " + id +
          " union all select hi, 1, root, lo, '' from ledger.shipment where stream = " + id +
          " union all select size, 2, note, 0, name from ledger.cosignature where stream = " + id +
          " order by 1, 2, 4, 5");
      !opened) {
    return opened;
  }
  if (const auto opened =
          tiles_->open("select idx, hashes from ledger.tile where level = 0 and stream = " + id +
                       " order by idx");
      !opened) {
    return opened;
  }
  std::string all;
  for (const std::string name : {"rule", "status", "subject"}) {
    all += all.empty() ? "" : " union all ";
    all += "select idx, '" + name +
           "' as name, value collate \"C\" as value, tenant from ledger.index_" + name +
           " where stream = " + id;
  }
  return index_->open(all + " order by 1, 2, 3");
}

Result<VerifiedStream> StreamCheck::run(std::vector<LedgerFinding>* findings) {
  // As the rows lie there first, which is their order unless space was used again or somebody
  // changed them; then in order, which the server has to sort for.
  for (const bool is_sorted : {false, true}) {
    restart();
    if (const auto opened = open_side(); !opened) return std::unexpected(opened.error());
    const Result<bool> in_order = read_entries(is_sorted);
    if (!in_order) return std::unexpected(in_order.error());
    if (*in_order) break;
  }
  if (const auto done = finish(); !done) return std::unexpected(done.error());
  if (const auto closed = side_.script("close all"); !closed)
    return std::unexpected(closed.error());
  events_.reset();
  witnessed_ = cosigned_->finish();
  if (!is_bad_) {  // else it is the entries that are wrong, or more than that can't be said
    findings_.insert(findings_.end(), cosigned_findings_.begin(), cosigned_findings_.end());
  }
  std::ranges::stable_sort(findings_, {}, &LedgerFinding::index);
  findings->insert(findings->end(), findings_.begin(), findings_.end());
  const std::uint64_t size = is_bad_ ? findings_.front().index : tree_.size();
  if (around_.watch != nullptr) around_.watch->end(size, !is_bad_);
  return VerifiedStream{stream_.number, stream_.origin, size, newest_, tree_.root(), checkpoints_};
}

Result<bool> StreamCheck::read_entries(bool is_sorted) {
  const auto begun = rows_.copy_out(
      "copy (select idx, at, tenant, kind, fn, snapshot, body from ledger.entry where stream = " +
      std::to_string(stream_.id) + (is_sorted ? " order by idx, ctid" : "") +
      ") to stdout (format binary)");
  if (!begun) return std::unexpected(begun.error());
  Result<bool> in_order = true;
  Result<bool> goes_on = true;
  for (bool is_first = true; *goes_on; is_first = false) {
    goes_on = read_batch(is_first);
    if (!goes_on) break;
    while (!is_bad_ && in_order && *in_order &&
           (ahead_.size() > kAheadBatches || (!*goes_on && !ahead_.empty()))) {
      in_order = check_batch(is_sorted);
    }
    if (!in_order || !*in_order || is_bad_) break;
  }
  drop_ahead();
  if (!goes_on) return goes_on;
  if (*goes_on) rows_.drain();
  return in_order;
}

// False at the end of all rows.
Result<bool> StreamCheck::read_batch(bool is_first) {
  std::unique_ptr<RowBatch> batch = std::move(spare_);
  if (batch == nullptr) batch = std::make_unique<RowBatch>();
  batch->clear();
  batch->is_first = is_first;
  batch->indexed = indexed_;
  batch->bytes.reserve(kBatchBytes + kBatchBytes / 8);
  bool goes_on = true;
  while (batch->bytes.size() < kBatchBytes) {
    const auto piece = rows_.copy_next();
    if (!piece) return std::unexpected(piece.error());
    goes_on = !piece->empty();
    if (!goes_on) break;
    batch->bytes += *piece;
    batch->ends.push_back(batch->bytes.size());
  }
  batch->bytes.append(ColumnReader::kPadding, '\0');
  ahead_.push_back(std::move(batch));
  work_.add([made = ahead_.back().get()] { made->look(); });
  return goes_on;
}

// Whether the rows came in the order of their index.
Result<bool> StreamCheck::check_batch(bool is_sorted) {
  work_.finish_first();
  std::unique_ptr<RowBatch> batch = std::move(ahead_.front());
  ahead_.pop_front();
  for (std::span<const RowBatch::Entry> rows = batch->entries; !rows.empty();) {
    const auto until = next_said();
    if (!until) return std::unexpected(until.error());
    const std::size_t count = next_entries(rows, *until - tree_.size());
    if (count == 0 && !is_sorted && rows[0].index != static_cast<std::int64_t>(tree_.size())) {
      return false;
    }
    const auto done = count == 0 ? refuse(rows[0]) : entries(rows.first(count));
    if (!done) return std::unexpected(done.error());
    if (is_bad_) return true;
    rows = rows.subspan(count);
  }
  if (!batch->done) return std::unexpected(batch->done.error());
  spare_ = std::move(batch);
  return true;
}

// How many of the rows, `most` at most, are the entries that come next.
std::size_t StreamCheck::next_entries(std::span<const RowBatch::Entry> rows,
                                      std::uint64_t most) const {
  std::size_t count = 0;
  while (count < std::min<std::uint64_t>(most, rows.size()) && !rows[count].is_empty &&
         rows[count].index == static_cast<std::int64_t>(tree_.size() + count)) {
    ++count;
  }
  return count;
}

// The first size above this one of which somebody else speaks.
Result<std::uint64_t> StreamCheck::next_said() {
  std::uint64_t out = UINT64_MAX;
  std::size_t row = 0;
  const auto rows = events_->peek(&row);
  if (!rows) return std::unexpected(rows.error());
  const std::uint64_t size = tree_.size();
  if (*rows != nullptr) {  // of a size that was before, somebody changed it: with the next entry
    const auto next = static_cast<std::int64_t>(size + 1);
    out = static_cast<std::uint64_t>(std::max((*rows)->integer(row, 0), next));
  }
  const auto known = known_.upper_bound(size);
  if (known != known_.end()) out = std::min(out, known->first);
  if (around_.after && around_.after->size > size) out = std::min(out, around_.after->size);
  return out;
}

// A row that is not the next entry.
Result<void> StreamCheck::refuse(const RowBatch::Entry& row) {
  const std::uint64_t expected = tree_.size();
  if (row.index > static_cast<std::int64_t>(expected)) {
    return missing(expected, static_cast<std::uint64_t>(row.index));
  }
  const bool is_next = row.index == static_cast<std::int64_t>(expected);
  bad(static_cast<std::uint64_t>(std::max<std::int64_t>(row.index, 0)),
      is_next ? "the entry is empty" : "the entry is there twice");
  return {};
}

Result<void> StreamCheck::missing(std::uint64_t index, std::uint64_t until) {
  std::string what = until == index + 1
                         ? "the entry is not there"
                         : "the entries from here to " + of(until - 1) + " are not there";
  const auto detached = side_.run(
      "select p.name from ledger.partition p left join pg_catalog.pg_class c on c.relname = p.name "
      "and "
      "c.relnamespace = 'ledger'::regnamespace where p.stream = $1 and p.lo <= $2 and p.hi > $2 "
      "and "
      "c.relispartition is not true",
      {stream_.id, index});
  if (!detached) return std::unexpected(detached.error());
  if (detached->count() == 1) {
    what += ": their partition " + std::string(detached->text(0, 0)) + " is detached or gone";
  }
  bad(index, what);
  return {};
}

// Those that come next, up to the first size of which somebody else speaks.
Result<void> StreamCheck::entries(std::span<const RowBatch::Entry> rows) {
  const std::uint64_t first = tree_.size();
  std::vector<Hash> leaves;
  leaves.reserve(rows.size());
  for (const RowBatch::Entry& row : rows) leaves.push_back(row.leaf);
  Result<void> tiles;
  tree_.push_all(leaves, [&](const TileId& id, const std::string& bytes) {
    if (tiles) tiles = full_tile(id, bytes);
  });
  if (!tiles) return tiles;
  for (std::size_t i = 0; i < rows.size() && !is_bad_; ++i) {
    if (const auto done = entry(rows[i], first + i); !done) return done;
  }
  if (is_bad_) return {};
  if (const auto done = events(); !done) return done;
  at_known();
  if (around_.progress) around_.progress(tree_.size());
  return {};
}

Result<void> StreamCheck::entry(const RowBatch::Entry& row, std::uint64_t index) {
  if (row.key_entry) {
    if (const auto taken = watch_.entry(index, *row.key_entry); !taken) {
      bad(index, taken.error().message);
      return {};
    }
  }
  if (row.opening) {
    const std::string fault = opening_fault(*row.opening, stream_.number, around_.before);
    if (!fault.empty()) also(0, "opening", fault);
  }
  if (around_.watch != nullptr) {
    if (const auto seen = around_.watch->entry(index, row.body); !seen) return seen;
  }
  if (row.differs != nullptr) {
    also(index, "column",
         std::string("the column ") + row.differs + " says other than the entry itself");
  }
  if (row.blob) {
    if (const auto looked = check_blob(*row.blob, index); !looked) return looked;
  }
  if (index < indexed_ && row.columns) {
    if (const auto looked = check_index(*row.columns, index); !looked) return looked;
  }
  return {};
}

Result<void> StreamCheck::check_blob(const std::string& digest, std::uint64_t index) {
  if (blobs_.contains(digest)) return {};
  const auto row =
      side_.run("select bytes from ledger.snapshot where digest = $1", {Param::bytes(digest)});
  if (!row) return std::unexpected(row.error());
  if (row->count() != 1) {
    also(index, "blob", "what the entry names as its blob is not there");
    return {};
  }
  const Hash found = crypto::sha256(row->bytes(0, 0));
  if (crypto::view(found) != digest) {
    also(index, "blob", "what the entry names as its blob has other bytes");
    return {};
  }
  if (blobs_.size() >= kKeptBlobs) blobs_.clear();
  blobs_.insert(digest);
  return {};
}

Result<void> StreamCheck::check_index(const Columns& columns, std::uint64_t index) {
  std::vector<std::pair<std::string_view, std::string_view>> wanted;
  for (const std::string& rule : columns.rules) wanted.emplace_back("rule", rule);
  if (columns.status) wanted.emplace_back("status", *columns.status);
  for (const std::string& subject : columns.subjects) wanted.emplace_back("subject", subject);
  std::size_t met = 0;
  while (true) {
    std::size_t row = 0;
    const auto rows = index_->peek(&row);
    if (!rows) return std::unexpected(rows.error());
    if (*rows == nullptr || (*rows)->integer(row, 0) > static_cast<std::int64_t>(index)) break;
    const bool fits = met < wanted.size() && wanted[met].first == (*rows)->text(row, 1) &&
                      wanted[met].second == (*rows)->text(row, 2) &&
                      has_tenant(**rows, row, columns);
    if (!fits) {
      also(index, "index",
           "the index of " + std::string((*rows)->text(row, 1)) +
               " says other than the entry itself");
      indexed_ = 0;
      return {};
    }
    ++met;
    index_->next();
  }
  if (met < wanted.size()) {
    also(index, "index", "the entry is not in the index of " + std::string(wanted[met].first));
    indexed_ = 0;
  }
  return {};
}

Result<std::string> StreamCheck::stored_leaves(std::uint64_t tile) {
  while (true) {
    std::size_t row = 0;
    const auto rows = tiles_->peek(&row);
    if (!rows) return std::unexpected(rows.error());
    if (*rows == nullptr || (*rows)->integer(row, 0) > static_cast<std::int64_t>(tile)) {
      return tile == ship_size_ / kTileWidth ? ship_edge_ : std::string();
    }
    if ((*rows)->integer(row, 0) == static_cast<std::int64_t>(tile)) return (*rows)->bytes(row, 1);
    tiles_->next();
  }
}

// The first leaf that the store's tiles have otherwise.
void StreamCheck::suspect(std::uint64_t first, std::string_view stored, std::string_view made) {
  if (suspect_) return;
  for (std::size_t at = 0; at + kHashBytes <= made.size(); at += kHashBytes) {
    if (stored.size() < at + kHashBytes ||
        stored.substr(at, kHashBytes) != made.substr(at, kHashBytes)) {
      suspect_ = first + at / kHashBytes;
      return;
    }
  }
}

Result<void> StreamCheck::full_tile(const TileId& id, const std::string& bytes) {
  if (id.level == 0) {
    const auto stored = stored_leaves(id.index);
    if (!stored) return std::unexpected(stored.error());
    if (*stored != bytes) suspect(id.index * kTileWidth, *stored, bytes);
    return {};
  }
  const auto row =
      side_.run("select hashes from ledger.tile where stream = $1 and level = $2 and idx = $3",
                {stream_.id, static_cast<int>(id.level), id.index});
  if (!row) return std::unexpected(row.error());
  const std::uint64_t low = (id.index * kTileWidth) << (kTileHeight * id.level);
  if (row->count() != 1 || row->bytes(0, 0) != bytes) {
    also(low, "tile", tile_path(id) + " is not what was signed");
  }
  return {};
}

// What was signed and shipped at this size.
Result<void> StreamCheck::events() {
  while (!is_bad_) {
    std::size_t row = 0;
    const auto rows = events_->peek(&row);
    if (!rows) return std::unexpected(rows.error());
    if (*rows == nullptr) return {};
    const std::int64_t size = (*rows)->integer(row, 0);
    if (size > static_cast<std::int64_t>(tree_.size())) return {};
    const std::int64_t kind = (*rows)->integer(row, 1);
    const std::string bytes = (*rows)->bytes(row, 2);
    const std::int64_t lo = (*rows)->integer(row, 3);
    const std::string name((*rows)->text(row, 4));
    events_->next();
    if (kind == 2) {
      cosigned(bytes, size, name);
      continue;
    }
    if (kind == 0) {
      if (const auto done = checkpoint(bytes); !done) return done;
      continue;
    }
    if (lo != static_cast<std::int64_t>(shipped_)) {
      also(shipped_, "shipment", "the shipments don't continue one another here");
    }
    if (signed_ != tree_.size()) {
      also(
          shipped_, "checkpoint",
          "there is no checkpoint that can be believed for the shipment up to " + of(tree_.size()));
    } else if (bytes != crypto::view(tree_.root())) {
      also(shipped_, "shipment", "the shipment has another root than was signed");
    }
    shipped_ = tree_.size();
  }
  return {};
}

Result<void> StreamCheck::checkpoint(const std::string& note) {
  const auto judged = watch_.checkpoint(note);
  const auto checkpoint = judged ? Result<Checkpoint>(judged->checkpoint)
                                 : Result<Checkpoint>(std::unexpected(judged.error()));
  if (!checkpoint || checkpoint->size != tree_.size()) {
    also(tree_.size() == 0 ? 0 : tree_.size() - 1, "checkpoint",
         "the checkpoint of " + of(tree_.size()) + " entries is not what was signed" +
             (checkpoint ? "" : ": " + checkpoint.error().message));
    return {};
  }
  if (checkpoint->root != tree_.root()) return root_differs(tree_.size());
  watch_.signed_by(*judged);
  if (judged->counts) ++checkpoints_;
  newest_ = signed_ = tree_.size();
  if (suspect_) {
    const std::uint64_t tile = *suspect_ / kTileWidth;
    also(*suspect_, "tile", tile_path({0, tile, kTileWidth}) + " is not what was signed");
    suspect_.reset();
  }
  return {};
}

// Judged by its own tree, before it is known whether these are the entries that were signed.
void StreamCheck::cosigned(const std::string& note, std::int64_t size, const std::string& witness) {
  const std::uint64_t now = tree_.size();
  cosigned_->take({note, static_cast<std::uint64_t>(size), witness}, watch_.keys(), now,
                  [&](std::uint64_t of_size) {
                    return of_size == now ? std::optional(tree_.root()) : std::nullopt;
                  });
}

// Below this size an entry is not what was signed: which one, the tiles say.
Result<void> StreamCheck::root_differs(std::uint64_t size) {
  const std::uint64_t tile = edge_index(0, size);
  const std::string made(tree_.edge(0, tile));
  if (!suspect_ && !made.empty()) {
    const auto stored = stored_leaves(tile);
    if (!stored) return std::unexpected(stored.error());
    suspect(tile * kTileWidth, *stored, made);
  }
  if (suspect_ && *suspect_ >= signed_) {
    bad(*suspect_, "the entry is not what was signed");
  } else {
    bad(signed_, "one of the entries from here to " + of(size - 1) + " is not what was signed");
  }
  return {};
}

void StreamCheck::at_known() {
  const auto [begin, end] = known_.equal_range(tree_.size());
  for (auto known = begin; known != end; ++known) {
    if (tree_.root() == known->second || is_bad_) continue;
    bad(0, "a checkpoint of " + of(tree_.size()) +
               " entries that is held elsewhere has another root: the ledger was written anew");
  }
  if (around_.after && around_.after->size == tree_.size() && around_.after->root != tree_.root()) {
    bad(0, "the next stream names another root of " + of(tree_.size()) +
               " entries: the ledger was written anew");
  }
}

}  // namespace pac::ledger::pg
