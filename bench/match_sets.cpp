#include "bench/match_sets.h"

#include <algorithm>
#include <bit>

#include "bench/random.h"

namespace pac::bench {

namespace {

constexpr int kLetters = 16;  // a .. p, of texts and their beginnings
constexpr int kCuts = 12;
constexpr std::array<int64_t, 8> kWidths{2'000,  5'000,   10'000,  20'000,
                                         50'000, 100'000, 200'000, 300'000};

using Cuts = std::array<std::vector<int64_t>, 4>;

std::string letters(Random& random, int64_t count) {
  std::string out;
  for (; count > 0; --count) out += static_cast<char>('a' + random.in(0, kLetters - 1));
  return out;
}

uint64_t some_values(Random& random, MatchShape shape) {
  int64_t count = random.one_in(2) ? 1 : random.in(2, 8);
  if (shape == MatchShape::same_pair) count = 1;
  if (shape == MatchShape::wide) count = random.in(5, 15);
  uint64_t out = 0;
  while (std::popcount(out) < count) out |= uint64_t{1} << random.in(0, kMatchValues - 1);
  return out;
}

void add_condition(MatchRule& rule, int field, MatchShape shape, const Cuts& cuts, Random& random) {
  const auto at = static_cast<size_t>(field);
  if (field < 4 && shape == MatchShape::shared_cuts) {
    const std::vector<int64_t>& ends = cuts[at];
    size_t first = random.below(ends.size()), second = random.below(ends.size() - 1);
    if (second >= first) ++second;
    rule.low[at] = ends[std::min(first, second)];
    rule.high[at] = ends[std::max(first, second)] - 1;
  } else if (field < 4) {
    const int64_t width = shape == MatchShape::wide ? random.in(100'000, 330'000)
                                                    : kWidths[random.below(kWidths.size())];
    rule.low[at] = random.in(0, kMatchTop + 1 - width);
    rule.high[at] = rule.low[at] + width - 1;
  } else if (field == 4) {
    rule.e = some_values(random, shape);
  } else if (field == 5) {
    rule.f = some_values(random, shape);
  } else if (field == 6) {
    rule.flag = static_cast<int>(random.in(0, 1));
  } else {
    rule.prefix = letters(random, shape == MatchShape::wide ? 1 : random.in(1, 3));
  }
}

MatchRule draw_rule(MatchShape shape, const Cuts& cuts, Random& random) {
  MatchRule rule;
  std::array fields{4, 5, 0, 1, 2, 3, 6, 7};
  const size_t kept = shape == MatchShape::same_pair ? 2 : 0;  // these two come first, always
  const bool is_wide = shape == MatchShape::wide;
  const auto count = static_cast<size_t>(random.in(is_wide     ? 5
                                                   : kept == 0 ? 2
                                                               : 3,
                                                   is_wide ? 8 : 5));
  for (size_t i = 0; i < count; ++i) {
    if (i >= kept) std::swap(fields[i], fields[i + random.below(fields.size() - i)]);
    add_condition(rule, fields[i], shape, cuts, random);
  }
  return rule;
}

std::string values(uint64_t set, char prefix) {
  std::string out;
  for (; set != 0; set &= set - 1) {
    out += out.empty() ? "" : ", ";
    out += prefix + std::to_string(std::countr_zero(set));
  }
  return out;
}

std::string cell(const MatchRule& rule, int field) {
  if (!rule.tests(field)) return "-";
  const auto at = static_cast<size_t>(field);
  switch (field) {
    case 4:
      return values(rule.e, 'v');
    case 5:
      return values(rule.f, 'w');
    case 6:
      return rule.flag == 1 ? "true" : "false";
    case 7:
      return "starts_with \"" + rule.prefix + "\"";
    default:
      return std::to_string(rule.low[at]) + " .. " + std::to_string(rule.high[at]);
  }
}

std::string enumeration(const std::string& name, char prefix) {
  return "enum " + name + " { " + values(kAllValues, prefix) + " }\n";
}

}  // namespace

bool MatchRule::tests(int field) const { return share(field) < 1; }

double MatchRule::share(int field) const {
  const auto at = static_cast<size_t>(field);
  switch (field) {
    case 4:
    case 5:
      return static_cast<double>(std::popcount(field == 4 ? e : f)) / kMatchValues;
    case 6:
      return flag < 0 ? 1 : 0.5;
    case 7: {
      double out = 1;
      for (size_t i = 0; i < prefix.size(); ++i) out /= kLetters;
      return out;
    }
    default:
      return static_cast<double>(high[at] - low[at] + 1) / static_cast<double>(kMatchTop + 1);
  }
}

double MatchRule::share() const {
  double out = 1;
  for (int field = 0; field < 8; ++field) out *= share(field);
  return out;
}

MatchSet match_set(MatchShape shape, int rules, uint32_t seed) {
  Random random(seed);
  Cuts cuts;
  for (std::vector<int64_t>& ends : cuts) {
    ends = {0, kMatchTop + 1};
    while (ends.size() < kCuts + 2) {
      const int64_t cut = random.in(1, kMatchTop);
      if (std::ranges::find(ends, cut) == ends.end()) ends.push_back(cut);
    }
    std::ranges::sort(ends);
  }
  MatchSet out{shape, {}};
  while (static_cast<int>(out.rules.size()) < rules) {
    MatchRule rule = draw_rule(shape, cuts, random);
    if (rule.share() > 0.25 / rules) continue;
    rule.outcome = random.in(1, 999);
    out.rules.push_back(std::move(rule));
  }
  return out;
}

MatchInputs match_inputs(const MatchSet& set, size_t count, uint32_t seed) {
  Random random(seed);
  MatchInputs out;
  std::vector<std::string> texts;
  const MatchRule any;
  const auto one_of = [&](uint64_t taken) {
    for (int64_t skip = random.in(0, std::popcount(taken) - 1); skip > 0; --skip)
      taken &= taken - 1;
    return static_cast<uint32_t>(std::countr_zero(taken));
  };
  for (size_t i = 0; i < count; ++i) {
    const MatchRule& aim = random.one_in(2) ? set.rules[random.below(set.rules.size())] : any;
    MatchInput input;
    for (size_t k = 0; k < 4; ++k) input.n[k] = random.in(aim.low[k], aim.high[k]);
    input.e = one_of(aim.e);
    input.f = one_of(aim.f);
    input.flag = static_cast<uint8_t>(aim.flag < 0 ? random.in(0, 1) : aim.flag);
    const auto size = random.in(8, 12);
    texts.push_back(aim.prefix + letters(random, size - static_cast<int64_t>(aim.prefix.size())));
    out.records.push_back(input);
  }
  for (const std::string& text : texts) out.texts.insert(out.texts.end(), text.begin(), text.end());
  size_t at = 0;
  for (size_t i = 0; i < count; ++i) {
    out.records[i].text = {out.texts.data() + at, static_cast<uint32_t>(texts[i].size()), 0};
    at += texts[i].size();
  }
  return out;
}

std::string to_pac(const MatchSet& set) {
  std::string out = "package bench.match edition 1\n" + enumeration("E", 'v') +
                    enumeration("F", 'w') + "decision d {\n  input {\n";
  for (const char* name : {"n", "m", "k", "l"}) {
    out += std::string("    ") + name + ": int in 0 .. " + std::to_string(kMatchTop) + "\n";
  }
  out +=
      "    e: E\n    f: F\n    b: bool\n    s: string\n  }\n  output { r: int }\n"
      "  table first {\n    n | m | k | l | e | f | b | s => r\n";
  for (const MatchRule& rule : set.rules) {
    for (int field = 0; field < 8; ++field) {
      out += field == 0 ? "    " : " | ";
      out += cell(rule, field);
    }
    out += " => " + std::to_string(rule.outcome) + "\n";
  }
  return out + "    otherwise => 0\n  }\n}\n";
}

std::string to_json(const MatchInput& input) {
  std::string out = "{";
  for (size_t i = 0; i < 4; ++i) {
    out += std::string("\"") + "nmkl"[i] + "\":" + std::to_string(input.n[i]) + ",";
  }
  return out + "\"e\":\"v" + std::to_string(input.e) + "\",\"f\":\"w" + std::to_string(input.f) +
         "\",\"b\":" + (input.flag != 0 ? "true" : "false") + ",\"s\":\"" +
         std::string(input.text.data, input.text.size) + "\"}";
}

}  // namespace pac::bench
