// Headers written by `pac gen cpp` when the tests are built: they compile, which tests their
// asserts, and decisions over structs are those over JSON.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/unit/gen/generated/credit.h"
#include "tests/unit/gen/generated/listed.h"
#include "tests/unit/gen/generated/loan.h"
#include "tests/unit/gen/generated/shapes.h"

namespace {

namespace loan = policy::lending::loan::loan;
namespace credit = policy::credit::consumer::credit;
namespace shapes = policy::gen::class_::switch_;
namespace listed = policy::gen::class_::listed;

constexpr int32_t kDay = 20'513;  // 2026-03-01

pac::RuleSet rules_of(const std::string& name) {
  std::ifstream file(std::string(PAC_GENERATED) + "/" + name + ".json", std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  while (text.ends_with('\n')) text.pop_back();
  auto rules = pac::Engine().load_ir(text);
  EXPECT_TRUE(rules.has_value()) << name;
  return std::move(*rules);
}

std::string by_json(const pac::RuleSet& rules, const char* name, std::string_view text,
                    const pac::Context& context = {}) {
  pac::Input workspace = rules.input();
  return workspace.json(*rules.find(name), text).decide(context).json();
}

TEST(GenCpp, LoansAreThoseOverJson) {
  const pac::RuleSet rules = rules_of("loan");
  const auto loaded = loan::load(rules);
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  pac::Input workspace = rules.input();
  int granted = 0, refused = 0;
  for (const int64_t score : {299, 300, 699, 700, 850, 851}) {
    for (const int64_t cents : {0, 1, 1'000'000, 1'000'001, 100'000'000, 100'000'001}) {
      loan::Input input{};
      input.credit_score = score;
      input.amount = cents;
      const pac::Decision decision = loan::decide(*loaded, workspace, input);
      const std::string hundredths = std::to_string(100 + cents % 100).substr(1);
      const std::string text = R"({"credit_score":)" + std::to_string(score) + R"(,"amount":")" +
                               std::to_string(cents / 100) + "." + hundredths + R"("})";
      EXPECT_EQ(decision.json(), by_json(rules, "loan", text));
      const loan::Output* output = loan::output(decision);
      EXPECT_EQ(output != nullptr, decision.status() == pac::Status::ok);
      if (output == nullptr) {
        ++refused;
      } else {
        EXPECT_EQ(output->eligible, score >= 700 && cents <= 1'000'000);
        EXPECT_EQ(output->reason.view(),
                  output->eligible ? "Approved by DSL: High score, low amount" : "Default deny");
        granted += output->eligible;
      }
    }
  }
  EXPECT_EQ(granted, 4);
  EXPECT_EQ(refused, 20);
}

TEST(GenCpp, RecordsAndEnumerationsOfCredit) {
  const pac::RuleSet rules = rules_of("credit");
  const auto loaded = credit::load(rules);
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  credit::Input input{};
  credit::Application& a = input.a;
  a.applicant_id = pac::text("g0001");
  a.duration = 6;
  a.amount = 116'900;
  a.installment_rate_percentage = 4;
  a.residence_duration = 4;
  a.age = 67;
  a.number_existing_credits = 2;
  a.number_people_maintenance = 1;
  a.telephone = a.foreign_worker = true;
  a.checking_account_status = credit::Checking::below_0;
  a.credit_history = credit::History::critical;
  a.purpose = credit::Purpose::radio_television;
  a.savings_account_bonds = credit::Savings::none_or_unknown;
  a.employment_duration = credit::Years::above_7_years;
  a.personal = credit::Personal::male_single;
  a.other_debtors_guarantors = credit::Debtors::none;
  a.property = credit::Property::real_estate;
  a.other_installment_plans = credit::Plans::none;
  a.housing = credit::Housing::own;
  a.job = credit::Job::skilled_employee;
  a.class_ = pac::present(credit::Class::good);
  pac::Context context;
  context.as_of_days = kDay;
  pac::Input workspace = rules.input();
  const pac::Decision decision = credit::decide(*loaded, workspace, input, context);
  ASSERT_TRUE(decision) << decision.json();
  const credit::Output* output = credit::output(decision);
  ASSERT_NE(output, nullptr);
  EXPECT_EQ(output->outcome, credit::Outcome::accept);
  EXPECT_EQ(output->grade, credit::Grade::sound);
  EXPECT_EQ(static_cast<int64_t>(output->monthly), 19'906);
  a.other_debtors_guarantors = static_cast<credit::Debtors>(3);
  const pac::Decision damaged = credit::decide(*loaded, workspace, input, context);
  EXPECT_EQ(damaged.status(), pac::Status::refused);
  EXPECT_EQ(damaged.refusal(0).path, "a.other_debtors_guarantors");
}

TEST(GenCpp, EveryShapeAsOverJson) {
  const pac::RuleSet rules = rules_of("shapes");
  const auto loaded = shapes::load(rules);
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  shapes::Item items[2] = {{pac::text("a"), 150, {}}, {pac::text("b"), 99'999, pac::present(kDay)}};
  const pac::Text tags[] = {pac::text("x"), pac::text("y")};
  const pac::WideDecimal sums[] = {-1, pac::WideDecimal{1} << 100};
  shapes::Input input{};
  input.flag = true;
  input.items = {items, 2, 0};
  input.tags = {tags, 2, 0};
  input.sums = {sums, 2, 0};
  input.double_ = -(pac::WideDecimal{1} << 90);
  input.class_ = shapes::Colour::linux_;
  input.Colour_ = pac::present(shapes::Colour::green);
  input.short_ = pac::present(int64_t{1'500});
  input.long_span = 7;
  input.at = kDay * int64_t{86'400'000'000};
  pac::Input workspace = rules.input();
  const std::string_view text =
      R"({"flag":true,"items":[{"name":"a","price":"1.50"},{"name":"b","price":"999.99",)"
      R"("paid":"2026-03-01"}],"tags":["x","y"],"sums":["-0.01","12676506002282294014967032053.76"],)"
      R"("double":"-12379400392853802748991242.24","class":"unix\\","Colour":"GRÜN","short":"1.500",)"
      R"("long_span":"PT0.000007S","at":"2026-03-01T00:00:00Z"})";
  {
    const pac::Decision decision = shapes::decide(*loaded, workspace, input);
    EXPECT_EQ(decision.json(), by_json(rules, "switch", text));
    const shapes::Output* output = shapes::output(decision);
    ASSERT_NE(output, nullptr) << decision.json();
    EXPECT_FALSE(output->namespace_.present);
    EXPECT_TRUE(output->double_ == input.double_);
    EXPECT_EQ(output->class_, shapes::Colour::linux_);
    EXPECT_EQ(output->Colour_.value, shapes::Colour::green);
    EXPECT_EQ(output->tags.begin()[1].view(), "y");
    EXPECT_TRUE(output->sums.begin()[1] == sums[1]);
    EXPECT_TRUE(output->found);
  }
  input.namespace_ = pac::present(items[1]);
  const pac::Decision decision = shapes::decide(*loaded, workspace, input);
  const shapes::Output* output = shapes::output(decision);
  ASSERT_NE(output, nullptr) << decision.json();
  EXPECT_EQ(output->namespace_.value.name.view(), "b");
  EXPECT_EQ(output->namespace_.value.paid.value, kDay);
}

TEST(GenCpp, AListOfRecordsComesOut) {
  const pac::RuleSet rules = rules_of("shapes");
  const auto loaded = listed::load(rules);
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  const listed::Item items[3] = {
      {pac::text("a"), 150, {}}, {pac::text("b"), 0, {}}, {pac::text("c"), 7, {}}};
  listed::Input input{};
  input.items = {items, 3, 0};
  pac::Input workspace = rules.input();
  const pac::Decision decision = listed::decide(*loaded, workspace, input);
  const listed::Output* output = listed::output(decision);
  ASSERT_NE(output, nullptr) << decision.json();
  ASSERT_EQ(output->count, 2u);
  EXPECT_EQ(output->begin()[1].name.view(), "c");
  EXPECT_TRUE(output->begin()[1].price == 7);
}

TEST(GenCpp, OtherRulesAreRefused) {
  const auto other = loan::load(rules_of("credit"));
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().code, "PAC4240");
  EXPECT_NE(other.error().message.find("lending.loan.loan"), std::string::npos);

  const pac::RuleSet changed = rules_of("changed");
  ASSERT_TRUE(changed.find("loan").has_value());
  const auto loaded = loan::load(changed);
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().code, "PAC4240");
  EXPECT_NE(loaded.error().message.find(loan::kDigest), std::string::npos);
}

}  // namespace
