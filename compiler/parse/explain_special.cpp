// Mistakes with a message of their own: signs and words of other languages, and what is easily left
// out. Each function looks at a few tokens around the place and says whether it has reported it.
#include <algorithm>
#include <iterator>

#include "compiler/parse/explain.h"

namespace pac::parse {

using diag::Kind;

namespace {

struct ForeignWord {
  std::string_view word;
  std::string_view instead;  // where one word stands for another
  std::string_view help;
};

constexpr ForeignWord kForeignWords[] = {
    {"AND", "and", ""},
    {"OR", "or", ""},
    {"NOT", "not", ""},
    {"IN", "in", ""},
    {"IF", "if", ""},
    {"THEN", "then", ""},
    {"ELSE", "else", ""},
    {"elif", "else if", ""},
    {"elsif", "else if", ""},
    {"elseif", "else if", ""},
    {"equals", "==", ""},
    {"between", "", "a range is written `x in 1 .. 5`"},
    {"like", "", "write `starts_with`, `ends_with`, `contains` or `matches \"pattern\"`"},
    {"mod", "", "the remainder is `mod(a, b)`"},
    {"div", "", "a whole quotient is `round(a / b, 0, down)`"},
    {"xor", "", "write `a != b`"},
    {"unless", "", "write `when not (…)`"},
    {"has", "", "write `contains` for texts, `\"x\" in list` for lists"},
    {"includes", "", "write `\"x\" in list`"},
    {"endif", "", "an `if` ends where its `else` value ends"},
};

struct ForeignUnit {
  std::string_view word;
  std::string_view unit;  // the plural that the language has
  int factor;
};

constexpr ForeignUnit kForeignUnits[] = {
    {"day", "days", 1},       {"hour", "hours", 1},  {"minute", "minutes", 1},
    {"second", "seconds", 1}, {"d", "days", 1},      {"h", "hours", 1},
    {"min", "minutes", 1},    {"s", "seconds", 1},   {"mins", "minutes", 1},
    {"secs", "seconds", 1},   {"sec", "seconds", 1}, {"hrs", "hours", 1},
    {"week", "days", 7},      {"weeks", "days", 7},
};

constexpr std::string_view kPolicies =
    "write `unique`, `unique with exceptions`, `any`, `first`, `by priority`, `by outcome column: "
    "best, next`, "
    "`by highest column`, `collect list`, `collect name = sum(column)`, `deny_overrides` or "
    "`permit_overrides`";

constexpr std::string_view kReserved =
    "the reserved words are `and or not in is if else true false`; choose another name";

bool is_compare(uint16_t kind) { return kind >= T::EQ && kind <= T::GT; }
bool is_range(uint16_t kind) { return kind >= T::RANGE && kind <= T::RANGE_OPEN; }

}  // namespace

// Whether the innermost bracket around a token is this one. Looks back a bounded way.
bool Explainer::inside(size_t i, uint16_t opener) const {
  for (size_t steps = 0; i > 0 && steps < 2000; ++steps) {
    --i;
    if (is_closer(kind(i)) && at(i).partner < i)
      i = at(i).partner;
    else if (is_opener(kind(i)))
      return kind(i) == opener;
  }
  return false;
}

// Whether another comparison stands before this sign without `and`, `or` or a bracket between them.
bool Explainer::is_chained(size_t i) const {
  for (size_t steps = 0; i > 0 && steps < 60; ++steps) {
    --i;
    const uint16_t k = kind(i);
    if (is_compare(k) || k == T::IN || k == T::IS) return true;
    if (is_closer(k) && at(i).partner < i)
      i = at(i).partner;
    else if (is_opener(k) || is_reserved(k) || k == T::COMMA || k == T::BAR || k == T::ARROW ||
             k == T::ROW_END || k == T::COLON || k == T::ASSIGN || k == T::WHEN || k == T::THEN)
      return false;
  }
  return false;
}

bool Explainer::special_assign(const Failure& failure) {
  const size_t i = failure.token;
  if (!(kind(i) == T::ASSIGN) || i == 0) return false;
  if (touches(i + 1) && (kind(i + 1) == T::LT || kind(i + 1) == T::GT)) {
    foreign(i, i + 1, kind(i + 1) == T::LT ? "<=" : ">=");
    return true;
  }
  if (touches(i) && (kind(i - 1) == T::EQ || kind(i - 1) == T::NE)) {
    foreign(i - 1, i, text(i - 1));
    return true;
  }
  if (failure.expected[T::COLON] || (inside(i, T::LBRACE) && is_name(kind(i - 1)) && i > 1 &&
                                     (kind(i - 2) == T::LBRACE || kind(i - 2) == T::COMMA))) {
    emitter_.emit(Kind::missing_separator, span(i), {{"separator", ":"}})
        .label("between a name and its value or type stands `:`")
        .fix(span(i), ":", "write `:`");
    return true;
  }
  if (!ends_value(i - 1) || !begins_value(i + 1) || failure.expected[T::ASSIGN]) return false;
  emitter_.emit(Kind::assignment_as_comparison, span(i))
      .label("`=` gives a `let` its value")
      .fix(span(i), "==", "write `==`");
  return true;
}

// Cells: an empty one, `= 5`, and `not a, b`.
bool Explainer::special_row(const Failure& failure) {
  const size_t i = failure.token;
  if (i == 0 ||
      !in_rule(failure, {T::RuleRow, T::RuleHeader, T::RuleCaseRow, T::RuleTableOtherwise}))
    return false;
  const uint16_t before = kind(i - 1);
  const bool cell_begins =
      before == T::BAR || before == T::ROW_END || before == T::COLON || before == T::LBRACE;
  if (cell_begins && (kind(i) == T::BAR || kind(i) == T::ARROW)) {
    emitter_.emit(Kind::unexpected_token, span(i), {{"seen", seen(i)}})
        .label("the cell before it is empty")
        .fix({file_.id(), at(i).begin, at(i).begin}, "- ", "write `-` for any value");
    return true;
  }
  if (kind(i) == T::ASSIGN && (cell_begins || before == T::COMMA) && kind(i + 1) != T::LT &&
      kind(i + 1) != T::GT) {
    emitter_.emit(Kind::assignment_as_comparison, span(i))
        .label("a value alone means equality")
        .fix(span(i), "==", "write `==`, or leave it out");
    return true;
  }
  if (kind(i) != T::COMMA) return false;
  size_t cell = i;
  while (cell > 0 && kind(cell - 1) != T::BAR && kind(cell - 1) != T::ROW_END &&
         kind(cell - 1) != T::COLON)
    --cell;
  if (kind(cell) != T::NOT) return false;
  unexpected(i, "`|` or `=>`", "values that are all excluded stand in brackets: `not (a, b)`");
  return true;
}

bool Explainer::special_bar(const Failure& failure) {
  const size_t i = failure.token;
  if (kind(i) != T::BAR) return false;
  if (in_rule(failure, {T::RuleRow, T::RuleHeader, T::RuleCaseRow, T::RuleTableOtherwise}))
    return false;
  if (kind(i + 1) == T::BAR && touches(i + 1)) {
    foreign(i, i + 1, "or");
    return true;
  }
  unexpected(i, "", "conditions are joined by `or`; `|` separates the cells of a table");
  return true;
}

// At a `:` that fits nowhere: quoted and reserved names.
bool Explainer::special_colon(size_t i) {
  if (kind(i - 1) == T::STRING && !at(i - 1).synthetic && inside(i, T::LBRACE)) {
    const std::string bare = text(i - 1).substr(1, text(i - 1).size() - 2);
    auto message = emitter_.emit(Kind::unexpected_token, span(i - 1), {{"seen", seen(i - 1)}});
    message.label("the names of a record stand without quotes");
    constexpr auto kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    const bool is_word = bare.find_first_not_of(kLetters) == std::string::npos;
    if (is_word && !bare.empty() && (bare[0] < '0' || bare[0] > '9')) {
      message.fix(span(i - 1), bare, "write `" + bare + "`");
    }
    return true;
  }
  if (is_reserved(kind(i - 1)) && inside(i, T::LBRACE)) {
    emitter_.emit(Kind::reserved_word, span(i - 1), {{"seen", text(i - 1)}})
        .help(std::string(kReserved));
    return true;
  }
  return false;
}

bool Explainer::special_sign(const Failure& failure) {
  const size_t i = failure.token;
  const bool in_row =
      in_rule(failure, {T::RuleRow, T::RuleHeader, T::RuleCaseRow, T::RuleTableOtherwise});
  if (i == 0) return false;
  switch (kind(i)) {
    case T::ARROW:
      if (in_row || !ends_value(i - 1) || !begins_value(i + 1)) return false;
      foreign(i, i, ">=");
      return true;
    case T::GT:
      if (!touches(i) || kind(i - 1) != T::LT) return false;
      foreign(i - 1, i, "!=");
      return true;
    case T::STAR:
      if (!touches(i)) return false;
      if (kind(i - 1) == T::STAR) {
        unexpected(i, "", "there is no operator for powers");
        return true;
      }
      if (kind(i - 1) != T::SLASH) return false;
      unexpected(i, "", "a comment begins with `//` and ends with its line");
      return true;
    case T::LBRACK:
      if (!ends_value(i - 1) || at(i).starts_line || is_reserved(kind(i - 1))) return false;
      emitter_.emit(Kind::list_index, span(i))
          .label("after a value")
          .help(
              "ask about elements with `any x in xs: …`, `all`, `none`, or count them with "
              "`count(x in xs where …)`");
      return true;
    case T::QUESTION:
      if (!ends_value(i - 1)) return false;
      unexpected(
          i, "",
          "`?` stands right behind the type, before unit and domain: `decimal(2)? unit EUR`; "
          "a choice between values is written `if condition then a else b`");
      return true;
    case T::COLON:
      return special_colon(i);
    case T::DOT:
      if (kind(i - 1) != T::INT) return false;
      unexpected(i, "digits after the point", "write `" + text(i - 1) + ".0`");
      return true;
    default:
      break;
  }
  if (is_range(kind(i)) && inside(i, T::LBRACK)) {
    unexpected(i, "", "a range has no brackets: `x in 1 .. 5`; `..<` leaves the upper end out");
    return true;
  }
  if ((is_compare(kind(i)) || kind(i) == T::IN) && ends_value(i - 1) && is_chained(i)) {
    emitter_.emit(Kind::chained_comparison, span(i))
        .label("the comparison before it is complete")
        .help("write `a < x and x < b`, or a range: `x in a .. b`");
    return true;
  }
  return false;
}

bool Explainer::special_duration(const Failure& failure) {
  const size_t i = failure.token;
  if (i == 0 || kind(i) != T::IDENT || kind(i - 1) != T::INT || at(i).starts_line) return false;
  const std::string unit = text(i);
  const std::string count = text(i - 1);
  if (unit == "months" || unit == "month" || unit == "years" || unit == "year") {
    const bool years = unit[0] == 'y';
    emitter_.emit(Kind::bad_duration_unit, span(i), {{"seen", unit}})
        .label("has no fixed length")
        .help("add calendar months to a date with `add_months(date, " + count +
              (years ? " * 12" : "") + ", end_of_month: clip)`")
        .note("a duration is exact: `days`, `hours`, `minutes` or `seconds`");
    return true;
  }
  const auto* known = std::find_if(std::begin(kForeignUnits), std::end(kForeignUnits),
                                   [&](const ForeignUnit& u) { return u.word == unit; });
  if (known == std::end(kForeignUnits)) return false;
  auto message = emitter_.emit(Kind::bad_duration_unit, span(i), {{"seen", unit}});
  if (known->factor == 1) {
    message.fix(span(i), std::string(known->unit), "write `" + std::string(known->unit) + "`");
  } else {
    message.help("write it in days: `7 days` for one week");
  }
  return true;
}

bool Explainer::special_negation(const Failure& failure) {
  const size_t i = failure.token;
  if (i == 0) return false;
  if (kind(i) == T::NOT && kind(i + 1) == T::IN) {
    emitter_
        .emit(Kind::foreign_operator, span(i, i + 1),
              {{"seen", "x not in"}, {"instead", "not x in"}})
        .help("`not` stands before the whole comparison: `not x in {…}`");
    return true;
  }
  if (kind(i - 1) != T::IS || kind(i) == T::PRESENT || kind(i) == T::MISSING) return false;
  if (kind(i) == T::NOT) {
    const uint16_t next = kind(i + 1);
    if (next == T::MISSING || next == T::PRESENT || text(i + 1) == "null") {
      foreign(i - 1, i + 1, next == T::PRESENT ? "is missing" : "is present");
    } else {
      foreign(i - 1, i, "!=");
    }
    return true;
  }
  if (text(i) == "null" || text(i) == "nil" || text(i) == "None" || text(i) == "undefined") {
    foreign(i - 1, i, "is missing");
    return true;
  }
  unexpected(i, "`present` or `missing`",
             "values are compared with `==`; a bool stands alone: `when flag`");
  return true;
}

bool Explainer::special_policy(const Failure& failure) {
  const size_t i = failure.token;
  if (i == 0 || !in_rule(failure, {T::RulePolicy, T::RuleRulesHead, T::RuleTableHead}))
    return false;
  if (in_rule(failure, {T::RuleRanking, T::RuleFold})) return false;
  const uint16_t before = kind(i - 1);
  if (before == T::RULES || before == T::TABLE) {
    if (kind(i) == T::LBRACE) {
      emitter_.emit(Kind::missing_hit_policy, span(i - 1), {{"seen", text(i - 1)}})
          .label("what happens when several " + std::string(before == T::RULES ? "rules" : "rows") +
                 " fire?")
          .help(std::string(kPolicies));
      return true;
    }
    if (kind(i) == T::PRIORITY || kind(i) == T::OUTCOME || kind(i) == T::HIGHEST) {
      emitter_.emit(Kind::unexpected_token, span(i), {{"seen", seen(i)}})
          .fix({file_.id(), at(i).begin, at(i).begin}, "by ", "write `by " + text(i) + "`");
      return true;
    }
  }
  auto message = emitter_.emit(Kind::unexpected_token, span(i), {{"seen", seen(i)}});
  message.label("not a hit policy");
  const std::string nearest = nearest_word(failure, i);
  if (!nearest.empty())
    message.fix(span(i), nearest, "did you mean `" + nearest + "`?");
  else
    message.help(std::string(kPolicies));
  return true;
}

bool Explainer::special_foreign_word(const Failure& failure) {
  size_t i = failure.token;
  // `int between 1 and 5`: the word passed as the name of the next field.
  if (failure.expected[T::COLON] && i > 1 && kind(i - 1) == T::IDENT && ends_value(i - 2) &&
      !at(i - 1).starts_line)
    --i;
  if (kind(i) != T::IDENT) return false;
  const std::string word_seen = text(i);
  const auto* known = std::find_if(std::begin(kForeignWords), std::end(kForeignWords),
                                   [&](const ForeignWord& f) { return f.word == word_seen; });
  if (known == std::end(kForeignWords) || failure.expected[T::IDENT]) return false;
  if (!known->instead.empty())
    foreign(i, i, std::string(known->instead));
  else
    unexpected(i, "", std::string(known->help));
  return true;
}

bool Explainer::special_type(const Failure& failure) {
  const size_t i = failure.token;
  if (i == 0 || failure.rules.empty()) return false;
  // In a list of fields the unit passes as the name of the next one.
  const size_t u = failure.expected[T::COLON] ? i - 1 : i;
  const std::string unit = text(u);
  const bool upper =
      unit.size() == 3 && unit.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
  if (upper && u > 0 && kind(u - 1) == T::RPAREN && kind(at(u - 1).partner - 1) == T::DECIMAL_T) {
    foreign(u, u, "unit " + unit);
    return true;
  }
  if (failure.rules[0] != T::RuleBaseType) return false;
  const std::string type = text(i - 1);
  if (kind(i - 1) == T::DECIMAL_T && failure.expected[T::LPAREN]) {
    emitter_.emit(Kind::incomplete_type, span(i - 1), {{"seen", type}})
        .help("a decimal names its digits after the point: `decimal(2)`");
    return true;
  }
  if (!failure.expected[T::LT]) return false;
  emitter_.emit(Kind::incomplete_type, span(i - 1), {{"seen", type}})
      .help("a " + type + " names its elements: `" + type + "<string> max 50 items`");
  return true;
}

bool Explainer::special_word(const Failure& failure) {
  const size_t i = failure.token;
  if (is_reserved(kind(i)) && failure.expected[T::IDENT] && !failure.expected[T::DECIMAL]) {
    emitter_.emit(Kind::reserved_word, span(i), {{"seen", text(i)}}).help(std::string(kReserved));
    return true;
  }
  return special_foreign_word(failure);
}

bool Explainer::special_condition(const Failure& failure) {
  const size_t i = failure.token;
  if (failure.expected[T::ELSE] && !failure.expected[T::DECIMAL]) {
    emitter_.emit(Kind::if_without_else, i > 0 && at(i).starts_line ? after(i - 1) : span(i))
        .label("expected `else` here")
        .help("an `if` is a value and needs both: `if condition then a else b`");
    return true;
  }
  const bool in_if =
      failure.expected[T::THEN] && failure.rules.size() > 1 && failure.rules[0] == T::RuleExpr;
  if (in_if && (kind(i) == T::LBRACE || kind(i) == T::COLON || kind(i) == T::QUESTION)) {
    unexpected(i, "`then`", "an `if` is a value: `if condition then a else b`");
    return true;
  }
  if (failure.expected[T::IDENT] || !in_rule(failure, {T::RuleRuleDecl})) return false;
  const bool no_then = kind(i) == T::LBRACE && failure.expected[T::THEN] && ends_value(i - 1);
  const bool no_when = kind(i - 1) == T::LBRACE && failure.expected[T::WHEN] && begins_value(i);
  if (!no_then && !no_when) return false;
  const std::string word_missing = no_then ? "then" : "when";
  emitter_.emit(Kind::unexpected_token, span(i), {{"seen", seen(i)}})
      .label("expected `" + word_missing + "` before it")
      .fix({file_.id(), at(i).begin, at(i).begin}, word_missing + " ",
           "write `" + word_missing + "`");
  return true;
}

// In braces, `name value`: whether a `:` is more likely to be missing than a `,`.
bool Explainer::wants_colon(size_t i) const {
  if (i < 2 || !is_name(kind(i - 1)) || (kind(i - 2) != T::LBRACE && kind(i - 2) != T::COMMA))
    return false;
  if (!is_name(kind(i))) return true;
  size_t open = i - 1;
  for (size_t steps = 0; open > 0 && kind(open) != T::LBRACE && steps < 200; ++steps) {
    if (kind(open) == T::COLON) return true;
    --open;
  }
  return open > 0 && (kind(open - 1) == T::THEN || kind(open - 1) == T::RESULT ||
                      kind(open - 1) == T::OTHERWISE);
}

bool Explainer::special_separator(const Failure& failure) {
  const size_t i = failure.token;
  if (i == 0) return false;
  const KindSet& e = failure.expected;
  const bool braces = in_rule(failure, {T::RuleSetLit, T::RuleRecord, T::RuleGroup});
  if ((e[T::COLON] && e.count() <= 2 && begins_value(i)) ||
      (braces && begins_value(i) && wants_colon(i))) {
    emitter_.emit(Kind::missing_separator, after(i - 1), {{"separator", ":"}})
        .label("between a name and its value or type stands `:`")
        .fix(after(i - 1), ":", "write `:`");
    return true;
  }
  const bool wants_comma = e[T::COMMA] && (e[T::RBRACE] || e[T::RPAREN] || e[T::RBRACK]);
  if (!wants_comma || !ends_value(i - 1) || !begins_value(i) || kind(i) == T::LPAREN) return false;
  if (kind(i) == T::IDENT && !at(i).starts_line && kind(i + 1) != T::COLON &&
      kind(i + 1) != T::COMMA && !is_closer(kind(i + 1))) {
    return false;  // more likely a misspelt operator between two values
  }
  emitter_.emit(Kind::missing_separator, after(i - 1), {{"separator", ","}})
      .label("expected `,` between this and what follows")
      .fix(after(i - 1), ",", "write `,`");
  return true;
}

bool Explainer::special(const Failure& failure) {
  return habit(failure) || special_duration(failure) || special_negation(failure) ||
         special_type(failure) || special_row(failure) || special_assign(failure) ||
         special_bar(failure) || special_policy(failure) || special_word(failure) ||
         special_condition(failure) || special_sign(failure) || special_separator(failure);
}

}  // namespace pac::parse
