// Versions of policies as `pac diff`, `pac check --contract` and `pac ci --base` take them: files,
// folders, bundles, and revisions of git. One thread.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/support.h"

namespace pac::cli {

// The packages of one version.
struct VersionPackages {
  std::string text;  // as the user named it
  std::vector<Policy> policies;
};

// Nothing, with a message and the exit code, where the arguments say no two versions.
std::optional<std::pair<std::string, std::string>> versions_of(const std::vector<std::string>& all,
                                                               int* exit);

// Two files of one folder that are compared are two versions of one file: neither belongs to the
// package of the other. Takes `other` from the files of the package of `own`.
void leave_out(const std::string& own, const std::string& other, std::vector<std::string>* files);

// Reads and compiles what side->text names. `other`: what it is compared with. False, with a
// message and the exit code, where it can't be read or has errors.
bool open_version(const po::variables_map& values, const std::string& other, VersionPackages* side,
                  int* exit);

// The same with all that is below a folder. `text` may also be a revision of git alone: then it is
// `path` at that revision.
bool open_old_version(const po::variables_map& values, const std::string& text,
                      const std::string& path, VersionPackages* side, int* exit);

}  // namespace pac::cli
