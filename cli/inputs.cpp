#include "cli/inputs.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "cli/command.h"

namespace pac::cli {

namespace {

// By the ending, in letters of any size; what has another one, as /dev/stdin, is JSON.
driver::InputBlocks::Form form_of(const std::string& path) {
  std::string ending = std::filesystem::path(path).extension();
  for (char& c : ending) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  if (ending == ".csv") return driver::InputBlocks::Form::csv;
  const bool has_lines = ending == ".jsonl" || ending == ".ndjson";
  return has_lines ? driver::InputBlocks::Form::json_lines : driver::InputBlocks::Form::json;
}

}  // namespace

std::unique_ptr<Inputs> Inputs::open(const std::string& path, int* exit) {
  std::unique_ptr<Inputs> out(new Inputs);
  if (path == "-") {
    if (isatty(STDIN_FILENO) != 0)
      std::fprintf(stderr, "reading JSON from standard input; --input FILE reads a file\n");
    out->blocks_.emplace(STDIN_FILENO, form_of(path), 0);
    return out;
  }
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    *exit = failed(kCouldNotRun, "PAC0101", "can't read " + path + ": it is a folder");
    return nullptr;
  }
  out->file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (out->file_ < 0) {
    *exit = failed(kCouldNotRun, "PAC0101", "can't read " + path + ": " + std::strerror(errno));
    return nullptr;
  }
  const auto size = std::filesystem::file_size(path, error);
  out->total_ = error ? 0 : size;
  out->blocks_.emplace(out->file_, form_of(path), out->total_);
  return out;
}

Inputs::~Inputs() {
  if (file_ >= 0) close(file_);
}

void Inputs::bind_each(engine::Session& session, ir::DecisionId decision, const Take& take) {
  using Bound = driver::BlockBinder::Bound;
  driver::BlockBinder binder(session, decision, *blocks_);
  while (const auto block = blocks_->next()) {
    binder.start(*block);
    for (Bound bound = binder.next(); bound != Bound::end; bound = binder.next()) {
      if (!take(bound == Bound::bound)) return;
    }
  }
}

}  // namespace pac::cli
