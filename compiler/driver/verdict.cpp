#include "compiler/driver/verdict.h"

namespace pac::driver {

namespace {

json::Value counts(const std::map<std::string, size_t>& of) {
  json::Value out = json::Value::object();
  for (const auto& [code, count] : of) out.set(code, count);
  return out;
}

json::Value to_json(const Unsettled& one) {
  json::Value out = json::Value::object();
  out.set("decision", one.decision);
  if (!one.rule.empty()) out.set("rule", one.rule);
  out.set("reason", one.reason);
  if (!one.expression.empty()) out.set("expression", one.expression);
  if (!one.spent.empty()) out.set("spent", one.spent);
  return out;
}

json::Value to_json(const certificate::Claim& one) {
  json::Value out = json::Value::object();
  out.set("decision", one.decision);
  out.set("claim", one.claim);
  if (!one.rule.empty()) out.set("rule", one.rule);
  out.set("parts", one.parts);
  out.set("not_checked", one.unchecked);
  return out;
}

json::Value to_json(const SparedCheck& one) {
  json::Value out = json::Value::object();
  out.set("decision", one.decision);
  out.set("check", one.check);
  return out;
}

std::string text_of(const json::Value& value, const char* name) {
  const json::Value* member = value.find(name);
  return member != nullptr && member->is_string() ? member->as_string() : std::string();
}

uint64_t number_of(const json::Value& value, const char* name) {
  const json::Value* member = value.find(name);
  const bool is_count = member != nullptr && member->is_int() && member->as_int() >= 0;
  return is_count ? static_cast<uint64_t>(member->as_int()) : 0;
}

const json::Elements& list_of(const json::Value& value, const char* name) {
  static const json::Elements kNone;
  const json::Value* member = value.find(name);
  return member != nullptr && member->is_array() ? member->elements() : kNone;
}

std::map<std::string, size_t> read_counts(const json::Value& value, const char* name) {
  std::map<std::string, size_t> out;
  const json::Value* member = value.find(name);
  if (member == nullptr || !member->is_object()) return out;
  for (const json::Member& one : member->members()) {
    out[one.key] = static_cast<size_t>(number_of(*member, one.key.c_str()));
  }
  return out;
}

std::string counts_text(const std::map<std::string, size_t>& of) {
  std::string out;
  for (const auto& [code, count] : of) {
    out += (out.empty() ? "" : ", ") + std::to_string(count) + " " + code;
  }
  return out.empty() ? "none" : out;
}

}  // namespace

std::string encode_verdict(const AnalysisSummary* summary, const std::vector<SparedCheck>& spared) {
  json::Value out = json::Value::object();
  out.set("status", summary == nullptr ? "not analysed" : "analysed");
  if (summary == nullptr) return json::canonical(out);
  out.set("findings", counts(summary->codes));
  out.set("accepted", counts(summary->accepted));
  json::Value unknown = json::Value::array(), proved = json::Value::array(),
              left_out = json::Value::array(), checks = json::Value::array();
  for (const Unsettled& one : summary->unsettled) unknown.push_back(to_json(one));
  for (const certificate::Claim& one : summary->certified.claims) proved.push_back(to_json(one));
  for (const std::string& one : summary->certified.left_out) left_out.push_back(one);
  out.set("unknown", std::move(unknown));
  out.set("proved", std::move(proved));
  for (const SparedCheck& one : spared) checks.push_back(to_json(one));
  out.set("not_certified", std::move(left_out));
  out.set("spared", std::move(checks));
  out.set("witnesses", summary->witnesses.size());
  out.set("steps", summary->steps);
  if (!summary->certified.digest.empty()) out.set("certificate", summary->certified.digest);
  return json::canonical(out);
}

Result<Verdict> decode_verdict(std::string_view text) {
  const auto value = json::parse(text);
  if (!value) return fail("PAC4232", "analysis.json: " + value.error().message);
  const std::string status = text_of(*value, "status");
  if (status != "analysed" && status != "not analysed") {
    return fail("PAC4232", "analysis.json does not say whether the policy was analysed");
  }
  Verdict out;
  out.is_analysed = status == "analysed";
  out.findings = read_counts(*value, "findings");
  out.accepted = read_counts(*value, "accepted");
  for (const json::Value& one : list_of(*value, "unknown")) {
    out.unknown.push_back({text_of(one, "decision"), text_of(one, "rule"), text_of(one, "reason"),
                           text_of(one, "expression"), text_of(one, "spent")});
  }
  for (const json::Value& one : list_of(*value, "proved")) {
    out.proved.push_back({text_of(one, "decision"), text_of(one, "claim"), text_of(one, "rule"),
                          static_cast<size_t>(number_of(one, "parts")),
                          static_cast<size_t>(number_of(one, "not_checked"))});
  }
  for (const json::Value& one : list_of(*value, "not_certified")) {
    if (one.is_string()) out.not_certified.push_back(one.as_string());
  }
  for (const json::Value& one : list_of(*value, "spared")) {
    out.spared.push_back({text_of(one, "decision"), text_of(one, "check")});
  }
  out.witnesses = number_of(*value, "witnesses");
  out.steps = number_of(*value, "steps");
  out.certificate = text_of(*value, "certificate");
  return out;
}

std::string to_text(const Verdict& verdict) {
  if (!verdict.is_analysed) return "  not analysed\n";
  std::string out = "  findings: " + counts_text(verdict.findings) +
                    "; accepted: " + counts_text(verdict.accepted) + "\n";
  for (const certificate::Claim& one : verdict.proved) out += "  proved: " + to_text(one) + "\n";
  for (const std::string& one : verdict.not_certified) {
    out += "  without a certificate: " + one + "\n";
  }
  for (const SparedCheck& one : verdict.spared) {
    out += "  native code spares the check " + to_text(one) + "\n";
  }
  for (const Unsettled& one : verdict.unknown) {
    out += "  not settled: `" + one.decision + "`" +
           (one.rule.empty() ? "" : ", rule `" + one.rule + "`") + ": " + one.reason +
           (one.expression.empty() ? "" : "; the expression is `" + one.expression + "`") +
           (one.spent.empty() ? "" : "; given up after " + one.spent) + "\n";
  }
  out += "  " + std::to_string(verdict.witnesses) + " inputs confirmed by both engines, " +
         std::to_string(verdict.steps) + " steps\n";
  return out;
}

}  // namespace pac::driver
