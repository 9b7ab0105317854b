#include "compiler/gen/policy_page.h"

#include "runtime/base/text_numbers.h"
#include "runtime/ir/phrase.h"
#include "runtime/ir/print.h"

namespace pac::gen {

namespace {

constexpr size_t kPhraseBytes = 400;

// In a cell of a table a bar ends the cell, and a line the row.
std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += ' ';
    } else if (c == '|') {
      out += "\\|";
    } else {
      out += c;
    }
  }
  return out;
}

std::string code(const std::string& text) { return text.empty() ? "" : "`" + text + "`"; }

class Page {
 public:
  Page(const ir::RuleSet& rules, const ir::Side& side) : rules_(rules), side_(side) {}

  std::string write() {
    out_ = "# " + rules_.package + "\n\n";
    put_words(side_.words);
    put_responsibility(side_.responsibility);
    for (uint32_t i = 0; i < rules_.decisions.size(); ++i) {
      if (!rules_.decisions[i].is_private) put_decision(i);
    }
    put_params();
    put_types();
    while (out_.ends_with("\n\n")) out_.pop_back();
    return std::move(out_);
  }

 private:
  void put_words(const ir::Words& words) {
    if (!words.documentation.empty()) out_ += words.documentation + "\n\n";
    for (const auto& one : words.citations) out_ += "By law: " + citation(one) + "\n\n";
  }

  static std::string citation(const ir::Citation& one) {
    std::string text = one.system + " " + one.reference;
    for (const auto& part : one.parts) text += " " + part.kind + " " + part.value;
    return one.iri.empty() ? text : "[" + text + "](" + one.iri + ")";
  }

  void put_responsibility(const ir::Responsibility& who) {
    if (!who.owner.empty()) out_ += "Owner: " + who.owner + ". ";
    if (!who.risk.empty()) out_ += "Risk: " + who.risk + ".";
    if (!who.owner.empty() || !who.risk.empty()) out_ += "\n\n";
  }

  static const char* role(ir::SlotRole role) {
    switch (role) {
      case ir::SlotRole::context:
        return "context";
      case ir::SlotRole::feature:
        return "feature";
      case ir::SlotRole::input:
        break;
    }
    return "input";
  }

  void put_field(const ir::Field& field, const ir::FieldSide& words, const char* first) {
    std::string meaning = words.documentation;
    if (!words.pii.empty())
      meaning += (meaning.empty() ? "" : " ") + ("(personal: " + words.pii + ")");
    std::string values = ir::domain_text(rules_, field.type, field.domain);
    if (!field.unit.empty()) values += (values.empty() ? "" : ", ") + field.unit;
    out_ += "| " + code(field.name) + " | " + (first == nullptr ? "" : std::string(first) + " | ") +
            code(ir::type_text(rules_, field.type)) + " | " + cell(values) + " | " + cell(meaning) +
            " |\n";
  }

  void put_decision(uint32_t index) {
    const ir::Decision& d = rules_.decisions[index];
    const ir::DecisionSide& words = side_.decisions[index];
    out_ += "## Decision `" + d.name + "`\n\n";
    put_words(words.words);
    put_responsibility(words.responsibility);
    const ir::Record& input = rules_.record(d.input);
    out_ += "| takes | | type | values | meaning |\n|---|---|---|---|---|\n";
    for (uint32_t i = 0; i < input.fields.size(); ++i) {
      put_field(input.fields[i], side_.records[ir::index(d.input)].fields[i], role(d.roles[i]));
    }
    const ir::Record& output = rules_.record(d.output);
    out_ += "\n| gives | type | values | meaning |\n|---|---|---|---|\n";
    for (uint32_t i = 0; i < output.fields.size(); ++i) {
      put_field(output.fields[i], side_.records[ir::index(d.output)].fields[i], nullptr);
    }
    out_ += "\n";
    if (d.partial) out_ += "Where no rule fires there is no decision (`no_match`).\n\n";
    const ir::LocalNames names = local_names(words);
    for (const ir::ExprId assume : d.assumes) {
      out_ += "Assumes " + code(ir::phrase(rules_, d, assume, {}, kPhraseBytes)) + ".\n\n";
    }
    put_lets(d, words, names);
    put_rules(d, words, names);
  }

  static ir::LocalNames local_names(const ir::DecisionSide& words) {
    ir::LocalNames names{{}, words.variables};
    for (const auto& let : words.lets) names.lets.push_back(let.name);
    return names;
  }

  void put_lets(const ir::Decision& d, const ir::DecisionSide& words, const ir::LocalNames& names) {
    bool has_any = false;
    for (uint32_t i = 0; i < d.lets.size(); ++i) {
      // Columns of tables are lets without a name of their own.
      if (words.lets[i].name.empty()) continue;
      out_ += "- " + code(words.lets[i].name) + " is " +
              code(ir::phrase(rules_, d, d.lets[i].value, names, kPhraseBytes));
      if (!words.lets[i].documentation.empty()) out_ += ": " + cell(words.lets[i].documentation);
      out_ += "\n";
      has_any = true;
    }
    if (has_any) out_ += "\n";
  }

  void put_rules(const ir::Decision& d, const ir::DecisionSide& words,
                 const ir::LocalNames& names) {
    if (d.policy == ir::HitPolicy::result) {
      out_ += "Gives " + code(outcome(d, d.result, names)) + ".\n\n";
      return;
    }
    std::string policy = ir::name(d.policy);
    for (char& c : policy) c = c == '_' ? ' ' : c;
    out_ += "Rules, " + policy + ":\n\n";
    for (uint32_t i = 0; i < d.rules.size(); ++i) put_rule(d, d.rules[i], words.rules[i], names);
    if (d.has_otherwise) put_rule(d, d.otherwise, words.otherwise, names);
    out_ += "\n";
  }

  void put_rule(const ir::Decision& d, const ir::Rule& rule, const ir::RuleSide& words,
                const ir::LocalNames& names) {
    out_ += "- **" + rule.name + "**";
    if (d.policy == ir::HitPolicy::by_priority && &rule != &d.otherwise)
      out_ += " (priority " + std::to_string(rule.priority) + ")";
    if (rule.each_list != ir::ExprId::none) {
      const std::string variable =
          rule.each_var < names.variables.size() ? names.variables[rule.each_var] : "item";
      out_ += " for each " + code(variable) + " in " +
              code(ir::phrase(rules_, d, rule.each_list, names, kPhraseBytes));
    }
    std::string when;
    for (const ir::ExprId condition : rule.conditions) {
      when += (when.empty() ? "" : " and ") + ir::phrase(rules_, d, condition, names, kPhraseBytes);
    }
    if (!when.empty()) out_ += " when " + code(when);
    const std::string gives = outcome(d, rule.outcome, names);
    if (!gives.empty()) out_ += " then " + code(gives);
    for (const auto& duty : rule.duties)
      out_ += " with " + code(rules_.duties[ir::index(duty.duty)].name);
    if (rule.has_effective) {
      out_ += " from " + date(rule.effective_from) + " to " + date(rule.effective_to);
    }
    out_ += ".";
    if (!words.words.documentation.empty()) out_ += " " + cell(words.words.documentation);
    for (const auto& one : words.words.citations) out_ += " By law: " + citation(one) + ".";
    out_ += "\n";
  }

  std::string outcome(const ir::Decision& d, const std::vector<ir::ExprId>& values,
                      const ir::LocalNames& names) const {
    std::string out;
    const ir::Record& output = rules_.record(d.output);
    for (uint32_t i = 0; i < values.size(); ++i) {
      if (i > 0) out += ", ";
      out += output.fields[i].name + ": " + ir::phrase(rules_, d, values[i], names, kPhraseBytes);
    }
    return out;
  }

  static std::string date(int32_t day) {
    char text[kDateTextBytes];
    return {text, format_date(day, text)};
  }

  std::string value(ir::ExprId id) const {
    const ir::Expr& e = rules_.expr(id);
    if (e.op != ir::Op::constant) return ir::print(rules_, id);
    return ir::constant_text(rules_, static_cast<ir::ConstantId>(e.a));
  }

  void put_params() {
    if (rules_.params.empty()) return;
    out_ += "## Parameters\n\n";
    for (uint32_t i = 0; i < rules_.params.size(); ++i) {
      const ir::Param& param = rules_.params[i];
      out_ += "### " + code(param.name) + "\n\n";
      put_words(side_.params[i].words);
      out_ += "| from | value |\n|---|---|\n";
      for (const auto& line : param.lines) {
        out_ += "| " + date(line.from) + " | " + code(value(line.value)) +
                (param.unit.empty() ? "" : " " + param.unit) + " |\n";
      }
      out_ += "\n";
    }
  }

  // Those that the author named; inputs and outputs stand at their decisions.
  void put_types() {
    for (uint32_t i = 0; i < rules_.records.size(); ++i) {
      const ir::Record& record = rules_.records[i];
      if (record.name.find('.') != std::string::npos) continue;
      out_ += "## Record `" + record.name + "`\n\n";
      put_words(side_.records[i].words);
      out_ += "| field | type | values | meaning |\n|---|---|---|---|\n";
      for (uint32_t k = 0; k < record.fields.size(); ++k)
        put_field(record.fields[k], side_.records[i].fields[k], nullptr);
      out_ += "\n";
    }
    for (uint32_t i = 0; i < rules_.enums.size(); ++i) {
      out_ += "## Enum `" + rules_.enums[i].name + "`\n\n";
      put_words(side_.enums[i].words);
      for (const auto& value : rules_.enums[i].values) {
        out_ += "- " + code(value.name);
        if (value.wire != value.name) out_ += " (`\"" + value.wire + "\"`)";
        out_ += "\n";
      }
      out_ += "\n";
    }
  }

  const ir::RuleSet& rules_;
  const ir::Side& side_;
  std::string out_;
};

}  // namespace

std::string policy_page(const ir::RuleSet& rules, const ir::Side& side) {
  return Page(rules, side).write();
}

}  // namespace pac::gen
