#include "runtime/base/text_numbers.h"

#include "runtime/base/date.h"

namespace pac {
namespace {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Reads a text front to back; every take_ function moves past what it took.
class Cursor {
 public:
  explicit Cursor(std::string_view text) noexcept : text_(text) {}

  bool at_end() const noexcept { return at_ == text_.size(); }
  char peek() const noexcept { return at_end() ? '\0' : text_[at_]; }

  bool take(char c) noexcept {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  // All digits that follow, possibly none.
  std::string_view take_digits() noexcept {
    const std::size_t begin = at_;
    while (!at_end() && is_digit(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  // Exactly `count` digits as a number.
  bool take_number(int count, int* out) noexcept {
    int value = 0;
    for (int i = 0; i < count; ++i) {
      if (at_end() || !is_digit(text_[at_])) return false;
      value = value * 10 + (text_[at_++] - '0');
    }
    *out = value;
    return true;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

// The parts of a JSON number, still as text.
struct NumberParts {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  std::int64_t exponent = 0;
};

bool split_number(std::string_view text, NumberParts* out) noexcept {
  Cursor cursor(text);
  out->negative = cursor.take('-');
  out->whole = cursor.take_digits();
  if (out->whole.empty() || (out->whole.size() > 1 && out->whole[0] == '0')) return false;
  if (cursor.take('.')) {
    out->fraction = cursor.take_digits();
    if (out->fraction.empty()) return false;
  }
  if (cursor.take('e') || cursor.take('E')) {
    const bool negative = cursor.take('-');
    if (!negative) cursor.take('+');
    const std::string_view digits = cursor.take_digits();
    if (digits.empty()) return false;
    for (const char c : digits) {
      // Far beyond the length of any text, so that larger exponents change nothing.
      constexpr std::int64_t kLargestExponent = 1'000'000'000'000'000;
      if (out->exponent < kLargestExponent) out->exponent = out->exponent * 10 + (c - '0');
    }
    if (negative) out->exponent = -out->exponent;
  }
  return cursor.at_end();
}

std::size_t put_padded(std::uint64_t value, int width, char* out) noexcept {
  for (int i = width - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return static_cast<std::size_t>(width);
}

std::size_t put_unsigned(std::uint64_t value, char* out) noexcept {
  int width = 1;
  for (std::uint64_t rest = value / 10; rest != 0; rest /= 10) ++width;
  return put_padded(value, width, out);
}

// ".25" for 250000 microseconds; nothing for 0.
std::size_t put_fraction(std::uint64_t micros, char* out) noexcept {
  if (micros == 0) return 0;
  int width = 6;
  for (; micros % 10 == 0; micros /= 10) --width;
  out[0] = '.';
  return 1 + put_padded(micros, width, out + 1);
}

// Digits after a point as microseconds.
TextStatus parse_fraction(std::string_view digits, std::int64_t* micros) noexcept {
  if (digits.empty()) return TextStatus::syntax;
  if (digits.size() > 6) return TextStatus::too_many_fraction_digits;
  std::int64_t value = 0;
  for (std::size_t i = 0; i < 6; ++i)
    value = value * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  *micros = value;
  return TextStatus::ok;
}

TextStatus take_date(Cursor* cursor, std::int32_t* out) noexcept {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!cursor->take_number(4, &year) || !cursor->take('-') || !cursor->take_number(2, &month) ||
      !cursor->take('-') || !cursor->take_number(2, &day)) {
    return TextStatus::syntax;
  }
  if (!is_valid_civil(year, month, day)) return TextStatus::no_such_date;
  *out = days_from_civil(year, month, day);
  return TextStatus::ok;
}

// HH:MM[:SS[.ffffff]]
TextStatus take_time(Cursor* cursor, std::int64_t* micros) noexcept {
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int64_t fraction = 0;
  if (!cursor->take_number(2, &hour) || !cursor->take(':') || !cursor->take_number(2, &minute)) {
    return TextStatus::syntax;
  }
  if (cursor->take(':')) {
    if (!cursor->take_number(2, &second)) return TextStatus::syntax;
    if (cursor->take('.')) {
      const TextStatus status = parse_fraction(cursor->take_digits(), &fraction);
      if (status != TextStatus::ok) return status;
    }
  }
  if (hour > 23 || minute > 59 || second > 59) return TextStatus::no_such_date;
  *micros = ((hour * 60 + minute) * 60 + second) * kMicrosPerSecond + fraction;
  return TextStatus::ok;
}

// sum += digits * unit; false when the digits or the sum leave 128 bits' worth of room.
bool add_component(std::string_view digits, std::int64_t unit, Int128* sum) noexcept {
  Int128 value = 0;
  for (const char c : digits) {
    value = value * 10 + (c - '0');
    if (value > static_cast<Int128>(UINT64_MAX)) return false;
  }
  *sum += value * unit;
  return true;
}

}  // namespace

TextStatus parse_decimal(std::string_view text, int scale, Int128* out) noexcept {
  NumberParts parts;
  if (!split_number(text, &parts)) return TextStatus::syntax;
  // The digits of both parts, numbered from the front, without zeros at either end.
  const auto count = static_cast<std::int64_t>(parts.whole.size() + parts.fraction.size());
  const auto digit = [&](std::int64_t i) {
    const auto at = static_cast<std::size_t>(i);
    return at < parts.whole.size() ? parts.whole[at] : parts.fraction[at - parts.whole.size()];
  };
  std::int64_t begin = 0;
  std::int64_t end = count;
  while (begin < end && digit(begin) == '0') ++begin;
  while (begin < end && digit(end - 1) == '0') --end;
  if (begin == end) {
    *out = 0;
    return TextStatus::ok;
  }
  // The value is digits[begin, end) * 10^shift in units of 10^-scale.
  const std::int64_t shift =
      parts.exponent - static_cast<std::int64_t>(parts.fraction.size()) + (count - end) + scale;
  if (end - begin + shift > kMaxScale) return TextStatus::too_large;
  if (shift < 0) return TextStatus::too_many_fraction_digits;
  Int128 value = 0;
  for (std::int64_t i = begin; i < end; ++i) value = value * 10 + (digit(i) - '0');
  value *= pow10(static_cast<int>(shift));
  *out = parts.negative ? -value : value;
  return TextStatus::ok;
}

TextStatus parse_int(std::string_view text, std::int64_t* out) noexcept {
  Int128 value = 0;
  const TextStatus status = parse_decimal(text, 0, &value);
  if (status != TextStatus::ok) return status;
  if (value != static_cast<std::int64_t>(value)) return TextStatus::too_large;
  *out = static_cast<std::int64_t>(value);
  return TextStatus::ok;
}

std::size_t format_decimal(Int128 value, int scale, char* out) noexcept {
  UInt128 rest = magnitude(value);
  // The digits from the back; at least one before the point.
  char digits[kDecimalTextBytes];
  int count = 0;
  while (rest >> 64 != 0) {
    // Nineteen digits at a time: division of 128 bits is slow.
    constexpr std::uint64_t kTenToThe19 = 10'000'000'000'000'000'000u;
    auto chunk = static_cast<std::uint64_t>(rest % kTenToThe19);
    rest /= kTenToThe19;
    for (int i = 0; i < 19; ++i, chunk /= 10) digits[count++] = static_cast<char>('0' + chunk % 10);
  }
  for (auto low = static_cast<std::uint64_t>(rest); low != 0; low /= 10) {
    digits[count++] = static_cast<char>('0' + low % 10);
  }
  while (count <= scale) digits[count++] = '0';
  std::size_t length = 0;
  if (value < 0) out[length++] = '-';
  for (int i = count - 1; i >= 0; --i) {
    out[length++] = digits[i];
    if (i == scale && scale > 0) out[length++] = '.';
  }
  return length;
}

std::size_t format_int(std::int64_t value, char* out) noexcept {
  std::size_t length = 0;
  if (value < 0) out[length++] = '-';
  return length + put_unsigned(static_cast<std::uint64_t>(magnitude(value)), out + length);
}

TextStatus parse_date(std::string_view text, std::int32_t* out) noexcept {
  Cursor cursor(text);
  std::int32_t date = 0;
  const TextStatus status = take_date(&cursor, &date);
  if (status == TextStatus::syntax || !cursor.at_end()) return TextStatus::syntax;
  if (status == TextStatus::ok) *out = date;
  return status;
}

std::size_t format_date(std::int32_t date, char* out) noexcept {
  const Civil civil = civil_from_days(date);
  put_padded(static_cast<std::uint64_t>(civil.year), 4, out);
  out[4] = '-';
  put_padded(static_cast<std::uint64_t>(civil.month), 2, out + 5);
  out[7] = '-';
  put_padded(static_cast<std::uint64_t>(civil.day), 2, out + 8);
  return kDateTextBytes;
}

TextStatus parse_datetime(std::string_view text, std::int64_t* out) noexcept {
  Cursor cursor(text);
  std::int32_t date = 0;
  std::int64_t time = 0;
  const TextStatus date_status = take_date(&cursor, &date);
  if (date_status == TextStatus::syntax || !cursor.take('T')) return TextStatus::syntax;
  const TextStatus time_status = take_time(&cursor, &time);
  if (time_status == TextStatus::syntax || !cursor.take('Z') || !cursor.at_end()) {
    return TextStatus::syntax;
  }
  if (date_status != TextStatus::ok) return date_status;
  if (time_status != TextStatus::ok) return time_status;
  *out = date * kMicrosPerDay + time;
  return TextStatus::ok;
}

std::size_t format_datetime(std::int64_t micros, char* out) noexcept {
  const std::int64_t time = time_of_day_micros(micros, 0);
  const auto seconds = static_cast<std::uint64_t>(time / kMicrosPerSecond);
  std::size_t length = format_date(date_of_datetime(micros, 0), out);
  out[length++] = 'T';
  length += put_padded(seconds / 3600, 2, out + length);
  out[length++] = ':';
  length += put_padded(seconds / 60 % 60, 2, out + length);
  out[length++] = ':';
  length += put_padded(seconds % 60, 2, out + length);
  length += put_fraction(static_cast<std::uint64_t>(time % kMicrosPerSecond), out + length);
  out[length++] = 'Z';
  return length;
}

TextStatus parse_duration(std::string_view text, std::int64_t* out) noexcept {
  struct Component {
    char letter;
    std::int64_t micros;
  };
  constexpr Component kComponents[] = {{'D', kMicrosPerDay},
                                       {'H', 3600 * kMicrosPerSecond},
                                       {'M', 60 * kMicrosPerSecond},
                                       {'S', kMicrosPerSecond}};
  Cursor cursor(text);
  const bool negative = cursor.take('-');
  if (!cursor.take('P')) return TextStatus::syntax;
  Int128 sum = 0;
  bool in_time = false;
  bool too_large = false;
  std::size_t next = 0;  // components come in this order, each at most once
  bool expects_more = true;
  while (!cursor.at_end()) {
    if (!in_time && cursor.take('T')) {
      in_time = true;
      expects_more = true;
      continue;
    }
    const std::string_view digits = cursor.take_digits();
    if (digits.empty()) return TextStatus::syntax;
    std::int64_t fraction = 0;
    const bool has_fraction = cursor.take('.');
    if (has_fraction) {
      const TextStatus status = parse_fraction(cursor.take_digits(), &fraction);
      if (status != TextStatus::ok) return status;
    }
    while (next < 4 && kComponents[next].letter != cursor.peek()) ++next;
    if (next == 4 || in_time != (next > 0) || (has_fraction && next != 3))
      return TextStatus::syntax;
    cursor.take(kComponents[next].letter);
    too_large = !add_component(digits, kComponents[next].micros, &sum) || too_large;
    sum += fraction;
    ++next;
    expects_more = false;
  }
  if (expects_more) return TextStatus::syntax;
  if (negative) sum = -sum;
  if (too_large || sum != static_cast<std::int64_t>(sum)) return TextStatus::too_large;
  *out = static_cast<std::int64_t>(sum);
  return TextStatus::ok;
}

std::size_t format_duration(std::int64_t micros, char* out) noexcept {
  const auto size = static_cast<std::uint64_t>(magnitude(micros));
  constexpr auto kPerSecond = static_cast<std::uint64_t>(kMicrosPerSecond);
  std::size_t length = 0;
  if (micros < 0) out[length++] = '-';
  out[length++] = 'P';
  out[length++] = 'T';
  length += put_unsigned(size / kPerSecond, out + length);
  length += put_fraction(size % kPerSecond, out + length);
  out[length++] = 'S';
  return length;
}

}  // namespace pac
