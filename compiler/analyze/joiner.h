// Joiner: copies the parts of two versions into one rule set under ids of its own. Types go by
// name: the record that stands for `Person` of both versions has the fields that both know. Used by
// join.cpp alone; one thread.
#pragma once

#include <array>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/analyze/join.h"
#include "compiler/analyze/terms.h"

namespace pac::analyze {

class Joiner {
 public:
  Joiner(Version& old_version, Version& new_version, Joined& out);

  void run(ir::DecisionId old_decision, ir::DecisionId new_decision);

 private:
  // Where the field of a version stands in the joined record; kNone: it is left missing.
  using FieldMap = std::vector<uint32_t>;
  struct Binding {
    uint32_t slot = 0;    // of the version
    uint32_t joined = 0;  // the slot here
    friend auto operator<=>(const Binding&, const Binding&) = default;
  };
  using Scope = std::vector<Binding>;
  struct Copy {  // what was copied of one version
    Version* version = nullptr;
    std::map<uint32_t, ir::TypeId> types;
    std::map<uint32_t, std::vector<uint32_t>> enum_values;  // by enum: numbers of its values here
    std::map<uint32_t, FieldMap> fields;                    // by record
    FieldMap slots;
    std::map<std::pair<uint32_t, uint32_t>, ir::ExprId> memo;  // by expression and scope
    std::map<uint32_t, uint32_t> free_variables;
    const ir::RuleSet& rules() const { return version->working(); }
  };

  // Types (join_types.cpp).
  ir::TypeId type(int of, ir::TypeId id);
  uint32_t enumeration(int of, uint32_t id);
  uint32_t record(int of, uint32_t id);
  void join_fields(const std::string& name, const ir::Record* a, const ir::Record* b,
                   ir::Record* out, FieldMap* from_a, FieldMap* from_b);
  bool join_field(const ir::Field& a, const ir::Field& b, ir::Field* out);
  ir::Domain domain(int of, ir::TypeId type, ir::DomainId id);
  ir::DomainId intern_or_none(const ir::Domain& domain);
  ir::ConstantId constant(int of, ir::ConstantId id);
  const ir::Record* find_record(int of, const std::string& name, uint32_t* id) const;

  // Expressions (join_exprs.cpp).
  ir::ExprId expr(int of, ir::ExprId id);
  ir::ExprId make(int of, ir::ExprId id);
  ir::ExprId input(int of, const ir::Expr& expr);
  ir::ExprId field(int of, const ir::Expr& expr);
  ir::ExprId fitting(ir::ExprId value, bool is_optional);
  ir::ExprId generic(int of, ir::Expr expr);
  ir::ExprId quantifier(int of, ir::Expr expr);
  ir::ExprId call(int of, const ir::Expr& expr);
  ir::ExprId standard_call(int of, ir::Expr expr);
  ir::ExprId make_record(int of, const ir::Expr& expr);
  std::vector<ir::ExprId> operands(int of, const ir::Expr& expr);
  uint32_t variable(int of, uint32_t slot);
  uint32_t joined_slot(ir::ExprId list, const std::string& name);
  std::string name_of_variable(int of, uint32_t slot) const;

  // The decision (join.cpp).
  void join_input();
  void add_lets();
  JoinedRule rule(int of, const FlatRule& flat, const ir::Rule& rule);
  void add_version(int of);
  void add_outputs();
  void number_conditions();
  void obstacle(std::string text);

  const ir::Decision& decision(int of) const;

  Joined& out_;
  ir::RuleSet& rules_;
  Terms terms_;
  std::array<Copy, 2> copies_;
  std::array<ir::DecisionId, 2> decisions_{};
  std::map<std::string, uint32_t> enums_, records_;
  std::map<std::pair<std::string, std::string>, ir::DecisionId> callees_;  // by name and digest
  Scope scope_;
  std::map<Scope, uint32_t> scope_numbers_;
  std::map<std::pair<ir::ExprId, uint32_t>, uint32_t> slots_;  // by list and depth
  uint32_t variable_count_ = 0;
};

}  // namespace pac::analyze
