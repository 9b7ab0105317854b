#include "runtime/match/value_set.h"

#include <algorithm>

namespace pac::match {

ValueSet ValueSet::complement(bool optional) const {
  ValueSet out;
  out.missing = optional && !missing;
  Int128 next = kLeast;
  bool open = true;  // values from `next` on are still to be covered
  for (const Span& span : spans) {
    if (span.low > next) out.spans.push_back({next, span.low - 1});
    open = span.high < kMost;
    if (open) next = span.high + 1;
  }
  if (open) out.spans.push_back({next, kMost});
  return out;
}

ValueSet ValueSet::intersected(const ValueSet& other) const {
  ValueSet out;
  out.missing = missing && other.missing;
  size_t i = 0;
  size_t j = 0;
  while (i < spans.size() && j < other.spans.size()) {
    const Span& a = spans[i];
    const Span& b = other.spans[j];
    const Span both{std::max(a.low, b.low), std::min(a.high, b.high)};
    if (both.low <= both.high) out.spans.push_back(both);
    if (a.high < b.high)
      ++i;
    else
      ++j;
  }
  return out;
}

ValueSet ValueSet::united(const ValueSet& other) const {
  std::vector<Span> both = spans;
  both.insert(both.end(), other.spans.begin(), other.spans.end());
  return of_spans(std::move(both), missing || other.missing);
}

ValueSet ValueSet::of_spans(std::vector<Span> spans, bool missing) {
  ValueSet out{{}, missing};
  std::ranges::sort(spans, {}, &Span::low);
  for (const Span& span : spans) {
    const bool apart = out.spans.empty() ||
                       (out.spans.back().high < kMost && out.spans.back().high + 1 < span.low);
    if (apart) {
      out.spans.push_back(span);
    } else {
      out.spans.back().high = std::max(out.spans.back().high, span.high);
    }
  }
  return out;
}

void ValueSet::clip(const Span& limits) {
  std::erase_if(spans,
                [&](const Span& span) { return span.high < limits.low || span.low > limits.high; });
  if (spans.empty()) return;
  if (spans.front().low <= limits.low) spans.front().low = kLeast;
  if (spans.back().high >= limits.high) spans.back().high = kMost;
}

}  // namespace pac::match
