#include "ledger/pg/index.h"

#include <algorithm>
#include <array>
#include <vector>

#include "ledger/file/entry.h"
#include "ledger/pg/columns.h"
#include "ledger/pg/connection.h"
#include "ledger/pg/copy.h"
#include "ledger/pg/migrate.h"

namespace pac::ledger::pg {
namespace {

// A list of texts as PostgreSQL reads arrays.
class ArrayText {
 public:
  void add(const std::optional<std::string>& text) {
    out_ += out_.size() == 1 ? "" : ",";
    if (!text) {
      out_ += "NULL";
      return;
    }
    out_ += '"';
    for (const char c : *text) {
      if (c == '"' || c == '\\') out_ += '\\';
      out_ += c;
    }
    out_ += '"';
  }
  std::string done() const { return out_ + "}"; }
  bool is_empty() const { return out_.size() == 1; }

 private:
  std::string out_ = "{";
};

// What one of the index tables gets.
struct IndexRows {
  const char* name;
  ArrayText values, indices, tenants;

  void add(const std::string& value, std::uint64_t index, const Columns& columns) {
    values.add(value);
    indices.add(std::to_string(index));
    tenants.add(columns.tenant);
  }
  Result<void> put(Connection& connection, std::int64_t stream) const {
    if (values.is_empty()) return {};
    const auto done = connection.run(
        std::string("insert into ledger.index_") + name +
            " (value, stream, idx, tenant) select v, $1, i, t from unnest($2::text[], "
            "$3::bigint[], $4::text[]) as rows(v, i, t)",
        {stream, values.done(), indices.done(), tenants.done()});
    if (!done) return std::unexpected(done.error());
    return {};
  }
};

// Rows of entries, each with its columns, from a COPY.
Result<std::uint64_t> each_entry(Connection& connection, const std::string& select,
                                 const std::function<bool(const CopyRow&)>& take) {
  if (const auto begun = connection.copy_out("copy (" + select + ") to stdout (format binary)");
      !begun) {
    return std::unexpected(begun.error());
  }
  CopyReader reader;
  CopyRow row;
  std::uint64_t count = 0;
  while (true) {
    const auto piece = connection.copy_next();
    if (!piece) return std::unexpected(piece.error());
    if (piece->empty()) return count;
    const Result<bool> read = reader.read(*piece, &row);
    if (!read) return std::unexpected(read.error());
    if (!*read) continue;
    ++count;
    if (!take(row)) {
      connection.drain();
      return count;
    }
  }
}

// One transaction: entries from where the index is up to a bound. How many.
Result<std::uint64_t> index_some(Connection& connection, std::int64_t stream,
                                 std::uint64_t at_once) {
  if (const auto begun = connection.script("begin; set local synchronous_commit = on"); !begun) {
    return std::unexpected(begun.error());
  }
  const auto added =
      connection.run("insert into ledger.indexed values ($1, 0) on conflict do nothing", {stream});
  if (!added) return std::unexpected(added.error());
  const auto at = connection.run(
      "select i.size, least(s.size, i.size + $2) from ledger.indexed i join ledger.ship s using "
      "(stream) where stream = $1 for update of i",
      {stream, at_once});
  if (!at) return std::unexpected(at.error());
  if (at->count() != 1) return fail("PAC6303", "the store does not say how far it is");
  const std::int64_t lo = at->integer(0, 0);
  const std::int64_t hi = at->integer(0, 1);
  std::array<IndexRows, 3> rows = {IndexRows{"rule", {}, {}, {}}, IndexRows{"status", {}, {}, {}},
                                   IndexRows{"subject", {}, {}, {}}};
  ColumnReader reader;
  const auto read =
      each_entry(connection,
                 "select idx, body from ledger.entry where stream = " + std::to_string(stream) +
                     " and idx >= " + std::to_string(lo) + " and idx < " + std::to_string(hi),
                 [&](const CopyRow& row) {
                   const auto index = static_cast<std::uint64_t>(as_int(*row[0]));
                   const Columns& columns = reader.read(*row[1]);
                   for (const std::string& rule : columns.rules) rows[0].add(rule, index, columns);
                   if (columns.status) rows[1].add(*columns.status, index, columns);
                   for (const std::string& subject : columns.subjects)
                     rows[2].add(subject, index, columns);
                   return true;
                 });
  if (!read) return read;
  for (const IndexRows& table : rows) {
    if (const auto put = table.put(connection, stream); !put) return std::unexpected(put.error());
  }
  const auto moved =
      connection.run("update ledger.indexed set size = $2 where stream = $1", {stream, hi});
  if (!moved) return std::unexpected(moved.error());
  if (const auto done = connection.script("commit"); !done) return std::unexpected(done.error());
  return static_cast<std::uint64_t>(hi - lo);
}

// What a query asks of the rows of entries themselves, with the values that it needs.
struct Asked {
  std::string where;

  void add(const std::string& condition) { where += " and " + condition; }
};

// A text as a literal of SQL.
std::string quoted(const std::string& text) {
  std::string out = " E'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += c == '\'' ? '\'' : '\\';
    out += c;
  }
  return out + "'";
}

Asked rows_wanted(const Query& wanted) {
  Asked out;
  if (!wanted.ledger.empty()) {
    out.add("left(s.origin, -length(substring(s.origin from '/[0-9]+$'))) =" +
            quoted(wanted.ledger));
  }
  if (wanted.stream != 0) {
    const std::string end = "/" + std::to_string(wanted.stream);
    out.add("right(s.origin, " + std::to_string(end.size()) + ") =" + quoted(end));
  }
  if (wanted.first > 0) out.add("e.idx >= " + std::to_string(wanted.first));
  if (wanted.last < INT64_MAX) out.add("e.idx <= " + std::to_string(wanted.last));
  if (wanted.from_us) out.add("e.at >= timestamptz" + quoted(time_text(*wanted.from_us)));
  if (wanted.until_us) out.add("e.at < timestamptz" + quoted(time_text(*wanted.until_us)));
  if (wanted.kind) out.add("e.kind =" + quoted(*wanted.kind));
  if (wanted.function) {
    const std::string name = quoted(*wanted.function);
    out.add("(e.fn =" + name + " or right(e.fn, length(" + name + ") + 1) = '.' ||" + name + ")");
  }
  const auto indexed = [&](const char* name, const std::optional<std::string>& value) {
    if (!value) return;
    out.add("(e.idx >= coalesce(i.size, 0) or exists (select from ledger.index_" +
            std::string(name) + " x where x.value =" + quoted(*value) +
            " and x.stream = e.stream and x.idx = e.idx))");
  };
  indexed("rule", wanted.rule);
  indexed("subject", wanted.subject);
  indexed("status", wanted.status);
  return out;
}

bool has(const std::vector<std::string>& all, const std::string& one) {
  return std::ranges::binary_search(all, one);
}

// The same once more from the entry, which also finds what is not in the index tables yet.
bool is_wanted(const Query& wanted, const Columns& columns) {
  return (!wanted.rule || has(columns.rules, *wanted.rule)) &&
         (!wanted.subject || has(columns.subjects, *wanted.subject)) &&
         (!wanted.status || columns.status == wanted.status);
}

}  // namespace

Result<std::uint64_t> index(const std::string& url, std::uint64_t entries_at_once) {
  auto connection = Connection::open(url, "pac index");
  if (!connection) return std::unexpected(connection.error());
  if (const auto good = check_version(*connection); !good) return std::unexpected(good.error());
  const auto streams = connection->run("select id from ledger.stream order by id");
  if (!streams) return std::unexpected(streams.error());
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < streams->count(); ++i) {
    while (true) {
      const auto done = index_some(*connection, streams->integer(i, 0), entries_at_once);
      if (!done) return done;
      if (*done == 0) break;
      out += *done;
    }
  }
  return out;
}

Result<std::uint64_t> query(const std::string& url, const Query& wanted,
                            const std::function<bool(const Found&)>& take) {
  auto connection = Connection::open(url, "pac query");
  if (!connection) return std::unexpected(connection.error());
  if (const auto good = check_version(*connection); !good) return std::unexpected(good.error());
  ColumnReader reader;
  std::uint64_t count = 0;
  if (wanted.limit == 0) return count;
  const auto read = each_entry(
      *connection,
      "select s.origin, e.idx, e.body from ledger.entry e join ledger.stream s on s.id = e.stream "
      "left join ledger.indexed i on i.stream = e.stream where true" +
          rows_wanted(wanted).where + " order by s.origin collate \"C\", e.idx",
      [&](const CopyRow& row) {
        if (!is_wanted(wanted, reader.read(*row[2]))) return true;
        ++count;
        const Found found{std::string(*row[0]), static_cast<std::uint64_t>(as_int(*row[1])),
                          std::string(*row[2])};
        return take(found) && count < wanted.limit;
      });
  if (!read) return read;
  return count;
}

}  // namespace pac::ledger::pg
