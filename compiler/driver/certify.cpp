#include "compiler/driver/certify.h"

#include <algorithm>
#include <set>

#include "runtime/base/check.h"
#include "runtime/engine/bundle_format.h"
#include "runtime/ir/encode.h"

namespace pac::driver {

namespace {

constexpr size_t kMostWritten = 32u << 20;  // bytes of a certificate; more is left out

std::string digest_of(const ir::RuleSet& rules) { return engine::digest_of(ir::encode(rules)); }

json::Value make(const ir::RuleSet& rules, const std::vector<analyze::Certificate>& parts) {
  json::Value decisions = json::Value::array();
  for (const analyze::Certificate& part : parts) {
    if (part.claims.elements().empty()) continue;
    json::Value one = json::Value::object();
    one.set("decision", rules.decision(part.decision).name);
    one.set("columns", part.columns);
    one.set("claims", part.claims);
    decisions.push_back(std::move(one));
  }
  json::Value out = json::Value::object();
  out.set("format", certificate::kFormat);
  out.set("ir", digest_of(rules));
  out.set("package", rules.package);
  out.set("decisions", std::move(decisions));
  return out;
}

json::Value& member(json::Value& value, std::string_view name) {
  const auto found = std::ranges::find(value.members(), name, &json::Member::key);
  PAC_CHECK(found != value.members().end(), "the certificate has this member");
  return found->value;
}

json::Elements& claims_of(json::Value& all, size_t decision) {
  return member(member(all, "decisions").elements()[decision], "claims").elements();
}

// Says less where the checker does not follow: of a leaf, of a claim, or of a decision.
void weaken(json::Value& all, const std::vector<certificate::Fault>& faults,
            std::vector<std::string>* left_out) {
  std::set<std::pair<size_t, size_t>> gone;
  for (const certificate::Fault& fault : faults) {
    PAC_CHECK(fault.decision != certificate::Fault::kAll, "form and digest are ours");
    auto& claims = claims_of(all, fault.decision);
    if (fault.is_leaf) {
      json::Value leaf = json::Value::object();
      leaf.set("analysis", fault.text);
      member(claims[fault.claim], "tree").elements()[fault.node] = std::move(leaf);
      continue;
    }
    const bool is_all = fault.claim == certificate::Fault::kAll;
    const auto& decision = member(all, "decisions").elements()[fault.decision];
    left_out->push_back(decision.find("decision")->as_string() + ": " +
                        (is_all ? "all claims" : claims[fault.claim].find("claim")->as_string()) +
                        ": " + fault.text);
    for (size_t i = 0; i < claims.size(); ++i) {
      if (is_all || i == fault.claim) gone.emplace(fault.decision, i);
    }
  }
  for (auto at = gone.rbegin(); at != gone.rend(); ++at) {
    auto& claims = claims_of(all, at->first);
    claims.erase(claims.begin() + static_cast<std::ptrdiff_t>(at->second));
  }
  std::erase_if(member(all, "decisions").elements(),
                [](json::Value& one) { return member(one, "claims").elements().empty(); });
}

}  // namespace

Certified certify(const check::Checked& checked, const std::vector<analyze::Certificate>& parts) {
  Certified out;
  std::vector<analyze::Certificate> own;
  for (const analyze::Certificate& part : parts) {
    if (!checked.is_own[ir::index(part.decision)]) continue;
    own.push_back(part);
    for (const std::string& claim : part.left_out) {
      out.left_out.push_back(checked.rules.decision(part.decision).name + ": " + claim);
    }
  }
  json::Value all = make(checked.rules, own);
  const std::string digest = digest_of(checked.rules);
  certificate::Verdict verdict = certificate::verify(all, checked.rules, digest);
  if (!verdict.faults.empty()) {
    weaken(all, verdict.faults, &out.left_out);
    verdict = certificate::verify(all, checked.rules, digest);
  }
  out.text = json::canonical(all);
  if (!verdict.faults.empty() || out.text.size() > kMostWritten) {
    out.left_out.push_back(verdict.faults.empty() ? "all: it would have more than 32 MiB"
                                                  : "all: " + verdict.faults[0].text);
    verdict.claims.clear();
    out.text = json::canonical(make(checked.rules, {}));
  }
  out.digest = engine::digest_of(out.text);
  out.claims = std::move(verdict.claims);
  return out;
}

Result<std::vector<certificate::Claim>> verify_certificate(const ir::RuleSet& rules,
                                                           std::string_view text) {
  const auto value = certificate::read(text);
  if (!value) return std::unexpected(value.error());
  certificate::Verdict verdict = certificate::verify(*value, rules, digest_of(rules));
  if (verdict.faults.empty()) return std::move(verdict.claims);
  const certificate::Fault& first = verdict.faults[0];
  std::string message = "the certificate does not hold: " + first.text;
  if (first.is_leaf) message += " (node " + std::to_string(first.node) + ")";
  if (verdict.faults.size() > 1) {
    message += ", and " + std::to_string(verdict.faults.size() - 1) + " more";
  }
  return fail("PAC4231", std::move(message));
}

std::string to_text(const certificate::Claim& claim) {
  std::string out = claim.claim +
                    (claim.claim == "never decides" ? ": `" + claim.rule + "` of `" : " in `") +
                    claim.decision + "`, " + std::to_string(claim.parts) +
                    (claim.parts == 1 ? " part" : " parts");
  if (claim.unchecked > 0) {
    out += ", " + std::to_string(claim.unchecked) + " of them not checked (by the prover)";
  }
  return out;
}

}  // namespace pac::driver
