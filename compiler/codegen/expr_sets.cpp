// Membership in sets and lists.
#include <optional>

#include "compiler/codegen/decision_emitter.h"
#include "compiler/codegen/function_emitter.h"

namespace pac::codegen {

using ir::ExprId;
using ir::Op;

namespace {

constexpr uint32_t kFewTexts = 4;

}  // namespace

Value FunctionEmitter::in_set(const ir::Expr& expr) {
  const auto a = static_cast<ExprId>(expr.a);
  const std::optional<ConstantSet> constants =
      m.constant_set(m.rule_set.expr(a).type, m.operands_of(expr));
  // Of few texts, comparing with each is shorter than a search.
  if (constants && !(constants->is_text && expr.operand_count <= kFewTexts))
    return scalar(in_constants(emit(a), *constants));
  const Operand item = operand_of(a);
  llvm::BasicBlock* yes = block("member");
  llvm::BasicBlock* done = block("searched");
  const size_t outer = scope();
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    llvm::Value* same = equal(item, operand_of(m.rule_set.operand(expr, i)));
    llvm::BasicBlock* next = block("not_yet");
    b.CreateCondBr(same, yes, next);
    move_to(next);
  }
  leave(outer);
  llvm::BasicBlock* no = b.GetInsertBlock();
  b.CreateBr(done);
  move_to(yes);
  b.CreateBr(done);
  move_to(done);
  return merge({{scalar(b.getFalse()), no}, {scalar(b.getTrue()), yes}});
}

// The members of a list that is written down, or is a parameter with one line; whether that line is
// there already is checked here. None of any other list.
std::optional<ConstantSet> FunctionEmitter::constant_list(ExprId id, ir::TypeId item) {
  const ir::Expr* expr = &m.rule_set.expr(id);
  const bool is_param = expr->op == Op::param && m.rule_set.params[expr->a].lines.size() == 1;
  if (is_param) expr = &m.rule_set.expr(m.rule_set.params[expr->a].lines[0].value);
  if ((expr->op != Op::make_list && expr->op != Op::make_set) || m.marks != nullptr) return {};
  std::optional<ConstantSet> constants = m.constant_set(item, m.operands_of(*expr));
  if (constants && is_param) check_first_line(id);
  return constants;
}

Value FunctionEmitter::list_test(const ir::Expr& expr) {
  const auto a = static_cast<ExprId>(expr.a);
  const auto list_id = static_cast<ExprId>(expr.b);
  const Operand left = operand_of(a);
  const bool is_member = expr.op == Op::in_list;
  const ir::TypeId element = is_member ? left.type : m.rule_set.type_of(a).element;
  Operand right;
  const std::optional<ConstantSet> constants = constant_list(list_id, element);
  if (!constants) right = operand_of(list_id);
  const auto contains = [&](const Operand& item) {
    return constants ? in_constants(item.value, *constants) : list_contains(right, item);
  };
  if (is_member) return scalar(contains(left));
  // intersects: some element of a is in b; subset_of: none is not.
  const bool stop_at = expr.op == Op::intersects;
  llvm::BasicBlock* done = block("sets_compared");
  std::vector<Incoming> results;
  loop(left.value.b, [&](llvm::Value* at, llvm::BasicBlock* next) {
    const ir::TypeId list_type = m.rule_set.expr(a).type;
    const Value item =
        load(element_address(left.value, list_type, at), element, m.layout.value(element));
    llvm::Value* found = contains(operand(item, element));
    results.push_back({scalar(b.getInt1(stop_at)), b.GetInsertBlock()});
    if (stop_at)
      b.CreateCondBr(found, done, next);
    else
      b.CreateCondBr(found, next, done);
  });
  results.push_back({scalar(b.getInt1(!stop_at)), b.GetInsertBlock()});
  b.CreateBr(done);
  move_to(done);
  return merge(results);
}

}  // namespace pac::codegen
