// Every command met wrongly: wrong usage is 2, a missing file 3, and the message says what to do.
#include "tests/e2e/cli.h"

namespace pac::e2e {
namespace {

struct Case {
  const char* arguments;
  int exit;
  const char* says;  // in what is printed to standard error
};

class Usage : public Cli, public testing::WithParamInterface<Case> {};

TEST_P(Usage, SaysWhatToDo) {
  file("good.pac", kWarned);
  file("damaged.pacb", "this is no bundle");
  file("inner/p.pac", R"(package p edition 1
private decision inner {
  input { n: int in 0 .. 9 }
  output { m: int in 0 .. 9 }
  rules first { otherwise { m: n } }
}
decision outer {
  input { n: int in 0 .. 9 }
  output { m: int in 0 .. 9 }
  rules first { otherwise { m: inner(n).m } }
}
)");
  file("two/a.pac", "package a edition 1\n");
  file("two/b.pac", "package b edition 1\n");
  file("in.jsonl", "{\"who\":{\"id\":\"a\"},\"total\":1}\n");
  file("features.json", "[]");
  file("bad_trust.json", "{}");
  std::filesystem::create_directories(folder_ / "empty");
  const Case& given = GetParam();
  const Outcome o = pac(given.arguments);
  EXPECT_EQ(o.exit, given.exit) << o.out << o.err;
  EXPECT_TRUE(has(o.err, given.says)) << o.err;
}

const Case kCases[] = {
    {"", 2, "Start with"},
    {"chekc x", 2, "did you mean `check`"},
    {"check --no-such-option x", 2, "pac help check"},
    {"check good.pac --deny errors", 2, "`warnings`"},
    {"check good.pac --format xml", 2, "sarif"},
    {"check absent.pac", 3, "PAC0101"},
    {"check good.pac --package-path absent", 3, "no such folder"},
    {"check good.pac --package-path good.pac", 3, "it is no folder"},
    {"run good.pac --inptu x", 2, "did you mean `--input`"},
    {"run good.pac --input", 2, "`--input` needs a value"},
    {"run good.pac --quiet=yes", 2, "`--quiet` takes no value"},
    {"run good.pac --engine native --engine native", 2, "`--engine` is given twice"},
    {"explain good.pac --line two", 2, "`--line N` can't be `two`"},
    {"explain good.pac --line -1", 2, "from 1"},
    {"test good.pac --coverage json", 2, "write --coverage=json"},
    {"test good.pac --coverage=xml", 2, "pretty, lcov, json"},
    {"test --mutate json good.pac", 2, "write --mutate=json"},
    {"test good.pac --generate new.pac", 2, "write --generate=new.pac"},
    {"test --coverage absent.pac", 3, "PAC0101"},
    {"test good.pac --fail-under 90", 2, "--coverage or --mutate"},
    {"check empty", 3, "PAC0105"},
    {"check damaged.pacb", 2, "takes sources"},
    {"new", 2, "pac new NAME"},
    {"new a b", 2, "too many arguments"},
    {"new 1a", 2, "digit"},
    {"new empty", 3, "PAC0108"},
    {"run", 2, "pac run FILE"},
    {"run good.pac other.pac", 2, "too many arguments"},
    {"run absent.pac", 3, "PAC0101"},
    {"run absent.pacb", 3, "PAC0101"},
    {"run damaged.pacb", 1, "PAC4222"},
    {"run good.pac --input absent.csv", 3, "absent.csv"},
    {"run good.pac --input empty", 3, "it is a folder"},
    {"run good.pac --engine fast", 2, "native, interp"},
    {"run good.pac --format xml", 2, "pretty, json"},
    {"run good.pac --decision other", 2, "discount"},
    {"run good.pac --threads -1", 2, "`--threads N` can't be `-1`"},
    {"run inner/p.pac --decision inner --input in.jsonl", 2, "`inner` is private"},
    {"gen cpp inner/p.pac --decision p.inner", 2, "for callers: outer"},
    {"explain inner/p.pac --decision inner --input absent.json", 3, "absent.json"},
    {"diff HEAD absent.pac", 3, "can't read absent.pac"},
    {"diff good.pac good.pac --decisions postgres://u:pw@h/d", 2, "not supported here"},
    {"replay absent --first -1", 2, "`--first N` can't be `-1`"},
    {"run good.pac --as-of tomorrow", 2, "2026-03-01"},
    {"run good.pac --now noon", 2, "2026-03-01T09:00:00Z"},
    {"run good.pac --context {", 2, "--context takes a JSON object"},
    {"run good.pac --features absent.json", 3, "absent.json"},
    {"run good.pac --features features.json", 2, "features.json"},
    {"run damaged.pacb --trust absent.json", 3, "absent.json"},
    {"run damaged.pacb --trust bad_trust.json", 3, "PAC4227"},
    {"run good.pac --require-signature", 1, "pac build"},
    {"run two --input in.jsonl", 2, "name one of its files"},
    {"test absent.pac", 3, "PAC0101"},
    {"test absent.pacb", 3, "PAC0101"},
    {"test damaged.pacb", 1, "PAC4222"},
    {"test good.pac --engine fast", 2, "both, native, interp"},
    {"test good.pac --format sarif", 2, "pretty, json, junit"},
    {"test good.pac --require-signature", 1, "PAC4226"},
    {"build", 2, "pac build FILE"},
    {"build absent.pac", 3, "PAC0101"},
    {"build damaged.pacb", 2, "is a bundle already"},
    {"build good.pac -o good.zip", 2, ".pacb"},
    {"build good.pac -o no/such/folder.pacb", 3, "PAC0107"},
    {"build good.pac --sign absent.key", 3, "absent.key"},
    {"fmt absent.pac", 3, "PAC0101"},
    {"fmt damaged.pacb", 2, "takes sources"},
    {"fmt empty", 3, "PAC0105"},
    {"inspect", 2, "pac inspect FILE"},
    {"inspect absent.pac", 3, "PAC0101"},
    {"inspect damaged.pacb", 1, "PAC4222"},
    {"inspect good.pac --dump=ast", 2, "digests, ir, json, llvm"},
    {"inspect good.pac --dump=llvm --optimize 3", 2, "0 or 2"},
    {"gen", 2, "pac gen cpp FILE"},
    {"gen rust good.pac", 2, "cpp"},
    {"gen cpp", 2, "pac gen cpp FILE"},
    {"gen cpp absent.pac", 3, "PAC0101"},
    {"gen cpp good.pac --decision other", 2, "discount"},
    {"gen cpp good.pac -o no/such/folder.h", 3, "PAC0107"},
    {"doc no_such_function", 2, "pac doc"},
    {"doc whole_yeers", 2, "did you mean `whole_years`"},
    {"explain", 2, "pac explain FILE"},
    {"explain absent.pac", 3, "PAC0101"},
    {"explain good.pac --input absent.json", 3, "absent.json"},
    {"explain good.pac --input in.jsonl --line 2", 2, "has no input 2"},
    {"explain good.pac --input in.jsonl --rule bigg", 2, "did you mean `big`"},
    {"key", 2, "pac key new NAME"},
    {"key new", 2, "pac key new NAME"},
    {"key new a/b", 2, "release-2026"},
    {"key new good --dir absent", 3, "PAC0107"},
    {"key trust absent.pub", 3, "PAC0101"},
    {"key list --dir absent", 3, "PAC0101"},
    {"help chekc", 2, "did you mean `check`"},
    {"help a b", 2, "one command"},
    {"version x", 2, "too many"},
    {"completion", 2, "bash|zsh|fish"},
    {"completion tcsh", 2, "bash, zsh, fish"},
    {"man chekc", 2, "did you mean `check`"},
    {"man run --output x", 2, "leave the command out"},
};

// Without a path they work on the current folder.
TEST_F(Cli, WorksOnTheCurrentFolder) {
  for (const char* command : {"check", "fmt", "fix", "test", "ci"}) {
    const Outcome none = pac(command);
    EXPECT_EQ(none.exit, 3) << command << ": " << none.err;
    EXPECT_TRUE(has(none.err, "there is no .pac file in . or below")) << none.err;
  }
  file("good.pac", kWarned);
  EXPECT_EQ(pac("fmt").exit, 0);
  const Outcome checked = pac("check");
  EXPECT_EQ(checked.exit, 0) << checked.err;
  EXPECT_TRUE(has(checked.out, "1 file checked")) << checked.out;
  const Outcome tested = pac("test");
  EXPECT_EQ(tested.exit, 0) << tested.err;
  EXPECT_TRUE(has(tested.out, "1 test in both engines")) << tested.out;
}

INSTANTIATE_TEST_SUITE_P(Commands, Usage, testing::ValuesIn(kCases), [](const auto& each) {
  std::string name = std::to_string(each.index) + "_";
  for (const char c : std::string_view(each.param.arguments)) name += std::isalnum(c) ? c : '_';
  return name;
});

}  // namespace
}  // namespace pac::e2e
