// pac inspect: shows the structures that a policy becomes on its way to native code.
#include <cstdio>

#include "cli/commands.h"
#include "cli/support.h"
#include "compiler/codegen/native.h"
#include "runtime/ir/encode.h"
#include "runtime/ir/function.h"
#include "runtime/ir/print.h"
#include "stdlib/registry.h"

namespace pac::cli {

namespace {

void options(po::options_description& o) {
  o.add_options()("path", po::value<std::string>(), "file")(
      "dump", po::value<std::string>()->default_value("digests"), "digests, ir, json or llvm")(
      "optimize", po::value<int>()->default_value(2), "of --dump=llvm: 0 or 2");
}

int run(const po::variables_map& values) {
  const std::string path = required(values, "path", "which file: pac inspect FILE");
  if (path.empty()) return kUsage;
  int exit = kFine;
  auto c = compile_or_report(path, diag::Format::pretty, &exit);
  if (c == nullptr) return exit;
  const ir::RuleSet& rules = c->checked->rules;
  const auto& dump = values["dump"].as<std::string>();
  if (dump == "ir") {
    std::printf("%s", ir::print(rules).c_str());
  } else if (dump == "json") {
    std::printf("%s\n", ir::encode(rules).c_str());
  } else if (dump == "llvm") {
    codegen::Options native;
    native.optimization_level = values["optimize"].as<int>();
    auto text = codegen::llvm_text(rules, ir::Layout(rules), native);
    if (!text) return failed(kBug, text.error().code, text.error().message);
    std::printf("%s", text->c_str());
  } else if (dump == "digests") {
    const ir::Functions functions(rules, stdlib::find);
    for (uint32_t i = 0; i < rules.decisions.size(); ++i) {
      const auto& d = rules.decisions[i];
      std::printf("%s  %s.%s (%s, %zu rules)\n", functions.digest(static_cast<ir::DecisionId>(i)).c_str(),
                  rules.package.c_str(), d.name.c_str(), ir::name(d.policy), d.rules.size());
    }
  } else {
    return failed(kUsage, "", "there is no dump `" + dump + "`: digests, ir, json, llvm");
  }
  return kFine;
}

}  // namespace

const Command kInspect{"inspect", "show what a policy becomes: digests, IR, LLVM",
                       "pac inspect FILE [--dump=digests|ir|json|llvm]",
                       "pac inspect examples/loan/loan.pac --dump=ir", options, "path", run};

}  // namespace pac::cli
