#include "runtime/match/literals.h"

#include <algorithm>
#include <set>

#include "runtime/ir/shape.h"
#include "runtime/match/keys.h"

namespace pac::match {

using ir::Expr;
using ir::ExprId;
using ir::Op;

ExprId stripped(const ir::RuleSet& rule_set, ExprId id) {
  for (;;) {
    const Expr& expr = rule_set.expr(id);
    if (expr.op != Op::unwrap && expr.op != Op::default_ && expr.op != Op::some) return id;
    id = static_cast<ExprId>(expr.a);
  }
}

Literals::Literals(const ir::RuleSet& rule_set, const ir::Decision& decision)
    : rule_set_(rule_set) {
  std::vector<bool> seen(rule_set.exprs.size(), false);
  std::vector<ExprId> pending;
  const auto push = [&](ExprId id) {
    if (seen[index(id)]) return;
    seen[index(id)] = true;
    pending.push_back(id);
  };
  for (const ir::Let& let : decision.lets) push(let.value);
  for (const ir::Rule& rule : decision.rules) {
    for (const ExprId condition : rule.conditions) push(condition);
  }
  while (!pending.empty()) {
    const Expr& expr = rule_set.expr(pending.back());
    pending.pop_back();
    note(expr);
    ir::for_each_operand(rule_set, expr, push);
  }
  for (auto& [text, literals] : texts_) {
    std::ranges::sort(literals);
    literals.erase(std::unique(literals.begin(), literals.end()), literals.end());
  }
  std::erase_if(texts_, [](const auto& entry) { return !needs_ids(entry.second); });
  for (auto& [text, endings] : endings_) {
    std::ranges::sort(endings, ends_before);
    endings.erase(std::unique(endings.begin(), endings.end()), endings.end());
  }
  std::erase_if(endings_, [](const auto& entry) { return !are_worth_it(entry.second); });
}

void Literals::note(const Expr& expr) {
  if (expr.op == Op::ends_with)
    note_ending(static_cast<ExprId>(expr.a), static_cast<ExprId>(expr.b));
  if (expr.op != Op::eq && expr.op != Op::ne && expr.op != Op::in_set) return;
  const auto a = static_cast<ExprId>(expr.a);
  if (rule_set_.type_of(a).kind != ir::TypeKind::string) return;
  if (expr.op == Op::in_set) {
    for (uint32_t i = 0; i < expr.operand_count; ++i) note(a, rule_set_.operand(expr, i));
  } else {
    note(a, static_cast<ExprId>(expr.b));
    note(static_cast<ExprId>(expr.b), a);
  }
}

void Literals::note(ExprId text, ExprId literal) {
  const Expr& value = rule_set_.expr(stripped(rule_set_, literal));
  if (value.op != Op::constant) return;
  const ir::Constant& constant = rule_set_.constant(static_cast<ir::ConstantId>(value.a));
  if (!constant.missing) texts_[index(stripped(rule_set_, text))].push_back(constant.text);
}

// What all texts end with is no question.
void Literals::note_ending(ExprId text, ExprId literal) {
  const Expr& value = rule_set_.expr(literal);
  if (value.op != Op::constant) return;
  const ir::Constant& constant = rule_set_.constant(static_cast<ir::ConstantId>(value.a));
  if (!constant.text.empty()) endings_[index(stripped(rule_set_, text))].push_back(constant.text);
}

bool Literals::are_worth_it(const std::vector<std::string>& endings) {
  std::set<size_t> lengths;
  for (const std::string& one : endings) lengths.insert(one.size());
  return endings.size() >= kMinEndings && lengths.size() <= kMaxEndingLengths;
}

bool Literals::needs_ids(const std::vector<std::string>& texts) {
  size_t alike = 0;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].size() < kTextKeyBytes) {
      alike = 0;
      continue;
    }
    const bool same = i > 0 && key_of_text(texts[i]) == key_of_text(texts[i - 1]);
    alike = same ? alike + 1 : 1;
    if (alike > kMaxTextsOfOneKey) return true;
  }
  return false;
}

const std::vector<std::string>* Literals::endings_of(ExprId text) const {
  const auto found = endings_.find(index(text));
  return found == endings_.end() ? nullptr : &found->second;
}

const std::vector<std::string>* Literals::ids_of(ExprId text) const {
  const auto found = texts_.find(index(text));
  return found == texts_.end() ? nullptr : &found->second;
}

}  // namespace pac::match
