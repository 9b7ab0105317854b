#include "tests/unit/stdlib/caller.h"

#include <algorithm>

#include "runtime/base/check.h"

namespace pac::stdlib::test {
namespace {

const Function& get(std::string_view name) {
  const Function* function = find(name);
  PAC_CHECK(function != nullptr, std::string(name).c_str());
  return *function;
}

constexpr std::int64_t at(int year, int month, int day, int hour) {
  return instant(year, month, day, hour) / kMicrosPerSecond;
}

// The last Sunday of a month at 01:00 UTC, when clocks change in the European Union (directive
// 2000/84/EC).
std::int64_t summer_change(int year, int month) {
  std::int32_t day = date(year, month, 31 - (month == 9 ? 1 : 0));
  while (weekday(day) != 7) --day;
  return day * kSecondsPerDay + 3600;
}

struct Table {
  std::vector<std::int64_t> transitions;
  std::vector<std::int32_t> offsets;
};

Table helsinki() {
  Table table;
  for (int year = 1997; year <= 2100; ++year) {
    table.transitions.push_back(summer_change(year, 3));
    table.offsets.push_back(3 * 3600);
    table.transitions.push_back(summer_change(year, 10));
    table.offsets.push_back(2 * 3600);
  }
  return table;
}

pac_zone zone_of(const Table& table, int first_offset) {
  return {table.transitions.data(), table.offsets.data(),
          static_cast<std::uint32_t>(table.transitions.size()), first_offset};
}

}  // namespace

const pac_zone* zones() {
  static const Table kHelsinkiTable = helsinki();
  // Midnight of 4 November 2018 was skipped; that of 18 February 2018 came an hour late.
  static const Table kSaoPauloTable{{at(2018, 2, 18, 2), at(2018, 11, 4, 3)},
                                    {-3 * 3600, -2 * 3600}};
  // At 01:00 on 4 November 2018 clocks went back to 00:00: midnight came twice.
  static const Table kHavanaTable{{at(2018, 11, 4, 5)}, {-5 * 3600}};
  // 30 December 2011 did not take place.
  static const Table kApiaTable{{at(2011, 12, 30, 10)}, {14 * 3600}};
  static const pac_zone kZones[] = {zone_of(kHelsinkiTable, 2 * 3600),
                                    zone_of(kSaoPauloTable, -2 * 3600),
                                    zone_of(kHavanaTable, -4 * 3600),
                                    zone_of(kApiaTable, -10 * 3600),
                                    {nullptr, nullptr, 0, 0}};
  return kZones;
}

const char* zone_name(int zone) {
  constexpr const char* kNames[] = {"Europe/Helsinki", "America/Sao_Paulo", "America/Havana",
                                    "Pacific/Apia", "Etc/UTC"};
  return kNames[zone];
}

std::string to_text(Int128 value) {
  std::string digits;
  for (UInt128 rest = magnitude(value); rest != 0; rest /= 10) {
    digits += static_cast<char>('0' + static_cast<int>(rest % 10));
  }
  if (digits.empty()) digits = "0";
  if (value < 0) digits += '-';
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::ostream& operator<<(std::ostream& out, const Answer& answer) {
  if (answer.error != PAC_E_NONE) return out << "error " << answer.error;
  return out << to_text(answer.number) << " \"" << answer.text << '"';
}

std::size_t value_count(const Function& function) {
  std::size_t count = 0;
  for (const Parameter& parameter : function.parameters) {
    count += parameter.kind == Kind::decimal ? 2 : 1;
  }
  return count;
}

Call::Call(std::string_view name) : function_(get(name)), scratch_(2 * PAC_MAX_TEXT, '\xff') {}

Call& Call::integer(Int128 value) {
  pac_value argument{};
  argument.number = value;
  arguments_.push_back(argument);
  return *this;
}

Call& Call::decimal(Int128 value, int scale) { return integer(value).integer(scale); }

Call& Call::rounded(int digits, Rounding mode) {
  return integer(digits).integer(static_cast<int>(mode));
}

Call& Call::text(std::string_view value) {
  // A copy of exactly this size, so that a sanitizer sees a read beyond it.
  texts_.push_back(std::make_unique<std::string>(value));
  pac_value argument{};
  argument.text = {value.empty() ? nullptr : texts_.back()->data(),
                   static_cast<std::uint32_t>(value.size()), 0};
  arguments_.push_back(argument);
  return *this;
}

Call& Call::dates(std::vector<std::int32_t> ascending) {
  lists_.push_back(std::make_unique<std::vector<std::int32_t>>(std::move(ascending)));
  pac_value argument{};
  argument.list = {lists_.back()->data(), static_cast<std::uint32_t>(lists_.back()->size()), 0};
  arguments_.push_back(argument);
  return *this;
}

Call& Call::scratch_bytes(std::size_t size) {
  scratch_.assign(size, '\xff');
  return *this;
}

Answer Call::run() {
  PAC_CHECK(arguments_.size() == value_count(function_),
            "a test gives each function all its arguments");
  pac_scratch scratch{scratch_.data(), scratch_.data() + scratch_.size(), zones()};
  pac_value out{};
  const uint32_t code = function_.function(arguments_.data(), &out, &scratch);
  EXPECT_LE(scratch.next, scratch.end);
  if (code != PAC_E_NONE) {
    EXPECT_NE(std::find(function_.errors.begin(), function_.errors.end(), code),
              function_.errors.end())
        << function_.name << " does not declare its error " << code;
    return error(code);
  }
  if (function_.result == Kind::text) return test::text({out.text.data, out.text.size});
  return number(out.number);
}

}  // namespace pac::stdlib::test
