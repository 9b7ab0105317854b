#include "compiler/analyze/outcomes.h"

#include <algorithm>

namespace pac::analyze {

using ir::ExprId;
using ir::HitPolicy;
using ir::Op;

namespace {

bool folds(HitPolicy policy) {
  return policy == HitPolicy::collect_list || policy == HitPolicy::collect_folds;
}

}  // namespace

const JoinedRule& Outcomes::rule(int version, uint32_t number) const {
  const JoinedVersion& v = joined_.versions[version];
  return number < v.rules.size() ? v.rules[number] : v.otherwise;
}

std::vector<std::pair<std::string, ExprId>> Outcomes::values(int version, uint32_t number) const {
  const JoinedVersion& v = joined_.versions[version];
  const auto& fields = v.rule_set->record(v.ir().output).fields;
  const auto& outcome = rule(version, number).outcome;
  std::vector<std::pair<std::string, ExprId>> out;
  for (size_t i = 0; i < outcome.size() && i < fields.size(); ++i) {
    out.emplace_back(fields[i].name, outcome[i]);
  }
  return out;
}

AnswerKind Outcomes::kind_of(int version, const std::vector<uint32_t>& rules) {
  const JoinedVersion& v = joined_.versions[version];
  const HitPolicy policy = v.ir().policy;
  if (rules.empty() && !v.ir().has_otherwise && !folds(policy)) {
    return v.ir().partial ? AnswerKind::no_match : AnswerKind::gap;
  }
  if (policy == HitPolicy::unique && rules.size() > 1) return AnswerKind::overlap;
  const auto made = answer(version, rules);
  return made && made->clash != ExprId::none && made->clash != terms_.truth(false)
             ? AnswerKind::overlap
             : AnswerKind::ok;
}

std::vector<uint32_t> Outcomes::deciding(int version, const std::vector<uint32_t>& rules) {
  const JoinedVersion& v = joined_.versions[version];
  if (rules.empty()) {
    return v.ir().has_otherwise ? std::vector<uint32_t>{v.otherwise_number()}
                                : std::vector<uint32_t>();
  }
  switch (kind_of(version, rules)) {
    case AnswerKind::overlap:
      return {rules[0], rules[1]};
    default:
      break;
  }
  switch (v.ir().policy) {
    case HitPolicy::any:
    case HitPolicy::unique_with_exceptions:
    case HitPolicy::by_priority:
      return {rules[0]};
    default:
      return chosen(version, rules).value_or(rules);
  }
}

// Whether `a` goes before `b` in a ranking; nothing where that depends on the input.
std::optional<bool> Outcomes::ranks_before(int version, uint32_t a, uint32_t b) const {
  const JoinedVersion& v = joined_.versions[version];
  for (size_t i = 0; i < v.ir().ranking.size(); ++i) {
    const ir::RankedColumn& column = v.ir().ranking[i];
    const ExprId x = rule(version, a).outcome[column.column];
    const ExprId y = rule(version, b).outcome[column.column];
    if (x == y) continue;
    const ir::Constant* left = terms_.constant(x);
    const ir::Constant* right = terms_.constant(y);
    if (left == nullptr || right == nullptr || left->missing || right->missing) return {};
    if (column.values.empty()) {  // the highest
      if (joined_.rules.type(left->type).kind == ir::TypeKind::string) return {};
      if (left->number != right->number) return left->number > right->number;
      continue;
    }
    const auto place = [&](const ir::Constant& value) {
      const auto& best = v.ranking[i];
      return std::ranges::find_if(
                 best, [&](ir::ConstantId id) { return joined_.rules.constant(id) == value; }) -
             best.begin();
    };
    if (place(*left) != place(*right)) return place(*left) < place(*right);
  }
  return false;
}

// The rules whose outcome is the answer's, the first of them first.
std::optional<std::vector<uint32_t>> Outcomes::chosen(int version,
                                                      const std::vector<uint32_t>& rules) const {
  const JoinedVersion& v = joined_.versions[version];
  const HitPolicy policy = v.ir().policy;
  if (policy == HitPolicy::by_outcome || policy == HitPolicy::by_highest) {
    uint32_t best = rules[0];
    for (size_t i = 1; i < rules.size(); ++i) {
      const auto before = ranks_before(version, rules[i], best);
      if (!before) return std::nullopt;
      if (*before) best = rules[i];
    }
    return std::vector<uint32_t>{best};
  }
  if (policy != HitPolicy::deny_overrides && policy != HitPolicy::permit_overrides) return rules;
  const auto& fields = v.rule_set->record(v.ir().output).fields;
  size_t effect = 0;
  while (effect < fields.size() &&
         v.rule_set->type(fields[effect].type).kind != ir::TypeKind::effect) {
    ++effect;
  }
  std::vector<uint32_t> winners;
  for (const uint32_t one : rules) {
    if (effect == fields.size()) return std::nullopt;
    const ir::Constant* value = terms_.constant(rule(version, one).outcome[effect]);
    if (value == nullptr) return std::nullopt;
    if ((value->number == 1) == (policy == HitPolicy::deny_overrides)) winners.push_back(one);
  }
  return winners.empty() ? rules : winners;
}

std::optional<Outcomes::Answer> Outcomes::answer(int version, std::vector<uint32_t> rules) {
  const JoinedVersion& v = joined_.versions[version];
  const HitPolicy policy = v.ir().policy;
  Answer out;
  out.clash = terms_.truth(false);
  if (rules.empty() && v.ir().has_otherwise) rules.push_back(v.otherwise_number());
  if (rules.empty() && !folds(policy)) {
    out.kind = v.ir().partial ? AnswerKind::no_match : AnswerKind::gap;
    return out;
  }
  if (policy == HitPolicy::unique && rules.size() > 1) {
    out.kind = AnswerKind::overlap;
    return out;
  }
  if (policy == HitPolicy::collect_folds) return folded(version, rules);
  if (policy == HitPolicy::collect_list) {
    out.is_list = true;
    if (!v.ir().ranking.empty() && rules.size() > 1) return std::nullopt;
    for (const uint32_t one : rules) {
      if (rule(version, one).is_each) return std::nullopt;
      out.items.push_back(values(version, one));
      const auto& duties = rule(version, one).duties;
      out.duties.insert(out.duties.end(), duties.begin(), duties.end());
    }
    return out;
  }
  const auto best = chosen(version, rules);
  if (!best) return std::nullopt;
  out.items.push_back(values(version, best->front()));
  const bool is_effect =
      policy == HitPolicy::deny_overrides || policy == HitPolicy::permit_overrides;
  for (size_t i = 0; i < (is_effect ? best->size() : 1); ++i) {
    const auto& duties = rule(version, (*best)[i]).duties;
    out.duties.insert(out.duties.end(), duties.begin(), duties.end());
  }
  if (is_effect) return out;
  for (size_t i = 1; i < best->size(); ++i) {  // any, exceptions, ties
    const auto& first = rule(version, best->front()).outcome;
    const auto& other = rule(version, (*best)[i]).outcome;
    for (size_t k = 0; k < first.size(); ++k) {
      out.clash = terms_.either(out.clash, terms_.not_of(same(first[k], other[k])));
    }
  }
  return out;
}

std::optional<Outcomes::Answer> Outcomes::folded(int version, const std::vector<uint32_t>& rules) {
  const JoinedVersion& v = joined_.versions[version];
  const ir::Decision& decision = v.ir();
  const auto& fields = v.rule_set->records[v.rule_set->type(decision.result_type).ref].fields;
  Answer out;
  out.clash = terms_.truth(false);
  out.items.emplace_back();
  for (const uint32_t one : rules) {
    if (rule(version, one).is_each) return std::nullopt;
    const auto& duties = rule(version, one).duties;
    out.duties.insert(out.duties.end(), duties.begin(), duties.end());
  }
  for (size_t i = 0; i < decision.folds.size(); ++i) {
    const ir::Fold& fold = decision.folds[i];
    const std::string& name = fields[i].name;
    if (fold.kind == ir::FoldKind::rule_list) {
      out.names.emplace_back(name, std::vector<std::string>());
      for (const uint32_t one : rules) {
        out.names.back().second.push_back(one < decision.rules.size() ? decision.rules[one].name
                                                                      : "otherwise");
      }
      continue;
    }
    const ir::TypeId integer = joined_.rules.intern(ir::Type{ir::TypeKind::integer});
    if (fold.kind == ir::FoldKind::count) {
      out.items[0].emplace_back(name, terms_.number(integer, static_cast<Int128>(rules.size())));
      continue;
    }
    if (fold.kind != ir::FoldKind::sum) {
      if (rules.size() != 1) return std::nullopt;
      const ExprId only = rule(version, rules[0]).outcome[fold.column];
      out.items[0].emplace_back(name,
                                joined_.rules.type_of(only).optional ? only : terms_.some(only));
      continue;
    }
    ExprId sum = ExprId::none;
    for (const uint32_t one : rules) {
      const ExprId value = rule(version, one).outcome[fold.column];
      if (joined_.rules.type_of(value).optional) return std::nullopt;
      if (sum != ExprId::none && joined_.rules.expr(sum).type != joined_.rules.expr(value).type) {
        return std::nullopt;
      }
      sum = sum == ExprId::none ? value : terms_.add(sum, value);
    }
    out.items[0].emplace_back(name, sum == ExprId::none ? terms_.number(integer, 0) : sum);
  }
  return out;
}

// Composite values part by part, so that a list of constants needs no prover.
ExprId Outcomes::same(ExprId a, ExprId b) {
  if (a == b) return terms_.truth(true);
  const auto known = same_.find({a, b});
  if (known != same_.end()) return known->second;
  const ExprId out = make_same(a, b);
  same_.emplace(std::pair{a, b}, out);
  return out;
}

ExprId Outcomes::make_same(ExprId a, ExprId b) {
  const ir::Expr x = joined_.rules.expr(a), y = joined_.rules.expr(b);
  if (x.op == y.op && x.op == Op::some) {
    return same(static_cast<ExprId>(x.a), static_cast<ExprId>(y.a));
  }
  if (x.op == y.op && (x.op == Op::make_record || x.op == Op::make_list)) {
    if (x.operand_count != y.operand_count) return terms_.truth(false);
    ExprId all = terms_.truth(true);
    for (uint32_t i = 0; i < x.operand_count; ++i) {
      all = terms_.both(all, same(joined_.rules.operand(x, i), joined_.rules.operand(y, i)));
    }
    return all;
  }
  if (x.op == Op::if_ && y.op == Op::if_ && x.a == y.a) {
    const ExprId first = same(static_cast<ExprId>(x.b), static_cast<ExprId>(y.b));
    const ExprId second = same(static_cast<ExprId>(x.c), static_cast<ExprId>(y.c));
    return terms_.choose(static_cast<ExprId>(x.a), first, second);
  }
  if (x.op == Op::if_) {
    const ExprId first = same(static_cast<ExprId>(x.b), b);
    return terms_.choose(static_cast<ExprId>(x.a), first, same(static_cast<ExprId>(x.c), b));
  }
  if (y.op == Op::if_) return same(b, a);
  if (joined_.rules.type_of(b).optional && !joined_.rules.type_of(a).optional) std::swap(a, b);
  return terms_.compare(Op::eq, a, b);
}

ExprId Outcomes::same_duties(const std::vector<JoinedDuty>& a, const std::vector<JoinedDuty>& b) {
  if (a.size() != b.size()) return terms_.truth(false);
  ExprId all = terms_.truth(true);
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].name != b[i].name || a[i].is_advice != b[i].is_advice ||
        a[i].arguments.size() != b[i].arguments.size()) {
      return terms_.truth(false);
    }
    for (size_t k = 0; k < a[i].arguments.size(); ++k) {
      all = terms_.both(all, same(a[i].arguments[k], b[i].arguments[k]));
    }
  }
  return all;
}

ExprId Outcomes::differing(const Answer& a, const Answer& b) {
  ExprId all = same_duties(a.duties, b.duties);
  if (a.items.size() != b.items.size()) return terms_.truth(true);
  for (size_t i = 0; i < a.items.size(); ++i) {
    for (const auto& [name, value] : a.items[i]) {
      for (const auto& [other, their_value] : b.items[i]) {
        if (name == other) all = terms_.both(all, same(value, their_value));
      }
    }
  }
  for (const auto& [name, rules] : a.names) {
    for (const auto& [other, their_rules] : b.names) {
      if (name == other && rules != their_rules) return terms_.truth(true);
    }
  }
  return terms_.not_of(all);
}

std::optional<ExprId> Outcomes::differing(const std::vector<uint32_t>& before,
                                          const std::vector<uint32_t>& after) {
  const auto a = answer(kOld, before), b = answer(kNew, after);
  if (!a || !b || a->is_list != b->is_list) return std::nullopt;
  if (a->kind != AnswerKind::ok || b->kind != AnswerKind::ok) {
    if (a->kind == b->kind) return terms_.truth(false);
    // Survivors that disagree are an overlap too.
    if (a->kind == AnswerKind::overlap) return terms_.not_of(b->clash);
    if (b->kind == AnswerKind::overlap) return terms_.not_of(a->clash);
    return terms_.truth(true);
  }
  const ExprId one_clashes = terms_.choose(a->clash, terms_.not_of(b->clash), b->clash);
  const ExprId values = differing(*a, *b);
  return terms_.either(one_clashes, terms_.both(terms_.not_of(a->clash), values));
}

}  // namespace pac::analyze
