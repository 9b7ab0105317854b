// A Side against its rule set: it names expressions, and an explanation evaluates them.
#include <algorithm>

#include "runtime/ir/verify_state.h"

namespace pac::ir {

bool Verifier::check_place(const SourcePlace& place, const std::string& what) {
  return place.file == kNone || place.file < side_->files.size() ||
         fail_at("PAC4116", what, "its place is in a file that does not exist");
}

bool Verifier::check_permission(const Permission& permission, const std::string& what) {
  return (permission.record < rs_.records.size() &&
          permission.field < rs_.records[permission.record].fields.size()) ||
         fail_at("PAC4116", what, "it may use a field that does not exist");
}

bool Verifier::check_side() {
  if (side_ == nullptr) return true;
  const auto same = [&](const char* what, size_t count, size_t wanted) {
    return count == wanted || fail_at("PAC4116", "side",
                                      "it has " + std::to_string(count) + " " + what +
                                          ", the rule set " + std::to_string(wanted));
  };
  if (!same("decisions", side_->decisions.size(), rs_.decisions.size()) ||
      !same("records", side_->records.size(), rs_.records.size()) ||
      !same("enums", side_->enums.size(), rs_.enums.size()) ||
      !same("params", side_->params.size(), rs_.params.size()) ||
      !same("duties", side_->duties.size(), rs_.duties.size())) {
    return false;
  }
  bool is_fine = check_place(side_->words.place, "package");
  for (size_t i = 0; i < rs_.decisions.size() && is_fine; ++i) {
    const Decision& decision = rs_.decisions[i];
    const DecisionSide& side = side_->decisions[i];
    const std::string what = "decision `" + decision.name + "`";
    is_fine =
        same("lets of a decision", side.lets.size(), decision.lets.size()) &&
        same("variables of a decision", side.variables.size(), decision.var_count) &&
        same("rules of a decision", side.rules.size(), decision.rules.size()) &&
        std::ranges::all_of(side.permissions,
                            [&](const auto& each) { return check_permission(each, what); }) &&
        check_place(side.words.place, what) && check_place(side.otherwise.words.place, what) &&
        std::ranges::all_of(side.lets,
                            [&](const auto& let) { return check_place(let.place, what); }) &&
        std::ranges::all_of(side.rules,
                            [&](const auto& rule) { return check_place(rule.words.place, what); });
  }
  for (size_t i = 0; i < rs_.records.size() && is_fine; ++i) {
    is_fine =
        same("fields of a record", side_->records[i].fields.size(), rs_.records[i].fields.size()) &&
        check_place(side_->records[i].words.place, "record `" + rs_.records[i].name + "`");
  }
  for (size_t i = 0; i < rs_.enums.size() && is_fine; ++i) {
    is_fine =
        same("values of an enum", side_->enums[i].values.size(), rs_.enums[i].values.size()) &&
        check_place(side_->enums[i].words.place, "enum `" + rs_.enums[i].name + "`");
  }
  for (size_t i = 0; i < rs_.params.size() && is_fine; ++i) {
    is_fine = same("lines of a param", side_->params[i].lines.size(), rs_.params[i].lines.size()) &&
              check_place(side_->params[i].words.place, "param `" + rs_.params[i].name + "`");
  }
  for (size_t i = 0; i < rs_.duties.size() && is_fine; ++i) {
    is_fine = check_place(side_->duties[i].place, "duty `" + rs_.duties[i].name + "`");
  }
  return is_fine;
}

bool Verifier::check_explanations(const Decision& decision, const RuleSide& side) {
  for (const Explanation& explanation : side.explanations) {
    for (const TemplatePart& part : explanation.parts) {
      if (part.value == ExprId::none) continue;
      if (index(part.value) >= rs_.exprs.size()) {
        return fail_in_decision("PAC4102",
                                "an explanation reads an expression that does not exist");
      }
      Type type = type_at(index(part.value));
      type.optional = false;
      const bool is_fine = type.kind != TypeKind::quotient && type.kind != TypeKind::list &&
                           type.kind != TypeKind::set && type.kind != TypeKind::record;
      if (!is_fine)
        return fail_in_decision("PAC4116", "an explanation reads a value that is no scalar");
      if (!check_root(decision, part.value, type_id(index(part.value)), "an explanation") ||
          !own_slots(decision, facts_[index(part.value)].bound, kOwnedByRules)) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace pac::ir
