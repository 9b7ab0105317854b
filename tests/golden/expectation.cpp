#include "tests/golden/expectation.h"

#include <algorithm>
#include <array>

#include "compiler/diag/render.h"
#include "compiler/diag/text.h"
#include "runtime/base/utf8.h"

namespace pac::golden {

namespace {

constexpr std::string_view kComment = "//";
constexpr std::string_view kOutput = "//>";
// The signs of an expectation begin at the span's column; the slashes take two columns.
constexpr uint32_t kFirstColumn = 3;
constexpr std::array<std::string_view, 5> kDetails = {"label", "note", "help", "fix", "..."};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes what it names off the front of a text and says whether it was there.
bool take(std::string_view* text, std::string_view what) {
  if (!text->starts_with(what)) return false;
  text->remove_prefix(what.size());
  return true;
}

size_t take_all(std::string_view* text, char sign) {
  const size_t count = std::min(text->find_first_not_of(sign), text->size());
  text->remove_prefix(count);
  return count;
}

// "error[PAC1201]: " and its like.
bool is_head(std::string_view text) {
  const bool has_word =
      take(&text, "error") || take(&text, "warning") || take(&text, "note") || take(&text, "also");
  if (!has_word || !take(&text, "[PAC") || text.size() < 4) return false;
  if (!std::ranges::all_of(text.substr(0, 4), is_digit)) return false;
  return text.substr(4).starts_with("]:");
}

bool is_place(std::string_view text) {
  if (take(&text, "@")) {
    const size_t end = text.find(' ');
    if (end == 0 || end == text.npos) return false;
    text.remove_prefix(end + 1);
  }
  take_all(&text, ' ');
  const size_t signs = take_all(&text, '^') + take_all(&text, '-');
  if (signs > 0) {
    take(&text, "...");
    if (!take(&text, " ")) return false;
  }
  return is_head(text);
}

bool is_detail(std::string_view text) {
  if (take_all(&text, ' ') == 0 || !take(&text, "= ")) return false;
  return std::ranges::any_of(
      kDetails, [&](std::string_view word) { return text.starts_with(std::string(word) + ":"); });
}

std::string without_end(std::string text) {
  text.resize(text.find_last_not_of(' ') + 1);
  return text;
}

// The comment up to its words: `//    ^^^^ `, `//@1 ^^^^ `, `//@end `, or `//@other.pac:3:5 `.
std::string place_of(const SourceSet& sources, const SourceFile& file, Span span, char sign) {
  if (!span.has_place()) return "//@file ";
  const SourceFile& where = sources.file(span.file);
  const diag::Region region = diag::region_of(where, span);
  const auto number = [](uint32_t value) { return std::to_string(value); };
  if (span.file != file.id()) {
    const std::string_view path = where.path();
    const std::string name(path.substr(path.rfind('/') + 1));  // npos + 1 is 0
    return "//@" + name + ":" + number(region.begin.line) + ":" + number(region.begin.column) + " ";
  }
  if (is_at_end(file, span)) return "//@end ";
  const bool is_one_line =
      region.begin.line == region.end.line ||
      file.location(std::max(region.end_byte, 1u) - 1).line == region.begin.line;
  const uint32_t length = is_one_line && region.end.line == region.begin.line
                              ? std::max(region.end.column - region.begin.column, 1u)
                              : 1;
  const std::string signs = std::string(length, sign) + (is_one_line ? " " : "... ");
  const uint32_t column = region.begin.column;
  if (column < kFirstColumn) return "//@" + number(column) + " " + signs;
  return "//" + std::string(column - kFirstColumn, ' ') + signs;
}

void add_detail(std::string_view word, std::string_view text, const std::string& indent,
                std::vector<std::string>* out) {
  // Line ends of a note are kept as lines of their own.
  for (std::string_view name = word;; name = "...") {
    const size_t end = text.find('\n');
    std::string line = indent + "= " + std::string(name) + ": ";
    line += diag::printable(text.substr(0, end));
    out->push_back(without_end(std::move(line)));
    if (end == text.npos) return;
    text.remove_prefix(end + 1);
  }
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace

LineKind kind_of_line(std::string_view line, LineKind after) {
  if (line.starts_with(kOutput)) return LineKind::output;
  if (!line.starts_with(kComment)) return LineKind::ordinary;
  const std::string_view rest = line.substr(kComment.size());
  if (is_place(rest)) return LineKind::expectation;
  return after == LineKind::expectation && is_detail(rest) ? LineKind::expectation
                                                           : LineKind::ordinary;
}

bool is_malformed(std::string_view line, LineKind kind) {
  if (kind != LineKind::ordinary) return false;
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  if (!take(&line, kComment)) return false;
  if (line.starts_with("@") || line.find("[PAC") != line.npos) return true;
  take_all(&line, ' ');
  return line.starts_with("^");
}

bool is_at_end(const SourceFile& file, Span span) {
  if (span.file != file.id()) return false;
  const uint32_t last = file.line_count();
  return file.line(last).empty() && file.location(span.begin).line == last;
}

std::vector<std::string> write_primary(const SourceSet& sources, const SourceFile& file,
                                       const diag::Diagnostic& diagnostic) {
  std::string head = place_of(sources, file, diagnostic.span, '^');
  const size_t signs = head.starts_with("//@") ? head.npos : head.find('^');
  // The sign `=` stands below the first `^`; at least one space tells it from other comments.
  const size_t spaces = signs == head.npos ? 2 : std::max<size_t>(signs - kComment.size(), 1);
  const std::string indent = std::string(kComment) + std::string(spaces, ' ');
  head.append(diag::severity_name(diagnostic.severity)).append("[");
  head.append(diag::info(diagnostic.kind).code).append("]: ");
  head.append(diag::printable(diagnostic.message()));
  std::vector<std::string> out = {without_end(std::move(head))};
  if (!diagnostic.label.empty()) add_detail("label", diagnostic.label, indent, &out);
  for (const std::string& note : diagnostic.notes) add_detail("note", note, indent, &out);
  for (const std::string& help : diagnostic.helps) add_detail("help", help, indent, &out);
  if (diagnostic.fix) {
    const diag::FixIt& fix = *diagnostic.fix;
    const std::string before = quoted(sources.text(fix.span));
    add_detail("fix", fix.text + ": " + before + " -> " + quoted(fix.replacement), indent, &out);
  }
  return out;
}

std::string write_second(const SourceSet& sources, const SourceFile& file,
                         const diag::Diagnostic& diagnostic, const diag::Label& label) {
  return without_end(place_of(sources, file, label.span, '-') + "also[" +
                     diag::info(diagnostic.kind).code + "]: " + diag::printable(label.text));
}

}  // namespace pac::golden
