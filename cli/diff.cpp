// pac diff: proves for which inputs two versions of a policy decide differently, and counts which
// recorded inputs do.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>

#include "cli/commands.h"
#include "cli/ledger_persons.h"
#include "cli/ledger_support.h"
#include "cli/recorded_impact.h"
#include "cli/support.h"
#include "cli/surroundings.h"
#include "cli/versions.h"
#include "compiler/driver/diff.h"
#include "compiler/driver/impact.h"

namespace pac::cli {

namespace {

void options(po::options_description& o) {
  o.add_options()("path", po::value<std::vector<std::string>>()->value_name("FILE"),
                  "OLD NEW: files, folders, bundles (.pacb) or REV:path of git; or REV path; or "
                  "REV REV path")(
      "decisions", po::value<std::string>()->value_name("FILE"),
      "JSON lines of recorded inputs (or objects with `input`, `context`, `features`), or the "
      "folder of a ledger: counts those that change")(
      "decision", po::value<std::string>()->default_value("")->value_name("NAME"),
      "of the recorded inputs; may be left out where there is one")(
      "first", po::value<unsigned>()->default_value(5)->value_name("N"),
      "recorded decisions shown of each class")(
      "threads", po::value<unsigned>()->default_value(2)->value_name("N"), "for recorded inputs");
  add_format(o, "pretty|json");
  add_package_path(o);
  add_trust(o);
  add_surroundings(o);
  add_epoch_key(o);
}

// The text of a file, mapped: recorded decisions may be many.
class MappedFile {
 public:
  explicit MappedFile(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat about{};
    if (file >= 0 && fstat(file, &about) == 0 && S_ISREG(about.st_mode)) {
      is_open_ = true;
      size_ = static_cast<size_t>(about.st_size);
      if (size_ > 0) data_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
      if (data_ == MAP_FAILED) is_open_ = false;
    }
    if (file >= 0) close(file);
  }
  ~MappedFile() {
    if (is_open_ && size_ > 0) munmap(data_, size_);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  bool is_open() const { return is_open_; }
  std::string_view text() const {
    return size_ == 0 ? std::string_view() : std::string_view(static_cast<char*>(data_), size_);
  }

 private:
  bool is_open_ = false;
  size_t size_ = 0;
  void* data_ = nullptr;
};

// Recorded inputs in the one package that both versions have.
int run_impact(const po::variables_map& values, const Policy& before, const Policy& after,
               driver::Impact* out, std::vector<ledger::EntryPlace>* places) {
  const auto& path = values["decisions"].as<std::string>();
  const auto new_id =
      choose_decision(after.rules(), values["decision"].as<std::string>(), Asks::author);
  if (new_id == ir::DecisionId::none) return kUsage;
  const std::string& name = after.rules().decision(new_id).name;
  const auto old_id = before.rules().find_decision(name);
  if (old_id == ir::DecisionId::none) {
    return failed(kUsage, "", "the old version has no decision `" + name + "`");
  }
  if (path.starts_with("postgres://") || path.starts_with("postgresql://")) {
    // The URL may carry a password: it isn't repeated.
    return failed(
        kUsage, "",
        "--decisions takes a file that pac run --record wrote, or the folder of a ledger; "
        "a store in PostgreSQL is not supported here");
  }
  std::optional<MappedFile> file;
  ledger::RecordedLines recorded;
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    const auto files = ledger::posix_file_system();
    if (const auto is_ledger = ledger::read_settings(*files, path); !is_ledger) {
      return failed_ledger(is_ledger.error());
    }
    const auto subjects = ledger::Subjects::open_to_read(*files, subject_paths(path, values));
    if (!subjects) return failed_ledger(subjects.error());
    auto lines =
        ledger::recorded_lines(*files, path, {.function = name, .subjects = subjects->get()});
    if (!lines) return failed_ledger(lines.error());
    if (const int closed = tell_closed(*lines, **subjects); closed != kFine) return closed;
    // How many decisions change is not known where some can't be read.
    if (lines->damaged > 0) return failed_gaps(lines->damaged, lines->first_damaged);
    recorded = std::move(*lines);
    *places = std::move(recorded.places);
  } else if (file.emplace(path); !file->is_open()) {
    return failed(kCouldNotRun, "PAC0101", "can't read " + path);
  }
  int exit = kFine;
  const auto around = read_surroundings(values, &exit);
  if (around == nullptr) return exit;
  if (!knows_features(*around, {&before.rules(), &after.rules()}, &exit)) return exit;
  const auto x = version_of(before, driver::Engine::native, &exit);
  const auto y = version_of(after, driver::Engine::native, &exit);
  if (!x || !y) return exit;
  driver::ImpactOptions options;
  options.first = values["first"].as<unsigned>();
  options.threads = values["threads"].as<unsigned>();
  options.context = around->context;
  options.features = around->source();
  const auto begin = std::chrono::steady_clock::now();
  *out = driver::impact(*x, old_id, *y, new_id,
                        file ? file->text() : std::string_view(recorded.text), options);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::fprintf(stderr, "%llu recorded decisions under both versions in %.3f s, native\n",
               static_cast<unsigned long long>(out->decided), seconds.count());
  return kFine;
}

int run(const po::variables_map& values) {
  const auto& format = values["format"].as<std::string>();
  if (format != "pretty" && format != "json") {
    return failed(kUsage, "", "there is no format `" + format + "`: pretty, json");
  }
  int exit = kFine;
  const auto paths =
      versions_of(values.contains("path") ? values["path"].as<std::vector<std::string>>()
                                          : std::vector<std::string>(),
                  &exit);
  if (!paths) return exit;
  VersionPackages sides[2];
  sides[0].text = paths->first;
  sides[1].text = paths->second;
  for (VersionPackages& side : sides) {
    const VersionPackages& other = &side == sides ? sides[1] : sides[0];
    if (!open_version(values, other.text, &side, &exit)) return exit;
  }
  bool is_equivalent = true;
  size_t compared = 0;
  json::Value packages = json::Value::array();
  const Policy* last[2] = {nullptr, nullptr};
  for (const Policy& before : sides[0].policies) {
    for (const Policy& after : sides[1].policies) {
      const bool is_only = sides[0].policies.size() == 1 && sides[1].policies.size() == 1;
      if (!is_only && before.rules().package != after.rules().package) continue;
      const auto x = version_of(before, driver::Engine::interp, &exit);
      const auto y = version_of(after, driver::Engine::interp, &exit);
      if (!x || !y) return exit;
      const driver::DiffReport report = driver::diff(*x, *y);
      is_equivalent = is_equivalent && report.is_equivalent();
      ++compared;
      last[0] = &before;
      last[1] = &after;
      if (format == "pretty") {
        std::fputs(driver::to_text(report).c_str(), stdout);
      } else {
        packages.push_back(driver::to_json(report));
      }
    }
  }
  const size_t most = std::max(sides[0].policies.size(), sides[1].policies.size());
  if (compared < most) {
    is_equivalent = false;
    if (format == "pretty") std::printf("%zu packages are in one version only\n", most - compared);
  }
  json::Value whole = json::Value::object();
  if (values.contains("decisions")) {
    if (compared != 1) {
      return failed(kUsage, "", "--decisions takes two versions of one package; name its files");
    }
    driver::Impact impact;
    std::vector<ledger::EntryPlace> places;
    exit = run_impact(values, *last[0], *last[1], &impact, &places);
    if (exit != kFine) return exit;
    const auto* const known_places = places.empty() ? nullptr : &places;
    if (impact.changed + impact.refused_before + impact.refused_after > 0) is_equivalent = false;
    if (format == "pretty") {
      print_impact(impact, known_places);
    } else {
      whole.add("recorded", to_json(impact, known_places));
    }
  }
  if (format == "json") {
    whole.add("equivalent", is_equivalent);
    whole.add("packages", std::move(packages));
    std::printf("%s\n", json::canonical(whole).c_str());
  }
  return is_equivalent ? kFine : kFindings;
}

}  // namespace

const Command kDiff{"diff",
                    "prove for which inputs two versions decide differently",
                    "pac diff OLD NEW | REV PATH | REV REV PATH [options]",
                    "pac diff examples/loan/loan.pac examples/loan",
                    options,
                    "path",
                    run};

}  // namespace pac::cli
