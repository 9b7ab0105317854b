// Observer: hears what a decision does while it does it, for `pac explain`: replay the recorded
// input with an observer and ask. Null on the fast path. Owned by the caller, called on the thread
// of the decision, in the order of evaluation; events of called decisions come between on_enter and
// on_leave of their own (Activation::depth tells them apart). An observer may allocate, must not
// throw, and can't change the outcome: what it evaluates with Activation::probe lies in memory of
// its own and leaves no trace.
#pragma once

#include "runtime/abi.h"
#include "runtime/interp/value.h"
#include "runtime/ir/model.h"

namespace pac::interp {

class Activation;

class Observer {
 public:
  virtual ~Observer() = default;

  virtual void on_enter(const Activation&) {}
  // An expression is about to be evaluated; probes are not told.
  virtual void on_expr(const Activation&, ir::ExprId expr) { (void)expr; }
  // `item`: the position in the list of a `for each`, else kNone, here and below.
  // One condition of a rule was tested: `holds` counts only without an error. Conditions after the
  // first that does not hold are not tested; probe them to learn more.
  virtual void on_condition(const Activation&, uint32_t rule, uint32_t item, uint32_t condition,
                            pac_error error, bool holds) {
    (void)rule, (void)item, (void)condition, (void)error, (void)holds;
  }
  // A rule was tried and hit (for this item) or not. Rules of which nothing is heard were not
  // tried. One under `for each` over an empty list is a miss without item.
  virtual void on_rule(const Activation&, uint32_t rule, uint32_t item, bool hit) {
    (void)rule, (void)item, (void)hit;
  }
  // A rule outside its effective dates; nothing else is heard of it.
  virtual void on_not_effective(const Activation&, uint32_t rule) { (void)rule; }
  // A rule that hit was removed by one that overrides it, directly or through others.
  virtual void on_removed(const Activation&, uint32_t rule, uint32_t by) { (void)rule, (void)by; }
  // The outcome of a survivor, a record in the decision's output layout; `otherwise` is rule number
  // rules.size(). Valid until on_leave returns.
  virtual void on_outcome(const Activation&, uint32_t rule, uint32_t item, const void* outcome) {
    (void)rule, (void)item, (void)outcome;
  }
  // A let was evaluated, at its first read.
  virtual void on_let(const Activation&, uint32_t let, pac_error error, const Value& value) {
    (void)let, (void)error, (void)value;
  }
  // The decision has its answer; it can still be probed. `error` and `rule` with PAC_ERROR.
  virtual void on_leave(const Activation&, pac_status status, pac_error error,
                        uint32_t error_rule) {
    (void)status, (void)error, (void)error_rule;
  }
};

}  // namespace pac::interp
