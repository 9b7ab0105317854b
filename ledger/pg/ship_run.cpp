#include "ledger/pg/ship_run.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "ledger/file/entry.h"
#include "ledger/file/read_entries.h"
#include "ledger/file/verify_witnesses.h"
#include "ledger/log/tree.h"
#include "ledger/pg/migrate.h"
#include "ledger/pg/piece.h"
#include "runtime/base/json.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger::pg {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kNameDigits = 16;
constexpr auto kPause = std::chrono::milliseconds(100);

std::unexpected<Error> lost_its_end(const std::string& origin, std::uint64_t store,
                                    std::uint64_t folder) {
  return fail("PAC6306", "the store has " + std::to_string(store) + " entries of " + origin +
                             " and the folder only " + std::to_string(folder) +
                             ", which they continue: the end of the folder was lost. `pac ledger "
                             "recover FOLDER --store URL` begins a new stream behind it");
}

Result<void> record_in(Store& store, const Rewound& rewound) {
  const auto stamp = store.stamp();
  if (!stamp) return std::unexpected(stamp.error());
  json::Value lost = json::Value::object();
  lost.set("event", "store-rewound");
  lost.set("from", json::Value::exact_int(static_cast<std::int64_t>(rewound.from)));
  lost.set("stream", rewound.origin);
  lost.set("to", json::Value::exact_int(static_cast<std::int64_t>(rewound.to)));
  json::Value entry = json::Value::object();
  entry.set("admin", std::move(lost));
  entry.set("at", time_text(stamp->at_us));
  entry.set("kind", "admin");
  entry.set("nonce", stamp->nonce);
  entry.set("origin", stamp->origin);
  entry.set("schema", 1);
  const std::string bytes = json::canonical(entry);
  const std::string_view view = bytes;
  if (const auto appended = store.append(std::span(&view, 1)); !appended) {
    return std::unexpected(appended.error());
  }
  return store.publish();
}

}  // namespace

Run::Run(FileSystem& files, std::string folder, std::string url, StoreSettings ledger,
         ShipSettings settings)
    : files_(files),
      folder_(std::move(folder)),
      url_(std::move(url)),
      ledger_(std::move(ledger)),
      settings_(std::move(settings)),
      kind_("pac ship " +
            crypto::to_hex(crypto::view(crypto::sha256(ledger_.origin))).substr(0, kNameDigits)) {}

Result<void> Run::start() {
  // A name of its own, so that it ends its own connections only.
  const Result<std::string> nonce = real_surroundings().nonce();
  if (!nonce) return std::unexpected(nonce.error());
  name_ = kind_ + " " + nonce->substr(0, kNameDigits);
  if (const auto connected = connect(); !connected) return connected;
  const auto store = connection_->run("select value from ledger.setting where name = 'store'");
  if (!store) return std::unexpected(store.error());
  if (store->count() != 1) return fail("PAC6303", "the store has no name; it was changed by hand");
  store_ = store->text(0, 0);
  return {};
}

// Everything that is published.
Result<Shipped> Run::all(ShipTurn& turn) {
  out_ = {};
  // Others may have shipped meanwhile.
  auto known = Known::read(files_, folder_, store_);
  if (!known) return std::unexpected(known.error());
  known_ = std::make_unique<Known>(std::move(*known));
  if (is_new_) {
    const auto streams = streams_of(files_, folder_);
    if (!streams) return std::unexpected(streams.error());
    // What is recorded of a rewound store is shipped with it, so that is looked for first.
    for (const std::uint32_t number : *streams) {
      if (const auto looked = look(number); !looked) return std::unexpected(looked.error());
    }
    is_new_ = false;
  }
  std::size_t recorded = 0;
  do {  // once more where it was found out on the way
    for (; recorded < out_.rewound.size(); ++recorded) {
      const auto noted = record(out_.rewound[recorded]);
      if (!noted) return std::unexpected(noted.error());
    }
    const auto after = streams_of(files_, folder_);
    if (!after) return std::unexpected(after.error());
    for (const std::uint32_t number : *after) {
      if (const auto shipped = stream(number, turn); !shipped)
        return std::unexpected(shipped.error());
    }
  } while (recorded < out_.rewound.size());
  return std::move(out_);
}

// Until the server, or the one that took its place, answers again.
Result<void> Run::reconnect() {
  const auto until = Clock::now() + std::chrono::milliseconds(settings_.patience_ms);
  while (true) {
    connection_->drop();
    const auto connected = connect();
    const bool may_come =
        !connected && (connected.error().code == "PAC6301" || connection_->is_lost());
    if (!may_come || Clock::now() > until) return connected;
    std::this_thread::sleep_for(kPause);
  }
}

// Ends what an earlier connection of this shipper may still be doing, so that it can't commit
// while it is asked for.
Result<void> Run::end_old_backends() {
  const auto until = Clock::now() + std::chrono::milliseconds(settings_.patience_ms);
  while (true) {
    const auto left = connection_->run(
        "select pg_terminate_backend(pid) from pg_catalog.pg_stat_activity where "
        "application_name = $1 and pid <> pg_backend_pid() and usename = current_user and "
        "datname = current_database()",
        {name_});
    if (!left) return std::unexpected(left.error());
    if (left->count() == 0) return {};
    if (Clock::now() > until) {
      return fail("PAC6308", "an earlier connection of this shipper does not end");
    }
    std::this_thread::sleep_for(kPause);
  }
}

Result<void> Run::connect() {
  auto opened = Connection::open(url_, name_);
  if (!opened) return std::unexpected(opened.error());
  connection_ = std::make_unique<Connection>(std::move(*opened));
  if (const auto good = check_version(*connection_); !good) return good;
  if (const auto good = check_durability(*connection_); !good) return good;
  const auto set = connection_->script("set lock_timeout = " + std::to_string(settings_.lock_ms));
  if (!set) return set;
  is_new_ = true;
  cosigned_.clear();
  return end_old_backends();
}

// Ends transactions of this ledger's shippers that wait for a client which may be gone. One that
// is there after all loses its transaction, not its entries. How many.
Result<std::size_t> Run::end_stale_backends() {
  const auto ended = connection_->run(
      "select pg_terminate_backend(pid) from pg_catalog.pg_stat_activity where "
      "starts_with(application_name, $1) and pid <> pg_backend_pid() and usename = current_user "
      "and datname = current_database() and wait_event = 'ClientRead' and "
      "xact_start < clock_timestamp() - make_interval(secs => $2 / 2000.0)",
      {kind_, settings_.lock_ms});
  if (!ended) return std::unexpected(ended.error());
  return ended->count();
}

// The store knows each stream by the first key of the ledger; entries name the others.
Result<std::int64_t> Run::id_of(const std::string& origin) {
  const auto id = connection_->run("select ledger.open_stream($1, $2)",
                                   {origin, Param::bytes(crypto::view(ledger_.key))});
  if (!id && connection_->sqlstate() == "PL004") return fail("PAC6305", id.error().message);
  if (!id) return std::unexpected(id.error());
  return id->integer(0, 0);
}

// That the store has our history, as far as both go.
Result<History> Run::history(const StreamSource& source, std::int64_t id, const Position& at) {
  const auto out = compare_histories(*connection_, id, at, source.published(),
                                     [&](std::uint64_t size) { return source.root_at(size); });
  if (out && *out == History::forked) {
    return forked(source.origin(), std::min(at.size, source.published().size));
  }
  return out;
}

// False: there is nothing to ship, as the store has the entries that the folder lost, and the next
// stream says so. PAC6306 where it does not.
Result<bool> Run::goes_on(std::uint32_t number, const StreamSource& source, std::int64_t id,
                          const Position& at) {
  const auto compared = history(source, id, at);
  if (!compared) return std::unexpected(compared.error());
  if (*compared != History::store_has_more) return true;
  const auto streams = streams_of(files_, folder_);
  if (!streams) return std::unexpected(streams.error());
  const auto next = std::ranges::upper_bound(*streams, number);
  std::optional<Previous> said;
  if (next != streams->end()) {
    const auto read = read_entries(files_, stream_folder(folder_, *next), 0, 1,
                                   [&](std::uint64_t, std::string_view entry) {
                                     said = previous_in(entry);
                                     return false;
                                   });
    if (!read) return std::unexpected(read.error());
  }
  if (said && said->missing_below > said->size) return false;
  return lost_its_end(source.origin(), at.size, source.published().size);
}

Result<std::optional<Damage>> Run::compare(const NoteKey& stream, const TileReader& tiles,
                                           const Checkpoint& published) {
  const auto row =
      connection_->run("select id, key from ledger.stream where origin = $1", {stream.name});
  if (!row) return std::unexpected(row.error());
  if (row->count() == 0) return std::nullopt;
  if (row->bytes(0, 1) != crypto::view(stream.key)) {
    return fail("PAC6305", "the store knows the stream " + stream.name + " by another key");
  }
  const std::int64_t id = row->integer(0, 0);
  const auto at = position_of(*connection_, id);
  if (!at) return std::unexpected(at.error());
  const auto compared =
      compare_histories(*connection_, id, *at, published,
                        [&](std::uint64_t size) { return Tree(tiles, published.size).root(size); });
  if (!compared) return std::unexpected(compared.error());
  if (*compared == History::forked) {
    return forked(stream.name, std::min(at->size, published.size));
  }
  if (*compared == History::folder_has_all) return std::nullopt;
  return Damage{at->size, "the store has " + std::to_string(at->size) + " entries of " +
                              stream.name + " and the folder " + std::to_string(published.size) +
                              ": it was put back to an earlier state, or a copy of it goes on "
                              "elsewhere"};
}

// Keys may have been exchanged since the ledger was read: then its folder knows them.
Result<StreamSource> Run::source_of(std::uint32_t number) {
  const std::string folder = stream_folder(folder_, number);
  auto source = StreamSource::open(files_, folder, stream_keys(ledger_, number));
  if (source || (source.error().code != "PAC6103" && source.error().code != "PAC6107")) {
    return source;
  }
  Result<StoreSettings> now = read_settings(files_, folder_);
  if (!now) return source;
  ledger_ = std::move(*now);
  return StreamSource::open(files_, folder, stream_keys(ledger_, number));
}

// Whether the store lost entries of the stream.
Result<void> Run::look(std::uint32_t number) {
  auto source = source_of(number);
  if (!source) return std::unexpected(source.error());
  if (source->published().size == 0) return {};
  const auto id = id_of(source->origin());
  if (!id) return std::unexpected(id.error());
  const auto at = position_of(*connection_, *id);
  if (!at) return std::unexpected(at.error());
  if (const auto ours = goes_on(number, *source, *id, *at); !ours) {
    return std::unexpected(ours.error());
  }
  note_rewound(source->origin(), at->size);
  return {};
}

void Run::note_rewound(const std::string& origin, std::uint64_t size) {
  const std::uint64_t before = known_->size(origin);
  if (size < before) out_.rewound.push_back({origin, before, size});
}

Result<void> Run::record(const Rewound& rewound) {
  Result<void> done;
  if (settings_.store) {
    settings_.store([&](Store& store) { done = record_in(store, rewound); });
  } else if (settings_.key == nullptr) {
    return fail("PAC6307", "the store has lost entries of " + rewound.origin + ": it had " +
                               std::to_string(rewound.from) + " and has " +
                               std::to_string(rewound.to) +
                               ". To record that and ship them again the signing key is needed");
  } else {
    Surroundings around = real_surroundings();
    around.witnessing = settings_.witnessing;
    around.also_key = settings_.also_key;
    const auto store = Store::open(files_, folder_, *settings_.key, std::move(around));
    if (!store) return std::unexpected(store.error());
    done = record_in(**store, rewound);
  }
  return done ? known_->set(rewound.origin, rewound.to) : done;
}

ShippedStream& Run::shipped_stream(const std::string& origin, std::uint64_t size) {
  const auto found = std::ranges::find(out_.streams, origin, &ShippedStream::origin);
  if (found != out_.streams.end()) return *found;
  return out_.streams.emplace_back(ShippedStream{origin, size, size});
}

Result<void> Run::stream(std::uint32_t number, ShipTurn& turn) {
  while (true) {
    const auto goes_on = stretch(number, turn);
    if (!goes_on) return std::unexpected(goes_on.error());
    if (!*goes_on) return {};
  }
}

// To the end of what is published; true where another shipper had its turn before that, so that
// where the store and the folder are has to be seen anew.
Result<bool> Run::stretch(std::uint32_t number, ShipTurn& turn) {
  auto source = source_of(number);
  if (!source) return std::unexpected(source.error());
  const std::string& origin = source->origin();
  if (source->published().size == 0) return false;
  const auto id = id_of(source->origin());
  if (!id) return std::unexpected(id.error());
  auto at = position_of(*connection_, *id);
  if (!at) return std::unexpected(at.error());
  const auto ours = goes_on(number, *source, *id, *at);
  if (!ours || !*ours) return ours;
  auto tree = source->tree_at(at->size);
  if (!tree) return std::unexpected(tree.error());
  ShippedStream& told = shipped_stream(origin, at->size);
  told.size = at->size;
  if (const auto place = places_.find(origin); place != places_.end()) {
    source->begin_at(place->second);
  }
  PieceWriter writer(files_, folder_, *source, settings_);
  for (int failures = 0; tree->size() < source->published().size;) {
    auto after = writer.write(*connection_, *id, *tree);
    if (!after) {
      const Error why = after.error();
      if ((why.code != "PAC6301" && why.code != "PAC6308") || ++failures >= settings_.tries) {
        return std::unexpected(why);
      }
      after = settle(*source, *id);
      if (!after) return std::unexpected(after.error());
      if (why.code == "PAC6308" && after->size() == tree->size()) {
        const auto ended = end_stale_backends();
        if (!ended) return std::unexpected(ended.error());
        if (*ended == 0) return std::unexpected(why);
      }
    } else {
      failures = 0;
    }
    shipped_ += after->size() > tree->size() ? after->size() - tree->size() : 0;
    *tree = std::move(*after);
    told.size = tree->size();
    if (settings_.progress) settings_.progress(shipped_);
    if (const auto noted = known_->set(origin, tree->size()); !noted) {
      return std::unexpected(noted.error());
    }
    if (tree->size() >= source->published().size) break;
    const auto gave_way = turn.give_way();
    if (!gave_way || *gave_way) return gave_way;
  }
  auto put = put_cosigned(*source, *id);
  if (!put && put.error().code == "PAC6301") {
    if (const auto settled = settle(*source, *id); !settled) {
      return std::unexpected(settled.error());
    }
    put = put_cosigned(*source, *id);
  }
  if (!put) return std::unexpected(put.error());
  places_[origin] = source->place();
  const auto noted = known_->set(origin, tree->size());
  return noted ? Result<bool>(false) : std::unexpected(noted.error());
}

// A row for each witness who cosigned the checkpoint, as each can be believed alone.
Result<void> Run::put_cosigned(const StreamSource& source, std::int64_t id) {
  const Result<std::string> bytes = source.cosigned();
  if (!bytes) return std::unexpected(bytes.error());
  std::string& before = cosigned_[source.origin()];
  if (bytes->empty() || *bytes == before) return {};
  const auto note = decode_note(*bytes);
  const auto checkpoint = open_checkpoint(*bytes, source.keys());
  if (!note || !checkpoint) {
    return std::unexpected(note ? checkpoint.error() : note.error());
  }
  Note bare{note->text, {}};
  for (const NoteSignature& line : note->signatures) {
    if (line.name == source.origin()) bare.signatures.push_back(line);
  }
  for (const NoteSignature& line : note->signatures) {
    if (line.name == source.origin()) continue;
    Note alone = bare;
    alone.signatures.push_back(line);
    const auto put = connection_->run(
        "insert into ledger.cosignature (stream, size, name, note) values ($1, $2, $3, $4) on "
        "conflict do nothing",
        {id, checkpoint->size, cosigner_name(line), Param::bytes(encode(alone))});
    if (!put) return std::unexpected(put.error());
  }
  before = *bytes;
  return {};
}

// After a failure: whether the transaction counts, or that of another, is for the store to say.
Result<TileBuilder> Run::settle(const StreamSource& source, std::int64_t id) {
  if (connection_->is_lost()) {
    if (const auto again = reconnect(); !again) return std::unexpected(again.error());
  }
  const auto at = position_of(*connection_, id);
  if (!at) return std::unexpected(at.error());
  const auto ours = history(source, id, *at);
  if (!ours) return std::unexpected(ours.error());
  if (*ours == History::store_has_more) {
    return lost_its_end(source.origin(), at->size, source.published().size);
  }
  // A standby that took over may be behind what its primary had.
  note_rewound(source.origin(), at->size);
  return source.tree_at(at->size);
}

}  // namespace pac::ledger::pg
