#include "cli/walk.h"

#include <algorithm>
#include <filesystem>

#include "cli/support.h"
#include "compiler/driver/compile.h"

namespace pac::cli {

namespace fs = std::filesystem;

Result<std::vector<std::string>> files_under(const std::string& path) {
  std::error_code error;
  if (is_bundle(path) && !fs::is_directory(path, error)) {
    return fail("PAC0106", path + " is a bundle; this command takes sources (.pac)");
  }
  if (!fs::is_directory(path, error)) return std::vector<std::string>{path};
  std::vector<std::string> out;
  fs::recursive_directory_iterator it(path, error), end;
  while (!error && it != end) {
    const std::string name = it->path().filename().string();
    if (name.starts_with('.') && it->is_directory(error)) it.disable_recursion_pending();
    if (it->path().extension() == ".pac" && it->is_regular_file(error))
      out.push_back(it->path().string());
    it.increment(error);
  }
  if (error) return fail("PAC0101", "can't read " + path + ": " + error.message());
  if (out.empty()) return fail("PAC0105", "there is no .pac file in " + path + " or below");
  std::sort(out.begin(), out.end());
  return out;
}

Result<std::vector<std::vector<std::string>>> packages_under(const std::string& path) {
  const auto files = files_under(path);
  if (!files) return std::unexpected(files.error());
  std::error_code error;
  if (!fs::is_directory(path, error)) return driver::find_packages(path);
  std::vector<std::string> folders;
  for (const auto& file : *files) {
    std::string folder = fs::path(file).parent_path().string();
    if (std::find(folders.begin(), folders.end(), folder) == folders.end())
      folders.push_back(std::move(folder));
  }
  std::vector<std::vector<std::string>> out;
  for (const auto& folder : folders) {
    auto packages = driver::find_packages(folder);
    if (!packages) return std::unexpected(packages.error());
    for (auto& package : *packages) out.push_back(std::move(package));
  }
  return out;
}

}  // namespace pac::cli
