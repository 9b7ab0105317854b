#include "runtime/base/json.h"

#include <bit>
#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/unit/base/property.h"

namespace pac::json {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string error_of(std::string_view text, const Limits& limits = {}) {
  const Result<Value> value = parse(text, limits);
  return value ? "" : value.error().code + ": " + value.error().message;
}

class Rfc8785 : public testing::TestWithParam<const char*> {};

TEST_P(Rfc8785, CanonicalFormIsThePublishedOne) {
  const std::string folder = PAC_SOURCE_DIR "/tests/data/json-canonicalization/";
  const std::string name = GetParam();
  const Result<Value> value = parse(read_file(folder + "input/" + name + ".json"));
  ASSERT_TRUE(value) << value.error().message;
  const std::string text = canonical(*value);
  EXPECT_EQ(text, read_file(folder + "output/" + name + ".json"));
  std::istringstream hex(read_file(folder + "outhex/" + name + ".txt"));
  std::string expected;
  for (unsigned byte = 0; hex >> std::hex >> byte;) expected.push_back(static_cast<char>(byte));
  EXPECT_EQ(text, expected);
}

INSTANTIATE_TEST_SUITE_P(Vectors, Rfc8785,
                         testing::Values("arrays", "french", "structures", "unicode", "values",
                                         "weird"));

// RFC 8785, appendix B.
TEST(Json, PrintsDoublesAsEcmaScriptDoes) {
  struct Row {
    std::uint64_t bits;
    const char* text;
  };
  const Row rows[] = {
      {0x0000000000000000, "0"},
      {0x8000000000000000, "0"},
      {0x0000000000000001, "5e-324"},
      {0x8000000000000001, "-5e-324"},
      {0x7fefffffffffffff, "1.7976931348623157e+308"},
      {0xffefffffffffffff, "-1.7976931348623157e+308"},
      {0x4340000000000000, "9007199254740992"},
      {0xc340000000000000, "-9007199254740992"},
      {0x4430000000000000, "295147905179352830000"},
      {0x44b52d02c7e14af5, "9.999999999999997e+22"},
      {0x44b52d02c7e14af6, "1e+23"},
      {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
      {0x444b1ae4d6e2ef4e, "999999999999999700000"},
      {0x444b1ae4d6e2ef4f, "999999999999999900000"},
      {0x444b1ae4d6e2ef50, "1e+21"},
      {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
      {0x3eb0c6f7a0b5ed8d, "0.000001"},
      {0x41b3de4355555553, "333333333.3333332"},
      {0x41b3de4355555554, "333333333.33333325"},
      {0x41b3de4355555555, "333333333.3333333"},
      {0x41b3de4355555556, "333333333.3333334"},
      {0x41b3de4355555557, "333333333.33333343"},
      {0xbecbf647612f3696, "-0.0000033333333333333333"},
      {0x43143ff3c1cb0959, "1424953923781206.2"},
  };
  for (const Row& row : rows) {
    std::string text;
    append_double(std::bit_cast<double>(row.bits), &text);
    EXPECT_EQ(text, row.text);
  }
}

TEST(Json, RefusesWhatTwoReadersCouldReadDifferently) {
  const std::string_view bad[] = {
      "",
      " ",
      "{",
      "[",
      "[1,]",
      "[,1]",
      "[1 2]",
      "{\"a\":1,}",
      "{\"a\" 1}",
      "{a:1}",
      "{'a':1}",
      "{\"a\":1 \"b\":2}",
      "[1]]",
      "1 2",
      "{} x",
      "nul",
      "nulll",
      "True",
      "NaN",
      "Infinity",
      "-",
      "+1",
      "01",
      "-01",
      "1.",
      ".5",
      "1e",
      "1e+",
      "0x10",
      "1e400",
      "-1e400",
      "\"a",
      "\"\\q\"",
      "\"\\u12\"",
      "\"\\u00-1\"",
      "\"\\u000\"",
      "\"\\uD800\"",
      "\"\\uDC00\"",
      "\"\\uD800\\u0041\"",
      "\"\\uD800x\"",
      "\"\\uDC00\\uDC00\"",
      "\"\\u0000\"",
      "\"\t\"",
      "\"\n\"",
      "\"\x01\"",
      "\"\xC0\x80\"",
      "\"\xED\xA0\x80\"",
      "\xEF\xBB\xBF{}",
      "[1]//c",
      "{\"a\":1,\"a\":2}",
      "{\"a\":1,\"\\u0061\":2}",
      "\"\\",
      "[\"a\\\"]",
  };
  for (const std::string_view text : bad) EXPECT_NE(error_of(text), "") << text;
  EXPECT_NE(error_of(std::string_view("\"a\0b\"", 5)), "");
  EXPECT_NE(error_of(std::string_view("1\0", 2)), "");
  // Doubled keys in an object large enough to be sorted; the second place is named.
  std::string large = "{";
  for (int i = 0; i < 40; ++i)
    large += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ",\n";
  EXPECT_EQ(error_of(large + "\"last\":0}"), "");
  EXPECT_NE(error_of(large + "\"k7\":0}").find("line 41"), std::string::npos)
      << error_of(large + "\"k7\":0}");
}

TEST(Json, SaysWhereAndWhatIsWrong) {
  EXPECT_EQ(
      error_of("{\n  \"a\": 1,\n  \"a\": 2\n}"),
      "PAC0110: JSON line 3, byte 14: the key \"a\" occurs twice in one object; keep one of the "
      "two");
  EXPECT_EQ(error_of("[1, 2"),
            "PAC0110: JSON line 1, byte 5: `,` or `]` was expected after an element");
}

TEST(Json, KeepsToItsLimits) {
  Limits limits;
  limits.max_depth = 3;
  EXPECT_EQ(error_of("[[[1]]]", limits), "");
  EXPECT_TRUE(error_of("[[[[1]]]]", limits).starts_with("PAC0111"));
  EXPECT_TRUE(error_of("{\"a\":{\"a\":{\"a\":{}}}}", limits).starts_with("PAC0111"));
  limits.max_bytes = 4;
  EXPECT_EQ(error_of("1234", limits), "");
  EXPECT_TRUE(error_of("12345", limits).starts_with("PAC0111"));
  EXPECT_TRUE(error_of(std::string(1'000'000, '[')).starts_with("PAC0111"));
}

TEST(Json, KeepsTheDigitsOfNumbers) {
  const Result<Value> value = parse(
      "[12.50, 123456789012345678901234567890, 9007199254740993, 1e-999, "
      "0.000e-9999999999999999999999, -0, 7, 1000e-400]");
  ASSERT_TRUE(value) << value.error().message;
  const Elements& numbers = value->elements();
  EXPECT_EQ(numbers[0].number_text(), "12.50");
  EXPECT_EQ(numbers[1].number_text(), "123456789012345678901234567890");
  EXPECT_EQ(numbers[2].number_text(), "9007199254740993");
  EXPECT_FALSE(numbers[2].is_int());
  EXPECT_EQ(canonical(numbers[2]), "9007199254740992");
  EXPECT_EQ(canonical(numbers[3]), "0");
  EXPECT_EQ(canonical(numbers[5]), "0");
  EXPECT_EQ(numbers[6].as_int(), 7);
  EXPECT_EQ(canonical(numbers[7]), "0");
  EXPECT_NE(error_of("1" + std::string(400, '0') + "e-1"), "")
      << "large, though its exponent is not";
  EXPECT_EQ(canonical(Value::exact_int(INT64_MAX)), "\"9223372036854775807\"");
  EXPECT_EQ(canonical(Value::exact_int(-kMaxExactInt)), "-9007199254740991");
}

TEST(Json, ObjectsKeepTheOrderWritten) {
  Value value = Value::object();
  value.set("b", 1)
      .set("a", Value::array().push_back(true).push_back(nullptr == nullptr))
      .set("b", "x");
  ASSERT_EQ(value.members().size(), 2u);
  EXPECT_EQ(value.members()[0].key, "b");
  EXPECT_EQ(value.find("b")->as_string(), "x");
  EXPECT_EQ(value.find("c"), nullptr);
  EXPECT_EQ(Value(1).find("c"), nullptr);
  EXPECT_EQ(canonical(value), R"({"a":[true,true],"b":"x"})");
  EXPECT_EQ(Value(2), Value(2.0));
  EXPECT_NE(Value(2), Value("2"));
}

Value any_value(int depth) {
  switch (test::in_range(0, depth > 0 ? 7 : 5)) {
    case 0:
      return {};
    case 1:
      return Value(test::in_range(0, 2) == 0);
    case 2:
      return Value(static_cast<std::int64_t>(test::any_word()) >> test::in_range(11, 64));
    case 3: {
      const double number = std::bit_cast<double>(test::any_word());
      return number - number == 0 ? Value(number) : Value(0.5);
    }
    case 4:
      return Value(test::any_text(12));
    case 5: {
      Value array = Value::array();
      for (int i = test::in_range(0, 5); i > 0; --i) array.push_back(any_value(depth - 1));
      return array;
    }
    default: {
      Value object = Value::object();
      for (int i = test::in_range(0, 30); i > 0; --i)
        object.set(test::any_text(2), any_value(depth - 1));
      return object;
    }
  }
}

// The order of keys by converting them, not by the trick on bytes.
std::u16string utf16(std::string_view text) {
  std::u16string out;
  char32_t c = 0;
  for (std::size_t at = 0; const int length = decode_utf8(text, at, &c);) {
    at += static_cast<std::size_t>(length);
    if (c >= 0x10000) {
      out.push_back(static_cast<char16_t>(0xD7C0 + (c >> 10)));
      out.push_back(static_cast<char16_t>(0xDC00 + (c & 0x3FF)));
    } else {
      out.push_back(static_cast<char16_t>(c));
    }
  }
  return out;
}

bool keys_are_sorted(const Value& value) {
  if (value.is_array()) {
    for (const Value& element : value.elements()) {
      if (!keys_are_sorted(element)) return false;
    }
  }
  if (!value.is_object()) return true;
  const Members& members = value.members();
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0 && utf16(members[i - 1].key) >= utf16(members[i].key)) return false;
    if (!keys_are_sorted(members[i].value)) return false;
  }
  return true;
}

RC_GTEST_PROP(Json, CanonicalTextReadsBackAndStaysTheSame, ()) {
  const Value value = any_value(3);
  const std::string text = canonical(value);
  const Result<Value> back = parse(text);
  RC_ASSERT(back.has_value());
  RC_ASSERT(canonical(*back) == text);
  RC_ASSERT(keys_are_sorted(*back));
  if (keys_are_sorted(value)) RC_ASSERT(*back == value);
}

// A damaged text is read or refused, never more than that: the sanitizers watch.
RC_GTEST_PROP(Json, DamagedTextDoesNoHarm, ()) {
  std::string text = canonical(any_value(2));
  for (int i = test::in_range(1, 4); i > 0; --i) {
    const auto at =
        static_cast<std::size_t>(test::in_range<int>(0, static_cast<int>(text.size()) + 1));
    constexpr char kBytes[] = "{}[]\",:\\u0e-.1tfn\x80\xF0\x01";
    const char byte = kBytes[test::in_range<std::size_t>(0, sizeof kBytes)];
    if (test::in_range(0, 2) == 0 || at == text.size()) {
      text.insert(at, 1, byte);
    } else {
      text[at] = byte;
    }
  }
  const Result<Value> value = parse(text);
  if (value) {
    const Result<Value> again = parse(canonical(*value));
    RC_ASSERT(again.has_value());
    RC_ASSERT(canonical(*again) == canonical(*value));
  }
}

}  // namespace
}  // namespace pac::json
