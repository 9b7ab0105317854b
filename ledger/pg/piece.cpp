#include "ledger/pg/piece.h"

#include <algorithm>

#include "ledger/log/bundle.h"
#include "ledger/log/key_event.h"
#include "ledger/pg/migrate.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger::pg {
namespace {

// Fewer and the system calls show; more is only memory.
constexpr std::size_t kSendBytes = std::size_t{128} << 10;
// Frames that are made rows of while the server is busy with those before.
constexpr std::size_t kAheadBytes = std::size_t{8} << 20;
constexpr std::size_t kAheadFrames = 256;
// The columns of a row beside its body, in most cases.
constexpr std::size_t kRowBytes = 160;
// A bundle of policies; more is not read into memory.
constexpr std::uint64_t kMaxBlobBytes = std::uint64_t{256} << 20;

std::unexpected<Error> damaged(const std::string& origin, std::uint64_t index) {
  return fail("PAC6105", "entry " + std::to_string(index) + " of " + origin +
                             " is not what was signed, and nothing from there on is shipped; `pac "
                             "ledger verify` says more");
}

void put_text(CopyRows* rows, const std::optional<std::string>& text) {
  if (text) {
    rows->bytes(*text);
  } else {
    rows->null();
  }
}

}  // namespace

Result<void> PieceWriter::reach(Connection& connection, ShipStep step) {
  if (!settings_->at || settings_->at(step)) return {};
  connection.drop();
  return fail("PAC6301", "the connection to the store is lost");
}

Result<void> PieceWriter::send(Connection& connection, std::string_view rows) {
  while (!rows.empty()) {
    if (const auto put = connection.copy_put(rows.substr(0, kSendBytes)); !put) return put;
    rows.remove_prefix(std::min(rows.size(), kSendBytes));
  }
  return {};
}

void FrameRows::look() {
  const auto entries = entries_of(frame.body, frame.header.entries, true);
  if (!entries) return;
  ColumnReader reader(ColumnReader::Wanted::of_row);
  leaves = leaf_hashes(*entries);
  rows.reserve(frame.body.size() + entries->size() * kRowBytes);
  ends.reserve(entries->size());
  std::uint64_t index = frame.header.first;
  for (const std::string_view body : *entries) {
    const Columns& columns = reader.read(body);
    rows.begin_row(8).int4(stream).int8(static_cast<std::int64_t>(index++));
    if (columns.at_us) {
      rows.time_us(*columns.at_us);
    } else {
      rows.null();
    }
    put_text(&rows, columns.tenant);
    put_text(&rows, columns.kind);
    put_text(&rows, columns.function);
    put_text(&rows, columns.snapshot);
    rows.bytes(body);
    ends.push_back(rows.size());
    has_key = has_key || looks_like_key_entry(body);
    if (columns.blob) blobs.push_back(*columns.blob);
  }
  is_whole = true;
}

void PieceWriter::drop_ahead() {
  for (; !ahead_.empty(); ahead_.pop_front()) work_.finish_first();
  ahead_bytes_ = 0;
  next_ = UINT64_MAX;
}

// Frames until enough is ahead, or all that are published.
Result<void> PieceWriter::read_ahead(std::int64_t stream) {
  while (ahead_bytes_ < kAheadBytes && ahead_.size() < kAheadFrames) {
    const Result<const Frame*> frame = source_->peek();
    if (!frame) {
      next_ = UINT64_MAX;
      return std::unexpected(frame.error());
    }
    if (*frame == nullptr) return {};
    auto made = std::make_unique<FrameRows>();
    made->frame = **frame;
    made->memory = source_->memory();
    made->stream = static_cast<std::int32_t>(stream);
    ahead_bytes_ += made->frame.header.bytes;
    source_->consume();
    ahead_.push_back(std::move(made));
    work_.add([one = ahead_.back().get()] { one->look(); });
  }
  return {};
}

// Partitions for the entries to come, made ahead of need and outside of the transaction.
Result<void> PieceWriter::make_room(Connection& connection, std::int64_t stream,
                                    std::uint64_t size) {
  const std::uint64_t wanted = std::min(source_->published().size, size + 2 * settings_->rows) + 1;
  if (!partitions_.empty() && partitions_.back().hi >= wanted) return {};
  const auto made = connection.run("select ledger.ensure_partitions($1, $2)", {stream, wanted});
  if (!made) return std::unexpected(made.error());
  const auto rows = connection.run(
      "select lo, hi, name from ledger.partition where stream = $1 and hi > $2 order by lo",
      {stream, size});
  if (!rows) return std::unexpected(rows.error());
  partitions_.clear();
  for (std::size_t i = 0; i < rows->count(); ++i) {
    partitions_.push_back({static_cast<std::uint64_t>(rows->integer(i, 0)),
                           static_cast<std::uint64_t>(rows->integer(i, 1)),
                           std::string(rows->text(i, 2))});
  }
  return {};
}

Result<void> PieceWriter::turn_to_partition(Connection& connection, std::uint64_t index) {
  if (open_ != nullptr && index < open_->hi) return {};
  if (const auto ended = end_copy(connection); !ended) return ended;
  const auto found =
      std::ranges::find_if(partitions_, [&](const Partition& p) { return index < p.hi; });
  if (found == partitions_.end() || index < found->lo) {
    return fail("PAC6302", "the store has no partition for entry " + std::to_string(index));
  }
  // Names of partitions are made by the store: letters, digits and underscores.
  const auto begun =
      connection.copy_in("copy ledger." + found->name +
                         " (stream, idx, at, tenant, kind, fn, snapshot, body) from stdin "
                         "(format binary)");
  if (!begun) return begun;
  open_ = &*found;
  return connection.copy_put(CopyRows().take(false));
}

Result<void> PieceWriter::end_copy(Connection& connection) {
  if (open_ == nullptr) return {};
  if (const auto put = connection.copy_put(CopyRows(false).take(true)); !put) return put;
  open_ = nullptr;
  return connection.copy_end();
}

Result<void> PieceWriter::copy_frame(Connection& connection, const FrameRows& made, Piece* piece) {
  const std::uint64_t first = made.frame.header.first;
  if (!made.is_whole) return damaged(source_->origin(), first);
  auto i = static_cast<std::size_t>(piece->tree.size() - first);
  while (i < made.leaves.size()) {
    if (const auto turned = turn_to_partition(connection, first + i); !turned) return turned;
    const std::size_t begin = i == 0 ? 0 : made.ends[i - 1];
    const auto room = static_cast<std::size_t>(open_->hi - first) - i;
    const auto fitting = std::span(made.leaves).subspan(i, std::min(made.leaves.size() - i, room));
    piece->tree.push_all(fitting, [&](const TileId& id, const std::string& bytes) {
      piece->tiles.emplace_back(id, bytes);
    });
    i += fitting.size();
    const std::string_view rows = made.rows.written().substr(0, made.ends[i - 1]);
    if (const auto sent = send(connection, rows.substr(begin)); !sent) return sent;
  }
  bytes_ += made.frame.body.size();
  has_key_ = has_key_ || made.has_key;
  blobs_.insert(blobs_.end(), made.blobs.begin(), made.blobs.end());
  return {};
}

// Frame after frame until there is enough, up to a size that was signed.
Result<void> PieceWriter::copy_entries(Connection& connection, std::int64_t stream, Piece* piece) {
  const std::uint64_t lo = piece->tree.size();
  const std::string& origin = source_->origin();
  bytes_ = 0;
  has_key_ = false;
  blobs_.clear();
  open_ = nullptr;
  if (next_ != lo) {
    drop_ahead();
    if (const auto sought = source_->seek(lo); !sought) return sought;
    next_ = lo;
  }
  while (true) {
    if (const auto read = read_ahead(stream); !read) return read;
    const std::uint64_t size = piece->tree.size();
    if (ahead_.empty()) break;
    const Frame& frame = ahead_.front()->frame;
    if (frame.header.first > size || frame.header.first + frame.header.entries <= size) {
      return damaged(origin, size);
    }
    // Behind an entry that names another key stands the checkpoint that both sign: who verifies the
    // store needs it.
    if (size > lo && (has_key_ || size - lo >= settings_->rows || bytes_ >= settings_->bytes)) {
      piece->note = std::string(frame.checkpoint);
      break;
    }
    next_ = UINT64_MAX;  // until it is copied
    work_.finish_first();
    const std::unique_ptr<FrameRows> made = std::move(ahead_.front());
    ahead_.pop_front();
    ahead_bytes_ -= made->frame.header.bytes;
    if (const auto copied = copy_frame(connection, *made, piece); !copied) return copied;
    next_ = piece->tree.size();
  }
  if (piece->note.empty()) piece->note = source_->note();
  // Only what was signed is shipped: entries and signature are looked at again here.
  const auto checkpoint = open_checkpoint(piece->note, source_->keys());
  if (!checkpoint) return std::unexpected(checkpoint.error());
  if (checkpoint->size != piece->tree.size() || checkpoint->root != piece->tree.root()) {
    return damaged(origin, lo);
  }
  return end_copy(connection);
}

Result<void> PieceWriter::put_blobs(Connection& connection) {
  std::ranges::sort(blobs_);
  const auto [begin, end] = std::ranges::unique(blobs_);
  blobs_.erase(begin, end);
  for (const std::string& digest : blobs_) {
    const auto known = connection.run(
        "select exists (select from ledger.snapshot where digest = $1)", {Param::bytes(digest)});
    if (!known) return std::unexpected(known.error());
    if (known->is_true(0, 0)) continue;
    const std::string hex = crypto::to_hex(digest);
    const std::string path = folder_ + "/blobs/" + hex.substr(0, 2) + "/" + hex;
    const Result<std::string> bytes = read_whole(*files_, path, kMaxBlobBytes);
    if (!bytes) return std::unexpected(bytes.error());
    const Hash found = crypto::sha256(*bytes);
    if (crypto::view(found) != digest) {
      return fail("PAC6105", path + " is not what its name says; nothing of it is shipped");
    }
    const auto put = connection.run(
        "insert into ledger.snapshot (digest, bytes) values ($1, $2) on conflict do nothing",
        {Param::bytes(digest), Param::bytes(*bytes)});
    if (!put) return std::unexpected(put.error());
  }
  return {};
}

Result<void> PieceWriter::put_rest(Connection& connection, std::int64_t stream,
                                   const TileBuilder& before, const Piece& piece) {
  if (!piece.tiles.empty()) {
    CopyRows rows;
    if (const auto begun = connection.copy_in(
            "copy ledger.tile (stream, level, idx, hashes) from stdin (format binary)");
        !begun) {
      return begun;
    }
    for (const auto& [id, hashes] : piece.tiles) {
      rows.begin_row(4).int4(static_cast<std::int32_t>(stream));
      rows.int2(static_cast<std::int16_t>(id.level)).int8(static_cast<std::int64_t>(id.index));
      rows.bytes(hashes);
      if (rows.size() < kSendBytes) continue;
      if (const auto put = connection.copy_put(rows.take(false)); !put) return put;
    }
    if (const auto put = connection.copy_put(rows.take(true)); !put) return put;
    if (const auto ended = connection.copy_end(); !ended) return ended;
  }
  if (const auto put = put_blobs(connection); !put) return put;
  const std::uint64_t size = piece.tree.size();
  const auto noted =
      connection.run("insert into ledger.checkpoint (stream, size, note) values ($1, $2, $3)",
                     {stream, size, Param::bytes(piece.note)});
  if (!noted) return std::unexpected(noted.error());
  const auto stepped =
      connection.run("select ledger.advance($1, $2, $3, $4, $5, $6)",
                     {stream, before.size(), Param::bytes(crypto::view(before.root())), size,
                      Param::bytes(crypto::view(piece.tree.root())),
                      Param::bytes(piece.tree.edge(0, edge_index(0, size)))});
  if (!stepped) return std::unexpected(stepped.error());
  return {};
}

Result<TileBuilder> PieceWriter::write(Connection& connection, std::int64_t stream,
                                       const TileBuilder& before) {
  if (const auto made = make_room(connection, stream, before.size()); !made) {
    return std::unexpected(made.error());
  }
  Piece piece{before, "", {}};
  const auto all = [&]() -> Result<void> {
    // Whatever the login's own settings are, what is committed is durable.
    const std::string level = settings_->waits_for_standbys ? "on" : "local";
    if (const auto begun = connection.script("begin; set local synchronous_commit = " + level);
        !begun) {
      return begun;
    }
    const auto held = connection.run(
        "select ledger.hold($1, $2, $3, $4)",
        {stream, before.size(), Param::bytes(crypto::view(before.root())), store_version()});
    if (!held) return std::unexpected(held.error());
    if (const auto on = reach(connection, ShipStep::begun); !on) return on;
    if (const auto done = copy_entries(connection, stream, &piece); !done) return done;
    if (const auto on = reach(connection, ShipStep::copied); !on) return on;
    if (const auto done = put_rest(connection, stream, before, piece); !done) return done;
    if (const auto on = reach(connection, ShipStep::stepped); !on) return on;
    if (const auto ended = connection.script("commit"); !ended) return ended;
    return reach(connection, ShipStep::committed);
  }();
  if (all) return std::move(piece.tree);
  const std::string state = connection.sqlstate();
  // A transaction that is in the middle of a COPY ends with its connection.
  if (open_ != nullptr) connection.drop();
  connection.rollback();
  if (state == "PL001" || state == "55P03") {
    return fail("PAC6308", "another shipper is at work in this store: " + all.error().message);
  }
  if (state == "PL002") return fail("PAC6303", all.error().message);
  return std::unexpected(all.error());
}

}  // namespace pac::ledger::pg
