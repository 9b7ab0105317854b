// pac diff: proves for which inputs two versions of a policy decide differently, and counts which
// recorded inputs do.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "cli/commands.h"
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
      "JSON lines of recorded inputs (or objects with `input`, `context`, `features`): counts "
      "those that change")("decision",
                           po::value<std::string>()->default_value("")->value_name("NAME"),
                           "of the recorded inputs; may be left out where there is one")(
      "first", po::value<unsigned>()->default_value(5)->value_name("N"),
      "recorded decisions shown of each class")(
      "threads", po::value<unsigned>()->default_value(2)->value_name("N"), "for recorded inputs");
  add_format(o, "pretty|json");
  add_package_path(o);
  add_trust(o);
  add_surroundings(o);
}

std::optional<driver::DiffVersion> version_of(const Policy& policy, driver::Engine engine,
                                              int* exit) {
  auto loaded = policy.load(engine);
  if (!loaded) {
    *exit = failed(kBug, loaded.error().code, loaded.error().message);
    return std::nullopt;
  }
  const ir::Side& side =
      policy.bundle != nullptr ? policy.bundle->side() : policy.compilation->checked->side;
  return driver::DiffVersion{&policy.rules(), &side, std::move(*loaded)};
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

void print_impact(const driver::Impact& impact) {
  std::printf("recorded decisions: %llu of %llu change\n",
              static_cast<unsigned long long>(impact.changed),
              static_cast<unsigned long long>(impact.decided));
  const auto refused = [](uint64_t count, const char* by) {
    if (count > 0) std::printf("  %llu %s\n", static_cast<unsigned long long>(count), by);
  };
  refused(impact.refused_before, "that only the new version accepts");
  refused(impact.refused_after, "that only the old version accepts");
  refused(impact.refused_by_both, "that neither version accepts");
  for (const auto& one : impact.classes) {
    std::printf("\n  %llu: `%s` -> `%s`\n", static_cast<unsigned long long>(one.count),
                one.before.c_str(), one.after.c_str());
    for (const auto& line : one.lines) {
      std::printf("     line %llu\n       old: %s\n       new: %s\n",
                  static_cast<unsigned long long>(line.number), line.before_answer.c_str(),
                  line.after_answer.c_str());
    }
  }
}

json::Value to_json(const driver::Impact& impact) {
  const auto number = [](uint64_t value) { return json::Value(static_cast<int64_t>(value)); };
  json::Value out = json::Value::object();
  out.add("decided", number(impact.decided));
  out.add("changed", number(impact.changed));
  out.add("refused_by_old", number(impact.refused_before));
  out.add("refused_by_new", number(impact.refused_after));
  out.add("refused_by_both", number(impact.refused_by_both));
  json::Value classes = json::Value::array();
  for (const auto& one : impact.classes) {
    json::Value shown = json::Value::object();
    shown.add("old", one.before);
    shown.add("new", one.after);
    shown.add("count", number(one.count));
    json::Value lines = json::Value::array();
    for (const auto& line : one.lines) {
      json::Value entry = json::Value::object();
      entry.add("line", number(line.number));
      for (const auto& [key, text] :
           {std::pair{"old", &line.before_answer}, {"new", &line.after_answer}}) {
        if (auto value = json::parse(*text)) entry.add(key, std::move(*value));
      }
      lines.push_back(std::move(entry));
    }
    shown.add("lines", std::move(lines));
    classes.push_back(std::move(shown));
  }
  out.add("classes", std::move(classes));
  return out;
}

// Recorded inputs in the one package that both versions have.
int run_impact(const po::variables_map& values, const Policy& before, const Policy& after,
               driver::Impact* out) {
  const auto& path = values["decisions"].as<std::string>();
  const MappedFile file(path);
  if (!file.is_open()) return failed(kCouldNotRun, "PAC0101", "can't read " + path);
  const auto new_id = choose_decision(after.rules(), values["decision"].as<std::string>());
  if (new_id == ir::DecisionId::none) return kUsage;
  const std::string& name = after.rules().decision(new_id).name;
  const auto old_id = before.rules().find_decision(name);
  if (old_id == ir::DecisionId::none) {
    return failed(kUsage, "", "the old version has no decision `" + name + "`");
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
  *out = driver::impact(*x, old_id, *y, new_id, file.text(), options);
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
    if (exit = run_impact(values, *last[0], *last[1], &impact); exit != kFine) return exit;
    if (impact.changed + impact.refused_before + impact.refused_after > 0) is_equivalent = false;
    if (format == "pretty") {
      print_impact(impact);
    } else {
      whole.add("recorded", to_json(impact));
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
