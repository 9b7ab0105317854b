// The arithmetic beneath `power` and `finance`: bounds enclose, naturals are exact, and all three
// steps of rounding a ratio agree.
#include "tests/unit/stdlib/generators.h"

#include "stdlib/ratio.h"
#include "tests/unit/stdlib/exact.h"

namespace pac::stdlib::test {
namespace {

template <int N>
Wide<N> any_wide() {
  Wide<N> value;
  const int count = in_range(0, N + 1);
  for (int i = 0; i < count; ++i) {
    const int kind = in_range(0, 4);
    value.limb[i] = kind == 0 ? 0 : (kind == 1 ? UINT64_MAX : any_word() >> in_range(0, 64));
  }
  return value;
}

Integer as_integer(const std::uint64_t* limbs, int count) {
  Integer value = 0;
  for (int i = count - 1; i >= 0; --i) value = (value << 64) + limbs[i];
  return value;
}

template <int N>
Integer as_integer(const Wide<N>& value) {
  return as_integer(value.limb, N);
}

Integer as_integer(const Natural& value) { return as_integer(value.limb, value.count); }

template <int K>
Fraction exact(const Bound<K>& bound) {
  const Integer limbs = as_integer(bound.limb, K);
  const auto shift = static_cast<unsigned>(bound.exponent < 0 ? -bound.exponent : bound.exponent);
  return bound.exponent < 0 ? Fraction{limbs, Integer(1) << shift} : Fraction{limbs << shift};
}

int order(const Fraction& a, const Fraction& b) {
  const Integer left = a.num * b.den;
  const Integer right = b.num * a.den;
  return left < right ? -1 : (left > right ? 1 : 0);
}

// low <= value <= high, and both within 2^-(64 K - 2) of it.
template <int K>
bool encloses(const Bound<K>& low, const Bound<K>& high, const Fraction& value) {
  if (order(exact(low), value) > 0 || order(exact(high), value) < 0) return false;
  const Fraction width = exact(high) - exact(low);
  return order(width * Fraction{Integer(1) << (64 * K - 2)}, value) <= 0;
}

// Shifted by a little or by a lot; always normal.
Bound<4> any_bound() {
  const Wide<6> value = any_wide<6>();
  return make_bound<4>(value.limb, 6, in_range(0, 2) == 0 ? in_range(-300, 301) : in_range(-3, 4),
                       false, in_range(0, 2) == 0);
}

RC_GTEST_PROP(Bounds, EncloseWhatTheyAreMadeOf, ()) {
  const Wide<7> value = any_wide<7>();
  RC_ASSERT(encloses(make_bound<4>(value.limb, 7, 0, false, false),
                     make_bound<4>(value.limb, 7, 0, false, true), Fraction{as_integer(value)}));
}

RC_GTEST_PROP(Bounds, EncloseProductsAndQuotients, ()) {
  const Bound<4> a = any_bound();
  const Bound<4> b = any_bound();
  RC_ASSERT(encloses(mul(a, b, false), mul(a, b, true), exact(a) * exact(b)));
  if (b.is_zero()) return;
  RC_ASSERT(encloses(div(a, b, false), div(a, b, true), exact(a) / exact(b)));
}

RC_GTEST_PROP(Bounds, EncloseDifferences, ()) {
  Bound<4> a = any_bound();
  Bound<4> b = any_bound();
  if (in_range(0, 4) == 0 && !a.is_zero()) {  // neighbours, so that nearly everything cancels
    b = a;
    b.limb[0] ^= 1;
  }
  RC_ASSERT(compare(a, b) == order(exact(a), exact(b)));
  if (compare(a, b) < 0) std::swap(a, b);
  RC_ASSERT(encloses(sub(a, b, false), sub(a, b, true), exact(a) - exact(b)));
  RC_ASSERT(sub(b, a, true).is_zero());
}

RC_GTEST_PROP(Bounds, WholePart, ()) {
  const Bound<4> a = any_bound();
  UInt128 whole = 0;
  bool has_fraction = false;
  const Integer expected = floor_of(exact(a));
  const bool fits = whole_part(a, &whole, &has_fraction);
  RC_ASSERT(fits == ((expected >> 128) == 0));
  if (!fits) return;
  RC_ASSERT(as_integer(Wide<2>(whole)) == expected);
  RC_ASSERT(has_fraction == (order(exact(a), Fraction{expected}) != 0));
}

RC_GTEST_PROP(Naturals, AreExact, ()) {
  const auto a = std::make_unique<Natural>();
  const auto b = std::make_unique<Natural>();
  const auto spare = std::make_unique<Natural>();
  const Wide<3> base = any_wide<3>();
  const Wide<3> other = any_wide<3>();
  const int exponent = in_range(0, 40);
  const Integer expected =
      boost::multiprecision::pow(as_integer(base), static_cast<unsigned>(exponent));
  a->set_power(base, exponent, *spare);
  RC_ASSERT(as_integer(*a) == expected);
  b->set(other);
  RC_ASSERT(compare(*a, *b) ==
            (expected < as_integer(other) ? -1 : (expected > as_integer(other) ? 1 : 0)));
  if (expected >= as_integer(other)) {
    a->sub(*b);
    RC_ASSERT(as_integer(*a) == expected - as_integer(other));
  }
  const Integer before = as_integer(*a);
  a->mul(*b, *spare);
  a->mul(other);
  RC_ASSERT(as_integer(*a) == before * as_integer(other) * as_integer(other));
}

// The longest number that finance can make fits.
TEST(Naturals, HaveRoomForTheLongestPower) {
  const auto a = std::make_unique<Natural>();
  const auto spare = std::make_unique<Natural>();
  Wide<3> base;
  mul_small(Wide<3>(static_cast<UInt128>(pow10(38))), 13, &base);
  a->set_power(base, kMaxPeriods, *spare);
  for (int i = 0; i < 4; ++i) a->mul(Wide<2>(~UInt128{0}));
  EXPECT_LE(a->count + 3, Natural::kLimbCount);
  EXPECT_EQ(as_integer(*a), boost::multiprecision::pow(13 * big(pow10(38)), kMaxPeriods) *
                                boost::multiprecision::pow((Integer(1) << 128) - 1, 4));
}

// Each step by itself, on ratios that are, or nearly are, whole numbers of half units.
RC_GTEST_PROP(Ratios, AllStepsAgree, ()) {
  const Wide<4> den = any_wide<4>();
  if (den.is_zero()) return;
  const int shift = in_range(-3, 4);
  Wide<6> num;
  Wide<6> factor;
  for (int i = 0; i < 4; ++i) factor.limb[i] = den.limb[i];
  mul(factor, Wide<6>(any_word() >> in_range(0, 64)), &num);
  if (in_range(0, 2) == 0) add(num, Wide<6>(1), &num);
  const auto formula = [&](auto& a, auto& b, auto& c, auto& spare) {
    a.set(num);
    b.set(den);
    c.set(Wide<2>(3));  // c and its product stand for spare numbers that a formula leaves behind
    c.mul(c, spare);
  };
  const Fraction value =
      Fraction{as_integer(num), as_integer(den)} * fraction(2) *
      (shift < 0 ? fraction(1) / fraction(pow10(-shift)) : fraction(pow10(shift)));
  const Integer whole = floor_of(value);
  const HalfUnits exactly = settle_exactly(formula, shift);
  RC_ASSERT(as_integer(Wide<2>(exactly.count)) == whole);
  RC_ASSERT(exactly.exact == (whole * value.den == value.num));
  HalfUnits quickly;
  if (settle_by_intervals<4>(formula, shift, &quickly)) {
    RC_ASSERT(quickly.count == exactly.count && quickly.exact == exactly.exact);
  }
}

}  // namespace
}  // namespace pac::stdlib::test
