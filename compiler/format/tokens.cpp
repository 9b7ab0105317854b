#include "compiler/format/tokens.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "runtime/base/check.h"

namespace pac::format {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
  return is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Longer signs first.
constexpr std::array<std::string_view, 10> kSigns = {
    "<..<", "..<", "<..", "=>", "==", "!=", "<=", ">=", "..", "//"};

// Where `pattern` (0 a digit, all else itself) fits, its length.
size_t fits(std::string_view text, std::string_view pattern) {
  if (text.size() < pattern.size()) return 0;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '0' ? !is_digit(text[i]) : text[i] != pattern[i]) return 0;
  }
  return pattern.size();
}

size_t number_length(std::string_view text) {
  size_t n = fits(text, "0000-00-00");
  if (n > 0) {
    size_t time = fits(text, "0000-00-00T00:00");
    if (time == 0) return n;
    time += fits(text.substr(time), ":00");
    if (fits(text.substr(time), ".0") > 0) {
      ++time;
      while (time < text.size() && is_digit(text[time])) ++time;
    }
    return fits(text.substr(time), "Z") > 0 ? time + 1 : n;
  }
  const auto digits = [&] {
    while (n < text.size() && (is_digit(text[n]) || text[n] == '_')) ++n;
  };
  digits();
  if (fits(text.substr(n), ".0") > 0) {
    ++n;
    digits();
  }
  return n;
}

size_t token_length(std::string_view text) {
  if (is_digit(text[0])) return number_length(text);
  size_t n = 0;
  if (text[0] == '"') {
    for (n = 1; n < text.size() && text[n] != '"'; ++n) n += text[n] == '\\' ? 1 : 0;
    return n + 1;
  }
  while (n < text.size() && is_word(text[n])) ++n;
  if (n > 0) return n;
  for (const std::string_view sign : kSigns) {
    if (text.starts_with(sign)) return sign.size();
  }
  return 1;
}

// A character by its number in the shortest way, but not as itself: who wrote the number wants it
// seen.
std::string number_escape(std::string_view digits) {
  uint32_t code = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
  switch (code) {
    case '\n':
      return "\\n";
    case '\t':
      return "\\t";
    case '\r':
      return "\\r";
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    default:
      break;
  }
  char out[16];
  std::snprintf(out, sizeof out, "\\u{%x}", code);
  return out;
}

std::string canonical_string(std::string_view literal) {
  std::string out;
  for (size_t i = 0; i < literal.size(); ++i) {
    const char c = literal[i];
    if (c == '\t') {
      out += "\\t";
    } else if (c != '\\' || i + 1 == literal.size()) {
      out += c;
    } else if (literal[i + 1] == 'u') {
      const size_t close = literal.find('}', i);
      out += number_escape(literal.substr(i + 3, close - i - 3));
      i = close;
    } else {
      out += literal.substr(i++, 2);
    }
  }
  return out;
}

class Scan {
 public:
  Scan(const ast::Module& module, std::string_view text) : text_(text) {
    for (const auto& r : module.records) add_ends(r.fields);
    for (const auto& d : module.duties) add_ends(d.fields);
    for (const auto& d : module.decisions) {
      add_ends(d.inputs);
      add_ends(d.outputs);
      add_ends(d.context);
      for (const auto& zone : d.zones) field_ends_.push_back(zone.span.end);
    }
    std::sort(field_ends_.begin(), field_ends_.end());
  }

  Tokens run();

 private:
  void add_ends(const std::vector<ast::Field>& fields) {
    for (const auto& f : fields) field_ends_.push_back(f.span.end);
  }
  bool is_dropped_comma(size_t at) const;
  char next_sign(size_t at) const;
  void comment(size_t begin, size_t end);
  void token(size_t begin, size_t end);

  std::string_view text_;
  std::vector<uint32_t> field_ends_;
  Tokens out_;
  std::vector<uint32_t> open_;
  uint32_t pending_first_ = 0;
  int newlines_ = 2;  // since the last token or comment; the file begins like after a blank line
  bool line_broken_ = true;  // since the last token, kept or not
};

// The first character after blanks and comments.
char Scan::next_sign(size_t at) const {
  while (at < text_.size()) {
    const char c = text_[at];
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      ++at;
    } else if (text_.substr(at).starts_with("//")) {
      at = std::min(text_.find('\n', at), text_.size());
    } else {
      return c;
    }
  }
  return '\0';
}

bool Scan::is_dropped_comma(size_t at) const {
  const char next = next_sign(at + 1);
  if (next == '}' || next == ')' || next == ']') return true;
  return !out_.all.empty() &&
         std::binary_search(field_ends_.begin(), field_ends_.end(), out_.all.back().end);
}

void Scan::comment(size_t begin, size_t end) {
  std::string_view text = text_.substr(begin, end - begin);
  while (text.ends_with(' ') || text.ends_with('\t') || text.ends_with('\r')) text.remove_suffix(1);
  const bool first = pending_first_ == out_.comments.size();
  if (!line_broken_ && first && !out_.all.empty() && out_.all.back().trail == kNone) {
    out_.all.back().trail = static_cast<uint32_t>(out_.comments.size());
    ++pending_first_;
  }
  out_.comments.push_back({text, newlines_ > 1});
  newlines_ = 0;
}

void Scan::token(size_t begin, size_t end) {
  Token t;
  t.text = text_.substr(begin, end - begin);
  t.begin = static_cast<uint32_t>(begin);
  t.end = static_cast<uint32_t>(end);
  t.newline_before = line_broken_;
  t.blank_before = newlines_ > 1;
  t.lead_first = pending_first_;
  t.lead_count = static_cast<uint32_t>(out_.comments.size()) - pending_first_;
  pending_first_ = static_cast<uint32_t>(out_.comments.size());
  const auto index = static_cast<uint32_t>(out_.all.size());
  if (t.text.starts_with('"') && t.text.find_first_of("\\\t") != std::string_view::npos) {
    t.text = out_.owned.emplace_back(canonical_string(t.text));
  }
  if (is_opener(t.text)) {
    open_.push_back(index);
  } else if (is_closer(t.text)) {
    PAC_CHECK(!open_.empty(), "brackets of a parsed file are paired");
    t.partner = open_.back();
    out_.all[t.partner].partner = index;
    open_.pop_back();
  }
  out_.all.push_back(t);
}

Tokens Scan::run() {
  size_t at = 0;
  while (at < text_.size()) {
    const char c = text_[at];
    if (c == '\n') {
      ++newlines_;
      line_broken_ = true;
    }
    if (c == '\n' || c == ' ' || c == '\t' || c == '\r') {
      ++at;
      continue;
    }
    if (text_.substr(at).starts_with("//")) {
      const size_t end = std::min(text_.find('\n', at), text_.size());
      comment(at, end);
      at = end;
      continue;
    }
    const size_t end = std::min(at + token_length(text_.substr(at)), text_.size());
    const bool dropped = c == ',' && is_dropped_comma(at);
    // What follows a dropped comma on its line follows the token before it.
    if (!dropped) {
      token(at, end);
      line_broken_ = false;
    }
    newlines_ = 0;
    at = end;
  }
  line_broken_ = true;
  token(text_.size(), text_.size());
  PAC_CHECK(open_.empty(), "brackets of a parsed file are paired");
  return std::move(out_);
}

}  // namespace

uint32_t Tokens::at(uint32_t offset) const {
  const auto found = std::lower_bound(all.begin(), all.end(), offset,
                                      [](const Token& t, uint32_t o) { return t.begin < o; });
  return static_cast<uint32_t>(found - all.begin());
}

Tokens scan(const ast::Module& module, std::string_view text) { return Scan(module, text).run(); }

int columns(std::string_view text) {
  int n = 0;
  for (const char c : text) n += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
  return n;
}

}  // namespace pac::format
