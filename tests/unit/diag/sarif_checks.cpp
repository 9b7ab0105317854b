#include "tests/unit/diag/sarif_checks.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "tests/unit/diag/json_schema.h"

namespace pac::diag::test {

namespace {

using json::Value;

const Value& member(const Value& object, std::string_view name) {
  static const Value kNothing;
  const Value* found = object.find(name);
  EXPECT_NE(found, nullptr) << "no `" << name << "` in " << json::canonical(object);
  return found == nullptr ? kNothing : *found;
}

std::string text_of(const Value& object, std::string_view name) {
  const Value& value = member(object, name);
  EXPECT_TRUE(value.is_string()) << name;
  return value.is_string() ? value.as_string() : "";
}

int64_t int_of(const Value& object, std::string_view name) {
  const Value& value = member(object, name);
  EXPECT_TRUE(value.is_int()) << name;
  return value.is_int() ? value.as_int() : 0;
}

const json::Elements& array_of(const Value& object, std::string_view name) {
  static const json::Elements kNone;
  const Value& value = member(object, name);
  EXPECT_TRUE(value.is_array()) << name;
  return value.is_array() ? value.elements() : kNone;
}

// An object has no members but these: a misspelt one would be lost in silence.
void expect_only(const Value& object, const std::set<std::string>& names) {
  ASSERT_TRUE(object.is_object());
  for (const json::Member& m : object.members()) {
    EXPECT_TRUE(names.contains(m.key)) << m.key << " in " << json::canonical(object);
  }
}

void check_message(const Value& message) {
  expect_only(message, {"text"});
  text_of(message, "text");
}

void check_artifact_location(const Value& location) {
  expect_only(location, {"uri", "uriBaseId"});
  const std::string uri = text_of(location, "uri");
  for (const char c : uri) EXPECT_TRUE(c > 0x20 && c < 0x7F && c != '\\' && c != '"') << uri;
  const bool is_absolute = uri.starts_with("file:///");
  // A base is for relative references only.
  EXPECT_EQ(location.find("uriBaseId") == nullptr, is_absolute) << uri;
}

void check_region(const Value& region) {
  expect_only(region, {"startLine", "startColumn", "endLine", "endColumn"});
  const int64_t first = int_of(region, "startLine");
  const int64_t last = int_of(region, "endLine");
  EXPECT_GE(first, 1);
  EXPECT_GE(int_of(region, "startColumn"), 1);
  EXPECT_GE(int_of(region, "endColumn"), 1);
  EXPECT_GE(last, first);
  if (first == last) {
    EXPECT_GE(int_of(region, "endColumn"), int_of(region, "startColumn"));
  }
}

void check_physical_location(const Value& location) {
  expect_only(location, {"artifactLocation", "region"});
  check_artifact_location(member(location, "artifactLocation"));
  check_region(member(location, "region"));
}

void check_fix(const Value& fix) {
  expect_only(fix, {"description", "artifactChanges"});
  check_message(member(fix, "description"));
  EXPECT_FALSE(array_of(fix, "artifactChanges").empty());
  for (const Value& change : array_of(fix, "artifactChanges")) {
    expect_only(change, {"artifactLocation", "replacements"});
    check_artifact_location(member(change, "artifactLocation"));
    EXPECT_FALSE(array_of(change, "replacements").empty());
    for (const Value& replacement : array_of(change, "replacements")) {
      expect_only(replacement, {"deletedRegion", "insertedContent"});
      check_region(member(replacement, "deletedRegion"));
      check_message(member(replacement, "insertedContent"));
    }
  }
}

void check_rules(const json::Elements& rules) {
  std::set<std::string> ids;
  for (const Value& rule : rules) {
    expect_only(rule,
                {"id", "name", "shortDescription", "help", "helpUri", "defaultConfiguration"});
    EXPECT_TRUE(ids.insert(text_of(rule, "id")).second) << "two rules of one id";
    check_message(member(rule, "shortDescription"));
    check_message(member(rule, "help"));
    expect_only(member(rule, "defaultConfiguration"), {"level"});
    if (rule.find("helpUri") != nullptr) {
      EXPECT_NE(text_of(rule, "helpUri").find("://"), std::string::npos) << "an absolute URI";
    }
  }
}

void check_related(const Value& result) {
  if (result.find("relatedLocations") == nullptr) return;
  const json::Elements& places = array_of(result, "relatedLocations");
  EXPECT_LE(places.size(), 100u);
  std::set<int64_t> ids;
  for (const Value& place : places) {
    expect_only(place, {"id", "physicalLocation", "message"});
    EXPECT_TRUE(ids.insert(int_of(place, "id")).second);
    check_physical_location(member(place, "physicalLocation"));
    check_message(member(place, "message"));
  }
}

void check_result(const Value& result, const json::Elements& rules) {
  expect_only(result, {"ruleId", "ruleIndex", "level", "message", "locations", "relatedLocations",
                       "partialFingerprints", "fixes"});
  const auto index = static_cast<size_t>(int_of(result, "ruleIndex"));
  ASSERT_LT(index, rules.size());
  EXPECT_EQ(text_of(rules[index], "id"), text_of(result, "ruleId"));
  const std::set<std::string> levels = {"none", "note", "warning", "error"};
  EXPECT_TRUE(levels.contains(text_of(result, "level")));
  check_message(member(result, "message"));
  EXPECT_LE(array_of(result, "locations").size(), 1u);
  for (const Value& location : array_of(result, "locations")) {
    expect_only(location, {"physicalLocation"});
    check_physical_location(member(location, "physicalLocation"));
  }
  for (const json::Member& m : member(result, "partialFingerprints").members()) {
    EXPECT_TRUE(m.value.is_string());
  }
  check_related(result);
  if (result.find("fixes") == nullptr) return;
  for (const Value& fix : array_of(result, "fixes")) check_fix(fix);
}

void check_run(const Value& run) {
  expect_only(run, {"tool", "invocations", "columnKind", "originalUriBaseIds", "results"});
  const Value& driver = member(member(run, "tool"), "driver");
  expect_only(driver, {"name", "version", "rules"});
  EXPECT_EQ(text_of(driver, "name"), "pac");
  EXPECT_FALSE(text_of(driver, "version").empty());
  const json::Elements& rules = array_of(driver, "rules");
  check_rules(rules);
  EXPECT_EQ(text_of(run, "columnKind"), "utf16CodeUnits");
  for (const Value& invocation : array_of(run, "invocations")) {
    expect_only(invocation, {"executionSuccessful", "toolExecutionNotifications"});
    EXPECT_TRUE(member(invocation, "executionSuccessful").is_bool());
  }
  const json::Elements& results = array_of(run, "results");
  EXPECT_LE(results.size(), 5000u);
  for (const Value& result : results) check_result(result, rules);
}

}  // namespace

std::string sarif_problems(const Value& log) {
  static const JsonSchema kSchema = [] {
    std::ifstream file(PAC_SOURCE_DIR "/tests/data/sarif/sarif-2.1.0-rtm.5.json");
    std::stringstream text;
    text << file.rdbuf();
    auto schema = json::parse(text.str());
    EXPECT_TRUE(schema.has_value()) << "the schema of SARIF can't be read";
    return JsonSchema(schema ? std::move(*schema) : Value());
  }();
  std::string out;
  for (const std::string& problem : kSchema.problems(log)) out += problem + "\n";
  return out;
}

json::Value check_sarif(const std::string& text) {
  auto log = json::parse(text);
  EXPECT_TRUE(log.has_value()) << log.error().message;
  if (!log) return {};
  EXPECT_EQ(sarif_problems(*log), "");
  expect_only(*log, {"$schema", "version", "runs"});
  EXPECT_EQ(text_of(*log, "version"), "2.1.0");
  EXPECT_EQ(array_of(*log, "runs").size(), 1u);
  for (const Value& run : array_of(*log, "runs")) check_run(run);
  return std::move(*log);
}

}  // namespace pac::diag::test
