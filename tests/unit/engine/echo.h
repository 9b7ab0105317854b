// `echo`: a decision whose output is its input, with a field of every type, and texts to feed it.
#pragma once

#include <random>

#include "runtime/base/text_numbers.h"
#include "tests/unit/engine/samples.h"

namespace pac::engine::test {

inline ir::RuleSet echo() {
  ir::Builder b;
  b.rule_set.package = "echo";
  const auto color = b.enumeration("Color", {"red", "green", "dark_blue"});
  b.rule_set.enums[0].values[2].wire = "dark blue";
  const auto inner = b.record(
      "Inner", {b.field("n", b.int_type(), b.between(-5, 5)),
                b.field("t", b.optional(b.string_type())), b.field("d", b.decimal_type(3))});
  std::vector<ir::Field> fields = {
      b.field("flag", b.bool_type()),
      b.field("count", b.int_type()),
      b.field("wide_count", b.int_type(), b.between(INT64_MIN, INT64_MAX)),
      b.field("narrow", b.decimal_type(2), b.between(-100'000, 100'000)),
      b.field("wide", b.decimal_type(10)),
      b.field("text", b.string_type()),
      b.field("color", b.enum_type(color)),
      b.field("day", b.date_type()),
      b.field("instant", b.datetime_type()),
      b.field("span", b.duration_type()),
      b.field("inner", b.record_type(inner)),
      b.field("maybe_inner", b.optional(b.record_type(inner))),
      b.field("maybe_wide", b.optional(b.decimal_type(0))),
      b.field("days", b.list_type(b.date_type()), b.items(5)),
      b.field("inners", b.list_type(b.record_type(inner)), b.items(3)),
      b.field("names", b.set_type(b.string_type()), b.items(4)),
      b.field("colors", b.optional(b.set_type(b.enum_type(color))), b.items(3)),
      b.field("nested", b.list_type(b.list_type(b.optional(b.int_type()))),
              list_domain(b, 3, b.items(3)))};
  const auto input = b.record("in", fields);
  const auto output = b.record("out", fields);
  auto& d = b.decision("echo", input, output);
  d.policy = ir::HitPolicy::result;
  for (uint32_t i = 0; i < fields.size(); ++i) d.result.push_back(b.input(d, i));
  return b.rule_set;
}

// Random inputs of `echo` as the writer spells them (canonical), or in other spellings of the same
// values.
class EchoText {
 public:
  EchoText(uint64_t seed, bool canonical) : random_(seed), canonical_(canonical) {}

  std::string input() {
    return "{\"flag\":" + std::string(below(2) ? "true" : "false") +
           ",\"count\":" + number(-50, 50) + ",\"wide_count\":" + wide_count() +
           ",\"narrow\":" + decimal(-100'000, 100'000, 2) +
           ",\"wide\":" + decimal(-kMaxDecimal, kMaxDecimal, 10) + ",\"text\":" + text() +
           ",\"color\":" + color() + ",\"day\":" + day() + ",\"instant\":" + instant() +
           ",\"span\":" + span() + ",\"inner\":" + inner() +
           maybe("maybe_inner", [&] { return inner(); }) +
           maybe("maybe_wide", [&] { return decimal(-kMaxDecimal, kMaxDecimal, 0); }) +
           ",\"days\":" + list(5, [&] { return day(); }) +
           ",\"inners\":" + list(3, [&] { return inner(); }) + ",\"names\":" + names() +
           maybe("colors", [&] { return colors(); }) + ",\"nested\":" + nested() + "}";
  }

 private:
  uint64_t below(uint64_t n) { return random_() % n; }
  std::string quote(std::string_view inside) { return '"' + std::string(inside) + '"'; }
  std::string number(int64_t low, int64_t high) {
    const auto value = low + static_cast<int64_t>(below(static_cast<uint64_t>(high - low) + 1));
    return canonical_ || below(2) ? std::to_string(value) : quote(std::to_string(value));
  }
  std::string wide_count() {
    const auto value = static_cast<int64_t>(random_() >> below(60)) * (below(2) ? 1 : -1);
    const bool bare = value <= 9007199254740991 && value >= -9007199254740991;
    return bare ? std::to_string(value) : quote(std::to_string(value));
  }
  std::string decimal(Int128 low, Int128 high, int scale) {
    const UInt128 size = static_cast<UInt128>(high) - static_cast<UInt128>(low) + 1;
    UInt128 any = (static_cast<UInt128>(random_()) << 64 | random_()) % size;
    any >>= below(100);  // all lengths
    // The range is wider than a signed number, so the sum is made without a sign.
    const auto value = static_cast<Int128>(static_cast<UInt128>(low) + any);
    char digits[kDecimalTextBytes];
    const std::string canonical(digits, format_decimal(value, scale, digits));
    if (canonical_) return quote(canonical);
    // Short ones as a JSON number, long ones with zeros more than the scale has.
    if (canonical.size() < 14 && below(2)) return canonical;
    return quote(canonical + (scale > 0 ? "000" : ""));
  }
  std::string text() {
    static constexpr std::string_view kPieces[] = {"a", "Z",    " ",    "ä",   "€",       "😀",
                                                   "/", "\\\"", "\\\\", "\\n", "\\u0001", "\\t"};
    static constexpr std::string_view kSame[] = {
        "\\u0061", "Z",    "\\u0020", "\\u00e4", "\\u20AC", "\\ud83d\\uDE00",
        "\\/",     "\\\"", "\\u005c", "\\u000A", "\\u0001", "\\t"};
    std::string out;
    for (uint64_t i = below(12); i > 0; --i) {
      const uint64_t piece = below(std::size(kPieces));
      out += canonical_ || below(2) ? kPieces[piece] : kSame[piece];
    }
    return quote(out);
  }
  std::string color() {
    static constexpr std::string_view kColors[] = {"red", "green", "dark blue"};
    return quote(kColors[below(3)]);
  }
  std::string day() {
    char out[kDateTextBytes];
    return quote(
        {out, format_date(kMinDate + static_cast<int32_t>(below(uint64_t(kMaxDate - kMinDate) + 1)),
                          out)});
  }
  std::string instant() {
    char out[kDatetimeTextBytes];
    const auto us =
        kMinDatetime + static_cast<int64_t>(random_() % uint64_t(kMaxDatetime - kMinDatetime));
    return quote({out, format_datetime(below(2) ? us : us / 1000000 * 1000000, out)});
  }
  std::string span() {
    char out[kDurationTextBytes];
    return quote({out, format_duration(static_cast<int64_t>(random_()) >> below(50), out)});
  }
  std::string inner() {
    return "{\"n\":" + number(-5, 5) + (below(2) ? ",\"t\":" + text() : "") +
           ",\"d\":" + decimal(-9999, 9999, 3) + "}";
  }
  template <typename Make>
  std::string maybe(std::string_view name, Make make) {
    const std::string key = ",\"" + std::string(name) + "\":";
    if (below(2)) return key + make();
    return canonical_ || below(2) ? "" : key + "null";
  }
  template <typename Make>
  std::string list(uint64_t longest, Make make) {
    std::string out = "[";
    for (uint64_t i = below(longest + 1); i > 0; --i) out += make() + (i > 1 ? "," : "");
    return out + "]";
  }
  std::string set(std::vector<std::string> sorted) {
    std::vector<std::string> chosen;
    for (std::string& each : sorted) {
      if (below(2)) chosen.push_back(each);
    }
    if (!canonical_) std::shuffle(chosen.begin(), chosen.end(), random_);
    std::string out = "[";
    for (std::size_t i = 0; i < chosen.size(); ++i) out += (i > 0 ? "," : "") + chosen[i];
    return out + "]";
  }
  std::string names() { return set({"\"\"", "\"Z\"", "\"a\"", "\"ä\""}); }
  std::string colors() { return set({"\"red\"", "\"green\"", "\"dark blue\""}); }
  std::string nested() {
    return list(3, [&] { return list(3, [&] { return below(3) ? number(-9, 9) : "null"; }); });
  }

  std::mt19937_64 random_;
  bool canonical_;
};

// The output of a decided echo.
inline std::string echoed(const Session& session) {
  std::string text(std::size_t{1} << 16, ' ');
  TextSink sink(text.data(), text.size());
  const Schema& schema = session.rules().schema();
  write_record(schema, schema.record(schema.rule_set().decisions[0].output), session.output(),
               sink);
  EXPECT_TRUE(sink.fits());
  return text.substr(0, sink.size());
}

}  // namespace pac::engine::test
