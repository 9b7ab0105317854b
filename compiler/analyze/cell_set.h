// CellSet: a set of cells of one column, as runs of their numbers. Small values; any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

namespace pac::analyze {

struct Run {
  uint32_t first = 0, last = 0;  // both in the run
  friend bool operator==(const Run&, const Run&) = default;
  friend auto operator<=>(const Run&, const Run&) = default;
};

class CellSet {
 public:
  CellSet() = default;
  static CellSet all(uint32_t count) { return of(0, count - 1); }
  static CellSet of(uint32_t first, uint32_t last) {
    CellSet out;
    out.runs_.push_back({first, last});
    return out;
  }
  // Of runs in any order, which may overlap.
  static CellSet of(std::vector<Run> runs);
  // Of marks by cell.
  static CellSet of(const std::vector<bool>& marks);

  bool is_empty() const { return runs_.empty(); }
  const std::vector<Run>& runs() const { return runs_; }
  uint32_t first() const { return runs_.front().first; }
  uint32_t last() const { return runs_.back().last; }
  uint64_t count() const;
  // Nearly all sets are one run, and these are asked all the time.
  bool contains(uint32_t cell) const {
    if (runs_.size() == 1) return runs_[0].first <= cell && cell <= runs_[0].last;
    return has_run_with(cell);
  }
  bool is_subset_of(const CellSet& other) const;
  bool meets(const CellSet& other) const {
    if (runs_.size() == 1 && other.runs_.size() == 1) {
      return runs_[0].first <= other.runs_[0].last && other.runs_[0].first <= runs_[0].last;
    }
    return has_meeting_runs(other);
  }
  CellSet intersect(const CellSet& other) const;
  CellSet subtract(const CellSet& other) const;
  CellSet unite(const CellSet& other) const;
  friend bool operator==(const CellSet&, const CellSet&) = default;

 private:
  bool has_run_with(uint32_t cell) const;
  bool has_meeting_runs(const CellSet& other) const;
  void append(Run run);
  std::vector<Run> runs_;  // ascending, with a gap between two
};

}  // namespace pac::analyze
