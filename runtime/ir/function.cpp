#include "runtime/ir/function.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "runtime/base/check.h"
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sha256.h"
#include "runtime/ir/encode.h"
#include "runtime/ir/shape.h"

namespace pac::ir {

Functions::Functions(const RuleSet& rule_set, FindFunction find)
    : rule_set_(rule_set),
      find_(find),
      free_(rule_set.exprs.size(), SlotSets::kEmpty),
      heights_(rule_set.exprs.size(), 0) {
  for (uint32_t id = 0; id < rule_set.exprs.size(); ++id) {
    const Expr& expr = rule_set.exprs[id];
    uint32_t body = SlotSets::kEmpty;
    uint32_t body_height = 0;
    const bool is_quantifier = shape(expr.op).is_quantifier;
    for_each_operand(rule_set, expr, [&](ExprId operand) {
      const bool is_list = is_quantifier && index(operand) == expr.a;
      uint32_t& free = is_quantifier && !is_list ? body : free_[id];
      uint32_t& height = is_quantifier && !is_list ? body_height : heights_[id];
      free = slots_.unite(free, free_[index(operand)]);
      height = std::max(height, heights_[index(operand)]);
    });
    if (expr.op == Op::var) free_[id] = slots_.intern({SlotSets::element(expr.a, 0)});
    if (!is_quantifier) continue;
    SlotSets::Elements outer = slots_.elements(body);
    std::erase(outer, SlotSets::element(expr.c, 0));
    free_[id] = slots_.unite(free_[id], slots_.intern(std::move(outer)));
    heights_[id] = std::max(heights_[id], body_height + 1);
  }
}

// Copies what one decision reaches into a rule set of its own.
class FunctionCopy {
 public:
  explicit FunctionCopy(const Functions& functions) : f_(functions), from_(functions.rule_set_) {
    to_.package = from_.package;
    to_.edition = from_.edition;
  }

  DecisionId decision(DecisionId id);
  const RuleSet& result() const { return to_; }

 private:
  // The decision that is being copied. Lets and expressions are copied when first met.
  struct Frame {
    const Decision* from = nullptr;
    Decision to;
    std::unordered_map<uint32_t, uint32_t> lets;
    std::unordered_map<uint32_t, ExprId> closed;  // expressions without free variables
    // Others, by the numbers of their free variables.
    std::map<std::pair<uint32_t, std::vector<uint32_t>>, ExprId> open;
    std::vector<std::pair<uint32_t, uint32_t>> variables;  // slots in scope and their numbers
  };

  TypeId type(TypeId id);
  DomainId domain(DomainId id);
  RecordId record(RecordId id);
  uint32_t enumeration(uint32_t id);
  ConstantId constant(ConstantId id);
  ParamId param(ParamId id);
  DutyId duty(DutyId id);
  uint32_t function(uint32_t id);
  uint32_t zone(uint32_t id);

  ExprId expr(ExprId id);
  ExprId make(uint32_t id);
  uint32_t member(Part part, uint32_t value);
  std::vector<ExprId> operands(const Expr& expr);
  ExprId zone_constant(ExprId id);
  uint32_t let(uint32_t id);
  uint32_t number_of(uint32_t slot) const;
  uint32_t height(const Rule& rule) const;
  std::vector<ExprId> exprs(const std::vector<ExprId>& ids);
  Rule rule(const Rule& each);
  void body();

  // The copy's number of an element of a table, made by `copy` where it is new.
  template <typename Copy>
  static uint32_t once(std::unordered_map<uint32_t, uint32_t>& known, uint32_t id, Copy copy) {
    const auto place = known.find(id);
    if (place != known.end()) return place->second;
    const uint32_t made = copy();
    known.emplace(id, made);
    return made;
  }
  template <typename T>
  static uint32_t append(std::vector<T>& table, T element) {
    table.push_back(std::move(element));
    return static_cast<uint32_t>(table.size() - 1);
  }

  const Functions& f_;
  const RuleSet& from_;
  RuleSet to_;
  Frame* frame_ = nullptr;
  std::unordered_map<uint32_t, uint32_t> records_, enums_, params_, duties_, functions_, zones_,
      decisions_;
};

TypeId FunctionCopy::type(TypeId id) {
  if (id == TypeId::none) return id;
  Type made = from_.type(id);
  made.element = type(made.element);
  if (made.kind == TypeKind::record) made.ref = index(record(static_cast<RecordId>(made.ref)));
  if (made.kind == TypeKind::enumeration) made.ref = enumeration(made.ref);
  return to_.intern(made);
}

DomainId FunctionCopy::domain(DomainId id) {
  if (id == DomainId::none) return id;
  Domain made = from_.domain(id);
  made.element = domain(made.element);
  return to_.intern(made);
}

RecordId FunctionCopy::record(RecordId id) {
  return static_cast<RecordId>(once(records_, index(id), [&] {
    Record made = from_.record(id);
    for (Field& field : made.fields) {
      field.type = type(field.type);
      field.domain = domain(field.domain);
    }
    return append(to_.records, std::move(made));
  }));
}

uint32_t FunctionCopy::enumeration(uint32_t id) {
  return once(enums_, id, [&] { return append(to_.enums, from_.enums[id]); });
}

ConstantId FunctionCopy::constant(ConstantId id) {
  Constant made = from_.constant(id);
  made.type = type(made.type);
  return to_.intern(made);
}

ParamId FunctionCopy::param(ParamId id) {
  return static_cast<ParamId>(once(params_, index(id), [&] {
    Param made = from_.params[index(id)];
    made.type = type(made.type);
    made.domain = domain(made.domain);
    for (ParamLine& line : made.lines) line.value = expr(line.value);
    return append(to_.params, std::move(made));
  }));
}

DutyId FunctionCopy::duty(DutyId id) {
  return static_cast<DutyId>(once(duties_, index(id), [&] {
    Duty made = from_.duties[index(id)];
    made.arguments = record(made.arguments);
    return append(to_.duties, std::move(made));
  }));
}

uint32_t FunctionCopy::function(uint32_t id) {
  return once(functions_, id, [&] { return append(to_.functions, from_.functions[id]); });
}

uint32_t FunctionCopy::zone(uint32_t id) {
  return once(zones_, id, [&] { return append(to_.zones, from_.zones[id]); });
}

uint32_t FunctionCopy::number_of(uint32_t slot) const {
  const auto& variables = frame_->variables;
  const auto place = std::find_if(variables.rbegin(), variables.rend(),
                                  [&](const auto& each) { return each.first == slot; });
  PAC_CHECK(place != variables.rend(), "the verifier has seen that every variable is bound");
  return place->second;
}

ExprId FunctionCopy::expr(ExprId id) {
  if (id == ExprId::none) return id;
  const SlotSets::Elements& free = f_.slots_.elements(f_.free_[index(id)]);
  if (free.empty()) {
    const auto known = frame_->closed.find(index(id));
    if (known != frame_->closed.end()) return known->second;
    const ExprId made = make(index(id));
    frame_->closed.emplace(index(id), made);
    return made;
  }
  std::vector<uint32_t> numbers;
  for (const uint64_t element : free) numbers.push_back(number_of(SlotSets::slot_of(element)));
  const auto key = std::make_pair(index(id), std::move(numbers));
  const auto known = frame_->open.find(key);
  if (known != frame_->open.end()) return known->second;
  const ExprId made = make(index(id));
  frame_->open.emplace(key, made);
  return made;
}

ExprId FunctionCopy::make(uint32_t id) {
  const Expr& expr_of = from_.exprs[id];
  const OpShape& parts = shape(expr_of.op);
  Expr made;
  made.op = expr_of.op;
  made.type = type(expr_of.type);
  made.a = member(parts.a, expr_of.a);
  if (parts.is_quantifier) {
    // A quantifier is numbered by how deep others nest in its body: whoever named or numbered it
    // otherwise means the same.
    uint32_t height = 0;
    for (const uint32_t part : {expr_of.b, parts.extra == Part::expr ? expr_of.extra : kNone}) {
      if (part != kNone) height = std::max(height, f_.heights_[part]);
    }
    frame_->variables.emplace_back(expr_of.c, height);
    made.c = height;
  } else {
    made.c = member(parts.c, expr_of.c);
  }
  made.b = member(parts.b, expr_of.b);
  made.extra = parts.extra == Part::unused ? 0 : member(parts.extra, expr_of.extra);
  if (parts.is_quantifier) frame_->variables.pop_back();
  return to_.add(made, operands(expr_of));
}

uint32_t FunctionCopy::member(Part part, uint32_t value) {
  switch (part) {
    case Part::expr:
    case Part::optional_expr:
      return index(expr(static_cast<ExprId>(value)));
    case Part::constant:
      return index(constant(static_cast<ConstantId>(value)));
    case Part::slot:
      return number_of(value);
    case Part::let:
      return let(value);
    case Part::param:
      return index(param(static_cast<ParamId>(value)));
    case Part::decision:
      return index(decision(static_cast<DecisionId>(value)));
    case Part::function:
      return function(value);
    case Part::unused:
    case Part::input:
    case Part::field:
    case Part::flags:
      return value;
  }
  return value;
}

// A time zone is an index into a table that other decisions fill too: here it gets its number by
// use.
std::vector<ExprId> FunctionCopy::operands(const Expr& expr_of) {
  std::vector<bool> is_zone(expr_of.operand_count, false);
  if (expr_of.op == Op::call_std) {
    const FunctionRef& reference = from_.functions[expr_of.a];
    const stdlib::Function* called =
        f_.find_ == nullptr ? nullptr : f_.find_(reference.name, reference.version);
    PAC_CHECK(called != nullptr, "the rule set was verified with the same registry");
    size_t next = 0;
    for (const stdlib::Parameter& parameter : called->parameters) {
      if (parameter.kind == stdlib::Kind::zone) is_zone[next] = true;
      next += parameter.kind == stdlib::Kind::decimal ? 2 : 1;
    }
  }
  std::vector<ExprId> made;
  made.reserve(expr_of.operand_count);
  for (uint32_t i = 0; i < expr_of.operand_count; ++i) {
    const ExprId operand = from_.operand(expr_of, i);
    made.push_back(is_zone[i] ? zone_constant(operand) : expr(operand));
  }
  return made;
}

ExprId FunctionCopy::zone_constant(ExprId id) {
  const Constant& from = from_.constants[from_.expr(id).a];
  Expr made;
  made.op = Op::constant;
  made.type = type(from.type);
  made.a =
      index(to_.intern(Constant{made.type, false, zone(static_cast<uint32_t>(from.number)), {}}));
  return to_.add(made);
}

// Lets are numbered when first met, after those that they read; where a let is not read, it is not
// there.
uint32_t FunctionCopy::let(uint32_t id) {
  return once(frame_->lets, id, [&] {
    std::vector<std::pair<uint32_t, uint32_t>> outside;
    std::swap(outside, frame_->variables);
    Let made = frame_->from->lets[id];
    made.type = type(made.type);
    made.domain = domain(made.domain);
    made.value = expr(made.value);
    std::swap(outside, frame_->variables);
    return append(frame_->to.lets, made);
  });
}

std::vector<ExprId> FunctionCopy::exprs(const std::vector<ExprId>& ids) {
  std::vector<ExprId> made;
  made.reserve(ids.size());
  for (const ExprId id : ids) made.push_back(expr(id));
  return made;
}

uint32_t FunctionCopy::height(const Rule& rule) const {
  uint32_t height = 0;
  for_each_root(rule, [&](ExprId root) {
    if (root != rule.each_list) height = std::max(height, f_.heights_[index(root)]);
  });
  return height;
}

Rule FunctionCopy::rule(const Rule& each) {
  Rule made = each;
  made.each_list = expr(each.each_list);
  if (each.each_list != ExprId::none) {
    made.each_var = height(each);
    frame_->variables.emplace_back(each.each_var, made.each_var);
  }
  made.conditions = exprs(each.conditions);
  made.outcome = exprs(each.outcome);
  for (DutyUse& use : made.duties) {
    use.duty = duty(use.duty);
    use.arguments = exprs(use.arguments);
  }
  frame_->variables.clear();
  std::ranges::sort(made.overrides);
  return made;
}

void FunctionCopy::body() {
  const Decision& from = *frame_->from;
  Decision& to = frame_->to;
  to.input = record(from.input);
  to.output = record(from.output);
  to.result_type = type(from.result_type);
  if (!from.zone.empty()) {
    const auto place = std::ranges::find(from_.zones, from.zone);
    zone(static_cast<uint32_t>(place - from_.zones.begin()));
  }
  for (Feature& feature : to.features) feature.key = expr(feature.key);
  to.assumes = exprs(from.assumes);
  for (RankedColumn& ranked : to.ranking) {
    for (ConstantId& value : ranked.values) value = constant(value);
  }
  for (Rule& each : to.rules) each = rule(each);
  if (from.has_otherwise) to.otherwise = rule(from.otherwise);
  to.result = exprs(from.result);
}

DecisionId FunctionCopy::decision(DecisionId id) {
  return static_cast<DecisionId>(once(decisions_, index(id), [&] {
    Frame frame;
    frame.from = &from_.decision(id);
    frame.to = *frame.from;
    frame.to.lets.clear();
    frame.to.var_count = 0;
    frame.to.is_private = false;
    Frame* const caller = frame_;
    frame_ = &frame;
    body();
    frame_ = caller;
    return append(to_.decisions, std::move(frame.to));
  }));
}

std::string Functions::canonical(DecisionId decision) const {
  FunctionCopy copy(*this);
  copy.decision(decision);
  return encode(copy.result());
}

std::string Functions::digest(DecisionId decision) const {
  return crypto::to_hex(crypto::view(crypto::sha256(canonical(decision))));
}

std::string canonical_function(const RuleSet& rule_set, DecisionId decision, FindFunction find) {
  return Functions(rule_set, find).canonical(decision);
}

std::string function_digest(const RuleSet& rule_set, DecisionId decision, FindFunction find) {
  return Functions(rule_set, find).digest(decision);
}

}  // namespace pac::ir
