// Domains: every kind, and the path to the first violation.
#include "tests/unit/interp/harness.h"

namespace pac::test {

using interp::Path;
using ir::Domain;
using ir::DomainId;

class DomainTest : public Harness {
 protected:
  bool contains(TypeId type, const Domain& domain, Value value) {
    const DomainId id = b.rule_set.intern(domain);
    load();
    return interpreter_->domains().contains(type, id, value);
  }
  static Domain texts(std::vector<std::string> values) {
    Domain domain;
    domain.has_texts = true;
    domain.texts = std::move(values);
    return domain;
  }
};

TEST_F(DomainTest, Intervals) {
  Domain domain;
  domain.has_intervals = true;
  domain.intervals = {{0, 5}, {77, 77}};
  for (const int64_t inside : {0, 3, 5, 77})
    EXPECT_TRUE(contains(b.int_type(), domain, number(inside)));
  for (const int64_t outside : {-1, 6, 76, 78})
    EXPECT_FALSE(contains(b.int_type(), domain, number(outside)));
  EXPECT_TRUE(contains(b.optional(b.int_type()), domain, Value::missing()));
  domain.intervals.clear();
  EXPECT_FALSE(contains(b.int_type(), domain, number(0)));
}

TEST_F(DomainTest, Texts) {
  EXPECT_TRUE(contains(b.string_type(), texts({"FI", "SE"}), text("SE")));
  EXPECT_FALSE(contains(b.string_type(), texts({"FI", "SE"}), text("se")));
  EXPECT_FALSE(contains(b.string_type(), texts({}), text("")));
  Domain domain;
  domain.max_chars = 2;
  EXPECT_TRUE(contains(b.string_type(), domain, text("äö")));
  EXPECT_FALSE(contains(b.string_type(), domain, text("äöa")));
  domain.max_chars = -1;
  domain.patterns = {"[a-z]+", ".*q.*"};
  EXPECT_TRUE(contains(b.string_type(), domain, text("aqa")));
  EXPECT_FALSE(contains(b.string_type(), domain, text("aa")));
  EXPECT_FALSE(contains(b.string_type(), domain, text("aQqa")));
}

TEST_F(DomainTest, ListsAndTheirItems) {
  Domain domain;
  domain.max_items = 2;
  domain.element = b.between(0, 9);
  const TypeId type = b.list_type(b.int_type());
  const auto list = [](const std::vector<int64_t>& items) {
    return Value::of(pac_list{items.data(), static_cast<uint32_t>(items.size()), 0});
  };
  const std::vector<int64_t> good = {0, 9}, bad = {0, 10}, long_ = {1, 2, 3};
  EXPECT_TRUE(contains(type, domain, list(good)));
  EXPECT_FALSE(contains(type, domain, list(bad)));
  EXPECT_FALSE(contains(type, domain, list(long_)));
  Path path;
  EXPECT_TRUE(
      interpreter_->domains().find_violation(type, b.rule_set.intern(domain), list(bad), path));
  EXPECT_EQ(path_text(b.rule_set, type, path), "[1]");
  EXPECT_TRUE(
      interpreter_->domains().find_violation(type, b.rule_set.intern(domain), list(long_), path));
  EXPECT_EQ(path_text(b.rule_set, type, path), "");
}

TEST_F(DomainTest, PathsLeadIntoRecordsAndLists) {
  const ir::RecordId income = b.record(
      "income",
      {b.field("kind", b.string_type()), b.field("amount", b.decimal_type(2), b.between(0, 1000))});
  const ir::RecordId applicant = b.record(
      "applicant",
      {b.field("id", b.string_type()), b.field("incomes", b.list_type(b.record_type(income)))});
  const ir::RecordId input =
      b.record("in", {b.field("n", b.int_type()), b.field("applicant", b.record_type(applicant))});
  load();
  const interp::Values& values = interpreter_->values();
  const ir::RecordLayout& item = layout_->record(income);
  std::vector<char> incomes(item.size * 3);
  for (uint32_t i = 0; i < 3; ++i) {
    values.store_field(income, 0, text("x"), incomes.data() + i * item.size);
    values.store_field(income, 1, number(i == 2 ? 1001 : 1000), incomes.data() + i * item.size);
  }
  std::vector<char> inner(layout_->record(applicant).size);
  std::vector<char> outer(layout_->record(input).size);
  const auto fill = [&](uint32_t count) {
    values.store_field(applicant, 1, Value::of(pac_list{incomes.data(), count, 0}), inner.data());
    values.store_field(input, 1, Value::of_record(inner.data()), outer.data());
  };
  Path path;
  fill(2);
  EXPECT_FALSE(interpreter_->domains().find_violation(input, outer.data(), path));
  fill(3);
  EXPECT_TRUE(interpreter_->domains().find_violation(input, outer.data(), path));
  EXPECT_EQ(path_text(b.rule_set, input, path), "applicant.incomes[2].amount");
  const TypeId type = b.rule_set.record(input).fields[1].type;
  EXPECT_FALSE(interpreter_->within(type, DomainId::none, inner.data()));
}

TEST_F(DomainTest, WithinReadsNarrowFields) {
  const DomainId domain = b.between(-100, 100);
  const TypeId type = b.decimal_type(2);
  load();
  const int64_t inside = -100, outside = -101;
  EXPECT_TRUE(interpreter_->within(type, domain, &inside));
  EXPECT_FALSE(interpreter_->within(type, domain, &outside));
}

}  // namespace pac::test
