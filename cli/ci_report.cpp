#include "cli/ci_report.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "compiler/diag/junit.h"
#include "runtime/base/json.h"

namespace pac::cli {

using driver::Gate;

namespace {

const char* word(Gate::State state) {
  static constexpr const char* kWords[] = {"ok", "FAILED", "-"};
  return kWords[static_cast<size_t>(state)];
}

std::string padded(std::string text, size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string rendered(const Findings& findings, diag::Format format) {
  diag::Options options;
  options.tool_version = PAC_VERSION;
  return diag::render(format, findings.sources(), findings.all(), options);
}

junit::Case case_of(const Gate& gate, const std::string& package) {
  junit::Case out;
  out.name = gate.name;
  out.class_name = package + ".ci";
  out.output = gate.text;
  if (gate.state == Gate::State::failed) {
    out.outcome = junit::Outcome::failed;
    out.message = gate.text;
  } else if (gate.state == Gate::State::skipped) {
    out.outcome = junit::Outcome::skipped;
    out.message = gate.text;
  }
  return out;
}

junit::Case case_of(const driver::TestResult& result, const driver::Compilation& c,
                    const std::string& package) {
  junit::Case out;
  out.name = result.test->title;
  out.class_name = package + "." + c.checked->rules.decision(result.test->decision).name + "." +
                   (result.engine == driver::Engine::native ? "native" : "interp");
  if (result.passed()) return out;
  out.outcome = junit::Outcome::failed;
  out.message = result.problems[0];
  for (const std::string& problem : result.problems) out.details += problem + "\n";
  out.details += "got " + result.actual;
  return out;
}

}  // namespace

void CiReport::add(const std::vector<std::string>& files, driver::PackageGates gates) {
  Package package;
  package.name = driver::package_of(files[0]);
  package.folder = std::filesystem::path(files[0]).parent_path().lexically_normal().string();
  package.files = files;
  findings_.add(*gates.compilation);
  package.gates = std::move(gates);
  packages_.push_back(std::move(package));
}

void CiReport::add_rest(const driver::Compilation& rest) {
  findings_.add(rest);
  has_breaches_ = has_breaches_ || rest.emitter.has_errors();
}

bool CiReport::is_clean() const {
  return !has_breaches_ && std::ranges::all_of(packages_, [](const Package& package) {
    return package.gates.is_clean();
  });
}

void CiReport::print(diag::Format format) const {
  std::string text;
  switch (format) {
    case diag::Format::pretty:
      findings_.print(format);
      text = summary();
      break;
    case diag::Format::json:
      text = json();
      break;
    case diag::Format::sarif:
      text = sarif();
      break;
    case diag::Format::junit:
      text = junit();
      break;
    case diag::Format::github:
      text = rendered(findings_, format) + summary();
      break;
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
}

std::string CiReport::summary() const {
  std::string out;
  size_t dirty = 0;
  for (const Package& package : packages_) {
    dirty += package.gates.is_clean() ? 0 : 1;
    out += package.name.empty() ? package.files[0] : package.name;
    if (!package.folder.empty()) out += " in " + package.folder;
    out += "\n";
    for (const Gate& gate : package.gates.gates) {
      out += "  " + padded(gate.name, 10) + padded(word(gate.state), 8) + gate.text + "\n";
    }
  }
  if (has_breaches_) out += "packages of the base are gone\n";
  if (is_clean()) return out + "clean: " + counted(packages_.size(), "package") + "\n";
  return out + "not clean: " + std::to_string(dirty) + " of " +
         counted(packages_.size(), "package") + "\n";
}

std::string CiReport::json() const {
  json::Value packages = json::Value::array();
  for (const Package& package : packages_) {
    json::Value gates = json::Value::object();
    for (const Gate& gate : package.gates.gates) {
      static constexpr const char* kStates[] = {"passed", "failed", "skipped"};
      json::Value one = json::Value::object();
      one.set("state", kStates[static_cast<size_t>(gate.state)]);
      one.set("text", gate.text);
      one.set("facts", gate.facts);
      gates.set(gate.name, std::move(one));
    }
    json::Value files = json::Value::array();
    for (const std::string& file : package.files) files.push_back(file);
    json::Value one = json::Value::object();
    one.set("package", package.name);
    one.set("clean", package.gates.is_clean());
    one.set("files", std::move(files));
    one.set("gates", std::move(gates));
    packages.push_back(std::move(one));
  }
  json::Value messages = json::Value::array();
  const std::string lines = rendered(findings_, diag::Format::json);
  for (size_t at = 0; at < lines.size();) {
    const size_t end = std::min(lines.find('\n', at), lines.size());
    if (auto message = json::parse(lines.substr(at, end - at))) {
      messages.push_back(std::move(*message));
    }
    at = end + 1;
  }
  json::Value whole = json::Value::object();
  whole.set("clean", is_clean());
  whole.set("packages", std::move(packages));
  whole.set("messages", std::move(messages));
  return json::canonical(whole) + "\n";
}

std::string CiReport::junit() const {
  std::vector<junit::Suite> suites;
  for (const Package& package : packages_) {
    const std::string name = package.name.empty() ? package.files[0] : package.name;
    junit::Suite suite;
    suite.name = name;
    for (const Gate& gate : package.gates.gates) suite.cases.push_back(case_of(gate, name));
    for (const driver::TestResult& result : package.gates.tests) {
      suite.cases.push_back(case_of(result, *package.gates.compilation, name));
    }
    suites.push_back(std::move(suite));
  }
  return junit::write("pac ci", suites);
}

std::string CiReport::sarif() const { return rendered(findings_, diag::Format::sarif); }

}  // namespace pac::cli
