// pac check: parses and checks policies and prints what is wrong with them.
#include <cstdio>

#include "cli/commands.h"
#include "cli/support.h"
#include "compiler/driver/analyze.h"

namespace pac::cli {

namespace {

void options(po::options_description& o) {
  o.add_options()("path", po::value<std::vector<std::string>>(), "files or folders")(
      "deny", po::value<std::string>(), "`warnings`: exit 1 on warnings too");
  add_format(o, "pretty, json, sarif, junit or github");
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
  int exit = kFine;
  size_t decisions = 0, rules = 0, files = 0, warnings = 0;
  for (const auto& path : values["path"].as<std::vector<std::string>>()) {
    auto packages = driver::find_packages(path);
    if (!packages) return failed(kCouldNotRun, packages.error().code, packages.error().message);
    for (const auto& package : *packages) {
      auto compiled = driver::compile(package);
      if (!compiled) {
        const bool ours = !compiled.error().code.starts_with("PAC01");
        return failed(ours ? kBug : kCouldNotRun, compiled.error().code, compiled.error().message);
      }
      auto& c = **compiled;
      if (c.checked) {
        auto analysis = driver::analyze(&c);
        if (!analysis) return failed(kBug, analysis.error().code, analysis.error().message);
      }
      print_diagnostics(c, *format);
      files += package.size();
      warnings += c.emitter.warning_count();
      if (!c.checked || c.emitter.has_errors()) {
        std::fprintf(stderr, "%s: %s\n", package[0].c_str(), diag::summary(c.emitter).c_str());
        exit = kFindings;
        continue;
      }
      for (const auto& d : c.checked->rules.decisions) rules += d.rules.size();
      decisions += c.checked->rules.decisions.size();
    }
  }
  if (exit == kFine && *format == diag::Format::pretty) {
    std::printf("%s checked: %s, %s, %s\n", counted(files, "file").c_str(),
                counted(decisions, "decision").c_str(), counted(rules, "rule").c_str(),
                counted(warnings, "warning").c_str());
  }
  if (deny && warnings > 0) exit = kFindings;
  return exit;
}

}  // namespace

const Command kCheck{"check",
                     "check policies: names, types, domains, presence, units",
                     "pac check FILE|FOLDER… [options]",
                     "pac check examples/loan/loan.pac",
                     options,
                     "path",
                     run};

}  // namespace pac::cli
