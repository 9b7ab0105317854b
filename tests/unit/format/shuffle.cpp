#include <algorithm>
#include <array>
#include <random>

#include "compiler/format/tokens.h"
#include "tests/unit/format/support.h"

namespace pac::format {
namespace {

// Places where a line end means something: from the brace of a table to its partner.
std::vector<Span> tables(const ast::Module& module, const Tokens& tokens) {
  std::vector<Span> out;
  const auto add = [&](uint32_t brace) {
    const uint32_t close = tokens.all[brace].partner;
    out.push_back({0, tokens.all[brace].begin, tokens.all[close].end});
  };
  for (const auto& d : module.decisions) {
    if (d.has_table) add(tokens.at(d.policy_span.end));
  }
  for (const auto& t : module.tests) {
    if (t.is_table) add(tokens.at(t.title_span.end) + 1);
  }
  return out;
}

}  // namespace

// Only gaps that hold nothing but blanks change, and none becomes or stops being empty, so words
// stay apart and comments stay behind or above what they are about.
std::string shuffled(const std::string& text, uint32_t seed) {
  const Parsed parsed(text);
  const Tokens tokens = scan(parsed.module, parsed.file->text());
  const auto fixed = tables(parsed.module, tokens);
  std::mt19937 random(seed);
  const auto pick = [&](size_t n) {
    return std::uniform_int_distribution<size_t>(0, n - 1)(random);
  };
  // How eagerly gaps change differs from text to text: mostly lines, mostly blanks, a few of both.
  const size_t change = 1 + pick(8), lines = 1 + pick(6);
  constexpr std::array<const char*, 4> kBlanks = {" ", "  ", "\t", "      "};
  constexpr std::array<const char*, 4> kLines = {"\n", "\n        ", "\n\n\n ", "\r\n  "};
  std::string out;
  size_t done = 0;
  for (size_t i = 1; i < tokens.all.size(); ++i) {
    const size_t begin = tokens.all[i - 1].end, end = tokens.all[i].begin;
    const std::string gap = text.substr(begin, end - begin);
    const bool blank = !gap.empty() && gap.find_first_not_of(" \t\r\n") == std::string::npos;
    if (!blank || pick(change) != 0) continue;
    const bool in_table = std::any_of(
        fixed.begin(), fixed.end(), [&](const Span& s) { return s.begin < end && begin < s.end; });
    const bool has_line = gap.find('\n') != std::string::npos;
    if (in_table && has_line) continue;
    out += text.substr(done, begin - done);
    out += !in_table && pick(lines) == 0 ? kLines[pick(4)] : kBlanks[pick(4)];
    done = end;
  }
  return out + text.substr(done);
}

}  // namespace pac::format
