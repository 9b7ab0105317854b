#include "ledger/pg/audit.h"

#include <algorithm>

#include "ledger/log/tree.h"
#include "ledger/pg/migrate.h"
#include "ledger/pg/pg_tiles.h"
#include "ledger/pg/ship_run.h"

namespace pac::ledger::pg {
namespace {

using Clock = std::chrono::steady_clock;

// Who records does not wait for a wall that is gone as long as for the store.
constexpr int kPatienceMs = 1'000;
constexpr int kTries = 2;

// A server that can't be reached or does not take more, as against one that says something else.
bool is_outage(const Error& error) {
  return error.code == "PAC6301" || error.code == "PAC6302" || error.code == "PAC6308";
}

std::string counted(std::uint64_t entries) {
  return entries == 1 ? "1 entry" : std::to_string(entries) + " entries";
}

// A stream as a store says that it is.
struct Side {
  std::optional<Connection> connection;
  std::int64_t id = 0;
  std::uint64_t size = 0;
  std::string edge;

  static Result<Side> open(const std::string& url, const std::string& origin) {
    auto opened = Connection::open(url, "pac verify");
    if (!opened) return std::unexpected(opened.error());
    Side out;
    out.connection = std::move(*opened);
    const auto row = out.connection->run(
        "select s.id, p.size, p.edge from ledger.stream s join ledger.ship p on p.stream = s.id "
        "where s.origin = $1",
        {origin});
    if (!row) return std::unexpected(row.error());
    if (row->count() != 1) return fail("PAC6303", "the store does not say how far it is");
    out.id = row->integer(0, 0);
    out.size = static_cast<std::uint64_t>(row->integer(0, 1));
    out.edge = row->bytes(0, 2);
    return out;
  }
};

// The first entry that two trees have otherwise, of so many that both have; nothing: none. What
// comes before a fork has the same roots, all from there on others.
Result<std::optional<std::uint64_t>> fork_of(Side& one, Side& other, std::uint64_t size) {
  const PgTiles tiles(*one.connection, one.id, one.edge);
  const PgTiles other_tiles(*other.connection, other.id, other.edge);
  Tree tree(tiles, one.size);
  Tree other_tree(other_tiles, other.size);
  const auto agree = [&](std::uint64_t at) -> Result<bool> {
    const auto root = tree.root(at);
    if (!root) return std::unexpected(root.error());
    const auto other_root = other_tree.root(at);
    if (!other_root) return std::unexpected(other_root.error());
    return *root == *other_root;
  };
  std::uint64_t same = 0, differs = size;
  const auto all = size == 0 ? Result<bool>(true) : agree(size);
  if (!all) return std::unexpected(all.error());
  if (*all) return std::nullopt;
  while (differs - same > 1) {
    const std::uint64_t middle = same + (differs - same) / 2;
    const auto agreed = agree(middle);
    if (!agreed) return std::unexpected(agreed.error());
    (*agreed ? same : differs) = middle;
  }
  return same;
}

bool has_findings(const VerifiedStore& store, std::uint32_t stream) {
  return std::ranges::any_of(store.findings, [&](const LedgerFinding& one) {
    return one.stream == stream || one.stream == 0;
  });
}

}  // namespace

AuditWall::AuditWall(FileSystem& files, std::string folder, AuditSettings audit,
                     ShipSettings settings)
    : files_(files),
      folder_(std::move(folder)),
      audit_(std::move(audit)),
      settings_(std::move(settings)) {
  settings_.patience_ms = std::min(settings_.patience_ms, kPatienceMs);
  settings_.tries = std::min(settings_.tries, kTries);
  settings_.progress = nullptr;
}

AuditWall::~AuditWall() = default;

void AuditWall::lend(const WithStore& store) {
  settings_.store = store;
  if (run_ != nullptr) run_->lend(store);
}

// Published entries that it is not known to have.
Result<std::uint64_t> AuditWall::behind() const {
  const auto ledger = read_settings(files_, folder_);
  if (!ledger) return std::unexpected(ledger.error());
  const auto name = known_wall(files_, folder_);
  if (!name) return std::unexpected(name.error());
  std::optional<Known> known;
  if (!name->empty()) {
    auto read = Known::read(files_, folder_, *name);
    if (!read) return std::unexpected(read.error());
    known = std::move(*read);
  }
  const auto streams = streams_of(files_, folder_);
  if (!streams) return std::unexpected(streams.error());
  std::uint64_t out = 0;
  for (const std::uint32_t number : *streams) {
    const auto source =
        StreamSource::open(files_, stream_folder(folder_, number), stream_keys(*ledger, number));
    if (!source) return std::unexpected(source.error());
    const std::uint64_t has = known ? known->size(source->origin()) : 0;
    out += source->published().size > has ? source->published().size - has : 0;
  }
  return out;
}

// Connected to a store that is not the first one.
Result<void> AuditWall::reach(const std::string& store) {
  if (run_ != nullptr) return {};
  auto ledger = read_settings(files_, folder_);
  if (!ledger) return std::unexpected(ledger.error());
  auto run = std::make_unique<Run>(files_, folder_, audit_.url, std::move(*ledger), settings_);
  if (const auto started = run->start(); !started) return started;
  if (run->store() == store) {
    return fail("PAC6311",
                "it is the store itself, or a copy of its database, which has the same "
                "name in ledger.setting: make a store of its own");
  }
  run_ = std::move(run);
  return {};
}

Result<Shipped> AuditWall::ship(const std::string& store) {
  auto turn = ShipTurn::take(files_, folder_, settings_.lock_ms);
  if (!turn) return std::unexpected(turn.error());
  if (const auto reached = reach(store); !reached) return std::unexpected(reached.error());
  if (const auto noted = note_wall(files_, folder_, run_->store()); !noted) {
    return std::unexpected(noted.error());
  }
  return run_->all(*turn);
}

Result<void> AuditWall::check(const std::string& store) {
  const auto reached = reach(store);
  if (reached || is_outage(reached.error())) return {};
  return fail(reached.error().code, "the audit wall: " + reached.error().message);
}

Result<std::optional<Damage>> AuditWall::compare(const std::string& store, const NoteKey& stream,
                                                 const TileReader& tiles,
                                                 const Checkpoint& published) {
  const auto reached = reach(store);
  if (!reached && is_outage(reached.error())) return std::nullopt;
  auto out = reached ? run_->compare(stream, tiles, published)
                     : Result<std::optional<Damage>>(std::unexpected(reached.error()));
  if (!out) {
    if (is_outage(out.error())) {
      run_.reset();
      return std::nullopt;
    }
    return fail(out.error().code, "the audit wall: " + out.error().message);
  }
  if (*out) (*out)->reason = "of the audit wall: " + (*out)->reason;
  return out;
}

Result<void> AuditWall::judge(const AuditState& state) const {
  if (!state.why || !audit_.most_behind || state.behind <= *audit_.most_behind) return {};
  return fail("PAC6314", "the audit wall can't be shipped to and lacks " + counted(state.behind) +
                             ", more than the " + std::to_string(*audit_.most_behind) +
                             " that it may: " + state.why->message);
}

Result<AuditState> AuditWall::keep_up(const std::string& store) {
  AuditState out;
  const bool was_out = why_.has_value();
  if (!why_ || Clock::now() >= rests_until_) {
    auto shipped = ship(store);
    if (shipped) {
      why_.reset();
      out.shipped = std::move(*shipped);
    } else if (is_outage(shipped.error())) {
      why_ = shipped.error();
      run_.reset();
      rests_until_ = Clock::now() + std::chrono::milliseconds(audit_.rest_ms);
    } else {
      return fail(shipped.error().code, "the audit wall: " + shipped.error().message);
    }
  }
  out.why = why_;
  out.has_changed = was_out != why_.has_value();
  if (!why_) return out;
  const auto lacks = behind();
  if (!lacks) return std::unexpected(lacks.error());
  out.behind = *lacks;
  if (const auto good = judge(out); !good) return std::unexpected(good.error());
  return out;
}

Result<void> AuditWall::may_go_on() {
  if (!audit_.most_behind) return {};
  const auto lacks = behind();
  if (!lacks) return std::unexpected(lacks.error());
  if (*lacks <= *audit_.most_behind) return {};
  const auto reached = Connection::open(audit_.url, "pac ship");
  if (reached) return {};
  return judge({{}, *lacks, reached.error(), true});
}

Result<ShippedTwice> ship_with_wall(FileSystem& files, const std::string& folder,
                                    const std::string& url, const ShipSettings& settings,
                                    const AuditSettings& audit) {
  Result<StoreSettings> ledger = read_settings(files, folder);
  if (!ledger) return std::unexpected(ledger.error());
  AuditWall wall(files, folder, audit, settings);
  if (const auto may = wall.may_go_on(); !may) return std::unexpected(may.error());
  ShippedTwice out;
  Run run(files, folder, url, std::move(*ledger), settings);
  if (const auto started = run.start(); !started) return std::unexpected(started.error());
  if (const auto good = wall.check(run.store()); !good) return std::unexpected(good.error());
  const auto to_store = [&]() -> Result<void> {
    auto turn = ShipTurn::take(files, folder, settings.lock_ms);
    if (!turn) return std::unexpected(turn.error());
    auto shipped = run.all(*turn);
    if (!shipped) return std::unexpected(shipped.error());
    for (ShippedStream& stream : shipped->streams) {
      const auto before =
          std::ranges::find(out.store.streams, stream.origin, &ShippedStream::origin);
      if (before != out.store.streams.end()) stream.from = before->from;
    }
    out.store.streams = std::move(shipped->streams);
    out.store.rewound.insert(out.store.rewound.end(), shipped->rewound.begin(),
                             shipped->rewound.end());
    return {};
  };
  if (const auto shipped = to_store(); !shipped) return std::unexpected(shipped.error());
  auto kept = wall.keep_up(run.store());
  if (!kept) return std::unexpected(kept.error());
  out.wall = std::move(*kept);
  if (out.wall.shipped.rewound.empty()) return out;
  // What is recorded of a wall that had lost entries is for the store, too.
  if (const auto shipped = to_store(); !shipped) return std::unexpected(shipped.error());
  return out;
}

Result<std::vector<LedgerFinding>> compare_with_wall(const std::string& store_url,
                                                     const VerifiedStore& store,
                                                     const std::string& wall_url,
                                                     const VerifiedStore& wall) {
  std::vector<LedgerFinding> out;
  for (const VerifiedStream& there : wall.streams) {
    if (has_findings(store, there.number) || has_findings(wall, there.number)) continue;
    const auto here = std::ranges::find(store.streams, there.origin, &VerifiedStream::origin);
    const std::uint64_t size = here == store.streams.end() ? 0 : here->size;
    const std::uint64_t both = std::min(size, there.size);
    if (both > 0) {
      auto one = Side::open(store_url, there.origin);
      if (!one) return std::unexpected(one.error());
      auto other = Side::open(wall_url, there.origin);
      if (!other) return std::unexpected(other.error());
      const auto fork = fork_of(*one, *other, both);
      if (!fork) return std::unexpected(fork.error());
      if (*fork) {
        out.push_back({there.number, **fork,
                       "the audit wall has another entry here, signed as this one is: the store "
                       "and the wall have two histories from here on"});
        continue;
      }
    }
    if (size < there.size) {
      out.push_back({there.number, size,
                     "the audit wall has " + counted(there.size) +
                         ": the store was put back to an earlier state, or is another's"});
    }
  }
  return out;
}

}  // namespace pac::ledger::pg
