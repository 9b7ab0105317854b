#include "ledger/pg/ship.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "ledger/file/entry.h"
#include "ledger/log/tree.h"
#include "ledger/pg/migrate.h"
#include "ledger/pg/pg_tiles.h"
#include "ledger/pg/piece.h"
#include "runtime/base/json.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger::pg {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxPositionBytes = 1'000'000;
constexpr std::size_t kNameDigits = 16;
constexpr auto kPause = std::chrono::milliseconds(100);
// While a standby catches up, which takes it less than a millisecond or long.
constexpr auto kFirstPause = std::chrono::microseconds(200);
constexpr auto kLongPause = std::chrono::microseconds(20'000);

// Where the store is, as it says itself.
struct Position {
  std::uint64_t size = 0;
  Hash root{};
  std::string edge;
};

// How far each stream was known to be in a store, so that a store that is behind it is noticed.
// A file of the folder, by the name that the store gave itself.
class Known {
 public:
  static Result<Known> read(FileSystem& files, const std::string& folder,
                            const std::string& store) {
    Known out(files, folder + "/shipped", store);
    if (!files.exists(out.path())) return out;
    const Result<std::string> text = read_whole(files, out.path(), kMaxPositionBytes);
    if (!text) return std::unexpected(text.error());
    const Result<json::Value> value = json::parse(*text);
    if (!value || !value->is_object()) {
      return fail("PAC6201", out.path() + " is damaged; without it a store that lost entries is " +
                                 "not noticed: remove it once you know that this one has them all");
    }
    out.sizes_ = *value;
    return out;
  }

  std::uint64_t size(const std::string& origin) const {
    const json::Value* size = sizes_.find(origin);
    return size != nullptr && size->is_int() && size->as_int() > 0
               ? static_cast<std::uint64_t>(size->as_int())
               : 0;
  }
  Result<void> set(const std::string& origin, std::uint64_t size) {
    sizes_.set(origin, json::Value::exact_int(static_cast<std::int64_t>(size)));
    if (const auto made = files_->make_folders(folder_); !made) return made;
    return replace_file(*files_, path(), json::canonical(sizes_) + "\n");
  }

 private:
  Known(FileSystem& files, std::string folder, std::string store)
      : files_(&files), folder_(std::move(folder)), store_(std::move(store)) {}
  std::string path() const { return folder_ + "/" + store_ + ".json"; }

  FileSystem* files_;
  std::string folder_, store_;
  json::Value sizes_ = json::Value::object();
};

// One run: a connection, and what is needed to make it anew.
class Run {
 public:
  Run(FileSystem& files, std::string folder, std::string url, StoreSettings ledger,
      ShipSettings settings)
      : files_(files),
        folder_(std::move(folder)),
        url_(std::move(url)),
        ledger_(std::move(ledger)),
        settings_(std::move(settings)),
        kind_("pac ship " +
              crypto::to_hex(crypto::view(crypto::sha256(ledger_.origin))).substr(0, kNameDigits)) {
  }

  Result<void> start() {
    // A name of its own, so that it ends its own connections only.
    const Result<std::string> nonce = real_surroundings().nonce();
    if (!nonce) return std::unexpected(nonce.error());
    name_ = kind_ + " " + nonce->substr(0, kNameDigits);
    if (const auto connected = connect(); !connected) return connected;
    const auto store = connection_->run("select value from ledger.setting where name = 'store'");
    if (!store) return std::unexpected(store.error());
    if (store->count() != 1)
      return fail("PAC6303", "the store has no name; it was changed by hand");
    auto known = Known::read(files_, folder_, std::string(store->text(0, 0)));
    if (!known) return std::unexpected(known.error());
    known_ = std::make_unique<Known>(std::move(*known));
    return {};
  }

  // Everything that is published.
  Result<Shipped> all() {
    out_ = {};
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
        if (const auto shipped = stream(number); !shipped) return std::unexpected(shipped.error());
      }
    } while (recorded < out_.rewound.size());
    return std::move(out_);
  }

  void lend(const WithStore& store) { settings_.store = store; }
  Connection& connection() { return *connection_; }
  const ShipSettings& settings() const { return settings_; }

  // Until the server, or the one that took its place, answers again.
  Result<void> reconnect() {
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

 private:
  // Ends what an earlier connection of this shipper may still be doing, so that it can't commit
  // while it is asked for.
  Result<void> end_old_backends() {
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

  Result<void> connect() {
    auto opened = Connection::open(url_, name_);
    if (!opened) return std::unexpected(opened.error());
    connection_ = std::make_unique<Connection>(std::move(*opened));
    if (const auto good = check_version(*connection_); !good) return good;
    if (const auto good = check_durability(*connection_); !good) return good;
    const auto set = connection_->script("set lock_timeout = " + std::to_string(settings_.lock_ms));
    if (!set) return set;
    is_new_ = true;
    return end_old_backends();
  }

  // Ends transactions of this ledger's shippers that wait for a client which may be gone. One that
  // is there after all loses its transaction, not its entries. How many.
  Result<std::size_t> end_stale_backends() {
    const auto ended = connection_->run(
        "select pg_terminate_backend(pid) from pg_catalog.pg_stat_activity where "
        "starts_with(application_name, $1) and pid <> pg_backend_pid() and usename = current_user "
        "and datname = current_database() and wait_event = 'ClientRead' and "
        "xact_start < clock_timestamp() - make_interval(secs => $2 / 2000.0)",
        {kind_, settings_.lock_ms});
    if (!ended) return std::unexpected(ended.error());
    return ended->count();
  }

  Result<Position> position(std::int64_t id) {
    const auto row =
        connection_->run("select size, root, edge from ledger.ship where stream = $1", {id});
    if (!row) return std::unexpected(row.error());
    if (row->count() != 1) return fail("PAC6303", "the store does not say how far it is");
    const auto root = crypto::to_array<32>(row->bytes(0, 1));
    if (!root) return std::unexpected(root.error());
    return Position{static_cast<std::uint64_t>(row->integer(0, 0)), *root, row->bytes(0, 2)};
  }

  // The store knows each stream by the first key of the ledger; entries name the others.
  Result<std::int64_t> id_of(const std::string& origin) {
    const auto id = connection_->run("select ledger.open_stream($1, $2)",
                                     {origin, Param::bytes(crypto::view(ledger_.key))});
    if (!id && connection_->sqlstate() == "PL004") return fail("PAC6305", id.error().message);
    if (!id) return std::unexpected(id.error());
    return id->integer(0, 0);
  }

  // That the store has our history, as far as it goes.
  Result<void> check_history(const StreamSource& source, std::int64_t id, const Position& at) {
    const std::uint64_t ours = source.published().size;
    if (at.size <= ours) {
      const auto root = at.size == 0 ? empty_root() : source.root_at(at.size);
      if (!root) return std::unexpected(root.error());
      return *root == at.root ? Result<void>() : forked(source, at.size);
    }
    if (ours > 0) {
      const PgTiles tiles(*connection_, id, at.edge);
      Tree tree(tiles, at.size);
      const auto whole = tree.root(at.size);
      const auto root = tree.root(ours);
      if (!root || !whole) return std::unexpected(!root ? root.error() : whole.error());
      if (*whole != at.root || *root != source.published().root) return forked(source, ours);
    }
    return fail("PAC6306", "the store has " + std::to_string(at.size) + " entries of " +
                               source.origin() + " and the folder only " + std::to_string(ours) +
                               ", which they continue: the end of the folder was lost. Do not "
                               "append to it: restore it, or begin another ledger");
  }

  static Result<void> forked(const StreamSource& source, std::uint64_t size) {
    return fail("PAC6305", "the store has another history of " + source.origin() + " than the " +
                               "folder: the first " + std::to_string(size) +
                               " entries have other " +
                               "roots. Nothing was changed; keep both as evidence");
  }

  // Keys may have been exchanged since the ledger was read: then its folder knows them.
  Result<StreamSource> source_of(std::uint32_t number) {
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
  Result<void> look(std::uint32_t number) {
    auto source = source_of(number);
    if (!source) return std::unexpected(source.error());
    if (source->published().size == 0) return {};
    const auto id = id_of(source->origin());
    if (!id) return std::unexpected(id.error());
    const auto at = position(*id);
    if (!at) return std::unexpected(at.error());
    if (const auto ours = check_history(*source, *id, *at); !ours) return ours;
    note_rewound(source->origin(), at->size);
    return {};
  }

  void note_rewound(const std::string& origin, std::uint64_t size) {
    const std::uint64_t before = known_->size(origin);
    if (size < before) out_.rewound.push_back({origin, before, size});
  }

  Result<void> record(const Rewound& rewound) {
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
      const auto store = Store::open(files_, folder_, *settings_.key, std::move(around));
      if (!store) return std::unexpected(store.error());
      done = record_in(**store, rewound);
    }
    return done ? known_->set(rewound.origin, rewound.to) : done;
  }

  static Result<void> record_in(Store& store, const Rewound& rewound) {
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

  Result<void> stream(std::uint32_t number) {
    auto source = source_of(number);
    if (!source) return std::unexpected(source.error());
    const std::string& origin = source->origin();
    if (source->published().size == 0) return {};
    const auto id = id_of(source->origin());
    if (!id) return std::unexpected(id.error());
    auto at = position(*id);
    if (!at) return std::unexpected(at.error());
    if (const auto ours = check_history(*source, *id, *at); !ours) return ours;
    auto tree = source->tree_at(at->size);
    if (!tree) return std::unexpected(tree.error());
    out_.streams.push_back({origin, at->size, at->size});
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
      out_.streams.back().size = tree->size();
      if (settings_.progress) settings_.progress(shipped_);
      if (const auto noted = known_->set(origin, tree->size()); !noted) return noted;
    }
    return known_->set(origin, tree->size());
  }

  // After a failure: whether the transaction counts, or that of another, is for the store to say.
  Result<TileBuilder> settle(const StreamSource& source, std::int64_t id) {
    if (connection_->is_lost()) {
      if (const auto again = reconnect(); !again) return std::unexpected(again.error());
    }
    const auto at = position(id);
    if (!at) return std::unexpected(at.error());
    if (const auto ours = check_history(source, id, *at); !ours) {
      return std::unexpected(ours.error());
    }
    // A standby that took over may be behind what its primary had.
    note_rewound(source.origin(), at->size);
    return source.tree_at(at->size);
  }

  FileSystem& files_;
  std::string folder_, url_;
  StoreSettings ledger_;
  ShipSettings settings_;
  std::string kind_, name_;  // of all that ship this ledger, and of this one
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Known> known_;
  bool is_new_ = true;  // the connection: the store may be another than before
  std::uint64_t shipped_ = 0;
  Shipped out_;
};

// Ships for as long as somebody records.
class LiveShipper final : public Acknowledger {
 public:
  LiveShipper(Run run, std::unique_ptr<FileLock> lock, AckLevel level,
              std::function<void(const Rewound&)> rewound)
      : run_(std::move(run)), lock_(std::move(lock)), level_(level), rewound_(std::move(rewound)) {}

  Result<void> acknowledge(const WithStore& store) override {
    run_.lend(store);
    Result<void> done;
    store([&](Store& open) { done = open.publish(); });
    for (int failures = 0; done; ++failures) {
      done = once();
      if (done || done.error().code != "PAC6301" || failures >= run_.settings().tries) return done;
      done = run_.reconnect();
    }
    return done;
  }

  Result<void> check_standby() {
    if (level_ != AckLevel::pg_sync) return {};
    const auto named = run_.connection().run(
        "select setting <> '' from pg_catalog.pg_settings where name = "
        "'synchronous_standby_names'");
    if (!named) return std::unexpected(named.error());
    if (named->count() == 1 && named->is_true(0, 0)) return {};
    return no_standby("the server names none (synchronous_standby_names is empty)");
  }

 private:
  static std::unexpected<Error> no_standby(const std::string& why) {
    return fail("PAC6313", "no synchronous standby of the store is known to have the entries: " +
                               why + ". They are recorded in the folder");
  }

  Result<void> once() {
    const auto shipped = run_.all();
    if (!shipped) return std::unexpected(shipped.error());
    for (const Rewound& one : shipped->rewound) {
      if (rewound_) rewound_(one);
    }
    return level_ == AckLevel::pg_sync ? wait_for_standby() : Result<void>();
  }

  // A COMMIT that waits for a standby and is cut off there looks as if it had succeeded, so that is
  // not what is relied on: a standby itself must have said that it has what was committed.
  Result<void> wait_for_standby() {
    if (const auto named = check_standby(); !named) return named;
    Connection& connection = run_.connection();
    const auto end = connection.run("select pg_catalog.pg_current_wal_flush_lsn()");
    if (!end) return std::unexpected(end.error());
    const std::string lsn(end->text(0, 0));
    const auto until = Clock::now() + std::chrono::milliseconds(run_.settings().patience_ms);
    for (auto pause = kFirstPause;; pause = std::min(2 * pause, kLongPause)) {
      const auto seen = connection.run(
          "select count(*) filter (where flush_lsn >= $1::pg_catalog.pg_lsn), count(*), "
          "pg_has_role(current_user, 'pg_read_all_stats', 'usage') "
          "from pg_catalog.pg_stat_replication where state = 'streaming' and "
          "sync_state in ('sync', 'quorum')",
          {lsn});
      if (!seen) return std::unexpected(seen.error());
      if (seen->integer(0, 0) > 0) return {};
      if (!seen->is_true(0, 2)) {
        return no_standby("the login may not see; grant it pg_read_all_stats");
      }
      if (Clock::now() > until) {
        return no_standby(seen->integer(0, 1) == 0 ? "none is connected"
                                                   : "the one that is connected stays behind");
      }
      std::this_thread::sleep_for(pause);
    }
  }

  Run run_;
  std::unique_ptr<FileLock> lock_;
  AckLevel level_;
  std::function<void(const Rewound&)> rewound_;
};

}  // namespace

Result<Shipped> ship(FileSystem& files, const std::string& folder, const std::string& url,
                     const ShipSettings& settings) {
  Result<StoreSettings> ledger = read_settings(files, folder);
  if (!ledger) return std::unexpected(ledger.error());
  const auto lock = files.lock(folder + "/ship.lock");
  if (!lock) return std::unexpected(lock.error());
  Run run(files, folder, url, std::move(*ledger), settings);
  if (const auto started = run.start(); !started) return std::unexpected(started.error());
  return run.all();
}

Result<std::unique_ptr<Acknowledger>> acknowledge_in(FileSystem& files, const std::string& folder,
                                                     const std::string& url, AckLevel level,
                                                     const ShipSettings& settings,
                                                     std::function<void(const Rewound&)> rewound) {
  Result<StoreSettings> ledger = read_settings(files, folder);
  if (!ledger) return std::unexpected(ledger.error());
  auto lock = files.lock(folder + "/ship.lock");
  if (!lock) return std::unexpected(lock.error());
  ShipSettings own = settings;
  own.waits_for_standbys = false;
  own.threads = 1;  // a few entries each time
  Run run(files, folder, url, std::move(*ledger), std::move(own));
  if (const auto started = run.start(); !started) return std::unexpected(started.error());
  auto out =
      std::make_unique<LiveShipper>(std::move(run), std::move(*lock), level, std::move(rewound));
  if (const auto named = out->check_standby(); !named) return std::unexpected(named.error());
  return Result<std::unique_ptr<Acknowledger>>(std::move(out));
}

}  // namespace pac::ledger::pg
