#include "tests/analyze/check_errors.h"

#include <array>
#include <optional>
#include <set>
#include <vector>

#include "compiler/driver/analyze.h"
#include "compiler/driver/compile.h"

namespace pac::analyze_check {

namespace {

constexpr size_t kFields = 3;
constexpr int kLowest = -2, kHighest = 4;  // of the output
using Input = std::array<int, kFields>;

struct Range {
  int low = 0, high = 0;
};

// `x < k`, `x != y`, `mod(x, y) <= k`, or the same of the let.
struct Atom {
  enum class Kind : uint8_t { below, unequal, rest, let };
  Kind kind = Kind::below;
  size_t x = 0, y = 0;
  int k = 0;
};

struct Outcome {
  enum class Kind : uint8_t { constant, sum, rest, let };
  Kind kind = Kind::constant;
  size_t x = 0, y = 0;
  int k = 0;
};

struct Rule {
  std::vector<Atom> when;
  Outcome then;
};

struct Policy {
  std::array<Range, kFields> fields;
  std::optional<Atom> assume;
  size_t let_x = 0, let_y = 1;
  bool by_priority = false;  // the last rule first
  std::vector<Rule> rules;
};

const char* const kNames[] = {"a", "b", "c"};

class Maker {
 public:
  explicit Maker(uint64_t seed) : state_(seed * 2654435761u + 88172645463325252u) {}

  Policy make() {
    Policy out;
    for (Range& range : out.fields) {
      range.low = static_cast<int>(below(4)) - 2;
      range.high = range.low + 1 + static_cast<int>(below(4));
    }
    if (below(3) == 0) {
      out.assume = atom(2);
    }
    out.let_x = below(kFields);
    out.let_y = below(kFields);
    out.by_priority = below(2) == 0;
    const size_t rules = 1 + below(3);
    for (size_t i = 0; i < rules; ++i) {
      Rule& rule = out.rules.emplace_back();
      const size_t atoms = 1 + below(3);
      for (size_t k = 0; k < atoms; ++k) rule.when.push_back(atom(4));
      rule.then.kind = static_cast<Outcome::Kind>(below(4));
      rule.then.x = below(kFields);
      rule.then.y = below(kFields);
      rule.then.k = static_cast<int>(below(3));
    }
    return out;
  }

 private:
  uint64_t below(uint64_t count) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return (state_ >> 11) % count;
  }
  Atom atom(uint64_t kinds) {
    Atom out;
    out.kind = static_cast<Atom::Kind>(below(kinds));
    out.x = below(kFields);
    out.y = below(kFields);
    out.k = static_cast<int>(below(4)) - 1;
    return out;
  }

  uint64_t state_;
};

std::string rest_text(size_t x, size_t y) {
  return std::string("mod(") + kNames[x] + ", " + kNames[y] + ")";
}

std::string to_text(const Atom& atom) {
  const std::string k = std::to_string(atom.k);
  switch (atom.kind) {
    case Atom::Kind::below:
      return std::string(kNames[atom.x]) + " < " + k;
    case Atom::Kind::unequal:
      return std::string(kNames[atom.x]) + " + " + kNames[atom.y] + " != " + k;
    case Atom::Kind::rest:
      return rest_text(atom.x, atom.y) + " <= " + k;
    default:
      return "rest <= " + k;
  }
}

std::string to_text(const Outcome& outcome) {
  switch (outcome.kind) {
    case Outcome::Kind::constant:
      return std::to_string(outcome.k);
    case Outcome::Kind::sum:
      return std::string(kNames[outcome.x]) + " + " + kNames[outcome.y];
    case Outcome::Kind::rest:
      return rest_text(outcome.x, outcome.y);
    default:
      return "rest";
  }
}

std::string to_text(const Policy& policy) {
  std::string out = "package check edition 1\n\ndecision d {\n  input {\n";
  for (size_t i = 0; i < kFields; ++i) {
    out += std::string("    ") + kNames[i] + ": int in " + std::to_string(policy.fields[i].low) +
           " .. " + std::to_string(policy.fields[i].high) + "\n";
  }
  out += "  }\n  output { r: int in " + std::to_string(kLowest) + " .. " +
         std::to_string(kHighest) + " }\n";
  if (policy.assume) out += "  assume " + to_text(*policy.assume) + "\n";
  out += "  let rest = " + rest_text(policy.let_x, policy.let_y) + "\n";
  out += std::string("  rules ") + (policy.by_priority ? "by priority" : "first") + " {\n";
  for (size_t i = 0; i < policy.rules.size(); ++i) {
    out += "    rule r" + std::to_string(i);
    if (policy.by_priority) out += " priority " + std::to_string(i);
    out += " { when ";
    for (size_t k = 0; k < policy.rules[i].when.size(); ++k) {
      out += (k == 0 ? "" : " and ") + to_text(policy.rules[i].when[k]);
    }
    out += " then { r: " + to_text(policy.rules[i].then) + " } }\n";
  }
  return out + "    otherwise { r: 0 }\n  }\n}\n";
}

// One evaluation: the expression that divides by zero, or the rule whose outcome lies outside.
class Evaluation {
 public:
  Evaluation(const Policy& policy, const Input& input) : policy_(policy), input_(input) {}

  void run(bool hides_one) {
    const size_t count = policy_.rules.size();
    for (size_t i = 0; i < count; ++i) {
      const Rule& rule = policy_.rules[policy_.by_priority ? count - 1 - i : i];
      bool fires = true;
      for (size_t k = hides_one && i == 0 ? 1 : 0; fires && k < rule.when.size(); ++k) {
        const auto held = holds(rule.when[k]);
        if (!held) return;
        fires = *held;
      }
      if (!fires) continue;
      const auto value = outcome(rule.then);
      leaves_domain = value && (*value < kLowest || *value > kHighest);
      return;
    }
  }

  std::optional<bool> holds(const Atom& atom) {
    if (atom.kind == Atom::Kind::below) return input_[atom.x] < atom.k;
    if (atom.kind == Atom::Kind::unequal) return input_[atom.x] + input_[atom.y] != atom.k;
    const bool is_let = atom.kind == Atom::Kind::let;
    const auto value = rest(is_let ? policy_.let_x : atom.x, is_let ? policy_.let_y : atom.y);
    return value ? std::optional(*value <= atom.k) : std::nullopt;
  }

  std::string divides_by_zero;
  bool leaves_domain = false;

 private:
  std::optional<int> outcome(const Outcome& outcome) {
    switch (outcome.kind) {
      case Outcome::Kind::constant:
        return outcome.k;
      case Outcome::Kind::sum:
        return input_[outcome.x] + input_[outcome.y];
      case Outcome::Kind::rest:
        return rest(outcome.x, outcome.y);
      default:
        return rest(policy_.let_x, policy_.let_y);
    }
  }

  // With the sign of the divisor.
  std::optional<int> rest(size_t x, size_t y) {
    const int a = input_[x], b = input_[y];
    if (b == 0) {
      divides_by_zero = rest_text(x, y);
      return std::nullopt;
    }
    const int out = a % b;
    return out != 0 && (out < 0) != (b < 0) ? out + b : out;
  }

  const Policy& policy_;
  const Input& input_;
};

struct Truth {
  std::set<std::string> divisions;
  bool leaves_domain = false;
};

Truth try_all(const Policy& policy, bool hides_one) {
  Truth out;
  Input input{};
  for (input[0] = policy.fields[0].low; input[0] <= policy.fields[0].high; ++input[0]) {
    for (input[1] = policy.fields[1].low; input[1] <= policy.fields[1].high; ++input[1]) {
      for (input[2] = policy.fields[2].low; input[2] <= policy.fields[2].high; ++input[2]) {
        Evaluation evaluation(policy, input);
        if (policy.assume && !*evaluation.holds(*policy.assume)) continue;
        evaluation.run(hides_one);
        if (!evaluation.divides_by_zero.empty()) out.divisions.insert(evaluation.divides_by_zero);
        out.leaves_domain = out.leaves_domain || evaluation.leaves_domain;
      }
    }
  }
  return out;
}

// What the analysis says.
struct Told {
  std::set<std::string> divisions;
  bool leaves_domain = false;
};

std::string difference(const Truth& truth, const Told& told) {
  std::string out;
  if (told.leaves_domain != truth.leaves_domain) {
    out += std::string("the output leaves its domain ") +
           (told.leaves_domain ? "only as the analysis says\n" : "in truth\n");
  }
  for (const std::string& one : truth.divisions) {
    if (!told.divisions.contains(one)) out += one + " divides by zero in truth\n";
  }
  for (const std::string& one : told.divisions) {
    if (!truth.divisions.contains(one)) out += one + " divides by zero only as the analysis says\n";
  }
  return out;
}

}  // namespace

ErrorsVerdict check_errors(uint64_t seed) {
  ErrorsVerdict out;
  const Policy policy = Maker(seed).make();
  const std::string text = to_text(policy);
  auto compiled = driver::compile_texts({{"check.pac", text}});
  if (!compiled || !(*compiled)->checked) {
    out.difference = text + "does not compile\n";
    return out;
  }
  if (const auto summary = driver::analyze(compiled->get()); !summary) {
    out.difference = text + summary.error().message;
    return out;
  }
  Told told;
  for (const auto& one : (*compiled)->emitter.all()) {
    if (one.kind == diag::Kind::not_settled) out.difference += one.message() + "\n";
    if (one.kind == diag::Kind::may_leave_domain) told.leaves_domain = true;
    if (one.kind == diag::Kind::may_error) {
      const std::string message = one.message();
      told.divisions.insert(message.substr(1, message.find('`', 1) - 1));
    }
    out.reported += one.kind == diag::Kind::may_error || one.kind == diag::Kind::may_leave_domain;
  }
  const Truth truth = try_all(policy, false);
  out.is_clean = truth.divisions.empty() && !truth.leaves_domain;
  out.difference += difference(truth, told);
  out.is_noticed = !difference(try_all(policy, true), told).empty();
  if (!out.difference.empty()) out.difference = text + out.difference;
  return out;
}

}  // namespace pac::analyze_check
