// The command line as a user meets it: output, exit codes, and what it says of bad input.
#include <algorithm>

#include "tests/e2e/cli.h"

namespace pac::e2e {
namespace {

TEST_F(Cli, ChecksOneFileInOneLine) {
  const Outcome o = pac("check " + loan_);
  EXPECT_EQ(o.exit, 0);
  EXPECT_EQ(o.out, "1 file checked: 1 decision, 1 rule, 0 warnings\n");
  EXPECT_EQ(o.err, "");
}

TEST_F(Cli, NamesPlaceAndCureOfAMistake) {
  const Outcome o = pac("check " + file("bad.pac",
                                        "package p edition 1\ndecision d {\n  input { age: int }\n"
                                        "  output { ok: bool }\n  result { ok: agee > 1 }\n}\n"));
  EXPECT_EQ(o.exit, 1);
  EXPECT_NE(o.err.find("error[PAC1201]"), std::string::npos) << o.err;
  EXPECT_NE(o.err.find("bad.pac:5:16"), std::string::npos) << o.err;
  EXPECT_NE(o.err.find("did you mean `age`"), std::string::npos) << o.err;
}

TEST_F(Cli, ReportsSeveralMistakesAtOnce) {
  const Outcome o =
      pac("check --format json " + file("bad.pac",
                                        "package p edition 1\ndecision d {\n  input { age: imt }\n"
                                        "  output { ok: bool }\n  result { ok: 1 + true }\n}\n"
                                        "test d2 \"x\" { expect { ok: true } }\n"));
  EXPECT_EQ(o.exit, 1);
  int lines = 0;
  for (size_t at = 0; at < o.out.size(); at = o.out.find('\n', at) + 1) {
    auto value = json::parse(std::string_view(o.out).substr(at, o.out.find('\n', at) - at));
    ASSERT_TRUE(value.has_value()) << o.out;
    ++lines;
  }
  EXPECT_EQ(lines, 3) << o.out;
}

TEST_F(Cli, SaysWhatItNeeds) {
  EXPECT_EQ(pac("").exit, 2);
  EXPECT_EQ(pac("check --no-such-option x").exit, 2);
  const Outcome typo = pac("chekc x");
  EXPECT_EQ(typo.exit, 2);
  EXPECT_NE(typo.err.find("did you mean `check`"), std::string::npos) << typo.err;
  const Outcome absent = pac("check " + (folder_ / "absent.pac").string());
  EXPECT_EQ(absent.exit, 3);
  EXPECT_NE(absent.err.find("PAC0101"), std::string::npos) << absent.err;
}

TEST_F(Cli, HelpShowsAnExampleForEachCommand) {
  const Outcome all = pac("help");
  EXPECT_EQ(all.exit, 0);
  for (const char* command : {"check", "run", "test", "inspect"}) {
    EXPECT_NE(all.out.find(std::string("pac ") + command), std::string::npos);
    const Outcome one = pac(std::string("help ") + command);
    EXPECT_EQ(one.exit, 0);
    EXPECT_NE(one.out.find("Example:"), std::string::npos) << one.out;
  }
  EXPECT_EQ(pac("version").exit, 0);
}

TEST_F(Cli, DecidesJsonLinesAndRefusesWhatIsOutside) {
  for (const char* engine : {"native", "interp"}) {
    const Outcome o = pac("run " + loan_ + " --format json -q --engine " + engine,
                          "{\"credit_score\":700,\"amount\":10000}\n\n"
                          "{\"credit_score\":699,\"amount\":\"10000.00\"}\n"
                          "{\"credit_score\":700,\"amount\":10000.001}\n"
                          "{\"credit_score\":700,\"amount\":1,\"amount\":1}\n"
                          "{\"credit_score\":700\n");
    EXPECT_EQ(o.exit, 1);
    EXPECT_EQ(
        o.out.substr(0, o.out.find("{\"status\":\"refused\"")),
        "{\"decision\":\"lending.loan.loan\",\"status\":\"ok\",\"output\":{\"eligible\":true,"
        "\"reason\":"
        "\"Approved by DSL: High score, low amount\"},\"fired\":[\"high_score_low_amount\"]}\n"
        "{\"decision\":\"lending.loan.loan\",\"status\":\"ok\",\"output\":{\"eligible\":false,"
        "\"reason\":"
        "\"Default deny\"},\"fired\":[\"otherwise\"]}\n");
    EXPECT_NE(o.out.find("\"line\":4"), std::string::npos) << o.out;
    EXPECT_NE(o.out.find("\"line\":6"), std::string::npos) << o.out;
  }
}

TEST_F(Cli, BothEnginesWriteTheSameBytes) {
  const std::string credit = std::string(PAC_SOURCE_DIR) + "/examples/credit/";
  const std::string arguments = "run " + credit + "credit.pac --decision credit --input " + credit +
                                "applications.csv --format json -q --engine ";
  const Outcome native = pac(arguments + "native"), interp = pac(arguments + "interp");
  EXPECT_EQ(native.exit, 0) << native.err;
  EXPECT_EQ(native.out, interp.out);
  EXPECT_EQ(std::count(native.out.begin(), native.out.end(), '\n'), 1000);
}

TEST_F(Cli, GoesOnAfterABadCsvRow) {
  const Outcome o = pac("run " + loan_ + " --format json -q --input " +
                        file("in.csv", "credit_score,amount\n700,1\nabc,1\n,1\n650,2.50\n"));
  EXPECT_EQ(o.exit, 1);
  EXPECT_EQ(std::count(o.out.begin(), o.out.end(), '\n'), 4) << o.out;
  EXPECT_NE(o.out.find("\"line\":3"), std::string::npos) << o.out;
  EXPECT_NE(o.out.find("\"path\":\"credit_score\""), std::string::npos) << o.out;
}

TEST_F(Cli, ExitDecisionTellsErrors) {
  const std::string policy =
      file("p.pac",
           "package p edition 1\ndecision d {\n  input { x: int }\n  output { y: int }\n"
           "  rules unique { rule a { when x > 1 then { y: 1 } } }\n}\n");
  EXPECT_EQ(pac("run " + policy + " --format json", "{\"x\":0}").exit, 0);
  const Outcome o = pac("run " + policy + " --format json --exit-decision", "{\"x\":0}");
  EXPECT_EQ(o.exit, 4);
  EXPECT_NE(o.out.find("\"code\":\"PAC5005\""), std::string::npos) << o.out;
}

TEST_F(Cli, FailedTestsAreFindings) {
  const Outcome o = pac(
      "test " + file("p.pac",
                     "package p edition 1\ndecision d {\n  input { x: int }\n  output { y: int }\n"
                     "  result { y: x + 1 }\n}\n"
                     "test d \"right\" { given { x: 1 } expect { y: 2 } }\n"
                     "test d \"wrong\" { given { x: 1 } expect { y: 3 } }\n"));
  EXPECT_EQ(o.exit, 1);
  EXPECT_NE(o.out.find("y: expected 3, got 2"), std::string::npos) << o.out;
  EXPECT_NE(o.out.find("2 tests in both engines: 2 passed, 2 failed"), std::string::npos) << o.out;
  const Outcome junit = pac("test --format junit " + loan_);
  EXPECT_EQ(junit.exit, 0);
  EXPECT_NE(junit.out.find("<testsuite"), std::string::npos);
}

TEST_F(Cli, SurvivesHostileFiles) {
  EXPECT_EQ(pac("check " + file("empty.pac", "")).exit, 1);
  EXPECT_EQ(pac("check " + file("binary.pac", std::string("\x00\xff\xfe", 3))).exit, 3);
  const Outcome deep = pac(
      "check " +
      file("deep.pac", "package p edition 1\ndecision d { output { y: int } result { y: " +
                           std::string(100'000, '(') + "1" + std::string(100'000, ')') + " } }"));
  EXPECT_EQ(deep.exit, 1) << deep.err.substr(0, 500);
  EXPECT_EQ(pac("check " + folder_.string() + "/nothing").exit, 3);
}

}  // namespace
}  // namespace pac::e2e
