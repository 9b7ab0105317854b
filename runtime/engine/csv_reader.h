// CsvReader: rows of a CSV file (RFC 4180), one at a time, from a source of bytes. Quoted cells may
// hold commas, line breaks and doubled quotes; rows end in LF or CR LF; a byte order mark and empty
// lines are skipped. It keeps one row in memory, at most `max_row_bytes` of cells and commas. A
// damaged row is told and skipped to the end of its line, and reading goes on. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pac::engine {

struct CsvCell {
  std::string_view text;
  bool quoted = false;
};

enum class CsvRow : uint8_t {
  row,
  bad_quotes,  // a quote inside of an unquoted cell, text after a closing quote, no closing quote
  too_long,
  end,
};

class CsvReader {
 public:
  // Fills a buffer and returns the number of bytes; 0 at the end.
  using Source = std::function<std::size_t(char* buffer, std::size_t capacity)>;

  static constexpr std::size_t kMaxRowBytes = std::size_t{1} << 20;  // as the JSON text of an input

  explicit CsvReader(Source source, std::size_t max_row_bytes = kMaxRowBytes);
  // Rows in memory of the caller, which outlives the reader: a part of a file that begins with a
  // row, on this line. The beginning of a file has line 1.
  explicit CsvReader(std::string_view rows, uint32_t line = 1,
                     std::size_t max_row_bytes = kMaxRowBytes);

  // Reads the next row; its cells are valid until the next call.
  CsvRow next();
  std::span<const CsvCell> cells() const { return {cells_.data(), cell_count_}; }
  // Whether kScanPadding bytes behind each cell may be read, and none that follows one is a digit.
  bool cells_are_padded() const { return cells_are_padded_; }
  // The line on which the row begins, from 1.
  uint32_t line() const { return row_line_; }
  // How much of the memory was read.
  std::size_t read_bytes() const { return at_; }
  // Whether the row ended with its line, not with the text: what follows can't change it.
  bool ended_line() const { return ended_line_; }

 private:
  static constexpr int kEnd = -1;
  struct Span {
    std::size_t begin, end;
    bool quoted;
  };

  bool read_plain_row();
  void add_cell(const CsvCell& cell) {
    if (cell_count_ == cells_.size()) [[unlikely]]
      cells_.emplace_back();
    cells_[cell_count_++] = cell;
  }
  int peek();
  int take();
  bool read_cell(CsvRow* fault);
  bool read_quoted(CsvRow* fault);
  bool keep(int c, CsvRow* fault);
  bool at_row_end();
  void skip_line();
  void skip_blank();

  Source source_;
  std::size_t max_row_bytes_;
  std::vector<char> buffer_;    // of the source
  const char* data_ = nullptr;  // the buffer, or the memory of the caller
  std::size_t at_ = 0, filled_ = 0;
  std::string row_;
  std::vector<Span> spans_;
  std::vector<CsvCell> cells_;  // of the longest row so far; the row has the first of them
  std::size_t cell_count_ = 0;
  uint32_t line_ = 1, row_line_ = 1;
  bool started_ = false;
  bool ended_line_ = false;
  bool cells_are_padded_ = false;
};

// The length of a beginning of `text` (rows of a file, from the beginning of one on this line on)
// that is made of whole rows, whatever follows: all that are sure to be whole.
std::size_t whole_rows(std::string_view text, uint32_t line);

}  // namespace pac::engine
