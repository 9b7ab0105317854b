#include "cli/support.h"

#include <unistd.h>

#include <cstdio>

namespace pac::cli {

std::string counted(size_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

void add_format(po::options_description& options, const char* formats) {
  options.add_options()("format", po::value<std::string>()->default_value("pretty"), formats);
}

std::optional<diag::Format> format_of(const po::variables_map& values) {
  const auto& name = values["format"].as<std::string>();
  auto format = diag::format_named(name);
  if (!format)
    failed(kUsage, "", "there is no format `" + name + "`: pretty, json, sarif, junit, github");
  return format;
}

void print_diagnostics(const driver::Compilation& compilation, diag::Format format) {
  diag::Options options;
  options.tool_version = PAC_VERSION;
  const bool pretty = format == diag::Format::pretty;
  options.colour = pretty && isatty(STDERR_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  const std::string text =
      diag::render(format, compilation.sources, compilation.emitter.all(), options);
  std::fwrite(text.data(), 1, text.size(), pretty ? stderr : stdout);
}

std::unique_ptr<driver::Compilation> compile_or_report(const std::string& path, diag::Format format,
                                                       int* exit) {
  auto compiled = driver::compile(path);
  if (!compiled) {
    *exit = failed(compiled.error().code.starts_with("PAC01") ? kCouldNotRun : kBug,
                   compiled.error().code, compiled.error().message);
    return nullptr;
  }
  print_diagnostics(**compiled, format);
  if (!(*compiled)->checked) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), diag::summary((*compiled)->emitter).c_str());
    *exit = kFindings;
    return nullptr;
  }
  return std::move(*compiled);
}

ir::DecisionId choose_decision(const ir::RuleSet& rules, const std::string& name) {
  std::string all;
  uint32_t only = ir::kNone, count = 0;
  for (uint32_t i = 0; i < rules.decisions.size(); ++i) {
    const auto& d = rules.decisions[i];
    if (d.name == name || rules.package + "." + d.name == name)
      return static_cast<ir::DecisionId>(i);
    if (d.is_private) continue;
    all += (all.empty() ? "" : ", ") + d.name;
    only = i;
    ++count;
  }
  if (name.empty() && count == 1) return static_cast<ir::DecisionId>(only);
  if (name.empty()) {
    failed(kUsage, "", "say which decision: --decision NAME (" + all + ")");
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

void add_trust(po::options_description& options) {
  options.add_options()("trust", po::value<std::string>(),
                        "of a bundle: file with the keys whose signatures count; else PAC_TRUST");
}

std::unique_ptr<engine::Bundle> bundle_or_report(const std::string& path,
                                                 const po::variables_map& values, int* exit) {
  engine::TrustStore trust;
  const char* variable = std::getenv("PAC_TRUST");
  std::string file = variable == nullptr ? "" : variable;
  if (values.contains("trust")) file = values["trust"].as<std::string>();
  if (!file.empty()) {
    auto read = engine::TrustStore::read(file);
    if (!read) {
      *exit = failed(kCouldNotRun, read.error().code, read.error().message);
      return nullptr;
    }
    trust = std::move(*read);
  }
  auto bundle = engine::Bundle::load_file(path, trust);
  if (!bundle) {
    // A bundle that is not what it says it is counts as tampered with.
    *exit = failed(bundle.error().code == "PAC0101" ? kCouldNotRun : kFindings, bundle.error().code,
                   bundle.error().message);
    return nullptr;
  }
  return std::move(*bundle);
}

std::optional<Policy> policy_or_report(const std::string& path, const po::variables_map& values,
                                       int* exit) {
  Policy out;
  if (is_bundle(path)) {
    out.bundle = bundle_or_report(path, values, exit);
    if (out.bundle == nullptr) return std::nullopt;
  } else {
    out.compilation = compile_or_report(path, diag::Format::pretty, exit);
    if (out.compilation == nullptr) return std::nullopt;
  }
  return out;
}

std::optional<driver::Engine> engine_of(const po::variables_map& values) {
  const auto& name = values["engine"].as<std::string>();
  if (name == "native") return driver::Engine::native;
  if (name == "interp") return driver::Engine::interp;
  failed(kUsage, "", "there is no engine `" + name + "`: native, interp");
  return std::nullopt;
}

std::string required(const po::variables_map& values, const char* name, const char* what) {
  if (values.contains(name)) return values[name].as<std::string>();
  failed(kUsage, "", std::string("say ") + what);
  return {};
}

}  // namespace pac::cli
