#include "compiler/certificate/certificate.h"

#include <algorithm>
#include <optional>

#include "compiler/certificate/columns.h"

namespace pac::certificate {

namespace {

using Rules = std::vector<uint32_t>;

// One claim about one decision: walks its tree, with the region that each node stands for.
class Walk {
 public:
  Walk(const ir::RuleSet& rules, ir::DecisionId id, const std::vector<Column>& columns,
       const json::Elements& nodes, Claim* claim)
      : decision_(rules.decision(id)),
        columns_(columns),
        nodes_(nodes),
        claim_(*claim),
        region_(columns),
        values_(rules, id, region_),
        reach_(ir::override_reach(decision_)) {}

  std::vector<Fault> run() {
    Rules all(decision_.rules.size());
    for (uint32_t i = 0; i < all.size(); ++i) all[i] = i;
    const json::Value empty;
    if (claim_.claim == "never decides") subject_ = rule_named(claim_.rule);
    const bool is_one =
        claim_.claim == "never decides" || claim_.claim == "no gap" || claim_.claim == "no clash";
    if (!is_one || (claim_.claim == "never decides" && !subject_)) {
      fault("a claim that is none", false);
    } else if (nodes_.size() > kMaxParts) {
      fault("more parts than a claim may have", false);
    } else if (walk(all, 0) && next_ != nodes_.size()) {
      fault("nodes that belong to no branch", false);
    }
    if (values_.is_out_of_steps()) fault("it takes too long to check", false);
    return std::move(faults_);
  }

 private:
  // False where the tree itself is wrong; then nothing after it can be read.
  bool walk(const Rules& candidates, size_t level) {
    if (next_ >= nodes_.size()) return fault("a branch that is not there", false);
    if (level > kMaxLevels) return fault("more levels than a claim may have", false);
    const json::Value& node = nodes_[next_++];
    if (!node.is_array()) return leaf(node, candidates);
    std::vector<uint32_t> listed;
    size_t column = 0;
    if (!read_split(node.elements(), &column, &listed)) {
      return fault("a split that is none", false);
    }
    const std::vector<uint32_t> before = region_.cells(column);
    std::vector<uint32_t> inside, outside;
    std::ranges::set_intersection(before, listed, std::back_inserter(inside));
    std::ranges::set_difference(before, listed, std::back_inserter(outside));
    if (inside.empty() || outside.empty()) return fault("a split with an empty side", false);
    for (auto* part : {&inside, &outside}) {
      region_.set_cells(column, std::move(*part));
      if (!walk(still_possible(candidates), level + 1)) return false;
    }
    region_.set_cells(column, before);
    return true;
  }

  // [column, first, last, first, last, …]: the cells of the branch that comes first.
  bool read_split(const json::Elements& split, size_t* column, std::vector<uint32_t>* out) const {
    if (split.size() < 3 || split.size() % 2 == 0) return false;
    std::vector<uint32_t> numbers;
    for (const json::Value& one : split) {
      if (!one.is_int() || one.as_int() < 0 || one.as_int() > UINT32_MAX) return false;
      numbers.push_back(static_cast<uint32_t>(one.as_int()));
    }
    *column = numbers[0];
    if (*column >= columns_.size()) return false;
    for (size_t i = 1; i < numbers.size(); i += 2) {
      if (numbers[i] > numbers[i + 1] || numbers[i + 1] >= columns_[*column].cell_count)
        return false;
      for (uint32_t cell = numbers[i]; cell <= numbers[i + 1]; ++cell) {
        if (!out->empty() && cell <= out->back()) return false;
        out->push_back(cell);
      }
    }
    return true;
  }

  // Only a claim about clashes asks which rules can fire at all.
  Rules still_possible(const Rules& candidates) {
    if (claim_.claim != "no clash") return candidates;
    Rules out;
    for (const uint32_t rule : candidates) {
      if (values_.fires(decision_.rules[rule]).may_be(1)) out.push_back(rule);
    }
    return out;
  }

  bool leaf(const json::Value& node, const Rules& candidates) {
    ++claim_.parts;
    if (!node.is_object() || node.members().size() != 1) return fault("a leaf that is none", false);
    const auto& [kind, what] = node.members()[0];
    if (kind == "solver" || kind == "analysis") {
      ++claim_.unchecked;
    } else if (kind == "assume") {
      assume(what);
    } else if (kind == "rule" && claim_.claim == "no gap") {
      covered(what);
    } else if (kind == "rules" && claim_.claim == "no clash") {
      no_clash(what, candidates);
    } else if (kind == "before" && claim_.claim == "never decides") {
      decided_before(what);
    } else if (kind == "never" && claim_.claim == "never decides") {
      if (values_.fires(decision_.rules[*subject_]).may_be(1)) {
        fault("`" + claim_.rule + "` may fire in a part", true);
      }
    } else {
      return fault("a leaf that does not belong to the claim", false);
    }
    return true;
  }

  void assume(const json::Value& what) {
    const auto& all = decision_.assumes;
    const bool is_one =
        what.is_int() && what.as_int() >= 0 && static_cast<size_t>(what.as_int()) < all.size();
    if (!is_one || !values_.of(all[static_cast<size_t>(what.as_int())]).is_surely(false)) {
      fault("an `assume` may hold in a part that it is said to leave out", true);
    }
  }

  std::optional<uint32_t> fires_surely(const json::Value& what) {
    const auto rule = what.is_string() ? rule_named(what.as_string()) : std::nullopt;
    if (rule && values_.fires(decision_.rules[*rule]).is_surely(true)) return rule;
    fault("a rule is not seen to fire in all of a part that it is said to cover", true);
    return std::nullopt;
  }

  void covered(const json::Value& what) { (void)fires_surely(what); }

  void decided_before(const json::Value& what) {
    const auto rule = fires_surely(what);
    if (rule && !comes_before(*rule, *subject_)) fault("a rule that does not come before", true);
  }

  // All rules that may fire and that none which surely fires removes are named, and go together.
  void no_clash(const json::Value& what, const Rules& candidates) {
    Rules named;
    if (!what.is_array()) return (void)fault("rules that are none", true);
    for (const json::Value& one : what.elements()) {
      const auto rule = one.is_string() ? rule_named(one.as_string()) : std::nullopt;
      if (!rule) return (void)fault("a rule that the decision does not have", true);
      named.push_back(*rule);
    }
    Rules sure;
    for (const uint32_t rule : candidates) {
      if (values_.fires(decision_.rules[rule]).is_surely(true)) sure.push_back(rule);
    }
    const auto is_removed = [&](uint32_t rule) {
      return std::ranges::any_of(sure, [&](uint32_t other) { return comes_before(other, rule); });
    };
    for (const uint32_t rule : candidates) {
      if (std::ranges::find(named, rule) == named.end() && !is_removed(rule)) {
        return (void)fault("a rule may decide in a part where it is not named", true);
      }
    }
    for (size_t i = 0; i < named.size(); ++i) {
      for (size_t k = i + 1; k < named.size(); ++k) {
        if (named[i] == named[k] || !go_together(named[i], named[k])) {
          return (void)fault("rules that may clash in a part", true);
        }
      }
    }
  }

  bool comes_before(uint32_t other, uint32_t rule) const {
    switch (decision_.policy) {
      case ir::HitPolicy::first:
        return other < rule;
      case ir::HitPolicy::by_priority:
        return decision_.rules[other].priority > decision_.rules[rule].priority;
      case ir::HitPolicy::unique_with_exceptions:
        return std::ranges::binary_search(reach_[other], rule);
      default:
        return false;
    }
  }

  bool go_together(uint32_t a, uint32_t b) {
    if (decision_.policy == ir::HitPolicy::unique) return false;
    if (comes_before(a, b) || comes_before(b, a)) return true;
    const auto &x = decision_.rules[a].outcome, &y = decision_.rules[b].outcome;
    for (size_t i = 0; i < x.size(); ++i) {
      if (x[i] != y[i] && !are_one_value(values_.of(x[i]), values_.of(y[i]))) return false;
    }
    return true;
  }

  static bool are_one_value(const Value& a, const Value& b) {
    if (a.text != nullptr && b.text != nullptr) return *a.text == *b.text;
    return !a.may_miss && !b.may_miss && a.numbers.size() == 1 && a.numbers == b.numbers &&
           a.numbers[0].low == a.numbers[0].high;
  }

  std::optional<uint32_t> rule_named(const std::string& name) {
    if (by_name_.empty()) {
      for (uint32_t i = 0; i < decision_.rules.size(); ++i) by_name_[decision_.rules[i].name] = i;
    }
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return std::nullopt;
    return found->second;
  }

  bool fault(std::string text, bool is_leaf) {
    faults_.push_back({0, 0, next_ == 0 ? 0 : next_ - 1, is_leaf, std::move(text)});
    return false;
  }

  const ir::Decision& decision_;
  const std::vector<Column>& columns_;
  const json::Elements& nodes_;
  Claim& claim_;
  Region region_;
  Values values_;
  std::vector<std::vector<uint32_t>> reach_;
  std::optional<uint32_t> subject_;
  std::map<std::string, uint32_t> by_name_;
  std::vector<Fault> faults_;
  size_t next_ = 0;
};

std::string text_of(const json::Value& value, const char* name) {
  const json::Value* member = value.find(name);
  return member != nullptr && member->is_string() ? member->as_string() : std::string();
}

const json::Elements& list_of(const json::Value& value, const char* name) {
  static const json::Elements kNone;
  const json::Value* member = value.find(name);
  return member != nullptr && member->is_array() ? member->elements() : kNone;
}

void verify_decision(const json::Value& value, size_t number, const ir::RuleSet& rules,
                     Verdict* out) {
  const auto fault = [&](std::string text) {
    out->faults.push_back({number, Fault::kAll, 0, false, std::move(text)});
  };
  const std::string name = text_of(value, "decision");
  const ir::DecisionId id = rules.find_decision(name);
  if (id == ir::DecisionId::none) return fault("there is no decision `" + name + "`");
  const ir::Decision& decision = rules.decision(id);
  std::vector<Column> columns;
  for (const json::Value& one : list_of(value, "columns")) {
    std::string reason;
    if (!read_column(one, rules, decision, &columns.emplace_back(), &reason)) return fault(reason);
  }
  const json::Elements& claims = list_of(value, "claims");
  if (claims.empty()) return fault("a decision without claims");
  for (size_t i = 0; i < claims.size(); ++i) {
    Claim claim{name, text_of(claims[i], "claim"), text_of(claims[i], "rule"), 0, 0};
    for (Fault& one : Walk(rules, id, columns, list_of(claims[i], "tree"), &claim).run()) {
      one.decision = number;
      one.claim = i;
      out->faults.push_back(std::move(one));
    }
    out->claims.push_back(std::move(claim));
  }
}

}  // namespace

Verdict verify(const json::Value& certificate, const ir::RuleSet& rules,
               std::string_view ir_digest) {
  Verdict out;
  const json::Value* format = certificate.find("format");
  if (format == nullptr || !format->is_int() || format->as_int() != kFormat) {
    out.faults.push_back({Fault::kAll, Fault::kAll, 0, false, "a certificate of another form"});
  } else if (text_of(certificate, "ir") != ir_digest) {
    out.faults.push_back(
        {Fault::kAll, Fault::kAll, 0, false, "it speaks of other rules: the digests differ"});
  } else {
    const json::Elements& decisions = list_of(certificate, "decisions");
    for (size_t i = 0; i < decisions.size(); ++i) verify_decision(decisions[i], i, rules, &out);
  }
  return out;
}

Result<json::Value> read(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  if (text.size() > kMaxBytes) return fail("PAC4231", "a certificate has at most 64 MiB");
  auto value = json::parse(text);
  if (!value) return fail("PAC4231", "the certificate is no JSON: " + value.error().message);
  if (!value->is_object() || json::canonical(*value) != text) {
    return fail("PAC4231", "the certificate is not in canonical form");
  }
  return value;
}

}  // namespace pac::certificate
