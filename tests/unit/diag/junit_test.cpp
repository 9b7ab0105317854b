#include "compiler/diag/junit.h"

#include "tests/unit/diag/testing.h"

namespace pac {
namespace {

TEST(JUnit, WritesEveryOutcome) {
  using junit::Outcome;
  junit::Suite suite{"loans", {}, {{"edition", "1"}}};
  junit::Case passed;
  passed.name = "a prime borrower";
  passed.class_name = "lending.interest";
  passed.duration_ms = 7;
  junit::Case failed = passed;
  failed.name = "b";
  failed.outcome = Outcome::failed;
  failed.type = "expectation";
  failed.message = "rate is 0.03";
  failed.details = "expected 0.02\nseen 0.03";
  failed.duration_ms = 1500;
  failed.properties = {{"rule", "prime"}};
  junit::Case error;
  error.name = "c";
  error.outcome = Outcome::error;
  error.type = "PAC5002";
  error.message = "division by zero";
  error.output = "trace";
  junit::Case skipped;
  skipped.name = "d";
  skipped.outcome = Outcome::skipped;
  skipped.message = "not chosen";
  suite.cases = {passed, failed, error, skipped};
  EXPECT_EQ(junit::write("pac test", {suite}),
            R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="pac test" tests="4" failures="1" errors="1" skipped="1" time="1.507">
  <testsuite name="loans" tests="4" failures="1" errors="1" skipped="1" time="1.507">
    <properties>
      <property name="edition" value="1"/>
    </properties>
    <testcase name="a prime borrower" classname="lending.interest" time="0.007"/>
    <testcase name="b" classname="lending.interest" time="1.500">
      <properties>
        <property name="rule" value="prime"/>
      </properties>
      <failure message="rate is 0.03" type="expectation">expected 0.02
seen 0.03</failure>
    </testcase>
    <testcase name="c" classname="">
      <error message="division by zero" type="PAC5002"></error>
      <system-out>trace</system-out>
    </testcase>
    <testcase name="d" classname="">
      <skipped message="not chosen"/>
    </testcase>
  </testsuite>
</testsuites>
)");
}

TEST(JUnit, EscapesWhatXmlCannotHold) {
  junit::Case test;
  test.name = "<a & \"b\">\n\t\r\x01\x1b\xFF\uFFFE😀";
  test.output = "x < y\n\ttab\r]]>";
  const std::string text = junit::write("s", {junit::Suite{"", {test}, {}}});
  EXPECT_NE(
      text.find("name=\"&lt;a &amp; &quot;b&quot;&gt;&#10;&#9;&#13;\uFFFD\uFFFD\uFFFD\uFFFD😀\""),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("<system-out>x &lt; y\n\ttab&#13;]]&gt;</system-out>"), std::string::npos)
      << text;
}

TEST(JUnit, MakesErrorsFailedCasesAndGivesEverySourceASuite) {
  diag::test::Source source("let x = 1\n");
  source.add("", "clean.pac");
  source.report(source.at("x"), "`x`").note("n");
  diag::Diagnostic warning = source.emitter.all().front();
  warning.severity = diag::Severity::warning;
  warning.span = {};
  const std::vector<diag::Diagnostic> all = {source.emitter.all().front(), warning};
  EXPECT_EQ(diag::render_junit(source.set, all),
            R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="pac check" tests="3" failures="1" errors="0" skipped="0">
  <testsuite name="rules/loan.pac" tests="1" failures="1" errors="0" skipped="0">
    <testcase name="PAC1001 at 1:5" classname="rules/loan.pac">
      <failure message="unexpected `x`" type="PAC1001">rules/loan.pac:1:5: error: unexpected `x`
note: n</failure>
    </testcase>
  </testsuite>
  <testsuite name="clean.pac" tests="1" failures="0" errors="0" skipped="0">
    <testcase name="no findings" classname="clean.pac"/>
  </testsuite>
  <testsuite name="pac" tests="1" failures="0" errors="0" skipped="0">
    <testcase name="PAC1001" classname="">
      <system-out>warning: unexpected `x`
note: n</system-out>
    </testcase>
  </testsuite>
</testsuites>
)");
}

}  // namespace
}  // namespace pac
