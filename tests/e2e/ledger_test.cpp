// pac ledger as a user meets it: recorded, shown, proved to others, verified; and what was changed
// is found.
#include <sys/stat.h>

#include "tests/e2e/cli.h"

namespace pac::e2e {
namespace {

class Ledger : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    const Outcome made = pac("ledger init book --origin bank.example/credit");
    ASSERT_EQ(made.exit, 0) << made.err;
    key_ = lines_of(made.out).back();
    ASSERT_TRUE(key_.starts_with("bank.example/credit/1+")) << made.out;
  }
  Outcome append(int from, int count) {
    std::string lines;
    for (int i = from; i < from + count; ++i) {
      lines += "{\"loan\": " + std::to_string(i) + ", \"amount\": \"100.00\"}\n";
    }
    return pac("ledger append book", lines);
  }
  // Changes the first place of a text in a file of the ledger.
  void change(const std::string& name, const std::string& from, const std::string& to) {
    std::string bytes = read(folder_ / "book" / name);
    const std::size_t at = bytes.find(from);
    ASSERT_NE(at, bytes.npos) << name;
    bytes.replace(at, from.size(), to);
    file("book/" + name, bytes);
  }
  const std::string segment_ = "streams/0001/segments/00000001-00000000000000000000.seg";
  std::string key_;
};

TEST_F(Ledger, RecordsAndVerifies) {
  const Outcome first = append(1, 3);
  EXPECT_EQ(first.exit, 0) << first.err;
  EXPECT_EQ(first.out, "3 records in bank.example/credit/1, from index 1\n");
  EXPECT_EQ(append(4, 2000).out, "2000 records in bank.example/credit/1, from index 4\n");
  const Outcome verified = pac("ledger verify book --verifier " + key_);
  EXPECT_EQ(verified.exit, 0) << verified.err;
  EXPECT_TRUE(verified.out.starts_with("bank.example/credit/1: 2,004 entries as signed, "))
      << verified.out;
  const Outcome status = pac("ledger status book --format json");
  EXPECT_EQ(status.exit, 0);
  const auto value = json::parse(status.out);
  ASSERT_TRUE(value) << status.out;
  EXPECT_EQ(value->find("size")->as_int(), 2004);
  EXPECT_EQ(value->find("verifier")->as_string(), key_);
  EXPECT_TRUE(has(pac("ledger status book").out, "2004 published records"));
}

TEST_F(Ledger, WithoutAKeyVerifySaysWhatThatIsWorth) {
  const Outcome o = pac("ledger verify book");
  EXPECT_EQ(o.exit, 0);
  EXPECT_TRUE(has(o.out, "--verifier")) << o.out;
}

TEST_F(Ledger, ProvesAnEntryToOthers) {
  ASSERT_EQ(append(1, 300).exit, 0);
  const Outcome shown = pac("ledger show book 257");
  ASSERT_EQ(shown.exit, 0) << shown.err;
  EXPECT_TRUE(has(shown.out, "\"record\":{\"amount\":\"100.00\",\"loan\":257}")) << shown.out;
  file("entry.json", shown.out);
  EXPECT_EQ(pac("ledger prove book 257 -o r.tlog-proof").exit, 0);
  const std::string verify =
      "ledger receipt verify r.tlog-proof --entry entry.json --verifier " + key_;
  const Outcome holds = pac(verify);
  EXPECT_EQ(holds.exit, 0) << holds.err;
  EXPECT_EQ(holds.out,
            "entry 257 of bank.example/credit/1 is in the 301 entries that were signed\n");
  // A receipt outlives what comes after it.
  ASSERT_EQ(append(1, 10).exit, 0);
  EXPECT_EQ(pac(verify).exit, 0);
  file("entry.json", shown.out.substr(0, shown.out.size() - 3) + "2}\n");
  const Outcome changed = pac(verify);
  EXPECT_EQ(changed.exit, 1);
  EXPECT_TRUE(has(changed.err, "PAC6104")) << changed.err;
  const Outcome other = pac("ledger init other --origin bank.example/credit");
  const Outcome stranger = pac("ledger receipt verify r.tlog-proof --entry entry.json --verifier " +
                               lines_of(other.out).back());
  EXPECT_EQ(stranger.exit, 1);
  EXPECT_TRUE(has(stranger.err, "PAC6103")) << stranger.err;
}

TEST_F(Ledger, AChangedByteIsFoundWithItsEntry) {
  ASSERT_EQ(append(1, 300).exit, 0);
  change(segment_, "\"loan\":42}", "\"loan\":43}");
  const Outcome verified = pac("ledger verify book --verifier " + key_);
  EXPECT_EQ(verified.exit, 1);
  EXPECT_TRUE(has(verified.err, "stream 1, entry 42")) << verified.err;
  EXPECT_TRUE(has(verified.err, "PAC6212")) << verified.err;
  // Who goes on gets a new stream, and is told.
  const Outcome next = append(301, 1);
  EXPECT_EQ(next.exit, 0) << next.err;
  EXPECT_TRUE(has(next.err, "damaged")) << next.err;
  EXPECT_EQ(next.out, "1 record in bank.example/credit/2, from index 1\n");
  EXPECT_TRUE(has(pac("ledger show book 0").out, "\"missing_below\":301"))
      << pac("ledger show book 0").out;
}

TEST_F(Ledger, AnOldBackupIsFoundWithAReceipt) {
  ASSERT_EQ(append(1, 5).exit, 0);
  ASSERT_EQ(shell("cp -r book backup").exit, 0);
  ASSERT_EQ(append(6, 5).exit, 0);
  ASSERT_EQ(pac("ledger prove book 10 -o r.tlog-proof").exit, 0);
  const std::string known = " --known r.tlog-proof --verifier " + key_;
  EXPECT_EQ(pac("ledger verify book" + known).exit, 0) << pac("ledger verify book" + known).err;
  EXPECT_EQ(pac("ledger verify backup --verifier " + key_).exit, 0);
  const Outcome found = pac("ledger verify backup" + known);
  EXPECT_EQ(found.exit, 1);
  EXPECT_TRUE(has(found.err, "put back to an earlier state")) << found.err;
  file("note", "nonsense");
  EXPECT_EQ(pac("ledger verify book --known note").exit, 1);
  EXPECT_EQ(pac("ledger verify book --known none").exit, 3);
}

TEST_F(Ledger, RefusedLinesAreNamedAndTheOthersRecorded) {
  const Outcome o = pac("ledger append book --format json",
                        "{\"a\":1}\n\n[1]\n{\"a\":12345678901234567890}\n{\"a\":2}\n");
  EXPECT_EQ(o.exit, 1);
  EXPECT_TRUE(has(o.err, "line 3: ") && has(o.err, "line 4: ")) << o.err;
  const auto value = json::parse(o.out);
  ASSERT_TRUE(value) << o.out;
  EXPECT_EQ(value->find("recorded")->as_int(), 2);
  EXPECT_EQ(value->find("refused")->as_int(), 2);
}

// A thousand records are a batch: durable, and not published before the program ends.
TEST_F(Ledger, RecoversWhatAKilledProgramHadRecorded) {
  EXPECT_EQ(pac("ledger recover book").out,
            "bank.example/credit/1: nothing to recover, 1 record is published\n");
  const Outcome killed = shell(
      "segment=book/" + segment_ +
      "; mkfifo lines; before=$(wc -c <$segment); " PAC_BINARY
      " ledger append book <lines & "
      "exec 3>lines; i=0; while [ $i -lt 1000 ]; do echo '{\"n\":1}'; i=$((i + 1)); done >&3; "
      "tries=0; while [ $(wc -c <$segment) -eq $before ] && [ $tries -lt 600 ]; "
      "do sleep 0.1; tries=$((tries + 1)); done; sleep 0.5; kill -9 $!; wait $!");
  EXPECT_EQ(killed.exit, 137) << killed.err;
  EXPECT_TRUE(has(pac("ledger status book").out, " 1 published record")) << "the kill was too late";
  const Outcome recovered = pac("ledger recover book --format json");
  EXPECT_EQ(recovered.exit, 0) << recovered.err;
  EXPECT_EQ(recovered.out,
            "{\"entries\":1001,\"new_stream\":false,\"origin\":\"bank.example/credit/1\","
            "\"published_now\":1000,\"stream\":1}\n");
  EXPECT_TRUE(has(pac("ledger status book").out, "1001 published records"));
  EXPECT_EQ(pac("ledger verify book --verifier " + key_).exit, 0);
}

// What was signed and is gone can't be made good: the ledger goes on in a new stream, which says
// so.
TEST_F(Ledger, RecoversInANewStreamWhereRecordsAreLost) {
  append(1, 10);
  std::string bytes = read(folder_ / "book" / segment_);
  file("book/" + segment_, bytes.substr(0, bytes.size() - 100));
  const Outcome recovered = pac("ledger recover book");
  EXPECT_EQ(recovered.exit, 1) << recovered.out;
  EXPECT_TRUE(has(recovered.err, "2 is a new one: ")) << recovered.err;
  EXPECT_EQ(recovered.out,
            "bank.example/credit/2 goes on; `pac ledger verify book` names what is damaged\n");
  EXPECT_EQ(pac("ledger verify book --verifier " + key_).exit, 1);
  EXPECT_EQ(pac("ledger recover book").exit, 0);
}

TEST_F(Ledger, WrongUsage) {
  const struct {
    const char* arguments;
    int exit;
    const char* said;
  } cases[] = {
      {"ledger", 2, "say what to do"},
      {"ledger init", 2, "write pac ledger init FOLDER|URL --origin NAME"},
      {"ledger prove book", 2, "write pac ledger prove FOLDER INDEX"},
      {"ledger export book --function grant", 2, "`pac ledger export` does not take --function"},
      {"ledger witness serve w --known r", 2, "`pac ledger witness serve` does not take --known"},
      {"ledger query book --status bogus", 2, "there is no status `bogus`: ok, no_match"},
      {"ledger query book --kind foo", 2, "there is no kind `foo`: decision, activate"},
      {"ledger query book --stream 7", 2, "the ledger has no stream 7"},
      {"ledger query book --from -5", 2, "`--from INDEX` can't be `-5`"},
      {"ledger query book --to x", 2, "`--to INDEX` can't be `x`"},
      {"ledger query book --limit -1", 2, "`--limit N` can't be `-1`"},
      {"ledger init elsewhere", 2, "--origin is missing"},
      {"ledger init elsewhere --origin 'a b'", 2, "PAC6208"},
      {"ledger init book --origin bank.example/credit", 2, "is a ledger already"},
      {"ledger status .", 3, "PAC6209"},
      {"ledger append .", 3, "PAC6209"},
      {"ledger verfy book", 2, "did you mean `verify`"},
      {"ledger frobnicate book", 2, "there is no `pac ledger frobnicate`"},
      {"ledger witness", 2, "say what to do: pac ledger witness serve, witness push"},
      {"ledger recover .", 3, "PAC6209"},
      {"ledger recover book --key nothing.key", 3, "PAC0101"},
      {"ledger recover book --input x", 2, "`pac ledger recover` does not take --input"},
      {"ledger init elsewhere --origin a.example/b --lines any", 2, "--lines is about the line of"},
      {"ledger verify book --trust empty", 2, "--trust needs --trust-pin"},
      {"ledger append book --key nothing.key", 3, "PAC0101"},
      {"ledger append book --input nothing.jsonl", 3, "PAC0101"},
      {"ledger show book 1", 2, "PAC6211"},
      {"ledger show book x", 2, "PAC6211"},
      {"ledger show book 0 --stream 7", 2, "PAC6211"},
      {"ledger receipt verify r", 2, "--verifier is missing"},
      {"ledger rotate book --to nothing.key", 3, "nothing.key: No such file"},
      {"ledger rotate book --to empty", 3, "empty: not a PEM file"},
      {"ledger verify book --trust empty --trust-pin aa", 1, "empty: the trust list"},
      {"ledger witness require book --witness-policy empty", 2, "the policy: it is empty"},
      {"ledger witness serve w --name w.example/a --origin x=y", 2, "--origin x=y: "},
      {"ledger verify book --verifier nonsense", 2, "PAC6101"},
      {"ledger status book --format xml", 2, "--format is pretty or json"},
  };
  file("empty", "");
  for (const auto& c : cases) {
    const Outcome o = pac(c.arguments);
    EXPECT_EQ(o.exit, c.exit) << c.arguments << ": " << o.err;
    EXPECT_TRUE(has(o.err, c.said)) << c.arguments << ": " << o.err;
  }
  EXPECT_TRUE(has(pac("help ledger").out, "  witness push "));
  // Help of one of its words shows what that takes, and nothing else.
  const Outcome help = pac("help ledger rotate");
  EXPECT_EQ(help.exit, 0);
  EXPECT_TRUE(has(help.out, "--keep-old") && has(help.out, "Usage: pac ledger rotate FOLDER"));
  EXPECT_FALSE(has(help.out, "--since") || has(help.out, "erase:")) << help.out;
  EXPECT_EQ(pac("ledger rotate --help").out, help.out);
  EXPECT_EQ(pac("ledger rotate book --help").out, help.out);
  EXPECT_EQ(pac("ledger --help").out, pac("help ledger").out);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "elsewhere/signing.key"));
  struct stat found{};
  ASSERT_EQ(stat(path("book/signing.key").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  EXPECT_FALSE(std::filesystem::exists(path("elsewhere"))) << "a refusal left a folder";
}

}  // namespace
}  // namespace pac::e2e
