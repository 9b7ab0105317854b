#include <algorithm>
#include <bit>
#include <numeric>

#include "bench/handwritten_match.h"

namespace pac::bench {

Range range_of(const MatchRule& rule, int field) {
  const auto at = static_cast<size_t>(field);
  switch (field) {
    case 4:
    case 5: {
      const uint64_t set = field == 4 ? rule.e : rule.f;
      return {static_cast<uint64_t>(std::countr_zero(set)),
              static_cast<uint64_t>(63 - std::countl_zero(set))};
    }
    case 6:
      return {rule.flag == 1 ? uint64_t{1} : 0, rule.flag == 0 ? 0 : uint64_t{1}};
    case 7: {
      const uint64_t low =
          text_key({rule.prefix.data(), static_cast<uint32_t>(rule.prefix.size()), 0});
      const auto bits = 64 - 8 * rule.prefix.size();  // after the beginning
      return {low, rule.prefix.empty() ? UINT64_MAX : low | ((uint64_t{1} << bits) - 1)};
    }
    default:
      return {static_cast<uint64_t>(rule.low[at]), static_cast<uint64_t>(rule.high[at])};
  }
}

std::vector<int64_t> outcomes_of(const MatchSet& set) {
  std::vector<int64_t> out;
  for (const MatchRule& rule : set.rules) out.push_back(rule.outcome);
  out.push_back(0);
  return out;
}

ChainTables chain_tables(const MatchSet& set) {
  ChainTables out;
  out.outcomes = outcomes_of(set);
  for (const MatchRule& rule : set.rules) {
    std::vector<int> fields;
    for (int field = 0; field < 8; ++field) {
      if (rule.tests(field)) fields.push_back(field);
    }
    std::ranges::stable_sort(fields, {}, [&](int field) { return rule.share(field); });
    const Range head = range_of(rule, fields[0]);
    out.heads.push_back({head.low, head.high - head.low, static_cast<uint32_t>(fields[0]),
                         static_cast<uint32_t>(out.rest.size())});
    for (const int field : fields) {
      const uint64_t values = field == 4 ? rule.e : field == 5 ? rule.f : 0;
      const uint64_t tested = std::has_single_bit(values) ? 0 : values;
      if (field == fields[0] && tested == 0) continue;
      const Range range = range_of(rule, field);
      out.rest.push_back({range.low, range.high - range.low, tested, static_cast<uint32_t>(field)});
    }
  }
  out.heads.push_back({0, 0, 0, static_cast<uint32_t>(out.rest.size())});
  return out;
}

namespace {

const ChainTables& tables_of(pac_scratch* scratch) {
  return *static_cast<const ChainTables*>(reinterpret_cast<const HandScratch*>(scratch)->tables);
}

bool takes(const ChainTest& test, const uint64_t* x) {
  const uint64_t value = x[test.field];
  return test.set != 0 ? (test.set >> value & 1) != 0 : value - test.low <= test.width;
}

}  // namespace

uint32_t walk_chain(const void* input, void* output, pac_result* result, pac_scratch* scratch) {
  const ChainTables& tables = tables_of(scratch);
  uint64_t x[8];
  load(*static_cast<const MatchInput*>(input), x);
  const ChainHead* head = tables.heads.data();
  const ChainHead* const end = head + (tables.heads.size() - 1);
  for (; head != end; ++head) {
    if (x[head->field] - head->low > head->width) [[likely]]
      continue;
    const ChainTest* test = tables.rest.data() + head->first_rest;
    const ChainTest* const last = tables.rest.data() + head[1].first_rest;
    while (test != last && takes(*test, x)) ++test;
    if (test == last) break;
  }
  const auto rule = static_cast<uint32_t>(head - tables.heads.data());
  return answer(rule, tables.outcomes[rule], output, result);
}

uint32_t call_chain(const void* input, void* output, pac_result* result, pac_scratch* scratch) {
  const ChainTables& tables = tables_of(scratch);
  uint64_t x[8];
  load(*static_cast<const MatchInput*>(input), x);
  const int found = tables.code(x);
  const auto rule =
      found < 0 ? static_cast<uint32_t>(tables.outcomes.size() - 1) : static_cast<uint32_t>(found);
  return answer(rule, tables.outcomes[rule], output, result);
}

}  // namespace pac::bench
