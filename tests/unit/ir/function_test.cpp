// The digest of a decision's function: what leaves it alone, and what doesn't.
#include "runtime/ir/function.h"

#include <gtest/gtest.h>

#include "runtime/base/json.h"
#include "runtime/ir/shape.h"
#include "tests/unit/base/property.h"
#include "tests/unit/ir/damage.h"

namespace pac::ir {
namespace {

using test::Sample;

std::string digest_of(const RuleSet& rule_set, std::string_view name) {
  return function_digest(rule_set, rule_set.find_decision(name), test::find_function);
}

// The same rule set with every table in another order, no sharing, and things that nobody uses.
// Callees still precede callers and operands users.
class Shuffle {
 public:
  explicit Shuffle(const RuleSet& from) : from_(from) {}

  RuleSet run() {
    out_.package = from_.package;
    out_.edition = from_.edition;
    shuffle_tables();
    expr_map_.resize(from_.exprs.size());
    for (uint32_t id = 0; id < from_.exprs.size(); ++id) {
      if (pac::test::in_range(0, 4) == 0)
        append(Expr{Op::constant, TypeId{0}, 0, kNone, kNone, 0, 0, 0}, {});
      expr_map_[id] = copy(from_.exprs[id]);
    }
    for (Param& param : out_.params) {
      for (ParamLine& line : param.lines) line.value = expr(line.value);
    }
    for (Decision& decision : out_.decisions) copy(decision);
    return out_;
  }

 private:
  template <typename T>
  std::vector<uint32_t> permute(const std::vector<T>& from, std::vector<T>& to) {
    std::vector<uint32_t> order(from.size());
    for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    for (uint32_t i = static_cast<uint32_t>(order.size()); i > 1; --i) {
      std::swap(order[i - 1], order[pac::test::in_range<uint32_t>(0, i)]);
    }
    std::vector<uint32_t> place(from.size());
    for (uint32_t i = 0; i < order.size(); ++i) {
      place[order[i]] = i;
      to.push_back(from[order[i]]);
    }
    return place;
  }

  void shuffle_tables() {
    enums_ = permute(from_.enums, out_.enums);
    records_ = permute(from_.records, out_.records);
    params_ = permute(from_.params, out_.params);
    duties_ = permute(from_.duties, out_.duties);
    functions_ = permute(from_.functions, out_.functions);
    zones_ = permute(from_.zones, out_.zones);
    // Types and constants in reverse, but for elements, which come first: one pass from the back.
    out_.types.push_back({TypeKind::duration, true, 0, kNone, TypeId::none});
    out_.constants.push_back({TypeId{0}, true, 0, {}});
    out_.domains.push_back({});
    types_.assign(from_.types.size(), kNone);
    for (uint32_t id = static_cast<uint32_t>(from_.types.size()); id-- > 0;)
      type(static_cast<TypeId>(id));
    for (uint32_t id = 0; id < from_.domains.size(); ++id) {
      Domain domain = from_.domains[id];
      if (domain.element != DomainId::none) domain.element = this->domain(domain.element);
      out_.domains.push_back(domain);
    }
    for (uint32_t id = static_cast<uint32_t>(from_.constants.size()); id-- > 0;) {
      Constant constant = from_.constants[id];
      constant.type = type(constant.type);
      out_.constants.push_back(constant);
    }
    for (Record& record : out_.records) {
      for (Field& field : record.fields) {
        field.type = type(field.type);
        field.domain = domain(field.domain);
      }
    }
    for (Param& param : out_.params) {
      param.type = type(param.type);
      param.domain = domain(param.domain);
    }
    for (Duty& duty : out_.duties) duty.arguments = record(duty.arguments);
    out_.decisions = from_.decisions;
  }

  TypeId type(TypeId id) {
    if (id == TypeId::none) return id;
    uint32_t& place = types_[index(id)];
    if (place != kNone) return static_cast<TypeId>(place);
    Type made = from_.type(id);
    made.element = type(made.element);
    if (made.kind == TypeKind::record) made.ref = records_[made.ref];
    if (made.kind == TypeKind::enumeration) made.ref = enums_[made.ref];
    out_.types.push_back(made);
    place = static_cast<uint32_t>(out_.types.size() - 1);
    return static_cast<TypeId>(place);
  }
  DomainId domain(DomainId id) {
    return id == DomainId::none ? id : static_cast<DomainId>(index(id) + 1);
  }
  ConstantId constant(ConstantId id) {
    return static_cast<ConstantId>(from_.constants.size() - index(id));
  }
  RecordId record(RecordId id) { return static_cast<RecordId>(records_[index(id)]); }
  // Every use of an expression gets a copy of its own.
  ExprId expr(ExprId id) {
    if (id == ExprId::none) return id;
    const Expr again = out_.expr(static_cast<ExprId>(expr_map_[index(id)]));
    std::vector<ExprId> operands;
    for (uint32_t i = 0; i < again.operand_count; ++i) operands.push_back(out_.operand(again, i));
    return static_cast<ExprId>(append(again, operands));
  }
  std::vector<ExprId> exprs(std::vector<ExprId> ids) {
    for (ExprId& id : ids) id = expr(id);
    return ids;
  }

  uint32_t append(Expr expr, const std::vector<ExprId>& operands) {
    expr.first_operand = static_cast<uint32_t>(out_.operands.size());
    expr.operand_count = static_cast<uint32_t>(operands.size());
    for (const ExprId operand : operands) out_.operands.push_back(index(operand));
    out_.exprs.push_back(expr);
    return static_cast<uint32_t>(out_.exprs.size() - 1);
  }

  uint32_t member(Part part, uint32_t value) {
    if (value == kNone) return value;
    switch (part) {
      case Part::expr:
      case Part::optional_expr:
        return index(expr(static_cast<ExprId>(value)));
      case Part::constant:
        return index(constant(static_cast<ConstantId>(value)));
      case Part::slot:
        return 20 - value;
      case Part::param:
        return params_[value];
      case Part::function:
        return functions_[value];
      default:
        return value;
    }
  }

  uint32_t copy(const Expr& from) {
    const OpShape& parts = shape(from.op);
    Expr made = from;
    made.type = type(from.type);
    made.a = member(parts.a, from.a);
    made.b = member(parts.b, from.b);
    made.c = member(parts.c, from.c);
    if (parts.extra != Part::unused) made.extra = member(parts.extra, from.extra);
    std::vector<ExprId> operands;
    for (uint32_t i = 0; i < from.operand_count; ++i)
      operands.push_back(expr(from_.operand(from, i)));
    if (from.op == Op::call_std) {  // `mix` takes a zone fifth
      const uint32_t zone =
          static_cast<uint32_t>(from_.constants[from_.expr(from_.operand(from, 4)).a].number);
      Expr number = out_.expr(operands[4]);
      out_.constants.push_back({out_.constants[number.a].type, false, zones_[zone], {}});
      number.a = static_cast<uint32_t>(out_.constants.size() - 1);
      operands[4] = static_cast<ExprId>(append(number, {}));
    }
    return append(made, operands);
  }

  void copy(Rule& rule) {
    rule.conditions = exprs(rule.conditions);
    rule.outcome = exprs(rule.outcome);
    rule.each_list = expr(rule.each_list);
    if (rule.each_var != kNone) rule.each_var = 20 - rule.each_var;
    for (DutyUse& use : rule.duties) {
      use.duty = static_cast<DutyId>(duties_[index(use.duty)]);
      use.arguments = exprs(use.arguments);
    }
  }

  void copy(Decision& decision) {
    decision.input = record(decision.input);
    decision.output = record(decision.output);
    decision.result_type = type(decision.result_type);
    decision.var_count = 21;
    for (Feature& feature : decision.features) feature.key = expr(feature.key);
    for (Let& let : decision.lets) {
      let.type = type(let.type);
      let.domain = domain(let.domain);
      let.value = expr(let.value);
    }
    decision.assumes = exprs(decision.assumes);
    for (RankedColumn& ranked : decision.ranking) {
      for (ConstantId& value : ranked.values) value = constant(value);
    }
    for (Rule& rule : decision.rules) copy(rule);
    if (decision.has_otherwise) copy(decision.otherwise);
    decision.result = exprs(decision.result);
  }

  const RuleSet& from_;
  RuleSet out_;
  std::vector<uint32_t> enums_, records_, params_, duties_, functions_, zones_, types_, expr_map_;
};

// The sample, with a call of the library and two more zones in use.
Sample rich_sample() {
  Sample s = test::sample();
  Builder& b = s.b;
  s.rs().zones = {"Etc/UTC", "Europe/Helsinki", "Europe/Paris"};
  const ExprId mixed = b.call_std("mix", 2, b.decimal_type(4),
                                  {b.input(s.loan(), 0), b.integer(2), b.integer(1), b.integer(4),
                                   b.integer(2), b.ops(Op::make_set, {b.date(0)})});
  s.loan().rules[1].conditions.push_back(b.op(Op::gt, mixed, b.integer(0)));
  s.loan().var_count = 2;
  const ExprId inner = b.quantifier(Op::all, b.input(s.loan(), 2), 1, b.boolean(true));
  s.loan().rules[0].conditions.push_back(b.quantifier(Op::any, b.input(s.loan(), 2), 0, inner));
  return s;
}

TEST(FunctionDigest, TheSampleIsVerified) {
  Sample s = rich_sample();
  const Result<void> result = verify(s.rs(), test::find_function);
  EXPECT_TRUE(result.has_value()) << result.error().message;
}

TEST(FunctionDigest, TheFormIsFrozen) {
  // What a trace of today names must be found again in ten years: if this fails, so does every
  // replay.
  Sample s = rich_sample();
  EXPECT_EQ(digest_of(s.rs(), "loan").size(), 64u);
  EXPECT_EQ(digest_of(s.rs(), "limit"),
            "0348cde6f35ed5db270747ef1ca42015f3e5c69b39512b94bd18781bd3fbdde1");
  EXPECT_EQ(digest_of(s.rs(), "loan"),
            "12d5d65a97ad29065ca717a6c203e5c40f59559afa7198d62e28d9466c8c77ff");
}

RC_GTEST_PROP(FunctionDigest, OrderOfTablesAndSharingAreIgnored, ()) {
  Sample s = rich_sample();
  const RuleSet shuffled = Shuffle(s.rs()).run();
  const Result<void> verified = verify(shuffled, test::find_function);
  if (!verified) RC_FAIL(verified.error().message);
  for (const char* name : {"score", "limit", "loan"}) {
    RC_ASSERT(canonical_function(shuffled, shuffled.find_decision(name), test::find_function) ==
              canonical_function(s.rs(), s.rs().find_decision(name), test::find_function));
  }
}

template <typename Change>
void ignores(const char* what, Change change) {
  Sample s = rich_sample();
  const std::string before = digest_of(s.rs(), "loan");
  change(s);
  EXPECT_EQ(digest_of(s.rs(), "loan"), before) << what;
}

template <typename Change>
void notices(const char* what, Change change) {
  Sample s = rich_sample();
  const std::string before = digest_of(s.rs(), "loan");
  change(s);
  EXPECT_NE(digest_of(s.rs(), "loan"), before) << what;
}

TEST(FunctionDigest, LeavesOutWhatChangesNothing) {
  ignores("another decision", [](Sample& s) { s.b.decision("more", s.loan_in, s.loan_out); });
  ignores("its own privacy", [](Sample& s) { s.loan().is_private = true; });
  ignores("a callee's privacy", [](Sample& s) { s.limit().is_private = false; });
  ignores("a zone of others", [](Sample& s) { s.rs().zones.push_back("Asia/Tokyo"); });
  ignores("a param of others",
          [](Sample& s) { s.b.param("p", s.b.int_type(), {{0, s.b.integer(1)}}); });
  ignores("an unread let", [](Sample& s) { s.b.let(s.loan(), s.b.integer(1)); });
  ignores("the order of lets", [](Sample& s) {
    std::swap(s.loan().lets[0], s.loan().lets[1]);
    for (Expr& expr : s.rs().exprs) {
      if (expr.op == Op::let) expr.a = 1 - expr.a;
    }
  });
  ignores("slots to spare", [](Sample& s) { s.loan().var_count += 3; });
}

TEST(FunctionDigest, NoticesChangesOfTheDecision) {
  notices("package", [](Sample& s) { s.rs().package = "store"; });
  notices("edition", [](Sample& s) { s.rs().edition = 2; });
  notices("partial", [](Sample& s) { s.loan().partial = true; });
  notices("zone", [](Sample& s) { s.loan().zone = "Etc/UTC"; });
  notices("as_of", [](Sample& s) { s.loan().as_of_slot = kNone; });
  notices("now", [](Sample& s) { s.loan().now_slot = kNone; });
  notices("role", [](Sample& s) { s.loan().roles[3] = SlotRole::context; });
  notices("policy", [](Sample& s) { s.loan().policy = HitPolicy::any; });
  notices("assume", [](Sample& s) { s.loan().assumes.clear(); });
  notices("let", [](Sample& s) { s.loan().lets[1].value = s.b.integer(4); });
  notices("domain of a let", [](Sample& s) { s.loan().lets[1].domain = s.b.between(0, 4); });
  notices("ranking", [](Sample& s) { s.loan().ranking = {{2, true, {}}}; });
  notices("otherwise", [](Sample& s) { s.loan().otherwise.outcome[1] = s.b.text("other"); });
  notices("no otherwise", [](Sample& s) { s.loan().has_otherwise = false; });
}

TEST(FunctionDigest, NoticesChangesOfRules) {
  const auto rule = [](Sample& s) -> Rule& { return s.loan().rules[1]; };
  notices("name", [&](Sample& s) { rule(s).name = "tiny"; });
  notices("priority", [&](Sample& s) { rule(s).priority = 1; });
  notices("order of rules", [](Sample& s) {
    std::swap(s.loan().rules[0], s.loan().rules[1]);
    s.loan().rules[0].overrides = {1};
  });
  notices("a rule less", [](Sample& s) { s.loan().rules.pop_back(); });
  notices("order of conditions",
          [&](Sample& s) { std::swap(rule(s).conditions[0], rule(s).conditions[1]); });
  notices("a condition less", [&](Sample& s) { rule(s).conditions.pop_back(); });
  notices("outcome", [&](Sample& s) { rule(s).outcome[0] = s.b.boolean(true); });
  notices("overrides", [&](Sample& s) { rule(s).overrides.clear(); });
  notices("effective from", [&](Sample& s) { rule(s).effective_from += 1; });
  notices("effective to", [&](Sample& s) { rule(s).effective_to -= 1; });
  notices("not bounded in time", [&](Sample& s) { rule(s).has_effective = false; });
  notices("duty", [](Sample& s) { s.loan().rules[0].duties.clear(); });
  notices("duty's argument",
          [](Sample& s) { s.loan().rules[0].duties[0].arguments[0] = s.b.text("x"); });
}

TEST(FunctionDigest, NoticesChangesOfWhatIsReached) {
  notices("callee's rule", [](Sample& s) { s.score().rules[0].outcome[0] = s.b.integer(11); });
  notices("callee's rule name", [](Sample& s) { s.score().rules[0].name = "dear"; });
  notices("callee's name", [](Sample& s) { s.limit().name = "bound"; });
  notices("fold", [](Sample& s) { s.score().folds[2].kind = FoldKind::min; });
  notices("for each", [](Sample& s) {
    s.score().rules[0].conditions.clear();
    s.score().rules[0].each_list = ExprId::none;
    s.score().rules[0].each_var = kNone;
  });
  notices("feature's name", [](Sample& s) { s.loan().features[0].name = "shop.loan.rating"; });
  notices("feature's age", [](Sample& s) { s.loan().features[0].max_age_us = -1; });
  notices("feature optional", [](Sample& s) { s.loan().features[0].required = false; });
  notices("feature's key", [](Sample& s) { s.loan().features[0].key = s.b.text("x"); });
  notices("param's line", [](Sample& s) { s.rs().params[0].lines[1].value = s.b.decimal(1, 2); });
  notices("param's date", [](Sample& s) { s.rs().params[0].lines[1].from += 1; });
  notices("param's name", [](Sample& s) { s.rs().params[0].name = "ceiling"; });
  notices("domain", [](Sample& s) {
    s.rs().records[index(s.loan_in)].fields[0].domain = s.b.between(1, 100'000'001);
  });
  notices("unit", [](Sample& s) { s.rs().records[index(s.loan_in)].fields[0].unit = "SEK"; });
  notices("field's name",
          [](Sample& s) { s.rs().records[index(s.item)].fields[0].name = "worth"; });
  notices("wire name", [](Sample& s) { s.rs().enums[0].values[2].wire = "OTHER"; });
  notices("value of an enum", [](Sample& s) { s.rs().enums[0].values.push_back({"new", "new"}); });
  notices("ordered", [](Sample& s) { s.rs().enums[0].ordered = true; });
  notices("duty's name", [](Sample& s) { s.rs().duties[0].name = "remark"; });
  notices("advice", [](Sample& s) { s.rs().duties[0].is_advice = true; });
  notices("zone of a call", [](Sample& s) { s.rs().zones[2] = "Europe/Rome"; });
}

// Every op of every expression that is reached, exchanged for its opposite.
TEST(FunctionDigest, NoticesEveryOperatorAndConstant) {
  const Sample original = rich_sample();
  const std::string before = digest_of(original.b.rule_set, "loan");
  const auto digest_with = [&](auto change) {
    Sample s = rich_sample();
    change(s.rs());
    return digest_of(s.rs(), "loan");
  };
  int seen = 0;
  for (uint32_t id = 0; id < original.b.rule_set.exprs.size(); ++id) {
    const Op op = original.b.rule_set.exprs[id].op;
    Op other = op;
    if (op == Op::ge) other = Op::gt;
    if (op == Op::gt) other = Op::ge;
    if (op == Op::le) other = Op::lt;
    if (op == Op::lt) other = Op::le;
    if (op == Op::eq) other = Op::ne;
    if (op == Op::ne) other = Op::eq;
    if (op == Op::any) other = Op::all;
    if (op == Op::all) other = Op::any;
    if (other == op) continue;
    ++seen;
    EXPECT_NE(digest_with([&](RuleSet& rs) { rs.exprs[id].op = other; }), before) << id;
  }
  EXPECT_GE(seen, 7);
  seen = 0;
  for (uint32_t id = 0; id < original.b.rule_set.exprs.size(); ++id) {
    const Expr& expr = original.b.rule_set.exprs[id];
    if (expr.op != Op::constant) continue;
    ++seen;
    EXPECT_NE(digest_with([&](RuleSet& rs) {
                Constant changed = rs.constants[rs.exprs[id].a];
                const bool is_text = rs.type(changed.type).kind == TypeKind::string;
                is_text ? void(changed.text += "!")
                        : void(changed.number += changed.number == 0 ? 1 : -1);
                rs.constants.push_back(changed);
                rs.exprs[id].a = static_cast<uint32_t>(rs.constants.size() - 1);
              }),
              before)
        << id;
  }
  EXPECT_GE(seen, 15);
}

// Variables are numbered by nesting: swapping which variable is read inside two quantifiers is no
// renaming.
TEST(FunctionDigest, VariablesAreTheSameUpToTheirNumbers) {
  const auto digest = [](uint32_t outer, uint32_t inner, bool swapped) {
    Builder b;
    const TypeId list = b.list_type(b.int_type());
    Decision& d = b.decision("d", b.record("d.in", {b.field("xs", list, b.items(9))}),
                             b.record("d.out", {b.field("y", b.bool_type())}));
    d.policy = HitPolicy::result;
    d.var_count = 9;
    const ExprId xs = b.input(d, 0);
    const ExprId x = b.var(b.int_type(), swapped ? inner : outer);
    const ExprId y = b.var(b.int_type(), swapped ? outer : inner);
    const ExprId body = b.quantifier(Op::all, xs, inner, b.op(Op::le, x, y));
    const ExprId alone =
        b.quantifier(Op::all, xs, inner, b.op(Op::eq, b.var(b.int_type(), inner), b.integer(0)));
    d.result = {b.op(Op::or_, b.quantifier(Op::any, xs, outer, body), alone)};
    EXPECT_TRUE(verify(b.rule_set).has_value());
    return function_digest(b.rule_set, DecisionId{0});
  };
  EXPECT_EQ(digest(0, 1, false), digest(1, 0, false));
  EXPECT_EQ(digest(0, 1, false), digest(7, 3, false));
  EXPECT_NE(digest(0, 1, false), digest(0, 1, true));
}

TEST(FunctionDigest, TheNameOfTheDecisionCounts) {
  Sample s = rich_sample();
  const std::string before = function_digest(s.rs(), DecisionId{2}, test::find_function);
  s.loan().name = "credit";
  EXPECT_NE(function_digest(s.rs(), DecisionId{2}, test::find_function), before);
}

TEST(FunctionDigest, TheCanonicalTextIsCanonicalAndEndsWithTheDecision) {
  Sample s = rich_sample();
  const std::string text = canonical_function(s.rs(), DecisionId{2}, test::find_function);
  const Result<json::Value> value = json::parse(text);
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(json::canonical(*value), text);
  EXPECT_EQ(value->find("decisions")->elements().back().find("name")->as_string(), "loan");
  // `limit` is reached first (base reads it), then `score`.
  EXPECT_EQ(value->find("decisions")->elements()[0].find("name")->as_string(), "limit");
}

}  // namespace
}  // namespace pac::ir
