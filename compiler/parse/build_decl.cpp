// Names, words for people, types, fields, tests.
#include <algorithm>

#include "compiler/parse/build.h"
#include "compiler/parse/literals.h"

namespace pac::parse {

using ast::ExprId;
using ast::ExprKind;
using diag::Kind;

std::string_view Builder::doc(const Token& t) const {
  const auto found = std::lower_bound(tokens_.docs.begin(), tokens_.docs.end(), t.index,
                                      [](const Doc& d, uint32_t index) { return d.token < index; });
  if (found == tokens_.docs.end() || found->token != t.index) return {};
  return file_.text({file_.id(), found->begin, found->end});
}

ast::Name Builder::name(const Token& t) const { return {text(t), span(t)}; }

std::vector<ast::Name> Builder::names(const std::vector<T::NameContext*>& list) const {
  std::vector<ast::Name> out;
  out.reserve(list.size());
  for (auto* n : list) out.push_back(name(n));
  return out;
}

ast::Path Builder::path(T::PathContext* ctx) const { return {names(ctx->name()), span(ctx)}; }

std::string Builder::string(const Token& t) {
  const std::string_view literal = text(t);
  if (!t.synthetic) return decode_string(literal, span(t), emitter_);
  // Reported by the lexer: in other quotes, or without a closing one. Its content stands for it.
  const auto width = [](char c) {
    return (static_cast<unsigned char>(c) >> 5) == 6    ? 2u
           : (static_cast<unsigned char>(c) >> 4) == 14 ? 3u
                                                        : 1u;
  };
  const size_t quote = std::min<size_t>(width(literal[0]), literal.size());
  const bool closed = literal[0] != '"' && literal.size() >= 2 * quote;
  return std::string(literal.substr(quote, literal.size() - (closed ? 2 * quote : quote)));
}

// A date where only a date may stand, as written; empty where the lexer has reported it. The
// checker knows the calendar.
std::string_view Builder::date(const Token& t) const {
  return t.synthetic ? std::string_view() : text(t);
}

int64_t Builder::whole(const Token& t) {
  int64_t value = 0;
  if (!t.synthetic) decode_int(text(t), false, span(t), emitter_, &value);
  return value;
}

ast::Annotation Builder::annotation(T::AnnotationContext* ctx) {
  ast::Annotation out;
  out.name = name(ctx->name());
  out.span = span(ctx);
  for (auto* a : ctx->arg()) out.args.push_back(arg(a));
  return out;
}

ast::Cite Builder::cite(T::CitesContext* ctx) {
  ast::Cite out;
  out.system = name(ctx->name());
  out.reference = string(token(ctx->STRING()));
  out.reference_span = span(ctx->STRING());
  for (auto* part : ctx->citePart()) {
    out.parts.push_back({name(part->name()), string(token(part->STRING())), span(part)});
  }
  out.span = span(ctx);
  return out;
}

ast::MayUse Builder::may_use(T::MayUseContext* ctx) {
  return {path(ctx->path()), {cite(ctx->cites())}, span(ctx)};
}

// ---- Types
// ------------------------------------------------------------------------------------------

void Builder::base_type(T::BaseTypeContext* ctx, ast::TypeRef* type) {
  const Token& word = first(ctx);
  if (auto* named = ctx->typePath()) {
    type->kind = ast::TypeRef::Kind::named;
    type->path = {names(named->name()), span(named)};
    type->path.names.insert(type->path.names.begin(), name(word));
  } else if (word.is(T::DECIMAL_T)) {
    type->kind = ast::TypeRef::Kind::decimal;
    type->scale = whole(token(ctx->INT()));
  } else {
    if (enter(span(word))) {
      type->kind = word.is(T::LIST) ? ast::TypeRef::Kind::list : ast::TypeRef::Kind::set;
      type->element.push_back(type_of(ctx->elementType()));
    }
    --depth_;
  }
}

ast::Domain Builder::compare_domain(const Token& op, T::BoundContext* bound_ctx, Span place) {
  ast::Domain d;
  d.kind = ast::DomainKind::compare;
  d.compare = op.is(T::GE)   ? ExprKind::ge
              : op.is(T::LE) ? ExprKind::le
              : op.is(T::LT) ? ExprKind::lt
                             : ExprKind::gt;
  d.parts.push_back(bound(bound_ctx));
  d.span = place;
  return d;
}

ast::Domain Builder::domain(T::ElementDomainContext* ctx) {
  const Token& word = first(ctx);
  if (word.is(T::GE) || word.is(T::LE) || word.is(T::LT))
    return compare_domain(word, ctx->bound(), span(ctx));
  ast::Domain d;
  d.span = span(ctx);
  if (word.is(T::MATCHES)) {
    d.kind = ast::DomainKind::matches;
    d.pattern = string(token(ctx->STRING()));
    return d;
  }
  if (word.is(T::MAX)) {
    d.kind = ctx->ITEMS() != nullptr ? ast::DomainKind::max_items : ast::DomainKind::max_chars;
    d.max = whole(token(ctx->INT()));
    return d;
  }
  const auto parts = ctx->domainPart();
  for (auto* part : parts) {
    const auto bounds = part->bound();
    if (part->rangeOp() != nullptr) {
      const ExprId low = bound(bounds[0]);
      d.parts.push_back(range(low, part->rangeOp(), bound(bounds[1])));
    } else {
      for (auto* b : bounds) d.parts.push_back(bound(b));
    }
  }
  const bool one_range = parts.size() == 1 && parts[0]->rangeOp() != nullptr;
  d.kind = one_range ? ast::DomainKind::range : ast::DomainKind::values;
  return d;
}

template <class Context>
ast::TypeRef Builder::type_of(Context* ctx) {
  ast::TypeRef type;
  type.span = span(ctx);
  base_type(ctx->baseType(), &type);
  type.optional = ctx->QUESTION() != nullptr;
  if (ctx->UNIT() != nullptr) type.unit = name(ctx->name());
  if constexpr (std::is_same_v<Context, T::TypeContext>) {
    for (auto* d : ctx->domain()) {
      if (auto* common = d->elementDomain())
        type.domains.push_back(domain(common));
      else
        type.domains.push_back(compare_domain(first(d), d->bound(), span(d)));
    }
  } else {
    for (auto* d : ctx->elementDomain()) type.domains.push_back(domain(d));
  }
  return type;
}

ast::TypeRef Builder::type(T::TypeContext* ctx) { return type_of(ctx); }

ast::Field Builder::field(T::FieldContext* ctx) {
  ast::Field out;
  out.name = name(ctx->name());
  out.type = type(ctx->type());
  for (auto* a : ctx->annotation()) out.annotations.push_back(annotation(a));
  out.doc = doc(first(ctx));
  out.span = span(ctx);
  return out;
}

ast::EnumValue Builder::enum_value(T::EnumValueContext* ctx) {
  ast::EnumValue out;
  out.name = name(ctx->name());
  out.wire = std::string(out.name.text);
  if (auto* wire = ctx->STRING()) {
    out.wire = string(token(wire));
    out.has_wire = true;
    out.wire_span = span(wire);
  }
  out.doc = doc(first(ctx));
  return out;
}

ast::ParamLine Builder::param_line(T::ParamLineContext* ctx) {
  ast::ParamLine out;
  out.from = date(token(ctx->DATE()));
  out.from_span = span(ctx->DATE());
  out.value = expr(ctx->expr());
  for (auto* c : ctx->cites()) out.cites.push_back(cite(c));
  out.span = span(ctx);
  return out;
}

ast::Feature Builder::feature(T::FeatureContext* ctx) {
  ast::Feature out;
  out.name = name(ctx->name());
  out.type = type(ctx->type());
  for (auto* a : ctx->annotation()) out.annotations.push_back(annotation(a));
  out.key = expr(ctx->expr());
  if (ctx->MAX_AGE() != nullptr) {
    out.max_age = whole(token(ctx->INT()));
    out.max_age_unit = name(token(ctx->TIME_UNIT()));
  }
  out.doc = doc(first(ctx));
  out.span = span(ctx);
  return out;
}

ast::Let Builder::let(T::LetContext* ctx) {
  ast::Let out;
  out.name = name(ctx->name());
  if (ctx->type() != nullptr) {
    out.has_type = true;
    out.type = type(ctx->type());
  }
  out.value = expr(ctx->expr());
  out.doc = doc(first(ctx));
  out.span = span(ctx);
  return out;
}

// ---- Tests
// ------------------------------------------------------------------------------------------

void Builder::set_once(const char* clause, Span before, Span again, bool present) {
  if (!present) return;
  auto message = emitter_.emit(Kind::repeated_clause, again, {{"clause", std::string(clause)}});
  if (before.has_place()) message.also(before, "the first one");
}

ast::FeatureValue Builder::feature_value(T::FeatureValueContext* ctx) {
  ast::FeatureValue out;
  out.name = path(ctx->path());
  out.value = expr(ctx->expr());
  out.span = span(ctx);
  const ast::Expr& value = module_.expr(out.value);
  if (value.kind == ExprKind::at && !value.parens) {
    out.at = value.b;
    out.value = value.a;
  }
  return out;
}

void Builder::expectation(T::TestItemContext* ctx, ast::Test* test) {
  ast::Expect out;
  auto* what = ctx->expected();
  const Token& word = first(what);
  if (what->ERROR() != nullptr) {
    out.kind = ast::Expect::Kind::error;
    out.error_code = string(token(what->STRING()));
  } else if (what->NO_MATCH() != nullptr) {
    out.kind = ast::Expect::Kind::no_match;
  } else if (what->REFUSED() != nullptr) {
    out.kind = ast::Expect::Kind::refused;
    out.refused = path(what->path());
  } else if (what->IDENT() != nullptr) {
    out.value = name_expr(word);
  } else if (word.is(T::LBRACK)) {
    std::vector<ExprId> records;
    for (auto* r : what->record()) records.push_back(record(r));
    out.value = list_of(records, span(what));
  } else {
    out.value = record(what->record(0));
  }
  for (auto* mark : ctx->expectMark()) {
    const bool by = mark->BY() != nullptr;
    set_once(by ? "by" : "with", {}, span(mark), by ? out.has_by : !out.duties.empty());
    if (by) out.has_by = true;
    for (const ast::Name& n : names(mark->name())) {
      if (by)
        out.by.push_back(n);
      else
        out.duties.push_back(n);
    }
  }
  out.span = span(ctx);
  test->expects.push_back(std::move(out));
}

void Builder::test_item(T::TestItemContext* ctx, ast::Test* test) {
  const auto set_record = [&](const char* clause, ExprId* slot) {
    set_once(clause, ast::present(*slot) ? span(*slot) : Span{}, span(first(ctx)),
             ast::present(*slot));
    *slot = record(ctx->record());
  };
  switch (first(ctx).kind) {
    case T::GIVEN:
      return set_record("given", &test->given);
    case T::PARAMS:
      return set_record("params", &test->params);
    case T::CONTEXT:
      return set_record("context", &test->context);
    case T::FEATURES:
      for (auto* v : ctx->featureValue()) test->features.push_back(feature_value(v));
      return;
    case T::AS_OF:
      set_once("as_of", test->as_of_span, span(ctx), test->as_of_span.has_place());
      test->as_of = date(token(ctx->DATE()));
      test->as_of_span = span(ctx->DATE());
      return;
    default:
      return expectation(ctx, test);
  }
}

}  // namespace pac::parse
