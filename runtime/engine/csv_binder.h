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

  CsvBinder(Session& session, ir::DecisionId decision, CsvReader::Source source,
            const CsvOptions& options = {});

  // Once, before the first row. False: refused, nothing can be bound.
  [[nodiscard]] bool read_header();
  [[nodiscard]] Row next();
  uint32_t line() const { return reader_.line(); }

 private:
  bool refuse_row(RefusalCode code, std::string_view message);
  bool add_column(std::string_view name);

  Session& session_;
  ir::DecisionId decision_;
  CsvReader reader_;
  CsvOptions options_;
  std::vector<PathId> columns_;  // none: ignored
};

}  // namespace pac::engine
