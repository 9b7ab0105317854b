// DiffSearch: which rules answer in each part of a region, in two versions at once. A region is
// split until in each part every rule that matters covers it or does not meet it; parts where no
// rule that changed is left are the same in both and are not split further. Steps are counted. One
// search, one thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "compiler/analyze/cover.h"
#include "compiler/analyze/join.h"
#include "compiler/analyze/space.h"

namespace pac::analyze {

class DiffSearch {
 public:
  // A box of a rule of one version, or (version kStop) of inputs that don't count.
  static constexpr uint8_t kStop = 2;
  struct Entry {
    uint32_t box = 0;
    uint8_t version = 0;
    uint32_t rule = 0;
    bool is_changed = false;  // other inputs or another outcome than in the other version
  };
  // The boxes that cover the part and are not removed by others, as entries.
  struct Part {
    const Region& region;
    std::array<std::vector<uint32_t>, 2> entries;
    std::array<std::vector<uint32_t>, 2> rules;  // theirs, ascending, each once
  };
  // Whether the rules give the same answer, as far as can be told without asking.
  using Same = std::function<bool(const std::vector<uint32_t>&, const std::vector<uint32_t>&)>;
  using Visit = std::function<void(const Part&)>;

  DiffSearch(const Space& space, const Joined& joined, std::vector<const Box*> boxes,
             std::vector<Entry> entries);

  // Visits the parts of the region that differ, as far as `same` can tell. `asks_all`: also those
  // where nothing changed. False: out of steps.
  bool search(Region region, const std::vector<uint32_t>& entries, bool asks_all, int64_t* steps,
              const Same& same, const Visit& visit);

  // The largest region around the part, column by column, in which the same rules answer.
  Region widen(const Part& part) const;

  const std::vector<Entry>& entries() const { return entries_; }
  void set_changed(uint32_t entry) { entries_[entry].is_changed = true; }
  // From now on parts in the box are passed over.
  uint32_t add_stop(uint32_t box);

 private:
  struct Item {
    uint32_t entry = 0;
    uint32_t left = 0;  // constraints that the region does not yet meet wholly
  };
  struct Cut {
    uint32_t column = ir::kNone;
    CellSet part;
  };
  struct Policy {
    ir::HitPolicy policy = ir::HitPolicy::unique;
    std::vector<uint32_t> rank;
    std::vector<int64_t> priority;
    std::vector<std::vector<uint32_t>> reach;
  };

  bool split(Region& region, std::vector<Item> items, int64_t* steps);
  void prune(std::vector<Item>* items) const;
  // Whether `a` keeps `b` from answering wherever both fire.
  bool removes(int version, uint32_t a, uint32_t b) const;
  bool is_done(const Region& region, const std::vector<Item>& items, bool* is_whole);
  Cut choose(const Region& region, const std::vector<Item>& items, bool stops_only) const;
  Cut halve(const Region& region, const std::vector<Item>& items) const;
  const Box& box_of(uint32_t entry) const { return *boxes_[entries_[entry].box]; }
  const CellSet& set_of(const Constraint& c) const {
    return space_.columns()[c.column].sets[c.set];
  }

  const Space& space_;
  std::vector<const Box*> boxes_;
  std::vector<Entry> entries_;
  size_t given_;  // entries that were there from the beginning
  std::array<Policy, 2> policies_;
  bool asks_all_ = false;
  const Same* same_ = nullptr;
  const Visit* visit_ = nullptr;
};

}  // namespace pac::analyze
