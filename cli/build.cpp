// pac build: checks a policy, runs its tests and witnesses in both engines and writes a bundle.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "cli/commands.h"
#include "cli/secret_key.h"
#include "cli/support.h"
#include "compiler/driver/build.h"

namespace pac::cli {

namespace {

// How many rules without a witness are named one by one.
constexpr size_t kNamedRules = 20;

void options(po::options_description& o) {
  o.add_options()("path", po::value<std::string>()->value_name("FILE"),
                  "the policy (.pac), or its folder")(
      "output,o", po::value<std::string>()->value_name("FILE"),
      "the bundle; left out: NAME.pacb beside NAME.pac, or in the folder NAME")(
      "no-native", "leave out this machine's native object")(
      "fail-on-unknown", "write no bundle where the analysis could not settle something (PAC2901)")(
      "sign", po::value<std::vector<std::string>>()->value_name("FILE"),
      "sign with this key, NAME.key; may be repeated");
  add_package_path(o);
}

int write(const driver::Built& built, const std::string& output, size_t proofs) {
  if (!built.problems.empty()) {
    for (const auto& problem : built.problems) std::printf("FAIL %s\n", problem.c_str());
    return failed(kFindings, "",
                  "no bundle was written: " + std::to_string(built.problems.size()) +
                      " tests or witnesses failed");
  }
  if (const auto written = driver::write_file(output, built.bytes); !written) {
    return failed(kCouldNotRun, written.error().code, written.error().message);
  }
  for (size_t i = 0; i < built.without.size() && i < kNamedRules; ++i) {
    std::fprintf(stderr, "note: no witness was found for the rule %s\n", built.without[i].c_str());
  }
  if (built.without.size() > kNamedRules) {
    std::fprintf(stderr, "note: nor for %zu more; `pac inspect %s` names them\n",
                 built.without.size() - kNamedRules, output.c_str());
  }
  std::printf(
      "%s: sha256:%s, %zu bytes; %s and %s agree in both engines%s\n", output.c_str(),
      built.digest.c_str(), built.bytes.size(), counted(built.test_count, "test").c_str(),
      (std::to_string(built.witness_count) + (built.witness_count == 1 ? " witness" : " witnesses"))
          .c_str(),
      proofs == 0 ? "" : ("; " + counted(proofs, "claim") + " proved").c_str());
  return kFine;
}

// Prints what was found. Nothing, with the exit code, where that forbids a bundle.
std::optional<driver::AnalysisSummary> analyse(driver::Compilation& c, const std::string& path,
                                               bool fail_on_unknown, int* exit) {
  analyze::Options options;
  options.certify = true;
  options.show_reached = true;
  auto analysis = driver::analyze(&c, options);
  if (!analysis) {
    *exit = failed(analysis.error());
    return std::nullopt;
  }
  print_diagnostics(c, diag::Format::pretty);
  if (c.emitter.has_errors() || (fail_on_unknown && analysis->has_unknown())) {
    std::fprintf(stderr, "%s: no bundle was written: %s\n", path.c_str(),
                 diag::summary(c.emitter).c_str());
    *exit = kFindings;
    return std::nullopt;
  }
  return std::move(*analysis);
}

// Beside the source, by its name.
std::string default_output(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(path, error)) return fs::path(path).replace_extension(".pacb").string();
  const fs::path folder = fs::canonical(path, error);
  return (fs::path(path) / (folder.filename().string() + ".pacb")).string();
}

int run(const po::variables_map& values) {
  const std::string path = required(values, "path", "which file: pac build FILE [-o NAME.pacb]");
  if (path.empty()) return kUsage;
  if (is_bundle(path)) {
    return failed(kUsage, "", path + " is a bundle already; build takes sources (.pac)");
  }
  const std::string output =
      values.contains("output") ? values["output"].as<std::string>() : default_output(path);
  if (!is_bundle(output))
    return failed(kUsage, "", "the name of a bundle ends in .pacb: -o " + output + ".pacb");
  driver::BuildOptions options;
  options.with_native = !values.contains("no-native");
  options.pac_version = PAC_VERSION;
  std::vector<crypto::SigningKey> keys;
  if (values.contains("sign")) {
    for (const auto& name : values["sign"].as<std::vector<std::string>>()) {
      auto key = read_secret_key(name);
      if (!key) return failed(kCouldNotRun, key.error().code, key.error().message);
      keys.push_back(std::move(*key));
    }
  }
  for (const auto& key : keys) options.signers.push_back(&key);
  int exit = kFine;
  const auto c = compile_or_report(path, values, Warnings::silent, &exit);
  if (c == nullptr) return exit;
  const auto analysis = analyse(*c, path, values.contains("fail-on-unknown"), &exit);
  if (!analysis) return exit;
  options.analysis = &*analysis;
  const auto built = driver::build(*c, options);
  if (!built) return failed(built.error());
  return write(*built, output, analysis->certified.claims.size());
}

}  // namespace

const Command kBuild{"build",
                     "test a policy in both engines and write a bundle",
                     "pac build FILE|FOLDER [-o NAME.pacb] [--no-native] [--sign NAME.key]",
                     "pac build examples/loan/loan.pac -o /tmp/loan.pacb",
                     options,
                     "path",
                     run};

}  // namespace pac::cli
