#include "compiler/driver/run_tests.h"

#include <algorithm>

#include "runtime/base/date.h"
#include "runtime/base/json.h"
#include "runtime/engine/session.h"

namespace pac::driver {

namespace {

std::string join(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? "none" : out;
}

std::string show(const json::Value* value) {
  return value == nullptr ? "missing" : json::canonical(*value);
}

// Objects of `expected` are partial; an expected null is met by a member that is absent.
void compare(const std::string& path, const json::Value& expected, const json::Value* actual,
             std::vector<std::string>* problems) {
  const auto differ = [&] {
    problems->push_back((path.empty() ? "outcome" : path) + ": expected " +
                        json::canonical(expected) + ", got " + show(actual));
  };
  if (expected.is_null()) {
    if (actual != nullptr && !actual->is_null()) differ();
    return;
  }
  if (actual == nullptr || actual->kind() != expected.kind()) return differ();
  if (expected.is_object()) {
    for (const auto& member : expected.members()) {
      compare(path.empty() ? member.key : path + "." + member.key, member.value,
              actual->find(member.key), problems);
    }
    return;
  }
  if (expected.is_array()) {
    const auto& a = expected.elements();
    const auto& b = actual->elements();
    if (a.size() != b.size()) return differ();
    for (size_t i = 0; i < a.size(); ++i) {
      compare(path + "[" + std::to_string(i) + "]", a[i], &b[i], problems);
    }
    return;
  }
  if (!(expected == *actual)) differ();
}

std::string text_of(const json::Value& answer, const char* member) {
  const json::Value* value = answer.find(member);
  return value != nullptr && value->is_string() ? value->as_string() : "";
}

void check_expectation(const check::Expectation& expect, const json::Value& answer,
                       std::vector<std::string>* problems) {
  using Kind = check::Expectation::Kind;
  const std::string status = text_of(answer, "status");
  const char* wanted = expect.kind == Kind::outcome    ? "ok"
                       : expect.kind == Kind::error    ? "error"
                       : expect.kind == Kind::no_match ? "no_match"
                                                       : "refused";
  if (status != wanted) {
    std::string problem = std::string("status: expected ") + wanted + ", got " + status;
    for (const char* member : {"code", "path", "message"}) {
      if (const std::string text = text_of(answer, member); !text.empty()) problem += " " + text;
    }
    problems->push_back(std::move(problem));
    return;
  }
  if (expect.kind == Kind::error && text_of(answer, "code") != expect.error_code) {
    problems->push_back("error: expected " + expect.error_code + ", got " +
                        text_of(answer, "code"));
  }
  // An assume has no path: `refused assume` stands for it.
  const bool by_assume = expect.refused_path == "assume" && text_of(answer, "code") == "PAC5121";
  if (expect.kind == Kind::refused && text_of(answer, "path") != expect.refused_path &&
      !by_assume) {
    problems->push_back("refused: expected " + expect.refused_path + ", got " +
                        text_of(answer, "path"));
  }
  if (expect.kind == Kind::outcome && !expect.outcome.empty()) {
    const auto outcome = json::parse(expect.outcome);
    PAC_CHECK(outcome.has_value(), "the checker writes JSON");
    compare("", *outcome, answer.find("output"), problems);
  }
  const auto names = [&](const char* member, const char* key) {
    std::vector<std::string> out;
    if (const json::Value* list = answer.find(member); list != nullptr && list->is_array()) {
      for (const auto& item : list->elements()) {
        const json::Value* name = key == nullptr ? &item : item.find(key);
        if (name != nullptr && name->is_string()) out.push_back(name->as_string());
      }
    }
    return out;
  };
  if (expect.has_by && names("fired", nullptr) != expect.by) {
    problems->push_back("fired: expected " + join(expect.by) + ", got " +
                        join(names("fired", nullptr)));
  }
  std::vector<std::string> duties = names("obligations", "name");
  for (auto& name : names("advice", "name")) duties.push_back(std::move(name));
  for (const auto& duty : expect.duties) {
    if (std::find(duties.begin(), duties.end(), duty) == duties.end()) {
      problems->push_back("obligations: expected " + duty + ", got " + join(duties));
    }
  }
}

std::string answer_of(engine::Session& session, const check::TestCase& test) {
  auto answer = answer_to(session, question_of(test));
  PAC_CHECK(answer.has_value(), "the checker writes JSON and dates");
  return std::move(*answer);
}

}  // namespace

Question question_of(const check::TestCase& test) {
  return {test.decision, test.input, test.context, test.features, test.as_of, ""};
}

std::vector<std::string> problems_of(const check::TestCase& test, const std::string& answer) {
  const auto read = json::parse(answer);
  PAC_CHECK(read.has_value(), "the engine writes JSON");
  std::vector<std::string> out;
  for (const auto& expect : test.expectations) check_expectation(expect, *read, &out);
  return out;
}

ir::RuleSet with_params(ir::RuleSet rules, const std::vector<check::ParamOverride>& params) {
  for (const auto& param : params) {
    rules.params[ir::index(param.param)].lines = {{kMinDate, param.value}};
  }
  return rules;
}

Result<std::vector<TestResult>> run_tests(const check::Checked& checked,
                                          const std::vector<Engine>& engines) {
  std::vector<std::vector<TestResult>> by_engine;
  for (const Engine engine : engines) {
    const LoadOptions options{engine, 2};
    auto loaded = load(checked.rules, options);
    if (!loaded) return std::unexpected(loaded.error());
    engine::Session shared(*loaded, {});
    std::vector<TestResult> results;
    for (const auto& test : checked.tests) {
      TestResult result;
      result.test = &test;
      result.engine = engine;
      if (test.params.empty()) {
        result.actual = answer_of(shared, test);
      } else {
        auto other = load(with_params(checked.rules, test.params), options);
        if (!other) return std::unexpected(other.error());
        engine::Session session(*other, {});
        result.actual = answer_of(session, test);
      }
      result.problems = problems_of(test, result.actual);
      results.push_back(std::move(result));
    }
    by_engine.push_back(std::move(results));
  }
  std::vector<TestResult> out;
  for (size_t i = 0; i < checked.tests.size(); ++i) {
    for (auto& results : by_engine) out.push_back(std::move(results[i]));
  }
  return out;
}

}  // namespace pac::driver
