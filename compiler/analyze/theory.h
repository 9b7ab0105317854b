// Theory: whether a region holds an input at all, where its columns depend on each other: computed
// values, comparisons of fields, lists, optional records. It answers with such an input. The answer
// "yes" is a candidate (driver confirms it in the interpreter), "no" is a proof. One thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "compiler/analyze/space.h"
#include "runtime/base/json.h"

namespace pac::analyze {

// Values by path, as the input's JSON has them; null is missing.
using Model = std::map<Path, json::Value>;

enum class Possible : uint8_t { no, yes, unknown };

struct TheoryAnswer {
  Possible possible = Possible::unknown;
  bool is_sure = true;  // that the model is an input of the region; else it has to be tried
  Model model;          // of the paths that the region's columns read, where yes
  // Where unknown: why, at which expression, after how much; the latter two also where unsure.
  std::string reason;
  ir::ExprId expression = ir::ExprId::none;
  std::string spent;
};

class Theory {
 public:
  // `keeps_conflicts`: where a region has no input, what of it is to blame is kept, so that other
  // regions with that in them need not be asked about. For many regions of few, hard columns.
  explicit Theory(const Space& space, bool keeps_conflicts = false);
  ~Theory();
  Theory(const Theory&) = delete;
  Theory& operator=(const Theory&) = delete;

  // Where a condition is given, it has to hold too.
  TheoryAnswer solve(const Region& region, ir::ExprId condition = ir::ExprId::none);

 private:
  class Solver;
  std::unique_ptr<Solver> solver_;
};

}  // namespace pac::analyze
