// Entries of decisions byte by byte: schema 1, which never changes, and how they are read.
#include <gtest/gtest.h>

#include "compiler/driver/load.h"
#include "ledger/file/entry.h"
#include "ledger/record/decision_entry.h"
#include "ledger/record/entry_view.h"
#include "runtime/base/json.h"
#include "runtime/engine/memory_features.h"
#include "tests/unit/ledger/bank.h"

namespace pac::ledger {
namespace {

using test::compiled;

class EntryTest : public testing::Test {
 protected:
  EntryTest()
      : rules_(*driver::load(compiled().checked->rules, {driver::Engine::interp, 0})),
        session_(rules_, {}) {
    RunFacts facts;
    facts.origin = "bank.example/credit/1";
    facts.run = std::string(32, '1');
    facts.snapshot = std::string(64, 'a');
    facts.engine = "interp";
    facts.pac_version = "1.0";
    facts.tenant = "north";
    writer_ = std::make_unique<DecisionWriter>(rules_, compiled().checked->side, ir::DecisionId{0},
                                               facts);
  }
  std::string entry(const std::string& input, const std::string& features,
                    const Idempotency* key = nullptr) {
    auto source = engine::MemoryFeatures::parse(features);
    engine::Context context;
    context.json = R"({"as_of":"2026-03-01","now":"2026-03-01T09:00:00Z","caller":"desk"})";
    const bool decided = session_.bind_json(ir::DecisionId{0}, input) &&
                         session_.prepare(context, writer_->features().watch(&*source));
    if (decided) session_.decide();
    DecisionFacts facts;
    const std::string nonce(32, '2');
    facts.nonce = nonce;
    facts.duration_ns = 1234;
    facts.idempotency = key;
    facts.caller = "desk";
    const auto made = writer_->make(session_, decided, facts, &buffer_);
    EXPECT_TRUE(made);
    std::string out(made->entry);
    EXPECT_EQ(json::canonical(*json::parse(out)), out) << "entries are canonical";
    const std::string time = time_text(1'772'355'600'000'000);
    out.replace(made->at, time.size(), time);
    blob_ = made->blob;
    return out;
  }

  std::shared_ptr<engine::LoadedRuleSet> rules_;
  engine::Session session_;
  std::unique_ptr<DecisionWriter> writer_;
  std::string buffer_, blob_;
};

// Whoever changes these bytes makes a new schema; readers keep to this one for ever.
TEST_F(EntryTest, SchemaOneIsFrozen) {
  const Idempotency key{"r-1", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"};
  const std::string made = entry(R"({"who":{"name":"Åke \"A\"","age":7},"amount":"12.50"})",
                                 R"({"score":{"value":720,"at":"2026-02-28T09:00:00Z"}})", &key);
  const std::string digest = [&] {
    const std::size_t at = made.find("\"function_digest\":\"") + 19;
    return made.substr(at, 64);
  }();
  EXPECT_EQ(made,
            R"({"answer":{"fired":["known"],"output":{"rate":"2.50","why":"known"},"status":"ok"},)"
            R"("as_of":"2026-03-01","at":"2026-03-01T09:00:00.000000Z","caller":"desk",)"
            R"("citations":["http://data.europa.eu/eli/dir/2011/83/oj"],)"
            R"("context":{"as_of":"2026-03-01","caller":"desk","now":"2026-03-01T09:00:00Z"},)"
            R"("duration_ns":1234,"engine":"interp",)"
            R"("features":{"score":{"at":"2026-02-28T09:00:00.000000Z","value":720}},)"
            R"("function":"bank.rate","function_digest":")" +
                digest +
                R"(","idempotency":{"key":"r-1",)"
                R"("request":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},)"
                R"("input":{"amount":"12.50","who":{"age":7,"name":"Åke \"A\""}},)"
                R"("kind":"decision","nonce":"22222222222222222222222222222222",)"
                R"("origin":"bank.example/credit/1","pac":"1.0","parameters":{"base":"2.50"},)"
                R"("run":"11111111111111111111111111111111","schema":1,)"
                R"("snapshot":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",)"
                R"("tenant":"north"})");
}

TEST_F(EntryTest, FeaturesAreMarkedMissingAndStale) {
  const char* const kInput = R"({"who":{"name":"A"},"amount":"1.00"})";
  EXPECT_NE(entry(kInput, "{}").find(R"("features":{"score":{"missing":true}})"),
            std::string::npos);
  const std::string stale = entry(kInput, R"({"score":{"value":720,"at":"2026-02-20T09:00:00Z"}})");
  EXPECT_NE(stale.find(R"("features":{"score":{"at":"2026-02-20T09:00:00.000000Z","stale":true}})"),
            std::string::npos)
      << stale;
  EXPECT_NE(stale.find(R"("fired":["otherwise"])"), std::string::npos);
  // The mark is of this decision alone.
  EXPECT_NE(entry(kInput, R"({"score":720})").find(R"("features":{"score":{"value":720}})"),
            std::string::npos);
}

TEST_F(EntryTest, ARefusedInputIsNotInItsEntry) {
  const std::string made = entry(R"({"who":{"name":"Secret","age":500},"amount":"1.00"})", "{}");
  EXPECT_NE(made.find(R"("path":"who.age","status":"refused"})"), std::string::npos) << made;
  EXPECT_EQ(made.find("Secret"), std::string::npos);
  EXPECT_EQ(made.find("500"), std::string::npos);
}

TEST_F(EntryTest, ReaderFindsWhatTheWriterWrote) {
  const std::string made = entry(R"({"who":{"name":"A"},"amount":"1.00"})", "{}");
  EntryReader reader;
  EntryView view;
  ASSERT_TRUE(reader.read(made, &view));
  EXPECT_EQ(view.kind, "decision");
  EXPECT_EQ(view.function, "bank.rate");
  EXPECT_EQ(view.status, "ok");
  EXPECT_EQ(view.input, R"({"amount":"1.00","who":{"name":"A"}})");
  EXPECT_EQ(names_in(view.fired), std::vector<std::string>{"otherwise"});
  EXPECT_EQ(text_of(view.tenant), "north");
}

// Whatever stands in a ledger, reading it stays within the entry.
TEST_F(EntryTest, ReaderTakesWhatIsDamaged) {
  const std::string made = entry(R"({"who":{"name":"A"},"amount":"1.00"})", "{}");
  EntryReader reader;
  EntryView view;
  for (std::size_t i = 0; i < made.size(); ++i) {
    const std::string cut = made.substr(0, i);
    EXPECT_FALSE(reader.read(cut, &view)) << cut;
    for (const char c : {'"', '{', '}', '\\', ',', '\0'}) {
      std::string other = made;
      other[i] = c;
      (void)reader.read(other, &view);
    }
  }
  std::string later = made;
  later.replace(later.find("\"schema\":1"), 10, "\"schema\":3");
  const auto read = reader.read(later, &view);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, "PAC6401");
}

TEST_F(EntryTest, RequestsAreToldApartByInputAndContextButNotByTime) {
  const auto digest = [&](const std::string& input, const std::string& key,
                          const std::string& around = R"("caller":"desk")",
                          const std::string& now = "2026-03-01T09:00:00Z") {
    EXPECT_TRUE(session_.bind_json(ir::DecisionId{0}, input));
    const std::string json = R"({"now":")" + now + "\"," + around + "}";
    engine::Context context;
    context.json = json;
    EXPECT_TRUE(session_.prepare(context, nullptr));
    return *writer_->request_digest(session_, says_as_of(context), key, std::nullopt);
  };
  const std::string a = digest(R"({"who":{"name":"A"},"amount":"1.00"})", "k");
  EXPECT_EQ(a.size(), 64u);
  EXPECT_EQ(a, digest(R"({"amount":1,"who":{"age":null,"name":"A"}})", "k"));
  EXPECT_NE(a, digest(R"({"who":{"name":"B"},"amount":"1.00"})", "k"));
  EXPECT_NE(a, digest(R"({"who":{"name":"A"},"amount":"1.00"})", "other"));
  const char* const kSame = R"({"who":{"name":"A"},"amount":"1.00"})";
  EXPECT_EQ(a, digest(kSame, "k", R"("caller":"desk")", "2026-04-02T09:00:00Z"));
  EXPECT_EQ(a, digest(kSame, "k", R"("caller":"desk","tenant":"not declared")"));
  EXPECT_NE(a, digest(kSame, "k", R"("caller":"other")"));
  const std::string dated = digest(kSame, "k", R"("caller":"desk","as_of":"2026-03-01")");
  EXPECT_NE(a, dated);
  EXPECT_NE(dated, digest(kSame, "k", R"("caller":"desk","as_of":"2026-03-02")"));
}

}  // namespace
}  // namespace pac::ledger
