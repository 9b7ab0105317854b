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
  std::multiset<std::string> codes;
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

TEST(LimitsOfAPolicy, OperatorsInARow) {
  const auto row = [](const char* type, const std::string& op, int operands) {
    return result_of(type, type[0] == 'b' ? "b" + repeated("\n    " + op + " b", operands - 1)
                                          : "x" + repeated("\n    " + op + " x", operands - 1));
  };
  for (const char* op : {"or", "and"}) {
    EXPECT_EQ(errors(row("bool", op, parse::kMaxChain)), "") << op;
    EXPECT_EQ(errors(row("bool", op, parse::kMaxChain + 1)), "PAC1016") << op;
  }
  for (const char* op : {"+", "-"}) {
    EXPECT_EQ(errors(row("int", op, parse::kMaxSum)), "") << op;
    EXPECT_EQ(errors(row("int", op, parse::kMaxSum + 1)), "PAC1016") << op;
  }
  EXPECT_EQ(parse::kMaxChain, 1000);
  EXPECT_EQ(parse::kMaxSum, 400);
}

// Tests of one cell are a row of `or`, of any length.
TEST(LimitsOfAPolicy, TestsOfACell) {
  std::string cell = "0 .. 1";
  for (int i = 1; i < 2'000; ++i) {
    cell += ", " + std::to_string(4 * i) + " .. " + std::to_string(4 * i + 1);
  }
  const auto table = [&](const std::string& test) {
    return "decision d {\n  input { x: int in 0 .. 1_000_000 }\n  output { y: bool }\n"
           "  table first {\n    x => y\n    " +
           test + " => true\n    - => false\n  }\n}\n";
  };
  EXPECT_EQ(errors(table(cell)), "");
  EXPECT_EQ(errors(table("not (" + cell + ")")), "");
}

TEST(LimitsOfAPolicy, LevelsOfAnExpression) {
  const auto sum = [](int operands, int brackets) {
    return result_of("int", repeated("(", brackets) + "x" + repeated("\n    + x", operands - 1) +
                                repeated(" + x)", brackets));
  };
  EXPECT_EQ(errors(sum(400, 0)), "");
  EXPECT_EQ(errors(sum(390, 10)), "");
  EXPECT_EQ(errors(sum(390, 11)), "PAC1228") << "told once";
}

// Each let of a row reads the next, up to the limit of what nests through lets; whichever way it is
// written down.
TEST(LimitsOfAPolicy, LetsInAnyOrder) {
  const auto lets = [](int count, bool reversed) {
    std::string out = "decision d {\n  input { x: int in 0 .. 9 }\n  output { y: int }\n";
    for (int i = 0; i < count; ++i) {
      const int n = reversed ? i : count - 1 - i;
      const std::string next = n + 1 < count ? "l" + std::to_string(n + 1) : "x";
      out += "  let l" + std::to_string(n) + " = " + next + " + 1\n";
    }
    return out + "  result { y: l0 }\n}\n";
  };
  for (const bool reversed : {false, true}) {
    EXPECT_EQ(errors(lets(2'000, reversed)), "") << reversed;
    EXPECT_EQ(errors(lets(3'000, reversed)), "PAC1228") << reversed;
  }
}

// Each call makes an int a decimal and that an optional: four levels where one reads two.
TEST(LimitsOfAPolicy, LevelsOfAnExpressionWithItsConversions) {
  const auto calls = [](int count) {
    return "private decision f {\n  input { x: decimal(2)? }\n  output { y: int }\n"
           "  result { y: 1 }\n}\n" +
           result_of("int", repeated("f(x: ", count) + "1" + repeated(").y", count));
  };
  EXPECT_EQ(errors(calls(120)), "");
  EXPECT_EQ(errors(calls(130)), "PAC1228");
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
  EXPECT_EQ(errors(field("list<int> max 100_001 items")), "PAC1228");
  EXPECT_EQ(errors(field("set<int> max 100_000 items")), "");
  EXPECT_EQ(errors(field("set<int> max 100_001 items")), "PAC1228");
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

// What the verifier counts is told as a mistake of the policy, with a place.
TEST(LimitsOfAPolicy, ThoseOfTheCompiledFormHaveAPlace) {
  const auto with_input = [](const std::string& field, const std::string& before) {
    return before + "decision d {\n  input { x: " + field +
           " }\n  output { y: bool }\n  result { y: true }\n}\n";
  };
  const auto records = [](int count, int fields) {
    std::string out;
    for (int i = 1; i <= count; ++i) {
      out += "record R" + std::to_string(i) + " { ";
      for (int f = 0; f < fields; ++f) {
        out += "f" + std::to_string(f) + ": " + (i == 1 ? "int" : "R" + std::to_string(i - 1)) +
               (f + 1 < fields ? ", " : " }\n");
      }
    }
    return out;
  };
  EXPECT_EQ(errors(with_input("R30", records(30, 1))), "");
  EXPECT_EQ(errors(with_input("R33", records(33, 1))), "PAC1228");
  EXPECT_EQ(errors(with_input("R4", records(4, 40))), "PAC1228") << "40^4 fields";
  EXPECT_EQ(errors(with_input("R1", records(1, 4'096))), "");
  EXPECT_EQ(errors(with_input("R1", records(1, 4'097))), "PAC1228");
  EXPECT_EQ(errors(with_input("int", "record " + std::string(1'100, 'a') + " { f: int }\n")),
            "PAC1228");
  std::string lets = "decision d {\n  input { x: int }\n  output { y: int }\n  let a0 = x\n";
  for (int i = 1; i < 3'000; ++i) {
    lets += "  let a" + std::to_string(i) + " = a" + std::to_string(i - 1) + " + 1\n";
  }
  EXPECT_EQ(errors(lets + "  result { y: a2999 }\n}\n"), "PAC1228");
  std::string calls;
  for (int i = 0; i < 12; ++i) {
    const std::string call = "d" + std::to_string(i - 1) + "(x: x).y";
    calls +=
        "decision d" + std::to_string(i) + " {\n  input { x: int in 0 .. 1 }\n" +
        "  output { y: int }\n  result { y: " + (i == 0 ? "x" : call + repeated(" + " + call, 8)) +
        " }\n}\n";
  }
  EXPECT_EQ(errors(calls), "PAC1228") << "9^11 calls";
}

// An `assume` may be long: a list of codes, for example.
TEST(LimitsOfAPolicy, AnAssumeOfManyValues) {
  std::string codes = "\"0\"";
  for (int i = 1; i < 2'000; ++i) codes += ", \"" + std::to_string(i) + "\"";
  EXPECT_EQ(errors("decision d {\n  input { s: string max 9 chars }\n  output { y: bool }\n"
                   "  assume s in {" +
                   codes + "}\n  result { y: true }\n}\n"),
            "");
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
