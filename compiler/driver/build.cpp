#include "compiler/driver/build.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "compiler/bundle/bundle_writer.h"
#include "compiler/driver/protected.h"
#include "compiler/driver/spare.h"
#include "compiler/driver/verdict.h"
#include "compiler/driver/witness.h"

namespace pac::driver {

namespace {

constexpr int kOptimization = 2;

// What failed, and where the engines differ; the tests as witnesses with the interpreter's answers.
Result<std::vector<Witness>> run_all_tests(const check::Checked& checked, Built* built) {
  auto results = run_tests(checked, {Engine::interp, Engine::native});
  if (!results) return std::unexpected(results.error());
  std::vector<Witness> out;
  for (size_t i = 0; i + 1 < results->size(); i += 2) {
    const TestResult& interp = (*results)[i];
    const TestResult& native = (*results)[i + 1];
    const check::TestCase& test = *interp.test;
    const std::string label =
        checked.rules.decision(test.decision).name + " \"" + test.title + "\"";
    for (const auto& problem : interp.problems)
      built->problems.push_back("test " + label + ": " + problem);
    if (interp.actual != native.actual) {
      built->problems.push_back("the engines disagree on test " + label + ": interpreter " +
                                interp.actual + ", native " + native.actual);
    }
    out.push_back({test.title, "", question_of(test), test.params, interp.actual});
  }
  built->test_count = out.size();
  return out;
}

Result<std::vector<TimeZone>> load_zones(const ir::RuleSet& rules) {
  std::vector<TimeZone> out;
  for (const std::string& name : engine::zone_names(rules)) {
    auto zone = TimeZone::load(name);
    if (!zone) return std::unexpected(zone.error());
    out.push_back(std::move(*zone));
  }
  return out;
}

bool write_all(int file, const std::string& bytes) {
  bool good = true;
  for (size_t done = 0; good && done < bytes.size();) {
    const ssize_t wrote = write(file, bytes.data() + done, bytes.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    good = wrote > 0;
    if (good) done += static_cast<size_t>(wrote);
  }
  return good;
}

// Into what is there: a device or a pipe, which a rename would put a file in the place of.
Result<void> write_into(const std::string& path, const std::string& bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return fail("PAC0107", "can't write " + path + ": " + std::strerror(errno));
  bool good = write_all(file, bytes);
  const int reason = errno;
  good = close(file) == 0 && good;
  if (good) return {};
  return fail("PAC0107", "can't write " + path + ": " + std::strerror(reason));
}

// Ctrl-C comes before a file is made or when it has its name, never between.
class InterruptsWait {
 public:
  InterruptsWait() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~InterruptsWait() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  InterruptsWait(const InterruptsWait&) = delete;
  InterruptsWait& operator=(const InterruptsWait&) = delete;

 private:
  sigset_t before_{};
};

Result<std::string> write_new(const std::string& path, const std::string& bytes, unsigned mode) {
  std::string name = path + ".XXXXXX";
  const int file = mkstemp(name.data());
  if (file < 0) return fail("PAC0107", "can't write beside " + path + ": " + std::strerror(errno));
  bool good = fchmod(file, mode) == 0 && write_all(file, bytes) && fsync(file) == 0;
  const int reason = errno;
  good = close(file) == 0 && good;
  if (good) return name;
  unlink(name.c_str());
  return fail("PAC0107", "can't write " + path + ": " + std::strerror(reason));
}

}  // namespace

Result<Built> build(const Compilation& compilation, const BuildOptions& options) {
  PAC_CHECK(compilation.checked.has_value(), "only a checked package is built");
  const check::Checked& checked = *compilation.checked;
  Built out;
  auto protections = dependences(checked);
  if (!protections) return std::unexpected(protections.error());
  out.problems = std::move(*protections);
  auto tests = run_all_tests(checked, &out);
  if (!tests) return std::unexpected(tests.error());
  if (!out.problems.empty()) return out;

  auto zones = load_zones(checked.rules);
  if (!zones) return std::unexpected(zones.error());
  auto loaded = engine::LoadedRuleSet::load(checked.rules, *zones);
  if (!loaded) return std::unexpected(loaded.error());
  std::vector<Question> seeds;
  for (const auto& test : *tests) {
    if (test.params.empty()) seeds.push_back(test.question);
  }
  std::vector<Witness> shown;  // by the analysis
  if (options.analysis != nullptr) {
    for (const Question& one : options.analysis->witnesses) {
      seeds.push_back(one);
      shown.push_back({"", "the analysis", one, {}, ""});
    }
  }
  const WitnessSearch search = search_witnesses(*loaded, seeds, {});
  auto answers = answers_of(*loaded, shown, Engine::interp);
  if (!answers) return std::unexpected(answers.error());
  for (size_t i = 0; i < shown.size(); ++i) shown[i].answer = std::move((*answers)[i]);
  // Tests that set parameters speak of other rule sets than the one that was proved.
  std::vector<Witness> own;
  for (const Witness& test : *tests) {
    if (test.params.empty()) own.push_back(test);
  }
  codegen::Proofs proofs;
  if (options.analysis != nullptr) {
    proofs = proofs_of(checked.rules, options.analysis->certified.claims);
  }
  const auto object = compile_native(**loaded, kOptimization, proofs);
  if (!object) return std::unexpected(object.error());
  if (const auto used = use_native(**loaded, *object); !used) return std::unexpected(used.error());
  for (const std::vector<Witness>* witnesses :
       {&search.found, &std::as_const(shown), &std::as_const(own)}) {
    auto differences = compare_answers(*loaded, *witnesses, Engine::native);
    if (!differences) return std::unexpected(differences.error());
    for (const auto& one : *differences) out.problems.push_back("the engines disagree: " + one);
  }
  if (!out.problems.empty()) return out;

  bundle::Parts parts;
  parts.rules = &checked.rules;
  parts.side = &checked.side;
  for (uint32_t i = 0; i < compilation.sources.size(); ++i) {
    parts.sources.emplace_back(checked.side.files[i].path, compilation.sources.file(i).text());
  }
  parts.zones = std::move(*zones);
  const auto spared =
      options.with_native ? spared_by(checked.rules, proofs) : std::vector<SparedCheck>();
  parts.analysis = encode_verdict(options.analysis, spared);
  if (options.analysis != nullptr) parts.certificate = options.analysis->certified.text;
  parts.witnesses = encode_witnesses(checked.rules, *tests, search);
  parts.pac_version = options.pac_version;
  if (options.with_native) parts.natives.push_back({native_key(kOptimization), *object});
  parts.signers = options.signers;
  auto written = bundle::write_bundle(parts);
  if (!written) return std::unexpected(written.error());
  out.bytes = std::move(written->bytes);
  out.digest = std::move(written->digest);
  out.witness_count = search.found.size();
  out.analysis_count = shown.size();
  out.without = search.without;
  return out;
}

Result<void> write_file(const std::string& path, const std::string& bytes, unsigned mode) {
  struct stat old{};
  const bool is_there = stat(path.c_str(), &old) == 0;
  if (is_there && S_ISDIR(old.st_mode))
    return fail("PAC0107", "can't write " + path + ": it is a folder");
  if (is_there && !S_ISREG(old.st_mode)) return write_into(path, bytes);
  const InterruptsWait wait;
  const auto name = write_new(path, bytes, mode);
  if (!name) return std::unexpected(name.error());
  if (rename(name->c_str(), path.c_str()) == 0) return {};
  const int reason = errno;
  unlink(name->c_str());
  return fail("PAC0107", "can't write " + path + ": " + std::strerror(reason));
}

}  // namespace pac::driver
