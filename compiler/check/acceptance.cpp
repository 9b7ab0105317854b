// `@accept(CODE, "why")`: a finding that the author has looked at and means. It is not told again;
// an acceptance that meets no finding is itself one. Acceptances of findings that only the analysis
// makes are kept for it in the side tables.
#include <algorithm>

#include "compiler/check/checker.h"

namespace pac::check {

namespace {

// Conflicts, gaps and dead rules are found by proof, not here. That a decision depends on a
// protected field is permitted by law or not at all (`may_use`).
bool is_of_analysis(std::string_view code) {
  return code.size() == 7 && code.starts_with("PAC2") && code != "PAC2401";
}

bool holds(const Span& scope, const Span& span) {
  return span.has_place() && scope.file == span.file && scope.begin <= span.begin &&
         span.end <= scope.end;
}

}  // namespace

void Checker::accept(const ast::Module& module, const ast::Annotation& a, Span scope) {
  if (a.args.size() != 2) return;  // told by check_annotation
  const ast::Expr& code = module.expr(a.args[0].value);
  const ast::Expr& reason = module.expr(a.args[1].value);
  if (code.kind != ast::ExprKind::name || reason.kind != ast::ExprKind::string_lit) return;
  const std::string text(code.name.text);
  const auto kind = diag::kind_of_code(text);
  const bool is_error = kind && diag::info(*kind).severity == diag::Severity::error;
  if (!kind || (is_error && !is_of_analysis(text))) {
    auto builder = emit(Kind::not_acceptable, code.span, {{"code", text}});
    builder.label(kind ? "this is an error" : "there is no such finding");
    builder.help("a warning can be accepted, by the code in its message; an error must be cured");
    return;
  }
  accepted_.push_back({text, module.strings[reason.string], a.span, scope, false});
}

// After everything has been told: takes away what was accepted, and what used packages tell only to
// their own authors.
void Checker::settle_acceptances() {
  const bool had_errors = emitter_.has_errors();
  std::set<uint32_t> own;
  for (const uint32_t module : packages_[0].modules) own.insert(modules_[module].file);
  emitter_.keep_if([&](const diag::Diagnostic& d) {
    if (d.severity != diag::Severity::warning || !d.span.has_place()) return true;
    bool accepted = false;
    for (auto& each : accepted_) {
      if (each.code != diag::info(d.kind).code || !holds(each.scope, d.span)) continue;
      each.matched = true;
      accepted = true;
    }
    return !accepted && own.contains(d.span.file);
  });
  if (had_errors) return;  // findings may be missing because of them
  for (const auto& each : accepted_) {
    if (each.matched || is_of_analysis(each.code) || !own.contains(each.span.file)) continue;
    emit(Kind::unused_acceptance, each.span, {{"code", each.code}})
        .label("nothing here has this code")
        .help("take it away");
  }
}

std::vector<AcceptedFinding> Checker::accepted_findings() const {
  std::set<uint32_t> own;
  for (const uint32_t module : packages_[0].modules) own.insert(modules_[module].file);
  std::vector<AcceptedFinding> out;
  for (const auto& each : accepted_) {
    if (is_of_analysis(each.code) && own.contains(each.span.file)) {
      out.push_back({each.code, each.span, each.scope});
    }
  }
  return out;
}

std::vector<ir::Acceptance> Checker::acceptances_at(Span scope) const {
  std::vector<ir::Acceptance> out;
  for (const auto& each : accepted_) {
    if (each.scope == scope) out.push_back({each.code, each.reason});
  }
  return out;
}

}  // namespace pac::check
