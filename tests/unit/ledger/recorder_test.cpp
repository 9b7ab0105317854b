// Recording by many threads through pac/ledger.h, and replay of what was recorded.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>

#include "compiler/driver/build.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/load.h"
#include "ledger/file/entry.h"
#include "ledger/file/read_entries.h"
#include "ledger/file/store.h"
#include "ledger/file/verify.h"
#include "ledger/record/decision_entry.h"
#include "ledger/record/entry_view.h"
#include "ledger/record/verify_records.h"
#include "ledger/replay/replay.h"
#include "ledger/witness/http.h"
#include "pac/engine.hpp"
#include "pac/ledger.h"
#include "runtime/base/json.h"
#include "runtime/crypto/key_file.h"
#include "runtime/engine/memory_features.h"
#include "tests/unit/ledger/bank.h"

namespace pac::ledger {
namespace {

using test::compiled;

class RecorderTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("pac_recorder_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    crypto::Seed seed{};
    seed[0] = 9;
    const auto key = crypto::SigningKey::from_seed(seed);
    std::ofstream(folder_ / "signing.key") << crypto::private_key_pem(*key);
    files_ = posix_file_system();
    ASSERT_TRUE(init_store(*files_, folder_.string(), {"bank.example/api", key->public_key()}));
    const auto built = driver::build(compiled(), {false, "1.0", {}, nullptr});
    ASSERT_TRUE(built) << built.error().message;
    ASSERT_TRUE(built->problems.empty()) << built->problems[0];
    bundle_ = built->bytes;
    auto rules = engine_.load_bundle(bundle_);
    ASSERT_TRUE(rules);
    rules_.emplace(std::move(*rules));
    open();
  }
  void TearDown() override {
    close();
    std::filesystem::remove_all(folder_);
    std::filesystem::remove(folder_.string() + ".epoch");
  }
  void open() {
    const std::string folder = folder_.string();
    pac_recorder_options options{};
    options.size_bytes = sizeof options;
    options.folder = {folder.data(), folder.size()};
    pac_failure failure{};
    failure.size_bytes = sizeof failure;
    ASSERT_EQ(pac_recorder_open(&options, &recorder_, &failure), PAC_DONE) << failure.message;
    pac_engine_new(nullptr, &c_engine_);
    ASSERT_EQ(pac_rule_set_load_bundle(c_engine_, bundle_.data(), bundle_.size(), nullptr,
                                       &c_rules_, &failure),
              PAC_DONE);
    ASSERT_EQ(pac_recorder_activate(recorder_, c_rules_, bundle_.data(), bundle_.size(), &policy_,
                                    &failure),
              PAC_DONE)
        << failure.message;
  }
  void close() {
    pac_policy_free(policy_);
    pac_rule_set_free(c_rules_);
    pac_engine_free(c_engine_);
    pac_recorder_free(recorder_);
  }
  // One thread's requests, keys from..to.
  struct Lane {
    explicit Lane(RecorderTest& test) {
      EXPECT_EQ(pac_recording_new(test.policy_, 0, &recording), PAC_DONE);
      EXPECT_EQ(pac_input_new(test.c_rules_, &input), PAC_DONE);
      recorded.size_bytes = sizeof recorded;
      failure.size_bytes = sizeof failure;
    }
    ~Lane() {
      pac_recording_free(recording);
      pac_input_free(input);
    }
    pac_answer ask(const std::string& json, const std::string& key, const std::string& more = "") {
      const std::string around =
          R"({"as_of":"2026-03-01","now":"2026-03-01T09:00:00Z","caller":"desk")" + more + "}";
      pac_context context{};
      context.size_bytes = sizeof context;
      context.json = {around.data(), around.size()};
      pac_request request{};
      request.size_bytes = sizeof request;
      request.key = {key.data(), key.size()};
      pac_input_bind_json(input, 0, json.data(), json.size());
      return pac_recording_decide(recording, input, &context, &request, told, &failure);
    }
    pac_recording* recording = nullptr;
    pac_input* input = nullptr;
    pac_recorded recorded{};
    pac_recorded* told = &recorded;
    pac_failure failure{};
  };
  static std::string person(const std::string& name) {
    return R"({"who":{"name":")" + name + R"("},"amount":"1.00"})";
  }
  std::vector<std::string> entries() {
    std::vector<std::string> out;
    EXPECT_TRUE(read_entries(*files_, stream_folder(folder_.string(), 1), 0, UINT64_MAX,
                             [&](std::uint64_t, std::string_view entry) {
                               out.emplace_back(entry);
                               return true;
                             }));
    return out;
  }

  std::filesystem::path folder_;
  std::unique_ptr<FileSystem> files_;
  std::string bundle_;
  pac::Engine engine_;
  std::optional<pac::RuleSet> rules_;
  pac_engine* c_engine_ = nullptr;
  pac_rule_set* c_rules_ = nullptr;
  pac_recorder* recorder_ = nullptr;
  pac_policy* policy_ = nullptr;
};

TEST_F(RecorderTest, ManyThreadsEachDecisionOnceInTheOrderOfTime) {
  constexpr int kThreads = 4, kEach = 50;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        Lane lane(*this);
        for (int i = 0; i < kEach; ++i) {
          const std::string name = "p" + std::to_string(t) + "-" + std::to_string(i);
          EXPECT_EQ(lane.ask(person(name), ""), PAC_DONE);
          EXPECT_EQ(lane.recorded.kind, PAC_RECORDED);
          EXPECT_GT(lane.recorded.checkpoint.size, 0u);
        }
      });
    }
  }
  const auto all = entries();
  ASSERT_EQ(all.size(), 2u + kThreads * kEach);
  std::string last;
  std::set<std::string> inputs;
  EntryReader reader;
  EntryView view;
  for (const std::string& entry : all) {
    ASSERT_TRUE(reader.read(entry, &view));
    EXPECT_LE(last, view.at);
    last = view.at;
    if (view.kind == "decision") inputs.emplace(view.input);
  }
  EXPECT_EQ(inputs.size(), static_cast<std::size_t>(kThreads * kEach));
}

TEST_F(RecorderTest, OneKeyIsAnsweredOnceHoweverManyAskAtOnce) {
  std::atomic<int> recorded = 0, repeated = 0;
  std::set<std::uint64_t> places;
  std::mutex mutex;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        Lane lane(*this);
        EXPECT_EQ(lane.ask(person("A"), "key-1"), PAC_DONE);
        ++(lane.recorded.kind == PAC_RECORDED ? recorded : repeated);
        const std::lock_guard lock(mutex);
        places.insert(lane.recorded.index);
      });
    }
  }
  EXPECT_EQ(recorded, 1);
  EXPECT_EQ(repeated, 3);
  EXPECT_EQ(places.size(), 1u);
  EXPECT_EQ(entries().size(), 3u);
  // After a restart too; and the key stands for no other request.
  close();
  open();
  Lane lane(*this);
  EXPECT_EQ(lane.ask(person("A"), "key-1"), PAC_DONE);
  EXPECT_EQ(lane.recorded.kind, PAC_REPEATED);
  EXPECT_EQ(
      std::string(lane.recorded.answer.data, lane.recorded.answer.size),
      R"({"fired":["otherwise"],"output":{"rate":"9.00","why":"not known: A"},"status":"ok"})");
  EXPECT_EQ(lane.ask(person("B"), "key-1"), PAC_FAILED);
  EXPECT_STREQ(lane.failure.code, "PAC6402");
  EXPECT_EQ(lane.recorded.kind, PAC_KEY_CONFLICT);
  EXPECT_EQ(lane.recorded.index, 2u);
}

// Too few witnesses in time: no answer, and the same request later is the entry that is there.
TEST_F(RecorderTest, AnswersWaitForWitnesses) {
  close();
  const auto settings = read_settings(*files_, folder_.string());
  auto cosigner = Cosigner::make("w.example/1", *crypto::SigningKey::generate());
  const WitnessKey key = cosigner->key();
  const auto own_files = posix_file_system();
  const auto witness = Witness::open(*own_files, (folder_ / "witness").string(), *cosigner,
                                     {{settings->origin, stream_key(*settings, 1), true}},
                                     [] { return std::int64_t{1'772'355'600}; });
  ASSERT_TRUE(witness) << witness.error().message;
  std::unique_ptr<net::Server> server;
  std::thread serving;
  const auto serve = [&](std::uint16_t port) {
    net::ServerOptions options;
    options.listen = {"127.0.0.1", port};
    auto opened = net::Server::open(options, witness_handler(**witness));
    ASSERT_TRUE(opened) << opened.error().message;
    server = std::move(*opened);
    serving = std::thread([&] { server->run(); });
  };
  const auto stop = [&] {
    server->stop();
    serving.join();
  };
  serve(0);
  const std::uint16_t port = server->port();
  const WitnessPolicy policy = policy_of({{key, "http://127.0.0.1:" + std::to_string(port)}}, 1);
  ASSERT_TRUE(replace_file(*files_, (folder_ / kPolicyFile).string(), policy_text(policy)));
  open();
  {
    Lane lane(*this);
    EXPECT_EQ(lane.ask(person("A"), "key-1"), PAC_DONE) << lane.failure.message;
    const std::uint64_t first = lane.recorded.index;
    EXPECT_EQ((*witness)->head(stream_key(*settings, 1).name)->size, first + 1);
    stop();
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(lane.ask(person("B"), "key-2"), PAC_FAILED);
      EXPECT_STREQ(lane.failure.code, "PAC6505");
    }
    serve(port);
    EXPECT_EQ(lane.ask(person("B"), "key-2"), PAC_DONE) << lane.failure.message;
    EXPECT_EQ(lane.recorded.kind, PAC_REPEATED);
    EXPECT_EQ(lane.recorded.index, first + 1);
    EXPECT_EQ((*witness)->head(stream_key(*settings, 1).name)->size, first + 2);
    EXPECT_EQ(entries().size(), first + 2);
  }
  close();
  open();  // for the fixture to close
  stop();
}

// The policy may decide by the tenant: an answer for one must never reach another.
TEST_F(RecorderTest, AKeyBelongsToItsTenant) {
  const std::string acme = R"(,"tenant":"acme")", beta = R"(,"tenant":"beta")";
  for (int start = 0; start < 2; ++start) {
    {
      Lane lane(*this);
      const auto kind = start == 0 ? PAC_RECORDED : PAC_REPEATED;
      EXPECT_EQ(lane.ask(person("A"), "key-1", acme), PAC_DONE);
      EXPECT_EQ(lane.recorded.kind, kind);
      EXPECT_EQ(lane.recorded.index, 2u);
      EXPECT_EQ(lane.ask(person("A"), "key-1", beta), PAC_DONE);
      EXPECT_EQ(lane.recorded.kind, kind);
      EXPECT_EQ(lane.recorded.index, 3u);
    }
    // The same from the keys that a start reads.
    close();
    open();
  }
}

// Who can't be told that the answer is a recorded one would give out the wrong one.
TEST_F(RecorderTest, AKeyNeedsAPlaceToBeTold) {
  Lane lane(*this);
  lane.told = nullptr;
  EXPECT_EQ(lane.ask(person("A"), "key-1"), PAC_MISUSED);
  EXPECT_EQ(entries().size(), 2u) << "nothing was recorded";
  EXPECT_EQ(lane.ask(person("A"), ""), PAC_DONE);
  lane.told = &lane.recorded;
  lane.recorded.size_bytes = offsetof(pac_recorded, answer);
  EXPECT_EQ(lane.ask(person("A"), "key-1"), PAC_MISUSED);
  lane.recorded.size_bytes = sizeof lane.recorded;
  EXPECT_EQ(lane.ask(person("A"), "key-1"), PAC_DONE);
  EXPECT_EQ(lane.recorded.kind, PAC_RECORDED);
}

TEST_F(RecorderTest, AnAnswerThatWasChangedIsNotRepeated) {
  Lane lane(*this);
  EXPECT_EQ(lane.ask(person("A"), "key-1"), PAC_DONE);
  // Fills its bundle: those that are not full are written anew.
  for (int i = 0; i < 256; ++i) EXPECT_EQ(lane.ask(person("B"), ""), PAC_DONE);
  EXPECT_EQ(lane.ask(person("A"), "key-1"), PAC_DONE);
  EXPECT_EQ(lane.recorded.kind, PAC_REPEATED);
  int changed = 0;
  const auto bundles = folder_ / "streams/0001/tile/entries";
  for (const auto& one : std::filesystem::recursive_directory_iterator(bundles)) {
    if (!one.is_regular_file()) continue;
    std::string bytes = *read_whole(*files_, one.path().string(), 1 << 20);
    const std::size_t at = bytes.find(R"("rate":"9.00")");
    if (at == bytes.npos) continue;
    bytes[at + 8] = '1';
    std::ofstream(one.path(), std::ios::binary) << bytes;
    ++changed;
  }
  EXPECT_GT(changed, 0);
  EXPECT_EQ(lane.ask(person("A"), "key-1"), PAC_FAILED);
  EXPECT_STREQ(lane.failure.code, "PAC6105");
}

// A second activation may name the stored policy as if it were another.
TEST_F(RecorderTest, APolicyIsHeldAgainstEachNameThatItIsActivatedUnder) {
  const auto findings = [&] {
    const auto settings = read_settings(*files_, folder_.string());
    const auto verified = verify_store(*files_, folder_.string(), settings->key, {});
    EXPECT_TRUE(verified && verified->findings.empty());
    const auto records = verify_records(*files_, folder_.string(), *verified);
    EXPECT_TRUE(records);
    return records->findings;
  };
  close();
  EXPECT_TRUE(findings().empty());
  {
    std::string lie = entries().back();
    lie.replace(lie.find("\"snapshot\":\"") + 12, 4, "0000");
    crypto::Seed seed{};
    seed[0] = 9;
    auto store = Store::open(*files_, folder_.string(), *crypto::SigningKey::from_seed(seed),
                             real_surroundings());
    ASSERT_TRUE(store);
    const std::string_view view = lie;
    ASSERT_TRUE((*store)->append(std::span(&view, 1)));
    ASSERT_TRUE((*store)->publish());
  }
  const auto found = findings();
  EXPECT_TRUE(std::ranges::any_of(found, [](const LedgerFinding& one) {
    return one.index == 2 && one.what.find("not the one that the entry names") != one.what.npos;
  }));
  open();
}

// Entries that whoever has the key wrote otherwise than the policy decides.
TEST_F(RecorderTest, ReplayNamesDriftWithEntryAndRules) {
  {
    Lane lane(*this);
    EXPECT_EQ(lane.ask(person("A"), ""), PAC_DONE);
  }
  close();
  {
    std::string lie = entries().back();
    const std::string truth = R"("fired":["otherwise"],"output":{"rate":"9.00")";
    lie.replace(lie.find(truth), truth.size(), R"("fired":["known"],"output":{"rate":"1.50")");
    std::string erased = entries().back();
    const std::size_t begin = erased.find("\"input\":");
    erased.erase(begin, erased.find("\"kind\"") - begin);
    std::string unknown = entries().back();
    unknown.replace(unknown.find("\"snapshot\":\"") + 12, 4, "0000");
    crypto::Seed seed{};
    seed[0] = 9;
    auto store = Store::open(*files_, folder_.string(), *crypto::SigningKey::from_seed(seed),
                             real_surroundings());
    ASSERT_TRUE(store);
    const std::string_view views[] = {lie, erased, unknown};
    ASSERT_TRUE((*store)->append(views));
  }
  for (const unsigned threads : {1u, 3u}) {
    ReplayOptions options;
    options.threads = threads;
    const auto replayed = replay(*files_, folder_.string(), options);
    ASSERT_TRUE(replayed) << replayed.error().message;
    EXPECT_EQ(replayed->same, 1u);
    EXPECT_EQ(replayed->drifted, 1u);
    ASSERT_EQ(replayed->drifts.size(), 1u);
    const Drift& drift = replayed->drifts[0];
    EXPECT_EQ(drift.place.index, 3u);
    EXPECT_EQ(drift.function, "bank.rate");
    EXPECT_EQ(drift.engine, "interp");
    EXPECT_EQ(drift.recorded_rules, std::vector<std::string>{"known"});
    EXPECT_EQ(drift.rules, std::vector<std::string>{"otherwise"});
    EXPECT_NE(drift.now.find("9.00"), std::string::npos);
    EXPECT_EQ(replayed->left_out(), 2u);
    EXPECT_TRUE(replayed->not_replayed.contains("it has no input"));
    EXPECT_TRUE(replayed->not_replayed.contains("its policy was never recorded as activated"));
  }
  open();
}

TEST_F(RecorderTest, RefusalsAreRecordedAndMisuseIsToldApart) {
  Lane lane(*this);
  EXPECT_EQ(lane.ask(R"({"who":{"name":"A"},"amount":"-1.00"})", ""), PAC_REFUSED);
  EXPECT_EQ(lane.recorded.index, 2u);
  EXPECT_NE(entries().back().find(R"("status":"refused")"), std::string::npos);
  pac_input* fresh = nullptr;
  ASSERT_EQ(pac_input_new(c_rules_, &fresh), PAC_DONE);
  EXPECT_EQ(pac_recording_decide(lane.recording, fresh, nullptr, nullptr, nullptr, nullptr),
            PAC_MISUSED);
  pac_input_free(fresh);
  pac_recording* none = nullptr;
  EXPECT_EQ(pac_recording_new(policy_, 7, &none), PAC_MISUSED);
  // The ledger has one writer.
  const std::string folder = folder_.string();
  pac_recorder_options options{};
  options.size_bytes = sizeof options;
  options.folder = {folder.data(), folder.size()};
  pac_recorder* second = nullptr;
  pac_failure failure{};
  failure.size_bytes = sizeof failure;
  EXPECT_EQ(pac_recorder_open(&options, &second, &failure), PAC_FAILED);
  EXPECT_STREQ(failure.code, "PAC6202");
}

TEST_F(RecorderTest, AServiceExchangesItsKeyAndForgetsPersons) {
  Lane lane(*this);
  EXPECT_EQ(lane.ask(person("A"), ""), PAC_DONE);
  const auto next = crypto::SigningKey::generate();
  ASSERT_TRUE(next);
  const std::string path = (folder_ / "next.key").string();
  std::ofstream(path) << crypto::private_key_pem(*next);
  pac_failure failure{};
  failure.size_bytes = sizeof failure;
  const auto view = [](const std::string& text) { return pac_view{text.data(), text.size()}; };
  const std::string reason = "yearly", absent = (folder_ / "absent.key").string(),
                    nobody = "Nobody";
  ASSERT_EQ(pac_recorder_rotate(recorder_, view(path), view(reason), &failure), PAC_DONE)
      << failure.message;
  EXPECT_EQ(pac_recorder_rotate(recorder_, view(path), view(reason), &failure), PAC_FAILED);
  EXPECT_STREQ(failure.code, "PAC6218");
  EXPECT_EQ(pac_recorder_rotate(recorder_, view(absent), view(reason), &failure), PAC_FAILED);
  EXPECT_STREQ(failure.code, "PAC6201");
  EXPECT_EQ(pac_recorder_rotate(recorder_, view(path), {}, &failure), PAC_MISUSED);
  EXPECT_EQ(lane.ask(person("B"), ""), PAC_DONE);

  pac_erasure erasure{};
  erasure.size_bytes = sizeof erasure;
  erasure.person = view(nobody);
  EXPECT_EQ(pac_recorder_erase(recorder_, &erasure, nullptr, &failure), PAC_MISUSED);
  erasure.reason = view(reason);
  EXPECT_EQ(pac_recorder_erase(recorder_, &erasure, nullptr, &failure), PAC_FAILED);
  EXPECT_STREQ(failure.code, "PAC6604");
  EXPECT_EQ(pac_recorder_erase(nullptr, &erasure, nullptr, &failure), PAC_MISUSED);
  pac_recorded recorded{};
  recorded.size_bytes = sizeof recorded;
  ASSERT_EQ(pac_recorder_end_epoch(recorder_, &recorded, &failure), PAC_DONE) << failure.message;
  EXPECT_EQ(recorded.stream, 1u);
  EXPECT_EQ(recorded.index + 1, entries().size());
  EXPECT_NE(entries().back().find(R"("kind":"erase")"), std::string::npos) << entries().back();
}

}  // namespace
}  // namespace pac::ledger
