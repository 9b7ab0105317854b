#include "compiler/analyze/diff_match.h"

#include <algorithm>
#include <map>
#include <string>

namespace pac::analyze {

using ir::HitPolicy;

namespace {

class Matcher {
 public:
  explicit Matcher(const Joined& joined) : joined_(joined) {}

  Matched run() {
    for (const int of : {kOld, kNew}) {
      out_.is_changed[of].assign(joined_.versions[of].rules.size(), true);
    }
    const ir::Decision& before = joined_.versions[kOld].ir();
    const ir::Decision& after = joined_.versions[kNew].ir();
    out_.is_all_changed = before.policy != after.policy || !has_same_folds() ||
                          joined_.versions[kOld].ranking != joined_.versions[kNew].ranking ||
                          !has_same_ranking();
    out_.is_otherwise_changed =
        before.has_otherwise != after.has_otherwise || before.partial != after.partial ||
        (before.has_otherwise && key(kOld, joined_.versions[kOld].otherwise, 0) !=
                                     key(kNew, joined_.versions[kNew].otherwise, 0));
    if (out_.is_all_changed) {
      out_.is_otherwise_changed = true;
      return out_;
    }
    pair_up();
    if (!is_free_of_order()) keep_ordered();
    if (before.policy == HitPolicy::unique_with_exceptions) compare_reach();
    for (const auto& [a, b] : pairs_) out_.is_changed[kOld][a] = out_.is_changed[kNew][b] = false;
    return out_;
  }

 private:
  using Key = std::vector<uint32_t>;

  Key key(int of, const JoinedRule& rule, int64_t priority) {
    Key out{rule.number, rule.is_each ? 1u : 0u, static_cast<uint32_t>(priority),
            static_cast<uint32_t>(priority >> 32)};
    for (const auto& [a, b] : joined_.outputs) {
      const uint32_t field = of == kOld ? a : b;
      out.push_back(field < rule.outcome.size() ? ir::index(rule.outcome[field]) : ir::kNone);
    }
    for (const JoinedDuty& duty : rule.duties) {
      const auto next = static_cast<uint32_t>(names_.size());
      out.push_back(names_.emplace(duty.name, next).first->second);
      out.push_back(duty.is_advice ? 1 : 0);
      out.push_back(static_cast<uint32_t>(duty.arguments.size()));
      for (const ir::ExprId id : duty.arguments) out.push_back(ir::index(id));
    }
    return out;
  }

  // Equal rules of both, in source order.
  void pair_up() {
    std::map<Key, std::vector<uint32_t>> waiting;
    for (const int of : {kOld, kNew}) {
      const JoinedVersion& version = joined_.versions[of];
      const bool by_priority = version.ir().policy == HitPolicy::by_priority;
      for (uint32_t i = 0; i < version.rules.size(); ++i) {
        const int64_t priority = by_priority ? version.ir().rules[i].priority : 0;
        Key one = key(of, version.rules[i], priority);
        if (names_matter() && i < version.ir().rules.size()) {
          const auto next = static_cast<uint32_t>(names_.size());
          one.push_back(names_.emplace("rule " + version.ir().rules[i].name, next).first->second);
        }
        auto& others = waiting[std::move(one)];
        if (of == kOld) {
          others.insert(others.begin(), i);
        } else if (!others.empty()) {
          pairs_.emplace_back(others.back(), i);
          others.pop_back();
        }
      }
    }
    std::ranges::sort(pairs_);
  }

  // `list(rule)` puts the names of rules into the answer.
  bool names_matter() const {
    return std::ranges::any_of(joined_.versions[kOld].ir().folds, [](const ir::Fold& fold) {
      return fold.kind == ir::FoldKind::rule_list;
    });
  }

  bool is_free_of_order() const {
    const HitPolicy policy = joined_.versions[kOld].ir().policy;
    if (policy == HitPolicy::unique || policy == HitPolicy::result) return true;
    if (policy != HitPolicy::any && policy != HitPolicy::by_priority &&
        policy != HitPolicy::unique_with_exceptions) {
      return false;
    }
    return std::ranges::all_of(joined_.versions, [](const JoinedVersion& version) {
      return std::ranges::all_of(version.rules,
                                 [](const JoinedRule& rule) { return rule.duties.empty(); });
    });
  }

  // The longest run of pairs that stand in the same order in both.
  void keep_ordered() {
    std::vector<size_t> ends;  // by length: the pair that ends a run with the least new number
    std::vector<size_t> before(pairs_.size());
    for (size_t i = 0; i < pairs_.size(); ++i) {
      const auto at = std::ranges::lower_bound(ends, pairs_[i].second, {},
                                               [&](size_t pair) { return pairs_[pair].second; });
      before[i] = at == ends.begin() ? pairs_.size() : *(at - 1);
      if (at == ends.end()) {
        ends.push_back(i);
      } else {
        *at = i;
      }
    }
    std::vector<std::pair<uint32_t, uint32_t>> kept;
    for (size_t i = ends.empty() ? pairs_.size() : ends.back(); i != pairs_.size(); i = before[i]) {
      kept.push_back(pairs_[i]);
    }
    std::ranges::reverse(kept);
    pairs_ = std::move(kept);
  }

  // Exceptions count as the same where they remove the same of the other rules.
  void compare_reach() {
    const auto before = ir::override_reach(joined_.versions[kOld].ir());
    const auto after = ir::override_reach(joined_.versions[kNew].ir());
    std::map<uint32_t, uint32_t> new_of, is_matched;
    for (const auto& [a, b] : pairs_) new_of[a] = b, is_matched[b] = 1;
    std::erase_if(pairs_, [&](const auto& pair) {
      std::vector<uint32_t> x, y;
      for (const uint32_t target : before[pair.first]) {
        if (new_of.contains(target)) x.push_back(new_of[target]);
      }
      for (const uint32_t target : after[pair.second]) {
        if (is_matched.contains(target)) y.push_back(target);
      }
      std::ranges::sort(x);
      std::ranges::sort(y);
      return x != y;
    });
  }

  static std::vector<std::string> folds_of(const JoinedVersion& version) {
    std::vector<std::string> out;
    const ir::Decision& decision = version.ir();
    if (decision.folds.empty()) return out;
    const auto& results =
        version.rule_set->records[version.rule_set->type(decision.result_type).ref].fields;
    const auto& columns = version.rule_set->record(decision.output).fields;
    for (size_t i = 0; i < decision.folds.size(); ++i) {
      const ir::Fold& fold = decision.folds[i];
      out.push_back(results[i].name + " " + ir::name(fold.kind) + " " +
                    (fold.column == ir::kNone ? "" : columns[fold.column].name));
    }
    return out;
  }

  bool has_same_folds() const {
    return folds_of(joined_.versions[kOld]) == folds_of(joined_.versions[kNew]);
  }

  bool has_same_ranking() const {
    const auto columns = [](const JoinedVersion& version) {
      std::vector<std::pair<std::string, bool>> out;
      for (const ir::RankedColumn& column : version.ir().ranking) {
        out.emplace_back(version.rule_set->record(version.ir().output).fields[column.column].name,
                         column.highest);
      }
      return out;
    };
    return columns(joined_.versions[kOld]) == columns(joined_.versions[kNew]);
  }

  const Joined& joined_;
  Matched out_;
  std::map<std::string, uint32_t> names_;
  std::vector<std::pair<uint32_t, uint32_t>> pairs_;
};

}  // namespace

Matched match(const Joined& joined) { return Matcher(joined).run(); }

}  // namespace pac::analyze
