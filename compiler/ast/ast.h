// What the author wrote. One Module per file; expressions are nodes in one vector, named by 32-bit
// ids, and nothing points at anything. Texts are views into the SourceFile, which outlives the
// module. The parser builds it, the checker and the formatter read it. Printing a module gives the
// same program.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/source.h"

namespace pac::ast {

enum class ExprId : uint32_t { none = 0xffffffff };
constexpr bool present(ExprId id) { return id != ExprId::none; }

struct Name {
  std::string_view text;
  Span span;
  bool empty() const { return text.empty(); }
};

struct Path {  // a.b.c
  std::vector<Name> names;
  Span span;
};

// ---- Expressions
// ------------------------------------------------------------------------------------

enum class ExprKind : uint8_t {
  invalid,       // stands for a syntax error that has been reported
  bool_lit,      // int_value 0 or 1
  int_lit,       // int_value
  decimal_lit,   // text: digits as written, with `_`
  string_lit,    // string: decoded value, an index into Module::strings
  date_lit,      // text 2026-03-01
  datetime_lit,  // text 2026-03-01T09:00:00Z
  duration_lit,  // int_value and name (days, hours, minutes, seconds)
  name,          // name
  member,        // a.name
  call,          // a is the callee (name or member chain), args
  not_,          // not a
  negate,        // -a
  and_,
  or_,  // a op b
  eq,
  ne,
  lt,
  le,
  gt,
  ge,
  add,
  sub,
  mul,
  div,
  in,     // a in b; b is range, set_lit or any expression
  range,  // a .. b with open_low / open_high
  is_present,
  is_missing,  // a
  starts_with,
  ends_with,
  contains,
  matches,
  intersects,
  subset_of,  // a op b
  default_,   // a default b
  at,         // a at b
  if_,        // if a then b else c
  any,
  all,
  none,   // name in a: b
  count,  // count(name in a where b); b may be none
  sum,
  min,
  max,          // sum(c for name in a where b)
  list_lit,     // [args]
  set_lit,      // {args}
  record_lit,   // {name: value, …}: named args
  missing_lit,  // `missing` as a value (outcomes of type T?)
};

struct Expr {
  ExprKind kind = ExprKind::invalid;
  bool open_low = false;   // range: `<..`
  bool open_high = false;  // range: `..<`
  bool parens = false;     // written in parentheses
  Span span;
  Span op_span;  // the operator or keyword
  Name name;
  ExprId a = ExprId::none;
  ExprId b = ExprId::none;
  ExprId c = ExprId::none;
  uint32_t first_arg = 0;  // args: Module::args[first_arg .. first_arg + arg_count)
  uint32_t arg_count = 0;
  int64_t int_value = 0;
  uint32_t string = 0;
  std::string_view text;
};

struct Arg {
  Name name;  // empty where positional
  ExprId value = ExprId::none;
};

// ---- Words for people
// -------------------------------------------------------------------------------

struct Annotation {  // @owner("credit-policy")
  Name name;
  std::vector<Arg> args;
  Span span;
};

struct CitePart {  // section "84"
  Name kind;
  std::string value;
  Span span;
};

struct Cite {  // cites finlex "1501/1993" section "84"
  Name system;
  std::string reference;
  Span reference_span;
  std::vector<CitePart> parts;
  Span span;
};

struct Explanation {     // one language of an `explain`
  std::string language;  // "sv-FI"
  std::string text;      // the template, escapes decoded, {…} kept
  Span language_span;
  Span text_span;  // with the quotes
};

// ---- Types
// ------------------------------------------------------------------------------------------

enum class DomainKind : uint8_t { range, values, compare, matches, max_items, max_chars };

// One domain clause. `in 0 .. 5, 77`: kind values with parts {range, 77}.
struct Domain {
  DomainKind kind = DomainKind::range;
  std::vector<ExprId> parts;             // range / values: each a range or a value; compare: one
  ExprKind compare = ExprKind::invalid;  // ge, le, lt, gt
  std::string pattern;                   // matches
  int64_t max = 0;                       // max_items, max_chars
  Span span;
};

struct TypeRef {
  enum class Kind : uint8_t { invalid, named, decimal, list, set };
  Kind kind = Kind::invalid;
  Path path;                     // named: bool, int, string, date, …, or a declaration
  int64_t scale = 0;             // decimal
  std::vector<TypeRef> element;  // list, set: exactly one
  bool optional = false;
  Name unit;
  std::vector<Domain> domains;
  Span span;
};

struct Field {
  Name name;
  TypeRef type;
  std::vector<Annotation> annotations;
  std::string_view doc;
  Span span;
};

// ---- Declarations
// -----------------------------------------------------------------------------------

struct EnumValue {
  Name name;
  std::string wire;  // the text on the wire; the name where none is written
  bool has_wire = false;
  Span wire_span;
  std::string_view doc;
};

struct EnumDecl {
  Name name;
  bool ordered = false;
  std::vector<EnumValue> values;
};

struct RecordDecl {
  Name name;
  std::vector<Field> fields;
};

struct DutyDecl {  // obligation or advice
  Name name;
  bool is_advice = false;
  std::vector<Field> fields;
};

struct ParamLine {
  std::string_view from;  // date as written
  Span from_span;
  ExprId value = ExprId::none;
  std::vector<Cite> cites;
  Span span;
};

struct ParamDecl {
  Name name;
  TypeRef type;
  std::vector<Cite> cites;  // of the param as a whole: before its first line
  std::vector<ParamLine> lines;
};

struct ZoneClause {
  std::string name;
  Span span;
};

struct Feature {
  Name name;
  TypeRef type;
  ExprId key = ExprId::none;
  int64_t max_age = 0;  // 0: none
  Name max_age_unit;
  std::vector<Annotation> annotations;
  std::string_view doc;
  Span span;
};

struct Let {
  Name name;
  bool has_type = false;
  TypeRef type;
  ExprId value = ExprId::none;
  std::string_view doc;
  Span span;
};

struct Assume {
  ExprId condition = ExprId::none;
  Span span;
};

struct MayUse {
  Path path;
  std::vector<Cite> cites;
  Span span;
};

struct Ranked {  // a ranked column: `by outcome routing: decline, refer` or `by highest confidence`
  Name column;   // empty where the decision has one output
  std::vector<ExprId> values;  // best first; empty for highest
};

struct Fold {  // score = sum(points)
  Name name;
  Name function;  // sum, count, min, max, list
  Name column;    // empty for count(); `rule` for list(rule)
  Span span;
};

struct HitPolicy {
  enum class Kind : uint8_t {
    invalid,
    unique,
    unique_with_exceptions,
    any,
    first,
    by_priority,
    by_outcome,
    by_highest,
    collect_list,
    collect_folds,
    deny_overrides,
    permit_overrides
  };
  Kind kind = Kind::invalid;
  std::vector<Ranked> ranked;  // by_outcome, by_highest; collect_list with an order
  std::vector<Fold> folds;
  Span span;
};

struct DutyUse {  // oblige record_call { keep: 30 days }
  Name name;
  bool is_advice = false;
  ExprId record = ExprId::none;
  Span span;
};

struct Effective {
  bool present = false;
  std::string_view from, to;  // dates as written; `to` may be empty
  Span from_span, to_span, span;
};

struct Outcome {                // the `then` of a rule, of `otherwise`, or the cells right of `=>`
  ExprId value = ExprId::none;  // record literal, or the name permit / deny; none in table rows
  std::vector<ExprId> cells;    // table rows, one per output column
  Span span;
};

struct Clauses {
  std::vector<Cite> cites;
  std::vector<Explanation> explanations;
  std::vector<DutyUse> duties;
  std::vector<MayUse> may_use;
};

struct ForEach {
  bool present = false;
  Name variable;
  ExprId list = ExprId::none;
  Span span;
};

struct OverrideRef {
  Name rule;
};

struct Rule {
  Name name;
  bool has_priority = false;
  int64_t priority = 0;
  Span priority_span;
  std::vector<Name> overrides;
  Effective effective;
  ForEach for_each;
  ExprId when = ExprId::none;
  Outcome outcome;
  Clauses clauses;
  std::vector<Annotation> annotations;
  std::string_view doc;
  Span span;  // the whole rule
};

enum class CellKind : uint8_t { any, present, tests };

struct CellTest {
  enum class Kind : uint8_t { value, range, compare, in, text, missing };
  Kind kind = Kind::value;
  ExprKind op =
      ExprKind::invalid;          // compare: eq…ge; text: starts_with, ends_with, contains, matches
  ExprId operand = ExprId::none;  // range: a range expression; in: range, set or operand
  Span span;
};

struct Cell {
  CellKind kind = CellKind::any;
  bool negated = false;         // `not x`, `not (a, b)`
  std::vector<CellTest> tests;  // any of them
  Span span;
};

struct Row {
  Name label;  // empty where unlabelled
  std::vector<Cell> cells;
  Outcome outcome;
  Clauses clauses;
  std::vector<Annotation> annotations;  // before the row
  std::string_view doc;
  Span span;
};

struct Otherwise {
  bool present = false;
  Outcome outcome;  // in a table `otherwise => a | b` has cells, `otherwise {…}` a value
  Clauses clauses;
  std::vector<Annotation> annotations;
  Span span;
};

struct Table {
  std::vector<ExprId> columns;
  std::vector<Name> outputs;
  std::vector<Row> rows;
  Span header_span;
};

struct Decision {
  Name name;
  bool partial = false;
  bool has_input = false, has_output = false, has_context = false;
  std::vector<Field> inputs, outputs, context;
  std::vector<ZoneClause> zones;  // more than one is an error
  std::vector<Feature> features;
  std::vector<Let> lets;
  std::vector<Assume> assumes;
  std::vector<MayUse> may_use;
  std::vector<Annotation> annotations;  // inside the braces
  std::vector<Cite> cites;
  // The body: at most one of result, rules, table. Second ones are reported by the parser.
  ExprId result = ExprId::none;
  Span result_span;
  bool has_rules = false, has_table = false;
  HitPolicy policy;
  std::vector<Rule> rules;
  Table table;
  Otherwise otherwise;
  Span policy_span;  // `rules by priority`
};

struct ExpectDuty {
  Name name;
};

struct Expect {
  enum class Kind : uint8_t { outcome, error, no_match, refused };
  Kind kind = Kind::outcome;
  ExprId value = ExprId::none;  // record, list of records, permit / deny
  std::string error_code;
  Path refused;
  bool has_by = false;
  std::vector<Name> by;
  std::vector<Name> duties;  // with …
  Span span;
};

struct FeatureValue {  // credit_score: 720 at 2026-02-20T00:00:00Z
  Path name;
  ExprId value = ExprId::none;
  ExprId at = ExprId::none;
  Span span;
};

struct Test {
  Name decision;
  std::string title;
  Span title_span;
  bool is_table = false;
  // One test
  ExprId given = ExprId::none;  // record literals
  std::vector<FeatureValue> features;
  ExprId params = ExprId::none;
  ExprId context = ExprId::none;
  std::string_view as_of;
  Span as_of_span;
  std::vector<Expect> expects;
  // `cases`: columns left are input paths (or as_of, features), right are output paths or `by`
  std::vector<ExprId> case_inputs;
  std::vector<Path> case_outputs;
  struct Case {
    std::vector<ExprId> inputs;
    std::vector<ExprId> outputs;
    Span span;
  };
  std::vector<Case> cases;
};

enum class ItemKind : uint8_t { enum_, record, param, decision, duty, test, cite };

struct Item {
  ItemKind kind;
  bool is_private = false;
  uint32_t index = 0;                   // into the vector of its kind
  std::vector<Annotation> annotations;  // before the declaration
  std::string_view doc;                 // the `///` lines, markers kept
  Span span;
};

struct Use {
  Path path;
  Span span;
};

struct Comment {
  Span span;
  bool is_doc = false;
};

struct Module {
  uint32_t file = 0;
  Path package;
  int64_t edition = 0;  // 0: not written
  Span edition_span;
  std::vector<Use> uses;
  std::vector<Item> items;  // in source order
  std::vector<EnumDecl> enums;
  std::vector<RecordDecl> records;
  std::vector<ParamDecl> params;
  std::vector<Decision> decisions;
  std::vector<DutyDecl> duties;
  std::vector<Test> tests;
  std::vector<Cite> cites;  // of the package
  std::vector<Expr> exprs;
  std::vector<Arg> args;
  std::vector<std::string> strings;
  std::vector<Comment> comments;  // all, in source order, also the `///` ones

  const Expr& expr(ExprId id) const { return exprs[static_cast<uint32_t>(id)]; }
  Expr& expr(ExprId id) { return exprs[static_cast<uint32_t>(id)]; }
  ExprId add(Expr e) {
    exprs.push_back(e);
    return static_cast<ExprId>(exprs.size() - 1);
  }
  const Arg* args_of(const Expr& e) const { return args.data() + e.first_arg; }
};

}  // namespace pac::ast
