// pac gen: writes code of other languages that fills the inputs of a decision.
#include <cstdio>

#include "cli/commands.h"
#include "cli/support.h"
#include "compiler/driver/build.h"
#include "compiler/gen/cpp_header.h"

namespace pac::cli {

namespace {

void options(po::options_description& o) {
  o.add_options()("words", po::value<std::vector<std::string>>()->value_name("cpp|FILE"),
                  "the language, then the policy (.pac), its folder, or a bundle (.pacb)")(
      "decision", po::value<std::string>()->default_value("")->value_name("NAME"),
      "its name; may be left out where the policy has one only")(
      "output,o", po::value<std::string>()->default_value("-")->value_name("FILE"),
      "the file to write; - is standard output");
  add_package_path(o);
  add_trust(o);
}

int run(const po::variables_map& values) {
  std::vector<std::string> words;
  if (values.contains("words")) words = values["words"].as<std::vector<std::string>>();
  if (words.empty() || words.size() > 2) {
    return failed(kUsage, "", "say what to write: pac gen cpp FILE --decision NAME -o FILE.h");
  }
  if (words[0] != "cpp") {
    return failed(kUsage, "", "there is no language `" + words[0] + "` to write: cpp");
  }
  if (words.size() < 2) return failed(kUsage, "", "which file: pac gen cpp FILE");
  int exit = kFine;
  const auto policy = policy_or_report(words[1], values, Warnings::counted, &exit);
  if (!policy) return exit;
  const ir::RuleSet& rules = policy->rules();
  const ir::DecisionId decision =
      choose_decision(rules, values["decision"].as<std::string>(), Asks::caller);
  if (decision == ir::DecisionId::none) return kUsage;
  const auto header = gen::cpp_header(rules, decision);
  if (!header) return failed(kFindings, header.error().code, header.error().message);
  const auto& output = values["output"].as<std::string>();
  if (output == "-") {
    std::fputs(header->c_str(), stdout);
    return kFine;
  }
  if (const auto written = driver::write_file(output, *header); !written) {
    return failed(kCouldNotRun, written.error().code, written.error().message);
  }
  return kFine;
}

}  // namespace

const Command kGen{"gen",
                   "write a C++ header that fills the inputs of a decision",
                   "pac gen cpp FILE|BUNDLE [--decision NAME] [-o HEADER]",
                   "pac gen cpp examples/loan/loan.pac --decision loan",
                   options,
                   "words",
                   run};

}  // namespace pac::cli
