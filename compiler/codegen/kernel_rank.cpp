// From a key to the number of cuts that it reaches, and to the row of bits that stands for it.
// Every way is branch-free: inputs are random, so each branch that depended on one would be
// foreseen half of the time.
#include <algorithm>
#include <bit>
#include <limits>
#include <optional>

#include "compiler/codegen/kernel.h"

namespace pac::codegen {

namespace {

constexpr size_t kFewCuts = 4;        // that many are compared one by one
constexpr size_t kMostBlocks = 3;     // of vectors that are compared without a search
constexpr size_t kMostDirect = 1024;  // keys that are looked up by themselves
constexpr uint32_t kVectorBytes = 64;

uint32_t lanes_of(llvm::Type* lane) { return kVectorBytes * 8 / lane->getIntegerBitWidth(); }

int64_t greatest(llvm::Type* lane) {
  return lane->getIntegerBitWidth() == 32 ? int64_t{std::numeric_limits<int32_t>::max()}
                                          : std::numeric_limits<int64_t>::max();
}

// A search in steps of equal width: the window that begins at `starts[(key - low) >> shift]` holds
// every cut that tells the key's place.
struct Buckets {
  unsigned shift = 0;
  std::vector<uint32_t> starts;
};

std::optional<Buckets> make_buckets(const std::vector<int64_t>& cuts, uint32_t window) {
  constexpr size_t kMostBuckets = 4096;
  const auto offset = [&](int64_t cut) {
    return static_cast<uint64_t>(cut) - static_cast<uint64_t>(cuts.front());
  };
  const uint64_t span = offset(cuts.back());
  const size_t most = std::min(kMostBuckets, std::bit_ceil(cuts.size()) * 8);
  unsigned shift = 0;
  while (shift < 63 && (span >> shift) >= most) ++shift;
  std::optional<Buckets> found;
  for (; shift < 64; ++shift) {
    Buckets made{shift, {}};
    uint32_t longest = 0;
    size_t next = 0;
    for (uint64_t bucket = 0; bucket <= span >> shift; ++bucket) {
      const size_t begin = next;
      while (next < cuts.size() && offset(cuts[next]) >> shift == bucket) ++next;
      made.starts.push_back(static_cast<uint32_t>(begin));
      longest = std::max(longest, static_cast<uint32_t>(next - begin));
    }
    if (longest > window) break;
    found = std::move(made);  // a wider bucket makes a smaller table
  }
  return found;
}

}  // namespace

llvm::Value* KernelEmitter::splat(llvm::Value* key, llvm::Type* lane) {
  return f.b.CreateVectorSplat(lanes_of(lane), f.b.CreateTrunc(key, lane));
}

// Tables of cuts hold the number below each cut: a key reaches a cut where it is greater than that
// number, and no key reaches what fills a table up.
llvm::Constant* KernelEmitter::cut_table(const std::vector<int64_t>& values, llvm::Type* lane,
                                         const char* name) {
  ConstantMemory memory;
  const uint32_t size = lane->getIntegerBitWidth() / 8;
  memory.reserve(static_cast<uint32_t>(values.size()) * size);
  for (size_t i = 0; i < values.size(); ++i)
    memory.put(static_cast<uint32_t>(i) * size, &values[i], size);
  return f.m.finish(memory, name, kVectorBytes);
}

llvm::Value* KernelEmitter::at_address(llvm::Type* type, llvm::Value* table, llvm::Value* index,
                                       uint32_t index_size, uint32_t align) {
  llvm::Value* bytes = f.b.CreateNUWMul(index, f.int64(index_size));
  return f.b.CreateAlignedLoad(type, f.b.CreateInBoundsGEP(f.m.i8, table, bytes),
                               llvm::Align(align));
}

llvm::Value* KernelEmitter::count_reached(llvm::Value* keys, llvm::Value* block) {
  llvm::Value* reached = f.b.CreateICmpSGT(keys, block);
  const auto lanes = llvm::cast<llvm::FixedVectorType>(reached->getType())->getNumElements();
  llvm::Value* mask = f.b.CreateBitCast(reached, f.b.getIntNTy(lanes));
  return f.b.CreateUnaryIntrinsic(llvm::Intrinsic::ctpop, f.b.CreateZExt(mask, f.m.i64));
}

llvm::Value* KernelEmitter::rank_few(llvm::Value* key, const std::vector<int64_t>& cuts) {
  llvm::Value* sum = f.int64(0);
  for (const int64_t cut : cuts) {
    llvm::Value* reached = f.b.CreateICmpSGE(key, f.number(f.m.i64, cut));
    sum = f.b.CreateAdd(sum, f.b.CreateZExt(reached, f.m.i64));
  }
  return sum;
}

llvm::Value* KernelEmitter::rank_in_blocks(llvm::Value* key, const std::vector<int64_t>& cuts,
                                           llvm::Type* lane) {
  const uint32_t lanes = lanes_of(lane);
  llvm::Value* keys = splat(key, lane);
  llvm::Value* sum = f.int64(0);
  for (size_t begin = 0; begin < cuts.size(); begin += lanes) {
    std::vector<llvm::Constant*> block;
    for (size_t i = begin; i < begin + lanes; ++i) {
      block.push_back(
          llvm::ConstantInt::getSigned(lane, i < cuts.size() ? cuts[i] - 1 : greatest(lane)));
    }
    sum = f.b.CreateAdd(sum, count_reached(keys, llvm::ConstantVector::get(block)));
  }
  return sum;
}

llvm::Value* KernelEmitter::rank_by_bucket(llvm::Value* key, const std::vector<int64_t>& cuts,
                                           llvm::Type* lane) {
  const uint32_t lanes = lanes_of(lane);
  const std::optional<Buckets> buckets = make_buckets(cuts, lanes);
  if (!buckets) return nullptr;
  std::vector<int64_t> values;
  for (const int64_t cut : cuts) values.push_back(cut - 1);
  values.insert(values.end(), lanes, greatest(lane));
  llvm::Value* low = f.number(f.m.i64, cuts.front());
  llvm::Value* place = f.b.CreateBinaryIntrinsic(llvm::Intrinsic::smax, key, low);
  place = f.b.CreateBinaryIntrinsic(llvm::Intrinsic::smin, place, f.number(f.m.i64, cuts.back()));
  llvm::Value* bucket = f.b.CreateLShr(f.b.CreateSub(place, low), buckets->shift);
  llvm::Value* start = f.b.CreateZExt(
      at_address(f.m.i32, f.m.table(buckets->starts, "buckets"), bucket, 4, 4), f.m.i64);
  const uint32_t size = lane->getIntegerBitWidth() / 8;
  llvm::Value* block = at_address(llvm::FixedVectorType::get(lane, lanes),
                                  cut_table(values, lane, "cuts"), start, size, size);
  return f.b.CreateAdd(start, count_reached(splat(key, lane), block));
}

// A search tree whose nodes are vectors: the leaves are blocks of the sorted cuts, a node holds the
// first cut of each of its children but the first.
llvm::Value* KernelEmitter::rank_by_tree(llvm::Value* key, const std::vector<int64_t>& cuts,
                                         llvm::Type* lane) {
  const uint32_t lanes = lanes_of(lane);
  struct Level {
    std::vector<int64_t> values;  // blocks of `lanes`
    std::vector<int64_t> first;   // of each block's subtree
  };
  std::vector<Level> levels(1);
  for (size_t i = 0; i < cuts.size(); i += lanes) {
    levels[0].first.push_back(cuts[i] - 1);
    for (size_t n = i; n < i + lanes; ++n)
      levels[0].values.push_back(n < cuts.size() ? cuts[n] - 1 : greatest(lane));
  }
  while (levels.back().first.size() > 1) {
    const std::vector<int64_t> below = levels.back().first;
    Level level;
    for (size_t i = 0; i < below.size(); i += lanes + 1) {
      level.first.push_back(below[i]);
      for (size_t n = i + 1; n <= i + lanes; ++n)
        level.values.push_back(n < below.size() ? below[n] : greatest(lane));
    }
    levels.push_back(std::move(level));
  }
  llvm::Value* keys = splat(key, lane);
  llvm::Value* node = f.int64(0);
  llvm::Value* reached = nullptr;
  for (size_t level = levels.size(); level-- > 0;) {
    llvm::Constant* table = cut_table(levels[level].values, lane, "cuts");
    llvm::Value* block = at_address(llvm::FixedVectorType::get(lane, lanes), table, node,
                                    kVectorBytes, kVectorBytes);
    reached = count_reached(keys, block);
    const uint32_t children = level == 0 ? lanes : lanes + 1;
    node = f.b.CreateAdd(f.b.CreateNUWMul(node, f.int64(children)), reached);
  }
  return node;
}

llvm::Value* KernelEmitter::rank(const ColumnKey& key, const std::vector<int64_t>& all) {
  // Cuts that every key of the column reaches, or none does, need no comparison.
  std::vector<int64_t> cuts;
  uint32_t reached_by_all = 0;
  for (const int64_t cut : all) {
    if (cut <= key.range.low)
      ++reached_by_all;
    else if (cut <= key.range.high)
      cuts.push_back(cut);
  }
  const auto fits_32 = [](Int128 value) { return value == static_cast<int32_t>(value); };
  const bool is_narrow = fits_32(key.range.low) && fits_32(key.range.high);
  llvm::Type* lane = is_narrow ? f.m.i32 : f.m.i64;
  llvm::Value* number = nullptr;
  if (cuts.size() <= kFewCuts) {
    number = rank_few(key.key, cuts);
    delay_ = 1;
  } else if (cuts.size() <= kMostBlocks * lanes_of(lane)) {
    number = rank_in_blocks(key.key, cuts, lane);
    delay_ = 2;
  } else {
    number = rank_by_bucket(key.key, cuts, lane);
    delay_ = number != nullptr ? 4 : 5;
    if (number == nullptr) number = rank_by_tree(key.key, cuts, lane);
  }
  return f.b.CreateAdd(number, f.int64(reached_by_all));
}

llvm::Value* KernelEmitter::slot_of(const ColumnKey& key, const SlotMap& map) {
  llvm::Value* slot = rank(key, map.cuts);
  if (key.present == nullptr) return slot;
  return choose(key.present, slot, f.int64(map.size() - 1));
}

llvm::Value* KernelEmitter::line_of(const ColumnKey& key, size_t number) {
  const match::BitColumn& bits = plan_.bits[number];
  const std::vector<uint32_t>& of_cell = row_of_[number];
  const match::Column& column = plan_.table.columns[bits.column];
  const auto cells = static_cast<uint32_t>(column.cuts.size()) + 1;
  // Cells side by side that share their bits become one slot.
  SlotMap map;
  map.optional = column.optional;
  std::vector<uint32_t> row_of{of_cell[0]};
  for (uint32_t cell = 1; cell < cells; ++cell) {
    if (of_cell[cell] == row_of.back()) continue;
    map.cuts.push_back(column.cuts[cell - 1]);
    row_of.push_back(of_cell[cell]);
  }
  llvm::Value* slot = nullptr;
  const Int128 span = key.range.high - key.range.low;
  if (map.cuts.size() > 1 && span < static_cast<Int128>(kMostDirect)) {
    // By the key itself. A value outside of its domain must not lead outside of the table.
    const auto low = static_cast<int64_t>(key.range.low);
    const auto last = static_cast<uint32_t>(span);
    std::vector<uint32_t> of_key;
    for (uint32_t i = 0; i <= last; ++i) {
      const auto above = std::ranges::upper_bound(map.cuts, low + i);
      of_key.push_back(row_of[static_cast<size_t>(above - map.cuts.begin())]);
    }
    row_of = std::move(of_key);
    slot = f.b.CreateSub(key.key, f.int64(static_cast<uint64_t>(low)));
    slot = f.b.CreateBinaryIntrinsic(llvm::Intrinsic::umin, slot, f.int64(last));
    if (key.present != nullptr) slot = choose(key.present, slot, f.int64(last + 1));
    delay_ = 0;
  } else {
    slot = slot_of(key, map);
  }
  if (column.optional) row_of.push_back(of_cell[cells]);
  return line_at(slot, row_of, bits);
}

}  // namespace pac::codegen
