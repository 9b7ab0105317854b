// Cover: whether boxes cover a region, by splitting it until each part lies in a box or meets none.
// The steps are counted, not timed, so that the answer is the same on every machine. One search,
// one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "compiler/analyze/space.h"

namespace pac::analyze {

enum class Coverage : uint8_t { covered, uncovered, out_of_budget };

class Cover {
 public:
  // `boxes` are all that may be named by number.
  Cover(const Space& space, std::vector<const Box*> boxes);

  // Calls visit(region) for parts of `region` that none of the boxes in `active` (numbers) meets,
  // until it says false. Covered: there is none, or visit always said true (then the parts visited
  // are all that is uncovered). Takes from *steps as it goes.
  using Visit = std::function<bool(const Region&)>;
  Coverage search(Region region, const std::vector<uint32_t>& active, int64_t* steps,
                  const Visit& visit);

  // The same where visit() stops at the first part that will do: points of the region are tried
  // before it is split, which settles most questions whose answer is "uncovered".
  Coverage find(Region region, const std::vector<uint32_t>& active, int64_t* steps,
                const Visit& visit);
  // Where a search takes its way, for certificates: a cut (the part with these cells comes first,
  // then the rest), or a part that lies in a box; what is visited is not noted here.
  struct Step {
    uint32_t column = ir::kNone;  // none: a box
    CellSet cells;
    uint32_t box = 0;
    const Region* region = nullptr;  // what lies in the box
  };
  using Note = std::function<void(const Step&)>;
  void set_note(Note note) { note_ = std::move(note); }

  // The boxes that covered parts of the regions searched since forget_used(), ascending.
  std::vector<uint32_t> used() const;
  void forget_used() { is_used_.assign(is_used_.size(), false); }
  // For what covers parts in another way, and for what was marked by a search that was given up.
  const std::vector<bool>& marks() const { return is_used_; }
  void set_marks(std::vector<bool> marks) { is_used_ = std::move(marks); }
  void mark(uint32_t box) { is_used_[box] = true; }

  // A box that meets a region.
  struct Item {
    uint32_t box = 0;
    uint32_t left = 0;  // constraints that the region does not yet meet wholly
  };
  struct Cut {
    uint32_t column = ir::kNone;
    CellSet part;  // the region is split into this and the rest
  };
  std::vector<Item> items_in(const Region& region, const std::vector<uint32_t>& active) const;
  // None of the items holds the region wholly.
  Cut choose(const Region& region, const std::vector<Item>& items);

 private:
  enum class Go : uint8_t { on, stop, out_of_budget };

  Coverage split_all(Region region, const std::vector<Item>& items, int64_t* steps,
                     const Visit& visit);
  bool try_points(const Region& region, const std::vector<Item>& items, int64_t* steps,
                  const Visit& visit) const;
  bool move_out_of(uint32_t box, const Region& region, Region* point, uint64_t* random) const;
  Go split(Region& region, const std::vector<Item>& items, int64_t* steps, const Visit& visit);
  Cut around(const Region& region, const std::vector<Item>& items) const;
  Cut between(const Region& region, const std::vector<Item>& items);
  bool keep(const Item& item, uint32_t column, const CellSet& before, const CellSet& after,
            Item* out) const;
  // The box's cells of a column; null: all.
  const CellSet* set_of(uint32_t box, uint32_t column) const {
    const uint32_t set = sets_[size_t{box} * column_count_ + column];
    return set == 0 ? nullptr : &space_.columns()[column].sets[set];
  }

  const Space& space_;
  std::vector<const Box*> boxes_;
  size_t column_count_;
  std::vector<uint32_t> sets_;  // by box and column
  std::vector<bool> is_used_;
  Note note_;
  std::vector<std::vector<uint32_t>> ends_;  // by column: scratch of between()
};

}  // namespace pac::analyze
