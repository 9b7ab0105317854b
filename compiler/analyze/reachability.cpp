// Rules that never decide.
#include <algorithm>

#include "compiler/analyze/inquiry.h"
#include "compiler/analyze/questions.h"

namespace pac::analyze {

namespace {

constexpr size_t kMostBlockers = 12;  // that are reduced to those needed

class Reachability {
 public:
  explicit Reachability(Inquiry& inquiry) : in_(inquiry) {}

  void run() {
    const uint64_t steps_before = in_.steps();
    for (uint32_t rule = 0; rule < in_.flat().rules.size(); ++rule) {
      if (in_.steps() - steps_before > in_.options().steps_per_decision) {
        in_.unknown({}, "whether the rules from `" + in_.decision().rules[rule].name +
                            "` on are ever reached: the search for all rules before it took " +
                            std::to_string(in_.options().steps_per_decision) + " steps");
        break;
      }
      if (!in_.options().reached.contains({in_.flat().decision, rule})) reachability(rule);
    }
  }

 private:
  void reachability(uint32_t rule) {
    const auto& own = in_.boxes_of_rule()[rule];
    TheoryAnswer unsettled;
    bool is_reached = false;
    in_.cover().forget_used();
    for (const uint32_t number : own) {
      std::vector<uint32_t> active = in_.excluded();
      in_.add_before(number, rule, &active);
      const Region region = in_.space().region_of(*in_.boxes()[number]);
      const auto visit = [&](const Region& part) {
        const TheoryAnswer answer = in_.theory().solve(part);
        if (answer.possible == Possible::no) return true;
        if (answer.possible == Possible::unknown) {
          unsettled = answer;
          return true;
        }
        is_reached = true;
        if (!answer.is_sure || in_.options().show_reached) {
          Finding& finding = in_.add(FindingKind::reached, {rule});
          finding.is_asked_for = answer.is_sure;
          in_.blame(&finding, answer);
          finding.places.push_back(
              {words(in_.space(), in_.side(), part), complete(in_.space(), part, answer.model)});
        }
        return false;
      };
      if (in_.find(region, active, visit) == Coverage::out_of_budget) {
        unsettled = in_.out_of_steps("whether it is ever reached was given up");
      }
      if (is_reached) return;
    }
    if (!unsettled.reason.empty()) {
      in_.unknown({rule}, unsettled);
      return;
    }
    const std::vector<uint32_t> used = in_.cover().used();
    if (in_.is_covered(own, {})) {
      in_.add(FindingKind::impossible, {rule});
      return;
    }
    const std::vector<uint32_t> before = blockers(own, used);
    Finding& finding = in_.add(FindingKind::dead, {rule});
    finding.rules.insert(finding.rules.end(), before.begin(), before.end());
  }

  // Of the rules in whose boxes the proof found the parts of this one, as few as cover it.
  std::vector<uint32_t> blockers(const std::vector<uint32_t>& own,
                                 const std::vector<uint32_t>& used) {
    std::vector<uint32_t> rules;
    for (const uint32_t number : used) {
      if (number < in_.space().rule_boxes().size()) rules.push_back(in_.boxes()[number]->owner);
    }
    std::ranges::sort(rules);
    rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
    if (rules.size() > kMostBlockers) return rules;
    for (size_t i = rules.size(); i-- > 0;) {
      std::vector<uint32_t> without;
      for (size_t k = 0; k < rules.size(); ++k) {
        if (k != i) without.push_back(rules[k]);
      }
      if (in_.is_covered(own, without)) rules = std::move(without);
    }
    return rules;
  }

  Inquiry& in_;
};

}  // namespace

void find_unreached(Inquiry& inquiry) { Reachability(inquiry).run(); }

}  // namespace pac::analyze
