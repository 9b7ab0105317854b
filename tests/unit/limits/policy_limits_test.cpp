// The limits of a policy: at the limit it compiles, one beyond it is a diagnostic with the row's
// code.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "compiler/check/check.h"
#include "compiler/driver/compile.h"
#include "compiler/parse/parse.h"

namespace pac {
namespace {

// The codes of all errors in a policy; empty: it compiles.
std::string errors(const std::string& body) {
  const auto c = driver::compile_texts({{"p.pac", "package p edition 1\n" + body}});
  if (!c) return c.error().code + " " + c.error().message;
  std::set<std::string> codes;
  for (const diag::Diagnostic& each : (*c)->emitter.all()) {
    if (each.severity != diag::Severity::error) continue;
    codes.insert(diag::info(each.kind).code);
  }
  std::string out;
  for (const std::string& code : codes) out += (out.empty() ? "" : " ") + code;
  if (out.empty() && !(*c)->checked) return "no rule set";
  return out;
}

std::string repeated(const std::string& text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

// A decision of one result over an int `x` and a bool `b`.
std::string result_of(const std::string& type, const std::string& value) {
  return "decision d {\n  input { x: int in 0 .. 9, b: bool, s: string max 9 chars }\n"
         "  output { y: " +
         type + " }\n  result { y: " + value + " }\n}\n";
}

TEST(LimitsOfAPolicy, Nesting) {
  const auto brackets = [](int count) {
    return result_of("bool", repeated("(", count) + "b" + repeated(")", count));
  };
  // Those of the decision and of the result count.
  EXPECT_EQ(errors(brackets(parse::kMaxNesting - 2)), "");
  EXPECT_EQ(errors(brackets(parse::kMaxNesting - 1)), "PAC1015");
  const auto nots = [](int count) { return result_of("bool", repeated("not ", count) + "b"); };
  EXPECT_EQ(errors(nots(parse::kMaxNesting - 1)), "") << "the operand is a level too";
  EXPECT_EQ(errors(nots(parse::kMaxNesting)), "PAC1015");
  EXPECT_EQ(parse::kMaxNesting, 200);
}

// What is read, as by `pac fmt`; to compile, such a row has too many levels.
TEST(LimitsOfAPolicy, OperatorsInARow) {
  const auto row = [](int operands) {
    return "package p edition 1\ndecision d {\n  input { b: bool }\n  output { y: bool }\n"
           "  result { y: b" +
           repeated("\n    or b", operands - 1) + " }\n}\n";
  };
  const auto read = [&](int operands) {
    SourceSet sources;
    diag::Emitter emitter;
    const auto file = sources.add("p.pac", row(operands));
    EXPECT_TRUE(file.has_value());
    parse::parse(**file, emitter);
    return emitter.all().empty() ? "" : diag::info(emitter.all()[0].kind).code;
  };
  EXPECT_STREQ(read(parse::kMaxChain), "");
  EXPECT_STREQ(read(parse::kMaxChain + 1), "PAC1016");
  EXPECT_EQ(parse::kMaxChain, 1000);
}

TEST(LimitsOfAPolicy, LevelsOfAnExpression) {
  const auto sum = [](int operands) {
    return result_of("int", "x" + repeated("\n    + x", operands - 1));
  };
  EXPECT_EQ(errors(sum(400)), "");
  EXPECT_EQ(errors(sum(401)), "PAC1228");
}

TEST(LimitsOfAPolicy, DigitsOfANumber) {
  const auto number = [](int digits) {
    return result_of("decimal(0)", std::string(static_cast<size_t>(digits), '9') + ".");
  };
  const auto param = [](int digits) {
    return "param p: decimal(2) { from 2025-01-01: " +
           std::string(static_cast<size_t>(digits - 2), '9') + ".99 }\n" + result_of("bool", "b");
  };
  EXPECT_EQ(errors(param(38)), "");
  EXPECT_EQ(errors(param(39)), "PAC1008");
  EXPECT_NE(errors(number(1)), "") << "a number does not end in a point";
}

TEST(LimitsOfAPolicy, DigitsAfterThePoint) {
  const auto field = [](int scale) {
    return "decision d {\n  input { x: decimal(" + std::to_string(scale) +
           ") }\n  output { y: bool }\n  result { y: true }\n}\n";
  };
  EXPECT_EQ(errors(field(38)), "");
  EXPECT_EQ(errors(field(39)), "PAC1313");
}

TEST(LimitsOfAPolicy, ItemsAndCharacters) {
  const auto field = [](const std::string& type) {
    return "decision d {\n  input { x: " + type +
           " }\n  output { y: bool }\n  result { y: true }\n}\n";
  };
  EXPECT_EQ(errors(field("list<int> max 100_000 items")), "");
  EXPECT_TRUE(errors(field("list<int> max 100_001 items")).starts_with("PAC1228"));
  EXPECT_EQ(errors(field("set<int> max 100_000 items")), "");
  EXPECT_TRUE(errors(field("set<int> max 100_001 items")).starts_with("PAC1228"));
  EXPECT_EQ(errors(field("string max 1_000_000 chars")), "");
  EXPECT_EQ(errors(field("string max 1_000_001 chars")), "PAC1228");
}

TEST(LimitsOfAPolicy, ChainsOfCalls) {
  const auto chain = [](int count) {
    std::string out;
    for (int i = 1; i <= count; ++i) {
      const std::string number = std::to_string(i);
      out += "decision d" + number + " {\n  input { x: int in 0 .. 9 }\n  output { y: int }\n" +
             "  result { y: " + (i == 1 ? "x" : "d" + std::to_string(i - 1) + "(x: x).y") +
             " }\n}\n";
    }
    return out;
  };
  EXPECT_EQ(errors(chain(32)), "");
  EXPECT_EQ(errors(chain(33)), "PAC1228");
}

TEST(LimitsOfAPolicy, Patterns) {
  const auto pattern = [](const std::string& text) {
    return "decision d {\n  input { x: string matches \"" + text +
           "\" }\n  output { y: bool }\n  result { y: true }\n}\n";
  };
  EXPECT_EQ(errors(pattern("a{0,1000}")), "");
  EXPECT_EQ(errors(pattern("a{0,1001}")), "PAC1322");
  EXPECT_EQ(errors(pattern("a{1001}")), "PAC1322");
  EXPECT_EQ(errors(pattern(repeated("(", 200) + "a" + repeated(")", 200))), "");
  EXPECT_EQ(errors(pattern(repeated("(", 201) + "a" + repeated(")", 201))), "PAC1322");
  // One state a byte, the beginning and the dead state: 4,096.
  EXPECT_EQ(errors(pattern(std::string(4'094, 'a'))), "");
  EXPECT_EQ(errors(pattern(std::string(4'095, 'a'))), "PAC1322");
}

// One rule and one row are read, the rest are copies of it: to read 200,000 of them takes long.
std::string errors_of_rules(size_t rules, size_t rows) {
  SourceSet sources;
  diag::Emitter emitter;
  const auto file = sources.add("p.pac", R"(package p edition 1
decision d {
  input { x: bool }
  output { y: bool }
  rules first {
    rule r { when x then { y: true } }
    otherwise { y: false }
  }
}
decision t {
  input { x: bool }
  output { y: bool }
  table first {
    x    => y
    true => true
    -    => false
  }
}
)");
  EXPECT_TRUE(file.has_value());
  std::vector<ast::Module> modules;
  modules.push_back(parse::parse(**file, emitter));
  EXPECT_FALSE(emitter.has_errors());
  auto& of_rules = modules[0].decisions[0].rules;
  std::vector<std::string> names(rules);
  of_rules.resize(rules, ast::Rule(of_rules[0]));
  for (size_t i = 0; i < rules; ++i) {
    names[i] = "r" + std::to_string(i);
    of_rules[i].name.text = names[i];
  }
  auto& of_rows = modules[0].decisions[1].table.rows;
  of_rows.resize(rows, ast::Row(of_rows[0]));
  const auto checked = check::check(modules, sources, emitter);
  std::string out;
  for (const diag::Diagnostic& each : emitter.all()) {
    if (each.severity == diag::Severity::error) out += diag::info(each.kind).code;
  }
  EXPECT_EQ(out.empty(), checked.has_value());
  return out;
}

TEST(LimitsOfAPolicy, RulesAndRows) {
  EXPECT_EQ(errors_of_rules(200'000, 2), "");
  EXPECT_EQ(errors_of_rules(1, 200'000), "");
  EXPECT_EQ(errors_of_rules(200'001, 2), "PAC1228");
  EXPECT_EQ(errors_of_rules(1, 200'001), "PAC1228");
}

}  // namespace
}  // namespace pac
