#include "compiler/diag/text.h"

#include <algorithm>
#include <array>
#include <limits>

#include "runtime/base/utf8.h"

namespace pac::diag {

namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr std::string_view kCut = "...";
// Of a line that is cut, whatever the room: less shows nothing.
constexpr uint32_t kLeastRoom = 20;

struct Range {
  char32_t first;
  char32_t last;
};

// Both tables are sorted. Unicode 14: combining marks (Mn, Me) and format characters (Cf) ...
constexpr auto kZeroWidth = std::to_array<Range>({
    {0x0300, 0x036F},   {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x05BF, 0x05BF}, {0x05C1, 0x05C2},
    {0x05C4, 0x05C5},   {0x05C7, 0x05C7}, {0x0610, 0x061A}, {0x064B, 0x065F}, {0x0670, 0x0670},
    {0x06D6, 0x06DC},   {0x06DF, 0x06E4}, {0x06E7, 0x06E8}, {0x06EA, 0x06ED}, {0x0711, 0x0711},
    {0x0730, 0x074A},   {0x08CA, 0x0902}, {0x093A, 0x093A}, {0x093C, 0x093C}, {0x0941, 0x0948},
    {0x094D, 0x094D},   {0x0951, 0x0957}, {0x0962, 0x0963}, {0x0981, 0x0981}, {0x09BC, 0x09BC},
    {0x09C1, 0x09C4},   {0x09CD, 0x09CD}, {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E},
    {0x1AB0, 0x1ACE},   {0x1DC0, 0x1DFF}, {0x200B, 0x200F}, {0x2060, 0x2064}, {0x20D0, 0x20F0},
    {0x302A, 0x302D},   {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF},
    {0xE0001, 0xE01EF},
});

// ... and what East Asian Width calls W or F, emoji among them.
constexpr auto kDoubleWidth = std::to_array<Range>({
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},
    {0x23F0, 0x23F0},   {0x23F3, 0x23F3},   {0x25FD, 0x25FE},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x267F, 0x267F},   {0x2693, 0x2693},   {0x26A1, 0x26A1},
    {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x26C4, 0x26C5},   {0x26CE, 0x26CE},
    {0x26D4, 0x26D4},   {0x26EA, 0x26EA},   {0x26F2, 0x26F3},   {0x26F5, 0x26F5},
    {0x26FA, 0x26FA},   {0x26FD, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},
    {0x2728, 0x2728},   {0x274C, 0x274C},   {0x274E, 0x274E},   {0x2753, 0x2755},
    {0x2757, 0x2757},   {0x2795, 0x2797},   {0x27B0, 0x27B0},   {0x27BF, 0x27BF},
    {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},   {0x2B55, 0x2B55},   {0x2E80, 0x303E},
    {0x3041, 0x3247},   {0x3250, 0x4DBF},   {0x4E00, 0xA4CF},   {0xA960, 0xA97F},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},
    {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x18CFF}, {0x1AFF0, 0x1B2FF},
    {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF}, {0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A},
    {0x1F200, 0x1F320}, {0x1F32D, 0x1F335}, {0x1F337, 0x1F37C}, {0x1F37E, 0x1F393},
    {0x1F3A0, 0x1F3CA}, {0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0}, {0x1F3F4, 0x1F3F4},
    {0x1F3F8, 0x1F43E}, {0x1F440, 0x1F440}, {0x1F442, 0x1F4FC}, {0x1F4FF, 0x1F53D},
    {0x1F54B, 0x1F54E}, {0x1F550, 0x1F567}, {0x1F57A, 0x1F57A}, {0x1F595, 0x1F596},
    {0x1F5A4, 0x1F5A4}, {0x1F5FB, 0x1F64F}, {0x1F680, 0x1F6C5}, {0x1F6CC, 0x1F6CC},
    {0x1F6D0, 0x1F6D2}, {0x1F6D5, 0x1F6DF}, {0x1F6EB, 0x1F6EF}, {0x1F6F4, 0x1F6FF},
    {0x1F7E0, 0x1F7F0}, {0x1F90C, 0x1F93A}, {0x1F93C, 0x1F945}, {0x1F947, 0x1F9FF},
    {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD},
});

template <size_t N>
bool contains(const std::array<Range, N>& table, char32_t code_point) {
  const auto after = std::ranges::upper_bound(table, code_point, {}, &Range::first);
  return after != table.begin() && code_point <= std::prev(after)->last;
}

// Characters that reorder what follows them: source that reads otherwise than it means.
bool changes_direction(char32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

// What stands for a code point on the terminal. Line and paragraph separators move the cursor as
// well.
char32_t shown_as(char32_t c) {
  if (c < 0x20) return 0x2400 + c;  // the control pictures: U+241B shows ESC
  if (c == 0x7F) return 0x2421;
  const bool moves = (c >= 0x80 && c < 0xA0) || c == 0x2028 || c == 0x2029;
  return moves || changes_direction(c) ? kReplacement : c;
}

void append_code_point(char32_t code_point, std::string* out) {
  char bytes[4];
  out->append(bytes, static_cast<size_t>(encode_utf8(code_point, bytes)));
}

// The code point at `at`, or U+FFFD for one byte that is not UTF-8; its length in bytes.
size_t next(std::string_view text, size_t at, char32_t* code_point) {
  const int length = decode_utf8(text, at, code_point);
  if (length > 0) return static_cast<size_t>(length);
  *code_point = kReplacement;
  return 1;
}

// The column after a code point that begins in `column`.
uint32_t advance(uint32_t column, char32_t code_point) {
  if (code_point == '\t') return column + kTabWidth - column % kTabWidth;
  return column + width_of(shown_as(code_point));
}

}  // namespace

uint32_t width_of(char32_t code_point) {
  if (code_point < 0x300) return 1;
  if (contains(kZeroWidth, code_point)) return 0;
  return contains(kDoubleWidth, code_point) ? 2 : 1;
}

uint32_t column_at(std::string_view line, size_t offset) {
  uint32_t column = 0;
  char32_t code_point = 0;
  for (size_t at = 0; at < std::min(offset, line.size());) {
    const size_t length = next(line, at, &code_point);
    if (at + length > offset) break;
    at += length;
    column = advance(column, code_point);
  }
  return column;
}

std::string cut_columns(std::string_view line, uint32_t from, uint32_t to) {
  std::string out;
  uint32_t column = 0;
  char32_t code_point = 0;
  for (size_t at = 0; at < line.size();) {
    at += next(line, at, &code_point);
    const uint32_t begin = column;
    column = advance(column, code_point);
    if (begin >= to && column > to) break;
    // A combining mark belongs to the letter before it.
    const bool is_inside =
        column == begin ? begin > from && begin <= to : begin >= from && column <= to;
    if (code_point != '\t' && is_inside) {
      append_code_point(shown_as(code_point), &out);
      continue;
    }
    const uint32_t first = std::max(begin, from);
    const uint32_t last = std::min(column, to);
    if (first < last) out.append(last - first, ' ');
  }
  return out;
}

uint32_t Window::to_screen(uint32_t column) const {
  const uint32_t shift = cut_left ? static_cast<uint32_t>(kCut.size()) : 0;
  if (column < begin) return 0;
  return std::min(column, end) - begin + shift;
}

std::string Window::show(std::string_view line) const {
  std::string out(cut_left ? kCut : "");
  out += cut_columns(line, begin, end);
  if (cut_right) out += kCut;
  return out;
}

Window choose_window(uint32_t length, uint32_t low, uint32_t high, uint32_t focus, uint32_t room) {
  room = std::max(room, kLeastRoom);
  if (length <= room) return {0, length, false, false};
  const auto cut = static_cast<uint32_t>(kCut.size());
  const uint32_t inner = room - 2 * cut;
  if (high <= room - cut) return {0, room - cut, false, true};
  uint32_t begin = high - low > inner ? focus : low;
  begin -= std::min(begin, high - low > inner ? inner / 8 : (inner - (high - low)) / 2);
  if (begin <= cut) return {0, room - cut, false, true};
  if (begin + inner + cut >= length) return {length - (room - cut), length, true, false};
  return {begin, begin + inner, true, true};
}

std::string printable(std::string_view text) {
  std::string one_line(text);
  std::ranges::replace(one_line, '\n', ' ');
  std::erase(one_line, '\r');
  return cut_columns(one_line, 0, std::numeric_limits<uint32_t>::max());
}

std::string valid_text(std::string_view text) {
  if (valid_utf8(text)) return std::string(text);
  std::string out;
  char32_t code_point = 0;
  for (size_t at = 0; at < text.size();) {
    at += next(text, at, &code_point);
    append_code_point(code_point, &out);
  }
  return out;
}

}  // namespace pac::diag
