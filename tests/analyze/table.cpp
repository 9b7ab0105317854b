#include "tests/analyze/table.h"

#include <algorithm>

namespace pac::analyze_check {

namespace {

class Maker {
 public:
  explicit Maker(uint64_t seed) : state_(seed * 2654435761u + 88172645463325252u) {}

  Table make() {
    Table table;
    table.policy = static_cast<Policy>(below(5));
    const size_t fields = 2 + below(3);
    for (size_t i = 0; i < fields; ++i) table.fields.push_back(field(i));
    const size_t rules = 1 + below(6);
    for (size_t i = 0; i < rules; ++i) {
      table.rules.push_back(
          {condition(table, 2), static_cast<int>(below(3)), static_cast<int>(below(3)), {}});
    }
    if (table.policy == Policy::unique_with_exceptions) {
      for (uint32_t i = 1; i < table.rules.size(); ++i) {
        if (below(3) != 0) table.rules[i].overrides.push_back(static_cast<uint32_t>(below(i)));
      }
    }
    if (below(4) == 0) table.assumes.push_back(condition(table, 1));
    table.has_otherwise = below(3) == 0;
    return table;
  }

 private:
  uint64_t below(uint64_t count) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return (state_ >> 11) % count;
  }

  Field field(size_t number) {
    Field out;
    out.name = std::string(1, static_cast<char>('a' + number));
    out.kind = static_cast<Field::Kind>(below(7));
    const auto count = [&](int from, int to, auto literal) {
      for (int i = from; i <= to; ++i) {
        out.numbers.push_back(i);
        out.literals.push_back(literal(i));
      }
    };
    switch (out.kind) {
      case Field::Kind::integer: {
        const auto plain = [](int i) { return std::to_string(i); };
        if (below(3) == 0) {
          out.type = "int in 0 .. 2, 5 .. 6";
          count(0, 2, plain);
          count(5, 6, plain);
        } else {
          out.type = "int in -3 .. 3";
          count(-3, 3, plain);
        }
        break;
      }
      case Field::Kind::decimal:
        out.type = "decimal(1) in 0.0 .. 0.5";
        count(0, 5, [](int i) { return "0." + std::to_string(i); });
        break;
      case Field::Kind::date:
        out.type = "date in 2026-03-01 .. 2026-03-05";
        count(1, 5, [](int i) { return "2026-03-0" + std::to_string(i); });
        break;
      case Field::Kind::truth:
        out.type = "bool";
        out.literals = {"false", "true"};
        break;
      case Field::Kind::choice:
        out.type = "Choice";
        out.literals = {"red", "green", "blue", "grey"};
        break;
      case Field::Kind::text:
        out.texts = {"a", "ab", "abc", "b", "xab", "zz"};
        out.type = R"(string in {"a", "ab", "abc", "b", "xab", "zz"})";
        for (const auto& text : out.texts) out.literals.push_back("\"" + text + "\"");
        break;
      case Field::Kind::optional:
        out.type = "int? in 0 .. 4";
        out.literals.push_back("missing");
        out.numbers.push_back(0);
        count(0, 4, [](int i) { return std::to_string(i); });
        break;
    }
    return out;
  }

  Condition condition(const Table& table, int depth) {
    Condition out;
    const uint64_t form = depth == 0 ? 9 : below(10);
    if (form < 4) {
      out.kind = form < 2   ? Condition::Kind::both
                 : form < 3 ? Condition::Kind::either
                            : Condition::Kind::negation;
      out.parts.push_back(condition(table, depth - 1));
      if (out.kind != Condition::Kind::negation) out.parts.push_back(condition(table, depth - 1));
      return out;
    }
    out.field = below(table.fields.size());
    if (form == 4 && compare_fields(table, &out)) return out;
    return values(table.fields[out.field], std::move(out));
  }

  bool compare_fields(const Table& table, Condition* out) {
    std::vector<size_t> integers;
    for (size_t i = 0; i < table.fields.size(); ++i) {
      if (table.fields[i].kind == Field::Kind::integer) integers.push_back(i);
    }
    if (integers.size() < 2) return false;
    out->field = integers[below(integers.size())];
    out->other = integers[below(integers.size())];
    if (out->field == out->other) return false;
    out->kind = below(2) == 0 ? Condition::Kind::less : Condition::Kind::sum;
    out->limit = static_cast<int>(below(9)) - 4;
    return true;
  }

  Condition values(const Field& field, Condition out) {
    const auto keep = [&](const std::string& text, auto holds_for) {
      out.text = text;
      for (size_t i = 0; i < field.literals.size(); ++i) {
        if (holds_for(i)) out.values.insert(i);
      }
      return out;
    };
    const size_t pick = below(field.literals.size());
    const std::string& literal = field.literals[pick];
    const std::string& name = field.name;
    switch (field.kind) {
      case Field::Kind::truth:
        return keep(name, [](size_t i) { return i == 1; });
      case Field::Kind::choice: {
        const size_t second = below(4);
        if (below(2) == 0)
          return keep(name + " == " + literal, [=](size_t i) { return i == pick; });
        if (second == pick)
          return keep(name + " != " + literal, [=](size_t i) { return i != pick; });
        return keep(name + " in {" + literal + ", " + field.literals[second] + "}",
                    [=](size_t i) { return i == pick || i == second; });
      }
      case Field::Kind::text:
        return text_condition(field, keep, pick);
      case Field::Kind::optional:
        if (below(3) == 0) return keep(name + " is missing", [](size_t i) { return i == 0; });
        if (pick == 0 || below(2) == 0) {
          const int fallback = static_cast<int>(below(5)), limit = static_cast<int>(below(5));
          return keep(
              "(" + name + " default " + std::to_string(fallback) + ") >= " + std::to_string(limit),
              [&, fallback, limit](size_t i) {
                return (i == 0 ? fallback : field.numbers[i]) >= limit;
              });
        }
        return keep("(" + name + " is present and " + name + " < " + literal + ")",
                    [&](size_t i) { return i != 0 && field.numbers[i] < field.numbers[pick]; });
      default:
        return number_condition(field, keep, pick);
    }
  }

  template <typename Keep>
  Condition number_condition(const Field& field, Keep keep, size_t pick) {
    const auto& n = field.numbers;
    const std::string& literal = field.literals[pick];
    switch (below(5)) {
      case 0:
        return keep(field.name + " < " + literal, [&](size_t i) { return n[i] < n[pick]; });
      case 1:
        return keep(field.name + " >= " + literal, [&](size_t i) { return n[i] >= n[pick]; });
      case 2:
        return keep(field.name + " == " + literal, [&](size_t i) { return i == pick; });
      case 3:
        return keep(field.name + " != " + literal, [&](size_t i) { return i != pick; });
      default: {
        const size_t to = pick + below(field.literals.size() - pick);
        return keep(field.name + " in " + literal + " .. " + field.literals[to],
                    [&, to](size_t i) { return n[i] >= n[pick] && n[i] <= n[to]; });
      }
    }
  }

  template <typename Keep>
  Condition text_condition(const Field& field, Keep keep, size_t pick) {
    const auto& t = field.texts;
    const std::string& name = field.name;
    switch (below(7)) {
      case 0:
        return keep(name + " == " + field.literals[pick], [&](size_t i) { return i == pick; });
      case 1:
        return keep(name + " in {\"a\", \"zz\"}", [](size_t i) { return i == 0 || i == 5; });
      case 2:
        return keep(name + " starts_with \"a\"", [&](size_t i) { return t[i].starts_with("a"); });
      case 3:
        return keep(name + " ends_with \"b\"", [&](size_t i) { return t[i].ends_with("b"); });
      case 4:
        return keep(name + " contains \"ab\"",
                    [&](size_t i) { return t[i].find("ab") != std::string::npos; });
      case 5:
        return keep(name + " matches \"[a-b]+\"",
                    [&](size_t i) { return t[i].find_first_not_of("ab") == std::string::npos; });
      default:
        return keep("len(" + name + ") > 2", [&](size_t i) { return t[i].size() > 2; });
    }
  }

  uint64_t state_;
};

std::string to_text(const Table& table, const Condition& condition) {
  const auto part = [&](size_t i) { return "(" + to_text(table, condition.parts[i]) + ")"; };
  const auto name = [&](size_t i) { return table.fields[i].name; };
  switch (condition.kind) {
    case Condition::Kind::both:
      return part(0) + " and " + part(1);
    case Condition::Kind::either:
      return part(0) + " or " + part(1);
    case Condition::Kind::negation:
      return "not " + part(0);
    case Condition::Kind::values:
      return condition.text;
    case Condition::Kind::less:
      return name(condition.field) + " < " + name(condition.other);
    default:
      return name(condition.field) + " + " + name(condition.other) +
             " <= " + std::to_string(condition.limit);
  }
}

}  // namespace

Table make_table(uint64_t seed) { return Maker(seed).make(); }

std::string to_policy(const Table& table, size_t protected_field) {
  static const char* const kPolicies[] = {"unique", "any", "first", "by priority",
                                          "unique with exceptions"};
  std::string out =
      "package check edition 1\n\nenum Choice { red, green, blue, grey }\n\ndecision d {\n  input "
      "{\n";
  for (size_t i = 0; i < table.fields.size(); ++i) {
    const Field& field = table.fields[i];
    out += "    " + field.name + ": " + field.type;
    out += i == protected_field ? " @protected(ground)\n" : "\n";
  }
  out += "  }\n  output { r: int }\n";
  for (const Condition& assume : table.assumes) out += "  assume " + to_text(table, assume) + "\n";
  out += std::string("  rules ") + kPolicies[static_cast<size_t>(table.policy)] + " {\n";
  for (size_t i = 0; i < table.rules.size(); ++i) {
    const Rule& rule = table.rules[i];
    out += "    rule r" + std::to_string(i);
    if (table.policy == Policy::by_priority) out += " priority " + std::to_string(rule.priority);
    for (const uint32_t other : rule.overrides) out += " overrides r" + std::to_string(other);
    out += " { when " + to_text(table, rule.condition) +
           " then { r: " + std::to_string(rule.outcome) + " } }\n";
  }
  if (table.has_otherwise) out += "    otherwise { r: 9 }\n";
  return out + "  }\n}\n";
}

bool holds(const Table& table, const Condition& condition, const std::vector<size_t>& input) {
  const auto number = [&](size_t field) { return table.fields[field].numbers[input[field]]; };
  switch (condition.kind) {
    case Condition::Kind::both:
      return holds(table, condition.parts[0], input) && holds(table, condition.parts[1], input);
    case Condition::Kind::either:
      return holds(table, condition.parts[0], input) || holds(table, condition.parts[1], input);
    case Condition::Kind::negation:
      return !holds(table, condition.parts[0], input);
    case Condition::Kind::values:
      return condition.values.contains(input[condition.field]);
    case Condition::Kind::less:
      return number(condition.field) < number(condition.other);
    default:
      return number(condition.field) + number(condition.other) <= condition.limit;
  }
}

namespace {

// Everything that the rules which fire remove, directly or not.
std::set<uint32_t> removed_by(const Table& table, const std::vector<uint32_t>& hits) {
  std::set<uint32_t> out;
  std::vector<uint32_t> pending = hits;
  while (!pending.empty()) {
    const uint32_t rule = pending.back();
    pending.pop_back();
    for (const uint32_t other : table.rules[rule].overrides) {
      if (out.insert(other).second) pending.push_back(other);
    }
  }
  return out;
}

// Of the rules that fire those that decide.
std::vector<uint32_t> survivors(const Table& table, std::vector<uint32_t> hits) {
  if (hits.empty()) return hits;
  if (table.policy == Policy::first) hits.resize(1);
  if (table.policy == Policy::by_priority) {
    int best = -1;
    for (const uint32_t r : hits) best = std::max(best, table.rules[r].priority);
    std::erase_if(hits, [&](uint32_t r) { return table.rules[r].priority != best; });
  }
  const std::set<uint32_t> removed = removed_by(table, hits);
  std::erase_if(hits, [&](uint32_t r) { return removed.contains(r); });
  return hits;
}

using Hits = std::vector<std::vector<uint32_t>>;  // by input

// -1: a gap, or `otherwise`. -2: a clash, which there was none of before rules were left out.
int outcome(const Table& table, std::vector<uint32_t> hits, const std::set<uint32_t>& without) {
  std::erase_if(hits, [&](uint32_t r) { return without.contains(r); });
  hits = survivors(table, std::move(hits));
  if (hits.empty()) return -1;
  const int first = table.rules[hits[0]].outcome;
  const bool agree =
      std::ranges::all_of(hits, [&](uint32_t r) { return table.rules[r].outcome == first; });
  return agree ? first : -2;
}

void find_redundant(const Table& table, const Hits& all, Truth* truth) {
  for (auto rule = static_cast<uint32_t>(table.rules.size()); rule-- > 0;) {
    if (truth->idle.contains(rule)) continue;
    std::set<uint32_t> without = truth->redundant;
    without.insert(rule);
    const bool is_same = std::ranges::all_of(all, [&](const auto& hits) {
      return outcome(table, hits, without) == outcome(table, hits, truth->redundant);
    });
    if (is_same) truth->redundant.insert(rule);
  }
}

void take_apart(const Condition& condition, Condition::Kind kind,
                std::vector<const Condition*>* out) {
  if (condition.kind != kind) {
    out->push_back(&condition);
    return;
  }
  for (const Condition& part : condition.parts) take_apart(part, kind, out);
}

// Whether one of the conditions that a rule joins by `and` says nothing beside the others, or a
// part of one that is an `or` never holds where the parts before it don't.
bool is_droppable(const Table& table, const Condition& condition,
                  const std::vector<std::vector<size_t>>& inputs) {
  std::vector<const Condition*> parts;
  take_apart(condition, Condition::Kind::both, &parts);
  for (const Condition* part : parts) {
    std::vector<std::vector<size_t>> reached;
    for (const auto& input : inputs) {
      const auto is_met = [&](const Condition* other) {
        return other == part || holds(table, *other, input);
      };
      if (std::ranges::all_of(parts, is_met)) reached.push_back(input);
    }
    std::vector<const Condition*> choices;
    take_apart(*part, Condition::Kind::either, &choices);
    const auto is_met = [&](const auto& input) { return holds(table, *part, input); };
    if (std::ranges::all_of(reached, is_met)) return true;
    if (choices.size() < 2) continue;
    for (const Condition* choice : choices) {
      const auto takes = [&](const auto& input) { return holds(table, *choice, input); };
      if (std::ranges::none_of(reached, takes)) return true;
      std::erase_if(reached, takes);
    }
  }
  return false;
}

}  // namespace

bool changes_nothing(const Table& table, const Truth& truth, const std::set<uint32_t>& without) {
  return std::ranges::all_of(truth.hits, [&](const auto& hits) {
    return outcome(table, hits, without) == outcome(table, hits, {});
  });
}

Truth try_all(const Table& table) {
  Truth out;
  uint64_t gaps = 0, all = 0;
  std::set<uint32_t> deciding;
  std::vector<std::vector<size_t>> inputs;
  std::vector<size_t> input(table.fields.size());
  const auto next = [&] {
    for (size_t i = 0; i < input.size(); ++i) {
      if (++input[i] < table.fields[i].literals.size()) return true;
      input[i] = 0;
    }
    return false;
  };
  do {
    ++all;
    inputs.push_back(input);  // assumes are no reason to drop a condition
    const auto is_met = [&](const Condition& assume) { return holds(table, assume, input); };
    if (!std::ranges::all_of(table.assumes, is_met)) continue;
    ++out.inputs;
    std::vector<uint32_t> hits;
    for (uint32_t r = 0; r < table.rules.size(); ++r) {
      if (holds(table, table.rules[r].condition, input)) hits.push_back(r);
    }
    out.hits.push_back(hits);
    if (hits.empty()) {
      ++gaps;
      continue;
    }
    hits = survivors(table, std::move(hits));
    deciding.insert(hits.begin(), hits.end());
    for (const uint32_t a : hits) {
      for (const uint32_t b : hits) {
        if (a < b &&
            (table.policy == Policy::unique || table.rules[a].outcome != table.rules[b].outcome)) {
          out.clashes.emplace(a, b);
        }
      }
    }
  } while (next());
  out.gap_share = static_cast<double>(gaps) / static_cast<double>(all);
  for (uint32_t r = 0; r < table.rules.size(); ++r) {
    if (!deciding.contains(r)) out.idle.insert(r);
  }
  if (out.clashes.empty()) find_redundant(table, out.hits, &out);
  for (uint32_t r = 0; r < table.rules.size(); ++r) {
    if (!out.idle.contains(r) && is_droppable(table, table.rules[r].condition, inputs)) {
      out.droppable.insert(r);
    }
  }
  return out;
}

}  // namespace pac::analyze_check
