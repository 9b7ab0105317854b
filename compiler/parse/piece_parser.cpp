#include "compiler/parse/piece_parser.h"

#include "compiler/parse/parse.h"
#include "compiler/parse/token_stream.h"

namespace pac::parse {
namespace {

// Thrown through ANTLR's generated functions to leave a piece at its first mistake.
struct Stop {};

void add(const antlr4::misc::IntervalSet& set, Failure* failure) {
  for (const antlr4::misc::Interval& interval : set.getIntervals()) {
    for (ssize_t kind = interval.a; kind <= interval.b; ++kind) {
      if (kind > 0 && static_cast<size_t>(kind) < KindSet().size()) {
        failure->expected.set(static_cast<size_t>(kind));
      } else {
        failure->may_end = true;  // end of file, or of the rule
      }
    }
  }
}

// Stops at the first mistake and keeps what ANTLR knows about it.
class Strict final : public antlr4::ANTLRErrorStrategy {
 public:
  Failure failure;
  bool keep_details = false;  // the first attempt needs none

  void reset(antlr4::Parser*) override {}
  void reportMatch(antlr4::Parser*) override {}
  void reportError(antlr4::Parser*, const antlr4::RecognitionException&) override {}
  bool inErrorRecoveryMode(antlr4::Parser*) override { return false; }

  antlr4::Token* recoverInline(antlr4::Parser* parser) override {
    stop_at_state(parser, parser->getState());
  }

  // Before a choice or a loop: without this a wrong token would leave a loop quietly, and the
  // message would name only what follows the loop.
  void sync(antlr4::Parser* parser) override {
    using State = antlr4::atn::ATNState;
    const antlr4::atn::ATN& atn = parser->getATN();
    State* state = atn.states[parser->getState()];
    const size_t type = state->getStateType();
    if (type != State::BLOCK_START && type != State::STAR_BLOCK_START &&
        type != State::PLUS_BLOCK_START && type != State::STAR_LOOP_ENTRY &&
        type != State::STAR_LOOP_BACK && type != State::PLUS_LOOP_BACK) {
      return;
    }
    const antlr4::misc::IntervalSet& next = atn.nextTokens(state);
    if (next.contains(antlr4::Token::EPSILON) || next.contains(parser->getTokenStream()->LA(1)))
      return;
    stop_at_state(parser, parser->getState());
  }

  void recover(antlr4::Parser* parser, std::exception_ptr thrown) override {
    if (!keep_details) throw Stop{};
    try {
      std::rethrow_exception(thrown);
    } catch (const antlr4::NoViableAltException& e) {
      note_place(parser, e.getOffendingToken());
      const antlr4::atn::ATN& atn = parser->getATN();
      if (e.getDeadEndConfigs() != nullptr && e.getOffendingToken() != e.getStartToken()) {
        for (const auto& config : e.getDeadEndConfigs()->configs) {
          for (const antlr4::atn::Transition* transition : config->state->transitions) {
            if (!transition->isEpsilon()) add(transition->label(), &failure);
          }
        }
      } else {
        add(atn.getExpectedTokens(e.getOffendingState(), e.getCtx()), &failure);
      }
    } catch (const antlr4::RecognitionException& e) {
      note_place(parser, e.getOffendingToken());
    }
    throw Stop{};
  }

  [[noreturn]] void stop_at_state(antlr4::Parser* parser, size_t state) {
    if (keep_details) {
      note_place(parser, parser->getTokenStream()->LT(1));
      add(parser->getATN().getExpectedTokens(state, parser->getContext()), &failure);
    }
    throw Stop{};
  }

  void note_place(antlr4::Parser* parser, const antlr4::Token* token) {
    failure.token = token->getTokenIndex();
    for (const antlr4::RuleContext* c = parser->getContext(); c != nullptr;
         c = static_cast<const antlr4::RuleContext*>(c->parent)) {
      failure.rules.push_back(c->getRuleIndex());
    }
  }
};

// The generated parser with a bound on its recursion. Bracket depth is bounded before (layout.cpp);
// what is left are quantifiers and `if`, whose bodies need no brackets.
class BoundedParser final : public T {
 public:
  using T::T;

  // Rules within rules. A nesting of one takes at most nine (expr to primary and back), and the
  // tree is checked exactly when it becomes an AST.
  static constexpr int kMaxRules = kMaxNesting * 12;

  // Expressions and types of elements are the only rules that can contain themselves without a
  // bracket between, or before ANTLR has seen the bracket.
  void enterRecursionRule(antlr4::ParserRuleContext* context, size_t state, size_t rule,
                          int precedence) override {
    check_depth();
    T::enterRecursionRule(context, state, rule, precedence);
  }
  void enterRule(antlr4::ParserRuleContext* context, size_t state, size_t rule) override {
    if (rule == T::RuleElementType) check_depth();
    T::enterRule(context, state, rule);
  }

  // Forgets the tree of the piece before.
  void begin_piece() {
    getTreeTracker().reset();
    setContext(nullptr);
    setState(antlr4::atn::ATNState::INVALID_STATE_NUMBER);
    too_deep = false;
  }

  bool too_deep = false;

 private:
  void check_depth() {
    int depth = 0;
    for (const antlr4::RuleContext* c = getContext(); c != nullptr;
         c = static_cast<const antlr4::RuleContext*>(c->parent)) {
      ++depth;
    }
    if (depth <= kMaxRules) return;
    too_deep = true;
    throw Stop{};
  }
};

}  // namespace

struct PieceParser::State {
  explicit State(std::vector<Token>& tokens)
      : stream(tokens), parser(&stream), strategy(std::make_shared<Strict>()) {
    parser.removeErrorListeners();
    parser.setErrorHandler(strategy);
  }
  TokenStream stream;
  BoundedParser parser;
  std::shared_ptr<Strict> strategy;
  size_t piece_count = 0;
  size_t retry_count = 0;
};

PieceParser::PieceParser(std::vector<Token>& tokens) : state_(std::make_unique<State>(tokens)) {}
PieceParser::~PieceParser() = default;

const Failure& PieceParser::failure() const { return state_->strategy->failure; }
std::string PieceParser::literal(size_t kind) const {
  const std::string quoted = state_->parser.getVocabulary().getLiteralName(kind);
  return quoted.size() < 2 ? quoted : quoted.substr(1, quoted.size() - 2);
}

size_t PieceParser::piece_count() const { return state_->piece_count; }
size_t PieceParser::retry_count() const { return state_->retry_count; }

// First with SLL prediction, which is fast and gives the same tree wherever it succeeds; only a
// piece that fails is read again with full LL, and if that fails too the mistake is the author's.
void* PieceParser::run_call(Call call, const void* closure, size_t begin, size_t limit,
                            size_t* end) {
  State& s = *state_;
  ++s.piece_count;
  s.stream.set_limit(limit);
  auto* simulator = s.parser.getInterpreter<antlr4::atn::ParserATNSimulator>();
  for (const auto mode : {antlr4::atn::PredictionMode::SLL, antlr4::atn::PredictionMode::LL}) {
    s.parser.begin_piece();
    s.stream.seek(begin);
    simulator->setPredictionMode(mode);
    s.strategy->keep_details = mode == antlr4::atn::PredictionMode::LL;
    s.strategy->failure = {};
    s.strategy->failure.begin = begin;
    if (s.strategy->keep_details) ++s.retry_count;
    try {
      void* tree = call(s.parser, closure);
      *end = s.stream.index();
      return tree;
    } catch (const Stop&) {
      if (s.parser.too_deep) {
        s.strategy->failure.too_deep = true;
        s.strategy->failure.token = s.stream.index();
        break;
      }
    }
  }
  return nullptr;
}

}  // namespace pac::parse
