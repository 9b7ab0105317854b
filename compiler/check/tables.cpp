// Tables: columns, rows, cells.
#include <algorithm>

#include "compiler/check/checker.h"
#include "compiler/check/row.h"

namespace pac::check {

// ---- Tables -------------------------------------------------------------------------------------

std::vector<Typed> Checker::table_columns(DecisionState& d) {
  std::vector<Typed> columns;
  for (const ast::ExprId id : d.ast->table.columns) {
    // A column may become a let, whose slots no one else may bind.
    std::vector<FreeSlot> shared;
    std::swap(shared, scope_.slots);
    Typed column = expression(id, {{}, true});
    std::swap(shared, scope_.slots);
    if (column.ok()) {
      if (!column.path.empty() && scope_.facts.contains(column.path) && optional(column.type)) {
        const Type plain = without_optional(column.type);
        column.id = make(ir::Op::unwrap, plain.id, column.id);
        column.type = plain;
      }
      const ir::Op op = rules_.expr(column.id).op;
      if (column.path.empty() && op != ir::Op::constant) {
        // Evaluated at the first cell that tests it, once.
        const uint32_t let =
            add_let(column, ir::DomainId::none, std::string(sources_.text(column.span)));
        column.id = make(ir::Op::let, column.type.id, static_cast<ir::ExprId>(let));
      }
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

void Checker::check_table(DecisionState& d) {
  const ast::Table& table = d.ast->table;
  if (table.rows.size() > kMaxRules) {
    emit(Kind::limit_exceeded, d.ast->policy_span,
         {{"what", "rules of a decision"}, {"limit", static_cast<int64_t>(kMaxRules)}});
    return;
  }
  const std::vector<Typed> columns = table_columns(d);
  std::vector<uint32_t> outputs;
  std::vector<Span> given(d.outputs.size());
  bool ok = true;
  for (const auto& name : table.outputs) {
    uint32_t i = 0;
    while (i < d.outputs.size() && d.outputs[i].name != name.text) ++i;
    if (i == d.outputs.size()) {
      std::vector<std::string> names;
      for (const auto& o : d.outputs) names.emplace_back(o.name);
      auto builder =
          emit(Kind::unknown_field, name.span,
               {{"name", std::string(name.text)}, {"type", "the output of " + d.ir.name}});
      hint_nearest(builder, name.text, names);
      ok = false;
      continue;
    }
    if (given[i].has_place()) {
      emit(Kind::duplicate_name, name.span, {{"name", std::string(name.text)}})
          .also(given[i], "first here");
      ok = false;
    }
    given[i] = name.span;
    outputs.push_back(i);
  }
  std::string absent;
  const bool effects = d.ir.policy == ir::HitPolicy::deny_overrides ||
                       d.ir.policy == ir::HitPolicy::permit_overrides;
  for (uint32_t i = 0; i < d.outputs.size() && ok; ++i) {
    if (given[i].has_place() || optional(d.outputs[i].type) || effects) continue;
    if (!absent.empty()) absent += ", ";
    absent += "`" + std::string(d.outputs[i].name) + "`";
  }
  if (!absent.empty()) {
    emit(Kind::fields_absent, table.header_span,
         {{"names", absent}, {"what", "the table's header"}});
    ok = false;
  }
  for (const auto& column : columns) ok = ok && column.ok();
  if (!ok) return;
  std::map<std::string, Span> seen;
  uint32_t number = 0;
  for (const auto& row : table.rows) {
    declare_rule(d, row.label, row.label.span, seen);
    check_row(d, row, columns, outputs, ++number);
  }
  check_absorbed(d, columns);
  check_otherwise(d, outputs);
  check_ranking(d);
}

void Checker::check_row(DecisionState& d, const ast::Row& row, const std::vector<Typed>& columns,
                        const std::vector<uint32_t>& outputs, uint32_t number) {
  ir::Rule out;
  out.name = row.label.empty() ? "row_" + std::to_string(number) : std::string(row.label.text);
  const auto wrong_width = [&](std::string what, size_t seen, size_t wanted, const char* help) {
    if (seen != 1) what += "s";
    emit(Kind::row_width, row.span,
         {{"what", what},
          {"seen", static_cast<int64_t>(seen)},
          {"wanted", static_cast<int64_t>(wanted)}})
        .also(d.ast->table.header_span, "the header")
        .help(help);
  };
  if (row.cells.size() != columns.size()) {
    wrong_width("condition", row.cells.size(), columns.size(),
                "each column of the header has a cell, between `|`; `-` is any value");
    return;
  }
  if (row.outcome.cells.size() != outputs.size()) {
    wrong_width("outcome", row.outcome.cells.size(), outputs.size(),
                "each output of the header has a value, between `|`");
    return;
  }
  const Facts saved = scope_.facts;
  bool ok = true;
  Facts facts = saved;
  std::vector<ConditionPlace> places;
  for (size_t i = 0; i < columns.size(); ++i) {
    const ir::ExprId test = cell(columns[i], row.cells[i], facts, &ok);
    if (test == ir::ExprId::none) continue;
    out.conditions.push_back(test);
    places.push_back({columns[i].span, row.cells[i].span});
  }
  scope_.facts = facts;
  outcome(d, row.outcome, outputs, out);
  if (!row.clauses.explanations.empty()) {
    d.explains.push_back({static_cast<uint32_t>(d.ir.rules.size()), &row.clauses, facts, {}});
  }
  scope_.facts = saved;
  d.rule_spans.push_back(row.span);
  d.condition_places.push_back(std::move(places));
  d.ir.rules.push_back(std::move(out));
}

// The condition of one cell; none for `-`.
ir::ExprId Checker::cell(const Typed& column, const ast::Cell& cell, Facts& facts, bool* ok) {
  if (cell.kind == ast::CellKind::any) return ir::ExprId::none;
  const ir::TypeId boolean_type = type_id(ir::TypeKind::boolean);
  const bool maybe = optional(column.type);
  ir::ExprId present = ir::ExprId::none;
  Typed plain = column;
  if (maybe) {
    present = make(ir::Op::is_present, boolean_type, column.id);
    plain.type = without_optional(column.type);
    plain.id = make(ir::Op::unwrap, plain.type.id, column.id);
  }
  const auto now_present = [&] {
    if (!maybe || column.path.empty()) return;
    facts.insert(column.path);
    for (size_t dot = column.path.find('.'); dot != std::string::npos;
         dot = column.path.find('.', dot + 1)) {
      facts.insert(column.path.substr(0, dot));
    }
  };
  if (cell.kind == ast::CellKind::present) {
    if (!maybe) {
      emit(Kind::never_missing, cell.span, {{"name", std::string(sources_.text(column.span))}})
          .help("write `-`");
      return ir::ExprId::none;
    }
    now_present();
    return present;
  }
  std::vector<ir::ExprId> tests;
  std::vector<ir::ExprId> values;  // tests that are plain values, for one in_set
  bool missing = false;
  for (const auto& test : cell.tests) {
    if (test.kind == ast::CellTest::Kind::missing) {
      if (!maybe) {
        emit(Kind::never_missing, test.span, {{"name", std::string(sources_.text(column.span))}});
        *ok = false;
      }
      missing = true;
      continue;
    }
    // `{1, 2}` in a cell means the same as `in {1, 2}`.
    const bool braces = test.kind == ast::CellTest::Kind::value &&
                        node(test.operand).kind == ast::ExprKind::set_lit &&
                        !is(plain.type, ir::TypeKind::set);
    if (braces) {
      const Typed value = set_test(plain, node(test.operand), test.span);
      *ok = *ok && value.ok();
      if (value.ok()) tests.push_back(value.id);
      continue;
    }
    if (test.kind == ast::CellTest::Kind::value) {
      const Typed value = cell_value(plain, test.operand);
      *ok = *ok && value.ok();
      if (!value.ok()) continue;
      if (const ir::Constant* c = constant_of(value.id);
          c != nullptr && std::ranges::find(values, value.id) != values.end()) {
        emit(Kind::repeated_element, value.span, {{"value", show_constant(*c)}})
            .help("take it away, or correct it");
      }
      values.push_back(value.id);
      continue;
    }
    const Typed value = cell_test(plain, test);
    *ok = *ok && value.ok();
    if (value.ok()) tests.push_back(value.id);
  }
  if (!values.empty()) {
    ir::ExprId is_value;
    if (values.size() == 1) {
      const ir::Constant* c = constant_of(values[0]);
      if (is(plain.type, ir::TypeKind::boolean) && c != nullptr) {
        is_value = c->number != 0 ? plain.id : make(ir::Op::not_, boolean_type, plain.id);
      } else {
        is_value = make(ir::Op::eq, boolean_type, plain.id, values[0]);
      }
    } else {
      ir::Expr expr;
      expr.op = ir::Op::in_set;
      expr.type = boolean_type;
      expr.a = ir::index(plain.id);
      is_value = rules_.add(expr, values);
    }
    tests.insert(tests.begin(), is_value);
  }
  if (!*ok || (tests.empty() && !missing)) {
    *ok = false;
    return ir::ExprId::none;
  }
  const auto either = [&](ir::ExprId a, ir::ExprId b) {
    return make(ir::Op::or_, boolean_type, a, b);
  };
  ir::ExprId all = tests.empty() ? ir::ExprId::none : row_of(tests, either);
  if (cell.negated) {
    if (missing && tests.empty()) {
      now_present();
      return present;
    }
    all = make(ir::Op::not_, boolean_type, all);
    if (maybe) all = make(ir::Op::and_, boolean_type, present, all);
    now_present();
    return all;
  }
  if (missing) {
    const ir::ExprId absent = make(ir::Op::not_, boolean_type, present);
    return all == ir::ExprId::none ? absent : make(ir::Op::or_, boolean_type, absent, all);
  }
  if (maybe) all = make(ir::Op::and_, boolean_type, present, all);
  now_present();
  return all;
}

Typed Checker::cell_value(const Typed& column, ast::ExprId id) {
  const ast::Expr& e = node(id);
  Typed value = expression(id, {column.type});
  if (!value.ok()) return value;
  if (is_number(column.type) && is_number(value.type)) {
    Typed left = column;
    if (!unify_units(left, value, e.span, "compare")) return bad(e.span);
    check_constant_comparison(ir::Op::eq, column, value, e.span);
    return value;
  }
  value = coerce(value, column.type, e.span);
  if (value.ok()) check_constant_comparison(ir::Op::eq, column, value, e.span);
  return value;
}

Typed Checker::cell_test(const Typed& column, const ast::CellTest& test) {
  using T = ast::CellTest::Kind;
  const ast::Expr& operand = node(test.operand);
  switch (test.kind) {
    case T::range:
      return range_test(column, operand, test.span);
    case T::in:
      if (operand.kind == ast::ExprKind::range) return range_test(column, operand, test.span);
      if (operand.kind == ast::ExprKind::set_lit) return set_test(column, operand, test.span);
      {
        const Typed list = expression(test.operand);
        if (!list.ok()) return list;
        const ir::TypeKind kind = ir_type(list.type).kind;
        if ((kind != ir::TypeKind::list && kind != ir::TypeKind::set) ||
            ir_type(list.type).element != column.type.id) {
          emit(Kind::not_a_list, operand.span, {{"type", show(list.type)}});
          return bad(test.span);
        }
        return boolean(make(ir::Op::in_list, type_id(ir::TypeKind::boolean), column.id, list.id),
                       test.span);
      }
    case T::text:
      return make_text_test(test.op, column, operand, test.span);
    case T::compare: {
      Typed value = expression(test.operand, {column.type});
      if (!value.ok()) return value;
      static const std::map<ast::ExprKind, ir::Op> kOps = {
          {ast::ExprKind::eq, ir::Op::eq}, {ast::ExprKind::ne, ir::Op::ne},
          {ast::ExprKind::lt, ir::Op::lt}, {ast::ExprKind::le, ir::Op::le},
          {ast::ExprKind::gt, ir::Op::gt}, {ast::ExprKind::ge, ir::Op::ge}};
      return compare(kOps.at(test.op), column, value, test.span);
    }
    default:
      return bad(test.span);
  }
}

}  // namespace pac::check
