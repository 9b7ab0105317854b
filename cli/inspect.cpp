// pac inspect: shows the structures that a policy becomes on its way to native code.
#include <cstdio>

#include "cli/commands.h"
#include "cli/support.h"
#include "compiler/codegen/native.h"
#include "compiler/driver/verdict.h"
#include "compiler/driver/witness.h"
#include "runtime/ir/encode.h"
#include "runtime/ir/function.h"
#include "runtime/ir/print.h"
#include "runtime/match/print.h"
#include "stdlib/registry.h"

namespace pac::cli {

namespace {

void options(po::options_description& o) {
  o.add_options()("path", po::value<std::string>()->value_name("FILE"),
                  "the policy (.pac), its folder, or a bundle (.pacb)")(
      "dump",
      po::value<std::string>()->default_value("digests")->value_name("digests|ir|json|llvm|plan"),
      "what to show")("optimize", po::value<int>()->default_value(2)->value_name("0|2"),
                      "of --dump=llvm");
  add_package_path(o);
  add_trust(o);
}

// The verdict of the analysis; its certificate is checked here and now.
int print_verdict(const engine::Bundle& bundle) {
  const auto verdict = driver::decode_verdict(*bundle.member(engine::kAnalysisMember));
  if (!verdict) return failed(kFindings, verdict.error().code, verdict.error().message);
  std::printf("\nanalysis\n%s", driver::to_text(*verdict).c_str());
  const auto certificate = bundle.member(engine::kCertificateMember);
  if (!certificate) {
    if (verdict->certificate.empty()) return kFine;
    return failed(kFindings, "PAC4232", "analysis.json names a certificate that is not there");
  }
  if (engine::digest_of(*certificate) != verdict->certificate) {
    return failed(kFindings, "PAC4232", "certificate.json is not the one that analysis.json names");
  }
  const auto claims = driver::verify_certificate(bundle.rules()->rule_set(), *certificate);
  if (!claims) return failed(kFindings, claims.error().code, claims.error().message);
  std::printf("  certificate: %s checked\n", counted(claims->size(), "claim").c_str());
  return kFine;
}

// Everything that the reader verified, and what it thinks of the signatures.
int print_bundle(const engine::Bundle& bundle) {
  const engine::BundleManifest& manifest = bundle.manifest();
  std::printf("bundle     sha256:%s\n", manifest.bundle_digest.c_str());
  std::printf("package    %s, edition %d\n", manifest.package.c_str(), manifest.edition);
  std::printf("written by pac %s, format %d\n", manifest.pac_version.c_str(), manifest.format);
  std::printf("time zones sha256:%s\n\ndecisions\n", manifest.tz_digest.c_str());
  for (const auto& decision : manifest.decisions) {
    std::printf("  %s  %s.%s\n", decision.sha256.c_str(), manifest.package.c_str(),
                decision.name.c_str());
  }
  std::printf("\nmembers\n");
  for (const auto& member : bundle.members()) {
    std::printf("  %s %9zu  %s\n", engine::digest_of(member.bytes).c_str(), member.bytes.size(),
                std::string(member.name).c_str());
  }
  if (const int shown = print_verdict(bundle); shown != kFine) return shown;
  std::printf("\nsignatures\n%s", bundle.signatures().empty() ? "  none\n" : "");
  for (const auto& signature : bundle.signatures()) {
    if (signature.is_trusted()) {
      std::printf("  trusted: `%s`  %s\n", signature.key_name.c_str(), signature.member.c_str());
    } else {
      std::printf("  not trusted: %s %s\n", signature.member.c_str(), signature.fault.c_str());
    }
  }
  const auto witnesses = driver::decode_witnesses(bundle.rules()->rule_set(),
                                                  *bundle.member(engine::kWitnessesMember));
  if (!witnesses) return failed(kFindings, witnesses.error().code, witnesses.error().message);
  std::printf("\n%zu tests, %zu witnesses; rules without a witness:%s\n", witnesses->tests.size(),
              witnesses->generated.size(), witnesses->without.empty() ? " none" : "");
  for (const auto& rule : witnesses->without) std::printf("  %s\n", rule.c_str());
  return kFine;
}

// How each decision finds the rules that hit.
void print_plans(const ir::RuleSet& rules) {
  for (const ir::Decision& decision : rules.decisions) {
    if (decision.policy == ir::HitPolicy::result) {
      std::printf("%s: no rules, a result\n", decision.name.c_str());
      continue;
    }
    match::Options wanted;
    wanted.first_only = decision.policy == ir::HitPolicy::first;
    const match::Plan plan = match::make_plan(match::normalize(rules, decision), wanted);
    std::printf("%s", match::print(rules, decision, plan).c_str());
  }
}

int run(const po::variables_map& values) {
  const std::string path = required(values, "path", "which file: pac inspect FILE");
  if (path.empty()) return kUsage;
  int exit = kFine;
  const auto policy = policy_or_report(path, values, Warnings::counted, &exit);
  if (!policy) return exit;
  const ir::RuleSet& rules = policy->rules();
  const auto& dump = values["dump"].as<std::string>();
  if (policy->bundle != nullptr && dump == "digests") return print_bundle(*policy->bundle);
  if (dump == "ir") {
    std::printf("%s", ir::print(rules).c_str());
  } else if (dump == "json") {
    std::printf("%s\n", ir::encode(rules).c_str());
  } else if (dump == "llvm") {
    codegen::Options native;
    native.optimization_level = values["optimize"].as<int>();
    if (native.optimization_level != 0 && native.optimization_level != 2)
      return failed(kUsage, "", "--optimize takes 0 or 2");
    auto text = codegen::llvm_text(rules, ir::Layout(rules), native);
    if (!text) return failed(text.error());
    std::printf("%s", text->c_str());
  } else if (dump == "plan") {
    print_plans(rules);
  } else if (dump == "digests") {
    const ir::Functions functions(rules, stdlib::find);
    for (uint32_t i = 0; i < rules.decisions.size(); ++i) {
      const auto& d = rules.decisions[i];
      std::printf("%s  %s.%s (%s, %zu rules)\n",
                  functions.digest(static_cast<ir::DecisionId>(i)).c_str(), rules.package.c_str(),
                  d.name.c_str(), ir::name(d.policy), d.rules.size());
    }
  } else {
    return failed(kUsage, "", "there is no dump `" + dump + "`: digests, ir, json, llvm, plan");
  }
  return kFine;
}

}  // namespace

const Command kInspect{"inspect",
                       "show what a policy becomes, or what a bundle holds",
                       "pac inspect FILE|BUNDLE [--dump=digests|ir|json|llvm|plan]",
                       "pac inspect examples/loan/loan.pac --dump=ir",
                       options,
                       "path",
                       run};

}  // namespace pac::cli
