// Evidence archives: the same ledger gives the same bytes, which verify; and whatever is changed,
// taken out, put in, doubled or replaced is named.
#include <gtest/gtest.h>

#include <algorithm>

#include "ledger/archive/verify.h"
#include "ledger/archive/write.h"
#include "ledger/file/blobs.h"
#include "ledger/file/witnessing.h"
#include "ledger/witness/cosigned.h"
#include "runtime/engine/zip.h"
#include "tests/unit/ledger/faulty_files.h"
#include "tests/unit/ledger/support.h"
#include "tests/unit/ledger/witness.h"

namespace pac::ledger {
namespace {

using test::FaultyFiles;
using Members = std::map<std::string, std::string>;

const std::string kBook = "book";
const std::string kOrigin = "bank.example/credit";

std::string pack(const Members& members) {
  std::vector<engine::ZipMember> out;
  for (const auto& [name, bytes] : members) out.push_back({name, bytes});
  return *engine::write_zip(std::move(out), {kMaxArchiveBytes, kMaxArchiveMembers});
}

Members unpack(const std::string& archive) {
  Members out;
  const auto members = engine::read_zip(archive);
  for (const auto& member : *members) {
    out.emplace(member.name, member.bytes);
  }
  return out;
}

class ArchiveTest : public testing::Test {
 protected:
  // 700 entries of three tenants and of none, some with blobs.
  void SetUp() override {
    const auto key = test::ledger_key();
    ASSERT_TRUE(init_store(files_, kBook, {kOrigin, key.public_key()}));
    auto store = Store::open(files_, kBook, key, test::surroundings());
    ASSERT_TRUE(store);
    append(**store, 299);
    head_at_300_ = (*store)->writer().checkpoint();
    append(**store, 400);
    ASSERT_TRUE((*store)->publish());
    const Note note = *decode_note((*store)->writer().checkpoint());
    lines_ = {*cosigner_.cosign(note.text, 1'772'355'600)};
    ASSERT_TRUE(keep_cosigned(files_, stream_folder(kBook, 1), (*store)->writer().checkpoint(),
                              lines_, nullptr));
  }

  void append(Store& store, int count) {
    std::vector<std::string> entries;
    for (int i = 0; i < count; ++i) {
      const int n = written_++;
      std::string blob;
      if (n % 50 == 0) {
        const auto put = put_blob(files_, kBook, "{\"input\":" + std::to_string(n) + "}");
        blob = "\"blob\":{\"bytes\":" + std::to_string(put->bytes) + ",\"sha256\":\"" +
               put->sha256 + "\"},";
      }
      const std::string tenant = n % 4 == 3 ? "" : ",\"tenant\":\"t" + std::to_string(n % 4) + "\"";
      entries.push_back("{" + blob + "\"kind\":\"decision\",\"n\":" + std::to_string(n) +
                        ",\"schema\":1" + tenant + "}");
    }
    const std::vector<std::string_view> views(entries.begin(), entries.end());
    ASSERT_TRUE(store.append(views));
  }

  std::string written(const ArchiveOptions& options = {}) {
    const auto out = write_archive(files_, kBook, options);
    EXPECT_TRUE(out) << out.error().message;
    return out.value_or("");
  }
  NoteKey key() const { return stream_key({kOrigin, test::ledger_key().public_key()}, 1); }
  Result<VerifiedArchive> verified(const std::string& archive,
                                   const WitnessPolicy* policy = nullptr,
                                   std::vector<Checkpoint> known = {}) {
    return verify_archive(archive, {key(), policy, {}, std::move(known)});
  }
  // What is wrong with it, or why it can't be read.
  std::vector<std::string> findings(const std::string& archive,
                                    const WitnessPolicy* policy = nullptr,
                                    std::vector<Checkpoint> known = {}) {
    const auto report = verified(archive, policy, std::move(known));
    if (!report) return {report.error().message};
    std::vector<std::string> out;
    for (const auto& finding : report->findings) {
      out.push_back(std::to_string(finding.index) + ": " + finding.what);
    }
    return out;
  }
  static bool names(const std::vector<std::string>& all, const std::string& member) {
    return std::ranges::any_of(
        all, [&](const std::string& one) { return one.find(member) != std::string::npos; });
  }

  FaultyFiles files_{1};
  const Cosigner cosigner_ =
      *Cosigner::make("w.example/1", *crypto::SigningKey::from_seed(crypto::Seed{}));
  std::vector<NoteSignature> lines_;
  std::string head_at_300_;
  int written_ = 0;
};

TEST_F(ArchiveTest, TheSameLedgerGivesTheSameBytesAndTheyVerify) {
  const std::string archive = written();
  EXPECT_TRUE(written() == archive);
  const auto report = verified(archive);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(findings(archive), std::vector<std::string>());
  EXPECT_EQ(report->entries, 700u);
  EXPECT_EQ(report->blobs, 14u);
  EXPECT_EQ(report->streams.at(0).size, 700u);
}

// Format 1 is these bytes; others are another format.
TEST_F(ArchiveTest, ThePageIsThatOfItsFormat) {
  EXPECT_EQ(crypto::to_hex(crypto::view(crypto::sha256(verify_page()))).substr(0, 16),
            "3e9818b014065137");
}

TEST_F(ArchiveTest, ARangeIsWholeBundles) {
  ArchiveOptions options;
  options.stream = 1;
  options.from = 300;
  options.to = 400;
  const std::string archive = written(options);
  const auto report = verified(archive);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->findings.empty());
  EXPECT_EQ(report->entries, 256u);
  EXPECT_EQ(report->facts.streams[0].from, 256u);
  EXPECT_EQ(report->facts.streams[0].end, 512u);
  options.from = 9'999;
  options.to = UINT64_MAX;
  EXPECT_EQ(write_archive(files_, kBook, options).error().code, "PAC6211");
  options = {};
  options.stream = 2;
  EXPECT_EQ(write_archive(files_, kBook, options).error().code, "PAC6211");
}

TEST_F(ArchiveTest, OfOneTenantThereIsNothingOfOthers) {
  ArchiveOptions options;
  options.tenant = "t1";
  const std::string archive = written(options);
  const auto report = verified(archive);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(findings(archive), std::vector<std::string>());
  EXPECT_EQ(report->entries, 1u + 175u);  // the opening, and a fourth
  EXPECT_NE(archive.find("\"tenant\":\"t1\""), archive.npos);
  EXPECT_EQ(archive.find("\"tenant\":\"t0\""), archive.npos);
  EXPECT_EQ(archive.find("\"tenant\":\"t2\""), archive.npos);
  // Blobs that only others name stay away: of 0, 50, 100, … those of t1 are none, as 50 n is even.
  EXPECT_EQ(report->blobs, 0u);
  options.tenant = "t2";
  EXPECT_EQ(verified(written(options))->blobs, 7u);
  options.tenant = "nobody";
  EXPECT_EQ(verified(written(options))->entries, 1u);
}

TEST_F(ArchiveTest, MembersAndBytes) {
  const std::string archive = written();
  ArchiveOptions options;
  options.max_members = unpack(archive).size();
  EXPECT_TRUE(written(options) == archive);
  --options.max_members;
  EXPECT_EQ(write_archive(files_, kBook, options).error().code, "PAC6701");
  options = {};
  options.max_bytes = archive.size();
  EXPECT_TRUE(written(options) == archive);
  --options.max_bytes;
  EXPECT_EQ(write_archive(files_, kBook, options).error().code, "PAC6701");
}

// Every member taken out, emptied, and with one bit changed: named each time.
TEST_F(ArchiveTest, EveryMemberCounts) {
  for (const bool is_of_tenant : {false, true}) {
    ArchiveOptions options;
    if (is_of_tenant) options.tenant = "t2";
    const Members good = unpack(written(options));
    const WitnessPolicy policy = policy_of({{cosigner_.key(), ""}}, 1);
    ASSERT_EQ(findings(pack(good), &policy), std::vector<std::string>());
    for (const auto& [name, bytes] : good) {
      Members bad = good;
      bad.erase(name);
      EXPECT_TRUE(names(findings(pack(bad), &policy), name) || name == "archive.json") << name;
      EXPECT_FALSE(findings(pack(bad), &policy).empty()) << name;
      bad[name] = "";
      EXPECT_TRUE(names(findings(pack(bad), &policy), name)) << name << " emptied";
      for (const std::size_t at : {std::size_t{0}, bytes.size() / 2, bytes.size() - 1}) {
        bad[name] = bytes;
        bad[name][at] = static_cast<char>(bad[name][at] ^ 1);
        const auto found = findings(pack(bad), &policy);
        EXPECT_FALSE(found.empty()) << name << " at " << at;
        // What a tenant's proof or entry leads to is one statement of two members.
        const bool is_named =
            names(found, name) || name == "archive.json" || name == "streams/0001/proofs.txt";
        EXPECT_TRUE(is_named) << name << " at " << at << ": " << found.at(0);
      }
      bad[name] = bytes + "x";
      EXPECT_FALSE(findings(pack(bad), &policy).empty()) << name << " longer";
    }
  }
}

TEST_F(ArchiveTest, TheFirstBadEntryIsNamed) {
  const Members good = unpack(written());
  for (const int index : {1, 255, 256, 511, 512, 699}) {
    Members bad = good;
    const std::string n = "\"n\":" + std::to_string(index - 1) + ",";
    for (auto& [name, bytes] : bad) {
      const std::size_t at = bytes.find(n);
      if (at != bytes.npos) bytes[at + 4] = bytes[at + 4] == '9' ? '8' : '9';
    }
    const auto found = findings(pack(bad));
    ASSERT_EQ(found.size(), 1u) << index;
    EXPECT_TRUE(found[0].starts_with(std::to_string(index) + ": streams/0001/tile/entries/"))
        << found[0];
  }
}

TEST_F(ArchiveTest, WhatWasAddedIsNamed) {
  const Members good = unpack(written());
  for (const std::string name : {"streams/0001/tile/0/005", "streams/0002/checkpoint", "x.txt",
                                 "blobs/00/00", "streams/0001/tile/entries/002"}) {
    Members bad = good;
    bad[name] = "x";
    EXPECT_TRUE(names(findings(pack(bad)), name + " does not belong here")) << name;
  }
}

// Below the reading of members: the file itself.
TEST_F(ArchiveTest, DamagedAndDoubledMembersAreNamed) {
  const std::string good = written();
  std::string bad = good;
  const std::size_t at = good.find("\"n\":300,");
  bad[at + 4] = '9';
  EXPECT_TRUE(names(findings(bad), "`streams/0001/tile/entries/001`")) << findings(bad)[0];
  // The same member twice: the first entry of the file is put before all.
  const auto members = engine::read_zip(good);
  const std::size_t first = static_cast<std::size_t>(members->at(0).bytes.data() - good.data()) +
                            members->at(0).bytes.size();
  EXPECT_TRUE(
      names(findings(good.substr(0, first) + good), "`" + std::string(members->at(0).name)));
  EXPECT_FALSE(findings(good + "x").empty());
  EXPECT_FALSE(findings("x" + good).empty());
  for (std::size_t cut = 1; cut < good.size(); cut += good.size() / 97) {
    EXPECT_FALSE(findings(good.substr(0, cut)).empty()) << cut;
  }
  EXPECT_FALSE(verify_archive("", {}));
}

TEST_F(ArchiveTest, AKeyOfAnotherLedgerIsNotBelieved) {
  const std::string archive = written();
  const NoteKey other_name = test::signer("other.example/1").key();
  EXPECT_EQ(verify_archive(archive, {other_name, nullptr, {}, {}}).error().code, "PAC6102");
  const NoteKey other_key = test::signer(kOrigin + "/1").key();
  const auto report = verify_archive(archive, {other_key, nullptr, {}, {}});
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->findings.empty());
}

TEST_F(ArchiveTest, WitnessesAndWhatIsHeldElsewhere) {
  const std::string archive = written();
  const WitnessPolicy good = policy_of({{cosigner_.key(), ""}}, 1);
  const auto report = verified(archive, &good);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->findings.empty());
  EXPECT_EQ(report->witnessed.at(0).size(), 1u);
  const Cosigner other = *Cosigner::make("w.example/2", *crypto::SigningKey::generate());
  const WitnessPolicy more = policy_of({{cosigner_.key(), ""}, {other.key(), ""}}, 2);
  EXPECT_TRUE(names(findings(archive, &more), "w.example/2"));
  const NoteKey log = key();
  Checkpoint held = *open_checkpoint(head_at_300_, log.name, std::span(&log, 1));
  EXPECT_EQ(findings(archive, nullptr, {held}), std::vector<std::string>());
  held.root[0] ^= 1;
  EXPECT_TRUE(names(findings(archive, nullptr, {held}), "another root"));
  held.size = 701;
  EXPECT_TRUE(names(findings(archive, nullptr, {held}), "more than the archive"));
  held.origin = kOrigin + "/7";
  EXPECT_TRUE(names(findings(archive, nullptr, {held}), "no stream"));
}

TEST_F(ArchiveTest, AnEntryOfAnotherTenantDoesNotPass) {
  ArchiveOptions options;
  options.tenant = "t2";
  Members bad = unpack(written(options));
  std::string& facts = bad["archive.json"];
  facts.replace(facts.find("\"t2\""), 4, "\"t1\"");
  EXPECT_TRUE(names(findings(pack(bad)), "of another tenant"));
}

}  // namespace
}  // namespace pac::ledger
