// Not API; include compiler/check/check.h instead. The state of one run of the checker, shared by
// its parts:
//   declarations.cpp  names of the package; enums, records, duties, params
//   types.cpp         type references and domains
//   expressions.cpp   names, paths, literals, logic, presence
//   operators.cpp     arithmetic and comparison
//   calls.cpp         built-in functions, standard library, calls of decisions
//   folds.cpp         quantifiers and folds
//   decision.cpp      interfaces, lets, bodies
//   rules.cpp         rules, rows, outcomes
//   policies.cpp      hit policies
//   texts.cpp         templates, explanations
//   side.cpp          citations, documentation, owners: the side tables
//   tests.cpp         tests to JSON
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/check/check.h"
#include "runtime/base/date.h"
#include "runtime/base/json.h"
#include "stdlib/registry.h"

namespace pac::check {

using diag::Kind;

inline constexpr uint32_t kNoFunction = ir::kNone;

// A type in the author's terms: the IR's type and the unit of a number ("" where it has none).
struct Type {
  ir::TypeId id = ir::TypeId::none;
  std::string unit;
  bool known() const { return id != ir::TypeId::none; }
};

// An elaborated expression. Without an id an error has been reported, and whoever uses it stays
// silent.
struct Typed {
  ir::ExprId id = ir::ExprId::none;
  Type type;
  bool flexible = false;  // made of literals: takes the other side's unit and scale
  std::string path;       // names the place where it is a path or a let; the key of narrowing
  Span span;
  bool ok() const { return id != ir::ExprId::none; }
};

// Paths that are known to be present where an expression is evaluated.
using Facts = std::set<std::string>;

struct Facts2 {
  Facts when_true, when_false;
};

struct Slot {
  std::string_view name;
  Type type;  // as the author declared it
  ir::DomainId domain = ir::DomainId::none;
  ir::SlotRole role = ir::SlotRole::input;
  Span span;
  bool required_feature = false;
};

struct LetState {
  enum class State : uint8_t { untouched, running, done };
  const ast::Let* ast = nullptr;
  State state = State::untouched;
  uint32_t index = ir::kNone;
  Type type;
  bool failed = false;
};

struct Variable {
  std::string_view name;
  uint32_t slot;
  Type type;
  Span span;
};

// One decision of the package: its declaration, its interface, and its state while it is
// elaborated.
struct DecisionState {
  enum class State : uint8_t { untouched, running, done };
  const ast::Module* module = nullptr;
  const ast::Decision* ast = nullptr;
  const ast::Item* item = nullptr;
  State state = State::untouched;
  bool interface_done = false;
  bool failed = false;
  ir::DecisionId id = ir::DecisionId::none;
  ir::Decision ir;
  std::vector<Slot> slots;
  std::map<std::string_view, uint32_t> slot_of;
  std::vector<Slot> outputs;  // one contribution
  std::vector<Slot> results;  // what a caller sees
  std::map<std::string_view, uint32_t> let_of;
  std::vector<LetState> lets;
  Facts assumed;       // present by `assume`
  uint32_t depth = 1;  // longest chain of calls below, this one included
  std::vector<DecisionState*> callees;
  struct Explain {
    uint32_t rule;
    const ast::Clauses* clauses;
    Facts facts;
    std::vector<Variable> variables;
  };
  std::vector<Explain> explains;
  std::vector<std::string> let_names;
  std::vector<std::string> variable_names;
  std::vector<std::vector<ir::Explanation>> explanations;  // by rule, then otherwise
  std::vector<Span> rule_spans;
  std::vector<std::vector<ConditionPlace>> condition_places;  // by rule
  std::vector<std::string> inherited_names;  // of feature slots that callees brought, in slot order
};

// Where an expression is elaborated.
struct Scope {
  DecisionState* decision = nullptr;  // null in constant expressions
  std::vector<Variable> variables;
  Facts facts;
  bool templates = false;  // string literals are templates here
};

struct Expected {
  Type type;
  bool raw = false;  // an optional may stay unnarrowed here
};

struct RecordInfo {
  const ast::Module* module;
  const ast::RecordDecl* ast;
  ir::RecordId id;
  std::vector<Slot> fields;
  int state = 0;
  Span span;
};
struct EnumInfo {
  const ast::Module* module;
  const ast::EnumDecl* ast;
  ir::EnumId id;
  std::unordered_map<std::string_view, uint32_t> values;
};
struct ParamInfo {
  const ast::Module* module;
  const ast::ParamDecl* ast;
  ir::ParamId id;
  Type type;
  bool failed = false;
};
struct DutyInfo {
  const ast::Module* module;
  const ast::DutyDecl* ast;
  ir::DutyId id;
  std::vector<Slot> fields;
};

// What the arguments of a library function say about its result.
struct LibraryCall {
  int digits = -1;
  int first_scale = -1;
  int widest_scale = 0;
  bool has_unit = false;
  std::string unit;
};

class Checker {
 public:
  Checker(const std::vector<ast::Module>& modules, const SourceSet& sources, diag::Emitter& emitter)
      : modules_(modules), sources_(sources), emitter_(emitter) {}
  std::optional<Checked> run();

 private:
  // declarations.cpp
  void declare();
  void declare_package();
  void declare_name(ast::Name name, const char* what);
  void check_enum(EnumInfo& info);
  void check_record(RecordInfo& info);
  void check_duty(DutyInfo& info);
  void check_param(ParamInfo& info);
  void check_annotations(const std::vector<ast::Annotation>& annotations, std::string_view place);
  std::vector<std::string> type_names() const;

  // types.cpp
  Type resolve(const ast::TypeRef& ref, ir::DomainId* domain, bool bound_ints);
  Type resolve_base(const ast::TypeRef& ref, ir::DomainId* element_domain, bool bound_ints);
  bool apply_domain(const ast::Domain& clause, const Type& type, ir::Domain* domain);
  bool domain_interval(ir::ExprId low, ir::ExprId high, bool open_low, bool open_high,
                       ir::Interval* out);
  Slot resolve_field(const ast::Field& field, bool bound_ints);
  std::string show(const Type& type) const;
  std::string show(ir::TypeId id) const;
  std::string show_constant(const ir::Constant& constant) const;

  // expressions.cpp
  Typed expression(ast::ExprId id, const Expected& expected);
  Typed expression(ast::ExprId id) { return expression(id, Expected{}); }
  Typed elaborate(const ast::Expr& e, const Expected& expected);
  Typed condition(ast::ExprId id);
  Typed literal(const ast::Expr& e, const Expected& expected);
  Typed string_literal(const ast::Expr& e, const Expected& expected);
  Typed name_expression(const ast::Expr& e, const Expected& expected);
  Typed member(const ast::Expr& e, const Expected& expected);
  std::optional<Typed> local(const ast::Name& name);
  std::optional<Typed> enum_value(const ast::Name& name, ir::TypeId type, Span span);
  Typed select(Typed base, const ast::Name& field, Span span);
  Typed settle(Typed value, const Expected& expected);  // narrowing, presence
  Typed unknown_name(const ast::Name& name, const Expected& expected);
  Typed read_let(uint32_t index, const ast::Name& name);
  Typed connective(const ast::Expr& e);
  Typed if_expression(const ast::Expr& e, const Expected& expected);
  Typed default_expression(const ast::Expr& e, const Expected& expected);
  Typed presence(const ast::Expr& e);
  Typed list_literal(const ast::Expr& e, const Expected& expected);
  Typed record_literal(const ast::Expr& e, ir::RecordId record, const std::vector<Slot>& fields,
                       Span span);
  std::vector<ir::ExprId> record_fields(const ast::Expr& e, const std::vector<Slot>& fields,
                                        std::string_view what, bool* ok);
  Facts2 facts_of(ast::ExprId id);
  std::string path_of(ast::ExprId id);
  std::optional<Type> path_type(ast::ExprId id);
  void check_constant_domain(const Typed& value, ir::DomainId domain, const std::string& what,
                             Span declared);
  Typed coerce(Typed value, const Type& target, Span span, std::string_view what = {});
  bool looks_local(const ast::Expr& e);

  // operators.cpp
  std::pair<Typed, Typed> pair(ast::ExprId a, ast::ExprId b);
  void check_constant_comparison(ir::Op op, const Typed& a, const Typed& b, Span span);
  std::string show_domain(ir::DomainId id, const Type& type) const;
  Typed elaborate_operand(const ast::Expr& e, const Type& wanted);
  Typed no_operator(const ast::Expr& e, const Typed& a, const Typed& b);
  Typed comparison(const ast::Expr& e);
  Typed compare(ir::Op op, Typed a, Typed b, Span span);
  Typed membership(const ast::Expr& e);
  Typed range_test(Typed value, const ast::Expr& range, Span span);
  Typed set_test(Typed value, const ast::Expr& set, Span span);
  Typed text_test(const ast::Expr& e);
  Typed make_text_test(ast::ExprKind kind, Typed value, const ast::Expr& operand, Span span);
  Typed set_operator(const ast::Expr& e);
  Typed arithmetic(const ast::Expr& e, const Expected& expected);
  Typed add_sub(const ast::Expr& e, Typed a, Typed b);
  Typed multiply(const ast::Expr& e, Typed a, Typed b);
  Typed divide(const ast::Expr& e, Typed a, Typed b);
  Typed negate(const ast::Expr& e, const Expected& expected);
  bool unify_units(Typed& a, Typed& b, Span span, std::string_view verb);
  Typed widen_to(Typed value, ir::TypeKind kind, int scale, Span span);

  // calls.cpp
  Typed call(const ast::Expr& e, const Expected& expected);
  std::optional<Typed> builtin(const ast::Expr& e, std::string_view name, const Expected& expected);
  Typed call_len(const ast::Expr& e);
  Typed call_min_max(const ast::Expr& e, ir::Op op);
  Typed call_round(const ast::Expr& e);
  Typed call_mod(const ast::Expr& e);
  Typed call_library(const ast::Expr& e, std::string_view name);
  Typed call_decision(const ast::Expr& e, DecisionState& callee);
  Typed read_at(const ast::Expr& e);
  Typed read_param(ParamInfo& info, ir::ExprId date, Span span);
  std::optional<int> rounding_mode(ast::ExprId id);
  std::optional<int64_t> constant_int(ast::ExprId id);
  ir::ExprId context_slot(std::string_view name);
  bool argument_count(const ast::Expr& e, std::string_view name, uint32_t wanted,
                      std::string_view usage);
  std::optional<int> digits_argument(ast::ExprId id);
  std::optional<int> option_argument(ast::ExprId id, std::span<const std::string_view> options);
  Typed unknown_function(const ast::Expr& e, std::string_view name);
  std::string library_usage(const stdlib::Function& f) const;
  ir::TypeId library_type(stdlib::Kind kind, int scale);
  bool library_argument(const stdlib::Function& f, size_t index, ast::ExprId given,
                        const ast::Expr& e, std::vector<ir::ExprId>& ops, LibraryCall& facts);
  bool library_decimal(const stdlib::Parameter& p, ast::ExprId given, std::vector<ir::ExprId>& ops,
                       LibraryCall& facts);
  std::optional<uint32_t> zone_index(const std::string& name, Span span);
  ir::ExprId pass_context(DecisionState& callee, const Slot& slot, Span span);
  bool call_arguments(const ast::Expr& e, DecisionState& callee, std::vector<ir::ExprId>& ops);
  ir::ExprId inherit_feature(DecisionState& callee, const ir::Feature& feature,
                             const std::vector<ir::ExprId>& arguments, Span span);
  ir::ExprId substitute(ir::ExprId key, const std::vector<ir::ExprId>& arguments);
  bool only_inputs(ir::ExprId id) const;
  bool same(ir::ExprId a, ir::ExprId b) const;

  // folds.cpp
  Typed quantifier(const ast::Expr& e);
  Typed fold(const ast::Expr& e);
  std::optional<Typed> iterated(ast::ExprId list, Type* element);
  uint32_t bind_variable(const ast::Name& name, const Type& type);
  void unbind_variable();

  // decision.cpp
  DecisionState* find_decision(std::string_view name);
  void check_interface(DecisionState& d);
  void check_interface_slots(DecisionState& d);
  void check_context(DecisionState& d);
  void check_features(DecisionState& d);
  void check_results(DecisionState& d);
  bool check_decision(DecisionState& d);
  void check_body(DecisionState& d);
  void check_lets(DecisionState& d);
  void check_assumes(DecisionState& d);
  void finish_decision(DecisionState& d);
  void check_protected(DecisionState& d);
  uint32_t add_let(const Typed& value, ir::DomainId domain, std::string name);

  void add_slot(DecisionState& d, Slot slot);

  // rules.cpp
  void declare_rule(DecisionState& d, const ast::Name& name, Span span,
                    std::map<std::string, Span>& seen);
  std::vector<Typed> table_columns(DecisionState& d);
  void check_rules(DecisionState& d);
  void check_table(DecisionState& d);
  void check_rule(DecisionState& d, const ast::Rule& rule);
  void check_row(DecisionState& d, const ast::Row& row, const std::vector<Typed>& columns,
                 const std::vector<uint32_t>& outputs, uint32_t number);
  void check_otherwise(DecisionState& d, const std::vector<uint32_t>& outputs);
  ir::ExprId cell(const Typed& column, const ast::Cell& cell, Facts& facts, bool* ok);
  Typed cell_test(const Typed& column, const ast::CellTest& test);
  Typed cell_value(const Typed& column, ast::ExprId id);
  bool outcome(DecisionState& d, const ast::Outcome& outcome, const std::vector<uint32_t>& columns,
               ir::Rule& rule);
  void duties(DecisionState& d, const ast::Clauses& clauses, ir::Rule& rule);
  void conjuncts(ast::ExprId when, std::vector<ir::ExprId>& out,
                 std::vector<ConditionPlace>& places, bool* ok);
  void effective(DecisionState& d, const ast::Effective& effective, ir::Rule& rule);
  void check_overrides(DecisionState& d);

  // policies.cpp
  void check_policy(DecisionState& d);
  void check_ranking(DecisionState& d);
  void check_folds(DecisionState& d);

  bool yields_constant(const DecisionState& d, uint32_t column, const std::string& name) const;

  // texts.cpp
  Typed template_expression(const ast::Expr& e, std::string_view text, Span span);
  bool split_template(std::string_view text, Span span,
                      std::vector<std::pair<std::string, std::vector<std::string>>>* parts);
  Typed read_path(const std::vector<std::string>& names, Span span);
  void check_texts(DecisionState& d);
  bool formattable(const Typed& value) const;
  void check_disclosure(const Typed& value, Span span);

  // side.cpp
  ir::Citation citation(const ast::Cite& cite);
  std::vector<ir::Citation> citations(const std::vector<ast::Cite>& cites);
  ir::SourcePlace place(Span span) const;
  std::string first_argument(const ast::Module& module, const ast::Annotation& a) const;
  ir::Responsibility responsibility(const ast::Module& module,
                                    const std::vector<ast::Annotation>& annotations) const;
  ir::Words words(Span span, std::string_view doc, const std::vector<ast::Cite>& cites);
  ir::RuleSide rule_side(const DecisionState& d, uint32_t rule);
  ir::DecisionSide decision_side(const DecisionState& d);
  void fill_field_sides(const RecordInfo& info, ir::RecordSide& out);
  void fill_side();

  // tests.cpp
  void check_tests();
  void check_test(const ast::Module& module, const ast::Test& test);
  void check_test_params(const ast::Test& test, TestCase& out);
  void check_test_table(const ast::Module& module, const ast::Test& test, DecisionState& d);
  std::optional<json::Value> json_of(ast::ExprId id, const Type& type);
  std::optional<json::Value> json_record(const ast::Expr& e, const std::vector<Slot>& fields,
                                         std::string_view what);
  json::Value json_constant(const ir::Constant& constant) const;
  Expectation expectation(const ast::Expect& expect, DecisionState& d);
  bool check_rule_name(const DecisionState& d, const ast::Name& name);
  std::vector<Slot> slots_of(const DecisionState& d, ir::SlotRole role) const;
  const ir::Feature* feature_named(const DecisionState& d, const std::string& name) const;
  bool put_feature(DecisionState& d, const std::string& name, Span span, ast::ExprId value,
                   ast::ExprId at, json::Value& features);

  // Shorthands for building IR.
  ir::ExprId make(ir::Op op, ir::TypeId type, ir::ExprId a = ir::ExprId::none,
                  ir::ExprId b = ir::ExprId::none, uint32_t c = ir::kNone, uint32_t extra = 0);
  ir::ExprId make_constant(const ir::Constant& constant);
  ir::ExprId make_number(ir::TypeId type, Int128 value);
  ir::ExprId make_bool(bool value);
  const ir::Constant* constant_of(ir::ExprId id) const;
  ir::TypeId type_id(ir::TypeKind kind, int scale = 0, uint32_t ref = ir::kNone,
                     ir::TypeId element = ir::TypeId::none);
  const ir::Type& ir_type(const Type& type) const { return rules_.type(type.id); }
  bool is(const Type& type, ir::TypeKind kind) const {
    return type.known() && ir_type(type).kind == kind && !ir_type(type).optional;
  }
  bool is_number(const Type& type) const;
  bool is_ordered(const Type& type) const;
  bool optional(const Type& type) const { return type.known() && ir_type(type).optional; }
  Type without_optional(const Type& type);
  Typed bad(Span span) const {
    Typed t;
    t.span = span;
    return t;
  }
  Typed typed(ir::ExprId id, Type type, Span span) const {
    Typed t;
    t.id = id;
    t.type = type;
    t.span = span;
    return t;
  }
  Typed boolean(ir::ExprId id, Span span);
  const ast::Expr& node(ast::ExprId id) const { return scope_module_->expr(id); }
  diag::Builder emit(Kind kind, Span span, std::vector<diag::Argument> arguments = {}) {
    return emitter_.emit(kind, span, std::move(arguments));
  }
  void hint_nearest(diag::Builder builder, std::string_view name,
                    const std::vector<std::string>& names);
  const std::vector<Slot>& fields_of(ir::RecordId record);

  // Elaborates in another scope for the life of this object.
  class Enter {
   public:
    Enter(Checker& checker, const ast::Module* module, Scope scope);
    ~Enter();

   private:
    Checker& checker_;
    Scope saved_;
    const ast::Module* saved_module_;
  };

  const std::vector<ast::Module>& modules_;
  const SourceSet& sources_;
  diag::Emitter& emitter_;
  ir::RuleSet rules_;
  ir::Side side_;
  std::vector<TestCase> tests_;
  Scope scope_;
  const ast::Module* scope_module_ = nullptr;
  std::map<std::string, std::pair<Span, const char*>, std::less<>> declared_;
  std::map<std::string, EnumInfo, std::less<>> enums_;
  std::map<std::string, RecordInfo, std::less<>> records_;
  std::map<std::string, DutyInfo, std::less<>> duties_;
  std::map<std::string, ParamInfo, std::less<>> params_;
  std::map<std::string, DecisionState, std::less<>> decisions_;
  std::vector<const EnumInfo*> enum_by_id_;
  std::unordered_map<uint32_t, std::vector<Slot>> fields_by_record_;
  std::set<std::string, std::less<>> used_modules_;  // of the standard library
  std::vector<DecisionState*> running_;
  std::vector<DecisionState*> by_id_;  // in the order of RuleSet::decisions
  int depth_ = 0;                      // of nested expressions
};

// Texts of values, both ways; false where the text is none.
bool read_date(std::string_view text, int32_t* out);
bool read_datetime(std::string_view text, int64_t* out);
bool read_decimal(std::string_view text, int scale, Int128* out);
std::string text_of_date(int32_t date);
std::string text_of_datetime(int64_t at);
std::string text_of_duration(int64_t duration);
std::string text_of_decimal(Int128 value, int scale);

}  // namespace pac::check
