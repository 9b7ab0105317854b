// Cover: whether boxes cover a region, by splitting it until each part lies in a box or meets none.
// The steps are counted, not timed, so that the answer is the same on every machine. One search, one
// thread.
#pragma once

#include <cstdint>
#include <functional>
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

 private:
  struct Item {
    uint32_t box = 0;
    uint32_t left = 0;  // constraints that the region does not yet meet wholly
  };
  enum class Go : uint8_t { on, stop, out_of_budget };
  struct Cut {
    uint32_t column = ir::kNone;
    CellSet part;  // the region is split into this and the rest
  };

  Go split(Region& region, const std::vector<Item>& items, int64_t* steps, const Visit& visit);
  Cut choose(const Region& region, const std::vector<Item>& items);
  Cut around(const Region& region, const std::vector<Item>& items) const;
  Cut between(const Region& region, const std::vector<Item>& items);
  bool keep(const Item& item, uint32_t column, const CellSet& before, const CellSet& after,
            Item* out) const;
  const CellSet* set_of(const Box& box, uint32_t column) const;

  const Space& space_;
  std::vector<const Box*> boxes_;
  std::vector<std::vector<uint32_t>> ends_;  // by column: scratch of between()
};

}  // namespace pac::analyze
