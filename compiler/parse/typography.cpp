#include "compiler/parse/typography.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "compiler/parse/literals.h"
#include "compiler/parse/token.h"
#include "runtime/base/utf8.h"

namespace pac::parse {

namespace {

constexpr std::string_view kStraight = "text stands in straight double quotes: \"…\"";

constexpr Stray kStrays[] = {
    {"&&", T::AND, "and", ""},
    {"&", T::AND, "and", ""},
    {"∧", T::AND, "and", ""},
    {"∨", T::OR, "or", ""},
    {"!", T::NOT, "not", ""},
    {"¬", T::NOT, "not", ""},
    {"∈", T::IN, "in", ""},
    {"≤", T::LE, "<=", ""},
    {"⩽", T::LE, "<=", ""},
    {"≥", T::GE, ">=", ""},
    {"⩾", T::GE, ">=", ""},
    {"≠", T::NE, "!=", ""},
    {"×", T::STAR, "*", ""},
    {"·", T::STAR, "*", ""},
    {"⋅", T::STAR, "*", ""},
    {"∗", T::STAR, "*", ""},
    {"÷", T::SLASH, "/", ""},
    {"∕", T::SLASH, "/", ""},
    {"⁄", T::SLASH, "/", ""},
    {"⇒", T::ARROW, "=>", ""},
    {"→", T::ARROW, "=>", ""},
    {"…", T::RANGE, "..", ""},
    {"‥", T::RANGE, "..", ""},
    {"│", T::BAR, "|", ""},
    {"¦", T::BAR, "|", ""},
    {"｜", T::BAR, "|", ""},
    {";", 0, "", "a line end is enough; between values write `,`"},
    {"#", 0, "", "a comment begins with `//`"},
    {"%", 0, "",
     "the remainder of a division is `mod(a, b)`, a percentage is a decimal such as 0.05"},
    {"^", 0, "", "there is no operator for powers; a library function may do what is needed"},
    {"²", 0, "", "there is no operator for powers: write `x * x`"},
    {"½", 0, "", "write `0.5`"},
    {"•", 0, "", "a list of rules needs no marks; a comment begins with `//`"},
    {"“", 0, "", kStraight},
    {"”", 0, "", kStraight},
    {"„", 0, "", kStraight},
    {"«", 0, "", kStraight},
    {"»", 0, "", kStraight},
    {"‘", 0, "", kStraight},
    {"’", 0, "", kStraight},
    {"'", 0, "", kStraight},
    {"`", 0, "", "a name is written as it is, text stands in double quotes"},
    {"€", 0, "", "a currency is a unit of the type: `decimal(2) unit EUR`"},
    {"$", 0, "", "a currency is a unit of the type: `decimal(2) unit USD`"},
    {"£", 0, "", "a currency is a unit of the type: `decimal(2) unit GBP`"},
    {"\r", 0, "", "this is a carriage return without a line feed; lines end in LF or CR LF"},
};

// Hyphen, no-break hyphen, figure dash, en dash, em dash, bar, minus sign, and the wide hyphen of
// East Asian fonts.
constexpr std::string_view kDashes[] = {"‐", "‑", "‒", "–", "—", "―", "−", "－"};

// Pairs of quotes that word processors write; German and French ones open and close in either way,
// and where only one of the two was replaced the other is straight.
constexpr std::pair<std::string_view, std::string_view> kQuotePairs[] = {
    {"“", "”"}, {"„", "“"}, {"„", "”"}, {"”", "”"},  {"«", "»"},  {"»", "«"},
    {"‘", "’"}, {"’", "’"}, {"`", "`"}, {"“", "\""}, {"„", "\""}, {"”", "\""},
};

constexpr std::string_view kClosing[] = {"”", "“", "»", "«"};

// With a width in print; the two halves of the table are told apart by it.
constexpr struct {
  char32_t first, last;
  bool has_width;
  const char* name;
} kBlanks[] = {
    {0x00a0, 0x00a0, true, "a no-break space"},
    {0x00ad, 0x00ad, false, "a soft hyphen, which is seen at the end of a line only"},
    {0x1680, 0x1680, true, "a space of another script"},
    {0x2000, 0x2006, true, "a space of typesetters"},
    {0x2007, 0x2007, true, "a figure space"},
    {0x2008, 0x200a, true, "a space of typesetters"},
    {0x200b, 0x200b, false, "a space without width"},
    {0x200c, 0x200d, false, "a joining mark without width"},
    {0x202f, 0x202f, true, "a narrow no-break space"},
    {0x205f, 0x205f, true, "a space of typesetters"},
    {0x2060, 0x2060, false, "a joining mark without width"},
    {0x3000, 0x3000, true, "an ideographic space"},
    {0xfeff, 0xfeff, false, "a byte order mark; it may only stand at the start of a file"},
};

}  // namespace

const Stray* stray_at(std::string_view text) {
  const auto* found = std::find_if(std::begin(kStrays), std::end(kStrays),
                                   [&](const Stray& s) { return text.starts_with(s.text); });
  return found == std::end(kStrays) ? nullptr : found;
}

size_t dash_at(std::string_view text) {
  for (const std::string_view dash : kDashes) {
    if (text.starts_with(dash)) return dash.size();
  }
  return 0;
}

bool joins_ranges(std::string_view dash) { return dash == "‒" || dash == "–" || dash == "—"; }

Blank blank_at(std::string_view text) {
  char32_t character = 0;
  const int length = decode_utf8(text, 0, &character);
  for (const auto& each : kBlanks) {
    if (length > 0 && character >= each.first && character <= each.last) {
      return {static_cast<size_t>(length), each.has_width, each.name};
    }
  }
  return {};
}

size_t quoted_at(std::string_view line, std::string_view* inside) {
  for (const auto& [open, close] : kQuotePairs) {
    if (!line.starts_with(open)) continue;
    const size_t end = line.find(close, open.size());
    if (end == std::string_view::npos) continue;
    *inside = line.substr(open.size(), end - open.size());
    return end + close.size();
  }
  return 0;
}

size_t curly_end(std::string_view line, size_t* bytes) {
  size_t first = std::string_view::npos;
  for (const std::string_view close : kClosing) {
    const size_t at = line.find(close, 1);
    if (at < first) {
      first = at;
      *bytes = close.size();
    }
  }
  return first;
}

bool is_letter_like(char32_t character) {
  const bool latin_signs = character >= 0x80 && character <= 0xbf && character != 0xaa &&
                           character != 0xb5 && character != 0xba;
  // General punctuation to miscellaneous arrows, and the signs of East Asian fonts.
  const bool signs = (character >= 0x2000 && character <= 0x2bff) ||
                     (character >= 0x3000 && character <= 0x303f) ||
                     (character >= 0xfe00 && character <= 0xff0f) || character >= 0x1f000;
  return !latin_signs && !signs && character != 0xd7 && character != 0xf7;
}

std::string display(std::string_view character) {
  if (blank_at(character).bytes == 0) return printable(character);
  char32_t number = 0;
  decode_utf8(character, 0, &number);
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out = "U+";
  for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[number >> shift & 15];
  return out;
}

bool is_direction_mark(std::string_view at) {
  if (at.size() < 3 || at[0] != '\xe2') return false;
  const auto second = static_cast<unsigned char>(at[1]);
  const auto third = static_cast<unsigned char>(at[2]);
  if (second == 0x80) return third >= 0xaa && third <= 0xae;  // U+202A .. U+202E
  return second == 0x81 && third >= 0xa6 && third <= 0xa9;    // U+2066 .. U+2069
}

}  // namespace pac::parse
