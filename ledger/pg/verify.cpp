#include "ledger/pg/verify.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "ledger/file/entry.h"
#include "ledger/file/ordered_work.h"
#include "ledger/file/verify_keys.h"
#include "ledger/pg/migrate.h"
#include "ledger/pg/stream_check.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger::pg {
namespace {

// "bank.example/credit/2": the ledger and the number of the stream.
std::pair<std::string, std::uint32_t> parts_of(const std::string& origin) {
  const std::size_t slash = origin.rfind('/');
  if (slash == origin.npos) return {origin, 0};
  std::uint32_t number = 0;
  std::from_chars(origin.data() + slash + 1, origin.data() + origin.size(), number);
  return {origin.substr(0, slash), number};
}

Result<void> sees_all(Connection& connection) {
  const auto rows = connection.run(
      "select not row_security_active('ledger.entry') or ledger.sees_all() or "
      "pg_has_role(current_user, 'pac_ledger_ship', 'usage') or "
      "pg_has_role(current_user, 'pac_ledger_maintain', 'usage')");
  if (!rows) return std::unexpected(rows.error());
  if (rows->is_true(0, 0)) return {};
  return fail("PAC6310",
              "this login may see some tenants' entries only, and what is hidden from it "
              "can't be told from what is missing: verify with one that sees all");
}

Result<std::vector<StoredStream>> streams_in(Connection& connection) {
  const auto rows = connection.run("select id, origin, key from ledger.stream order by id");
  if (!rows) return std::unexpected(rows.error());
  std::vector<StoredStream> out;
  for (std::size_t i = 0; i < rows->count(); ++i) {
    StoredStream stream{rows->integer(i, 0), std::string(rows->text(i, 1)), 0, {}};
    stream.number = parts_of(stream.origin).second;
    const auto key = crypto::to_array<32>(rows->bytes(i, 2));
    if (key) stream.key = *key;
    out.push_back(std::move(stream));
  }
  std::ranges::sort(out, {}, [](const StoredStream& stream) { return parts_of(stream.origin); });
  return out;
}

// Streams of a ledger are numbered from 1 without a gap.
void find_gaps(const std::vector<StoredStream>& streams, VerifiedStore* out) {
  std::map<std::string, std::uint32_t> next;
  for (const StoredStream& stream : streams) {
    const auto [ledger, number] = parts_of(stream.origin);
    std::uint32_t& expected = next.try_emplace(ledger, 1).first->second;
    if (number != expected) {
      out->findings.push_back(
          {expected, 0, "stream " + std::to_string(expected) + " of " + ledger + " is not there"});
    }
    expected = number + 1;
  }
}

// What the stream behind it says of a stream. Its own check is what that is worth.
Result<std::optional<Previous>> opening_after(Connection& connection,
                                              const std::vector<StoredStream>& streams,
                                              const StoredStream& stream) {
  const auto next = std::ranges::find_if(streams, [&](const StoredStream& one) {
    return one.number == stream.number + 1 &&
           parts_of(one.origin).first == parts_of(stream.origin).first;
  });
  if (next == streams.end()) return std::nullopt;
  const auto first = connection.run(
      "select body from ledger.entry where stream = $1 and idx = 0 limit 1", {next->id});
  if (!first) return std::unexpected(first.error());
  if (first->count() == 0) return std::nullopt;
  return previous_in(first->bytes(0, 0));
}

// Rows whose stream nobody knows.
Result<void> find_strays(Connection& connection, VerifiedStore* out) {
  const auto stray = connection.run(
      "select p.name, p.lo from ledger.partition p where not exists (select from ledger.stream s "
      "where s.id = p.stream) order by 1 limit 1");
  if (!stray) return std::unexpected(stray.error());
  if (stray->count() == 1) {
    out->findings.push_back(
        {0, static_cast<std::uint64_t>(stray->integer(0, 1)),
         "there are entries of a stream that is not there: " + std::string(stray->text(0, 0))});
  }
  const auto attached = connection.run(
      "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent "
      "= 'ledger.entry'::regclass and not exists (select from ledger.partition p where p.name = "
      "c.relname) order by 1 limit 1");
  if (!attached) return std::unexpected(attached.error());
  if (attached->count() == 1) {
    out->findings.push_back({0, 0,
                             "there are entries in a table that no shipment made: " +
                                 std::string(attached->text(0, 0))});
  }
  return {};
}

// What entries of a ledger name, as the store has it.
class StoredSource final : public EntrySource {
 public:
  StoredSource(Connection& side, const std::vector<StoredStream>& streams, std::string ledger)
      : side_(side), streams_(streams), ledger_(std::move(ledger)) {}

  Result<std::optional<std::string>> blob(std::string_view sha256, std::string*) override {
    const auto row = side_.run(
        "select bytes from ledger.snapshot where digest = decode($1, 'hex') and sha256(bytes) = "
        "digest",
        {sha256});
    if (!row) return std::unexpected(row.error());
    // Of one that is not there or has other bytes the check of the stream says so.
    if (row->count() != 1) return std::nullopt;
    return row->bytes(0, 0);
  }
  Result<std::optional<Hash>> leaf(std::uint32_t stream, std::uint64_t index) override {
    const auto found =
        std::ranges::find(streams_, stream_origin(ledger_, stream), &StoredStream::origin);
    if (found == streams_.end()) return std::nullopt;
    const auto row = side_.run(
        "select body from ledger.entry where stream = $1 and idx = $2 order by ctid "
        "limit 1",
        {found->id, index});
    if (!row) return std::unexpected(row.error());
    if (row->count() != 1) return std::nullopt;
    return leaf_hash(row->bytes(0, 0));
  }

 private:
  Connection& side_;
  const std::vector<StoredStream>& streams_;
  std::string ledger_;
};

Result<StoreSettings> settings_in(Connection& connection, const std::string& ledger) {
  StoreSettings out;
  out.origin = ledger;
  const auto first =
      connection.run("select key from ledger.stream where origin = $1", {stream_origin(ledger, 1)});
  if (!first) return std::unexpected(first.error());
  if (first->count() == 1) {
    if (const auto key = crypto::to_array<32>(first->bytes(0, 0))) out.key = *key;
  }
  const auto rows = connection.run(
      "select s.origin, e.idx, e.body from ledger.entry e join ledger.stream s on s.id = e.stream "
      "where e.kind = 'key' and starts_with(s.origin, $1) order by s.id, e.idx limit 10000",
      {ledger + "/"});
  if (!rows) return std::unexpected(rows.error());
  for (std::size_t i = 0; i < rows->count(); ++i) {
    const auto [of, number] = parts_of(std::string(rows->text(i, 0)));
    if (of != ledger) continue;
    out.keys.push_back(
        {number, static_cast<std::uint64_t>(rows->integer(i, 1)), rows->bytes(i, 2)});
  }
  std::ranges::stable_sort(out.keys, {}, &KeyRecord::stream);
  return out;
}

}  // namespace

Result<StoreSettings> settings_of(const std::string& url, const std::string& ledger) {
  auto connection = Connection::open(url, "pac verify");
  if (!connection) return std::unexpected(connection.error());
  if (const auto good = check_version(*connection); !good) return std::unexpected(good.error());
  return settings_in(*connection, ledger);
}

Result<std::uint64_t> entries_of(const std::string& url) {
  auto connection = Connection::open(url, "pac verify");
  if (!connection) return std::unexpected(connection.error());
  if (const auto good = check_version(*connection); !good) return std::unexpected(good.error());
  const auto rows = connection->run("select coalesce(sum(size), 0) from ledger.ship");
  if (!rows) return std::unexpected(rows.error());
  return static_cast<std::uint64_t>(rows->integer(0, 0));
}

Result<std::vector<std::string>> ledgers_of(const std::string& url) {
  auto connection = Connection::open(url, "pac verify");
  if (!connection) return std::unexpected(connection.error());
  if (const auto good = check_version(*connection); !good) return std::unexpected(good.error());
  const auto streams = streams_in(*connection);
  if (!streams) return std::unexpected(streams.error());
  std::vector<std::string> out;
  for (const StoredStream& stream : *streams) {
    std::string ledger = parts_of(stream.origin).first;
    if (out.empty() || out.back() != ledger) out.push_back(std::move(ledger));
  }
  return out;
}

Result<VerifiedStore> verify(const std::string& url, const VerifySettings& settings) {
  auto rows = Connection::open(url, "pac verify");
  if (!rows) return std::unexpected(rows.error());
  auto side = Connection::open(url, "pac verify");
  if (!side) return std::unexpected(side.error());
  if (const auto good = check_version(*rows); !good) return std::unexpected(good.error());
  if (const auto good = sees_all(*rows); !good) return std::unexpected(good.error());
  // Both connections see one and the same state of the store, whatever is shipped meanwhile.
  const std::string begin = "begin isolation level repeatable read read only";
  if (const auto begun = rows->script(begin); !begun) return std::unexpected(begun.error());
  const auto snapshot = rows->run("select pg_export_snapshot()");
  if (!snapshot) return std::unexpected(snapshot.error());
  if (const auto begun = side->script(begin + "; set transaction snapshot '" +
                                      std::string(snapshot->text(0, 0)) + "'");
      !begun) {
    return std::unexpected(begun.error());
  }
  VerifiedStore out;
  auto streams = streams_in(*side);
  if (!streams) return std::unexpected(streams.error());
  std::erase_if(*streams, [&](const StoredStream& stream) {
    return !settings.ledger.empty() && parts_of(stream.origin).first != settings.ledger;
  });
  find_gaps(*streams, &out);
  if (const auto looked = find_strays(*side, &out); !looked) return std::unexpected(looked.error());
  OrderedWork work(settings.threads == 0 ? default_threads() : settings.threads);
  std::uint64_t done = 0;
  std::optional<KeyWatch> watch;  // of the stream before
  StoreSettings start;            // of its ledger
  const StoredStream* before = nullptr;
  for (const StoredStream& stream : *streams) {
    const std::string ledger = parts_of(stream.origin).first;
    if (ledger != start.origin) {
      watch.reset();
      start = StoreSettings{ledger, settings.key.value_or(stream.key), {}, 0};
      if (settings.key && *settings.key != stream.key) {
        auto known = settings_in(*side, ledger);
        if (!known) return std::unexpected(known.error());
        start = start_from(*known, *settings.key);
      }
    }
    // Behind a stream that can't be followed to its end.
    if (!watch && stream.number > 1 && start.keys.empty()) {
      auto known = settings_in(*side, ledger);
      if (!known) return std::unexpected(known.error());
      start.keys = std::move(known->keys);
    }
    KeyWatch keys = watch ? watch->of_next(stream.origin)
                          : watch_from(start, std::max(stream.number, 1U),
                                       settings.key.value_or(start.key), settings.trust);
    const VerifyProgress of_all = [&](std::uint64_t entries) {
      if (settings.progress) settings.progress(done + entries);
    };
    auto after = opening_after(*side, *streams, stream);
    if (!after) return std::unexpected(after.error());
    StoredSource source(*side, *streams, ledger);
    StreamSurroundings around{settings.known,    settings.policy, of_all,         {},
                              std::move(*after), ledger,          settings.watch, &source};
    if (before != nullptr && parts_of(before->origin).first == ledger) {
      around.before = before->origin;
    }
    before = &stream;
    StreamCheck check(*rows, *side, stream, std::move(keys), std::move(around), work);
    auto verified = check.run(&out.findings);
    if (!verified) return std::unexpected(verified.error());
    if (check.witnessed()) out.witnessed.push_back(*check.witnessed());
    done += verified->size;
    watch.reset();
    if (!check.is_bad()) watch.emplace(check.watch());
    note_keys(check.watch(), stream.number, &out);
    out.signers.emplace(stream.number, check.watch().keys());
    out.streams.push_back(std::move(*verified));
  }
  find_late_pins(watch ? &*watch : nullptr, &out);
  if (settings.key && !out.streams.empty()) find_unsigned(start, *settings.key, &out);
  for (const Checkpoint& checkpoint : settings.known) {
    const auto is_its = [&](const VerifiedStream& s) { return s.origin == checkpoint.origin; };
    if (std::ranges::any_of(out.streams, is_its)) continue;
    out.findings.push_back({0, 0,
                            "the stream " + checkpoint.origin + " of a checkpoint that is " +
                                "held elsewhere is not there"});
  }
  const auto is_empty = [](const VerifiedStream& stream) { return stream.size == 0; };
  if (out.findings.empty() && std::ranges::all_of(out.streams, is_empty)) {
    out.findings.push_back(
        {0, 0,
         "there is no entry" +
             (settings.ledger.empty() ? std::string(" in the store") : " of " + settings.ledger)});
  }
  return out;
}

}  // namespace pac::ledger::pg
