// Certificates of small random decisions: what they claim is held against trying every input, and
// damaged ones are refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include "compiler/driver/analyze.h"
#include "runtime/engine/bundle_format.h"
#include "runtime/ir/encode.h"
#include "tests/analyze/table.h"

namespace pac::analyze_check {
namespace {

using json::Value;

Value& member(Value& value, std::string_view name) {
  return std::ranges::find(value.members(), name, &json::Member::key)->value;
}

struct Subject {
  Table table;
  std::unique_ptr<driver::Compilation> compilation;
  driver::Certified certified;
  std::string digest;
  Value certificate;

  const ir::RuleSet& rules() const { return compilation->checked->rules; }
};

std::optional<Subject> make_subject(uint64_t seed) {
  Subject out{make_table(seed), nullptr, {}, {}, {}};
  auto compiled = driver::compile_texts({{"check.pac", to_policy(out.table)}});
  if (!compiled || !(*compiled)->checked) return std::nullopt;
  out.compilation = std::move(*compiled);
  analyze::Options options;
  options.certify = true;
  auto summary = driver::analyze(out.compilation.get(), options);
  if (!summary) return std::nullopt;
  out.certified = std::move(summary->certified);
  out.digest = engine::digest_of(ir::encode(out.rules()));
  auto value = certificate::read(out.certified.text);
  if (!value) return std::nullopt;
  out.certificate = std::move(*value);
  return out;
}

bool is_refused(const Subject& subject, const Value& damaged) {
  return !certificate::verify(damaged, subject.rules(), subject.digest).faults.empty();
}

// ---- A reading of certificates by the values of a table alone.

class Reading {
 public:
  Reading(const Table& table, const Value& claim, const Value& columns)
      : table_(table), claim_(claim), columns_(columns) {}

  // Whether some input of the table shows a leaf to be wrong.
  bool is_refuted() const {
    std::vector<size_t> input(table_.fields.size());
    for (;;) {
      const auto holds_for = [&](const Condition& c) { return holds(table_, c, input); };
      if (std::ranges::all_of(table_.assumes, holds_for) && !is_right(input)) return true;
      size_t i = 0;
      while (i < input.size() && ++input[i] == table_.fields[i].literals.size()) input[i++] = 0;
      if (i == input.size()) return false;
    }
  }

 private:
  std::vector<uint32_t> firing(const std::vector<size_t>& input) const {
    std::vector<uint32_t> out;
    for (uint32_t i = 0; i < table_.rules.size(); ++i) {
      if (holds(table_, table_.rules[i].condition, input)) out.push_back(i);
    }
    return out;
  }

  bool comes_before(uint32_t other, uint32_t rule) const {
    if (table_.policy == Policy::first) return other < rule;
    if (table_.policy == Policy::by_priority) {
      return table_.rules[other].priority > table_.rules[rule].priority;
    }
    if (table_.policy != Policy::unique_with_exceptions) return false;
    return std::ranges::any_of(table_.rules[other].overrides, [&](uint32_t next) {
      return next == rule || comes_before(next, rule);
    });
  }

  static std::optional<uint32_t> rule_of(const Value& value) {
    if (!value.is_string() || value.as_string().size() < 2) return std::nullopt;
    return static_cast<uint32_t>(std::stoul(value.as_string().substr(1)));
  }

  bool is_right(const std::vector<size_t>& input) const {
    const Value* leaf = find_leaf(input);
    if (leaf == nullptr || !leaf->is_object()) return false;
    const auto& [kind, what] = leaf->members()[0];
    const std::string claim = claim_.find("claim")->as_string();
    const std::vector<uint32_t> fired = firing(input);
    const auto fires = [&](std::optional<uint32_t> rule) {
      return rule && std::ranges::find(fired, *rule) != fired.end();
    };
    if (kind == "solver" || kind == "analysis") return true;
    if (kind == "assume") return false;  // inputs that an assume leaves out don't come here
    if (kind == "rule") return claim == "no gap" && fires(rule_of(what));
    const Value* subject = claim_.find("rule");
    if (kind == "never" || kind == "before") {
      if (subject == nullptr) return false;
      const auto rule = rule_of(*subject);
      if (!rule || kind == "never") return rule && !fires(rule);
      const auto other = rule_of(what);
      return fires(other) && comes_before(other.value(), rule.value());
    }
    return claim == "no clash" && go_together(fired, what);
  }

  bool go_together(const std::vector<uint32_t>& fired, const Value& names) const {
    std::vector<uint32_t> deciding = fired;
    std::erase_if(deciding, [&](uint32_t rule) {
      return std::ranges::any_of(fired, [&](uint32_t o) { return comes_before(o, rule); });
    });
    for (const uint32_t rule : deciding) {
      const auto is_it = [&](const Value& name) { return rule_of(name) == rule; };
      if (std::ranges::none_of(names.elements(), is_it)) return false;
      for (const uint32_t other : deciding) {
        if (rule == other) continue;
        if (table_.policy == Policy::unique) return false;
        if (table_.rules[rule].outcome != table_.rules[other].outcome) return false;
      }
    }
    return true;
  }

  const Value* find_leaf(const std::vector<size_t>& input) const {
    const json::Elements& nodes = claim_.find("tree")->elements();
    size_t at = 0;
    while (at < nodes.size() && nodes[at].is_array()) {
      const json::Elements& split = nodes[at].elements();
      const int64_t cell =
          cell_of(columns_.elements()[static_cast<size_t>(split[0].as_int())], input);
      bool is_first = false;
      for (size_t i = 1; i + 1 < split.size(); i += 2) {
        is_first = is_first || (split[i].as_int() <= cell && cell <= split[i + 1].as_int());
      }
      ++at;
      if (!is_first) at = end_of(nodes, at);
    }
    return at < nodes.size() ? &nodes[at] : nullptr;
  }

  static size_t end_of(const json::Elements& nodes, size_t at) {
    for (size_t open = 1; open > 0 && at < nodes.size(); ++at) {
      if (nodes[at].is_array()) {
        ++open;
      } else {
        --open;
      }
    }
    return at;
  }

  int64_t cell_of(const Value& column, const std::vector<size_t>& input) const {
    if (const Value* name = column.find("field")) {
      return cell_of_field(column, static_cast<size_t>(name->as_string()[0] - 'a'), input);
    }
    std::string text = column.find("text")->as_string();  // "a < b", "not (a < b)", "a + b"
    const bool is_negated = text.starts_with("not (");
    if (is_negated) text = text.substr(5);
    const auto number = [&](size_t at) {
      const auto field = static_cast<size_t>(text[at] - 'a');
      return table_.fields[field].numbers[input[field]];
    };
    int value = text[2] == '<' ? static_cast<int>(number(0) < number(4)) : number(0) + number(4);
    if (is_negated) value = 1 - value;
    int64_t cell = 0;
    for (const Value& cut : column.find("cuts")->elements()) {
      const std::string& at = cut.as_string();
      cell += (at == "true" ? 1 : std::stoi(at)) <= value ? 1 : 0;
    }
    return cell;
  }

  int64_t cell_of_field(const Value& column, size_t number,
                        const std::vector<size_t>& input) const {
    const Field& field = table_.fields[number];
    const size_t value = input[number];
    int64_t cell = column.find("missing") != nullptr ? 1 : 0;
    if (field.kind == Field::Kind::optional && value == 0) return 0;
    if (field.kind == Field::Kind::text) {
      const json::Elements& cells = column.find("texts")->elements();
      for (size_t i = 0; i < cells.size(); ++i) {
        const Value* is = cells[i].find("is");
        if (is != nullptr && is->as_string() == field.texts[value]) return static_cast<int64_t>(i);
      }
      return -1;
    }
    for (const Value& cut : column.find("cuts")->elements()) {
      std::string at = cut.as_string();
      bool is_below = false;
      if (field.kind == Field::Kind::truth) {
        is_below = value == 1;
      } else if (field.kind == Field::Kind::choice) {
        is_below = std::ranges::find(field.literals, at) - field.literals.begin() <=
                   static_cast<std::ptrdiff_t>(value);
      } else {
        std::erase(at, '.');
        if (field.kind == Field::Kind::date) at = at.substr(8);
        is_below = std::stoi(at) <= field.numbers[value];
      }
      cell += is_below ? 1 : 0;
    }
    return cell;
  }

  const Table& table_;
  const Value& claim_;
  const Value& columns_;
};

bool is_refuted(const Subject& subject, const Value& certificate) {
  for (const Value& decision : certificate.find("decisions")->elements()) {
    for (const Value& claim : decision.find("claims")->elements()) {
      if (Reading(subject.table, claim, *decision.find("columns")).is_refuted()) return true;
    }
  }
  return false;
}

// ---- Damage.

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15 + 1) {}
  size_t below(size_t count) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<size_t>((state_ >> 11) % count);
  }

 private:
  uint64_t state_;
};

enum class Damage : uint8_t {
  digest,
  form,
  decision,
  dropped_node,  // no tree any more
  doubled_node,
  no_columns,
  claim,  // from here on what comes out may be right
  other_rule,
  moved_cut,
  swapped_branches,
  moved_split,
  kCount
};

// Nothing where the claim has no place for this damage.
std::optional<Value> damage(const Subject& subject, Damage kind, Random& random) {
  Value out = subject.certificate;
  auto& decisions = member(out, "decisions").elements();
  if (decisions.empty()) return std::nullopt;
  auto& claims = member(decisions[0], "claims").elements();
  Value& claim = claims[random.below(claims.size())];
  auto& nodes = member(claim, "tree").elements();
  const size_t at = random.below(nodes.size());
  const auto is_split = [&](size_t i) { return nodes[i].is_array(); };
  switch (kind) {
    case Damage::digest: {
      std::string digest = subject.digest;
      char& c = digest[random.below(digest.size())];
      c = c == '0' ? '1' : '0';
      member(out, "ir") = Value(digest);
      return out;
    }
    case Damage::form:
      member(out, "format") = Value(2);
      return out;
    case Damage::decision:
      member(decisions[0], "decision") = Value("e");
      return out;
    case Damage::claim:
      member(claim, "claim") =
          Value(claim.find("claim")->as_string() == "no gap" ? "no clash" : "no gap");
      return out;
    case Damage::dropped_node:
      nodes.erase(nodes.begin() + static_cast<std::ptrdiff_t>(at));
      return out;
    case Damage::doubled_node:
      nodes.insert(nodes.begin() + static_cast<std::ptrdiff_t>(at), Value(nodes[at]));
      return out;
    case Damage::no_columns:
      if (std::ranges::none_of(nodes, [](const Value& n) { return n.is_array(); })) break;
      member(decisions[0], "columns") = Value::array();
      return out;
    case Damage::other_rule: {
      if (is_split(at)) break;
      auto& [leaf, what] = nodes[at].members()[0];
      const std::string other = "r" + std::to_string(random.below(subject.table.rules.size()));
      if (what.is_string() && (leaf == "rule" || leaf == "before") && what.as_string() != other) {
        what = Value(other);
        return out;
      }
      if (leaf != "rules" || what.elements().empty() || what.elements()[0] == Value(other)) break;
      what.elements()[0] = Value(other);
      return out;
    }
    case Damage::moved_cut: {
      auto& columns = member(decisions[0], "columns").elements();
      Value& column = columns[random.below(columns.size())];
      if (column.find("cuts") == nullptr || column.find("cuts")->elements().empty()) break;
      auto& cuts = member(column, "cuts").elements();
      Value& cut = cuts[random.below(cuts.size())];
      std::string text = cut.as_string();
      char& last = text.back();
      if (last < '0' || last > '8') break;
      ++last;
      const bool is_doubled = std::ranges::find(cuts, Value(text)) != cuts.end();
      if (is_doubled) break;
      cut = Value(text);
      return out;
    }
    case Damage::swapped_branches:
    case Damage::moved_split: {
      if (!is_split(at)) break;
      auto& split = nodes[at].elements();
      if (kind == Damage::moved_split) {
        split.back() = Value(split.back().as_int() + 1);
        return out;
      }
      // The same cells, but the other branch first: what follows is read for the wrong side.
      const Value& column =
          decisions[0].find("columns")->elements()[static_cast<size_t>(split[0].as_int())];
      const Value* cuts = column.find("cuts");
      if (cuts == nullptr) break;
      const auto count = static_cast<int64_t>(cuts->elements().size()) + 1 +
                         (column.find("missing") != nullptr ? 1 : 0);
      Value swapped = Value::array();
      swapped.push_back(split[0]);
      int64_t next = 0;
      for (size_t i = 1; i < split.size(); i += 2) {
        if (split[i].as_int() > next) {
          swapped.push_back(next);
          swapped.push_back(split[i].as_int() - 1);
        }
        next = split[i + 1].as_int() + 1;
      }
      if (next < count) {
        swapped.push_back(next);
        swapped.push_back(count - 1);
      }
      nodes[at] = std::move(swapped);
      return out;
    }
    default:
      break;
  }
  return std::nullopt;
}

bool may_be_right(Damage kind) { return kind >= Damage::claim; }

// A split that the damage left without sense can't be read by values.
bool is_tree(const Value& certificate) {
  for (const Value& decision : certificate.find("decisions")->elements()) {
    for (const Value& claim : decision.find("claims")->elements()) {
      for (const Value& node : claim.find("tree")->elements()) {
        if (node.is_array() && node.elements().size() < 3) return false;
      }
    }
  }
  return true;
}

TEST(Certificate, ClaimsAreTrueOfEveryInput) {
  size_t claims = 0, parts = 0, unchecked = 0;
  for (uint64_t seed = 1; seed <= 600; ++seed) {
    const auto subject = make_subject(seed);
    ASSERT_TRUE(subject.has_value()) << "seed " << seed;
    ASSERT_FALSE(is_refused(*subject, subject->certificate)) << "seed " << seed;
    ASSERT_FALSE(is_refuted(*subject, subject->certificate))
        << "seed " << seed << "\n"
        << to_policy(subject->table) << subject->certified.text;
    EXPECT_TRUE(subject->certified.left_out.empty()) << subject->certified.left_out[0];
    const Truth truth = try_all(subject->table);
    for (const auto& claim : subject->certified.claims) {
      ++claims;
      parts += claim.parts;
      unchecked += claim.unchecked;
      if (claim.claim == "no gap") {
        ASSERT_EQ(truth.gap_share, 0) << "seed " << seed;
      } else if (claim.claim == "no clash") {
        ASSERT_TRUE(truth.clashes.empty()) << "seed " << seed;
      } else {
        const auto rule = static_cast<uint32_t>(std::stoul(claim.rule.substr(1)));
        ASSERT_TRUE(truth.idle.contains(rule)) << "seed " << seed;
      }
    }
  }
  EXPECT_GT(claims, 300u);
  EXPECT_GT(parts, 800u);
  EXPECT_LT(unchecked * 20, parts) << unchecked << " of " << parts;
  RecordProperty("parts", static_cast<int>(parts));
  RecordProperty("unchecked", static_cast<int>(unchecked));
}

// A claim of so many nodes, each split within the branch that the one before leaves open.
Value staircase(const Subject& subject, size_t splits) {
  Value out = subject.certificate;
  auto& decision = member(out, "decisions").elements()[0];
  Value column = Value::object();
  column.set("count", splits + 1);
  Value nodes = Value::array();
  for (size_t i = 0; i < splits; ++i) {
    Value split = Value::array();
    split.push_back(0);
    split.push_back(i);
    split.push_back(i);
    nodes.push_back(std::move(split));
    Value leaf = Value::object();
    leaf.set("solver", "no input");
    nodes.push_back(leaf);
    if (i + 1 == splits) nodes.push_back(leaf);
  }
  member(decision, "columns").elements() = {column};
  auto& claims = member(decision, "claims").elements();
  claims.resize(1);
  member(claims[0], "tree") = std::move(nodes);
  return out;
}

TEST(Certificate, LimitsAreKept) {
  std::optional<Subject> subject;
  for (uint64_t seed = 1; !subject || subject->certified.claims.empty(); ++seed) {
    subject = make_subject(seed);
  }
  EXPECT_FALSE(is_refused(*subject, staircase(*subject, certificate::kMaxLevels)));
  EXPECT_TRUE(is_refused(*subject, staircase(*subject, certificate::kMaxLevels + 1)));
  EXPECT_TRUE(is_refused(*subject, staircase(*subject, certificate::kMaxParts)));
  const std::string large(certificate::kMaxBytes, ' ');
  EXPECT_FALSE(certificate::read(large + "{}").has_value());
  EXPECT_FALSE(certificate::read("{ }").has_value()) << "not canonical";
  EXPECT_TRUE(certificate::read("{}\n").has_value());
}

TEST(Certificate, DamagedOnesAreRefused) {
  std::map<Damage, size_t> refused, right;
  size_t count = 0;
  for (uint64_t seed = 1; count < 1'000 && seed < 4'000; ++seed) {
    const auto subject = make_subject(seed);
    ASSERT_TRUE(subject.has_value());
    Random random(seed);
    // Mostly such as leave a certificate that can be read and says something else.
    for (size_t n = 0; n < 40; ++n) {
      const auto kind = static_cast<Damage>(n % static_cast<size_t>(Damage::kCount));
      if (!may_be_right(kind) && (seed % 8 != 0 || n > 8)) continue;
      const auto damaged = damage(*subject, kind, random);
      if (!damaged) continue;
      if (may_be_right(kind) && is_tree(*damaged) && !is_refuted(*subject, *damaged)) {
        ++right[kind];  // every input still reaches a leaf that is right for it
        continue;
      }
      ASSERT_TRUE(is_refused(*subject, *damaged))
          << "seed " << seed << ", damage " << static_cast<int>(kind) << "\n"
          << to_policy(subject->table) << json::canonical(*damaged);
      ++refused[kind];
      ++count;
    }
  }
  EXPECT_GE(count, 1'000u);
  for (uint8_t i = 0; i < static_cast<uint8_t>(Damage::kCount); ++i) {
    EXPECT_GT(refused[static_cast<Damage>(i)], 10u) << "damage " << int{i};
  }
}

}  // namespace
}  // namespace pac::analyze_check
