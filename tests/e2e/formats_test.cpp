// The formats for other tools, each held against what its readers require; and the happy path of
// the commands that have no file of their own here.
#include <algorithm>
#include <set>

#include "tests/e2e/cli.h"

namespace pac::e2e {
namespace {

constexpr const char* kBad =
    "package p edition 1\ndecision d {\n  input { age: imt }\n  output { ok: bool }\n"
    "  result { ok: 1 + true }\n}\n";

class Formats : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    file("bad.pac", kBad);
    file("good.pac", kWarned);
  }
};

// Tests that are missing are written, and the policy's own file is not overwritten.
TEST_F(Formats, GeneratesTestsToStandardOutput) {
  file("fees/fee.pac",
       "package p edition 1\ndecision d {\n  input { age: int in 0 .. 99 }\n"
       "  output { fee: int }\n  rules first {\n    rule young { when age < 18 then { fee: 0 } }\n"
       "    otherwise { fee: 5 }\n  }\n}\n");
  const Outcome o = pac("test fees/fee.pac --generate");
  EXPECT_EQ(o.exit, 0) << o.err;
  EXPECT_NE(o.out.find("test d "), std::string::npos) << o.out;
  EXPECT_EQ(pac("test fees/fee.pac --generate=fees/fee.pac").exit, 2);
  EXPECT_EQ(pac("test bad.pac --generate").exit, 1);
}

// Whether the file comes before the option or behind it, it is the file.
TEST_F(Formats, EvidenceTakesItsFileOnEitherSide) {
  for (const char* option : {"--coverage", "--mutate", "--generate", "--coverage=json"}) {
    const Outcome before = pac(std::string("test ") + option + " good.pac");
    const Outcome after = pac(std::string("test good.pac ") + option);
    EXPECT_EQ(before.exit, 0) << option << before.err;
    EXPECT_FALSE(before.out.empty()) << option;
    EXPECT_EQ(before.out, after.out) << option;
  }
  EXPECT_EQ(pac("test --coverage --format pretty good.pac").out,
            pac("test good.pac --coverage").out);
}

TEST_F(Formats, WithoutDecisionsThereIsNothingToCover) {
  file("types.pac", "package t edition 1\nenum Size { small, large }\n");
  const Outcome coverage = pac("test --coverage types.pac");
  EXPECT_EQ(coverage.exit, 0) << coverage.err;
  EXPECT_EQ(coverage.out, "There is nothing to cover: the package has no decisions.\n");
  const Outcome mutation = pac("test --mutate types.pac");
  EXPECT_EQ(mutation.out, "There is nothing to try: the package has no decisions.\n");
  const auto json = json::parse(pac("test --mutate=json types.pac").out);
  ASSERT_TRUE(json.has_value());
  EXPECT_TRUE(json->find("score")->is_null());
}

// Tests are made for a policy that uses other packages, and its bundle explains itself.
TEST_F(Formats, PoliciesThatUsePackagesHaveAllCommands) {
  file("sizes/sizes.pac", "package sizes edition 1\nenum Size { small, large }\n");
  file("app/app.pac",
       "package app edition 1\nuse sizes\ndecision d {\n  input { s: Size }\n"
       "  output { n: int }\n  rules first {\n    rule a { when s == small then { n: 1 } }\n"
       "    otherwise { n: 2 }\n  }\n}\n");
  const Outcome made = pac("test app/app.pac --generate");
  EXPECT_EQ(made.exit, 0) << made.err;
  EXPECT_TRUE(has(made.out, "test d ")) << made.out;
  EXPECT_EQ(pac("build app/app.pac -o app.pacb").exit, 0);
  const Outcome o = pac("explain app.pacb", "{\"s\":\"small\"}");
  EXPECT_TRUE(has(o.out, "yes    s == small   (s is small)")) << o.out << o.err;
}

// A file that can't be read keeps nobody from what was found in the others.
TEST_F(Formats, FindingsAreToldBesideAFileThatCanNotBeRead) {
  file("all/a/binary.pac", "\xff\xfe");
  file("all/b/bad.pac", kBad);
  const Outcome o = pac("check all --format sarif");
  EXPECT_EQ(o.exit, 3);
  EXPECT_TRUE(has(o.err, "PAC0103")) << o.err;
  EXPECT_TRUE(json::parse(o.out).has_value()) << o.out;
  EXPECT_TRUE(has(o.out, "bad.pac")) << o.out;
}

TEST_F(Formats, JsonIsOneObjectALine) {
  const Outcome o = pac("check bad.pac --format json");
  EXPECT_EQ(o.exit, 1);
  const auto lines = lines_of(o.out);
  ASSERT_EQ(lines.size(), 2u) << o.out;
  for (const std::string& line : lines) {
    const auto value = json::parse(line);
    ASSERT_TRUE(value.has_value()) << line;
    for (const char* key : {"code", "severity", "message"})
      EXPECT_NE(value->find(key), nullptr) << key << " in " << line;
  }
}

TEST_F(Formats, SarifHasWhatItsReadersRequire) {
  const Outcome o = pac("check bad.pac good.pac --format sarif");
  EXPECT_EQ(o.exit, 1);
  const auto log = json::parse(o.out);
  ASSERT_TRUE(log.has_value()) << o.out;
  EXPECT_EQ(log->find("version")->as_string(), "2.1.0");
  ASSERT_NE(log->find("$schema"), nullptr);
  const auto& runs = log->find("runs")->elements();
  ASSERT_EQ(runs.size(), 1u);
  const json::Value* driver = runs[0].find("tool")->find("driver");
  EXPECT_EQ(driver->find("name")->as_string(), "pac");
  std::set<std::string> rules;
  for (const auto& rule : driver->find("rules")->elements())
    rules.insert(rule.find("id")->as_string());
  const auto& results = runs[0].find("results")->elements();
  EXPECT_EQ(results.size(), 3u);
  for (const auto& result : results) {
    EXPECT_TRUE(rules.contains(result.find("ruleId")->as_string()));
    EXPECT_FALSE(result.find("message")->find("text")->as_string().empty());
    const json::Value* place = result.find("locations")->elements()[0].find("physicalLocation");
    EXPECT_FALSE(place->find("artifactLocation")->find("uri")->as_string().empty());
    EXPECT_GE(place->find("region")->find("startLine")->as_int(), 1);
    const std::string level = result.find("level")->as_string();
    EXPECT_TRUE(level == "error" || level == "warning") << level;
  }
}

TEST_F(Formats, GithubAnnotatesLines) {
  const Outcome o = pac("check bad.pac good.pac --format github");
  EXPECT_EQ(o.exit, 1);
  for (const std::string& line : lines_of(o.out)) {
    EXPECT_TRUE(line.starts_with("::error ") || line.starts_with("::warning ")) << line;
    EXPECT_TRUE(has(line, "file=") && has(line, "line=")) << line;
  }
  EXPECT_TRUE(has(o.out, "file=bad.pac,line=3"));
}

// One root; tags that open are closed, in order; attributes are quoted; no bare & or <.
bool is_well_formed(const std::string& xml) {
  std::vector<std::string> open;
  int roots = 0;
  for (size_t at = 0; at < xml.size(); ++at) {
    if (xml[at] == '&') {
      const size_t end = xml.find(';', at);
      if (end == std::string::npos || end - at > 8) return false;
    }
    if (xml[at] != '<') continue;
    const size_t end = xml.find('>', at);
    if (end == std::string::npos) return false;
    const std::string tag = xml.substr(at + 1, end - at - 1);
    at = end;
    if (tag.starts_with("?")) continue;
    if (std::ranges::count(tag, '"') % 2 != 0 || has(tag, "<")) return false;
    const std::string name = tag.substr(
        tag.starts_with("/") ? 1 : 0, tag.find_first_of(" /", 1) - (tag.starts_with("/") ? 1 : 0));
    if (tag.starts_with("/")) {
      if (open.empty() || open.back() != name) return false;
      open.pop_back();
    } else {
      roots += open.empty() ? 1 : 0;
      if (!tag.ends_with("/")) open.push_back(name);
    }
  }
  return open.empty() && roots == 1;
}

TEST_F(Formats, JunitIsWellFormed) {
  file("t.pac",
       "package t edition 1\ndecision d {\n  input { x: int }\n  output { y: int }\n"
       "  result { y: x }\n}\ntest d \"a < b & \\\"c\\\"\" { given { x: 1 } expect { y: 2 } }\n"
       "test d \"fine\" { given { x: 1 } expect { y: 1 } }\n");
  const Outcome tests = pac("test t.pac --format junit");
  EXPECT_EQ(tests.exit, 1);
  EXPECT_TRUE(is_well_formed(tests.out)) << tests.out;
  EXPECT_TRUE(has(tests.out, "tests=\"4\" failures=\"2\"")) << tests.out;
  const Outcome check = pac("check bad.pac good.pac --format junit");
  EXPECT_EQ(check.exit, 1);
  EXPECT_TRUE(is_well_formed(check.out)) << check.out;
  EXPECT_FALSE(is_well_formed("<a><b></a></b>"));
  EXPECT_FALSE(is_well_formed("<a/><b/>"));
}

// A folder and all below it, each folder a package; hidden folders are passed over.
TEST_F(Formats, FoldersAreWalked) {
  file("all/a/a.pac", "package a edition 1\nenum E { x }\n");
  file("all/b/c/b.pac", kWarned);
  file("all/b/c/b2.pac", "package shop edition 1\nenum  F  { y }\n");
  file("all/.hidden/bad.pac", kBad);
  const Outcome check = pac("check all");
  EXPECT_EQ(check.exit, 0) << check.err;
  EXPECT_EQ(check.out, "3 files checked: 1 decision, 2 rules, 1 warning\n");
  EXPECT_EQ(pac("test all").out, "1 test in both engines: 2 passed, 0 failed\n");
  EXPECT_EQ(pac("fmt all --check").exit, 1);
  EXPECT_EQ(pac("fmt all").exit, 0);
  EXPECT_EQ(pac("fmt all --check").exit, 0);
  file("all/b/d/bad.pac", kBad);
  EXPECT_EQ(pac("check all").exit, 1);
  EXPECT_EQ(pac("test all").exit, 1);
}

TEST_F(Formats, FmtReadsStandardInput) {
  const Outcome o = pac("fmt -", "package  p   edition 1\nenum E {x,y}\n");
  EXPECT_EQ(o.exit, 0) << o.err;
  EXPECT_TRUE(o.out.starts_with("package p edition 1\n")) << o.out;
  EXPECT_EQ(pac("fmt - --check", o.out).exit, 0);
  EXPECT_TRUE(has(pac("fmt - --diff", "package  p edition 1\nenum E {x,y}\n").out, "+package p"));
  EXPECT_EQ(pac("fmt -", "package p edition 1\ndecision {").exit, 1);
}

TEST_F(Formats, NewMakesWhatPasses) {
  const Outcome o = pac("new discounts");
  EXPECT_EQ(o.exit, 0) << o.err;
  for (const char* command : {"check discounts", "test discounts", "fmt discounts --check",
                              "run discounts --input discounts/orders.jsonl",
                              "explain discounts --input discounts/orders.jsonl --line 2",
                              "build discounts", "test discounts/discounts.pacb", "doc discounts",
                              "gen cpp discounts", "inspect discounts"}) {
    const Outcome next = pac(command);
    EXPECT_EQ(next.exit, 0) << command << next.err;
  }
}

TEST_F(Formats, InspectShowsEachStructure) {
  EXPECT_TRUE(json::parse(lines_of(pac("inspect good.pac --dump=json").out)[0]).has_value());
  EXPECT_TRUE(has(pac("inspect good.pac --dump=ir").out, "decision discount"));
  EXPECT_TRUE(has(pac("inspect good.pac --dump=llvm --optimize 0").out, "define "));
  EXPECT_TRUE(has(pac("inspect good.pac").out, "shop.discount (first, 2 rules)"));
}

TEST_F(Formats, DocTellsOfFunctionsAndPolicies) {
  EXPECT_TRUE(has(pac("doc whole_years").out, "leap_day: feb_28|mar_1"));
  EXPECT_TRUE(has(pac("doc dates --format markdown").out, "## use std.dates"));
  const Outcome o = pac("doc good.pac");
  EXPECT_EQ(o.exit, 0) << o.err;
  for (const char* part :
       {"# shop\n", "## Decision `discount`",
        "| `total` | input | `decimal(2)` | in 0.01 .. 1000.00, EUR",
        "Assumes `who.email is present or total <= 500.00`.", "- `large` is `total >= 100.00`",
        "- **mine** when `who.id == \"me\"` then `percent: 5`.", "(personal: identifier)"}) {
    EXPECT_TRUE(has(o.out, part)) << part << "\n" << o.out;
  }
}

}  // namespace
}  // namespace pac::e2e
