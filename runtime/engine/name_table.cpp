#include "runtime/engine/name_table.h"

#include <algorithm>
#include <bit>

namespace pac::engine {

namespace {

// Names come from bundles of strangers too: who finds names that no seed tells apart gets a slower
// table, not a load that never ends.
constexpr uint64_t kSeeds = 32;
constexpr uint32_t kMoves = 4096;
// Of so many names a table of four times as many slots is found within a few seeds.
constexpr std::size_t kFew = 16;

}  // namespace

const char NameTable::kMask[2 * kShortBytes] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
                                                -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
                                                -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};

NameTable::NameTable(std::vector<Entry> entries) {
  std::ranges::stable_sort(entries, {}, &Entry::name);
  const auto repeats = std::ranges::unique(entries, {}, &Entry::name);
  entries.erase(repeats.begin(), repeats.end());
  std::vector<Entry> shorts;
  for (const Entry& entry : entries) {
    (entry.name.size() <= kShortBytes ? shorts : leftovers_).push_back(entry);
  }
  const std::vector<Slot> names = filled(shorts);
  for (uint64_t seed = 1; names.size() <= kFew && seed <= kSeeds; ++seed) {
    if (place_few(names, seed * 0xd1342543de82ef95u)) return;
  }
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    if (place(names, seed * 0xd1342543de82ef95u)) return;
  }
  slots_.clear();
  leftovers_ = std::move(entries);
}

std::vector<NameTable::Slot> NameTable::filled(const std::vector<Entry>& entries) {
  std::vector<Slot> out(entries.size());
  for (uint32_t i = 0; i < entries.size(); ++i) {
    const std::string_view name = entries[i].name;
    if (!name.empty()) std::memcpy(out[i].name, name.data(), name.size());
    out[i].size = static_cast<uint32_t>(name.size());
    out[i].number = entries[i].number;
  }
  return out;
}

bool NameTable::place_few(const std::vector<Slot>& filled, uint64_t seed) {
  seed_ = seed;
  moves_.clear();
  slots_.assign(std::bit_ceil(std::max<std::size_t>(filled.size(), 1) * 4), {});
  for (const Slot& name : filled) {
    Slot& slot = slots_[slot_of(hash(bytes_at(name.name), name.size, seed))];
    if (slot.number != ir::kNone) return false;
    slot = name;
  }
  return true;
}

// Groups of names by a part of their hash, the largest first; each moves on until all of its names
// find a free slot.
bool NameTable::place(const std::vector<Slot>& filled, uint64_t seed) {
  const std::size_t count = std::max<std::size_t>(filled.size(), 1);
  seed_ = seed;
  moves_.assign(std::min<std::size_t>(std::bit_ceil((count + 1) / 2), 1u << 16), 0);
  slots_.assign(std::bit_ceil(count * 2), {});
  std::vector<uint64_t> hashes(filled.size());
  std::vector<std::vector<uint32_t>> groups(moves_.size());
  for (uint32_t i = 0; i < filled.size(); ++i) {
    hashes[i] = hash(bytes_at(filled[i].name), filled[i].size, seed);
    groups[hashes[i] >> 48 & (groups.size() - 1)].push_back(i);
  }
  std::vector<uint32_t> order(groups.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, std::greater<>{}, [&](uint32_t i) { return groups[i].size(); });
  std::vector<std::size_t> taken;
  for (const uint32_t group : order) {
    if (groups[group].empty()) break;
    bool fits = false;
    for (uint32_t move = 0; move < kMoves && !fits; ++move) {
      moves_[group] = static_cast<uint16_t>(move);
      taken.clear();
      fits = true;
      for (const uint32_t i : groups[group]) {
        const std::size_t slot = slot_of(hashes[i]);
        fits = slots_[slot].number == ir::kNone && std::ranges::find(taken, slot) == taken.end();
        if (!fits) break;
        taken.push_back(slot);
      }
    }
    if (!fits) return false;
    for (std::size_t i = 0; i < taken.size(); ++i) slots_[taken[i]] = filled[groups[group][i]];
  }
  return true;
}

uint32_t NameTable::find_one_by_one(std::string_view name) const noexcept {
  const auto found = std::ranges::lower_bound(leftovers_, name, {}, &Entry::name);
  return found != leftovers_.end() && found->name == name ? found->number : ir::kNone;
}

}  // namespace pac::engine
