#include "runtime/engine/csv_reader.h"

#include <bit>
#include <utility>

#include "runtime/engine/json_scan.h"

namespace pac::engine {

namespace {
constexpr std::size_t kBufferBytes = std::size_t{64} << 10;  // of one read from the source
}  // namespace

CsvReader::CsvReader(Source source, std::size_t max_row_bytes)
    : source_(std::move(source)),
      max_row_bytes_(max_row_bytes),
      buffer_(kBufferBytes),
      data_(buffer_.data()) {}

CsvReader::CsvReader(std::string_view rows, uint32_t line, std::size_t max_row_bytes)
    : max_row_bytes_(max_row_bytes),
      data_(rows.data()),
      filled_(rows.size()),
      line_(line),
      row_line_(line),
      started_(line > 1) {}

int CsvReader::peek() {
  if (at_ == filled_) {
    if (!source_) return kEnd;
    at_ = 0;
    filled_ = source_(buffer_.data(), buffer_.size());
    if (filled_ == 0) return kEnd;
  }
  return static_cast<unsigned char>(data_[at_]);
}

int CsvReader::take() {
  const int c = peek();
  if (c == kEnd) return kEnd;
  ++at_;
  if (c == '\n') ++line_;
  return c;
}

// At LF, CR LF, or the end of the file; takes it. A CR elsewhere is a character of a cell.
bool CsvReader::at_row_end() {
  const int c = peek();
  ended_line_ = c == '\n';
  if (c == kEnd) return true;
  if (c == '\n') {
    take();
    return true;
  }
  return false;
}

void CsvReader::skip_line() {
  int c = take();
  while (c != kEnd && c != '\n') c = take();
  ended_line_ = c == '\n';
}

void CsvReader::skip_blank() {
  while (peek() == '\n' || peek() == '\r') take();
}

bool CsvReader::keep(int c, CsvRow* fault) {
  if (row_.size() + spans_.size() >= max_row_bytes_) {
    *fault = CsvRow::too_long;
    return false;
  }
  row_.push_back(static_cast<char>(c));
  return true;
}

bool CsvReader::read_quoted(CsvRow* fault) {
  take();  // the opening quote
  for (;;) {
    const int c = take();
    if (c == kEnd) {
      *fault = CsvRow::bad_quotes;
      return false;
    }
    if (c != '"') {
      if (!keep(c, fault)) return false;
      continue;
    }
    if (peek() != '"') break;
    take();
    if (!keep('"', fault)) return false;
  }
  if (peek() == '\r') take();
  if (peek() == ',' || peek() == '\n' || peek() == kEnd) return true;
  *fault = CsvRow::bad_quotes;
  return false;
}

bool CsvReader::read_cell(CsvRow* fault) {
  const std::size_t begin = row_.size();
  if (peek() == '"') {
    if (!read_quoted(fault)) return false;
    spans_.push_back({begin, row_.size(), true});
    return true;
  }
  while (peek() != ',' && peek() != '\n' && peek() != kEnd) {
    const int c = take();
    if (c == '"') {
      *fault = CsvRow::bad_quotes;
      return false;
    }
    if (!keep(c, fault)) return false;
  }
  std::size_t end = row_.size();
  if (peek() != ',' && end > begin && row_[end - 1] == '\r') --end;
  spans_.push_back({begin, end, false});
  return true;
}

// A row without quotes that lies whole in memory, as most do: its cells are views of that. False:
// it is another one, and nothing was taken.
bool CsvReader::read_plain_row() {
  const char* const begin = data_ + at_;
  const char* const limit = data_ + filled_;
  const char* cell = begin;
  for (const char* at = begin; limit - at >= 16; at += 16) {
    const __m128i bytes = load_16(at);
    uint32_t marks = equal_bits(bytes, ',') | equal_bits(bytes, '\n') | equal_bits(bytes, '"');
    for (; marks != 0; marks &= marks - 1) {
      const char* const mark = at + std::countr_zero(marks);
      if (*mark == '"') return false;
      const char* end = mark;
      if (*mark == '\n' && end > cell && end[-1] == '\r') --end;
      add_cell({{cell, static_cast<std::size_t>(end - cell)}, false});
      cell = mark + 1;
      if (*mark != '\n') continue;
      if (static_cast<std::size_t>(mark - begin) >= max_row_bytes_) return false;
      at_ += static_cast<std::size_t>(cell - begin);
      ++line_;
      ended_line_ = true;
      cells_are_padded_ = limit - mark >= static_cast<std::ptrdiff_t>(kScanPadding);
      return true;
    }
  }
  return false;
}

CsvRow CsvReader::next() {
  if (!std::exchange(started_, true) && peek() == 0xEF) {
    for (const int mark : {0xEF, 0xBB, 0xBF}) {
      if (peek() == mark) take();
    }
  }
  skip_blank();
  row_line_ = line_;
  row_.clear();
  spans_.clear();
  cell_count_ = 0;
  cells_are_padded_ = false;
  if (peek() == kEnd) return CsvRow::end;
  if (read_plain_row()) return CsvRow::row;
  cell_count_ = 0;
  CsvRow fault = CsvRow::row;
  while (read_cell(&fault)) {
    if (at_row_end()) {
      for (const Span& span : spans_) {
        add_cell({std::string_view(row_).substr(span.begin, span.end - span.begin), span.quoted});
      }
      return CsvRow::row;
    }
    take();  // the comma; it counts, or a row of nothing else would have no bound
    if (row_.size() + spans_.size() > max_row_bytes_) {
      fault = CsvRow::too_long;
      break;
    }
  }
  skip_line();
  return fault;
}

std::size_t whole_rows(std::string_view text, uint32_t line) {
  if (text.find('"') == std::string_view::npos) return text.rfind('\n') + 1;
  CsvReader reader(text, line);
  std::size_t whole = 0;
  while (reader.next() != CsvRow::end) {
    if (reader.ended_line()) whole = reader.read_bytes();
  }
  return whole;
}

}  // namespace pac::engine
