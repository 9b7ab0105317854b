// Gaps, and an `otherwise` that nothing is left for.
#include <algorithm>

#include "compiler/analyze/inquiry.h"
#include "compiler/analyze/questions.h"

namespace pac::analyze {

using ir::HitPolicy;

namespace {

constexpr size_t kMostCompared = 64;  // regions of one gap

class Gaps {
 public:
  explicit Gaps(Inquiry& inquiry) : in_(inquiry) {}

  void run() {
    const bool is_folding = in_.decision().policy == HitPolicy::collect_list ||
                            in_.decision().policy == HitPolicy::collect_folds;
    if (!in_.decision().has_otherwise && (in_.decision().partial || is_folding)) return;
    std::vector<uint32_t> active;
    for (uint32_t i = 0; i < in_.boxes().size(); ++i) active.push_back(i);
    std::vector<Region> found;
    Finding finding;
    std::optional<double> share = 0;
    TheoryAnswer unsettled;
    const auto visit = [&](const Region& region) {
      const auto is_part = [&](const Region& gap) { return is_within(region, gap); };
      const TheoryAnswer answer = in_.theory().solve(region);
      if (answer.possible == Possible::no) return true;
      if (answer.possible == Possible::unknown) {
        if (unsettled.reason.empty()) unsettled = answer;
        return true;
      }
      const auto part = in_.space().share_of(region);
      if (share && part)
        *share += *part;
      else
        share.reset();
      if (in_.decision().has_otherwise) {  // it has something to do
        show_otherwise(region, answer);
        return false;
      }
      if (std::ranges::any_of(found, is_part)) return true;
      found.push_back(widen(region));
      if (!answer.is_sure) in_.blame(&finding, answer);
      finding.places.push_back({words(in_.space(), in_.side(), found.back()),
                                complete(in_.space(), region, answer.model)});
      return true;
    };
    const Coverage result = in_.search(in_.space().everything(), active, visit);
    if (in_.decision().has_otherwise) {
      if (result == Coverage::covered && unsettled.reason.empty()) {
        in_.add(FindingKind::always, {static_cast<uint32_t>(in_.flat().rules.size())});
      }
      return;
    }
    if (!finding.places.empty()) {
      keep_needed(found, &finding);
      Finding& gap = in_.add(FindingKind::gap, {});
      gap.share = share;
      gap.expression = finding.expression;
      gap.spent = finding.spent;
      gap.places = std::move(finding.places);
      gap.more_places = finding.more_places;
    }
    if (result == Coverage::out_of_budget) {
      unsettled = in_.out_of_steps("the search for gaps was given up");
    }
    if (!unsettled.reason.empty()) in_.unknown({}, unsettled);
  }

 private:
  void show_otherwise(const Region& region, const TheoryAnswer& answer) {
    const auto number = static_cast<uint32_t>(in_.flat().rules.size());
    const Options& options = in_.options();
    if (!options.show_reached || options.reached.contains({in_.flat().decision, number})) return;
    Finding& finding = in_.add(FindingKind::reached, {number});
    finding.is_asked_for = true;
    finding.places.push_back({"", complete(in_.space(), region, answer.model)});
  }

  // Drops regions that others cover together, then those that are too many to show.
  void keep_needed(std::vector<Region>& regions, Finding* finding) {
    if (regions.size() > kMostCompared) regions.resize(kMostCompared);
    finding->more_places = finding->places.size() - regions.size();
    finding->places.resize(regions.size());
    if (finding->places.size() > in_.options().max_places) {
      finding->more_places += finding->places.size() - in_.options().max_places;
      finding->places.resize(in_.options().max_places);
    }
  }

  static bool is_within(const Region& inner, const Region& outer) {
    for (size_t i = 0; i < inner.sets.size(); ++i) {
      if (!inner.sets[i].is_subset_of(outer.sets[i])) return false;
    }
    return true;
  }

  // The largest region around an uncovered one that no box meets, column by column.
  Region widen(Region region) const {
    for (uint32_t c = 0; c < region.sets.size(); ++c) {
      CellSet allowed = in_.space().columns()[c].sets[0];
      for (const Box* box : in_.boxes()) {
        const CellSet* own = nullptr;
        bool meets = true;
        for (const Constraint& k : box->constraints) {
          const CellSet& set = in_.space().columns()[k.column].sets[k.set];
          if (k.column == c) {
            own = &set;
          } else if (!region.sets[k.column].meets(set)) {
            meets = false;
            break;
          }
        }
        if (meets && own != nullptr) allowed = allowed.subtract(*own);
      }
      region.sets[c] = allowed;
    }
    return region;
  }

  Inquiry& in_;
};

}  // namespace

void find_gaps(Inquiry& inquiry) { Gaps(inquiry).run(); }

}  // namespace pac::analyze
