#include "compiler/analyze/ranking.h"

#include <algorithm>

namespace pac::analyze {

using ir::ExprId;
using ir::HitPolicy;
using ir::Op;
using ir::TypeKind;

namespace {

// Whose ranks depend on the input: each is held against each other.
constexpr size_t kMostCompared = 40;

std::optional<std::vector<ExprId>> rank_of_effect(ir::RuleSet& rules, Terms& terms, Int128 winner,
                                                  const std::vector<ExprId>& outcome) {
  const ir::TypeId integer = rules.intern(ir::Type{TypeKind::integer});
  for (const ExprId id : outcome) {
    const ir::TypeId type = rules.expr(id).type;
    if (rules.type(type).kind != TypeKind::effect) continue;
    const ExprId wins = terms.compare(Op::eq, id, terms.number(type, winner));
    const ExprId first = terms.number(integer, 1);
    return std::vector{terms.choose(wins, first, terms.number(integer, 0))};
  }
  return std::nullopt;
}

ExprId rank_in_list(ir::RuleSet& rules, Terms& terms, const std::vector<ir::ConstantId>& values,
                    ExprId value) {
  const ir::TypeId integer = rules.intern(ir::Type{TypeKind::integer});
  ExprId rank = terms.number(integer, -static_cast<Int128>(values.size()));
  for (size_t i = values.size(); i-- > 0;) {
    const ExprId listed =
        rules.add(ir::Expr{Op::constant, rules.constant(values[i]).type, ir::index(values[i])});
    const ExprId is_it = terms.compare(Op::eq, value, listed);
    const ExprId place = terms.number(integer, -static_cast<Int128>(i));
    rank = terms.choose(is_it, place, rank);
  }
  return rank;
}

}  // namespace

bool is_ordered(const ir::RuleSet& rules, ExprId id) {
  const ir::Type& type = rules.type_of(id);
  return !type.optional && (type.kind == TypeKind::integer || type.kind == TypeKind::decimal ||
                            type.kind == TypeKind::date || type.kind == TypeKind::datetime ||
                            type.kind == TypeKind::duration);
}

std::optional<std::vector<ExprId>> ranks_of(ir::RuleSet& rules, Terms& terms,
                                            const ir::Decision& decision,
                                            const std::vector<ExprId>& outcome) {
  if (decision.policy == HitPolicy::deny_overrides) return rank_of_effect(rules, terms, 1, outcome);
  if (decision.policy == HitPolicy::permit_overrides) {
    return rank_of_effect(rules, terms, 0, outcome);
  }
  if (decision.policy != HitPolicy::by_outcome && decision.policy != HitPolicy::by_highest) {
    return std::nullopt;
  }
  std::vector<ExprId> out;
  for (const ir::RankedColumn& column : decision.ranking) {
    const ExprId value = outcome[column.column];
    if (rules.type_of(value).optional) return std::nullopt;
    if (!column.highest) {
      out.push_back(rank_in_list(rules, terms, column.values, value));
    } else if (is_ordered(rules, value)) {
      out.push_back(value);
    } else {
      return std::nullopt;
    }
  }
  return out;
}

ExprId beats(Terms& terms, const std::vector<ExprId>& a, const std::vector<ExprId>& b,
             bool is_earlier, bool least_first) {
  ExprId out = terms.truth(is_earlier);
  for (size_t i = a.size(); i-- > 0;) {
    const ExprId equal = terms.compare(Op::eq, a[i], b[i]);
    const ExprId better = terms.compare(least_first ? Op::lt : Op::gt, a[i], b[i]);
    out = terms.either(better, terms.both(equal, out));
  }
  return out;
}

std::optional<ExprId> best_of(Terms& terms, const std::vector<Contender>& all,
                              std::optional<ExprId> none, bool least_first) {
  const bool is_fixed = std::ranges::all_of(all, [&](const Contender& one) {
    return std::ranges::all_of(one.ranks, [&](ExprId id) { return terms.constant(id) != nullptr; });
  });
  if (!is_fixed && all.size() > kMostCompared) return std::nullopt;
  std::vector<uint32_t> order(all.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  if (is_fixed) {
    std::ranges::stable_sort(order, [&](uint32_t a, uint32_t b) {
      return beats(terms, all[a].ranks, all[b].ranks, false, least_first) == terms.truth(true);
    });
  }
  for (size_t k = order.size(); k-- > 0;) {
    const Contender& one = all[order[k]];
    ExprId chosen = one.condition;
    for (uint32_t other = 0; !is_fixed && other < all.size(); ++other) {
      if (other == order[k]) continue;
      const ExprId better =
          beats(terms, all[other].ranks, one.ranks, other < order[k], least_first);
      chosen = terms.both(chosen, terms.not_of(terms.both(all[other].condition, better)));
    }
    none = none ? terms.choose(chosen, one.value, *none) : one.value;
  }
  return none;
}

}  // namespace pac::analyze
