// Hit policies, rules, rows of tables.
#include "compiler/parse/build.h"
#include "compiler/parse/literals.h"

namespace pac::parse {

using ast::CellKind;
using ast::CellTest;
using ast::ExprId;
using ast::ExprKind;
using diag::Kind;
using Policy = ast::HitPolicy::Kind;

// ---- Hit policies
// -----------------------------------------------------------------------------------

Policy Builder::ranking(T::RankingContext* ctx, ast::HitPolicy* policy) {
  if (ctx->HIGHEST() != nullptr) {
    for (const ast::Name& column : names(ctx->name())) policy->ranked.push_back({column, {}});
    return Policy::by_highest;
  }
  for (auto* value : ctx->rankValue()) {
    if (value->name() != nullptr)
      policy->ranked.push_back({name(value->name()), {}});
    else if (policy->ranked.empty())
      policy->ranked.emplace_back();
    policy->ranked.back().values.push_back(bound(value->bound()));
  }
  return Policy::by_outcome;
}

ast::HitPolicy Builder::policy(T::PolicyContext* ctx) {
  ast::HitPolicy out;
  out.span = span(ctx);
  switch (first(ctx).kind) {
    case T::UNIQUE:
      out.kind = ctx->WITH() != nullptr ? Policy::unique_with_exceptions : Policy::unique;
      break;
    case T::ANY:
      out.kind = Policy::any;
      break;
    case T::FIRST:
      out.kind = Policy::first;
      break;
    case T::DENY_OVERRIDES:
      out.kind = Policy::deny_overrides;
      break;
    case T::PERMIT_OVERRIDES:
      out.kind = Policy::permit_overrides;
      break;
    case T::BY:
      out.kind = ctx->PRIORITY() != nullptr ? Policy::by_priority : ranking(ctx->ranking(), &out);
      break;
    default:
      out.kind = ctx->LIST() != nullptr ? Policy::collect_list : Policy::collect_folds;
      if (ctx->ranking() != nullptr) ranking(ctx->ranking(), &out);
      for (auto* f : ctx->fold()) {
        const auto parts = names(f->name());
        out.folds.push_back(
            {parts[0], parts[1], parts.size() > 2 ? parts[2] : ast::Name{}, span(f)});
      }
  }
  return out;
}

// ---- Rules
// ------------------------------------------------------------------------------------------

void Builder::rule_mark(T::RuleMarkContext* ctx, ast::Rule* rule) {
  const Token& word = first(ctx);
  if (word.is(T::PRIORITY)) {
    set_once("priority", rule->priority_span, span(ctx), rule->has_priority);
    rule->has_priority = true;
    rule->priority_span = span(ctx);
    const bool negative = ctx->MINUS() != nullptr;
    const Token& digits = token(ctx->INT());
    if (digits.synthetic) return;
    decode_int(text(digits), negative, span(digits), emitter_, &rule->priority);
  } else if (word.is(T::OVERRIDES)) {
    for (const ast::Name& n : names(ctx->name())) rule->overrides.push_back({n});
  } else if (word.is(T::EFFECTIVE)) {
    set_once("effective", rule->effective.span, span(ctx), rule->effective.present);
    const auto dates = ctx->DATE();
    rule->effective.present = true;
    rule->effective.from = date(token(dates[0]));
    rule->effective.from_span = span(dates[0]);
    if (dates.size() > 1) {
      rule->effective.to = date(token(dates[1]));
      rule->effective.to_span = span(dates[1]);
    }
    rule->effective.span = span(ctx);
  } else {
    set_once("for each", rule->for_each.span, span(ctx), rule->for_each.present);
    rule->for_each.present = true;
    rule->for_each.variable = name(ctx->name(0));
    rule->for_each.list = postfix(ctx->postfix());
    rule->for_each.span = span(ctx);
  }
}

void Builder::explanations(const std::vector<T::ExplanationContext*>& list, ast::Clauses* clauses) {
  for (auto* e : list) {
    ast::Explanation out;
    out.language_span = span(e->language());
    out.language = std::string(file_.text(out.language_span));
    out.text = string(token(e->STRING()));
    out.text_span = span(e->STRING());
    clauses->explanations.push_back(std::move(out));
  }
}

void Builder::clause(T::ClauseContext* ctx, ast::Clauses* clauses) {
  if (ctx->cites() != nullptr) {
    clauses->cites.push_back(cite(ctx->cites()));
  } else if (ctx->EXPLAIN() != nullptr) {
    explanations(ctx->explanation(), clauses);
  } else if (ctx->mayUse() != nullptr) {
    clauses->may_use.push_back(may_use(ctx->mayUse()));
  } else {
    ast::DutyUse use;
    use.name = name(ctx->name());
    use.is_advice = ctx->ADVISE() != nullptr;
    use.record = record(ctx->record());
    use.span = span(ctx);
    clauses->duties.push_back(use);
  }
}

void Builder::row_clause(T::RowClauseContext* ctx, ast::Clauses* clauses) {
  if (ctx->cites() != nullptr)
    clauses->cites.push_back(cite(ctx->cites()));
  else
    explanations(ctx->explanation(), clauses);
}

ast::Outcome Builder::outcome(T::ExprContext* ctx) { return {as_record(expr(ctx)), {}, span(ctx)}; }

ast::Rule Builder::rule(T::RuleDeclContext* ctx) {
  ast::Rule out;
  out.name = name(ctx->name());
  out.span = span(ctx);
  for (auto* mark : ctx->ruleMark()) rule_mark(mark, &out);
  const auto parts = ctx->expr();
  size_t next = 0;
  if (ctx->WHEN() != nullptr) {
    out.when = expr(parts[next++]);
  } else {
    emitter_.emit(Kind::rule_without_when, out.name.span, {{"rule", std::string(out.name.text)}})
        .help("write `when` and a condition first; `when true` fires always");
  }
  if (ctx->THEN() != nullptr) {
    out.outcome = outcome(parts[next]);
  } else {
    emitter_.emit(Kind::rule_without_then, out.name.span, {{"rule", std::string(out.name.text)}})
        .help("write `then { … }` after the condition");
  }
  for (auto* c : ctx->clause()) clause(c, &out.clauses);
  return out;
}

ast::Otherwise Builder::otherwise(T::OtherwiseContext* ctx) {
  ast::Otherwise out;
  out.present = true;
  out.outcome = outcome(ctx->expr());
  for (auto* c : ctx->clause()) clause(c, &out.clauses);
  out.span = span(ctx);
  return out;
}

// ---- Tables
// -----------------------------------------------------------------------------------------

ast::Otherwise Builder::otherwise(T::TableOtherwiseContext* ctx) {
  ast::Otherwise out;
  out.present = true;
  const auto parts = ctx->expr();
  if (ctx->ARROW() == nullptr) {
    out.outcome = outcome(parts[0]);
  } else {
    for (auto* value : parts) out.outcome.cells.push_back(expr(value));
    out.outcome.span = join(span(parts.front()), span(parts.back()));
  }
  for (auto* c : ctx->clause()) clause(c, &out.clauses);
  out.span = span(ctx);
  return out;
}

void Builder::header(T::HeaderContext* ctx, ast::Table* table) {
  for (auto* column : ctx->expr()) table->columns.push_back(expr(column));
  for (auto* output : ctx->path()) {
    table->outputs.push_back(name(output->name(0)));
    if (output->name().size() == 1) continue;
    emitter_
        .emit(Kind::dotted_output, span(output), {{"seen", std::string(file_.text(span(output)))}})
        .help("right of `=>` stand the names of the `output` block");
  }
  table->header_span = span(ctx);
}

void Builder::header(T::HeaderContext* ctx, ast::Test* test) {
  for (auto* column : ctx->expr()) test->case_inputs.push_back(expr(column));
  for (auto* output : ctx->path()) test->case_outputs.push_back(path(output));
}

CellTest Builder::cell_test(T::CellTestContext* ctx) {
  CellTest out;
  out.span = span(ctx);
  const Token& word = first(ctx);
  if (ctx->compareOp() != nullptr) {
    out.kind = CellTest::Kind::compare;
    switch (word.kind) {
      case T::EQ:
        out.op = ExprKind::eq;
        break;
      case T::NE:
        out.op = ExprKind::ne;
        break;
      case T::LT:
        out.op = ExprKind::lt;
        break;
      case T::LE:
        out.op = ExprKind::le;
        break;
      case T::GT:
        out.op = ExprKind::gt;
        break;
      default:
        out.op = ExprKind::ge;
        break;
    }
    out.operand = sum(ctx->sum(0));
  } else if (ctx->membership() != nullptr) {
    out.kind = CellTest::Kind::in;
    out.operand = membership(ctx->membership());
  } else if (ctx->textOp() != nullptr) {
    out.kind = CellTest::Kind::text;
    switch (word.kind) {
      case T::STARTS_WITH:
        out.op = ExprKind::starts_with;
        break;
      case T::ENDS_WITH:
        out.op = ExprKind::ends_with;
        break;
      case T::CONTAINS:
        out.op = ExprKind::contains;
        break;
      case T::MATCHES:
        out.op = ExprKind::matches;
        break;
      case T::INTERSECTS:
        out.op = ExprKind::intersects;
        break;
      default:
        out.op = ExprKind::subset_of;
        break;
    }
    out.operand = operand(ctx->operand());
  } else {
    out.operand = sum(ctx->sum(0));
    if (ctx->rangeOp() != nullptr) {
      out.kind = CellTest::Kind::range;
      out.operand = range(out.operand, ctx->rangeOp(), sum(ctx->sum(1)));
    } else if (module_.expr(out.operand).kind == ExprKind::missing_lit) {
      out.kind = CellTest::Kind::missing;
    }
  }
  return out;
}

ast::Cell Builder::cell(T::CellContext* ctx) {
  ast::Cell out;
  out.span = span(ctx);
  const auto tests = ctx->cellTest();
  if (tests.empty()) return out;  // `-`
  out.kind = CellKind::tests;
  out.negated = ctx->NOT() != nullptr;
  for (auto* t : tests) {
    if (t->PRESENT() == nullptr) {
      out.tests.push_back(cell_test(t));
    } else if (tests.size() == 1 && !out.negated) {
      out.kind = CellKind::present;
    } else {
      emitter_.emit(Kind::present_in_list, span(t))
          .help(out.negated ? "write `missing`"
                            : "`present` covers every value, so it stands alone in its cell");
      out.kind = CellKind::any;
      out.negated = false;
      out.tests.clear();
      return out;
    }
  }
  return out;
}

ast::Row Builder::row(T::RowContext* ctx) {
  ast::Row out;
  if (auto* label = ctx->name()) out.label = name(label);
  for (auto* c : ctx->cell()) out.cells.push_back(cell(c));
  const auto outcomes = ctx->expr();
  for (auto* value : outcomes) out.outcome.cells.push_back(expr(value));
  out.outcome.span = join(span(outcomes.front()), span(outcomes.back()));
  for (auto* c : ctx->rowClause()) row_clause(c, &out.clauses);
  out.doc = doc(first(ctx));
  out.span = span(ctx);
  return out;
}

ast::Test::Case Builder::case_row(T::CaseRowContext* ctx) {
  ast::Test::Case out;
  bool right = false;
  for (auto* part : ctx->children) {
    if (auto* cell_ctx = dynamic_cast<T::CaseCellContext*>(part)) {
      ExprId value = ExprId::none;  // `-`
      if (cell_ctx->expr() != nullptr) {
        value = expr(cell_ctx->expr());
      } else if (cell_ctx->OTHERWISE() != nullptr) {  // in a column `by`
        value = add(ast::ExprKind::name, span(cell_ctx));
        module_.expr(value).name = name(first(cell_ctx));
      }
      (right ? out.outputs : out.inputs).push_back(value);
    } else if (token(static_cast<antlr4::tree::TerminalNode*>(part)).is(T::ARROW)) {
      right = true;
    }
  }
  out.span = span(ctx);
  return out;
}

}  // namespace pac::parse
