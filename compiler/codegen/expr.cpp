// Expressions: dispatch, references, control.
#include "compiler/codegen/decision_emitter.h"
#include "compiler/codegen/function_emitter.h"
#include "compiler/codegen/support_types.h"
#include "runtime/base/check.h"

namespace pac::codegen {

using ir::ExprId;
using ir::Op;
using ir::TypeKind;

FunctionEmitter::FunctionEmitter(DecisionEmitter& owner, llvm::Function* target, Answer answer)
    : ValueEmitter(owner.m, target), d(owner), answer_(answer) {
  rule = int32(PAC_NO_RULE);
  frame = llvm::ConstantPointerNull::get(m.ptr);
}

void FunctionEmitter::take_arguments() {
  input = function->getArg(0);
  frame = function->getArg(1);
  result = function->getArg(2);
  scratch = function->getArg(3);
}

void FunctionEmitter::leave(size_t scope) {
  while (known_order_.size() > scope) {
    known_.erase(known_order_.back());
    known_order_.pop_back();
  }
}

// ---- Failing

void FunctionEmitter::fail_if(llvm::Value* failed, uint32_t code) {
  if (const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(failed);
      constant && constant->isZero())
    return;
  if (error_ == nullptr) error_ = block("error");
  llvm::BasicBlock* good = block("good");
  failures_.push_back({{scalar(int32(code)), b.GetInsertBlock()}, rule});
  b.CreateCondBr(failed, error_, good, unlikely());
  move_to(good);
}

void FunctionEmitter::fail_if_code(llvm::Value* code) {
  if (error_ == nullptr) error_ = block("error");
  llvm::BasicBlock* good = block("good");
  failures_.push_back({{scalar(code), b.GetInsertBlock()}, rule});
  b.CreateCondBr(b.CreateICmpNE(code, int32(0)), error_, good, unlikely());
  move_to(good);
}

void FunctionEmitter::finish() {
  if (error_ == nullptr) return;
  move_to(error_);
  std::vector<Incoming> codes;
  std::vector<Incoming> rules;
  for (const auto& [code, at_fault] : failures_) {
    codes.push_back(code);
    rules.push_back({scalar(at_fault), code.from});
  }
  llvm::Value* code = merge(codes).a;
  llvm::Value* at_fault = merge(rules).a;
  switch (answer_) {
    case Answer::code:
      b.CreateRet(code);
      return;
    case Answer::code_and_rule: {
      llvm::Value* high = b.CreateShl(b.CreateZExt(code, m.i64), 32);
      b.CreateRet(b.CreateOr(high, b.CreateZExt(at_fault, m.i64)));
      return;
    }
    case Answer::status:
      call("pac_rt_fail", {result, code, at_fault, int32(PAC_NO_RULE), int32(d.number())});
      b.CreateRet(int32(PAC_ERROR));
      return;
  }
}

void FunctionEmitter::check_domain(const Value& value, ExprId id, ir::DomainId domain) {
  if (d.ranges.lies_in(id, domain)) return;
  fail_if(b.CreateNot(in_domain(value, m.rule_set.expr(id).type, domain)), PAC_E_DOMAIN);
}

void FunctionEmitter::emit_record(const std::vector<ExprId>& fields, ir::RecordId id,
                                  llvm::Value* to) {
  const ir::Record& record = m.rule_set.record(id);
  const ir::RecordLayout& places = m.layout.record(id);
  std::vector<Value> values;
  for (const ExprId field : fields) values.push_back(emit(field));
  for (size_t i = 0; i < fields.size(); ++i)
    check_domain(values[i], fields[i], record.fields[i].domain);
  for (size_t i = 0; i < fields.size(); ++i) {
    store(offset(to, places.offsets[i]), record.fields[i].type, places.fields[i], values[i]);
  }
}

llvm::Value* FunctionEmitter::scratch_memory(llvm::Value* size, uint32_t align) {
  llvm::Value* memory = call("pac_rt_alloc", {scratch, size, int64(align)});
  fail_if(b.CreateICmpEQ(memory, llvm::ConstantPointerNull::get(m.ptr)), PAC_E_LIMIT);
  return memory;
}

// ---- Expressions

Value FunctionEmitter::emit(ExprId id) {
  const auto known = known_.find(ir::index(id));
  if (known != known_.end()) return known->second;
  if (m.failed() || ++emitted_ > m.emitted_max) {
    m.unsupported("decision `" + d.decision.name +
                  "` is too large for native code: shared parts of its " +
                  "expressions unfold into more than " + std::to_string(m.emitted_max) + " steps");
    return poison(m.rule_set.expr(id).type);
  }
  mark(ir::index(id));
  const Value value = normalise(compute(id), id);
  known_.emplace(ir::index(id), value);
  known_order_.push_back(ir::index(id));
  return value;
}

// Decimals to the width that the range analysis gives them.
Value FunctionEmitter::normalise(Value value, ExprId id) {
  if (m.rule_set.type_of(id).kind != TypeKind::decimal) return value;
  const bool narrow = d.ranges.range_of(id).fits_64();
  if (narrow && value.a->getType() == m.i128) value.a = b.CreateTrunc(value.a, m.i64);
  if (!narrow) value.a = wide(value.a);
  return value;
}

Operand FunctionEmitter::operand_of(ExprId id) {
  return {emit(id), m.rule_set.expr(id).type, d.ranges.range_of(id)};
}

Value FunctionEmitter::compute(ExprId id) {
  const ir::Expr& expr = m.rule_set.expr(id);
  const auto a = static_cast<ExprId>(expr.a);
  switch (expr.op) {
    case Op::constant:
      return constant(expr);
    case Op::input: {
      const ir::RecordLayout& places = m.layout.record(d.decision.input);
      return load(offset(input, places.offsets[expr.a]), expr.type, places.fields[expr.a]);
    }
    case Op::let:
      return read_let(expr.a);
    case Op::var:
      return vars_[expr.a].a != nullptr ? vars_[expr.a] : poison(expr.type);
    case Op::param:
      return read_param(id);
    case Op::field:
      return read_field(id);
    case Op::not_:
      return scalar(b.CreateNot(emit(a).a));
    case Op::and_:
    case Op::or_:
      return scalar(logic(id));
    case Op::if_:
      return choose(id);
    case Op::eq:
    case Op::ne:
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
    case Op::in_range:
      return scalar(comparison(expr));
    case Op::in_set:
      return in_set(expr);
    case Op::in_list:
    case Op::intersects:
    case Op::subset_of:
      return list_test(expr);
    case Op::starts_with:
    case Op::ends_with:
    case Op::contains:
    case Op::matches:
      return text_test(expr);
    case Op::len:
      return length(expr);
    case Op::is_present:
      return scalar(emit(a).present);
    case Op::default_:
      return with_default(id);
    case Op::some: {
      Value value = emit(a);
      value.present = b.getTrue();
      return value;
    }
    case Op::unwrap:
      return unwrapped(id);
    case Op::any:
    case Op::all:
    case Op::none:
      return quantifier(id);
    case Op::count:
    case Op::sum:
    case Op::min:
    case Op::max:
      return fold(id);
    case Op::make_record:
      return make_record(id);
    case Op::make_list:
    case Op::make_set:
      return make_list(id);
    case Op::template_:
      return make_template(expr);
    case Op::call:
      return call_decision(expr);
    case Op::call_std:
      return call_standard(expr);
    default:
      return arithmetic(id);
  }
}

Value FunctionEmitter::constant(const ir::Expr& expr) {
  const ir::Constant& constant = m.rule_set.constant(static_cast<ir::ConstantId>(expr.a));
  const ir::Type& type = m.rule_set.type(expr.type);
  Value value;
  if (constant.missing) {
    value = missing(expr.type);
  } else if (type.kind == TypeKind::string) {
    value.a = m.text_data(constant.text);
    value.b = int32(static_cast<uint32_t>(constant.text.size()));
  } else {
    value.a = number(m.scalar_type(type), constant.number);
  }
  if (type.optional && !constant.missing) value.present = b.getTrue();
  return value;
}

Value FunctionEmitter::read_let(uint32_t index) {
  const ir::Let& let = d.decision.lets[index];
  const LetPlan& plan = d.let_plan(index);
  if (plan.in_place) {
    const Value value = emit(let.value);
    check_domain(value, let.value, let.domain);
    return value;
  }
  llvm::BasicBlock* first_time = block("let");
  llvm::BasicBlock* done = block("let_known");
  llvm::Value* state = b.CreateLoad(m.i8, offset(frame, plan.state_offset));
  b.CreateCondBr(b.CreateICmpEQ(state, llvm::ConstantInt::get(m.i8, 0)), first_time, done);
  move_to(first_time);
  llvm::Value* code = b.CreateCall(d.let_function(index), {input, frame, result, scratch});
  if (!d.ranges.cannot_fail(let.value) || !d.ranges.lies_in(let.value, let.domain))
    fail_if_code(code);
  b.CreateBr(done);
  move_to(done);
  return load(offset(frame, plan.offset), let.type, m.layout.value(let.type));
}

llvm::Value* FunctionEmitter::check_first_line(ExprId id) {
  const ir::Expr& expr = m.rule_set.expr(id);
  const ir::Param& param = m.rule_set.params[expr.a];
  const auto date_id = static_cast<ExprId>(expr.b);
  llvm::Value* date = emit(date_id).a;
  if (!param.lines.empty() && d.ranges.range_of(date_id).low < param.lines[0].from) {
    llvm::Value* first = number(m.i32, param.lines[0].from);
    fail_if(b.CreateICmpSLT(date, first), PAC_E_PARAM);
  }
  return date;
}

Value FunctionEmitter::read_param(ExprId id) {
  const ir::Expr& expr = m.rule_set.expr(id);
  const ir::Param& param = m.rule_set.params[expr.a];
  llvm::Value* date = check_first_line(id);
  if (param.lines.empty()) {
    fail_if(b.getTrue(), PAC_E_PARAM);
    return poison(expr.type);
  }
  if (param.lines.size() == 1) return emit(param.lines[0].value);
  std::vector<uint32_t> from;
  for (const ir::ParamLine& line : param.lines) from.push_back(static_cast<uint32_t>(line.from));
  const auto count = static_cast<uint32_t>(from.size());
  llvm::Value* at = call("pac_rt_line_at", {m.table(from, "param_dates"), int32(count), date});
  ConstantMemory values;
  const ir::Storage place = m.layout.value(expr.type);
  values.reserve(count * place.size);
  bool constant = true;
  for (uint32_t i = 0; i < count && constant; ++i) {
    constant = m.write_constant(param.lines[i].value, place, values, i * place.size);
  }
  if (constant) {
    llvm::Value* bytes = b.CreateMul(b.CreateZExt(at, m.i64), int64(place.size));
    return load(b.CreateInBoundsGEP(m.i8, m.finish(values, "param"), bytes), expr.type, place);
  }
  llvm::BasicBlock* done = block("param");
  std::vector<Incoming> incoming;
  llvm::BasicBlock* impossible = block("no_line");
  llvm::SwitchInst* lines = b.CreateSwitch(at, impossible, count);
  for (uint32_t i = 0; i < count; ++i) {
    llvm::BasicBlock* line = block("line");
    lines->addCase(int32(i), line);
    move_to(line);
    const size_t outer = scope();
    Value value = emit(param.lines[i].value);
    leave(outer);
    if (m.rule_set.type(expr.type).kind == TypeKind::decimal) value.a = wide(value.a);
    incoming.push_back({value, b.GetInsertBlock()});
    b.CreateBr(done);
  }
  move_to(impossible);
  b.CreateUnreachable();
  move_to(done);
  return merge(incoming);
}

Value FunctionEmitter::read_field(ExprId id) {
  const ir::Expr& expr = m.rule_set.expr(id);
  const auto base = static_cast<ExprId>(expr.a);
  const auto record_id = static_cast<ir::RecordId>(m.rule_set.type_of(base).ref);
  const ir::RecordLayout& places = m.layout.record(record_id);
  const ir::TypeId type = m.rule_set.record(record_id).fields[expr.b].type;
  const Value record = emit(base);
  Value value = load(offset(record.a, places.offsets[expr.b]), type, places.fields[expr.b]);
  if (record.present != nullptr) {
    value.present =
        value.present == nullptr ? record.present : b.CreateAnd(record.present, value.present);
  }
  return value;
}

Value FunctionEmitter::choose(ExprId id) {
  const ir::Expr& expr = m.rule_set.expr(id);
  llvm::BasicBlock* yes = block("then");
  llvm::BasicBlock* no = block("else");
  llvm::BasicBlock* done = block("chosen");
  branch(static_cast<ExprId>(expr.a), yes, no);
  std::vector<Incoming> incoming;
  for (const auto& [place, side] : {std::pair{yes, expr.b}, std::pair{no, expr.c}}) {
    move_to(place);
    const size_t outer = scope();
    const Value value = normalise(emit(static_cast<ExprId>(side)), id);
    leave(outer);
    incoming.push_back({value, b.GetInsertBlock()});
    b.CreateBr(done);
  }
  move_to(done);
  return merge(incoming);
}

Value FunctionEmitter::with_default(ExprId id) {
  const ir::Expr& expr = m.rule_set.expr(id);
  Value value = normalise(emit(static_cast<ExprId>(expr.a)), id);
  llvm::Value* present = value.present;
  value.present = nullptr;
  llvm::BasicBlock* before = b.GetInsertBlock();
  llvm::BasicBlock* absent = block("default");
  llvm::BasicBlock* done = block("defaulted");
  b.CreateCondBr(present, done, absent);
  move_to(absent);
  const size_t outer = scope();
  const Value other = normalise(emit(static_cast<ExprId>(expr.b)), id);
  leave(outer);
  llvm::BasicBlock* after = b.GetInsertBlock();
  b.CreateBr(done);
  move_to(done);
  return merge({{value, before}, {other, after}});
}

Value FunctionEmitter::unwrapped(ExprId id) {
  Value value = emit(static_cast<ExprId>(m.rule_set.expr(id).a));
  if (!d.ranges.cannot_fail(id)) fail_if(b.CreateNot(value.present), PAC_E_MISSING);
  value.present = nullptr;
  return value;
}

// ---- Logic and comparison

llvm::Value* FunctionEmitter::logic(ExprId id) {
  const ir::Expr& expr = m.rule_set.expr(id);
  if (d.is_simple(id)) {
    llvm::Value* left = emit(static_cast<ExprId>(expr.a)).a;
    llvm::Value* right = emit(static_cast<ExprId>(expr.b)).a;
    return expr.op == Op::and_ ? b.CreateAnd(left, right) : b.CreateOr(left, right);
  }
  llvm::BasicBlock* yes = block("true");
  llvm::BasicBlock* no = block("false");
  llvm::BasicBlock* done = block("decided");
  branch(id, yes, no);
  move_to(yes);
  b.CreateBr(done);
  move_to(no);
  b.CreateBr(done);
  move_to(done);
  return merge({{scalar(b.getTrue()), yes}, {scalar(b.getFalse()), no}}).a;
}

void FunctionEmitter::branch(ExprId id, llvm::BasicBlock* yes, llvm::BasicBlock* no) {
  const ir::Expr& expr = m.rule_set.expr(id);
  if (d.is_simple(id) || (expr.op != Op::and_ && expr.op != Op::or_ && expr.op != Op::not_)) {
    b.CreateCondBr(emit(id).a, yes, no);
    return;
  }
  mark(ir::index(id));
  if (expr.op == Op::not_) {
    branch(static_cast<ExprId>(expr.a), no, yes);
    return;
  }
  // Only what the left side computed is known wherever this leads.
  llvm::BasicBlock* next = block("next");
  branch(static_cast<ExprId>(expr.a), expr.op == Op::and_ ? next : yes,
         expr.op == Op::and_ ? no : next);
  move_to(next);
  const size_t outer = scope();
  branch(static_cast<ExprId>(expr.b), yes, no);
  leave(outer);
}

void FunctionEmitter::require_all(const std::vector<ExprId>& conditions, llvm::BasicBlock* no) {
  // Simple conditions that stand together cost one branch. Four is where another branch was cheaper
  // than computing more that may not be needed.
  constexpr size_t kMostTogether = 4;
  bool first = true;
  size_t outer = scope();
  for (size_t i = 0; i < conditions.size();) {
    llvm::BasicBlock* next = block("holds");
    if (d.is_simple(conditions[i])) {
      llvm::Value* all = emit(conditions[i++]).a;
      for (size_t n = 1; n < kMostTogether && i < conditions.size() && d.is_simple(conditions[i]);
           ++n) {
        all = b.CreateAnd(all, emit(conditions[i++]).a);
      }
      llvm::BranchInst* jump = b.CreateCondBr(all, next, no);
      if (d.says_at_hit()) {
        // Or the code generator takes it apart again, into branches that are foreseen less often.
        jump->setMetadata(llvm::LLVMContext::MD_unpredictable, llvm::MDNode::get(m.context, {}));
        // Of several rules, each hits less often than not: falling through costs nothing.
        jump->setMetadata(llvm::LLVMContext::MD_prof,
                          llvm::MDBuilder(m.context).createBranchWeights(1, 8));
      }
    } else {
      branch(conditions[i++], next, no);
    }
    if (std::exchange(first, false)) outer = scope();
    move_to(next);
  }
  // The caller goes on where all hold; what it adds, it takes back itself.
  leave(outer);
}

llvm::Value* FunctionEmitter::comparison(const ir::Expr& expr) {
  const Operand a = operand_of(static_cast<ExprId>(expr.a));
  const Operand low = operand_of(static_cast<ExprId>(expr.b));
  switch (expr.op) {
    case Op::eq:
      return equal(a, low);
    case Op::ne:
      return b.CreateNot(equal(a, low));
    case Op::lt:
      return compare(llvm::CmpInst::ICMP_SLT, a, low);
    case Op::le:
      return compare(llvm::CmpInst::ICMP_SLE, a, low);
    case Op::gt:
      return compare(llvm::CmpInst::ICMP_SGT, a, low);
    case Op::ge:
      return compare(llvm::CmpInst::ICMP_SGE, a, low);
    default:
      break;
  }
  const Operand high = operand_of(static_cast<ExprId>(expr.c));
  const bool low_left_out = (expr.extra & 1) != 0;
  const bool high_left_out = (expr.extra & 2) != 0;
  llvm::Value* above =
      compare(low_left_out ? llvm::CmpInst::ICMP_SGT : llvm::CmpInst::ICMP_SGE, a, low);
  llvm::Value* below =
      compare(high_left_out ? llvm::CmpInst::ICMP_SLT : llvm::CmpInst::ICMP_SLE, a, high);
  return b.CreateAnd(above, below);
}

}  // namespace pac::codegen
