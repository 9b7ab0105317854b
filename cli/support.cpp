#include "cli/support.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace pac::cli {

std::string counted(size_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string text_option(const po::variables_map& values, const char* name) {
  if (!values.contains(name)) return {};
  const boost::any& said = values[name].value();
  if (const auto* one = boost::any_cast<std::string>(&said)) return *one;
  return boost::any_cast<const std::vector<std::string>&>(said).front();
}

void add_format(po::options_description& options, const char* formats) {
  options.add_options()("format",
                        po::value<std::string>()->default_value("pretty")->value_name(formats),
                        "how messages are written");
}

std::optional<diag::Format> format_of(const po::variables_map& values) {
  const auto& name = values["format"].as<std::string>();
  auto format = diag::format_named(name);
  if (!format)
    failed(kUsage, "", "there is no format `" + name + "`: pretty, json, sarif, junit, github");
  return format;
}

namespace {

// By no-color.org: set, and not empty.
bool no_color() {
  const char* value = std::getenv("NO_COLOR");
  return value != nullptr && *value != '\0';
}

}  // namespace

void print_diagnostics(const driver::Compilation& compilation, diag::Format format) {
  print_diagnostics(compilation.sources, compilation.emitter.all(), format);
}

void print_diagnostics(const SourceSet& sources, std::span<const diag::Diagnostic> all,
                       diag::Format format) {
  diag::Options options;
  options.tool_version = PAC_VERSION;
  const bool pretty = format == diag::Format::pretty;
  options.colour = pretty && isatty(STDERR_FILENO) != 0 && !no_color();
  const std::string text = diag::render(format, sources, all, options);
  std::fwrite(text.data(), 1, text.size(), pretty ? stderr : stdout);
}

int exit_of(const Error& error) {
  if (error.code == "PAC0106") return kUsage;
  // A bundle that is not what it says it is counts as tampered with.
  if (error.code.starts_with("PAC422")) return kFindings;
  return error.code.starts_with("PAC01") ? kCouldNotRun : kBug;
}

int failed(const Error& error) { return failed(exit_of(error), error.code, error.message); }

int source_is_unsigned(const std::string& path) {
  return failed(kFindings, "PAC4226",
                path + " is a source, and only a bundle can be signed: `pac build` writes one");
}

namespace {

std::unique_ptr<driver::Compilation> reported(const std::string& name,
                                              Result<std::unique_ptr<driver::Compilation>> compiled,
                                              Warnings warnings, int* exit) {
  if (!compiled) {
    *exit = failed(compiled.error());
    return nullptr;
  }
  const driver::Compilation& c = **compiled;
  if (!c.checked || warnings == Warnings::shown) print_diagnostics(c, diag::Format::pretty);
  if (!c.checked) {
    std::fprintf(stderr, "%s: %s\n", name.c_str(), diag::summary(c.emitter).c_str());
    *exit = kFindings;
    return nullptr;
  }
  if (warnings == Warnings::counted && c.emitter.warning_count() > 0) {
    std::fprintf(stderr, "%s: %s; `pac check %s` shows %s\n", name.c_str(),
                 counted(c.emitter.warning_count(), "warning").c_str(), name.c_str(),
                 c.emitter.warning_count() == 1 ? "it" : "them");
  }
  return std::move(*compiled);
}

}  // namespace

void add_package_path(po::options_description& options) {
  options.add_options()("package-path", po::value<std::vector<std::string>>()->value_name("FOLDER"),
                        "a folder where packages lie that a policy uses, beside its own project; "
                        "may be repeated");
}

Result<driver::CompileOptions> compile_options(const po::variables_map& values) {
  driver::CompileOptions out;
  if (!values.contains("package-path")) return out;
  out.package_path = values["package-path"].as<std::vector<std::string>>();
  std::error_code error;
  for (const auto& folder : out.package_path) {
    if (std::filesystem::is_directory(folder, error)) continue;
    const bool exists = std::filesystem::exists(folder, error);
    return fail("PAC0101", "can't read " + folder + " of --package-path: " +
                               (exists ? "it is no folder" : "there is no such folder"));
  }
  return out;
}

namespace {

// `what`: the files of a package, or one of them.
template <typename What>
Result<std::unique_ptr<driver::Compilation>> compiled(const What& what,
                                                      const po::variables_map& values) {
  const auto options = compile_options(values);
  if (!options) return std::unexpected(options.error());
  return driver::compile(what, *options);
}

}  // namespace

std::unique_ptr<driver::Compilation> compile_or_report(const std::string& path,
                                                       const po::variables_map& values,
                                                       Warnings warnings, int* exit) {
  return reported(path, compiled(path, values), warnings, exit);
}

std::unique_ptr<driver::Compilation> compile_or_report(const std::vector<std::string>& package,
                                                       const po::variables_map& values,
                                                       Warnings warnings, int* exit) {
  return reported(package[0], compiled(package, values), warnings, exit);
}

ir::DecisionId choose_decision(const ir::RuleSet& rules, const std::string& name, Asks asks) {
  std::string all;
  uint32_t only = ir::kNone, count = 0;
  bool is_private = false;
  for (uint32_t i = 0; i < rules.decisions.size(); ++i) {
    const auto& d = rules.decisions[i];
    const bool is_named = d.name == name || rules.package + "." + d.name == name;
    if (is_named && (!d.is_private || asks == Asks::author)) return static_cast<ir::DecisionId>(i);
    is_private = is_private || is_named;
    if (d.is_private) continue;
    all += (all.empty() ? "" : ", ") + d.name;
    only = i;
    ++count;
  }
  if (name.empty() && count == 1) return static_cast<ir::DecisionId>(only);
  if (name.empty()) {
    failed(kUsage, "", "say which decision: --decision NAME (" + all + ")");
  } else if (is_private) {
    failed(kUsage, "",
           "`" + name +
               "` is private: only decisions of its own package call it; pac explain and " +
               "tests may look into it" + (all.empty() ? "" : "; for callers: " + all));
  } else {
    failed(kUsage, "", "there is no decision `" + name + "`: " + all);
  }
  return ir::DecisionId::none;
}

const ir::RuleSet& Policy::rules() const {
  return bundle != nullptr ? bundle->rules()->rule_set() : compilation->checked->rules;
}

Result<std::shared_ptr<engine::LoadedRuleSet>> Policy::load(driver::Engine engine) const {
  if (bundle != nullptr) return driver::load(*bundle, {engine, 2});
  return driver::load(compilation->checked->rules, {engine, 2});
}

bool is_bundle(const std::string& path) { return path.ends_with(".pacb"); }

Result<std::string> read_file(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return fail("PAC0101", "can't read " + path + ": it is a folder");
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail("PAC0101", "can't read " + path + ": " + std::strerror(errno));
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

void add_trust(po::options_description& options) {
  options.add_options()("trust", po::value<std::string>()->value_name("FILE"),
                        "of a bundle: the keys whose signatures count (`pac key trust`)")(
      "require-signature", "refuse a bundle that no trusted key signed, and policies from sources");
}

std::unique_ptr<engine::Bundle> bundle_or_report(const std::string& path,
                                                 const po::variables_map& values, int* exit) {
  engine::TrustStore trust;
  if (values.contains("trust")) {
    auto read = engine::TrustStore::read(values["trust"].as<std::string>());
    if (!read) {
      *exit = failed(kCouldNotRun, read.error().code, read.error().message);
      return nullptr;
    }
    trust = std::move(*read);
  }
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    *exit = failed(kCouldNotRun, "PAC0101", "can't read " + path + ": it is a folder");
    return nullptr;
  }
  engine::BundleOptions options;
  options.requires_signature = values.contains("require-signature");
  auto bundle = engine::Bundle::load_file(path, trust, options);
  if (!bundle) {
    *exit = failed(bundle.error().code == "PAC0101" ? kCouldNotRun : kFindings, bundle.error().code,
                   bundle.error().message);
    return nullptr;
  }
  return std::move(*bundle);
}

std::optional<Policy> policy_or_report(const std::string& path, const po::variables_map& values,
                                       Warnings warnings, int* exit) {
  Policy out;
  if (is_bundle(path)) {
    out.bundle = bundle_or_report(path, values, exit);
    if (out.bundle == nullptr) return std::nullopt;
    return out;
  }
  if (values.contains("require-signature")) {
    *exit = source_is_unsigned(path);
    return std::nullopt;
  }
  out.compilation = compile_or_report(path, values, warnings, exit);
  if (out.compilation == nullptr) return std::nullopt;
  return out;
}

std::optional<driver::Engine> engine_of(const po::variables_map& values) {
  const auto& name = values["engine"].as<std::string>();
  if (name == "native") return driver::Engine::native;
  if (name == "interp") return driver::Engine::interp;
  failed(kUsage, "", "there is no engine `" + name + "`: native, interp");
  return std::nullopt;
}

std::vector<std::string> paths_of(const po::variables_map& values) {
  if (!values.contains("path")) return {"."};
  return values["path"].as<std::vector<std::string>>();
}

std::string required(const po::variables_map& values, const char* name, const char* what) {
  if (values.contains(name)) return values[name].as<std::string>();
  failed(kUsage, "", std::string("say ") + what);
  return {};
}

}  // namespace pac::cli
