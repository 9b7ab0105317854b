// Pairs of boxes that share cells, found by comparing the ends of their runs column by column over
// all boxes at once. Pure function.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "compiler/analyze/space.h"

namespace pac::analyze {

// Numbers of boxes that meet box `i` and come after it, ascending.
class Pairs {
 public:
  Pairs(const Space& space, const std::vector<Box>& boxes);
  void after(uint32_t i, std::vector<uint32_t>* out);
  // All that meet it, and itself.
  void around(uint32_t i, std::vector<uint32_t>* out);

 private:
  void find(uint32_t i, uint32_t from, uint32_t to, std::vector<uint32_t>* out);

  const Space& space_;
  const std::vector<Box>& boxes_;
  std::vector<std::vector<uint32_t>> first_, last_;  // by column and box
  std::vector<uint8_t> meets_;
};

bool meet(const Space& space, const Box& a, const Box& b);

}  // namespace pac::analyze
