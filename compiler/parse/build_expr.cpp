// Conditions and arithmetic. Every recursion over expressions is counted in depth_ (brackets,
// `not`, `-`, `if`, quantifiers); chains of one operator are loops.
#include <algorithm>

#include "compiler/parse/build.h"
#include "compiler/parse/parse.h"
#include "compiler/parse/tree.h"

namespace pac::parse {

using ast::ExprId;
using ast::ExprKind;
using diag::Kind;

namespace {

ExprKind kind_of(const Token& op) {
  switch (op.kind) {
    case T::EQ:
      return ExprKind::eq;
    case T::NE:
      return ExprKind::ne;
    case T::LT:
      return ExprKind::lt;
    case T::LE:
      return ExprKind::le;
    case T::GT:
      return ExprKind::gt;
    case T::GE:
      return ExprKind::ge;
    case T::PLUS:
      return ExprKind::add;
    case T::MINUS:
      return ExprKind::sub;
    case T::STAR:
      return ExprKind::mul;
    case T::SLASH:
      return ExprKind::div;
    case T::STARTS_WITH:
      return ExprKind::starts_with;
    case T::ENDS_WITH:
      return ExprKind::ends_with;
    case T::CONTAINS:
      return ExprKind::contains;
    case T::MATCHES:
      return ExprKind::matches;
    case T::INTERSECTS:
      return ExprKind::intersects;
    case T::SUBSET_OF:
      return ExprKind::subset_of;
    case T::ANY:
      return ExprKind::any;
    case T::ALL:
      return ExprKind::all;
    case T::NONE:
      return ExprKind::none;
    default:
      return ExprKind::invalid;
  }
}

bool is_null_word(std::string_view text) {
  return text == "null" || text == "nil" || text == "undefined" || text == "None" || text == "NULL";
}

}  // namespace

bool Builder::enter(Span place) {
  if (++depth_ <= kMaxNesting) return true;
  if (depth_ == kMaxNesting + 1) {
    emitter_.emit(Kind::nesting_too_deep, place, {{"limit", int64_t{kMaxNesting}}})
        .help("name parts with `let`, or write a table");
  }
  return false;
}

bool Builder::chain_fits(size_t terms, Span place) {
  if (terms <= static_cast<size_t>(kMaxChain)) return true;
  too_long(terms, kMaxChain, place)
      .help("many values of one field are a set, `x in {…}`; many cases are the rows of a table");
  return false;
}

bool Builder::sum_fits(size_t terms, Span place) {
  if (terms <= static_cast<size_t>(kMaxSum)) return true;
  too_long(terms, kMaxSum, place)
      .help(
          "name parts of it with `let`; many amounts of one kind are a list, `sum(x for x in xs)`");
  return false;
}

diag::Builder Builder::too_long(size_t terms, int limit, Span place) {
  return emitter_.emit(Kind::chain_too_long, place,
                       {{"count", static_cast<int64_t>(terms)}, {"limit", int64_t{limit}}});
}

ExprId Builder::binary(ExprKind kind, ExprId a, Span op, ExprId b) {
  ast::Expr e;
  e.kind = kind;
  e.a = a;
  e.b = b;
  e.op_span = op;
  e.span = join(span(a), span(b));
  return push(e);
}

ExprId Builder::push(ast::Expr e) {
  uint32_t depth = 0;
  for (const ExprId part : {e.a, e.b, e.c}) {
    if (present(part)) depth = std::max(depth, tree_depths_[static_cast<uint32_t>(part)]);
  }
  const ExprId id = module_.add(e);
  tree_depths_.push_back(depth + 1);
  bound_tree(id);
  return id;
}

// Chains within brackets within chains: each is within its limit, and together they are not.
void Builder::bound_tree(ExprId id) {
  uint32_t& depth = tree_depths_[static_cast<uint32_t>(id)];
  if (depth <= static_cast<uint32_t>(kMaxTreeDepth)) return;
  depth = 1;
  ast::Expr& e = module_.expr(id);
  emitter_.emit(Kind::nesting_too_deep, e.span, {{"limit", int64_t{kMaxTreeDepth}}})
      .label("operators and brackets together")
      .help("name parts with `let`, or write a table");
  ast::Expr invalid_expr;
  invalid_expr.span = e.span;
  e = invalid_expr;
}

void Builder::set_args(ExprId id, const std::vector<ast::Arg>& args) {
  ast::Expr& e = module_.expr(id);
  e.first_arg = static_cast<uint32_t>(module_.args.size());
  e.arg_count = static_cast<uint32_t>(args.size());
  module_.args.insert(module_.args.end(), args.begin(), args.end());
  uint32_t& depth = tree_depths_[static_cast<uint32_t>(id)];
  for (const ast::Arg& arg : args) {
    if (present(arg.value))
      depth = std::max(depth, 1 + tree_depths_[static_cast<uint32_t>(arg.value)]);
  }
  bound_tree(id);
}

ExprId Builder::list_of(const std::vector<ExprId>& values, Span place) {
  const ExprId id = add(ExprKind::list_lit, place);
  std::vector<ast::Arg> args;
  for (const ExprId value : values) args.push_back({{}, value});
  set_args(id, args);
  return id;
}

ExprId Builder::as_record(ExprId id) {
  ast::Expr& e = module_.expr(id);
  if (e.kind == ExprKind::set_lit && e.arg_count == 0 && !e.parens) e.kind = ExprKind::record_lit;
  return id;
}

ExprId Builder::expr(T::ExprContext* ctx) {
  if (ctx->children.size() == 1) return comparison(child<T::ComparisonContext>(ctx, 0));
  if (ctx->children.size() == 3) return logical_chain(ctx);
  const bool fits = enter(span(first(ctx)));
  ExprId id = ExprId::none;
  if (!fits) {
    id = invalid(span(ctx));
  } else if (ctx->children.size() == 2) {
    const Token& op = terminal(ctx, 0);
    ast::Expr e;
    e.kind = ExprKind::not_;
    e.a = expr(child<T::ExprContext>(ctx, 1));
    e.op_span = span(op);
    e.span = join(span(op), span(e.a));
    id = push(e);
  } else if (first(ctx).is(T::IF)) {
    id = conditional(ctx);
  } else {
    id = quantifier(ctx);
  }
  --depth_;
  return id;
}

// `a and b and c` is a tree that leans left and may be a thousand deep, so its spine is walked in a
// loop.
ExprId Builder::logical_chain(T::ExprContext* ctx) {
  std::vector<T::ExprContext*> spine;
  T::ExprContext* leftmost = ctx;
  while (leftmost->children.size() == 3) {
    spine.push_back(leftmost);
    leftmost = child<T::ExprContext>(leftmost, 0);
  }
  if (!chain_fits(spine.size() + 1, span(ctx))) return invalid(span(ctx));
  ExprId left = expr(leftmost);
  bool warned = false;
  for (size_t i = spine.size(); i-- > 0;) {
    const Token& op = terminal(spine[i], 1);
    const ExprId right = expr(child<T::ExprContext>(spine[i], 2));
    const ExprId both =
        binary(op.is(T::AND) ? ExprKind::and_ : ExprKind::or_, left, span(op), right);
    if (!warned) {
      const size_t before = emitter_.warning_count();
      warn_mixed(both, left);
      warn_mixed(both, right);
      warned = emitter_.warning_count() != before;
    }
    left = both;
  }
  return left;
}

// The `and` or `or` that an operand ends in without brackets: `any v in xs: a or b` reaches to the
// end of the text, and so does the `else` of an `if`.
ExprId Builder::open_tail(ExprId id) const {
  for (;;) {
    const ast::Expr& e = module_.expr(id);
    if (e.parens) return ExprId::none;
    if (e.kind == ExprKind::and_ || e.kind == ExprKind::or_) return id;
    if (e.kind == ExprKind::any || e.kind == ExprKind::all || e.kind == ExprKind::none)
      id = e.b;
    else if (e.kind == ExprKind::if_)
      id = e.c;
    else if (e.kind == ExprKind::not_)
      id = e.a;
    else
      return ExprId::none;
  }
}

void Builder::warn_mixed(ExprId outer, ExprId operand_id) {
  const ExprId inner = open_tail(operand_id);
  if (!present(inner)) return;
  const ast::Expr& o = module_.expr(outer);
  const ast::Expr& i = module_.expr(inner);
  if (o.kind == i.kind) return;
  const bool inner_is_and = i.kind == ExprKind::and_;
  const ast::Expr& group = module_.expr(operand_id);
  emitter_.emit(Kind::mixed_and_or, o.op_span)
      .label(inner_is_and ? "`or` joins" : "`and` joins")
      .also(i.op_span, inner_is_and ? "what `and` has joined before it"
                                    : "what this `or` has joined before it")
      .fix(group.span, "(" + std::string(file_.text(group.span)) + ")",
           "write the brackets that are meant now");
}

ExprId Builder::quantifier(T::ExprContext* ctx) {
  ast::Expr e;
  const Token& word = terminal(ctx, 0);
  e.kind = kind_of(word);
  e.op_span = span(word);
  e.name = name(child<T::NameContext>(ctx, 1));
  e.a = postfix(child<T::PostfixContext>(ctx, 3));
  e.b = expr(child<T::ExprContext>(ctx, 5));
  e.span = span(ctx);
  return push(e);
}

ExprId Builder::conditional(T::ExprContext* ctx) {
  ast::Expr e;
  e.kind = ExprKind::if_;
  e.op_span = span(terminal(ctx, 0));
  e.a = expr(child<T::ExprContext>(ctx, 1));
  e.b = expr(child<T::ExprContext>(ctx, 3));
  e.c = expr(child<T::ExprContext>(ctx, 5));
  e.span = span(ctx);
  return push(e);
}

ExprId Builder::comparison(T::ComparisonContext* ctx) {
  const ExprId a = sum(child<T::SumContext>(ctx, 0));
  if (ctx->children.size() == 1) return a;
  if (auto* compare = ctx->compareOp()) {
    const Token& op = first(compare);
    const ExprId id = binary(kind_of(op), a, span(op), sum(child<T::SumContext>(ctx, 2)));
    check_missing_compared(id);
    return id;
  }
  if (auto* text_op = ctx->textOp()) {
    const Token& op = first(text_op);
    return binary(kind_of(op), a, span(op), operand(child<T::OperandContext>(ctx, 2)));
  }
  const Token& op = terminal(ctx, 1);
  if (op.is(T::IN))
    return binary(ExprKind::in, a, span(op), membership(child<T::MembershipContext>(ctx, 2)));
  const Token& word = terminal(ctx, 2);
  ast::Expr e;
  e.kind = word.is(T::PRESENT) ? ExprKind::is_present : ExprKind::is_missing;
  e.a = a;
  e.op_span = join(span(op), span(word));
  e.span = join(span(a), span(word));
  return push(e);
}

void Builder::check_missing_compared(ExprId id) {
  const ast::Expr& e = module_.expr(id);
  if (e.kind != ExprKind::eq && e.kind != ExprKind::ne) return;
  const ast::Expr& b = module_.expr(e.b);
  const bool null_word = b.kind == ExprKind::name && is_null_word(b.name.text);
  if (!null_word && b.kind != ExprKind::missing_lit) return;
  const std::string instead = e.kind == ExprKind::eq ? "is missing" : "is present";
  emitter_.emit(Kind::compared_with_missing, b.span, {{"seen", std::string(file_.text(b.span))}})
      .label("is not a value")
      .fix(join(e.op_span, b.span), instead, "write `" + instead + "`");
  module_.expr(id).kind = ExprKind::invalid;
}

ExprId Builder::range(ExprId low, T::RangeOpContext* op, ExprId high) {
  const Token& sign = first(op);
  const ExprId id = binary(ExprKind::range, low, span(sign), high);
  module_.expr(id).open_low = sign.is(T::RANGE_LOWER_OPEN) || sign.is(T::RANGE_OPEN);
  module_.expr(id).open_high = sign.is(T::RANGE_UPPER_OPEN) || sign.is(T::RANGE_OPEN);
  return id;
}

ExprId Builder::membership(T::MembershipContext* ctx) {
  const ExprId low = sum(child<T::SumContext>(ctx, 0));
  if (ctx->children.size() == 1) return low;
  return range(low, child<T::RangeOpContext>(ctx, 1), sum(child<T::SumContext>(ctx, 2)));
}

ExprId Builder::sum(T::SumContext* ctx) {
  ExprId left = product(child<T::ProductContext>(ctx, 0));
  if (!sum_fits(ctx->children.size() / 2 + 1, span(ctx))) return invalid(span(ctx));
  for (size_t i = 1; i + 1 < ctx->children.size(); i += 2) {
    const Token& op = terminal(ctx, i);
    left = binary(kind_of(op), left, span(op), product(child<T::ProductContext>(ctx, i + 1)));
  }
  return left;
}

ExprId Builder::product(T::ProductContext* ctx) {
  ExprId left = coalesced(child<T::CoalescedContext>(ctx, 0));
  if (!sum_fits(ctx->children.size() / 2 + 1, span(ctx))) return invalid(span(ctx));
  for (size_t i = 1; i + 1 < ctx->children.size(); i += 2) {
    const Token& op = terminal(ctx, i);
    left = binary(kind_of(op), left, span(op), coalesced(child<T::CoalescedContext>(ctx, i + 1)));
  }
  return left;
}

ExprId Builder::coalesced(T::CoalescedContext* ctx) {
  ExprId left = operand(child<T::OperandContext>(ctx, 0));
  if (!sum_fits(ctx->children.size() / 2 + 1, span(ctx))) return invalid(span(ctx));
  for (size_t i = 1; i + 1 < ctx->children.size(); i += 2) {
    left = binary(ExprKind::default_, left, span(terminal(ctx, i)),
                  operand(child<T::OperandContext>(ctx, i + 1)));
  }
  return left;
}

}  // namespace pac::parse
