#include "compiler/driver/analyze.h"

#include <algorithm>
#include <cstdio>
#include <span>

#include "compiler/driver/error_words.h"
#include "compiler/driver/load.h"
#include "compiler/driver/protected.h"
#include "runtime/base/text_numbers.h"
#include "runtime/engine/memory_features.h"
#include "runtime/engine/session.h"

namespace pac::driver {

using analyze::Finding;
using analyze::FindingKind;

namespace {

// For decisions that look at the age of features; any instant would do, but always the same.
constexpr const char* kNow = "2026-01-01T00:00:00Z";
constexpr size_t kMostRulesShown = 8;

class Explainer {
 public:
  Explainer(Compilation& compilation, std::shared_ptr<engine::LoadedRuleSet> rules)
      : compilation_(compilation),
        checked_(*compilation.checked),
        session_(std::move(rules), engine::SessionOptions{}) {
    PAC_CHECK(parse_datetime(kNow, &now_us_) == TextStatus::ok, "the instant is written so");
  }

  void say(const Finding& finding) {
    if (finding.kind == FindingKind::reached &&
        (unconfirmed(finding) == nullptr || finding.is_asked_for)) {
      return;
    }
    if (finding.kind == FindingKind::impossible && is_told(finding)) return;
    if (finding.kind == FindingKind::mergeable && !are_rows(finding)) return;
    if (finding.kind == FindingKind::may_error) return say_error(finding);
    ++summary_.findings;
    if (finding.kind == FindingKind::unknown) {
      ++summary_.unknowns;
      say_unsettled(finding);
    } else if (const analyze::Place* place = unconfirmed(finding)) {
      ++summary_.unknowns;
      ++summary_.unconfirmed;
      say_unconfirmed(finding, *place);
    } else {
      say_proved(finding);
    }
  }

  AnalysisSummary take_summary() { return std::move(summary_); }

 private:
  void say_unsettled(const Finding& finding) {
    auto builder = emit(diag::Kind::not_settled, finding, {});
    builder.note(question(finding) + finding.reason);
    blame(builder, finding);
    const std::string rule = finding.rules.empty() ? "" : rule_name(finding, 0);
    summary_.unsettled.push_back(
        {decision(finding).name, rule, finding.reason, finding.expression, finding.spent});
  }

  void say_unconfirmed(const Finding& finding, const analyze::Place& place) {
    auto builder = emit(diag::Kind::not_settled, finding, {});
    builder.note("an input was looked for with " +
                 (place.region.empty() ? "any values" : place.region) +
                 ", and the one that was found does not show it:\n" + witness_text(place.witness));
    blame(builder, finding);
    const std::string rule = finding.rules.empty() ? "" : rule_name(finding, 0);
    summary_.unsettled.push_back({decision(finding).name, rule,
                                  "the input that was found does not show it", finding.expression,
                                  finding.spent});
  }

  static void blame(diag::Builder& builder, const Finding& finding) {
    if (!finding.expression.empty()) builder.note("the expression is `" + finding.expression + "`");
    if (!finding.spent.empty()) builder.note("given up after " + finding.spent);
  }

  void say_proved(const Finding& finding) {
    switch (finding.kind) {
      case FindingKind::gap: {
        auto builder = emit(diag::Kind::gap, finding, {{"share", share_text(finding)}});
        for (const analyze::Place& place : finding.places) {
          builder.note((place.region.empty() ? "any input" : place.region) + "\nfor example " +
                       witness_text(place.witness));
        }
        if (finding.more_places > 0) {
          builder.note("and " + std::to_string(finding.more_places) + " more");
        }
        builder.help("add a rule for them, or `otherwise { … }`");
        break;
      }
      case FindingKind::overlap: {
        auto builder = emit(diag::Kind::overlap, finding, {{"rule", rule_name(finding, 0)}});
        say_clash(builder, finding, "fires too");
        break;
      }
      case FindingKind::conflict: {
        auto builder = emit(diag::Kind::conflict, finding, {{"rule", rule_name(finding, 0)}});
        say_clash(builder, finding, "fires too, with another outcome");
        break;
      }
      case FindingKind::dead: {
        auto builder = emit(diag::Kind::dead_rule, finding, {{"rule", rule_name(finding, 0)}});
        also(builder, finding, "comes before it");
        break;
      }
      case FindingKind::impossible:
        emit(diag::Kind::impossible_rule, finding, {{"rule", rule_name(finding, 0)}})
            .label("no input meets its conditions");
        break;
      case FindingKind::always:
        emit(diag::Kind::idle_otherwise, finding, {}).label("the rules leave nothing for it");
        break;
      case FindingKind::reached:
      case FindingKind::unknown:
        break;
      default:
        say_advice(finding);
    }
  }

  // Of what is unknown: what was asked.
  static std::string question(const Finding& finding) {
    if (finding.error == PAC_E_NONE || finding.error == PAC_E_LIMIT) return "";
    const bool is_domain = finding.error == PAC_E_DOMAIN && finding.inside == ir::DecisionId::none;
    return "whether " + (is_domain ? finding.text : "`" + finding.text + "`") +
           " may end in an error (" + words_of(finding.error) + "): ";
  }

  // The first input that shows it is told. Where none does, it is not settled.
  void say_error(const Finding& finding) {
    const analyze::Place* refuting = nullptr;
    for (const analyze::Place& place : finding.places) {
      const Shown shown =
          prepare(finding, place.witness) ? shows_error(session_, finding) : Shown::no;
      if (shown == Shown::no) refuting = &place;
      if (shown != Shown::yes) continue;
      ++summary_.findings;
      auto builder = emit_error(finding);
      also(builder, finding, "here too");
      builder.note("for example " + witness_text(place.witness));
      builder.help(help_for(finding.error));
      return;
    }
    ++summary_.findings;
    ++summary_.unknowns;
    if (refuting == nullptr) {
      Finding open = finding;
      if (open.reason.empty())
        open.reason = "each input that was found ends in another error first";
      say_unsettled(open);
      return;
    }
    ++summary_.unconfirmed;
    const std::string reason = "the input that was found does not show it";
    auto builder = emit(diag::Kind::not_settled, finding, {});
    builder.note(question(finding) + reason + ":\n" + witness_text(refuting->witness));
    const std::string rule = finding.rules.empty() ? "" : rule_name(finding, 0);
    summary_.unsettled.push_back(
        {decision(finding).name, rule, reason, finding.expression, finding.spent});
  }

  diag::Builder emit_error(const Finding& finding) {
    if (finding.inside != ir::DecisionId::none) {
      const std::string& called = checked_.rules.decision(finding.inside).name;
      return emit(diag::Kind::may_error, finding,
                  {{"expression", finding.text},
                   {"error", "in `" + called + "`, which it calls: " + words_of(finding.error)}});
    }
    if (finding.error == PAC_E_DOMAIN) {
      return emit(diag::Kind::may_leave_domain, finding, {{"value", finding.text}});
    }
    return emit(diag::Kind::may_error, finding,
                {{"expression", finding.text}, {"error", words_of(finding.error)}});
  }

  // Whether the checker has said of a condition of the rule that it never holds.
  bool is_told(const Finding& finding) const {
    const Span rule = span_of(finding, 0);
    return std::ranges::any_of(compilation_.emitter.all(), [&](const diag::Diagnostic& d) {
      return (d.kind == diag::Kind::constant_condition ||
              d.kind == diag::Kind::constant_comparison) &&
             d.span.file == rule.file && d.span.begin >= rule.begin && d.span.end <= rule.end;
    });
  }

  void say_advice(const Finding& finding) {
    switch (finding.kind) {
      case FindingKind::redundant: {
        auto builder = emit(diag::Kind::redundant_rule, finding, {{"rule", rule_name(finding, 0)}});
        also(builder, finding, "yields the same");
        builder.help("delete it");
        break;
      }
      case FindingKind::subsumed: {
        auto builder = emit(diag::Kind::subsumed_rule, finding, {{"rule", rule_name(finding, 0)}});
        also(builder, finding, "yields the same wherever it fires");
        builder.help("delete it");
        break;
      }
      case FindingKind::mergeable: {
        auto builder = emit(diag::Kind::mergeable_rows, finding, {{"rule", rule_name(finding, 0)}});
        also(builder, finding, "is alike but for one column");
        builder.help("write one row with " + finding.text);
        break;
      }
      case FindingKind::idle_condition:
        emit_condition(diag::Kind::idle_condition, finding).help("leave it out");
        break;
      case FindingKind::false_condition:
        emit_condition(diag::Kind::false_condition, finding).help("leave it out");
        break;
      default:
        emit(diag::Kind::unused_output, finding, {{"value", finding.text}})
            .help("leave the value out of the enumeration, or add a rule that yields it");
        break;
    }
  }

  // At the place of the condition.
  diag::Builder emit_condition(diag::Kind kind, const Finding& finding) {
    const auto& places = checked_.condition_places[ir::index(finding.decision)][finding.rules[0]];
    const Span span =
        finding.condition < places.size() ? places[finding.condition].test : span_of(finding, 0);
    return compilation_.emitter.emit(kind, span,
                                     {{"rule", rule_name(finding, 0)},
                                      {"condition", finding.text},
                                      {"decision", decision(finding).name}});
  }

  // Whether all rules concerned are rows of a table: rules have names of their own to keep.
  bool are_rows(const Finding& finding) const {
    const auto& places = checked_.condition_places[ir::index(finding.decision)];
    return std::ranges::all_of(finding.rules, [&](uint32_t rule) {
      return rule < places.size() && !places[rule].empty() && places[rule][0].column.has_place();
    });
  }

  const ir::Decision& decision(const Finding& finding) const {
    return checked_.rules.decision(finding.decision);
  }

  std::string rule_name(const Finding& finding, size_t i) const {
    const auto& rules = decision(finding).rules;
    return finding.rules[i] < rules.size() ? rules[finding.rules[i]].name : "otherwise";
  }

  Span span_of(const Finding& finding, size_t i) const {
    return checked_.rule_spans[ir::index(finding.decision)][finding.rules[i]];
  }

  diag::Builder emit(diag::Kind kind, const Finding& finding,
                     std::vector<diag::Argument> arguments) {
    arguments.push_back({"decision", decision(finding).name});
    Span span = finding.rules.empty() ? checked_.decision_spans[ir::index(finding.decision)]
                                      : span_of(finding, 0);
    if (finding.let != ir::kNone) span = let_span(finding);
    return compilation_.emitter.emit(kind, span, std::move(arguments));
  }

  // From the name of the let to the end of its line.
  Span let_span(const Finding& finding) const {
    const auto& lets = checked_.side.decisions[ir::index(finding.decision)].lets;
    const Span all = checked_.decision_spans[ir::index(finding.decision)];
    if (finding.let >= lets.size() || !all.has_place()) return all;
    const ir::SourcePlace& place = lets[finding.let].place;
    const SourceFile& file = compilation_.sources.file(all.file);
    if (place.line == 0 || place.line > file.line_count()) return all;
    const std::string_view line = file.line(place.line);
    const auto end = line.find_last_not_of(" \t\r") + 1;
    const auto begin = std::min<size_t>(place.column - 1, end);
    const uint32_t start = file.line_start(place.line);
    return {all.file, start + static_cast<uint32_t>(begin), start + static_cast<uint32_t>(end)};
  }

  void also(diag::Builder& builder, const Finding& finding, const std::string& text) const {
    for (size_t i = 1; i < finding.rules.size() && i <= kMostRulesShown; ++i) {
      builder.also(span_of(finding, i), "`" + rule_name(finding, i) + "` " + text);
    }
    if (finding.rules.size() > kMostRulesShown + 1) {
      builder.note("and " + std::to_string(finding.rules.size() - kMostRulesShown - 1) +
                   " further rules");
    }
  }

  void say_clash(diag::Builder& builder, const Finding& finding, const std::string& text) const {
    also(builder, finding, text);
    for (const analyze::Place& place : finding.places) {
      builder.note("both fire for " + (place.region.empty() ? "every input" : place.region) +
                   "\nfor example " + witness_text(place.witness));
    }
  }

  const analyze::Place* unconfirmed(const Finding& finding) {
    for (const analyze::Place& place : finding.places) {
      if (!is_confirmed(finding, place.witness)) return &place;
    }
    for (const analyze::Place& place : finding.places) {
      summary_.witnesses.push_back({finding.decision, json::canonical(place.witness.input),
                                    json::canonical(place.witness.context),
                                    json::canonical(place.witness.features), "", kNow});
    }
    return nullptr;
  }

  // A part that is too small for a figure, or has none, is some.
  static std::string share_text(const Finding& finding) {
    constexpr double kLeast = 0.0001;
    if (!finding.share || *finding.share < kLeast) return "some inputs";
    return percent(*finding.share) + " of all inputs";
  }

  static std::string percent(double share) {
    char buffer[32];
    const double value = share * 100;
    std::snprintf(buffer, sizeof buffer, value >= 1 ? "%.0f %%" : "%.2g %%", value);
    return buffer;
  }

  static std::string witness_text(const analyze::Witness& witness) {
    std::string out = json::canonical(witness.input);
    if (!witness.context.members().empty()) {
      out += " in the context " + json::canonical(witness.context);
    }
    if (!witness.features.members().empty()) {
      out += " with the features " + json::canonical(witness.features);
    }
    return out;
  }

  // Binds the witness; false where it is refused.
  bool prepare(const Finding& finding, const analyze::Witness& witness) {
    const std::string input = json::canonical(witness.input);
    const std::string context_text = json::canonical(witness.context);
    auto features = engine::MemoryFeatures::parse(json::canonical(witness.features));
    if (!features) return false;
    engine::Context context;
    context.json = context_text;
    context.now_us = now_us_;
    return session_.bind_json(finding.decision, input) && session_.prepare(context, &*features);
  }

  bool is_confirmed(const Finding& finding, const analyze::Witness& witness) {
    if (!prepare(finding, witness)) return false;
    session_.decide();
    const pac_result& result = session_.result();
    if (finding.kind == FindingKind::reached) {
      const std::span fired(result.fired, result.fired_count);
      return result.status == PAC_OK && std::ranges::find(fired, finding.rules[0]) != fired.end();
    }
    if (finding.kind == FindingKind::gap) {
      return result.status == PAC_ERROR && result.error == PAC_E_GAP;
    }
    return result.status == PAC_ERROR && result.error == PAC_E_OVERLAP;
  }

  Compilation& compilation_;
  const check::Checked& checked_;
  engine::Session session_;
  int64_t now_us_ = 0;
  AnalysisSummary summary_;
};

// Takes away what the author accepts, and says where an acceptance meets nothing.
void settle_acceptances(Compilation* compilation, AnalysisSummary* summary) {
  const auto& accepted = compilation->checked->accepted;
  std::vector<bool> is_met(accepted.size());
  compilation->emitter.keep_if([&](const diag::Diagnostic& d) {
    bool is_accepted = false;
    for (size_t i = 0; i < accepted.size(); ++i) {
      const Span& scope = accepted[i].scope;
      if (accepted[i].code != diag::info(d.kind).code || scope.file != d.span.file ||
          d.span.begin < scope.begin || d.span.end > scope.end) {
        continue;
      }
      is_met[i] = is_accepted = true;
    }
    if (is_accepted) ++summary->accepted[std::string(diag::info(d.kind).code)];
    return !is_accepted;
  });
  for (size_t i = 0; i < accepted.size(); ++i) {
    if (is_met[i]) continue;
    compilation->emitter
        .emit(diag::Kind::unused_acceptance, accepted[i].span, {{"code", accepted[i].code}})
        .label("nothing here has this code")
        .help("take it away");
  }
}

// The rules that the package's own tests reach.
std::set<analyze::Reached> reached_by_tests(const check::Checked& checked,
                                            const std::shared_ptr<engine::LoadedRuleSet>& rules) {
  std::set<analyze::Reached> out;
  engine::Session session(rules, {});
  for (const check::TestCase& test : checked.tests) {
    if (!test.params.empty()) continue;
    auto features = engine::MemoryFeatures::parse(test.features);
    int32_t day = 0;
    engine::Context context;
    context.json = test.context;
    if (!test.as_of.empty() && parse_date(test.as_of, &day) == TextStatus::ok) context.as_of = day;
    if (!features || !session.bind_json(test.decision, test.input) ||
        !session.prepare(context, &*features)) {
      continue;
    }
    session.decide();
    const pac_result& result = session.result();
    for (uint32_t i = 0; i < result.fired_count; ++i) out.insert({test.decision, result.fired[i]});
  }
  return out;
}

}  // namespace

Result<AnalysisSummary> analyze(Compilation* compilation, const analyze::Options& options) {
  const check::Checked& checked = *compilation->checked;
  auto loaded = load(checked.rules, {Engine::interp, 2});
  if (!loaded) return std::unexpected(loaded.error());
  analyze::Options all = options;
  all.reached.merge(reached_by_tests(checked, *loaded));
  const analyze::Report report = analyze::analyze(checked.rules, checked.side, all);
  Explainer explainer(*compilation, *loaded);
  for (const Finding& finding : report.findings) {
    if (checked.is_own[ir::index(finding.decision)]) explainer.say(finding);
  }
  if (auto said = say_dependences(compilation, *loaded, report); !said) {
    return std::unexpected(said.error());
  }
  AnalysisSummary summary = explainer.take_summary();
  summary.steps = report.steps;
  settle_acceptances(compilation, &summary);
  compilation->emitter.sort();
  for (const diag::Diagnostic& d : compilation->emitter.all()) {
    const std::string code(diag::info(d.kind).code);
    if (code.starts_with("PAC2")) ++summary.codes[code];
  }
  if (all.certify) summary.certified = certify(checked, report.certificates);
  return summary;
}

}  // namespace pac::driver
