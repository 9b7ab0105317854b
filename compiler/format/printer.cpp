#include "compiler/format/printer.h"

#include <algorithm>

#include "compiler/format/format.h"

namespace pac::format {

std::string format(const ast::Module& module, const SourceFile& file) {
  return Printer(module, file).print();
}

namespace {

// Beyond this column the operands of a broken chain would be squeezed against the margin.
constexpr int kMaxHanging = 60;

}  // namespace

void Printer::lead_comments(uint32_t i, int indent, bool first) {
  const Token& t = tokens_.all[i];
  for (uint32_t c = 0; c < t.lead_count; ++c) {
    const Comment& comment = tokens_.comments[t.lead_first + c];
    lines_.comment_line(indent, comment.text, comment.blank_before && !(first && c == 0));
  }
}

// Begins a line at a token, after the comments before it. No blank line at the start of a block.
void Printer::start(uint32_t i, int indent, bool first) {
  const Token& t = tokens_.all[i];
  lead_comments(i, indent, first);
  lines_.begin(indent);
  lines_.current().blank_before = t.blank_before && !(first && t.lead_count == 0);
  led_ = i;
}

void Printer::put(uint32_t i) {
  const Token& t = tokens_.all[i];
  if (t.lead_count > 0 && led_ != i) {
    lead_comments(i, continuation_, true);
    lines_.begin(continuation_);
  } else if (lines_.is_open() && !lines_.current().comment.empty()) {
    lines_.begin(continuation_);
  } else if (lines_.is_open() && marks_.space(i)) {
    lines_.put(" ");
  }
  if (stops_[i]) lines_.stop();
  lines_.put(t.text);
  if (field_commas_ && marks_.ends_field(i)) lines_.put(",");
  if (t.trail != kNone) lines_.current().comment = tokens_.comments[t.trail].text;
}

int Printer::next_column(uint32_t i) const {
  if (tokens_.all[i].lead_count > 0 && led_ != i) return continuation_;
  if (!lines_.is_open()) return lines_.column();
  if (!lines_.current().comment.empty()) return continuation_;
  return lines_.column() + (marks_.space(i) ? 1 : 0);
}

// With the brackets and the comma that follow at once and can't be separated from it.
bool Printer::fits(uint32_t i, uint32_t j) const {
  if (marks_.has_comment(i, j) || marks_.is_broken(i, j)) return false;
  uint32_t last = j;
  for (int n = 0; n < 8 && last + 1 < tokens_.all.size(); ++n) {
    const std::string_view t = tokens_.text(last + 1);
    if (t != "," && t != ")" && t != "]") break;
    ++last;
  }
  return next_column(i) + marks_.width(i, last) <= kMaxColumns;
}

void Printer::break_chains(uint32_t i, uint32_t j) {
  const auto& chains = marks_.chains();
  for (uint32_t c = marks_.first_chain(i); c < chains.size() && chains[c].begin == i; ++c) {
    if (chains[c].end > j || fits(i, chains[c].end)) continue;
    const int here = next_column(i);
    const int column = here <= kMaxHanging ? here : continuation_;
    for (const uint32_t b : chains[c].breaks) break_at_[b] = column;
  }
}

void Printer::range(uint32_t i, uint32_t j) {
  for (uint32_t k = i; k <= j; ++k) {
    if (break_at_[k] >= 0) {
      lead_comments(k, break_at_[k], true);
      lines_.begin(break_at_[k]);
      led_ = k;
    }
    if (marks_.first_chain(k) != kNone) break_chains(k, j);
    const uint32_t partner = tokens_.all[k].partner;
    if (marks_.can_expand(k) && !fits(k, partner)) {
      group(k);
      k = partner;
    } else {
      put(k);
    }
  }
}

// The items of a bracket, each on a line of its own.
void Printer::group(uint32_t open) {
  const uint32_t partner = tokens_.all[open].partner;
  const int outer = continuation_;
  put(open);
  const int base = lines_.current().indent;
  bool named = false;
  std::vector<uint32_t> starts{open + 1};
  for (uint32_t k = open + 1; k < partner; ++k) {
    if (is_opener(tokens_.text(k))) {
      k = tokens_.all[k].partner;
      continue;
    }
    named |= tokens_.text(k) == ":";
    if (tokens_.text(k) == ",") starts.push_back(k + 1);
  }
  if (shares_lines(open, starts, base + 2)) {
    fill(starts, partner, base + 2);
  } else {
    for (size_t n = 0; n < starts.size(); ++n) {
      const uint32_t last = n + 1 < starts.size() ? starts[n + 1] - 1 : partner - 1;
      const uint32_t s = starts[n];
      if (named && s + 2 < partner && tokens_.text(s + 1) == ":") stops_[s + 2] = true;
      statement(s, last, base + 2, n == 0, Align::entry);
    }
  }
  close(partner, base);
  continuation_ = outer;
}

// Sets and lists of single words do; long lists of simple items where the author wrote them so,
// unless none would come to stand beside another.
bool Printer::shares_lines(uint32_t open, const std::vector<uint32_t>& starts, int indent) const {
  constexpr size_t kLong = 8;  // fewer items are easier to read under each other
  const uint32_t partner = tokens_.all[open].partner;
  if (tokens_.text(open) == "(" || marks_.has_comment(open, partner)) return false;
  if (partner - open == 2 * starts.size() && !marks_.space(open + 1)) return true;
  if (starts.size() < kLong || !marks_.is_broken(open, partner)) return false;
  for (uint32_t k = open + 1; k < partner; ++k) {
    if (is_opener(tokens_.text(k))) return false;
  }
  bool author = false, beside = false;
  int column = indent;
  for (size_t n = 0; n < starts.size(); ++n) {
    const uint32_t last = n + 1 < starts.size() ? starts[n + 1] - 1 : partner - 1;
    const int width = marks_.width(starts[n], last);
    author |= n > 0 && !tokens_.all[starts[n]].newline_before;
    const bool joins = n > 0 && column + 1 + width <= kMaxColumns;
    beside |= joins;
    column = joins ? column + 1 + width : indent + width;
    if (column > kMaxColumns || marks_.is_broken(starts[n], last)) return false;
  }
  return author && beside;
}

void Printer::fill(const std::vector<uint32_t>& starts, uint32_t partner, int indent) {
  lines_.begin(indent);
  for (size_t n = 0; n < starts.size(); ++n) {
    const uint32_t last = n + 1 < starts.size() ? starts[n + 1] - 1 : partner - 1;
    const int width = marks_.width(starts[n], last);
    if (lines_.is_open() && lines_.column() + 1 + width > kMaxColumns) lines_.begin(indent);
    for (uint32_t k = starts[n]; k <= last; ++k) put(k);
  }
}

void Printer::statement(uint32_t i, uint32_t j, int indent, bool first, Align align) {
  start(i, indent, first);
  continuation_ = indent + 4;
  const size_t head_line = lines_.count() - 1;
  range(i, j);
  lines_.end_statement(head_line, align);
}

bool Printer::one_line(uint32_t i, uint32_t j, int indent) const {
  return !marks_.has_newline(i, j) && !marks_.has_comment(i, j) &&
         indent + marks_.width(i, j) <= kMaxColumns;
}

void Printer::close(uint32_t i, int indent) {
  lead_comments(i, indent + 2, false);
  lines_.begin(indent);
  led_ = i;
  put(i);
}

// Annotations stand above what they say something about, several on a line where the author wrote
// them so.
uint32_t Printer::annotations(uint32_t i, int indent, bool* first) {
  bool open = false;
  while (tokens_.text(i) == "@") {
    const uint32_t last = tokens_.text(i + 2) == "(" ? tokens_.all[i + 2].partner : i + 1;
    const Token& t = tokens_.all[i];
    const bool joins = open && !t.newline_before && t.lead_count == 0 &&
                       tokens_.all[i - 1].trail == kNone &&
                       lines_.column() + 1 + marks_.width(i, last) <= kMaxColumns;
    if (joins) {
      for (uint32_t k = i; k <= last; ++k) put(k);
    } else {
      statement(i, last, indent, *first);
    }
    open = true;
    *first = false;
    i = last + 1;
  }
  return i;
}

// The last token of `cites system "…" part "…" …`.
uint32_t Printer::end_of_cites(uint32_t i) const {
  uint32_t last = i + 2;
  while (last + 2 < tokens_.all.size() && tokens_.text(last + 2).starts_with('"') &&
         !is_opener(tokens_.text(last + 1)) && tokens_.text(last + 1) != "@") {
    last += 2;
  }
  return last;
}

}  // namespace pac::format
