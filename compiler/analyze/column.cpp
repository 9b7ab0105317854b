#include "compiler/analyze/column.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "runtime/base/check.h"
#include "runtime/base/utf8.h"

namespace pac::analyze {

namespace {

constexpr size_t kMaxClasses = 512;
// A longer bound on the length makes too large an automaton; such tests stay out of the cells.
constexpr int64_t kMaxLength = 200;

std::string pattern_of(const Test& test) {
  const std::string literal = test.texts.empty() ? "" : Regex::escape(test.texts[0]);
  switch (test.text) {
    case Test::Text::starts_with:
      return "(?s)" + literal + ".*";
    case Test::Text::ends_with:
      return "(?s).*" + literal;
    case Test::Text::contains:
      return "(?s).*" + literal + ".*";
    case Test::Text::matches:
      return test.texts[0];
    default: {
      const auto low = static_cast<int64_t>(std::max<Int128>(test.length.low, 0));
      if (test.length.high > kMaxLength) return "(?s).{" + std::to_string(low) + ",}";
      return "(?s).{" + std::to_string(low) + "," +
             std::to_string(static_cast<int64_t>(test.length.high)) + "}";
    }
  }
}

// A length between bounds of which the upper one is too large to be a pattern.
bool is_too_long(const Test& test) {
  return test.text == Test::Text::length && test.length.high > kMaxLength &&
         test.length.high < std::numeric_limits<int64_t>::max();
}

}  // namespace

bool operator<(const Test& a, const Test& b) {
  const auto before = [](const ir::Interval& x, const ir::Interval& y) {
    return x.low != y.low ? x.low < y.low : x.high < y.high;
  };
  if (a.is_missing != b.is_missing) return b.is_missing;
  if (a.text != b.text) return a.text < b.text;
  if (a.texts != b.texts) return a.texts < b.texts;
  if (a.length != b.length) return before(a.length, b.length);
  return std::ranges::lexicographical_compare(a.intervals, b.intervals, before);
}

uint32_t Column::add_test(const Test& test) {
  const auto [at, is_new] = test_numbers_.emplace(test, static_cast<uint32_t>(tests.size()));
  if (is_new) tests.push_back(test);
  return at->second;
}

void Column::cut() {
  if (is_optional) cells.push_back(Cell{Cell::Kind::missing, {0, 0}, {}, {}, {}, 1});
  const size_t before = cells.size();
  if (type.kind != ir::TypeKind::string) {
    cut_numbers();
  } else if (!cut_texts()) {
    is_cut = false;
  }
  if (!is_cut || cells.size() == before) {
    is_cut = false;
    cells.resize(before);
    cells.push_back(Cell{Cell::Kind::texts, {0, 0}, {}, {}, {}, 1});
  }
  sets.push_back(CellSet::all(static_cast<uint32_t>(cells.size())));
}

void Column::cut_numbers() {
  std::vector<Int128> starts;  // of cells, besides those of the domain's intervals
  for (const Test& test : tests) {
    for (const ir::Interval& interval : test.intervals) {
      starts.push_back(interval.low);
      starts.push_back(interval.high + 1);
    }
  }
  std::ranges::sort(starts);
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  for (const ir::Interval& interval : domain) {
    Int128 low = interval.low;
    const auto push = [&](Int128 high) {
      const double size = static_cast<double>(high - low) + 1;
      cells.push_back(Cell{Cell::Kind::values, {low, high}, {}, {}, {}, size});
      low = high + 1;
    };
    auto next = std::ranges::upper_bound(starts, interval.low);
    for (; next != starts.end() && *next <= interval.high; ++next) push(*next - 1);
    push(interval.high);
  }
}

bool Column::cut_texts() {
  std::vector<std::string> mentioned;
  if (texts != nullptr && texts->has_texts) {
    mentioned = texts->texts;
  } else {
    for (const Test& test : tests) {
      if (test.text == Test::Text::one_of) {
        mentioned.insert(mentioned.end(), test.texts.begin(), test.texts.end());
      }
    }
    std::ranges::sort(mentioned);
    mentioned.erase(std::unique(mentioned.begin(), mentioned.end()), mentioned.end());
  }
  std::vector<Regex> patterns;
  if (texts != nullptr) {
    for (const std::string& pattern : texts->patterns) {
      auto regex = Regex::compile(pattern);
      if (!regex) return false;
      patterns.push_back(std::move(*regex));
    }
  }
  const auto lies_within = [&](const std::string& text) {
    if (texts != nullptr && texts->max_chars >= 0 &&
        static_cast<int64_t>(count_code_points(text)) > texts->max_chars) {
      return false;
    }
    return std::ranges::all_of(patterns, [&](const Regex& r) { return r.matches(text); });
  };
  if (has_prefixes_only()) {
    cut_by_prefixes(mentioned);
    return true;
  }
  for (const std::string& text : mentioned) {
    if (lies_within(text)) cells.push_back(Cell{Cell::Kind::text, {0, 0}, text, {}, {}, 1});
  }
  if (texts != nullptr && texts->has_texts) return true;
  return cut_by_patterns(mentioned);
}

bool Column::has_prefixes_only() const {
  if (texts != nullptr && (texts->has_texts || !texts->patterns.empty() || texts->max_chars >= 0)) {
    return false;
  }
  return std::ranges::all_of(tests, [](const Test& test) {
    return test.text == Test::Text::none || test.text == Test::Text::one_of ||
           test.text == Test::Text::starts_with;
  });
}

void Column::cut_by_prefixes(const std::vector<std::string>& mentioned) {
  std::vector<std::string> prefixes{""};
  for (const Test& test : tests) {
    if (test.text == Test::Text::starts_with) prefixes.push_back(test.texts[0]);
  }
  std::ranges::sort(prefixes);
  prefixes.erase(std::unique(prefixes.begin(), prefixes.end()), prefixes.end());
  const auto is_free = [&](const std::string& text, const std::string& prefix) {
    return !std::ranges::binary_search(mentioned, text) &&
           (text == prefix || !std::ranges::binary_search(prefixes, text));
  };
  is_trie_ = true;
  size_t next = 0;
  const auto push_texts = [&](const std::string& before, bool to_end) {
    for (; next < mentioned.size() && (to_end || mentioned[next] < before); ++next) {
      cells.push_back(Cell{Cell::Kind::text, {0, 0}, mentioned[next], {}, "", 1});
    }
  };
  for (const std::string& prefix : prefixes) {
    push_texts(prefix, false);
    std::string example = prefix;
    for (const char more :
         std::string_view("~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP")) {
      if (is_free(example, prefix)) break;
      example = prefix + more;
    }
    // With all of those taken, a longer one is free.
    while (!is_free(example, prefix)) example += "~";
    cells.push_back(Cell{Cell::Kind::texts, {0, 0}, example, {}, prefix, 1});
  }
  push_texts("", true);
}

// Texts and prefixes stand in one order, a prefix before what it begins.
CellSet Column::cells_of_prefix(const std::string& prefix) const {
  const auto key = [](const Cell& cell) -> const std::string& {
    return cell.kind == Cell::Kind::texts ? cell.prefix : cell.text;
  };
  const auto begin = cells.begin() + (is_optional ? 1 : 0);
  const auto from = std::ranges::lower_bound(begin, cells.end(), prefix, {}, key);
  auto to = from;
  while (to != cells.end() && key(*to).starts_with(prefix)) ++to;
  if (from == to) return {};
  return CellSet::of(static_cast<uint32_t>(from - cells.begin()),
                     static_cast<uint32_t>(to - cells.begin() - 1));
}

// What is not mentioned falls into classes by the answers to all other tests.
bool Column::cut_by_patterns(const std::vector<std::string>& mentioned) {
  Regex whole = Regex::any_text();
  const auto narrow = [](Regex* regex, const Result<Regex>& other) {
    if (!other) return false;
    auto both = Regex::intersect(*regex, *other);
    if (!both) return false;
    *regex = std::move(*both);
    return true;
  };
  if (texts != nullptr) {
    for (const std::string& pattern : texts->patterns) {
      if (!narrow(&whole, Regex::compile(pattern))) return false;
    }
    if (texts->max_chars >= 0 && texts->max_chars <= kMaxLength) {
      const std::string pattern = "(?s).{0," + std::to_string(texts->max_chars) + "}";
      if (!narrow(&whole, Regex::compile(pattern))) return false;
    }
  }
  struct Class {
    Regex regex;
    std::vector<bool> answers;
  };
  std::vector<Class> classes{{whole, {}}};
  for (uint32_t i = 0; i < tests.size(); ++i) {
    if (tests[i].text == Test::Text::none || tests[i].text == Test::Text::one_of) continue;
    if (is_too_long(tests[i])) return false;
    const auto regex = Regex::compile(pattern_of(tests[i]));
    if (!regex) return false;
    const auto opposite = Regex::complement(*regex);
    if (!opposite) return false;
    pattern_tests_.push_back(i);
    std::vector<Class> next;
    for (const Class& one : classes) {
      for (const bool answer : {true, false}) {
        auto part = Regex::intersect(one.regex, answer ? *regex : *opposite);
        if (!part) return false;
        if (part->is_empty()) continue;
        next.push_back({std::move(*part), one.answers});
        next.back().answers.push_back(answer);
      }
    }
    classes = std::move(next);
    if (classes.size() > kMaxClasses) return false;
  }
  first_class_ = static_cast<uint32_t>(cells.size());
  for (Class& one : classes) {
    // A text of the class that is not mentioned; mentioned ones are taken out until one is found.
    std::optional<std::string> example = one.regex.shortest_match();
    while (example && std::ranges::binary_search(mentioned, *example)) {
      const auto without = Regex::compile(Regex::escape(*example));
      const auto rest = without ? Regex::complement(*without) : without;
      if (!narrow(&one.regex, rest)) return false;
      example = one.regex.shortest_match();
    }
    if (!example) continue;
    cells.push_back(Cell{Cell::Kind::texts, {0, 0}, *example, std::move(one.regex), {}, 1});
    class_answers_.push_back(std::move(one.answers));
  }
  return true;
}

bool Column::holds(const Test& test, std::string_view text) const {
  switch (test.text) {
    case Test::Text::one_of:
      return std::ranges::binary_search(test.texts, text);
    case Test::Text::starts_with:
      return text.starts_with(test.texts[0]);
    case Test::Text::ends_with:
      return text.ends_with(test.texts[0]);
    case Test::Text::contains:
      return text.find(test.texts[0]) != std::string_view::npos;
    case Test::Text::matches: {
      const auto regex = Regex::compile(test.texts[0]);
      return regex && regex->matches(text);
    }
    default: {
      const auto length = static_cast<Int128>(count_code_points(text));
      return test.length.low <= length && length <= test.length.high;
    }
  }
}

// Cells lie wholly inside or outside of a test's intervals.
CellSet Column::cells_of_numbers(const Test& test) const {
  std::vector<Run> runs;
  const auto first = cells.begin() + (is_optional ? 1 : 0);
  const auto low_of = [](const Cell& cell) { return cell.values.low; };
  for (const ir::Interval& interval : test.intervals) {
    const auto from = std::ranges::lower_bound(first, cells.end(), interval.low, {}, low_of);
    const auto to = std::ranges::upper_bound(from, cells.end(), interval.high, {}, low_of);
    if (from == to) continue;
    runs.push_back({static_cast<uint32_t>(from - cells.begin()),
                    static_cast<uint32_t>(to - cells.begin() - 1)});
  }
  return CellSet::of(std::move(runs));
}

CellSet Column::cells_of(uint32_t number, bool must_hold) const {
  const Test& test = tests[number];
  if (type.kind != ir::TypeKind::string && !test.is_missing) {
    const CellSet inside = cells_of_numbers(test);
    if (must_hold) return inside;
    const CellSet outside = sets[0].subtract(inside);
    return is_optional ? outside.subtract(CellSet::of(0, 0)) : outside;
  }
  if (is_trie_ && test.text == Test::Text::starts_with) {
    const CellSet inside = cells_of_prefix(test.texts[0]);
    if (must_hold) return inside;
    const CellSet outside = sets[0].subtract(inside);
    return is_optional ? outside.subtract(CellSet::of(0, 0)) : outside;
  }
  std::vector<bool> marks(cells.size());
  for (uint32_t i = 0; i < cells.size(); ++i) {
    const Cell& cell = cells[i];
    bool answer = false;
    if (test.is_missing || cell.kind == Cell::Kind::missing) {
      // A test of a value says nothing about a missing one, in either direction.
      answer = test.is_missing && (cell.kind == Cell::Kind::missing) == must_hold;
      marks[i] = answer;
      continue;
    }
    if (cell.kind == Cell::Kind::text) {
      answer = holds(test, cell.text);
    } else if (test.text != Test::Text::one_of) {
      const auto at = std::ranges::find(pattern_tests_, number) - pattern_tests_.begin();
      answer = class_answers_[i - first_class_][static_cast<size_t>(at)];
    }
    marks[i] = answer == must_hold;
  }
  return CellSet::of(marks);
}

std::vector<const Test*> Column::tests_met_by(uint32_t cell) const {
  std::vector<const Test*> out;
  if (is_trie_) {  // the longest prefix says it all
    for (const Test& test : tests) {
      if (test.text == Test::Text::starts_with && test.texts[0] == cells[cell].prefix) {
        out.push_back(&test);
      }
    }
    return out;
  }
  if (cell < first_class_ || cell - first_class_ >= class_answers_.size()) return out;
  const auto& answers = class_answers_[cell - first_class_];
  for (size_t i = 0; i < answers.size(); ++i) {
    if (answers[i]) out.push_back(&tests[pattern_tests_[i]]);
  }
  return out;
}

uint32_t Column::intern(const CellSet& set) {
  if (set == sets[0]) return 0;
  const auto [at, is_new] = set_numbers_.emplace(set.runs(), static_cast<uint32_t>(sets.size()));
  if (is_new) sets.push_back(set);
  return at->second;
}

double Column::weight_of(const CellSet& set) const {
  double out = 0;
  for (const Run& run : set.runs()) {
    for (uint32_t i = run.first; i <= run.last; ++i) out += cells[i].weight;
  }
  return out;
}

}  // namespace pac::analyze
