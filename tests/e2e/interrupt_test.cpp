// Ctrl-C in the middle of a run: one line, exit code 130, whole lines, no half-written file; and
// the features that a run is given.
#include <fcntl.h>

#include <algorithm>
#include <csignal>

#include "tests/e2e/cli.h"

namespace pac::e2e {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPolicy =
    "package p edition 1\ndecision d {\n  input { x: int in 0 .. 9 }\n  output { y: int }\n"
    "  result { y: x }\n}\n";

constexpr const char* kFeatures =
    "package p edition 1\n"
    "private decision risk {\n  input { id: string max 9 chars }\n"
    "  feature debts: int in 0 .. 99 of id\n  output { debts: int in 0 .. 99 }\n"
    "  result { debts: debts }\n}\n"
    "decision d {\n  input { id: string max 9 chars }\n  feature score: int in 0 .. 9 of id\n"
    "  output { ok: bool }\n  result { ok: score > 3 and risk(id: id).debts < 5 }\n}\n";

// `pac` with a pipe for its input, so that a test says how far it comes, and a file for its
// answers.
class Running {
 public:
  Running(const std::vector<std::string>& arguments, const std::string& answers) {
    int in[2], err[2];
    if (pipe(in) != 0 || pipe(err) != 0) return;
    const int out = open(answers.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    child_ = fork();
    if (child_ == 0) {
      dup2(in[0], STDIN_FILENO);
      dup2(out, STDOUT_FILENO);
      dup2(err[1], STDERR_FILENO);
      for (const int* ends : {in, err}) close(ends[0]), close(ends[1]);
      std::vector<char*> words;
      for (const auto& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
      words.push_back(nullptr);
      std::signal(SIGINT, SIG_DFL);
      execv(PAC_BINARY, words.data());
      _exit(99);
    }
    close(in[0]), close(out), close(err[1]);
    in_ = in[1], err_ = err[0];
  }
  void write(const std::string& text) const {
    for (size_t at = 0; at < text.size();) {
      const ssize_t n = ::write(in_, text.data() + at, text.size() - at);
      if (n <= 0) return;
      at += static_cast<size_t>(n);
    }
  }
  int interrupt(std::string* err) const {
    kill(child_, SIGINT);
    char buffer[4096];
    for (ssize_t n; (n = ::read(err_, buffer, sizeof buffer)) > 0;)
      err->append(buffer, static_cast<size_t>(n));
    int status = 0;
    waitpid(child_, &status, 0);
    close(in_), close(err_);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }

 private:
  pid_t child_ = -1;
  int in_ = -1, err_ = -1;
};

class Interrupt : public Cli {};

TEST_F(Interrupt, ARunEndsWithAWholeLineAndLeavesNoFile) {
  const std::string policy = file("p.pac", kPolicy);
  file("past.jsonl", "as it was\n");
  const std::string answers = path("answers.jsonl");
  const Running run({"pac", "run", policy, "--format", "json", "--record", path("past.jsonl")},
                    answers);
  std::string lines, err;
  for (int i = 0; i < 3'000; ++i) lines += "{\"x\":7}\n";
  run.write(lines);
  // 3,000 answers are more than are held back, so some come.
  while (read(answers).empty()) usleep(1'000);
  EXPECT_EQ(run.interrupt(&err), 130);
  EXPECT_EQ(err, "interrupted\n");
  const std::string out = read(answers);
  EXPECT_EQ(out.back(), '\n');
  const auto all = lines_of(out);
  EXPECT_TRUE(std::ranges::all_of(all, [&](const auto& line) { return line == all[0]; }));
  EXPECT_EQ(read(path("past.jsonl")), "as it was\n");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 3);
}

TEST_F(Interrupt, ASignalThatTheCallerIgnoresIsIgnored) {
  file("p.pac", kPolicy);
  const Outcome o =
      shell("(trap '' INT; sh -c 'kill -INT $$; exec " PAC_BINARY " run p.pac -q --format json')",
            "{\"x\":7}\n");
  EXPECT_EQ(o.exit, 0) << o.err;
}

// The file has its name when all is decided, and replaces the one before.
TEST_F(Interrupt, ARecordIsThereWhenAllIsDecided) {
  file("p.pac", kPolicy);
  file("past.jsonl", "old\n");
  EXPECT_EQ(pac("run p.pac -q --record past.jsonl", "{\"x\":7}\n").exit, 0);
  EXPECT_EQ(lines_of(read(path("past.jsonl"))).size(), 1u);
  EXPECT_TRUE(has(read(path("past.jsonl")), "\"answer\""));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 2);
  EXPECT_TRUE(
      has(shell("pac run p.pac -q --record /dev/stdout | cat", "{\"x\":7}\n").out, "\"answer\""));
}

class Features : public Cli {
 protected:
  Outcome with(const std::string& features) const {
    file("f.json", features);
    return pac("run p.pac --decision d --features f.json", "{\"id\":\"a\"}\n");
  }
};

TEST_F(Features, AnUnknownNameIsRefused) {
  file("p.pac", kFeatures);
  EXPECT_TRUE(has(with("{\"score\":5,\"p.risk.debts\":1}").out, "\"ok\":true"));
  const Outcome near = with("{\"scroe\":5,\"debts\":1}");
  EXPECT_EQ(near.exit, 2);
  EXPECT_EQ(near.err,
            "error[PAC5124]: --features: no decision here has a feature `scroe`, did you mean "
            "`score`?\n");
  EXPECT_TRUE(has(with("{\"p.rsk.debts\":1}").err, "did you mean `p.risk.debts`?"));
  EXPECT_EQ(pac("explain p.pac --decision d --features f.json", "{\"id\":\"a\"}").exit, 2);
}

TEST_F(Features, AnAbsentOneIsNamed) {
  file("p.pac", kFeatures);
  EXPECT_TRUE(has(with("{\"debts\":1}").err, "absent or too old: `p.d.score` [PAC5007]"));
  // One that a called decision needs.
  const Outcome called = with("{\"score\":5}");
  EXPECT_TRUE(has(called.err, "absent or too old: `p.risk.debts` [PAC5007]")) << called.err;
  EXPECT_TRUE(has(called.out, "too old: `p.risk.debts`\",\"path\":[\"p.risk\"]}")) << called.out;
  EXPECT_TRUE(has(pac("explain p.pac --decision d --features f.json", "{\"id\":\"a\"}").out,
                  "too old: `p.risk.debts`\n"));
}

}  // namespace
}  // namespace pac::e2e
