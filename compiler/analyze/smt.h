// Smt: the question whether some input gives certain columns certain cells, put to Z3. Numbers are
// integers on their type's grid, texts the numbers of their cells, lists are unrolled to a bound.
// What has no such form (most standard functions, texts that are computed) is a value of which
// nothing but the type is known; it is then computed for the model that Z3 found, and where it
// differs that is added and Z3 asked again. So "no" is a proof and "yes" is to be confirmed. The
// only files that see Z3's headers are smt*.cpp. One question, one Smt, one thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/analyze/space.h"
#include "compiler/analyze/theory.h"
#include "runtime/base/tz.h"

namespace pac::analyze {

class Smt {
 public:
  // Why a region has no input: what it says of these columns, with the condition or without,
  // suffices for that.
  struct Conflict {
    bool is_known = false;
    std::vector<uint32_t> columns;
    bool needs_condition = false;
  };

  explicit Smt(const Space& space);
  Smt(const Smt&) = delete;
  Smt& operator=(const Smt&) = delete;

  // Of the given columns only; the others are as they like. The condition, where there is one, has
  // to hold too.
  // Where `why` is given, "no" comes with its conflict.
  TheoryAnswer solve(const std::vector<uint32_t>& columns, const Region& region,
                     ir::ExprId condition = ir::ExprId::none, Conflict* why = nullptr);

 private:
  class Encoder;
  // Time zones, each read once; none where it can't be.
  class Zones {
   public:
    const TimeZone* find(const std::string& name);

   private:
    std::map<std::string, std::optional<TimeZone>> loaded_;
  };
  ir::ExprId fault_of(const std::vector<uint32_t>& columns, const Region& region,
                      ir::ExprId condition) const;

  const Space& space_;
  Zones zones_;
};

}  // namespace pac::analyze
