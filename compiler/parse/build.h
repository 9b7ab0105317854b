// Not API; include compiler/parse/parse.h instead.
// Turns complete trees of grammar rules into the AST. What the grammar lets through for the sake of
// a good message, and what it can't express, is reported here.
#pragma once

#include <string>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/diag/diagnostic.h"
#include "compiler/parse/token.h"

namespace pac::parse {

class Builder {
 public:
  Builder(const SourceFile& file, const Tokens& tokens, ast::Module& module, diag::Emitter& emitter)
      : file_(file), tokens_(tokens), module_(module), emitter_(emitter) {}

  // Expressions (build_expr.cpp).
  ast::ExprId expr(T::ExprContext* ctx);
  ast::ExprId sum(T::SumContext* ctx);
  ast::ExprId operand(T::OperandContext* ctx);
  ast::ExprId postfix(T::PostfixContext* ctx);
  ast::ExprId membership(T::MembershipContext* ctx);
  ast::ExprId record(T::RecordContext* ctx);
  ast::ExprId range(ast::ExprId low, T::RangeOpContext* op, ast::ExprId high);
  ast::ExprId bound(T::BoundContext* ctx);
  // `{}` is the empty set among expressions and the empty record where a record is wanted.
  ast::ExprId as_record(ast::ExprId id);
  ast::ExprId literal(const Token& token);
  ast::ExprId name_expr(const Token& token);
  ast::ExprId list_of(const std::vector<ast::ExprId>& values, Span span);

  // Words, types, fields (build_decl.cpp).
  ast::Name name(const Token& token) const;
  ast::Name name(T::NameContext* ctx) const { return name(first(ctx)); }
  std::vector<ast::Name> names(const std::vector<T::NameContext*>& list) const;
  ast::Path path(T::PathContext* ctx) const;
  std::string string(const Token& token);
  std::string_view date(const Token& token) const;
  ast::Annotation annotation(T::AnnotationContext* ctx);
  ast::Cite cite(T::CitesContext* ctx);
  ast::MayUse may_use(T::MayUseContext* ctx);
  ast::TypeRef type(T::TypeContext* ctx);
  ast::Field field(T::FieldContext* ctx);
  ast::EnumValue enum_value(T::EnumValueContext* ctx);
  ast::ParamLine param_line(T::ParamLineContext* ctx);
  ast::Feature feature(T::FeatureContext* ctx);
  ast::Let let(T::LetContext* ctx);
  void test_item(T::TestItemContext* ctx, ast::Test* test);

  // Policies, rules, rows (build_clause.cpp).
  ast::HitPolicy policy(T::PolicyContext* ctx);
  ast::Rule rule(T::RuleDeclContext* ctx);
  ast::Otherwise otherwise(T::OtherwiseContext* ctx);
  ast::Otherwise otherwise(T::TableOtherwiseContext* ctx);
  void header(T::HeaderContext* ctx, ast::Table* table);
  void header(T::HeaderContext* ctx, ast::Test* test);
  ast::Row row(T::RowContext* ctx);
  ast::Test::Case case_row(T::CaseRowContext* ctx);

  // Places and texts.
  static const Token& token(const antlr4::Token* t) { return *static_cast<const Token*>(t); }
  static const Token& token(antlr4::tree::TerminalNode* node) { return token(node->getSymbol()); }
  static const Token& first(const antlr4::ParserRuleContext* ctx) { return token(ctx->start); }
  static const Token& last(const antlr4::ParserRuleContext* ctx) { return token(ctx->stop); }
  Span span(const Token& t) const { return {file_.id(), t.begin, t.end}; }
  Span span(const antlr4::ParserRuleContext* ctx) const {
    return join(span(first(ctx)), span(last(ctx)));
  }
  Span span(antlr4::tree::TerminalNode* node) const { return span(token(node)); }
  std::string_view text(const Token& t) const { return file_.text(span(t)); }
  std::string_view doc(const Token& t) const;

 private:
  ast::ExprId add(ast::ExprKind kind, Span span) {
    ast::Expr e;
    e.kind = kind;
    e.span = span;
    return push(e);
  }
  // Adds a node unless the tree under it is too deep; then it is reported once and becomes invalid.
  ast::ExprId push(ast::Expr e);
  void bound_tree(ast::ExprId id);
  ast::ExprId binary(ast::ExprKind kind, ast::ExprId a, Span op, ast::ExprId b);
  ast::ExprId invalid(Span span) { return add(ast::ExprKind::invalid, span); }
  Span span(ast::ExprId id) const { return module_.expr(id).span; }
  void set_args(ast::ExprId id, const std::vector<ast::Arg>& args);
  bool enter(Span span);
  bool chain_fits(size_t terms, Span span);  // of `and` and `or`
  bool sum_fits(size_t terms, Span span);    // of other operators
  diag::Builder too_long(size_t terms, int limit, Span span);

  ast::ExprId logical_chain(T::ExprContext* ctx);
  ast::ExprId quantifier(T::ExprContext* ctx);
  ast::ExprId conditional(T::ExprContext* ctx);
  ast::ExprId comparison(T::ComparisonContext* ctx);
  ast::ExprId product(T::ProductContext* ctx);
  ast::ExprId coalesced(T::CoalescedContext* ctx);
  ast::ExprId group(T::GroupContext* ctx);
  ast::ExprId call(T::PostfixContext* ctx);
  ast::ExprId count_fold(T::PostfixContext* ctx);
  ast::ExprId fold(T::PostfixContext* ctx);
  ast::ExprId members(ast::ExprId of, const antlr4::ParserRuleContext* ctx, size_t from);
  ast::ExprId negated(T::OperandContext* ctx);
  ast::ExprId integer(const Token& digits, const Token* minus);
  ast::ExprId duration(const Token& count, const Token& unit);
  ast::ExprId values(ast::ExprKind kind, const std::vector<T::ExprContext*>& list, Span span);
  ast::Arg arg(T::ArgContext* ctx);
  void warn_mixed(ast::ExprId outer, ast::ExprId operand);
  void check_missing_compared(ast::ExprId comparison);
  ast::ExprId open_tail(ast::ExprId id) const;

  template <class Context>
  ast::TypeRef type_of(Context* ctx);
  void base_type(T::BaseTypeContext* ctx, ast::TypeRef* type);
  ast::Domain domain(T::ElementDomainContext* ctx);
  ast::Domain compare_domain(const Token& op, T::BoundContext* bound_ctx, Span span);
  int64_t whole(const Token& token);
  void set_once(const char* clause, Span first, Span again, bool present);
  void expectation(T::TestItemContext* ctx, ast::Test* test);
  ast::FeatureValue feature_value(T::FeatureValueContext* ctx);

  void rule_mark(T::RuleMarkContext* ctx, ast::Rule* rule);
  void clause(T::ClauseContext* ctx, ast::Clauses* clauses);
  void row_clause(T::RowClauseContext* ctx, ast::Clauses* clauses);
  void explanations(const std::vector<T::ExplanationContext*>& list, ast::Clauses* clauses);
  ast::HitPolicy::Kind ranking(T::RankingContext* ctx, ast::HitPolicy* policy);
  ast::Outcome outcome(T::ExprContext* ctx);
  ast::Cell cell(T::CellContext* ctx);
  ast::CellTest cell_test(T::CellTestContext* ctx);

  const SourceFile& file_;
  const Tokens& tokens_;
  ast::Module& module_;
  diag::Emitter& emitter_;
  int depth_ = 0;
  std::vector<uint32_t> tree_depths_;  // of module_.exprs
};

}  // namespace pac::parse
