// Names, calls, folds and literals: what stands between operators.
#include <limits>

#include "compiler/parse/build.h"
#include "compiler/parse/literals.h"
#include "compiler/parse/parse.h"
#include "compiler/parse/tree.h"

namespace pac::parse {

using ast::ExprId;
using ast::ExprKind;
using diag::Kind;

ExprId Builder::operand(T::OperandContext* ctx) {
  if (ctx->children.size() == 2) return negated(ctx);
  const ExprId value = postfix(child<T::PostfixContext>(ctx, 0));
  if (ctx->children.size() == 1) return value;
  return binary(ExprKind::at, value, span(terminal(ctx, 1)),
                postfix(child<T::PostfixContext>(ctx, 2)));
}

ExprId Builder::negated(T::OperandContext* ctx) {
  const Token& minus = terminal(ctx, 0);
  auto* inner = child<T::OperandContext>(ctx, 1);
  if (inner->start == inner->stop && first(inner).is(T::INT)) return integer(first(inner), &minus);
  const bool fits = enter(span(minus));
  ast::Expr e;
  e.kind = fits ? ExprKind::negate : ExprKind::invalid;
  if (fits) e.a = operand(inner);
  --depth_;
  e.op_span = span(minus);
  e.span = span(ctx);
  return push(e);
}

// The least int has a magnitude that no int has, so the sign is read with the digits.
ExprId Builder::integer(const Token& digits, const Token* minus) {
  int64_t value = 0;
  const Span place = minus == nullptr ? span(digits) : join(span(*minus), span(digits));
  if (digits.synthetic ||
      !decode_int(text(digits), minus != nullptr, span(digits), emitter_, &value)) {
    return invalid(place);
  }
  const bool least = value == std::numeric_limits<int64_t>::min();
  ast::Expr e;
  e.kind = ExprKind::int_lit;
  e.int_value = minus == nullptr || least ? value : -value;
  e.span = least ? place : span(digits);
  e.text = file_.text(e.span);
  const ExprId id = push(e);
  if (minus == nullptr || least) return id;
  ast::Expr n;
  n.kind = ExprKind::negate;
  n.a = id;
  n.op_span = span(*minus);
  n.span = place;
  return push(n);
}

ExprId Builder::members(ExprId of, const antlr4::ParserRuleContext* ctx, size_t from) {
  if (!sum_fits((ctx->children.size() - from) / 2 + 1, span(ctx))) return invalid(span(ctx));
  for (size_t i = from; i + 1 < ctx->children.size(); i += 2) {
    ast::Expr e;
    e.kind = ExprKind::member;
    e.a = of;
    e.op_span = span(terminal(ctx, i));
    e.name = name(child<T::NameContext>(ctx, i + 1));
    e.span = join(span(of), e.name.span);
    of = push(e);
  }
  return of;
}

ExprId Builder::name_expr(const Token& t) {
  ast::Expr e;
  e.kind = ExprKind::name;
  e.name = name(t);
  e.span = span(t);
  return push(e);
}

ExprId Builder::postfix(T::PostfixContext* ctx) {
  const size_t n = ctx->children.size();
  if (auto* callee_ctx = ctx->callee()) {
    if (n > 1)
      return ctx->arguments() != nullptr && ctx->arguments()->FOR() != nullptr ? fold(ctx)
                                                                               : call(ctx);
    return members(name_expr(first(callee_ctx)), callee_ctx, 1);
  }
  if (auto* value = ctx->literal()) {
    return value->children.size() == 2 ? duration(first(value), terminal(value, 1))
                                       : literal(first(value));
  }
  if (auto* value = ctx->group()) return members(group(value), ctx, 1);
  if (n > 1 && terminal(ctx, 1).is(T::LPAREN)) return count_fold(ctx);
  return members(name_expr(first(ctx)), ctx, 1);
}

ast::Arg Builder::arg(T::ArgContext* ctx) {
  ast::Arg a;
  if (auto* n = ctx->name()) a.name = name(n);
  a.value = expr(ctx->expr());
  return a;
}

ExprId Builder::call(T::PostfixContext* ctx) {
  auto* callee_ctx = ctx->callee();
  const ExprId callee = members(name_expr(first(callee_ctx)), callee_ctx, 1);
  std::vector<ast::Arg> args;
  const bool fits = enter(span(terminal(ctx, 1)));
  if (fits && ctx->arguments() != nullptr) {
    for (auto* a : ctx->arguments()->arg()) args.push_back(arg(a));
  }
  --depth_;
  if (!fits) return invalid(span(ctx));
  const size_t close = ctx->arguments() == nullptr ? 2 : 3;
  const ExprId id = add(ExprKind::call, join(span(callee), span(terminal(ctx, close))));
  module_.expr(id).a = callee;
  module_.expr(id).op_span = span(terminal(ctx, 1));
  set_args(id, args);
  return members(id, ctx, close + 1);
}

ExprId Builder::count_fold(T::PostfixContext* ctx) {
  if (!enter(span(first(ctx)))) {
    --depth_;
    return invalid(span(ctx));
  }
  ast::Expr e;
  e.kind = ExprKind::count;
  e.op_span = span(first(ctx));
  e.name = name(ctx->name(0));
  e.a = postfix(ctx->postfix());
  if (auto* where = ctx->expr()) e.b = expr(where);
  --depth_;
  e.span = span(ctx);
  return push(e);
}

// `sum(v.a for v in xs where c)`, in the grammar a call: only here it matters which function it is.
ExprId Builder::fold(T::PostfixContext* ctx) {
  auto* arguments = ctx->arguments();
  const Token& function = first(ctx->callee());
  const std::string_view word = text(function);
  ast::Expr e;
  if (word == "sum")
    e.kind = ExprKind::sum;
  else if (word == "min")
    e.kind = ExprKind::min;
  else if (word == "max")
    e.kind = ExprKind::max;
  T::ArgContext* projected = arguments->arg(0);
  if (e.kind == ExprKind::invalid || ctx->callee()->start != ctx->callee()->stop ||
      projected->name() != nullptr) {
    auto message = emitter_.emit(Kind::bad_fold, span(ctx->callee()),
                                 {{"seen", std::string(file_.text(span(ctx->callee())))}});
    message.label("does not fold a list")
        .help(word == "any" || word == "all" || word == "none" || word == "some" || word == "every"
                  ? "a test of a list is written `any v in xs: …`, `all v in xs: …` or `none v in "
                    "xs: …`"
                  : "the folds are `count(v in xs where …)` and `sum`, `min`, `max` as in "
                    "`sum(v.amount for v in xs)`");
    return invalid(span(ctx));
  }
  if (!enter(span(function))) {
    --depth_;
    return invalid(span(ctx));
  }
  e.op_span = span(function);
  e.c = expr(projected->expr());
  e.name = name(arguments->name());
  e.a = postfix(arguments->postfix());
  if (auto* where = arguments->expr()) e.b = expr(where);
  --depth_;
  const size_t close = 3;
  e.span = join(span(function), span(terminal(ctx, close)));
  return members(push(e), ctx, close + 1);
}

ExprId Builder::duration(const Token& count, const Token& unit) {
  int64_t value = 0;
  const Span place = join(span(count), span(unit));
  if (count.synthetic || !decode_int(text(count), false, span(count), emitter_, &value))
    return invalid(place);
  ast::Expr e;
  e.kind = ExprKind::duration_lit;
  e.int_value = value;
  e.name = name(unit);
  e.text = text(count);
  e.span = place;
  return push(e);
}

ExprId Builder::literal(const Token& t) {
  const Span place = span(t);
  if (t.synthetic && !t.is(T::STRING)) return invalid(place);
  ast::Expr e;
  e.span = place;
  e.text = text(t);
  switch (t.kind) {
    case T::INT:
      return integer(t, nullptr);
    case T::DECIMAL:
      e.kind = check_decimal(e.text, place, emitter_) ? ExprKind::decimal_lit : ExprKind::invalid;
      break;
    case T::DATE:
      e.kind = ExprKind::date_lit;
      break;  // the checker knows the calendar
    case T::DATETIME:
      e.kind = ExprKind::datetime_lit;
      break;
    case T::STRING:
      e.kind = ExprKind::string_lit;
      e.string = static_cast<uint32_t>(module_.strings.size());
      module_.strings.push_back(string(t));
      break;
    case T::TRUE:
    case T::FALSE:
      e.kind = ExprKind::bool_lit;
      e.int_value = t.is(T::TRUE) ? 1 : 0;
      break;
    case T::MISSING:
      e.kind = ExprKind::missing_lit;
      break;
    default:
      break;
  }
  return push(e);
}

ExprId Builder::values(ExprKind kind, const std::vector<T::ExprContext*>& list, Span place) {
  std::vector<ast::Arg> args;
  args.reserve(list.size());
  for (auto* value : list) args.push_back({{}, expr(value)});
  const ExprId id = add(kind, place);
  set_args(id, args);
  return id;
}

ExprId Builder::group(T::GroupContext* ctx) {
  const Token& begin = first(ctx);
  const bool fits = enter(span(begin));
  ExprId id = ExprId::none;
  if (!fits) {
    id = invalid(span(ctx));
  } else if (begin.is(T::LPAREN)) {
    id = expr(child<T::ExprContext>(ctx, 1));
    module_.expr(id).parens = true;
    module_.expr(id).span = span(ctx);
  } else if (begin.is(T::LBRACK)) {
    id = values(ExprKind::list_lit, ctx->expr(), span(ctx));
  } else if (auto* set = ctx->setLit()) {
    id = values(ExprKind::set_lit, set->expr(), span(ctx));
  } else if (ctx->record()->children.size() == 2) {
    id = values(ExprKind::set_lit, {}, span(ctx));
  } else {
    id = record(ctx->record());
  }
  --depth_;
  return id;
}

ExprId Builder::record(T::RecordContext* ctx) {
  std::vector<ast::Arg> args;
  for (auto* entry : ctx->entry()) {
    const ast::Name entry_name = name(entry->name());
    args.push_back({entry_name, expr(entry->expr())});
  }
  const ExprId id = add(ExprKind::record_lit, span(ctx));
  set_args(id, args);
  return id;
}

ExprId Builder::bound(T::BoundContext* ctx) {
  const Token& begin = first(ctx);
  if (auto* names = ctx->boundPath()) return members(name_expr(begin), names, 1);
  if (ctx->TIME_UNIT() != nullptr) return duration(begin, terminal(ctx, 1));
  if (!begin.is(T::MINUS)) return literal(begin);
  const Token& digits = terminal(ctx, 1);
  if (digits.is(T::INT)) return integer(digits, &begin);
  ast::Expr e;
  e.kind = ExprKind::negate;
  e.a = literal(digits);
  e.op_span = span(begin);
  e.span = join(span(begin), span(digits));
  return push(e);
}

}  // namespace pac::parse
