#include "compiler/driver/packages.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

namespace pac::driver {

namespace {

namespace fs = std::filesystem;

constexpr const char* kProjectFile = "pac.toml";

fs::path folder_or_here(const fs::path& folder) { return folder.empty() ? fs::path(".") : folder; }

// The nearest folder at or above that has a project file; empty where there is none.
fs::path project_of(const fs::path& folder) {
  std::error_code error;
  fs::path at = fs::weakly_canonical(folder_or_here(folder), error);
  if (error) return {};
  for (;; at = at.parent_path()) {
    if (fs::is_regular_file(at / kProjectFile, error)) return at;
    if (!at.has_relative_path()) return {};
  }
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string as_folder(std::string_view package) {
  std::string out(package);
  std::ranges::replace(out, '.', '/');
  return out;
}

}  // namespace

// Words and dots stand apart or together, with blanks, line ends and comments between them, as for
// the parser.
std::string package_of_text(std::string_view head) {
  size_t at = head.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  const auto skip_blanks = [&] {
    for (;;) {
      at = std::min(head.find_first_not_of(" \t\r\n", at), head.size());
      if (head.compare(at, 2, "//") != 0) return;
      at = std::min(head.find('\n', at), head.size());
    }
  };
  const auto word = [&] {
    skip_blanks();
    const size_t begin = at;
    while (at < head.size() && is_word(head[at])) ++at;
    return head.substr(begin, at - begin);
  };
  if (word() != "package") return {};
  std::string name(word());
  for (skip_blanks(); at < head.size() && head[at] == '.'; skip_blanks()) {
    ++at;
    name.append(1, '.').append(word());
  }
  return name;
}

// Reads only the head of the file: a package line further down than 64 KiB is found by the parser
// alone.
std::string package_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string head(65536, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<size_t>(in.gcount()));
  return package_of_text(head);
}

std::vector<std::string> pac_files(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_or_here(folder), error)) {
    if (entry.path().extension() == ".pac" && entry.is_regular_file(error)) {
      out.push_back(entry.path().string());
    }
  }
  std::ranges::sort(out);
  return out;
}

Result<std::vector<std::vector<std::string>>> find_packages(const std::string& path) {
  std::error_code error;
  std::vector<std::vector<std::string>> out;
  if (fs::is_directory(path, error)) {
    const auto files = pac_files(path);
    if (files.empty()) return fail("PAC0105", "there is no .pac file in " + path);
    if (!project_of(path).empty()) return std::vector<std::vector<std::string>>(1, files);
    std::map<std::string, std::vector<std::string>> by_package;
    for (const auto& file : files) by_package[package_of(file)].push_back(file);
    for (auto& [package, members] : by_package) out.push_back(std::move(members));
    return out;
  }
  if (!fs::exists(path, error)) {
    return fail("PAC0101", "can't read " + path + ": there is no such file");
  }
  std::vector<std::string> files{path};
  // A file of another ending (standard input as /dev/stdin, a copy put aside) is no part of its
  // folder.
  if (!path.ends_with(".pac")) return std::vector<std::vector<std::string>>(1, files);
  const std::string package = package_of(path);
  const fs::path folder = fs::path(path).parent_path();
  const bool is_project = !project_of(folder).empty();
  for (const auto& file : pac_files(folder.string())) {
    if (fs::equivalent(file, path, error)) continue;
    if (is_project || (!package.empty() && package_of(file) == package)) files.push_back(file);
  }
  // By name, whichever was asked for, so that the same files make the same bundle.
  std::ranges::sort(files, {}, [](const std::string& file) { return fs::path(file).filename(); });
  out.push_back(std::move(files));
  return out;
}

PackageFinder::PackageFinder(const std::string& folder, std::string_view package,
                             const std::vector<std::string>& package_path) {
  find_own_bases(folder, package);
  own_count_ = bases_.size();
  bases_.insert(bases_.end(), package_path.begin(), package_path.end());
}

void PackageFinder::find_own_bases(const std::string& folder, std::string_view package) {
  if (const fs::path project = project_of(folder); !project.empty()) {
    bases_.push_back(project.string());
    has_project_ = true;
    return;
  }
  std::error_code error;
  fs::path at = fs::weakly_canonical(folder_or_here(folder), error);
  if (error) return;
  const auto parts = std::ranges::count(package, '.') + 1;
  for (std::ptrdiff_t i = 0; i <= parts; ++i) {
    bases_.push_back(at.string());
    if (!at.has_relative_path()) break;
    at = at.parent_path();
  }
}

std::vector<std::string> PackageFinder::files_of(std::string_view package) const {
  for (const auto& base : bases_) {
    auto files = pac_files((fs::path(base) / as_folder(package)).string());
    if (!files.empty()) return files;
  }
  return {};
}

std::string PackageFinder::where(std::string_view package) const {
  std::string out = "`" + as_folder(package) + "/*.pac`";
  if (has_project_) {
    out += std::string(" beside `") + kProjectFile + "`";
  } else {
    const size_t above = own_count_ == 0 ? 0 : own_count_ - 1;
    out += " in this file's folder";
    if (above == 1) out += " and the one above it";
    if (above > 1) out += " and the " + std::to_string(above) + " above it";
  }
  for (size_t i = own_count_; i < bases_.size(); ++i) {
    out += (i + 1 < bases_.size() ? ", in `" : " and in `") + bases_[i] + "` (--package-path)";
  }
  return out;
}

std::vector<std::string> PackageFinder::near(std::string_view package) const {
  constexpr size_t kMaxNames = 1000;  // a folder of more is no folder of packages
  std::vector<std::string> out;
  const size_t dot = package.rfind('.');
  const std::string parent(dot == std::string_view::npos ? "" : package.substr(0, dot));
  for (const auto& base : bases_) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(fs::path(base) / as_folder(parent), error)) {
      if (out.size() == kMaxNames) break;
      if (!entry.is_directory(error) || pac_files(entry.path().string()).empty()) continue;
      const std::string name = entry.path().filename().string();
      out.push_back(parent.empty() ? name : parent + "." + name);
    }
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace pac::driver
