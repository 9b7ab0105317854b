#include "cli/versions.h"

#include <algorithm>
#include <filesystem>

#include "cli/walk.h"
#include "compiler/driver/git.h"

namespace pac::cli {

namespace {

bool exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

// `REV:path`, where no file has that name.
std::optional<driver::GitPath> git_path_of(const std::string& text) {
  const size_t colon = text.find(':');
  if (colon == std::string::npos || colon == 0 || exists(text)) return std::nullopt;
  return driver::GitPath{text.substr(0, colon), text.substr(colon + 1)};
}

// As git reads a path beside a revision: from the current folder.
std::string at_revision(const std::string& revision, const std::string& path) {
  if (path.starts_with("./") || path.starts_with("../")) return revision + ":" + path;
  if (!path.starts_with('/')) return revision + ":./" + path;
  const auto relative =
      std::filesystem::path(path).lexically_relative(std::filesystem::current_path());
  return revision + ":./" + relative.string();
}

bool keep(Result<std::unique_ptr<driver::Compilation>> compiled, VersionPackages* side, int* exit) {
  if (!compiled) {
    *exit = failed(compiled.error().code.starts_with("PAC01") ? kCouldNotRun : kBug,
                   compiled.error().code, compiled.error().message);
    return false;
  }
  if (!(*compiled)->checked) {
    print_diagnostics(**compiled, diag::Format::pretty);
    *exit = failed(kCouldNotRun, "", side->text + " has errors and can't be compared");
    return false;
  }
  Policy policy;
  policy.compilation = std::move(*compiled);
  side->policies.push_back(std::move(policy));
  return true;
}

bool open_bundle(const po::variables_map& values, VersionPackages* side, int* exit) {
  Policy policy;
  policy.bundle = bundle_or_report(side->text, values, exit);
  if (policy.bundle == nullptr) {
    *exit = kCouldNotRun;
    return false;
  }
  side->policies.push_back(std::move(policy));
  return true;
}

}  // namespace

void leave_out(const std::string& own, const std::string& other, std::vector<std::string>* files) {
  std::error_code error;
  if (!own.ends_with(".pac") || !other.ends_with(".pac") || files->size() < 2) return;
  if (std::filesystem::equivalent(own, other, error)) return;
  std::erase_if(*files, [&](const std::string& file) {
    return std::filesystem::equivalent(file, other, error);
  });
}

// Nothing, with a message and the exit code, where the arguments say no two versions.
std::optional<std::pair<std::string, std::string>> versions_of(const std::vector<std::string>& all,
                                                               int* exit) {
  if (all.size() == 2) {
    const auto is_nowhere = [](const std::string& one) {
      return !exists(one) && !git_path_of(one);
    };
    if (is_nowhere(all[0]) && is_nowhere(all[1])) {
      *exit = failed(kCouldNotRun, "PAC0101", "can't read " + all[1] + ": there is no such file");
      return std::nullopt;
    }
    const bool is_revision = !exists(all[0]) && !git_path_of(all[0]) && exists(all[1]) &&
                             !all[0].ends_with(".pac") && !is_bundle(all[0]);
    return std::pair{is_revision ? at_revision(all[0], all[1]) : all[0], all[1]};
  }
  if (all.size() == 3) {
    return std::pair{at_revision(all[0], all[2]), at_revision(all[1], all[2])};
  }
  *exit = failed(kUsage, "",
                 "say which two versions: pac diff OLD NEW, pac diff REV PATH or pac diff REV REV "
                 "PATH");
  return std::nullopt;
}

bool open_version(const po::variables_map& values, const std::string& other, VersionPackages* side,
                  int* exit) {
  const auto options = compile_options(values);
  if (!options) {
    *exit = failed(options.error());
    return false;
  }
  if (const auto git = git_path_of(side->text)) {
    auto texts = driver::read_from_git(*git);
    if (!texts) {
      *exit = failed(kCouldNotRun, texts.error().code, texts.error().message);
      return false;
    }
    return keep(driver::compile_from_git(*git, *texts, *options), side, exit);
  }
  if (is_bundle(side->text)) return open_bundle(values, side, exit);
  auto packages = driver::find_packages(side->text);
  if (!packages) {
    *exit = failed(kCouldNotRun, packages.error().code, packages.error().message);
    return false;
  }
  for (auto& package : *packages) {
    leave_out(side->text, other, &package);
    if (!keep(driver::compile(package, *options), side, exit)) return false;
  }
  return true;
}

bool open_old_version(const po::variables_map& values, const std::string& text,
                      const std::string& path, VersionPackages* side, int* exit) {
  side->text = text;
  auto git = git_path_of(text);
  if (!git && !exists(text) && !is_bundle(text) && !text.ends_with(".pac")) {
    side->text = at_revision(text, path);
    git = git_path_of(side->text);
  }
  const auto options = compile_options(values);
  if (!options) {
    *exit = failed(options.error());
    return false;
  }
  if (git) {
    auto packages = driver::read_packages_from_git(*git);
    if (!packages) {
      *exit = failed(kCouldNotRun, packages.error().code, packages.error().message);
      return false;
    }
    return std::ranges::all_of(*packages, [&](const auto& texts) {
      return keep(driver::compile_from_git(*git, texts, *options), side, exit);
    });
  }
  if (is_bundle(text)) return open_bundle(values, side, exit);
  auto packages = packages_under(text);
  if (!packages) {
    *exit = failed(kCouldNotRun, packages.error().code, packages.error().message);
    return false;
  }
  return std::ranges::all_of(*packages, [&](std::vector<std::string>& package) {
    leave_out(text, path, &package);
    return keep(driver::compile(package, *options), side, exit);
  });
}

}  // namespace pac::cli
