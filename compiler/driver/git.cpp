#include "compiler/driver/git.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>

extern char** environ;

namespace pac::driver {

namespace {

struct Output {
  int exit = -1;
  std::string text;
};

// Runs git with these arguments, no shell between. Standard error goes nowhere: what failed is said
// in our words.
Result<Output> run_git(std::vector<std::string> arguments) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return fail("PAC0101", "can't start git: no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  arguments.insert(arguments.begin(), "git");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, "git", &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (failed != 0) {
    close(ends[0]);
    return fail("PAC0101", "can't read from git: the command `git` is not there");
  }
  Output out;
  std::array<char, 65536> buffer;
  for (ssize_t got = 0; (got = read(ends[0], buffer.data(), buffer.size())) > 0;) {
    out.text.append(buffer.data(), static_cast<size_t>(got));
  }
  close(ends[0]);
  int status = 0;
  if (waitpid(child, &status, 0) == child && WIFEXITED(status)) out.exit = WEXITSTATUS(status);
  return out;
}

// The name after `package` on the first line that is neither blank nor a comment.
std::string package_of(const std::string& text) {
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const size_t begin = text.find_first_not_of(" \t\r", at);
    if (begin < end && text.compare(begin, 8, "package ") == 0) {
      const size_t stop = text.find_first_of(" \t\r\n/", begin + 8);
      return text.substr(begin + 8, std::min(stop, end) - begin - 8);
    }
    if (begin < end && text.compare(begin, 2, "//") != 0) return {};
    at = end + 1;
  }
  return {};
}

Result<std::string> show(const std::string& revision, const std::string& path) {
  auto out = run_git({"show", revision + ":" + path});
  if (!out) return std::unexpected(out.error());
  if (out->exit != 0) return fail("PAC0101", "git has no " + revision + ":" + path);
  return std::move(out->text);
}

// The .pac files of a folder, without those below it; nothing where git has no such folder.
Result<std::vector<std::string>> files_of(const std::string& revision, const std::string& folder) {
  std::vector<std::string> out;
  auto listed = run_git({"show", revision + ":" + folder});  // a folder is shown as its list
  if (!listed) return std::unexpected(listed.error());
  if (listed->exit != 0 || !listed->text.starts_with("tree ")) return out;
  for (size_t at = 0; at < listed->text.size();) {
    const size_t end = std::min(listed->text.find('\n', at), listed->text.size());
    std::string name = listed->text.substr(at, end - at);
    if (name.ends_with(".pac")) out.push_back(std::move(name));
    at = end + 1;
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace

Result<std::vector<std::pair<std::string, std::string>>> read_from_git(const GitPath& from) {
  if (from.revision.empty() || from.revision.starts_with('-')) {
    return fail("PAC0101", "`" + from.revision + "` is no revision of git");
  }
  auto known = run_git({"rev-parse", "--verify", "--quiet", from.revision + "^{tree}"});
  if (!known) return std::unexpected(known.error());
  if (known->exit != 0) {
    return fail("PAC0101", "git has no revision `" + from.revision + "` here");
  }
  std::string path = from.path;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  const bool is_file = path.ends_with(".pac");
  const size_t slash = path.find_last_of('/');
  const std::string folder = !is_file                     ? path
                             : slash == std::string::npos ? std::string()
                                                          : path.substr(0, slash);
  const std::string prefix = folder.empty() ? "" : folder + "/";
  std::vector<std::pair<std::string, std::string>> out;
  std::string package;
  if (is_file) {
    auto text = show(from.revision, path);
    if (!text) return std::unexpected(text.error());
    package = package_of(*text);
    out.emplace_back(from.revision + ":" + path, std::move(*text));
    if (package.empty()) return out;
  }
  auto files = files_of(from.revision, folder == "." ? "./" : folder);
  if (!files) return std::unexpected(files.error());
  for (const std::string& file : *files) {
    if (is_file && prefix + file == path) continue;
    auto text = show(from.revision, prefix + file);
    if (!text) return std::unexpected(text.error());
    if (is_file && package_of(*text) != package) continue;
    out.emplace_back(from.revision + ":" + prefix + file, std::move(*text));
  }
  if (out.empty()) return fail("PAC0105", "there is no .pac file in " + from.text());
  return out;
}

}  // namespace pac::driver
