// pac check: parses and checks policies and prints what is wrong with them.
#include <algorithm>
#include <cstdio>

#include "cli/commands.h"
#include "cli/support.h"
#include "cli/walk.h"
#include "compiler/driver/analyze.h"
#include "compiler/driver/build.h"
#include "runtime/base/check.h"

namespace pac::cli {

namespace {

// What was found in several packages, as one report: a machine's format is one document.
class Findings {
 public:
  void add(const driver::Compilation& c) {
    const auto first = static_cast<uint32_t>(sources_.size());
    for (uint32_t i = 0; i < c.sources.size(); ++i) {
      const auto added =
          sources_.add(c.sources.file(i).path(), std::string(c.sources.file(i).text()));
      PAC_CHECK(added.has_value(), "a source that was read is a source");
    }
    const auto move = [&](Span& span) {
      if (span.has_place()) span.file += first;
    };
    for (diag::Diagnostic one : c.emitter.all()) {
      move(one.span);
      for (auto& label : one.labels) move(label.span);
      if (one.fix) move(one.fix->span);
      all_.push_back(std::move(one));
    }
  }
  void print(diag::Format format) const { print_diagnostics(sources_, all_, format); }

 private:
  SourceSet sources_;
  std::vector<diag::Diagnostic> all_;
};

void options(po::options_description& o) {
  o.add_options()("path", po::value<std::vector<std::string>>()->value_name("FILE"),
                  "files, or folders with all that is below them")(
      "deny", po::value<std::string>()->value_name("warnings"), "exit 1 on warnings too")(
      "fail-on-unknown", "exit 1 where the analysis could not settle something (PAC2901)")(
      "certificate", po::value<std::string>()->value_name("FILE"),
      "write what was proved, for an independent check; of one package")(
      "verify-certificate", po::value<std::string>()->value_name("FILE"),
      "only check that this certificate holds for the policy");
  add_package_path(o);
  add_format(o, "pretty|json|sarif|junit|github");
}

// Checks a certificate against the package as it is now, and analyses nothing.
int verify(const std::string& path, const std::string& certificate) {
  int exit = kFine;
  const auto c = compile_or_report(path, Warnings::silent, &exit);
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

int run(const po::variables_map& values) {
  const auto format = format_of(values);
  if (!format) return kUsage;
  if (!values.contains("path"))
    return failed(kUsage, "", "say which file or folder: pac check FILE");
  const bool deny = values.contains("deny");
  if (deny && values["deny"].as<std::string>() != "warnings") {
    return failed(kUsage, "", "--deny takes `warnings`");
  }
  const auto compile = compile_options(values);
  if (!compile) return failed(compile.error());
  const auto& paths = values["path"].as<std::vector<std::string>>();
  if (values.contains("verify-certificate")) {
    if (paths.size() != 1) return failed(kUsage, "", "a certificate is of one package");
    return verify(paths[0], values["verify-certificate"].as<std::string>());
  }
  analyze::Options analysis_options;
  analysis_options.certify = values.contains("certificate");
  bool has_unknown = false, has_certificate = false;
  int exit = kFine;
  size_t decisions = 0, rules = 0, files = 0, warnings = 0;
  Findings findings;
  for (const auto& path : paths) {
    auto packages = packages_under(path);
    if (!packages) return failed(packages.error());
    for (const auto& package : *packages) {
      auto compiled = driver::compile(package, *compile);
      if (!compiled) {  // the others are told all the same
        exit = std::max(exit, failed(compiled.error()));
        continue;
      }
      auto& c = **compiled;
      if (c.checked) {
        const auto analysis = driver::analyze(&c, analysis_options);
        if (!analysis) return failed(analysis.error());
        has_unknown = has_unknown || analysis->has_unknown();
        if (analysis_options.certify) {
          if (has_certificate) return failed(kUsage, "", "--certificate is of one package");
          has_certificate = true;
          const auto& to = values["certificate"].as<std::string>();
          if (const int wrote = write_certificate(analysis->certified, to); wrote != kFine) {
            return wrote;
          }
        }
      }
      if (*format == diag::Format::pretty) {
        print_diagnostics(c, *format);
      } else {
        findings.add(c);
      }
      files += package.size();
      warnings += c.emitter.warning_count();
      if (!c.checked || c.emitter.has_errors()) {
        std::fprintf(stderr, "%s: %s\n", package[0].c_str(), diag::summary(c.emitter).c_str());
        exit = std::max<int>(exit, kFindings);
        continue;
      }
      for (const auto& d : c.checked->rules.decisions) rules += d.rules.size();
      decisions += c.checked->rules.decisions.size();
    }
  }
  if (*format != diag::Format::pretty) findings.print(*format);
  if (exit == kFine && *format == diag::Format::pretty) {
    std::printf("%s checked: %s, %s, %s\n", counted(files, "file").c_str(),
                counted(decisions, "decision").c_str(), counted(rules, "rule").c_str(),
                counted(warnings, "warning").c_str());
  }
  if (deny && warnings > 0) exit = std::max<int>(exit, kFindings);
  if (has_unknown && values.contains("fail-on-unknown")) exit = std::max<int>(exit, kFindings);
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
