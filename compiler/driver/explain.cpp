#include "compiler/driver/explain.h"

#include <algorithm>
#include <map>

#include "compiler/diag/diagnostic.h"
#include "compiler/driver/bundle_sources.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/privacy.h"
#include "compiler/driver/shown_answer.h"
#include "runtime/engine/write.h"
#include "runtime/interp/activation.h"
#include "runtime/interp/explain.h"
#include "runtime/ir/phrase.h"

namespace pac::driver {

namespace {

// The policy's own texts of the rules that fired, with their values. They are read where the
// outcome of the rule was, so that items of a `for each` have theirs.
class Texts final : public interp::Observer {
 public:
  Texts(interp::Explainer& next, const ir::Side& side, Privacy& privacy, std::string language)
      : next_(next),
        side_(side),
        privacy_(privacy),
        language_(std::move(language)),
        scratch_(size_t{1} << 20) {}

  void on_enter(const interp::Activation& a) override { next_.on_enter(a); }
  void on_expr(const interp::Activation& a, ir::ExprId e) override { next_.on_expr(a, e); }
  void on_condition(const interp::Activation& a, uint32_t rule, uint32_t item, uint32_t condition,
                    pac_error error, bool holds) override {
    next_.on_condition(a, rule, item, condition, error, holds);
  }
  void on_rule(const interp::Activation& a, uint32_t rule, uint32_t item, bool hit) override {
    next_.on_rule(a, rule, item, hit);
  }
  void on_not_effective(const interp::Activation& a, uint32_t rule) override {
    next_.on_not_effective(a, rule);
  }
  void on_removed(const interp::Activation& a, uint32_t rule, uint32_t by) override {
    next_.on_removed(a, rule, by);
  }
  void on_outcome(const interp::Activation& a, uint32_t rule, uint32_t item,
                  const void* outcome) override {
    next_.on_outcome(a, rule, item, outcome);
    if (a.depth() > 0) return;
    const ir::DecisionSide& decision = side_.decisions[ir::index(a.decision_id())];
    const ir::RuleSide& words =
        rule < decision.rules.size() ? decision.rules[rule] : decision.otherwise;
    if (const ir::Explanation* text = choose(words.explanations))
      texts[rule].push_back(fill(a, *text));
  }
  void on_let(const interp::Activation& a, uint32_t let, pac_error error,
              const interp::Value& v) override {
    next_.on_let(a, let, error, v);
  }
  void on_leave(const interp::Activation& a, pac_status status, pac_error error,
                uint32_t rule) override {
    next_.on_leave(a, status, error, rule);
  }

  std::map<uint32_t, std::vector<std::string>> texts;  // by rule

 private:
  // The language asked for, else its main part ("sv" for "sv-FI"), else the first.
  const ir::Explanation* choose(const std::vector<ir::Explanation>& all) const {
    for (const auto& e : all) {
      if (e.language == language_) return &e;
    }
    for (const auto& e : all) {
      if (e.language.substr(0, e.language.find('-')) == language_.substr(0, language_.find('-')))
        return &e;
    }
    return all.empty() ? nullptr : &all[0];
  }

  std::string fill(const interp::Activation& a, const ir::Explanation& text) {
    std::string out;
    for (const auto& part : text.parts) {
      if (part.value == ir::ExprId::none) {
        out += part.text;
        continue;
      }
      if (privacy_.hides(a.decision_id(), part.value)) {
        out += kNotShown;
        continue;
      }
      pac_scratch scratch{scratch_.data(), scratch_.data() + scratch_.size(), a.zones()};
      interp::Value value;
      if (a.probe(part.value, scratch, value) != PAC_E_NONE) {
        out += "?";
        continue;
      }
      const auto type = a.program().rules.expr(part.value).type;
      out += in_language(a.program().rules.type(type).kind, a.program().values.format(type, value),
                         text.language);
    }
    return out;
  }

  interp::Explainer& next_;
  const ir::Side& side_;
  Privacy& privacy_;
  std::string language_;
  std::vector<char> scratch_;
};

class Writer {
 public:
  Writer(const check::Checked& checked, const SourceSet& sources)
      : checked_(checked), sources_(sources) {}

  std::string one_line(Span span) const {
    std::string out;
    for (const char c : sources_.text(span)) {
      const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
      if (space && (out.empty() || out.back() == ' ')) continue;
      out += space ? ' ' : c;
    }
    return out;
  }

  // As it stands in the source; without one as it might.
  std::string condition(ir::DecisionId decision, uint32_t rule, size_t index,
                        ir::ExprId expr) const {
    const auto& all = checked_.condition_places;
    const size_t at = ir::index(decision);
    if (at >= all.size() || rule >= all[at].size() || index >= all[at][rule].size()) {
      return ir::phrase(checked_.rules, checked_.rules.decision(decision), expr, names(decision));
    }
    const check::ConditionPlace& place = all[at][rule][index];
    std::string out = one_line(place.test);
    if (place.column.has_place()) out = one_line(place.column) + " | " + out;
    return out;
  }

  ir::LocalNames names(ir::DecisionId decision) const {
    const ir::DecisionSide& side = checked_.side.decisions[ir::index(decision)];
    ir::LocalNames out{{}, side.variables};
    for (const auto& let : side.lets) out.lets.push_back(let.name);
    return out;
  }

  // The author's name of what an expression reads: `applicant.age`.
  std::string reading(ir::ExprId id, const ir::Decision& d, ir::DecisionId decision) const {
    const ir::RuleSet& rules = checked_.rules;
    const ir::Expr& e = rules.expr(id);
    const auto base = static_cast<ir::ExprId>(e.a);
    switch (e.op) {
      case ir::Op::input:
        return rules.record(d.input).fields[e.a].name;
      case ir::Op::let:
        return checked_.side.decisions[ir::index(decision)].lets[e.a].name;
      case ir::Op::var:
        return checked_.side.decisions[ir::index(decision)].variables[e.a];
      case ir::Op::param:
        return rules.params[e.a].name;
      case ir::Op::unwrap:
        return reading(base, d, decision);
      case ir::Op::field:
        return reading(base, d, decision) + "." +
               rules.records[rules.type_of(base).ref].fields[e.b].name;
      case ir::Op::call:
        return rules.decisions[e.a].name + "(…)";
      default:
        return ir::phrase(rules, d, id, names(decision));
    }
  }

 private:
  const check::Checked& checked_;
  const SourceSet& sources_;
};

const char* describe(interp::RuleState state) {
  switch (state) {
    case interp::RuleState::not_tried:
      return "was not tried: the decision was made before";
    case interp::RuleState::not_effective:
      return "is not in force at this date";
    case interp::RuleState::failed:
      return "ended in an error";
    case interp::RuleState::missed:
      return "did not fire";
    case interp::RuleState::hit:
      return "fired";
    case interp::RuleState::removed:
      return "fired, and was overridden";
  }
  return "";
}

void put_rule(const Writer& writer, const check::Checked& checked, Privacy& privacy,
              const interp::DecisionAccount& account, const interp::RuleAccount& rule,
              std::string& out) {
  const ir::Decision& d = checked.rules.decision(account.decision);
  const std::string name(engine::rule_name(d, rule.rule));
  out += "  " + name;
  if (rule.item != ir::kNone) out += " (item " + std::to_string(rule.item + 1) + ")";
  out += std::string(" ") + describe(rule.state);
  if (rule.removed_by != ir::kNone)
    out += " by " + std::string(engine::rule_name(d, rule.removed_by));
  out += "\n";
  for (size_t i = 0; i < rule.conditions.size(); ++i) {
    const auto& condition = rule.conditions[i];
    const bool failed = condition.error != PAC_E_NONE;
    out += failed ? "    error  " : condition.holds ? "    yes    " : "    no     ";
    out += writer.condition(account.decision, rule.rule, i, condition.expr);
    if (failed) out += "  [" + std::string(engine::error_code(condition.error)) + "]";
    std::string values;
    for (const auto& r : condition.readings) {
      values += (values.empty() ? "" : ", ") + writer.reading(r.expr, d, account.decision) + " is ";
      if (r.error != PAC_E_NONE) {
        values += std::string(engine::error_code(r.error));
      } else {
        values += privacy.hides(account.decision, r.expr) ? "not shown" : r.value;
      }
    }
    if (!values.empty()) out += "   (" + values + ")";
    if (!condition.tested) out += "   not needed any more";
    out += "\n";
  }
}

void put_citations(const std::vector<ir::Citation>& citations, std::string& out) {
  for (const auto& c : citations) {
    out += "    by law: " + c.system + " " + c.reference;
    for (const auto& part : c.parts) out += " " + part.kind + " " + part.value;
    if (!c.iri.empty() && c.iri != c.reference) out += " <" + c.iri + ">";
    out += "\n";
  }
}

}  // namespace

std::string in_language(ir::TypeKind kind, const std::string& canonical,
                        const std::string& language) {
  struct Forms {
    const char *point, *group, *date;
  };  // date: order and separator
  static const std::map<std::string, Forms> kForms = {{"en", {".", ",", ""}},
                                                      {"fi", {",", "\u00a0", "d.m.y"}},
                                                      {"sv", {",", "\u00a0", ""}},
                                                      {"de", {",", ".", "d.m.y"}},
                                                      {"fr", {",", "\u202f", "d/m/y"}}};
  const auto it = kForms.find(language.substr(0, language.find('-')));
  if (it == kForms.end()) return canonical;
  const Forms& forms = it->second;
  if (kind == ir::TypeKind::date && forms.date[0] != '\0' && canonical.size() == 10) {
    const auto number = [&](size_t at, size_t n) {
      const std::string digits = canonical.substr(at, n);
      return forms.date[1] == '.' ? std::to_string(std::stoi(digits)) : digits;
    };
    const std::string separator(1, forms.date[1]);
    return number(8, 2) + separator + number(5, 2) + separator + canonical.substr(0, 4);
  }
  if (kind != ir::TypeKind::integer && kind != ir::TypeKind::decimal) return canonical;
  const size_t begin = canonical.starts_with("-") ? 1 : 0;
  const size_t point = std::min(canonical.find('.'), canonical.size());
  std::string out = canonical.substr(0, begin);
  for (size_t i = begin; i < point; ++i) {
    if (i > begin && (point - i) % 3 == 0) out += forms.group;
    out += canonical[i];
  }
  if (point < canonical.size()) out += forms.point + canonical.substr(point + 1);
  return out;
}

Result<std::string> explain(const check::Checked& checked, const SourceSet& sources,
                            engine::Session& session, const ExplainRequest& request) {
  const ir::Decision& d = checked.rules.decision(session.decision());
  interp::ExplainOptions options;
  const bool asks_otherwise = d.has_otherwise && request.rule == "otherwise";
  if (asks_otherwise) options.called_decisions = false;
  if (!request.rule.empty() && !asks_otherwise) {
    std::vector<std::string> names;
    for (uint32_t i = 0; i < d.rules.size(); ++i) {
      if (d.rules[i].name == request.rule) options.rule = i;
      names.push_back(d.rules[i].name);
    }
    if (d.has_otherwise) names.emplace_back("otherwise");
    if (options.rule == ir::kNone) {
      const std::string best = diag::nearest(request.rule, names);
      return fail("PAC0109", "there is no rule `" + request.rule + "` in `" + d.name + "`" +
                                 (best.empty() ? "" : "; did you mean `" + best + "`?"));
    }
    options.called_decisions = false;
  }
  interp::Explainer explainer(options);
  Privacy privacy(checked.rules, checked.side, request.discloses);
  Texts texts(explainer, checked.side, privacy, request.language);
  session.explain(texts);
  const pac_result& result = session.result();
  const Writer writer(checked, sources);
  std::string out = shown_answer(session, privacy) + "\n\n";
  for (uint32_t i = 0; i < result.fired_count; ++i) {
    const uint32_t rule = result.fired[i];
    const ir::DecisionSide& side = checked.side.decisions[ir::index(session.decision())];
    const ir::RuleSide& words = rule < side.rules.size() ? side.rules[rule] : side.otherwise;
    out += std::string("because of ") + std::string(engine::rule_name(d, rule)) + "\n";
    for (const auto& text : texts.texts[rule]) out += "    " + text + "\n";
    put_citations(words.words.citations, out);
  }
  if (asks_otherwise) {
    const bool fired = result.fired_count > 0 && result.fired[0] >= d.rules.size();
    out += fired ? "\notherwise fired: no rule did\n"
                 : "\notherwise did not fire: it does where no rule fires\n";
  }
  if (result.status == PAC_ERROR) {
    out += std::string("error ") + std::string(engine::error_code(result.error)) + ": " +
           std::string(engine::error_message(result.error));
    const std::string_view feature = engine::absent_feature(session);
    if (!feature.empty()) out += ": `" + std::string(feature) + "`";
    out += "\n";
  }
  for (auto account = explainer.accounts().rbegin(); account != explainer.accounts().rend();
       ++account) {
    if (account->rules.empty()) continue;
    out += "\n" + checked.rules.decision(account->decision).name +
           (account->depth > 0 ? ", called on the way\n" : "\n");
    for (const auto& rule : account->rules) {
      if (rule.rule < checked.rules.decision(account->decision).rules.size()) {
        put_rule(writer, checked, privacy, *account, rule, out);
      }
    }
    for (const auto& let : account->lets) {
      out += "  let " + checked.side.decisions[ir::index(account->decision)].lets[let.let].name +
             " is ";
      if (let.error != PAC_E_NONE) {
        out += std::string(engine::error_code(let.error));
      } else {
        out += privacy.hides_let(account->decision, let.let) ? "not shown" : let.value;
      }
      out += "\n";
    }
  }
  if (privacy.has_hidden()) out += "\nnot shown: personal data (@pii); --disclose shows it\n";
  return out;
}

Result<std::string> explain(const engine::Bundle& bundle, engine::Session& session,
                            const ExplainRequest& request) {
  if (const auto compiled = compile_sources_of(bundle)) {
    return explain(*compiled->checked, compiled->sources, session, request);
  }
  check::Checked checked;
  checked.rules = bundle.rules()->rule_set();
  checked.side = bundle.side();
  return explain(checked, SourceSet(), session, request);
}

std::string explain_refusal(const ir::RuleSet& rules, const ir::Side& side, ir::DecisionId decision,
                            const engine::Refusal& refusal, bool discloses) {
  const std::string path(refusal.path.view());
  std::string out = path.empty() ? "" : path + ": ";
  if (!Privacy(rules, side, discloses).hides_path(decision, path))
    return out.append(refusal.message.view());
  return out.append(engine::summary(refusal.code)) +
         "; its value is personal data, which --disclose shows";
}

}  // namespace pac::driver
