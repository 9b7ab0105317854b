// Policies as a git repository has them: reads files of a revision through the `git` command. Any
// thread.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "compiler/driver/compile.h"

namespace pac::driver {

// `REV:path` as git writes it: from the root of the repository, with `./` from the current folder.
struct GitPath {
  std::string revision, path;
  std::string text() const { return revision + ":" + path; }
};

// The text of the path at the revision with those of its folder that belong to the same package; of
// a folder, all its .pac files. Names are "REV:path". PAC0101: there is no git, revision or file.
[[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> read_from_git(
    const GitPath& path);

// The same of all that is below a folder, as packages: the files of one folder with one `package`
// line each.
[[nodiscard]] Result<std::vector<std::vector<std::pair<std::string, std::string>>>>
read_packages_from_git(const GitPath& path);

// Compiles texts that were read so. Packages that they use are read at the same revision.
[[nodiscard]] Result<std::unique_ptr<Compilation>> compile_from_git(
    const GitPath& path, const SourceTexts& texts, const CompileOptions& options = {});

}  // namespace pac::driver
