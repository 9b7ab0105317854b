#include "compiler/codegen/list_lanes.h"

#include <algorithm>
#include <bit>
#include <unordered_set>

#include "compiler/codegen/decision_emitter.h"
#include "runtime/base/decimal.h"
#include "runtime/ir/shape.h"

namespace pac::codegen {

using ir::ExprId;
using ir::Op;
using ir::TypeKind;

namespace {

constexpr int64_t kMostLanes = 64;
constexpr uint32_t kLeastLanes = 8;
constexpr uint32_t kMostSteps = 48;           // of one condition and projection
constexpr uint32_t kMostColumnBytes = 8'192;  // of one decision
constexpr uint32_t kMostMembers = 16;         // of a set that is compared lane by lane

bool is_number(TypeKind kind) { return kind == TypeKind::integer || kind == TypeKind::decimal; }

}  // namespace

bool LanePlan::varies(ExprId id, uint32_t slot) {
  const ir::RuleSet& rules = d_.m.rule_set;
  std::vector<ExprId> pending{id};
  for (uint32_t steps = 0; !pending.empty(); ++steps) {
    if (steps > kMostSteps) return true;
    const ir::Expr& expr = rules.expr(pending.back());
    pending.pop_back();
    if (expr.op == Op::var && expr.a == slot) return true;
    ir::for_each_operand(rules, expr, [&](ExprId part) { pending.push_back(part); });
  }
  return false;
}

bool LanePlan::is_narrow(ExprId id) {
  const ir::Type& type = d_.m.rule_set.type_of(id);
  if (type.optional || !ir::has_range(type.kind)) return false;
  return type.kind != TypeKind::decimal || d_.ranges.range_of(id).fits_64();
}

bool LanePlan::scales(ExprId id, int digits) {
  if (digits > 18) return false;
  const ir::Range range = d_.ranges.range_of(id);
  const Int128 power = pac::pow10(digits);
  return range.fits_64() && ir::Range{range.low * power, range.high * power}.fits_64();
}

bool LanePlan::compares(ExprId a, ExprId b) {
  const ir::Type& x = d_.m.rule_set.type_of(a);
  const ir::Type& y = d_.m.rule_set.type_of(b);
  if (x.kind != y.kind && !(is_number(x.kind) && is_number(y.kind))) return false;
  const int common = std::max(x.scale, y.scale);
  return fits(a) && fits(b) && scales(a, common - x.scale) && scales(b, common - y.scale);
}

// What becomes a vector: cheap, of 64 bits at most, without errors.
bool LanePlan::fits(ExprId id) {
  if (++steps_ > kMostSteps || !is_narrow(id)) return false;
  if (!varies(id, slot_)) return d_.is_simple(id);
  const ir::RuleSet& rules = d_.m.rule_set;
  const ir::Expr& expr = rules.expr(id);
  const auto a = static_cast<ExprId>(expr.a);
  const auto b = static_cast<ExprId>(expr.b);
  switch (expr.op) {
    case Op::var:
      reads_.push_back({id, ir::kNone, 0});
      return true;
    case Op::field:
      if (rules.expr(a).op != Op::var || rules.type_of(a).optional) return false;
      reads_.push_back({id, expr.b, 0});
      return true;
    case Op::not_:
      return fits(a);
    case Op::and_:
    case Op::or_:
      return fits(a) && fits(b);
    case Op::eq:
    case Op::ne:
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
      return compares(a, b);
    case Op::in_range:
      return compares(a, b) && compares(a, static_cast<ExprId>(expr.c));
    case Op::in_set:
      return expr.operand_count <= kMostMembers && d_.is_constant_set(expr) && fits(a);
    case Op::neg:
    case Op::add:
    case Op::sub:
    case Op::mul: {
      const auto is_plain = [&](ExprId one) {
        return is_number(rules.type_of(one).kind) || rules.type_of(one).kind == TypeKind::duration;
      };
      if (!is_plain(id) || !d_.ranges.cannot_fail(id) || !d_.ranges.exact_range_of(id).fits_64())
        return false;
      return is_plain(a) && fits(a) && (expr.op == Op::neg || (is_plain(b) && fits(b)));
    }
    case Op::rescale:
      return is_number(rules.type_of(id).kind) && d_.ranges.cannot_fail(id) &&
             scales(a, rules.type_of(id).scale - rules.type_of(a).scale) && fits(a);
    default:
      return false;
  }
}

// A field of the input, also of a record in it; always there.
bool LanePlan::is_path(ExprId id) const {
  const ir::RuleSet& rules = d_.m.rule_set;
  while (!rules.type_of(id).optional && rules.expr(id).op == Op::field) {
    id = static_cast<ExprId>(rules.expr(id).a);
  }
  return !rules.type_of(id).optional && rules.expr(id).op == Op::input;
}

bool LanePlan::qualifies(ExprId id) {
  const ir::RuleSet& rules = d_.m.rule_set;
  const ir::Expr& expr = rules.expr(id);
  const auto list = static_cast<ExprId>(expr.a);
  if (!is_path(list)) return false;
  const int64_t most = d_.ranges.max_items_of(list);
  const ir::Type& element = rules.type(rules.type_of(list).element);
  if (most < 1 || most > kMostLanes || element.optional) return false;
  slot_ = expr.c;
  steps_ = 0;
  reads_.clear();
  if (expr.b != ir::kNone && !fits(static_cast<ExprId>(expr.b))) return false;
  const auto projection = static_cast<ExprId>(expr.extra);
  switch (expr.op) {
    case Op::sum:
      return d_.ranges.cannot_overflow(id) && d_.ranges.exact_range_of(id).fits_64() &&
             fits(projection);
    case Op::min:
    case Op::max:
      return rules.type_of(projection).kind != TypeKind::boolean && fits(projection);
    default:
      return true;
  }
}

void LanePlan::add(ExprId id) {
  const ir::Expr& expr = d_.m.rule_set.expr(id);
  ListLanes*& list = of_list_[expr.a];
  if (list == nullptr) {
    all_.push_back(std::make_unique<ListLanes>());
    list = all_.back().get();
    list->list = static_cast<ExprId>(expr.a);
    const auto most = static_cast<uint32_t>(d_.ranges.max_items_of(list->list));
    list->lanes = std::max(kLeastLanes, std::bit_ceil(most));
  }
  ++list->uses;
  for (const LaneColumn& read : reads_) {
    const auto same = [&](const LaneColumn& known) { return known.field == read.field; };
    if (std::ranges::none_of(list->columns, same)) list->columns.push_back(read);
  }
  of_fold_[ir::index(id)] = list;
}

void LanePlan::plan(uint32_t least_uses) {
  const ir::RuleSet& rules = d_.m.rule_set;
  std::vector<ExprId> pending;
  std::unordered_set<uint32_t> seen;
  const auto visit = [&](ExprId id) {
    if (seen.insert(ir::index(id)).second) pending.push_back(id);
  };
  // Assumptions are looked at before there is a frame.
  for (const ir::Let& let : d_.decision.lets) visit(let.value);
  for (const ir::Rule& rule : d_.decision.rules) ir::for_each_root(rule, visit);
  if (d_.decision.has_otherwise) ir::for_each_root(d_.decision.otherwise, visit);
  for (const ExprId id : d_.decision.result) visit(id);
  while (!pending.empty()) {
    const ExprId id = pending.back();
    pending.pop_back();
    const ir::Expr& expr = rules.expr(id);
    if (ir::shape(expr.op).is_quantifier && qualifies(id)) add(id);
    ir::for_each_operand(rules, expr, visit);
  }
  std::erase_if(all_, [&](const auto& list) { return list->uses < least_uses; });
  uint32_t bytes = 0;
  std::erase_if(all_, [&](const auto& list) {
    bytes += static_cast<uint32_t>(list->columns.size()) * list->lanes * 8;
    return bytes > kMostColumnBytes;
  });
  std::unordered_set<const ListLanes*> kept;
  for (const auto& list : all_) {
    list->number = static_cast<uint32_t>(kept.size());
    kept.insert(list.get());
  }
  std::erase_if(of_fold_, [&](const auto& entry) { return !kept.contains(entry.second); });
}

void LanePlan::place_states(uint32_t& size) {
  for (const auto& list : all_) list->state_offset = size++;
}

void LanePlan::place_columns(uint32_t& size) {
  size = (size + 63) / 64 * 64;
  for (const auto& list : all_) {
    for (LaneColumn& column : list->columns) {
      column.offset = size;
      size += 8 * list->lanes;
    }
    list->there_offset = size;
    size += 64;
  }
}

ListLanes* LanePlan::of(ExprId id) {
  const auto found = of_fold_.find(ir::index(id));
  return found == of_fold_.end() ? nullptr : found->second;
}

}  // namespace pac::codegen
