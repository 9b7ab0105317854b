// Why a decision came out as it did: the input is decided again by the interpreter, which tells of
// every rule and condition; this puts it in the author's words. Texts of the policy's own `explain`
// are filled in with the values, formatted as their language writes numbers and dates.
#pragma once

#include <string>

#include "compiler/check/check.h"
#include "compiler/diag/source.h"
#include "runtime/engine/bundle.h"
#include "runtime/engine/session.h"

namespace pac::driver {

struct ExplainRequest {
  std::string rule;             // why, or why not, this rule; empty: all that were tried
  std::string language = "en";  // of the policy's texts, where it has them
  // Show the values of fields that are marked @pii and not @disclose, and what is computed from
  // them; else "[not shown]" stands for them, in the answer too.
  bool discloses = false;
};

// The text for people; `session` holds an input that has been prepared (Session::prepare). Fails
// where the request names a rule that does not exist.
Result<std::string> explain(const check::Checked& checked, const SourceSet& sources,
                            engine::Session& session, const ExplainRequest& request);

// The same for a bundle, in the words of the sources that it carries. Where these no longer compile
// to its rules (an older pac wrote it) the rules speak for themselves.
Result<std::string> explain(const engine::Bundle& bundle, engine::Session& session,
                            const ExplainRequest& request);

// Why an input was refused, "applicant.birth: …", without a value that is personal data.
std::string explain_refusal(const ir::RuleSet& rules, const ir::Side& side, ir::DecisionId decision,
                            const engine::Refusal& refusal, bool discloses);

// A canonical value ("10000.00", "2026-03-01") as a language writes it. Pinned for en, fi, sv, de
// and fr; other languages get the canonical form. `kind` tells numbers from dates; texts stay as
// they are.
std::string in_language(ir::TypeKind kind, const std::string& canonical,
                        const std::string& language);

}  // namespace pac::driver
