// std.identifiers on published examples, and on what a mistyped character does to them.
#include "tests/unit/stdlib/generators.h"

#include "tests/unit/stdlib/caller.h"

namespace pac::stdlib::test {
namespace {

bool is_valid(const char* function, const std::string& value) {
  return Call(function).text(value).run() == number(1);
}

// Each single digit replaced by each other digit.
void expect_every_digit_checked(const char* function, const std::string& value, std::size_t end) {
  ASSERT_TRUE(is_valid(function, value)) << value;
  for (std::size_t i = 0; i < end; ++i) {
    if (value[i] < '0' || value[i] > '9') continue;
    for (char c = '0'; c <= '9'; ++c) {
      std::string changed = value;
      changed[i] = c;
      EXPECT_EQ(is_valid(function, changed), c == value[i]) << changed;
    }
  }
}

TEST(Identifiers, Luhn) {
  // The example of ISO/IEC 7812-1's usual descriptions, and card numbers that payment systems
  // publish for tests.
  for (const char* value :
       {"79927398713", "4111111111111111", "5555555555554444", "378282246310005", "00"}) {
    EXPECT_TRUE(is_valid("luhn_valid", value)) << value;
  }
  expect_every_digit_checked("luhn_valid", "4111111111111111", 16);
  for (const char* value : {"", "0", "17", "4111 1111 1111 1111", "7992739871a", "-18"}) {
    EXPECT_FALSE(is_valid("luhn_valid", value)) << value;
  }
  EXPECT_TRUE(is_valid("luhn_valid", std::string(60'000, '0')));
}

TEST(Identifiers, Iban) {
  // The examples of the SWIFT IBAN Registry, without spaces.
  for (const char* value : {"FI2112345600000785",
                            "SE4550000000058398257466",
                            "DE89370400440532013000",
                            "NO9386011117947",
                            "MT84MALT011000012345MTLCAST001S",
                            "GB29NWBK60161331926819",
                            "FR1420041010050500013M02606",
                            "EE382200221020145685",
                            "NL91ABNA0417164300",
                            "BE68539007547034",
                            "CH9300762011623852957",
                            "ES9121000418450200051332",
                            "IT60X0542811101000000123456",
                            "AT611904300234573201",
                            "DK5000400440116243",
                            "LV80BANK0000435195001",
                            "LT121000011101001000",
                            "PL61109010140000071219812874",
                            "IE29AIBK93115212345678",
                            "PT50000201231234567890154",
                            "LU280019400644750000",
                            "SM86U0322509800000000270100",
                            "HU42117730161111101800000000",
                            "IS140159260076545510730339"}) {
    EXPECT_TRUE(is_valid("iban_valid", value)) << value;
  }
  expect_every_digit_checked("iban_valid", "FI2112345600000785", 18);
  for (const char* value :
       {"", "FI21", "fi2112345600000785", "FI21 1234 5600 0007 85", "FI2112345600000785 ",
        "2I2112345600000785", "FIX112345600000785", "FI211234560000078-", "FI21123456000007850"}) {
    EXPECT_FALSE(is_valid("iban_valid", value)) << value;
  }
}

// For a country that the table does not name only structure and check digits count; for one that it
// does, the length too. The check digits are computed here by the standard's recipe: 98 - (number
// with 00) mod 97.
TEST(Identifiers, IbanLengthsOfCountries) {
  const auto made = [](const std::string& country, std::size_t length) {
    const std::string account(length - 4, '7');
    std::string digits = account;
    for (const char c : country) digits += std::to_string(c - 'A' + 10);
    digits += "00";
    int rest = 0;
    for (const char c : digits) rest = (rest * 10 + (c - '0')) % 97;
    const std::string check = std::to_string(98 - rest);
    return country + (check.size() == 1 ? "0" : "") + check + account;
  };
  EXPECT_TRUE(is_valid("iban_valid", made("FI", 18)));
  EXPECT_FALSE(is_valid("iban_valid", made("FI", 19)));
  EXPECT_TRUE(is_valid("iban_valid", made("ZZ", 15)));
  EXPECT_TRUE(is_valid("iban_valid", made("ZZ", 34)));
  EXPECT_FALSE(is_valid("iban_valid", made("ZZ", 14)));
  EXPECT_FALSE(is_valid("iban_valid", made("ZZ", 35)));
}

// The check characters that 97 - more would give (00, 01, 99) never stand in an IBAN.
TEST(Identifiers, IbanCheckDigitsHaveOneForm) {
  int found = 0;
  for (int account = 0; account < 2000; ++account) {
    const std::string number_text = std::to_string(10'000'000'000 + account);
    for (const char* check : {"00", "01", "99"}) {
      found += is_valid("iban_valid", std::string("ZZ") + check + number_text) ? 1 : 0;
    }
  }
  EXPECT_EQ(found, 0);
}

TEST(Identifiers, FinnishPersonalId) {
  constexpr const char* kFunction = "finnish_personal_id_valid";
  // The authority's own example, and its form with every sign of each century.
  EXPECT_TRUE(is_valid(kFunction, "131052-308T"));
  for (const char sign : std::string("+-YXWVU")) {
    EXPECT_TRUE(is_valid(kFunction, std::string("131052") + sign + "308T")) << sign;
  }
  for (const char sign : std::string("ABCDEF")) {
    EXPECT_TRUE(is_valid(kFunction, std::string("131052") + sign + "308T")) << sign;
  }
  for (const char sign : std::string("GTZa*0 /")) {
    EXPECT_FALSE(is_valid(kFunction, std::string("131052") + sign + "308T")) << sign;
  }
  for (const char* value : {"", "131052-308t", "131052-308U", "131052308T", "131052-308T ",
                            "321052-308T", "131352-308T", "x31052-308T", "131052-3x8T"}) {
    EXPECT_FALSE(is_valid(kFunction, value)) << value;
  }
  // A changed digit changes the number modulo the prime 31.
  expect_every_digit_checked(kFunction, "131052-308T", 10);
}

TEST(Identifiers, FinnishPersonalIdDatesAndNumbers) {
  const auto is_valid_with_check = [](const std::string& birth, char sign,
                                      const std::string& number_text) {
    const std::string check = "0123456789ABCDEFHJKLMNPRSTUVWXY";
    const auto rest = static_cast<std::size_t>(std::stoll(birth + number_text) % 31);
    return is_valid("finnish_personal_id_valid", birth + sign + number_text + check[rest]);
  };
  EXPECT_TRUE(is_valid_with_check("290200", 'A', "002"));   // 2000 was a leap year
  EXPECT_FALSE(is_valid_with_check("290200", '-', "002"));  // 1900 was not
  EXPECT_FALSE(is_valid_with_check("290200", '+', "002"));
  EXPECT_TRUE(is_valid_with_check("010126", 'A', "899"));
  EXPECT_FALSE(is_valid_with_check("010126", 'A', "900"));
  EXPECT_FALSE(is_valid_with_check("010126", 'A', "001"));
  EXPECT_FALSE(is_valid_with_check("000126", 'A', "002"));
  EXPECT_FALSE(is_valid_with_check("310426", 'A', "002"));
}

TEST(Identifiers, FinnishBusinessId) {
  constexpr const char* kFunction = "finnish_business_id_valid";
  // Of companies that publish them: the tax administration's example and some large ones.
  for (const char* value : {"0737546-2", "0112038-9", "1927400-1"}) {
    EXPECT_TRUE(is_valid(kFunction, value)) << value;
  }
  expect_every_digit_checked(kFunction, "0737546-2", 9);
  for (const char* value :
       {"", "737546-2", "0737546+2", "07375462", "0737546-X", "0737546-22", "073754a-2"}) {
    EXPECT_FALSE(is_valid(kFunction, value)) << value;
  }
  // A remainder of 1 has no check digit: 7 * 0 + 9 * 5 = 45 is 1 modulo 11.
  for (char c = '0'; c <= '9'; ++c) {
    EXPECT_FALSE(is_valid(kFunction, std::string("0500000-") + c)) << c;
  }
}

}  // namespace
}  // namespace pac::stdlib::test
