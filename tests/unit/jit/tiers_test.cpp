// A rule set decides at once and native code takes over: through the public interface.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <latch>
#include <thread>

#include "compiler/driver/compile.h"
#include "compiler/jit/native.h"
#include "pac/engine.hpp"
#include "pac/jit.h"
#include "runtime/engine/handles.h"
#include "runtime/ir/encode.h"

namespace pac::jit {
namespace {

constexpr const char* kPolicy = R"(package p edition 1
decision d {
  input { n: int in 0 .. 999 }
  output { t: string }
  rules first {
    rule small { when n < 500 then { t: "small {n}" } }
    otherwise { t: "large" }
  }
}
)";

std::string ir_of(const char* policy) {
  const auto compiled = driver::compile_texts({{"p.pac", policy}});
  if (!compiled || !(*compiled)->checked) return {};
  return ir::encode((*compiled)->checked->rules);
}

// Compiles when it is let.
class Gated final : public engine::NativeMaker {
 public:
  Result<void> make(engine::LoadedRuleSet& rules, const engine::Bundle* bundle) const override {
    ++begun;
    if (!opens_at_once) gate.wait();
    const Result<void> made =
        fails ? Result<void>(fail("PAC4204", "too large")) : make_native(rules, bundle, 0);
    ++done;
    return made;
  }
  bool fails = false, opens_at_once = false;
  mutable std::latch gate{1};
  mutable std::atomic<int> begun = 0, done = 0;
};

class Tiers : public testing::Test {
 protected:
  void SetUp() override {
    engine_.handle()->options.native = maker_;
    engine_.handle()->options.native_in_background = true;
  }
  static std::string ask(const pac::RuleSet& rules, int n) {
    pac::Input input = rules.input();
    return input.json(*rules.find("d"), "{\"n\":" + std::to_string(n) + "}").decide().json();
  }

  std::shared_ptr<Gated> maker_ = std::make_shared<Gated>();
  pac::Engine engine_;
  const std::string ir_ = ir_of(kPolicy);
};

TEST_F(Tiers, DecidesWhileItCompilesAndAfterwardsTheSame) {
  const auto rules = engine_.load_ir(ir_);
  ASSERT_TRUE(rules.has_value()) << rules.error().message;
  EXPECT_EQ(rules->native_state(), pac::NativeState::compiling);
  EXPECT_FALSE(rules->is_native());
  pac::Input early = rules->input();  // made before, decides on after
  const auto id = *rules->find("d");
  const std::string small = early.json(id, R"({"n":7})").decide().json();
  EXPECT_NE(small.find("small 7"), std::string::npos);
  maker_->gate.count_down();
  EXPECT_EQ(rules->wait_native(), pac::NativeState::ready);
  EXPECT_TRUE(rules->is_native());
  EXPECT_EQ(early.json(id, R"({"n":7})").decide().json(), small);
  EXPECT_EQ(ask(*rules, 7), small);
}

TEST_F(Tiers, AFailureIsToldAndTheInterpreterGoesOn) {
  maker_->fails = true;
  const auto rules = engine_.load_ir(ir_);
  ASSERT_TRUE(rules.has_value());
  const std::string before = ask(*rules, 600);
  maker_->gate.count_down();
  pac::Failure failure;
  EXPECT_EQ(rules->wait_native(&failure), pac::NativeState::failed);
  EXPECT_EQ(failure.code, "PAC4204");
  EXPECT_EQ(failure.message, "too large");
  EXPECT_FALSE(rules->is_native());
  EXPECT_EQ(ask(*rules, 600), before);
}

TEST_F(Tiers, FailuresAreToldToThoseWhoWaitedForThem) {
  maker_->fails = maker_->opens_at_once = true;
  engine_.handle()->options.native_in_background = false;
  const auto rules = engine_.load_ir(ir_);
  ASSERT_TRUE(rules.has_value());
  pac::Failure failure;
  EXPECT_EQ(rules->native_state(&failure), pac::NativeState::failed);
  EXPECT_EQ(failure.code, "PAC4204");
}

TEST_F(Tiers, LettingGoWaitsForACompilationAndInputsLiveOn) {
  std::optional<pac::Input> input;
  std::thread opener;
  {
    auto rules = engine_.load_ir(ir_);
    ASSERT_TRUE(rules.has_value());
    input.emplace(rules->input());
    while (maker_->begun == 0) std::this_thread::yield();
    opener = std::thread([this] { maker_->gate.count_down(); });
  }
  EXPECT_EQ(maker_->done, 1);
  opener.join();
  EXPECT_NE(
      input->json(static_cast<pac::DecisionId>(0), R"({"n":7})").decide().json().find("small 7"),
      std::string::npos);
}

TEST_F(Tiers, EnginesWithoutNativeCodeSaySo) {
  const pac::Engine plain;
  const auto rules = plain.load_ir(ir_);
  ASSERT_TRUE(rules.has_value());
  EXPECT_EQ(rules->native_state(), pac::NativeState::none);
  EXPECT_EQ(rules->wait_native(), pac::NativeState::none);
  EXPECT_EQ(pac_rule_set_native_state(nullptr, nullptr), PAC_NATIVE_NONE);
}

TEST(JitOptions, CompileInTheBackgroundAndKeepTheObject) {
  namespace fs = std::filesystem;
  std::string name = (fs::temp_directory_path() / "pac-tiers-XXXXXX").string();
  ASSERT_NE(::mkdtemp(name.data()), nullptr);
  const std::string folder = name + "/cache", ir = ir_of(kPolicy);
  for (int time = 0; time < 2; ++time) {  // compiled, then from the folder
    const pac::Engine engine;
    pac_jit_options options{};
    options.size_bytes = sizeof options;
    options.in_background = 1;
    options.uses_cache = 1;
    options.cache_folder = {folder.data(), folder.size()};
    pac_failure failure{};
    failure.size_bytes = sizeof failure;
    ASSERT_EQ(pac_engine_use_jit_with(engine.handle(), &options, &failure), PAC_DONE)
        << failure.message;
    const auto rules = engine.load_ir(ir);
    ASSERT_TRUE(rules.has_value());
    EXPECT_EQ(rules->wait_native(), pac::NativeState::ready);
    EXPECT_TRUE(rules->is_native());
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 2);
  }
  fs::permissions(folder, fs::perms::all);
  const pac::Engine engine;
  pac_jit_options options{};
  options.size_bytes = sizeof options;
  options.uses_cache = 1;
  options.cache_folder = {folder.data(), folder.size()};
  pac_failure failure{};
  failure.size_bytes = sizeof failure;
  EXPECT_EQ(pac_engine_use_jit_with(engine.handle(), &options, &failure), PAC_FAILED);
  EXPECT_STREQ(failure.code, "PAC4210");
  EXPECT_EQ(pac_engine_use_jit_with(nullptr, nullptr, nullptr), PAC_MISUSED);
  fs::remove_all(name);
}

}  // namespace
}  // namespace pac::jit
