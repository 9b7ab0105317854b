// `pac diff` as a user meets it: the report of a changed limit word for word, revisions of git,
// recorded decisions, exit codes.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "runtime/base/json.h"

namespace pac {
namespace {

namespace fs = std::filesystem;

struct Outcome {
  int exit = -1;
  std::string out, err;
};

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

class DiffCli : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("pac_diff_test_" + std::to_string(getpid()));
    fs::create_directories(folder_ / "a");
    fs::create_directories(folder_ / "b");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  Outcome shell(const std::string& command) const {
    const fs::path out = folder_ / "stdout", err = folder_ / "stderr";
    Outcome outcome;
    outcome.exit = WEXITSTATUS(std::system(
        ("cd " + folder_.string() + " && " + command + " >" + out.string() + " 2>" + err.string())
            .c_str()));
    outcome.out = read(out);
    outcome.err = read(err);
    return outcome;
  }
  Outcome pac(const std::string& arguments) const {
    return shell(std::string(PAC_BINARY) + " " + arguments);
  }

  fs::path folder_;
  const std::string credit_ = read(std::string(PAC_SOURCE_DIR) + "/examples/credit/credit.pac");
};

constexpr const char* kSmall = R"(package p edition 1
decision d {
  input { score: int in 300 .. 850 }
  output { limit: int }
  rules first {
    rule good { when score >= 700 then { limit: 9 } cites finlex "38/1978" }
    rule fair { when score >= 640 then { limit: 5 } }
    otherwise { limit: 0 }
  }
}
)";

TEST_F(DiffCli, ProvesThatACopyIsEquivalent) {
  write("a/credit.pac", credit_);
  write("b/credit.pac", replaced(credit_, "// Consumer credit", "// Credit for consumers"));
  const Outcome o = pac("diff a/credit.pac b/credit.pac");
  EXPECT_EQ(o.exit, 0) << o.out << o.err;
  EXPECT_NE(o.out.find("decision `credit`: equivalent, proved"), std::string::npos) << o.out;
}

TEST_F(DiffCli, SaysWhatAChangedLimitChanges) {
  write("a/credit.pac", credit_);
  write("b/credit.pac",
        replaced(credit_, "from 2024-01-01: 12_500.00", "from 2024-01-01: 15_000.00"));
  const Outcome o = pac("diff a/credit.pac b/credit.pac");
  EXPECT_EQ(o.exit, 1) << o.err;
  const fs::path golden = fs::path(PAC_SOURCE_DIR) / "tests/e2e/golden/credit_limit.diff.txt";
  if (std::getenv("PAC_UPDATE_GOLDEN") != nullptr) std::ofstream(golden, std::ios::binary) << o.out;
#ifdef __clang__
  // Which of several inputs the solver finds stands on the order in which terms are made, and that
  // is left to compilers; the golden report is g++'s.
  EXPECT_NE(o.out.find("decision `credit`: 4 classes of inputs answered otherwise"),
            std::string::npos);
  for (const char* rule : {"otherwise", "strong", "secured_and_fair", "too_few_points"}) {
    EXPECT_NE(o.out.find("`above_desk_limit` -> `" + std::string(rule) + "`"), std::string::npos);
  }
#else
  EXPECT_EQ(o.out, read(golden));
#endif
}

TEST_F(DiffCli, WritesJson) {
  write("a/p.pac", kSmall);
  write("b/p.pac", replaced(kSmall, "640", "650"));
  const Outcome o = pac("diff --format json a/p.pac b/p.pac");
  EXPECT_EQ(o.exit, 1) << o.err;
  const auto value = json::parse(o.out);
  ASSERT_TRUE(value) << o.out;
  EXPECT_FALSE(value->find("equivalent")->as_bool());
  const json::Value& decision =
      value->find("packages")->elements()[0].find("decisions")->elements()[0];
  EXPECT_EQ(decision.find("verdict")->as_string(), "differs");
  const json::Value& one = decision.find("classes")->elements()[0];
  EXPECT_EQ(one.find("old")->elements()[0].find("rule")->as_string(), "fair");
  EXPECT_EQ(one.find("new")->elements()[0].find("rule")->as_string(), "otherwise");
  EXPECT_EQ(one.find("regions")->elements()[0].find("where")->as_string(), "score 640 .. 649");
  EXPECT_EQ(one.find("changes")->elements()[0].find("old")->as_string(), "5");
}

TEST_F(DiffCli, ReadsRevisionsOfGit) {
  write("p.pac", kSmall);
  const std::string git =
      "git -c user.name=t -c user.email=t@example.org -c init.defaultBranch=main ";
  ASSERT_EQ(shell("git init -q . && git add p.pac && " + git + "commit -qm one").exit, 0);
  EXPECT_EQ(pac("diff HEAD p.pac").exit, 0);
  write("p.pac", replaced(kSmall, "limit: 9", "limit: 8"));
  for (const char* arguments : {"diff HEAD p.pac", "diff HEAD -- p.pac", "diff HEAD:p.pac p.pac"}) {
    const Outcome o = pac(arguments);
    EXPECT_EQ(o.exit, 1) << arguments << o.err;
    EXPECT_NE(o.out.find("limit: 9 -> 8"), std::string::npos) << arguments << o.out;
    EXPECT_NE(o.out.find("citing finlex 38/1978"), std::string::npos) << o.out;
  }
  EXPECT_EQ(pac("diff HEAD HEAD p.pac").exit, 0);
  const Outcome unknown = pac("diff nowhere p.pac");
  EXPECT_EQ(unknown.exit, 3);
  EXPECT_NE(unknown.err.find("git has no revision `nowhere`"), std::string::npos) << unknown.err;
  EXPECT_EQ(pac("diff HEAD:absent.pac p.pac").exit, 3);
}

TEST_F(DiffCli, CountsRecordedDecisionsThatChange) {
  write("a/p.pac", kSmall);
  write("b/p.pac", replaced(kSmall, "640", "650"));
  std::string lines;
  for (int score = 300; score <= 850; ++score) {
    const std::string input = "{\"score\":" + std::to_string(score) + "}";
    lines += (score % 2 == 0 ? input : "{\"input\":" + input + "}") + "\n";
  }
  write("past.jsonl", lines);
  const Outcome one = pac("diff a/p.pac b/p.pac --decisions past.jsonl --threads 1");
  EXPECT_EQ(one.exit, 1) << one.err;
  EXPECT_NE(one.out.find("recorded decisions: 10 of 551 change"), std::string::npos) << one.out;
  EXPECT_NE(one.out.find("10: `fair` -> `otherwise`"), std::string::npos) << one.out;
  EXPECT_NE(one.out.find("line 341\n"), std::string::npos) << one.out;
  EXPECT_EQ(pac("diff a/p.pac b/p.pac --decisions past.jsonl --threads 3").out, one.out);
}

// An input is read once where it lies alike in memory in both versions; each checks its own
// domains.
TEST_F(DiffCli, RecordedInputsMeetTheDomainsOfEachVersion) {
  write("a/p.pac", kSmall);
  std::string lines;
  for (int score = 290; score <= 860; ++score) {
    lines += "{\"score\":" + std::to_string(score) + "}\n";
  }
  write("past.jsonl", lines);
  const auto counts = [&](const std::string& domain) {
    write("b/p.pac", replaced(kSmall, "score: int in 300 .. 850", domain));
    const Outcome o = pac("diff --format json a/p.pac b/p.pac --decisions past.jsonl");
    const auto value = json::parse(o.out);
    if (!value || value->find("recorded") == nullptr) return o.out + o.err;
    std::string out;
    for (const char* name :
         {"decided", "changed", "refused_by_old", "refused_by_new", "refused_by_both"}) {
      out += std::to_string(value->find("recorded")->find(name)->as_int()) + " ";
    }
    return out;
  };
  EXPECT_EQ(counts("score: int in 300 .. 850"), "551 0 0 0 20 ");
  EXPECT_EQ(counts("score: int in 310 .. 855"), "541 0 5 10 15 ");
  EXPECT_EQ(counts("note: string?, score: int in 310 .. 855"), "541 0 5 10 15 ");
}

// With context and features, which `pac run --record` writes beside the input.
constexpr const char* kSurrounded = R"(package p edition 1
decision d {
  context { as_of: date, caller: string }
  feature debts: int in 0 .. 10 of name
  input { score: int in 300 .. 850, name: string }
  output { limit: int, by: string }
  rules first {
    rule good { when score >= 700 and debts < 3 then { limit: 9, by: caller } }
    rule late { when as_of >= 2026-06-01 then { limit: 1, by: caller } }
    otherwise { limit: 0, by: "nobody" }
  }
}
)";

TEST_F(DiffCli, ReadsWhatRunRecorded) {
  write("a/p.pac", kSurrounded);
  write("b/p.pac", replaced(kSurrounded, "debts < 3", "debts < 2"));
  write("in.jsonl", R"({"score":710,"name":"a \"quoted, {name"})"
                    "\n"
                    R"({"score":310,"name":"b"})"
                    "\n"
                    R"({"score":900,"name":"refused"})"
                    "\n");
  write("features.json", R"({"debts":2})");
  const Outcome recorded =
      pac("run a --input in.jsonl --record past.jsonl --features features.json --as-of 2026-07-01 "
          "--context '{\"caller\":\"clerk\"}'");
  EXPECT_EQ(recorded.exit, 1) << "one is refused, and not recorded" << recorded.err;
  EXPECT_EQ(
      read(folder_ / "past.jsonl"),
      R"({"input":{"score":710,"name":"a \"quoted, {name"},)"
      R"("context":{"as_of":"2026-07-01","caller":"clerk"},"features":{"debts":{"value":2}},)"
      R"("answer":{"decision":"p.d","status":"ok","output":{"limit":9,"by":"clerk"},"fired":["good"]}})"
      "\n"
      R"({"input":{"score":310,"name":"b"},)"
      R"("context":{"as_of":"2026-07-01","caller":"clerk"},"features":{"debts":{"value":2}},)"
      R"("answer":{"decision":"p.d","status":"ok","output":{"limit":1,"by":"clerk"},"fired":["late"]}})"
      "\n");
  const Outcome same = pac("diff a a --decisions past.jsonl");
  EXPECT_EQ(same.exit, 0) << same.out << same.err;
  EXPECT_NE(same.out.find("recorded decisions: 0 of 2 change"), std::string::npos) << same.out;
  const Outcome changed = pac("diff a b --decisions past.jsonl");
  EXPECT_EQ(changed.exit, 1) << changed.err;
  EXPECT_NE(changed.out.find("recorded decisions: 1 of 2 change"), std::string::npos)
      << changed.out;
  EXPECT_NE(changed.out.find("1: `good` -> `late`"), std::string::npos) << changed.out;
  EXPECT_EQ(pac("run a --input in.jsonl --record no/such/folder").exit, 3);
}

TEST_F(DiffCli, ListsChangesOfTheSchemaApart) {
  write("a/p.pac", kSmall);
  write("b/p.pac", replaced(kSmall, "score: int in 300 .. 850",
                            "score: int in 300 .. 900\n    note: string?"));
  const Outcome o = pac("diff a/p.pac b/p.pac");
  EXPECT_EQ(o.exit, 1) << o.err;
  EXPECT_NE(o.out.find("input `score` was int in 300 .. 850, is int in 300 .. 900"),
            std::string::npos)
      << o.out;
  EXPECT_NE(o.out.find("input `note` is new, and may be missing: string?"), std::string::npos)
      << o.out;
  EXPECT_EQ(o.out.find("  1."), std::string::npos) << o.out;
}

TEST_F(DiffCli, SaysWrongUsageAndWhatCannotBeRead) {
  write("a/p.pac", kSmall);
  EXPECT_EQ(pac("diff a/p.pac").exit, 2);
  EXPECT_EQ(pac("diff a/p.pac a/p.pac --format xml").exit, 2);
  EXPECT_EQ(pac("diff a/p.pac absent.pac").exit, 3);
}

}  // namespace
}  // namespace pac
