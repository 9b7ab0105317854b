#include "compiler/parse/reader.h"

namespace pac::parse {

using diag::Kind;

bool Reader::read_decision() {
  auto* head = piece(&T::decisionHead);
  if (head == nullptr) return false;
  ast::Decision out;
  out.name = builder_.name(head->name());
  body_ = {};
  otherwise_reported_ = false;
  const size_t close = tokens_[at_ - 1].partner;
  sequence(
      close, [this](size_t i) { return starts_decision_item(i); },
      [&] { return read_decision_item(&out); });
  module_.decisions.push_back(std::move(out));
  return true;
}

// Where a clause most likely begins; asked after a mistake only, since all of these words may be
// names.
bool Reader::starts_decision_item(size_t i) const {
  if (!is_fresh(i)) return false;
  const uint16_t next = kind(i + 1);
  switch (kind(i)) {
    case T::INPUT:
    case T::OUTPUT:
    case T::CONTEXT:
      return next == T::LBRACE;
    case T::FEATURE:
    case T::LET:
    case T::MAY_USE:
    case T::CITES:
      return is_name(next);
    case T::RULES:
    case T::TABLE:
      return is_name(next) || next == T::LBRACE;
    case T::ASSUME:
    case T::RESULT:
    case T::AT_SIGN:
      return true;
    default:
      return tokens_[i].starts_line && kind(i) == T::IDENT && next == T::LBRACE;  // a misspelt one
  }
}

bool Reader::read_decision_item(ast::Decision* decision) {
  switch (kind(at_)) {
    case T::INPUT:
    case T::OUTPUT:
      return read_fields_block(decision);
    case T::CONTEXT:
      return read_context(decision);
    case T::RULES:
      return read_rules(decision);
    case T::TABLE:
      return read_table(decision);
    case T::RESULT:
      return read_result(decision);
    case T::FEATURE: {
      auto* feature = piece(&T::feature);
      if (feature != nullptr) decision->features.push_back(builder_.feature(feature));
      return feature != nullptr;
    }
    case T::LET: {
      auto* let = piece(&T::let);
      if (let != nullptr) decision->lets.push_back(builder_.let(let));
      return let != nullptr;
    }
    case T::ASSUME: {
      auto* assume = piece(&T::assume);
      if (assume != nullptr)
        decision->assumes.push_back({builder_.expr(assume->expr()), builder_.span(assume)});
      return assume != nullptr;
    }
    case T::MAY_USE: {
      auto* may_use = piece(&T::mayUse);
      if (may_use != nullptr) decision->may_use.push_back(builder_.may_use(may_use));
      return may_use != nullptr;
    }
    case T::AT_SIGN: {
      auto* annotation = piece(&T::annotation);
      if (annotation != nullptr) decision->annotations.push_back(builder_.annotation(annotation));
      return annotation != nullptr;
    }
    case T::CITES: {
      auto* cites = piece(&T::cites);
      if (cites != nullptr) decision->cites.push_back(builder_.cite(cites));
      return cites != nullptr;
    }
    default:
      piece(&T::decisionItem);
      return false;  // reports what a decision may hold
  }
}

bool Reader::read_fields_block(ast::Decision* decision) {
  const size_t word = at_;
  if (piece(&T::fieldsHead) == nullptr) return false;
  const bool is_input = kind(word) == T::INPUT;
  bool& seen = is_input ? decision->has_input : decision->has_output;
  if (seen) {
    emitter_.emit(Kind::repeated_clause, span(word), {{"clause", std::string(text(word))}})
        .help("put all fields into one block");
  }
  seen = true;
  auto fields = read_fields(at_ - 1);
  auto& into = is_input ? decision->inputs : decision->outputs;
  into.insert(into.end(), std::make_move_iterator(fields.begin()),
              std::make_move_iterator(fields.end()));
  return true;
}

bool Reader::read_context(ast::Decision* decision) {
  const size_t word = at_;
  if (piece(&T::contextHead) == nullptr) return false;
  if (decision->has_context) {
    emitter_.emit(Kind::repeated_clause, span(word), {{"clause", "context"}})
        .help("put all of it into one block");
  }
  decision->has_context = true;
  const size_t close = tokens_[at_ - 1].partner;
  const auto starts = [&](size_t i) {
    const uint16_t next = kind(i + 1);
    return is_fresh(i) && is_name(kind(i)) &&
           (next == T::COLON || (kind(i) == T::ZONE && next == T::STRING));
  };
  sequence(close, starts, [&] {
    auto* item = piece(&T::contextItem);
    if (item == nullptr) return false;
    if (item->field() != nullptr) {
      decision->context.push_back(builder_.field(item->field()));
    } else {
      decision->zones.push_back(
          {builder_.string(Builder::token(item->STRING())), builder_.span(item)});
    }
    if (at_ < close && here(T::COMMA)) ++at_;
    return true;
  });
  return true;
}

// A decision decides in one way: by a result, by rules or by a table.
bool Reader::claim_body(ast::Decision* decision, Span place, const char* clause) {
  if (!decision->has_rules && !decision->has_table && !ast::present(decision->result)) {
    body_ = place;
    return true;
  }
  emitter_.emit(Kind::second_body, place)
      .label(std::string("a decision has one `result`, `rules` or `table`; this is a further `") +
             clause + "`")
      .also(body_, "the first one");
  return false;
}

bool Reader::read_result(ast::Decision* decision) {
  const size_t word = at_;
  auto* result = piece(&T::result);
  if (result == nullptr) return false;
  const bool is_first = claim_body(decision, span(word), "result");
  const ast::ExprId value = builder_.as_record(builder_.expr(result->expr()));
  if (!is_first) return true;
  decision->result = value;
  decision->result_span = builder_.span(result);
  return true;
}

// `rules by priority {`. Where the policy is wrong the rules are still read.
bool Reader::read_policy_head(ast::Decision* decision, size_t* open) {
  const size_t word = at_;
  const bool is_table = kind(word) == T::TABLE;
  ast::HitPolicy policy;
  bool read = false;
  if (is_table) {
    if (auto* head = piece(&T::tableHead)) policy = builder_.policy(head->policy()), read = true;
  } else {
    if (auto* head = piece(&T::rulesHead)) policy = builder_.policy(head->policy()), read = true;
  }
  if (read) {
    *open = at_ - 1;
  } else {
    const auto body = find_body(word + 1, tokens_.size() - 1);
    if (!body.has_value()) return false;
    *open = *body;
    const size_t close = tokens_[*body].partner;
    // Without row ends the lines are not those of a table.
    if (is_table && close != *body + 1 && kind(close - 1) != T::ROW_END) return false;
  }
  if (!claim_body(decision, span(word), is_table ? "table" : "rules")) {
    at_ = tokens_[*open].partner + 1;
    return false;
  }
  (is_table ? decision->has_table : decision->has_rules) = true;
  decision->policy = std::move(policy);
  decision->policy_span = span(word, *open - 1);
  return true;
}

void Reader::add_otherwise(ast::Decision* decision, ast::Otherwise otherwise) {
  if (decision->otherwise.present) {
    emitter_.emit(Kind::repeated_clause, otherwise.span, {{"clause", "otherwise"}})
        .also(decision->otherwise.span, "the first one");
    return;
  }
  decision->otherwise = std::move(otherwise);
}

// Reported once: the cure is to move `otherwise`.
void Reader::check_nothing_follows(const ast::Decision& decision, const char* what) {
  if (!decision.otherwise.present || otherwise_reported_ || explainer_.is_consequence(at_)) return;
  otherwise_reported_ = true;
  emitter_.emit(Kind::misplaced_otherwise, decision.otherwise.span).also(span(at_), what);
}

bool Reader::read_rules(ast::Decision* decision) {
  size_t open = 0;
  const size_t begin = at_;
  if (!read_policy_head(decision, &open)) return at_ != begin;
  at_ = open + 1;
  const auto starts = [&](size_t i) {
    const bool begins = (kind(i) == T::RULE && is_name(kind(i + 1))) || kind(i) == T::OTHERWISE ||
                        kind(i) == T::AT_SIGN;
    return begins && is_fresh(i);
  };
  sequence(tokens_[open].partner, starts, [&] { return read_rule(decision); });
  return true;
}

bool Reader::read_rule(ast::Decision* decision) {
  const size_t begin = at_;
  std::vector<ast::Annotation> annotations;
  std::string_view doc;
  if (!read_annotations(&annotations, &doc)) return false;
  if (here(T::OTHERWISE)) {
    auto* tree = piece(&T::otherwise);
    if (tree == nullptr) return false;
    ast::Otherwise otherwise = builder_.otherwise(tree);
    otherwise.annotations = std::move(annotations);
    add_otherwise(decision, std::move(otherwise));
    return true;
  }
  if (!here(T::RULE)) {
    piece(&T::ruleItem);
    return false;
  }
  check_nothing_follows(*decision, "a rule after it");
  auto* tree = piece(&T::ruleDecl);
  if (tree == nullptr) return false;
  ast::Rule rule = builder_.rule(tree);
  rule.annotations = std::move(annotations);
  rule.doc = doc;
  rule.span = span(begin, at_ - 1);
  decision->rules.push_back(std::move(rule));
  return true;
}

bool Reader::read_table(ast::Decision* decision) {
  size_t open = 0;
  const size_t begin = at_;
  if (!read_policy_head(decision, &open)) return at_ != begin;
  at_ = open + 1;
  bool has_header = false;
  const auto starts = [&](size_t i) { return kind(i - 1) == T::ROW_END; };
  sequence(tokens_[open].partner, starts, [&] {
    if (has_header) return read_row(decision);
    has_header = true;
    auto* header = piece(&T::header);
    if (header != nullptr) builder_.header(header, &decision->table);
    return header != nullptr;
  });
  return true;
}

bool Reader::read_row(ast::Decision* decision) {
  const size_t begin = at_;
  std::vector<ast::Annotation> annotations;
  std::string_view doc;
  if (!read_annotations(&annotations, &doc)) return false;
  if (here(T::OTHERWISE) && kind(at_ + 1) != T::COLON) {
    auto* tree = piece(&T::tableOtherwise);
    if (tree == nullptr) return false;
    ast::Otherwise otherwise = builder_.otherwise(tree);
    otherwise.annotations = std::move(annotations);
    add_otherwise(decision, std::move(otherwise));
    return true;
  }
  check_nothing_follows(*decision, "a row after it");
  auto* tree = piece(&T::row);
  if (tree == nullptr) return false;
  ast::Row row = builder_.row(tree);
  row.annotations = std::move(annotations);
  row.doc = doc;
  row.span = span(begin, at_ - 1);
  decision->table.rows.push_back(std::move(row));
  return true;
}

}  // namespace pac::parse
