// Numbers near the borders where native code changes its width or leaves out a check: small cases,
// and random expressions over inputs with and without domains. The harness compares with the
// interpreter.
#include <random>

#include "tests/unit/interp/harness.h"

namespace pac::test {
namespace {

class WidthTest : public Harness {
 protected:
  ExprId bounded(int scale, Int128 value, Int128 low, Int128 high) {
    return in(b.decimal_type(scale), number(value), b.between(low, high));
  }
};

TEST_F(WidthTest, TheLeastOfSeveralMayBeNarrowWhereTheyAreNot) {
  const ExprId wide = bounded(0, pow10(25), 0, pow10(30));
  const ExprId narrow = bounded(0, 7, 0, 10);
  EXPECT_EQ(eval(b.ops(Op::min_of, {wide, narrow})), "7");
  EXPECT_EQ(eval(b.ops(Op::max_of, {wide, narrow})), "10000000000000000000000000");
}

TEST_F(WidthTest, ComparisonsAcrossScalesAndWidths) {
  const ExprId large = in_decimal(kMaxDecimal, 0);
  const ExprId fine = in_decimal(kMaxDecimal, 38);
  EXPECT_EQ(eval(b.op(Op::gt, large, fine)), "true");
  EXPECT_EQ(eval(b.op(Op::lt, fine, in_int(1))), "true");
  EXPECT_EQ(
      eval(b.op(Op::eq, in_int(INT64_MIN), bounded(2, Int128{INT64_MIN} * 100, -pow10(30), 0))),
      "true");
  EXPECT_EQ(eval(b.op(Op::le, bounded(2, 1'000'000, 1, 100'000'000), in_int(10'000))), "true");
}

TEST_F(WidthTest, ProvedSumsAndProducts) {
  const ExprId a = bounded(2, INT64_MAX, 0, INT64_MAX);
  EXPECT_EQ(eval(b.op(Op::add, a, a)), "184467440737095516.14");
  EXPECT_EQ(eval(b.op(Op::mul, a, a)), "8507059173023461584739690778423250.1249");
  EXPECT_EQ(eval(b.op(Op::neg, bounded(0, INT64_MIN, INT64_MIN, 0))), "9223372036854775808");
  EXPECT_EQ(eval(b.op(Op::sub, a, a)), "0.00");
}

// A random expression of a random type among int and three decimals, of at most the depth given.
class RandomNumbers {
 public:
  RandomNumbers(ir::Builder& builder, std::mt19937_64& random) : b_(builder), random_(random) {}
  std::vector<std::vector<ExprId>> leaves{4};  // by kind: int, scales 0, 2, 5
  static int scale_of(size_t kind) { return std::vector<int>{0, 0, 2, 5}[kind]; }

  ExprId make(size_t kind, int depth) {
    if (depth == 0 || pick(6) == 0) return leaf(kind);
    const auto sub = [&] { return make(kind, depth - 1); };
    switch (pick(9)) {
      case 0:
        return b_.op(Op::add, sub(), sub());
      case 1:
        return b_.op(Op::sub, sub(), sub());
      case 2:
        return b_.op(Op::neg, sub());
      case 3:
        return b_.op(Op::mod, sub(), sub());
      case 4:
        return b_.ops(pick(2) == 0 ? Op::min_of : Op::max_of, {sub(), sub(), sub()});
      case 5:
        return b_.op(Op::if_, condition(depth - 1), sub(), sub());
      case 6:
        return kind == 0 ? b_.op(Op::mul, sub(), sub()) : rounded(kind, depth);
      case 7:
        return kind < 2 ? sub() : b_.rescale(make(pick(kind), depth - 1), type(kind));
      default:
        return kind == 1 ? b_.op(Op::mul, sub(), make(0, depth - 1)) : sub();
    }
  }
  ExprId condition(int depth) {
    constexpr Op kOps[] = {Op::lt, Op::le, Op::gt, Op::ge, Op::eq, Op::ne};
    return b_.op(kOps[pick(6)], make(pick(4), depth), make(pick(4), depth));
  }
  size_t pick(size_t n) { return random_() % n; }
  TypeId type(size_t kind) { return kind == 0 ? b_.int_type() : b_.decimal_type(scale_of(kind)); }

 private:
  ExprId leaf(size_t kind) { return leaves[kind][pick(leaves[kind].size())]; }
  ExprId rounded(size_t kind, int depth) {
    const ExprId from = pick(2) == 0
                            ? make(3, depth - 1)
                            : b_.op(Op::quot, make(pick(4), depth - 1), make(pick(4), depth - 1));
    return b_.round(from, scale_of(kind), static_cast<Rounding>(pick(7)));
  }
  ir::Builder& b_;
  std::mt19937_64& random_;
};

TEST_F(WidthTest, RandomExpressions) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    b = ir::Builder();
    values_.clear();
    RandomNumbers numbers(b, random);
    const Int128 bounds[] = {3, 1'000, INT32_MAX, INT64_MAX, pow10(25), kMaxDecimal};
    for (size_t kind = 0; kind < 4; ++kind) {
      for (int i = 0; i < 3; ++i) {
        const Int128 high = bounds[numbers.pick(kind == 0 ? 4 : 6)];
        const Int128 low = numbers.pick(3) == 0 ? Int128{0} : -high;
        const Int128 spread = static_cast<Int128>(random()) * static_cast<Int128>(random() >> 1);
        Int128 value =
            numbers.pick(4) == 0 ? high : (spread < 0 ? -(spread + 1) : spread) % (high + 1);
        if (low < 0 && numbers.pick(2) == 0) value = -value;
        const bool declared = numbers.pick(4) != 0;
        numbers.leaves[kind].push_back(in(numbers.type(kind), number(value),
                                          declared ? b.between(low, high) : ir::DomainId::none));
      }
    }
    eval(numbers.make(numbers.pick(4), 4));
    eval(numbers.condition(3));
  }
}

}  // namespace
}  // namespace pac::test
