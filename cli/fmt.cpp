// pac fmt: puts policies into the one layout. What has syntax errors is left as it is.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <iterator>

#include "cli/commands.h"
#include "cli/replace.h"
#include "cli/support.h"
#include "cli/walk.h"
#include "compiler/format/diff.h"
#include "compiler/format/format.h"
#include "compiler/parse/parse.h"

namespace pac::cli {

namespace {

void options(po::options_description& o) {
  o.add_options()("path", po::value<std::vector<std::string>>()->value_name("FILE"),
                  "files, folders with all that is in them, or - for stdin to stdout")(
      "check", "write nothing; exit 1 and name the files that would change")(
      "diff", "write nothing; show what would change");
}

struct Mode {
  bool check = false;
  bool diff = false;
};

// The text laid out; nothing where it has syntax errors, which are shown.
Result<std::optional<std::string>> laid_out(const driver::Compilation& read,
                                            diag::Emitter& emitter) {
  const SourceFile& file = read.sources.file(0);
  const ast::Module module = parse::parse(file, emitter);
  if (emitter.has_errors()) return std::optional<std::string>{};
  std::string out = format::format(module, file);
  // What we wrote must be a policy: a mistake of ours must not cost the author a file.
  SourceSet again;
  diag::Emitter complaints;
  auto copy = again.add(file.path(), out);
  if (copy) parse::parse(**copy, complaints);
  if (!copy || complaints.has_errors()) {
    return fail("PAC0901", file.path() +
                               ": laid out it would not be read any more; it is left as it is. "
                               "Please report this with the file");
  }
  return std::optional<std::string>(std::move(out));
}

int one(const std::string& path, bool filter, const Mode& mode, size_t* changed) {
  driver::Compilation c;
  auto file = filter ? c.sources.add("-", std::string(std::istreambuf_iterator<char>(std::cin), {}))
                     : c.sources.load(path);
  if (!file) return failed(kCouldNotRun, file.error().code, file.error().message);
  auto out = laid_out(c, c.emitter);
  if (!out) return failed(kBug, out.error().code, out.error().message);
  if (!out->has_value()) {
    c.emitter.sort();
    print_diagnostics(c, diag::Format::pretty);
    std::fprintf(stderr, "%s: %s; left as it is\n", path.c_str(), diag::summary(c.emitter).c_str());
    return kFindings;
  }
  const std::string& text = **out;
  const bool same = text == (*file)->text();
  *changed += same ? 0 : 1;
  if (mode.diff) {
    const std::string shown = format::diff(path, (*file)->text(), text);
    std::fwrite(shown.data(), 1, shown.size(), stdout);
  } else if (mode.check) {
    if (!same) std::printf("%s\n", path.c_str());
  } else if (filter) {
    std::fwrite(text.data(), 1, text.size(), stdout);
  } else if (!same) {
    if (auto done = replace_file(path, text); !done) {
      return failed(kCouldNotRun, done.error().code, done.error().message);
    }
    std::fprintf(stderr, "%s: formatted\n", path.c_str());
  }
  return mode.check && !same ? kFindings : kFine;
}

int run(const po::variables_map& values) {
  const Mode mode{values.contains("check"), values.contains("diff")};
  int exit = kFine;
  size_t count = 0, changed = 0;
  for (const auto& path : paths_of(values)) {
    auto files = files_under(path);
    if (!files) return failed(files.error());
    for (const auto& file : *files) {
      exit = std::max(exit, one(file, file == "-", mode, &changed));
      ++count;
    }
  }
  if (mode.check) {
    std::fprintf(stderr, "%zu of %zu %s would change\n", changed, count,
                 count == 1 ? "file" : "files");
  }
  return exit;
}

}  // namespace

const Command kFmt{"fmt",
                   "put policies into the one layout",
                   "pac fmt [FILE|FOLDER…|-] [--check] [--diff]",
                   "pac fmt examples/loan/loan.pac --check",
                   options,
                   "path",
                   run};

}  // namespace pac::cli
