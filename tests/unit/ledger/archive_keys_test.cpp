// Archives of ledgers whose key was exchanged: who has the first key, or a later one, verifies them
// without the ledger; and whoever cuts, replaces or forges the way from one to the other is found.
#include <gtest/gtest.h>

#include <algorithm>

#include "ledger/archive/verify.h"
#include "ledger/archive/write.h"
#include "ledger/log/trust_list.h"
#include "runtime/crypto/encoding.h"
#include "runtime/engine/zip.h"
#include "tests/unit/ledger/rotation.h"

namespace pac::ledger {
namespace {

using test::key;
using test::kFolder;
using test::kName;
using test::kStream;
using test::kStreamName;
using test::ledger_key;
using test::RotationTest;
using Members = std::map<std::string, std::string>;

const std::string kInside = "streams/0001/";

std::string pack(const Members& members) {
  std::vector<engine::ZipMember> out;
  for (const auto& [name, bytes] : members) out.push_back({name, bytes});
  return *engine::write_zip(std::move(out), {kMaxArchiveBytes, kMaxArchiveMembers});
}

Members unpack(const std::string& archive) {
  Members out;
  const auto members = engine::read_zip(archive);
  for (const auto& member : *members) out.emplace(member.name, member.bytes);
  return out;
}

class ArchiveKeysTest : public RotationTest {
 protected:
  // 300 entries under the first key, 300 under the second, 300 under a third.
  void rotate_twice() {
    auto store = open(ledger_key());
    append_many(*store, 300);
    exchange(*store, key(20));
    append_many(*store, 300);
    exchange(*store, key(21));
    append_many(*store, 300);
    ASSERT_TRUE(store->publish());
  }
  void exchange(Store& store, const crypto::SigningKey& to) {
    ASSERT_TRUE(store.rotate(to, "yearly"));
    ASSERT_TRUE(store.retire("yearly"));
  }
  void append_many(Store& store, int count) {
    std::vector<std::string> entries;
    for (int i = 0; i < count; ++i) {
      const int n = ++written_;
      entries.push_back(R"({"kind":"external","n":)" + std::to_string(n) +
                        R"(,"schema":1,"tenant":"t)" + std::to_string(n % 2) + "\"}");
    }
    const std::vector<std::string_view> views(entries.begin(), entries.end());
    ASSERT_TRUE(store.append(views));
  }
  std::string written(const ArchiveOptions& options = {}) {
    const auto out = write_archive(files_, kFolder, options);
    EXPECT_TRUE(out) << out.error().message;
    return out.value_or("");
  }
  static ArchiveOptions of_tenant() {
    ArchiveOptions out;
    out.tenant = "t1";
    return out;
  }
  static std::vector<std::string> findings(const std::string& archive,
                                           const crypto::SigningKey& with = ledger_key(),
                                           const KeyTrust& trust = {}) {
    ArchiveCheck check;
    check.key = NoteKey{kStreamName, with.public_key()};
    check.trust = trust;
    const auto report = verify_archive(archive, check);
    if (!report) return {report.error().message};
    std::vector<std::string> out;
    for (const auto& finding : report->findings) out.push_back(finding.what);
    return out;
  }
  static bool names(const std::vector<std::string>& all, const std::string& part) {
    return std::ranges::any_of(all,
                               [&](const std::string& one) { return one.find(part) != one.npos; });
  }
  static std::string signed_by(const crypto::SigningKey& with, const std::string& note) {
    const NoteSigner signer = *NoteSigner::make(kStreamName, with);
    return *sign_checkpoint(*read_checkpoint_text(decode_note(note)->text), std::span(&signer, 1));
  }
  static const std::vector<std::string> kNone;
};
const std::vector<std::string> ArchiveKeysTest::kNone;

TEST_F(ArchiveKeysTest, EachKeyOfTheLedgerVerifiesIt) {
  rotate_twice();
  for (const ArchiveOptions& options : {ArchiveOptions(), of_tenant()}) {
    const std::string archive = written(options);
    EXPECT_TRUE(written(options) == archive) << "the same ledger gives the same bytes";
    for (const auto& with : {ledger_key(), key(20), key(21)}) {
      EXPECT_EQ(findings(archive, with), kNone);
    }
    EXPECT_FALSE(findings(archive, key(22)).empty()) << "a stranger's key";
    const auto report = verify_archive(archive, {});
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->findings.empty());
    EXPECT_TRUE(report->facts.has_keys);
  }
}

// Of entries above the exchange alone: the way to the key is there all the same.
TEST_F(ArchiveKeysTest, ARangeHasTheWayToItsKey) {
  rotate_twice();
  ArchiveOptions options;
  options.from = 800;
  const std::string archive = written(options);
  EXPECT_EQ(findings(archive), kNone);
  EXPECT_FALSE(unpack(archive).contains(kInside + "tile/entries/001"));
}

TEST_F(ArchiveKeysTest, EveryMemberCounts) {
  rotate_twice();
  for (const ArchiveOptions& options : {ArchiveOptions(), of_tenant()}) {
    const Members good = unpack(written(options));
    for (const auto& [name, bytes] : good) {
      Members bad = good;
      bad.erase(name);
      EXPECT_FALSE(findings(pack(bad)).empty()) << name;
      bad[name] = "";
      EXPECT_FALSE(findings(pack(bad)).empty()) << name << " emptied";
      for (const std::size_t at : {std::size_t{0}, bytes.size() / 2, bytes.size() - 1}) {
        bad[name] = bytes;
        bad[name][at] = static_cast<char>(bad[name][at] ^ 1);
        EXPECT_FALSE(findings(pack(bad)).empty()) << name << " at " << at;
      }
      bad[name] = bytes + "x";
      EXPECT_FALSE(findings(pack(bad)).empty()) << name << " longer";
    }
    for (const char* const name : {"vouching/7", "continued/7", "vouching/x", "continued/0900"}) {
      Members bad = good;
      bad[kInside + name] = good.begin()->second;
      EXPECT_TRUE(names(findings(pack(bad)), kInside + name)) << name;
    }
  }
}

TEST_F(ArchiveKeysTest, AKeyThatNobodyIntroducedSignsNothing) {
  rotate_twice();
  Members bad = unpack(written());
  bad[kInside + "checkpoint"] = signed_by(key(66), bad[kInside + "checkpoint"]);
  EXPECT_TRUE(names(findings(pack(bad)), "checkpoint can't be believed"));
  // Nor does one that retired.
  bad[kInside + "checkpoint"] = signed_by(key(20), bad[kInside + "checkpoint"]);
  EXPECT_TRUE(names(findings(pack(bad)), "retired at entry"));
}

// A thief without a key makes a ledger of his own below the owner's first key: his key vouches for
// itself, nobody else does.
TEST_F(ArchiveKeysTest, AKeyThatVouchesForItselfIsFound) {
  rotate_twice();
  Members bad = unpack(written());
  for (auto& [name, bytes] : bad) {
    if (name.find("vouching/") != name.npos) bytes = signed_by(key(20), bytes);
  }
  EXPECT_TRUE(names(findings(pack(bad)), "was never introduced")) << findings(pack(bad)).at(0);
  // Without what vouches at all.
  std::erase_if(bad, [](const auto& one) {
    return one.first.find("vouching/") != one.first.npos ||
           one.first.find("continued/") != one.first.npos;
  });
  EXPECT_TRUE(names(findings(pack(bad)), "was never introduced")) << findings(pack(bad)).at(0);
}

TEST_F(ArchiveKeysTest, AReplacedOrCutEntryIsFound) {
  rotate_twice();
  const Members good = unpack(written());
  Members bad = good;
  std::string& lines = bad[kInside + "keys.jsonl"];
  const NoteKey thief{kStreamName, key(66).public_key()}, honest{kStreamName, key(20).public_key()};
  const std::size_t at = lines.find(verifier_text(honest));
  ASSERT_NE(at, lines.npos);
  lines.replace(at, verifier_text(honest).size(), verifier_text(thief));
  EXPECT_TRUE(names(findings(pack(bad)), "keys.jsonl")) << findings(pack(bad)).at(0);
  // The last line and its proof are gone: the retired key would sign on.
  bad = good;
  std::string& cut = bad[kInside + "keys.jsonl"];
  cut.resize(cut.rfind('\n', cut.size() - 2) + 1);
  std::string& proofs = bad[kInside + "keys.txt"];
  proofs.resize(proofs.rfind("index "));
  EXPECT_TRUE(names(findings(pack(bad)), "keys.jsonl does not have it"));
  // And all of it, as if the key had never been exchanged.
  bad.erase(kInside + "keys.jsonl");
  bad.erase(kInside + "keys.txt");
  EXPECT_FALSE(findings(pack(bad)).empty());
}

// Who trusts a later key and gets a log that another one goes on.
TEST_F(ArchiveKeysTest, ALaterKeyVouchesForWhatIsBelowItAlone) {
  auto store = open(ledger_key());
  append_many(*store, 5);
  ASSERT_TRUE(store->rotate(key(20), "x"));
  append_many(*store, 5);
  ASSERT_TRUE(store->publish());
  store.reset();
  EXPECT_EQ(findings(written(), key(20)), kNone);
  EXPECT_TRUE(verify(key(20)).findings.empty());
  // The first key alone goes on, which whoever trusts the second has no reason to believe.
  store = open(ledger_key());
  append_many(*store, 5);
  ASSERT_TRUE(store->publish());
  EXPECT_EQ(findings(written()), kNone);
  EXPECT_TRUE(names(findings(written(), key(20)), "does not vouch for"));
  const auto report = verify(key(20));
  ASSERT_FALSE(report.findings.empty());
  EXPECT_NE(report.findings[0].what.find("does not vouch for"), std::string::npos);
  // What both signed last is not there any more: the first one signed it anew when it went on.
  EXPECT_EQ(report.findings[0].index, 7u);
}

TEST_F(ArchiveKeysTest, RevocationsAndPinsAreHonoured) {
  auto store = open(ledger_key());
  append_many(*store, 10);
  ASSERT_TRUE(store->publish());
  const auto early = *store->pins_now();
  ASSERT_TRUE(store->rotate(key(20), "stolen"));
  const auto pins = *store->pins_now();
  ASSERT_TRUE(store->revoke(ledger_key().public_key(), "stolen", pins));
  append_many(*store, 10);
  ASSERT_TRUE(store->publish());
  for (const ArchiveOptions& options : {ArchiveOptions(), of_tenant()}) {
    const std::string archive = written(options);
    EXPECT_EQ(findings(archive), kNone);
    // The pin is below the introduction: the word for the next key came too late.
    const std::vector<KeyRevocation> revoked{{ledger_key().public_key(), early}};
    EXPECT_FALSE(findings(archive, ledger_key(), {{}, revoked}).empty());
    // A pin of another tree: there is another ledger.
    auto other = pins;
    other[0].root[0] ^= 1;
    EXPECT_TRUE(names(findings(archive, ledger_key(),
                               {{key(20).public_key()}, {{ledger_key().public_key(), other}}}),
                      "a revoked key is pinned at") ||
                names(findings(archive, ledger_key(),
                               {{key(20).public_key()}, {{ledger_key().public_key(), other}}}),
                      "names another root"))
        << "tenant: " << options.tenant.value_or("");
    Members bad = unpack(archive);
    for (auto& [name, bytes] : bad) {
      if (name == kInside + "checkpoint") bytes = signed_by(ledger_key(), bytes);
    }
    EXPECT_TRUE(names(findings(pack(bad)), "was revoked at entry"));
  }
}

TEST_F(ArchiveKeysTest, ATrustListGoesAlongAndIsLookedAt) {
  rotate_twice();
  const auto in_base64 = [](const crypto::SigningKey& of) {
    return crypto::to_base64(crypto::view(of.public_key()));
  };
  const std::string draft =
      R"({"expires":"2027-01-01","keys":[{"holder":"P","holder_kind":"person","name":"p",)"
      R"("public_key":")" +
      in_base64(key(1)) + R"(","role":"trust"}],"threshold":1,"version":1})";
  const auto person = key(1);
  ArchiveOptions options;
  options.trust_list = *add_version("", draft, std::span(&person, 1));
  const std::string archive = written(options);
  EXPECT_EQ(findings(archive), kNone);
  EXPECT_EQ(claims_of(archive)->trust_list, options.trust_list);
  EXPECT_EQ(claims_of(archive)->settings.keys.size(), 4u);
  Members bad = unpack(archive);
  const std::size_t at = bad["trust.json"].find("\"sig\":\"") + 12;
  bad["trust.json"][at] = bad["trust.json"][at] == 'A' ? 'B' : 'A';
  EXPECT_TRUE(names(findings(pack(bad)), "trust.json"));
  options.trust_list = "none";
  EXPECT_EQ(write_archive(files_, kFolder, options).error().code, "PAC6108");
}

// The first stream ends in damage; the second goes on with its keys and exchanges them again.
TEST_F(ArchiveKeysTest, KeysAreFollowedThroughStreams) {
  {
    auto store = open(ledger_key(), {9'000, 1});
    exchange(*store, key(20));
    append_many(*store, 400);
    ASSERT_TRUE(store->publish());
  }
  std::string& bytes = *files_.durable_bytes(segments_of(files_, kStream)->back().path);
  bytes[bytes.size() / 2] ^= 1;
  auto store = open(key(20));
  ASSERT_EQ(store->stream(), 2u);
  append_many(*store, 30);
  exchange(*store, key(21));
  ASSERT_TRUE(store->publish());
  for (const auto& options : {ArchiveOptions(), of_tenant()}) {
    EXPECT_EQ(findings(written(options)), kNone);
    // In the first stream it has signed nothing.
    EXPECT_TRUE(names(findings(written(options), key(21)), "does not vouch for"));
  }
  ArchiveOptions second;
  second.stream = 2;
  const std::string archive = written(second);
  EXPECT_EQ(findings(archive), kNone);
  const Members members = unpack(archive);
  EXPECT_TRUE(members.contains("streams/0001/keys.jsonl"));
  EXPECT_FALSE(members.contains("streams/0001/tile/0/000")) << "of it there are only the keys";
  for (const auto& [name, content] : members) {
    Members bad = members;
    bad.erase(name);
    EXPECT_FALSE(findings(pack(bad)).empty()) << name;
  }
}

TEST_F(ArchiveKeysTest, WhatIsNotThereIsNotShown) {
  rotate_twice();
  // The segments, which have the older checkpoints, are gone.
  for (const std::string& path : files_.paths()) {
    if (path.find("/segments/") == path.npos) continue;
    ASSERT_TRUE(files_.remove(path));
  }
  EXPECT_EQ(write_archive(files_, kFolder, {}).error().code, "PAC6703");
}

}  // namespace
}  // namespace pac::ledger
