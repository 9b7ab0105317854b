// The limits of a bundle and of what stands in it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/base/json.h"
#include "runtime/base/tz.h"
#include "runtime/crypto/dsse.h"
#include "runtime/engine/bundle.h"
#include "runtime/engine/bundle_format.h"
#include "runtime/engine/zip.h"

namespace pac {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

template <typename T>
std::string code_of(const Result<T>& result) {
  return result ? "" : result.error().code;
}

TEST(LimitsOfABundle, Bytes) {
  EXPECT_EQ(engine::kMaxBundleBytes, 512 * kMiB);
  EXPECT_EQ(engine::ZipLimits().bytes, engine::kMaxBundleBytes);
  EXPECT_EQ(engine::BundleOptions().max_bytes, engine::kMaxBundleBytes);
  const std::string archive = *engine::write_zip({{"a", "one"}, {"b", "two"}});
  engine::ZipLimits limits;
  limits.bytes = archive.size();
  EXPECT_EQ(code_of(engine::write_zip({{"a", "one"}, {"b", "two"}}, limits)), "");
  EXPECT_EQ(code_of(engine::read_zip(archive, limits)), "");
  limits.bytes -= 1;
  EXPECT_EQ(code_of(engine::write_zip({{"a", "one"}, {"b", "two"}}, limits)), "PAC4221");
  EXPECT_EQ(code_of(engine::read_zip(archive, limits)), "PAC4221");
  // A caller may want less; what fits is read, and refused for another reason here.
  EXPECT_EQ(code_of(engine::Bundle::load(archive, {}, {archive.size(), false})), "PAC4224");
  EXPECT_EQ(code_of(engine::Bundle::load(archive, {}, {archive.size() - 1, false})), "PAC4221");
}

TEST(LimitsOfABundle, Members) {
  EXPECT_EQ(engine::kMaxBundleMembers, 32'768u);
  std::vector<std::string> names;
  for (std::size_t i = 0; i <= engine::kMaxBundleMembers; ++i) names.push_back(std::to_string(i));
  std::vector<engine::ZipMember> members;
  for (const std::string& name : names) members.push_back({name, ""});
  engine::ZipLimits larger;
  larger.members += 1;
  const auto too_many = engine::write_zip(members, larger);
  ASSERT_TRUE(too_many.has_value());
  EXPECT_EQ(code_of(engine::write_zip(members)), "PAC4221");
  EXPECT_EQ(code_of(engine::read_zip(*too_many)), "PAC4221");
  members.pop_back();
  const auto most = engine::write_zip(members);
  ASSERT_TRUE(most.has_value());
  EXPECT_EQ(code_of(engine::read_zip(*most)), "");
}

TEST(LimitsOfABundle, BytesOfAMembersName) {
  EXPECT_EQ(engine::kMaxMemberNameBytes, 512u);
  EXPECT_EQ(code_of(engine::write_zip({{std::string(512, 'a'), ""}})), "");
  EXPECT_EQ(code_of(engine::write_zip({{std::string(513, 'a'), ""}})), "PAC4222");
}

// It has one spelling, so spaces can't fill it: its version is as long as it takes.
TEST(LimitsOfABundle, Manifest) {
  const auto manifest = [](std::size_t version_bytes) {
    return engine::encode(
        engine::make_manifest(ir::RuleSet{}, {}, std::string(version_bytes, '1')));
  };
  const std::size_t rest = manifest(0).size();
  const std::string most = manifest(64 * kMiB - rest);
  ASSERT_EQ(most.size(), 64 * kMiB);
  EXPECT_EQ(code_of(engine::decode_manifest(most)), "");
  const auto beyond = engine::decode_manifest(manifest(64 * kMiB - rest + 1));
  ASSERT_EQ(code_of(beyond), "PAC4223");
  EXPECT_NE(beyond.error().message.find("67108865 bytes"), std::string::npos)
      << beyond.error().message;
}

TEST(LimitsOfABundle, TrustFile) {
  std::string text = engine::TrustStore().to_text();
  ASSERT_EQ(code_of(engine::TrustStore::parse(text)), "");
  text.resize(16 * kMiB, ' ');
  EXPECT_EQ(code_of(engine::TrustStore::parse(text)), "");
  text += ' ';
  EXPECT_EQ(code_of(engine::TrustStore::parse(text)), "PAC4227");
}

TEST(LimitsOfABundle, SignaturesOfAnEnvelope) {
  const auto envelope = [](std::size_t count) {
    crypto::Envelope out{"a/b", "payload", {}};
    out.signatures.resize(count, {"key", std::string(64, 's')});
    return crypto::encode(out);
  };
  EXPECT_EQ(code_of(crypto::decode_envelope(envelope(64))), "");
  EXPECT_EQ(code_of(crypto::decode_envelope(envelope(65))), "PAC0142");
}

TEST(LimitsOfABundle, BytesOfAnEnvelope) {
  std::string text = crypto::encode({"a/b", "payload", {}});
  text.resize(64 * kMiB, ' ');
  EXPECT_EQ(code_of(crypto::decode_envelope(text)), "");
  text += ' ';
  EXPECT_EQ(code_of(crypto::decode_envelope(text)), "PAC0142");
}

TEST(LimitsOfABundle, Json) {
  const json::Limits limits;
  EXPECT_EQ(limits.max_bytes, 256 * kMiB);
  EXPECT_EQ(limits.max_depth, 128);
  const auto lists = [](std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
  };
  EXPECT_EQ(code_of(json::parse(lists(128))), "");
  EXPECT_EQ(code_of(json::parse(lists(129))), "PAC0111");
  EXPECT_EQ(code_of(json::parse("12345678", {8, 1})), "");
  EXPECT_EQ(code_of(json::parse("123456789", {8, 1})), "PAC0111");
}

TEST(LimitsOfABundle, TransitionsOfATimeZone) {
  const auto zone = [](int count) {
    json::Value transitions = json::Value::array(), offsets = json::Value::array();
    for (int i = 0; i < count; ++i) transitions.push_back(int64_t{i} * 1000);
    for (int i = 0; i <= count; ++i) offsets.push_back(int64_t{i % 2 * 3600});
    json::Value out = json::Value::object();
    out.add("name", "Zone/X").add("offsets", std::move(offsets)).add("repeats", false);
    out.add("transitions", std::move(transitions));
    return TimeZone::from_json(out);
  };
  EXPECT_EQ(code_of(zone(4'096)), "");
  EXPECT_EQ(code_of(zone(4'097)), "PAC0131");
}

// The same of a TZif file: version 2, one type for even and one for odd changes, no rule.
std::string tzif(uint32_t count) {
  const auto number = [](uint64_t value, int bytes) {
    std::string out;
    for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xff);
    return out;
  };
  const auto header = [&](uint32_t transitions, uint32_t types, uint32_t name_bytes) {
    return "TZif2" + std::string(15, '\0') + number(0, 4) + number(0, 4) + number(0, 4) +
           number(transitions, 4) + number(types, 4) + number(name_bytes, 4);
  };
  std::string out = header(0, 0, 0) + header(count, 2, 4);
  for (uint32_t i = 0; i < count; ++i) out += number(uint64_t{i} * 1000, 8);
  for (uint32_t i = 0; i < count; ++i) out += number(i % 2 == 0 ? 1 : 0, 1);
  for (const uint32_t offset : {0u, 3600u}) out += number(offset, 4) + number(0, 2);
  return out + std::string("ABC\0", 4) + "\n\n";
}

TEST(LimitsOfABundle, TransitionsOfATimeZoneFile) {
  const auto most = TimeZone::from_tzif("Zone/X", tzif(4'096));
  ASSERT_EQ(code_of(most), "");
  EXPECT_EQ(most->transitions().size(), 4'096u);
  EXPECT_EQ(code_of(TimeZone::from_json(most->to_json())), "") << "what is read can be bundled";
  EXPECT_EQ(code_of(TimeZone::from_tzif("Zone/X", tzif(4'097))), "PAC0131");
}

}  // namespace
}  // namespace pac
