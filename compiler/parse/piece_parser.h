// Not API; include compiler/parse/parse.h instead.
// Runs one rule of the grammar over a stretch of tokens. ANTLR's exceptions, its own recovery and
// its messages end here: a piece is either a complete tree or a Failure that says where and what
// was expected.
#pragma once

#include <bitset>
#include <memory>
#include <string>
#include <vector>

#include "compiler/parse/token.h"

namespace pac::parse {

using KindSet = std::bitset<160>;  // of token kinds; the grammar has some 140

struct Failure {
  size_t begin = 0;           // the piece's first token
  size_t token = 0;           // the first that does not fit
  std::vector<size_t> rules;  // the rules it failed in, innermost first (T::RuleExpr)
  KindSet expected;           // what could have stood there
  bool may_end = false;       // the piece could also have ended before it
  bool too_deep = false;
};

class PieceParser {
 public:
  explicit PieceParser(std::vector<Token>& tokens);
  ~PieceParser();

  // The tree of `rule` over tokens [begin, …), none of them at or beyond `limit`; nullptr where it
  // does not fit, and then failure() says why. The tree lives until the next call. *end is the
  // token after it.
  template <class Context>
  Context* parse(Context* (T::*rule)(), size_t begin, size_t limit, size_t* end) {
    return static_cast<Context*>(
        run([rule](T& parser) { return static_cast<void*>((parser.*rule)()); }, begin, limit, end));
  }
  const Failure& failure() const;

  // The text of a word or sign of the language.
  std::string literal(size_t kind) const;

  // For tests: how much work was done.
  size_t piece_count() const;
  size_t retry_count() const;  // pieces that needed full LL prediction

 private:
  using Call = void* (*)(T&, const void*);
  template <class F>
  void* run(F f, size_t begin, size_t limit, size_t* end) {
    return run_call([](T& parser, const void* g) { return (*static_cast<const F*>(g))(parser); },
                    &f, begin, limit, end);
  }
  void* run_call(Call call, const void* closure, size_t begin, size_t limit, size_t* end);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pac::parse
