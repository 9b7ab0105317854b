// Pairs of boxes that share cells, found column by column over all boxes at once: by the ends of
// their runs or, where a column has few cells, by a bit for each. One thread at a time.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "compiler/analyze/space.h"

namespace pac::analyze {

// Numbers of boxes that meet box `i`, ascending.
class Pairs {
 public:
  Pairs(const Space& space, const std::vector<Box>& boxes);
  // Those that come after it.
  void after(uint32_t i, std::vector<uint32_t>* out);
  // Those that come before it, and itself.
  void up_to(uint32_t i, std::vector<uint32_t>* out);
  // All, and itself.
  void around(uint32_t i, std::vector<uint32_t>* out);

 private:
  // By box; for a box that leaves the column open, what meets everything.
  struct ByColumn {
    std::vector<uint64_t> cells;        // a bit for each cell; empty where there are too many
    std::vector<uint32_t> first, last;  // ends of all runs, else
    bool is_exact = true;               // no box has two runs: the ends say all
  };
  void find(uint32_t i, uint32_t from, uint32_t to, std::vector<uint32_t>* out);
  void mark(const Constraint& c, uint32_t i, uint32_t from, uint32_t to);

  const Space& space_;
  const std::vector<Box>& boxes_;
  std::vector<ByColumn> columns_;
  std::vector<uint8_t> meets_;
};

bool meet(const Space& space, const Box& a, const Box& b);

}  // namespace pac::analyze
