// text_numbers: numbers, dates, instants and durations. What is read is written in the one
// canonical form, which reads as the same value; and any value that can be written reads back.
#include "runtime/base/text_numbers.h"

#include "runtime/base/date.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/target.h"

namespace pac::fuzz {

namespace {

// Reads and writes one kind of value; `Parse` and `Format` are those of text_numbers.h.
template <typename T, size_t kSize, typename Parse, typename Format>
void round_trip(std::string_view text, T drawn, bool in_range, Parse parse, Format format) {
  char first[kSize];
  char second[kSize];
  T value{};
  if (parse(text, &value) == TextStatus::ok) {
    const std::string_view written(first, format(value, first));
    T again{};
    claim(parse(written, &again) == TextStatus::ok && again == value, "what was read is kept",
          written);
    claim(std::string_view(second, format(again, second)) == written, "one canonical form",
          written);
  }
  if (!in_range) return;
  const std::string_view written(first, format(drawn, first));
  T again{};
  claim(parse(written, &again) == TextStatus::ok && again == drawn, "what was written is kept",
        written);
}

}  // namespace

Verdict run_text_numbers(std::string_view bytes) {
  Bytes in(bytes);
  const uint8_t kind = in.u8();
  const int scale = kind / 8 % 39;
  const Int128 wide = static_cast<Int128>(in.u64()) << 64 | in.u64();
  const auto number = static_cast<int64_t>(static_cast<uint64_t>(wide));
  const std::string_view text = in.rest();
  switch (kind % 5) {
    case 0:
      round_trip<Int128, kDecimalTextBytes>(
          text, wide, wide >= -kMaxDecimal && wide <= kMaxDecimal,
          [scale](std::string_view t, Int128* out) { return parse_decimal(t, scale, out); },
          [scale](Int128 v, char* out) { return format_decimal(v, scale, out); });
      break;
    case 1:
      round_trip<int64_t, kIntTextBytes>(text, number, true, parse_int, format_int);
      break;
    case 2: {
      const auto day = static_cast<int32_t>(number);
      round_trip<int32_t, kDateTextBytes>(text, day, day >= kMinDate && day <= kMaxDate, parse_date,
                                          format_date);
      break;
    }
    case 3:
      round_trip<int64_t, kDatetimeTextBytes>(text, number,
                                              number >= kMinDatetime && number <= kMaxDatetime,
                                              parse_datetime, format_datetime);
      break;
    default:
      round_trip<int64_t, kDurationTextBytes>(text, number, true, parse_duration, format_duration);
      break;
  }
  return Verdict::keep;
}

}  // namespace pac::fuzz
