#include "cli/thresholds.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace pac::cli {

namespace {

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

bool read_percent(std::string_view text, double* out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  return error == std::errc() && end == text.data() + text.size() && *out >= 0 && *out <= 100;
}

std::optional<double>* member(Thresholds* out, std::string_view name) {
  if (name == "branch") return &out->branch;
  if (name == "mcdc") return &out->mcdc;
  return name == "mutation" ? &out->mutation : nullptr;
}

Result<void> set(std::string_view pair, Thresholds* out) {
  const size_t equals = pair.find('=');
  const std::string_view name = trimmed(pair.substr(0, equals));
  std::optional<double>* place = member(out, name);
  double value = 0;
  if (equals == std::string_view::npos || place == nullptr ||
      !read_percent(trimmed(pair.substr(equals + 1)), &value)) {
    return fail("PAC0112", "`" + std::string(pair) +
                               "`: write branch, mcdc or mutation with a percentage: branch = 100");
  }
  *place = value;
  return {};
}

}  // namespace

Result<void> read_thresholds(std::string_view text, Thresholds* out) {
  bool is_ours = false;
  size_t number = 0;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    ++number;
    line = trimmed(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    if (line.front() == '[') {
      is_ours = line == "[test]";
    } else if (is_ours) {
      if (auto done = set(line, out); !done) {
        return fail(done.error().code,
                    "line " + std::to_string(number) + ": " + done.error().message);
      }
    }
  }
  return {};
}

Result<void> read_fail_under(std::string_view text, Thresholds* out) {
  double all = 0;
  if (read_percent(trimmed(text), &all)) {
    out->branch = out->mcdc = out->mutation = all;
    return {};
  }
  for (;;) {
    const size_t comma = text.find(',');
    if (auto done = set(trimmed(text.substr(0, comma)), out); !done) return done;
    if (comma == std::string_view::npos) return {};
    text = text.substr(comma + 1);
  }
}

Result<Thresholds> find_thresholds(const std::string& path) {
  namespace fs = std::filesystem;
  Thresholds out;
  std::error_code error;
  fs::path folder = fs::absolute(path, error);
  if (!fs::is_directory(folder, error)) folder = folder.parent_path();
  for (;; folder = folder.parent_path()) {
    if (std::ifstream in(folder / "pac.toml", std::ios::binary); in) {
      std::stringstream text;
      text << in.rdbuf();
      if (auto done = read_thresholds(text.str(), &out); !done) {
        return fail(done.error().code,
                    (folder / "pac.toml").string() + ": " + done.error().message);
      }
      return out;
    }
    if (folder == folder.parent_path()) return out;
  }
}

}  // namespace pac::cli
