#include "cli/inputs.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <sstream>

#include "cli/command.h"
#include "runtime/engine/csv_binder.h"

namespace pac::cli {

namespace {

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// One JSON object over several lines, or one a line: told by whether the first line is a whole
// object.
bool is_lines(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return true;
  const size_t end = text.find('\n', begin);
  if (end == std::string::npos || is_blank(std::string_view(text).substr(end))) return true;
  int depth = 0;
  bool quoted = false;
  for (size_t i = begin; i < end; ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
      continue;
    }
    if (c == '"') quoted = true;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
  }
  return depth == 0;
}

}  // namespace

std::unique_ptr<Inputs> Inputs::open(const std::string& path, int* exit) {
  auto out = std::make_unique<Inputs>();
  out->path_ = path;
  if (path == "-") {
    if (isatty(STDIN_FILENO) != 0)
      std::fprintf(stderr, "reading JSON lines from standard input; --input FILE reads a file\n");
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

void Inputs::bind_lines(std::istream& from, engine::Session& session, ir::DecisionId decision,
                        const Take& take) {
  std::string text;
  for (line_ = 1; std::getline(from, text); ++line_) {
    done_ += text.size() + 1;
    if (is_blank(text)) continue;
    session.refusals().set_line(line_);
    if (!take(session.bind_json(decision, text))) return;
  }
}

void Inputs::bind_each(engine::Session& session, ir::DecisionId decision, const Take& take) {
  if (path_.ends_with(".csv")) return bind_csv(session, decision, take);
  if (path_ == "-" || path_.ends_with(".jsonl") || path_.ends_with(".ndjson"))
    return bind_lines(in(), session, decision, take);
  std::stringstream text;
  text << in().rdbuf();
  const std::string whole = text.str();
  if (is_lines(whole)) {
    text.clear();
    text.seekg(0);
    return bind_lines(text, session, decision, take);
  }
  line_ = 1;
  done_ = whole.size();
  session.refusals().set_line(line_);
  take(session.bind_json(decision, whole));
}

}  // namespace pac::cli
