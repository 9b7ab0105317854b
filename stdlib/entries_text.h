// Registry entries of std.text and std.identifiers. Not API; include stdlib/registry.h.
#pragma once

#include "stdlib/entries.h"

PAC_STD_DECLARE(upper_ascii);
PAC_STD_DECLARE(lower_ascii);
PAC_STD_DECLARE(trim);
PAC_STD_DECLARE(substring);
PAC_STD_DECLARE(index_of);
PAC_STD_DECLARE(replace);
PAC_STD_DECLARE(pad_left);
PAC_STD_DECLARE(is_digits);
PAC_STD_DECLARE(luhn_valid);
PAC_STD_DECLARE(iban_valid);
PAC_STD_DECLARE(finnish_personal_id_valid);
PAC_STD_DECLARE(finnish_business_id_valid);

namespace pac::stdlib {

inline constexpr Parameter kText[] = {{"text", Kind::text}};
inline constexpr Parameter kSubstring[] = {
    {"text", Kind::text}, {"start", Kind::integer}, {"count", Kind::integer}};
inline constexpr Parameter kIndexOf[] = {{"text", Kind::text}, {"part", Kind::text}};
inline constexpr Parameter kReplace[] = {
    {"text", Kind::text}, {"part", Kind::text}, {"by", Kind::text}};
inline constexpr Parameter kPadLeft[] = {
    {"text", Kind::text}, {"width", Kind::integer}, {"fill", Kind::text}};

inline constexpr Function kTexts[] = {
    entry("text", PAC_STD_NAMES(upper_ascii), kText, Kind::text, kLimit,
          "The text with the letters a to z in upper case; all others stay as they are.",
          "upper_ascii(\"fi-\u00e4\") is \"FI-\u00e4\""),
    entry("text", PAC_STD_NAMES(lower_ascii), kText, Kind::text, kLimit,
          "The text with the letters A to Z in lower case; all others stay as they are.",
          "lower_ascii(\"FI-\u00c4\") is \"fi-\u00c4\""),
    entry("text", PAC_STD_NAMES(trim), kText, Kind::text, kNoErrors,
          "The text without leading and trailing spaces, tabs and line ends (of ASCII).",
          "trim(\"  a b \") is \"a b\""),
    entry("text", PAC_STD_NAMES(substring), kSubstring, Kind::text, kArgument,
          "`count` characters (code points) from the start-th on, which is 1 for the first; fewer "
          "where "
          "the text ends.",
          "substring(\"p\u00e4iv\u00e4\", 2, 3) is \"\u00e4iv\""),
    entry("text", PAC_STD_NAMES(index_of), kIndexOf, Kind::integer, kNoErrors,
          "The position of the first occurrence, 1 for the first character; 0 where there is none.",
          "index_of(\"p\u00e4iv\u00e4\", \"v\") is 4"),
    entry("text", PAC_STD_NAMES(replace), kReplace, Kind::text, kArgumentOrLimit,
          "The text with every occurrence of `part`, which may not be empty, replaced.",
          "replace(\"a-b-c\", \"-\", \" \") is \"a b c\""),
    entry("text", PAC_STD_NAMES(pad_left), kPadLeft, Kind::text, kArgumentOrLimit,
          "The text filled on the left with one character up to a width; longer ones stay as they "
          "are.",
          "pad_left(\"42\", 5, \"0\") is \"00042\""),
    entry("text", PAC_STD_NAMES(is_digits), kText, Kind::boolean, kNoErrors,
          "Whether the text is one or more of the digits 0 to 9.", "is_digits(\"0042\") is true"),
};

inline constexpr Function kIdentifiers[] = {
    entry("identifiers", PAC_STD_NAMES(luhn_valid), kText, Kind::boolean, kNoErrors,
          "Whether two or more digits end in the right Luhn check digit, as card numbers do.",
          "luhn_valid(\"79927398713\") is true"),
    entry("identifiers", PAC_STD_NAMES(iban_valid), kText, Kind::boolean, kNoErrors,
          "Whether an IBAN in electronic form has the right structure, check digits and, for the "
          "countries known, length.",
          "iban_valid(\"FI2112345600000785\") is true"),
    entry("identifiers", PAC_STD_NAMES(finnish_personal_id_valid), kText, Kind::boolean, kNoErrors,
          "Whether a Finnish personal identity code has an existing date, a known century sign and "
          "the "
          "right check character.",
          "finnish_personal_id_valid(\"131052-308T\") is true"),
    entry("identifiers", PAC_STD_NAMES(finnish_business_id_valid), kText, Kind::boolean, kNoErrors,
          "Whether a Finnish business identity code has the right structure and check digit.",
          "finnish_business_id_valid(\"0737546-2\") is true"),
};

}  // namespace pac::stdlib
