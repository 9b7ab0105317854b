#include "compiler/parse/explain.h"

#include <algorithm>

#include "compiler/parse/parse.h"

namespace pac::parse {

using diag::Kind;

namespace {

// How the parts of the language are written, for the `help` of a mistake in one of them.
struct Form {
  size_t rule;
  const char* text;
};

constexpr Form kForms[] = {
    {T::RulePackageDecl, "a file begins with `package company.area edition 1`"},
    {T::RuleUseDecl, "write `use std.dates`"},
    {T::RuleAnnotation, "an annotation is written `@owner(\"credit desk\")`"},
    {T::RuleCites, "a citation is written `cites finlex \"1501/1993\" section \"84\"`"},
    {T::RuleCitePart, "a citation is written `cites finlex \"1501/1993\" section \"84\"`"},
    {T::RuleEnumHead, "write `enum Name { first_value, second_value \"WIRE NAME\" }`"},
    {T::RuleEnumValue, "write `enum Name { first_value, second_value \"WIRE NAME\" }`"},
    {T::RuleRecordHead, "write `record Name { field: type }`"},
    {T::RuleDutyHead, "write `obligation name { field: type }`"},
    {T::RuleParamHead, "write `param name: decimal(2) { from 2026-01-01: 10.00 }`"},
    {T::RuleParamLine, "write `from 2026-01-01: 10.00`"},
    {T::RuleDomain,
     "a domain is written `in 0 .. 10`, `in {\"a\", \"b\"}`, `>= 0`, `matches \"…\"` or `max 50 "
     "items`"},
    {T::RuleElementDomain,
     "a domain is written `in 0 .. 10`, `in {\"a\", \"b\"}`, `>= 0`, `matches \"…\"` or `max 50 "
     "items`"},
    {T::RuleDomainPart, "the bounds of a domain are constants: `in 0 .. 10`, `in {\"a\", \"b\"}`"},
    {T::RuleType,
     "a field is written `name: type`, with a domain as in `score: int in 300 .. 850`"},
    {T::RuleField,
     "a field is written `name: type`, with a domain as in `score: int in 300 .. 850`"},
    {T::RuleDecisionHead, "write `decision name { … }`"},
    {T::RuleFieldsHead, "write `input { name: type }`"},
    {T::RuleContextHead, "write `context { as_of: date, zone \"Europe/Helsinki\" }`"},
    {T::RuleContextItem, "write `context { as_of: date, zone \"Europe/Helsinki\" }`"},
    {T::RuleFeature, "write `feature name: int of applicant.id max_age 30 days`"},
    {T::RuleLet, "write `let name = value`"},
    {T::RuleMayUse, "write `may_use applicant.age cites iri \"…\"`"},
    {T::RuleFold,
     "a fold is written `score = sum(points)`, `n = count()` or `reasons = list(rule)`"},
    {T::RuleRanking,
     "write `by outcome routing: decline, refer, accept` or `by highest confidence`"},
    {T::RuleRuleMark,
     "a rule is written `rule name priority 10 overrides other effective from 2026-01-01 { … }`"},
    {T::RuleClause, "after the outcome come `cites`, `explain`, `oblige`, `advise` or `may_use`"},
    {T::RuleExplanation, "write `explain en \"…\" fi \"…\"`"},
    {T::RuleRuleDecl, "a rule is written `rule name { when … then … }`"},
    {T::RuleHeader, "the first line names the columns: `score | purpose => rate | grade`"},
    {T::RuleRow, "a row is written `label: < 700 | - => 0.0790 | \"C\"`, with `-` for any value"},
    {T::RuleTableOtherwise, "write `otherwise => 0.0790 | \"C\"`"},
    {T::RuleTestHead, "write `test decision_name \"what is tested\" { … }`"},
    {T::RuleExpected,
     "write `expect { output: value } by rule`, `expect error \"PAC5001\"`, `expect no_match` or "
     "`expect refused path`"},
    {T::RuleTestItem,
     "a test has `given { … }`, `features { … }`, `as_of 2026-03-01` and `expect { … }`"},
    {T::RuleCaseRow, "a case is written `value | value => expected`"},
};

constexpr const char* kItems =
    "a declaration: `enum`, `record`, `param`, `decision`, `obligation`, `advice` or `test`";

// The operators that are words.
constexpr size_t kOperatorWords[] = {T::AND,      T::OR,      T::IN,          T::IS,
                                     T::DEFAULT,  T::AT,      T::STARTS_WITH, T::ENDS_WITH,
                                     T::CONTAINS, T::MATCHES, T::INTERSECTS,  T::SUBSET_OF};

std::string join_words(const std::vector<std::string>& words) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

}  // namespace

bool Explainer::is_consequence(size_t token) const {
  return at(token).after_garbage || at(token).synthetic || layout_.is_damaged(at(token).index);
}

bool Explainer::ends_value(size_t i) const {
  const uint16_t k = kind(i);
  return is_name(k) || is_closer(k) || k == T::INT || k == T::DECIMAL || k == T::STRING ||
         k == T::DATE || k == T::DATETIME || k == T::TRUE || k == T::FALSE;
}

bool Explainer::begins_value(size_t i) const {
  const uint16_t k = kind(i);
  return is_name(k) || is_opener(k) || k == T::INT || k == T::DECIMAL || k == T::STRING ||
         k == T::DATE || k == T::DATETIME || k == T::TRUE || k == T::FALSE || k == T::MINUS ||
         k == T::NOT || k == T::IF;
}

bool Explainer::in_rule(const Failure& failure, std::initializer_list<size_t> rules) const {
  return std::any_of(failure.rules.begin(), failure.rules.end(), [&](size_t rule) {
    return std::find(rules.begin(), rules.end(), rule) != rules.end();
  });
}

std::string Explainer::word(size_t kind_of_token) const {
  switch (kind_of_token) {
    case T::IDENT:
      return "a name";
    case T::INT:
      return "a whole number";
    case T::DECIMAL:
      return "a number";
    case T::STRING:
      return "a text in double quotes";
    case T::DATE:
      return "a date";
    case T::DATETIME:
      return "an instant";
    case T::TIME_UNIT:
      return "`days`, `hours`, `minutes` or `seconds`";
    case T::ROW_END:
      return "the end of the row";
    case T::AT_SIGN:
      return "an annotation";
    default:
      return "`" + pieces_.literal(kind_of_token) + "`";
  }
}

std::string Explainer::seen(size_t i) const {
  switch (kind(i)) {
    case kEndOfFile:
      return "end of the file";
    case T::ROW_END:
      return "end of the row";
    case T::STRING: {
      const std::string literal = text(i);
      return literal.size() > 40 ? "text" : "text " + literal;
    }
    case T::INT:
    case T::DECIMAL:
      return "number `" + text(i) + "`";
    case T::DATE:
      return "date `" + text(i) + "`";
    case T::DATETIME:
      return "instant `" + text(i) + "`";
    default:
      return "`" + text(i) + "`";
  }
}

// What could have stood there, in at most a handful of words: seventy kinds of token are "a value".
std::string Explainer::words(const Failure& failure) const {
  KindSet left = failure.expected;
  std::vector<std::string> out;
  if (!failure.rules.empty() && failure.rules[0] == T::RuleItem) return kItems;
  if (follows_value(failure)) return "an operator, or the next clause";
  const auto drop_names = [&] {
    left.reset(T::IDENT);
    for (size_t k = T::PACKAGE; k <= T::TIME_UNIT; ++k) left.reset(k);
  };
  const auto drop = [&](std::initializer_list<size_t> kinds) {
    for (const size_t k : kinds) left.reset(k);
  };
  if (left[T::DECIMAL] && left[T::LPAREN]) {
    const bool is_cell = left[T::BAR] || (left[T::EQ] && left[T::MINUS]);
    out.push_back(is_cell                          ? "a cell (`-`, a value, `< 5`, `not x`)"
                  : wants_condition(failure.token) ? "a condition"
                                                   : "a value");
    drop_names();
    drop({T::DECIMAL, T::INT, T::STRING, T::DATE, T::DATETIME, T::TRUE, T::FALSE, T::LPAREN,
          T::LBRACK, T::LBRACE, T::MINUS, T::NOT, T::IF});
    if (left[T::EQ]) drop({T::EQ, T::NE, T::LT, T::LE, T::GT, T::GE, T::IN});
  } else if (left[T::DECIMAL] && left[T::DATE]) {
    out.push_back("a constant");
    drop_names();
    drop({T::DECIMAL, T::INT, T::STRING, T::DATE, T::DATETIME, T::TRUE, T::FALSE, T::MINUS});
  } else if (left[T::IDENT]) {
    out.push_back("a name");
    drop_names();
  }
  if (left[T::BAR] && left[T::ARROW]) left.set(T::COMMA);  // a cell may always hold a further value
  if (left[T::PLUS] && left[T::STAR]) {
    out.push_back("an operator");
    drop({T::PLUS,
          T::MINUS,
          T::STAR,
          T::SLASH,
          T::EQ,
          T::NE,
          T::LT,
          T::LE,
          T::GT,
          T::GE,
          T::AND,
          T::OR,
          T::IN,
          T::IS,
          T::DEFAULT,
          T::STARTS_WITH,
          T::ENDS_WITH,
          T::CONTAINS,
          T::MATCHES,
          T::INTERSECTS,
          T::SUBSET_OF,
          T::AT,
          T::DOT,
          T::LPAREN,
          T::RANGE,
          T::RANGE_UPPER_OPEN,
          T::RANGE_LOWER_OPEN,
          T::RANGE_OPEN,
          T::TIME_UNIT});
  }
  std::vector<std::string> rest;
  for (size_t k = 1; k < left.size(); ++k) {
    if (left[k]) rest.push_back(word(k));
  }
  if (rest.size() <= 12) out.insert(out.end(), rest.begin(), rest.end());
  if (out.empty() && failure.may_end) return "the end of the file";
  return join_words(out);
}

std::string Explainer::form_of(const Failure& failure) const {
  for (const size_t rule : failure.rules) {
    const auto* form = std::find_if(std::begin(kForms), std::end(kForms),
                                    [&](const Form& f) { return f.rule == rule; });
    if (form != std::end(kForms)) return form->text;
  }
  return {};
}

// What stands before a condition; elsewhere a value is wanted, though it may be one.
bool Explainer::wants_condition(size_t i) const {
  if (i == 0) return false;
  const uint16_t before = kind(i - 1);
  return before == T::WHEN || before == T::AND || before == T::OR || before == T::NOT ||
         before == T::IF || before == T::ASSUME || before == T::WHERE;
}

// A piece that could not begin, on the line of a value that ended just before it.
bool Explainer::follows_value(const Failure& failure) const {
  const size_t i = failure.token;
  return i > 0 && i == failure.begin && !at(i).starts_line && ends_value(i - 1) &&
         !failure.expected[T::IDENT];
}

// The word of the language that a misspelt one most likely stands for.
std::string Explainer::nearest_word(const Failure& failure, size_t i) const {
  if (!is_name(kind(i)) && !is_reserved(kind(i))) return {};
  std::vector<std::string> candidates;
  if (i > 0 && ends_value(i - 1) && !at(i).starts_line && !is_closer(kind(i - 1))) {
    for (const size_t k : kOperatorWords) candidates.push_back(pieces_.literal(k));
  }
  for (size_t k = 1; k < failure.expected.size(); ++k) {
    if (!failure.expected[k] ||
        !(is_name(static_cast<uint16_t>(k)) || is_reserved(static_cast<uint16_t>(k))))
      continue;
    if (k != T::IDENT && k != T::TIME_UNIT) candidates.push_back(pieces_.literal(k));
  }
  // Where any name may stand, the words of the language are no better than the author's.
  if (failure.expected[T::IDENT]) return {};
  return diag::nearest(text(i), candidates);
}

void Explainer::foreign(size_t from, size_t to, const std::string& instead) {
  const Span place = span(from, to);
  emitter_
      .emit(Kind::foreign_operator, place,
            {{"seen", std::string(file_.text(place))}, {"instead", instead}})
      .fix(place, instead, "write `" + instead + "`");
}

void Explainer::unexpected(size_t token, const std::string& expected, const std::string& help) {
  if (is_consequence(token)) return;
  auto message = emitter_.emit(Kind::unexpected_token, span(token), {{"seen", seen(token)}});
  if (!expected.empty()) message.label("expected " + expected);
  if (!help.empty()) message.help(help);
}

// Words that begin a clause, at the start of a line. Where a value is missing before them they pass
// as a name, but what follows them then fits nowhere: no correct text matches this behind a value.
bool Explainer::begins_clause(size_t i) const {
  if (!at(i).starts_line) return false;
  const uint16_t next = kind(i + 1);
  const uint16_t third = kind(i + 2);
  switch (kind(i)) {
    case T::LET:
      return is_name(next) && (third == T::ASSIGN || third == T::COLON);
    case T::FEATURE:
      return is_name(next) && third == T::COLON;
    case T::CITES:
    case T::EXPLAIN:
      return is_name(next) && third == T::STRING;
    case T::INPUT:
    case T::OUTPUT:
    case T::CONTEXT:
    case T::RESULT:
    case T::GIVEN:
    case T::FEATURES:
    case T::PARAMS:
    case T::EXPECT:
      return next == T::LBRACE;
    case T::FROM:
    case T::AS_OF:
      return next == T::DATE;
    case T::RULES:
    case T::TABLE:
      return next == T::UNIQUE || next == T::FIRST || next == T::BY || next == T::COLLECT ||
             next == T::DENY_OVERRIDES || next == T::PERMIT_OVERRIDES;
    default:
      return false;
  }
}

void Explainer::swallowed(size_t i) {
  if (is_consequence(i)) return;
  emitter_.emit(Kind::unexpected_token, span(i), {{"seen", seen(i)}})
      .label(wants_condition(i) ? "expected a condition" : "expected a value")
      .also(span(i - 1), "after this");
}

size_t Explainer::explain(const Failure& failure) {
  const size_t i = std::min(failure.token, tokens_.size() - 1);
  if (is_consequence(i)) return i;
  if (failure.too_deep) {
    emitter_.emit(Kind::nesting_too_deep, span(i), {{"limit", int64_t{kMaxNesting}}})
        .help("name parts with `let`, or write a table");
    return i;
  }
  const bool before_outcome = i > 0 && kind(i) == T::LBRACE && kind(i - 1) == T::THEN &&
                              in_rule(failure, {T::RuleRuleDecl});
  if (i > failure.begin + 1 && (begins_clause(i - 1) || before_outcome)) {
    swallowed(i - 1);
    return i - 1;
  }
  if (!special(failure)) explain_in_general(failure, i);
  return i;
}

void Explainer::explain_in_general(const Failure& failure, size_t i) {
  auto message = emitter_.emit(Kind::unexpected_token, span(i), {{"seen", seen(i)}});
  const std::string nearest = nearest_word(failure, i);
  if (!nearest.empty()) {
    message.fix(span(i), nearest, "did you mean `" + nearest + "`?");
    return;
  }
  const std::string expected = words(failure);
  if (!expected.empty()) message.label("expected " + expected);
  if (i > failure.begin && (at(i).starts_line || at(i).is(kEndOfFile)) && !is_opener(kind(i - 1))) {
    message.also(span(i - 1), "after this");
  }
  const std::string form = form_of(failure);
  if (!form.empty()) message.help(form);
}

}  // namespace pac::parse
