#include "compiler/analyze/cell_set.h"

#include <algorithm>

namespace pac::analyze {

CellSet CellSet::of(const std::vector<bool>& marks) {
  CellSet out;
  for (uint32_t i = 0; i < marks.size(); ++i) {
    if (marks[i]) out.append({i, i});
  }
  return out;
}

CellSet CellSet::of(std::vector<Run> runs) {
  std::ranges::sort(runs);
  CellSet out;
  for (const Run& run : runs) out.append(run);
  return out;
}

void CellSet::append(Run run) {
  if (!runs_.empty() && runs_.back().last + 1 >= run.first) {
    runs_.back().last = std::max(runs_.back().last, run.last);
  } else {
    runs_.push_back(run);
  }
}

uint64_t CellSet::count() const {
  uint64_t out = 0;
  for (const Run& run : runs_) out += uint64_t{run.last} - run.first + 1;
  return out;
}

bool CellSet::has_run_with(uint32_t cell) const {
  const auto at = std::ranges::lower_bound(runs_, cell, {}, &Run::last);
  return at != runs_.end() && at->first <= cell;
}

bool CellSet::is_subset_of(const CellSet& other) const {
  size_t j = 0;
  for (const Run& run : runs_) {
    while (j < other.runs_.size() && other.runs_[j].last < run.first) ++j;
    if (j == other.runs_.size()) return false;
    if (other.runs_[j].first > run.first || other.runs_[j].last < run.last) return false;
  }
  return true;
}

bool CellSet::has_meeting_runs(const CellSet& other) const {
  size_t i = 0, j = 0;
  while (i < runs_.size() && j < other.runs_.size()) {
    if (runs_[i].last < other.runs_[j].first) {
      ++i;
    } else if (other.runs_[j].last < runs_[i].first) {
      ++j;
    } else {
      return true;
    }
  }
  return false;
}

CellSet CellSet::intersect(const CellSet& other) const {
  CellSet out;
  size_t i = 0, j = 0;
  while (i < runs_.size() && j < other.runs_.size()) {
    const uint32_t first = std::max(runs_[i].first, other.runs_[j].first);
    const uint32_t last = std::min(runs_[i].last, other.runs_[j].last);
    if (first <= last) out.append({first, last});
    if (runs_[i].last < other.runs_[j].last) {
      ++i;
    } else {
      ++j;
    }
  }
  return out;
}

CellSet CellSet::subtract(const CellSet& other) const {
  CellSet out;
  size_t j = 0;
  for (const Run& run : runs_) {
    uint32_t first = run.first;
    bool is_gone = false;
    while (j < other.runs_.size() && other.runs_[j].last < first) ++j;
    for (size_t k = j; k < other.runs_.size() && other.runs_[k].first <= run.last; ++k) {
      if (other.runs_[k].first > first) out.append({first, other.runs_[k].first - 1});
      if (other.runs_[k].last >= run.last) {
        is_gone = true;
        break;
      }
      first = other.runs_[k].last + 1;
    }
    if (!is_gone) out.append({first, run.last});
  }
  return out;
}

CellSet CellSet::unite(const CellSet& other) const {
  CellSet out;
  size_t i = 0, j = 0;
  while (i < runs_.size() || j < other.runs_.size()) {
    const bool mine =
        j == other.runs_.size() || (i < runs_.size() && runs_[i].first <= other.runs_[j].first);
    out.append(mine ? runs_[i++] : other.runs_[j++]);
  }
  return out;
}

}  // namespace pac::analyze
