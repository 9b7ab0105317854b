#include "tests/unit/diag/sarif_checks.h"
#include "tests/unit/diag/testing.h"

namespace pac::diag {
namespace {

using json::Value;
using test::check_sarif;
using test::Source;

const Value& run_of(const Value& log) { return log.find("runs")->elements().front(); }
const json::Elements& results_of(const Value& log) {
  return run_of(log).find("results")->elements();
}

Value log_of(const Source& source, const Options& options = {}) {
  return check_sarif(render_sarif(source.set, source.emitter.all(), options));
}

std::string fingerprint(const Value& result) {
  return result.find("partialFingerprints")->find("primaryLocationLineHash")->as_string();
}

std::string location(const Value& result) {
  const Value& place = *result.find("locations")->elements().front().find("physicalLocation");
  return json::canonical(place);
}

TEST(Sarif, IsValidWithoutFilesAndWithoutResults) {
  SourceSet none;
  const Value log = check_sarif(render_sarif(none, {}));
  EXPECT_TRUE(results_of(log).empty());
  EXPECT_TRUE(run_of(log).find("tool")->find("driver")->find("rules")->elements().empty());
}

// The schema would say so if a log were wrong.
TEST(Sarif, SchemaRefusesDamagedLogs) {
  Source source("one\ntwo\n");
  source.report({});
  const std::string good = render_sarif(source.set, source.emitter.all());
  EXPECT_EQ(test::sarif_problems(*json::parse(good)), "");
  const std::pair<const char*, const char*> kDamages[] = {
      {"\"version\":\"2.1.0\"", "\"version\":\"2.0.0\""},
      {"\"runs\":", "\"run\":"},
      {"\"driver\":{", "\"driver\":{\"informationUri\":\"no uri\","},
      {"\"ruleIndex\":0", "\"ruleIndex\":-2"},
      {"\"message\":{\"text\":", "\"message\":{\"txt\":"}};
  for (const auto& [was, is] : kDamages) {
    std::string damaged = good;
    const size_t at = damaged.find(was);
    ASSERT_NE(at, std::string::npos) << was << " in " << good;
    damaged.replace(at, std::string_view(was).size(), is);
    EXPECT_NE(test::sarif_problems(*json::parse(damaged)), "") << is;
  }
}

TEST(Sarif, IsValidForAFindingWithoutAPlace) {
  Source source("");
  source.report({});
  EXPECT_TRUE(results_of(log_of(source)).front().find("locations")->elements().empty());
}

TEST(Sarif, HoldsPlacesFixesAndRules) {
  Source source("let 😀 = x + 1\nlet y = 2\n", "./rules/my loan.pac");
  const uint32_t other = source.add("z\n", "/abs/ä.pac");
  source.report(source.at("x"), "`x`")
      .label("here")
      .also(source.at("y"), "there")
      .also(source.in(other, "z"), "elsewhere")
      .also({}, "nowhere")
      .note("n")
      .fix(source.at("x"), "y", "write `y`");
  const Value log =
      log_of(source, Options{.tool_version = "1.2.3", .help_base = "https://e.org/d/"});
  const Value& driver = *run_of(log).find("tool")->find("driver");
  EXPECT_EQ(driver.find("version")->as_string(), "1.2.3");
  const Value& rule = driver.find("rules")->elements().front();
  EXPECT_EQ(rule.find("id")->as_string(), "PAC1001");
  EXPECT_EQ(rule.find("helpUri")->as_string(), "https://e.org/d/PAC1001.md");
  EXPECT_EQ(rule.find("shortDescription")->find("text")->as_string(), "unexpected …");
  const Value& result = results_of(log).front();
  EXPECT_EQ(result.find("message")->find("text")->as_string(),
            "unexpected `x`\nhere\nnote: n\nhelp: write `y`");
  // The smiley takes two UTF-16 units, so `x` stands in column 10, not 9.
  EXPECT_EQ(location(result),
            R"({"artifactLocation":{"uri":"rules/my%20loan.pac","uriBaseId":"%SRCROOT%"},)"
            R"("region":{"endColumn":11,"endLine":1,"startColumn":10,"startLine":1}})");
  const json::Elements& related = result.find("relatedLocations")->elements();
  ASSERT_EQ(related.size(), 2u);
  EXPECT_EQ(related[1].find("message")->find("text")->as_string(), "elsewhere");
  EXPECT_EQ(related[1].find("physicalLocation")->find("artifactLocation")->find("uri")->as_string(),
            "file:///abs/%C3%A4.pac");
  EXPECT_EQ(result.find("fixes")->elements().size(), 1u);
}

TEST(Sarif, FingerprintsStayWhenLinesMove) {
  Source source("let x = 1\n  let y = 2\n");
  source.report(source.at("x"));
  source.report(source.at("y"));
  Source moved("// a comment\n\n    let x = 1\n\nlet y = 2\n");
  moved.report(moved.at("x"));
  moved.report(moved.at("y"));
  const Value before = log_of(source);
  const Value after = log_of(moved);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(fingerprint(results_of(before)[i]), fingerprint(results_of(after)[i]));
    EXPECT_NE(location(results_of(before)[i]), location(results_of(after)[i]));
  }
  EXPECT_NE(fingerprint(results_of(before)[0]), fingerprint(results_of(before)[1]));
}

TEST(Sarif, FingerprintsTellEqualLinesApart) {
  Source source("let x = 1\nlet x = 1\n");
  source.report(source.bytes(4, 5));
  source.report(source.bytes(14, 15));
  const Value log = log_of(source);
  const std::string first = fingerprint(results_of(log)[0]);
  const std::string second = fingerprint(results_of(log)[1]);
  EXPECT_TRUE(first.ends_with(":1")) << first;
  EXPECT_TRUE(second.ends_with(":2")) << second;
  EXPECT_EQ(first.substr(0, 16), second.substr(0, 16));
}

TEST(Sarif, KeepsWithinWhatGitHubShows) {
  Source source("x\n");
  Diagnostic error{};
  error.kind = Kind::unexpected_token;
  error.span = source.at("x");
  error.labels.assign(150, Label{source.at("x"), "again"});
  Diagnostic warning = error;
  warning.severity = Severity::warning;
  warning.labels.clear();
  std::vector<Diagnostic> all(6000, warning);
  all.push_back(error);
  const Value log = check_sarif(render_sarif(source.set, all));
  EXPECT_EQ(results_of(log).size(), 5000u);
  size_t errors = 0;
  for (const Value& result : results_of(log)) {
    errors += result.find("level")->as_string() == "error" ? 1 : 0;
  }
  EXPECT_EQ(errors, 1u) << "warnings give way to errors";
  for (const Value& result : results_of(log)) {
    if (result.find("level")->as_string() != "error") continue;
    EXPECT_EQ(result.find("relatedLocations")->elements().size(), 100u);
    const std::string text = result.find("message")->find("text")->as_string();
    EXPECT_TRUE(text.ends_with("\nnote: 50 further places are left out")) << text;
  }
  const Value& invocation = run_of(log).find("invocations")->elements().front();
  const Value* notices = invocation.find("toolExecutionNotifications");
  ASSERT_NE(notices, nullptr);
  EXPECT_EQ(notices->elements().front().find("message")->find("text")->as_string(),
            "1001 findings are left out");
}

TEST(Sarif, HasTheSameBytesEachTime) {
  Source source("let x = 1\n");
  source.report(source.at("x")).also(source.at("1"), "there");
  EXPECT_EQ(render_sarif(source.set, source.emitter.all()),
            render_sarif(source.set, source.emitter.all()));
}

}  // namespace
}  // namespace pac::diag
