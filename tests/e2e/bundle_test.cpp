// Bundles through the command line: built, signed, trusted or not, and used by each command.
#include <sys/stat.h>

#include "tests/e2e/cli.h"

namespace pac::e2e {
namespace {

class Bundles : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    file("shop/shop.pac", kWarned);
    file("in.jsonl",
         "{\"who\":{\"id\":\"a\"},\"total\":120}\n{\"who\":{\"id\":\"me\"},\"total\":2}\n");
  }
};

TEST_F(Bundles, IsWrittenBesideTheSourceByItsName) {
  const Outcome of_file = pac("build shop/shop.pac");
  EXPECT_EQ(of_file.exit, 0) << of_file.err;
  EXPECT_TRUE(of_file.out.starts_with("shop/shop.pacb: sha256:")) << of_file.out;
  EXPECT_TRUE(has(of_file.out, "1 test and 3 witnesses agree in both engines")) << of_file.out;
  const std::string first = read(folder_ / "shop/shop.pacb");
  std::filesystem::remove(folder_ / "shop/shop.pacb");
  EXPECT_EQ(pac("build shop").exit, 0);
  EXPECT_EQ(read(folder_ / "shop/shop.pacb"), first);  // the same bytes
  EXPECT_EQ(shell("cd shop && rm shop.pacb && pac build .").exit, 0);
  EXPECT_EQ(read(folder_ / "shop/shop.pacb"), first);
}

TEST_F(Bundles, EachCommandTakesOneAsItTakesItsSource) {
  ASSERT_EQ(pac("build shop -o shop.pacb --no-native").exit, 0);
  const auto same = [&](const std::string& before, const std::string& after) {
    const Outcome source = pac(before + " shop " + after);
    const Outcome bundle = pac(before + " shop.pacb " + after);
    EXPECT_EQ(source.exit, 0) << source.err;
    EXPECT_EQ(bundle.exit, 0) << bundle.err;
    EXPECT_EQ(source.out, bundle.out) << before << " " << after;
    EXPECT_EQ(bundle.err, "") << "nothing is said of warnings: it was checked when it was built";
  };
  same("run", "--input in.jsonl --format json -q");
  same("explain", "--input in.jsonl");
  same("explain", "--input in.jsonl --line 2 --rule big --lang fi");
  same("gen cpp", "");
  same("inspect", "--dump=ir");
  same("inspect", "--dump=json");
  same("inspect", "--dump=plan");
  same("doc", "");
  const Outcome inspected = pac("inspect shop.pacb");
  for (const char* part : {"bundle     sha256:", "shop.discount", "sources/shop.pac", "  none\n"})
    EXPECT_TRUE(has(inspected.out, part)) << inspected.out;
}

constexpr const char* kProved = R"(package p edition 1

decision d {
  input  { n: int in 0 .. 9 }
  output { r: int }
  rules unique {
    rule low  { when n < 5 then { r: 1 } }
    rule high { when n >= 5 then { r: 2 } }
  }
}
)";

constexpr const char* kUnknown = R"(package p edition 1

use std.text

decision code {
  input  { text: string max 20 chars }
  output { kind: string }
  rules first {
    rule shout { when upper_ascii(text) == "ABC" and text == "xyz" then { kind: "loud" } }
    otherwise { kind: "other" }
  }
}
)";

TEST_F(Bundles, CarryTheVerdictOfTheAnalysis) {
  file("p.pac", kProved);
  const Outcome built = pac("build p.pac");
  EXPECT_EQ(built.exit, 0) << built.err;
  EXPECT_TRUE(has(built.out, "0 tests and 2 witnesses agree in both engines; 2 claims proved"))
      << built.out;
  const Outcome shown = pac("inspect p.pacb");
  EXPECT_EQ(shown.exit, 0) << shown.err;
  for (const char* part : {"findings: none; accepted: none", "proved: no gap in `d`, 2 parts\n",
                           "proved: no clash in `d`", "certificate: 2 claims checked",
                           "2 inputs confirmed by both engines", "certificate.json",
                           "native code spares the check for rules that clash in `d`\n",
                           "native code spares the check for a gap in `d`\n"}) {
    EXPECT_TRUE(has(shown.out, part)) << part << "\n" << shown.out;
  }
}

// What is spared is of the object in the bundle; and not where a condition may fail.
TEST_F(Bundles, SpareChecksOnlyWhereNothingFails) {
  file("p.pac", kProved);
  ASSERT_EQ(pac("build p.pac --no-native").exit, 0);
  EXPECT_FALSE(has(pac("inspect p.pacb").out, "spares")) << "there is no native code in it";
  std::string text = kProved;
  text.replace(text.find("n < 5"), 5, "n < 5 and 20 / (n + m) > 0");
  text.replace(text.find("n: int in 0 .. 9"), 16, "n: int in 0 .. 9, m: int in 0 .. 9");
  text.replace(text.find("    rule high"), 0,
               "    rule rest { when n < 5 and not (20 / (n + m) > 0) then { r: 3 } }\n");
  file("p.pac", text);
  const Outcome built = pac("build p.pac");
  ASSERT_EQ(built.exit, 0) << built.err;
  const Outcome shown = pac("inspect p.pacb");
  EXPECT_FALSE(has(shown.out, "spares")) << shown.out;
  file("zero.jsonl", "{\"n\":0,\"m\":0}\n");
  EXPECT_TRUE(
      has(pac("run p.pacb --input zero.jsonl").err + pac("run p.pacb --input zero.jsonl").out,
          "PAC5002"));
}

TEST_F(Bundles, AreNotWrittenWithErrorsOfTheAnalysis) {
  std::string text = kProved;
  file("p.pac", text.replace(text.find("n >= 5"), 6, "n > 5"));
  const Outcome built = pac("build p.pac");
  EXPECT_EQ(built.exit, 1);
  EXPECT_TRUE(has(built.err, "PAC2101")) << built.err;
  EXPECT_TRUE(has(built.err, "no bundle was written")) << built.err;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "p.pacb"));
}

TEST_F(Bundles, UnknownIsSaidAndMayFail) {
  file("u.pac", kUnknown);
  EXPECT_EQ(pac("check u.pac").exit, 0);
  const Outcome checked = pac("check u.pac --fail-on-unknown");
  EXPECT_EQ(checked.exit, 1);
  EXPECT_TRUE(has(checked.err, "the expression is `upper_ascii(text)`")) << checked.err;
  EXPECT_TRUE(has(checked.err, "given up after")) << checked.err;
  EXPECT_EQ(pac("build u.pac --fail-on-unknown").exit, 1);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "u.pacb"));
  EXPECT_EQ(pac("build u.pac").exit, 0);
  const Outcome shown = pac("inspect u.pacb");
  EXPECT_TRUE(has(shown.out, "findings: 1 PAC2901")) << shown.out;
  EXPECT_TRUE(has(shown.out, "not settled: `code`, rule `shout`")) << shown.out;
  EXPECT_TRUE(has(shown.out, "the expression is `upper_ascii(text)`; given up after")) << shown.out;
  // What the author accepts fails no longer.
  std::string text = kUnknown;
  file("u.pac",
       text.replace(text.find("rule shout"), 0, "@accept(PAC2901, \"no such text\")\n    "));
  EXPECT_EQ(pac("check u.pac --fail-on-unknown").exit, 0) << pac("check u.pac").err;
}

TEST_F(Bundles, CertificatesAreWrittenAndChecked) {
  file("p.pac", kProved);
  const Outcome written = pac("check p.pac --certificate p.json");
  EXPECT_EQ(written.exit, 0) << written.err;
  const Outcome good = pac("check p.pac --verify-certificate p.json");
  EXPECT_EQ(good.exit, 0) << good.err;
  EXPECT_TRUE(has(good.out, "p.json: 2 claims, 0 parts not checked")) << good.out;
  std::string text = read(folder_ / "p.json");
  file("moved.json", text.replace(text.find("\"5\""), 3, "\"6\""));
  const Outcome moved = pac("check p.pac --verify-certificate moved.json");
  EXPECT_EQ(moved.exit, 1);
  EXPECT_TRUE(has(moved.err, "PAC4231")) << moved.err;
  file("p.pac", std::string(kProved) +
                    "decision e { input { n: int } output { r: int } result "
                    "{ r: 1 } }\n");
  EXPECT_TRUE(has(pac("check p.pac --verify-certificate p.json").err, "the digests differ"));
  EXPECT_EQ(pac("check p.pac --verify-certificate absent.json").exit, 3);
  EXPECT_EQ(pac("check p.pac u.pac --verify-certificate p.json").exit, 2);
}

TEST_F(Bundles, TestsOfABundleTakeFilterAndFormats) {
  ASSERT_EQ(pac("build shop -o shop.pacb").exit, 0);
  EXPECT_EQ(pac("test shop.pacb").out,
            "1 test and 3 witnesses in both engines: 8 passed, 0 failed\n");
  EXPECT_EQ(pac("test shop.pacb --filter large --engine native").out,
            "1 test in native: 1 passed, 0 failed\n");
  const Outcome json = pac("test shop.pacb --format json");
  EXPECT_EQ(lines_of(json.out).size(), 8u);
  for (const std::string& line : lines_of(json.out)) {
    const auto value = json::parse(line);
    ASSERT_TRUE(value.has_value()) << line;
    EXPECT_TRUE(value->find("passed")->as_bool());
    EXPECT_NE(value->find("actual")->find("status"), nullptr);
  }
  const Outcome junit = pac("test shop.pacb shop --format junit");
  EXPECT_TRUE(has(junit.out, "a large order"));
  EXPECT_TRUE(has(junit.out, "witness of mine"));
}

TEST_F(Bundles, SignaturesCountWhereTheKeyIsTrusted) {
  ASSERT_EQ(pac("key new release").exit, 0);
  EXPECT_EQ(pac("key new release").exit, 3);
  EXPECT_EQ(pac("key new other").exit, 0);
  ASSERT_EQ(pac("key trust release.pub").exit, 0);
  ASSERT_EQ(pac("key trust other.pub --trust other.json").exit, 0);
  EXPECT_EQ(pac("key trust release.pub").exit, 1);
  const Outcome list = pac("key list");
  EXPECT_TRUE(has(list.out, "trusted as `release` in trust.json")) << list.out;
  struct stat made{};
  ASSERT_EQ(stat(path("release.key").c_str(), &made), 0);
  EXPECT_EQ(made.st_mode & 0777, 0600u);
  ASSERT_EQ(pac("build shop -o shop.pacb --sign release.key").exit, 0);
  ASSERT_EQ(pac("build shop -o bare.pacb").exit, 0);

  for (const char* command : {"run", "test", "inspect", "explain", "gen cpp"}) {
    const std::string rest = has("run explain", command) ? " --input in.jsonl" : "";
    const auto with = [&](const std::string& options) {
      return pac(std::string(command) + " " + options + rest);
    };
    EXPECT_EQ(with("shop.pacb --require-signature --trust trust.json").exit, 0) << command;
    const Outcome nobody = with("shop.pacb --require-signature");
    EXPECT_EQ(nobody.exit, 1) << command;
    EXPECT_TRUE(has(nobody.err, "PAC4226")) << nobody.err;
    EXPECT_EQ(with("shop.pacb --require-signature --trust other.json").exit, 1) << command;
    EXPECT_EQ(with("bare.pacb --require-signature --trust trust.json").exit, 1) << command;
    EXPECT_EQ(with("bare.pacb").exit, 0) << command;
  }
  EXPECT_TRUE(has(pac("inspect shop.pacb --trust trust.json").out, "trusted: `release`"));
  EXPECT_TRUE(has(pac("inspect shop.pacb").out, "not trusted"));
  EXPECT_EQ(shell("PAC_TRUST=trust.json; PAC_REQUIRE_SIGNATURE=1; export PAC_TRUST "
                  "PAC_REQUIRE_SIGNATURE; pac run shop.pacb --input in.jsonl")
                .exit,
            0);
}

TEST_F(Bundles, KeysUnderAPassphraseSignAsOthersDo) {
  const Outcome no_terminal = shell("setsid " PAC_BINARY " key new a --encrypt");
  EXPECT_EQ(no_terminal.exit, 3);
  EXPECT_TRUE(has(no_terminal.err, "error[PAC0144]") && has(no_terminal.err, "PAC_KEY_PASSPHRASE"))
      << no_terminal.err;
  EXPECT_EQ(shell("PAC_KEY_PASSPHRASE=seven77 pac key new a --encrypt").exit, 3);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a.key"));
  ASSERT_EQ(shell("PAC_KEY_PASSPHRASE='correct horse' pac key new a --encrypt").exit, 0);
  EXPECT_TRUE(has(read(folder_ / "a.key"), "BEGIN ENCRYPTED PRIVATE KEY"));
  ASSERT_EQ(pac("key trust a.pub").exit, 0);
  const std::string build = "pac build shop --sign a.key -o shop.pacb";
  const Outcome wrong = shell("PAC_KEY_PASSPHRASE='correct house' " + build);
  EXPECT_EQ(wrong.exit, 3);
  EXPECT_TRUE(has(wrong.err, "error[PAC0144]: a.key: the passphrase does not open")) << wrong.err;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "shop.pacb"));
  ASSERT_EQ(shell("PAC_KEY_PASSPHRASE='correct horse' " + build).exit, 0);
  EXPECT_TRUE(has(pac("inspect shop.pacb --trust trust.json").out, "trusted: `a`"));

  const Outcome changed = shell(
      "PAC_KEY_PASSPHRASE='correct horse' PAC_KEY_NEW_PASSPHRASE='battery staple' pac key "
      "passphrase a.key");
  EXPECT_EQ(changed.exit, 0) << changed.err;
  EXPECT_EQ(shell("PAC_KEY_PASSPHRASE='correct horse' " + build).exit, 3);
  EXPECT_EQ(shell("PAC_KEY_PASSPHRASE='battery staple' " + build).exit, 0);
  EXPECT_TRUE(has(pac("inspect shop.pacb --trust trust.json").out, "trusted: `a`"))
      << "the key is the same";
  EXPECT_TRUE(has(pac("key list").out, "./a.pub and .key, under a passphrase"));
}

TEST_F(Bundles, KeysInATokenSignAsOthersDo) {
  file("hsm/conf", "directories.tokendir = " + path("hsm") + "\nlog.level = ERROR\n");
  // SoftHSM loses memory, for which a build with sanitizers would fail.
  const std::string at_hand = "export SOFTHSM2_CONF=" + path("hsm/conf") +
                              " PAC_KEY_PIN=4711-0815 ASAN_OPTIONS=detect_leaks=0; ";
  ASSERT_EQ(shell(at_hand +
                  "softhsm2-util --init-token --free --label pac --pin 4711-0815 --so-pin 12345678")
                .exit,
            0);
  const std::string uri =
      "'pkcs11:token=pac;object=release?module-path=/usr/lib/softhsm/libsofthsm2.so'";
  ASSERT_EQ(shell(at_hand + "pac key new release --token " + uri).exit, 0);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "release.key")) << "the key stays in the token";
  ASSERT_EQ(pac("key trust release.pub").exit, 0);
  const Outcome built = shell(at_hand + "pac build shop -o shop.pacb --sign " + uri);
  ASSERT_EQ(built.exit, 0) << built.err;
  EXPECT_TRUE(has(pac("inspect shop.pacb --trust trust.json").out, "trusted: `release`"));
  const Outcome wrong = shell(at_hand + "PAC_KEY_PIN=1 pac build shop -o x.pacb --sign " + uri);
  EXPECT_EQ(wrong.exit, 3);
  EXPECT_TRUE(has(wrong.err, "error[PAC0145]: the PIN is wrong")) << wrong.err;
}

TEST_F(Bundles, TamperingIsAFinding) {
  ASSERT_EQ(pac("build shop -o shop.pacb").exit, 0);
  std::string bytes = read(folder_ / "shop.pacb");
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  file("shop.pacb", bytes);
  for (const char* command : {"run", "test", "inspect", "explain", "gen cpp", "doc"}) {
    const Outcome o = pac(std::string(command) + " shop.pacb");
    EXPECT_EQ(o.exit, 1) << command;
    EXPECT_TRUE(has(o.err, "PAC42")) << o.err;
  }
}

// A failing test leaves no bundle behind.
TEST_F(Bundles, IsNotWrittenWhereATestFails) {
  file("p.pac",
       "package p edition 1\ndecision d {\n  input { x: int }\n  output { y: int }\n"
       "  result { y: x }\n}\ntest d \"wrong\" { given { x: 1 } expect { y: 3 } }\n");
  const Outcome o = pac("build p.pac");
  EXPECT_EQ(o.exit, 1);
  EXPECT_TRUE(has(o.out, "FAIL test d \"wrong\": y: expected 3, got 1")) << o.out;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "p.pacb"));
}

}  // namespace
}  // namespace pac::e2e
