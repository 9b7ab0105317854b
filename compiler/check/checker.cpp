// The run of the checker, and the shorthands that its parts share.
#include "compiler/check/checker.h"

#include <algorithm>

#include "runtime/base/regex.h"
#include "runtime/base/text_numbers.h"
#include "runtime/base/utf8.h"

namespace pac::check {

std::optional<Checked> check(const std::vector<ast::Module>& modules, const SourceSet& sources,
                             diag::Emitter& emitter, const std::vector<Package>& packages) {
  return Checker(modules, sources, emitter, packages).run();
}

std::optional<Checked> Checker::run() {
  declare();
  // In source order, so that ids and messages do not depend on names. Decisions of other packages
  // are elaborated where they are called.
  std::vector<DecisionState*> own;
  for (const uint32_t module : packages_[0].modules) {
    for (const auto& item : modules_[module].items) {
      if (item.kind != ast::ItemKind::decision) continue;
      auto* d = find_decision(modules_[module].decisions[item.index].name.text);
      if (d != nullptr) own.push_back(d);
    }
  }
  for (DecisionState* d : own) check_interface(*d);
  for (DecisionState* d : own) check_decision(*d);
  check_personal_data();
  check_tests();
  settle_acceptances();
  if (!emitter_.has_errors()) fill_side();
  emitter_.sort();
  if (emitter_.has_errors()) return std::nullopt;
  Checked out;
  out.rules = std::move(rules_);
  out.side = std::move(side_);
  out.tests = std::move(tests_);
  for (const DecisionState* d : by_id_) {
    out.rule_spans.push_back(d->rule_spans);
    out.condition_places.push_back(d->condition_places);
    out.decision_spans.push_back(d->ast->name.span);
    out.is_own.push_back(std::ranges::find(own, d) != own.end());
  }
  out.accepted = accepted_findings();
  out.protected_places = std::move(protected_places_);
  return out;
}

// ---- Building IR
// ------------------------------------------------------------------------------------

ir::ExprId Checker::make(ir::Op op, ir::TypeId type, ir::ExprId a, ir::ExprId b, uint32_t c,
                         uint32_t extra) {
  ir::Expr e;
  e.op = op;
  e.type = type;
  e.a = ir::index(a);
  e.b = ir::index(b);
  e.c = c;
  e.extra = extra;
  return rules_.add(e);
}

ir::ExprId Checker::make_constant(const ir::Constant& constant) {
  const auto id = rules_.intern(constant);
  return make(ir::Op::constant, constant.type, static_cast<ir::ExprId>(ir::index(id)));
}

ir::ExprId Checker::make_number(ir::TypeId type, Int128 value) {
  ir::Constant c;
  c.type = type;
  c.number = value;
  return make_constant(c);
}

ir::ExprId Checker::make_bool(bool value) {
  return make_number(type_id(ir::TypeKind::boolean), value ? 1 : 0);
}

const ir::Constant* Checker::constant_of(ir::ExprId id) const {
  if (id == ir::ExprId::none) return nullptr;
  const ir::Expr& e = rules_.expr(id);
  if (e.op == ir::Op::some) return constant_of(static_cast<ir::ExprId>(e.a));
  if (e.op != ir::Op::constant) return nullptr;
  return &rules_.constants[e.a];
}

ir::TypeId Checker::type_id(ir::TypeKind kind, int scale, uint32_t ref, ir::TypeId element) {
  ir::Type t;
  t.kind = kind;
  t.scale = static_cast<int16_t>(scale);
  t.ref = ref;
  t.element = element;
  return rules_.intern(t);
}

Typed Checker::boolean(ir::ExprId id, Span span) {
  return typed(id, Type{type_id(ir::TypeKind::boolean), {}}, span);
}

bool Checker::is_number(const Type& type) const {
  if (!type.known()) return false;
  const ir::Type& t = ir_type(type);
  return !t.optional && (t.kind == ir::TypeKind::integer || t.kind == ir::TypeKind::decimal ||
                         t.kind == ir::TypeKind::quotient);
}

bool Checker::is_ordered(const Type& type) const {
  if (!type.known()) return false;
  const ir::Type& t = ir_type(type);
  if (t.optional) return false;
  switch (t.kind) {
    case ir::TypeKind::integer:
    case ir::TypeKind::decimal:
    case ir::TypeKind::quotient:
    case ir::TypeKind::date:
    case ir::TypeKind::datetime:
    case ir::TypeKind::duration:
      return true;
    case ir::TypeKind::enumeration:
      return rules_.enums[t.ref].ordered;
    default:
      return false;
  }
}

Type Checker::without_optional(const Type& type) {
  return Type{rules_.optional(type.id, false), type.unit};
}

const std::vector<Slot>& Checker::fields_of(ir::RecordId record) {
  return fields_by_record_[ir::index(record)];
}

void Checker::hint_nearest(diag::Builder builder, std::string_view name,
                           const std::vector<std::string>& names) {
  if (const std::string best = diag::nearest(name, names); !best.empty()) {
    builder.help("did you mean `" + best + "`?");
  }
}

namespace {

bool lies_outside(const ir::Constant& c, const ir::Domain& domain) {
  if (c.missing) return false;
  if (domain.has_intervals) {
    return std::ranges::none_of(domain.intervals, [&](const ir::Interval& i) {
      return c.number >= i.low && c.number <= i.high;
    });
  }
  if (domain.has_texts && !std::ranges::binary_search(domain.texts, c.text)) return true;
  if (domain.max_chars >= 0 && count_code_points(c.text) > domain.max_chars) return true;
  return std::ranges::any_of(domain.patterns, [&](const std::string& pattern) {
    const auto regex = Regex::compile(pattern);
    return regex && !regex->matches(c.text);
  });
}

// The constant, or the part of a list, that lies outside; none: nothing is known to.
ir::ExprId part_outside(const ir::RuleSet& rules, ir::ExprId id, ir::DomainId domain_id) {
  if (domain_id == ir::DomainId::none) return ir::ExprId::none;
  const ir::Expr& expr = rules.expr(id);
  const ir::Domain& domain = rules.domain(domain_id);
  if (expr.op == ir::Op::some) {
    return part_outside(rules, static_cast<ir::ExprId>(expr.a), domain_id);
  }
  if (expr.op == ir::Op::constant) {
    return lies_outside(rules.constants[expr.a], domain) ? id : ir::ExprId::none;
  }
  if (expr.op != ir::Op::make_list && expr.op != ir::Op::make_set) return ir::ExprId::none;
  // Items of a set may be equal, and then they are fewer.
  if (expr.op == ir::Op::make_list && domain.max_items >= 0 &&
      expr.operand_count > domain.max_items) {
    return id;
  }
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    const ir::ExprId found = part_outside(rules, rules.operand(expr, i), domain.element);
    if (found != ir::ExprId::none) return found;
  }
  return ir::ExprId::none;
}

}  // namespace

// A constant that a domain already rules out; at run time it would be `error domain` every time.
void Checker::check_constant_domain(const Typed& value, ir::DomainId id, const std::string& what,
                                    Span declared) {
  if (value.id == ir::ExprId::none) return;
  const ir::ExprId part = part_outside(rules_, value.id, id);
  if (part == ir::ExprId::none) return;
  const ir::Constant* c = constant_of(part);
  const std::string shown =
      c != nullptr ? show_constant(*c)
                   : "a list of " + std::to_string(rules_.expr(part).operand_count) + " items";
  emit(Kind::outside_domain, value.span, {{"value", shown}, {"what", what}})
      .also(declared, "its domain is declared here");
}

bool read_date(std::string_view text, int32_t* out) {
  return parse_date(text, out) == TextStatus::ok;
}

bool read_datetime(std::string_view text, int64_t* out) {
  return parse_datetime(text, out) == TextStatus::ok;
}

bool read_decimal(std::string_view text, int scale, Int128* out) {
  return parse_decimal(text, scale, out) == TextStatus::ok;
}

std::string text_of_date(int32_t date) {
  char buffer[kDateTextBytes];
  return {buffer, format_date(date, buffer)};
}

std::string text_of_datetime(int64_t at) {
  char buffer[kDatetimeTextBytes];
  return {buffer, format_datetime(at, buffer)};
}

std::string text_of_duration(int64_t duration) {
  char buffer[kDurationTextBytes];
  return {buffer, format_duration(duration, buffer)};
}

std::string text_of_decimal(Int128 value, int scale) {
  char buffer[kDecimalTextBytes];
  return {buffer, format_decimal(value, scale, buffer)};
}

}  // namespace pac::check
