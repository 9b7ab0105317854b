// Not API; include compiler/check/check.h instead. The state of one run of the checker, shared by
// its parts:
//   declarations.cpp  names of the package; enums, records, duties, params
//   types.cpp         type references and domains
//   packages.cpp      what a name means in a file: its own package and those that it uses
//   expressions.cpp   the way to each kind of expression, conversions
//   names.cpp         variables, lets, fields, parameters, values of enums
//   literals.cpp      scalars, texts, lists, records
//   presence.cpp      logic, and what is known to be present
//   operators.cpp     comparison, membership, text tests
//   domains.cpp       tests that a domain decides, choices that can't be taken
//   arithmetic.cpp    numbers, dates, durations
//   constants.cpp     arithmetic of constants that can't succeed
//   calls.cpp         built-in functions, parameters at a date
//   library.cpp       the standard library
//   decision_calls.cpp  calls of decisions
//   folds.cpp         quantifiers and folds
//   decision.cpp      interfaces, lets, bodies
//   let_order.cpp     lets after those that they read
//   rules.cpp         rules, outcomes
//   tables.cpp        columns, rows, cells
//   policies.cpp      hit policies
//   texts.cpp         templates, explanations
//   annotations.cpp   which mark may stand where
//   protected.cpp     protected fields and their permissions, personal data and its subject
//   acceptance.cpp    findings that the author accepts
//   side.cpp          citations, documentation, owners: the side tables
//   tests.cpp         tests to JSON
#pragma once

#include "compiler/check/state.h"

namespace pac::check {

class Checker {
 public:
  Checker(const std::vector<ast::Module>& modules, const SourceSet& sources, diag::Emitter& emitter,
          const std::vector<Package>& packages);
  std::optional<Checked> run();

 private:
  // packages.cpp
  void read_uses(uint32_t module);
  const FileScope& file() const { return files_[scope_module_ - modules_.data()]; }
  const PackageScope& package_of(const ast::Module& module) const {
    return packages_[files_[&module - modules_.data()].package];
  }
  std::string key(const ast::Module& module, std::string_view name) const {
    return package_of(module).prefix + std::string(name);
  }
  std::string full_name(const DecisionState& d) const;
  // The package that a name before a dot stands for in this file, among those it uses and its own.
  std::optional<uint32_t> qualifier(std::string_view name) const;
  std::optional<ast::Name> qualified(const ast::Expr& e) const;
  // `name` may be "rates.Band". Says nothing where there is none; see report_hidden.
  template <typename T>
  Sight<T> see(std::map<std::string, T, std::less<>>& map, const ast::Name& name);
  // Where a package that this file does not use has the name, or keeps it to itself.
  bool report_hidden(const ast::Name& name);
  void report_private(const ast::Name& name, uint32_t package);
  bool is_qualifier(const ast::Expr& e);
  // Names of one kind that may stand in this file, for suggestions.
  template <typename T>
  std::vector<std::string> visible(const std::map<std::string, T, std::less<>>& map) const {
    std::vector<std::string> out;
    for (const auto& [name, each] : map) {
      const size_t dot = name.rfind('.');
      out.push_back(dot == std::string::npos ? name : name.substr(dot + 1));
    }
    return out;
  }

  // annotations.cpp
  void check_annotations(const ast::Module& module, const std::vector<ast::Annotation>& annotations,
                         unsigned place, Span scope);
  void check_annotation(const ast::Module& module, const ast::Annotation& a, unsigned place);
  void accept(const ast::Module& module, const ast::Annotation& a, Span scope);
  void check_all_annotations();
  void check_decision_annotations(const ast::Module& module, const ast::Item& item);

  // protected.cpp
  void check_personal_data();
  void find_subjects(const Type& type, bool has_subject);
  void report_subjectless(const std::vector<ast::Annotation>& annotations, bool has_subject);
  void check_protected(DecisionState& d);
  std::optional<std::pair<uint32_t, uint32_t>> permitted_field(DecisionState& d,
                                                               const ast::MayUse& may);
  const RecordInfo* record_of(uint32_t id) const;
  const std::vector<ast::Annotation>* marks_of(const DecisionState& d, uint32_t record,
                                               uint32_t field, Span* declared) const;

  // acceptance.cpp
  void settle_acceptances();
  std::vector<AcceptedFinding> accepted_findings() const;
  std::vector<ir::Acceptance> acceptances_at(Span scope) const;

  // declarations.cpp
  void declare();
  void declare_package();
  void declare_item(const ast::Module& module, const ast::Item& item);
  void declare_name(const ast::Module& module, ast::Name name, const char* what);
  void check_enum(EnumInfo& info);
  void check_record(RecordInfo& info);
  void check_duty(DutyInfo& info);
  void check_param(ParamInfo& info);
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

  // expressions.cpp, names.cpp, literals.cpp, presence.cpp
  Typed expression(ast::ExprId id, const Expected& expected);
  Typed expression(ast::ExprId id) { return expression(id, Expected{}); }
  Typed elaborate(const ast::Expr& e, const Expected& expected);
  Typed condition(ast::ExprId id);
  Typed literal(const ast::Expr& e, const Expected& expected);
  Typed string_literal(const ast::Expr& e, const Expected& expected);
  Typed name_expression(const ast::Expr& e, const Expected& expected);
  Typed member(const ast::Expr& e, const Expected& expected);
  std::optional<Typed> local(const ast::Name& name);
  std::optional<Typed> value_of_enum(const ast::Expr& e);
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
  std::pair<const char*, std::string> what_is_hidden(const ast::Name& name) const;

  // operators.cpp, arithmetic.cpp
  std::pair<Typed, Typed> pair(ast::ExprId a, ast::ExprId b);
  void help_comparison(diag::Builder& builder, const Typed& a, const Typed& b);
  Typed elaborate_operand(const ast::Expr& e, const Type& wanted);
  Typed no_operator(const ast::Expr& e, const Typed& a, const Typed& b);
  Typed comparison(const ast::Expr& e);
  Typed compare(ir::Op op, Typed a, Typed b, Span span);
  Typed membership(const ast::Expr& e);
  Typed range_test(Typed value, const ast::Expr& range, Span span);
  Typed set_test(Typed value, const ast::Expr& set, Span span);
  Typed text_test(const ast::Expr& e);
  Typed make_text_test(ast::ExprKind kind, const Typed& value, const ast::Expr& operand, Span span);
  Typed set_operator(const ast::Expr& e);
  Typed arithmetic(const ast::Expr& e, const Expected& expected);
  Typed add_sub(const ast::Expr& e, Typed a, Typed b);
  Typed multiply(const ast::Expr& e, Typed a, Typed b);
  Typed divide(const ast::Expr& e, Typed a, Typed b);
  Typed negate(const ast::Expr& e, const Expected& expected);
  bool check_divisor(const Typed& divisor);
  bool unify_units(Typed& a, Typed& b, Span span, std::string_view verb);
  Typed widen_to(Typed value, ir::TypeKind kind, int scale, Span span);

  // constants.cpp
  struct Folded {
    bool is_constant = false;
    Int128 value = 0;
    bool always_fails = false;
  };
  std::optional<Int128> constant_value(ir::ExprId id);
  Folded fold_constants(ir::ExprId id);
  Typed refuse_failing(const ast::Expr& e, Typed value);

  // domains.cpp
  struct Declared {
    std::string name;
    ir::DomainId domain = ir::DomainId::none;
    Span span;
  };
  std::optional<Declared> declared(const Typed& value) const;
  std::optional<bool> decided(ir::Op op, const Typed& a, const ir::Constant& constant) const;
  std::optional<bool> decided_by_grid(ir::Op op, const Typed& a,
                                      const ir::Constant& constant) const;
  void report_decided(bool always, const Typed& value, Span span);
  void check_constant_comparison(ir::Op op, const Typed& a, const Typed& b, Span span);
  void check_constant_range(const Typed& value, const ir::Constant* low, const ir::Constant* high,
                            const ast::Expr& range, Span span);
  void check_whole_set(const Typed& value, size_t distinct, Span span);
  std::string show_domain(ir::DomainId id, const Type& type) const;
  std::optional<std::set<uint32_t>> named_values(const EnumInfo& info, const ast::Cell& cell) const;
  void check_absorbed(const DecisionState& d, const std::vector<Typed>& columns);

  // calls.cpp, library.cpp, decision_calls.cpp
  Typed call(const ast::Expr& e, const Expected& expected);
  std::optional<Typed> builtin(const ast::Expr& e, std::string_view name, const Expected& expected);
  Typed call_len(const ast::Expr& e);
  Typed call_min_max(const ast::Expr& e, ir::Op op);
  Typed call_round(const ast::Expr& e);
  Typed call_mod(const ast::Expr& e);
  Typed call_library(const ast::Expr& e, const ast::Name& called);
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
  Typed unknown_function(const ast::Expr& e, const ast::Name& callee);
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
  uint32_t take_slot(DecisionState& d, std::string_view name, const Type& type);
  void unbind_variable();

  // decision.cpp
  // Of the package that is checked.
  DecisionState* find_decision(std::string_view name);
  void check_interface(DecisionState& d);
  void check_interface_slots(DecisionState& d);
  void check_context(DecisionState& d);
  void check_features(DecisionState& d);
  void check_results(DecisionState& d);
  bool check_decision(DecisionState& d);
  void check_body(DecisionState& d);
  void check_lets(DecisionState& d);
  std::vector<uint32_t> lets_named_in(const DecisionState& d, ast::ExprId root) const;
  std::vector<uint32_t> let_order(const DecisionState& d) const;
  void check_assumes(DecisionState& d);
  void finish_decision(DecisionState& d);
  uint32_t add_let(const Typed& value, ir::DomainId domain, std::string name);

  void add_slot(DecisionState& d, Slot slot);

  // rules.cpp, tables.cpp
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
  void fill_field_side(const ast::Module& module, std::string_view doc,
                       const std::vector<ast::Annotation>& annotations, ir::FieldSide& side);
  void fill_field_sides(const ast::Module& module, const std::vector<ast::Field>& fields,
                        uint32_t record);
  void fill_decision_fields(const DecisionState& d);
  void fill_item_side(const ast::Module& module, const ast::Item& item);
  std::string bundle_path(uint32_t file) const;
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
  void check_error_code(const ast::Expect& expect);
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
    t.type = std::move(type);
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
  std::vector<PackageScope> packages_;
  std::vector<FileScope> files_;  // by module
  std::set<std::string, std::less<>> private_;
  std::vector<Accepted> accepted_;
  std::map<std::pair<uint32_t, uint32_t>, Span> protected_places_;
  std::vector<DecisionState*> running_;
  std::vector<DecisionState*> by_id_;  // in the order of RuleSet::decisions
  std::unordered_map<uint32_t, std::optional<Int128>> constant_values_;  // by expression
  int depth_ = 0;                                                        // of nested expressions
};

template <typename T>
Sight<T> Checker::see(std::map<std::string, T, std::less<>>& map, const ast::Name& name) {
  const std::string_view text = name.text;
  if (const size_t dot = text.rfind('.'); dot != std::string_view::npos) {
    const auto package = qualifier(text.substr(0, dot));
    if (!package) return {};
    const std::string key = packages_[*package].prefix + std::string(text.substr(dot + 1));
    const auto it = map.find(key);
    if (it == map.end()) return {};
    if (*package != file().package && private_.contains(key)) {
      report_private(name, *package);
      return {nullptr, true};
    }
    return {&it->second, false};
  }
  // A package's own names come first, so that a name added to a used one never changes it.
  if (auto it = map.find(packages_[file().package].prefix + std::string(text)); it != map.end()) {
    return {&it->second, false};
  }
  Sight<T> out;
  uint32_t first = 0;
  for (const uint32_t package : file().uses) {
    const std::string key = packages_[package].prefix + std::string(text);
    const auto it = map.find(key);
    if (it == map.end() || private_.contains(key)) continue;
    if (out.found != nullptr) {
      emit(Kind::ambiguous_name, name.span,
           {{"name", std::string(text)},
            {"first", packages_[first].name},
            {"second", packages_[package].name}})
          .help("say which: `" + packages_[first].name + "." + std::string(text) + "` or `" +
                packages_[package].name + "." + std::string(text) + "`");
      return {nullptr, true};
    }
    out.found = &it->second;
    first = package;
  }
  return out;
}

// Texts of values, both ways; false where the text is none.
bool read_date(std::string_view text, int32_t* out);
bool read_datetime(std::string_view text, int64_t* out);
bool read_decimal(std::string_view text, int scale, Int128* out);
std::string text_of_date(int32_t date);
std::string text_of_datetime(int64_t at);
std::string text_of_duration(int64_t duration);
std::string text_of_decimal(Int128 value, int scale);

}  // namespace pac::check
