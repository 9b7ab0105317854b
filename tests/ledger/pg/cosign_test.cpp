// Cosignatures in a store: shipped with what they are about, judged by a policy, and each way found
// in which their rows may be changed.
#include "ledger/file/verify_witnesses.h"
#include "ledger/file/witnessing.h"
#include "ledger/log/cosignature.h"
#include "ledger/log/limits.h"
#include "ledger/log/witness_policy.h"
#include "ledger/witness/cosigned.h"
#include "runtime/crypto/encoding.h"
#include "tests/ledger/pg/support.h"

namespace pac::ledger::test {
namespace {

Cosigner witness(int number) {
  return *Cosigner::make("w.example/" + std::to_string(number),
                         key_of(static_cast<std::uint8_t>(100 + 40 * number)));
}

class CosignedStore : public PgStore {
 protected:
  void SetUp() override {
    PgStore::SetUp();
    if (IsSkipped()) return;
    book_ = make_ledger();
    append(book_, 700, 50);
    cosign({0, 1});
    ASSERT_TRUE(ship(book_));
  }
  // What is published, by these witnesses.
  void cosign(const std::vector<int>& by) {
    const std::string stream = stream_folder(book_, 1);
    const auto note = read_whole(*files_, stream + "/checkpoint", kMaxNoteBytes);
    ASSERT_TRUE(note);
    std::vector<NoteSignature> lines;
    for (const int number : by) {
      lines.push_back(*witness(number).cosign(decode_note(*note)->text, 1'772'355'600));
    }
    ASSERT_TRUE(keep_cosigned(*files_, stream, *note, lines, nullptr));
  }
  static WitnessPolicy both() {
    return policy_of({{witness(0).key(), ""}, {witness(1).key(), ""}}, 2);
  }
  VerifiedStore judged(const WitnessPolicy* policy) {
    pg::VerifySettings settings;
    settings.ledger = kLedger;
    settings.key = key_of(1).public_key();
    settings.policy = policy;
    auto report = pg::verify(url(), settings);
    EXPECT_TRUE(report) << report.error().message;
    return report ? std::move(*report) : VerifiedStore();
  }
  // The findings of a policy that wants both.
  std::string found() {
    const WitnessPolicy policy = both();
    std::string out;
    for (const LedgerFinding& one : judged(&policy).findings) {
      out += std::to_string(one.index) + ": " + one.what + "\n";
    }
    return out;
  }
  void expect(std::uint64_t index, const std::string& what) {
    const std::string all = found();
    EXPECT_TRUE(all.starts_with(std::to_string(index) + ": ") && all.find(what) != all.npos)
        << "wanted " << index << ": " << what << "\nfound " << all;
  }
  static std::string name(int number) {
    NoteSignature line;
    line.name = witness(number).key().name;
    line.key_id = witness(number).key().id();
    return cosigner_name(line);
  }
  std::string book_;
};

TEST_F(CosignedStore, IsShippedOnceAndSaysByWhomAndHowFar) {
  const WitnessPolicy policy = both();
  EXPECT_EQ(found(), "");
  EXPECT_EQ(ask("select count(*) from ledger.cosignature where size = 701"), "2");
  ASSERT_TRUE(ship(book_));
  EXPECT_EQ(ask("select count(*) from ledger.cosignature"), "2");
  const VerifiedStore report = judged(&policy);
  ASSERT_EQ(report.witnessed.size(), 1u);
  EXPECT_EQ(report.witnessed[0].size, 701u);
  EXPECT_EQ(report.witnessed[0].by.size(), 2u);
  // More entries that one witness alone has seen: the others' word reaches to where it did.
  append(book_, 100, 10);
  cosign({0});
  ASSERT_TRUE(ship(book_));
  EXPECT_EQ(found(), "");
  EXPECT_EQ(judged(&policy).witnessed[0].size, 701u);
  cosign({1});  // beside the first one's
  ASSERT_TRUE(ship(book_));
  EXPECT_EQ(found(), "");
  EXPECT_EQ(judged(&policy).witnessed[0].size, 801u);
  EXPECT_EQ(ask("select count(*) from ledger.cosignature"), "4");
}

TEST_F(CosignedStore, OneThatIsOfAnotherTreeIsNotShipped) {
  const std::string path = stream_folder(book_, 1) + "/" + kCosignedFile;
  std::string note = *read_whole(*files_, path, kMaxNoteBytes);
  note.replace(note.find("\n701\n"), 5, "\n700\n");
  ASSERT_TRUE(replace_file(*files_, path, note));
  append(book_, 10);
  const auto out = ship(book_);
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, "PAC6105");
  EXPECT_EQ(ask("select size from ledger.ship"), "711") << "entries are shipped all the same";
}

TEST_F(CosignedStore, AMissingRow) {
  tamper("delete from ledger.cosignature where name = '" + name(1) + "'");
  expect(701, "too few witnesses cosigned the checkpoint: there is nothing of `w.example/1`");
  tamper("delete from ledger.cosignature");
  expect(0, "no witness has cosigned this stream");
  EXPECT_TRUE(judged(nullptr).findings.empty());
}

TEST_F(CosignedStore, AnEditedRow) {
  const std::string one = " where name = '" + name(0) + "'";
  // The line of the witness, which who has its key sees.
  tamper(
      "update ledger.cosignature set note = set_byte(note, length(note) - 11, case "
      "get_byte(note, length(note) - 11) when 66 then 67 else 66 end)" +
      one);
  expect(701, "is not over this checkpoint");
  EXPECT_TRUE(judged(nullptr).findings.empty());
}

TEST_F(CosignedStore, AnEditedTree) {
  // The root in the text, which the key of the log does not vouch for then.
  tamper(
      "update ledger.cosignature set note = set_byte(note, position('\\x0a3730310a' in note) + 9, "
      "case get_byte(note, position('\\x0a3730310a' in note) + 9) when 66 then 67 else 66 end)");
  expect(700, "the cosigned checkpoint of 701 entries can't be believed");
  EXPECT_FALSE(judged(nullptr).findings.empty());
}

TEST_F(CosignedStore, ARowMovedToAnotherSize) {
  tamper("update ledger.cosignature set size = 400");
  expect(399, "the cosigned checkpoint of 400 entries is one of 701");
  tamper("update ledger.cosignature set size = 900");
  expect(701, "witnesses cosigned 900 entries: the ledger was put back to an earlier state");
}

TEST_F(CosignedStore, AForeignRow) {
  tamper(
      "update ledger.cosignature set note = (select note from ledger.cosignature where name = '" +
      name(1) + "') where name = '" + name(0) + "'");
  expect(700, "has other lines than that of " + name(0));
  // Of another ledger that the same witness saw.
  const std::string text = "other.example/book/1\n701\n" + std::string(43, 'A') + "=\n";
  Note note{text, {*witness(0).cosign(text, 1'772'355'600)}};
  tamper("update ledger.cosignature set note = '\\x" + crypto::to_hex(encode(note)) +
         "' where name = '" + name(0) + "'");
  expect(700, "the cosigned checkpoint of 701 entries can't be believed");
}

// A cosignature of one whom nobody asked for is no alarm: anybody may be asked to witness.
TEST_F(CosignedStore, ARowOfAWitnessWhomNobodyAskedForIsNoAlarm) {
  cosign({0, 1, 2});
  ASSERT_TRUE(ship(book_));
  EXPECT_EQ(ask("select count(*) from ledger.cosignature"), "3");
  EXPECT_EQ(found(), "");
}

TEST_F(CosignedStore, AChangedEntryIsNamedAndNotTheWitness) {
  tamper(
      "update ledger.entry set body = set_byte(body, length(body) - 3, get_byte(body, length(body) "
      "- 3) # 1) where idx = 421");
  expect(421, "the entry is not what was signed");
  EXPECT_EQ(found().find("witness"), std::string::npos) << found();
}

}  // namespace
}  // namespace pac::ledger::test
