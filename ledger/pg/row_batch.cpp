#include "ledger/pg/row_batch.h"

#include "ledger/log/key_event.h"
#include "ledger/pg/copy.h"

namespace pac::ledger::pg {
namespace {

std::optional<std::string_view> view_of(const std::optional<std::string>& text) {
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

// The first column that says other than the entry.
const char* differing(const CopyRow& row, const Columns& columns) {
  const std::optional<std::int64_t> at = row[1] ? std::optional(as_time_us(*row[1])) : std::nullopt;
  if (at != columns.at_us) return "at";
  if (row[2] != view_of(columns.tenant)) return "tenant";
  if (row[3] != view_of(columns.kind)) return "kind";
  if (row[4] != view_of(columns.function)) return "fn";
  if (row[5] != view_of(columns.snapshot)) return "snapshot";
  return nullptr;
}

}  // namespace

void RowBatch::clear() {
  is_first = false;
  indexed = 0;
  bytes.clear();
  ends.clear();
  entries.clear();
  done = {};
}

void RowBatch::look() {
  CopyReader reader(!is_first);
  ColumnReader of_row(ColumnReader::Wanted::of_row, true), all(ColumnReader::Wanted::all, true);
  CopyRow row;
  entries.reserve(ends.size());
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    const Result<bool> read = reader.read(std::string_view(bytes).substr(begin, end - begin), &row);
    begin = end;
    if (!read) {
      done = std::unexpected(read.error());
      return;
    }
    if (!*read) continue;
    Entry& out = entries.emplace_back();
    if (row[0]) out.index = as_int(*row[0]);
    out.is_empty = !row[6];
    if (out.is_empty) continue;
    out.body = *row[6];
    if (out.index == 0) out.opening = out.body;
    if (looks_like_key_entry(*row[6])) out.key_entry = std::string(*row[6]);
    const bool is_indexed = out.index >= 0 && static_cast<std::uint64_t>(out.index) < indexed;
    const Columns& said = (is_indexed ? all : of_row).read(*row[6]);
    out.differs = differing(row, said);
    out.blob = said.blob;
    if (is_indexed) out.columns = said;
  }
  std::vector<std::string_view> bodies;
  bodies.reserve(entries.size());
  for (const Entry& entry : entries) bodies.push_back(entry.body);
  const std::vector<Hash> leaves = leaf_hashes(bodies);
  for (std::size_t i = 0; i < entries.size(); ++i) entries[i].leaf = leaves[i];
}

}  // namespace pac::ledger::pg
