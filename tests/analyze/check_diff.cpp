#include "tests/analyze/check_diff.h"

#include <algorithm>
#include <optional>

#include "compiler/driver/compile.h"
#include "compiler/driver/diff.h"
#include "compiler/driver/load.h"
#include "runtime/base/check.h"

namespace pac::analyze_check {

std::optional<int> answer(const Table& table, const std::vector<size_t>& input) {
  constexpr int kGap = -1, kOverlap = -2;
  const auto is_met = [&](const Condition& one) { return holds(table, one, input); };
  if (!std::ranges::all_of(table.assumes, is_met)) return std::nullopt;
  std::vector<const Rule*> hits;
  std::vector<bool> is_removed(table.rules.size());  // by exceptions, and what those remove in turn
  for (size_t i = table.rules.size(); i-- > 0;) {
    const Rule& rule = table.rules[i];
    const bool fires = is_met(rule.condition);
    if (fires && !is_removed[i]) hits.insert(hits.begin(), &rule);
    for (const uint32_t other : rule.overrides) {
      if (fires || is_removed[i]) is_removed[other] = true;
    }
  }
  if (hits.empty()) return table.has_otherwise ? 9 : kGap;
  if (table.policy == Policy::first) return hits[0]->outcome;
  if (table.policy == Policy::unique) return hits.size() > 1 ? kOverlap : hits[0]->outcome;
  if (table.policy == Policy::by_priority) {
    int best = hits[0]->priority;
    for (const Rule* rule : hits) best = std::max(best, rule->priority);
    std::erase_if(hits, [&](const Rule* rule) { return rule->priority != best; });
  }
  for (const Rule* rule : hits) {
    if (rule->outcome != hits[0]->outcome) return kOverlap;
  }
  return hits[0]->outcome;
}

namespace {

using Input = std::vector<size_t>;

// A value of an expression over one input, of the few kinds that these tables have; numbers on the
// grid of their type, dates in days from the field's first.
struct Value {
  bool is_missing = false;
  Int128 number = 0;
};

class Evaluator {
 public:
  Evaluator(const Table& table, const ir::RuleSet& rules, const Input& input)
      : table_(table), rules_(rules), input_(input) {}

  Value value(ir::ExprId id) const {
    using ir::Op;
    const ir::Expr& e = rules_.expr(id);
    const auto part = [&](uint32_t operand) { return value(static_cast<ir::ExprId>(operand)); };
    const auto truth = [](bool is) { return Value{false, is ? 1 : 0}; };
    switch (e.op) {
      case Op::constant:
        return {rules_.constants[e.a].missing, rules_.constants[e.a].number};
      case Op::input:
        return field(e.a);
      case Op::unwrap:
      case Op::some:
        return part(e.a);
      case Op::default_: {
        const Value own = part(e.a);
        return own.is_missing ? part(e.b) : own;
      }
      case Op::add:
        return {false, part(e.a).number + part(e.b).number};
      case Op::lt:
        return truth(part(e.a).number < part(e.b).number);
      case Op::le:
        return truth(part(e.a).number <= part(e.b).number);
      case Op::gt:
        return truth(part(e.a).number > part(e.b).number);
      case Op::ge:
        return truth(part(e.a).number >= part(e.b).number);
      case Op::eq:
        return truth(part(e.a).number == part(e.b).number);
      case Op::not_:
        return truth(part(e.a).number == 0);
      case Op::and_:
        return truth(part(e.a).number != 0 && part(e.b).number != 0);
      case Op::or_:
        return truth(part(e.a).number != 0 || part(e.b).number != 0);
      default:
        PAC_CHECK(false, "these tables have no other expressions");
        return {};
    }
  }

  const std::string& text(uint32_t slot) const { return table_.fields[slot].texts[input_[slot]]; }

  Value field(uint32_t slot) const {
    const Field& own = table_.fields[slot];
    const size_t pick = input_[slot];
    if (own.kind == Field::Kind::optional && pick == 0) return {true, 0};
    if (own.kind == Field::Kind::date) return {false, 20512 + own.numbers[pick]};  // 2026-03-00
    if (own.numbers.empty()) return {false, static_cast<Int128>(pick)};
    return {false, own.numbers[pick]};
  }

 private:
  const Table& table_;
  const ir::RuleSet& rules_;
  const Input& input_;
};

bool lies_in(const analyze::Column& column, const analyze::CellSet& set, const Evaluator& values) {
  for (uint32_t i = 0; i < column.cells.size(); ++i) {
    if (!set.contains(i)) continue;
    const analyze::Cell& cell = column.cells[i];
    if (column.type.kind == ir::TypeKind::string) {
      const std::string& text = values.text(column.path->slot);
      if (cell.kind == analyze::Cell::Kind::text ? cell.text == text
                                                 : cell.texts && cell.texts->matches(text)) {
        return true;
      }
      continue;
    }
    const Value value = values.value(column.term);
    if (value.is_missing) {
      if (cell.kind == analyze::Cell::Kind::missing) return true;
    } else if (cell.kind == analyze::Cell::Kind::values && cell.values.low <= value.number &&
               value.number <= cell.values.high) {
      return true;
    }
  }
  return false;
}

bool is_reported(const Table& table, const analyze::DecisionDiff& found, const Input& input) {
  if (found.space == nullptr) return false;
  const analyze::Space& space = *found.space->space;
  const Evaluator values(table, space.rules(), input);
  for (const analyze::DiffClass& one : found.classes) {
    for (const analyze::Region& region : one.regions) {
      bool is_inside = true;
      for (size_t i = 0; is_inside && i < region.sets.size(); ++i) {
        is_inside = region.sets[i] == space.columns()[i].sets[0] ||
                    lies_in(space.columns()[i], region.sets[i], values);
      }
      if (is_inside) return true;
    }
  }
  return false;
}

bool next(const Table& table, Input* input) {
  for (size_t i = 0; i < input->size(); ++i) {
    if (++(*input)[i] < table.fields[i].literals.size()) return true;
    (*input)[i] = 0;
  }
  return false;
}

std::string words(const Table& table, const Input& input) {
  std::string out;
  for (size_t i = 0; i < input.size(); ++i) {
    out += table.fields[i].name + "=" + table.fields[i].literals[input[i]] + " ";
  }
  return out;
}

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 6364136223846793005u + 1442695040888963407u) {}
  size_t below(size_t count) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return (state_ >> 11) % count;
  }

 private:
  uint64_t state_;
};

Condition changed(const Table& table, const Condition& condition, Random* random) {
  Condition out;
  const size_t form = random->below(4);
  out.kind = form == 0   ? Condition::Kind::negation
             : form == 1 ? Condition::Kind::both
                         : Condition::Kind::either;
  if (form == 3) return table.rules[random->below(table.rules.size())].condition;
  out.parts.push_back(condition);
  if (form != 0) out.parts.push_back(table.rules[random->below(table.rules.size())].condition);
  return out;
}

}  // namespace

Table mutated(const Table& table, uint64_t seed) {
  Random random(seed);
  Table out = table;
  const size_t changes = 1 + random.below(3);
  for (size_t i = 0; i < changes; ++i) {
    const size_t rule = random.below(out.rules.size());
    switch (random.below(8)) {
      case 0:
        if (out.rules.size() > 1) {
          out.rules.erase(out.rules.begin() + static_cast<std::ptrdiff_t>(rule));
          for (Rule& one : out.rules) {
            std::erase(one.overrides, rule);
            for (uint32_t& other : one.overrides) other -= other > rule ? 1 : 0;
          }
        }
        break;
      case 1:
        out.rules[rule].outcome = static_cast<int>(random.below(3));
        break;
      case 2:
        // Exceptions stay where they are, so that they name earlier rules.
        std::swap(out.rules[rule], out.rules[random.below(out.rules.size())]);
        for (Rule& one : out.rules) one.overrides.clear();
        for (size_t k = 0; k < out.rules.size(); ++k)
          out.rules[k].overrides = table.rules[std::min(k, table.rules.size() - 1)].overrides;
        for (size_t k = 0; k < out.rules.size(); ++k) {
          std::erase_if(out.rules[k].overrides, [&](uint32_t other) { return other >= k; });
        }
        break;
      case 3:
        out.rules[rule].condition = changed(table, out.rules[rule].condition, &random);
        break;
      case 4: {
        Rule fresh = table.rules[random.below(table.rules.size())];
        fresh.condition = changed(table, fresh.condition, &random);
        fresh.outcome = static_cast<int>(random.below(3));
        fresh.overrides.clear();
        for (Rule& one : out.rules) {
          for (uint32_t& other : one.overrides) other += other >= rule ? 1 : 0;
        }
        out.rules.insert(out.rules.begin() + static_cast<std::ptrdiff_t>(rule), std::move(fresh));
        break;
      }
      case 5:
        out.has_otherwise = !out.has_otherwise;
        break;
      case 6:
        out.rules[rule].priority = static_cast<int>(random.below(3));
        break;
      default:
        if (random.below(3) == 0) {
          out.policy = static_cast<Policy>(random.below(5));
          for (Rule& one : out.rules) one.overrides.clear();
        }
        break;
    }
  }
  return out;
}

DiffVerdict check_diff(const Table& before, const Table& after) {
  DiffVerdict out;
  const std::string policies[] = {to_policy(before), to_policy(after)};
  std::unique_ptr<driver::Compilation> compiled[2];
  driver::DiffVersion versions[2];
  for (int of = 0; of < 2; ++of) {
    auto one = driver::compile_texts({{"check.pac", policies[of]}});
    if (!one || !(*one)->checked) {
      out.difference = policies[of] + "does not compile\n";
      return out;
    }
    compiled[of] = std::move(*one);
    const auto& checked = *compiled[of]->checked;
    auto loaded = driver::load(checked.rules, {driver::Engine::interp, 2});
    if (!loaded) {
      out.difference = policies[of] + loaded.error().message;
      return out;
    }
    versions[of] = {&checked.rules, &checked.side, *loaded};
  }
  const driver::DiffReport report = driver::diff(versions[0], versions[1]);
  const driver::DecisionReport& decision = report.decisions[0];
  out.is_settled = decision.unknowns.empty() && decision.found.has_all_regions;
  const auto differ = [&](const std::string& text) {
    out.difference = policies[0] + policies[1] + driver::to_text(report) + text + "\n";
  };
  if (decision.classes.size() != decision.found.classes.size() && out.is_settled) {
    differ("a class was not confirmed");
    return out;
  }
  Input input(before.fields.size());
  do {
    ++out.inputs;
    const auto x = answer(before, input), y = answer(after, input);
    if (!x || !y) continue;
    const bool is_changed = *x != *y;
    out.changed += is_changed ? 1 : 0;
    if (!out.is_settled) continue;
    if (is_changed != is_reported(before, decision.found, input)) {
      differ(words(before, input) + "was " + std::to_string(*x) + ", is " + std::to_string(*y));
      return out;
    }
  } while (next(before, &input));
  if (out.is_settled && (out.changed > 0) != (decision.verdict == driver::Verdict::differs)) {
    differ(std::string("the verdict is ") + driver::name(decision.verdict));
  }
  return out;
}

}  // namespace pac::analyze_check
