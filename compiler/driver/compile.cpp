#include "compiler/driver/compile.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "compiler/parse/parse.h"
#include "runtime/ir/verify.h"
#include "stdlib/registry.h"

namespace pac::driver {

namespace {

namespace fs = std::filesystem;

// The text of a `package` line without comments and annotations before it; "" where there is none.
// Reads only the head of the file: a package line further down than 64 KiB is found by the parser
// alone.
std::string package_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string head(65536, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<size_t>(in.gcount()));
  size_t at = head.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while (at < head.size()) {
    const size_t end = std::min(head.find('\n', at), head.size());
    size_t begin = head.find_first_not_of(" \t\r", at);
    if (begin < end && head.compare(begin, 8, "package ") == 0) {
      begin += 8;
      const size_t stop = head.find_first_of(" \t\r\n/", begin);
      return head.substr(begin, std::min(stop, end) - begin);
    }
    const bool blank = begin == std::string::npos || begin >= end;
    if (!blank && head.compare(begin, 2, "//") != 0) return {};
    at = end + 1;
  }
  return {};
}

std::vector<std::string> pac_files(const fs::path& folder) {
  std::vector<std::string> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".pac" && entry.is_regular_file(error)) {
      out.push_back(entry.path().string());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<std::unique_ptr<Compilation>> finish(std::unique_ptr<Compilation> c) {
  for (uint32_t i = 0; i < c->sources.size(); ++i) {
    c->modules.push_back(parse::parse(c->sources.file(i), c->emitter));
  }
  if (c->emitter.has_errors()) {
    // Follow-on errors of what could not be read would only hide the cause.
    c->emitter.sort();
    return c;
  }
  c->checked = check::check(c->modules, c->sources, c->emitter);
  if (c->checked) {
    const auto verified = ir::verify(c->checked->rules, c->checked->side, stdlib::find);
    if (!verified) return std::unexpected(verified.error());
  }
  return c;
}

}  // namespace

Result<std::vector<std::vector<std::string>>> find_packages(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    std::map<std::string, std::vector<std::string>> by_package;
    for (const auto& file : pac_files(path)) by_package[package_of(file)].push_back(file);
    if (by_package.empty()) return fail("PAC0105", "there is no .pac file in " + path);
    std::vector<std::vector<std::string>> out;
    for (auto& [package, files] : by_package) out.push_back(std::move(files));
    return out;
  }
  if (!fs::exists(path, error))
    return fail("PAC0101", "can't read " + path + ": there is no such file");
  std::vector<std::string> files{path};
  const std::string package = package_of(path);
  const fs::path folder = fs::path(path).parent_path();
  for (const auto& file : pac_files(folder.empty() ? fs::path(".") : folder)) {
    if (!fs::equivalent(file, path, error) && !package.empty() && package_of(file) == package) {
      files.push_back(file);
    }
  }
  return std::vector<std::vector<std::string>>(1, std::move(files));
}

Result<std::unique_ptr<Compilation>> compile(const std::vector<std::string>& paths) {
  auto c = std::make_unique<Compilation>();
  for (const auto& path : paths) {
    if (auto file = c->sources.load(path); !file) return std::unexpected(file.error());
  }
  return finish(std::move(c));
}

Result<std::unique_ptr<Compilation>> compile(const std::string& path) {
  auto packages = find_packages(path);
  if (!packages) return std::unexpected(packages.error());
  if (packages->size() != 1) {
    return fail("PAC0106", path + " holds " + std::to_string(packages->size()) +
                               " packages; name one of its files");
  }
  return compile((*packages)[0]);
}

Result<std::unique_ptr<Compilation>> compile_texts(
    const std::vector<std::pair<std::string, std::string>>& texts) {
  auto c = std::make_unique<Compilation>();
  for (const auto& [path, text] : texts) {
    if (auto file = c->sources.add(path, text); !file) return std::unexpected(file.error());
  }
  return finish(std::move(c));
}

}  // namespace pac::driver
