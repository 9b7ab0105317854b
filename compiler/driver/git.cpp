#include "compiler/driver/git.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

extern char** environ;

namespace pac::driver {

namespace {

namespace fs = std::filesystem;

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

Result<void> check_revision(const std::string& revision) {
  if (revision.empty() || revision.starts_with('-')) {
    return fail("PAC0101", "`" + revision + "` is no revision of git");
  }
  auto known = run_git({"rev-parse", "--verify", "--quiet", revision + "^{tree}"});
  if (!known) return std::unexpected(known.error());
  if (known->exit != 0) return fail("PAC0101", "git has no revision `" + revision + "` here");
  return {};
}

// Paths of all .pac files below a folder, as `show` takes them, sorted. Those in hidden folders are
// passed over, as everywhere.
Result<std::vector<std::string>> files_below(const GitPath& folder) {
  const bool is_here = folder.path == "." || folder.path.starts_with("./") || folder.path == ".." ||
                       folder.path.starts_with("../");
  std::vector<std::string> arguments{"ls-tree", "-r", "-z", "--name-only"};
  if (!is_here) arguments.emplace_back("--full-tree");
  arguments.push_back(folder.revision);
  arguments.emplace_back("--");
  if (!folder.path.empty()) arguments.push_back(folder.path);
  auto listed = run_git(std::move(arguments));
  if (!listed) return std::unexpected(listed.error());
  std::vector<std::string> out;
  for (size_t at = 0; listed->exit == 0 && at < listed->text.size();) {
    const size_t end = std::min(listed->text.find('\0', at), listed->text.size());
    std::string name = listed->text.substr(at, end - at);
    at = end + 1;
    const bool is_hidden = (name.starts_with('.') && !name.starts_with("../")) ||
                           name.find("/.", name.starts_with("../") ? 3 : 0) != std::string::npos;
    if (!name.ends_with(".pac") || is_hidden) continue;
    out.push_back(is_here && !name.starts_with("../") ? "./" + name : name);
  }
  std::ranges::sort(out);
  return out;
}

// The policies of a revision in a folder of their own, which goes with it.
class Tree {
 public:
  Tree() = default;
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  ~Tree() {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }

  Result<void> read(const std::string& revision) {
    std::error_code error;
    std::string pattern = (fs::temp_directory_path(error) / "pac_base_XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
      return fail("PAC0107", "can't make a folder for " + revision);
    }
    folder_ = pattern;
    auto listed = run_git({"ls-tree", "-r", "-z", "--name-only", "--full-tree", revision});
    if (!listed) return std::unexpected(listed.error());
    size_t count = 0;
    for (size_t at = 0; at < listed->text.size();) {
      const size_t end = std::min(listed->text.find('\0', at), listed->text.size());
      const std::string name = listed->text.substr(at, end - at);
      at = end + 1;
      const bool is_project = name == "pac.toml" || name.ends_with("/pac.toml");
      if (!is_project && !name.ends_with(".pac")) continue;
      if (++count > kMaxFiles) return fail("PAC0105", revision + " has too many policies");
      auto text = show(revision, name);
      if (!text) return std::unexpected(text.error());
      const fs::path path = folder_ / name;
      fs::create_directories(path.parent_path(), error);
      std::ofstream out(path, std::ios::binary);
      out << *text;
      out.close();
      if (!out) return fail("PAC0107", "can't write " + path.string());
    }
    return {};
  }

  const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
};

// Whether a text uses a package that is not of the standard library.
bool uses_packages(const std::string& text) {
  for (size_t at = 0; at < text.size();) {
    const size_t begin = text.find_first_not_of(" \t\r\n", at);
    if (begin == std::string::npos) return false;
    if (text.compare(begin, 4, "use ") == 0 && text.compare(begin, 8, "use std.") != 0) return true;
    at = std::min(text.find('\n', begin), text.size());
  }
  return false;
}

// Of a path as `show` takes it, the folder from the root of the repository.
Result<fs::path> folder_in_repository(const std::string& name) {
  fs::path path(name);
  if (name.starts_with("./") || name.starts_with("../")) {
    auto prefix = run_git({"rev-parse", "--show-prefix"});
    if (!prefix) return std::unexpected(prefix.error());
    while (prefix->text.ends_with('\n')) prefix->text.pop_back();
    path = fs::path(prefix->text) / path;
  }
  return path.parent_path().lexically_normal();
}

}  // namespace

Result<std::unique_ptr<Compilation>> compile_from_git(const GitPath& path, const SourceTexts& texts,
                                                      const CompileOptions& options) {
  const bool is_alone =
      std::ranges::none_of(texts, [](const auto& text) { return uses_packages(text.second); });
  if (is_alone) return compile_texts(texts, options);
  Tree tree;
  if (auto done = tree.read(path.revision); !done) return std::unexpected(done.error());
  // Names are "REV:path".
  const auto folder = folder_in_repository(texts[0].first.substr(path.revision.size() + 1));
  if (!folder) return std::unexpected(folder.error());
  CompileOptions there = options;
  there.folder = (tree.folder() / *folder).string();
  return compile_texts(texts, there);
}

Result<std::vector<std::vector<std::pair<std::string, std::string>>>> read_packages_from_git(
    const GitPath& path) {
  using Texts = std::vector<std::pair<std::string, std::string>>;
  if (path.path.ends_with(".pac")) {
    auto one = read_from_git(path);
    if (!one) return std::unexpected(one.error());
    return std::vector<Texts>{std::move(*one)};
  }
  if (auto known = check_revision(path.revision); !known) return std::unexpected(known.error());
  const auto files = files_below(path);
  if (!files) return std::unexpected(files.error());
  if (files->empty()) return fail("PAC0105", "there is no .pac file in " + path.text());
  std::map<std::pair<std::string, std::string>, Texts> packages;
  for (const std::string& file : *files) {
    auto text = show(path.revision, file);
    if (!text) return std::unexpected(text.error());
    const std::string folder = file.substr(0, file.rfind('/') + 1);
    Texts& texts = packages[{folder, package_of_text(*text)}];
    texts.emplace_back(path.revision + ":" + file, std::move(*text));
  }
  std::vector<Texts> out;
  for (auto& [key, texts] : packages) out.push_back(std::move(texts));
  return out;
}

Result<std::vector<std::pair<std::string, std::string>>> read_from_git(const GitPath& from) {
  if (auto known = check_revision(from.revision); !known) return std::unexpected(known.error());
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
    package = package_of_text(*text);
    out.emplace_back(from.revision + ":" + path, std::move(*text));
    if (package.empty()) return out;
  }
  auto files = files_of(from.revision, folder == "." ? "./" : folder);
  if (!files) return std::unexpected(files.error());
  for (const std::string& file : *files) {
    if (is_file && prefix + file == path) continue;
    auto text = show(from.revision, prefix + file);
    if (!text) return std::unexpected(text.error());
    if (is_file && package_of_text(*text) != package) continue;
    out.emplace_back(from.revision + ":" + prefix + file, std::move(*text));
  }
  if (out.empty()) return fail("PAC0105", "there is no .pac file in " + from.text());
  return out;
}

}  // namespace pac::driver
