// Reading bundles: what is accepted, what is trusted, and that nothing damaged or forged is ever
// believed.
#include <gtest/gtest.h>

#include <map>

#include "compiler/driver/load.h"
#include "runtime/base/json.h"
#include "runtime/crypto/dsse.h"
#include "runtime/engine/bundle.h"
#include "tests/unit/bundle/sample.h"

namespace pac::driver::test {
namespace {

using engine::Bundle;
using engine::TrustStore;

const std::string& signed_bundle() {
  static const std::string bytes = [] {
    const auto key = key_of(1);
    return built({true, "1", {&key}}).bytes;
  }();
  return bytes;
}

TrustStore trust_in(uint8_t byte) { return TrustStore({{"release", key_of(byte).public_key()}}); }

// The members, to be changed and written again with right checksums.
std::map<std::string, std::string> members_of(const std::string& bytes) {
  std::map<std::string, std::string> out;
  const auto members = engine::read_zip(bytes);
  for (const auto& member : *members) out.emplace(member.name, member.bytes);
  return out;
}

std::string zip_of(const std::map<std::string, std::string>& members) {
  std::vector<engine::ZipMember> views;
  for (const auto& [name, bytes] : members) views.push_back({name, bytes});
  return *engine::write_zip(views);
}

// The manifest that belongs to changed members, as a forger would write it.
void fit_manifest(std::map<std::string, std::string>& members, const ir::RuleSet& rules) {
  std::vector<engine::ZipMember> views;
  for (const auto& [name, bytes] : members) views.push_back({name, bytes});
  members["manifest.json"] = engine::encode(engine::make_manifest(rules, views, "1"));
}

void refuses(const std::map<std::string, std::string>& members, const std::string& code) {
  const auto read = Bundle::load(zip_of(members), trust_in(1));
  ASSERT_FALSE(read.has_value()) << code;
  EXPECT_EQ(read.error().code, code) << read.error().message;
}

TEST(Bundle, LoadsWhatWasBuilt) {
  const auto bundle = Bundle::load(signed_bundle(), trust_in(1), {engine::kMaxBundleBytes, true});
  ASSERT_TRUE(bundle.has_value()) << bundle.error().message;
  EXPECT_EQ((*bundle)->manifest().package, "sample");
  EXPECT_TRUE((*bundle)->is_trusted());
  EXPECT_EQ((*bundle)->signatures()[0].key_name, "release");
  EXPECT_TRUE((*bundle)->native_object(native_key(2)).has_value());
  EXPECT_FALSE((*bundle)->native_object("another-machine").has_value());
  EXPECT_TRUE((*bundle)->member("sources/sample.pac").has_value());
  EXPECT_TRUE((*bundle)->member("tz/Europe/Helsinki.json").has_value());
  const auto loaded = load(**bundle, {Engine::native, 2});
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_NE((*loaded)->native(), nullptr);
}

TEST(Bundle, WithoutTrustNoNativeObjectIsTaken) {
  for (const TrustStore& trust : {TrustStore(), trust_in(2)}) {
    const auto bundle = Bundle::load(signed_bundle(), trust);
    ASSERT_TRUE(bundle.has_value());
    EXPECT_FALSE((*bundle)->is_trusted());
    EXPECT_FALSE((*bundle)->native_object(native_key(2)).has_value());
    EXPECT_TRUE(load(**bundle, {Engine::native, 2}).has_value());  // compiled from the IR
    const auto strict = Bundle::load(signed_bundle(), trust, {engine::kMaxBundleBytes, true});
    ASSERT_FALSE(strict.has_value());
    EXPECT_EQ(strict.error().code, "PAC4226");
  }
}

TEST(Bundle, AnExchangedNativeObjectIsNotTaken) {
  auto members = members_of(signed_bundle());
  members[engine::native_member(native_key(2))] += "x";
  const auto bundle = Bundle::load(zip_of(members), trust_in(1));
  ASSERT_TRUE(bundle.has_value());
  EXPECT_TRUE((*bundle)->is_trusted());
  EXPECT_FALSE((*bundle)->native_object(native_key(2)).has_value());
}

TEST(Bundle, ASignatureOfAnotherBundleDoesNotCount) {
  const auto other = built({false, "1", {}}, std::string(kPolicy) + "// another\n").bytes;
  auto members = members_of(other);
  for (const auto& [name, bytes] : members_of(signed_bundle())) {
    if (name.starts_with("signatures/")) members[name] = bytes;
  }
  const auto bundle = Bundle::load(zip_of(members), trust_in(1));
  ASSERT_TRUE(bundle.has_value());
  EXPECT_FALSE((*bundle)->is_trusted());
  EXPECT_EQ((*bundle)->signatures()[0].fault, "was made for another bundle");
}

TEST(Bundle, RefusesEveryFlippedByteAndEveryLength) {
  const std::string bytes = built({false, "1", {}}).bytes;
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string other = bytes;
    other[at] = static_cast<char>(other[at] ^ (1 << at % 8));
    ASSERT_FALSE(Bundle::load(other, {}).has_value()) << "byte " << at;
    ASSERT_FALSE(Bundle::load(bytes.substr(0, at), {}).has_value()) << "length " << at;
  }
}

// The same with right checksums, so that what lies behind them is reached.
TEST(Bundle, RefusesEveryFlippedByteOfAMember) {
  const auto members = members_of(built({false, "1", {}}).bytes);
  for (const auto& [name, bytes] : members) {
    for (size_t at = 0; at < bytes.size(); at += 3) {
      auto changed = members;
      changed[name][at] = static_cast<char>(bytes[at] ^ (1 << at % 7));
      const auto read = Bundle::load(zip_of(changed), {});
      // All of the manifest follows from the other members but the version of the compiler.
      if (read && name == "manifest.json" && (*read)->manifest().pac_version != "1") continue;
      ASSERT_FALSE(read.has_value()) << name << " byte " << at;
    }
  }
}

// And with a manifest that fits, as a forger would write it: never a crash, and the verifier's word
// counts.
TEST(Bundle, SurvivesForgedRules) {
  const std::string bytes = built({false, "1", {}}).bytes;
  const auto original = Bundle::load(bytes, {});
  ASSERT_TRUE(original.has_value());
  const auto members = members_of(bytes);
  for (const char* name :
       {"ir.json", "side.json", "tz/Europe/Helsinki.json", "sources/sample.pac"}) {
    const std::string& text = members.at(name);
    for (size_t at = 0; at < text.size(); at += text.size() > 4000 ? 17 : 2) {
      auto changed = members;
      changed[name][at] = static_cast<char>(text[at] ^ (1 << at % 7));
      fit_manifest(changed, (*original)->rules()->rule_set());
      const auto read = Bundle::load(zip_of(changed), {});
      if (!read) continue;
      EXPECT_NE((*read)->manifest().bundle_digest, (*original)->manifest().bundle_digest);
    }
  }
}

TEST(Bundle, RefusesMembersThatLackOrDoNotBelong) {
  const auto members = members_of(signed_bundle());
  for (const char* name : {"manifest.json", "ir.json", "side.json", "analysis.json",
                           "witnesses.json", "sources/sample.pac", "schemas/limit.input.json"}) {
    auto changed = members;
    changed.erase(name);
    refuses(changed, "PAC4224");
  }
  for (const char* name :
       {"evil.sh", "sources", "tz/x", "native/x", "signatures/x", "schemas/.json"}) {
    auto changed = members;
    changed[name] = "x";
    refuses(changed, "PAC4224");
  }
  auto changed = members;
  changed["sources/more.pac"] = "x";
  refuses(changed, "PAC4225");
}

TEST(Bundle, ZonesComeFromTheBundleAlone) {
  const auto original = Bundle::load(signed_bundle(), {});
  ASSERT_TRUE(original.has_value());
  auto members = members_of(signed_bundle());
  members.erase("tz/Europe/Helsinki.json");
  fit_manifest(members, (*original)->rules()->rule_set());
  refuses(members, "PAC4228");
  members["tz/Europe/Helsinki.json"] = R"({"name":"Europe/Paris"})";
  fit_manifest(members, (*original)->rules()->rule_set());
  refuses(members, "PAC4228");
}

TEST(Bundle, RefusesOtherFormatsAndSizes) {
  auto members = members_of(signed_bundle());
  std::string& manifest = members["manifest.json"];
  manifest.replace(manifest.find("\"format\":1"), 10, "\"format\":2");
  refuses(members, "PAC4223");
  const auto large = Bundle::load(signed_bundle(), {}, {100, false});
  ASSERT_FALSE(large.has_value());
  EXPECT_EQ(large.error().code, "PAC4221");
  EXPECT_EQ(Bundle::load_file("/nowhere/x.pacb", {}).error().code, "PAC0101");
}

TEST(TrustStore, RoundTripAndRefusals) {
  const TrustStore store = trust_in(3);
  const auto read = TrustStore::parse(store.to_text());
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->keys()[0].key, store.keys()[0].key);
  TrustStore twice = store;
  EXPECT_FALSE(twice.add({"release", key_of(4).public_key()}).has_value());
  EXPECT_FALSE(twice.add({"other", key_of(3).public_key()}).has_value());
  for (const char* text :
       {"", "[]", "{}", R"({"keys":[{}]})", R"({"keys":[{"name":"a","public_key":"AA=="}]})"}) {
    ASSERT_FALSE(TrustStore::parse(text).has_value()) << text;
    EXPECT_EQ(TrustStore::parse(text).error().code, "PAC4227");
  }
}

}  // namespace
}  // namespace pac::driver::test
