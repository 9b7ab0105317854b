#include "runtime/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/base/property.h"

namespace pac {
namespace {

TEST(Utf8, EveryScalarValueRoundTripsAndNothingElseEncodes) {
  for (char32_t c = 0; c <= kMaxCodePoint + 2; ++c) {
    char bytes[4] = {};
    const int length = encode_utf8(c, bytes);
    const bool scalar = c <= kMaxCodePoint && !(c >= 0xD800 && c <= 0xDFFF);
    ASSERT_EQ(length > 0, scalar) << static_cast<std::uint32_t>(c);
    if (!scalar) continue;
    const std::string_view text(bytes, static_cast<std::size_t>(length));
    char32_t back = 0;
    ASSERT_EQ(decode_utf8(text, 0, &back), length);
    ASSERT_EQ(back, c);
    // No shorter prefix of a code point is valid.
    for (int cut = 1; cut < length; ++cut) {
      ASSERT_FALSE(valid_utf8(text.substr(0, static_cast<std::size_t>(cut))));
    }
    ASSERT_EQ(count_code_points(text), 1);
  }
}

TEST(Utf8, RefusesWhatIsNotUtf8) {
  const std::string_view bad[] = {
      "\x80",
      "\xC0\x80",
      "\xC1\xBF",
      "\xE0\x80\x80",
      "\xE0\x9F\xBF",
      "\xED\xA0\x80",
      "\xED\xBF\xBF",
      "\xF0\x80\x80\x80",
      "\xF0\x8F\xBF\xBF",
      "\xF4\x90\x80\x80",
      "\xF5\x80\x80\x80",
      "\xFF",
      "\xFE",
      "a\xE2\x82",
      "\xE2\x28\xA1",
      "\xC3(",
      "12345678\xFF",
      "1234567\xFF"
      "9",
  };
  for (const std::string_view text : bad) EXPECT_FALSE(valid_utf8(text)) << text;
  EXPECT_EQ(find_invalid_utf8("12345678ab\xFF"), 10u);
  EXPECT_TRUE(valid_utf8(""));
  EXPECT_TRUE(valid_utf8("grün € 𝄞 12345678901234567890"));
  EXPECT_EQ(count_code_points("grün € 𝄞"), 8);
}

// Counts by decoding, and compares the validity of random bytes with a decoder that goes one by
// one.
RC_GTEST_PROP(Utf8, ValidityIsDecodingToTheEnd, ()) {
  std::string text;
  const int piece_count = test::in_range(0, 12);
  for (int i = 0; i < piece_count; ++i) {
    if (test::in_range(0, 8) == 0) {
      text += static_cast<char>(test::in_range(0, 256));
    } else {
      char bytes[4];
      const int length = encode_utf8(static_cast<char32_t>(test::in_range(0, 0xD800)), bytes);
      text.append(bytes, static_cast<std::size_t>(length));
    }
  }
  std::size_t at = 0;
  std::int64_t count = 0;
  char32_t ignored = 0;
  while (const int length = decode_utf8(text, at, &ignored)) {
    at += static_cast<std::size_t>(length);
    ++count;
  }
  RC_ASSERT(valid_utf8(text) == (at == text.size()));
  RC_ASSERT(find_invalid_utf8(text) == at);
  if (at == text.size()) RC_ASSERT(count_code_points(text) == count);
}

}  // namespace
}  // namespace pac
