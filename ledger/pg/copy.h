// The binary form of COPY: rows as bytes for the server, and rows of its bytes. A writer or a row
// belongs to one thread; a row's views hold as long as the bytes that it was read from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace pac::ledger::pg {

class CopyRows {
 public:
  // Without a header it is rows for the middle of a COPY.
  explicit CopyRows(bool has_header = true);
  CopyRows& begin_row(int fields);
  CopyRows& int2(std::int16_t value);
  CopyRows& int4(std::int32_t value);
  CopyRows& int8(std::int64_t value);
  CopyRows& bytes(std::string_view value);  // bytea, and text
  CopyRows& null();
  // Microseconds since 1970.
  CopyRows& time_us(std::int64_t value);

  // Of all that is to be written before the next take().
  void reserve(std::size_t bytes) { bytes_.reserve(bytes); }
  std::size_t size() const noexcept { return bytes_.size(); }
  // What has been written since the last take().
  std::string_view written() const noexcept { return bytes_; }
  // What has been written since the last time; with `is_end` the end of all rows.
  std::string_view take(bool is_end);

 private:
  CopyRows& big(std::uint64_t value, int bytes);

  std::string bytes_;
  std::string taken_;
};

// The fields of one row; a null is nothing.
using CopyRow = std::vector<std::optional<std::string_view>>;

// Reads pieces as Connection::copy_next() gives them: one row each, the header in the first.
// PAC6302 for what is no such piece.
class CopyReader {
 public:
  // `has_header`: what is read first is not the first piece, so that the header was read elsewhere.
  explicit CopyReader(bool has_header = false) : has_header_(has_header) {}
  // False at the end of all rows.
  [[nodiscard]] Result<bool> read(std::string_view piece, CopyRow* row);

 private:
  bool has_header_;
};

// A field of a row.
std::int64_t as_int(std::string_view field);
// Microseconds since 1970 of a timestamptz.
std::int64_t as_time_us(std::string_view field);

}  // namespace pac::ledger::pg
