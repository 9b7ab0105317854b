// pac run --ledger, pac replay and the questions to a ledger, as a user meets them: what is
// answered is recorded, what is recorded comes out again, and what was changed is named.
#include <sys/stat.h>

#include "tests/e2e/cli.h"

namespace pac::e2e {
namespace {

constexpr const char* kPolicy = R"(package shop.offers edition 1

decision offer {
  context { as_of: date, now: datetime }
  input {
    id:    string max 20 chars
    total: decimal(2) unit EUR in 0.00 .. 1_000_000.00
    tags:  list<string max 20 chars> max 40_000 items
  }
  feature visits: int? of id max_age 1 days
  output { rate: decimal(2), note: string }
  rules first {
    rule big {
      when total >= 100.00
      then { rate: 0.10, note: "for {id}" }
      cites eurlex "32011L0083"
    }
    rule known { when visits default 0 > 3 then { rate: 0.05, note: "known" } }
    rule divided { when total < 1.00 then { rate: round(total / (total - 0.50), 2, half_up), note: "" } }
    otherwise { rate: 0.00, note: "none" }
  }
}
test offer "a large total" {
  given { id: "a", total: 100.00, tags: [] } context { as_of: 2026-03-01, now: 2026-03-01T09:00:00Z }
  expect { rate: 0.10, note: "for a" } by big
}
)";

class Recording : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    file("offers.pac", kPolicy);
    const Outcome made = pac("ledger init book --origin shop.example/offers");
    ASSERT_EQ(made.exit, 0) << made.err;
    key_ = lines_of(made.out).back();
  }
  Outcome run(const std::string& rows, const std::string& more = "") {
    return pac("run offers.pac --ledger book --format json --now 2026-03-01T09:00:00Z " + more,
               rows);
  }
  static std::string row(const std::string& id, const std::string& total) {
    return "{\"id\":\"" + id + "\",\"total\":\"" + total + "\",\"tags\":[\"x\"]}\n";
  }
  std::vector<json::Value> query(const std::string& more = "") {
    std::vector<json::Value> out;
    const Outcome found = pac("ledger query book --format json " + more);
    EXPECT_EQ(found.exit, 0) << found.err;
    for (const std::string& line : lines_of(found.out)) out.push_back(*json::parse(line));
    return out;
  }
  // Changes an answer within the first frame of decisions.
  void damage() {
    const std::string segment = "book/streams/0001/segments/00000001-00000000000000000000.seg";
    std::string bytes = read(folder_ / segment);
    const std::size_t at = bytes.find("\"rate\":\"0.10\"");
    ASSERT_NE(at, bytes.npos);
    bytes.replace(at, 13, "\"rate\":\"0.11\"");
    file(segment, bytes);
  }
  std::filesystem::path blob() {
    for (const auto& one : std::filesystem::recursive_directory_iterator(folder_ / "book/blobs")) {
      if (one.is_regular_file()) return one.path();
    }
    return {};
  }
  std::string key_;
  const std::string rows_ = row("a", "250.00") + row("b", "5.00") + row("c", "0.50") +
                            "{\"id\":\"d\",\"total\":\"-1\",\"tags\":[]}\n";
};

TEST_F(Recording, EachAnswerHasAnEntryAndRefusalsAndErrorsToo) {
  const Outcome o = run(rows_);
  EXPECT_EQ(o.exit, 1) << o.err;
  const auto lines = lines_of(o.out);
  ASSERT_EQ(lines.size(), 4u) << o.out << o.err;
  EXPECT_TRUE(lines[0].ends_with(",\"entry\":\"1/2\"}")) << lines[0];
  EXPECT_TRUE(has(o.err, "4 decisions recorded in shop.example/offers/1, from index 2")) << o.err;
  const auto all = query();
  ASSERT_EQ(all.size(), 6u);
  const std::string kinds[] = {"stream-open", "activate", "decision",
                               "decision",    "decision", "decision"};
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].find("entry")->find("kind")->as_string(), kinds[i]);
  }
  const json::Value& first = *all[2].find("entry");
  EXPECT_EQ(
      json::canonical(*first.find("answer")),
      "{\"fired\":[\"big\"],\"output\":{\"note\":\"for a\",\"rate\":\"0.10\"},\"status\":\"ok\"}");
  EXPECT_EQ(json::canonical(*first.find("input")),
            "{\"id\":\"a\",\"tags\":[\"x\"],\"total\":\"250.00\"}");
  EXPECT_EQ(first.find("as_of")->as_string(), "2026-03-01");
  EXPECT_EQ(json::canonical(*first.find("features")), "{\"visits\":{\"missing\":true}}");
  EXPECT_EQ(first.find("citations")->elements().size(), 1u);
  EXPECT_EQ(all[4].find("entry")->find("answer")->find("code")->as_string(), "PAC5002");
  const json::Value& refused = *all[5].find("entry");
  EXPECT_EQ(json::canonical(*refused.find("answer")),
            "{\"code\":\"PAC5111\",\"path\":\"total\",\"status\":\"refused\"}");
  EXPECT_EQ(refused.find("input"), nullptr);
  // Entries are canonical JSON as they stand.
  for (const std::string& line : lines_of(pac("ledger query book --format json").out)) {
    EXPECT_EQ(json::canonical(*json::parse(line)), line);
  }
  EXPECT_EQ(pac("ledger verify book --verifier " + key_).exit, 0);
}

TEST_F(Recording, TheAnswersAreThoseWithoutALedger) {
  std::string rows;
  for (int i = 0; i < 3000; ++i)
    rows += row("n" + std::to_string(i), std::to_string(i % 200) + ".00");
  const auto plain =
      lines_of(pac("run offers.pac --format json --now 2026-03-01T09:00:00Z", rows).out);
  const auto recorded = lines_of(run(rows, "--threads 3").out);
  ASSERT_EQ(plain.size(), 3000u);
  ASSERT_EQ(recorded.size(), plain.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const std::string expected =
        plain[i].substr(0, plain[i].size() - 1) + ",\"entry\":\"1/" + std::to_string(i + 2) + "\"}";
    ASSERT_EQ(recorded[i], expected);
  }
}

TEST_F(Recording, ARetryGetsTheRecordedAnswer) {
  const Outcome first = run(row("a", "250.00") + row("b", "5.00"), "--idempotency-field id");
  ASSERT_EQ(first.exit, 0) << first.err;
  const Outcome again =
      run(row("b", "5.00") + row("c", "7.00") + row("c", "7.00") + row("a", "9.00"),
          "--idempotency-field id");
  EXPECT_EQ(again.exit, 1) << again.err;
  const auto lines = lines_of(again.out);
  ASSERT_EQ(lines.size(), 4u) << again.out;
  EXPECT_TRUE(lines[0].ends_with(",\"entry\":\"1/3\",\"repeated\":true}")) << lines[0];
  EXPECT_TRUE(has(lines[0], "\"status\":\"ok\"")) << lines[0];
  EXPECT_TRUE(lines[1].ends_with("\"entry\":\"1/5\"}")) << lines[1];
  EXPECT_TRUE(lines[2].ends_with(",\"entry\":\"1/5\",\"repeated\":true}")) << lines[2];
  EXPECT_TRUE(has(lines[3], "PAC6402")) << lines[3];
  EXPECT_TRUE(has(lines[3], "\"entry\":\"1/2\"")) << lines[3];
  // Neither the retries nor the refused key made entries.
  EXPECT_EQ(query("--kind decision").size(), 3u);
  // Another caller's keys are others.
  const Outcome other =
      run(row("a", "9.00"), "--idempotency-field id --context '{\"caller\":\"desk\"}'");
  EXPECT_EQ(other.exit, 0) << other.out << other.err;
}

TEST_F(Recording, AKeyAnswersItsTenantAndContextAlone) {
  file("price.pac", R"(package shop.price edition 1
decision price {
  context { tenant: string }
  input { id: string max 20 chars }
  output { note: string }
  rules first { otherwise { note: "{tenant} price" } }
}
)");
  const auto ask = [&](const char* more) {
    return pac(
        std::string("run price.pac --ledger book --format json --idempotency-field id ") + more,
        "{\"id\":\"k1\"}\n");
  };
  const Outcome acme = ask("--context '{\"tenant\":\"acme\"}'");
  ASSERT_EQ(acme.exit, 0) << acme.out << acme.err;
  const Outcome beta = ask("--context '{\"tenant\":\"beta\"}'");
  EXPECT_EQ(beta.exit, 0) << beta.err;
  EXPECT_TRUE(has(beta.out, "beta price")) << beta.out;
  const Outcome again = ask("--context '{\"tenant\":\"acme\"}'");
  EXPECT_TRUE(has(again.out, "acme price") && has(again.out, "\"repeated\":true")) << again.out;
}

// A date that was said is a part of the request; the one that follows from the clock is not.
TEST_F(Recording, TheDateThatIsSaidIsAPartOfTheRequest) {
  const auto ask = [&](const std::string& when) {
    return pac("run offers.pac --ledger book --format json --idempotency-field id " + when,
               row("a", "250.00"));
  };
  ASSERT_EQ(ask("--now 2026-03-01T09:00:00Z").exit, 0);
  const Outcome later = ask("--now 2026-05-01T09:00:00Z");
  EXPECT_TRUE(has(later.out, "\"repeated\":true")) << later.out << later.err;
  const Outcome dated = ask("--now 2026-03-01T09:00:00Z --as-of 2026-02-01");
  EXPECT_EQ(dated.exit, 1) << dated.err;
  EXPECT_TRUE(has(dated.out, "PAC6402")) << dated.out;
}

// Who can write the files could write another answer there; it must not reach anybody.
TEST_F(Recording, AnAnswerThatWasChangedIsNotRepeated) {
  std::string rows;
  for (int i = 0; i < 300; ++i) rows += row("n" + std::to_string(i), "250.00");
  ASSERT_EQ(run(rows, "--idempotency-field id").exit, 0);
  const std::string bundle = "book/streams/0001/tile/entries/000";
  std::string bytes = read(folder_ / bundle);
  const std::size_t at = bytes.find("\"rate\":\"0.10\"");
  ASSERT_NE(at, bytes.npos);
  bytes.replace(at, 13, "\"rate\":\"0.99\"");
  file(bundle, bytes);
  const Outcome o =
      run(row("new", "5.00") + row("n0", "250.00") + row("n1", "250.00"), "--idempotency-field id");
  EXPECT_EQ(o.exit, 3) << o.err;
  const auto lines = lines_of(o.out);
  ASSERT_EQ(lines.size(), 1u) << o.out;
  EXPECT_TRUE(lines[0].ends_with("\"entry\":\"1/303\"}")) << lines[0];
  EXPECT_TRUE(has(o.err, "PAC6105")) << o.err;
  EXPECT_TRUE(has(o.err, "from line 2 on nothing was answered")) << o.err;
}

TEST_F(Recording, WhereNothingIsRecordedNothingIsAnswered) {
  const Outcome none = pac("run offers.pac --ledger nowhere --format json", row("a", "1.00"));
  EXPECT_EQ(none.exit, 3);
  EXPECT_EQ(none.out, "");
  // The writer of the ledger keeps others out.
  const Outcome taken = shell(
      "mkfifo rows\n"
      "pac run offers.pac --ledger book --format json <rows >first 2>/dev/null &\n"
      "exec 3>rows\n"
      "until pac ledger query book --kind activate 2>/dev/null | grep -q activate; do :; done\n"
      "status=0\n"
      "pac run offers.pac --ledger book --format json --input /dev/null || status=$?\n"
      "exec 3>&-\n"
      "wait\n"
      "exit $status");
  EXPECT_EQ(taken.exit, 3);
  EXPECT_TRUE(has(taken.err, "PAC6202")) << taken.err;
}

TEST_F(Recording, LargeInputsGoToABlob) {
  std::string tags;
  for (int i = 0; i < 30'000; ++i) tags += (i == 0 ? "\"t" : ",\"t") + std::to_string(i) + "\"";
  const Outcome o = run("{\"id\":\"a\",\"total\":\"250.00\",\"tags\":[" + tags + "]}\n");
  ASSERT_EQ(o.exit, 0) << o.err;
  const auto all = query("--kind decision");
  ASSERT_EQ(all.size(), 1u);
  EXPECT_NE(all[0].find("entry")->find("blob"), nullptr);
  EXPECT_EQ(all[0].find("entry")->find("input"), nullptr);
  EXPECT_EQ(pac("replay book").exit, 0);
  EXPECT_EQ(pac("ledger verify book").exit, 0);
}

TEST_F(Recording, ReplayComesToTheSameInAnyZoneLocaleAndThreads) {
  std::string rows;
  for (int i = 0; i < 2000; ++i)
    rows += row("n" + std::to_string(i), std::to_string(i % 300) + ".00");
  file("features.json", R"({"visits": {"value": 5, "at": "2026-03-01T08:00:00Z"}})");
  ASSERT_EQ(run(rows, "--features features.json").exit, 0);
  file("features.json", R"({"visits": {"value": 5, "at": "2026-02-01T08:00:00Z"}})");
  ASSERT_EQ(run(rows_, "--features features.json").exit, 1);
  const auto stale = query("--kind decision --from 2003 --limit 1");
  ASSERT_EQ(stale.size(), 1u);
  EXPECT_EQ(json::canonical(*stale[0].find("entry")->find("features")),
            "{\"visits\":{\"at\":\"2026-02-01T08:00:00.000000Z\",\"stale\":true}}");
  const Outcome plain = pac("replay book --json --threads 1");
  EXPECT_EQ(plain.exit, 0) << plain.out << plain.err;
  EXPECT_TRUE(has(plain.out, "\"drifted\":0")) << plain.out;
  EXPECT_TRUE(has(plain.out, "\"same\":2003")) << plain.out;
  for (const char* around : {"TZ=Asia/Tokyo", "LC_ALL=de_DE.UTF-8 TZ=America/New_York"}) {
    for (const char* engine : {"both", "native", "interp"}) {
      const Outcome o = shell(std::string(around) + " " + PAC_BINARY +
                              " replay book --json --threads 3 --engine " + engine);
      EXPECT_EQ(o.out, plain.out) << around << engine;
    }
  }
  EXPECT_TRUE(has(pac("replay book --from 2 --to 11").out, "10 decisions replayed"));
}

TEST_F(Recording, ReplaySaysWhatItCannotReplay) {
  ASSERT_EQ(run(rows_).exit, 1);
  const Outcome whole = pac("replay book");
  EXPECT_EQ(whole.exit, 0);
  EXPECT_TRUE(has(whole.out, "1 not replayed: its input was refused")) << whole.out;
  const std::filesystem::path stored = blob();
  const std::string bytes = read(stored);
  std::ofstream(stored, std::ios::binary) << bytes << "x";
  const Outcome changed = pac("replay book");
  EXPECT_EQ(changed.exit, 1);
  EXPECT_TRUE(has(changed.out, "3 not replayed: its policy was changed")) << changed.out;
  const Outcome verified = pac("ledger verify book");
  EXPECT_EQ(verified.exit, 1);
  EXPECT_TRUE(has(verified.err, "stream 1, entry 1: the policy: ")) << verified.err;
  std::filesystem::remove(stored);
  EXPECT_TRUE(has(pac("replay book").out, "3 not replayed: its policy is missing"));
  EXPECT_EQ(pac("ledger verify book").exit, 1);
}

TEST_F(Recording, AChangedFrameIsNamedByVerifyAndCountedByReplay) {
  ASSERT_EQ(run(row("a", "250.00")).exit, 0);
  damage();
  const Outcome replayed = pac("replay book");
  EXPECT_EQ(replayed.exit, 1);
  EXPECT_TRUE(has(replayed.out, "0 decisions replayed")) << replayed.out;
  EXPECT_TRUE(has(replayed.out, "1 not replayed: damaged or missing (the first is entry 1/2)"))
      << replayed.out;
  const Outcome queried = pac("ledger query book");
  EXPECT_EQ(queried.exit, 1);
  EXPECT_TRUE(has(queried.err, "1 entry is damaged or missing, the first is 1/2")) << queried.err;
  EXPECT_EQ(lines_of(queried.out).size(), 2u) << queried.out;
  const Outcome verified = pac("ledger verify book --verifier " + key_);
  EXPECT_EQ(verified.exit, 1);
  EXPECT_TRUE(has(verified.err, "entry 2")) << verified.err;
}

// What is readable behind the damage is replayed too.
TEST_F(Recording, DamageBeforeGoodFramesLeavesOutThatOneAlone) {
  ASSERT_EQ(run(row("a", "250.00")).exit, 0);
  ASSERT_EQ(run(row("b", "5.00") + row("c", "7.00")).exit, 0);
  damage();
  const Outcome replayed = pac("replay book");
  EXPECT_EQ(replayed.exit, 1) << replayed.err;
  EXPECT_TRUE(has(replayed.out, "2 decisions replayed by both engines: 2 the same"))
      << replayed.out;
  EXPECT_TRUE(has(replayed.out, "1 not replayed: damaged or missing (the first is entry 1/2)"))
      << replayed.out;
  // What was asked for is all there.
  EXPECT_EQ(pac("replay book --from 3").exit, 0);
  const Outcome queried = pac("ledger query book --kind decision");
  EXPECT_EQ(queried.exit, 1);
  EXPECT_EQ(lines_of(queried.out).size(), 2u) << queried.out;
  EXPECT_EQ(pac("replay book --with offers.pac").exit, 1);
  EXPECT_EQ(pac("diff offers.pac offers.pac --decisions book").exit, 1);
}

TEST_F(Recording, TheDamagedEndOfAClosedStreamIsCounted) {
  ASSERT_EQ(run(row("a", "250.00")).exit, 0);
  damage();
  const Outcome next = run(row("b", "5.00"));
  ASSERT_EQ(next.exit, 0) << next.err;
  EXPECT_TRUE(has(next.out, "\"entry\":\"2/")) << next.out;
  // Nor may it be hidden with the checkpoint that tells of it.
  for (const bool has_checkpoint : {true, false}) {
    if (!has_checkpoint) std::filesystem::remove(folder_ / "book/streams/0001/checkpoint");
    const Outcome replayed = pac("replay book");
    EXPECT_EQ(replayed.exit, 1) << replayed.err;
    EXPECT_TRUE(has(replayed.out, "1 decision replayed")) << replayed.out;
    EXPECT_TRUE(has(replayed.out, "1 not replayed: damaged or missing (the first is entry 1/2)"))
        << replayed.out;
  }
}

// A replay of nothing must not pass as one of all.
TEST_F(Recording, ReplayNeedsDecisionsThatTheLedgerHas) {
  ASSERT_EQ(run(rows_).exit, 1);
  const Outcome typo = pac("replay book --function offfer");
  EXPECT_EQ(typo.exit, 2) << typo.out;
  EXPECT_TRUE(has(typo.err, "the ledger has no such decisions; it has those of shop.offers.offer"))
      << typo.err;
  EXPECT_EQ(pac("replay book --from 999999").exit, 2);
  EXPECT_EQ(pac("replay book --to 1").exit, 2);
  for (const char* name : {"offer", "offers.offer", "shop.offers.offer"}) {
    const Outcome named = pac(std::string("replay book --function ") + name);
    EXPECT_EQ(named.exit, 0) << named.err;
    EXPECT_TRUE(has(named.out, "3 decisions replayed")) << named.out;
  }
  EXPECT_EQ(pac("replay book --function fer").exit, 2);
}

TEST_F(Recording, PastDecisionsUnderAnotherPolicy) {
  ASSERT_EQ(run(rows_).exit, 1);
  std::string other = kPolicy;
  other.replace(other.find(">= 100.00"), 9, ">= 300.00");
  other.erase(other.find("test offer"));
  file("other/offers.pac", other);
  const Outcome with = pac("replay book --with other/offers.pac");
  EXPECT_EQ(with.exit, 1) << with.err;
  EXPECT_TRUE(has(with.out, "recorded decisions: 1 of 3 change")) << with.out;
  EXPECT_TRUE(has(with.out, "entry 1/2")) << with.out;
  EXPECT_EQ(pac("replay book --with offers.pac").exit, 0);
  const Outcome diff = pac("diff offers.pac other/offers.pac --decisions book");
  EXPECT_EQ(diff.exit, 1);
  EXPECT_TRUE(has(diff.out, "recorded decisions: 1 of 3 change")) << diff.out << diff.err;
  EXPECT_TRUE(has(diff.out, "entry 1/2")) << diff.out;
}

TEST_F(Recording, QueriesFindByRuleStatusAndTime) {
  ASSERT_EQ(run(rows_).exit, 1);
  EXPECT_EQ(query("--rule big").size(), 1u);
  EXPECT_EQ(query("--status error").size(), 1u);
  EXPECT_EQ(query("--status refused --function offer").size(), 1u);
  EXPECT_EQ(query("--function shop.offers.offer").size(), 4u);
  EXPECT_EQ(query("--function fer").size(), 0u);
  EXPECT_EQ(query("--since 2020-01-01 --until 2020-01-02").size(), 0u);
  EXPECT_EQ(query("--since 2020-01-01").size(), 6u);
  EXPECT_EQ(query("--from 1 --to 2 --limit 1").size(), 1u);
  EXPECT_TRUE(has(pac("ledger query book --rule big").out, "shop.offers.offer"));
  EXPECT_EQ(pac("ledger query book --since yesterday").exit, 2);
}

TEST_F(Recording, AnExportIsAChain) {
  ASSERT_EQ(run(rows_).exit, 1);
  std::string before;
  const auto lines = lines_of(pac("ledger export book").out);
  ASSERT_EQ(lines.size(), 6u);
  for (const std::string& line : lines) {
    const auto value = json::parse(line);
    ASSERT_TRUE(value) << line;
    EXPECT_EQ(value->find("prev_hash")->as_string(), before);
    before = value->find("chain_hash")->as_string();
    EXPECT_EQ(before.size(), 64u);
  }
  EXPECT_EQ(lines_of(pac("ledger export book --from 5").out).at(0), lines[5]);
}

TEST_F(Recording, ACorrectionNamesTheOldEntryAndLeavesIt) {
  ASSERT_EQ(run(rows_).exit, 1);
  const std::string old = pac("ledger show book 2").out;
  EXPECT_EQ(pac("ledger correct book 2").exit, 2);
  file("right.json", "{\"total\": \"25.00\"}");
  const Outcome o =
      pac("ledger correct book 2 --reason 'typed wrong' --by 'A. Clerk' --record right.json");
  EXPECT_EQ(o.exit, 0) << o.err;
  EXPECT_EQ(o.out, "entry 1/6 corrects entry 2\n");
  EXPECT_EQ(pac("ledger show book 2").out, old);
  const auto found = query("--kind correction");
  ASSERT_EQ(found.size(), 1u);
  const json::Value& entry = *found[0].find("entry");
  EXPECT_EQ(entry.find("corrects")->find("index")->as_int(), 2);
  EXPECT_EQ(entry.find("corrects")->find("leaf")->as_string().size(), 64u);
  EXPECT_EQ(entry.find("reason")->as_string(), "typed wrong");
  EXPECT_EQ(pac("ledger correct book 99 --reason x").exit, 2);
}

TEST_F(Recording, ABundleIsStoredAsItIs) {
  ASSERT_EQ(pac("build offers.pac -o offers.pacb").exit, 0);
  const Outcome o = pac("run offers.pacb --ledger book --format json --now 2026-03-01T09:00:00Z",
                        row("a", "250.00"));
  ASSERT_EQ(o.exit, 0) << o.err;
  EXPECT_EQ(read(blob()), read(folder_ / "offers.pacb"));
  EXPECT_EQ(pac("replay book").exit, 0);
}

TEST_F(Recording, WrongUsageIsSaid) {
  EXPECT_EQ(run("", "--idempotency-field nothing").exit, 2);
  EXPECT_EQ(run("", "--idempotency-field tags").exit, 2);
  EXPECT_EQ(pac("run offers.pac --idempotency-field id", "").exit, 2);
  EXPECT_EQ(pac("run offers.pac --ledger book --idempotency-field id", "").exit, 2);
  EXPECT_EQ(pac("run offers.pac --ledger postgres://x", "").exit, 2);
  EXPECT_EQ(pac("replay").exit, 2);
  EXPECT_EQ(pac("replay nowhere").exit, 3);
  EXPECT_EQ(pac("replay book --engine fast").exit, 2);
  EXPECT_EQ(pac("replay book --from 9 --to 3").exit, 2);
}

}  // namespace
}  // namespace pac::e2e
