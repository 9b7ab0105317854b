// 10,000 kills, or PAC_KILLS of them, and, where they are many, no kind of place without one.
#include "tests/figures.h"
#include "tests/unit/ledger/kills.h"

namespace pac::ledger {
namespace {

constexpr std::size_t kEnough = 2'000;  // that the rarest kind of place has some of them

TEST(Kills, TenThousand) {
  std::set<std::string> places;
  const char* const said = std::getenv("PAC_KILLS");
  const std::size_t wanted = said == nullptr ? 10'000 : std::stoull(said);
  std::size_t kills = 0;
  for (std::uint64_t seed = 1001; kills < wanted; ++seed) {
    test::Kills life(seed);
    for (int i = 0; i < 40; ++i) {
      ASSERT_NO_FATAL_FAILURE(life.kill_once());
      if (i % 10 == 9) {
        ASSERT_NO_FATAL_FAILURE(life.settle());
      }
    }
    kills += life.kills();
    pac::test::add_to_figure("kills", static_cast<double>(life.kills()));
    pac::test::add_to_figure("lost", static_cast<double>(life.witness.lost()));
    pac::test::add_to_figure("duplicated", static_cast<double>(life.witness.duplicated()));
    places.insert(life.places().begin(), life.places().end());
  }
  for (const std::string& place : test::all_places()) {
    EXPECT_TRUE(wanted < kEnough || places.contains(place)) << place;
  }
  pac::test::add_to_figure("kill_points", static_cast<double>(places.size()));
  std::printf("%zu kills at %zu kinds of places\n", kills, places.size());
}

}  // namespace
}  // namespace pac::ledger
