// SmtCover: whether boxes cover a region, by clause learning, for what Cover can't settle by
// splitting: many wide boxes over many columns, where it comes back to the same overlaps again and
// again. Each column is written in the order encoding (a truth for "at most this cell"; Crawford
// and Baker, Experimental results on the application of satisfiability algorithms to scheduling
// problems, AAAI 1994), each box is a clause that a point lies outside of it. What the prover
// learns from one question helps with the next. One decision, one SmtCover, one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "compiler/analyze/cover.h"
#include "compiler/analyze/space.h"

namespace pac::analyze {

class SmtCover {
 public:
  // `boxes` are all that may be named by number; they and the space outlive this.
  SmtCover(const Space& space, const std::vector<const Box*>& boxes);
  ~SmtCover();
  SmtCover(const SmtCover&) = delete;
  SmtCover& operator=(const SmtCover&) = delete;

  // As Cover::find(): calls visit() for points of the region that none of the boxes holds, until it
  // says false. Where visit() refuses one point after the other the answer is out_of_budget. The
  // steps are those that the prover counts, the same on every machine.
  Coverage find(const Region& region, const std::vector<uint32_t>& active, int64_t* steps,
                const Cover::Visit& visit);
  // The boxes that sufficed where the last answer was "covered", ascending.
  const std::vector<uint32_t>& used() const { return used_; }

 private:
  class Encoding;
  std::unique_ptr<Encoding> encoding_;
  std::vector<uint32_t> used_;
};

}  // namespace pac::analyze
