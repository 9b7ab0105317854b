// Tests that the domain of what they test decides already, and cells that take in more than they
// seem to. All of these are warnings.
#include <algorithm>

#include "compiler/check/checker.h"

namespace pac::check {

// The declared place of what an expression reads: a slot, a field or a let with a domain.
std::optional<Checker::Declared> Checker::declared(const Typed& value) const {
  if (scope_.decision == nullptr || !value.ok()) return std::nullopt;
  const DecisionState& d = *scope_.decision;
  const ir::Expr* e = &rules_.expr(value.id);
  while (e->op == ir::Op::unwrap) e = &rules_.expr(static_cast<ir::ExprId>(e->a));
  const auto of_slot = [](const Slot& slot) {
    return Declared{std::string(slot.name), slot.domain, slot.span};
  };
  switch (e->op) {
    case ir::Op::input:
      return of_slot(d.slots[e->a]);
    case ir::Op::field: {
      const uint32_t record = rules_.type_of(static_cast<ir::ExprId>(e->a)).ref;
      const auto it = fields_by_record_.find(record);
      if (it == fields_by_record_.end() || e->b >= it->second.size()) return std::nullopt;
      return of_slot(it->second[e->b]);
    }
    case ir::Op::let:
      for (const auto& let : d.lets) {
        if (let.index != e->a || let.state != LetState::State::done) continue;
        return Declared{std::string(let.ast->name.text), d.ir.lets[e->a].domain,
                        let.ast->name.span};
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

// A number with more digits after the point than those it is held against ever have.
std::optional<bool> Checker::decided_by_grid(ir::Op op, const Typed& a,
                                             const ir::Constant& constant) const {
  const ir::Type& type = ir_type(a.type);
  const ir::Type& other = rules_.type(constant.type);
  if ((op != ir::Op::eq && op != ir::Op::ne) || other.kind != ir::TypeKind::decimal ||
      constant.missing) {
    return std::nullopt;
  }
  if (type.kind != ir::TypeKind::integer && type.kind != ir::TypeKind::decimal) return std::nullopt;
  const int own = type.kind == ir::TypeKind::decimal ? type.scale : 0;
  if (other.scale <= own || constant.number % pow10(other.scale - own) == 0) return std::nullopt;
  return op == ir::Op::ne;
}

// What the domain says about a comparison with a constant, if it says anything.
std::optional<bool> Checker::decided(ir::Op op, const Typed& a,
                                     const ir::Constant& constant) const {
  if (const auto always = decided_by_grid(op, a, constant)) return always;
  const auto place = declared(a);
  if (!place || place->domain == ir::DomainId::none || constant.missing) return std::nullopt;
  const ir::Domain& domain = rules_.domain(place->domain);
  if (domain.has_texts && (op == ir::Op::eq || op == ir::Op::ne)) {
    if (std::ranges::find(domain.texts, constant.text) != domain.texts.end()) return std::nullopt;
    return op == ir::Op::ne;
  }
  if (!domain.has_intervals || domain.intervals.empty()) return std::nullopt;
  const auto scale = [&](ir::TypeId id) {
    return rules_.type(id).kind == ir::TypeKind::decimal ? rules_.type(id).scale : 0;
  };
  const int own = scale(a.type.id), other = scale(constant.type);
  const auto order = [&](Int128 bound) {
    return ::pac::compare(bound, own, constant.number, other);
  };
  const int low = order(domain.intervals.front().low), high = order(domain.intervals.back().high);
  const auto in_a_hole = [&] {
    return std::ranges::none_of(domain.intervals, [&](const ir::Interval& i) {
      return order(i.low) <= 0 && order(i.high) >= 0;
    });
  };
  const auto between = [](bool yes, bool no) {
    return yes ? std::optional(true) : no ? std::optional(false) : std::nullopt;
  };
  switch (op) {
    case ir::Op::lt:
      return between(high < 0, low >= 0);
    case ir::Op::le:
      return between(high <= 0, low > 0);
    case ir::Op::gt:
      return between(low > 0, high <= 0);
    case ir::Op::ge:
      return between(low >= 0, high < 0);
    case ir::Op::eq:
      return between(low == 0 && high == 0, in_a_hole());
    case ir::Op::ne:
      return between(in_a_hole(), low == 0 && high == 0);
    default:
      return std::nullopt;
  }
}

void Checker::report_decided(bool always, const Typed& value, Span span) {
  auto builder = emit(Kind::constant_comparison, span, {{"value", always ? "true" : "false"}});
  const auto place = declared(value);
  const ir::Type& type = ir_type(value.type);
  const auto is_any_int = [&] {
    if (!place || place->domain == ir::DomainId::none) return true;
    const auto& intervals = rules_.domain(place->domain).intervals;
    return intervals.size() == 1 && intervals[0].low == -json::kMaxExactInt &&
           intervals[0].high == json::kMaxExactInt;
  };
  if (type.kind == ir::TypeKind::integer && is_any_int()) {
    builder.note("an int has no digits after the point");
    return;
  }
  if (!place || place->domain == ir::DomainId::none) return;
  builder.also(place->span, "`" + place->name + "` is " + show_domain(place->domain, value.type));
  builder.help(always ? "take the test away, or correct its bound"
                      : "correct the value, or the domain");
}

void Checker::check_constant_comparison(ir::Op op, const Typed& a, const Typed& b, Span span) {
  if (const ir::Constant* constant = constant_of(b.id); constant != nullptr) {
    if (const auto always = decided(op, a, *constant)) report_decided(*always, a, span);
    return;
  }
  const ir::Constant* constant = constant_of(a.id);
  if (constant == nullptr) return;
  static const std::map<ir::Op, ir::Op> kTurned = {
      {ir::Op::lt, ir::Op::gt}, {ir::Op::le, ir::Op::ge}, {ir::Op::gt, ir::Op::lt},
      {ir::Op::ge, ir::Op::le}, {ir::Op::eq, ir::Op::eq}, {ir::Op::ne, ir::Op::ne}};
  if (const auto always = decided(kTurned.at(op), b, *constant)) report_decided(*always, b, span);
}

void Checker::check_constant_range(const Typed& value, const ir::Constant* low,
                                   const ir::Constant* high, const ast::Expr& range, Span span) {
  std::optional<bool> above, below;
  if (low != nullptr) above = decided(range.open_low ? ir::Op::gt : ir::Op::ge, value, *low);
  if (high != nullptr) below = decided(range.open_high ? ir::Op::lt : ir::Op::le, value, *high);
  if (above == false || below == false) {
    report_decided(false, value, span);
  } else if (above == true && below == true) {
    report_decided(true, value, span);
  }
}

// Every value of an enum or a bool in one set: the test says nothing.
void Checker::check_whole_set(const Typed& value, size_t distinct, Span span) {
  const ir::Type& t = ir_type(value.type);
  const size_t all = t.kind == ir::TypeKind::enumeration ? rules_.enums[t.ref].values.size()
                     : t.kind == ir::TypeKind::boolean   ? 2
                                                         : SIZE_MAX;
  if (distinct != all) return;
  emit(Kind::constant_condition, span, {{"value", "true"}})
      .label("all values are named")
      .help("take the test away");
}

std::string Checker::show_domain(ir::DomainId id, const Type& type) const {
  std::string out;
  ir::Constant value;
  value.type = type.id;
  const auto put = [&](const std::string& text) { out += (out.empty() ? "" : ", ") + text; };
  for (const auto& interval : rules_.domain(id).intervals) {
    value.number = interval.low;
    std::string text = show_constant(value);
    value.number = interval.high;
    if (interval.low != interval.high) text += " .. " + show_constant(value);
    put(text);
  }
  for (const auto& text : rules_.domain(id).texts) put("\"" + text + "\"");
  return out;
}

// ---- Cells that take in values to come ---------------------------------------------------------

// The values of an enum that a cell names, by index; nothing where it does more than name some.
std::optional<std::set<uint32_t>> Checker::named_values(const EnumInfo& info,
                                                        const ast::Cell& cell) const {
  std::set<uint32_t> out;
  if (cell.kind != ast::CellKind::tests) return std::nullopt;
  for (const auto& test : cell.tests) {
    if (test.kind == ast::CellTest::Kind::missing) continue;
    if (test.kind != ast::CellTest::Kind::value) return std::nullopt;
    const ast::Expr& e = node(test.operand);
    if (e.kind != ast::ExprKind::name && e.kind != ast::ExprKind::member) return std::nullopt;
    const auto it = info.values.find(e.name.text);
    if (it == info.values.end()) return std::nullopt;
    out.insert(it->second);
  }
  return out;
}

// A table that lists the values of an enum one by one and then says `-` or `not (…)` for the one
// that is left: the author thinks of that one, and a value added later would silently go with it.
// Wider nets (`not a`, `-` without a list) are taken as meant.
void Checker::check_absorbed(const DecisionState& d, const std::vector<Typed>& columns) {
  const auto& rows = d.ast->table.rows;
  constexpr size_t kLookBack = 256;  // rows; lists of values are short, tables may not be
  for (size_t c = 0; c < columns.size(); ++c) {
    const ir::Type& t = ir_type(columns[c].type);
    if (t.kind != ir::TypeKind::enumeration || rules_.enums[t.ref].values.size() < 3) continue;
    if (const auto place = declared(columns[c]); place && place->domain != ir::DomainId::none) {
      continue;
    }
    const EnumInfo& info = *enum_by_id_[t.ref];
    const size_t all = rules_.enums[t.ref].values.size();
    const auto report = [&](const std::set<uint32_t>& named, Span span) {
      uint32_t left = 0;
      while (named.contains(left)) ++left;
      const std::string& value = rules_.enums[t.ref].values[left].name;
      emit(Kind::absorbed_value, span,
           {{"cell", std::string(sources_.text(span))}, {"value", value}})
          .help("write `" + value +
                "`, and a new value of the enum is an error until it has a row");
    };
    const auto same_elsewhere = [&](const ast::Row& earlier, const ast::Row& row) {
      for (size_t i = 0; i < columns.size(); ++i) {
        if (i == c || earlier.cells[i].kind == ast::CellKind::any) continue;
        if (sources_.text(earlier.cells[i].span) != sources_.text(row.cells[i].span)) return false;
      }
      return true;
    };
    for (size_t r = 0; r < rows.size(); ++r) {
      if (rows[r].cells.size() != columns.size()) continue;
      const ast::Cell& cell = rows[r].cells[c];
      if (cell.negated) {
        const auto named = named_values(info, cell);
        if (named && named->size() + 1 == all) report(*named, cell.span);
        continue;
      }
      if (cell.kind != ast::CellKind::any || d.ir.policy != ir::HitPolicy::first) continue;
      std::set<uint32_t> named;
      for (size_t before = r - std::min(r, kLookBack); before < r; ++before) {
        const ast::Row& earlier = rows[before];
        if (earlier.cells.size() != columns.size() || earlier.cells[c].negated) continue;
        if (!same_elsewhere(earlier, rows[r])) continue;  // of nearly all rows
        if (const auto values = named_values(info, earlier.cells[c])) {
          named.insert(values->begin(), values->end());
        }
      }
      if (named.size() + 1 == all) report(named, cell.span);
    }
  }
}

}  // namespace pac::check
