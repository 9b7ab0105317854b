#include "compiler/analyze/pairs.h"

#include <algorithm>

namespace pac::analyze {

bool meet(const Space& space, const Box& a, const Box& b) {
  size_t i = 0, j = 0;
  while (i < a.constraints.size() && j < b.constraints.size()) {
    const Constraint& x = a.constraints[i];
    const Constraint& y = b.constraints[j];
    if (x.column < y.column) {
      ++i;
    } else if (y.column < x.column) {
      ++j;
    } else {
      const auto& sets = space.columns()[x.column].sets;
      if (x.set != y.set && !sets[x.set].meets(sets[y.set])) return false;
      ++i, ++j;
    }
  }
  return true;
}

Pairs::Pairs(const Space& space, const std::vector<Box>& boxes)
    : space_(space), boxes_(boxes), meets_(boxes.size()) {
  const size_t columns = space.columns().size();
  first_.resize(columns);
  last_.resize(columns);
  for (size_t b = 0; b < boxes.size(); ++b) {
    for (const Constraint& c : boxes[b].constraints) {
      if (first_[c.column].empty()) {
        first_[c.column].assign(boxes.size(), 0);
        last_[c.column].assign(boxes.size(), 0xffffffff);
      }
      const CellSet& set = space.columns()[c.column].sets[c.set];
      first_[c.column][b] = set.first();
      last_[c.column][b] = set.last();
    }
  }
}

void Pairs::find(uint32_t i, uint32_t from, uint32_t to, std::vector<uint32_t>* out) {
  std::fill(meets_.begin() + from, meets_.begin() + to, uint8_t{1});
  for (const Constraint& c : boxes_[i].constraints) {
    const uint32_t low = first_[c.column][i], high = last_[c.column][i];
    const uint32_t* first = first_[c.column].data();
    const uint32_t* last = last_[c.column].data();
    uint8_t* meets = meets_.data();
    for (uint32_t j = from; j < to; ++j) {
      meets[j] &= static_cast<uint8_t>((first[j] <= high) & (last[j] >= low));
    }
  }
  out->clear();
  for (uint32_t j = from; j < to; ++j) {
    if (meets_[j] != 0 && meet(space_, boxes_[i], boxes_[j])) out->push_back(j);
  }
}

void Pairs::after(uint32_t i, std::vector<uint32_t>* out) {
  find(i, i + 1, static_cast<uint32_t>(boxes_.size()), out);
}

void Pairs::around(uint32_t i, std::vector<uint32_t>* out) {
  find(i, 0, static_cast<uint32_t>(boxes_.size()), out);
}

}  // namespace pac::analyze
