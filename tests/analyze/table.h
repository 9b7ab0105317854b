// Small random decisions whose inputs can be counted off, with a meaning of their own: what the
// analysis says about them is held against trying every input. Nothing here uses the compiler, so a
// mistake in it can't hide itself. Plain data, made from a seed; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace pac::analyze_check {

// A field with all its values; a value is named by its index.
struct Field {
  enum class Kind : uint8_t { integer, decimal, date, truth, choice, text, optional };
  Kind kind = Kind::integer;
  std::string name, type;             // the type as a policy writes it
  std::vector<std::string> literals;  // as a policy writes them; "missing"
  std::vector<int> numbers;           // of kinds integer, decimal, date and optional, on one grid
  std::vector<std::string> texts;
};

struct Condition {
  enum class Kind : uint8_t { both, either, negation, values, less, sum };
  Kind kind = Kind::values;
  std::vector<Condition> parts;
  std::string text;  // of kind values: as written
  size_t field = 0, other = 0;
  std::set<size_t> values;  // those of the field for which it holds
  int limit = 0;            // sum: field + other <= limit
};

struct Rule {
  Condition condition;
  int priority = 0, outcome = 0;
  std::vector<uint32_t> overrides;  // earlier rules, under unique_with_exceptions
};

enum class Policy : uint8_t { unique, any, first, by_priority, unique_with_exceptions };

struct Table {
  Policy policy = Policy::unique;
  std::vector<Field> fields;
  std::vector<Rule> rules;
  std::vector<Condition> assumes;
  bool has_otherwise = false;
};

Table make_table(uint64_t seed);
// Perhaps with one of its fields marked as protected.
inline constexpr size_t kNoField = static_cast<size_t>(-1);
std::string to_policy(const Table& table, size_t protected_field = kNoField);
bool holds(const Table& table, const Condition& condition, const std::vector<size_t>& input);

// What trying every input shows.
struct Truth {
  double gap_share = 0;
  std::set<std::pair<uint32_t, uint32_t>> clashes;
  std::set<uint32_t> idle;       // rules that never decide
  std::set<uint32_t> redundant;  // from the last on, without those found before
  std::set<uint32_t> droppable;  // rules with a condition that is always true, or a part never
  uint64_t inputs = 0;
  std::vector<std::vector<uint32_t>> hits;  // the rules that fire, by input
};
// Whether every input has the same outcome without these rules.
bool changes_nothing(const Table& table, const Truth& truth, const std::set<uint32_t>& without);
Truth try_all(const Table& table);

}  // namespace pac::analyze_check
