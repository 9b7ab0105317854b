// pac run and pac explain: inputs of each form, rows that fail, exit codes, what is said where.
#include <pty.h>

#include <algorithm>
#include <csignal>

#include "tests/e2e/cli.h"

namespace pac::e2e {
namespace {

constexpr const char* kGood = "{\"who\":{\"id\":\"a\"},\"total\":120}";

class Run : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    file("shop.pac", kWarned);
  }
};

TEST_F(Run, TakesEachFormOfInput) {
  const std::string answer = lines_of(pac("run shop.pac -q --format json", kGood).out)[0];
  EXPECT_TRUE(has(answer, "\"percent\":10")) << answer;
  file("one.json", "{\n  \"who\": {\"id\": \"a\"},\n  \"total\": 120\n}\n");
  file("lines.json", std::string(kGood) + "\n" + kGood + "\n");
  file("lines.jsonl", std::string(kGood) + "\n\n" + kGood);
  file("rows.csv", "who.id,total\na,120\na,120\n");
  const auto answers = [&](const std::string& name) {
    const Outcome o = pac("run shop.pac -q --format json --input " + name);
    EXPECT_EQ(o.exit, 0) << o.err << o.out;
    EXPECT_EQ(o.err, "");
    const auto lines = lines_of(o.out);
    EXPECT_TRUE(std::ranges::all_of(lines, [&](const auto& line) { return line == answer; }));
    return lines.size();
  };
  EXPECT_EQ(answers("one.json"), 1u);
  EXPECT_EQ(answers("lines.json"), 2u);
  EXPECT_EQ(answers("lines.jsonl"), 2u);
  EXPECT_EQ(answers("rows.csv"), 2u);
}

// What people have at hand: an array, one input over several lines, a mark at the beginning.
TEST_F(Run, TakesDocumentsFromFilesAndStandardInput) {
  const std::string whole = "{\n  \"who\": {\"id\": \"a\"},\n  \"total\": 120\n}\n";
  const std::string texts[] = {
      whole,
      "\n\n" + whole,
      std::string("[") + kGood + ", " + kGood + "]",
      "[\n" + whole + ",\n" + whole + "]\n",
      std::string("\xEF\xBB\xBF") + kGood,
      "[]",
      " [ ] ",
      R"([{"who":{"id":"a]},{[\\\"b"},"total":120}])",
  };
  const size_t counts[] = {1, 1, 2, 2, 1, 0, 0, 1};
  for (size_t i = 0; i < std::size(texts); ++i) {
    file("in.json", texts[i]);
    const Outcome o = pac("run shop.pac -q --format json --input in.json");
    EXPECT_EQ(o.exit, 0) << texts[i] << o.out << o.err;
    EXPECT_EQ(lines_of(o.out).size(), counts[i]) << texts[i];
    EXPECT_EQ(pac("run shop.pac -q --format json", texts[i]).out, o.out) << texts[i];
  }
}

TEST_F(Run, AnInputOfAnArrayThatFailsIsNamedAndTheRestGoesOn) {
  const std::string text = std::string("[") + kGood + ",\n {\"total\":1},\n\n" + kGood + "]";
  const Outcome o = pac("run shop.pac", text);
  EXPECT_EQ(o.exit, 1);
  EXPECT_TRUE(has(o.err, "refused input 2, line 2: who: ")) << o.err;
  EXPECT_TRUE(o.out.starts_with("3 inputs: 2 ok, 0 no_match, 0 error, 1 refused\n")) << o.out;
  EXPECT_EQ(lines_of(pac("run shop.pac --format json -q", text).out).size(), 3u);
  const Outcome third = pac("explain shop.pac --line 3", text);
  EXPECT_EQ(third.exit, 0) << third.err;
  // What is wrong with the array itself is an input that is refused.
  const std::pair<std::string, const char*> wrong[] = {
      {std::string("[") + kGood, "no `]`"},
      {std::string("[") + kGood + "] x", "after the `]`"},
      {std::string("[") + kGood + ",]", "the text is empty"},
      {std::string("[") + kGood + " " + kGood + "]", "PAC5101"},
      {std::string("[") + kGood + ",[]]", "object in { }"},
      {"[", "no `]`"},
      {"[]]", "after the `]`"},
  };
  for (const auto& [given, says] : wrong) {
    const Outcome one = pac("run shop.pac", given);
    EXPECT_EQ(one.exit, 1) << given;
    EXPECT_TRUE(has(one.err, says)) << given << "\n" << one.err;
  }
  // A first line that is not closed is one refusal where inputs stand behind it.
  const Outcome open =
      pac("run shop.pac", std::string("{\"who\":\n") + kGood + "\n" + kGood + "\n");
  EXPECT_TRUE(has(open.err, "refused line 1: not valid JSON")) << open.err;
  EXPECT_TRUE(has(open.out, "3 inputs: 2 ok, 0 no_match, 0 error, 1 refused")) << open.out;
  // In a file of lines an array is no input.
  file("in.jsonl", std::string("[") + kGood + "]\n" + kGood + "\n");
  const Outcome lines = pac("run shop.pac --input in.jsonl");
  EXPECT_TRUE(has(lines.out, "2 inputs: 1 ok, 0 no_match, 0 error, 1 refused")) << lines.out;
}

TEST_F(Run, AnArrayHasALimitThatLinesHaveNot) {
  constexpr size_t kLimit = size_t{64} << 20;
  file("in.json", "[" + std::string(kLimit - 2, ' ') + "]");
  EXPECT_EQ(pac("run shop.pac --input in.json").exit, 0);
  file("in.json", "[" + std::string(kLimit - 1, ' ') + "]");
  const Outcome o = pac("run shop.pac --input in.json");
  EXPECT_EQ(o.exit, 1);
  EXPECT_TRUE(has(o.err, "one input on each line [PAC5102]")) << o.err;
  EXPECT_TRUE(has(shell("cat in.json | pac run shop.pac").err, "PAC5102"));
}

// A line that is longer than an input may be takes no more memory than one, and the next is read.
TEST_F(Run, ALineThatIsTooLongIsOneRefusal) {
  const Outcome o =
      pac("run shop.pac", "{\"who\":\"" + std::string(3'000'000, 'x') + "\"}\n" + kGood);
  EXPECT_EQ(o.exit, 1);
  EXPECT_TRUE(has(o.err, "refused line 1: ") && has(o.err, "[PAC5102]")) << o.err;
  EXPECT_TRUE(has(o.out, "2 inputs: 1 ok, 0 no_match, 0 error, 1 refused")) << o.out;
}

TEST_F(Run, ACsvFileWithOtherSeparatorsIsToldSo) {
  file("rows.csv", "who.id;total\na;120\n");
  EXPECT_TRUE(has(pac("run shop.pac --input rows.csv").err, "separated by `;`"));
  file("rows.csv", "who.id\ttotal\na\t120\n");
  EXPECT_TRUE(has(pac("run shop.pac --input rows.csv").err, "separated by tabs"));
}

TEST_F(Run, ARowThatFailsNamesLineAndFieldAndTheRestGoesOn) {
  file("rows.csv", "who.id,total\na,120\na,0\na,abc\na,120,7\nme,5\n");
  const Outcome o = pac("run shop.pac --input rows.csv");
  EXPECT_EQ(o.exit, 1);
  EXPECT_TRUE(has(o.err, "refused line 3: total: ")) << o.err;
  EXPECT_TRUE(has(o.err, "refused line 4: total: ")) << o.err;
  EXPECT_TRUE(has(o.err, "refused line 5: ")) << o.err;
  EXPECT_TRUE(o.out.starts_with("5 inputs: 2 ok, 0 no_match, 0 error, 3 refused\n")) << o.out;
  const Outcome lines = pac("run shop.pac --format json -q",
                            std::string(kGood) + "\n{\"total\":1}\nnot json\n" + kGood + "\n");
  EXPECT_EQ(lines.exit, 1);
  ASSERT_EQ(lines_of(lines.out).size(), 4u) << lines.out;
  EXPECT_TRUE(has(lines.out, "\"line\":2,\"path\":\"who\""));
  EXPECT_TRUE(has(lines.out, "\"line\":3,"));
  // A header that names nothing is a refusal of the whole file.
  file("wrong.csv", "who.id,totl\na,120\n");
  const Outcome header = pac("run shop.pac --input wrong.csv");
  EXPECT_EQ(header.exit, 1);
  EXPECT_TRUE(has(header.err, "PAC5130") && has(header.err, "total")) << header.err;
}

TEST_F(Run, AnAssumptionIsToldInItsOwnWordsWithItsLine) {
  const Outcome o =
      pac("run shop.pac", std::string(kGood) + "\n{\"who\":{\"id\":\"a\"},\"total\":600}");
  EXPECT_EQ(o.exit, 1);
  EXPECT_TRUE(has(o.err,
                  "refused line 2: discount assumes `who.email is present or total <= "
                  "500.00`, which this input does not meet [PAC5121]"))
      << o.err;
}

TEST_F(Run, AnErrorNamesLineAndRule) {
  file(
      "p.pac",
      "package p edition 1\ndecision d {\n  input { x: int }\n  output { y: decimal(2) }\n"
      "  rules first {\n    rule split { when round(10 / x, 2, half_up) > 1.00 then { y: 1.00 } }\n"
      "    otherwise { y: 0.00 }\n  }\n}\n");
  const Outcome o = pac("run p.pac", "{\"x\":1}\n{\"x\":0}\n");
  EXPECT_EQ(o.exit, 0) << o.err;
  EXPECT_TRUE(has(o.err, "error line 2: ")) << o.err;
  EXPECT_TRUE(has(o.err, "in rule split [PAC5002]")) << o.err;
  EXPECT_TRUE(has(o.out, "2 inputs: 1 ok, 0 no_match, 1 error, 0 refused")) << o.out;
  EXPECT_EQ(pac("run p.pac --exit-decision", "{\"x\":1}\n{\"x\":0}\n").exit, 4);
  EXPECT_EQ(pac("run p.pac --exit-decision", "{\"x\":1}\n").exit, 0);
  // Findings weigh more than decisions without an answer.
  EXPECT_EQ(pac("run p.pac --exit-decision", "{\"x\":0}\n{\"x\":true}\n").exit, 1);
}

TEST_F(Run, NoMatchCountsAsNoDecision) {
  file("p.pac",
       "package p edition 1\npartial decision d {\n  input { x: int }\n  output { y: int }\n"
       "  rules first { rule a { when x > 1 then { y: 1 } } }\n}\n");
  EXPECT_EQ(pac("run p.pac", "{\"x\":0}").exit, 0);
  EXPECT_EQ(pac("run p.pac --exit-decision", "{\"x\":0}").exit, 4);
}

TEST_F(Run, WarningsAreToldInOneLineAndNotUnderQuiet) {
  const Outcome o = pac("run shop.pac", kGood);
  EXPECT_EQ(o.err, "shop.pac: 1 warning; `pac check shop.pac` shows it\n");
  EXPECT_EQ(pac("run shop.pac --quiet", kGood).err, "");
  const Outcome check = pac("check shop.pac");
  EXPECT_TRUE(has(check.err, "warning[PAC3007]")) << check.err;
}

TEST_F(Run, SaysHowFast) {
  std::string lines;
  for (int i = 0; i < 50; ++i) lines += std::string(kGood) + "\n";
  const Outcome o = pac("run shop.pac --format json", lines);
  EXPECT_TRUE(has(o.err, "50 inputs in 0.")) << o.err;
  EXPECT_TRUE(o.err.ends_with(" s, native\n") || o.err.ends_with(" a second, native\n")) << o.err;
  EXPECT_FALSE(has(pac("run shop.pac --format json -q", lines).err, "inputs in"));
}

TEST_F(Run, ThreadsAreOneToSixtyFour) {
  for (const char* many : {"1", "2", "64"}) {
    EXPECT_EQ(pac("run shop.pac -q --threads " + std::string(many), kGood).exit, 0) << many;
  }
  for (const char* many : {"0", "65", "4294967295"}) {
    const Outcome o = pac("run shop.pac -q --threads " + std::string(many), kGood);
    EXPECT_EQ(o.exit, 2) << many;
    EXPECT_TRUE(has(o.err, "--threads takes 1 to 64")) << o.err;
  }
}

// Over several blocks: answers, what is said to people, records and exit code.
TEST_F(Run, ThreadsChangeNoByte) {
  std::string rows = "who.id,total\n";
  for (int i = 0; i < 50'000; ++i) {
    rows += "\"customer \"\"id\"\" " + std::to_string(i % 1000) + "\"," +
            std::to_string(i % 4 == 0 ? i % 700 : 9) + (i % 10'000 == 7 ? ",more\n" : "\n");
  }
  file("rows.csv", rows);
  for (const char* format : {"pretty", "json"}) {
    const auto with = [&](const char* threads) {
      return pac(std::string("run shop.pac -q --input rows.csv --record record.jsonl --format ") +
                 format + " --threads " + threads);
    };
    const Outcome alone = with("1");
    const std::string record = read(folder_ / "record.jsonl");
    const Outcome many = with("3");
    EXPECT_EQ(alone.exit, 1);
    EXPECT_EQ(many.exit, 1);
    EXPECT_GT(record.size(), 1'000'000u);
    EXPECT_TRUE(many.out == alone.out) << format;
    EXPECT_TRUE(many.err == alone.err) << format;
    EXPECT_TRUE(read(folder_ / "record.jsonl") == record) << format;
  }
}

TEST_F(Run, WhatCanNotBeWrittenIsSaid) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full";
  const Outcome o = shell("pac doc >/dev/full");
  EXPECT_EQ(o.exit, 3);
  EXPECT_TRUE(has(o.err, "PAC0107")) << o.err;
}

// A device or a pipe is written into: it must not be replaced by a file.
TEST_F(Run, OutputsMayBePipes) {
  const Outcome o = shell(
      "mkfifo pipe; cat pipe >got & pac gen cpp shop.pac -o pipe; code=$?; [ -p pipe ] && wait && "
      "exit $code");
  EXPECT_EQ(o.exit, 0) << o.err;
  EXPECT_EQ(read(folder_ / "got"), pac("gen cpp shop.pac").out);
  std::filesystem::create_directories(folder_ / "sub");
  const Outcome folder = pac("gen cpp shop.pac -o sub");
  EXPECT_EQ(folder.exit, 3);
  EXPECT_TRUE(has(folder.err, "it is a folder")) << folder.err;
}

// A file that is no .pac stands alone, whatever lies beside it.
TEST_F(Run, APolicyFromElsewhereStandsAlone) {
  file("copy.txt", kWarned);
  EXPECT_EQ(pac("run copy.txt", kGood).exit, 0);
  EXPECT_EQ(shell("pac check /dev/stdin <shop.pac").exit, 0);
}

// What a failed check of ours does: it aborts, and the program says that this is a bug.
TEST_F(Run, ABugOfOursIs70) {
  const Outcome o = shell("mkfifo pipe; " PAC_BINARY
                          " run shop.pac --input pipe & child=$!; exec 3>pipe; "
                          "kill -ABRT $child; wait $child; code=$?; exec 3>&-; exit $code");
  EXPECT_EQ(o.exit, 70) << o.err;
  EXPECT_TRUE(has(o.err, "this is a bug of pac")) << o.err;
}

TEST_F(Run, ExplainsWhyAndWhyNot) {
  const Outcome o = pac("explain shop.pac --lang fi", kGood);
  EXPECT_EQ(o.exit, 0) << o.err;
  EXPECT_TRUE(has(o.out, "because of big\n    Ostit 120,00 eurolla, [not shown].\n")) << o.out;
  EXPECT_TRUE(has(o.out, "mine was not tried")) << o.out;
  EXPECT_TRUE(has(o.out, "no     who.id == \"me\"   (who.id is not shown)")) << o.out;
  EXPECT_TRUE(has(o.out, "yes    large   (large is true)")) << o.out;
  EXPECT_TRUE(has(o.out, "--disclose")) << o.out;
  const Outcome disclosed = pac("explain shop.pac --lang fi --disclose", kGood);
  EXPECT_TRUE(has(disclosed.out, "Ostit 120,00 eurolla, a.\n")) << disclosed.out;
  EXPECT_TRUE(has(disclosed.out, "(who.id is a)")) << disclosed.out;
  const Outcome one = pac("explain shop.pac --rule mine", "{\"who\":{\"id\":\"me\"},\"total\":5}");
  EXPECT_TRUE(has(one.out, "mine fired")) << one.out;
  EXPECT_FALSE(has(one.out, "big")) << one.out;
  EXPECT_EQ(pac("explain shop.pac", "{\"total\":5}").exit, 1);
}

TEST_F(Run, ExplainsTheOtherwise) {
  const Outcome no = pac("explain shop.pac --rule otherwise", kGood);
  EXPECT_EQ(no.exit, 0) << no.err;
  EXPECT_TRUE(has(no.out, "otherwise did not fire")) << no.out;
  EXPECT_TRUE(has(no.out, "big fired")) << no.out;
  const Outcome yes =
      pac("explain shop.pac --rule otherwise", "{\"who\":{\"id\":\"a\"},\"total\":5}");
  EXPECT_TRUE(has(yes.out, "otherwise fired: no rule did")) << yes.out;
}

constexpr const char* kLetters = R"(package letters edition 1

record Person {
  id:   string @pii(identifier)
  name: string @pii(name)
  age:  int in 0 .. 150 @pii(age)
}
obligation send { to: string, copies: int }

decision years {
  input { who: Person }
  output { left: int, label: string, grown: bool }
  result { left: 150 - who.age, label: "x", grown: who.age >= 18 }
}

decision letter {
  input { who: Person, copies: int in 0 .. 9 }
  output { effect: effect }
  rules deny_overrides {
    rule a { when copies > 0 then permit oblige send { to: who.name, copies: copies } }
    otherwise deny
  }
}

decision greeting {
  input { who: Person, copies: int in 0 .. 9 }
  output { text: string, left: int, label: string, copies: int, grown: bool }
  let y = years(who: who)
  rules first {
    rule a {
      when copies > 0
      then { text: "Dear {who.name}", left: y.left, label: y.label, copies: copies, grown: y.grown }
    }
    otherwise { text: "none", left: 0, label: "", copies: 0, grown: false }
  }
}

decision all {
  input { who: Person, ns: list<int in 0 .. 9> max 3 items }
  output { name: string, n: int }
  rules collect list {
    rule a for each n in ns { when n > 0 then { name: who.name, n: n } }
  }
}
)";

// The answer stands in an explanation as `run` writes it, but for personal data and what is
// computed from it: directly, by a called decision, in an obligation, in each item of a list.
TEST_F(Run, AnswersInExplanationsDoNotLeakPersonalData) {
  file("letters.pac", kLetters);
  const std::string who = "{\"who\":{\"id\":\"zebra1\",\"name\":\"zebra2\",\"age\":77}";
  const auto answer = [&](const std::string& options, const std::string& rest) {
    const Outcome o = pac("explain letters.pac " + options, who + rest);
    EXPECT_EQ(o.exit, 0) << o.err;
    if (!has(options, "--disclose")) {
      EXPECT_FALSE(has(o.out, "zebra") || has(o.out, "77") || has(o.out, "73")) << o.out;
    }
    return lines_of(o.out)[0];
  };
  EXPECT_EQ(answer("--decision greeting", ",\"copies\":2}"),
            "{\"decision\":\"letters.greeting\",\"status\":\"ok\",\"output\":{\"text\":\"[not "
            "shown]\",\"left\":\"[not shown]\",\"label\":\"x\",\"copies\":2,\"grown\":true},"
            "\"fired\":[\"a\"]}");
  // What did not come from personal data is shown.
  EXPECT_TRUE(has(answer("--decision greeting", ",\"copies\":0}"),
                  "{\"text\":\"none\",\"left\":0,\"label\":\"\",\"copies\":0,\"grown\":false}"));
  EXPECT_TRUE(has(answer("--decision letter", ",\"copies\":2}"),
                  "\"args\":{\"to\":\"[not shown]\",\"copies\":2}"));
  EXPECT_TRUE(has(answer("--decision all", ",\"ns\":[1,0,2]}"),
                  "[{\"name\":\"[not shown]\",\"n\":1},{\"name\":\"[not shown]\",\"n\":2}]"));
  const std::string disclosed = answer("--disclose --decision greeting", ",\"copies\":2}");
  const Outcome run = pac("run letters.pac -q --decision greeting", who + ",\"copies\":2}");
  EXPECT_EQ(disclosed + "\n", run.out);
}

TEST_F(Run, RefusalsInExplanationsDoNotLeakPersonalData) {
  file("letters.pac", kLetters);
  const std::string input = "{\"who\":{\"id\":\"a\",\"name\":\"b\",\"age\":777},\"copies\":1}";
  const Outcome o = pac("explain letters.pac --decision letter", input);
  EXPECT_EQ(o.exit, 1);
  EXPECT_TRUE(has(o.err, "who.age: a value outside the declared domain")) << o.err;
  EXPECT_FALSE(has(o.err, "777")) << o.err;
  EXPECT_TRUE(has(pac("explain letters.pac --decision letter --disclose", input).err, "777"));
}

// Everything that is printed for a person, without one value of a field marked @pii.
TEST_F(Run, ExplanationsDoNotLeakPersonalData) {
  const std::string input =
      "{\"who\":{\"id\":\"zebra17\",\"email\":\"zebra17@example.org\"},\"total\":600}";
  for (const char* language : {"en", "fi"}) {
    const Outcome o = pac(std::string("explain shop.pac --lang ") + language, input);
    EXPECT_EQ(o.exit, 0) << o.err;
    EXPECT_FALSE(has(o.out, "zebra")) << o.out;
    EXPECT_TRUE(has(pac(std::string("explain shop.pac --disclose --lang ") + language, input).out,
                    "zebra"));
  }
}

// Standard error is a terminal, standard input comes slowly or at once: short work draws no bar.
TEST_F(Run, ShortWorkDrawsNoBarOnATerminal) {
  int terminal = -1;
  file("in.jsonl", kGood);
  const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
  ASSERT_GE(child, 0);
  if (child == 0) {
    const std::string policy = path("shop.pac"), input = path("in.jsonl");
    execl(PAC_BINARY, "pac", "run", policy.c_str(), "--input", input.c_str(), nullptr);
    _exit(99);
  }
  std::string shown;
  char buffer[4096];
  for (ssize_t n; (n = ::read(terminal, buffer, sizeof buffer)) > 0;)
    shown.append(buffer, static_cast<size_t>(n));
  int status = 0;
  waitpid(child, &status, 0);
  close(terminal);
  EXPECT_EQ(WEXITSTATUS(status), 0) << shown;
  EXPECT_FALSE(has(shown, "\x1b[K")) << shown;
  EXPECT_TRUE(has(shown, "\"percent\":10")) << shown;
}

}  // namespace
}  // namespace pac::e2e
