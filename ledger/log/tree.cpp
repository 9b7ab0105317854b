#include "ledger/log/tree.h"

#include <algorithm>
#include <bit>

#include "runtime/base/check.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger {
namespace {

// Two proofs touch at most two tiles a level; more are kept for the next proof nearby.
constexpr std::size_t kKeptTiles = 64;

using Range = std::pair<std::uint64_t, std::uint64_t>;

// Where RFC 6962 splits a tree: the largest power of two below the number of its leaves.
std::uint64_t left_part(std::uint64_t leaves) { return std::bit_floor(leaves - 1); }

}  // namespace

Result<Hash> Tree::root(std::uint64_t size) {
  PAC_CHECK(size <= size_, "the tree has had that size");
  if (size == 0) return empty_root();
  return range(0, size);
}

Result<Hash> Tree::leaf(std::uint64_t index) {
  PAC_CHECK(index < size_, "the tree has the leaf");
  return node(0, index);
}

std::size_t Tree::equal_leaves(std::uint64_t index, std::span<const Hash> leaves) {
  PAC_CHECK(index < size_, "the tree has the leaf");
  const Result<const std::string*> bytes = tile(0, index / kTileWidth);
  if (!bytes) return 0;
  std::string_view left = std::string_view(**bytes).substr(index % kTileWidth * kHashBytes);
  std::size_t count = 0;
  for (; count < leaves.size() && left.starts_with(crypto::view(leaves[count])); ++count) {
    left.remove_prefix(kHashBytes);
  }
  return count;
}

Result<std::vector<Hash>> Tree::subtrees(std::uint64_t size) {
  PAC_CHECK(size <= size_, "the tree has had that size");
  std::vector<Range> wanted;
  for (std::uint64_t low = 0; low < size;) {
    const std::uint64_t high = low + std::bit_floor(size - low);
    wanted.emplace_back(low, high);
    low = high;
  }
  return ranges(wanted);
}

Result<std::vector<Hash>> Tree::inclusion_proof(std::uint64_t index, std::uint64_t size) {
  PAC_CHECK(index < size && size <= size_, "the tree has the leaf at that size");
  std::vector<Range> siblings;
  for (std::uint64_t low = 0, high = size; high - low > 1;) {
    const std::uint64_t middle = low + left_part(high - low);
    if (index < middle) {
      siblings.emplace_back(middle, high);
      high = middle;
    } else {
      siblings.emplace_back(low, middle);
      low = middle;
    }
  }
  std::ranges::reverse(siblings);
  return ranges(siblings);
}

Result<std::vector<Hash>> Tree::consistency_proof(std::uint64_t old_size, std::uint64_t size) {
  PAC_CHECK(old_size >= 1 && old_size <= size && size <= size_, "both sizes have been");
  std::vector<Range> wanted;
  std::uint64_t low = 0;
  std::uint64_t high = size;
  while (high != old_size) {
    const std::uint64_t middle = low + left_part(high - low);
    if (old_size <= middle) {
      wanted.emplace_back(middle, high);
      high = middle;
    } else {
      wanted.emplace_back(low, middle);
      low = middle;
    }
  }
  // Who verifies has the root of the old tree; any other subtree that ends with it must be given.
  if (low != 0) wanted.emplace_back(low, high);
  std::ranges::reverse(wanted);
  return ranges(wanted);
}

Result<std::vector<Hash>> Tree::ranges(const std::vector<Range>& wanted) {
  std::vector<Hash> out;
  out.reserve(wanted.size());
  for (const auto& [low, high] : wanted) {
    const Result<Hash> hash = range(low, high);
    if (!hash) return std::unexpected(hash.error());
    out.push_back(*hash);
  }
  return out;
}

Result<Hash> Tree::range(std::uint64_t low, std::uint64_t high) {
  std::vector<Hash> complete;
  while (low < high) {
    const std::uint64_t leaves = std::bit_floor(high - low);
    const auto height = static_cast<unsigned>(std::countr_zero(leaves));
    const Result<Hash> hash = node(height, low >> height);
    if (!hash) return hash;
    complete.push_back(*hash);
    low += leaves;
  }
  Hash root = complete.back();
  for (std::size_t i = complete.size() - 1; i-- > 0;) root = node_hash(complete[i], root);
  return root;
}

Result<Hash> Tree::node(unsigned height, std::uint64_t index) {
  const unsigned within = height % kTileHeight;  // levels above the hashes of the tile
  const std::uint64_t first = index << within;
  const Result<const std::string*> bytes = tile(height / kTileHeight, first / kTileWidth);
  if (!bytes) return std::unexpected(bytes.error());
  std::vector<Hash> hashes;
  hashes.reserve(std::size_t{1} << within);
  for (unsigned i = 0; i < 1u << within; ++i) {
    hashes.push_back(hash_at(**bytes, static_cast<unsigned>(first % kTileWidth) + i));
  }
  while (hashes.size() > 1) hashes = node_hashes(hashes);
  return hashes[0];
}

Result<const std::string*> Tree::tile(unsigned level, std::uint64_t index) {
  const auto key = std::pair(level, index);
  if (const auto found = tiles_.find(key); found != tiles_.end()) return &found->second;
  const TileId id{level, index, tile_width(level, index, size_)};
  PAC_CHECK(id.width != 0, "the tree has the tile");
  Result<std::string> bytes = reader_->tile(id);
  if (!bytes) return std::unexpected(bytes.error());
  if (bytes->size() != id.width * kHashBytes) {
    return fail("PAC6105", tile_path(id) + " has " + std::to_string(bytes->size()) +
                               " bytes where " + std::to_string(id.width * kHashBytes) +
                               " are wanted");
  }
  if (tiles_.size() >= kKeptTiles) tiles_.clear();
  return &tiles_.emplace(key, std::move(*bytes)).first->second;
}

}  // namespace pac::ledger
