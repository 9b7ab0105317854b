// Personal data in a ledger, as a user meets it: recorded in boxes, opened with the keys, erased;
// and what is erased is said to be.
#include "tests/e2e/cli.h"

namespace pac::e2e {
namespace {

constexpr const char* kPolicy = R"(package bank.lending edition 1

record Person {
  id:    string max 20 chars @pii(identifier)
  birth: date? @pii(birth_date)
  city:  string max 20 chars
}
decision grant {
  context { as_of: date }
  input {
    applicant: Person
    others:    list<Person> max 3 items
    request:   string max 20 chars
    amount:    decimal(2) unit EUR in 0.00 .. 10_000.00
  }
  feature score: int? @pii(score) of applicant.id
  output { letter: string @pii(name), rate: decimal(2) }
  rules first {
    rule small {
      when amount < 100.00
      then { letter: "to be had", rate: 0.50 }
    }
    rule known {
      when score default 0 > 700
      then { letter: "Dear customer", rate: 1.50 }
    }
    otherwise { letter: "Dear stranger", rate: 2.50 }
  }
}
test grant "a stranger" {
  given { applicant: { id: "a", city: "X" }, others: [], request: "r", amount: 200.00 }
  context { as_of: 2026-03-01 }
  features { score: 1 }
  expect { letter: "Dear stranger", rate: 2.50 }
}
)";

class Erasure : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    file("lending.pac", kPolicy);
    const Outcome made = pac("ledger init book --origin bank.example/lending");
    ASSERT_EQ(made.exit, 0) << made.err;
    key_ = lines_of(made.out).back();
    file("scores.json", R"({"score":{"by_key":{"AnnaBella":720}}})");
  }
  Outcome run(const std::string& rows, const std::string& more = "") {
    return pac("run lending.pac --ledger book --format json --as-of 2026-03-01 " + more, rows);
  }
  static std::string row(const std::string& id, const std::string& request = "r",
                         const std::string& amount = "200.00") {
    return R"({"applicant":{"id":")" + id + R"(","birth":"1990-05-17","city":"Turku"},"others":)" +
           R"([{"id":"CarlGustav","birth":"1960-01-02","city":"Espoo"}],"request":")" + request +
           R"(","amount":")" + amount + "\"}\n";
  }
  std::string everything() {
    std::string out;
    for (const auto& one : std::filesystem::recursive_directory_iterator(folder_ / "book")) {
      if (one.is_regular_file()) out += read(one.path());
    }
    return out;
  }
  json::Value show(const std::string& index, const std::string& more = "") {
    const Outcome shown = pac("ledger show book " + index + " " + more);
    EXPECT_EQ(shown.exit, 0) << shown.err;
    return *json::parse(shown.out);
  }
  // Of the box of that entry.
  std::string subject(const std::string& index, std::size_t box = 0) {
    return show(index).find("boxes")->elements()[box].find("subject")->as_string();
  }
  static std::string text(const json::Value& entry, const char* member) {
    return json::canonical(*entry.find(member));
  }
  std::string key_;
};

TEST_F(Erasure, WhatIsPersonalStandsInBoxesAndNowhereElse) {
  const Outcome done = run(row("AnnaBella") + row("BerndDas"));
  ASSERT_EQ(done.exit, 0) << done.err;
  const std::string all = everything();
  for (const char* word : {"AnnaBella", "BerndDas", "CarlGustav", "1990-05-17", "1960-01-02"}) {
    EXPECT_EQ(all.find(word), all.npos) << word;
  }
  EXPECT_FALSE(has(pac("ledger query book --format json").out, "Dear"));
  const json::Value closed = show("2");
  EXPECT_EQ(text(closed, "input"),
            R"({"amount":"200.00","applicant":{"city":"Turku"},"others":[{"city":"Espoo"}],)"
            R"("request":"r"})");
  EXPECT_EQ(text(closed, "answer"),
            R"({"fired":["otherwise"],"output":{"rate":"2.50"},"status":"ok"})");
  EXPECT_EQ(closed.find("schema")->as_int(), 2);
  EXPECT_EQ(closed.find("boxes")->elements().size(), 3u) << "each person's, and both persons'";
  EXPECT_EQ(subject("2", 2), subject("2") + "+" + subject("2", 1));
  EXPECT_NE(subject("2"), subject("3"));
  EXPECT_EQ(subject("2", 1), subject("3", 1)) << "the same person has the same name";
  const json::Value open = show("2", "--open");
  EXPECT_EQ(text(open, "input"),
            R"({"amount":"200.00","applicant":{"birth":"1990-05-17","city":"Turku",)"
            R"("id":"AnnaBella"},"others":[{"birth":"1960-01-02","city":"Espoo",)"
            R"("id":"CarlGustav"}],"request":"r"})");
  EXPECT_EQ(open.find("boxes")->elements()[0].find("state")->as_string(), "open");
  EXPECT_TRUE(has(text(open, "answer"), "Dear stranger"));
  EXPECT_EQ(pac("ledger verify book --verifier " + key_).exit, 0);
  const Outcome replayed = pac("replay book");
  EXPECT_EQ(replayed.exit, 0) << replayed.out << replayed.err;
  EXPECT_TRUE(has(replayed.out, "2 decisions replayed by both engines: 2 the same"))
      << replayed.out;
  const Outcome changed = pac("diff lending.pac lending.pac --decisions book");
  EXPECT_EQ(changed.exit, 0) << changed.out << changed.err;
}

TEST_F(Erasure, AfterItEverythingSaysErasedAndTheProofsHold) {
  ASSERT_EQ(run(row("AnnaBella") + row("BerndDas")).exit, 0);
  ASSERT_EQ(pac("ledger prove book 2 -o receipt").exit, 0);
  ASSERT_EQ(pac("ledger show book 2 >entry").exit, 0);
  const Outcome named = pac("ledger erase book --subject AnnaBella --reason 'letter of AnnaBella'");
  EXPECT_EQ(named.exit, 2) << "a reason stays for ever";
  EXPECT_EQ(pac("ledger erase book --subject Nobody --reason letter").exit, 1);
  const Outcome erased =
      pac("ledger erase book --subject - --reason letter --by desk", "AnnaBella\n");
  ASSERT_EQ(erased.exit, 0) << erased.err;
  EXPECT_TRUE(has(erased.out, "is erased: entry 1/4")) << erased.out;
  EXPECT_TRUE(has(erased.out, "--finish")) << erased.out;
  EXPECT_FALSE(has(everything(), "AnnaBella"));
  EXPECT_EQ(text(show("4"), "erase"), R"({"epoch":1,"subject":")" + subject("2") + "\"}");

  EXPECT_EQ(pac("ledger erase book --subject AnnaBella --reason letter").exit, 1);
  EXPECT_TRUE(
      has(pac("ledger erase book --subject-id " + subject("2") + " --reason x").err, "PAC6606"));
  const json::Value open = show("2", "--open");
  EXPECT_EQ(open.find("boxes")->elements()[0].find("state")->as_string(), "erased");
  EXPECT_EQ(open.find("boxes")->elements()[1].find("state")->as_string(), "open");
  EXPECT_EQ(open.find("boxes")->elements()[2].find("state")->as_string(), "erased");
  EXPECT_FALSE(has(text(open, "answer"), "Dear")) << "what was both persons' is gone with one";
  EXPECT_EQ(text(open, "input"),
            R"({"amount":"200.00","applicant":{"city":"Turku"},"others":[{"birth":"1960-01-02",)"
            R"("city":"Espoo","id":"CarlGustav"}],"request":"r"})");
  EXPECT_TRUE(has(pac("ledger query book --open").out, "erased"));
  EXPECT_TRUE(has(pac("ledger query book --open --format json").out, R"("state":"erased")"));
  EXPECT_TRUE(has(pac("ledger export book --open").out, R"("state":"erased")"));

  const Outcome replayed = pac("replay book");
  EXPECT_EQ(replayed.exit, 0) << replayed.out << replayed.err;
  EXPECT_TRUE(has(replayed.out, "1 the same, 0 otherwise")) << replayed.out;
  EXPECT_TRUE(has(replayed.out, "1 not replayed: erased")) << replayed.out;
  const Outcome changed = pac("diff lending.pac lending.pac --decisions book");
  EXPECT_EQ(changed.exit, 0) << changed.err;
  EXPECT_TRUE(has(changed.err, "1 decision left out: the personal data was erased")) << changed.err;

  const Outcome finished = pac("ledger erase book --finish");
  ASSERT_EQ(finished.exit, 0) << finished.err;
  EXPECT_TRUE(has(finished.out, "epoch 1 is over")) << finished.out;
  EXPECT_EQ(text(show("5"), "erase"), R"({"began":2,"ended":1})");
  EXPECT_EQ(show("3", "--open").find("boxes")->elements()[0].find("state")->as_string(), "open");
  EXPECT_EQ(pac("ledger verify book --verifier " + key_ + " --known receipt").exit, 0);
  EXPECT_EQ(pac("ledger receipt verify receipt --entry entry --verifier " + key_).exit, 0);
  // Who comes again is somebody new.
  ASSERT_EQ(run(row("AnnaBella")).exit, 0);
  EXPECT_NE(subject("7"), subject("2"));
  EXPECT_EQ(pac("replay book").exit, 0);
}

TEST_F(Erasure, WhereAllWasErasedAReplaySaysThatNothingWasCompared) {
  EXPECT_FALSE(has(pac("ledger status book").out, "epoch"));
  ASSERT_EQ(run(row("AnnaBella")).exit, 0);
  const Outcome status = pac("ledger status book");
  EXPECT_TRUE(has(status.out, "personal data: epoch 1 since ")) << status.out;
  EXPECT_TRUE(has(pac("ledger status book --format json").out, R"("epoch":1)"));
  ASSERT_EQ(pac("ledger erase book --subject AnnaBella --reason letter").exit, 0);
  const Outcome replayed = pac("replay book");
  EXPECT_EQ(replayed.exit, 0) << "what is gone by right is no finding";
  EXPECT_TRUE(has(replayed.out, "nothing was compared: the personal data of all")) << replayed.out;
  const Outcome with = pac("replay book --with lending.pac");
  EXPECT_EQ(with.exit, 0) << with.err;
  EXPECT_TRUE(has(with.out, "nothing was compared")) << with.out;
}

TEST_F(Erasure, TheKeyOfTheEpochUnderAPassphrase) {
  ASSERT_EQ(run(row("AnnaBella")).exit, 0);
  const std::string set = "PAC_KEY_NEW_PASSPHRASE='correct horse' ";
  const std::string with = "PAC_EPOCH_PASSPHRASE='correct horse' ";
  ASSERT_EQ(shell(set + "pac key passphrase book.epoch").exit, 0);
  EXPECT_TRUE(has(read(folder_ / "book.epoch"), "BEGIN PAC ENCRYPTED EPOCHS"));
  EXPECT_TRUE(has(pac("ledger status book").out, "under a passphrase"));
  EXPECT_TRUE(has(shell(with + "pac ledger show book 2 --open").out, "AnnaBella"));
  const Outcome closed = shell("PAC_EPOCH_PASSPHRASE='another one' pac ledger show book 2 --open");
  EXPECT_FALSE(has(closed.out, "AnnaBella"));
  EXPECT_TRUE(has(closed.err, "passphrase does not open")) << closed.err;
  // The next epoch is under it too.
  ASSERT_EQ(shell(with + "pac ledger erase book --subject AnnaBella --reason letter --finish").exit,
            0);
  EXPECT_TRUE(has(read(folder_ / "book.epoch"), "BEGIN PAC ENCRYPTED EPOCHS"));
  EXPECT_TRUE(has(shell(with + "pac ledger show book 2 --open").out, R"("state":"erased")"));
}

TEST_F(Erasure, WithoutTheKeyOneSeesWhatIsNotPersonal) {
  ASSERT_EQ(run(row("AnnaBella")).exit, 0);
  ASSERT_EQ(shell("mv book.epoch elsewhere").exit, 0);
  const Outcome shown = pac("ledger show book 2 --open");
  EXPECT_EQ(shown.exit, 0);
  EXPECT_TRUE(has(shown.err, "stays closed")) << shown.err;
  EXPECT_TRUE(has(shown.out, R"("state":"no key")")) << shown.out;
  EXPECT_FALSE(has(shown.out, "AnnaBella"));
  EXPECT_TRUE(has(pac("ledger show book 2 --open --epoch-key elsewhere").out, "AnnaBella"));
  const Outcome replayed = pac("replay book");
  EXPECT_EQ(replayed.exit, 1) << "what could not be compared is no pass";
  EXPECT_TRUE(has(replayed.out, "no key here")) << replayed.out;
  EXPECT_EQ(pac("replay book --epoch-key elsewhere").exit, 0);
  EXPECT_EQ(pac("diff lending.pac lending.pac --decisions book").exit, 3);
  EXPECT_EQ(pac("diff lending.pac lending.pac --decisions book --epoch-key elsewhere").exit, 0);
  EXPECT_TRUE(has(pac("ledger status book").out, "epoch 1; its key is not here"));
  const Outcome recorded = run(row("BerndDas"));
  EXPECT_EQ(recorded.exit, 3);
  EXPECT_TRUE(has(recorded.err, "PAC6602")) << recorded.err;
  EXPECT_EQ(recorded.out, "");
  EXPECT_EQ(run(row("BerndDas"), "--epoch-key elsewhere").exit, 0);
}

TEST_F(Erasure, ARetryGetsItsPersonalAnswerAndAfterTheErasureNobodyDoes) {
  const std::string keyed = "--idempotency-field request --features scores.json";
  ASSERT_EQ(run(row("AnnaBella", "r-1"), keyed).exit, 0);
  const Outcome again = run(row("AnnaBella", "r-1"), keyed);
  EXPECT_EQ(again.exit, 0) << again.err;
  EXPECT_TRUE(has(again.out, R"("repeated":true)")) << again.out;
  EXPECT_TRUE(has(again.out, R"("letter":"Dear customer")")) << again.out;
  // Another person under the key, and the same one with another birth date, are other requests.
  EXPECT_TRUE(has(run(row("BerndDas", "r-1"), keyed).out, "PAC6402"));
  std::string younger = row("AnnaBella", "r-1");
  younger.replace(younger.find("1990"), 4, "1991");
  EXPECT_TRUE(has(run(younger, keyed).out, "PAC6402"));
  ASSERT_EQ(pac("ledger erase book --subject AnnaBella --reason letter").exit, 0);
  const Outcome after = run(row("AnnaBella", "r-1"), keyed);
  EXPECT_TRUE(has(after.out, "PAC6402")) << after.out << after.err;
  EXPECT_FALSE(has(after.out, "Dear"));
}

TEST_F(Erasure, ATooLongEntryHasItsBoxesInTheBlob) {
  file("long.pac", R"(package bank.long edition 1
decision d {
  input { id: string max 20 chars @pii(identifier), notes: list<string max 90 chars> max 2_000 items @pii(note),
          tags: list<string max 90 chars> max 2_000 items }
  output { n: int }
  result { n: len(notes) }
}
)");
  std::string list = "[";
  for (int i = 0; i < 1200; ++i) {
    list += (i > 0 ? ",\"secret" : "\"secret") + std::to_string(i) + std::string(60, 'y') + "\"";
  }
  list += ']';
  const std::string input = R"({"id":"AnnaBella","notes":)" + list + R"(,"tags":["open"]})" + "\n";
  const Outcome personal =
      pac("run long.pac --ledger book --format json --idempotency-field id", input);
  EXPECT_EQ(personal.exit, 2) << "the key of a request is never erased";
  EXPECT_TRUE(has(personal.err, "is personal data")) << personal.err;
  const Outcome done = pac("run long.pac --ledger book --format json", input);
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(show("2").find("boxes"), nullptr);
  EXPECT_NE(show("2").find("blob"), nullptr);
  EXPECT_FALSE(has(everything(), "secret7"));
  EXPECT_TRUE(has(pac("ledger show book 2 --open").out, "secret1199"));
  EXPECT_EQ(pac("ledger verify book").exit, 0);
  EXPECT_EQ(pac("replay book").exit, 0);
  ASSERT_EQ(pac("ledger erase book --subject AnnaBella --reason x --finish").exit, 0);
  EXPECT_FALSE(has(pac("ledger show book 2 --open").out, "secret1199"));
  EXPECT_TRUE(has(pac("replay book").out, "1 not replayed: erased"));
}

// The name of a field that a policy does not declare is the caller's text, and may be a person's.
TEST_F(Erasure, ARefusedNameIsNotRecorded) {
  const Outcome refused =
      run(R"({"applicant":{"id":"A","Jane.Doe 310590":1,"city":"X"}})"
          "\n"
          R"({"Jane Doe":1})"
          "\n"
          R"({"applicant":{"id":"A","city":"X"},"others":[{"id":"B","city":"Y","Jane Doe":1}]})"
          "\n");
  EXPECT_EQ(refused.exit, 1);
  EXPECT_TRUE(has(refused.out, "applicant.Jane.Doe 310590"))
      << "the caller is told: " << refused.out;
  EXPECT_FALSE(has(everything(), "Jane"));
  EXPECT_EQ(text(show("2"), "answer"),
            R"({"code":"PAC5104","path":"applicant.?","status":"refused"})");
  EXPECT_EQ(text(show("3"), "answer"), R"({"code":"PAC5104","path":"?","status":"refused"})");
  EXPECT_EQ(text(show("4"), "answer"),
            R"({"code":"PAC5104","path":"others.?","status":"refused"})");
}

}  // namespace
}  // namespace pac::e2e
