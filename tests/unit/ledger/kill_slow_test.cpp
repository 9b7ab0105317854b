// 10,000 kills, and no kind of place without one.
#include "tests/unit/ledger/kills.h"

namespace pac::ledger {
namespace {

TEST(Kills, TenThousand) {
  std::set<std::string> places;
  std::size_t kills = 0;
  for (std::uint64_t seed = 1001; kills < 10'000; ++seed) {
    test::Kills life(seed);
    for (int i = 0; i < 40; ++i) {
      ASSERT_NO_FATAL_FAILURE(life.kill_once());
      if (i % 10 == 9) {
        ASSERT_NO_FATAL_FAILURE(life.settle());
      }
    }
    kills += life.kills();
    places.insert(life.places().begin(), life.places().end());
  }
  for (const std::string& place : test::all_places()) EXPECT_TRUE(places.contains(place)) << place;
  std::printf("%zu kills at %zu kinds of places\n", kills, places.size());
}

}  // namespace
}  // namespace pac::ledger
