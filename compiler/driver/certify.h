// The certificate of a package: what the analysis proved, in the form that the independent checker
// (compiler/certificate) verifies. Whatever that checker does not follow is said in the certificate
// to be the analysis's word alone, so that no certificate is written which would be refused. Any
// thread.
#pragma once

#include <string>
#include <vector>

#include "compiler/analyze/analysis.h"
#include "compiler/certificate/certificate.h"
#include "compiler/check/check.h"

namespace pac::driver {

struct Certified {
  std::string text;    // canonical JSON
  std::string digest;  // SHA-256
  std::vector<certificate::Claim> claims;
  std::vector<std::string> left_out;  // "decision: claim: reason"
};

Certified certify(const check::Checked& checked, const std::vector<analyze::Certificate>& parts);

// A certificate held against a rule set. Fails with PAC4231 where it is refused; the message says
// what does not follow.
[[nodiscard]] Result<std::vector<certificate::Claim>> verify_certificate(const ir::RuleSet& rules,
                                                                         std::string_view text);

// "no gap in `d`, 12 parts" for people; parts that were not checked are named.
std::string to_text(const certificate::Claim& claim);

}  // namespace pac::driver
