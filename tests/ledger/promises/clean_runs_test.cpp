// Whole lives of a ledger in which nobody tampers, each with 100 entries or more, a key exchanged,
// a person erased, restarts (each command is a process of its own), and shipments: no verification
// may raise an alarm. 10 of them, PAC_CLEAN_RUNS for more.
#include <unistd.h>

#include <cstdlib>
#include <random>

#include "tests/figures.h"
#include "tests/ledger/promises/scene.h"

namespace pac::ledger::test {
namespace {

constexpr const char* kPolicy = R"(package bank.lending edition 1
decision grant {
  input { id: string max 20 chars @pii(identifier), amount: int in 0 .. 1_000_000 }
  output { large: bool }
  result { large: amount > 500 }
}
test grant "a small one" { given { id: "a", amount: 1 } expect { large: false } }
)";

class CleanRun : public Scene {
 public:
  explicit CleanRun(std::uint64_t seed) : random_(seed) {
    if (cluster() != nullptr) PgStore::SetUp("pattern");
    if (!folder_.empty()) fs::remove_all(folder_);
    folder_ = folder_of_tests() / ("pac_clean_run_" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  ~CleanRun() override {
    PgStore::TearDown();
    fs::remove_all(folder_);
  }
  CleanRun(const CleanRun&) = delete;
  CleanRun& operator=(const CleanRun&) = delete;

  void live() {
    write("lending.pac", kPolicy);
    do_pac("ledger init book --origin bank.example/clean");
    const std::size_t line = out().rfind('\n', out().size() - 2) + 1;
    verifier_ = " --verifier '" + out().substr(line, out().size() - line - 1) + "'";
    decide();
    append();
    write("kept", read("book/streams/0001/checkpoint"));
    do_pac("ledger prove book 5 --output receipt");
    do_pac("ledger show book 5");
    write("entry", out());
    do_pac("ledger archive book book.zip");
    clean("ledger verify book.zip --known kept");
    if (flip()) ship();
    rotate();
    decide();
    if (flip()) ship();
    do_pac("ledger erase book --subject p3 --reason letter" + key_ + (flip() ? " --finish" : ""));
    append();
    ship();
    look();
  }
  int alarms() const { return alarms_; }
  std::uint64_t entries() const { return entries_; }

 private:
  bool flip() { return random_() % 2 == 0; }

  void decide() {
    std::string rows;
    for (int i = 0; i < 40 + static_cast<int>(random_() % 60); ++i) {
      rows += R"({"id":"p)" + std::to_string(i % 9) + R"(","amount":)" +
              std::to_string(random_() % 1000) + "}\n";
    }
    write("rows", rows);
    do_pac("run lending.pac --ledger book --input rows" +
           (key_.empty() ? "" : " --ledger-key" + key_.substr(6)));
  }
  void append() {
    std::string rows;
    for (int i = 0; i < 20 + static_cast<int>(random_() % 300); ++i) {
      rows += R"({"n":)" + std::to_string(random_()) + "}\n";
    }
    // Numbers beyond 2^53 are not JSON's.
    for (std::size_t at = 0; (at = rows.find("\"n\":", at)) != rows.npos; at += 4) {
      rows.insert(at + 4, "\"");
      rows.insert(rows.find('}', at), "\"");
    }
    write("rows", rows);
    do_pac("ledger append book --input rows" + key_);
  }
  // At once, or with both keys for a while.
  void rotate() {
    do_pac("key new next --dir .");
    const bool overlaps = flip();
    do_pac(std::string("ledger rotate book --to next.key --reason planned") +
           (overlaps ? " --keep-old" : ""));
    if (overlaps) {
      key_ = " --key book/signing.key,next.key";
      append();
      do_pac("ledger rotate book --finish --reason planned" + key_);
    }
    key_ = " --key next.key";
  }
  void ship() {
    if (cluster() != nullptr) do_pac("ledger ship book --store '" + url() + "'" + key_);
  }
  void look() {
    clean("ledger verify book --known kept");
    if (cluster() != nullptr) {
      if (flip()) do_pac("ledger index --store '" + url() + "'");
      clean("ledger verify '" + url() + "' --known kept");
    }
    clean("ledger receipt verify receipt --entry entry");
    if (pac("replay book") != 0) ++alarms_;
    ASSERT_EQ(pac("ledger status book --format json"), 0) << err();
    entries_ = static_cast<std::uint64_t>(json::parse(out())->find("size")->as_int());
  }
  void clean(const std::string& command) {
    if (pac(command + verifier_) == 0) return;
    ++alarms_;
    ADD_FAILURE() << command << "\n" << out() << err();
  }

  std::mt19937_64 random_;
  std::string verifier_, key_;
  int alarms_ = 0;
  std::uint64_t entries_ = 0;
};

TEST(CleanRuns, RaiseNoAlarm) {
  const char* const said = std::getenv("PAC_CLEAN_RUNS");
  const std::uint64_t runs = said == nullptr ? 10 : std::stoull(said);
  pac::test::add_to_figure("false_alarms", 0);
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    CleanRun run(seed);
    ASSERT_NO_FATAL_FAILURE(run.live()) << "seed " << seed;
    EXPECT_GE(run.entries(), 100u) << "seed " << seed;
    EXPECT_EQ(run.alarms(), 0) << "seed " << seed;
    pac::test::add_to_figure("clean_runs", 1);
    pac::test::add_to_figure("false_alarms", run.alarms());
    if (seed % 100 == 0) std::printf("%llu clean runs\n", static_cast<unsigned long long>(seed));
  }
}

}  // namespace
}  // namespace pac::ledger::test
