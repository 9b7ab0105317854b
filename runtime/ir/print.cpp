#include "runtime/ir/print.h"

#include "runtime/base/json.h"
#include "runtime/base/text_numbers.h"
#include "runtime/ir/shape.h"

namespace pac::ir {

namespace {

// A shared operand is written out at each use; beyond so many in one expression it is named by its
// id.
constexpr int kMaxPrinted = 20'000;

std::string quoted(const std::string& text) {
  std::string out;
  json::append_quoted(text, &out);
  return out;
}

std::string date_text(int32_t date) {
  char buffer[kDateTextBytes];
  return std::string(buffer, format_date(date, buffer));
}

class Printer {
 public:
  Printer(const RuleSet& rule_set, const Decision* decision) : rs_(rule_set), decision_(decision) {}

  std::string expression(ExprId id) {
    int budget = kMaxPrinted;
    std::string text;
    append(id, budget, text);
    return text;
  }

  void declarations();
  void decision();
  std::string take() { return std::move(out_); }

 private:
  void append(ExprId id, int& budget, std::string& text);
  void append_member(Part part, uint32_t value, const Expr& expr, int& budget, std::string& text);
  std::string field_line(const Field& field) const;
  void slots();
  void policy();
  void rule(const Rule& rule);
  void outcome(const std::vector<ExprId>& values, const char* indent);
  void line(const std::string& text) { out_ += text + "\n"; }

  const RuleSet& rs_;
  const Decision* decision_;
  std::string out_;
};

void Printer::append(ExprId id, int& budget, std::string& text) {
  const Expr& expr = rs_.expr(id);
  if (--budget < 0) {
    text += "#" + std::to_string(index(id));
    return;
  }
  if (expr.op == Op::constant) {
    text += constant_text(rs_, static_cast<ConstantId>(expr.a));
    return;
  }
  text += std::string("(") + name(expr.op);
  // The type is written where the operands don't tell it.
  if (expr.op == Op::rescale || expr.op == Op::round || expr.op == Op::make_record ||
      expr.op == Op::make_list || expr.op == Op::make_set || expr.op == Op::call_std) {
    text += " " + type_text(rs_, expr.type);
  }
  const OpShape& parts = shape(expr.op);
  append_member(parts.a, expr.a, expr, budget, text);
  append_member(parts.b, expr.b, expr, budget, text);
  append_member(parts.c, expr.c, expr, budget, text);
  append_member(parts.extra, expr.extra, expr, budget, text);
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    text += " ";
    append(rs_.operand(expr, i), budget, text);
  }
  text += ")";
}

void Printer::append_member(Part part, uint32_t value, const Expr& expr, int& budget,
                            std::string& text) {
  if (part == Part::unused) return;
  text += " ";
  switch (part) {
    case Part::unused:
      return;
    case Part::optional_expr:
      if (value == kNone) {
        text += "true";
        return;
      }
      [[fallthrough]];
    case Part::expr:
      append(static_cast<ExprId>(value), budget, text);
      return;
    case Part::constant:
      text += constant_text(rs_, static_cast<ConstantId>(value));
      return;
    case Part::slot:
      text += "$" + std::to_string(value);
      return;
    case Part::input:
      text += decision_ == nullptr ? std::to_string(value)
                                   : rs_.record(decision_->input).fields[value].name;
      return;
    case Part::field: {
      const Type& record = rs_.type_of(static_cast<ExprId>(expr.a));
      text += rs_.records[record.ref].fields[value].name;
      return;
    }
    case Part::param:
      text += rs_.params[value].name;
      return;
    case Part::decision:
      text += rs_.decisions[value].name;
      return;
    case Part::function:
      text += rs_.functions[value].name + "@" + std::to_string(rs_.functions[value].version);
      return;
    case Part::let:
    case Part::flags:
      text += std::to_string(value);
      return;
  }
}

std::string Printer::field_line(const Field& field) const {
  std::string text = field.name + ": " + type_text(rs_, field.type);
  if (!field.unit.empty()) text += " unit " + field.unit;
  const std::string domain = domain_text(rs_, field.type, field.domain);
  return domain.empty() ? text : text + " " + domain;
}

void Printer::declarations() {
  line("package " + rs_.package + " edition " + std::to_string(rs_.edition));
  for (const std::string& zone : rs_.zones) line("zone " + quoted(zone));
  for (const FunctionRef& each : rs_.functions) {
    line("function " + each.name + "@" + std::to_string(each.version));
  }
  for (const Enum& each : rs_.enums) {
    line(std::string(each.ordered ? "ordered " : "") + "enum " + each.name);
    for (const EnumValue& value : each.values) line("  " + value.name + " " + quoted(value.wire));
  }
  for (const Record& each : rs_.records) {
    line("record " + each.name);
    for (const Field& field : each.fields) line("  " + field_line(field));
  }
  for (const Param& each : rs_.params) {
    line("param " + field_line({each.name, each.type, each.domain, each.unit}));
    for (const ParamLine& from : each.lines) {
      line("  from " + date_text(from.from) + ": " + expression(from.value));
    }
  }
  for (const Duty& each : rs_.duties) {
    line(std::string(each.is_advice ? "advice " : "obligation ") + each.name + ": " +
         rs_.record(each.arguments).name);
  }
}

void Printer::decision() {
  const Decision& decision = *decision_;
  line(std::string(decision.is_private ? "private " : "") + (decision.partial ? "partial " : "") +
       "decision " + decision.name + ": " + rs_.record(decision.input).name + " -> " +
       rs_.record(decision.output).name + " -> " + type_text(rs_, decision.result_type));
  if (!decision.zone.empty()) line("  zone " + quoted(decision.zone));
  slots();
  for (const ExprId assume : decision.assumes) line("  assume " + expression(assume));
  for (size_t i = 0; i < decision.lets.size(); ++i) {
    const Let& let = decision.lets[i];
    const std::string domain = domain_text(rs_, let.type, let.domain);
    line("  let " + std::to_string(i) + ": " + type_text(rs_, let.type) +
         (domain.empty() ? "" : " " + domain) + " = " + expression(let.value));
  }
  if (decision.var_count > 0) line("  variables " + std::to_string(decision.var_count));
  policy();
  outcome(decision.result, "    ");
  for (const Rule& each : decision.rules) rule(each);
  if (decision.has_otherwise) rule(decision.otherwise);
}

void Printer::slots() {
  const Decision& decision = *decision_;
  const std::vector<Field>& fields = rs_.record(decision.input).fields;
  size_t feature = 0;
  for (uint32_t slot = 0; slot < fields.size(); ++slot) {
    std::string text =
        std::string("  ") + name(decision.roles[slot]) + " " + field_line(fields[slot]);
    if (slot == decision.as_of_slot) text += " as_of";
    if (slot == decision.now_slot) text += " now";
    if (decision.roles[slot] == SlotRole::feature) {
      const Feature& each = decision.features[feature++];
      text += std::string(each.required ? " required " : " ") + each.name + " of " +
              expression(each.key);
      if (each.max_age_us >= 0) text += " max_age " + std::to_string(each.max_age_us) + " us";
    }
    line(text);
  }
}

void Printer::policy() {
  const Decision& decision = *decision_;
  line(std::string("  ") + name(decision.policy));
  const std::vector<Field>& columns = rs_.record(decision.output).fields;
  for (const RankedColumn& ranked : decision.ranking) {
    std::string text =
        "    rank " + columns[ranked.column].name + (ranked.highest ? " highest" : ":");
    for (const ConstantId value : ranked.values) text += " " + constant_text(rs_, value);
    line(text);
  }
  for (size_t i = 0; i < decision.folds.size(); ++i) {
    const Fold& fold = decision.folds[i];
    const std::string& result = rs_.records[rs_.type(decision.result_type).ref].fields[i].name;
    const std::string column = fold.column == kNone ? "" : columns[fold.column].name;
    line("    fold " + result + " = " + name(fold.kind) + "(" + column + ")");
  }
}

void Printer::rule(const Rule& rule) {
  const bool is_otherwise = &rule == &decision_->otherwise;
  std::string text = is_otherwise ? "  otherwise" : "  rule " + rule.name;
  if (decision_->policy == HitPolicy::by_priority && !is_otherwise) {
    text += " priority " + std::to_string(rule.priority);
  }
  for (const uint32_t target : rule.overrides)
    text += " overrides " + decision_->rules[target].name;
  if (rule.has_effective) {
    text += " effective " + date_text(rule.effective_from) + " to " + date_text(rule.effective_to);
  }
  line(text);
  if (rule.each_list != ExprId::none) {
    line("    for each $" + std::to_string(rule.each_var) + " in " + expression(rule.each_list));
  }
  for (const ExprId condition : rule.conditions) line("    when " + expression(condition));
  outcome(rule.outcome, "    ");
  for (const DutyUse& use : rule.duties) {
    const Duty& duty = rs_.duties[index(use.duty)];
    line(std::string("    ") + (duty.is_advice ? "advise " : "oblige ") + duty.name);
    const std::vector<Field>& fields = rs_.record(duty.arguments).fields;
    for (size_t i = 0; i < fields.size(); ++i) {
      line("      " + fields[i].name + " = " + expression(use.arguments[i]));
    }
  }
}

void Printer::outcome(const std::vector<ExprId>& values, const char* indent) {
  const std::vector<Field>& fields = rs_.record(decision_->output).fields;
  for (size_t i = 0; i < values.size(); ++i) {
    line(std::string(indent) + "then " + fields[i].name + " = " + expression(values[i]));
  }
}

}  // namespace

std::string print(const RuleSet& rule_set) {
  Printer printer(rule_set, nullptr);
  printer.declarations();
  std::string text = printer.take();
  for (const Decision& decision : rule_set.decisions) text += print(rule_set, decision);
  return text;
}

std::string print(const RuleSet& rule_set, const Decision& decision) {
  Printer printer(rule_set, &decision);
  printer.decision();
  return printer.take();
}

std::string print(const RuleSet& rule_set, ExprId expr, const Decision* decision) {
  return Printer(rule_set, decision).expression(expr);
}

}  // namespace pac::ir
