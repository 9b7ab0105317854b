#include "cli/inputs.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <limits>

#include "cli/command.h"
#include "runtime/engine/csv_binder.h"

namespace pac::cli {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(kSpace) == std::string_view::npos;
}

// What a line is longer than can't be an input; the rest of it is passed over.
constexpr size_t kMaxLineBytes = engine::SessionOptions().max_input_bytes + 1;

// Goes through JSON text that may be wrong: in which brackets it is, and whether in quotes.
class Scanner {
 public:
  void take(char c) {
    if (is_escaped_) {
      is_escaped_ = false;
    } else if (is_quoted_) {
      if (c == '\\') is_escaped_ = true;
      if (c == '"') is_quoted_ = false;
    } else {
      if (c == '"') is_quoted_ = true;
      if (c == '{' || c == '[') ++depth_;
      if (c == '}' || c == ']') --depth_;
    }
  }
  int depth() const { return depth_; }
  bool is_between(int level) const { return depth_ == level && !is_quoted_; }

 private:
  int depth_ = 0;
  bool is_quoted_ = false, is_escaped_ = false;
};

// Whether the brackets of a line are closed within it.
bool is_whole(std::string_view line) {
  Scanner scanner;
  for (const char c : line) scanner.take(c);
  return scanner.is_between(0);
}

// Whether the first bracket of the text is closed by its last one.
bool is_one_object(std::string_view text) {
  Scanner scanner;
  const size_t end = text.find_last_not_of(kSpace);
  for (size_t i = 0; i < text.size(); ++i) {
    scanner.take(text[i]);
    if (scanner.is_between(0)) return i == end;
  }
  return false;
}

std::string_view next_line(std::string_view* text) {
  const std::string_view line = text->substr(0, text->find('\n'));
  text->remove_prefix(std::min(text->size(), line.size() + 1));
  return line;
}

// Lines that are inputs behind a first one that is not closed: it is wrong, and they are not.
bool has_inputs_behind(std::string_view text) {
  for (next_line(&text); !text.empty();) {
    const std::string_view line = next_line(&text);
    if (line.starts_with('{') && is_one_object(line)) return true;
  }
  return false;
}

}  // namespace

std::unique_ptr<Inputs> Inputs::open(const std::string& path, int* exit) {
  auto out = std::make_unique<Inputs>();
  out->path_ = path;
  if (path == "-") {
    std::ios::sync_with_stdio(false);  // which would read it byte by byte
    if (isatty(STDIN_FILENO) != 0)
      std::fprintf(stderr, "reading JSON from standard input; --input FILE reads a file\n");
    return out;
  }
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    *exit = failed(kCouldNotRun, "PAC0101", "can't read " + path + ": it is a folder");
    return nullptr;
  }
  out->file_.open(path, std::ios::binary);
  if (!out->file_) {
    *exit = failed(kCouldNotRun, "PAC0101", "can't read " + path + ": " + std::strerror(errno));
    return nullptr;
  }
  const auto size = std::filesystem::file_size(path, error);
  out->total_ = error ? 0 : size;
  return out;
}

std::istream& Inputs::in() { return path_ == "-" ? std::cin : file_; }

void Inputs::bind_csv(engine::Session& session, ir::DecisionId decision, const Take& take) {
  engine::CsvBinder rows(session, decision, [this](char* buffer, size_t capacity) {
    in().read(buffer, static_cast<std::streamsize>(capacity));
    done_ += static_cast<uint64_t>(in().gcount());
    return static_cast<size_t>(in().gcount());
  });
  line_ = 1;
  if (!rows.read_header()) {
    take(false);
    return;
  }
  for (auto row = rows.next(); row != engine::CsvBinder::Row::end; row = rows.next()) {
    line_ = rows.line();
    if (!take(row == engine::CsvBinder::Row::bound)) return;
  }
}

// Nothing at the end. A line that is too long to be an input comes cut off, at a length that is
// refused.
std::optional<std::string_view> Inputs::read_line() {
  if (buffer_.empty()) buffer_.resize(kMaxLineBytes + 1);
  in().getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  auto got = static_cast<size_t>(in().gcount());
  done_ += got;
  if (in().bad() || (in().eof() && got == 0)) return std::nullopt;
  if (in().fail()) {  // it did not fit
    in().clear();
    in().ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    done_ += static_cast<uint64_t>(in().gcount());
  } else if (!in().eof()) {
    --got;  // the end of the line
  }
  return std::string_view(buffer_).substr(0, got);
}

// Passes over white space, counting lines, and says what comes then.
int Inputs::first_character() {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";  // of UTF-8, as some editors write it
  size_t mark = 0;
  while (mark < kMark.size() && in().peek() == static_cast<unsigned char>(kMark[mark])) {
    in().get();
    ++mark;
  }
  for (;; in().get()) {
    const int c = in().peek();
    if (c == '\n') ++line_;
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') return c;
    ++done_;
  }
}

void Inputs::bind_lines(std::string_view first, engine::Session& session, ir::DecisionId decision,
                        const Take& take) {
  for (std::optional<std::string_view> line = first; line; line = read_line()) {
    session.refusals().set_line(line_);
    if (!is_blank(*line) && !take(session.bind_json(decision, *line))) return;
    ++line_;
  }
}

void Inputs::bind_array(std::string_view text, engine::Session& session, ir::DecisionId decision,
                        const Take& take) {
  Scanner scanner;
  scanner.take('[');
  size_t begin = 1, at = begin;
  for (uint32_t line = line_; at < text.size() && scanner.depth() > 0; ++at) {
    scanner.take(text[at]);
    const bool is_end = scanner.depth() == 0;
    if (!is_end && (text[at] != ',' || !scanner.is_between(1))) continue;
    const std::string_view item = text.substr(begin, at - begin);
    if (is_end && item_ == 0 && is_blank(item)) continue;  // []
    ++item_;
    const size_t start = std::min(item.find_first_not_of(kSpace), item.size());
    line_ = line + static_cast<uint32_t>(std::ranges::count(item.substr(0, start), '\n'));
    line += static_cast<uint32_t>(std::ranges::count(item, '\n'));
    begin = at + 1;
    done_ = at;
    session.refusals().set_line(line_);
    if (!take(session.bind_json(decision, item))) return;
  }
  const bool is_closed = scanner.depth() == 0;
  if (is_closed && is_blank(text.substr(at))) return;
  ++item_;
  refuse(engine::RefusalCode::not_json,
         is_closed ? "there is more text after the `]` at the end of the array"
                   : "the array has no `]` at its end",
         session, decision, take);
}

void Inputs::refuse(engine::RefusalCode code, std::string_view why, engine::Session& session,
                    ir::DecisionId decision, const Take& take) {
  session.refusals().set_line(line_);
  session.begin(decision);
  session.refuse(code, "", why);
  take(false);
}

void Inputs::bind_document(std::string_view begin, engine::Session& session,
                           ir::DecisionId decision, const Take& take) {
  std::string whole(begin);
  std::string part(size_t{1} << 20, '\0');
  while (total_ <= kMaxDocumentBytes && whole.size() <= kMaxDocumentBytes) {
    in().read(part.data(), static_cast<std::streamsize>(part.size()));
    if (in().gcount() == 0) break;
    whole.append(part, 0, static_cast<size_t>(in().gcount()));
  }
  if (std::max<uint64_t>(total_, whole.size()) > kMaxDocumentBytes) {
    return refuse(engine::RefusalCode::too_large,
                  "the document is longer than 64 MiB; put one input on each line", session,
                  decision, take);
  }
  if (whole.starts_with('[')) return bind_array(whole, session, decision, take);
  done_ += whole.size();
  std::string_view text = whole;
  if (is_one_object(text) || !has_inputs_behind(text)) {
    session.refusals().set_line(line_);
    take(session.bind_json(decision, whole));
    return;
  }
  for (; !text.empty(); ++line_) {
    const std::string_view line = next_line(&text);
    session.refusals().set_line(line_);
    if (!is_blank(line) && !take(session.bind_json(decision, line))) return;
  }
}

void Inputs::bind_each(engine::Session& session, ir::DecisionId decision, const Take& take) {
  if (path_.ends_with(".csv")) return bind_csv(session, decision, take);
  line_ = 1;
  const bool has_lines = path_.ends_with(".jsonl") || path_.ends_with(".ndjson");
  if (first_character() == '[' && !has_lines) return bind_document("", session, decision, take);
  const auto line = read_line();
  if (!line) return;
  if (has_lines || is_whole(*line) || line->size() == kMaxLineBytes)
    return bind_lines(*line, session, decision, take);
  bind_document(std::string(*line) + "\n", session, decision, take);
}

}  // namespace pac::cli
