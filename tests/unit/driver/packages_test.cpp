// Packages: files of one folder in any order are one program, and one package uses another.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "compiler/diag/render.h"
#include "compiler/driver/build.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/packages.h"
#include "runtime/engine/bundle.h"
#include "runtime/engine/bundle_format.h"
#include "runtime/ir/function.h"
#include "stdlib/registry.h"

namespace pac::driver {
namespace {

namespace fs = std::filesystem;
using Texts = SourceTexts;

std::string digest_of(const Compilation& c, std::string_view decision) {
  const auto id = c.checked->rules.find_decision(decision);
  return ir::function_digest(c.checked->rules, id, stdlib::find);
}

std::string digest_of(const Texts& texts, std::string_view decision) {
  auto c = compile_texts(texts);
  if (!c || !(*c)->checked) return "not compiled";
  return digest_of(**c, decision);
}

const char* const kTypes = "package p edition 1\nenum Size { small, large }\n";
const char* const kPart = R"(package p edition 1
decision part { input { s: Size } output { n: int } result { n: if s == small then 1 else 2 } }
)";
const char* const kWhole = R"(package p edition 1
decision whole { input { s: Size } output { n: int } result { n: part(s: s).n + 1 } }
)";

TEST(Packages, NeitherOrderNorNumberOfFilesMattersToTheDigest) {
  const std::string in_order =
      digest_of(Texts{{"a.pac", kTypes}, {"b.pac", kPart}, {"c.pac", kWhole}}, "whole");
  EXPECT_EQ(in_order.size(), 64u) << in_order;
  EXPECT_EQ(digest_of(Texts{{"c.pac", kWhole}, {"b.pac", kPart}, {"a.pac", kTypes}}, "whole"),
            in_order);
  const std::string one =
      std::string(kWhole) + std::string(kPart).substr(20) + std::string(kTypes).substr(20);
  EXPECT_EQ(digest_of(Texts{{"one.pac", one}}, "whole"), in_order);
}

// A folder of its own for each test; gone afterwards.
class OnDisk : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "pac_packages_XXXXXX").string();
    root_ = mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(root_); }
  std::string write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
    return (root_ / path).string();
  }
  fs::path root_;
};

TEST_F(OnDisk, AnyFileOfAPackageNamesAllOfThemInOneOrder) {
  const std::string b = write("p/b.pac", kPart), a = write("p/a.pac", kTypes);
  write("p/other.pac", "package q edition 1\n");
  const auto from_a = find_packages(a), from_b = find_packages(b);
  ASSERT_TRUE(from_a && from_b);
  EXPECT_EQ(*from_a, *from_b);
  EXPECT_EQ((*from_a)[0], (std::vector<std::string>{a, b}));
}

TEST(PackageOfText, ReadsTheHeadAsTheParserDoes) {
  const std::pair<const char*, const char*> heads[] = {
      {"package a edition 1", "a"},
      {"package  a\tedition 1", "a"},
      {"\xEF\xBB\xBF// who\r\n\r\n/// why\r\npackage a.b edition 1", "a.b"},
      {"package // the name stands below\n  a . b // and goes on\n  .c edition 1", "a.b.c"},
      {"package\na\nedition 1", "a"},
      {"package a// note\nedition 1", "a"},
      {"packages a edition 1", ""},
      {"enum E { a }\npackage a edition 1", ""},
      {"", ""},
      {"//", ""},
  };
  for (const auto& [text, name] : heads) EXPECT_EQ(package_of_text(text), name) << text;
}

TEST_F(OnDisk, InAProjectAFolderIsOnePackage) {
  write("pac.toml", "");
  const std::string a = write("p/a.pac", kTypes);
  write("p/other.pac", "package q edition 1\n");
  auto c = compile(a);
  ASSERT_TRUE(c.has_value());
  ASSERT_EQ((*c)->emitter.all().size(), 1u);
  EXPECT_STREQ(diag::info((*c)->emitter.all()[0].kind).code, "PAC1212");
}

TEST_F(OnDisk, UsedPackagesTravelWithTheirSourcesAndStayPrivate) {
  write("lib/sizes/sizes.pac", "package lib.sizes edition 1\nenum Size { small, large }\n");
  write("lib/parts/parts.pac", "package lib.parts edition 1\nuse lib.sizes\n" +
                                   std::string(kPart).substr(20) +
                                   "decision unused { input { s: Size } output { n: int } result "
                                   "{ n: 1 } }\n");
  const std::string main =
      write("app/main.pac", "package app edition 1\nuse lib.parts\nuse lib.sizes\n" +
                                std::string(kWhole).substr(20));
  auto c = compile(main);
  ASSERT_TRUE(c.has_value()) << c.error().message;
  ASSERT_TRUE((*c)->checked) << diag::render_pretty((*c)->sources, (*c)->emitter.all());
  const check::Checked& checked = *(*c)->checked;
  std::vector<std::string> paths;
  for (const auto& file : checked.side.files) paths.push_back(file.path);
  EXPECT_EQ(paths,
            (std::vector<std::string>{"main.pac", "lib/parts/parts.pac", "lib/sizes/sizes.pac"}));
  ASSERT_EQ(checked.rules.decisions.size(), 2u) << "only what is called comes along";
  EXPECT_EQ(checked.rules.decisions[0].name, "lib.parts.part");
  EXPECT_TRUE(checked.rules.decisions[0].is_private);
  EXPECT_EQ(checked.rules.decisions[1].name, "whole");
}

TEST_F(OnDisk, ABundleCarriesTheSourcesOfUsedPackages) {
  write("lib/sizes/sizes.pac", "package lib.sizes edition 1\nenum Size { small, large }\n");
  write("lib/parts/parts.pac",
        "package lib.parts edition 1\nuse lib.sizes\n" + std::string(kPart).substr(20));
  const std::string main = write("app/main.pac",
                                 "package app edition 1\nuse lib.parts\nuse "
                                 "lib.sizes\n" +
                                     std::string(kWhole).substr(20));
  auto c = compile(main);
  ASSERT_TRUE(c && (*c)->checked);
  auto out = build(**c, {false, "1", {}});
  ASSERT_TRUE(out.has_value()) << out.error().code << " " << out.error().message;
  EXPECT_TRUE(out->problems.empty()) << out->problems[0];
  const auto bundle = engine::Bundle::load(out->bytes, {});
  ASSERT_TRUE(bundle.has_value()) << bundle.error().code << " " << bundle.error().message;
  std::vector<std::string> sources;
  for (const auto& member : (*bundle)->manifest().members) {
    if (member.name.starts_with(engine::kSourcesFolder)) sources.push_back(member.name);
  }
  EXPECT_EQ(sources, (std::vector<std::string>{"sources/lib/parts/parts.pac",
                                               "sources/lib/sizes/sizes.pac", "sources/main.pac"}));
}

TEST_F(OnDisk, WarningsOfUsedPackagesAreTheirOwn) {
  write("lib/lib.pac", R"(package lib edition 1
decision f { input { n: int in 0 .. 9 } output { b: bool } result { b: n >= 0 } }
)");
  const std::string main = write("app/main.pac", R"(package app edition 1
use lib
decision d { input { n: int in 0 .. 9 } output { b: bool } result { b: f(n: n).b } }
)");
  auto c = compile(main);
  ASSERT_TRUE(c && (*c)->checked);
  EXPECT_EQ((*c)->emitter.warning_count(), 0u);
  auto own = compile((root_ / "lib/lib.pac").string());
  ASSERT_TRUE(own && (*own)->checked);
  EXPECT_EQ((*own)->emitter.warning_count(), 1u);
}

TEST_F(OnDisk, TooManyPackagesAreRefused) {
  std::string main = "package app edition 1\n";
  for (size_t i = 0; i <= kMaxPackages; ++i) {
    const std::string name = "p" + std::to_string(i);
    write(name + "/x.pac", "package " + name + " edition 1\n");
    main += "use " + name + "\n";
  }
  auto c = compile(write("app/main.pac", main));
  ASSERT_TRUE(c.has_value());
  ASSERT_FALSE((*c)->emitter.all().empty());
  EXPECT_STREQ(diag::info((*c)->emitter.all()[0].kind).code, "PAC1228");
}

// 70,000 quantifiers, more than a decision has slots.
TEST(Slots, ServeAgainInTheNextRow) {
  std::string text = R"(package s edition 1
decision d {
  input { xs: list<int in 0 .. 9> max 3 items, n: int in 0 .. 9 }
  output { y: int }
  rules first {
)";
  for (int i = 0; i < 300; ++i) {
    text += "    rule r" + std::to_string(i) +
            " { when any x in xs: x > n and (none x2 in xs: x2 == " + std::to_string(i % 10) +
            ") then { y: 1 } }\n";
  }
  text += "    otherwise { y: 0 }\n  }\n}\n";
  auto c = compile_texts({{"s.pac", text}});
  ASSERT_TRUE(c && (*c)->checked);
  EXPECT_EQ((*c)->checked->rules.decisions[0].var_count, 2u);
}

TEST(Side, CarriesMarksAcceptancesAndPermissions) {
  auto c = compile_texts({{"s.pac", R"(package s edition 1
record Person { id: string @pii(identifier), age: int in 0 .. 150 @protected(age) }
@exact @accept(PAC2101, "no such people")
decision d {
  input { p: Person, amount: int in 0 .. 9 @can_change }
  output { ok: bool }
  may_use p.age cites iri "https://example.org/statute"
  rules first {
    @exact
    rule a { when p.age >= 18 and amount > 3 then { ok: true } }
    otherwise { ok: false }
  }
}
)"}});
  ASSERT_TRUE(c && (*c)->checked) << diag::render_pretty((*c)->sources, (*c)->emitter.all());
  EXPECT_EQ((*c)->emitter.warning_count(), 0u);
  const ir::RuleSet& rules = (*c)->checked->rules;
  const ir::Side& side = (*c)->checked->side;
  const ir::DecisionSide& d = side.decisions[0];
  EXPECT_TRUE(d.exact);
  ASSERT_EQ(d.words.acceptances.size(), 1u);
  EXPECT_EQ(d.words.acceptances[0].code, "PAC2101");
  EXPECT_EQ(d.words.acceptances[0].reason, "no such people");
  EXPECT_TRUE(d.rules[0].exact);
  ASSERT_EQ(d.permissions.size(), 1u);
  EXPECT_EQ(d.permissions[0].path, "p.age");
  EXPECT_EQ(rules.records[d.permissions[0].record].fields[d.permissions[0].field].name, "age");
  EXPECT_EQ(d.permissions[0].citations.size(), 1u);
  EXPECT_TRUE(side.records[ir::index(rules.decisions[0].input)].fields[1].can_change);
  auto read = ir::decode_side(ir::encode_side(side));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(*read, side);
}

}  // namespace
}  // namespace pac::driver
