#include <algorithm>

#include "tests/unit/format/support.h"

namespace pac::format {
namespace {

using ast::ExprId;

// Writes everything but places. Brackets around an expression count: they are what the author
// wrote.
class Structure {
 public:
  explicit Structure(const ast::Module& module) : m_(module) {}
  std::string all();

 private:
  void word(std::string_view text) {
    out_ += std::to_string(text.size()) + ":" + std::string(text) + " ";
  }
  void number(int64_t n) { out_ += std::to_string(n) + " "; }
  void name(const ast::Name& n) { word(n.text); }
  template <class List, class Write>
  void list(const List& all, Write&& write) {
    out_ += "[" + std::to_string(all.size()) + " ";
    for (const auto& one : all) write(one);
    out_ += "] ";
  }
  void path(const ast::Path& p) {
    list(p.names, [&](const auto& n) { name(n); });
  }
  // Lines of documentation without their indentation.
  void doc(std::string_view text) {
    std::string plain;
    for (const char c : text) {
      if (c != ' ' && c != '\r') plain += c;
    }
    word(plain);
  }
  void expr(ExprId id);
  void exprs(const std::vector<ExprId>& all) {
    list(all, [&](ExprId id) { expr(id); });
  }
  void args(const std::vector<ast::Arg>& all) {
    list(all, [&](const auto& a) { name(a.name), expr(a.value); });
  }
  void annotations(const std::vector<ast::Annotation>& all) {
    list(all, [&](const auto& a) { name(a.name), args(a.args); });
  }
  void cites(const std::vector<ast::Cite>& all) {
    list(all, [&](const auto& c) {
      name(c.system), word(c.reference);
      list(c.parts, [&](const auto& p) { name(p.kind), word(p.value); });
    });
  }
  void may_use(const std::vector<ast::MayUse>& all) {
    list(all, [&](const auto& u) { path(u.path), cites(u.cites); });
  }
  void type(const ast::TypeRef& t);
  void fields(const std::vector<ast::Field>& all) {
    list(all, [&](const auto& f) {
      name(f.name), type(f.type), annotations(f.annotations), doc(f.doc);
    });
  }
  void clauses(const ast::Clauses& c);
  void outcome(const ast::Outcome& o) { expr(o.value), exprs(o.cells); }
  void policy(const ast::HitPolicy& p);
  void rule(const ast::Rule& r);
  void row(const ast::Row& r);
  void decision(const ast::Decision& d);
  void test(const ast::Test& t);

  const ast::Module& m_;
  std::string out_;
};

void Structure::expr(ExprId id) {
  if (!ast::present(id)) {
    out_ += "- ";
    return;
  }
  const ast::Expr& e = m_.expr(id);
  number(static_cast<int>(e.kind));
  number(e.open_low), number(e.open_high), number(e.parens), number(e.int_value);
  name(e.name);
  // Of a string its value: escapes have one spelling afterwards.
  word(e.kind == ast::ExprKind::string_lit ? std::string_view(m_.strings[e.string]) : e.text);
  expr(e.a), expr(e.b), expr(e.c);
  args({m_.args_of(e), m_.args_of(e) + e.arg_count});
}

void Structure::type(const ast::TypeRef& t) {
  number(static_cast<int>(t.kind)), path(t.path), number(t.scale), number(t.optional), name(t.unit);
  list(t.element, [&](const auto& e) { type(e); });
  list(t.domains, [&](const auto& d) {
    number(static_cast<int>(d.kind)), exprs(d.parts), number(static_cast<int>(d.compare));
    word(d.pattern), number(d.max);
  });
}

void Structure::clauses(const ast::Clauses& c) {
  cites(c.cites);
  list(c.explanations, [&](const auto& e) { word(e.language), word(e.text); });
  list(c.duties, [&](const auto& d) { name(d.name), number(d.is_advice), expr(d.record); });
  may_use(c.may_use);
}

void Structure::policy(const ast::HitPolicy& p) {
  number(static_cast<int>(p.kind));
  list(p.ranked, [&](const auto& r) { name(r.column), exprs(r.values); });
  list(p.folds, [&](const auto& f) { name(f.name), name(f.function), name(f.column); });
}

void Structure::rule(const ast::Rule& r) {
  name(r.name), number(r.has_priority), number(r.priority);
  list(r.overrides, [&](const auto& n) { name(n); });
  number(r.effective.present), word(r.effective.from), word(r.effective.to);
  number(r.for_each.present), name(r.for_each.variable), expr(r.for_each.list);
  expr(r.when), outcome(r.outcome), clauses(r.clauses), annotations(r.annotations), doc(r.doc);
}

void Structure::row(const ast::Row& r) {
  name(r.label);
  list(r.cells, [&](const auto& c) {
    number(static_cast<int>(c.kind)), number(c.negated);
    list(c.tests, [&](const auto& t) {
      number(static_cast<int>(t.kind)), number(static_cast<int>(t.op)), expr(t.operand);
    });
  });
  outcome(r.outcome), clauses(r.clauses), annotations(r.annotations), doc(r.doc);
}

void Structure::decision(const ast::Decision& d) {
  name(d.name), number(d.partial);
  number(d.has_input), number(d.has_output), number(d.has_context);
  fields(d.inputs), fields(d.outputs), fields(d.context);
  list(d.zones, [&](const auto& z) { word(z.name); });
  list(d.features, [&](const auto& f) {
    name(f.name), type(f.type), expr(f.key), number(f.max_age), name(f.max_age_unit);
    annotations(f.annotations), doc(f.doc);
  });
  list(d.lets, [&](const auto& l) {
    name(l.name), number(l.has_type), type(l.type), expr(l.value), doc(l.doc);
  });
  list(d.assumes, [&](const auto& a) { expr(a.condition); });
  may_use(d.may_use), annotations(d.annotations), cites(d.cites), expr(d.result);
  number(d.has_rules), number(d.has_table), policy(d.policy);
  list(d.rules, [&](const auto& r) { rule(r); });
  exprs(d.table.columns);
  list(d.table.outputs, [&](const auto& n) { name(n); });
  list(d.table.rows, [&](const auto& r) { row(r); });
  number(d.otherwise.present), outcome(d.otherwise.outcome), clauses(d.otherwise.clauses);
  annotations(d.otherwise.annotations);
}

void Structure::test(const ast::Test& t) {
  name(t.decision), word(t.title), number(t.is_table), expr(t.given);
  list(t.features, [&](const auto& f) { path(f.name), expr(f.value), expr(f.at); });
  expr(t.params), expr(t.context), word(t.as_of);
  list(t.expects, [&](const auto& e) {
    number(static_cast<int>(e.kind)), expr(e.value), word(e.error_code), path(e.refused);
    number(e.has_by);
    list(e.by, [&](const auto& n) { name(n); });
    list(e.duties, [&](const auto& n) { name(n); });
  });
  exprs(t.case_inputs);
  list(t.case_outputs, [&](const auto& p) { path(p); });
  list(t.cases, [&](const auto& c) { exprs(c.inputs), exprs(c.outputs); });
}

std::string Structure::all() {
  path(m_.package), number(m_.edition);
  list(m_.uses, [&](const auto& u) { path(u.path); });
  list(m_.items, [&](const auto& i) {
    number(static_cast<int>(i.kind)), number(i.is_private), annotations(i.annotations), doc(i.doc);
    out_ += '\n';
  });
  list(m_.enums, [&](const auto& e) {
    name(e.name), number(e.ordered);
    list(e.values,
         [&](const auto& v) { name(v.name), word(v.wire), number(v.has_wire), doc(v.doc); });
  });
  list(m_.records, [&](const auto& r) { name(r.name), fields(r.fields); });
  list(m_.params, [&](const auto& p) {
    name(p.name), type(p.type), cites(p.cites);
    list(p.lines, [&](const auto& l) { word(l.from), expr(l.value), cites(l.cites); });
  });
  list(m_.decisions, [&](const auto& d) { decision(d); });
  list(m_.duties, [&](const auto& d) { name(d.name), number(d.is_advice), fields(d.fields); });
  list(m_.tests, [&](const auto& t) { test(t); });
  cites(m_.cites);
  return std::move(out_);
}

}  // namespace

std::string structure(const ast::Module& module) { return Structure(module).all(); }

}  // namespace pac::format
