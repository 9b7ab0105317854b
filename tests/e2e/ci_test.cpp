// `pac ci` as a user meets it: every example is clean, a fault of each kind planted in a copy of an
// example is found, each format says so, and the output is the same for any number of threads.
#include <algorithm>

#include "tests/e2e/cli.h"

namespace pac::e2e {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

class Ci : public Cli {
 protected:
  // A copy of an example with one change.
  std::string planted(const std::string& example, const std::string& from, const std::string& to) {
    const std::string text = read(source_ + "/examples/" + example);
    return file("copy/" + example.substr(example.find('/') + 1), replaced(text, from, to));
  }
};

class Example : public Cli, public testing::WithParamInterface<const char*> {};

TEST_P(Example, IsClean) {
  const Outcome ci = pac("ci " + source_ + "/examples/" + GetParam());
  EXPECT_EQ(ci.exit, 0) << ci.err << ci.out;
  EXPECT_TRUE(has(ci.out, "clean: 1 package")) << ci.out;
}

INSTANTIATE_TEST_SUITE_P(Ci, Example,
                         testing::Values("ai_act", "credit", "gateway", "lending_tck", "loan",
                                         "promotion", "run_errors", "tax_and_benefit"),
                         [](const auto& each) { return std::string(each.param); });

TEST_F(Ci, KnowsEachExample) {
  size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(source_ + "/examples")) {
    if (!entry.is_directory()) continue;
    for (const auto& one : std::filesystem::directory_iterator(entry)) {
      count += one.path().extension() == ".pac" ? 1 : 0;
    }
  }
  EXPECT_EQ(count, 8u) << "name the new example above";
}

struct Plant {
  const char* code;
  const char* example;
  const char* from;
  const char* to;
};

const Plant kPlants[] = {
    {"PAC1019", "loan/loan.pac", "credit_score >= 700 and", "credit_score = 700 and"},
    {"PAC1201", "loan/loan.pac", "when credit_score >= 700", "when credit_scor >= 700"},
    {"PAC2001", "credit/credit.pac", "sound_short: 0 .. 14   | <= 24",
     "sound_short: 0 .. 15   | <= 24"},
    {"PAC2101", "credit/credit.pac", "thin_short:  -15 .. -1 | <= 24",
     "thin_short:  -15 .. -1 | < 24 "},
    {"PAC2201", "loan/loan.pac", "    otherwise {",
     "    rule higher {\n      when credit_score >= 800 and amount <= 500.00\n"
     "      then { eligible: true, reason: \"again\" }\n    }\n    otherwise {"},
    {"PAC2202", "loan/loan.pac", "credit_score >= 700 and amount <= 10_000.00",
     "credit_score >= 700 and credit_score < 600"},
    {"PAC2203", "loan/loan.pac", "    otherwise {",
     "    rule rest {\n      when credit_score < 700 or amount > 10_000.00\n"
     "      then { eligible: false, reason: \"Default deny\" }\n    }\n    otherwise {"},
    {"PAC2002", "tax_and_benefit/tax_and_benefit.pac", "rule food_rate overrides general_rate {",
     "rule food_rate {"},
    {"PAC2204", "credit/credit.pac", "    4    | -      | > 350.00 => heavy\n",
     "    4    | -      | > 600.00 => heavy\n    4    | < 3    | > 350.00 => heavy\n"
     "    4    | >= 3   | > 350.00 => heavy\n"},
    {"PAC2205", "credit/credit.pac", "    1, 2 | -      | -        => light\n",
     "    1, 2 | -      | -        => light\n    3    | < 2    | -        => fair\n"},
    {"PAC2207", "loan/loan.pac", "when credit_score >= 700 and",
     "when credit_score >= 700 and credit_score >= 600 and"},
    {"PAC2208", "loan/loan.pac", "when credit_score >= 700 and",
     "when (credit_score >= 700 or credit_score > 750) and"},
    {"PAC2209", "credit/credit.pac", "enum Outcome { accept, review, refuse }",
     "enum Outcome { accept, review, refuse, defer }"},
    {"PAC2301", "loan/loan.pac", "when credit_score >= 700 and",
     "when credit_score >= 700 and 100 / (credit_score - 700) >= 0 and"},
    {"PAC2302", "credit/credit.pac", "    rate:   decimal(4) in 0.0000 .. 0.2000",
     "    rate:   decimal(4) in 0.0000 .. 0.1000"},
    {"PAC2401", "credit/credit.pac", "when burden == heavy and score < 0",
     "when burden == heavy and score < 0 and a.age < 30"},
    {"PAC2901", "loan/loan.pac", "test loan \"a good score and a small amount\"",
     "decision alike {\n  input { a: string max 9 chars, b: string max 9 chars }\n"
     "  output { y: bool }\n  rules first {\n"
     "    rule never { when a == b and a == \"x\" and b == \"y\" then { y: true } }\n"
     "    otherwise { y: false }\n  }\n}\n\ntest loan \"a good score and a small amount\""},
    {"PAC3101", "loan/loan.pac", "  input {", "  input   {"},
    {"PAC3102", "loan/loan.pac", "700          | 10_000.00 => true ",
     "700          | 10_000.00 => false"},
};

// Only what stands in the way counts: a policy that can't be read shows its first mistakes.
TEST_F(Ci, FindsAPlantedFaultOfEachKind) {
  for (const Plant& plant : kPlants) {
    const std::string path = planted(plant.example, plant.from, plant.to);
    const Outcome ci = pac("ci --no-mutation --deny warnings " + path);
    EXPECT_EQ(ci.exit, 1) << plant.code << " in " << plant.example;
    EXPECT_TRUE(has(ci.err, plant.code)) << plant.code << "\n" << ci.err << ci.out;
    EXPECT_TRUE(has(ci.out, "not clean: 1 of 1 package")) << ci.out;
    std::filesystem::remove_all(folder_ / "copy");
  }
}

// Advice that stands in nobody's way is told by `check` alone.
TEST_F(Ci, RowsThatCanBeOneAreANote) {
  const std::string path =
      planted("credit/credit.pac", "    1, 2 | -      | -        => light\n",
              "    1    | -      | -        => light\n    2    | -      | -        => light\n");
  const Outcome check = pac("check " + path);
  EXPECT_EQ(check.exit, 0) << check.err;
  EXPECT_TRUE(has(check.err, "note[PAC2206]")) << check.err;
}

// Tests that show too little: without the table of edges nothing notices a limit that is off by
// one.
TEST_F(Ci, AsksForWhatTestsShow) {
  const std::string text = read(loan_);
  file("loan.pac", text.substr(0, text.find("\ntest loan \"a good score and a large amount\"")));
  const Outcome ci = pac("ci loan.pac");
  EXPECT_EQ(ci.exit, 1);
  EXPECT_TRUE(has(ci.err, "rules and conditions that tests show")) << ci.err;
  EXPECT_TRUE(has(ci.err, "mistakes that tests notice")) << ci.err;
  file("pac.toml", "[test]\nbranch = 0\nmutation = 0\n");
  EXPECT_EQ(pac("ci loan.pac").exit, 0);
}

TEST_F(Ci, WarningsAreFineUnlessDenied) {
  file("shop.pac", kWarned);
  EXPECT_FALSE(has(pac("ci shop.pac --no-mutation").out, "check     FAILED"));
  EXPECT_TRUE(has(pac("ci shop.pac --no-mutation --deny warnings").out, "check     FAILED"));
}

TEST_F(Ci, ComparesWithABase) {
  if (shell("command -v git").exit != 0) GTEST_SKIP() << "there is no git";
  const std::string text = read(loan_);
  file("rules/loan.pac", text);
  ASSERT_EQ(
      shell("git init -q . && git add -A && git -c user.name=t -c user.email=t@t commit -qm x")
          .exit,
      0);
  const Outcome same = pac("ci rules --base HEAD");
  EXPECT_EQ(same.exit, 0) << same.err;
  EXPECT_TRUE(has(same.out, "answers as in HEAD, proved")) << same.out;
  file("rules/loan.pac", replaced(text, "amount <= 10_000.00\n", "amount <= 10_000.01\n"));
  const Outcome other = pac("ci rules --base HEAD --no-mutation");
  EXPECT_TRUE(has(other.err, "PAC3104")) << other.err;
  EXPECT_TRUE(has(other.err, "`otherwise` -> `high_score_low_amount`")) << other.err;
  EXPECT_TRUE(has(other.out, "1 decision of 1 other than in HEAD")) << other.out;
  EXPECT_TRUE(has(other.out, "base      ok")) << other.out;
  EXPECT_TRUE(
      has(pac("ci rules --base HEAD --no-mutation --deny changes").out, "base      FAILED"));
  file("rules/loan.pac", replaced(text, "int in 300 .. 850", "int in 400 .. 850"));
  EXPECT_FALSE(has(pac("ci rules --base HEAD --no-mutation").err, "PAC3204"));
  EXPECT_TRUE(has(pac("ci rules --base HEAD --no-mutation --contract").err, "PAC3204"));
  // A package that the base does not have.
  file("rules/more/more.pac", replaced(text, "package lending.loan", "package lending.more"));
  EXPECT_TRUE(has(pac("ci rules --base HEAD --no-mutation").out, "the package is new"));
}

TEST_F(Ci, EachFormatIsTheSameForAnyNumberOfThreads) {
  for (const char* example : {"loan/loan.pac", "run_errors/run_errors.pac", "ai_act/ai_act.pac"}) {
    file(std::string("all/") + example, read(source_ + "/examples/" + example));
  }
  file("all/shop/shop.pac", kWarned);
  file("all/bad/bad.pac", "package bad edition 1\n\ndecision {\n");
  for (const char* format : {"pretty", "json", "sarif", "junit", "github"}) {
    const std::string arguments = std::string("ci all --no-mutation --format ") + format;
    const Outcome one = pac(arguments + " --jobs 1 --sarif a.sarif --junit a.xml");
    const Outcome many = pac(arguments + " --jobs 7 --sarif b.sarif --junit b.xml");
    EXPECT_EQ(one.exit, 1);
    EXPECT_EQ(many.exit, one.exit);
    EXPECT_EQ(many.out, one.out) << format;
    EXPECT_EQ(many.err, one.err) << format;
    EXPECT_EQ(read(path("a.sarif")), read(path("b.sarif")));
    EXPECT_EQ(read(path("a.xml")), read(path("b.xml")));
  }
}

TEST_F(Ci, MistakesAreTheSameForAnyNumberOfThreads) {
  file("all/one/loan.pac", read(loan_));
  file("all/two/loan.pac", replaced(read(loan_), "package lending.loan", "package lending.two"));
  EXPECT_EQ(pac("ci all --jobs 2 --format json").out, pac("ci all --format json").out);
}

TEST_F(Ci, SarifHoldsWhatStandsInTheWay) {
  file("bad.pac", "package bad edition 1\n\ndecision {\n");
  const Outcome bad = pac("ci bad.pac --format sarif");
  EXPECT_EQ(bad.exit, 1);
  const auto log = json::parse(bad.out);
  ASSERT_TRUE(log.has_value()) << bad.out;
  const json::Value& run = log->find("runs")->elements()[0];
  EXPECT_FALSE(run.find("results")->elements().empty());
  for (const json::Value& result : run.find("results")->elements()) {
    EXPECT_NE(result.find("partialFingerprints"), nullptr);
    EXPECT_FALSE(result.find("locations")->elements().empty());
  }
}

TEST_F(Ci, JsonHasAllGates) {
  file("loan.pac", read(loan_));
  const Outcome ci = pac("ci loan.pac --format json");
  EXPECT_EQ(ci.exit, 0) << ci.err;
  const auto all = json::parse(ci.out);
  ASSERT_TRUE(all.has_value()) << ci.out;
  EXPECT_TRUE(all->find("clean")->as_bool());
  const json::Value& gates = *all->find("packages")->elements()[0].find("gates");
  for (const char* gate : {"format", "check", "test", "coverage", "mutation"}) {
    ASSERT_NE(gates.find(gate), nullptr) << gate;
    EXPECT_EQ(gates.find(gate)->find("state")->as_string(), "passed") << gate;
  }
}

TEST_F(Ci, SaysWhatItNeeds) {
  file("loan.pac", read(loan_));
  EXPECT_EQ(pac("ci nothing.pac").exit, 3);
  EXPECT_EQ(pac("ci loan.pac --contract").exit, 2);
  EXPECT_EQ(pac("ci loan.pac --deny everything").exit, 2);
  EXPECT_EQ(pac("ci loan.pac --jobs 0").exit, 2);
  EXPECT_EQ(pac("ci loan.pac --base no_such_revision").exit, 3);
  EXPECT_EQ(pac("ci loan.pac --format html").exit, 2);
  EXPECT_EQ(pac("ci loan.pac --junit no/such/folder/x.xml --no-mutation").exit, 3);
  // Without a path: everything in the current folder.
  EXPECT_TRUE(has(pac("ci --no-mutation").out, "lending.loan"));
}

}  // namespace
}  // namespace pac::e2e
