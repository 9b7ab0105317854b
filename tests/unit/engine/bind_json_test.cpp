// What is refused, and in which words: every kind of mistake once, with path, code and message.
#include <gtest/gtest.h>

#include "tests/unit/engine/samples.h"

namespace pac::engine::test {
namespace {

constexpr auto kRisk = static_cast<ir::DecisionId>(0);

class BindJson : public testing::Test {
 protected:
  std::string refusal(std::string_view text) {
    if (session_.bind_json(kRisk, text)) return "accepted";
    EXPECT_FALSE(session_.refusals().empty());
    return told(session_);
  }
  void expect(std::string_view from, std::string_view to, std::string_view refused) {
    EXPECT_EQ(refusal(with(from, to)), refused) << from << " -> " << to;
  }
  void accept(std::string_view from, std::string_view to) {
    EXPECT_EQ(refusal(with(from, to)), "accepted") << from << " -> " << to;
  }

  std::shared_ptr<LoadedRuleSet> rules_ = load(lending());
  Session session_{rules_, {}};
};

TEST_F(BindJson, AcceptsAGoodInput) { EXPECT_EQ(refusal(kGoodInput), "accepted"); }

TEST_F(BindJson, NamesWhatIsNoJson) {
  EXPECT_EQ(refusal(""), "PAC5101 : not valid JSON at column 1: the text is empty");
  EXPECT_EQ(refusal("  "), "PAC5101 : not valid JSON at column 1: the text is empty");
  EXPECT_TRUE(refusal("{").starts_with("PAC5101 : not valid JSON at column 2:"));
  EXPECT_TRUE(refusal("nonsense").starts_with("PAC5101 : not valid JSON at column 1:"));
  EXPECT_EQ(refusal("[]"), "PAC5108 : the input must be an object in { }");
  EXPECT_EQ(refusal("null"), "PAC5108 : the input must be an object in { }");
  expect("720", "72O",
         "PAC5101 credit_score: not valid JSON at column 107: a number is not written so");
  expect("720", "0720",
         "PAC5101 credit_score: not valid JSON at column 107: a number is not written so");
  expect("720", "+720", "PAC5101 credit_score: not valid JSON at column 107: no value begins here");
  expect("720", "nul",
         "PAC5101 credit_score: not valid JSON at column 107: no value is written so");
  expect("720", "NaN", "PAC5101 credit_score: not valid JSON at column 107: no value begins here");
  EXPECT_TRUE(refusal(std::string(kGoodInput) + "x").starts_with("PAC5101 :"));
  EXPECT_TRUE(refusal(std::string(kGoodInput) + "{}").starts_with("PAC5101 :"));
  EXPECT_TRUE(refusal(std::string(kGoodInput) + ",").starts_with("PAC5101 :"));
  EXPECT_TRUE(refusal(with("housing\"}", "housing\",}")).starts_with("PAC5101 :"));
  EXPECT_TRUE(refusal(with(",\"amount\":5000", " \"amount\":5000")).starts_with("PAC5101"));
  EXPECT_TRUE(refusal(with("\"u1\"", "\"u1\" x")).starts_with("PAC5101"));
  EXPECT_TRUE(refusal(with("\"u1\"", "\"u1\"x")).starts_with("PAC5101"));
  EXPECT_TRUE(refusal(with("u1", "u\x01")).starts_with("PAC5101"));
  EXPECT_TRUE(refusal(with("u1", "u\xff")).starts_with("PAC5101"));
  EXPECT_TRUE(refusal(with("u1", "u\\x41")).starts_with("PAC5101"));
  EXPECT_TRUE(refusal(with("u1", "u\\u12")).starts_with("PAC5101"));
  EXPECT_TRUE(refusal(with("-3}]", "-3},]")).starts_with("PAC5101"));
}

TEST_F(BindJson, CountsLines) {
  EXPECT_EQ(refusal("{\n  \"applicant\": 01\n}"),
            "PAC5101 applicant: not valid JSON at line 2 of the input, column 16: a number is not "
            "written so");
}

TEST_F(BindJson, RefusesNamesThatAreNotDeclared) {
  expect("\"purpose\"", "\"purpos\"",
         "PAC5104 purpos: \"purpos\" is not a field here, did you mean \"purpose\"?");
  expect("\"birth\"", "\"zzz\"", "PAC5104 applicant.zzz: \"zzz\" is not a field here");
  expect("-3}", "-3,\"x\":[1,{}]}", "PAC5104 applicant.monthly[1].x: \"x\" is not a field here");
  expect("\"purpose\"", "\"as_of\":\"2026-03-01\",\"purpose\"",
         "PAC5104 as_of: \"as_of\" is not a field here, it is context and is given as such");
  expect("\"purpose\"", "\"debts\":1,\"purpose\"",
         "PAC5104 debts: \"debts\" is not a field here, it is a feature and comes from a feature "
         "store");
}

TEST_F(BindJson, RefusesWhatStandsTwiceOrNotAtAll) {
  expect("\"purpose\"", "\"amount\":1,\"purpose\"",
         "PAC5105 amount: amount is given twice in one object");
  // The same name, spelled with an escape.
  expect("\"purpose\"", "\"am\\u006funt\":1,\"purpose\"",
         "PAC5105 amount: amount is given twice in one object");
  expect("\"credit_score\":720,", "",
         "PAC5106 credit_score: credit_score is missing, the decision needs it");
  expect("\"id\":\"u1\",", "", "PAC5106 applicant.id: id is missing, the decision needs it");
  expect("\"amount\":-3", "",
         "PAC5106 applicant.monthly[1].amount: amount is missing, the decision needs it");
  expect("720", "null", "PAC5107 credit_score: credit_score is null, the decision needs a value");
  expect("{\"amount\":-3}", "null",
         "PAC5107 applicant.monthly[1]: monthly[1] is null, the decision needs a value");
  accept("\"purpose\"", "\"urgent\":null,\"grade\":null,\"purpose\"");
}

TEST_F(BindJson, RefusesOtherTypes) {
  expect("720", "\"x\"", "PAC5110 credit_score: credit_score is \"x\", but must be an integer");
  expect("720", "true",
         "PAC5108 credit_score: credit_score is true or false, but must be an integer");
  expect("720", "[1]", "PAC5108 credit_score: credit_score is a list, but must be an integer");
  expect("720", "{}", "PAC5108 credit_score: credit_score is an object, but must be an integer");
  expect("\"u1\"", "1", "PAC5108 applicant.id: id is a number, but must be a string");
  expect("\"housing\"", "1",
         "PAC5108 purpose: purpose is a number, but must be one of \"housing\", \"vehicle\", "
         "\"education\", "
         "\"OTHER PURPOSE\"");
  expect("[{\"amount\":\"12.50\"},{\"amount\":-3}]", "{}",
         "PAC5108 applicant.monthly: monthly is an object, but must be a list in [ ]");
  expect("{\"amount\":-3}", "7",
         "PAC5108 applicant.monthly[1]: monthly[1] is a number, but must be an object in { }");
  expect("\"purpose\"", "\"urgent\":\"true\",\"purpose\"",
         "PAC5108 urgent: urgent is a string, but must be true or false");
  expect("\"purpose\"", "\"urgent\":0,\"purpose\"",
         "PAC5108 urgent: urgent is a number, but must be true or false");
}

TEST_F(BindJson, ReadsNumbersFromTheirDigits) {
  for (const char* same : {"720.0", "7.2e2", "72e1", "\"720\""}) accept("720", same);
  for (const char* same :
       {"5000", "5e3", "\"5000.000\"", "5000.1", "5000.10", "\"99999999999999999.99\""}) {
    accept("5000.00", same);
  }
  expect("720", "720.5", "PAC5110 credit_score: credit_score is \"720.5\", but must be an integer");
  expect("5000.00", "5000.001",
         "PAC5110 amount: amount is \"5000.001\", but must be a number with at most 2 digits after "
         "the point");
  expect("5000.00", "\"5 000\"",
         "PAC5110 amount: amount is \"5 000\", but must be a number with at most 2 digits after "
         "the point");
  expect("5000.00", "\"1e40\"", "PAC5110 amount: amount is \"1e40\", which has too many digits");
  expect(
      "720", "\"9223372036854775808\"",
      "PAC5110 credit_score: credit_score is \"9223372036854775808\", which has too many digits");
}

TEST_F(BindJson, RefusesNumbersThatADoubleMayHaveRounded) {
  const auto inexact = [](std::string number) {
    return "PAC5109 amount: amount is the JSON number " + number +
           ", whose digits other software may have rounded: write it as a string, in quotes";
  };
  expect("5000.00", "9007199254740992", inexact("9007199254740992"));
  expect("5000.00", "-9007199254740993", inexact("-9007199254740993"));
  expect("5000.00", "1e16", inexact("1e16"));
  expect("5000.00", "1234567890123.456", inexact("1234567890123.456"));
  accept("5000.00", "9007199254740991");
  accept("5000.00", "1234567890123.45");
  accept("5000.00", "\"9007199254740993.99\"");
  accept("5000.00", "5000.00000000000000000000");
}

TEST_F(BindJson, RefusesWhatIsOutsideItsDomain) {
  expect("720", "900", "PAC5111 credit_score: credit_score is 900, allowed is 300 .. 850");
  expect("720", "299", "PAC5111 credit_score: credit_score is 299, allowed is 300 .. 850");
  expect("5000.00", "0", "PAC5111 amount: amount is 0.00, allowed is >= 0.01");
  expect("\"purpose\"", "\"grade\":6,\"purpose\"",
         "PAC5111 grade: grade is 6, allowed is 0 .. 5, 77");
  accept("\"purpose\"", "\"grade\":77,\"purpose\"");
  expect("-3}", "-1000000.01}",
         "PAC5111 applicant.monthly[1].amount: amount is -1000000.01, allowed is -1000000.00 .. "
         "1000000.00");
  expect("1990-01-01", "1899-12-31",
         "PAC5111 applicant.birth: birth is 1899-12-31, allowed is >= 1900-01-01");
  expect("\"monthly\"", "\"residence\":\"DE\",\"monthly\"",
         "PAC5111 applicant.residence: residence is \"DE\", allowed is \"FI\", \"NO\", \"SE\"");
  expect("\"u1\"", "\"U1\"",
         "PAC5118 applicant.id: id is \"U1\", which does not match \"[a-z0-9]*\"");
  expect("\"u1\"", "\"u12345678\"", "PAC5117 applicant.id: id has 9 characters, allowed are 8");
  expect("\"monthly\"", "\"home\":{\"city\":\"Oulu\",\"floor\":\"9007199254740992\"},\"monthly\"",
         "PAC5111 applicant.home.floor: floor is 9007199254740992, allowed is -9007199254740991 .. "
         "9007199254740991, since the field has no domain of its own");
}

TEST_F(BindJson, ReadsEnumerationsByWireName) {
  expect("\"housing\"", "\"housng\"",
         "PAC5112 purpose: purpose is \"housng\", allowed are \"housing\", \"vehicle\", "
         "\"education\", "
         "\"OTHER PURPOSE\"; did you mean \"housing\"?");
  expect(
      "\"housing\"", "\"other\"",
      "PAC5112 purpose: purpose is \"other\", allowed are \"housing\", \"vehicle\", \"education\", "
      "\"OTHER PURPOSE\"");
  accept("\"housing\"", "\"OTHER PURPOSE\"");
  accept("\"housing\"", "\"OTHER\\u0020PURPOSE\"");
}

TEST_F(BindJson, ReadsDates) {
  expect(
      "\"1990-01-01\"", "\"1.1.1990\"",
      "PAC5113 applicant.birth: birth is \"1.1.1990\", but must be a date such as \"2026-03-01\"");
  expect("\"1990-01-01\"", "\"1990-02-29\"",
         "PAC5113 applicant.birth: birth is \"1990-02-29\", which does not exist");
  expect("\"1990-01-01\"", "1990",
         "PAC5108 applicant.birth: birth is a number, but must be a date such as \"2026-03-01\"");
}

TEST_F(BindJson, RefusesTextThatIsNone) {
  expect("u1", "u\\u0000",
         "PAC5116 applicant.id: id has the character U+0000, which is not allowed in text");
  expect("u1", "u\\ud800",
         "PAC5116 applicant.id: id has half of a surrogate pair, which is not allowed in text");
  expect("u1", "\\udc00",
         "PAC5116 applicant.id: id has half of a surrogate pair, which is not allowed in text");
  expect("u1", "\\ud800\\u0041",
         "PAC5116 applicant.id: id has half of a surrogate pair, which is not allowed in text");
}

TEST_F(BindJson, RefusesListsAndSetsThatAreTooLongOrRepeat) {
  expect("[{\"amount\":\"12.50\"},",
         "[{\"amount\":1},{\"amount\":1},{\"amount\":1},{\"amount\":1},",
         "PAC5119 applicant.monthly: monthly has 5 items, allowed are 4");
  expect("\"monthly\"", "\"tags\":[\"a\",\"b\",\"c\",\"d\"],\"monthly\"",
         "PAC5119 applicant.tags: tags has 4 items, allowed are 3");
  expect("\"monthly\"", "\"tags\":[\"b\",\"a\",\"\\u0062\"],\"monthly\"",
         "PAC5120 applicant.tags[2]: tags[2] equals item 0, a set holds each item once");
  accept("\"monthly\"", "\"tags\":[\"c\",\"a\",\"b\"],\"monthly\"");
  accept("\"monthly\"", "\"tags\":[],\"monthly\"");
}

TEST_F(BindJson, TheFirstMistakeOfTheTextIsTold) {
  std::string two = with("720", "900");
  two.replace(two.find("housing"), 7, "nothing");
  EXPECT_EQ(refusal(two), "PAC5111 credit_score: credit_score is 900, allowed is 300 .. 850");
}

TEST_F(BindJson, CollectsAllMistakesWhereAsked) {
  SessionOptions options;
  options.max_refusals = kCollectedRefusals;
  Session all(rules_, options);
  EXPECT_FALSE(all.bind_json(
      kRisk,
      R"({"applicant":{"id":1,"birth":null,"monthly":[{"amount":"x","y":[{"z":[1]}]},3,{}]},)"
      R"("credit_score":900,"extra":{"a":{}},"purpose":"housing","purpose":"housing"})"));
  EXPECT_EQ(told(all),
            "PAC5108 applicant.id: id is a number, but must be a string\n"
            "PAC5107 applicant.birth: birth is null, the decision needs a value\n"
            "PAC5110 applicant.monthly[0].amount: amount is \"x\", but must be a number with at "
            "most 2 digits "
            "after the point\n"
            "PAC5104 applicant.monthly[0].y: \"y\" is not a field here\n"
            "PAC5108 applicant.monthly[1]: monthly[1] is a number, but must be an object in { }\n"
            "PAC5106 applicant.monthly[2].amount: amount is missing, the decision needs it\n"
            "PAC5111 credit_score: credit_score is 900, allowed is 300 .. 850\n"
            "PAC5104 extra: \"extra\" is not a field here\n"
            "PAC5105 purpose: purpose is given twice in one object\n"
            "PAC5106 amount: amount is missing, the decision needs it");
}

TEST_F(BindJson, CollectsNoMoreThanTheLimit) {
  SessionOptions options;
  options.max_refusals = 3;
  Session some(rules_, options);
  EXPECT_FALSE(some.bind_json(kRisk, R"({"a":1,"b":2,"c":3,"d":4,"e":5})"));
  EXPECT_EQ(some.refusals().size(), 3u);
}

TEST_F(BindJson, KeepsItsLimits) {
  SessionOptions options;
  options.max_input_bytes = 200;
  Session small(rules_, options);
  EXPECT_FALSE(small.bind_json(kRisk, std::string(201, ' ')));
  EXPECT_EQ(told(small), "PAC5102 : the input is too long, the limit is 200 bytes");
  EXPECT_TRUE(small.bind_json(kRisk, kGoodInput)) << told(small);

  options = {};
  options.input_memory_bytes = kGoodInput.size() + 70;  // the text, and no lists
  Session tight(rules_, options);
  EXPECT_FALSE(tight.bind_json(kRisk, kGoodInput));
  EXPECT_EQ(told(tight).substr(0, 7), "PAC5102");
}

TEST_F(BindJson, DeepNestingIsRefusedWithoutRecursion) {
  const std::string deep(400'000, '[');
  EXPECT_TRUE(
      refusal(with("720", deep + std::string(400'000, ']'))).starts_with("PAC5108 credit_score:"));
  EXPECT_FALSE(session_.bind_json(kRisk, deep));
  EXPECT_FALSE(session_.bind_json(kRisk, with("720", deep)));
}

TEST_F(BindJson, LongTextsAndPathsAreCutAtWholeCharacters) {
  std::string name;
  while (name.size() < 1000) name += "ä€";
  EXPECT_FALSE(session_.bind_json(kRisk, "{\"" + name + "\":1}"));
  const Refusal& refusal = session_.refusals()[0];
  EXPECT_LE(refusal.path.view().size(), kMaxPathBytes);
  EXPECT_TRUE(valid_utf8(refusal.path.view()));
  EXPECT_TRUE(valid_utf8(refusal.message.view()));
}

}  // namespace
}  // namespace pac::engine::test
