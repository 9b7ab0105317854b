// The verifier's checks of tables: types, records, enums, domains, constants, params, names,
// counts.
#include "runtime/ir/verify.h"

#include <gtest/gtest.h>

#include "runtime/ir/limits.h"
#include "tests/unit/ir/damage.h"

namespace pac::ir {
namespace {

using test::refuses;
using test::Sample;
using test::takes;

TEST(Verify, TakesTheSampleAndTheEmptyRuleSet) {
  takes([](Sample&) {});
  EXPECT_TRUE(verify(RuleSet{}).has_value());
}

TEST(VerifyCounts, LimitsHold) {
  refuses("PAC4101", "zones", [](Sample& s) { s.rs().zones.resize(kMaxZones + 1); });
  refuses("PAC4101", "fields", [](Sample& s) { s.rs().records[0].fields.resize(kMaxFields + 1); });
  refuses("PAC4101", "values",
          [](Sample& s) { s.rs().enums[0].values.resize(kMaxEnumValues + 1); });
  refuses("PAC4101", "lines", [](Sample& s) { s.rs().params[0].lines.resize(kMaxParamLines + 1); });
  refuses("PAC4101", "variable slots", [](Sample& s) { s.loan().var_count = kMaxVars + 1; });
  refuses("PAC4101", "lets", [](Sample& s) { s.loan().lets.resize(kMaxLets + 1); });
  refuses("PAC4101", "rules", [](Sample& s) { s.loan().rules.resize(kMaxRules + 1); });
  refuses("PAC4101", "duties", [](Sample& s) { s.rs().duties.resize(kMaxDeclarations + 1); });
  refuses("PAC4115", "edition 2", [](Sample& s) { s.rs().edition = 2; });
}

TEST(VerifyTypes, StructureOfTypes) {
  const auto add = [](Type type) { return [type](Sample& s) { s.rs().types.push_back(type); }; };
  refuses("PAC4104", "unknown kind",
          add({static_cast<TypeKind>(99), false, 0, kNone, TypeId::none}));
  refuses("PAC4104", "element type", add({TypeKind::integer, false, 0, kNone, TypeId{0}}));
  refuses("PAC4102", "element type", [](Sample& s) {
    const auto self = static_cast<TypeId>(s.rs().types.size());
    s.rs().types.push_back({TypeKind::list, false, 0, kNone, self});
  });
  refuses("PAC4102", "element type", add({TypeKind::list, false, 0, kNone, TypeId::none}));
  refuses("PAC4102", "declaration", add({TypeKind::record, true, 0, 999, TypeId::none}));
  refuses("PAC4102", "declaration", add({TypeKind::enumeration, true, 0, 2, TypeId::none}));
  refuses("PAC4104", "refer", add({TypeKind::date, false, 0, 0, TypeId::none}));
  refuses("PAC4104", "scale", add({TypeKind::decimal, false, 39, kNone, TypeId::none}));
  refuses("PAC4104", "scale", add({TypeKind::decimal, false, -1, kNone, TypeId::none}));
  refuses("PAC4104", "scale", add({TypeKind::quotient, false, 77, kNone, TypeId::none}));
  refuses("PAC4104", "scale", add({TypeKind::integer, true, 1, kNone, TypeId::none}));
  refuses("PAC4104", "quotient can't be optional",
          add({TypeKind::quotient, true, 0, kNone, TypeId::none}));
  refuses("PAC4104", "quotient can't be stored",
          [](Sample& s) { s.b.list_type(s.b.quotient_type(0)); });
  refuses("PAC4104", "missing elements",
          [](Sample& s) { s.b.set_type(s.b.optional(s.b.int_type())); });
  refuses("PAC4104", "stands in the table before",
          [](Sample& s) { s.rs().types.push_back(s.rs().types[0]); });
  refuses("PAC4112", "nested too deep", [](Sample& s) {
    TypeId type = s.b.int_type();
    for (uint32_t i = 0; i <= kMaxTypeDepth; ++i) type = s.b.list_type(type);
  });
}

TEST(VerifyTypes, RecordsAreAcyclicShallowAndSmall) {
  refuses("PAC4104", "contains itself", [](Sample& s) {
    const TypeId self = s.b.record_type(s.item);
    s.rs().records[index(s.item)].fields.push_back(s.b.field("self", self));
  });
  refuses("PAC4104", "contains itself", [](Sample& s) {  // through a list
    const TypeId self = s.b.list_type(s.b.optional(s.b.record_type(s.note_arguments)));
    s.rs().records[index(s.note_arguments)].fields.push_back(s.b.field("self", self));
  });
  refuses("PAC4102", "field's type",
          [](Sample& s) { s.rs().records[0].fields[0].type = TypeId{999}; });
  refuses("PAC4102", "field's domain",
          [](Sample& s) { s.rs().records[0].fields[0].domain = DomainId{999}; });
  refuses("PAC4104", "stored in a field",
          [](Sample& s) { s.rs().records[0].fields[0].type = s.b.quotient_type(0); });
  refuses("PAC4112", "nested too deep", [](Sample& s) {
    RecordId inner = s.item;
    for (uint32_t i = 0; i < kMaxTypeDepth; ++i) {
      inner = s.b.record("Deep" + std::to_string(i), {s.b.field("inner", s.b.record_type(inner))});
    }
  });
  refuses("PAC4101", "too large",
          [](Sample& s) {  // doubles 40 times within the depth that is allowed
            RecordId inner = s.item;
            for (int i = 0; i < 20; ++i) {
              const TypeId type = s.b.record_type(inner);
              std::vector<Field> fields;
              for (int f = 0; f < 4; ++f)
                fields.push_back(s.b.field("f" + std::to_string(f), type));
              inner = s.b.record("Wide" + std::to_string(i), fields);
            }
          });
}

// 16 levels of lists of records with two fields each have 2^16 paths; with 40 fields they'd never
// end.
TEST(VerifyTypes, ManyPathsThroughRecordsTakeNoTime) {
  takes([](Sample& s) {
    RecordId inner = s.item;
    for (int i = 0; i < 14; ++i) {
      const TypeId type = s.b.list_type(s.b.record_type(inner));
      std::vector<Field> fields;
      for (int f = 0; f < 40; ++f) {
        fields.push_back(s.b.field("f" + std::to_string(f), type, s.b.items(2)));
      }
      inner = s.b.record("Wide" + std::to_string(i), fields);
    }
    const RecordId in = s.b.record("wide.in", {s.b.field("all", s.b.record_type(inner))});
    Decision& d = s.b.decision("wide", in, s.b.record("wide.out", {}));
    d.policy = HitPolicy::result;
  });
}

TEST(VerifyNames, AreNamesAndUnique) {
  refuses("PAC4105", "no valid name", [](Sample& s) { s.rs().records[0].name = "a b"; });
  refuses("PAC4105", "no valid name", [](Sample& s) { s.rs().records[0].name = ""; });
  refuses("PAC4105", "no valid name", [](Sample& s) { s.rs().records[0].name = "a..b"; });
  refuses("PAC4105", "no valid name", [](Sample& s) { s.rs().records[0].fields[0].name = "a.b"; });
  refuses("PAC4105", "no valid name", [](Sample& s) { s.rs().records[0].fields[0].name = "1a"; });
  refuses("PAC4105", "UTF-8", [](Sample& s) { s.rs().records[0].name = "\xff"; });
  refuses("PAC4105", "package", [](Sample& s) { s.rs().package = "-"; });
  refuses("PAC4105", "twice", [](Sample& s) { s.rs().records[1].name = s.rs().records[0].name; });
  refuses("PAC4105", "twice", [](Sample& s) { s.loan().name = "score"; });
  refuses("PAC4105", "twice", [](Sample& s) { s.rs().enums[1].name = "Purpose"; });
  refuses("PAC4105", "twice", [](Sample& s) { s.rs().enums[0].values[1].name = "housing"; });
  refuses("PAC4105", "twice", [](Sample& s) { s.rs().enums[0].values[1].wire = "housing"; });
  refuses("PAC4105", "",
          [](Sample& s) { s.rs().enums[0].values[1].wire = std::string("a\0b", 3); });
  refuses("PAC4105", "twice", [](Sample& s) { s.loan().rules[1].name = "base"; });
  refuses("PAC4105", "otherwise", [](Sample& s) { s.loan().rules[1].name = "otherwise"; });
  refuses("PAC4105", "twice", [](Sample& s) { s.rs().records[0].fields[1].name = "value"; });
  refuses("PAC4105", "no valid name", [](Sample& s) { s.rs().zones.push_back("../etc/passwd"); });
  refuses("PAC4105", "unit", [](Sample& s) { s.rs().records[0].fields[0].unit = "E R"; });
  refuses("PAC4105", "unit", [](Sample& s) { s.rs().params[0].unit = "?"; });
  refuses("PAC4105", "no valid name", [](Sample& s) { s.loan().features[0].name = ""; });
  refuses("PAC4105", "functions", [](Sample& s) { s.rs().functions.push_back({"?", 1}); });
  refuses("PAC4104", "no values",
          [](Sample& s) { s.rs().enums.push_back({"Nothing", false, {}}); });
}

TEST(VerifyDomains, Structure) {
  const auto add = [](Domain domain) {
    return [domain](Sample& s) { s.rs().domains.push_back(domain); };
  };
  const auto intervals = [&](std::vector<Interval> list) {
    Domain domain;
    domain.has_intervals = true;
    domain.intervals = std::move(list);
    return add(domain);
  };
  refuses("PAC4106", "empty", intervals({{2, 1}}));
  refuses("PAC4106", "sorted", intervals({{5, 6}, {1, 2}}));
  refuses("PAC4106", "sorted", intervals({{1, 5}, {5, 6}}));
  refuses("PAC4106", "apart", intervals({{1, 5}, {6, 7}}));
  takes(intervals({{1, 5}, {7, 7}}));
  refuses("PAC4106", "38 digits", intervals({{0, kMaxDecimal + 1}}));
  Domain domain;
  domain.intervals = {{0, 1}};
  refuses("PAC4106", "not in force", add(domain));
  domain = {};
  domain.texts = {"a"};
  refuses("PAC4106", "not in force", add(domain));
  domain.has_texts = true;
  domain.texts = {"b", "a"};
  refuses("PAC4106", "not sorted", add(domain));
  domain.texts = {"a", "a"};
  refuses("PAC4106", "not distinct", add(domain));
  domain.texts = {"\xff"};
  refuses("PAC4106", "not valid", add(domain));
  domain = {};
  domain.patterns = {"(a"};
  refuses("PAC4106", "pattern", add(domain));
  domain = {};
  domain.max_chars = -2;
  refuses("PAC4106", "negative", add(domain));
  domain = {};
  domain.element = DomainId{999};
  refuses("PAC4102", "element", add(domain));
}

TEST(VerifyDomains, FitTheirTypes) {
  const auto on = [](uint32_t field, Domain domain) {
    return [=](Sample& s) {
      s.rs().records[index(s.loan_in)].fields[field].domain = s.rs().intern(domain);
    };
  };
  Domain numbers;
  numbers.has_intervals = true;
  numbers.intervals = {{0, 3}};
  refuses("PAC4106", "`purpose`", on(1, numbers));  // three values: 0 .. 2
  refuses("PAC4106", "domain of intervals for string", on(3, numbers));
  numbers.intervals = {{Int128(1) << 70, Int128(1) << 71}};
  refuses("PAC4106", "beyond the values of int?", on(6, numbers));
  refuses("PAC4106", "beyond the values of date", on(4, numbers));
  Domain texts;
  texts.max_chars = 3;
  takes(on(3, texts));
  refuses("PAC4106", "domain of texts", on(0, texts));
  Domain list;
  list.max_items = 3;
  refuses("PAC4106", "domain of lists", on(3, list));
  takes(on(2, list));
  refuses("PAC4106", "domain of texts", [&](Sample& s) {
    Domain outer = list;
    outer.element = s.rs().intern(texts);
    on(2, outer)(s);
  });
  refuses("PAC4106", "let 0", [&](Sample& s) { s.loan().lets[0].domain = s.rs().intern(texts); });
  refuses("PAC4106", "cap", [&](Sample& s) { s.rs().params[0].domain = s.rs().intern(texts); });
}

TEST(VerifyConstants, AreValuesOfTheirTypes) {
  const auto add = [](auto type_of, bool missing, Int128 number, std::string text) {
    return [=](Sample& s) { s.rs().constants.push_back({type_of(s.b), missing, number, text}); };
  };
  const auto integer = [](Builder& b) { return b.int_type(); };
  const auto text = [](Builder& b) { return b.string_type(); };
  const auto maybe = [](Builder& b) { return b.optional(b.int_type()); };
  const auto list = [](Builder& b) { return b.list_type(b.int_type()); };
  const auto date = [](Builder& b) { return b.date_type(); };
  const auto decimal = [](Builder& b) { return b.decimal_type(2); };
  const auto boolean = [](Builder& b) { return b.bool_type(); };
  const auto quotient = [](Builder& b) { return b.quotient_type(2); };
  refuses("PAC4107", "int", add(integer, false, Int128(1) << 64, ""));
  refuses("PAC4107", "decimal(2)", add(decimal, false, kMaxDecimal + 1, ""));
  refuses("PAC4107", "date", add(date, false, 4'000'000, ""));
  refuses("PAC4107", "bool", add(boolean, false, 2, ""));
  refuses("PAC4107", "quotient", add(quotient, false, 0, ""));
  refuses("PAC4107", "list", add(list, false, 0, ""));
  refuses("PAC4107", "if and only if", add(integer, true, 0, ""));
  refuses("PAC4107", "if and only if", add(maybe, false, 0, ""));
  refuses("PAC4107", "missing value has", add(maybe, true, 1, ""));
  refuses("PAC4107", "number has a text", add(integer, false, 1, "x"));
  refuses("PAC4107", "text has a number", add(text, false, 1, "x"));
  refuses("PAC4107", "not valid", add(text, false, 0, "\xc0"));
  refuses("PAC4107", "not valid", add(text, false, 0, std::string("a\0b", 3)));
  refuses("PAC4107", "too long", add(text, false, 0, std::string(70'000, 'a')));
  refuses("PAC4107", "Purpose",
          [](Sample& s) { s.rs().constants.push_back({s.b.enum_type(s.purpose), false, 3, ""}); });
  refuses("PAC4102", "type does not exist",
          [](Sample& s) { s.rs().constants.push_back({TypeId{999}, false, 0, ""}); });
}

TEST(VerifyParams, LinesAreAscendingAndConstant) {
  refuses("PAC4108", "no value", [](Sample& s) { s.rs().params[0].lines.clear(); });
  refuses("PAC4108", "ascending",
          [](Sample& s) { s.rs().params[0].lines[1].from = s.rs().params[0].lines[0].from; });
  refuses("PAC4108", "out of range",
          [](Sample& s) { s.rs().params[0].lines[0].from = -4'000'000; });
  refuses("PAC4102", "does not exist",
          [](Sample& s) { s.rs().params[0].lines[0].value = ExprId{9'999}; });
  refuses("PAC4102", "does not exist",
          [](Sample& s) { s.rs().params[0].domain = DomainId{9'999}; });
  refuses("PAC4102", "does not exist", [](Sample& s) { s.rs().params[0].type = TypeId{9'999}; });
  refuses("PAC4104", "quotient", [](Sample& s) { s.rs().params[0].type = s.b.quotient_type(0); });
  refuses("PAC4108", "not constant",
          [](Sample& s) { s.rs().params[0].lines[0].value = s.b.op(Op::neg, s.b.decimal(1, 2)); });
  refuses("PAC4103", "not of type",
          [](Sample& s) { s.rs().params[0].lines[0].value = s.b.integer(1); });
  refuses("PAC4108", "outside",
          [](Sample& s) { s.rs().params[0].domain = s.b.between(0, 1'100'000); });
  takes([](Sample& s) { s.rs().params[0].domain = s.b.between(0, 1'200'000); });
  refuses("PAC4108", "outside", [](Sample& s) {  // an element of a list
    const TypeId list = s.b.list_type(s.b.int_type());
    const ExprId value = s.b.ops(Op::make_list, {s.b.integer(1), s.b.integer(7)});
    const ParamId id = s.b.param("list", list, {{0, value}});
    Domain domain;
    domain.max_items = 2;
    domain.element = s.b.between(0, 6);
    s.rs().params[index(id)].domain = s.rs().intern(domain);
  });
  refuses("PAC4112", "too large", [](Sample& s) {  // 100^5 items
    ExprId value = s.b.integer(1);
    for (int i = 0; i < 5; ++i) value = s.b.ops(Op::make_list, std::vector<ExprId>(100, value));
    s.b.param("list", s.rs().expr(value).type, {{0, value}});
  });
}

}  // namespace
}  // namespace pac::ir
