// Where the files of a package lie. A package is the `.pac` files of one folder; `use a.b` names
// one, which is looked up as the folder `a/b` below a base: the nearest folder upwards that has a
// `pac.toml`, else the folder itself and as many above it as the user's own name has parts; then
// the folders of a package path. Reads the file system only; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace pac::driver {

// The text of the `package` line at the head of a file; "" where there is none.
std::string package_of(const std::string& path);
std::string package_of_text(std::string_view text);
// The `.pac` files of a folder, sorted.
std::vector<std::string> pac_files(const std::string& folder);

// The files of one compilation: `path` itself and the other `.pac` files of its folder with the
// same `package` line, sorted; for a folder all its `.pac` files, grouped by package. In a project
// (a folder at or above has a `pac.toml`) all files of a folder are one package, whatever they say.
// PAC0101, PAC0105.
Result<std::vector<std::vector<std::string>>> find_packages(const std::string& path);

class PackageFinder {
 public:
  // For the uses of a package of this name in this folder, and the uses of what it uses. The
  // folders of `package_path` come last, so that a package there never hides one of the project.
  PackageFinder(const std::string& folder, std::string_view package,
                const std::vector<std::string>& package_path = {});

  // The files of the package, sorted; empty where there is none.
  std::vector<std::string> files_of(std::string_view package) const;
  // Where it would have to lie, in words: "`lending/rates/*.pac` beside `pac.toml`".
  std::string where(std::string_view package) const;
  // Names of packages that lie beside the one sought, for suggestions.
  std::vector<std::string> near(std::string_view package) const;

 private:
  void find_own_bases(const std::string& folder, std::string_view package);

  std::vector<std::string> bases_;
  size_t own_count_ = 0;  // of them, before those of the package path
  bool has_project_ = false;
};

}  // namespace pac::driver
