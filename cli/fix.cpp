// pac fix: puts right what can be put right without a doubt, and names what an author has to
// decide.
#include <cstdio>

#include "cli/commands.h"
#include "cli/replace.h"
#include "cli/support.h"
#include "cli/walk.h"
#include "compiler/driver/fix.h"
#include "compiler/format/diff.h"

namespace pac::cli {

namespace {

void options(po::options_description& o) {
  o.add_options()("path", po::value<std::vector<std::string>>()->value_name("FILE"),
                  "files, or folders with all that is below them")(
      "check", "write nothing; exit 1 where something can be fixed")(
      "diff", "write nothing; show what would change");
}

struct Totals {
  size_t applied = 0, offered = 0, errors = 0;
};

int one(const std::vector<std::string>& package, bool writes, bool shows, Totals* totals) {
  const auto fixed = driver::fix(package);
  if (!fixed) return failed(fixed.error());
  for (const driver::Fix& each : fixed->fixes) {
    (each.is_applied ? totals->applied : totals->offered) += 1;
    std::fprintf(stderr, "%s: %s [%s]%s\n", each.place.c_str(), each.text.c_str(),
                 each.code.c_str(),
                 each.is_applied ? "" : (": left to you, as " + each.reason).c_str());
  }
  totals->errors += fixed->errors_left;
  for (const driver::FixedFile& file : fixed->files) {
    if (shows) {
      const std::string text = format::diff(file.path, file.before, file.after);
      std::fwrite(text.data(), 1, text.size(), stdout);
    } else if (writes) {
      if (const auto done = replace_file(file.path, file.after); !done) {
        return failed(kCouldNotRun, done.error().code, done.error().message);
      }
    }
  }
  return kFine;
}

int run(const po::variables_map& values) {
  const bool checks = values.contains("check"), shows = values.contains("diff");
  Totals totals;
  for (const auto& path : paths_of(values)) {
    const auto packages = packages_under(path);
    if (!packages) return failed(packages.error());
    for (const auto& package : *packages) {
      if (const int exit = one(package, !checks && !shows, shows, &totals); exit != kFine) {
        return exit;
      }
    }
  }
  std::fprintf(stderr, "%zu %s, %zu left to you\n", totals.applied,
               checks || shows ? "can be fixed" : "fixed", totals.offered);
  if (totals.errors > 0) {
    std::fprintf(stderr, "%s left; `pac check` shows %s\n", counted(totals.errors, "error").c_str(),
                 totals.errors == 1 ? "it" : "them");
  }
  return totals.errors > 0 || (checks && totals.applied > 0) ? kFindings : kFine;
}

}  // namespace

const Command kFix{"fix",
                   "put right what can be proved to change nothing else",
                   "pac fix [FILE|FOLDER…] [--check] [--diff]",
                   "pac fix examples/loan/loan.pac --diff",
                   options,
                   "path",
                   run};

}  // namespace pac::cli
