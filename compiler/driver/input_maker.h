// Inputs made for a search: values near the constants of the rules and the ends of domains, and
// inputs bent towards a condition. All chance comes from a seed, so a search gives the same inputs
// each time. One thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/json.h"
#include "runtime/ir/model.h"

namespace pac::driver {

// What a decision is asked, as JSON objects.
struct Candidate {
  json::Value input = json::Value::object();
  json::Value context = json::Value::object();
  json::Value features = json::Value::object();
};

class InputMaker {
 public:
  InputMaker(const ir::RuleSet& rules, ir::DecisionId decision, uint64_t seed);

  // Every field anew.
  Candidate fresh();
  // Some fields anew.
  void change(Candidate* candidate);
  // Sets what the conditions of the rule compare with constants so that they hold, where that can
  // be seen.
  void bend(Candidate* candidate, const ir::Rule& rule);
  uint32_t below(uint32_t count);  // 0 .. count - 1

 private:
  struct Path {  // a slot, then fields of records
    uint32_t slot = ir::kNone;
    std::vector<uint32_t> fields;
    ir::TypeId type = ir::TypeId::none;
  };
  using Number = Int128;

  uint64_t draw();
  json::Value value(ir::TypeId type, ir::DomainId domain, int depth);
  json::Value record(uint32_t ref, int depth);
  Number number(const ir::Type& type, const ir::Domain* domain);
  Number any_number(const ir::Type& type);
  std::string text(const ir::Domain* domain);
  json::Value list(const ir::Type& type, const ir::Domain* domain, int depth);
  json::Value as_json(const ir::Type& type, Number number, const std::string& text) const;
  void make_slot(Candidate* candidate, uint32_t slot);
  void store(Candidate* candidate, const Path& path, json::Value value);

  ir::ExprId through_lets(ir::ExprId id) const;
  bool find_path(ir::ExprId id, Path* out) const;
  const ir::Constant* find_constant(ir::ExprId id) const;
  void satisfy(Candidate* candidate, ir::ExprId id, bool wanted, int depth);
  void satisfy_comparison(Candidate* candidate, const ir::Expr& expr, bool wanted);
  void satisfy_range(Candidate* candidate, const ir::Expr& expr, bool wanted);
  void put(Candidate* candidate, const Path& path, const ir::Constant& constant, int delta);

  const ir::RuleSet& rules_;
  const ir::Decision& decision_;
  uint64_t state_;
  std::vector<const ir::Constant*> numbers_;  // present constants that are numbers, by kind in use
  std::vector<int32_t> days_;                 // from which values of parameters hold, ascending
  std::vector<const ir::Constant*> texts_;
};

}  // namespace pac::driver
