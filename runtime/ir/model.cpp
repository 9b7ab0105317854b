#include "runtime/ir/model.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>

#include "runtime/base/check.h"

namespace pac::ir {

namespace {

// FNV-1a over whole words with a last mix: fast, and good enough where equality is checked anyway.
class Hash {
 public:
  void word(uint64_t value) {
    state_ ^= value;
    state_ *= 0x100000001b3;
    state_ ^= state_ >> 29;
  }
  void number(Int128 value) {
    word(static_cast<uint64_t>(value));
    word(static_cast<uint64_t>(value >> 64));
  }
  void text(std::string_view value) { word(std::hash<std::string_view>{}(value)); }
  uint64_t get() const {
    const uint64_t mixed = state_ * 0x9e3779b97f4a7c15;
    return mixed ^ mixed >> 32;
  }

 private:
  uint64_t state_ = 0xcbf29ce484222325;
};

uint64_t hash_of(const Type& type) {
  Hash hash;
  hash.word(static_cast<uint64_t>(type.kind) | (type.optional ? 256u : 0u));
  hash.word(static_cast<uint64_t>(type.scale));
  hash.word(type.ref);
  hash.word(index(type.element));
  return hash.get();
}

uint64_t hash_of(const Domain& domain) {
  Hash hash;
  hash.word((domain.has_intervals ? 1u : 0u) | (domain.has_texts ? 2u : 0u));
  for (const Interval& interval : domain.intervals) {
    hash.number(interval.low);
    hash.number(interval.high);
  }
  hash.word(domain.texts.size());
  for (const std::string& text : domain.texts) hash.text(text);
  for (const std::string& pattern : domain.patterns) hash.text(pattern);
  hash.word(static_cast<uint64_t>(domain.max_chars));
  hash.word(static_cast<uint64_t>(domain.max_items));
  hash.word(index(domain.element));
  return hash.get();
}

uint64_t hash_of(const Constant& constant) {
  Hash hash;
  hash.word(index(constant.type) * uint64_t{2} + (constant.missing ? 1u : 0u));
  hash.number(constant.number);
  hash.text(constant.text);
  return hash.get();
}

uint64_t hash_of(const RuleSet& rule_set, const Expr& expr) {
  Hash hash;
  hash.word(static_cast<uint64_t>(expr.op) << 32 | index(expr.type));
  hash.word(static_cast<uint64_t>(expr.a) << 32 | expr.b);
  hash.word(static_cast<uint64_t>(expr.c) << 32 | expr.extra);
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    hash.word(rule_set.operands[expr.first_operand + i]);
  }
  return hash.get();
}

bool same(const RuleSet& a, const Expr& x, const RuleSet& b, const Expr& y) {
  if (x.op != y.op || x.type != y.type || x.a != y.a || x.b != y.b || x.c != y.c ||
      x.extra != y.extra || x.operand_count != y.operand_count) {
    return false;
  }
  for (uint32_t i = 0; i < x.operand_count; ++i) {
    if (a.operands[x.first_operand + i] != b.operands[y.first_operand + i]) return false;
  }
  return true;
}

}  // namespace

// The index knows ids only; hashes and equality come from the caller, who sees the elements.
struct InternAccess {
  // The id of an element with this hash for which `equal` holds, or kNone.
  template <typename Equal>
  static uint32_t find(const InternIndex& index, uint64_t hash, Equal equal) {
    if (index.slots_.empty()) return kNone;
    const size_t mask = index.slots_.size() - 1;
    for (size_t slot = hash & mask; index.slots_[slot] != kNone; slot = (slot + 1) & mask) {
      if (equal(index.slots_[slot])) return index.slots_[slot];
    }
    return kNone;
  }

  // Enters the ids below `size` that aren't yet in it.
  template <typename HashOf>
  static void catch_up(InternIndex& index, size_t size, HashOf hash_of_id) {
    if (index.count_ > size) index = InternIndex{};
    if (size * 2 > index.slots_.size()) grow(index, size, hash_of_id);
    for (; index.count_ < size; ++index.count_) {
      place(index, index.count_, hash_of_id(index.count_));
    }
  }

 private:
  static void place(InternIndex& index, uint32_t id, uint64_t hash) {
    const size_t mask = index.slots_.size() - 1;
    size_t slot = hash & mask;
    while (index.slots_[slot] != kNone) slot = (slot + 1) & mask;
    index.slots_[slot] = id;
  }

  template <typename HashOf>
  static void grow(InternIndex& index, size_t size, HashOf hash_of_id) {
    size_t capacity = 64;
    while (capacity < size * 4) capacity *= 2;
    index.slots_.assign(capacity, kNone);
    for (uint32_t id = 0; id < index.count_; ++id) place(index, id, hash_of_id(id));
  }
};

namespace {

template <typename Id, typename T>
Id intern_into(std::vector<T>& elements, InternIndex& index, const T& element) {
  const auto hash_of_id = [&](uint32_t id) { return hash_of(elements[id]); };
  InternAccess::catch_up(index, elements.size(), hash_of_id);
  const uint32_t found = InternAccess::find(index, hash_of(element),
                                            [&](uint32_t id) { return elements[id] == element; });
  if (found != kNone) return static_cast<Id>(found);
  elements.push_back(element);
  return static_cast<Id>(elements.size() - 1);
}

}  // namespace

TypeId RuleSet::intern(const Type& type) { return intern_into<TypeId>(types, type_index_, type); }

DomainId RuleSet::intern(const Domain& domain) {
  return intern_into<DomainId>(domains, domain_index_, domain);
}

ConstantId RuleSet::intern(const Constant& constant) {
  return intern_into<ConstantId>(constants, constant_index_, constant);
}

ExprId RuleSet::add(Expr expr) {
  expr.first_operand = 0;
  expr.operand_count = 0;
  return add(expr, {});
}

ExprId RuleSet::add(Expr expr, const std::vector<ExprId>& ops) {
  const size_t operands_before = operands.size();
  expr.first_operand = ops.empty() ? 0 : static_cast<uint32_t>(operands_before);
  expr.operand_count = static_cast<uint32_t>(ops.size());
  for (const ExprId op : ops) operands.push_back(index(op));
  InternAccess::catch_up(expr_index_, exprs.size(),
                         [&](uint32_t id) { return hash_of(*this, exprs[id]); });
  const uint32_t found = InternAccess::find(expr_index_, hash_of(*this, expr), [&](uint32_t id) {
    return same(*this, exprs[id], *this, expr);
  });
  if (found != kNone) {
    operands.resize(operands_before);
    return static_cast<ExprId>(found);
  }
  exprs.push_back(expr);
  return static_cast<ExprId>(exprs.size() - 1);
}

TypeId RuleSet::optional(TypeId id, bool optional) {
  Type changed = type(id);
  if (changed.optional == optional) return id;
  changed.optional = optional;
  return intern(changed);
}

DecisionId RuleSet::find_decision(std::string_view name) const {
  for (size_t i = 0; i < decisions.size(); ++i) {
    if (decisions[i].name == name) return static_cast<DecisionId>(i);
  }
  return DecisionId::none;
}

bool operator==(const RuleSet& a, const RuleSet& b) {
  if (a.exprs.size() != b.exprs.size()) return false;
  for (size_t i = 0; i < a.exprs.size(); ++i) {
    if (!same(a, a.exprs[i], b, b.exprs[i])) return false;
  }
  return a.package == b.package && a.edition == b.edition && a.types == b.types &&
         a.domains == b.domains && a.constants == b.constants && a.enums == b.enums &&
         a.records == b.records && a.params == b.params && a.duties == b.duties &&
         a.functions == b.functions && a.zones == b.zones && a.decisions == b.decisions;
}

namespace {

// Repeatedly the first rule in source whose overriders are done.
std::vector<uint32_t> exceptions_first(const std::vector<Rule>& rules) {
  std::vector<uint32_t> overriders_left(rules.size(), 0);
  for (const Rule& rule : rules) {
    for (const uint32_t target : rule.overrides) ++overriders_left[target];
  }
  std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> ready;
  for (uint32_t i = 0; i < rules.size(); ++i) {
    if (overriders_left[i] == 0) ready.push(i);
  }
  std::vector<uint32_t> order;
  order.reserve(rules.size());
  while (!ready.empty()) {
    const uint32_t rule = ready.top();
    ready.pop();
    order.push_back(rule);
    for (const uint32_t target : rules[rule].overrides) {
      if (--overriders_left[target] == 0) ready.push(target);
    }
  }
  PAC_CHECK(order.size() == rules.size(), "overrides are acyclic");
  return order;
}

}  // namespace

std::vector<uint32_t> try_order(const Decision& decision) {
  if (decision.policy == HitPolicy::unique_with_exceptions) return exceptions_first(decision.rules);
  std::vector<uint32_t> order(decision.rules.size());
  std::iota(order.begin(), order.end(), 0u);
  if (decision.policy == HitPolicy::by_priority) {
    std::ranges::stable_sort(order, std::greater<>{},
                             [&](uint32_t rule) { return decision.rules[rule].priority; });
  }
  return order;
}

std::vector<std::vector<uint32_t>> override_reach(const Decision& decision) {
  const std::vector<Rule>& rules = decision.rules;
  std::vector<std::vector<uint32_t>> reach(rules.size());
  // Targets before those who override them, so that each target's own reach is complete when it is
  // used.
  const std::vector<uint32_t> order = exceptions_first(rules);
  for (auto rule = order.rbegin(); rule != order.rend(); ++rule) {
    std::vector<uint32_t>& all = reach[*rule];
    for (const uint32_t target : rules[*rule].overrides) {
      all.push_back(target);
      all.insert(all.end(), reach[target].begin(), reach[target].end());
    }
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    all.shrink_to_fit();
  }
  return reach;
}

}  // namespace pac::ir
