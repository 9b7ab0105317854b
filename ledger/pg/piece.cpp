#include "ledger/pg/piece.h"

#include <algorithm>

#include "ledger/log/bundle.h"
#include "ledger/pg/migrate.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger::pg {
namespace {

// Fewer and the system calls show; more is only memory.
constexpr std::size_t kSendBytes = std::size_t{128} << 10;
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

Result<void> PieceWriter::send(Connection& connection, bool is_end) {
  if (!is_end && rows_.size() < kSendBytes) return {};
  return connection.copy_put(rows_.take(is_end));
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
  if (open_ != nullptr) {
    if (const auto sent = send(connection, true); !sent) return sent;
    if (const auto ended = connection.copy_end(); !ended) return ended;
    open_ = nullptr;
  }
  const auto found =
      std::ranges::find_if(partitions_, [&](const Partition& p) { return index < p.hi; });
  if (found == partitions_.end() || index < found->lo) {
    return fail("PAC6302", "the store has no partition for entry " + std::to_string(index));
  }
  rows_ = CopyRows();
  open_ = &*found;
  // Names of partitions are made by the store: letters, digits and underscores.
  return connection.copy_in("copy ledger." + found->name +
                            " (stream, idx, at, tenant, kind, fn, snapshot, body) from stdin "
                            "(format binary)");
}

Result<void> PieceWriter::copy_frame(Connection& connection, std::int64_t stream,
                                     const Frame& frame, Piece* piece) {
  const auto entries = entries_of(frame.body, frame.header.entries, true);
  if (!entries) return damaged(source_->origin(), frame.header.first);
  const std::uint64_t from = piece->tree.size() - frame.header.first;
  for (std::uint64_t i = from; i < entries->size(); ++i) {
    const std::string_view body = (*entries)[i];
    const std::uint64_t index = frame.header.first + i;
    if (const auto turned = turn_to_partition(connection, index); !turned) return turned;
    piece->tree.push(leaf_hash(body), [&](const TileId& id, const std::string& bytes) {
      piece->tiles.emplace_back(id, bytes);
    });
    const Columns& columns = columns_.read(body);
    rows_.begin_row(8).int4(static_cast<std::int32_t>(stream));
    rows_.int8(static_cast<std::int64_t>(index));
    if (columns.at_us) {
      rows_.time_us(*columns.at_us);
    } else {
      rows_.null();
    }
    put_text(&rows_, columns.tenant);
    put_text(&rows_, columns.kind);
    put_text(&rows_, columns.function);
    put_text(&rows_, columns.snapshot);
    rows_.bytes(body);
    bytes_ += body.size();
    has_key_ = has_key_ || looks_like_key_entry(body);
    if (columns.blob) blobs_.push_back(*columns.blob);
    if (const auto sent = send(connection, false); !sent) return sent;
  }
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
  if (const auto sought = source_->seek(lo); !sought) return sought;
  while (true) {
    const Result<const Frame*> frame = source_->peek();
    if (!frame) return std::unexpected(frame.error());
    const std::uint64_t size = piece->tree.size();
    if (*frame == nullptr) break;
    if ((*frame)->header.first > size ||
        (*frame)->header.first + (*frame)->header.entries <= size) {
      return damaged(origin, size);
    }
    // Behind an entry that names another key stands the checkpoint that both sign: who verifies the
    // store needs it.
    if (size > lo && (has_key_ || size - lo >= settings_->rows || bytes_ >= settings_->bytes)) {
      piece->note = std::string((*frame)->checkpoint);
      break;
    }
    if (const auto copied = copy_frame(connection, stream, **frame, piece); !copied) return copied;
    source_->consume();
  }
  if (piece->note.empty()) piece->note = source_->note();
  // Only what was signed is shipped: entries and signature are looked at again here.
  const auto checkpoint = open_checkpoint(piece->note, source_->keys());
  if (!checkpoint) return std::unexpected(checkpoint.error());
  if (checkpoint->size != piece->tree.size() || checkpoint->root != piece->tree.root()) {
    return damaged(origin, lo);
  }
  if (open_ == nullptr) return {};
  if (const auto sent = send(connection, true); !sent) return sent;
  open_ = nullptr;
  return connection.copy_end();
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
    if (const auto begun = connection.script("begin; set local synchronous_commit = on"); !begun) {
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
