// pac explain: why a decision came out as it did, and for any rule why not.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "cli/commands.h"
#include "cli/support.h"
#include "cli/surroundings.h"
#include "compiler/driver/explain.h"
#include "runtime/engine/csv_binder.h"
#include "runtime/engine/session.h"

namespace pac::cli {

namespace {

void options(po::options_description& o) {
  o.add_options()("path", po::value<std::string>(), "file with the policy")(
      "decision", po::value<std::string>()->default_value(""),
      "may be left out where there is one")("input,i", po::value<std::string>()->default_value("-"),
                                            "DATA.json, DATA.jsonl, DATA.csv, or -")(
      "line", po::value<uint32_t>()->default_value(1),
      "which input, from 1 (a header does not count)")(
      "rule", po::value<std::string>()->default_value(""), "why, or why not, this rule")(
      "language", po::value<std::string>()->default_value("en"), "of the policy's own texts");
  add_surroundings(o);
}

// Binds input number `wanted` of a file. False, with a message, where there is none or it is
// refused.
bool bind(engine::Session& session, ir::DecisionId decision, const std::string& path,
          uint32_t wanted) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) {
      failed(kCouldNotRun, "PAC0101", "can't read " + path);
      return false;
    }
  }
  std::istream& in = path == "-" ? std::cin : file;
  if (path.ends_with(".csv")) {
    engine::CsvBinder rows(session, decision, [&in](char* buffer, size_t capacity) {
      in.read(buffer, static_cast<std::streamsize>(capacity));
      return static_cast<size_t>(in.gcount());
    });
    if (!rows.read_header()) return false;
    for (uint32_t number = 1;; ++number) {
      const auto row = rows.next();
      if (row == engine::CsvBinder::Row::end) break;
      if (number == wanted) return row == engine::CsvBinder::Row::bound;
    }
    failed(kUsage, "", path + " has no input " + std::to_string(wanted));
    return false;
  }
  std::stringstream text;
  text << in.rdbuf();
  const std::string whole = text.str();
  if (wanted == 1 && whole.find("}\n{") == std::string::npos)
    return session.bind_json(decision, whole);
  std::string line;
  for (uint32_t number = 0; std::getline(text, line);) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (++number == wanted) return session.bind_json(decision, line);
  }
  failed(kUsage, "", path + " has no input " + std::to_string(wanted));
  return false;
}

int run(const po::variables_map& values) {
  const std::string path = required(values, "path", "which file: pac explain FILE --input DATA");
  if (path.empty()) return kUsage;
  int exit = kFine;
  auto c = compile_or_report(path, diag::Format::pretty, &exit);
  if (c == nullptr) return exit;
  const auto decision = choose_decision(c->checked->rules, values["decision"].as<std::string>());
  if (decision == ir::DecisionId::none) return kUsage;
  auto loaded = driver::load(c->checked->rules, {driver::Engine::interp, 2});
  if (!loaded) return failed(kBug, loaded.error().code, loaded.error().message);
  auto around = read_surroundings(values, &exit);
  if (around == nullptr) return exit;
  engine::Session session(*loaded, {});
  const bool bound =
      bind(session, decision, values["input"].as<std::string>(), values["line"].as<uint32_t>());
  if (!bound && session.refusals().empty()) return kUsage;
  if (!bound || !session.prepare(around->context, around->source())) {
    const engine::Refusal& refusal = session.refusals()[0];
    return failed(kFindings, std::string(engine::code_text(refusal.code)),
                  "refused: " + std::string(refusal.path.view()) + ": " +
                      std::string(refusal.message.view()));
  }
  auto text =
      driver::explain(*c->checked, c->sources, session,
                      {values["rule"].as<std::string>(), values["language"].as<std::string>()});
  if (!text) return failed(kUsage, text.error().code, text.error().message);
  std::printf("%s", text->c_str());
  return kFine;
}

}  // namespace

const Command kExplain{
    "explain",
    "why a decision came out as it did, and why not otherwise",
    "pac explain FILE --input DATA [--line N] [--rule NAME] [options]",
    "pac explain examples/loan/loan.pac --input examples/loan/applications.jsonl --line 2",
    options,
    "path",
    run};

}  // namespace pac::cli
