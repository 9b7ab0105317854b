// Names: every one is a name, and unique where it is looked up.
#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "runtime/base/utf8.h"
#include "runtime/ir/verify_state.h"

namespace pac::ir {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_identifier(std::string_view text) {
  if (text.empty() || text.size() > kMaxNameBytes || !is_letter(text[0])) return false;
  return std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c); });
}

// Identifiers joined by dots: what is declared in another package, or belongs to a decision.
bool is_qualified(std::string_view text) {
  if (text.size() > kMaxNameBytes) return false;
  for (size_t at = 0;;) {
    const size_t dot = text.find('.', at);
    if (dot == std::string_view::npos) return is_identifier(text.substr(at));
    if (!is_identifier(text.substr(at, dot - at))) return false;
    at = dot + 1;
  }
}

bool is_wire_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameBytes && valid_utf8(text) &&
         text.find('\0') == std::string_view::npos;
}

// As in the tz database: "Europe/Helsinki", "Etc/GMT+3".
bool is_zone_name(std::string_view text) {
  if (text.empty() || text.size() > kMaxNameBytes || !is_letter(text[0])) return false;
  return text.find("..") == std::string_view::npos && std::ranges::all_of(text, [](char c) {
           return is_letter(c) || is_digit(c) || c == '/' || c == '+' || c == '-';
         });
}

// The first of the names that is doubled or isn't one; empty: none.
template <typename Range, typename NameOf, typename IsName>
std::string bad_name(const Range& range, NameOf name_of, IsName is_name) {
  std::unordered_set<std::string_view> seen;
  for (const auto& each : range) {
    const std::string& name = name_of(each);
    if (!is_name(name)) {
      return valid_utf8(name) ? "`" + name + "` is no valid name" : "a name is not valid UTF-8";
    }
    if (!seen.insert(name).second) return "`" + name + "` is declared twice";
  }
  return {};
}

const auto kName = [](const auto& each) -> const std::string& { return each.name; };

}  // namespace

bool Verifier::check_names() {
  const auto check = [&](const std::string& place, const std::string& problem) {
    return problem.empty() || fail_at("PAC4105", place, problem);
  };
  // NOLINTNEXTLINE(bugprone-return-const-ref-from-parameter): of the rule set, which outlives it
  const auto itself = [](const std::string& name) -> const std::string& { return name; };
  if (!rs_.package.empty() && !is_qualified(rs_.package)) {
    return fail_at("PAC4105", "rule set", "the package's name is no valid name");
  }
  if (!check("enums", bad_name(rs_.enums, kName, is_qualified)) ||
      !check("records", bad_name(rs_.records, kName, is_qualified)) ||
      !check("params", bad_name(rs_.params, kName, is_qualified)) ||
      !check("duties", bad_name(rs_.duties, kName, is_qualified)) ||
      !check("time zones", bad_name(rs_.zones, itself, is_zone_name)) ||
      !check("decisions", bad_name(rs_.decisions, kName, is_qualified))) {
    return false;
  }
  for (const Enum& each : rs_.enums) {
    const auto wire = [](const EnumValue& value) -> const std::string& { return value.wire; };
    const std::string place = "enum `" + each.name + "`";
    if (!check(place, bad_name(each.values, kName, is_identifier)) ||
        !check(place + ", wire names", bad_name(each.values, wire, is_wire_name))) {
      return false;
    }
  }
  for (const Record& each : rs_.records) {
    if (!check("record `" + each.name + "`", bad_name(each.fields, kName, is_identifier)))
      return false;
    for (const Field& field : each.fields) {
      if (!field.unit.empty() && !is_identifier(field.unit)) {
        return fail_at("PAC4105", "record `" + each.name + "`", "a unit is no valid name");
      }
    }
  }
  for (const Param& each : rs_.params) {
    if (!each.unit.empty() && !is_identifier(each.unit)) {
      return fail_at("PAC4105", "param `" + each.name + "`", "its unit is no valid name");
    }
  }
  for (const FunctionRef& each : rs_.functions) {
    if (!is_qualified(each.name)) return fail_at("PAC4105", "functions", "a name is no valid name");
  }
  for (const Decision& each : rs_.decisions) {
    const std::string place = "decision `" + each.name + "`";
    if (!check(place + ", rules", bad_name(each.rules, kName, is_identifier)) ||
        !check(place + ", features", bad_name(each.features, kName, is_qualified))) {
      return false;
    }
    for (const Rule& rule : each.rules) {
      if (rule.name == "otherwise")
        return fail_at("PAC4105", place, "`otherwise` is no rule's name");
    }
  }
  return true;
}

}  // namespace pac::ir
