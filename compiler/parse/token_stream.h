// Not API; include compiler/parse/parse.h instead.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "compiler/parse/token.h"

namespace pac::parse {

// A vector of tokens as ANTLR wants to see it, ending at a limit.
class TokenStream final : public antlr4::TokenStream {
 public:
  explicit TokenStream(std::vector<Token>& tokens)
      : tokens_(tokens), end_of_piece_(kEndOfFile, 0, 0) {}

  void set_limit(size_t limit) {
    limit_ = std::min(limit, tokens_.size() - 1);
    end_of_piece_.index = static_cast<uint32_t>(limit_);
  }

  void consume() override { ++at_; }
  antlr4::Token* LT(ssize_t k) override {
    if (k == 0) return nullptr;
    if (k < 0)
      return at_ < static_cast<size_t>(-k) ? nullptr : &tokens_[at_ - static_cast<size_t>(-k)];
    return get(at_ + static_cast<size_t>(k) - 1);
  }
  size_t LA(ssize_t k) override {
    const antlr4::Token* token = LT(k);
    return token == nullptr ? antlr4::Token::INVALID_TYPE : token->getType();
  }
  antlr4::Token* get(size_t index) const override {
    return index < limit_ ? static_cast<antlr4::Token*>(&tokens_[index]) : &end_of_piece_;
  }
  size_t index() override { return at_; }
  void seek(size_t index) override { at_ = index; }
  size_t size() override { return tokens_.size(); }
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  std::string getSourceName() const override { return {}; }
  std::string getText(const antlr4::misc::Interval&) override { return {}; }
  std::string getText() override { return {}; }
  std::string getText(antlr4::RuleContext*) override { return {}; }
  std::string getText(antlr4::Token*, antlr4::Token*) override { return {}; }

 private:
  std::vector<Token>& tokens_;
  mutable Token end_of_piece_;
  size_t limit_ = 0;
  size_t at_ = 0;
};

}  // namespace pac::parse
