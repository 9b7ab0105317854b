#include "runtime/match/source.h"

#include <algorithm>

#include "runtime/ir/layout.h"
#include "runtime/match/keys.h"

namespace pac::match {

using ir::ExprId;
using ir::kNone;
using ir::TypeKind;

namespace {

constexpr uint64_t kIds = uint64_t{1} << 40;
constexpr uint64_t kExpr = uint64_t{1} << 41;
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

uint32_t Sources::of(ExprId id, bool ids) {
  const ir::Expr& expr = rule_set_.expr(id);
  const ir::TypeKind kind = rule_set_.type(expr.type).kind;
  ids = ids && kind == TypeKind::string && literals_.ids_of(id) != nullptr;
  if (expr.op == ir::Op::input && !ids && (ir::has_range(kind) || kind == TypeKind::string)) {
    return of_slot(expr.a);
  }
  const uint64_t key = index(id) | kExpr | (ids ? kIds : 0);
  if (const auto known = known_.find(key); known != known_.end()) return known->second;
  Source source;
  return describe(id, ids, &source) ? add(key, source) : kNone;
}

bool Sources::is_path(ExprId id) const {
  while (rule_set_.expr(id).op == ir::Op::field) id = static_cast<ExprId>(rule_set_.expr(id).a);
  return rule_set_.expr(id).op == ir::Op::input;
}

bool Sources::describe(ExprId id, bool ids, Source* source) {
  const ir::Expr& expr = rule_set_.expr(id);
  const ir::Type& type = rule_set_.type(expr.type);
  const bool is_text = type.kind == TypeKind::string;
  if ((!ir::has_range(type.kind) && !is_text) || !ranges_.cannot_fail(id)) return false;
  source->slot = expr.op == ir::Op::input ? expr.a : kNone;
  source->expr = expr.op == ir::Op::input ? ExprId::none : id;
  source->is_field = is_path(id);
  source->type = expr.type;
  source->optional = type.optional;
  if (is_text) {
    source->key = ids ? KeyKind::text_id : KeyKind::text;
    source->texts = ids ? literals_.ids_of(id) : nullptr;
    source->limits = ids ? Span{0, static_cast<Int128>(source->texts->size())} : kKeys;
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
