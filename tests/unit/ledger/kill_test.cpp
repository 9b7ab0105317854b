// kill -9 at places of every kind: 300 kills of one writer after the other on the same ledgers.
#include "tests/unit/ledger/kills.h"

namespace pac::ledger {
namespace {

TEST(Kills, AtEveryKindOfPlace) {
  std::set<std::string> places;
  std::size_t kills = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    test::Kills life(seed);
    for (int i = 0; i < 30; ++i) {
      ASSERT_NO_FATAL_FAILURE(life.kill_once());
      if (i % 10 == 9) {
        ASSERT_NO_FATAL_FAILURE(life.settle());
      }
    }
    kills += life.kills();
    places.insert(life.places().begin(), life.places().end());
  }
  EXPECT_GE(kills, 200u);
  std::size_t missed = 0;
  for (const std::string& place : test::all_places()) missed += places.contains(place) ? 0 : 1;
  EXPECT_LE(missed, 4u) << "of " << test::all_places().size() << " kinds of places";
  std::printf("%zu kills at %zu kinds of places\n", kills, places.size());
}

}  // namespace
}  // namespace pac::ledger
