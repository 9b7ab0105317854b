#include "compiler/parse/lexer.h"

#include <algorithm>
#include <utility>

#include "PacLexer.h"
#include "compiler/parse/literals.h"
#include "compiler/parse/typography.h"
#include "runtime/base/utf8.h"

namespace pac::parse {
namespace {

using diag::Kind;

// Shows ANTLR the bytes of a text in place. Bytes beyond ASCII appear as DEL: the grammar treats
// them alike, token places stay byte offsets, nothing is widened to 32 bits, and ANTLR's table of
// transitions (which ends at 127) covers everything.
class ByteStream final : public antlr4::CharStream {
 public:
  ByteStream(std::string_view text, size_t start) : text_(text), at_(start) {}

  void consume() override { ++at_; }
  size_t LA(ssize_t i) override {
    const size_t place = i > 0 ? at_ + static_cast<size_t>(i) - 1 : at_ - static_cast<size_t>(-i);
    if (i == 0 || place >= text_.size()) return antlr4::IntStream::EOF;
    const auto byte = static_cast<unsigned char>(text_[place]);
    return byte < 0x80 ? byte : 0x7f;
  }
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}
  size_t index() override { return at_; }
  void seek(size_t index) override { at_ = std::min(index, text_.size()); }
  size_t size() override { return text_.size(); }
  std::string getSourceName() const override { return {}; }
  std::string getText(const antlr4::misc::Interval&) override { return {}; }
  std::string toString() const override { return {}; }

 private:
  std::string_view text_;
  size_t at_;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_ascii_word(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

class Lexing {
 public:
  Lexing(const SourceFile& file, diag::Emitter& emitter)
      : file_(file), text_(file.text()), emitter_(emitter) {}

  Tokens run();

 private:
  Span span(size_t begin, size_t end) const {
    return {file_.id(), static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  }
  std::string text(size_t begin, size_t end) const {
    return std::string(text_.substr(begin, end - begin));
  }

  void push(uint16_t kind, size_t begin, size_t end);
  void comment(size_t kind, size_t begin, size_t end);
  void stray(size_t begin);
  void replace(uint16_t kind, size_t begin, size_t end, const std::string& instead);
  void word(size_t begin);
  bool dash(size_t begin);
  bool dashed_date(size_t begin);
  bool blank(size_t begin);
  bool grouped_number(size_t begin);
  void unclosed_string(size_t begin, size_t end);
  void single_quoted(size_t begin, size_t end);
  bool foreign_quotes(size_t begin);
  void wrongly_quoted(size_t begin, size_t end, const std::string& content);
  void check_direction_marks(size_t begin, size_t end);
  bool joins_number(size_t kind, size_t begin) const;
  void joined_number(size_t end);
  void find_unpadded_date();
  bool is_number(const Token& token) const {
    return token.is(T::INT) || token.is(T::DECIMAL) || token.is(T::DATE) || token.is(T::DATETIME);
  }

  const SourceFile& file_;
  std::string_view text_;
  diag::Emitter& emitter_;
  Tokens out_;
  bool at_line_start_ = true;
  bool garbage_ = false;
  bool doc_open_ = false;
  uint32_t doc_begin_ = 0;
  uint32_t doc_end_ = 0;
  size_t unclosed_end_ = 0;  // of the last text that was not closed
  size_t skip_until_ = 0;    // tokens before this have been dealt with
};

void Lexing::push(uint16_t kind, size_t begin, size_t end) {
  Token token(kind, static_cast<uint32_t>(begin), static_cast<uint32_t>(end));
  token.starts_line = at_line_start_;
  token.spaced = out_.all.empty() || out_.all.back().end != begin;
  token.after_garbage = garbage_;
  if (doc_open_)
    out_.docs.push_back({static_cast<uint32_t>(out_.all.size()), doc_begin_, doc_end_});
  at_line_start_ = garbage_ = doc_open_ = false;
  out_.all.push_back(token);
}

void Lexing::comment(size_t kind, size_t begin, size_t end) {
  const bool is_doc = kind == pac_grammar::PacLexer::DOC;
  out_.comments.push_back({span(begin, end), is_doc});
  check_direction_marks(begin, end);
  if (!is_doc || !at_line_start_) return;  // behind a token on its line it documents nothing
  if (!doc_open_) doc_begin_ = static_cast<uint32_t>(begin);
  doc_end_ = static_cast<uint32_t>(end);
  doc_open_ = true;
}

void Lexing::check_direction_marks(size_t begin, size_t end) {
  for (size_t i = begin; i + 3 <= end; ++i) {
    if (!is_direction_mark(text_.substr(i, 3))) continue;
    emitter_.emit(Kind::direction_mark, span(i, i + 3))
        .label("makes the text around it look different from what it says")
        .help("delete it; a string can name the character as \\u{…}");
  }
}

// At a byte that begins no token: what people paste is replaced or dropped by the tables.
void Lexing::stray(size_t begin) {
  const std::string_view rest = text_.substr(begin);
  if (foreign_quotes(begin) || dash(begin) || blank(begin)) return;
  if (is_direction_mark(rest)) {
    skip_until_ = begin + 3;
    check_direction_marks(begin, skip_until_);
    garbage_ = true;
    return;
  }
  char32_t character = 0;
  const auto length = static_cast<size_t>(std::max(decode_utf8(text_, begin, &character), 1));
  const Stray* known = stray_at(rest);
  if (known == nullptr && character >= 0x80 && is_letter_like(character)) return word(begin);
  const size_t end = begin + (known == nullptr ? length : known->text.size());
  skip_until_ = end;
  if (known != nullptr && known->kind != 0) {
    replace(known->kind, begin, end, std::string(known->instead));
    return;
  }
  auto message =
      emitter_.emit(Kind::stray_character, span(begin, end), {{"seen", display(text(begin, end))}});
  if (known != nullptr) message.help(std::string(known->help));
  garbage_ = true;  // the next message would be a guess
}

// A sign for which the language has another.
void Lexing::replace(uint16_t kind, size_t begin, size_t end, const std::string& instead) {
  const bool is_word = instead == "not" || instead == "and" || instead == "or" || instead == "in";
  const bool before_word = is_word && end < text_.size() && is_ascii_word(text_[end]);
  const bool after_word = is_word && begin > 0 && is_ascii_word(text_[begin - 1]);
  emitter_
      .emit(Kind::foreign_operator, span(begin, end),
            {{"seen", text(begin, end)}, {"instead", instead}})
      .fix(span(begin, end), (after_word ? " " : "") + instead + (before_word ? " " : ""),
           "write `" + instead + "`");
  push(kind, begin, end);
  skip_until_ = end;
}

// A word with letters beyond ASCII becomes one name, so that it is reported once.
void Lexing::word(size_t begin) {
  size_t word_begin = begin;
  if (!out_.all.empty() && out_.all.back().end == begin && out_.all.back().is(T::IDENT)) {
    word_begin = out_.all.back().begin;
    at_line_start_ = out_.all.back().starts_line;
    out_.all.pop_back();
  }
  size_t end = begin;
  while (end < text_.size()) {
    char32_t character = 0;
    const int length = decode_utf8(text_, end, &character);
    const bool joins = character < 0x80 ? is_ascii_word(text_[end]) : is_letter_like(character);
    if (length == 0 || !joins) break;
    end += static_cast<size_t>(length);
  }
  emitter_.emit(Kind::stray_character, span(word_begin, end), {{"seen", text(word_begin, end)}})
      .help(
          "a name has the letters a to z and A to Z, digits and `_`; any other text stands in "
          "quotes");
  push(T::IDENT, word_begin, end);
  skip_until_ = end;
}

// `700 – 800` is a range, `2026–01–01` a date, any other dash a minus.
bool Lexing::dash(size_t begin) {
  const size_t bytes = dash_at(text_.substr(begin));
  if (bytes == 0) return false;
  if (dashed_date(begin)) return true;
  const size_t end = begin + bytes;
  size_t next = end;
  while (next < text_.size()) {
    const size_t gap = text_[next] == ' ' ? 1 : blank_at(text_.substr(next)).bytes;
    if (gap == 0) break;
    next += gap;
  }
  const bool between_numbers = !out_.all.empty() &&
                               (is_number(out_.all.back()) || out_.all.back().is(T::TIME_UNIT)) &&
                               next < text_.size() && is_digit(text_[next]);
  const bool range = between_numbers && joins_ranges(text_.substr(begin, bytes));
  replace(range ? T::RANGE : T::MINUS, begin, end, range ? ".." : "-");
  return true;
}

bool Lexing::dashed_date(size_t begin) {
  if (out_.all.empty() || out_.all.back().end != begin || !out_.all.back().is(T::INT)) return false;
  Token& year = out_.all.back();
  std::string iso = text(year.begin, begin);
  size_t end = begin;
  for (int part = 0; part < 2; ++part) {
    const size_t bytes = dash_at(text_.substr(end));
    const std::string_view digits = text_.substr(std::min(end + bytes, text_.size()), 2);
    if (bytes == 0 || digits.size() < 2 || !is_digit(digits[0]) || !is_digit(digits[1]))
      return false;
    iso += "-" + std::string(digits);
    end += bytes + 2;
  }
  const bool goes_on = end < text_.size() && is_ascii_word(text_[end]);
  if (goes_on || guess_date(iso).iso != iso) return false;
  emitter_.emit(Kind::unpadded_date, span(year.begin, end), {{"seen", text(year.begin, end)}})
      .fix(span(year.begin, end), iso, "write `" + iso + "`");
  year.kind = T::DATE;
  year.end = static_cast<uint32_t>(end);
  year.synthetic = true;
  skip_until_ = end;
  return true;
}

bool Lexing::blank(size_t begin) {
  const Blank blank = blank_at(text_.substr(begin));
  if (blank.bytes == 0) return false;
  const size_t end = begin + blank.bytes;
  if (blank.has_width && grouped_number(begin)) return true;
  skip_until_ = end;
  auto message =
      emitter_.emit(Kind::stray_character, span(begin, end), {{"seen", display(text(begin, end))}});
  if (blank.has_width) {
    message.help("this is " + std::string(blank.name) + "; write an ordinary one")
        .fix(span(begin, end), " ", "write an ordinary space");
    return true;  // it separates as any other
  }
  message.help("this is " + std::string(blank.name) + "; delete it")
      .fix(span(begin, end), "", "delete it");
  // Within a word it leaves two pieces of a name: the next message would be a guess.
  garbage_ = !out_.all.empty() && out_.all.back().end == begin && end < text_.size() &&
             is_ascii_word(text_[end]);
  return true;
}

// `10 000,00` with the narrow spaces that groups of digits are printed with.
bool Lexing::grouped_number(size_t begin) {
  if (out_.all.empty() || out_.all.back().end != begin || !out_.all.back().is(T::INT)) return false;
  Token& number = out_.all.back();
  size_t end = begin;
  std::string instead = text(number.begin, begin);
  for (;;) {
    const size_t gap = blank_at(text_.substr(end)).bytes;
    const size_t digits = text_.find_first_not_of("0123456789", end + gap);
    const size_t to = digits == std::string_view::npos ? text_.size() : digits;
    if (gap == 0 || to - end - gap != 3) break;
    instead += "_" + text(end + gap, to);
    end = to;
  }
  if (end == begin) return false;
  if (end + 1 < text_.size() && text_[end] == '.' && is_digit(text_[end + 1])) {
    const size_t to = std::min(text_.find_first_not_of("0123456789", end + 1), text_.size());
    instead += text(end, to);
    end = to;
    number.kind = T::DECIMAL;
  }
  emitter_.emit(Kind::bad_number, span(number.begin, end), {{"seen", text(number.begin, end)}})
      .fix(span(number.begin, end), instead, "write `" + instead + "`");
  number.end = static_cast<uint32_t>(end);
  number.synthetic = true;
  skip_until_ = end;
  return true;
}

// “text” as word processors quote it, on one line.
bool Lexing::foreign_quotes(size_t begin) {
  const std::string_view line = text_.substr(begin, text_.find('\n', begin) - begin);
  std::string_view inside;
  const size_t bytes = quoted_at(line, &inside);
  if (bytes == 0) return false;
  wrongly_quoted(begin, begin + bytes, std::string(inside));
  return true;
}

void Lexing::wrongly_quoted(size_t begin, size_t end, const std::string& content) {
  auto message = emitter_.emit(Kind::wrong_quotes, span(begin, end));
  message.label("text stands in straight double quotes");
  if (content.find_first_of("\"\\") == std::string::npos) {
    message.fix(span(begin, end), '"' + content + '"', "write `\"" + content + "\"`");
  }
  push(T::STRING, begin, end);
  out_.all.back().synthetic = true;
  skip_until_ = end;
}

void Lexing::unclosed_string(size_t begin, size_t end) {
  size_t bytes = 0;
  const std::string_view line = text_.substr(begin, end - begin);
  if (const size_t curly = curly_end(line, &bytes); curly != std::string_view::npos) {
    wrongly_quoted(begin, begin + curly + bytes, std::string(line.substr(1, curly - 1)));
    return;
  }
  // The quote that ends a text on a line below its beginning opens nothing.
  const bool ends_the_last =
      unclosed_end_ > 0 && std::none_of(text_.begin() + static_cast<std::ptrdiff_t>(begin),
                                        text_.begin() + static_cast<std::ptrdiff_t>(end),
                                        [](char c) { return is_ascii_word(c) || (c & 0x80) != 0; });
  if (!ends_the_last) {
    emitter_.emit(Kind::unclosed_string, span(begin, end))
        .label("begins here and runs to the end of the line")
        .help("close it with `\"`; a line break inside a text is written `\\n`");
  }
  unclosed_end_ = ends_the_last ? 0 : end;
  push(T::STRING, begin, end);
  out_.all.back().synthetic = true;
}

void Lexing::single_quoted(size_t begin, size_t end) {
  wrongly_quoted(begin, end, text(begin + 1, end - 1));
}

// A word or number that touches a number: `5x`, `1.2.3`, `2026-01-01T10:00`. `30days` is let
// through.
bool Lexing::joins_number(size_t kind, size_t begin) const {
  if (out_.all.empty() || out_.all.back().end != begin || !is_number(out_.all.back())) return false;
  return kind == T::IDENT || kind == T::INT || kind == T::DECIMAL || kind == T::DATE ||
         kind == T::DATETIME || is_reserved(static_cast<uint16_t>(kind)) ||
         (is_name(static_cast<uint16_t>(kind)) && kind != T::TIME_UNIT);
}

// Takes everything up to the next gap into the number, reports the whole, and leaves one literal
// that the builder knows to be wrong.
void Lexing::joined_number(size_t end) {
  Token& number = out_.all.back();
  const bool dated = number.is(T::DATE) || number.is(T::DATETIME);
  const std::string_view more = dated ? "_:.+-" : "_";
  while (end < text_.size() &&
         (is_ascii_word(text_[end]) || more.find(text_[end]) != std::string_view::npos)) {
    ++end;
  }
  number.end = static_cast<uint32_t>(end);
  number.synthetic = true;
  skip_until_ = end;
  const Span place = span(number.begin, end);
  const std::string seen = text(number.begin, end);
  if (dated) {
    emitter_.emit(Kind::malformed_date, place, {{"seen", seen}})
        .help("a date is written 2026-03-01, an instant in UTC 2026-03-01T09:00:00Z");
    return;
  }
  auto message = emitter_.emit(Kind::bad_number, place, {{"seen", seen}});
  const bool exponent = seen.find_first_of("eE") != std::string::npos &&
                        seen.find_first_not_of("0123456789._eE") == std::string::npos;
  if (exponent) {
    message.help(
        "numbers have no exponent: write all digits, with `_` where it helps to read them");
  } else if (seen.starts_with("0x") || seen.starts_with("0b") || seen.starts_with("0o")) {
    message.help("numbers are decimal");
  } else {
    message.help("a name begins with a letter; between a number and a word stands a space");
  }
}

// `2026-1-1` would be a subtraction of three numbers, `1.2.2026` a field of a decimal. Nobody means
// that.
void Lexing::find_unpadded_date() {
  auto& all = out_.all;
  const size_t n = all.size();
  size_t first = 0;
  if (n >= 5 && all[n - 5].is(T::INT) && all[n - 3].is(T::INT) &&
      all[n - 2].kind == all[n - 4].kind && (all[n - 2].is(T::MINUS) || all[n - 2].is(T::SLASH)) &&
      !all[n - 4].spaced && !all[n - 3].spaced && !all[n - 2].spaced) {
    first = n - 5;
  } else if (n >= 3 && all[n - 3].is(T::DECIMAL) && all[n - 2].is(T::DOT) && !all[n - 2].spaced) {
    first = n - 3;
  } else {
    return;
  }
  if (all[n - 1].spaced) return;
  const uint32_t begin = all[first].begin;
  const uint32_t end = all[n - 1].end;
  const std::string seen = text(begin, end);
  const DateGuess guess = guess_date(seen);
  if (!guess.looks_like_date) return;
  auto message = emitter_.emit(Kind::unpadded_date, span(begin, end), {{"seen", seen}});
  if (guess.iso.empty()) {
    message.help("a date is written year-month-day with two digits each: 2026-03-01");
  } else {
    message.fix(span(begin, end), guess.iso, "write `" + guess.iso + "`");
  }
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(first) + 1, all.end());
  all[first].kind = T::DATE;
  all[first].end = end;
  all[first].synthetic = true;
}

Tokens Lexing::run() {
  const size_t start = text_.starts_with("\xef\xbb\xbf") ? 3 : 0;  // a byte order mark is tolerated
  ByteStream bytes(text_, start);
  pac_grammar::PacLexer lexer(&bytes);
  lexer.removeErrorListeners();
  out_.all.reserve(text_.size() / 5 + 16);
  using L = pac_grammar::PacLexer;
  for (;;) {
    const std::unique_ptr<antlr4::Token> token = lexer.nextToken();
    const size_t kind = token->getType();
    const size_t begin = token->getStartIndex();
    if (kind == antlr4::Token::EOF) break;
    const size_t end = token->getStopIndex() + 1;
    // The grammar may take more for one token than was meant: it goes on after what was.
    const auto go_back = [&] {
      if (skip_until_ <= begin || skip_until_ >= end) return;
      bytes.seek(skip_until_);
      lexer.hitEOF = false;
    };
    if (begin < skip_until_) {
      go_back();
      continue;
    }
    if (kind == L::NL) {
      at_line_start_ = true;
    } else if (kind == L::DOC || kind == L::COMMENT) {
      comment(kind, begin, end);
    } else if (kind == L::UNKNOWN) {
      stray(begin);
    } else if (kind == L::UNCLOSED_STRING) {
      unclosed_string(begin, end);
    } else if (kind == L::SINGLE_QUOTED) {
      single_quoted(begin, end);
    } else if (joins_number(kind, begin)) {
      joined_number(end);
    } else {
      push(static_cast<uint16_t>(kind), begin, end);
      if (kind == T::STRING) check_direction_marks(begin, end);
      if (kind == T::INT) find_unpadded_date();
    }
    go_back();
  }
  push(kEndOfFile, text_.size(), text_.size());
  return std::move(out_);
}

}  // namespace

Tokens lex(const SourceFile& file, diag::Emitter& emitter) { return Lexing(file, emitter).run(); }

}  // namespace pac::parse
