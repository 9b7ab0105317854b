// The registry is complete and consistent, and every example in it is true: a small reader of
// literals takes `name(argument, option: value) is result` apart.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "tests/unit/stdlib/caller.h"

namespace pac::stdlib::test {
namespace {

std::string trimmed(std::string text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// Parts between commas that are in neither quotes nor brackets.
std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::string part;
  bool quoted = false;
  int depth = 0;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted && c == '[') ++depth;
    if (!quoted && c == ']') --depth;
    if (c == ',' && !quoted && depth == 0) {
      parts.push_back(trimmed(part));
      part.clear();
    } else {
      part += c;
    }
  }
  if (!trimmed(part).empty()) parts.push_back(trimmed(part));
  return parts;
}

std::int32_t read_date(const std::string& text) {
  return date(std::stoi(text.substr(0, 4)), std::stoi(text.substr(5, 2)),
              std::stoi(text.substr(8, 2)));
}

std::int64_t read_datetime(const std::string& text) {
  const auto two = [&](std::size_t at) { return std::stoi(text.substr(at, 2)); };
  return read_date(text) * kMicrosPerDay +
         ((two(11) * 60 + two(14)) * 60 + two(17)) * kMicrosPerSecond;
}

std::int64_t read_duration(const std::string& text) {
  const auto space = text.find(' ');
  const std::string unit = text.substr(space + 1);
  const std::int64_t seconds = unit == "days"      ? 86'400
                               : unit == "hours"   ? 3600
                               : unit == "minutes" ? 60
                                                   : 1;
  EXPECT_TRUE(seconds != 1 || unit == "seconds") << text;
  return std::stoll(text.substr(0, space)) * seconds * kMicrosPerSecond;
}

std::string read_text(const std::string& text) {
  EXPECT_TRUE(text.size() >= 2 && text.front() == '"' && text.back() == '"') << text;
  return text.substr(1, text.size() - 2);
}

struct Number {
  Int128 value = 0;
  int scale = 0;
};

Number read_number(const std::string& text) {
  Number number;
  bool fraction = false;
  for (const char c : text) {
    if (c == '.') {
      fraction = true;
    } else if (c != '-') {
      EXPECT_TRUE(c >= '0' && c <= '9') << text;
      number.value = number.value * 10 + (c - '0');
      number.scale += fraction ? 1 : 0;
    }
  }
  if (text.starts_with('-')) number.value = -number.value;
  return number;
}

int read_option(const Parameter& parameter, const std::string& text) {
  const auto found = std::find(parameter.options.begin(), parameter.options.end(), text);
  EXPECT_NE(found, parameter.options.end()) << text;
  return static_cast<int>(found - parameter.options.begin());
}

int read_zone(const std::string& text) {
  for (int zone = kHelsinki; zone <= kUtc; ++zone) {
    if (text == zone_name(zone)) return zone;
  }
  ADD_FAILURE() << "no zone " << text;
  return kUtc;
}

void add_argument(const Parameter& parameter, const std::string& text, Call& call) {
  switch (parameter.kind) {
    case Kind::boolean:
      call.integer(text == "true" ? 1 : 0);
      break;
    case Kind::integer:
    case Kind::digits:
      call.integer(read_number(text).value);
      break;
    case Kind::decimal:
      call.decimal(read_number(text).value, read_number(text).scale);
      break;
    case Kind::text:
      call.text(read_text(text));
      break;
    case Kind::date:
      call.integer(read_date(text));
      break;
    case Kind::datetime:
      call.integer(read_datetime(text));
      break;
    case Kind::duration:
      call.integer(read_duration(text));
      break;
    case Kind::option:
      call.integer(read_option(parameter, text));
      break;
    case Kind::zone:
      call.integer(read_zone(read_text(text)));
      break;
    case Kind::date_list: {
      std::vector<std::int32_t> dates;
      for (const std::string& part : split(text.substr(1, text.size() - 2))) {
        dates.push_back(read_date(part));
      }
      call.dates(dates);
      break;
    }
  }
}

// The scale that the registry promises for the result of this call.
int promised_scale(const Function& function, const std::vector<std::string>& arguments) {
  int first = -1;
  int widest = 0;
  int digits = 0;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (function.parameters[i].kind == Kind::digits) digits = std::stoi(arguments[i]);
    if (function.parameters[i].kind != Kind::decimal) continue;
    const int scale = read_number(arguments[i]).scale;
    if (first < 0) first = scale;
    widest = std::max(widest, scale);
  }
  switch (function.scale) {
    case ResultScale::none:
      return 0;
    case ResultScale::from_digits:
      return digits;
    case ResultScale::from_first_decimal:
      return first;
    case ResultScale::fixed:
      return function.fixed_scale;
    case ResultScale::from_widest_decimal:
      return widest;
  }
  return 0;
}

Answer read_result(const Function& function, const std::string& text, int scale) {
  switch (function.result) {
    case Kind::boolean:
      return number(text == "true" ? 1 : 0);
    case Kind::integer:
      return number(read_number(text).value);
    case Kind::decimal:
      EXPECT_EQ(read_number(text).scale, scale) << "the result has another number of digits";
      return number(read_number(text).value);
    case Kind::text:
      return test::text(read_text(text));
    case Kind::date:
      return number(read_date(text));
    case Kind::datetime:
      return number(read_datetime(text));
    case Kind::duration:
      return number(read_duration(text));
    default:
      ADD_FAILURE() << "no function returns this";
      return {};
  }
}

void check_example(const Function& function) {
  SCOPED_TRACE(function.example);
  const std::string example = function.example;
  const auto open = example.find('(');
  const auto close = example.rfind(") is ");
  ASSERT_TRUE(open != std::string::npos && close != std::string::npos);
  ASSERT_EQ(example.substr(0, open), function.name);
  // Arguments by position, then by name; what is not given has its default.
  std::vector<std::string> arguments(function.parameters.size());
  const std::vector<std::string> given = split(example.substr(open + 1, close - open - 1));
  for (std::size_t i = 0; i < given.size(); ++i) {
    std::size_t place = i;
    std::string value = given[i];
    for (std::size_t j = 0; j < arguments.size(); ++j) {
      const std::string prefix = std::string(function.parameters[j].name) + ": ";
      if (!given[i].starts_with(prefix)) continue;
      place = j;
      value = given[i].substr(prefix.size());
    }
    ASSERT_LT(place, arguments.size());
    ASSERT_TRUE(arguments[place].empty());
    arguments[place] = value;
  }
  Call call(function.name);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Parameter& parameter = function.parameters[i];
    if (arguments[i].empty()) {
      ASSERT_NE(parameter.default_value, nullptr) << parameter.name;
      arguments[i] = parameter.default_value;
    }
    add_argument(parameter, arguments[i], call);
  }
  const Answer expected =
      read_result(function, example.substr(close + 5), promised_scale(function, arguments));
  EXPECT_EQ(call.run(), expected);
}

TEST(Registry, EveryExampleIsTrue) {
  for (const Function& function : functions()) {
    ASSERT_NE(function.example, nullptr) << function.name;
    check_example(function);
  }
}

TEST(Registry, EntriesAreComplete) {
  std::set<std::pair<std::string, uint32_t>> names;
  std::set<std::string> symbols;
  for (const Function& function : functions()) {
    SCOPED_TRACE(function.name);
    EXPECT_TRUE(names.emplace(function.name, function.version).second);
    EXPECT_TRUE(symbols.insert(function.symbol).second);
    EXPECT_NE(function.function, nullptr);
    EXPECT_TRUE(std::string_view(function.summary).ends_with('.'));
    bool has_digits = false;
    bool has_decimal = false;
    bool has_default = false;
    for (const Parameter& parameter : function.parameters) {
      has_digits = has_digits || parameter.kind == Kind::digits;
      has_decimal = has_decimal || parameter.kind == Kind::decimal;
      EXPECT_EQ(parameter.kind == Kind::option, !parameter.options.empty());
      EXPECT_TRUE(parameter.default_value != nullptr || !has_default)
          << "a default stands before it";
      has_default = has_default || parameter.default_value != nullptr;
      if (parameter.default_value != nullptr && parameter.kind == Kind::option) {
        read_option(parameter, parameter.default_value);
      }
      EXPECT_TRUE(parameter.unit == Unit::plain || parameter.kind == Kind::decimal ||
                  parameter.kind == Kind::integer);
    }
    EXPECT_EQ(function.scale == ResultScale::none, function.result != Kind::decimal);
    EXPECT_TRUE(function.scale != ResultScale::from_digits || has_digits);
    EXPECT_TRUE(function.scale != ResultScale::from_first_decimal || has_decimal);
    for (const pac_error code : function.errors) EXPECT_NE(code, PAC_E_NONE);
  }
}

TEST(Registry, FindsByNameAndVersion) {
  ASSERT_NE(find("annuity"), nullptr);
  EXPECT_STREQ(find("annuity")->module, "finance");
  EXPECT_EQ(find("annuity", 1), find("annuity"));
  EXPECT_EQ(find("annuity", 2), nullptr);
  EXPECT_EQ(find("annuities"), nullptr);
}

}  // namespace
}  // namespace pac::stdlib::test
