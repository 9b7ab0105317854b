// Policies as a git repository has them: reads files of a revision through the `git` command. Any
// thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "runtime/base/result.h"

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

}  // namespace pac::driver
