// Inputs that are set field by field, and structs of generated code.
#include <gtest/gtest.h>

#include <cstring>

#include "tests/unit/engine/samples.h"

namespace pac::engine::test {
namespace {

constexpr auto kRisk = static_cast<ir::DecisionId>(0);

class Setters : public testing::Test {
 protected:
  PathId path(std::string_view text) {
    const PathId found = rules_->shape(kRisk).input.find(text);
    EXPECT_NE(found, PathId::none) << text;
    return found;
  }
  void begin_good() {
    session_.begin(kRisk);
    EXPECT_TRUE(session_.set_text(path("applicant.id"), "u1"));
    EXPECT_TRUE(session_.set_date(path("applicant.birth"), days_from_civil(1990, 1, 1)));
    EXPECT_TRUE(session_.append_json(path("applicant.monthly"), R"({"amount":"12.50"})"));
    EXPECT_TRUE(session_.append_json(path("applicant.monthly"), R"({"amount":-3})"));
    EXPECT_TRUE(session_.set_int(path("credit_score"), 720));
    EXPECT_TRUE(session_.set_decimal(path("amount"), 500'000));
    EXPECT_TRUE(session_.set_enum(path("purpose"), "housing"));
  }
  // The inputs as JSON: they are the first six fields.
  static std::string inputs(const Session& session) {
    const RecordSchema& record = session.rules().shape(kRisk).input.record();
    std::string text(4096, ' ');
    TextSink sink(text.data(), text.size());
    write_record(session.rules().schema(), record, session.input(), sink);
    return text.substr(0, sink.size());
  }

  std::shared_ptr<LoadedRuleSet> rules_ = load(lending());
  Session session_{rules_, {}};
};

TEST_F(Setters, GiveTheSameRecordAsJson) {
  begin_good();
  ASSERT_TRUE(session_.finish()) << told(session_);
  Session other(rules_, {});
  ASSERT_TRUE(other.bind_json(kRisk, kGoodInput));
  // All bytes that are no pointers: written out, since lists lie elsewhere.
  const Slot& applicant = rules_->shape(kRisk).input.node(path("applicant")).slot;
  EXPECT_EQ(rules_->schema().values().compare_stored(
                applicant.type_id, applicant.storage,
                static_cast<const char*>(session_.input()) + applicant.offset,
                static_cast<const char*>(other.input()) + applicant.offset),
            0);
  Context context;
  context.now_us = kNow;
  ASSERT_TRUE(session_.prepare(context, nullptr) && other.prepare(context, nullptr));
  session_.decide();
  other.decide();
  EXPECT_EQ(decision_json(session_), decision_json(other));
  EXPECT_EQ(inputs(session_), inputs(other));
}

TEST_F(Setters, TellWhatIsMissing) {
  session_.begin(kRisk);
  EXPECT_FALSE(session_.finish());
  EXPECT_EQ(told(session_), "PAC5106 applicant.id: id is missing, the decision needs it");
  begin_good();
  EXPECT_TRUE(session_.set_int(path("applicant.home.floor"), 3));
  EXPECT_FALSE(session_.finish());
  EXPECT_EQ(told(session_), "PAC5106 applicant.home.city: city is missing, the decision needs it");
  begin_good();
  EXPECT_TRUE(session_.set_text(path("applicant.home.city"), "Oulu"));
  EXPECT_TRUE(session_.finish()) << told(session_);
  EXPECT_NE(inputs(session_).find(R"("home":{"city":"Oulu"})"), std::string::npos)
      << inputs(session_);
}

TEST_F(Setters, AnOptionalRecordCanBeTakenBack) {
  begin_good();
  EXPECT_TRUE(session_.set_text(path("applicant.home.city"), "Oulu"));
  EXPECT_TRUE(session_.set_missing(path("applicant.home")));
  EXPECT_TRUE(session_.finish()) << told(session_);
  EXPECT_EQ(inputs(session_).find("home"), std::string::npos);
  begin_good();
  EXPECT_TRUE(session_.set_missing(path("applicant.home")));
  EXPECT_TRUE(session_.set_json(path("applicant.home"), R"({"city":"Turku"})"));
  EXPECT_TRUE(session_.finish()) << told(session_);
  EXPECT_NE(inputs(session_).find("Turku"), std::string::npos);
}

TEST_F(Setters, RefuseLikeJson) {
  const auto refused = [&](auto set) {
    session_.begin(kRisk);
    EXPECT_FALSE(set());
    const std::string text = told(session_);
    EXPECT_FALSE(session_.finish());
    return text;
  };
  EXPECT_EQ(refused([&] { return session_.set_int(path("credit_score"), 900); }),
            "PAC5111 credit_score: credit_score is 900, allowed is 300 .. 850");
  EXPECT_EQ(refused([&] { return session_.set_text(path("credit_score"), "1"); }),
            "PAC5108 credit_score: credit_score is a string, but must be an integer");
  EXPECT_EQ(refused([&] { return session_.set_int(path("applicant.id"), 1); }),
            "PAC5108 applicant.id: id is an integer, but must be a string");
  EXPECT_EQ(refused([&] { return session_.set_text(path("applicant.id"), "\xff"); }),
            "PAC5116 applicant.id: id has bytes that are not UTF-8, which is not allowed in text");
  EXPECT_EQ(refused([&] { return session_.set_date(path("applicant.birth"), kMaxDate + 1); }),
            "PAC5113 applicant.birth: the number is no value of the type");
  EXPECT_EQ(refused([&] { return session_.set_missing(path("credit_score")); }),
            "PAC5107 credit_score: credit_score is null, the decision needs a value");
  EXPECT_EQ(refused([&] { return session_.set_decimal(path("amount"), kMaxDecimal + 1); }),
            "PAC5110 amount: the number is no value of the type");
  EXPECT_EQ(refused([&] { return session_.append_text(path("credit_score"), "x"); }),
            "PAC5108 credit_score: credit_score is a list, but must be an integer");
  EXPECT_EQ(refused([&] { return session_.append_json(path("applicant.monthly"), "{}"); }),
            "PAC5106 applicant.monthly[0].amount: amount is missing, the decision needs it");
}

TEST_F(Setters, SortSetsAndRefuseRepeats) {
  begin_good();
  for (const char* tag : {"c", "a", "b"})
    EXPECT_TRUE(session_.append_text(path("applicant.tags"), tag));
  EXPECT_FALSE(session_.append_text(path("applicant.tags"), "d"));
  EXPECT_EQ(told(session_), "PAC5119 applicant.tags: tags has 4 items, allowed are 3");
  begin_good();
  for (const char* tag : {"c", "a", "b"})
    EXPECT_TRUE(session_.append_text(path("applicant.tags"), tag));
  EXPECT_TRUE(session_.finish());
  EXPECT_NE(inputs(session_).find(R"("tags":["a","b","c"])"), std::string::npos)
      << inputs(session_);
  begin_good();
  for (const char* tag : {"c", "a", "c"})
    EXPECT_TRUE(session_.append_text(path("applicant.tags"), tag));
  EXPECT_FALSE(session_.finish());
  EXPECT_EQ(told(session_),
            "PAC5120 applicant.tags[2]: tags[2] equals item 0, a set holds each item once");
}

TEST_F(Setters, AnIntegerWidensToADecimal) {
  begin_good();
  EXPECT_TRUE(session_.set_int(path("amount"), 7));
  EXPECT_TRUE(session_.finish());
  EXPECT_NE(inputs(session_).find(R"("amount":"7.00","purpose")"), std::string::npos)
      << inputs(session_);
}

TEST_F(Setters, PathsOfTheOnlyRecordNeedNoPrefix) {
  EXPECT_EQ(rules_->shape(kRisk).input.find("id"), PathId::none);  // there are several inputs
  ir::Builder b;
  const auto inner = b.record("Inner", {b.field("n", b.int_type())});
  const auto input = b.record("in", {b.field("a", b.record_type(inner))});
  auto& d = b.decision("d", input, b.record("out", {b.field("n", b.int_type())}));
  d.policy = ir::HitPolicy::result;
  d.result = {b.field(b.input(d, 0), 0)};
  const auto rules = load(b.rule_set);
  ASSERT_NE(rules, nullptr);
  const InputShape& shape = rules->shape(kRisk).input;
  EXPECT_NE(shape.find("n"), PathId::none);
  EXPECT_EQ(shape.find("n"), shape.find("a.n"));
  EXPECT_EQ(shape.find("a.x"), PathId::none);
}

// ---- Structs
// ----------------------------------------------------------------------------------------

class Structs : public Setters {
 protected:
  // A copy of the record that JSON gives, to be damaged.
  std::string record() {
    EXPECT_TRUE(
        source_.bind_json(kRisk, with("\"monthly\"", "\"tags\":[\"b\",\"a\"],\"monthly\"")));
    return {static_cast<const char*>(source_.input()), rules_->shape(kRisk).input.record().size};
  }
  std::string bind(const std::string& bytes) {
    return session_.bind_struct(kRisk, bytes.data(), bytes.size()) ? "accepted" : told(session_);
  }
  uint32_t offset(std::string_view text) {
    return rules_->shape(kRisk).input.node(path(text)).slot.offset;
  }
  template <typename T>
  static void put(std::string& bytes, uint32_t at, T value) {
    std::memcpy(bytes.data() + at, &value, sizeof value);
  }
  Session source_{rules_, {}};
};

TEST_F(Structs, AreCopiedAndChecked) {
  EXPECT_EQ(bind(record()), "accepted");
  EXPECT_EQ(inputs(session_), inputs(source_));
  std::string bytes = record();
  put<int64_t>(bytes, offset("credit_score"), 900);
  EXPECT_EQ(bind(bytes), "PAC5111 credit_score: credit_score is 900, allowed is 300 .. 850");
  bytes = record();
  put<uint32_t>(bytes, offset("purpose"), 4);
  EXPECT_EQ(bind(bytes), "PAC5108 purpose: the number is no value of the type");
  bytes = record();
  put<int32_t>(bytes, offset("applicant.birth"), kMaxDate + 1);
  EXPECT_EQ(bind(bytes), "PAC5108 applicant.birth: the number is no value of the type");
  bytes = record();
  put<pac_text>(bytes, offset("applicant.id"), {"a\xff", 2, 0});
  EXPECT_EQ(bind(bytes).substr(0, 21), "PAC5116 applicant.id:");
  put<pac_text>(bytes, offset("applicant.id"), {nullptr, 2, 0});
  EXPECT_EQ(bind(bytes).substr(0, 21), "PAC5108 applicant.id:");
  put<pac_text>(bytes, offset("applicant.id"), {"ABC", 3, 0});
  EXPECT_EQ(bind(bytes).substr(0, 21), "PAC5118 applicant.id:");
  EXPECT_EQ(bind(record().substr(8)).substr(0, 9), "PAC5108 :");
}

TEST_F(Structs, SetsMustBeSortedAndListsShort) {
  std::string bytes = record();
  pac_text tags[2] = {{"b", 1, 0}, {"a", 1, 0}};
  put<pac_list>(bytes, offset("applicant.tags"), {tags, 2, 0});
  EXPECT_EQ(bind(bytes), "PAC5108 applicant.tags[1]: the items of a set must be sorted");
  tags[1] = tags[0];
  EXPECT_EQ(bind(bytes),
            "PAC5120 applicant.tags[1]: tags[1] equals item 0, a set holds each item once");
  put<pac_list>(bytes, offset("applicant.tags"), {tags, 4, 0});
  EXPECT_EQ(bind(bytes), "PAC5119 applicant.tags: tags has 4 items, allowed are 3");
}

}  // namespace
}  // namespace pac::engine::test
