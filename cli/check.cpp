// pac check: parses and checks policies and prints what is wrong with them.
#include <algorithm>
#include <cstdio>
#include <optional>

#include "cli/commands.h"
#include "cli/contract.h"
#include "cli/findings.h"
#include "cli/support.h"
#include "cli/walk.h"
#include "compiler/driver/analyze.h"
#include "compiler/driver/build.h"

namespace pac::cli {

namespace {

void options(po::options_description& o) {
  o.add_options()("path", po::value<std::vector<std::string>>()->value_name("FILE"),
                  "files, or folders with all that is below them")(
      "deny", po::value<std::string>()->value_name("warnings"), "exit 1 on warnings too")(
      "fail-on-unknown", "exit 1 where the analysis could not settle something (PAC2901)")(
      "certificate", po::value<std::string>()->value_name("FILE"),
      "write what was proved, for an independent check; of one package")(
      "verify-certificate", po::value<std::string>()->value_name("FILE"),
      "only check that this certificate holds for the policy")(
      "contract", po::value<std::string>()->value_name("OLD"),
      "a file, folder, bundle, REV:path or revision of git whose callers must be able to go on");
  add_package_path(o);
  add_format(o, "pretty|json|sarif|junit|github");
  add_trust(o);
}

// Checks a certificate against the package as it is now, and analyses nothing.
int verify(const po::variables_map& values, const std::string& path) {
  int exit = kFine;
  const auto& certificate = values["verify-certificate"].as<std::string>();
  const auto c = compile_or_report(path, values, Warnings::silent, &exit);
  if (c == nullptr) return exit;
  const auto text = read_file(certificate);
  if (!text) return failed(text.error());
  const auto claims = driver::verify_certificate(c->checked->rules, *text);
  if (!claims) {
    return failed(kFindings, claims.error().code, certificate + ": " + claims.error().message);
  }
  size_t unchecked = 0;
  for (const auto& claim : *claims) {
    std::printf("%s\n", driver::to_text(claim).c_str());
    unchecked += claim.unchecked;
  }
  std::printf("%s: %s, %s not checked\n", certificate.c_str(),
              counted(claims->size(), "claim").c_str(), counted(unchecked, "part").c_str());
  return kFine;
}

int write_certificate(const driver::Certified& certified, const std::string& path) {
  if (const auto written = driver::write_file(path, certified.text + "\n"); !written) {
    return failed(kCouldNotRun, written.error().code, written.error().message);
  }
  for (const std::string& claim : certified.left_out) {
    std::fprintf(stderr, "note: without a certificate: %s\n", claim.c_str());
  }
  return kFine;
}

// What the packages are checked against and what came of it.
struct Checking {
  diag::Format format = diag::Format::pretty;
  driver::CompileOptions compile;
  std::string certificate;  // the file to write; of one package
  std::optional<OldContract> contract;
  Findings findings;
  size_t decisions = 0, rules = 0, files = 0, warnings = 0;
  bool has_unknown = false;
  int exit = kFine;

  void fail(int code) { exit = std::max(exit, code); }

  void report(const driver::Compilation& c, const std::string& name) {
    if (format == diag::Format::pretty) {
      print_diagnostics(c, format);
    } else {
      findings.add(c);
    }
    warnings += c.emitter.warning_count();
    if (!c.emitter.has_errors()) return;
    std::fprintf(stderr, "%s: %s\n", name.c_str(), diag::summary(c.emitter).c_str());
    fail(kFindings);
  }
};

void analyze_package(driver::Compilation* c, bool is_only, Checking* out) {
  analyze::Options options;
  options.certify = !out->certificate.empty();
  const auto analysis = driver::analyze(c, options);
  if (!analysis) return out->fail(failed(analysis.error()));
  out->has_unknown = out->has_unknown || analysis->has_unknown();
  if (options.certify) out->fail(write_certificate(analysis->certified, out->certificate));
  if (out->contract) out->contract->hold(c, is_only);
}

// A package that can't be read leaves the others to be told all the same.
void check(const std::vector<std::string>& package, bool is_only, Checking* out) {
  auto compiled = driver::compile(package, out->compile);
  if (!compiled) return out->fail(failed(compiled.error()));
  auto& c = **compiled;
  if (c.checked) analyze_package(&c, is_only, out);
  out->files += package.size();
  out->report(c, package[0]);
  if (!c.checked || c.emitter.has_errors()) return;
  for (const auto& d : c.checked->rules.decisions) out->rules += d.rules.size();
  out->decisions += c.checked->rules.decisions.size();
}

// The packages under all paths; nothing, with a message and the exit code, where one can't be read.
std::optional<std::vector<std::vector<std::string>>> packages_of(const po::variables_map& values,
                                                                 int* exit) {
  const std::string contract =
      values.contains("contract") ? values["contract"].as<std::string>() : "";
  std::vector<std::vector<std::string>> out;
  for (const auto& path : paths_of(values)) {
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

void print_summary(const Checking& all, const std::string& old) {
  std::printf("%s checked: %s, %s, %s\n", counted(all.files, "file").c_str(),
              counted(all.decisions, "decision").c_str(), counted(all.rules, "rule").c_str(),
              counted(all.warnings, "warning").c_str());
  if (all.contract) {
    std::printf("contract kept: callers of %s in %s can call this\n",
                counted(all.contract->summary().decisions, "decision").c_str(), old.c_str());
  }
}

int run(const po::variables_map& values) {
  const auto format = format_of(values);
  if (!format) return kUsage;
  const bool deny = values.contains("deny");
  if (deny && values["deny"].as<std::string>() != "warnings") {
    return failed(kUsage, "", "--deny takes `warnings`");
  }
  const auto paths = paths_of(values);
  const auto compile = compile_options(values);
  if (!compile) return failed(compile.error());
  if (values.contains("verify-certificate")) {
    if (paths.size() != 1) return failed(kUsage, "", "a certificate is of one package");
    return verify(values, paths[0]);
  }
  Checking all;
  all.format = *format;
  all.compile = *compile;
  const auto packages = packages_of(values, &all.exit);
  if (!packages) return all.exit;
  if (values.contains("certificate")) {
    if (packages->size() != 1) return failed(kUsage, "", "--certificate is of one package");
    all.certificate = values["certificate"].as<std::string>();
  }
  const std::string old = values.contains("contract") ? values["contract"].as<std::string>() : "";
  if (!old.empty()) {
    if (paths.size() != 1) {
      return failed(kUsage, "",
                    "--contract takes one file or folder: pac check NEW --contract OLD");
    }
    all.contract.emplace();
    if (!all.contract->open(values, old, paths[0], &all.exit)) return all.exit;
  }
  for (const auto& package : *packages) check(package, packages->size() == 1, &all);
  // Where a file has errors it may be the one that the old packages went into.
  if (all.contract && all.exit == kFine) all.report(*all.contract->rest(), "--contract");
  if (*format != diag::Format::pretty) {
    all.findings.print(*format);
  } else if (all.exit == kFine) {
    print_summary(all, old);
  }
  if (deny && all.warnings > 0) all.fail(kFindings);
  if (all.has_unknown && values.contains("fail-on-unknown")) all.fail(kFindings);
  return all.exit;
}

}  // namespace

const Command kCheck{"check",
                     "check policies: names, types, domains, presence, units",
                     "pac check [FILE|FOLDER…] [--contract OLD] [options]",
                     "pac check examples/loan/loan.pac",
                     options,
                     "path",
                     run};

}  // namespace pac::cli
