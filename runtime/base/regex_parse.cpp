// Pattern -> syntax tree, by recursive descent.
#include <algorithm>
#include <optional>
#include <string>

#include "runtime/base/regex_internal.h"
#include "runtime/base/utf8.h"

namespace pac::regex_detail {
namespace {

constexpr int kMaxRepeat = 1000;  // as in RE2
constexpr int kMaxDepth = 200;    // bounds the recursion here and in build

using Ranges = std::vector<CodePointRange>;

// Sorted, disjoint, without surrogates and U+0000, which no string contains.
Ranges normalised(Ranges ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const CodePointRange& a, const CodePointRange& b) { return a.low < b.low; });
  Ranges out;
  const auto add = [&](char32_t low, char32_t high) {
    if (low > high) return;
    if (!out.empty() && low <= out.back().high + 1) {
      out.back().high = std::max(out.back().high, high);
    } else {
      out.push_back({low, high});
    }
  };
  for (const CodePointRange& range : ranges) {
    add(std::max<char32_t>(range.low, 1), std::min<char32_t>(range.high, 0xD7FF));
    add(std::max<char32_t>(range.low, 0xE000), range.high);
  }
  return out;
}

Ranges negated(const Ranges& ranges) {
  Ranges out;
  char32_t next = 1;
  for (const CodePointRange& range : normalised(ranges)) {
    if (range.low > next) out.push_back({next, range.low - 1});
    next = range.high + 1;
  }
  if (next <= kMaxCodePoint) out.push_back({next, kMaxCodePoint});
  return normalised(std::move(out));
}

class PatternParser {
 public:
  explicit PatternParser(std::string_view pattern) : pattern_(pattern) {}

  Result<Tree> run() {
    if (const std::size_t at = find_invalid_utf8(pattern_); at != pattern_.size()) {
      refuse_at(at, "this byte is not UTF-8");
      return std::unexpected(std::move(*error_));
    }
    read_flags();
    if (!error_) take('^');
    NodeId root = 0;
    if (!error_ && read_choice(&root, 0)) {
      // read_choice stops at the end, or at a `)` that nothing opened.
      if (at_ != pattern_.size()) refuse("`)` without `(`; write `\\)` for the character itself");
    }
    if (error_) return std::unexpected(std::move(*error_));
    tree_.root = root;
    return std::move(tree_);
  }

 private:
  bool refuse_at(std::size_t at, const std::string& what) {
    if (!error_) {
      const auto character = count_code_points(pattern_.substr(0, at)) + 1;
      error_ = Error{"PAC0120",
                     "regular expression, character " + std::to_string(character) + ": " + what};
    }
    return false;
  }
  bool refuse(const std::string& what) { return refuse_at(at_, what); }

  bool at_end() const { return at_ == pattern_.size(); }
  char peek() const { return at_end() ? '\0' : pattern_[at_]; }
  bool looking_at(std::string_view text) const { return pattern_.substr(at_).starts_with(text); }
  bool take(char c) {
    if (at_end() || pattern_[at_] != c) return false;
    ++at_;
    return true;
  }
  char32_t take_code_point() {
    char32_t c = 0;
    at_ += static_cast<std::size_t>(decode_utf8(pattern_, at_, &c));
    return c;
  }

  NodeId add_node(const Node& node) {
    tree_.nodes.push_back(node);
    return static_cast<NodeId>(tree_.nodes.size() - 1);
  }

  NodeId add_parent(Node::Kind kind, const std::vector<NodeId>& children) {
    const auto first = static_cast<std::uint32_t>(tree_.children.size());
    tree_.children.insert(tree_.children.end(), children.begin(), children.end());
    return add_node({kind, first, static_cast<std::uint32_t>(children.size()), 0, 0});
  }

  NodeId add_ranges(Ranges ranges) {
    if (ignore_case_) {
      for (std::size_t i = 0, count = ranges.size(); i < count; ++i)
        add_other_case(ranges[i], &ranges);
    }
    ranges = normalised(std::move(ranges));
    const auto first = static_cast<std::uint32_t>(tree_.ranges.size());
    tree_.ranges.insert(tree_.ranges.end(), ranges.begin(), ranges.end());
    return add_node({Node::Kind::one_of, first, static_cast<std::uint32_t>(ranges.size()), 0, 0});
  }

  static void add_other_case(CodePointRange range, Ranges* out) {
    const auto add = [&](char32_t from, char32_t to, int step) {
      const char32_t low = std::max(range.low, from);
      const char32_t high = std::min(range.high, to);
      if (low <= high) {
        out->push_back({static_cast<char32_t>(static_cast<int>(low) + step),
                        static_cast<char32_t>(static_cast<int>(high) + step)});
      }
    };
    add('a', 'z', 'A' - 'a');
    add('A', 'Z', 'a' - 'A');
  }

  // (?i), (?s), (?is) at the very front.
  void read_flags() {
    while (looking_at("(?i") || looking_at("(?s")) {
      const std::size_t begin = at_;
      at_ += 2;
      while (peek() == 'i' || peek() == 's') {
        (peek() == 'i' ? ignore_case_ : dot_takes_newline_) = true;
        ++at_;
      }
      if (!take(')')) {
        refuse_at(begin, "flags stand alone in front, as in `(?i)abc` or `(?is)abc`");
        return;
      }
    }
  }

  bool read_choice(NodeId* out, int depth) {
    if (depth > kMaxDepth) {
      return refuse("groups are nested deeper than " + std::to_string(kMaxDepth) + "; use fewer");
    }
    std::vector<NodeId> options;
    do {
      NodeId option = 0;
      if (!read_sequence(&option, depth)) return false;
      options.push_back(option);
    } while (take('|'));
    *out = options.size() == 1 ? options[0] : add_parent(Node::Kind::choice, options);
    return true;
  }

  bool read_sequence(NodeId* out, int depth) {
    std::vector<NodeId> items;
    while (!at_end() && peek() != '|' && peek() != ')') {
      if (peek() == '$' && at_ + 1 == pattern_.size()) {
        ++at_;
        break;
      }
      NodeId item = 0;
      if (!read_atom(&item, depth) || !read_repetition(&item)) return false;
      items.push_back(item);
    }
    if (items.empty()) {
      *out = add_node({});
    } else {
      *out = items.size() == 1 ? items[0] : add_parent(Node::Kind::sequence, items);
    }
    return true;
  }

  bool read_atom(NodeId* out, int depth) {
    switch (peek()) {
      case '(':
        return read_group(out, depth);
      case '[':
        return read_class(out);
      case '.':
        ++at_;
        *out = add_ranges(dot_takes_newline_ ? negated({}) : negated({{'\n', '\n'}}));
        return true;
      case '*':
      case '+':
      case '?':
        return refuse(std::string("nothing to repeat before `") + peek() + "`; write `\\" + peek() +
                      "` for the character itself");
      case '{':
        return refuse("nothing to repeat before `{`; write `\\{` for the character itself");
      case '^':
        return refuse("`^` stands only at the front; write `\\^` for the character itself");
      case '$':
        return refuse("`$` stands only at the end; write `\\$` for the character itself");
      case '\\': {
        Ranges ranges;
        if (!read_escape(&ranges)) return false;
        *out = add_ranges(std::move(ranges));
        return true;
      }
      default: {
        const char32_t c = take_code_point();
        if (c == 0) return refuse_at(at_ - 1, "no string contains U+0000; leave it out");
        *out = add_ranges({{c, c}});
        return true;
      }
    }
  }

  bool read_group(NodeId* out, int depth) {
    const std::size_t begin = at_++;
    if (looking_at("?:")) {
      at_ += 2;
    } else if (looking_at("?=") || looking_at("?!") || looking_at("?<=") || looking_at("?<!")) {
      return refuse_at(begin,
                       "looking ahead or behind is not supported; match the text itself, or use "
                       "two conditions");
    } else if (peek() == '?') {
      return refuse_at(begin, "`(?` begins only `(?:...)`, and `(?i)` or `(?s)` at the very front");
    }
    if (!read_choice(out, depth + 1)) return false;
    return take(')') ||
           refuse_at(begin, "`(` is never closed; write `\\(` for the character itself");
  }

  // A number of at most four digits; -1 where there is none.
  int take_count() {
    int value = -1;
    for (int i = 0; i < 4 && peek() >= '0' && peek() <= '9'; ++i, ++at_) {
      value = std::max(value, 0) * 10 + (peek() - '0');
    }
    return value;
  }

  bool read_repetition(NodeId* item) {
    const std::size_t begin = at_;
    int min = 0;
    int max = kUnbounded;
    if (take('+')) {
      min = 1;
    } else if (take('?')) {
      max = 1;
    } else if (take('{')) {
      min = take_count();
      max = min;
      if (take(',')) {
        max = take_count();
      }
      if (min < 0 || !take('}')) {
        return refuse_at(begin,
                         "a repetition is `{2}`, `{2,}` or `{2,5}`; write `\\{` for the character "
                         "itself");
      }
      if (min > kMaxRepeat || max > kMaxRepeat) {
        return refuse_at(begin,
                         "at most " + std::to_string(kMaxRepeat) + " repetitions; use `*` or `+`");
      }
      if (max != kUnbounded && max < min) {
        return refuse_at(begin, "the smaller number comes first in a repetition");
      }
    } else if (!take('*')) {
      return true;
    }
    take('?');  // which of several ways to match is taken makes no difference to whether one exists
    if (peek() == '*' || peek() == '+' || peek() == '?' || peek() == '{') {
      return refuse("a repetition of a repetition; put the first into `(...)`");
    }
    const NodeId parent = add_parent(Node::Kind::repetition, {*item});
    tree_.nodes[parent].min = min;
    tree_.nodes[parent].max = max;
    *item = parent;
    return true;
  }

  // \d and the like; appends to `out`. False where `letter` names no class.
  static bool named_class(char letter, Ranges* out) {
    Ranges ranges;
    switch (letter | 0x20) {
      case 'd':
        ranges = {{'0', '9'}};
        break;
      case 'w':
        ranges = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
        break;
      case 's':
        ranges = {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}};
        break;
      default:
        return false;
    }
    if (letter < 'a') ranges = negated(ranges);
    out->insert(out->end(), ranges.begin(), ranges.end());
    return true;
  }

  // From the backslash on; appends what the escape stands for.
  bool read_escape(Ranges* out) {
    const std::size_t begin = at_++;
    if (at_end())
      return refuse_at(begin, "a backslash at the end; write `\\\\` for the character itself");
    const char c = pattern_[at_];
    if ((c == 'd' || c == 'D' || c == 'w' || c == 'W' || c == 's' || c == 'S') &&
        named_class(c, out)) {
      ++at_;
      return true;
    }
    if (c == 'x') return read_hex_escape(begin, out);
    constexpr std::string_view kWritten = "ntrfv";
    constexpr std::string_view kMeant = "\n\t\r\f\v";
    if (const std::size_t which = kWritten.find(c); which != std::string_view::npos) {
      ++at_;
      const auto meant = static_cast<char32_t>(kMeant[which]);
      out->push_back({meant, meant});
      return true;
    }
    const bool is_word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (is_word || static_cast<unsigned char>(c) >= 0x80 || static_cast<unsigned char>(c) < 0x20) {
      if (c >= '1' && c <= '9') return refuse_at(begin, "references to groups are not supported");
      if (c == 'b' || c == 'B') {
        return refuse_at(begin,
                         "word borders are not supported; write the characters around the word");
      }
      if (c == 'p' || c == 'P') {
        return refuse_at(begin, "Unicode classes are not supported; write ranges, as in `[À-ÿ]`");
      }
      return refuse_at(begin, "no such escape; leave the backslash out");
    }
    ++at_;
    out->push_back({static_cast<char32_t>(c), static_cast<char32_t>(c)});
    return true;
  }

  static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  }

  bool read_hex_escape(std::size_t begin, Ranges* out) {
    ++at_;
    const bool braced = take('{');
    const int most = braced ? 6 : 2;
    char32_t value = 0;
    int count = 0;
    for (; count < most && hex_digit(peek()) >= 0; ++count, ++at_) {
      value = value * 16 + static_cast<char32_t>(hex_digit(peek()));
    }
    if (count == 0 || (braced ? !take('}') : count != 2)) {
      return refuse_at(begin, "a code point is `\\x41` or `\\x{20AC}`");
    }
    if (value == 0 || !is_scalar_value(value)) {
      return refuse_at(begin,
                       "no string contains this code point; one of U+0001 to U+10FFFF is wanted, "
                       "surrogates left out");
    }
    out->push_back({value, value});
    return true;
  }

  bool read_class(NodeId* out) {
    const std::size_t begin = at_++;
    const bool negate = take('^');
    Ranges ranges;
    bool first = true;
    while (peek() != ']' || at_end() || first) {
      if (at_end())
        return refuse_at(begin, "`[` is never closed; write `\\[` for the character itself");
      if (peek() == ']')
        return refuse("a class has at least one character; write `\\]` for the bracket");
      if (looking_at("[:"))
        return refuse("named classes are not supported; write ranges, as in `[a-z]`");
      if (!read_class_item(&ranges, first)) return false;
      first = false;
    }
    ++at_;
    if (ignore_case_ && negate) {
      // Both cases are taken out; doing it after negating would put them back.
      for (std::size_t i = 0, count = ranges.size(); i < count; ++i)
        add_other_case(ranges[i], &ranges);
    }
    *out = add_ranges(negate ? negated(ranges) : std::move(ranges));
    return true;
  }

  // One end of a range; *single where it is one character, not a class such as \d.
  bool read_class_end(Ranges* out, bool* single) {
    Ranges ranges;
    const std::size_t begin = at_;
    if (peek() == '\\') {
      if (!read_escape(&ranges)) return false;
    } else {
      const char32_t c = take_code_point();
      if (c == 0) return refuse_at(begin, "no string contains U+0000; leave it out");
      ranges.push_back({c, c});
    }
    *single = ranges.size() == 1 && ranges[0].low == ranges[0].high;
    out->insert(out->end(), ranges.begin(), ranges.end());
    return true;
  }

  bool read_class_item(Ranges* out, bool first) {
    const std::size_t begin = at_;
    const bool at_edge = first || (at_ + 1 < pattern_.size() && pattern_[at_ + 1] == ']');
    if (peek() == '-' && !at_edge) {
      return refuse("`-` for itself stands first or last in a class; write `\\-` elsewhere");
    }
    bool single = false;
    if (!read_class_end(out, &single)) return false;
    if (peek() != '-' || (at_ + 1 < pattern_.size() && pattern_[at_ + 1] == ']')) return true;
    ++at_;
    Ranges end;
    bool end_single = false;
    if (at_end()) return refuse_at(begin, "this range has no upper end");
    if (!read_class_end(&end, &end_single)) return false;
    if (!single || !end_single)
      return refuse_at(begin, "a range goes from one character to another");
    if (end[0].low < out->back().low) {
      return refuse_at(begin, "the ends of this range are the wrong way round; exchange them");
    }
    out->back().high = end[0].low;
    return true;
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  bool ignore_case_ = false;
  bool dot_takes_newline_ = false;
  Tree tree_;
  std::optional<Error> error_;
};

}  // namespace

Result<Tree> parse(std::string_view pattern) { return PatternParser(pattern).run(); }

}  // namespace pac::regex_detail
