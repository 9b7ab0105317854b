#include "compiler/driver/fix_edits.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

namespace pac::driver {

namespace {

using diag::Kind;

std::string argument(const diag::Diagnostic& diagnostic, std::string_view name) {
  for (const diag::Argument& one : diagnostic.arguments) {
    if (one.name != name) continue;
    if (const auto* text = std::get_if<std::string>(&one.value)) return *text;
  }
  return {};
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

class Editor {
 public:
  Editor(const Compilation& compilation, const diag::Diagnostic& diagnostic)
      : c_(compilation), d_(diagnostic) {
    if (!d_.span.has_place() || !c_.checked) return;
    const ir::RuleSet& rules = c_.checked->rules;
    decision_ = rules.find_decision(argument(d_, "decision"));
    for (const uint32_t module : c_.packages[0].modules) {
      for (const auto& one : c_.modules[module].decisions) {
        if (one.name.text != argument(d_, "decision")) continue;
        ast_ = &one;
        module_ = &c_.modules[module];
      }
    }
  }

  std::vector<Edit> edits() {
    switch (d_.kind) {
      case Kind::dead_rule:
      case Kind::impossible_rule:
      case Kind::redundant_rule:
      case Kind::subsumed_rule:
        return delete_rule();
      case Kind::idle_otherwise:
        return delete_otherwise();
      case Kind::idle_condition:
      case Kind::false_condition:
        return leave_out_condition();
      case Kind::unused_acceptance:
        return {{without_line(d_.span), "", "take the acceptance away", Allowed::nothing, {}, ""}};
      case Kind::gap:
        return ast_ == nullptr ? std::vector<Edit>() : rows_for_gap(c_, *module_, *ast_, d_);
      case Kind::conflict:
      case Kind::overlap:
        return order_rules();
      default:
        return {};
    }
  }

 private:
  const SourceFile& file() const { return c_.sources.file(d_.span.file); }

  // The span with the documentation above it and the rest of its lines, where nothing else stands
  // on them; of blank lines on both sides one goes too.
  Span without_line(Span span) const {
    const std::string_view text = file().text();
    uint32_t begin = span.begin, end = span.end;
    while (begin > 0 && text[begin - 1] != '\n') --begin;
    while (end < text.size() && text[end] != '\n') ++end;
    const bool is_alone = is_blank(text.substr(begin, span.begin - begin)) &&
                          is_blank(text.substr(span.end, end - span.end));
    if (!is_alone) return with_space(span);
    if (end < text.size()) ++end;
    for (;;) {  // documentation belongs to what it documents
      uint32_t above = begin > 0 ? begin - 1 : 0;
      while (above > 0 && text[above - 1] != '\n') --above;
      std::string_view line = text.substr(above, begin - above);
      line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
      if (begin == 0 || !line.starts_with("///")) break;
      begin = above;
    }
    const bool is_blank_above = begin >= 2 && text[begin - 1] == '\n' && text[begin - 2] == '\n';
    if (is_blank_above && end < text.size() && text[end] == '\n') ++end;
    return {span.file, begin, end};
  }

  // Without the space that would be left over before what follows.
  Span with_space(Span span) const {
    const std::string_view text = file().text();
    while (span.end < text.size() && (text[span.end] == ' ' || text[span.end] == '\t')) ++span.end;
    return span;
  }

  // The rule that the message is about; nothing where names can't tell.
  std::optional<uint32_t> rule_index(const std::string& name) const {
    if (decision_ == ir::DecisionId::none) return std::nullopt;
    const auto& rules = c_.checked->rules.decision(decision_).rules;
    const auto found = std::ranges::find(rules, name, &ir::Rule::name);
    if (found == rules.end()) return std::nullopt;
    return static_cast<uint32_t>(found - rules.begin());
  }

  std::vector<Edit> delete_rule() const {
    const std::string name = argument(d_, "rule");
    const auto index = rule_index(name);
    if (!index || ast_ == nullptr) return {};
    const Span span = c_.checked->rule_spans[ir::index(decision_)][*index];
    Edit edit{without_line(span), "", "delete rule `" + name + "`", Allowed::nothing, {}, ""};
    if (ast_->has_table) {
      edit.text = "delete row `" + name + "`";
      const auto& rows = ast_->table.rows;
      for (size_t i = *index + 1; i < rows.size(); ++i) {
        if (!rows[i].label.empty()) continue;
        edit.obstacle = "rows below it have no label and would be called otherwise: `row_" +
                        std::to_string(i + 1) + "` would become `row_" + std::to_string(i) +
                        "`; label them first";
        break;
      }
    }
    return {std::move(edit)};
  }

  std::vector<Edit> delete_otherwise() const {
    if (ast_ == nullptr || !ast_->otherwise.present) return {};
    return {{without_line(ast_->otherwise.span),
             "",
             "delete the `otherwise`",
             Allowed::nothing,
             {},
             ""}};
  }

  // A cell becomes `-`; a condition goes with the `and` or `or` that joins it.
  std::vector<Edit> leave_out_condition() const {
    const std::string what = argument(d_, "condition");
    if (ast_ == nullptr) return {};
    if (ast_->has_table) {
      if (d_.kind != Kind::idle_condition) return {};
      return {{d_.span,
               "-",
               "let any value match instead of `" + what + "`",
               Allowed::nothing,
               {},
               ""}};
    }
    const std::string_view text = file().text();
    const auto edit = [&](uint32_t begin, uint32_t end) {
      return std::vector<Edit>{
          {{d_.span.file, begin, end}, "", "leave out `" + what + "`", Allowed::nothing, {}, ""}};
    };
    const std::string_view joint = d_.kind == Kind::idle_condition ? "and" : "or";
    const size_t before = text.find_last_not_of(" \t\r\n", d_.span.begin - 1);
    if (before != text.npos && before + 1 >= joint.size() &&
        text.substr(before + 1 - joint.size(), joint.size()) == joint) {
      const size_t start = text.find_last_not_of(" \t\r\n", before - joint.size());
      return edit(static_cast<uint32_t>(start + 1), d_.span.end);
    }
    const size_t after = text.find_first_not_of(" \t\r\n", d_.span.end);
    if (after != text.npos && text.substr(after, joint.size()) == joint) {
      const size_t end = text.find_first_not_of(" \t\r\n", after + joint.size());
      return edit(d_.span.begin, static_cast<uint32_t>(end));
    }
    return {};
  }

  // Who goes first where two rules clash: one of them by its priority, or by `overrides`.
  std::vector<Edit> order_rules() const {
    if (decision_ == ir::DecisionId::none || ast_ == nullptr || !ast_->has_rules) return {};
    const ir::Decision& decision = c_.checked->rules.decision(decision_);
    const bool by_priority = decision.policy == ir::HitPolicy::by_priority;
    if (!by_priority && decision.policy != ir::HitPolicy::unique_with_exceptions) return {};
    const auto first = rule_index(argument(d_, "rule"));
    std::optional<uint32_t> second;
    for (const diag::Label& label : d_.labels) {
      const auto& spans = c_.checked->rule_spans[ir::index(decision_)];
      const auto found = std::ranges::find(spans, label.span);
      if (found == spans.end()) continue;
      if (second) return {};  // more than two: whose turn it is can't be told
      second = static_cast<uint32_t>(found - spans.begin());
    }
    if (!first || !second || *second >= decision.rules.size()) return {};
    auto one =
        by_priority ? raised(decision, *first, *second) : overriding(decision, *first, *second);
    auto other =
        by_priority ? raised(decision, *second, *first) : overriding(decision, *second, *first);
    if (!one || !other) return {};
    Edit a = *one, b = *other;
    a.rivals = {*other};
    b.rivals = {*one};
    return {std::move(a), std::move(b)};
  }

  // One more than the other's priority, where no third rule has a priority in between.
  std::optional<Edit> raised(const ir::Decision& decision, uint32_t winner, uint32_t loser) const {
    const ast::Rule& rule = ast_->rules[winner];
    const int64_t priority = decision.rules[loser].priority;
    if (!rule.has_priority || !rule.priority_span.has_place()) return std::nullopt;
    const bool is_taken = std::ranges::any_of(
        decision.rules, [&](const ir::Rule& each) { return each.priority == priority + 1; });
    if (is_taken || priority >= 1'000'000'000) return std::nullopt;
    // The span may hold the word `priority` too.
    const std::string_view text = file().text(rule.priority_span);
    const size_t digits = text.find_first_of("0123456789-");
    if (digits == text.npos) return std::nullopt;
    Edit edit;
    edit.span = rule.priority_span;
    edit.span.begin += static_cast<uint32_t>(digits);
    edit.replacement = std::to_string(priority + 1);
    edit.text = "give rule `" + decision.rules[winner].name + "` the priority " + edit.replacement +
                ", so that it goes before `" + decision.rules[loser].name + "`";
    edit.allowed = Allowed::errors_only;
    return edit;
  }

  std::optional<Edit> overriding(const ir::Decision& decision, uint32_t winner,
                                 uint32_t loser) const {
    const ast::Rule& rule = ast_->rules[winner];
    Edit edit;
    const Span after = rule.overrides.empty() ? rule.name.span : rule.overrides.back().span;
    edit.span = {after.file, after.end, after.end};
    edit.replacement = (rule.overrides.empty() ? " overrides " : ", ") + decision.rules[loser].name;
    edit.text = "let rule `" + decision.rules[winner].name + "` override `" +
                decision.rules[loser].name + "`";
    edit.allowed = Allowed::errors_only;
    return edit;
  }

  const Compilation& c_;
  const diag::Diagnostic& d_;
  ir::DecisionId decision_ = ir::DecisionId::none;
  const ast::Decision* ast_ = nullptr;
  const ast::Module* module_ = nullptr;
};

}  // namespace

std::vector<Edit> edits_for(const Compilation& compilation, const diag::Diagnostic& diagnostic) {
  if (!diagnostic.span.has_place() ||
      diagnostic.span.file >= compilation.packages[0].modules.size()) {
    return {};
  }
  return Editor(compilation, diagnostic).edits();
}

}  // namespace pac::driver
