// Sets of variable slots, interned: nearly all expressions share the empty one. Used by the
// verifier for the slots that an expression leaves free or binds. An element is slot << 32 | type
// id.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

namespace pac::ir {

class SlotSets {
 public:
  using Elements = std::vector<uint64_t>;  // ascending
  static constexpr uint32_t kEmpty = 0;

  SlotSets() { intern({}); }

  const Elements& elements(uint32_t set) const { return *sets_[set]; }
  uint32_t intern(Elements elements) {
    const auto [place, is_new] = ids_.try_emplace(std::move(elements), sets_.size());
    if (is_new) {
      sets_.push_back(&place->first);
      element_count_ += place->first.size();
    }
    return place->second;
  }
  uint32_t unite(uint32_t a, uint32_t b) {
    if (a == b || b == kEmpty) return a;
    if (a == kEmpty) return b;
    const auto [place, is_new] = unions_.try_emplace(std::minmax(a, b), kEmpty);
    if (is_new) {
      Elements both;
      std::ranges::set_union(elements(a), elements(b), std::back_inserter(both));
      place->second = intern(std::move(both));
    }
    return place->second;
  }
  // How much all sets hold together; a forged rule set could make it explode.
  size_t element_count() const { return element_count_ + unions_.size(); }

  static uint64_t element(uint32_t slot, uint32_t type) { return uint64_t{slot} << 32 | type; }
  static uint32_t slot_of(uint64_t element) { return static_cast<uint32_t>(element >> 32); }
  static uint32_t type_of(uint64_t element) { return static_cast<uint32_t>(element); }

 private:
  std::map<Elements, uint32_t> ids_;  // nodes stay where they are
  std::vector<const Elements*> sets_;
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> unions_;
  size_t element_count_ = 0;
};

}  // namespace pac::ir
