#include "runtime/ir/encode.h"

#include <gtest/gtest.h>

#include <limits>

#include "runtime/base/json.h"
#include "runtime/ir/numbers.h"
#include "runtime/ir/shape.h"
#include "runtime/ir/side.h"
#include "tests/unit/base/property.h"
#include "tests/unit/ir/sample.h"

namespace pac::ir {
namespace {

using pac::test::any_int128;
using pac::test::any_text;
using pac::test::in_range;

TEST(Encode, TheSampleGoesThereAndBack) {
  test::Sample s = test::sample();
  const std::string text = encode(s.rs());
  const Result<RuleSet> back = decode(text);
  ASSERT_TRUE(back.has_value()) << back.error().message;
  EXPECT_TRUE(*back == s.rs());
}

TEST(Encode, IsCanonicalJson) {
  test::Sample s = test::sample();
  const std::string text = encode(s.rs());
  const Result<json::Value> value = json::parse(text);
  ASSERT_TRUE(value.has_value()) << value.error().message;
  EXPECT_EQ(json::canonical(*value), text);
  Side side = empty_side(s.rs());
  const Result<json::Value> side_value = json::parse(encode_side(side));
  ASSERT_TRUE(side_value.has_value()) << side_value.error().message;
  EXPECT_EQ(json::canonical(*side_value), encode_side(side));
}

TEST(Encode, TheFormIsFrozen) {
  Builder b;
  b.rule_set.package = "p";
  const RecordId in =
      b.record("d.in", {b.field("x", b.decimal_type(2), b.between(0, Int128(1) << 60))});
  const RecordId out = b.record("d.out", {b.field("y", b.bool_type())});
  Decision& d = b.decision("d", in, out);
  d.policy = HitPolicy::first;
  // One after the other: the order in which C++ evaluates arguments is not fixed.
  const ExprId price = b.decimal(150, 2);
  const ExprId condition = b.in_set(b.input(d, 0), {price, b.input(d, 0)});
  b.rule(d, "r", {condition}, {b.boolean(true)});
  b.otherwise(d, {b.boolean(false)});
  EXPECT_EQ(
      encode(b.rule_set),
      R"({"constants":[{"number":150,"type":0},{"number":1,"type":1},{"type":1}],)"
      R"("decisions":[{"input":0,"name":"d","otherwise":{"name":"otherwise","outcome":[4]},"output":1,)"
      R"("policy":"first","result_type":2,"roles":["input"],)"
      R"("rules":[{"conditions":[2],"name":"r","outcome":[3]}]}],)"
      R"("domains":[{"intervals":[[0,"1152921504606846976"]]}],"duties":[],"edition":1,"enums":[],)"
      R"("exprs":[["constant",0,0],["input",0,0],["in_set",1,1,0,1],["constant",1,1],["constant",1,2]],)"
      R"("format":"pac-ir","functions":[],"package":"p","params":[],)"
      R"("records":[{"fields":[{"domain":0,"name":"x","type":0}],"name":"d.in"},)"
      R"({"fields":[{"name":"y","type":1}],"name":"d.out"}],)"
      R"("types":[{"kind":"decimal","scale":2},{"kind":"bool"},{"kind":"record","ref":1}],)"
      R"("version":1,"zones":[]})");
}

std::string error_of(const std::string& text) {
  const Result<RuleSet> result = decode(text);
  return result ? "none" : result.error().code + " " + result.error().message;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

void expect_error(const std::string& text, const std::string& words) {
  EXPECT_NE(error_of(text).find(words), std::string::npos) << error_of(text);
}

TEST(Decode, RefusesWhatEncodeDoesNotWrite) {
  test::Sample s = test::sample();
  const std::string text = encode(s.rs());
  expect_error(replaced(text, "\"zones\"", "\"surprise\":1,\"zones\""),
               "PAC4120 rule set: unknown member `surprise`");
  expect_error(replaced(text, "\"kind\":\"decimal\"", "\"kind\":\"dezimal\""),
               "rule set.types[0].kind: unknown word");
  expect_error(replaced(text, "\"edition\":1", "\"edition\":\"1\""),
               "rule set.edition: an integer is wanted");
  expect_error(replaced(text, "\"edition\":1,", ""), "member `edition` is missing");
  expect_error(replaced(text, "\"format\":\"pac-ir\"", "\"format\":\"zip\""),
               "no compiled rule set");
  expect_error(replaced(text, "\"version\":1", "\"version\":2"), "PAC4121");
  expect_error(replaced(text, "\"version\":1", "\"version\":0"), "PAC4120");
  expect_error(replaced(text, "[\"let\",", "[\"lot\","), "unknown operation");
  expect_error(replaced(text, "[\"ge\",", "[\"ge\",0,"), "too many operands");
  expect_error(replaced(text, "[\"ge\",", "[\"if\","), "too few operands");
  expect_error(replaced(text, "[\"ge\",", "[\"ge\",4294967296,"), "out of range");
  expect_error(replaced(text, "{\"constants\"", "{ \"constants\""), "canonical form");
  expect_error(replaced(text, "\"kind\":\"decimal\",", "\"kind\":\"decimal\",\"optional\":false,"),
               "canonical form");
  expect_error(text + " ", "PAC4120");
  expect_error(text + "x", "PAC0110");
  expect_error("[]", "PAC4120");
  expect_error("", "PAC0110");
}

TEST(Decode, EveryByteCounts) {
  test::Sample s = test::sample();
  const std::string text = encode(s.rs());
  for (size_t i = 0; i < text.size(); i += 7) {
    std::string damaged = text;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    const Result<RuleSet> result = decode(damaged);
    // A digit or letter may have become another one: then it must have another meaning.
    if (result) {
      EXPECT_FALSE(*result == s.rs()) << i;
    }
  }
}

TEST(Numbers, OneSpellingEach) {
  const auto round_trip = [](Int128 value) {
    std::string text;
    json::Writer writer(&text);
    write_integer(writer, value);
    const auto parsed = json::parse(text);
    return read_integer(*parsed);
  };
  const Int128 edge = json::kMaxExactInt;
  for (const Int128 value :
       {Int128(0), edge, edge + 1, -edge, -edge - 1, kMaxDecimal, -kMaxDecimal,
        std::numeric_limits<Int128>::max(), std::numeric_limits<Int128>::min()}) {
    EXPECT_TRUE(round_trip(value) == value) << digits_of(value);
  }
  for (const char* wrong :
       {"\"5\"", "\"9007199254740991\"", "\"09007199254740992\"", "\"-\"", "\"\"", "1.5",
        "9007199254740992", "\"170141183460469231731687303715884105728\"",
        "\"999999999999999999999999999999999999999\"", "\"90071992547409a2\"", "true"}) {
    const auto parsed = json::parse(wrong);
    ASSERT_TRUE(parsed.has_value()) << wrong;
    EXPECT_FALSE(read_integer(*parsed).has_value()) << wrong;
  }
}

RC_GTEST_PROP(Numbers, GoThereAndBack, ()) {
  const Int128 value = any_int128();
  std::string text;
  json::Writer writer(&text);
  write_integer(writer, value);
  RC_ASSERT(read_integer(*json::parse(text)) == value);
}

// Anything that has the form of a rule set: ids point anywhere, since the encoding doesn't care.
struct Random {
  uint32_t id() { return in_range(0, 5) == 0 ? kNone : in_range<uint32_t>(0, 1'000'000); }
  std::string text() { return any_text(6); }
  int32_t date() { return in_range<int32_t>(-700'000, 2'900'000); }
  int64_t wide() { return static_cast<int64_t>(any_int128()); }
  bool flag() { return in_range(0, 2) == 1; }
  template <typename T, typename Make>
  std::vector<T> list(Make make) {
    std::vector<T> made;
    for (int i = in_range(0, 4); i > 0; --i) made.push_back(make());
    return made;
  }
  std::vector<ExprId> ids() {
    return list<ExprId>([&] { return static_cast<ExprId>(id()); });
  }

  Rule rule() {
    Rule r;
    r.name = text();
    r.priority = wide();
    r.conditions = ids();
    r.outcome = ids();
    r.duties = list<DutyUse>([&] { return DutyUse{static_cast<DutyId>(id()), ids()}; });
    r.overrides = list<uint32_t>([&] { return in_range<uint32_t>(0, 100); });
    r.has_effective = flag();
    if (r.has_effective) r.effective_from = date(), r.effective_to = date();
    if (flag()) r.each_list = ExprId{in_range<uint32_t>(0, 100)}, r.each_var = id();
    return r;
  }

  Decision decision() {
    Decision d;
    d.name = text();
    d.is_private = flag();
    d.partial = flag();
    d.input = static_cast<RecordId>(id());
    d.output = static_cast<RecordId>(id());
    d.result_type = static_cast<TypeId>(id());
    d.roles = list<SlotRole>(
        [&] { return static_cast<SlotRole>(in_range<uint32_t>(0, kSlotRoleCount)); });
    d.zone = text();
    d.as_of_slot = id();
    d.now_slot = id();
    d.features = list<Feature>(
        [&] { return Feature{id(), text(), flag(), static_cast<ExprId>(id()), wide()}; });
    d.lets = list<Let>([&] {
      return Let{static_cast<TypeId>(id()), static_cast<DomainId>(id()), static_cast<ExprId>(id())};
    });
    d.var_count = in_range<uint32_t>(0, 9);
    d.assumes = ids();
    d.policy = static_cast<HitPolicy>(in_range<uint32_t>(0, kHitPolicyCount));
    d.ranking = list<RankedColumn>([&] {
      return RankedColumn{id(), flag(),
                          list<ConstantId>([&] { return static_cast<ConstantId>(id()); })};
    });
    d.folds = list<Fold>(
        [&] { return Fold{static_cast<FoldKind>(in_range<uint32_t>(0, kFoldKindCount)), id()}; });
    d.rules = list<Rule>([&] { return rule(); });
    d.has_otherwise = flag();
    if (d.has_otherwise) d.otherwise = rule();
    d.result = ids();
    return d;
  }

  Domain domain() {
    Domain made;
    made.has_intervals = flag();
    if (made.has_intervals)
      made.intervals = list<Interval>([&] { return Interval{any_int128(), any_int128()}; });
    made.has_texts = flag();
    if (made.has_texts) made.texts = list<std::string>([&] { return text(); });
    made.patterns = list<std::string>([&] { return text(); });
    made.max_chars = wide();
    made.max_items = wide();
    made.element = static_cast<DomainId>(id());
    return made;
  }

  void expr(RuleSet& rs) {
    Expr e;
    e.op = static_cast<Op>(in_range<uint32_t>(0, kOpCount));
    e.type = static_cast<TypeId>(id());
    const OpShape& parts = shape(e.op);
    if (parts.a != Part::unused) e.a = id();
    if (parts.b != Part::unused) e.b = id();
    if (parts.c != Part::unused) e.c = id();
    if (parts.extra != Part::unused) e.extra = id();
    rs.add(e, parts.has_operands ? ids() : std::vector<ExprId>{});
  }

  RuleSet rule_set() {
    RuleSet rs;
    rs.package = text();
    rs.edition = in_range(1, 9);
    rs.types = list<Type>([&] {
      return Type{static_cast<TypeKind>(in_range<uint32_t>(0, kTypeKindCount)), flag(),
                  static_cast<int16_t>(in_range(-76, 77)), id(), static_cast<TypeId>(id())};
    });
    rs.domains = list<Domain>([&] { return domain(); });
    rs.constants = list<Constant>(
        [&] { return Constant{static_cast<TypeId>(id()), flag(), any_int128(), text()}; });
    for (int i = in_range(0, 20); i > 0; --i) expr(rs);
    rs.enums = list<Enum>([&] {
      return Enum{text(), flag(), list<EnumValue>([&] { return EnumValue{text(), text()}; })};
    });
    const auto field = [&] {
      return Field{text(), static_cast<TypeId>(id()), static_cast<DomainId>(id()), text()};
    };
    rs.records = list<Record>([&] { return Record{text(), list<Field>(field)}; });
    rs.params = list<Param>([&] {
      return Param{text(), static_cast<TypeId>(id()), static_cast<DomainId>(id()), text(),
                   list<ParamLine>([&] { return ParamLine{date(), static_cast<ExprId>(id())}; })};
    });
    rs.duties = list<Duty>([&] { return Duty{text(), flag(), static_cast<RecordId>(id())}; });
    rs.functions = list<FunctionRef>([&] { return FunctionRef{text(), in_range<uint32_t>(0, 9)}; });
    rs.zones = list<std::string>([&] { return text(); });
    rs.decisions = list<Decision>([&] { return decision(); });
    return rs;
  }
};

RC_GTEST_PROP(Encode, GoesThereAndBack, ()) {
  const RuleSet rule_set = Random().rule_set();
  const std::string text = encode(rule_set);
  RC_ASSERT(json::canonical(*json::parse(text)) == text);
  const Result<RuleSet> back = decode(text);
  RC_ASSERT(back.has_value());
  RC_ASSERT(*back == rule_set);
}

Words any_words(Random& r) {
  Words words;
  words.documentation = r.text();
  if (r.flag()) words.place = {r.id(), 3, 4};
  words.citations = r.list<Citation>([&] {
    return Citation{r.text(), r.text(),
                    r.list<CitationPart>([&] { return CitationPart{r.text(), r.text()}; }),
                    r.text()};
  });
  words.acceptances = r.list<Acceptance>([&] { return Acceptance{r.text(), r.text()}; });
  return words;
}

RuleSide any_rule_side(Random& r) {
  return {any_words(r), r.list<Explanation>([&] {
            return Explanation{r.text(), r.list<TemplatePart>([&] {
                                 return TemplatePart{r.text(), static_cast<ExprId>(r.id()),
                                                     r.text()};
                               })};
          }),
          r.flag()};
}

RC_GTEST_PROP(Side, GoesThereAndBack, ()) {
  Random r;
  Side side;
  const auto texts = [&] { return r.list<std::string>([&] { return r.text(); }); };
  side.files = r.list<SourceFileRef>([&] { return SourceFileRef{r.text(), r.text()}; });
  side.words = any_words(r);
  side.responsibility = {r.text(), r.text()};
  side.decisions = r.list<DecisionSide>([&] {
    return DecisionSide{
        any_words(r),
        r.flag(),
        r.list<Permission>(
            [&] { return Permission{r.id(), r.id(), r.text(), any_words(r).citations}; }),
        {r.text(), r.text()},
        r.list<LocalName>([&] { return LocalName{r.text(), {r.id(), 1, 2}, r.text()}; }),
        texts(),
        r.list<RuleSide>([&] { return any_rule_side(r); }),
        any_rule_side(r)};
  });
  side.records = r.list<RecordSide>([&] {
    return RecordSide{any_words(r), r.list<FieldSide>([&] {
                        return FieldSide{r.text(), r.text(), r.text(), r.flag()};
                      })};
  });
  side.enums = r.list<EnumSide>([&] { return EnumSide{any_words(r), texts()}; });
  side.params = r.list<ParamSide>([&] {
    return ParamSide{any_words(r), {r.text(), r.text()}, r.list<std::vector<Citation>>([&] {
                       return any_words(r).citations;
                     })};
  });
  side.duties = r.list<Words>([&] { return any_words(r); });
  const std::string text = encode_side(side);
  RC_ASSERT(json::canonical(*json::parse(text)) == text);
  const Result<Side> back = decode_side(text);
  RC_ASSERT(back.has_value());
  RC_ASSERT(*back == side);
}

TEST(Side, RefusesWhatItDoesNotWrite) {
  test::Sample s = test::sample();
  const std::string text = encode_side(empty_side(s.rs()));
  const auto error = [&](const std::string& from, const std::string& to) {
    const Result<Side> result = decode_side(replaced(text, from, to));
    return result ? "none" : result.error().code + " " + result.error().message;
  };
  EXPECT_NE(error("\"format\":\"pac-side\"", "\"format\":\"x\"").find("no side.json"),
            std::string::npos);
  EXPECT_NE(error("\"version\":1", "\"version\":2").find("PAC4121"), std::string::npos);
  EXPECT_NE(error("\"version\":1", "\"version\":1,\"zoo\":1").find("unknown member `zoo`"),
            std::string::npos);
  EXPECT_NE(error("{\"decisions\"", "{ \"decisions\"").find("canonical form"), std::string::npos);
}

}  // namespace
}  // namespace pac::ir
