#include "runtime/base/arena.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <vector>

namespace pac {
namespace {

TEST(Arena, AlignsFillsAndResets) {
  Arena arena(256);
  void* first = arena.allocate(1, 1);
  void* second = arena.allocate(8, 8);
  void* third = arena.allocate(1, 64);
  ASSERT_NE(first, nullptr);
  ASSERT_NE(second, nullptr);
  ASSERT_NE(third, nullptr);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(second) % 8, 0u);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(third) % 64, 0u);
  EXPECT_EQ(arena.allocate(257, 1), nullptr);
  EXPECT_EQ(arena.allocate(std::numeric_limits<std::size_t>::max(), 1), nullptr);
  EXPECT_EQ(arena.allocate_array<int>(std::numeric_limits<std::size_t>::max() / 2), nullptr);
  arena.reset();
  EXPECT_EQ(arena.used_bytes(), 0u);
  EXPECT_EQ(arena.allocate(1, 1), first);
  EXPECT_NE(arena.allocate(255, 1), nullptr);
  EXPECT_EQ(arena.allocate(1, 1), nullptr);
  EXPECT_NE(arena.allocate(0, 1), nullptr);
}

TEST(Arena, BlocksDoNotOverlap) {
  Arena arena(4096);
  std::vector<unsigned char*> blocks;
  for (unsigned char i = 0; i < 50; ++i) {
    auto* block = arena.allocate_array<unsigned char>(17);
    ASSERT_NE(block, nullptr);
    std::memset(block, i, 17);
    blocks.push_back(block);
  }
  for (unsigned char i = 0; i < 50; ++i) {
    for (int k = 0; k < 17; ++k) ASSERT_EQ(blocks[i][k], i);
  }
}

}  // namespace
}  // namespace pac
