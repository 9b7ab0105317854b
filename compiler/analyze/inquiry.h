// Inquiry: what the questions about one decision share: its inputs as a space, the boxes of its
// rules, the searches with their budget, and the report. One decision, one Inquiry, one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "compiler/analyze/analysis.h"
#include "compiler/analyze/cover.h"
#include "compiler/analyze/flat.h"
#include "compiler/analyze/pairs.h"
#include "compiler/analyze/smt_cover.h"
#include "compiler/analyze/space.h"
#include "compiler/analyze/terms.h"
#include "compiler/analyze/theory.h"
#include "compiler/analyze/witness.h"

namespace pac::analyze {

class Inquiry {
 public:
  Inquiry(ir::RuleSet& working, const Flat& flat, const ir::DecisionSide& side,
          const Options& options, Report* report);
  Inquiry(const Inquiry&) = delete;
  Inquiry& operator=(const Inquiry&) = delete;

  ir::RuleSet& working() { return working_; }
  const Flat& flat() const { return flat_; }
  const ir::DecisionSide& side() const { return side_; }
  const Options& options() const { return options_; }
  const ir::Decision& decision() const { return space_.decision(); }
  Terms& terms() { return terms_; }
  const Space& space() const { return space_; }
  Theory& theory() { return theory_; }
  Pairs& pairs() { return pairs_; }
  Cover& cover() { return cover_; }
  Report& report() { return *report_; }
  uint64_t steps() const { return report_->steps; }

  // Of rules, then what assumes leave out; their numbers are those of Cover.
  const std::vector<const Box*>& boxes() const { return boxes_; }
  const std::vector<uint32_t>& excluded() const { return excluded_; }
  const std::vector<std::vector<uint32_t>>& boxes_of_rule() const { return boxes_of_rule_; }

  // Whether `other` decides wherever it fires together with `rule`.
  bool comes_before(uint32_t other, uint32_t rule) const;
  // Whether two rules that fire together and both decide are a mistake; under some policies only
  // where their outcomes differ, which is a condition. True of it: always.
  bool is_clash(uint32_t a, uint32_t b);
  ir::ExprId differing(uint32_t a, uint32_t b);
  // Adds the boxes that meet box `number` and whose rules come before `rule`.
  void add_before(uint32_t number, uint32_t rule, std::vector<uint32_t>* active);

  Coverage search(const Region& region, const std::vector<uint32_t>& active,
                  const Cover::Visit& visit);
  // For a visit that stops at the first part that will do.
  Coverage find(const Region& region, const std::vector<uint32_t>& active,
                const Cover::Visit& visit);

  // Proved: all inputs of these boxes lie in those of the rules, or are left out by an assume.
  bool is_covered(const std::vector<uint32_t>& boxes, const std::vector<uint32_t>& rules);

  Finding& add(FindingKind kind, std::vector<uint32_t> rules);
  void unknown(std::vector<uint32_t> rules, std::string reason);
  void unknown(std::vector<uint32_t> rules, const TheoryAnswer& answer);
  // At which expression, after how much: for a finding that may not be confirmed.
  void blame(Finding* finding, const TheoryAnswer& answer) const;
  // Of a search that was given up.
  TheoryAnswer out_of_steps(std::string what) const;
  // What was found since this inquiry began.
  std::span<const Finding> found() const {
    return std::span(report_->findings).subspan(first_finding_);
  }

 private:
  void count_steps(int64_t left);
  Coverage find_by_clauses(const Region& region, const std::vector<uint32_t>& active,
                           int64_t* steps, const Cover::Visit& visit);

  ir::RuleSet& working_;
  const Flat& flat_;
  const ir::DecisionSide& side_;
  const Options& options_;
  Report* report_;
  Terms terms_;
  Space space_;
  std::vector<const Box*> boxes_;
  Theory theory_;
  Pairs pairs_;
  Cover cover_;
  std::unique_ptr<SmtCover> clauses_;  // from the first question on that splitting did not settle
  std::vector<uint32_t> excluded_;
  std::vector<uint32_t> near_;  // scratch of add_before()
  std::vector<std::vector<uint32_t>> boxes_of_rule_;
  std::vector<std::vector<uint32_t>> reach_;
  size_t first_finding_;
};

}  // namespace pac::analyze
