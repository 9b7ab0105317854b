// Generator: makes random rule sets that the verifier accepts, of which every operation, type, hit
// policy and error can come. One rule set holds several decisions, later ones calling earlier ones:
// compiling is what costs, and its start-up is shared so. Used once: generate() gives the rule set
// away. One thread.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "runtime/ir/builder.h"
#include "stdlib/registry.h"
#include "tests/differential/random.h"

namespace pac::differential {

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) { choose_functions(seed); }
  explicit Generator(const Random& random) : random_(random) { choose_functions(random_.next()); }

  ir::RuleSet generate(uint32_t decision_count);

 private:
  using ExprId = ir::ExprId;
  using TypeId = ir::TypeId;
  using Op = ir::Op;

  // Callees of callees of ... : a longer chain makes decisions slow and finds nothing new.
  static constexpr uint32_t kMaxChain = 4;

  // What an expression may read where it stands.
  struct Scope {
    ir::Decision* decision = nullptr;
    uint32_t let_count = 0;
    bool inputs_only = false;  // assumes and keys of features
    std::vector<std::pair<TypeId, uint32_t>> vars;
    std::vector<ExprId> pool;  // complete expressions, to be used again
  };

  // Declarations (generator_decl.cpp).
  void declare();
  void declare_params();
  TypeId scalar_type();
  TypeId random_type(int depth, bool may_be_optional = true);
  TypeId ordered_type();
  ir::DomainId random_domain(TypeId type, bool must_bound_lists);
  ir::DomainId interval_domain(const ir::Type& type);
  ir::DomainId text_domain();
  // A text that lies in a domain which text_domain() made.
  std::string text_within(ir::DomainId domain) const;
  ir::RecordId random_record(const std::string& name, uint32_t field_count, bool bounded,
                             uint32_t domain_chance, int depth);
  Int128 random_number(const ir::Type& type);
  std::string random_text();
  std::string short_text();
  ExprId constant(TypeId type);
  ExprId constant_expression(TypeId type);

  // Expressions (generator_expr.cpp, generator_lists.cpp, generator_numbers.cpp).
  ExprId node(Op op, TypeId type, ExprId a = ExprId::none, ExprId b = ExprId::none,
              ExprId c = ExprId::none, uint32_t extra = 0) {
    return b_.rule_set.add({op, type, index(a), index(b), index(c), extra, 0, 0});
  }
  ExprId node(Op op, TypeId type, const std::vector<ExprId>& operands, uint32_t a = ir::kNone) {
    return b_.rule_set.add({op, type, a, ir::kNone, ir::kNone, 0, 0, 0}, operands);
  }
  ExprId expr(TypeId type, int depth);
  ExprId fresh(TypeId type, int depth);
  ExprId leaf(TypeId type);
  void add_readable(TypeId wanted, std::vector<ExprId>& found);
  void add_fields(TypeId wanted, ExprId record, int depth, std::vector<ExprId>& found);
  ExprId of_any_kind(TypeId type, int depth);
  ExprId optional_expr(TypeId type, int depth);
  ExprId boolean(int depth);
  ExprId comparison(int depth);
  ExprId membership(int depth);
  ExprId text_test(int depth);
  ExprId list_test(int depth);
  ExprId quantified(int depth);
  ExprId integer(int depth);
  ExprId decimal(TypeId type, int depth);
  ExprId quotient(TypeId type, int depth);
  ExprId text(int depth);
  ExprId date(int depth);
  ExprId datetime(int depth);
  ExprId duration(int depth);
  ExprId list(TypeId type, int depth);
  ExprId record(TypeId type, int depth);
  ExprId extreme(TypeId type, int depth);
  ExprId any_list(int depth);
  TypeId list_of_something();
  // `body` is built with the list's items bound to a new variable.
  template <typename Body>
  ExprId bind(ExprId items, const Body& body) {
    const uint32_t slot = scope_.decision->var_count++;
    scope_.vars.emplace_back(b_.rule_set.type_of(items).element, slot);
    const ExprId made = body(items, slot);
    scope_.vars.pop_back();
    return made;
  }
  // A test of the variable bound last.
  ExprId item_condition(int depth);
  ExprId fold(Op op, TypeId type, int depth);
  TypeId number_type();
  // A call that gives this type, or none.
  ExprId call(TypeId type, int depth);
  ExprId call_std(TypeId type, int depth);
  ExprId call_function(const stdlib::Function& function, TypeId type, int depth);
  bool append_argument(const stdlib::Function& function, const stdlib::Parameter& parameter,
                       TypeId result, int depth, std::vector<ExprId>& arguments);
  ExprId call_decision(ir::DecisionId callee, int depth, bool within = false);

  // What chance alone would make too seldom (generator_showcase.cpp).
  void choose_functions(uint64_t seed);
  // The function of this rule set that was called least, of those that give this type; null: none.
  const stdlib::Function* least_used(const ir::Type* wanted);
  TypeId result_type(const stdlib::Function& function);
  void add_showcases();
  void show(ExprId value, uint32_t condition_chance);
  void make_rules_clash();
  ExprId sometimes();
  ExprId long_call();
  ExprId provoke();
  ExprId past_the_limit();
  ExprId no_such_day();
  std::vector<ExprId> showcase_conditions();

  // Decisions like tables (generator_columns.cpp).
  TypeId held_record(const std::string& name);
  void add_column_slots(ir::Decision& decision, ir::Record& input);
  std::string column_text();
  ExprId column_constant(TypeId type);
  ExprId column_test();
  ExprId test_of(ExprId of, TypeId type);

  // Decisions (generator_decision.cpp).
  void add_decision(uint32_t number);
  void add_slots(ir::Decision& decision, ir::Record& input);
  void add_lets();
  void add_features();
  void choose_policy(const std::string& name);
  void add_ranking();
  void add_folds(const std::string& name);
  void add_rules();
  ir::Rule make_rule(uint32_t number, uint32_t count);
  ExprId separating_condition(uint32_t number, uint32_t count);
  std::vector<ExprId> outcome();
  void add_duties(ir::Rule& rule);

  ir::Builder b_;
  Random random_;
  Scope scope_;
  std::vector<ir::EnumId> enums_;
  std::vector<ir::RecordId> records_;
  // Of the standard library, those that this rule set uses (each costs time to compile), and how
  // often each was called so far.
  struct UsedFunction {
    const stdlib::Function* function = nullptr;
    uint32_t calls = 0;
  };
  std::vector<UsedFunction> functions_;
  std::map<ir::DomainId, std::string> texts_within_;
  std::vector<ExprId> showcases_;                   // of this decision, read by its conditions
  std::vector<std::pair<uint32_t, ExprId>> shown_;  // the same in its outcomes: column, value
  std::vector<uint32_t> chains_;  // by decision: how long its longest chain of calls is
  uint32_t chain_ = 0;            // of the decision at work
  // The same, of calls that stand where they are surely evaluated when a rule fires.
  std::vector<uint32_t> sure_chains_;
  uint32_t sure_chain_ = 0;
  uint32_t roundings_ = 0;  // made so far
  // How this decision's rules are made.
  bool constant_outcomes_ = false;
  bool agreeing_ = false;
  bool separated_ = false;
  bool by_columns_ = false;
  TypeId held_ = TypeId::none;  // a record among them
  uint32_t columns_from_ = 0,
           columns_end_ = 0;  // of the inputs, those that conditions of such a table test
  uint32_t separating_slot_ = ir::kNone;
  std::vector<ExprId> last_outcome_;
};

}  // namespace pac::differential
