// Power loss and failing devices at every operation of a ledger's life, on a file system in memory:
// nothing acknowledged is lost or doubled, no size has two signed roots, and the ledger goes on.
#include <gtest/gtest.h>

#include "tests/figures.h"
#include "tests/unit/ledger/life.h"

namespace pac::ledger {
namespace {

using test::Fault;
using test::FaultyFiles;
using test::Life;

const std::string& kFolder = test::kLifeFolder;

std::uint64_t operations_of_a_life(std::uint64_t seed) {
  Life life(seed);
  life.live(12);
  return life.files.operations();
}

// Whether zeros stand behind the frames of a segment at the end of a life.
bool has_room_ahead() {
  Life life(1);
  life.live(12);
  return std::ranges::any_of(life.files.paths(), [&](const std::string& path) {
    return path.ends_with(".seg") && life.files.durable_bytes(path)->ends_with(std::string(512, 0));
  });
}

TEST(PowerLoss, AtEveryOperation) {
  ASSERT_TRUE(has_room_ahead()) << "or nothing is lost while frames go into it";
  int runs = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const std::uint64_t operations = operations_of_a_life(seed);
    ASSERT_GT(operations, 100u);
    for (std::uint64_t at = 1; at <= operations; ++at, ++runs) {
      Life life(seed);
      life.files.fail_at(at, Fault::power);
      life.live(12);
      life.files.lose_power();
      life.settle();
      ASSERT_EQ(life.witness.lost(), 0u) << "seed " << seed << ", operation " << at;
      ASSERT_EQ(life.witness.duplicated(), 0u) << "seed " << seed << ", operation " << at;
      ASSERT_EQ(life.witness.forks(), 0u) << "seed " << seed << ", operation " << at;
      ASSERT_EQ(life.opened_anew, 0)
          << "seed " << seed << ", operation " << at << ": a loss of power is no damage";
      const auto verified = verify_store(life.files, kFolder, test::ledger_key().public_key());
      ASSERT_TRUE(verified && verified->findings.empty())
          << "seed " << seed << ", operation " << at << ": "
          << (verified ? verified->findings[0].what : verified.error().message);
    }
  }
  pac::test::add_to_figure("power_loss_runs", runs);
  std::printf("%d runs\n", runs);
}

// The thread that writes is never ahead by more than a frame, so that a loss of power finds what it
// always finds.
TEST(PowerLoss, AtEveryOperationWhileBatchesOverlap) {
  std::uint64_t operations = 0;
  {
    Life life(4);
    life.live_overlapping(12);
    operations = life.files.operations();
  }
  for (const Fault fault : {Fault::power, Fault::no_room, Fault::short_write, Fault::device}) {
    for (std::uint64_t at = 1; at <= operations; at += fault == Fault::power ? 1 : 3) {
      if (fault == Fault::power) pac::test::add_to_figure("power_loss_runs", 1);
      Life life(4);
      life.files.fail_at(at, fault);
      life.live_overlapping(12);
      life.files.lose_power();
      life.settle();
      ASSERT_EQ(life.witness.lost() + life.witness.duplicated() + life.witness.forks(), 0u)
          << "operation " << at;
      ASSERT_EQ(life.opened_anew, 0) << "operation " << at << ": a loss of power is no damage";
      const auto verified = verify_store(life.files, kFolder, test::ledger_key().public_key());
      ASSERT_TRUE(verified && verified->findings.empty()) << "operation " << at;
    }
  }
}

// The power goes again and again, also while the ledger starts.
TEST(PowerLoss, AgainAndAgain) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Life life(seed);
    std::mt19937_64 random(seed);
    for (int loss = 0; loss < 12; ++loss) {
      life.files.fail_at(1 + random() % (loss % 2 == 0 ? 80 : 12), Fault::power);
      life.live(6);
      life.files.lose_power();
    }
    life.settle();
    ASSERT_EQ(life.witness.lost() + life.witness.duplicated() + life.witness.forks(), 0u) << seed;
    ASSERT_EQ(life.opened_anew, 0) << seed << ": " << life.reason;
    ASSERT_GT(life.witness.count(), 50u);
    pac::test::add_to_figure("power_loss_runs", 12);
  }
}

// A device without room, with short writes, with errors: what was refused may be tried again, and
// after the next start, with a loss of power or without, all is in order.
TEST(FailingDevice, AtEveryOperation) {
  const std::uint64_t operations = operations_of_a_life(1);
  for (const Fault fault : {Fault::no_room, Fault::short_write, Fault::device}) {
    for (std::uint64_t at = 1; at <= operations; ++at) {
      for (const bool loses_power : {false, true}) {
        Life life(1);
        life.files.fail_at(at, fault);
        life.live(12);
        if (loses_power) life.files.lose_power();
        life.settle();
        ASSERT_EQ(life.witness.lost(), 0u) << at;
        ASSERT_EQ(life.witness.duplicated(), 0u) << at;
        ASSERT_EQ(life.witness.forks(), 0u) << at;
        ASSERT_EQ(life.opened_anew, 0) << at;
      }
    }
  }
}

TEST(FailingDevice, ARefusedBatchCanBeTriedAgainButNotAfterAFailedSync) {
  std::set<std::string> codes;
  for (std::uint64_t at = 1; at <= 120; ++at) {
    Life life(1);
    auto store =
        Store::open(life.files, kFolder, test::ledger_key(), test::surroundings(), {1'000, 0});
    ASSERT_TRUE(store);
    life.files.fail_at(at % 60 + 1, at <= 60 ? Fault::device : Fault::no_room);
    for (int i = 0; i < 30; ++i) {
      const std::string entry = std::to_string(i);
      const std::string_view view = entry;
      const std::uint64_t before = (*store)->writer().size();
      const auto appended = (*store)->append(std::span(&view, 1));
      if (appended) continue;
      codes.insert(appended.error().code);
      EXPECT_EQ((*store)->writer().size(), before);
      const auto again = (*store)->append(std::span(&view, 1));
      EXPECT_EQ(again.has_value(), appended.error().code == "PAC6204") << at;
      if (!again) {
        EXPECT_EQ(again.error().code, "PAC6205");
      }
    }
  }
  EXPECT_EQ(codes, (std::set<std::string>{"PAC6204", "PAC6205"}));
}

// Each promise broken on purpose must be seen by the tests above.
std::size_t broken(void (*breaks)(FaultyFiles&)) {
  std::size_t seen = 0;
  for (std::uint64_t at = 10; at <= operations_of_a_life(1); at += 3) {
    Life life(1);
    breaks(life.files);
    life.files.fail_at(at, Fault::power);
    life.live(12);
    life.files.lose_power();
    life.live(2);
    life.witness.look(life.files, kFolder);
    seen += life.witness.lost() + life.witness.forks() + life.opened_anew > 0 ? 1 : 0;
  }
  return seen;
}

TEST(PromiseMutants, ADiskThatDoesNotSyncIsSeen) {
  EXPECT_EQ(broken([](FaultyFiles&) {}), 0u);
  EXPECT_GT(broken([](FaultyFiles& files) { files.ignore_sync_data(); }), 0u);
  EXPECT_GT(broken([](FaultyFiles& files) { files.ignore_sync_folder(); }), 0u);
}

}  // namespace
}  // namespace pac::ledger
