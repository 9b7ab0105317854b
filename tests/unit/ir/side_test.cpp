// The verifier's checks of a Side against its rule set.
#include "runtime/ir/side.h"

#include <gtest/gtest.h>

#include "tests/unit/ir/damage.h"

namespace pac::ir {
namespace {

using test::Sample;

template <typename Change>
std::string error_of(Change change) {
  Sample s = test::sample();
  Side side = empty_side(s.rs());
  side.files = {{"loan.pac", std::string(64, '0')}};
  change(s, side);
  const Result<void> result = verify(s.rs(), side, test::find_function);
  return result ? "none" : result.error().code + " " + result.error().message;
}

template <typename Change>
void expect_error(const std::string& words, Change change) {
  const std::string error = error_of(change);
  EXPECT_NE(error.find(words), std::string::npos) << error;
}

void explain(Side& side, size_t decision, size_t rule, ExprId value) {
  side.decisions[decision].rules[rule].explanations = {
      {"en", {{"You asked for ", ExprId::none, ""}, {"", value, "EUR"}}}};
}

TEST(VerifySide, TakesWhatFits) {
  EXPECT_EQ(error_of([](Sample&, Side&) {}), "none");
  EXPECT_EQ(
      error_of([](Sample& s, Side& side) {
        side.words.place = {0, 1, 1};
        explain(side, 2, 0, s.b.input(s.loan(), 0));
        side.decisions[2].otherwise.explanations = {{"fi", {{"", s.b.input(s.loan(), 6), ""}}}};
      }),
      "none");
  EXPECT_EQ(error_of([](Sample& s, Side& side) {  // the variable of `for each`
              explain(side, 0, 0, s.b.field(s.b.var(s.b.record_type(s.item), 0), 0));
            }),
            "none");
}

TEST(VerifySide, TablesHaveTheSizesOfTheRuleSets) {
  expect_error("PAC4116 side: it has 2 decisions",
               [](Sample&, Side& s) { s.decisions.pop_back(); });
  expect_error("PAC4116 side", [](Sample&, Side& s) { s.decisions[0].rules.pop_back(); });
  expect_error("PAC4116 side", [](Sample&, Side& s) { s.decisions[2].lets.pop_back(); });
  expect_error("PAC4116 side", [](Sample&, Side& s) { s.decisions[0].variables.pop_back(); });
  expect_error("PAC4116 side", [](Sample&, Side& s) { s.records.pop_back(); });
  expect_error("PAC4116 side", [](Sample&, Side& s) { s.records[0].fields.pop_back(); });
  expect_error("PAC4116 side", [](Sample&, Side& s) { s.enums.pop_back(); });
  expect_error("PAC4116 side", [](Sample&, Side& s) { s.enums[0].values.pop_back(); });
  expect_error("PAC4116 side", [](Sample&, Side& s) { s.params.pop_back(); });
  expect_error("PAC4116 side", [](Sample&, Side& s) { s.params[0].lines.pop_back(); });
  expect_error("PAC4116 side", [](Sample&, Side& s) { s.duties.pop_back(); });
}

TEST(VerifySide, PlacesAreInFilesThatExist) {
  const SourcePlace nowhere{1, 1, 1};
  expect_error("package", [&](Sample&, Side& s) { s.words.place = nowhere; });
  expect_error("`loan`", [&](Sample&, Side& s) { s.decisions[2].words.place = nowhere; });
  expect_error("`loan`", [&](Sample&, Side& s) { s.decisions[2].rules[1].words.place = nowhere; });
  expect_error("`loan`", [&](Sample&, Side& s) { s.decisions[2].otherwise.words.place = nowhere; });
  expect_error("`loan`", [&](Sample&, Side& s) { s.decisions[2].lets[0].place = nowhere; });
  expect_error("`Item`", [&](Sample&, Side& s) { s.records[0].words.place = nowhere; });
  expect_error("`Purpose`", [&](Sample&, Side& s) { s.enums[0].words.place = nowhere; });
  expect_error("`cap`", [&](Sample&, Side& s) { s.params[0].words.place = nowhere; });
  expect_error("`note`", [&](Sample&, Side& s) { s.duties[0].place = nowhere; });
}

TEST(VerifySide, ExplanationsReadWhatTheirDecisionHas) {
  expect_error("PAC4102", [](Sample&, Side& side) { explain(side, 2, 0, ExprId{9'999}); });
  expect_error("PAC4116 decision `loan`, rule `base`", [](Sample& s, Side& side) {
    explain(side, 2, 0, s.b.input(s.loan(), 2));  // a list
  });
  expect_error("PAC4103",
               [](Sample& s, Side& side) { explain(side, 0, 0, s.b.input(s.loan(), 0)); });
  expect_error("PAC4113", [](Sample& s, Side& side) {  // a variable out of scope
    explain(side, 2, 0, s.b.field(s.b.var(s.b.record_type(s.item), 0), 0));
  });
  expect_error("PAC4113", [](Sample& s, Side& side) {  // a slot of a let
    s.loan().var_count = 1;
    side.decisions[2].variables.resize(1);
    side.decisions[2].lets.resize(3);
    const ExprId count = s.b.quantifier(Op::count, s.b.input(s.loan(), 2), 0, ExprId::none);
    s.b.let(s.loan(), count);
    explain(side, 2, 0, count);
  });
}

}  // namespace
}  // namespace pac::ir
