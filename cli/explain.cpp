// pac explain: why a decision came out as it did, and for any rule why not.
#include <cstdio>

#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/support.h"
#include "cli/surroundings.h"
#include "compiler/driver/explain.h"

namespace pac::cli {

namespace {

void options(po::options_description& o) {
  o.add_options()("path", po::value<std::string>()->value_name("FILE"),
                  "the policy (.pac), its folder, or a bundle (.pacb)")(
      "decision", po::value<std::string>()->default_value("")->value_name("NAME"),
      "may be left out where there is one")(
      "input,i", po::value<std::string>()->default_value("-")->value_name("FILE"),
      "DATA.jsonl, DATA.json, DATA.csv, or - for JSON from standard input")(
      "line", po::value<int64_t>()->default_value(1)->value_name("N"),
      "which input, from 1 (a header does not count)")(
      "rule", po::value<std::string>()->default_value("")->value_name("NAME"),
      "why, or why not, this rule")(
      "lang", po::value<std::string>()->default_value("en")->value_name("LANG"),
      "of the policy's own texts: en, fi, sv-FI, …")(
      "disclose", "show the values of fields that are marked @pii, too");
  add_package_path(o);
  add_trust(o);
  add_surroundings(o);
}

// Binds input number `wanted`. `found` says whether there is one.
bool bind(Inputs& inputs, engine::Session& session, ir::DecisionId decision, int64_t wanted,
          bool* found) {
  int64_t number = 0;
  bool bound = false;
  inputs.bind_each(session, decision, [&](bool good) {
    if (++number != wanted) return true;
    *found = true;
    bound = good;
    return false;
  });
  return bound;
}

int run(const po::variables_map& values) {
  const std::string path = required(values, "path", "which file: pac explain FILE --input DATA");
  if (path.empty()) return kUsage;
  int exit = kFine;
  const auto policy = policy_or_report(path, values, Warnings::counted, &exit);
  if (!policy) return exit;
  const auto decision =
      choose_decision(policy->rules(), values["decision"].as<std::string>(), Asks::author);
  if (decision == ir::DecisionId::none) return kUsage;
  const auto around = read_surroundings(values, &exit);
  if (around == nullptr) return exit;
  if (!knows_features(*around, {&policy->rules()}, &exit)) return exit;
  const auto& input = values["input"].as<std::string>();
  const auto inputs = Inputs::open(input, &exit);
  if (inputs == nullptr) return exit;
  const auto loaded = policy->load(driver::Engine::interp);
  if (!loaded) return failed(loaded.error());
  engine::Session session(*loaded, {});
  bool found = false;
  const int64_t wanted = values["line"].as<int64_t>();
  if (wanted < 1) return failed(kUsage, "", "--line counts inputs from 1");
  const bool bound = bind(*inputs, session, decision, wanted, &found);
  if (!found) {
    return failed(
        kUsage, "",
        (input == "-" ? "standard input" : input) + " has no input " + std::to_string(wanted));
  }
  if (!bound || !session.prepare(around->context, around->source())) {
    const engine::Refusal& refusal = session.refusals()[0];
    const ir::Side& side =
        policy->bundle != nullptr ? policy->bundle->side() : policy->compilation->checked->side;
    return failed(kFindings, std::string(engine::code_text(refusal.code)),
                  "refused: " + driver::explain_refusal(policy->rules(), side, decision, refusal,
                                                        values.contains("disclose")));
  }
  driver::ExplainRequest request;
  request.rule = values["rule"].as<std::string>();
  request.language = values["lang"].as<std::string>();
  request.discloses = values.contains("disclose");
  const auto text = policy->bundle != nullptr
                        ? driver::explain(*policy->bundle, session, request)
                        : driver::explain(*policy->compilation->checked,
                                          policy->compilation->sources, session, request);
  if (!text) return failed(kUsage, text.error().code, text.error().message);
  std::printf("%s", text->c_str());
  return kFine;
}

}  // namespace

const Command kExplain{
    "explain",
    "why a decision came out as it did, and why not otherwise",
    "pac explain FILE|BUNDLE --input DATA [--line N] [--rule NAME] [options]",
    "pac explain examples/loan/loan.pac --input examples/loan/applications.jsonl --line 2",
    options,
    "path",
    run};

}  // namespace pac::cli
