#include "compiler/parse/lexer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "PacLexer.h"
#include "compiler/parse/literals.h"

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

// A character that people type or paste and that the language does not have. `kind` 0: it is
// dropped.
struct Stray {
  std::string_view text;
  uint16_t kind;
  std::string_view instead;  // what the language writes; empty where there is nothing alike
  std::string_view help;
};

constexpr std::string_view kStraight = "text stands in straight double quotes: \"…\"";

constexpr Stray kStrays[] = {
    {"&&", T::AND, "and", ""},
    {"&", T::AND, "and", ""},
    {"!", T::NOT, "not", ""},
    {"≤", T::LE, "<=", ""},
    {"≥", T::GE, ">=", ""},
    {"≠", T::NE, "!=", ""},
    {"−", T::MINUS, "-", ""},
    {"–", T::MINUS, "-", ""},
    {"×", T::STAR, "*", ""},
    {"·", T::STAR, "*", ""},
    {"÷", T::SLASH, "/", ""},
    {"⇒", T::ARROW, "=>", ""},
    {"→", T::ARROW, "=>", ""},
    {"…", T::RANGE, "..", ""},
    {";", 0, "", "a line end is enough; between values write `,`"},
    {"#", 0, "", "a comment begins with `//`"},
    {"%", 0, "",
     "the remainder of a division is `mod(a, b)`, a percentage is a decimal such as 0.05"},
    {"^", 0, "", "there is no operator for powers; a library function may do what is needed"},
    {"“", 0, "", kStraight},
    {"”", 0, "", kStraight},
    {"„", 0, "", kStraight},
    {"«", 0, "", kStraight},
    {"»", 0, "", kStraight},
    {"‘", 0, "", kStraight},
    {"’", 0, "", kStraight},
    {"'", 0, "", kStraight},
    {"`", 0, "", "a name is written as it is, text stands in double quotes"},
    {"€", 0, "", "a currency is a unit of the type: `decimal(2) unit EUR`"},
    {"$", 0, "", "a currency is a unit of the type: `decimal(2) unit USD`"},
    {"\u00a0", 0, "", "this is a no-break space; write an ordinary one"},
    {"\u2007", 0, "", "this is a figure space; write an ordinary one"},
    {"\u202f", 0, "", "this is a narrow no-break space; write an ordinary one"},
    {"\u3000", 0, "", "this is an ideographic space; write an ordinary one"},
    {"\u200b", 0, "", "this is a space without width; delete it"},
    {"\ufeff", 0, "", "this is a byte order mark; it may only stand at the start of a file"},
    {"\r", 0, "", "this is a carriage return without a line feed; lines end in LF or CR LF"},
};

// Pairs of quotes that word processors write; German and French ones open and close in either way.
constexpr std::pair<std::string_view, std::string_view> kQuotePairs[] = {
    {"“", "”"}, {"„", "“"}, {"„", "”"}, {"”", "”"}, {"«", "»"},
    {"»", "«"}, {"‘", "’"}, {"’", "’"}, {"`", "`"},
};

// A blank or invisible character by its number, any other as it is.
std::string display(std::string_view character) {
  if (character == "\u00a0") return "U+00A0";
  if (character == "\u2007") return "U+2007";
  if (character == "\u202f") return "U+202F";
  if (character == "\u3000") return "U+3000";
  if (character == "\u200b") return "U+200B";
  if (character == "\ufeff") return "U+FEFF";
  return printable(character);
}

// Characters that make a line look different from what it says. In a text that carries legal weight
// they have no place; a string can name them as \u{…}.
bool is_direction_mark(std::string_view at) {
  if (at.size() < 3 || at[0] != '\xe2') return false;
  const auto second = static_cast<unsigned char>(at[1]);
  const auto third = static_cast<unsigned char>(at[2]);
  if (second == 0x80) return third >= 0xaa && third <= 0xae;  // U+202A .. U+202E
  return second == 0x81 && third >= 0xa6 && third <= 0xa9;    // U+2066 .. U+2069
}

size_t character_bytes(unsigned char lead) {
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

bool is_word_byte(char c) {
  const auto b = static_cast<unsigned char>(c);
  return b >= 0x80 || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
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
  void unclosed_string(size_t begin, size_t end);
  void single_quoted(size_t begin, size_t end);
  bool foreign_quotes(size_t begin);
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

// At a byte that begins no token. A word with letters beyond ASCII becomes one name, so that it is
// reported once; anything else is replaced or dropped by the table.
void Lexing::stray(size_t begin) {
  if (foreign_quotes(begin)) return;
  const std::string_view rest = text_.substr(begin);
  const auto lead = static_cast<unsigned char>(rest[0]);
  const auto* known = std::find_if(std::begin(kStrays), std::end(kStrays),
                                   [&](const Stray& s) { return rest.starts_with(s.text); });
  if (known == std::end(kStrays) && lead >= 0x80 && !is_direction_mark(rest)) {
    size_t word_begin = begin;
    if (!out_.all.empty() && out_.all.back().end == begin && out_.all.back().is(T::IDENT)) {
      word_begin = out_.all.back().begin;
      at_line_start_ = out_.all.back().starts_line;
      out_.all.pop_back();
    }
    size_t end = begin;
    while (end < text_.size() && is_word_byte(text_[end])) ++end;
    emitter_.emit(Kind::stray_character, span(word_begin, end), {{"seen", text(word_begin, end)}})
        .help(
            "a name has the letters a to z and A to Z, digits and `_`; any other text stands in "
            "quotes");
    push(T::IDENT, word_begin, end);
    skip_until_ = end;
    return;
  }
  const size_t length = known == std::end(kStrays) ? character_bytes(lead) : known->text.size();
  const size_t end = std::min(begin + length, text_.size());
  skip_until_ = end;
  if (known != std::end(kStrays) && known->kind != 0) {
    const std::string instead(known->instead);
    emitter_
        .emit(Kind::foreign_operator, span(begin, end),
              {{"seen", text(begin, end)}, {"instead", instead}})
        .fix(span(begin, end), instead == "not" ? "not " : instead, "write `" + instead + "`");
    push(known->kind, begin, end);
    return;
  }
  if (is_direction_mark(rest)) {
    check_direction_marks(begin, end);
  } else {
    auto message = emitter_.emit(Kind::stray_character, span(begin, end),
                                 {{"seen", display(text(begin, end))}});
    if (known != std::end(kStrays)) message.help(std::string(known->help));
    if (display(text(begin, end)) == "U+00A0") {
      message.fix(span(begin, end), " ", "write an ordinary space");
    }
  }
  // A space of another kind still separates; after anything else the next message would be a guess.
  const bool in_word = !out_.all.empty() && out_.all.back().end == begin && end < text_.size() &&
                       is_word_byte(text_[end]) && display(text(begin, end)) != "U+00A0";
  garbage_ = in_word || !display(text(begin, end)).starts_with("U+");
}

// “text” as word processors quote it, on one line.
bool Lexing::foreign_quotes(size_t begin) {
  const std::string_view rest = text_.substr(begin, text_.find('\n', begin) - begin);
  for (const auto& [open, close] : kQuotePairs) {
    if (!rest.starts_with(open)) continue;
    const size_t inside = rest.find(close, open.size());
    if (inside == std::string_view::npos) continue;
    const std::string content(rest.substr(open.size(), inside - open.size()));
    const size_t end = begin + inside + close.size();
    auto message = emitter_.emit(Kind::wrong_quotes, span(begin, end));
    message.label("text stands in straight double quotes");
    if (content.find_first_of("\"\\") == std::string::npos) {
      message.fix(span(begin, end), '"' + content + '"', "write `\"" + content + "\"`");
    }
    push(T::STRING, begin, end);
    out_.all.back().synthetic = true;
    skip_until_ = end;
    return true;
  }
  return false;
}

void Lexing::unclosed_string(size_t begin, size_t end) {
  // The quote that ends a text on a line below its beginning opens nothing.
  const bool ends_the_last =
      unclosed_end_ > 0 && std::none_of(text_.begin() + static_cast<std::ptrdiff_t>(begin),
                                        text_.begin() + static_cast<std::ptrdiff_t>(end),
                                        [](char c) { return is_word_byte(c); });
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
  std::string inside = text(begin + 1, end - 1);
  auto message = emitter_.emit(Kind::wrong_quotes, span(begin, end))
                     .label("text stands in straight double quotes");
  if (inside.find_first_of("\"\\") == std::string::npos) {
    message.fix(span(begin, end), '"' + inside + '"', "write `\"" + inside + "\"`");
  }
  push(T::STRING, begin, end);
  out_.all.back().synthetic = true;
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
         ((is_word_byte(text_[end]) && static_cast<unsigned char>(text_[end]) < 0x80) ||
          more.find(text_[end]) != std::string_view::npos)) {
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
    if (begin < skip_until_) continue;
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
  }
  push(kEndOfFile, text_.size(), text_.size());
  return std::move(out_);
}

}  // namespace

Tokens lex(const SourceFile& file, diag::Emitter& emitter) { return Lexing(file, emitter).run(); }

}  // namespace pac::parse
