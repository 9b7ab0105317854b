// Each case of the table of tampering is found, with the index that it should have; and the table
// in the documentation is this one.
#include <fstream>
#include <set>

#include "tests/figures.h"
#include "tests/ledger/promises/scene.h"

namespace pac::ledger::test {
namespace {

class Tamper : public testing::TestWithParam<TamperCase> {
 protected:
  void TearDown() override { scene_.end(); }
  Scene scene_;
};

TEST_P(Tamper, IsFound) {
  const TamperCase& one = GetParam();
  if (!scene_.begin(one.has_store())) GTEST_SKIP() << "no PostgreSQL here: install postgresql";
  const Alarm alarm = one.tamper(scene_);
  EXPECT_TRUE(alarm.is_raised);
  EXPECT_EQ(alarm.index, one.index) << alarm.text;
  EXPECT_NE(alarm.text.find(one.alarm), std::string::npos) << alarm.text;
  pac::test::add_to_figure("tamper_cases", 1);
  pac::test::add_to_figure("tamper_found", HasFailure() ? 0 : 1);
}

INSTANTIATE_TEST_SUITE_P(Cases, Tamper, testing::ValuesIn(all_cases()),
                         [](const auto& one) { return std::string(one.param.name); });

// What the cases begin with raises none of the alarms.
TEST(TamperTable, WithoutTamperingThereIsNoAlarm) {
  Scene scene;
  const bool has_store = cluster() != nullptr;
  ASSERT_TRUE(scene.begin(has_store));
  for (const Alarm& alarm : {scene.verify(), scene.verify_archive(),
                             scene.refused("ledger receipt verify receipt --entry entry "
                                           "--verifier '" +
                                           scene.verifier() + "'"),
                             has_store ? scene.verify_rows() : Alarm{}}) {
    EXPECT_FALSE(alarm.is_raised) << alarm.text;
  }
  scene.end();
}

// What docs/ledger.md says is not proved: behind the last signature on the disk stands what was
// being recorded, or what somebody who may write there put there; the next start signs it.
TEST(TamperLimits, ABatchPutBehindTheLastSignature) {
  Scene scene;
  ASSERT_TRUE(scene.begin(false));
  const std::string published = scene.read("book/streams/0001/checkpoint");
  scene.rebuild([&](std::vector<Scene::Batch>& all) {
    all.push_back({published, {R"({"kind":"external","record":{}})"}});
  });
  EXPECT_FALSE(scene.verify().is_raised) << "if it is found, docs/ledger.md can say so";
  EXPECT_EQ(scene.pac("ledger verify book --verifier '" + scene.verifier() + "'"), 0);
  EXPECT_NE(scene.out().find("not published yet: the newest 1; the last batch"), std::string::npos)
      << scene.out();
  scene.end();
}

// As docs/ledger_promises.md has it.
std::string table() {
  std::string out = "| case | where | what is done | first index named |\n|---|---|---|---|\n";
  for (const TamperCase& one : all_cases()) {
    out += "| `" + std::string(one.name) + "` | " + one.place + " | " + one.done + " | " +
           (one.index < 0 ? "–" : std::to_string(one.index)) + " |\n";
  }
  return out;
}

TEST(TamperTable, IsTheOneInTheDocumentation) {
  std::ifstream in(PAC_SOURCE_DIR "/docs/ledger_promises.md", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  EXPECT_NE(page.find(table()), page.npos) << "docs/ledger_promises.md should have\n" << table();
  std::set<std::string> names;
  for (const TamperCase& one : all_cases()) EXPECT_TRUE(names.insert(one.name).second) << one.name;
  EXPECT_GE(names.size(), 26u);
}

}  // namespace
}  // namespace pac::ledger::test
