// std.identifiers: whether an identifier is well formed and its check characters are right. None of
// them says that the account, person or company exists. Strict: no spaces, upper case, nothing
// around it.
#include "runtime/base/date.h"
#include "stdlib/call.h"
#include "stdlib/text_arguments.h"

namespace pac::stdlib {
namespace {

// As substr, without its way to throw.
constexpr std::string_view part(std::string_view text, std::size_t at, std::size_t size) noexcept {
  return {text.data() + at, size};
}

constexpr int digit(char c) noexcept { return c - '0'; }

// The two digits at `at`.
constexpr int two_digits(std::string_view text, std::size_t at) noexcept {
  return digit(text[at]) * 10 + digit(text[at + 1]);
}

// From the right every second digit is doubled and its digits summed; the sum ends in 0.
// ISO/IEC 7812-1, annex B.
constexpr bool luhn_valid(std::string_view text) noexcept {
  if (text.size() < 2 || !all_digits(text)) return false;
  int sum = 0;  // modulo 10, so that no length overflows
  bool doubled = false;
  for (std::size_t i = text.size(); i > 0; --i) {
    const int value = digit(text[i - 1]) * (doubled ? 2 : 1);
    sum = (sum + value / 10 + value % 10) % 10;
    doubled = !doubled;
  }
  return sum == 0;
}

struct IbanLength {
  char country[3];
  std::uint8_t length;
};

// The lengths that the SWIFT IBAN Registry (the ISO 13616 registration authority) gives for the
// countries and territories in it that belong to SEPA or neighbour it, or that European payers meet
// often. For any other country the structure and the check digits are tested, not the length.
constexpr IbanLength kIbanLengths[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
    {"BH", 22}, {"BR", 29}, {"CH", 21}, {"CY", 28}, {"CZ", 24}, {"DE", 22}, {"DK", 18}, {"EE", 20},
    {"ES", 24}, {"FI", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18},
    {"GR", 27}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IS", 26}, {"IT", 27}, {"KW", 30},
    {"KZ", 20}, {"LB", 28}, {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"MC", 27}, {"MD", 24},
    {"ME", 22}, {"MK", 19}, {"MT", 31}, {"NL", 18}, {"NO", 15}, {"PL", 28}, {"PT", 25}, {"QA", 29},
    {"RO", 24}, {"RS", 22}, {"SA", 24}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"TN", 24},
    {"TR", 26}, {"UA", 29}, {"VA", 22}, {"XK", 20},
};

// ISO 13616-1: two letters, two check digits, then 11 to 30 capitals and digits. With the first
// four characters moved to the end and letters read as 10 to 35, the number is 1 modulo 97 (ISO/IEC
// 7064, MOD 97-10, whose check digits lie in 02 .. 98).
constexpr bool iban_valid(std::string_view text) noexcept {
  if (text.size() < 15 || text.size() > 34) return false;
  if (!is_upper_letter(text[0]) || !is_upper_letter(text[1])) return false;
  if (!is_digit(text[2]) || !is_digit(text[3])) return false;
  const int check = two_digits(text, 2);
  if (check < 2 || check > 98) return false;
  for (const IbanLength& entry : kIbanLengths) {
    const bool same = entry.country[0] == text[0] && entry.country[1] == text[1];
    if (same && entry.length != text.size()) return false;
  }
  int rest = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[(i + 4) % text.size()];
    if (is_digit(c)) {
      rest = (rest * 10 + digit(c)) % 97;
    } else if (is_upper_letter(c)) {
      rest = (rest * 100 + (c - 'A' + 10)) % 97;
    } else {
      return false;
    }
  }
  return rest == 1;
}

// The first year of the century that a sign stands for; 0 for none. Government decree 128/2010 on
// the population information system; as amended from 2023 on, several signs share a century (the
// Digital and Population Data Services Agency lists them at dvv.fi/hetu-uudistus).
constexpr int century_of(char sign) noexcept {
  switch (sign) {
    case '+':
      return 1800;
    case '-':
    case 'Y':
    case 'X':
    case 'W':
    case 'V':
    case 'U':
      return 1900;
    case 'A':
    case 'B':
    case 'C':
    case 'D':
    case 'E':
    case 'F':
      return 2000;
    default:
      return 0;
  }
}

// DDMMYYCZZZQ: birth date, century sign, number 002 .. 899 (900 and above are temporary ones that
// are never issued to a person), check character.
constexpr bool finnish_personal_id_valid(std::string_view text) noexcept {
  constexpr std::string_view kCheckCharacters = "0123456789ABCDEFHJKLMNPRSTUVWXY";
  if (text.size() != 11) return false;
  const std::string_view birth = part(text, 0, 6);
  const std::string_view number_text = part(text, 7, 3);
  const int century = century_of(text[6]);
  if (century == 0 || !all_digits(birth) || !all_digits(number_text)) return false;
  if (!is_valid_civil(century + two_digits(birth, 4), two_digits(birth, 2), two_digits(birth, 0))) {
    return false;
  }
  const int number = two_digits(number_text, 0) * 10 + digit(number_text[2]);
  if (number < 2 || number > 899) return false;
  const int whole =
      (two_digits(birth, 0) * 10'000 + two_digits(birth, 2) * 100 + two_digits(birth, 4)) * 1000 +
      number;
  return text[10] == kCheckCharacters[static_cast<std::size_t>(whole % 31)];
}

// NNNNNNN-T: the weighted sum modulo 11 gives the check digit 11 - r; r = 0 gives 0, and r = 1
// none, since 10 is no digit. Finnish Patent and Registration Office and Tax Administration,
// Business Information System.
constexpr bool finnish_business_id_valid(std::string_view text) noexcept {
  constexpr int kWeights[] = {7, 9, 10, 5, 8, 4, 2};
  if (text.size() != 9 || text[7] != '-' || !is_digit(text[8]) || !all_digits(part(text, 0, 7))) {
    return false;
  }
  int sum = 0;
  for (std::size_t i = 0; i < 7; ++i) sum += kWeights[i] * digit(text[i]);
  const int rest = sum % 11;
  return digit(text[8]) == (rest == 0 ? 0 : 11 - rest);
}

}  // namespace

PAC_STD_FUNCTION(luhn_valid) { return answer(out, luhn_valid(text_at(arguments, 0)) ? 1 : 0); }

PAC_STD_FUNCTION(iban_valid) { return answer(out, iban_valid(text_at(arguments, 0)) ? 1 : 0); }

PAC_STD_FUNCTION(finnish_personal_id_valid) {
  return answer(out, finnish_personal_id_valid(text_at(arguments, 0)) ? 1 : 0);
}

PAC_STD_FUNCTION(finnish_business_id_valid) {
  return answer(out, finnish_business_id_valid(text_at(arguments, 0)) ? 1 : 0);
}

}  // namespace pac::stdlib
