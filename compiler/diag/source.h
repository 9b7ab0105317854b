// Sources and places in them. A SourceSet owns every text of one compilation; spans are byte
// offsets into one of its files, so they stay small, copyable and valid for the life of the set.
// Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace pac {

// Half-open byte range [begin, end) of file `file` in its SourceSet. A default span has no place.
struct Span {
  uint32_t file = kNone;
  uint32_t begin = 0;
  uint32_t end = 0;

  static constexpr uint32_t kNone = 0xffffffff;
  bool has_place() const { return file != kNone; }
  friend bool operator==(const Span&, const Span&) = default;
};

// The smallest span that covers both; either may be without a place.
Span join(Span a, Span b);

// Line and column, both from 1; the column counts code points. A line ends with LF or CR LF.
struct Location {
  uint32_t line = 1;
  uint32_t column = 1;
};

class SourceFile {
 public:
  // 64 MiB: a generated table of 100,000 rows is about 12 MiB, so real input stays well below.
  static constexpr size_t kMaxBytes = size_t{64} << 20;

  SourceFile(uint32_t id, std::string path, std::string text);

  uint32_t id() const { return id_; }
  const std::string& path() const { return path_; }
  std::string_view text() const { return text_; }
  std::string_view text(Span span) const;
  Location location(uint32_t offset) const;
  uint32_t line_count() const { return static_cast<uint32_t>(line_starts_.size()); }
  // The text of a line (from 1) without its line end.
  std::string_view line(uint32_t number) const;
  uint32_t line_start(uint32_t number) const { return line_starts_[number - 1]; }

 private:
  uint32_t id_;
  std::string path_;
  std::string text_;
  std::vector<uint32_t> line_starts_;
};

class SourceSet {
 public:
  // Adds a text under a name. Refuses what is too large, is not UTF-8, or contains U+0000
  // (PAC0102..0104). A byte order mark at its start is dropped, and offsets count from after it.
  Result<const SourceFile*> add(std::string path, std::string text);
  // Reads a file and adds it (PAC0101 when it can't be read).
  Result<const SourceFile*> load(const std::string& path);

  const SourceFile& file(uint32_t id) const { return *files_[id]; }
  size_t size() const { return files_.size(); }
  std::string_view text(Span span) const {
    return span.has_place() ? files_[span.file]->text(span) : std::string_view{};
  }

 private:
  std::vector<std::unique_ptr<SourceFile>> files_;
};

}  // namespace pac
