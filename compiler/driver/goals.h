// Goals: what tests of a package can be asked to show, numbered: that each rule decides, that each
// condition is met and not met, and that it makes the difference both ways (MC/DC in its masking
// form, docs/design/evidence.md). A Recorder hears the interpreter and says which of them a
// decision reached, those of called decisions too. Goals are constant and any thread may read them;
// a Recorder belongs to one thread.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/analyze/points.h"
#include "compiler/check/check.h"
#include "compiler/diag/source.h"
#include "runtime/interp/observer.h"

namespace pac::driver {

struct Goal {
  enum class Kind : uint8_t {
    rule,   // the rule's outcome counts; `otherwise` is last; of a `result`, rule 0
    value,  // the condition is tested and has this value
    shown,  // and the value decides
  };
  Kind kind = Kind::rule;
  ir::DecisionId decision = ir::DecisionId::none;
  uint32_t rule = ir::kNone;
  uint32_t point = ir::kNone, atom = ir::kNone;
  bool value = false;
};

// Decisions and parameters of other packages, whose tests are their own, have their package's name.
inline bool is_of_another_package(std::string_view name) { return name.find('.') != name.npos; }

class Goals {
 public:
  explicit Goals(const ir::RuleSet& rules);

  const ir::RuleSet& rules() const { return rules_; }
  const std::vector<Goal>& all() const { return all_; }
  const std::vector<analyze::Point>& points(ir::DecisionId decision) const {
    return decisions_[ir::index(decision)].points;
  }
  uint32_t rule_count(ir::DecisionId decision) const {
    return decisions_[ir::index(decision)].rule_count;
  }
  uint32_t of_rule(ir::DecisionId decision, uint32_t rule) const {
    return decisions_[ir::index(decision)].first_rule + rule;
  }
  uint32_t of_atom(ir::DecisionId decision, uint32_t point, uint32_t atom, Goal::Kind kind,
                   bool value) const;
  // Numbers of points: of the rule's conditions, of a let, of an `if`; kNone where there is none.
  uint32_t point_of_rule(ir::DecisionId decision, uint32_t rule) const;
  uint32_t point_of_let(ir::DecisionId decision, uint32_t let) const;
  uint32_t point_of_choice(ir::DecisionId decision, ir::ExprId choice) const;

 private:
  struct OfDecision {
    std::vector<analyze::Point> points;
    std::vector<uint32_t> first_of_point;
    std::unordered_map<uint32_t, uint32_t> rules, lets, choices;
    uint32_t first_rule = 0, rule_count = 0;
  };
  const ir::RuleSet& rules_;
  std::vector<Goal> all_;
  std::vector<OfDecision> decisions_;
};

class Recorder final : public interp::Observer {
 public:
  explicit Recorder(const Goals& goals);

  void start();  // forgets what was reached
  // Ascending.
  std::vector<uint32_t> reached() const;

  void on_expr(const interp::Activation&, ir::ExprId expr) override;
  void on_rule(const interp::Activation&, uint32_t rule, uint32_t item, bool hit) override;
  void on_outcome(const interp::Activation&, uint32_t rule, uint32_t item,
                  const void* outcome) override;
  void on_let(const interp::Activation&, uint32_t let, pac_error error,
              const interp::Value& value) override;
  void on_leave(const interp::Activation&, pac_status status, pac_error error,
                uint32_t error_rule) override;

 private:
  void evaluate(const interp::Activation& activation, uint32_t point);
  void mark(uint32_t goal);

  const Goals& goals_;
  std::vector<bool> marks_;
  std::vector<uint32_t> reached_;
  std::vector<char> scratch_;
};

// Where a goal is about: "loan.pac:17" and the author's text of it.
struct GoalWords {
  std::string path;
  uint32_t line = 0;
  std::string rule;       // its name, or "let secured", or "result"
  std::string condition;  // in the author's words; empty for rules
};
GoalWords words_of(const check::Checked& checked, const SourceSet& sources, const Goals& goals,
                   const Goal& goal);

}  // namespace pac::driver
