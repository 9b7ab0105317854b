#include "compiler/analyze/pairs.h"

#include <algorithm>

namespace pac::analyze {

namespace {

constexpr uint32_t kFewCells = 64;  // bits of a word

}  // namespace

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
    : space_(space), boxes_(boxes), columns_(space.columns().size()), meets_(boxes.size()) {
  for (size_t b = 0; b < boxes.size(); ++b) {
    for (const Constraint& c : boxes[b].constraints) {
      const Column& column = space.columns()[c.column];
      const CellSet& set = column.sets[c.set];
      ByColumn& own = columns_[c.column];
      if (column.cells.size() <= kFewCells) {
        if (own.cells.empty()) own.cells.assign(boxes.size(), ~uint64_t{0});
        own.cells[b] = 0;
        for (const Run& run : set.runs()) {
          for (uint32_t cell = run.first; cell <= run.last; ++cell)
            own.cells[b] |= uint64_t{1} << cell;
        }
        continue;
      }
      if (own.first.empty()) {
        own.first.assign(boxes.size(), 0);
        own.last.assign(boxes.size(), 0xffffffff);
      }
      own.first[b] = set.first();
      own.last[b] = set.last();
      own.is_exact = own.is_exact && set.runs().size() == 1;
    }
  }
}

void Pairs::mark(const Constraint& c, uint32_t i, uint32_t from, uint32_t to) {
  const ByColumn& own = columns_[c.column];
  uint8_t* const meets = meets_.data();
  if (!own.cells.empty()) {
    const uint64_t* const cells = own.cells.data();
    const uint64_t mine = cells[i];
    for (uint32_t j = from; j < to; ++j) meets[j] &= static_cast<uint8_t>((cells[j] & mine) != 0);
    return;
  }
  const uint32_t low = own.first[i], high = own.last[i];
  const uint32_t* const first = own.first.data();
  const uint32_t* const last = own.last.data();
  for (uint32_t j = from; j < to; ++j) {
    meets[j] &= static_cast<uint8_t>((first[j] <= high) & (last[j] >= low));
  }
}

void Pairs::find(uint32_t i, uint32_t from, uint32_t to, std::vector<uint32_t>* out) {
  std::fill(meets_.begin() + from, meets_.begin() + to, uint8_t{1});
  bool is_exact = true;
  for (const Constraint& c : boxes_[i].constraints) {
    mark(c, i, from, to);
    is_exact = is_exact && columns_[c.column].is_exact;
  }
  out->clear();
  for (uint32_t j = from; j < to; ++j) {
    if (meets_[j] != 0 && (is_exact || meet(space_, boxes_[i], boxes_[j]))) out->push_back(j);
  }
}

void Pairs::after(uint32_t i, std::vector<uint32_t>* out) {
  find(i, i + 1, static_cast<uint32_t>(boxes_.size()), out);
}

void Pairs::up_to(uint32_t i, std::vector<uint32_t>* out) { find(i, 0, i + 1, out); }

void Pairs::around(uint32_t i, std::vector<uint32_t>* out) {
  find(i, 0, static_cast<uint32_t>(boxes_.size()), out);
}

}  // namespace pac::analyze
