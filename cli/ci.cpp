// pac ci: everything that a change of policies has to pass, in one go: layout, analysis, tests,
// coverage, mutation, and the difference from a base version.
#include <atomic>
#include <cstdio>
#include <thread>

#include "cli/ci_report.h"
#include "cli/commands.h"
#include "cli/contract.h"
#include "cli/support.h"
#include "cli/thresholds.h"
#include "cli/walk.h"
#include "compiler/driver/build.h"
#include "compiler/driver/bundle_sources.h"

namespace pac::cli {

namespace {

// What is asked for where pac.toml says nothing.
constexpr double kLeastBranch = 100, kLeastMutation = 90;
constexpr unsigned kMostJobs = 256;

void options(po::options_description& o) {
  o.add_options()("path", po::value<std::vector<std::string>>()->value_name("FILE"),
                  "files, or folders with all that is below them; the current folder unless said")(
      "base", po::value<std::string>()->value_name("OLD"),
      "a revision of git, REV:path, file, folder or bundle to compare with")(
      "contract", "callers of the base must be able to go on")(
      "deny", po::value<std::vector<std::string>>()->value_name("warnings|changes"),
      "exit 1 on warnings too, or where a decision answers otherwise than in the base")(
      "no-mutation", "leave out the mistakes that tests should notice")(
      "jobs,j", po::value<unsigned>()->default_value(1)->value_name("N"),
      "packages at once; the output is the same for any number")(
      "junit", po::value<std::string>()->value_name("FILE"), "also write the results as JUnit")(
      "sarif", po::value<std::string>()->value_name("FILE"), "also write the messages as SARIF");
  add_format(o, "pretty|json|sarif|junit|github");
  add_trust(o);
}

struct Job {
  std::vector<std::string> files;
  driver::GateOptions options;
  driver::GateBase base;
  std::unique_ptr<driver::Compilation> base_sources;  // of a bundle
};

// Nothing, with a message and the exit code, where `pac.toml` can't be used.
std::optional<driver::GateThresholds> thresholds_of(const std::string& path, int* exit) {
  const auto found = find_thresholds(path);
  if (!found) {
    *exit = failed(kUsage, found.error().code, found.error().message);
    return std::nullopt;
  }
  return driver::GateThresholds{found->branch.value_or(kLeastBranch), found->mcdc,
                                found->mutation.value_or(kLeastMutation)};
}

bool find_base(const Policy& policy, const std::string& name, Job* job, int* exit) {
  auto loaded = policy.load(driver::Engine::interp);
  if (!loaded) {
    *exit = failed(loaded.error());
    return false;
  }
  const bool is_bundle = policy.bundle != nullptr;
  const ir::Side& side = is_bundle ? policy.bundle->side() : policy.compilation->checked->side;
  if (is_bundle) job->base_sources = driver::compile_sources_of(*policy.bundle);
  job->base = {name,
               {&policy.rules(), &side, std::move(*loaded)},
               {&policy.rules(), is_bundle ? job->base_sources.get() : policy.compilation.get()}};
  job->options.base = &job->base;
  return true;
}

// The packages under all paths with what is asked of each.
class Plan {
 public:
  explicit Plan(const po::variables_map& values) : values_(values) {}

  // False with the exit code where something can't be read or used.
  bool make(int* exit) {
    driver::GateOptions options;
    if (!read_options(&options, exit)) return false;
    const std::string base =
        values_.contains("base") ? values_["base"].as<std::string>() : std::string();
    for (const std::string& path : paths_of(values_)) {
      if (!add(path, base, options, exit)) return false;
    }
    return true;
  }

  std::vector<std::unique_ptr<Job>>& jobs() { return jobs_; }
  // About packages that the base has and this version has not.
  std::vector<std::unique_ptr<driver::Compilation>> rests() const {
    std::vector<std::unique_ptr<driver::Compilation>> out;
    if (!values_.contains("contract")) return out;
    for (const auto& base : bases_) out.push_back(base->rest());
    return out;
  }

 private:
  bool read_options(driver::GateOptions* options, int* exit) {
    if (values_.contains("deny")) {
      for (const std::string& what : values_["deny"].as<std::vector<std::string>>()) {
        if (what != "warnings" && what != "changes") {
          *exit = failed(kUsage, "", "--deny takes `warnings` or `changes`");
          return false;
        }
        (what == "warnings" ? options->denies_warnings : options->denies_changes) = true;
      }
    }
    options->is_base_asked = values_.contains("base");
    options->keeps_contract = values_.contains("contract");
    options->has_mutation = !values_.contains("no-mutation");
    if (!options->is_base_asked && (options->keeps_contract || options->denies_changes)) {
      *exit = failed(kUsage, "", "say with which version to compare: --base REV");
      return false;
    }
    return true;
  }

  bool add(const std::string& path, const std::string& base, const driver::GateOptions& options,
           int* exit) {
    auto packages = packages_under(path);
    if (!packages) {
      *exit = failed(packages.error());
      return false;
    }
    OldContract* old = nullptr;
    if (!base.empty()) {
      bases_.push_back(std::make_unique<OldContract>());
      old = bases_.back().get();
      if (!old->open(values_, base, path, exit)) return false;
    }
    for (auto& files : *packages) {
      leave_out(path, base, &files);
      auto job = std::make_unique<Job>();
      const auto least = thresholds_of(files[0], exit);
      if (!least) return false;
      job->options = options;
      job->options.least = *least;
      const Policy* policy =
          old == nullptr ? nullptr : old->find(driver::package_of(files[0]), packages->size() == 1);
      job->files = std::move(files);
      if (policy != nullptr && !find_base(*policy, base, job.get(), exit)) return false;
      jobs_.push_back(std::move(job));
    }
    return true;
  }

  const po::variables_map& values_;
  std::vector<std::unique_ptr<OldContract>> bases_;
  std::vector<std::unique_ptr<Job>> jobs_;
};

// Each package by one thread; results stand in the order of the packages.
std::vector<std::optional<Result<driver::PackageGates>>> run_all(
    const std::vector<std::unique_ptr<Job>>& jobs, unsigned threads) {
  std::vector<std::optional<Result<driver::PackageGates>>> out(jobs.size());
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < jobs.size(); i = next++) {
      out[i] = driver::run_gates(jobs[i]->files, jobs[i]->options);
    }
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads && i < jobs.size(); ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  return out;
}

int write_file(const po::variables_map& values, const char* option, const std::string& text) {
  if (!values.contains(option)) return kFine;
  const auto written = driver::write_file(values[option].as<std::string>(), text);
  return written ? kFine : failed(written.error());
}

int run(const po::variables_map& values) {
  const auto format = format_of(values);
  if (!format) return kUsage;
  const unsigned threads = values["jobs"].as<unsigned>();
  if (threads == 0 || threads > kMostJobs) {
    return failed(kUsage, "", "--jobs takes 1 to " + std::to_string(kMostJobs));
  }
  int exit = kFine;
  Plan plan(values);
  if (!plan.make(&exit)) return exit;
  CiReport report;
  auto results = run_all(plan.jobs(), threads);
  for (size_t i = 0; i < results.size(); ++i) {
    if (!*results[i]) return failed(results[i]->error());
    report.add(plan.jobs()[i]->files, std::move(**results[i]));
  }
  for (const auto& rest : plan.rests()) report.add_rest(*rest);
  report.print(*format);
  for (const auto& [option, text] :
       {std::pair{"junit", report.junit()}, {"sarif", report.sarif()}}) {
    if (const int written = write_file(values, option, text); written != kFine) return written;
  }
  return report.is_clean() ? kFine : kFindings;
}

}  // namespace

const Command kCi{"ci",
                  "everything a change has to pass: layout, check, test, coverage, mutation, diff",
                  "pac ci [FILE|FOLDER…] [--base REV] [options]",
                  "pac ci examples/loan",
                  options,
                  "path",
                  run};

}  // namespace pac::cli
