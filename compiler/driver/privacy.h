// Privacy: which values an explanation must not show: fields that are marked @pii and not
// @disclose, records that hold one, and what is computed from them. What is a plain yes or no is
// shown: the explanation says of each condition whether it held. One explanation, one thread.
#pragma once

#include <map>
#include <string_view>

#include "runtime/ir/model.h"
#include "runtime/ir/side.h"

namespace pac::driver {

class Privacy {
 public:
  Privacy(const ir::RuleSet& rules, const ir::Side& side, bool discloses)
      : rules_(rules), side_(side), discloses_(discloses) {}

  bool hides(ir::DecisionId decision, ir::ExprId expr);
  bool hides_let(ir::DecisionId decision, uint32_t let);
  bool hides_field(ir::RecordId record, uint32_t field);
  // The value at a path of the input as refusals write it: `applicant.birth`, `items[3].name`.
  bool hides_path(ir::DecisionId decision, std::string_view path);
  // Whether anything was hidden so far.
  bool has_hidden() const { return has_hidden_; }

 private:
  bool is_private(const ir::Decision& decision, ir::ExprId expr);
  bool compute(const ir::Decision& decision, const ir::Expr& expr);
  bool is_private_result(const ir::Decision& decision, const ir::Expr& call, uint32_t field);
  bool field_is_private(uint32_t record, uint32_t field) const;
  bool holds_private(ir::TypeId type) const;
  bool note(bool hidden);

  const ir::RuleSet& rules_;
  const ir::Side& side_;
  const bool discloses_;
  bool has_hidden_ = false;
  // By decision and expression: parts of expressions are shared.
  std::map<std::pair<const ir::Decision*, ir::ExprId>, bool> known_;
};

}  // namespace pac::driver
