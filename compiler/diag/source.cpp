#include "compiler/diag/source.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "runtime/base/check.h"
#include "runtime/base/utf8.h"

namespace pac {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Line and column of a byte, for messages about a text that is refused and so never becomes a file.
Location locate(std::string_view text, size_t offset) {
  Location place;
  size_t line_start = 0;
  for (size_t i = 0; i < offset; ++i) {
    if (text[i] != '\n') continue;
    ++place.line;
    line_start = i + 1;
  }
  const int64_t before = count_code_points(text.substr(line_start, offset - line_start));
  place.column = static_cast<uint32_t>(before) + 1;
  return place;
}

std::unexpected<Error> refuse(std::string code, const std::string& path, std::string_view text,
                              size_t offset, const std::string& what) {
  const Location place = locate(text, offset);
  return fail(std::move(code), "`" + path + "` " + what + " at line " + std::to_string(place.line) +
                                   ", column " + std::to_string(place.column));
}

std::string too_large(const std::string& path) {
  return "`" + path + "` is larger than " + std::to_string(SourceFile::kMaxBytes >> 20) +
         " MiB, the most that one source file may hold; split it into several files of its package";
}

}  // namespace

Span join(Span a, Span b) {
  if (!a.has_place()) return b;
  if (!b.has_place()) return a;
  PAC_CHECK(a.file == b.file, "joined spans lie in one file");
  return Span{a.file, std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

SourceFile::SourceFile(uint32_t id, std::string path, std::string text)
    : id_(id), path_(std::move(path)), text_(std::move(text)) {
  PAC_CHECK(text_.size() <= kMaxBytes, "the size of a source text was tested before");
  line_starts_.push_back(0);
  for (size_t at = text_.find('\n'); at != std::string::npos; at = text_.find('\n', at + 1)) {
    line_starts_.push_back(static_cast<uint32_t>(at) + 1);
  }
}

std::string_view SourceFile::text(Span span) const {
  if (!span.has_place()) return {};
  const std::string_view all = text_;
  const size_t begin = std::min<size_t>(span.begin, all.size());
  const size_t end = std::clamp<size_t>(span.end, begin, all.size());
  return all.substr(begin, end - begin);
}

Location SourceFile::location(uint32_t offset) const {
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const auto number = static_cast<uint32_t>(after - line_starts_.begin());
  // A place inside the line end, or beyond the text, is the place just after the line's last
  // character.
  const std::string_view content = line(number);
  const size_t in_line = std::min<size_t>(offset - line_start(number), content.size());
  const int64_t before = count_code_points(content.substr(0, in_line));
  return Location{number, static_cast<uint32_t>(before) + 1};
}

std::string_view SourceFile::line(uint32_t number) const {
  PAC_CHECK(number >= 1 && number <= line_count(),
            "line numbers run from 1 to the number of lines");
  const size_t begin = line_starts_[number - 1];
  size_t end = number < line_count() ? line_starts_[number] - 1 : text_.size();
  if (end > begin && text_[end - 1] == '\r') --end;
  return std::string_view(text_).substr(begin, end - begin);
}

Result<const SourceFile*> SourceSet::add(std::string path, std::string text) {
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  if (text.size() > SourceFile::kMaxBytes) return fail("PAC0102", too_large(path));
  if (const size_t at = find_invalid_utf8(text); at != text.size()) {
    return refuse("PAC0103", path, text, at, "is not UTF-8: a byte that cannot stand there");
  }
  if (const size_t at = text.find('\0'); at != std::string::npos) {
    return refuse("PAC0104", path, text, at, "contains U+0000, which no source may hold,");
  }
  const auto id = static_cast<uint32_t>(files_.size());
  files_.push_back(std::make_unique<SourceFile>(id, std::move(path), std::move(text)));
  return files_.back().get();
}

Result<const SourceFile*> SourceSet::load(const std::string& path) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                       &std::fclose);
  if (!file) return fail("PAC0101", "cannot read `" + path + "`: " + std::strerror(errno));
  // Read piece by piece up to the limit, so that a device or a growing file cannot fill the memory.
  std::string text;
  std::vector<char> piece(size_t{64} << 10);
  while (const size_t count = std::fread(piece.data(), 1, piece.size(), file.get())) {
    text.append(piece.data(), count);
    if (text.size() > SourceFile::kMaxBytes + kByteOrderMark.size()) {
      return fail("PAC0102", too_large(path));
    }
  }
  if (std::ferror(file.get()) != 0) {
    return fail("PAC0101", "cannot read `" + path + "`: " + std::strerror(errno));
  }
  return add(path, std::move(text));
}

}  // namespace pac
