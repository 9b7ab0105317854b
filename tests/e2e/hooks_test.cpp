// The GitHub action, the hooks for pre-commit and the example workflow: their commands exist and do
// what they say, run by hand in a git repository.
#include <algorithm>

#include "tests/e2e/cli.h"

namespace pac::e2e {
namespace {

// The values of `key: value` lines, whatever they belong to.
std::vector<std::string> values_of(const std::string& text, const std::string& key) {
  std::vector<std::string> out;
  for (const std::string& line : lines_of(text)) {
    const size_t at = line.find(key + ": ");
    if (at == std::string::npos || line.find_first_not_of(" -") != at) continue;
    out.push_back(line.substr(at + key.size() + 2));
  }
  return out;
}

class Hooks : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    file("rules/loan.pac", read(loan_));
  }

  // As the action runs it: `pac` on the path, inputs in the environment.
  Outcome action(const std::string& inputs) const {
    const std::string bin = std::filesystem::path(PAC_BINARY).parent_path().string();
    return shell("PATH=" + bin + ":$PATH " + inputs + " GITHUB_STEP_SUMMARY=summary.md sh " +
                 source_ + "/scripts/github-action");
  }

  void break_layout() const {
    std::string text = read(loan_);
    file("rules/loan.pac", text.replace(text.find("  input {"), 9, "  input   {"));
  }
};

TEST_F(Hooks, EachHookPassesAndFails) {
  const std::string hooks = read(source_ + "/.pre-commit-hooks.yaml");
  const auto entries = values_of(hooks, "entry");
  const auto ids = values_of(hooks, "id");
  ASSERT_EQ(entries.size(), 4u);
  ASSERT_EQ(ids.size(), entries.size());
  const std::string good = read(loan_);
  std::string bad = good;
  bad.replace(bad.find("700          | 10_000.00 => true "), 33,
              "700        | 10_000.00 => maybe ");
  for (size_t i = 0; i < entries.size(); ++i) {
    const std::string command = entries[i] + (ids[i] == "pac-ci" ? "" : " rules/loan.pac");
    file("rules/loan.pac", good);
    EXPECT_EQ(shell(command).exit, 0) << command;
    file("rules/loan.pac", bad);
    EXPECT_EQ(shell(command).exit, 1) << command;
  }
}

TEST_F(Hooks, AHookOfGitStopsACommit) {
  if (shell("command -v git").exit != 0) GTEST_SKIP() << "there is no git";
  const std::string guide = read(source_ + "/docs/ci/README.md");
  const std::string line = "exec pac ci --base HEAD";
  ASSERT_TRUE(has(guide, "\n" + line + "\n"));
  const std::string bin = std::filesystem::path(PAC_BINARY).parent_path().string();
  const std::string commit =
      "PATH=" + bin + ":$PATH git -c user.name=t -c user.email=t@t commit -qam x";
  ASSERT_EQ(shell("git init -q . && git add -A && " + commit).exit, 0);
  file(".git/hooks/pre-commit", "#!/bin/sh\n" + line + "\n");
  ASSERT_EQ(shell("chmod +x .git/hooks/pre-commit").exit, 0);
  break_layout();
  const Outcome stopped = shell(commit);
  EXPECT_EQ(stopped.exit, 1);
  EXPECT_TRUE(has(stopped.err + stopped.out, "PAC3101")) << stopped.err;
  file("rules/loan.pac", read(loan_) + "\n// a remark\n");
  EXPECT_EQ(shell(commit).exit, 0);
}

TEST_F(Hooks, TheActionAnnotatesAndWritesItsFiles) {
  const Outcome clean = action("INPUT_PATHS=rules");
  EXPECT_EQ(clean.exit, 0) << clean.err;
  EXPECT_TRUE(has(read(path("summary.md")), "clean: 1 package")) << clean.out;
  EXPECT_TRUE(json::parse(read(path("pac.sarif"))).has_value());
  EXPECT_TRUE(has(read(path("pac.xml")), "<testsuites"));
  break_layout();
  const Outcome found =
      action("INPUT_PATHS=rules INPUT_OPTIONS='--no-mutation --deny warnings' INPUT_SARIF=a.sarif");
  EXPECT_EQ(found.exit, 1);
  EXPECT_TRUE(has(found.out, "::error file=rules/loan.pac,line=")) << found.out;
  EXPECT_TRUE(has(read(path("a.sarif")), "PAC3101"));
  EXPECT_FALSE(has(read(path("summary.md")), "::error"));
}

// Names that action.yml and the workflow give to inputs are those that exist.
TEST_F(Hooks, ActionAndWorkflowFitTheScript) {
  const std::string action_file = read(source_ + "/action.yml");
  const std::string script = read(source_ + "/scripts/github-action");
  for (const char* input : {"paths", "base", "options", "sarif", "junit"}) {
    std::string name = input;
    EXPECT_TRUE(has(action_file, "\n  " + name + ":\n")) << name;
    std::ranges::transform(name, name.begin(), [](char c) { return static_cast<char>(c - 32); });
    EXPECT_TRUE(has(action_file, "INPUT_" + name + ": ${{ inputs." + input + " }}")) << name;
    EXPECT_TRUE(has(script, "INPUT_" + name)) << name;
  }
  EXPECT_TRUE(has(action_file, "scripts/github-action"));
  const std::string workflow = read(source_ + "/docs/ci/policies.yml");
  EXPECT_TRUE(has(workflow, "\n          paths: ")) << workflow;
  EXPECT_TRUE(has(workflow, "\n          options: ")) << workflow;
}

}  // namespace
}  // namespace pac::e2e
