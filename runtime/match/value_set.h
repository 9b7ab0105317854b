// ValueSet: which values of one column let a condition hold, while rules are being normalised:
// spans of the column's grid (texts: of their keys) and whether a missing value does. Plain value;
// one thread.
#pragma once

#include <vector>

#include "runtime/base/decimal.h"

namespace pac::match {

// Beyond every value, so that the ends of the line need no case of their own.
inline constexpr Int128 kMost = static_cast<Int128>(~UInt128{0} >> 1);
inline constexpr Int128 kLeast = -kMost - 1;

struct Span {  // inclusive
  Int128 low = kLeast, high = kMost;
  friend bool operator==(const Span&, const Span&) = default;
};

struct ValueSet {
  std::vector<Span> spans;  // ascending, disjoint, not adjacent
  bool missing = false;

  static ValueSet all(bool with_missing) { return {{Span{}}, with_missing}; }
  static ValueSet of(Int128 low, Int128 high) {
    return low > high ? ValueSet{} : ValueSet{{Span{low, high}}, false};
  }
  static ValueSet of_spans(std::vector<Span> spans, bool missing);  // in any order
  bool is_all(bool optional) const {
    return spans.size() == 1 && spans[0] == Span{} && (missing || !optional);
  }
  bool is_empty() const { return spans.empty() && !missing; }

  ValueSet complement(bool optional) const;
  ValueSet intersected(const ValueSet& other) const;
  ValueSet united(const ValueSet& other) const;
  // Keeps what lies within `limits`; a span that reaches their ends goes on to the end of the line,
  // so that no cut is made where there are no values.
  void clip(const Span& limits);
};

}  // namespace pac::match
