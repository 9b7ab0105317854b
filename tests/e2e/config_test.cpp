// Where an option comes from: the command line, PAC_… variables, pac.toml (docs/cli.md).
#include "tests/e2e/cli.h"

namespace pac::e2e {
namespace {

class Config : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    file("in.jsonl",
         "{\"who\":{\"id\":\"a\"},\"total\":1}\n{\"who\":{\"id\":\"a\"},\"total\":2}\n");
    file("shop.pac", kWarned);
  }
  // The engine that the last line on standard error names.
  std::string engine(const std::string& before, const std::string& options = "") const {
    const Outcome o = shell(before + "pac run shop.pac --input in.jsonl " + options);
    EXPECT_EQ(o.exit, 0) << o.err;
    return has(o.err, ", interp\n") ? "interp" : has(o.err, ", native\n") ? "native" : o.err;
  }
};

TEST_F(Config, TheCommandLineIsFirstThenTheEnvironmentThenTheFile) {
  EXPECT_EQ(engine(""), "native");
  file("pac.toml", "# settings\nengine = \"interp\"  # slow\n");
  EXPECT_EQ(engine(""), "interp");
  EXPECT_EQ(engine("PAC_ENGINE=native; export PAC_ENGINE; "), "native");
  EXPECT_EQ(engine("", "--engine native"), "native");
  EXPECT_EQ(engine("PAC_ENGINE=native; export PAC_ENGINE; ", "--engine interp"), "interp");
}

TEST_F(Config, TheNearestFileUpwardsCounts) {
  file("pac.toml", "engine = \"interp\"\n");
  file("below/shop.pac", kWarned);
  const Outcome o = shell("cd below && pac run shop.pac --input ../in.jsonl");
  EXPECT_TRUE(has(o.err, ", interp\n")) << o.err;
}

TEST_F(Config, SwitchesAreOnAndOff) {
  EXPECT_EQ(shell("PAC_REQUIRE_SIGNATURE=1; export PAC_REQUIRE_SIGNATURE; pac run shop.pac").exit,
            1);
  EXPECT_EQ(shell("PAC_REQUIRE_SIGNATURE=no; export PAC_REQUIRE_SIGNATURE; pac run shop.pac").exit,
            2);
  file("pac.toml", "require_signature = true\n");
  EXPECT_EQ(pac("run shop.pac").exit, 1);
  EXPECT_EQ(
      shell("PAC_REQUIRE_SIGNATURE=0; export PAC_REQUIRE_SIGNATURE; pac run shop.pac <in.jsonl")
          .exit,
      0);
}

TEST_F(Config, DeniesWarnings) {
  EXPECT_EQ(pac("check shop.pac").exit, 0);
  EXPECT_EQ(pac("check shop.pac --deny warnings").exit, 1);
  EXPECT_EQ(shell("PAC_DENY=warnings; export PAC_DENY; pac check shop.pac").exit, 1);
  file("pac.toml", "deny = \"warnings\"\n");
  EXPECT_EQ(pac("check shop.pac").exit, 1);
}

TEST_F(Config, MistakesInTheFileNamePlaceAndCure) {
  const auto said = [&](const std::string& text) {
    file("pac.toml", text);
    const Outcome o = pac("run shop.pac --input in.jsonl");
    EXPECT_EQ(o.exit, 2) << text;
    return o.err;
  };
  EXPECT_TRUE(has(said("\nengin = \"interp\"\n"), "pac.toml:2")) << said("\nengin = \"interp\"\n");
  EXPECT_TRUE(has(said("engin = \"interp\"\n"), "did you mean `engine`"));
  EXPECT_TRUE(has(said("engine = interp\n"), "engine = \"text\""));
  EXPECT_TRUE(has(said("engine = \"native\"\nengine = \"interp\"\n"), "set twice"));
  // A folder must not say whom to trust: trusted native code is run.
  EXPECT_TRUE(has(said("trust = \"trust.json\"\n"), "--trust or PAC_TRUST"));
}

// A package that lies in no folder of the project: by option, environment and file.
TEST_F(Config, PackagesAreFoundOnThePackagePath) {
  file("shared/law/rates/rates.pac",
       "package law.rates edition 1\nparam vat: int { from 2020-01-01: 24 }\n");
  file("other/law/rates/rates.pac",
       "package law.rates edition 1\nparam vat: int { from 2020-01-01: 10 }\n");
  file("app/shop/shop.pac",
       "package shop edition 1\nuse law.rates\ndecision d {\n"
       "  context { as_of: date >= 2020-01-01 }\n  output { vat: int }\n  result { vat: vat }\n}\n"
       "test d \"today\" { as_of 2026-01-01 expect { vat: 24 } }\n");
  const std::string policy = "app/shop/shop.pac";
  const Outcome absent = pac("check " + policy);
  EXPECT_EQ(absent.exit, 1);
  EXPECT_TRUE(has(absent.err, "PAC1235")) << absent.err;
  const Outcome wrong = pac("check " + policy + " --package-path app");
  EXPECT_TRUE(has(wrong.err, "`app` (--package-path)")) << wrong.err;
  const auto vat = [&](const std::string& before, const std::string& options) {
    const Outcome o = shell(before + "pac run " + policy + " -q --as-of 2026-01-01 " + options +
                            " --input empty.json");
    EXPECT_EQ(o.exit, 0) << o.err;
    return has(o.out, "\"vat\":24") ? 24 : has(o.out, "\"vat\":10") ? 10 : 0;
  };
  file("empty.json", "{}");
  EXPECT_EQ(vat("", "--package-path shared"), 24);
  EXPECT_EQ(vat("", "--package-path other --package-path shared"), 10) << "the first counts";
  const std::string variable = "PAC_PACKAGE_PATH=app:other; export PAC_PACKAGE_PATH; ";
  EXPECT_EQ(vat(variable, ""), 10);
  EXPECT_EQ(vat(variable, "--package-path shared"), 24);
  for (const char* command : {"check", "test", "build", "inspect", "doc", "gen cpp"}) {
    const Outcome o = pac(std::string(command) + " " + policy + " --package-path shared" +
                          (std::string_view(command) == "build" ? " -o shop.pacb" : ""));
    EXPECT_EQ(o.exit, 0) << command << o.err << o.out;
  }
  EXPECT_EQ(pac("test shop.pacb").exit, 0) << "a bundle carries what it uses";
  EXPECT_EQ(pac("explain shop.pacb --as-of 2026-01-01 --input empty.json").exit, 0);
  // A folder that pac.toml names lies beside it, wherever pac is run.
  file("app/pac.toml", "package_path = \"none/of/these:../shared\"\n");
  std::filesystem::create_directories(folder_ / "app/none/of/these");
  EXPECT_EQ(shell("cd app/shop && pac test shop.pac").exit, 0);
  // What the project has itself is never taken from elsewhere.
  file("app/law/rates/rates.pac",
       "package law.rates edition 1\nparam vat: int { from 2020-01-01: 5 }\n");
  EXPECT_EQ(shell("cd app/shop && pac test shop.pac").exit, 1);
}

TEST_F(Config, ColourIsForTerminalsAndMayBeRefused) {
  if (shell("command -v script").exit != 0) GTEST_SKIP() << "there is no script";
  file("bad.pac", "package p edition 1\ndecision d { output { x: int } result { x: y } }\n");
  EXPECT_FALSE(has(pac("check bad.pac").err, "\x1b["));
  const std::string command = "script -qec '" PAC_BINARY " check bad.pac' /dev/null";
  EXPECT_TRUE(has(shell("unset NO_COLOR; " + command).out, "\x1b["));
  EXPECT_FALSE(has(shell("NO_COLOR=1; export NO_COLOR; " + command).out, "\x1b["));
}

}  // namespace
}  // namespace pac::e2e
