#include "compiler/parse/layout.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "compiler/parse/lookahead.h"
#include "compiler/parse/parse.h"

namespace pac::parse {
namespace {

using diag::Kind;

struct Open {
  uint32_t token;  // index in the output
  uint16_t kind;
  bool is_table;         // its lines are rows
  bool row_has_words;    // the row has reached `cites` or `explain`
  uint32_t row_begin;    // index in the output
  uint32_t line_indent;  // of the line it stands on
  bool is_doomed;        // in a row, and the next `=>` comes before what would close it
};

// A closing brace that stands further left, or further right, than the line of the brace it closes.
struct Suspect {
  bool present = false;
  uint32_t opener = 0;
  uint32_t closer = 0;
};

class LayoutPass {
 public:
  LayoutPass(const SourceFile& file, Tokens* tokens, diag::Emitter& emitter)
      : file_(file), tokens_(*tokens), in_(std::move(tokens->all)), look_(in_), emitter_(emitter) {}

  Layout run();

 private:
  Span span(const Token& token) const { return {file_.id(), token.begin, token.end}; }
  uint16_t kind(size_t i) const { return look_.kind(i); }
  Span end_of(const Token& token) const { return {file_.id(), token.end, token.end}; }
  uint32_t indent_of(const Token& token) const;
  void add_missing_braces(const Token& token);
  void open_synthetic(uint32_t line_indent, const char* why);

  void push(const Token& token);
  void open(const Token& token);
  void close(const Token& token);
  void close_synthetic();
  bool ends_rule(const Token& token) const;
  void close_everything(const Token& before);
  void report_unclosed(uint32_t opener, Span end, const std::string& what);
  void report_stray(const Token& token);
  void compare_indent(const Open& top, const Token& token);
  void skip_too_deep();
  void begin_line(const Token& token);
  bool opens_table(size_t i) const;
  bool row_goes_on(size_t i) const;
  bool row_is_annotations(const Open& table) const;
  void end_row(const Token& next);
  bool has_broken_string(uint32_t from) const;
  void merge_damages();

  const SourceFile& file_;
  Tokens& tokens_;
  std::vector<Token> in_;
  Lookahead look_;
  std::vector<Token> out_;
  diag::Emitter& emitter_;
  Layout layout_;
  std::vector<Open> stack_;
  size_t at_ = 0;  // in in_
  size_t next_doc_ = 0;
  uint32_t line_indent_ = 0;
  bool pending_table_ = false;
  bool pending_brace_ = false;  // a head without its brace; it goes where the next line begins
  uint32_t head_indent_ = 0;
  const char* brace_reason_ = "";
  bool garbage_ = false;
  int prefix_run_ = 0;
  Suspect unclosed_, extra_;
  uint32_t headless_ = kNoPartner;  // a `{` on a line of its own behind a `}`, which nothing heads
};

uint32_t LayoutPass::indent_of(const Token& token) const {
  const std::string_view text = file_.text();
  uint32_t begin = token.begin;
  while (begin > 0 && text[begin - 1] != '\n') --begin;
  return token.begin - begin;
}

void LayoutPass::push(const Token& token) {
  while (next_doc_ < tokens_.docs.size() && tokens_.docs[next_doc_].token <= at_) {
    tokens_.docs[next_doc_++].token = static_cast<uint32_t>(out_.size());
  }
  out_.push_back(token);
  out_.back().index = static_cast<uint32_t>(out_.size() - 1);
  if (garbage_) out_.back().after_garbage = true;
  garbage_ = false;
}

void LayoutPass::open(const Token& token) {
  const bool table = token.is(T::LBRACE) && pending_table_;
  if (token.is(T::LBRACE)) pending_table_ = false;
  const auto index = static_cast<uint32_t>(out_.size());
  const bool in_row = !stack_.empty() && stack_.back().is_table;
  const bool is_headless = token.is(T::LBRACE) && token.starts_line && !out_.empty() &&
                           out_.back().is(T::RBRACE) && !stack_.empty();
  if (is_headless && headless_ == kNoPartner) headless_ = index;
  stack_.push_back({index, token.kind, table, false, index + 1, line_indent_,
                    in_row && look_.never_closes_in_row(at_)});
  push(token);
}

// Indentation tells a forgotten brace from one too many long before the end of the file does.
void LayoutPass::compare_indent(const Open& top, const Token& token) {
  if (!token.starts_line || !token.is(T::RBRACE)) return;
  const auto index = static_cast<uint32_t>(out_.size());
  if (top.line_indent > line_indent_ && !unclosed_.present) unclosed_ = {true, top.token, index};
  if (top.line_indent < line_indent_ && !extra_.present) extra_ = {true, top.token, index};
}

// At a `}` after an outcome without its `{`: whether it ends the rule, the outcome having no `}`
// either.
bool LayoutPass::ends_rule(const Token& token) const {
  if (!token.is(T::RBRACE) || stack_.size() < 2 || !out_[stack_.back().token].synthetic)
    return false;
  const uint16_t next = kind(at_ + 1);
  if (next == T::RULE || next == T::OTHERWISE || next == T::AT_SIGN) return true;
  return next == T::RBRACE && in_[at_ + 1].starts_line &&
         indent_of(in_[at_ + 1]) < stack_[stack_.size() - 2].line_indent;
}

void LayoutPass::close(const Token& token) {
  if (ends_rule(token)) close_synthetic();
  const auto matches = [&](const Open& o) { return closer_of(o.kind) == token.kind; };
  if (stack_.empty() || !matches(stack_.back())) {
    size_t depth = stack_.size();
    // A `}` ends what was opened within it; a `)` reaches no further than its own braces.
    while (depth > 0 && !matches(stack_[depth - 1]) &&
           (token.is(T::RBRACE) || stack_[depth - 1].kind != T::LBRACE)) {
      --depth;
    }
    if (depth == 0 || !matches(stack_[depth - 1])) return report_stray(token);
    while (stack_.size() > depth) {
      report_unclosed(stack_.back().token, span(token), "the text around it ends here");
      close_synthetic();
    }
  }
  const Open top = stack_.back();
  compare_indent(top, token);
  stack_.pop_back();
  out_[top.token].partner = static_cast<uint32_t>(out_.size());
  push(token);
  out_.back().partner = top.token;
  // What is `extra_` shows only later: the brace that comes too early closes the declaration
  // itself.
  if (stack_.empty()) {
    unclosed_ = {};
    headless_ = kNoPartner;
  }
}

void LayoutPass::close_synthetic() {
  const Open top = stack_.back();
  if (top.is_table) end_row(out_.back());
  stack_.pop_back();
  Token token(closer_of(top.kind), out_.back().end, out_.back().end);
  token.synthetic = true;
  const auto index = static_cast<uint32_t>(out_.size());
  out_[top.token].partner = index;
  out_.push_back(token);
  out_.back().index = index;
  out_.back().partner = top.token;
  layout_.damages.push_back({top.token, index});
}

void LayoutPass::report_stray(const Token& token) {
  garbage_ = true;
  if (extra_.present && stack_.empty()) {
    const Token& guilty = out_[extra_.closer];
    emitter_.emit(Kind::stray_closer, span(guilty), {{"seen", "}"}})
        .label("closes too early: it stands further in than what it closes")
        .also(span(out_[extra_.opener]), "this is what it closes");
    layout_.damages.push_back({extra_.closer, static_cast<uint32_t>(out_.size())});
    extra_ = {};
    return;
  }
  emitter_.emit(Kind::stray_closer, span(token), {{"seen", std::string(file_.text(span(token)))}})
      .label("nothing is open here that it could close");
}

bool LayoutPass::has_broken_string(uint32_t from) const {
  return std::any_of(out_.begin() + from, out_.end(),
                     [](const Token& t) { return t.is(T::STRING) && t.synthetic; });
}

void LayoutPass::report_unclosed(uint32_t opener, Span end, const std::string& what) {
  if (out_[opener].synthetic) return;     // reported when it was added
  if (has_broken_string(opener)) return;  // the bracket most likely stands inside the string
  const Span place = span(out_[opener]);
  emitter_.emit(Kind::unclosed_bracket, place, {{"seen", std::string(file_.text(place))}})
      .label("opened here")
      .also(end, what);
}

// The file, or the declaration, ends while brackets are open: one message, at the brace that the
// indentation shows to be open, else at the innermost.
void LayoutPass::close_everything(const Token& before) {
  if (stack_.empty()) return;
  const bool at_end = before.is(kEndOfFile);
  const std::string what = at_end ? "the file ends here" : "the next declaration begins here";
  if (headless_ != kNoPartner) {
    unclosed_ = {true, headless_, out_[headless_].partner};
    report_unclosed(headless_, at_end ? end_of(out_.back()) : span(before), what);
  } else if (unclosed_.present) {
    report_unclosed(unclosed_.opener, span(out_[unclosed_.closer]),
                    "this one closes it, but belongs further out");
  } else {
    report_unclosed(stack_.back().token, at_end ? end_of(out_.back()) : span(before), what);
  }
  const size_t known = layout_.damages.size();
  const uint32_t innermost = stack_.back().token;
  while (!stack_.empty()) close_synthetic();
  // Only what comes after the guilty brace is doubtful; the outer ones are merely closed late.
  layout_.damages.resize(known);
  const auto last = static_cast<uint32_t>(out_.size() - 1);
  layout_.damages.push_back({unclosed_.present ? unclosed_.opener : innermost, last});
  unclosed_ = extra_ = {};
  headless_ = kNoPartner;
  garbage_ = at_end;
}

// At an opener that would be one too deep: drops the tokens inside it.
void LayoutPass::skip_too_deep() {
  emitter_.emit(Kind::nesting_too_deep, span(in_[at_]), {{"limit", int64_t{kMaxNesting}}})
      .label("one bracket too many within others")
      .help("name parts with `let`, or call another decision");
  open(in_[at_]);
  size_t depth = 1;
  while (depth > 0 && kind(at_ + 1) != kEndOfFile &&
         !(in_[at_ + 1].starts_line && look_.starts_item(at_ + 1))) {
    ++at_;
    if (is_opener(kind(at_))) ++depth;
    if (is_closer(kind(at_))) --depth;
  }
  close_synthetic();
  garbage_ = true;
}

// `table` as a clause of a decision, not as a name in one: it follows no operator and a policy, or
// a misspelt one, comes next. Or the cases of a test.
bool LayoutPass::opens_table(size_t i) const {
  if (kind(i) == T::CASES) return stack_.empty() && kind(i + 1) == T::LBRACE;
  if (kind(i) != T::TABLE || stack_.size() != 1 || stack_[0].kind != T::LBRACE) return false;
  const uint16_t before = out_.back().kind;
  if (before == T::ASSIGN || before == T::DOT || before == T::OF || before == T::COLON ||
      before == T::ASSUME || before == T::RESULT || before == T::MAY_USE || is_reserved(before) ||
      (before >= T::EQ && before <= T::ASSIGN)) {
    return false;
  }
  const uint16_t next = kind(i + 1);
  return next == T::LBRACE || next == T::IDENT || next == T::UNIQUE || next == T::ANY ||
         next == T::FIRST || next == T::BY || next == T::COLLECT || next == T::DENY_OVERRIDES ||
         next == T::PERMIT_OVERRIDES || next == T::PRIORITY || next == T::OUTCOME ||
         next == T::HIGHEST;
}

bool LayoutPass::row_is_annotations(const Open& table) const {
  size_t i = table.row_begin;
  while (i + 1 < out_.size() && out_[i].is(T::AT_SIGN) && is_name(out_[i + 1].kind)) {
    i += 2;
    if (i >= out_.size() || !out_[i].is(T::LPAREN)) continue;
    if (out_[i].partner == kNoPartner) return false;
    i = out_[i].partner + 1;
  }
  return i > table.row_begin && i == out_.size();
}

// Whether the line that begins at in_[i] continues the row above it.
bool LayoutPass::row_goes_on(size_t i) const {
  const Open& table = stack_.back();
  const uint16_t first = kind(i);
  if (out_.back().is(T::COMMA)) return first != T::RBRACE;
  if (first == T::BAR || first == T::ARROW || look_.is_row_clause(i) || row_is_annotations(table))
    return true;
  if (!table.row_has_words || !is_name(first)) return false;
  // A further `fi "…"` or `section "…"`, which only makes sense after `explain` or `cites`.
  if (kind(i + 1) == T::STRING) return true;
  return kind(i + 1) == T::MINUS && !in_[i + 1].spaced && kind(i + 3) == T::STRING;
}

void LayoutPass::end_row(const Token& next) {
  Open& table = stack_.back();
  const uint32_t place = out_.back().end;
  if (out_.size() == table.row_begin) return;
  Token end(T::ROW_END, place, place);
  end.index = static_cast<uint32_t>(out_.size());
  end.after_garbage = garbage_ && next.starts_line;
  out_.push_back(end);
  table.row_begin = static_cast<uint32_t>(out_.size());
  table.row_has_words = false;
}

// Sorted and disjoint, so that is_damaged can search.
void LayoutPass::merge_damages() {
  auto& all = layout_.damages;
  std::sort(all.begin(), all.end(),
            [](const Damage& a, const Damage& b) { return a.begin < b.begin; });
  std::vector<Damage> merged;
  for (const Damage& d : all) {
    if (!merged.empty() && d.begin <= merged.back().end)
      merged.back().end = std::max(merged.back().end, d.end);
    else
      merged.push_back(d);
  }
  all = std::move(merged);
}

// Brackets that a new line shows to be forgotten: a declaration begins, or a clause that can't
// stand within
// `(` or `[`.
void LayoutPass::begin_line(const Token& token) {
  const uint32_t outermost = stack_.empty() ? line_indent_ : stack_[0].line_indent;
  if (line_indent_ <= outermost && look_.starts_item(at_)) {
    close_everything(token);
    extra_ = {};
  }
  while (!stack_.empty() && (stack_.back().is_doomed ||
                             (stack_.back().kind != T::LBRACE && look_.starts_clause(at_)))) {
    report_unclosed(stack_.back().token, span(token), "the next line begins here");
    close_synthetic();
  }
}

void LayoutPass::open_synthetic(uint32_t line_indent, const char* why) {
  const Span place = end_of(out_.back());
  emitter_.emit(Kind::missing_separator, place, {{"separator", "{"}}).label(why);
  Token brace(T::LBRACE, place.begin, place.end);
  brace.synthetic = true;
  const uint32_t indent = std::exchange(line_indent_, line_indent);
  open(brace);
  line_indent_ = indent;
}

// A forgotten opening brace would leave the closing one without a partner, and everything between
// them in the wrong place. The words around it show where it belongs.
void LayoutPass::add_missing_braces(const Token& token) {
  if (pending_brace_ && token.starts_line) {
    pending_brace_ = false;
    open_synthetic(head_indent_, brace_reason_);
  }
  const bool item = stack_.empty() && look_.item_lacks_brace(at_);
  const bool body = stack_.size() == 1 && look_.body_lacks_brace(at_) &&
                    (opens_table(at_) || (token.is(T::RULES) && token.starts_line));
  if (!item && !body) return;
  pending_brace_ = true;
  head_indent_ = line_indent_;
  brace_reason_ = item                 ? "the content of a declaration stands in braces"
                  : token.is(T::TABLE) ? "the rows of a table stand in braces"
                                       : "rules stand in braces";
}

Layout LayoutPass::run() {
  out_.reserve(in_.size() + in_.size() / 16 + 8);
  for (at_ = 0; at_ < in_.size(); ++at_) {
    const Token& token = in_[at_];
    if (token.starts_line) line_indent_ = indent_of(token);
    if (token.is(kEndOfFile)) {
      close_everything(token);
      push(token);
      break;
    }
    if (token.starts_line) begin_line(token);
    add_missing_braces(token);
    if (!stack_.empty() && stack_.back().is_table) {
      if ((token.starts_line && !row_goes_on(at_)) || token.is(T::RBRACE)) end_row(token);
      if (look_.is_row_clause(at_)) stack_.back().row_has_words = true;
    }
    const bool prefix = token.is(T::NOT) || token.is(T::MINUS) || token.is(T::IF);
    prefix_run_ = prefix ? prefix_run_ + 1 : 0;
    if (prefix_run_ > kMaxNesting) {
      if (prefix_run_ == kMaxNesting + 1) {
        emitter_.emit(Kind::nesting_too_deep, span(token), {{"limit", int64_t{kMaxNesting}}});
      }
      garbage_ = true;
      continue;
    }
    if (opens_table(at_)) {
      pending_table_ = true;
    } else if (token.is(T::RULES) || token.is(T::RESULT) || token.is(T::LET)) {
      pending_table_ = false;
    }
    if (is_opener(token.kind)) {
      if (stack_.size() >= kMaxNesting)
        skip_too_deep();
      else
        open(token);
    } else if (is_closer(token.kind)) {
      close(token);
    } else {
      push(token);
      if (stack_.size() > 2 && look_.outcome_lacks_brace(at_)) {
        open_synthetic(line_indent_,
                       "the outcome of a rule stands in braces: `then { name: value }`");
      }
    }
  }
  tokens_.all = std::move(out_);
  merge_damages();
  return std::move(layout_);
}

}  // namespace

bool Layout::is_damaged(uint32_t token) const {
  const auto after = std::upper_bound(damages.begin(), damages.end(), token,
                                      [](uint32_t t, const Damage& d) { return t < d.begin; });
  return after != damages.begin() && token <= std::prev(after)->end;
}

Layout lay_out(const SourceFile& file, Tokens* tokens, diag::Emitter& emitter) {
  return LayoutPass(file, tokens, emitter).run();
}

}  // namespace pac::parse
