// Habits from other languages and from paper, each with the way this language writes it: numbers
// with decimal commas, words of Rego, Drools, SQL and DMN, comments of other kinds.
#include <algorithm>
#include <iterator>

#include "compiler/parse/explain.h"

namespace pac::parse {

using diag::Kind;

namespace {

struct Habit {
  std::string_view word;
  std::string_view instead;  // one word for another; empty: `help` says it all
  std::string_view help;
};

// At the beginning of a declaration.
constexpr Habit kItemWords[] = {
    {"import", "use", ""},
    {"include", "use", ""},
    {"require", "use", ""},
    {"using", "use", ""},
    {"class", "record", ""},
    {"struct", "record", ""},
    {"object", "record", ""},
    {"type", "", "write `record Name { field: type }` or `enum Name { first, second }`"},
    {"enumeration", "enum", ""},
    {"policy", "decision", ""},
    {"function", "decision", ""},
    {"func", "decision", ""},
    {"def", "decision", ""},
    {"const", "param", ""},
    {"constant", "param", ""},
    {"parameter", "param", ""},
    {"rule", "", "rules stand in a decision: `decision name { … rules first { rule … } }`"},
    {"rules", "", "rules stand in a decision: `decision name { … rules first { … } }`"},
    {"default", "", "what holds when no rule fires is the last of the rules: `otherwise { … }`"},
    {"allow", "", "write `decision access { … rules deny_overrides { rule name { … } } }`"},
    {"deny", "", "write `decision access { … rules deny_overrides { rule name { … } } }`"},
    {"permit", "", "write `decision access { … rules deny_overrides { rule name { … } } }`"},
    {"let", "", "a `let` stands in a decision; a value for all decisions is a `param`"},
    {"var", "", "a `let` stands in a decision; a value for all decisions is a `param`"},
    {"input", "", "`input { … }` stands in a decision"},
    {"end", "", "a declaration ends with its `}`"},
};

// Within a decision or among its rules.
constexpr Habit kClauseWords[] = {
    {"default", "", "what holds when no rule fires is the last of the rules: `otherwise { … }`"},
    {"else", "otherwise", ""},
    {"var", "let", ""},
    {"const", "let", ""},
    {"def", "let", ""},
    {"return", "result", ""},
    {"rule", "", "a rule stands among others: `rules first { rule name { when … then … } }`"},
    {"row", "", "rows stand in a table: `table first { score => rate … }`"},
    {"hitpolicy", "", "the hit policy stands after `rules` or `table`: `table unique { … }`"},
    {"policy", "", "the hit policy stands after `rules` or `table`: `table unique { … }`"},
};

template <size_t n>
const Habit* find(const Habit (&habits)[n], std::string_view word) {
  const auto* at = std::ranges::find(habits, word, &Habit::word);
  return at == std::end(habits) ? nullptr : at;
}

}  // namespace

bool Explainer::say(const void* known, size_t i) {
  const auto* habit = static_cast<const Habit*>(known);
  if (habit == nullptr) return false;
  if (!habit->instead.empty()) {
    foreign(i, i, std::string(habit->instead));
  } else {
    unexpected(i, "", std::string(habit->help));
  }
  return true;
}

// `10,50`, `10.000,00`, `10 000`, `10 EUR`.
bool Explainer::habit_number(const Failure& failure) {
  const size_t i = failure.token;
  const auto is_number = [&](size_t k) { return kind(k) == T::INT || kind(k) == T::DECIMAL; };
  const auto comma_number = [&](size_t comma) {
    std::string whole = text(comma - 1);
    const size_t point = whole.find('.');
    if (point != std::string::npos) whole.replace(point, 1, "_");
    emitter_
        .emit(Kind::bad_number, span(comma - 1, comma + 1),
              {{"seen", text(comma - 1) + "," + text(comma + 1)}})
        .label("a point stands before the decimals")
        .help("write `" + whole + "." + text(comma + 1) + "`");
    return true;
  };
  // In a record the comma was taken for the end of an entry.
  if (i > 1 && kind(i - 1) == T::COMMA && kind(i) == T::INT && touches(i) && touches(i - 1) &&
      is_number(i - 2)) {
    return comma_number(i - 1);
  }
  if (!is_number(i - 1)) return false;
  if (kind(i) == T::COMMA && touches(i) && touches(i + 1) && kind(i + 1) == T::INT) {
    return comma_number(i);
  }
  // Groups of three digits, from the second on.
  const auto is_group = [&](size_t k) {
    if (!is_number(k) || at(k).starts_line) return false;
    return text(k).find('.') == 3 || (kind(k) == T::INT && text(k).size() == 3);
  };
  if (kind(i - 1) == T::INT && text(i - 1).size() <= 3 && is_group(i)) {
    std::string instead = text(i - 1);
    size_t last = i - 1;
    while (kind(last) == T::INT && is_group(last + 1)) {
      ++last;
      instead += "_" + text(last);
    }
    foreign(i - 1, last, instead);
    return true;
  }
  const std::string unit = text(i);
  const bool upper =
      unit.size() == 3 && unit.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
  if (kind(i) != T::IDENT || !upper || at(i).starts_line) return false;
  unexpected(i, "",
             "a number takes the unit of what it stands beside, write `" + text(i - 1) +
                 "`; the unit belongs to the type: `decimal(2) unit " + unit + "`");
  return true;
}

// `300 - 850`, `300 ... 850`, `300 to 850` as a domain.
bool Explainer::habit_range(const Failure& failure) {
  const size_t i = failure.token;
  const auto bound = [&](size_t at) {
    return kind(at) == T::INT || kind(at) == T::DECIMAL || kind(at) == T::DATE;
  };
  if (kind(i) == T::DOT && touches(i) && kind(i - 1) == T::RANGE) {
    foreign(i - 1, i, "..");
    return true;
  }
  const bool in_type =
      in_rule(failure, {T::RuleField, T::RuleType, T::RuleDomain, T::RuleFeature, T::RuleParamHead,
                        T::RuleElementDomain, T::RuleDomainPart});
  if (kind(i) == T::MINUS && bound(i - 1) && bound(i + 1) &&
      (in_type || failure.rules.empty() || failure.begin == i)) {
    if (!inside(i, T::LBRACE)) return false;
    foreign(i, i, "..");
    return true;
  }
  if (i > 1 && failure.expected[T::COLON] && kind(i - 1) == T::TO && bound(i - 2) && bound(i)) {
    foreign(i - 1, i - 1, "..");
    return true;
  }
  return false;
}

bool Explainer::habit_comment(const Failure& failure) {
  const size_t i = failure.token;
  const bool block = kind(i) == T::SLASH && kind(i + 1) == T::STAR && touches(i + 1);
  const bool dashes = kind(i) == T::MINUS && kind(i + 1) == T::MINUS && touches(i + 1);
  if (!block && !(dashes && at(i).starts_line)) return false;
  unexpected(i, "", "a comment begins with `//` and ends with its line");
  return true;
}

// `note: optional string`, `in (a, b)`, `exists note`, `:=`.
bool Explainer::habit_form(const Failure& failure) {
  const size_t i = failure.token;
  if (i > 1 && failure.expected[T::COLON] && text(i - 2) == "optional" && is_name(kind(i - 1))) {
    foreign(i - 2, i - 1, text(i - 1) + "?");
    return true;
  }
  if (kind(i) == T::ASSIGN && touches(i) && kind(i - 1) == T::COLON) {
    foreign(i - 1, i, ":");
    return true;
  }
  if (kind(i) == T::COMMA && inside(i, T::LPAREN)) {
    size_t open = i;
    while (open > 0 && kind(open) != T::LPAREN) --open;
    if (open == 0 || kind(open - 1) != T::IN) return false;
    unexpected(i, "", "one of several values stands in braces: `x in {a, b}`");
    return true;
  }
  const std::string before = text(i - 1);
  if (kind(i) == T::RPAREN && i > 2 && kind(i - 2) == T::LPAREN && text(i - 3) == "count" &&
      is_name(kind(i - 1))) {
    unexpected(i, "`in`",
               "how many there are is `len(" + before + ")`; how many of a kind is `count(v in " +
                   before + " where …)`");
    return true;
  }
  if ((before == "exists" || before == "defined" || before == "isset") && is_name(kind(i))) {
    unexpected(i - 1, "", "write `" + text(i) + " is present`");
    return true;
  }
  return false;
}

// In a rule: `salience`, `rule "name"`, `then return x`, conditions joined by commas, a second
// `when`, another word for `when`.
bool Explainer::habit_rule(const Failure& failure) {
  const size_t i = failure.token;
  const bool marked =
      kind(i - 1) == T::PRIORITY || kind(i - 1) == T::OVERRIDES || kind(i - 1) == T::EFFECTIVE;
  if (i > 1 && kind(i - 2) == T::OTHERWISE && marked) {
    unexpected(i - 1, "", "`otherwise` has none: it fires exactly where no rule does");
    return true;
  }
  if (!in_rule(failure, {T::RuleRuleDecl, T::RuleRuleMark})) return false;
  if (text(i) == "salience" && kind(i + 1) != T::COLON) {
    foreign(i, i, "priority");
    return true;
  }
  if (kind(i) == T::STRING && kind(i - 1) == T::RULE) {
    std::string name = text(i).substr(1, text(i).size() - 2);
    std::ranges::replace(name, ' ', '_');
    unexpected(i, "a name without quotes",
               "write `rule " + (name.empty() ? std::string("name") : name) + " { … }`");
    return true;
  }
  if (text(i - 1) == "return" && i > 1 && kind(i - 2) == T::THEN) {
    unexpected(i - 1, "", "an outcome names its outputs: `then { field: value }`");
    return true;
  }
  if (!failure.expected[T::THEN]) return false;
  if (kind(i) == T::COMMA) {
    unexpected(i, "", "conditions are joined by `and` or `or`");
    return true;
  }
  if (kind(i) == T::WHEN) {
    emitter_.emit(Kind::repeated_clause, span(i), {{"clause", "when"}})
        .help("a rule has one condition; join the two by `and`");
    return true;
  }
  const bool another_word = failure.expected[T::WHEN] && at(i).starts_line &&
                            (kind(i) == T::IDENT || kind(i) == T::IF) && begins_value(i + 1) &&
                            kind(i + 1) != T::MINUS && !at(i + 1).starts_line && !touches(i + 1);
  if (!another_word || text(i) == "unless") return false;
  foreign(i, i, "when");
  return true;
}

bool Explainer::habit_table(const Failure& failure) {
  const size_t i = failure.token;
  if (in_rule(failure, {T::RuleTestItem}) && (kind(i + 1) == T::BAR || kind(i + 1) == T::ARROW) &&
      is_name(kind(i))) {
    unexpected(i, "", "a table of cases is written `test decision_name \"…\" cases { … }`");
    return true;
  }
  if (!in_rule(failure, {T::RuleRow, T::RuleHeader, T::RuleCaseRow})) return false;
  const bool at_end = kind(i) == T::ROW_END && kind(i - 1) == T::BAR;
  const bool at_begin =
      i > 1 && kind(i - 1) == T::BAR && (kind(i - 2) == T::ROW_END || kind(i - 2) == T::LBRACE);
  if (!at_end && !at_begin) return false;
  unexpected(i - 1, "", "`|` stands between cells, not at the ends of a row");
  return true;
}

bool Explainer::habit(const Failure& failure) {
  const size_t i = failure.token;
  if (i == 0) return false;
  if (!failure.rules.empty() && i == failure.begin) {
    if (failure.rules[0] == T::RuleItem) {
      if (say(find(kItemWords, text(i)), i)) return true;
    } else if (failure.rules[0] == T::RuleDecisionItem || failure.rules[0] == T::RuleRuleItem ||
               failure.rules[0] == T::RuleTableItem) {
      if (text(i) == "default" && kind(i + 1) == T::LBRACE) {
        foreign(i, i, "otherwise");
        return true;
      }
      if (say(find(kClauseWords, text(i)), i)) return true;
    }
  }
  return habit_number(failure) || habit_range(failure) || habit_comment(failure) ||
         habit_form(failure) || habit_rule(failure) || habit_table(failure);
}

}  // namespace pac::parse
