// CsvBinder: binds the rows of a CSV file to the inputs of one decision. The header names input
// paths
// ("applicant.age"; "age" where the only input is a record); a cell is read by its field's type:
// numbers by their digits, true and false, dates as 2026-03-01, enumerations by wire name, lists as
// JSON. An empty cell is missing; two quotes ("") are an empty text. One thread; the session is the
// caller's.
//
//   CsvBinder rows(session, decision, source);
//   if (!rows.read_header()) ...                      // session.refusals() says why
//   for (CsvBinder::Row row; (row = rows.next()) != CsvBinder::Row::end;) ...
#pragma once

#include <utility>
#include <vector>

#include "runtime/engine/csv_reader.h"
#include "runtime/engine/session.h"

namespace pac::engine {

struct CsvOptions {
  std::size_t max_row_bytes = CsvReader::kMaxRowBytes;
  bool ignore_unknown_columns = false;  // otherwise they are refused, with the header
};

class CsvBinder {
 public:
  enum class Row : uint8_t {
    bound,    // prepare() and decide() come next
    refused,  // session.refusals() says why; the next row may be fine
    end,
  };

  CsvBinder(Session& session, ir::DecisionId decision, CsvReader reader,
            const CsvOptions& options = {});
  CsvBinder(Session& session, ir::DecisionId decision, CsvReader::Source source,
            const CsvOptions& options = {})
      : CsvBinder(session, decision, CsvReader(std::move(source), options.max_row_bytes), options) {
  }

  // Once, before the first row. False: refused, nothing can be bound.
  [[nodiscard]] bool read_header();
  [[nodiscard]] Row next();
  // Goes on with other rows under the same header.
  void read_from(CsvReader reader) { reader_ = std::move(reader); }
  uint32_t line() const { return reader_.line(); }

 private:
  bool refuse_row(RefusalCode code, std::string_view message);
  bool add_column(std::string_view name);
  void plan_columns();
  bool is_column(PathId path) const;

  Session& session_;
  ir::DecisionId decision_;
  CsvReader reader_;
  CsvOptions options_;
  std::vector<PathId> columns_;  // none: ignored
  // The same for the quick way; empty where there is none: a column of a list, or in a record that
  // may be missing, or no column for what is required.
  std::vector<QuickSlot> quick_;
};

}  // namespace pac::engine
