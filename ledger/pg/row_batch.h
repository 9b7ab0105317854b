// Rows of a store that are verified together. Belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/log/hash.h"
#include "ledger/pg/columns.h"
#include "runtime/base/result.h"

namespace pac::ledger::pg {

// Rows with what can be made of each alone, by any thread.
struct RowBatch {
  struct Entry {
    std::int64_t index = -1;
    bool is_empty = false;  // there are no bytes
    std::string_view body;
    Hash leaf{};
    const char* differs = nullptr;  // the first column that says other than the entry
    std::optional<std::string> blob;
    std::optional<std::string_view> opening;  // the entry, where it is the first one
    std::optional<std::string> key_entry;  // the entry, where it looks like one of the kind `key`
    std::optional<Columns> columns;        // of an entry that is in the index tables
  };

  void look();
  // As it was made, but for the memory that it has.
  void clear();

  bool is_first = false;
  std::uint64_t indexed = 0;
  std::string bytes;              // as the server sent them, and ColumnReader::kPadding behind them
  std::vector<std::size_t> ends;  // of the rows in them
  std::vector<Entry> entries;
  Result<void> done;
};

}  // namespace pac::ledger::pg
