#include "compiler/analyze/theory.h"

#include <algorithm>

#include "compiler/analyze/smt.h"

namespace pac::analyze {

// Answers are kept by component and cells, since neighbouring regions differ in few columns.
class Theory::Solver {
 public:
  Solver(const Space& space, bool keeps_conflicts)
      : space_(space), smt_(space), keeps_conflicts_(keeps_conflicts) {
    for (uint32_t i = 0; i < space.columns().size(); ++i) {
      if (!space.is_free(i)) components_[space.columns()[i].component].push_back(i);
    }
  }

  // A condition may speak of any column.
  TheoryAnswer solve_all(const Region& region, ir::ExprId condition) {
    std::vector<uint32_t> columns;
    for (uint32_t i = 0; i < space_.columns().size(); ++i) columns.push_back(i);
    return solve(columns, region, condition);
  }

  TheoryAnswer solve(const Region& region) {
    TheoryAnswer out;
    out.possible = Possible::yes;
    for (const auto& [component, columns] : components_) {
      const auto is_whole = [&](uint32_t i) {
        return region.sets[i] == space_.columns()[i].sets[0];
      };
      if (std::ranges::all_of(columns, is_whole)) continue;
      const TheoryAnswer& part = ask(columns, region);
      if (part.possible == Possible::no) return part;
      if (part.possible == Possible::unknown) {
        out.possible = Possible::unknown;
        out.reason = part.reason;
        out.expression = part.expression;
        out.spent = part.spent;
      }
      if (part.possible == Possible::yes && !part.is_sure && out.is_sure &&
          out.possible == Possible::yes) {
        out.expression = part.expression;
        out.spent = part.spent;
      }
      out.is_sure = out.is_sure && part.is_sure;
      out.model.insert(part.model.begin(), part.model.end());
    }
    return out;
  }

 private:
  const TheoryAnswer& ask(const std::vector<uint32_t>& columns, const Region& region) {
    std::vector<std::vector<Run>> key;
    for (const uint32_t i : columns) key.push_back(region.sets[i].runs());
    auto& answers = answers_[space_.columns()[columns[0]].component];
    const auto found = answers.find(key);
    if (found != answers.end()) return found->second;
    return answers.emplace(std::move(key), solve(columns, region, ir::ExprId::none)).first->second;
  }

  TheoryAnswer solve(const std::vector<uint32_t>& columns, const Region& region,
                     ir::ExprId condition) {
    if (!keeps_conflicts_) return smt_.solve(columns, region, condition);
    const auto is_met = [&](const Kept& kept) {
      if (kept.condition != ir::ExprId::none && kept.condition != condition) return false;
      return std::ranges::all_of(kept.sets, [&](const auto& one) {
        return region.sets[one.first].is_subset_of(one.second);
      });
    };
    TheoryAnswer out;
    out.possible = Possible::no;
    if (std::ranges::any_of(kept_, is_met)) return out;
    Smt::Conflict why;
    out = smt_.solve(columns, region, condition, &why);
    if (out.possible != Possible::no || !why.is_known) return out;
    Kept kept{why.needs_condition ? condition : ir::ExprId::none, {}};
    for (const uint32_t i : why.columns) kept.sets.emplace_back(i, region.sets[i]);
    kept_.push_back(std::move(kept));
    return out;
  }

  // Sets of columns that have no input together, with a condition or without.
  struct Kept {
    ir::ExprId condition;
    std::vector<std::pair<uint32_t, CellSet>> sets;
  };

  const Space& space_;
  Smt smt_;
  const bool keeps_conflicts_;
  std::vector<Kept> kept_;
  std::map<uint32_t, std::vector<uint32_t>> components_;
  std::map<uint32_t, std::map<std::vector<std::vector<Run>>, TheoryAnswer>> answers_;
};

Theory::Theory(const Space& space, bool keeps_conflicts)
    : solver_(std::make_unique<Solver>(space, keeps_conflicts)) {}
Theory::~Theory() = default;

TheoryAnswer Theory::solve(const Region& region, ir::ExprId condition) {
  return condition == ir::ExprId::none ? solver_->solve(region)
                                       : solver_->solve_all(region, condition);
}

}  // namespace pac::analyze
