// Rules that clash: both fire, neither comes before the other, and their outcomes differ.
#include <algorithm>
#include <map>

#include "compiler/analyze/inquiry.h"
#include "compiler/analyze/questions.h"

namespace pac::analyze {

using ir::HitPolicy;

namespace {

constexpr size_t kMaxPairs = 100'000;  // looked at one by one in a decision
constexpr size_t kManyCopies = 16;

class Clashes {
 public:
  explicit Clashes(Inquiry& inquiry) : in_(inquiry) {}

  void run() {
    if (may_clash()) clashes();
  }

 private:
  bool may_clash() const {
    switch (in_.decision().policy) {
      case HitPolicy::unique:
      case HitPolicy::any:
      case HitPolicy::by_priority:
      case HitPolicy::unique_with_exceptions:
        return true;
      default:
        return false;
    }
  }

  struct Clash {
    uint32_t a = 0, b = 0;  // rules
    Region region;
    Witness witness;
    TheoryAnswer answer;
  };

  void clashes() {
    std::vector<uint32_t> near;
    std::vector<Clash> found;
    std::map<std::pair<uint32_t, uint32_t>, bool> done;
    const std::vector<uint32_t> first = first_of_many();
    for (uint32_t i = 0; i < in_.space().rule_boxes().size() && found.size() < kMaxPairs; ++i) {
      if (first[i] != i) continue;
      in_.pairs().after(i, &near);
      for (const uint32_t j : near) {
        const uint32_t a = std::min(in_.boxes()[i]->owner, in_.boxes()[j]->owner);
        const uint32_t b = std::max(in_.boxes()[i]->owner, in_.boxes()[j]->owner);
        if (first[j] != j && first[j] != i) continue;
        if (!in_.is_clash(a, b) || done.contains({a, b})) continue;
        if (clash(i, j, a, b, &found)) done[{a, b}] = true;
      }
    }
    // One that is only guessed must not take those along that are sure.
    const auto unsure =
        std::ranges::stable_partition(found, [](const Clash& c) { return c.answer.is_sure; });
    std::vector<Clash> guessed(unsure.begin(), unsure.end());
    found.erase(unsure.begin(), unsure.end());
    group(std::move(found));
    group(std::move(guessed));
  }

  // For each box the first of those with the same cells, where these are many: the others clash as
  // the first of them does, and with that. Else the box itself.
  std::vector<uint32_t> first_of_many() const {
    std::map<std::vector<std::pair<uint32_t, uint32_t>>, std::vector<uint32_t>> seen;
    std::vector<uint32_t> out(in_.space().rule_boxes().size());
    for (uint32_t i = 0; i < out.size(); ++i) {
      out[i] = i;
      std::vector<std::pair<uint32_t, uint32_t>> key;
      for (const Constraint& c : in_.boxes()[i]->constraints) key.emplace_back(c.column, c.set);
      seen[std::move(key)].push_back(i);
    }
    for (const auto& [key, boxes] : seen) {
      if (boxes.size() < kManyCopies) continue;
      for (const uint32_t box : boxes) out[box] = boxes[0];
    }
    return out;
  }

  bool clash(uint32_t i, uint32_t j, uint32_t a, uint32_t b, std::vector<Clash>* found) {
    Region region = in_.space().region_of(*in_.boxes()[i]);
    if (!in_.space().narrow(&region, *in_.boxes()[j])) return false;
    std::vector<uint32_t> active = in_.excluded();
    in_.add_before(i, a, &active);
    in_.add_before(i, b, &active);
    ir::ExprId condition = ir::ExprId::none;
    if (in_.decision().policy != HitPolicy::unique) {
      const ir::ExprId differs = in_.differing(a, b);
      if (differs != in_.terms().truth(true)) condition = differs;
    }
    bool is_found = false;
    TheoryAnswer unsettled;
    const auto visit = [&](const Region& part) {
      const TheoryAnswer answer = in_.theory().solve(part, condition);
      if (answer.possible == Possible::no) return true;
      if (answer.possible == Possible::unknown) {
        unsettled = answer;
        return true;
      }
      found->push_back({a, b, region, complete(in_.space(), part, answer.model), answer});
      is_found = true;
      return false;
    };
    if (in_.find(region, active, visit) == Coverage::out_of_budget) {
      unsettled = in_.out_of_steps("whether both fire was given up");
    }
    if (!is_found && !unsettled.reason.empty()) in_.unknown({a, b}, unsettled);
    return is_found;
  }

  // One cause, one finding: the rule with the most clashes takes its partners along.
  void group(std::vector<Clash> found) {
    std::vector<bool> is_taken(found.size());
    for (size_t rest = found.size(); rest > 0;) {
      std::map<uint32_t, size_t> degree;
      for (size_t i = 0; i < found.size(); ++i) {
        if (is_taken[i]) continue;
        ++degree[found[i].a];
        ++degree[found[i].b];
      }
      const uint32_t centre =
          std::ranges::max_element(degree, {}, [](const auto& one) { return one.second; })->first;
      Finding* finding = nullptr;
      for (size_t i = 0; i < found.size(); ++i) {
        if (is_taken[i] || (found[i].a != centre && found[i].b != centre)) continue;
        is_taken[i] = true;
        --rest;
        const uint32_t other = found[i].a == centre ? found[i].b : found[i].a;
        if (finding != nullptr) {
          finding->rules.push_back(other);
        } else {
          finding = &in_.add(in_.decision().policy == HitPolicy::unique ? FindingKind::overlap
                                                                        : FindingKind::conflict,
                             {std::min(centre, other), std::max(centre, other)});
          finding->places.push_back(
              {words(in_.space(), in_.side(), found[i].region), found[i].witness});
          in_.blame(finding, found[i].answer);
        }
        finding->pairs.emplace_back(found[i].a, found[i].b);
      }
    }
  }

  Inquiry& in_;
};

}  // namespace

void find_clashes(Inquiry& inquiry) { Clashes(inquiry).run(); }

}  // namespace pac::analyze
