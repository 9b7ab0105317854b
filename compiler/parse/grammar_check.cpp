#include "compiler/parse/layout.h"
#include "compiler/parse/lexer.h"
#include "compiler/parse/parse_work.h"
#include "compiler/parse/token_stream.h"

namespace pac::parse {
namespace {

class Counter final : public antlr4::BaseErrorListener {
 public:
  Counter(const SourceFile& file, const std::vector<Token>& tokens, GrammarReport* report)
      : file_(file), tokens_(tokens), report_(report) {}

  void reportAmbiguity(antlr4::Parser* parser, const antlr4::dfa::DFA& dfa, size_t start, size_t,
                       bool, const antlrcpp::BitSet&, antlr4::atn::ATNConfigSet*) override {
    ++report_->ambiguity_count;
    note("ambiguous " + parser->getRuleNames()[dfa.atnStartState->ruleIndex], start);
  }

  void note(const std::string& what, size_t token) {
    if (!report_->first.empty()) return;
    const auto place = file_.location(tokens_[std::min(token, tokens_.size() - 1)].begin);
    report_->first = file_.path() + ":" + std::to_string(place.line) + ":" +
                     std::to_string(place.column) + " " + what;
  }

 private:
  const SourceFile& file_;
  const std::vector<Token>& tokens_;
  GrammarReport* report_;
};

}  // namespace

std::vector<Span> token_places(const SourceFile& file) {
  diag::Emitter ignored;
  std::vector<Span> places;
  for (const Token& token : lex(file, ignored).all) {
    if (!token.is(kEndOfFile)) places.push_back({file.id(), token.begin, token.end});
  }
  return places;
}

GrammarReport check_grammar(const SourceFile& file) {
  GrammarReport report;
  diag::Emitter emitter;
  Tokens tokens = lex(file, emitter);
  lay_out(file, &tokens, emitter);
  report.token_error_count = emitter.error_count();
  TokenStream stream(tokens.all);
  stream.set_limit(tokens.all.size() - 1);
  T parser(&stream);
  Counter counter(file, tokens.all, &report);
  parser.removeErrorListeners();
  parser.addErrorListener(&counter);
  parser.getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(
      antlr4::atn::PredictionMode::LL_EXACT_AMBIG_DETECTION);
  // ANTLR's own recovery wants a lexer behind its tokens; the first error is enough here.
  parser.setErrorHandler(std::make_shared<antlr4::BailErrorStrategy>());
  try {
    parser.file();
  } catch (const antlr4::ParseCancellationException&) {
    report.error_count = 1;
    counter.note("syntax error", stream.index());
  }
  return report;
}

}  // namespace pac::parse
