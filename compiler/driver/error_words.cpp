#include "compiler/driver/error_words.h"

#include <algorithm>
#include <vector>

#include "runtime/interp/activation.h"

namespace pac::driver {

namespace {

// Hears whether one of the expressions of the decision that was asked is evaluated and fails: the
// decision then ended in that, since it would have ended at the first error.
class Listener : public interp::Observer {
 public:
  Listener(const std::vector<ir::ExprId>& exprs, pac_error error)
      : exprs_(exprs), error_(error), is_reached_(exprs.size()) {}

  void on_expr(const interp::Activation& activation, ir::ExprId expr) override {
    if (activation.depth() != 0) return;
    const auto found = std::ranges::find(exprs_, expr);
    if (found != exprs_.end()) is_reached_[static_cast<size_t>(found - exprs_.begin())] = true;
  }
  void on_leave(const interp::Activation& activation, pac_status, pac_error, uint32_t) override {
    if (activation.depth() != 0) return;
    for (size_t i = 0; i < exprs_.size(); ++i) {
      if (!is_reached_[i]) continue;
      std::vector<char> memory(kMemory);
      pac_scratch scratch{memory.data(), memory.data() + memory.size(), activation.zones()};
      interp::Value value;
      fails_ = fails_ || activation.probe(exprs_[i], scratch, value) == error_;
    }
  }
  bool fails() const { return fails_; }

 private:
  static constexpr size_t kMemory = size_t{1} << 20;
  const std::vector<ir::ExprId>& exprs_;
  const pac_error error_;
  std::vector<bool> is_reached_;
  bool fails_ = false;
};

}  // namespace

const char* words_of(pac_error error) {
  switch (error) {
    case PAC_E_OVERFLOW:
      return "the result is too large";
    case PAC_E_DIVISION_BY_ZERO:
      return "division by zero";
    case PAC_E_DATE_RANGE:
      return "the result lies outside of the years 1 to 9999";
    case PAC_E_OVERLAP:
      return "rules hold that must not hold together";
    case PAC_E_GAP:
      return "no rule covers what it is called with";
    case PAC_E_PARAM:
      return "it is read before its first line";
    case PAC_E_NO_SUCH_DAY:
      return "the month has no such day";
    case PAC_E_ARGUMENT:
      return "an argument is none that it takes";
    default:
      return "a value lies outside of its domain";
  }
}

const char* help_for(pac_error error) {
  switch (error) {
    case PAC_E_OVERFLOW:
      return "narrow the domains of what it is computed from";
    case PAC_E_DIVISION_BY_ZERO:
      return "test the divisor first, or give it a domain without 0";
    case PAC_E_DATE_RANGE:
      return "narrow the domain of the date, or of what is added to it";
    case PAC_E_OVERLAP:
      return "settle the clash in the called decision, or test before what it is called with";
    case PAC_E_GAP:
      return "make the called decision complete, or test before what it is called with";
    case PAC_E_PARAM:
      return "add an earlier line, or narrow the domain of the date";
    case PAC_E_NO_SUCH_DAY:
      return "choose `clip` or `next`, or test the day first";
    case PAC_E_ARGUMENT:
      return "narrow the domains of the arguments, or test them first";
    default:
      return "widen the domain, or round or clamp the value";
  }
}

Shown shows_error(engine::Session& session, const analyze::Finding& finding) {
  const bool probes = !finding.exprs.empty() && finding.error != PAC_E_DOMAIN;
  Listener listener(finding.exprs, finding.error);
  interp::Observer silent;
  session.explain(probes ? static_cast<interp::Observer&>(listener) : silent);
  const pac_result& result = session.result();
  if (result.status != PAC_ERROR) return Shown::no;
  if (finding.inside != ir::DecisionId::none) {
    // The decision that was asked ends the path, the one that it calls stands before it.
    const bool is_inside = result.error == finding.error && result.error_depth > 1 &&
                           result.error_depth <= PAC_MAX_CALL_DEPTH &&
                           result.error_path[result.error_depth - 2] == ir::index(finding.inside);
    return is_inside ? Shown::yes : Shown::another_error;
  }
  const bool is_own = result.error == finding.error && result.error_depth <= 1;
  const bool is_there = finding.rules.empty() ||
                        std::ranges::find(finding.rules, result.error_rule) != finding.rules.end();
  const bool fails = !probes || listener.fails();
  return is_own && is_there && fails ? Shown::yes : Shown::another_error;
}

}  // namespace pac::driver
