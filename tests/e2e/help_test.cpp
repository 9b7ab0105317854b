// Help, manual pages and completions: written from the option tables, and true.
#include <algorithm>

#include "tests/e2e/cli.h"

namespace pac::e2e {
namespace {

std::vector<std::string> command_names(const std::string& overview) {
  std::vector<std::string> out;
  for (const std::string& line : lines_of(overview)) {
    if (line.starts_with("  pac ")) out.push_back(line.substr(6, line.find(' ', 6) - 6));
  }
  return out;
}

// The example of each command, run as it stands where it says: at the root of the repository (a
// copy, since some write beside what they read).
TEST_F(Cli, EachExampleOfHelpWorks) {
  std::filesystem::create_directories(folder_ / "examples");
  std::filesystem::copy(source_ + "/examples/loan", folder_ / "examples/loan",
                        std::filesystem::copy_options::recursive);
  const auto names = command_names(pac("help").out);
  ASSERT_GE(names.size(), 15u);
  for (const std::string& name : names) {
    const Outcome help = pac("help " + name);
    ASSERT_EQ(help.exit, 0) << name;
    const auto lines = lines_of(help.out);
    const auto at = std::ranges::find(lines, "Example:");
    ASSERT_TRUE(at != lines.end() && at + 1 != lines.end()) << help.out;
    std::string example = *(at + 1);
    for (size_t at_tmp; (at_tmp = example.find("/tmp")) != std::string::npos;)
      example.replace(at_tmp, 4, ".");
    const Outcome o = shell(example);
    // One of the four applications is there to be refused.
    const bool refuses = name == "run";
    EXPECT_EQ(o.exit, refuses ? 1 : 0) << example << "\n" << o.out << o.err;
    EXPECT_EQ(pac(name + " --help").out, help.out);
  }
}

TEST_F(Cli, HelpNamesEachOptionAndPositionalOnce) {
  const std::string text = pac("help run").out;
  EXPECT_FALSE(has(text, "--path")) << text;
  EXPECT_TRUE(has(text, "-i, --input FILE")) << text;
  EXPECT_TRUE(has(text, "--engine native|interp")) << text;
  EXPECT_TRUE(has(text, "(unless said: native)")) << text;
  EXPECT_TRUE(has(text, "--require-signature")) << text;
  for (const std::string& line : lines_of(text)) EXPECT_LE(line.size(), 110u) << line;
}

TEST_F(Cli, VersionIsOneLine) {
  const Outcome o = pac("version");
  EXPECT_EQ(o.exit, 0);
  EXPECT_TRUE(o.out.starts_with("pac ")) << o.out;
  EXPECT_EQ(pac("--version").out, o.out);
  EXPECT_EQ(pac("--help").out, pac("help").out);
}

TEST_F(Cli, EachCommandHasAManualPage) {
  ASSERT_EQ(pac("man --output pages").exit, 0);
  for (const std::string& name : command_names(pac("help").out)) {
    const std::string page = read(folder_ / ("pages/pac-" + name + ".1"));
    EXPECT_EQ(page, pac("man " + name).out);
    EXPECT_TRUE(page.starts_with(".TH ")) << name;
    for (const char* part :
         {".SH NAME", ".SH SYNOPSIS", ".SH OPTIONS", ".SH EXIT STATUS", ".SH EXAMPLE"}) {
      EXPECT_TRUE(has(page, part)) << name << " lacks " << part;
    }
  }
  EXPECT_TRUE(has(read(folder_ / "pages/pac.1"), "\\fBexplain\\fR"));
  if (shell("command -v groff").exit != 0) GTEST_SKIP() << "there is no groff";
  const Outcome lint = shell("groff -man -Tutf8 -ww -z pages/*.1");
  EXPECT_EQ(lint.exit, 0);
  EXPECT_EQ(lint.err, "");
}

// What bash offers for a command line whose last word is being written.
std::string offered(const std::string& words, int at) {
  return "bash -c 'source ./pac.bash; COMP_WORDS=(" + words +
         "); COMP_CWORD=" + std::to_string(at) + "; _pac; printf \"%s\\n\" \"${COMPREPLY[@]}\"'";
}

TEST_F(Cli, BashCompletes) {
  if (shell("command -v bash").exit != 0) GTEST_SKIP() << "there is no bash";
  file("pac.bash", pac("completion bash").out);
  file("loan file.pac", "");
  EXPECT_EQ(shell("bash -n pac.bash").exit, 0);
  EXPECT_EQ(shell(offered("pac in", 1)).out, "inspect\n");
  EXPECT_EQ(shell(offered("pac run --eng", 2)).out, "--engine\n");
  EXPECT_EQ(shell(offered("pac run --engine n", 3)).out, "native\n");
  EXPECT_EQ(shell(offered("pac run --engine = i", 4)).out, "interp\n");
  EXPECT_EQ(shell(offered("pac check --format =", 3)).out, "pretty\njson\nsarif\njunit\ngithub\n");
  EXPECT_EQ(shell(offered("pac run lo", 2)).out, "loan file.pac\n");
  EXPECT_EQ(shell(offered("pac run --input lo", 3)).out, "loan file.pac\n");
  EXPECT_EQ(shell(offered("pac key tr", 2)).out, "trust\ntrust-list\n");
  EXPECT_EQ(shell(offered("pac help exp", 2)).out, "explain\n");
  EXPECT_EQ(shell(offered("pac run --decision x", 3)).out, "\n");
  // The value of --coverage stands behind `=` only, so the next word is a file.
  EXPECT_EQ(shell(offered("pac test --coverage = l", 4)).out, "lcov\n");
  EXPECT_EQ(shell(offered("pac test --coverage lo", 3)).out, "loan file.pac\n");
  EXPECT_EQ(shell("bash -c 'source ./pac.bash; complete -p pac'").out, "complete -F _pac pac\n");
}

TEST_F(Cli, FishCompletes) {
  if (shell("command -v fish").exit != 0) GTEST_SKIP() << "there is no fish";
  file("pac.fish", pac("completion fish").out);
  file("loan.pac", "");
  const auto offers = [&](const std::string& line) {
    return shell("HOME=. fish --no-config -c 'source pac.fish; complete -C \"" + line + "\"'").out;
  };
  EXPECT_TRUE(offers("pac in").starts_with("inspect\t")) << offers("pac in");
  EXPECT_TRUE(has(offers("pac run --engine "), "native\t"));
  EXPECT_TRUE(has(offers("pac test --coverage=j"), "--coverage=json\t"));
  EXPECT_TRUE(has(offers("pac run lo"), "loan.pac"));
  EXPECT_EQ(offers("pac help run --eng"), "") << "`pac help run` is no `pac run`";
}

TEST_F(Cli, ZshReadsItsCompletion) {
  if (shell("command -v zsh").exit != 0) GTEST_SKIP() << "there is no zsh";
  file("_pac", pac("completion zsh").out);
  const Outcome o = shell("zsh -f -n _pac");
  EXPECT_EQ(o.exit, 0) << o.err;
}

// Each command and option is in each shell's completion, whether or not that shell is here.
TEST_F(Cli, OtherShellsKnowEachOption) {
  const std::string zsh = pac("completion zsh").out, fish = pac("completion fish").out;
  EXPECT_TRUE(zsh.starts_with("#compdef pac\n"));
  for (const std::string& name : command_names(pac("help").out)) {
    EXPECT_TRUE(has(zsh, "\n    " + name + ")\n")) << name;
    EXPECT_TRUE(has(fish, "-a " + name + " -d")) << name;
    for (const std::string& line : lines_of(pac("help " + name).out)) {
      const size_t at = line.find("--");
      if (!line.starts_with("  ") || at > 6) continue;
      const std::string option = line.substr(at + 2, line.find_first_of(" [", at) - at - 2);
      if (option == "help") continue;
      EXPECT_TRUE(has(zsh, "--" + option)) << option;
      EXPECT_TRUE(has(fish, " -l " + option)) << option;
    }
  }
}

}  // namespace
}  // namespace pac::e2e
