#include "runtime/match/source.h"

#include <algorithm>

#include "runtime/ir/layout.h"
#include "runtime/ir/shape.h"
#include "runtime/match/keys.h"

namespace pac::match {

using ir::ExprId;
using ir::kNone;
using ir::TypeKind;

namespace {

constexpr uint64_t kIds = uint64_t{1} << 40;
constexpr uint64_t kExpr = uint64_t{1} << 41;
constexpr uint64_t kEnding = uint64_t{1} << 42;
constexpr uint32_t kMostSteps = 256;  // of an expression that is looked at
constexpr Span kKeys{kLeastKey, kMostKey};

}  // namespace

Sources::Sources(const ir::RuleSet& rule_set, const ir::Decision& decision)
    : rule_set_(rule_set),
      decision_(decision),
      ranges_(rule_set, decision),
      literals_(rule_set, decision) {}

uint32_t Sources::add(uint64_t key, const Source& source) {
  const auto [place, is_new] = known_.emplace(key, count());
  if (is_new) all_.push_back(source);
  return place->second;
}

uint32_t Sources::of_slot(uint32_t slot) {
  if (const auto known = known_.find(slot); known != known_.end()) return known->second;
  const ir::Field& field = rule_set_.record(decision_.input).fields[slot];
  const ir::Type& type = rule_set_.type(field.type);
  const ir::Range range =
      ir::range_of_domain(rule_set_, field.domain).clamp(ir::range_of_type(rule_set_, type));
  Source source;
  source.slot = slot;
  source.is_field = true;
  source.type = field.type;
  source.optional = type.optional;
  source.key = type.kind == TypeKind::boolean ? KeyKind::flag : KeyKind::number;
  source.limits = {range.low, range.high};
  if (type.kind == TypeKind::decimal && !ir::is_narrow(rule_set_, field.type, field.domain)) {
    source.key = KeyKind::wide;
  }
  if (type.kind == TypeKind::string) {
    source.key = KeyKind::text;
    source.limits = kKeys;
  }
  return add(slot, source);
}

uint32_t Sources::of(ExprId id, KeyKind text) {
  const ir::Expr& expr = rule_set_.expr(id);
  const ir::TypeKind kind = rule_set_.type(expr.type).kind;
  const bool is_text = kind == TypeKind::string;
  if (text == KeyKind::ending && (!is_text || literals_.endings_of(id) == nullptr)) return kNone;
  if (text == KeyKind::text_id && (!is_text || literals_.ids_of(id) == nullptr))
    text = KeyKind::text;
  if (expr.op == ir::Op::input && text == KeyKind::text &&
      (ir::has_range(kind) || kind == TypeKind::string)) {
    return of_slot(expr.a);
  }
  const uint64_t key = index(id) | kExpr |
                       (text == KeyKind::text_id  ? kIds
                        : text == KeyKind::ending ? kEnding
                                                  : 0);
  if (const auto known = known_.find(key); known != known_.end()) return known->second;
  Source source;
  return describe(id, text, &source) ? add(key, source) : kNone;
}

bool Sources::is_path(ExprId id) const {
  while (rule_set_.expr(id).op == ir::Op::field) id = static_cast<ExprId>(rule_set_.expr(id).a);
  return rule_set_.expr(id).op == ir::Op::input;
}

bool Sources::is_slow(ExprId id) const {
  std::vector<ExprId> pending{id};
  for (uint32_t steps = 0; !pending.empty(); ++steps) {
    if (steps == kMostSteps) return true;
    const ir::Expr& expr = rule_set_.expr(pending.back());
    pending.pop_back();
    const bool reads_all = expr.op == ir::Op::contains || expr.op == ir::Op::matches ||
                           expr.op == ir::Op::in_list || expr.op == ir::Op::intersects ||
                           expr.op == ir::Op::subset_of || ir::shape(expr.op).is_quantifier;
    if (reads_all) return true;
    if (expr.op == ir::Op::let) pending.push_back(decision_.lets[expr.a].value);
    ir::for_each_operand(rule_set_, expr, [&](ExprId part) { pending.push_back(part); });
  }
  return false;
}

bool Sources::describe(ExprId id, KeyKind text, Source* source) {
  const ir::Expr& expr = rule_set_.expr(id);
  const ir::Type& type = rule_set_.type(expr.type);
  const bool is_text = type.kind == TypeKind::string;
  if ((!ir::has_range(type.kind) && !is_text) || !ranges_.cannot_fail(id)) return false;
  source->slot = expr.op == ir::Op::input ? expr.a : kNone;
  source->expr = expr.op == ir::Op::input ? ExprId::none : id;
  source->is_field = is_path(id);
  source->is_slow = is_slow(id);
  source->type = expr.type;
  source->optional = type.optional;
  if (is_text) {
    source->key = text;
    source->limits = kKeys;
    if (text == KeyKind::text) return true;
    source->texts = text == KeyKind::ending ? literals_.endings_of(id) : literals_.ids_of(id);
    source->limits = {0, static_cast<Int128>(source->texts->size())};
    return true;
  }
  const ir::Range range = ranges_.range_of(id);
  source->limits = {range.low, range.high};
  source->key = type.kind == TypeKind::boolean ? KeyKind::flag
                : range.fits_64()              ? KeyKind::number
                                               : KeyKind::wide;
  return true;
}

}  // namespace pac::match
