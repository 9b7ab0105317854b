#include "ledger/pg/copy.h"

#include <algorithm>
#include <utility>

namespace pac::ledger::pg {
namespace {

constexpr std::string_view kSignature("PGCOPY\n\377\r\n\0", 11);
constexpr std::size_t kHeaderBytes = 19;
// From 1970 to 2000, where PostgreSQL begins to count.
constexpr std::int64_t kEpoch_us = 946'684'800'000'000;

}  // namespace

CopyRows::CopyRows(bool has_header) {
  if (!has_header) return;
  bytes_ = kSignature;
  bytes_.append(8, '\0');
}

CopyRows& CopyRows::big(std::uint64_t value, int bytes) {
  char all[8];
  for (int i = 0; i < bytes; ++i) all[i] = static_cast<char>(value >> (8 * (bytes - 1 - i)) & 0xff);
  bytes_.append(all, static_cast<std::size_t>(bytes));
  return *this;
}

CopyRows& CopyRows::begin_row(int fields) { return big(static_cast<std::uint64_t>(fields), 2); }
CopyRows& CopyRows::int2(std::int16_t value) {
  return big(2, 4).big(static_cast<std::uint16_t>(value), 2);
}
CopyRows& CopyRows::int4(std::int32_t value) {
  return big(4, 4).big(static_cast<std::uint32_t>(value), 4);
}
CopyRows& CopyRows::int8(std::int64_t value) {
  return big(8, 4).big(static_cast<std::uint64_t>(value), 8);
}
CopyRows& CopyRows::bytes(std::string_view value) {
  big(value.size(), 4);
  bytes_ += value;
  return *this;
}
CopyRows& CopyRows::null() { return big(0xffff'ffff, 4); }
CopyRows& CopyRows::time_us(std::int64_t value) { return int8(value - kEpoch_us); }

std::string_view CopyRows::take(bool is_end) {
  if (is_end) big(0xffff, 2);
  std::swap(taken_, bytes_);
  bytes_.clear();
  return taken_;
}

Result<bool> CopyReader::read(std::string_view piece, CopyRow* row) {
  const auto damaged = [] { return fail("PAC6302", "the store answers a COPY in another form"); };
  if (!has_header_) {
    if (piece.size() < kHeaderBytes || !piece.starts_with(kSignature)) return damaged();
    const auto extra = static_cast<std::size_t>(as_int(piece.substr(15, 4)));
    if (piece.size() < kHeaderBytes + extra) return damaged();
    piece.remove_prefix(kHeaderBytes + extra);
    has_header_ = true;
  }
  if (piece.size() < 2) return damaged();
  const auto fields = static_cast<std::int16_t>(as_int(piece.substr(0, 2)));
  if (fields < 0) return false;
  piece.remove_prefix(2);
  row->clear();
  for (int i = 0; i < fields; ++i) {
    if (piece.size() < 4) return damaged();
    const auto length = static_cast<std::int32_t>(as_int(piece.substr(0, 4)));
    piece.remove_prefix(4);
    if (length < 0) {
      row->emplace_back(std::nullopt);
      continue;
    }
    if (piece.size() < static_cast<std::size_t>(length)) return damaged();
    row->emplace_back(piece.substr(0, static_cast<std::size_t>(length)));
    piece.remove_prefix(static_cast<std::size_t>(length));
  }
  return true;
}

std::int64_t as_int(std::string_view field) {
  std::uint64_t out = 0;
  for (const char c : field) out = out << 8 | static_cast<unsigned char>(c);
  if (field.size() == 2) return static_cast<std::int16_t>(out);
  if (field.size() == 4) return static_cast<std::int32_t>(out);
  return static_cast<std::int64_t>(out);
}

std::int64_t as_time_us(std::string_view field) { return as_int(field) + kEpoch_us; }

}  // namespace pac::ledger::pg
