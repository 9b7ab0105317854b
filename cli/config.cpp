#include "cli/config.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include "compiler/diag/diagnostic.h"

namespace pac::cli {

namespace {

namespace fs = std::filesystem;

constexpr Setting kSettings[] = {
    {"trust", "PAC_TRUST", nullptr},
    {"require-signature", "PAC_REQUIRE_SIGNATURE", "require_signature"},
    {"engine", "PAC_ENGINE", "engine"},
    {"deny", "PAC_DENY", "deny"},
    {"lang", "PAC_LANG", "lang"},
    {"no-progress", "PAC_NO_PROGRESS", "no_progress"},
    {"package-path", "PAC_PACKAGE_PATH", "package_path", true},
};

struct Given {
  std::string value;
  std::string where;  // "PAC_ENGINE", "pac.toml:3"
  fs::path folder{};  // of pac.toml
};

std::string trimmed(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

std::optional<fs::path> find_file() {
  std::error_code error, absent;
  for (fs::path folder = fs::current_path(error); !error && !folder.empty();
       folder = folder.parent_path()) {
    if (fs::is_regular_file(folder / "pac.toml", absent)) return folder / "pac.toml";
    if (folder == folder.root_path()) break;
  }
  return std::nullopt;
}

// The value of `key = value`: a text in quotes, or true or false. Nothing where it is neither.
std::optional<std::string> value_of(std::string text) {
  if (text.starts_with('"')) {
    const size_t end = text.find('"', 1);
    if (end == std::string::npos || text.find('\\') < end) return std::nullopt;
    const std::string rest = trimmed(text.substr(end + 1));
    if (!rest.empty() && rest[0] != '#') return std::nullopt;
    return text.substr(1, end - 1);
  }
  text = trimmed(text.substr(0, text.find('#')));
  if (text == "true" || text == "false") return text;
  return std::nullopt;
}

// The part of TOML that settings need: comments, and lines `key = "text"`, `key = true`.
Result<std::map<std::string, Given>> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::map<std::string, Given> out;
  std::string line;
  bool is_other = false;  // within `[test]`, which thresholds.cpp reads
  for (int number = 1; std::getline(in, line); ++number) {
    line = trimmed(line);
    if (line.empty() || line[0] == '#') continue;
    is_other = is_other || line == "[test]";
    if (is_other) continue;
    const std::string where = path.filename().string() + ":" + std::to_string(number);
    const size_t equals = line.find('=');
    const std::string key = trimmed(line.substr(0, equals));
    std::vector<std::string> keys;
    for (const Setting& one : kSettings) {
      if (one.key != nullptr) keys.emplace_back(one.key);
    }
    if (key == "trust") {
      return fail("PAC0112", where +
                                 ": `trust` may not stand in pac.toml, a folder must not say "
                                 "whom to trust; use --trust or PAC_TRUST");
    }
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      const std::string best = diag::nearest(key, keys);
      return fail("PAC0112", where + ": there is no setting `" + key + "`" +
                                 (best.empty() ? "; docs/cli.md lists them"
                                               : "; did you mean `" + best + "`?"));
    }
    const auto value =
        equals == std::string::npos ? std::nullopt : value_of(trimmed(line.substr(equals + 1)));
    if (!value) {
      return fail("PAC0112", where + ": write " + key + " = \"text\" or " + key + " = true");
    }
    if (!out.emplace(key, Given{*value, where, path.parent_path()}).second) {
      return fail("PAC0112", where + ": `" + key + "` is set twice");
    }
  }
  return out;
}

// Whether a switch is on.
Result<bool> is_on(const Given& given) {
  if (given.value == "1" || given.value == "true") return true;
  if (given.value.empty() || given.value == "0" || given.value == "false") return false;
  return fail("PAC0112", given.where + " is `" + given.value + "`; it takes true or false");
}

// The folders between the colons. Empty parts count for nothing.
std::vector<std::string> folders_of(const Given& given) {
  std::vector<std::string> out;
  for (size_t at = 0; at <= given.value.size();) {
    const size_t end = std::min(given.value.find(':', at), given.value.size());
    if (end > at) out.push_back((given.folder / given.value.substr(at, end - at)).string());
    at = end + 1;
  }
  return out;
}

}  // namespace

std::span<const Setting> settings() { return kSettings; }

Result<void> add_configured(const po::options_description& options, po::variables_map* values) {
  std::map<std::string, Given> file;
  if (const auto path = find_file()) {
    auto read = read_file(*path);
    if (!read) return std::unexpected(read.error());
    file = std::move(*read);
  }
  po::parsed_options found(&options);
  for (const Setting& setting : kSettings) {
    const auto* option = options.find_nothrow(setting.option, false);
    if (option == nullptr) continue;
    const auto said = values->find(setting.option);
    if (said != values->end() && !said->second.defaulted()) continue;
    std::optional<Given> given;
    const char* variable = std::getenv(setting.variable);
    if (variable != nullptr && *variable != '\0') {
      given = Given{variable, setting.variable};
    } else if (setting.key != nullptr && file.contains(setting.key)) {
      given = file[setting.key];
    }
    if (!given) continue;
    const bool is_switch = option->semantic()->max_tokens() == 0;
    if (is_switch) {
      const auto on = is_on(*given);
      if (!on) return std::unexpected(on.error());
      if (!*on) continue;
    }
    if (setting.is_path) {
      for (const auto& folder : folders_of(*given)) {
        found.options.emplace_back(setting.option, std::vector<std::string>{folder});
      }
      continue;
    }
    found.options.emplace_back(setting.option, is_switch ? std::vector<std::string>{}
                                                         : std::vector<std::string>{given->value});
  }
  po::store(found, *values);
  return {};
}

}  // namespace pac::cli
