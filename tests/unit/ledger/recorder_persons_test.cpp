// A service that records personal data, and forgets a person while others are being decided.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "compiler/driver/build.h"
#include "compiler/driver/compile.h"
#include "ledger/file/read_entries.h"
#include "ledger/file/store.h"
#include "ledger/io/file_system.h"
#include "ledger/log/note.h"
#include "ledger/record/entry_view.h"
#include "ledger/record/opened.h"
#include "ledger/record/recorder.h"
#include "ledger/record/verify_records.h"
#include "ledger/replay/replay.h"
#include "pac/ledger.h"
#include "runtime/crypto/ecdsa.h"
#include "runtime/crypto/key_file.h"
#include "runtime/engine/session.h"

namespace pac::ledger {
namespace {

constexpr const char* kPolicy = R"(package bank edition 1
record Person { name: string max 50 chars @pii(identifier), city: string max 50 chars }
decision rate {
  context { caller: string @pii(staff) }
  input { who: Person, amount: int in 0 .. 1_000 }
  output { letter: string @pii(name), rate: int }
  result { letter: "Dear customer", rate: amount }
}
)";

class RecorderPersons : public testing::Test {
 protected:
  void SetUp() override {
    base_ = std::filesystem::temp_directory_path() / ("pac_persons_" + std::to_string(getpid()));
    folder_ = (base_ / "book").string();
    std::filesystem::create_directories(folder_);
    crypto::Seed seed{};
    seed[0] = 9;
    const auto key = crypto::SigningKey::from_seed(seed);
    std::ofstream(folder_ + "/signing.key") << crypto::private_key_pem(*key);
    ASSERT_TRUE(init_store(*files_, folder_, {"bank.example/api", key->public_key()}));
    const auto compiled = driver::compile_texts({{"bank.pac", kPolicy}});
    ASSERT_TRUE((*compiled)->checked);
    const auto built = driver::build(**compiled, {false, "1.0", {}, nullptr});
    ASSERT_TRUE(built && built->problems.empty());
    bytes_ = built->bytes;
    open();
  }
  void TearDown() override {
    close();
    std::filesystem::remove_all(base_);
  }
  void open() {
    RecorderOptions options;
    options.folder = folder_;
    auto opened = Recorder::open(options);
    ASSERT_TRUE(opened) << opened.error().message;
    recorder_ = std::move(*opened);
    auto bundle = engine::Bundle::load(bytes_, {});
    ASSERT_TRUE(bundle);
    rules_ = (*bundle)->rules();
    auto policy = recorder_->activate(bytes_, rules_);
    ASSERT_TRUE(policy) << policy.error().message;
    policy_ = std::move(*policy);
  }
  void close() {
    policy_.reset();
    recorder_.reset();
  }
  Result<RecordedAnswer> ask(Recorder::Lane& lane, const std::string& name,
                             std::string_view key = "") {
    engine::Session session(rules_, {});
    EXPECT_TRUE(session.bind_json(
        ir::DecisionId{0}, R"({"who":{"name":")" + name + R"(","city":"Turku"},"amount":100})"));
    engine::Context context;
    context.json = R"({"caller":"ClerkKent"})";
    Request request;
    request.caller = "ClerkKent";
    request.key = key;
    return lane.decide(session, context, nullptr, request);
  }
  Result<RecordedAnswer> ask(const std::string& name, std::string_view key = "") {
    Recorder::Lane lane(*recorder_, policy_, ir::DecisionId{0});
    return ask(lane, name, key);
  }
  std::string all_entries() {
    std::string out;
    EXPECT_TRUE(read_entries(*files_, stream_folder(folder_, 1), 0, UINT64_MAX,
                             [&](std::uint64_t, std::string_view entry) {
                               out += entry;
                               out += '\n';
                               return true;
                             }));
    return out;
  }
  Replayed replayed() {
    const auto subjects = Subjects::open_to_read(*files_, {folder_, ""});
    ReplayOptions options;
    options.subjects = subjects->get();
    auto out = replay(*files_, folder_, options);
    EXPECT_TRUE(out);
    return std::move(*out);
  }

  // From here on the ledger asks for a second signature, by a key that lies elsewhere.
  std::string ask_for_second_key() {
    close();
    const auto second = crypto::EcdsaKey::generate();
    EXPECT_TRUE(second);
    auto around = real_surroundings();
    around.also_key = *second;
    crypto::Seed seed{};
    seed[0] = 9;
    const auto key = crypto::SigningKey::from_seed(seed);
    auto store = Store::open(*files_, folder_, *key, std::move(around));
    EXPECT_TRUE(store) << store.error().message;
    EXPECT_TRUE((*store)->also_sign(*second, true, "hardware"));
    std::string path = (base_ / "elsewhere.key").string();
    std::ofstream(path) << *second->private_pem();
    return path;
  }

  std::filesystem::path base_;
  std::string folder_, bytes_;
  std::unique_ptr<FileSystem> files_ = posix_file_system();
  std::unique_ptr<Recorder> recorder_;
  std::shared_ptr<const engine::LoadedRuleSet> rules_;
  std::shared_ptr<const ActivePolicy> policy_;
};

TEST_F(RecorderPersons, NothingPersonalStandsInTheClear) {
  ASSERT_TRUE(ask("AnnaBella"));
  const std::string all = all_entries();
  for (const char* word : {"AnnaBella", "ClerkKent", "Dear customer"}) {
    EXPECT_EQ(all.find(word), all.npos) << word;
  }
  EXPECT_NE(all.find(R"("input":{"amount":100,"who":{"city":"Turku"}})"), all.npos) << all;
  EXPECT_EQ(replayed().same, 1u);
}

TEST_F(RecorderPersons, ARetryIsAnsweredFromItsBoxAlsoAfterARestart) {
  ASSERT_TRUE(ask("AnnaBella", "r-1"));
  for (int start = 0; start < 2; ++start) {
    const auto again = ask("AnnaBella", "r-1");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->kind, RecordedDecision::Kind::repeated);
    EXPECT_EQ(again->answer,
              R"({"fired":[],"output":{"letter":"Dear customer","rate":100},"status":"ok"})");
    EXPECT_EQ(ask("BerndDas", "r-1")->kind, RecordedDecision::Kind::conflict);
    close();
    open();
  }
  ASSERT_TRUE(recorder_->erase("", "AnnaBella", {"letter", ""}));
  EXPECT_EQ(ask("AnnaBella", "r-1")->kind, RecordedDecision::Kind::conflict);
}

TEST_F(RecorderPersons, APersonIsForgottenWhileOthersAreDecided) {
  std::atomic<bool> is_over = false;
  std::atomic<int> decided = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&, t] {
        Recorder::Lane lane(*recorder_, policy_, ir::DecisionId{0});
        for (int i = 0; !is_over || i < 20; ++i) {
          const auto name = t == 0 ? "AnnaBella" : "p" + std::to_string(t) + std::to_string(i % 7);
          const auto answer = ask(lane, name);
          EXPECT_TRUE(answer) << answer.error().message;
          ++decided;
        }
      });
    }
    while (decided < 10) std::this_thread::yield();
    for (int i = 0; i < 3; ++i) {
      const int before = decided;
      const auto erased = recorder_->erase("", "AnnaBella", {"letter", "desk"});
      EXPECT_TRUE(erased || erased.error().code == "PAC6604") << erased.error().message;
      EXPECT_TRUE(recorder_->end_epoch());
      while (decided < before + 5) std::this_thread::yield();
    }
    is_over = true;
  }
  EXPECT_EQ(recorder_->erase("", "Nobody", {"letter", ""}).error().code, "PAC6604");
  const Replayed all = replayed();
  EXPECT_EQ(all.drifted, 0u);
  EXPECT_GT(all.same, 20u);
  ASSERT_TRUE(all.not_replayed.contains(kErasedInput));
  EXPECT_EQ(all.not_replayed.size(), 1u) << "each box opens, or is erased";
  EXPECT_EQ(all.decisions, static_cast<std::uint64_t>(decided));
}

TEST_F(RecorderPersons, ThroughTheCInterfaceTwoKeysSignAndAPersonIsForgotten) {
  ASSERT_TRUE(ask("AnnaBella"));
  ASSERT_TRUE(ask("BerndDas"));
  const std::string second_key = ask_for_second_key();
  const auto view = [](const std::string& text) { return pac_view{text.data(), text.size()}; };
  const std::string person = "AnnaBella", reason = "letter";
  pac_failure failure{};
  failure.size_bytes = sizeof failure;
  pac_recorder_options options{};
  options.size_bytes = sizeof options;
  options.folder = view(folder_);
  pac_recorder* recorder = nullptr;
  EXPECT_EQ(pac_recorder_open(&options, &recorder, &failure), PAC_FAILED);
  EXPECT_STREQ(failure.code, "PAC6210");
  options.also_key_path = view(second_key);
  ASSERT_EQ(pac_recorder_open(&options, &recorder, &failure), PAC_DONE) << failure.message;

  pac_erasure erasure{};
  erasure.size_bytes = sizeof erasure;
  erasure.person = view(person);
  erasure.reason = view(reason);
  pac_recorded recorded{};
  recorded.size_bytes = sizeof recorded;
  EXPECT_EQ(pac_recorder_erase(recorder, &erasure, &recorded, &failure), PAC_DONE)
      << failure.message;
  EXPECT_EQ(recorded.stream, 1u);
  const std::string all = all_entries();
  const std::string last = all.substr(all.rfind('\n', all.size() - 2) + 1);
  EXPECT_NE(last.find(R"("kind":"erase")"), last.npos) << last;
  EXPECT_EQ(recorded.index + 1, static_cast<std::uint64_t>(std::ranges::count(all, '\n')));
  EXPECT_EQ(pac_recorder_erase(recorder, &erasure, &recorded, &failure), PAC_FAILED);
  EXPECT_STREQ(failure.code, "PAC6604") << "who was erased is not known any more";
  EXPECT_EQ(pac_recorder_end_epoch(recorder, nullptr, &failure), PAC_DONE) << failure.message;
  pac_recorder_free(recorder);

  const Replayed after = replayed();
  EXPECT_EQ(after.same, 1u);
  ASSERT_TRUE(after.not_replayed.contains(kErasedInput));
  const auto checkpoint = read_whole(*files_, stream_folder(folder_, 1) + "/checkpoint", 10'000);
  ASSERT_TRUE(checkpoint);
  EXPECT_EQ(decode_note(*checkpoint)->signatures.size(), 2u);
}

}  // namespace
}  // namespace pac::ledger
