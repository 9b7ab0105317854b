#include "runtime/base/wide.h"

#include "tests/unit/base/property.h"

namespace pac {
namespace {

using Wide6 = Wide<6>;

Wide6 any_wide() {
  Wide6 value;
  const int limb_count = test::in_range(0, 7);
  for (int i = 0; i < limb_count; ++i) {
    // Limbs of all ones and all zeros bring out wrong carries and wrong quotient estimates.
    const int kind = test::in_range(0, 4);
    value.limb[i] = kind == 0   ? 0
                    : kind == 1 ? ~std::uint64_t{0}
                    : kind == 2 ? std::uint64_t{1} << 63
                                : test::any_word();
  }
  return value;
}

TEST(Wide, DividesByHand) {
  const Wide6 n = Wide6(static_cast<UInt128>(1'000'000'007));
  Wide6 q;
  Wide6 r;
  ASSERT_TRUE(divmod(n, Wide6(static_cast<UInt128>(1000)), &q, &r));
  EXPECT_EQ(static_cast<std::uint64_t>(q.low_128()), 1'000'000u);
  EXPECT_EQ(static_cast<std::uint64_t>(r.low_128()), 7u);
  EXPECT_FALSE(divmod(n, Wide6(), &q, &r));
}

// The estimate of the first quotient digit is one too large here, so the divisor is added back.
TEST(Wide, DividesWhereTheEstimateIsTooLarge) {
  Wide<2> n;
  n.limb[0] = 0x0000000000000003u;
  n.limb[1] = 0x8000000000000000u;
  Wide<2> d;
  d.limb[0] = 0x0000000000000001u;
  d.limb[1] = 0x0000000020000000u;
  Wide<2> q;
  Wide<2> r;
  ASSERT_TRUE(divmod(n, d, &q, &r));
  EXPECT_TRUE(q.low_128() == n.low_128() / d.low_128());
  EXPECT_TRUE(r.low_128() == n.low_128() % d.low_128());
}

RC_GTEST_PROP(Wide, DivisionIsUndoneByMultiplication, ()) {
  const Wide6 n = any_wide();
  const Wide6 d = any_wide();
  if (d.is_zero()) return;
  Wide6 q;
  Wide6 r;
  RC_ASSERT(divmod(n, d, &q, &r));
  RC_ASSERT(compare(r, d) < 0);
  Wide6 back;
  RC_ASSERT(mul(q, d, &back));
  RC_ASSERT(add(back, r, &back));
  RC_ASSERT(compare(back, n) == 0);
}

RC_GTEST_PROP(Wide, AgreesWith128Bits, ()) {
  const UInt128 a = static_cast<UInt128>(test::any_int128());
  const UInt128 b = static_cast<UInt128>(test::any_int128());
  if (b == 0) return;
  using Wide2 = Wide<2>;
  Wide2 q;
  Wide2 r;
  RC_ASSERT(divmod(Wide2(a), Wide2(b), &q, &r));
  RC_ASSERT(q.low_128() == a / b);
  RC_ASSERT(r.low_128() == a % b);
  Wide2 sum;
  RC_ASSERT(add(Wide2(a), Wide2(b), &sum) == (a + b >= a));
  RC_ASSERT(sum.low_128() == a + b);
  Wide2 difference;
  RC_ASSERT(sub(Wide2(a), Wide2(b), &difference) == (a >= b));
  RC_ASSERT(difference.low_128() == a - b);
  UInt128 expected = 0;
  const bool overflow = __builtin_mul_overflow(a, b, &expected);
  Wide2 product;
  RC_ASSERT(mul(Wide2(a), Wide2(b), &product) == !overflow);
  RC_ASSERT(product.low_128() == expected);
}

RC_GTEST_PROP(Wide, PowerOfTenIsRepeatedMultiplication, ()) {
  const Wide6 a = any_wide();
  const int exponent = test::in_range(0, 60);
  Wide6 expected = a;
  bool fits = true;
  for (int i = 0; i < exponent; ++i) fits = mul_small(expected, 10, &expected) && fits;
  Wide6 actual;
  RC_ASSERT(mul_pow10(a, exponent, &actual) == fits);
  RC_ASSERT(compare(actual, expected) == 0);
}

}  // namespace
}  // namespace pac
