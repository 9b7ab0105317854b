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
  same("doc", "");
  const Outcome inspected = pac("inspect shop.pacb");
  for (const char* part : {"bundle     sha256:", "shop.discount", "sources/shop.pac", "  none\n"})
    EXPECT_TRUE(has(inspected.out, part)) << inspected.out;
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
