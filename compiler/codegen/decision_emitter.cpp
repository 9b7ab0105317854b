#include "compiler/codegen/decision_emitter.h"

#include <algorithm>
#include <unordered_set>

#include "compiler/codegen/spare.h"
#include "compiler/codegen/support_types.h"
#include "runtime/ir/shape.h"
#include "runtime/match/plan.h"

namespace pac::codegen {

using ir::ExprId;
using ir::Op;
using ir::TypeKind;

namespace {

constexpr uint32_t kMostCost = 1'000'000;  // where counting stops

uint32_t align_up(uint32_t offset, uint32_t align) { return (offset + align - 1) / align * align; }

bool is_plain(const ir::Type& type) {
  switch (type.kind) {
    case TypeKind::string:
    case TypeKind::list:
    case TypeKind::set:
    case TypeKind::record:
    case TypeKind::quotient:
      return false;
    default:
      return !type.optional;
  }
}

}  // namespace

DecisionEmitter::DecisionEmitter(ModuleEmitter& emitter, const All& all, ir::DecisionId id,
                                 const Proof& proof)
    : m(emitter),
      decision(emitter.rule_set.decision(id)),
      ranges(emitter.rule_set, decision),
      all_(all),
      id_(id),
      spared_(spare(emitter.rule_set, decision, proof, ranges)),
      name_("d" + std::to_string(ir::index(id))),
      lanes_(std::make_unique<LanePlan>(*this)) {}

DecisionEmitter::~DecisionEmitter() = default;

// ---- Planning

uint32_t DecisionEmitter::cost(ExprId id) {
  const auto known = cost_.find(ir::index(id));
  if (known != cost_.end()) return known->second;
  const ir::Expr& expr = m.rule_set.expr(id);
  uint32_t sum = 1;
  const auto add = [&](ExprId part) { sum = std::min(kMostCost, sum + cost(part)); };
  if (expr.op == Op::let && lets_[expr.a].in_place) add(decision.lets[expr.a].value);
  ir::for_each_operand(m.rule_set, expr, add);
  cost_[ir::index(id)] = sum;
  return sum;
}

bool DecisionEmitter::is_constant_set(const ir::Expr& expr) const {
  return is_plain(m.rule_set.type_of(static_cast<ExprId>(expr.a))) &&
         m.constant_set(m.rule_set.expr(static_cast<ExprId>(expr.a)).type, m.operands_of(expr))
             .has_value();
}

bool DecisionEmitter::is_simple(ExprId id) {
  const auto known = simple_.find(ir::index(id));
  if (known != simple_.end()) return known->second;
  // More than this is better skipped where it is not needed.
  constexpr uint32_t kMostSimple = 16;
  const bool result = cost(id) <= kMostSimple && simple(id);
  simple_[ir::index(id)] = result;
  return result;
}

bool DecisionEmitter::simple(ExprId id) {
  const ir::Expr& expr = m.rule_set.expr(id);
  const auto operands_simple = [&] {
    bool all = true;
    ir::for_each_operand(m.rule_set, expr, [&](ExprId part) { all = all && is_simple(part); });
    return all;
  };
  const auto operands_plain = [&] {
    bool all = true;
    ir::for_each_operand(m.rule_set, expr,
                         [&](ExprId part) { all = all && is_plain(m.rule_set.type_of(part)); });
    return all;
  };
  switch (expr.op) {
    case Op::constant:
    case Op::input:
    case Op::var:
      return true;
    case Op::let: {
      const ir::Let& let = decision.lets[expr.a];
      return lets_[expr.a].in_place && ranges.lies_in(let.value, let.domain) &&
             is_simple(let.value);
    }
    case Op::param: {
      const ir::Param& param = m.rule_set.params[expr.a];
      return param.lines.size() == 1 && ranges.cannot_fail(id) && is_simple(param.lines[0].value) &&
             operands_simple();
    }
    case Op::field:
    case Op::not_:
    case Op::and_:
    case Op::or_:
    case Op::is_present:
    case Op::some:
      return operands_simple();
    case Op::unwrap:
      return ranges.cannot_fail(id) && operands_simple();
    case Op::eq:
    case Op::ne:
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
    case Op::in_range:
      return operands_plain() && operands_simple();
    case Op::in_set:
      return is_constant_set(expr) && is_simple(static_cast<ExprId>(expr.a));
    case Op::neg:
    case Op::add:
    case Op::sub:
    case Op::mul:
    case Op::rescale:
      return is_plain(m.rule_set.type_of(id)) && ranges.cannot_fail(id) && operands_simple() &&
             m.rule_set.type_of(id).kind != TypeKind::date && ranges.exact_range_of(id).fits_64();
    default:
      return false;
  }
}

// How often each let is read; a read in a loop counts twice, for computing it there would repeat
// the work.
void DecisionEmitter::count_uses(std::vector<uint32_t>& uses) const {
  struct Visit {
    ExprId id;
    bool in_loop;
  };
  std::vector<Visit> pending;
  std::unordered_set<uint64_t> seen;
  const auto visit = [&](ExprId id, bool in_loop) {
    const ir::Expr& expr = m.rule_set.expr(id);
    if (expr.op == Op::let) uses[expr.a] += in_loop ? 2 : 1;
    if (seen.insert(uint64_t{ir::index(id)} * 2 + (in_loop ? 1 : 0)).second)
      pending.push_back({id, in_loop});
  };
  const auto walk = [&](ExprId root, bool in_loop) {
    if (root == ExprId::none) return;
    seen.clear();
    visit(root, in_loop);
    while (!pending.empty()) {
      const Visit at = pending.back();
      pending.pop_back();
      const ir::Expr& expr = m.rule_set.expr(at.id);
      const bool loops = ir::shape(expr.op).is_quantifier;
      ir::for_each_operand(m.rule_set, expr, [&](ExprId part) {
        visit(part, at.in_loop || (loops && ir::index(part) != expr.a));
      });
    }
  };
  for (const ir::Let& let : decision.lets) walk(let.value, false);
  for (const ir::Rule& rule : decision.rules) {
    const bool in_loop = rule.each_list != ExprId::none;
    ir::for_each_root(rule, [&](ExprId root) { walk(root, in_loop); });
  }
  ir::for_each_root(decision.otherwise, [&](ExprId root) { walk(root, false); });
  for (const ExprId root : decision.result) walk(root, false);
}

void DecisionEmitter::plan_lets() {
  // In place: what is about as short as reading it back, and what is read once. The bounds keep
  // lets within lets from unfolding into each other without end.
  constexpr uint32_t kMostRepeated = 12;
  constexpr uint32_t kMostOnce = 64;
  constexpr uint32_t kMostNested = 4;
  std::vector<uint32_t> uses(decision.lets.size(), 0);
  std::vector<uint32_t> nesting(decision.lets.size(), 0);
  lets_.resize(decision.lets.size());
  let_functions_.resize(decision.lets.size());
  if (!decision.lets.empty()) count_uses(uses);
  for (size_t i = 0; i < decision.lets.size(); ++i) {
    const ir::Let& let = decision.lets[i];
    std::vector<ExprId> pending{let.value};
    std::unordered_set<uint32_t> seen;
    while (!pending.empty()) {
      const ir::Expr& expr = m.rule_set.expr(pending.back());
      pending.pop_back();
      if (expr.op == Op::let && lets_[expr.a].in_place)
        nesting[i] = std::max(nesting[i], nesting[expr.a] + 1);
      ir::for_each_operand(m.rule_set, expr, [&](ExprId part) {
        if (seen.insert(ir::index(part)).second) pending.push_back(part);
      });
    }
    const uint32_t size = cost(let.value);
    const bool repeated =
        size <= kMostRepeated && is_simple(let.value) && ranges.lies_in(let.value, let.domain);
    const bool once = uses[i] <= 1 && size <= kMostOnce;
    lets_[i].in_place = (repeated || once) && nesting[i] <= kMostNested;
  }
}

void DecisionEmitter::plan_frame() {
  // Offsets have 32 bits; a frame near that size would never fit the scratch memory.
  constexpr uint64_t kMostFrame = uint64_t{1} << 30;
  uint64_t total = decision.rules.size() * (sizeof(pac_rt_each) + sizeof(uint32_t));
  for (const ir::Let& let : decision.lets) total += m.layout.value(let.type).size + 32;
  if (total > kMostFrame) {
    m.unsupported("decision `" + decision.name + "` needs more than 1 GiB for its lets");
    return;
  }
  uint32_t size = 0;
  for (LetPlan& plan : lets_) {
    if (!plan.in_place) plan.state_offset = size++;
  }
  lanes_->place_states(size);
  report_offset_ = size++;
  for (size_t i = 0; i < lets_.size(); ++i) {
    if (lets_[i].in_place) continue;
    const ir::Storage place = m.layout.value(decision.lets[i].type);
    lets_[i].offset = align_up(size, place.align);
    size = lets_[i].offset + place.size;
  }
  lanes_->place_columns(size);
  for (uint32_t i = 0; i < decision.rules.size(); ++i) {
    if (decision.rules[i].each_list == ExprId::none) continue;
    const auto next = static_cast<uint32_t>(each_of_rule_.size());
    each_of_rule_[i] = next;
  }
  each_offset_ = align_up(size, 16);
  hits_offset_ = each_offset_ + static_cast<uint32_t>(each_of_rule_.size() * sizeof(pac_rt_each));
  frame_size_ = hits_offset_;
  if (keeps_hits(search_kind()))
    frame_size_ += static_cast<uint32_t>((decision.rules.size() + 2) * sizeof(uint32_t));
}

void DecisionEmitter::declare(bool called_by_others) {
  called_ = called_by_others;
  plan_lets();
  // Marks tell what was evaluated, which lanes do not.
  if (m.marks == nullptr) lanes_->plan(m.list_uses_min);
  plan_frame();
  has_duties_ = !decision.otherwise.duties.empty();
  for (const ir::Rule& rule : decision.rules) has_duties_ = has_duties_ || !rule.duties.empty();
  std::vector<llvm::Type*> parameters{m.ptr, m.ptr, m.ptr, m.ptr};
  if (called_) parameters.push_back(m.i1);
  const std::string entry = "pac_decide_" + std::to_string(number());
  body_ = m.internal_function(called_ ? name_ + ".body" : entry, m.i32, parameters);
  if (!called_) body_->setLinkage(llvm::GlobalValue::ExternalLinkage);
  for (unsigned i = 0; i < 4; ++i) body_->addParamAttr(i, llvm::Attribute::NoAlias);
  body_->addParamAttr(0, llvm::Attribute::ReadOnly);
  const uint32_t input_size = m.layout.record(decision.input).size;
  body_->addDereferenceableParamAttr(0, input_size);
  body_->addDereferenceableParamAttr(2, sizeof(pac_result));
  if (!decision.assumes.empty()) {
    assumes_ = m.internal_function(name_ + ".assumes", m.i32, {m.ptr, m.ptr, m.ptr, m.ptr});
  }
}

void DecisionEmitter::define() {
  make_plan();
  plan_outcomes();
  define_body();
  plan_.reset();  // large tables would wait for the last decision
  define_lets();
  define_fills();
  if (assumes_ != nullptr) define_assumes();
  if (called_) define_entry();
}

llvm::Function* DecisionEmitter::let_function(uint32_t index) {
  llvm::Function*& function = let_functions_[index];
  if (function == nullptr) {
    function = m.internal_function(name_ + ".let" + std::to_string(index), m.i32,
                                   {m.ptr, m.ptr, m.ptr, m.ptr});
    for (unsigned i = 0; i < 4; ++i) function->addParamAttr(i, llvm::Attribute::NoAlias);
  }
  return function;
}

// Only lets that something reads. A let reads earlier ones, so going backwards meets all of them.
void DecisionEmitter::define_lets() {
  for (size_t i = decision.lets.size(); i-- > 0;) {
    if (let_functions_[i] == nullptr) continue;
    const ir::Let& let = decision.lets[i];
    FunctionEmitter f(*this, let_functions_[i], Answer::code);
    f.take_arguments();
    const Value value = f.emit(let.value);
    f.check_domain(value, let.value, let.domain);
    f.store(f.offset(f.frame, lets_[i].offset), let.type, m.layout.value(let.type), value);
    f.b.CreateStore(llvm::ConstantInt::get(m.i8, 1), f.offset(f.frame, lets_[i].state_offset));
    f.b.CreateRet(f.int32(0));
    f.finish();
  }
}

void DecisionEmitter::define_assumes() {
  FunctionEmitter f(*this, assumes_, Answer::code);
  f.take_arguments();
  f.frame = llvm::ConstantPointerNull::get(m.ptr);  // callers have none of this decision
  for (const ExprId id : decision.assumes) f.fail_if(f.b.CreateNot(f.emit(id).a), PAC_E_DOMAIN);
  f.b.CreateRet(f.int32(0));
  f.finish();
}

// The entry of a decision that others call as well: it alone reports what fired.
void DecisionEmitter::define_entry() {
  llvm::Function* entry = m.internal_function("pac_decide_" + std::to_string(number()), m.i32,
                                              {m.ptr, m.ptr, m.ptr, m.ptr});
  entry->setLinkage(llvm::GlobalValue::ExternalLinkage);
  ValueEmitter emit(m, entry);
  emit.b.CreateRet(emit.b.CreateCall(body_, {entry->getArg(0), entry->getArg(1), entry->getArg(2),
                                             entry->getArg(3), emit.b.getTrue()}));
}

// ---- Body

void DecisionEmitter::define_body() {
  // A frame beyond this would strain a thread's stack, so it lies in scratch memory.
  constexpr uint32_t kMostFrameOnStack = 64 * 1024;
  FunctionEmitter f(*this, body_, Answer::status);
  f.input = body_->getArg(0);
  output_ = body_->getArg(1);
  f.result = body_->getArg(2);
  f.scratch = body_->getArg(3);
  report_ = called_ ? static_cast<llvm::Value*>(body_->getArg(4)) : f.b.getTrue();
  enter(f);
  const uint32_t align = lanes_->all().empty() ? 16 : 64;  // of a cache line
  f.frame = frame_size_ <= kMostFrameOnStack ? f.stack(frame_size_, align)
                                             : f.scratch_memory(f.int64(frame_size_), align);
  if (report_offset_ != 0) {
    f.b.CreateMemSet(f.frame, llvm::ConstantInt::get(m.i8, 0), report_offset_,
                     llvm::MaybeAlign(16));
  }
  if (has_duties_) {
    f.b.CreateStore(f.b.CreateZExt(report_, m.i8), f.offset(f.frame, report_offset_));
    if_reporting(f, [&] {
      f.b.CreateStore(f.int32(0), f.offset(f.result, offsetof(pac_result, duty_count)));
    });
  }
  if (decision.policy == ir::HitPolicy::result)
    emit_result(f);
  else
    emit_policy(f);
  f.finish();
}

void DecisionEmitter::enter(FunctionEmitter& f) {
  f.mark(m.rule_set.exprs.size() + number());
  const ir::RecordLayout& places = m.layout.record(decision.input);
  const ir::Record& record = m.rule_set.record(decision.input);
  std::vector<uint32_t> slots;
  for (const ir::Feature& feature : decision.features) {
    if (feature.required) slots.push_back(feature.slot);
  }
  std::ranges::sort(slots);
  for (const uint32_t slot : slots) {
    const Value value = f.load(f.offset(f.input, places.offsets[slot]), record.fields[slot].type,
                               places.fields[slot]);
    if (value.present != nullptr) f.fail_if(f.b.CreateNot(value.present), PAC_E_FEATURE);
  }
}

void DecisionEmitter::emit_result(FunctionEmitter& f) {
  f.emit_record(decision.result, decision.output, output_);
  finish_ok(f, nullptr);
}

void DecisionEmitter::if_reporting(FunctionEmitter& f, const std::function<void()>& then) {
  if (!called_) {
    then();
    return;
  }
  llvm::BasicBlock* yes = f.block("report");
  llvm::BasicBlock* done = f.block("reported");
  f.b.CreateCondBr(report_, yes, done);
  f.move_to(yes);
  then();
  f.b.CreateBr(done);
  f.move_to(done);
}

void DecisionEmitter::write_header(FunctionEmitter& f, uint32_t status) {
  const auto put = [&](uint32_t value, size_t at) {
    f.b.CreateStore(f.int32(value), f.offset(f.result, at));
  };
  put(status, offsetof(pac_result, status));
  put(0, offsetof(pac_result, error));
  put(PAC_NO_RULE, offsetof(pac_result, error_rule));
  put(PAC_NO_RULE, offsetof(pac_result, error_other));
  put(0, offsetof(pac_result, error_depth));
}

// `fired_rule` is null where nothing fires.
void DecisionEmitter::finish_ok(FunctionEmitter& f, llvm::Value* fired_rule) {
  if_reporting(f, [&] {
    write_header(f, PAC_OK);
    if (fired_rule != nullptr) {
      llvm::Value* fired = f.b.CreateLoad(m.ptr, f.offset(f.result, offsetof(pac_result, fired)));
      f.b.CreateStore(fired_rule, fired);
    }
    set_counts(f, f.int32(fired_rule != nullptr ? 1 : 0), !has_duties_);
  });
  f.b.CreateRet(f.int32(PAC_OK));
}

void DecisionEmitter::set_counts(FunctionEmitter& f, llvm::Value* fired, bool reset_duties) {
  f.b.CreateStore(fired, f.offset(f.result, offsetof(pac_result, fired_count)));
  if (reset_duties)
    f.b.CreateStore(f.int32(0), f.offset(f.result, offsetof(pac_result, duty_count)));
}

void DecisionEmitter::fail_with(FunctionEmitter& f, llvm::Value* failed, uint32_t code,
                                llvm::Value* rule, llvm::Value* other) {
  llvm::BasicBlock* bad = f.block("failed");
  llvm::BasicBlock* good = f.block("good");
  f.b.CreateCondBr(failed, bad, good, f.unlikely());
  f.move_to(bad);
  f.call("pac_rt_fail", {f.result, f.int32(code), rule, other, f.int32(number())});
  f.b.CreateRet(f.int32(PAC_ERROR));
  f.move_to(good);
}

}  // namespace pac::codegen
