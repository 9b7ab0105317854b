// What expressions can be: one reading of each operation, by its meaning in runtime/ir/model.h.
#include <algorithm>
#include <limits>

#include "compiler/certificate/values.h"
#include "runtime/base/check.h"
#include "runtime/base/decimal.h"
#include "runtime/base/utf8.h"
#include "runtime/ir/comparison.h"

namespace pac::certificate {

using ir::ExprId;
using ir::Op;
using ir::TypeKind;

namespace {

ExprId expr_of(uint32_t operand) { return static_cast<ExprId>(operand); }

Value both(const Value& a, const Value& b) {
  return truth(a.may_be(0) || b.may_be(0), a.may_be(1) && b.may_be(1));
}

Value opposite(const Value& a) { return truth(a.may_be(1), a.may_be(0)); }

bool is_composite(TypeKind kind) {
  return kind == TypeKind::record || kind == TypeKind::list || kind == TypeKind::set ||
         kind == TypeKind::quotient;
}

}  // namespace

Values::Values(const ir::RuleSet& rules, ir::DecisionId decision, const Region& region)
    : rules_(rules), region_(region), top_{decision, nullptr, nullptr} {}

Value Values::of(Frame& frame, ExprId id, const Fields& fields) {
  if (++steps_ > kMaxSteps || depth_ == kMaxDepth) return unknown(frame, id, fields);
  ++depth_;
  Value out = compute(frame, id, fields);
  --depth_;
  if (!fields.empty()) return out;
  if (!rules_.type_of(id).optional) out.may_miss = false;
  const Value* known = frame.caller == nullptr ? region_.of_expr(id) : nullptr;
  return known != nullptr ? intersect(std::move(out), *known) : out;
}

Value Values::compute(Frame& frame, ExprId id, const Fields& fields) {
  const ir::Expr& expr = rules_.expr(id);
  switch (expr.op) {
    case Op::constant: {
      const ir::Constant& constant = rules_.constants[expr.a];
      Value out;
      out.may_miss = constant.missing;
      if (constant.missing) return out;
      if (rules_.type(constant.type).kind == TypeKind::string) {
        out.text = &constant.text;
      } else {
        out.numbers = {{constant.number, constant.number}};
      }
      return out;
    }
    case Op::input:
      return input(frame, expr.a, fields);
    case Op::let:
      return of(frame, rules_.decision(frame.decision).lets[expr.a].value, fields);
    case Op::param:
      return param(frame, expr, fields);
    case Op::field: {
      Fields longer{expr.b};
      longer.insert(longer.end(), fields.begin(), fields.end());
      return of(frame, expr_of(expr.a), longer);
    }
    case Op::make_record:
      if (fields.empty()) return unknown(frame, id, fields);
      return of(frame, rules_.operand(expr, fields[0]), Fields(fields.begin() + 1, fields.end()));
    case Op::if_: {
      const Value condition = of(frame, expr_of(expr.a), {});
      if (!condition.may_be(0)) return of(frame, expr_of(expr.b), fields);
      if (!condition.may_be(1)) return of(frame, expr_of(expr.c), fields);
      return unite(of(frame, expr_of(expr.b), fields), of(frame, expr_of(expr.c), fields));
    }
    case Op::default_: {
      Value a = of(frame, expr_of(expr.a), fields);
      if (!a.may_miss) return a;
      if (fields.empty()) a.may_miss = false;
      return unite(std::move(a), of(frame, expr_of(expr.b), fields));
    }
    case Op::some:
    case Op::unwrap:
      return of(frame, expr_of(expr.a), fields);
    case Op::rescale:
      return rescale(frame, expr, fields);
    case Op::call:
      return call(frame, expr, id, fields);
    default:
      return rules_.type(expr.type).kind == TypeKind::boolean ? condition(frame, id)
                                                              : unknown(frame, id, fields);
  }
}

Value Values::condition(Frame& frame, ExprId id) {
  const ir::Expr& expr = rules_.expr(id);
  switch (expr.op) {
    case Op::not_:
      return opposite(of(frame, expr_of(expr.a), {}));
    case Op::and_:
      return both(of(frame, expr_of(expr.a), {}), of(frame, expr_of(expr.b), {}));
    case Op::or_: {
      const Value a = of(frame, expr_of(expr.a), {}), b = of(frame, expr_of(expr.b), {});
      return truth(a.may_be(0) && b.may_be(0), a.may_be(1) || b.may_be(1));
    }
    case Op::ne:
      return opposite(comparison(frame, Op::eq, expr_of(expr.a), expr_of(expr.b)));
    case Op::eq:
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
      return comparison(frame, expr.op, expr_of(expr.a), expr_of(expr.b));
    case Op::in_range: {
      const Op above = (expr.extra & 1) != 0 ? Op::gt : Op::ge;
      const Op below = (expr.extra & 2) != 0 ? Op::lt : Op::le;
      return both(comparison(frame, above, expr_of(expr.a), expr_of(expr.b)),
                  comparison(frame, below, expr_of(expr.a), expr_of(expr.c)));
    }
    case Op::in_set:
      return membership(frame, expr);
    case Op::starts_with:
    case Op::ends_with:
    case Op::contains:
    case Op::matches:
      return text_test(frame, expr);
    case Op::is_present: {
      const Value a = of(frame, expr_of(expr.a), {});
      return truth(a.may_miss, a.may_be_present());
    }
    default:
      return truth(true, true);
  }
}

// Where the evaluation fails anything may be said, so a value that is not there says nothing.
Value Values::input(Frame& frame, uint32_t slot, const Fields& fields) {
  if (frame.caller != nullptr) {
    return of(*frame.caller, rules_.operand(*frame.call, slot), fields);
  }
  Value all = of_domain(rules_, rules_.decision(frame.decision), slot, fields);
  const Value* known = region_.of_field(slot, fields);
  return known == nullptr ? all : intersect(std::move(all), *known);
}

Value Values::param(Frame& frame, const ir::Expr& expr, const Fields& fields) {
  const Value date = of(frame, expr_of(expr.b), {});
  const auto& lines = rules_.params[expr.a].lines;
  Value out;
  for (size_t i = 0; i < lines.size(); ++i) {
    const auto is_in_force = [&](const ir::Interval& days) {
      return days.high >= lines[i].from && (i + 1 == lines.size() || days.low < lines[i + 1].from);
    };
    if (!std::ranges::any_of(date.numbers, is_in_force)) continue;
    out = unite(std::move(out), of(frame, lines[i].value, fields));
  }
  return out;
}

Value Values::rescale(Frame& frame, const ir::Expr& expr, const Fields& fields) {
  const ir::Type& from = rules_.type_of(expr_of(expr.a));
  const ir::Type& to = rules_.type(expr.type);
  if (to.kind != TypeKind::decimal) return of_type(rules_, to);
  Value out = of(frame, expr_of(expr.a), fields);
  const ir::Range all = ir::range_of_type(rules_, to);
  const int scale = from.kind == TypeKind::decimal ? from.scale : 0;
  for (ir::Interval& i : out.numbers) {
    if (!widen(i.low, scale, to.scale, &i.low)) i.low = all.low;
    if (!widen(i.high, scale, to.scale, &i.high)) i.high = all.high;
  }
  return out;
}

// ---- Comparisons.

namespace {

struct Pair {
  bool may_be_less = false, may_be_equal = false, may_be_greater = false;
};

Pair compare_numbers(const Value& a, int scale_a, const Value& b, int scale_b) {
  Pair out;
  for (const ir::Interval& x : a.numbers) {
    for (const ir::Interval& y : b.numbers) {
      const bool is_below = pac::compare(x.low, scale_a, y.high, scale_b) < 0;
      const bool is_above = pac::compare(x.high, scale_a, y.low, scale_b) > 0;
      out.may_be_less = out.may_be_less || is_below;
      out.may_be_greater = out.may_be_greater || is_above;
      out.may_be_equal = out.may_be_equal || (pac::compare(x.low, scale_a, y.high, scale_b) <= 0 &&
                                              pac::compare(x.high, scale_a, y.low, scale_b) >= 0);
    }
  }
  return out;
}

Pair compare_texts(const Value& a, const Value& b) {
  const bool is_one = a.text != nullptr || b.text != nullptr;
  if (!is_one || a.any_text || b.any_text) return {true, true, true};
  const Value& other = a.text != nullptr ? b : a;
  const std::string& text = a.text != nullptr ? *a.text : *b.text;
  Pair out;
  const auto add = [&](bool may_be_equal, bool may_differ) {
    out.may_be_equal = out.may_be_equal || may_be_equal;
    out.may_be_less = out.may_be_less || may_differ;
  };
  if (other.text != nullptr) add(*other.text == text, *other.text != text);
  if (other.cells.empty()) return out;
  const auto is_it = [&](const TextCell& cell) {
    return cell.kind == TextCell::Kind::is && cell.text == text;
  };
  const bool is_listed = std::ranges::any_of(other.column->texts, is_it);
  for (const uint32_t number : other.cells) {
    const TextCell& cell = other.column->texts[number];
    const bool is_same = is_it(cell);
    add(is_same || (cell.kind != TextCell::Kind::is && !is_listed), !is_same);
  }
  return out;
}

}  // namespace

Value Values::comparison(Frame& frame, Op op, ExprId a, ExprId b) {
  if (rules_.expr(a).op == Op::constant && rules_.expr(b).op != Op::constant) {
    std::swap(a, b);
    op = ir::mirrored(op);
  }
  const Value x = of(frame, a, {}), y = of(frame, b, {});
  const ir::Type &type_a = rules_.type_of(a), &type_b = rules_.type_of(b);
  const auto scale = [](const ir::Type& t) { return t.kind == TypeKind::decimal ? t.scale : 0; };
  Pair pair{true, true, true};
  if (!x.may_be_present() || !y.may_be_present()) {
    pair = {};
  } else if (type_a.kind == TypeKind::string) {
    pair = compare_texts(x, y);
  } else if (!is_composite(type_a.kind) && !is_composite(type_b.kind)) {
    pair = compare_numbers(x, scale(type_a), y, scale(type_b));
  }
  const bool is_one_missing =
      (x.may_miss && y.may_be_present()) || (y.may_miss && x.may_be_present());
  const bool may_differ = pair.may_be_less || pair.may_be_greater;
  switch (op) {
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
      break;
    default:
      return truth(may_differ || is_one_missing, pair.may_be_equal || (x.may_miss && y.may_miss));
  }
  if (op == Op::gt || op == Op::ge) std::swap(pair.may_be_less, pair.may_be_greater);
  const bool takes_equal = op == Op::le || op == Op::ge;
  const Value out = truth(pair.may_be_greater || (!takes_equal && pair.may_be_equal),
                          pair.may_be_less || (takes_equal && pair.may_be_equal));
  const ir::Expr& left = rules_.expr(a);
  if (left.op != Op::len || rules_.expr(b).op != Op::constant) return out;
  return intersect(length_test(frame, op, left, y.numbers[0].low), out);
}

Value Values::length_test(Frame& frame, Op op, const ir::Expr& length, Int128 limit) {
  if (rules_.type_of(expr_of(length.a)).kind != TypeKind::string) return truth(true, true);
  const bool is_upper = op == Op::lt || op == Op::le;
  TextTest test{TextTest::Kind::length, "", 0, std::numeric_limits<int64_t>::max()};
  if (is_upper) test.high = op == Op::lt ? limit - 1 : limit;
  if (!is_upper) test.low = std::max<Int128>(0, op == Op::gt ? limit + 1 : limit);
  return answer(of(frame, expr_of(length.a), {}), test);
}

Value Values::membership(Frame& frame, const ir::Expr& expr) {
  const ir::Type type = rules_.type_of(expr_of(expr.a));
  const Value value = of(frame, expr_of(expr.a), {});
  bool may_be_in = false, is_surely_in = false;
  Value rest = value;  // what no member was seen to be; of numbers and texts of cells
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    const ExprId id = rules_.operand(expr, i);
    const Value one = comparison(frame, Op::eq, expr_of(expr.a), id);
    may_be_in = may_be_in || one.may_be(1);
    is_surely_in = is_surely_in || !one.may_be(0);
    const Value member = of(frame, id, {});
    if (member.text != nullptr) {
      std::erase_if(rest.cells, [&](uint32_t cell) {
        const TextCell& own = rest.column->texts[cell];
        return own.kind == TextCell::Kind::is && own.text == *member.text;
      });
    }
    const ir::Type& other = rules_.type_of(id);
    if (member.numbers.size() != 1 || member.numbers[0].low != member.numbers[0].high ||
        other.kind != type.kind || other.scale != type.scale) {
      continue;
    }
    const Int128 number = member.numbers[0].low;
    std::vector<ir::Interval> parts;
    for (const ir::Interval& interval : rest.numbers) {
      if (number < interval.low || number > interval.high) {
        parts.push_back(interval);
        continue;
      }
      if (interval.low < number) parts.push_back({interval.low, number - 1});
      if (number < interval.high) parts.push_back({number + 1, interval.high});
    }
    rest.numbers = std::move(parts);
  }
  const bool is_nothing_left = !rest.may_miss && !rest.may_be_present();
  return truth(!is_surely_in && !is_nothing_left, may_be_in);
}

// ---- Texts.

Value Values::text_test(Frame& frame, const ir::Expr& expr) {
  TextTest test;
  if (expr.op == Op::matches) {
    test = {TextTest::Kind::matches, rules_.constants[expr.b].text, 0, 0};
  } else {
    const Value other = of(frame, expr_of(expr.b), {});
    if (other.text == nullptr) return truth(true, true);
    test = {expr.op == Op::starts_with ? TextTest::Kind::starts_with
            : expr.op == Op::ends_with ? TextTest::Kind::ends_with
                                       : TextTest::Kind::contains,
            *other.text, 0, 0};
  }
  return answer(of(frame, expr_of(expr.a), {}), test);
}

bool Values::holds(const TextTest& test, const std::string& text) {
  switch (test.kind) {
    case TextTest::Kind::starts_with:
      return text.starts_with(test.text);
    case TextTest::Kind::ends_with:
      return text.ends_with(test.text);
    case TextTest::Kind::contains:
      return text.find(test.text) != std::string::npos;
    case TextTest::Kind::length: {
      const auto length = static_cast<Int128>(count_code_points(text));
      return test.low <= length && length <= test.high;
    }
    default: {
      auto found = patterns_.find(test.text);
      if (found == patterns_.end()) {
        auto regex = Regex::compile(test.text);
        PAC_CHECK(regex.has_value(), "a verified pattern compiles");
        found = patterns_.emplace(test.text, std::move(*regex)).first;
      }
      return found->second.matches(text);
    }
  }
}

Value Values::answer(const Value& texts, const TextTest& test) {
  if (texts.any_text) return truth(true, true);
  Value out;
  const auto add = [&](bool yes) { out = unite(std::move(out), truth(!yes, yes)); };
  if (texts.text != nullptr) add(holds(test, *texts.text));
  for (const uint32_t number : texts.cells) {
    const Column& column = *texts.column;
    const TextCell& cell = column.texts[number];
    const auto is_listed = [&](const TextCell& other) {
      return other.kind == TextCell::Kind::prefix && other.text == test.text;
    };
    if (cell.kind == TextCell::Kind::is) {
      add(holds(test, cell.text));
    } else if (cell.kind == TextCell::Kind::answers) {
      const auto at = std::ranges::find(column.tests, test);
      if (at == column.tests.end()) return truth(true, true);
      add(cell.answers[static_cast<size_t>(at - column.tests.begin())]);
    } else if (test.kind != TextTest::Kind::starts_with) {
      return truth(true, true);
    } else if (cell.text.starts_with(test.text)) {
      add(true);
    } else if (test.text.starts_with(cell.text) && std::ranges::none_of(column.texts, is_listed)) {
      return truth(true, true);
    } else {
      add(false);
    }
  }
  return out;
}

// ---- Rules and calls.

Value Values::fires(Frame& frame, const ir::Rule& rule) {
  Value out = truth(rule.each_list != ExprId::none, true);
  if (rule.has_effective) {
    const Value date = input(frame, rules_.decision(frame.decision).as_of_slot, {});
    bool may_be_in = false, may_be_out = false;
    for (const ir::Interval& days : date.numbers) {
      may_be_in = may_be_in || (days.low <= rule.effective_to && days.high >= rule.effective_from);
      may_be_out = may_be_out || days.low < rule.effective_from || days.high > rule.effective_to;
    }
    out = both(out, truth(may_be_out, may_be_in));
  }
  for (const ExprId id : rule.conditions) {
    if (!out.may_be(1) || rule.each_list != ExprId::none) break;
    out = both(out, of(frame, id, {}));
  }
  return out;
}

Value Values::call(Frame& frame, const ir::Expr& expr, ExprId id, const Fields& fields) {
  Frame callee{static_cast<ir::DecisionId>(expr.a), &frame, &expr};
  const ir::Decision& decision = rules_.decision(callee.decision);
  Value out;
  const auto add = [&](const std::vector<ExprId>& outcome) {
    Value one;
    one.numbers = {{0, 1}};  // the record itself
    if (!fields.empty()) {
      one = of(callee, outcome[fields[0]], Fields(fields.begin() + 1, fields.end()));
    }
    out = unite(std::move(out), one);
  };
  switch (decision.policy) {
    case ir::HitPolicy::result:
      add(decision.result);
      return out;
    case ir::HitPolicy::unique:
    case ir::HitPolicy::any:
    case ir::HitPolicy::first:
    case ir::HitPolicy::by_priority:
    case ir::HitPolicy::unique_with_exceptions:
      break;
    default:
      return unknown(frame, id, fields);
  }
  // Where it ends without an error, the first in this order that fires is the one that decides.
  for (const uint32_t number : ir::try_order(decision)) {
    const Value fired = fires(callee, decision.rules[number]);
    if (fired.may_be(1)) add(decision.rules[number].outcome);
    if (!fired.may_be(0)) return out;
  }
  if (decision.has_otherwise) {
    add(decision.otherwise.outcome);
  } else if (decision.partial) {
    out.may_miss = true;
  }
  return out;
}

Value Values::unknown(Frame& frame, ExprId id, const Fields& fields) {
  ir::Type type = rules_.type_of(id);
  bool may_miss = type.optional;
  for (const uint32_t part : fields) {
    type = rules_.type(rules_.records[type.ref].fields[part].type);
    may_miss = may_miss || type.optional;
  }
  Value out = of_type(rules_, type);
  out.may_miss = may_miss;
  const bool is_number = !out.any_text && !is_composite(type.kind);
  if (!is_number || !fields.empty() || steps_ > kMaxSteps) return out;
  auto& ranges = ranges_[frame.decision];
  if (ranges == nullptr) {
    ranges = std::make_unique<ir::RangeAnalysis>(rules_, rules_.decision(frame.decision));
  }
  const ir::Range range = ranges->range_of(id);
  out.numbers = {{range.low, range.high}};
  return out;
}

}  // namespace pac::certificate
