// Bundles through the public interfaces: pac.h as a C caller sees it and engine.hpp over it,
// without and with native code. tests/install does the same in C, against the installed package.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "pac/engine.hpp"
#include "pac/jit.h"
#include "runtime/engine/trust_store.h"
#include "tests/unit/bundle/sample.h"

namespace pac::driver::test {
namespace {

constexpr const char* kInput = R"({"score":720,"amount":"5.00"})";

const std::string& signed_bundle() {
  static const std::string bytes = [] {
    const auto key = key_of(1);
    return built({true, "1", {&key}}).bytes;
  }();
  return bytes;
}

std::string trust_text(uint8_t byte) {
  return engine::TrustStore({{"release", key_of(byte).public_key()}}).to_text();
}

std::string answer(const pac::RuleSet& rules) {
  pac::Input input = rules.input();
  pac::Context context;
  context.as_of_days = 20'500;
  return input.json(*rules.find("limit"), kInput).decide(context).json();
}

TEST(BundleApi, DecidesFromMemoryAndFromAFile) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("pac_bundle_api_" + std::to_string(getpid()) + ".pacb");
  std::ofstream(path, std::ios::binary) << signed_bundle();
  const pac::Engine engine;
  const auto from_memory = engine.load_bundle(signed_bundle());
  const auto from_file = engine.load_bundle_file(path.string());
  std::filesystem::remove(path);
  ASSERT_TRUE(from_memory.has_value()) << from_memory.error().message;
  ASSERT_TRUE(from_file.has_value()) << from_file.error().message;
  EXPECT_EQ(answer(*from_memory), answer(*from_file));
  EXPECT_NE(answer(*from_file).find("\"fired\":[\"good\"]"), std::string::npos);
  EXPECT_EQ(from_file->bundle_digest(), from_memory->bundle_digest());
  EXPECT_EQ(from_file->bundle_digest().size(), 64u);
  EXPECT_FALSE(from_file->is_native());
  EXPECT_EQ(from_file->signer(), "");
}

TEST(BundleApi, SignaturesCountWhereTheKeyIsTrusted) {
  const pac::Engine engine;
  const std::string ours = trust_text(1), others = trust_text(2);
  pac::BundleOptions options;
  options.requires_signature = true;
  const auto nobody = engine.load_bundle(signed_bundle(), options);
  ASSERT_FALSE(nobody.has_value());
  EXPECT_EQ(nobody.error().code, "PAC4226");
  options.trust = others;
  EXPECT_EQ(engine.load_bundle(signed_bundle(), options).error().code, "PAC4226");
  options.trust = ours;
  const auto trusted = engine.load_bundle(signed_bundle(), options);
  ASSERT_TRUE(trusted.has_value()) << trusted.error().message;
  EXPECT_EQ(trusted->signer(), "release");
  EXPECT_EQ(engine.load_bundle(built({false, "1", {}}).bytes, options).error().code, "PAC4226");
  options.trust = "no trust file";
  EXPECT_EQ(engine.load_bundle(signed_bundle(), options).error().code, "PAC4227");
  options.trust_path = "/absent/trust.json";
  EXPECT_EQ(engine.load_bundle(signed_bundle(), options).error().code, "PAC0101");
}

TEST(BundleApi, NativeCodeGivesTheSameAnswers) {
  const pac::Engine plain, fast;
  ASSERT_EQ(pac_engine_use_jit(fast.handle()), PAC_DONE);
  const auto expected = answer(*plain.load_bundle(signed_bundle()));
  const std::string trust = trust_text(1);
  pac::BundleOptions options;
  const auto compiled = fast.load_bundle(signed_bundle(), options);  // nobody trusted: from the IR
  options.trust = trust;
  const auto loaded = fast.load_bundle(signed_bundle(), options);  // its own object
  for (const auto* rules : {&compiled, &loaded}) {
    ASSERT_TRUE(rules->has_value());
    EXPECT_TRUE((*rules)->is_native());
    EXPECT_EQ(answer(**rules), expected);
  }
  EXPECT_EQ(pac_engine_use_jit(nullptr), PAC_MISUSED);
}

TEST(BundleApi, RefusesWhatIsDamagedOrTooLong) {
  const pac::Engine engine;
  std::string bytes = signed_bundle();
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  EXPECT_FALSE(engine.load_bundle(bytes).has_value());
  EXPECT_EQ(engine.load_bundle("").error().code, "PAC4222");
  pac::BundleOptions options;
  options.max_bytes = 100;
  EXPECT_EQ(engine.load_bundle(signed_bundle(), options).error().code, "PAC4221");
  EXPECT_EQ(engine.load_bundle_file("/absent.pacb").error().code, "PAC0101");
}

TEST(BundleApi, MisuseInCIsToldAndChangesNothing) {
  pac_engine* engine = nullptr;
  ASSERT_EQ(pac_engine_new(nullptr, &engine), PAC_DONE);
  pac_rule_set* rules = nullptr;
  pac_failure failure{};
  failure.size_bytes = sizeof failure;
  const std::string& bytes = signed_bundle();
  EXPECT_EQ(
      pac_rule_set_load_bundle(nullptr, bytes.data(), bytes.size(), nullptr, &rules, &failure),
      PAC_MISUSED);
  EXPECT_EQ(pac_rule_set_load_bundle(engine, nullptr, 0, nullptr, &rules, &failure), PAC_MISUSED);
  EXPECT_EQ(
      pac_rule_set_load_bundle(engine, bytes.data(), bytes.size(), nullptr, nullptr, &failure),
      PAC_MISUSED);
  EXPECT_EQ(pac_rule_set_load_bundle_file(engine, nullptr, 0, nullptr, &rules, &failure),
            PAC_MISUSED);
  EXPECT_EQ(rules, nullptr);
  // An older caller, whose options had fewer members, gets the defaults for the rest.
  pac_bundle_options options{};
  options.size_bytes = sizeof(size_t);
  options.requires_signature = 1;
  EXPECT_EQ(pac_rule_set_load_bundle(engine, bytes.data(), bytes.size(), &options, &rules, nullptr),
            PAC_DONE);
  // The rule set outlives the engine.
  pac_engine_free(engine);
  EXPECT_EQ(pac_rule_set_is_native(rules), 0);
  EXPECT_EQ(pac_rule_set_decision_count(rules), 1u);
  pac_rule_set_free(rules);
  EXPECT_EQ(pac_rule_set_is_native(nullptr), 0);
  EXPECT_EQ(pac_rule_set_signer(nullptr).size, 0u);
  EXPECT_EQ(pac_rule_set_bundle_digest(nullptr).size, 0u);
}

}  // namespace
}  // namespace pac::driver::test
