// The function digest: what leaves it alone and what changes it, from the author's side.
#include <gtest/gtest.h>

#include "compiler/driver/compile.h"
#include "runtime/ir/function.h"
#include "stdlib/registry.h"

namespace pac::driver {
namespace {

constexpr const char* kPolicy = R"(package p edition 1
enum Kind { a, b "B" }
record R { n: int in 0 .. 9, kind: Kind }
param limit: int { from 2025-01-01: 5 }
decision d {
  context { as_of: date }
  input { r: R, x: decimal(2) in 0.00 .. 9.99 }
  output { y: int, t: string }
  let double = r.n * 2
  rules by priority {
    rule one priority 20 { when double > limit and r.kind == a then { y: 1, t: "one {x}" } }
    rule two priority 10 { when x >= 1.50 then { y: 2, t: "two" } }
    otherwise { y: 0, t: "none" }
  }
}
)";

std::string digest(std::string text) {
  auto c = compile_texts({{"p.pac", std::move(text)}});
  EXPECT_TRUE(c.has_value() && (*c)->checked);
  if (!c || !(*c)->checked) return {};
  const auto& rules = (*c)->checked->rules;
  return ir::function_digest(rules, rules.find_decision("d"), stdlib::find);
}

std::string replaced(std::string from, std::string to) {
  std::string text = kPolicy;
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  for (size_t i = at; i != std::string::npos; i = text.find(from, i + to.size()))
    text.replace(i, from.size(), to);
  return text;
}

TEST(FunctionDigest, IsLeftAloneByWhatDoesNotMatter) {
  const std::string same = digest(kPolicy);
  const std::pair<const char*, const char*> cases[] = {
      {"enum Kind", "// a comment\nenum Kind"},
      {"  let double", "\n\n      let double"},
      {"double", "twice"},
      {"decision d {", "/// Documentation.\n@owner(\"x\") decision d {\n  cites finlex \"1/2000\""},
      {"then { y: 2, t: \"two\" } }", "then { t: \"two\", y: 2 } explain en \"Because {x}.\" }"},
      {"param limit: int { from 2025-01-01: 5 }",
       "param limit: int { from 2025-01-01: 5 cites finlex \"1/2000\" }"},
      {"record R", "enum Unused { z }\nrecord R"},
      {"5 }\n",
       "5 }\ntest d \"t\" { given { r: { n: 1, kind: a }, x: 1.00 } as_of 2026-01-01 expect { y: 0 "
       "} }\n"},
      {"  let double = r.n * 2", "  let unused = r.n + 1\n  let double = r.n * 2"},
  };
  for (const auto& [from, to] : cases)
    EXPECT_EQ(digest(replaced(from, to)), same) << from << " -> " << to;
}

TEST(FunctionDigest, IsChangedByEachChangeOfMeaning) {
  const std::string same = digest(kPolicy);
  const std::pair<const char*, const char*> cases[] = {
      {"r.n * 2", "r.n * 3"},
      {"double > limit", "double >= limit"},
      {"priority 20", "priority 5"},
      {"1.50", "1.51"},
      {"y: 2", "y: 3"},
      {"\"two\"", "\"too\""},
      {"b \"B\"", "b \"C\""},
      {"0 .. 9,", "0 .. 8,"},
      {"2025-01-01: 5", "2025-01-02: 5"},
      {"2025-01-01: 5", "2025-01-01: 6"},
      {"rule two", "rule zwei"},
      {"and r.kind == a", "and r.kind == b"},
      {"and r.kind == a", "or r.kind == a"},
      {"one {x}", "one {r.n}"},
  };
  for (const auto& [from, to] : cases) {
    EXPECT_NE(digest(replaced(from, to)), same) << from << " -> " << to;
  }
}

}  // namespace
}  // namespace pac::driver
