// pac check: parses and checks policies and prints what is wrong with them.
#include <cstdio>
#include <optional>

#include "cli/commands.h"
#include "cli/contract.h"
#include "cli/findings.h"
#include "cli/support.h"
#include "cli/walk.h"
#include "compiler/driver/analyze.h"

namespace pac::cli {

namespace {

void options(po::options_description& o) {
  o.add_options()("path", po::value<std::vector<std::string>>()->value_name("FILE"),
                  "files, or folders with all that is below them")(
      "deny", po::value<std::string>()->value_name("warnings"), "exit 1 on warnings too")(
      "contract", po::value<std::string>()->value_name("OLD"),
      "a file, folder, bundle, REV:path or revision of git whose callers must be able to go on");
  add_format(o, "pretty|json|sarif|junit|github");
  add_trust(o);
}

// What the packages are checked against and what came of it.
struct Checking {
  diag::Format format = diag::Format::pretty;
  std::optional<OldContract> contract;
  Findings findings;
  size_t decisions = 0, rules = 0, files = 0, warnings = 0;
  int exit = kFine;

  void report(const driver::Compilation& c, const std::string& name) {
    if (format == diag::Format::pretty) {
      print_diagnostics(c, format);
    } else {
      findings.add(c);
    }
    warnings += c.emitter.warning_count();
    if (!c.emitter.has_errors()) return;
    std::fprintf(stderr, "%s: %s\n", name.c_str(), diag::summary(c.emitter).c_str());
    exit = kFindings;
  }
};

// Nothing where a file can't be read; the exit code stands in `out` then.
bool check(const std::vector<std::string>& package, bool is_only, Checking* out) {
  auto compiled = driver::compile(package);
  if (!compiled) {
    out->exit = failed(compiled.error());
    return false;
  }
  auto& c = **compiled;
  if (c.checked) {
    const auto analysis = driver::analyze(&c);
    if (!analysis) {
      out->exit = failed(analysis.error());
      return false;
    }
    if (out->contract) out->contract->hold(&c, is_only);
  }
  out->files += package.size();
  out->report(c, package[0]);
  if (!c.checked || c.emitter.has_errors()) return true;
  for (const auto& d : c.checked->rules.decisions) out->rules += d.rules.size();
  out->decisions += c.checked->rules.decisions.size();
  return true;
}

bool check_all(const std::vector<std::vector<std::string>>& packages, Checking* out) {
  for (const auto& package : packages) {
    if (!check(package, packages.size() == 1, out)) return false;
  }
  // Where a file has errors it may be the one that the old packages went into.
  if (out->contract && out->exit == kFine) out->report(*out->contract->rest(), "--contract");
  return true;
}

// The packages under all paths; nothing, with a message and the exit code, where one can't be read.
std::optional<std::vector<std::vector<std::string>>> packages_of(const po::variables_map& values,
                                                                 int* exit) {
  const std::string contract =
      values.contains("contract") ? values["contract"].as<std::string>() : "";
  std::vector<std::vector<std::string>> out;
  for (const auto& path : values["path"].as<std::vector<std::string>>()) {
    auto packages = packages_under(path);
    if (!packages) {
      *exit = failed(packages.error());
      return std::nullopt;
    }
    for (auto& package : *packages) {
      leave_out(path, contract, &package);
      out.push_back(std::move(package));
    }
  }
  return out;
}

int run(const po::variables_map& values) {
  const auto format = format_of(values);
  if (!format) return kUsage;
  if (!values.contains("path"))
    return failed(kUsage, "", "say which file or folder: pac check FILE");
  const bool deny = values.contains("deny");
  if (deny && values["deny"].as<std::string>() != "warnings") {
    return failed(kUsage, "", "--deny takes `warnings`");
  }
  Checking all;
  all.format = *format;
  const auto packages = packages_of(values, &all.exit);
  if (!packages) return all.exit;
  if (values.contains("contract")) {
    const auto& paths = values["path"].as<std::vector<std::string>>();
    if (paths.size() != 1) {
      return failed(kUsage, "",
                    "--contract takes one file or folder: pac check NEW --contract OLD");
    }
    all.contract.emplace();
    const auto& old = values["contract"].as<std::string>();
    if (!all.contract->open(values, old, paths[0], &all.exit)) return all.exit;
  }
  if (!check_all(*packages, &all)) return all.exit;
  if (*format != diag::Format::pretty) all.findings.print(*format);
  if (all.exit == kFine && *format == diag::Format::pretty) {
    std::printf("%s checked: %s, %s, %s\n", counted(all.files, "file").c_str(),
                counted(all.decisions, "decision").c_str(), counted(all.rules, "rule").c_str(),
                counted(all.warnings, "warning").c_str());
    if (all.contract) {
      std::printf("contract kept: callers of %s in %s can call this\n",
                  counted(all.contract->summary().decisions, "decision").c_str(),
                  values["contract"].as<std::string>().c_str());
    }
  }
  if (deny && all.warnings > 0) all.exit = kFindings;
  return all.exit;
}

}  // namespace

const Command kCheck{"check",
                     "check policies: names, types, domains, presence, units",
                     "pac check FILE|FOLDER… [--contract OLD] [options]",
                     "pac check examples/loan/loan.pac",
                     options,
                     "path",
                     run};

}  // namespace pac::cli
