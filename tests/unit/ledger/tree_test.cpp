// Trees over stored tiles, held against the definition computed in the plainest way.
#include "ledger/log/tree.h"

#include <map>

#include "ledger/log/proof.h"
#include "ledger/log/tile_builder.h"
#include "tests/unit/ledger/support.h"

namespace pac::ledger {
namespace {

using test::leaves_of;
using test::MemoryTiles;
using test::plain_path;
using test::plain_root;
using test::plain_subproof;
using test::stored;

TEST(Tree, HashesAreThoseOfTheRfc) {
  EXPECT_EQ(crypto::to_hex(crypto::view(empty_root())),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(crypto::to_hex(crypto::view(leaf_hash(""))),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  const std::string both = "\x01" + std::string(crypto::view(leaf_hash("a"))) +
                           std::string(crypto::view(leaf_hash("b")));
  EXPECT_EQ(node_hash(leaf_hash("a"), leaf_hash("b")), crypto::sha256(both));
  EXPECT_EQ(leaf_hash("a"), crypto::sha256(std::string("\0a", 2)));
}

TEST(Tree, RootsOfEachSmallSize) {
  const auto leaves = leaves_of(300);
  const MemoryTiles tiles = stored(300);
  Tree tree(tiles, 300);
  Frontier frontier;
  for (std::size_t size = 0; size <= 300; ++size) {
    const Hash plain = plain_root(std::span(leaves).first(size));
    EXPECT_EQ(frontier.root(), plain) << size;
    EXPECT_EQ(*tree.root(size), plain) << size;
    EXPECT_EQ(Frontier(size, *tree.subtrees(size)).root(), plain) << size;
    if (size < 300) frontier.push(leaves[size]);
  }
}

// Leaves in batches of any size: the same edge, and the same tiles, each handed over once.
TEST(Tree, BatchesGrowAsSingleLeavesDo) {
  std::mt19937_64 random(8);
  const auto leaves = leaves_of(70'000);
  const auto entries = [&](std::size_t first, std::size_t count) {
    return std::span(leaves).subspan(first, std::min(count, leaves.size() - first));
  };
  for (const std::size_t most : {1u, 2u, 3u, 5u, 300u, 5'000u, 70'000u}) {
    const std::size_t end = most < 100 ? 2'000 : leaves.size();
    TileBuilder batched, single;
    std::map<TileId, std::string> of_batches, of_singles;
    while (batched.size() < end) {
      const auto batch = entries(batched.size(), 1 + random() % most);
      batched.push_all(batch, [&](const TileId& id, const std::string& bytes) {
        EXPECT_TRUE(of_batches.emplace(id, bytes).second);
      });
      for (const Hash& leaf : batch) {
        single.push(leaf, [&](const TileId& id, const std::string& bytes) {
          of_singles.emplace(id, bytes);
        });
      }
      ASSERT_EQ(batched.size(), single.size());
      ASSERT_EQ(batched.frontier().subtrees(), single.frontier().subtrees()) << batched.size();
      ASSERT_EQ(batched.root(), single.root());
    }
    batched.partial_tiles(
        [&](const TileId& id, const std::string& bytes) { of_batches.emplace(id, bytes); });
    single.partial_tiles(
        [&](const TileId& id, const std::string& bytes) { of_singles.emplace(id, bytes); });
    EXPECT_EQ(of_batches, of_singles);
    EXPECT_GT(of_batches.size(), 1u);
  }
  TileBuilder none;
  none.push_all({}, {});
  EXPECT_EQ(none.root(), empty_root());
}

TEST(Tree, HashesOfManyAreThoseOfEach) {
  const auto children = leaves_of(101);
  const std::vector<Hash> nodes = node_hashes(std::span(children).first(100));
  ASSERT_EQ(nodes.size(), 50u);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    EXPECT_EQ(nodes[i], node_hash(children[2 * i], children[2 * i + 1]));
  }
  const std::string_view entries[] = {"", "a",
                                      "longer than a block of sixty-four bytes, which is "
                                      "how much is hashed at a time"};
  const std::vector<Hash> hashed = leaf_hashes(entries);
  for (std::size_t i = 0; i < std::size(entries); ++i) EXPECT_EQ(hashed[i], leaf_hash(entries[i]));
}

// All sizes up to 300, and of each the indices and older sizes that lie at an edge, and some
// others.
TEST(Tree, ProofsOfEachSmallSize) {
  const auto leaves = leaves_of(300);
  const MemoryTiles tiles = stored(300);
  Tree tree(tiles, 300);
  for (std::size_t size = 1; size <= 300; ++size) {
    const auto part = std::span(leaves).first(size);
    const Hash root = plain_root(part);
    for (std::size_t i = size % 7; i < size; i += size > 40 ? 13 : 1) {
      const auto path = *tree.inclusion_proof(i, size);
      EXPECT_EQ(path, plain_path(i, part)) << i << " of " << size;
      EXPECT_TRUE(verify_inclusion(i, size, leaves[i], path, root)) << i << " of " << size;
      const std::size_t old = i + 1;
      const auto proof = *tree.consistency_proof(old, size);
      EXPECT_EQ(proof, plain_subproof(old, part, true)) << old << " of " << size;
      const Hash old_root = plain_root(part.first(old));
      EXPECT_TRUE(verify_consistency(old, size, old_root, root, proof)) << old << " of " << size;
    }
  }
}

TEST(Tree, RandomLargerTrees) {
  std::mt19937_64 random(20'260'115);
  constexpr std::size_t kLargest = 70'000;  // three levels of tiles
  const auto leaves = leaves_of(kLargest);
  const MemoryTiles tiles = stored(kLargest);
  Tree tree(tiles, kLargest);
  EXPECT_EQ(*tree.root(kLargest), plain_root(leaves));
  for (int run = 0; run < 12; ++run) {
    const std::size_t size = 301 + random() % (kLargest - 300);
    const auto part = std::span(leaves).first(size);
    const Hash root = plain_root(part);
    const std::size_t index = random() % size;
    const std::size_t old = 1 + random() % size;
    EXPECT_EQ(*tree.inclusion_proof(index, size), plain_path(index, part)) << index << size;
    EXPECT_TRUE(verify_inclusion(index, size, leaves[index], plain_path(index, part), root));
    const auto proof = *tree.consistency_proof(old, size);
    EXPECT_EQ(proof, plain_subproof(old, part, true)) << old << " " << size;
    EXPECT_TRUE(verify_consistency(old, size, plain_root(part.first(old)), root, proof));
  }
}

// Each bit of each hash, and each other index or size nearby, must make a proof fail.
TEST(Tree, DamagedProofsAreRefused) {
  const MemoryTiles tiles = stored(70);
  Tree tree(tiles, 70);
  for (const std::size_t size : {1, 2, 7, 8, 33, 70}) {
    const Hash root = *tree.root(size);
    for (const std::size_t index : {std::size_t{0}, size / 2, size - 1}) {
      const Hash leaf = *tree.leaf(index);
      const auto proof = *tree.inclusion_proof(index, size);
      for (std::size_t i = 0; i < proof.size(); ++i) {
        auto damaged = proof;
        damaged[i][i] ^= 1;
        EXPECT_FALSE(verify_inclusion(index, size, leaf, damaged, root));
        damaged = proof;
        damaged.erase(damaged.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_FALSE(verify_inclusion(index, size, leaf, damaged, root));
      }
      auto longer = proof;
      longer.push_back(root);
      EXPECT_FALSE(verify_inclusion(index, size, leaf, longer, root));
      EXPECT_FALSE(verify_inclusion(index + 1, size, leaf, proof, root));
      EXPECT_FALSE(verify_inclusion(index, size, root == leaf ? empty_root() : root, proof, root));
      const std::size_t old = index + 1;
      const Hash old_root = *tree.root(old);
      const auto consistency = *tree.consistency_proof(old, size);
      for (std::size_t i = 0; i < consistency.size(); ++i) {
        auto damaged = consistency;
        damaged[i][31 - i] ^= 0x80;
        EXPECT_FALSE(verify_consistency(old, size, old_root, root, damaged));
      }
      auto more = consistency;
      more.push_back(root);
      EXPECT_FALSE(verify_consistency(old, size, old_root, root, more));
      EXPECT_FALSE(verify_consistency(old, size, empty_root(), root, consistency));
    }
  }
}

TEST(Tree, LeavesAreHeldAgainstTheirTile) {
  auto leaves = leaves_of(300);
  const MemoryTiles tiles = stored(300);
  Tree tree(tiles, 300);
  const auto from = [&](std::size_t index) { return std::span<const Hash>(leaves).subspan(index); };
  EXPECT_EQ(tree.equal_leaves(0, from(0)), 256U);  // those of the tile
  EXPECT_EQ(tree.equal_leaves(256, from(256)), 44U);
  EXPECT_EQ(tree.equal_leaves(10, from(10).first(5)), 5U);
  EXPECT_EQ(tree.equal_leaves(10, {}), 0U);
  EXPECT_EQ(tree.equal_leaves(10, from(11)), 0U);
  leaves[12].back() ^= 1;
  EXPECT_EQ(tree.equal_leaves(10, from(10)), 2U);
  EXPECT_EQ(tree.equal_leaves(13, from(13)), 243U);
  const MemoryTiles nothing;
  Tree of_nothing(nothing, 300);
  EXPECT_EQ(of_nothing.equal_leaves(0, from(0)), 0U);
}

TEST(Tree, AMissingOrShortTileIsSaid) {
  MemoryTiles tiles = stored(300);
  tiles.files_["tile/0/001.p/44"].pop_back();
  const auto proof = Tree(tiles, 300).inclusion_proof(299, 300);
  ASSERT_FALSE(proof);
  EXPECT_EQ(proof.error().code, "PAC6105");
  EXPECT_NE(proof.error().message.find("tile/0/001.p/44"), std::string::npos);
  tiles.files_.erase("tile/0/001.p/44");
  EXPECT_EQ(Tree(tiles, 300).root(300).error().code, "PAC6105");
  EXPECT_TRUE(Tree(tiles, 300).root(256)) << "what is not needed is not read";
}

TEST(Tree, TheBuilderGoesOnWhereATreeEnded) {
  for (const std::uint64_t size : {0, 1, 255, 256, 257, 65'536, 65'600}) {
    const MemoryTiles tiles = stored(size);
    Result<TileBuilder> builder = TileBuilder::resume(tiles, size);
    ASSERT_TRUE(builder) << size;
    MemoryTiles all = tiles;
    const auto keep = [&](const TileId& id, const std::string& bytes) {
      all.files_[tile_path(id)] = bytes;
    };
    for (std::uint64_t i = size; i < size + 700; ++i) {
      builder->push(leaf_hash(test::entry(i)), keep);
    }
    builder->partial_tiles(keep);
    const MemoryTiles fresh = stored(size + 700);
    for (const auto& [path, bytes] : fresh.files_) EXPECT_EQ(all.files_[path], bytes) << path;
    EXPECT_EQ(builder->root(), *Tree(fresh, size + 700).root(size + 700));
  }
}

}  // namespace
}  // namespace pac::ledger
