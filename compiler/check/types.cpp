// Type references and domains.
#include <algorithm>

#include "compiler/check/checker.h"
#include "runtime/base/regex.h"
#include "runtime/base/utf8.h"

namespace pac::check {

namespace {

// An int that comes from outside stays within what every JSON reader keeps exact.
constexpr Int128 kBoundInt = (Int128{1} << 53) - 1;
// Longest list or set that a type may allow.
constexpr int64_t kMaxItems = 100'000;
constexpr int64_t kMaxChars = 1'000'000;

// Sorted, disjoint, with neighbours joined.
std::vector<ir::Interval> normalise(std::vector<ir::Interval> in) {
  std::sort(in.begin(), in.end(), [](const auto& a, const auto& b) { return a.low < b.low; });
  std::vector<ir::Interval> out;
  for (const auto& interval : in) {
    if (!out.empty() && interval.low <= out.back().high + 1) {
      out.back().high = std::max(out.back().high, interval.high);
    } else {
      out.push_back(interval);
    }
  }
  return out;
}

std::vector<ir::Interval> intersect(const std::vector<ir::Interval>& a,
                                    const std::vector<ir::Interval>& b) {
  std::vector<ir::Interval> out;
  for (const auto& x : a) {
    for (const auto& y : b) {
      const ir::Interval both{std::max(x.low, y.low), std::min(x.high, y.high)};
      if (both.low <= both.high) out.push_back(both);
    }
  }
  return normalise(out);
}

void restrict_to(ir::Domain* domain, std::vector<ir::Interval> intervals) {
  intervals = normalise(std::move(intervals));
  domain->intervals =
      domain->has_intervals ? intersect(domain->intervals, intervals) : std::move(intervals);
  domain->has_intervals = true;
}

// The whole range of a type on its grid.
ir::Interval full_range(const ir::RuleSet& rules, const ir::Type& type) {
  switch (type.kind) {
    case ir::TypeKind::integer:
      return {INT64_MIN, INT64_MAX};
    case ir::TypeKind::decimal:
      return {-kMaxDecimal, kMaxDecimal};
    case ir::TypeKind::date:
      return {kMinDate, kMaxDate};
    case ir::TypeKind::datetime:
      return {kMinDatetime, kMaxDatetime};
    case ir::TypeKind::duration:
      return {INT64_MIN, INT64_MAX};
    case ir::TypeKind::enumeration:
      return {0, static_cast<Int128>(rules.enums[type.ref].values.size()) - 1};
    default:
      return {0, 1};
  }
}

}  // namespace

Type Checker::resolve(const ast::TypeRef& ref, ir::DomainId* domain, bool bound_ints) {
  *domain = ir::DomainId::none;
  ir::DomainId element_domain = ir::DomainId::none;
  Type type = resolve_base(ref, &element_domain, bound_ints);
  if (!type.known()) return type;
  ir::Domain d;
  d.element = element_domain;
  bool ok = true;
  for (const auto& clause : ref.domains) ok = apply_domain(clause, type, &d) && ok;
  const ir::Type base = ir_type(type);
  const bool list = base.kind == ir::TypeKind::list || base.kind == ir::TypeKind::set;
  if (list && d.max_items < 0) {
    emit(Kind::list_without_bound, ref.span, {{"type", std::string(sources_.text(ref.span))}})
        .help("say how many items there can be: `max 100 items`");
    ok = false;
  }
  if (base.kind == ir::TypeKind::integer && !d.has_intervals && bound_ints) {
    restrict_to(&d, {{-kBoundInt, kBoundInt}});
  }
  if (!ok) return {};
  // Texts that the other parts of the domain refuse are no values of it.
  std::erase_if(d.texts, [&](const std::string& each) {
    if (d.max_chars >= 0 && count_code_points(each) > d.max_chars) return true;
    return std::ranges::any_of(d.patterns, [&](const std::string& pattern) {
      const auto regex = Regex::compile(pattern);
      return regex && !regex->matches(each);
    });
  });
  if ((d.has_intervals && d.intervals.empty()) || (d.has_texts && d.texts.empty())) {
    emit(Kind::empty_domain, ref.span).label("no value is in this domain");
    return {};
  }
  if (!(d == ir::Domain{})) *domain = rules_.intern(d);
  if (!ref.unit.empty()) {
    if (!is_number(type)) {
      emit(Kind::unit_on_non_number, ref.unit.span, {{"type", show(type)}});
    } else {
      type.unit = std::string(ref.unit.text);
    }
  }
  if (ref.optional) type.id = rules_.optional(type.id);
  return type;
}

Type Checker::resolve_base(const ast::TypeRef& ref, ir::DomainId* element_domain, bool bound_ints) {
  using ir::TypeKind;
  Type type;
  switch (ref.kind) {
    case ast::TypeRef::Kind::invalid:
      return {};
    case ast::TypeRef::Kind::decimal:
      if (ref.scale < 0 || ref.scale > kMaxScale) {
        emit(Kind::decimal_scale, ref.span, {{"scale", ref.scale}});
        return {};
      }
      type.id = type_id(TypeKind::decimal, static_cast<int>(ref.scale));
      return type;
    case ast::TypeRef::Kind::list:
    case ast::TypeRef::Kind::set: {
      const Type element = resolve(ref.element[0], element_domain, bound_ints);
      if (!element.known()) return {};
      if (optional(element)) {
        emit(Kind::optional_element, ref.element[0].span)
            .help("leave missing items out of the list");
        return {};
      }
      type.id = type_id(ref.kind == ast::TypeRef::Kind::list ? TypeKind::list : TypeKind::set, 0,
                        ir::kNone, element.id);
      type.unit = element.unit;
      return type;
    }
    case ast::TypeRef::Kind::named:
      break;
  }
  const std::string path = dotted(ref.path);
  const std::string_view name = path;
  static const std::map<std::string_view, TypeKind> kBuiltin = {
      {"bool", TypeKind::boolean},      {"int", TypeKind::integer},
      {"string", TypeKind::string},     {"date", TypeKind::date},
      {"datetime", TypeKind::datetime}, {"duration", TypeKind::duration},
      {"effect", TypeKind::effect}};
  if (auto it = kBuiltin.find(name); it != kBuiltin.end()) {
    // Whatever is not the plain output of a decision has its integers bounded, or is optional.
    if (it->second == TypeKind::effect && (bound_ints || ref.optional)) {
      emit(Kind::effect_output, ref.span)
          .help("`effect` is only what `deny_overrides` and `permit_overrides` answer");
      return {};
    }
    type.id = type_id(it->second);
    return type;
  }
  const ast::Name wanted{name, ref.path.span};
  const auto an_enum = see(enums_, wanted);
  if (an_enum.reported) return {};
  if (an_enum.found != nullptr) {
    type.id = type_id(TypeKind::enumeration, 0, ir::index(an_enum.found->id));
    return type;
  }
  const auto record = see(records_, wanted);
  if (record.reported) return {};
  if (record.found != nullptr) {
    check_record(*record.found);
    if (record.found->state != 2) return {};
    type.id = type_id(TypeKind::record, 0, ir::index(record.found->id));
    return type;
  }
  if (report_hidden(wanted)) return {};
  auto builder = emit(Kind::unknown_type, ref.span, {{"name", std::string(name)}});
  if (name == "decimal") {
    builder.help("say how many digits there are after the point: `decimal(2)`");
  } else if (name == "integer" || name == "number" || name == "float" || name == "double") {
    builder.help("whole numbers are `int`, others `decimal(2)` with the digits after the point");
  } else if (name == "boolean") {
    builder.help("write `bool`");
  } else if (name == "text" || name == "String" || name == "str") {
    builder.help("write `string`");
  } else {
    hint_nearest(builder, name, type_names());
  }
  return {};
}

bool Checker::domain_interval(ir::ExprId low, ir::ExprId high, bool open_low, bool open_high,
                              ir::Interval* out) {
  const ir::Constant* a = constant_of(low);
  const ir::Constant* b = constant_of(high);
  if (a == nullptr || b == nullptr) return false;
  *out = {a->number + (open_low ? 1 : 0), b->number - (open_high ? 1 : 0)};
  return true;
}

bool Checker::apply_domain(const ast::Domain& clause, const Type& type, ir::Domain* domain) {
  const ir::Type base = ir_type(type);
  const bool list = base.kind == ir::TypeKind::list || base.kind == ir::TypeKind::set;
  const bool text = base.kind == ir::TypeKind::string;
  const auto misfit = [&](const char* what) {
    emit(Kind::domain_misfit, clause.span, {{"what", what}, {"type", show(type)}});
    return false;
  };
  const auto part = [&](ast::ExprId id) {
    Enter enter(*this, scope_module_, Scope{});
    Type wanted = type;
    Typed value = coerce(expression(id, {wanted}), wanted, node(id).span);
    if (value.ok() && constant_of(value.id) == nullptr) {
      emit(Kind::not_constant, node(id).span);
      return bad(node(id).span);
    }
    return value;
  };
  switch (clause.kind) {
    case ast::DomainKind::max_items:
      if (!list) return misfit("`max … items`");
      if (clause.max < 0 || clause.max > kMaxItems) {
        emit(Kind::limit_exceeded, clause.span,
             {{"what", "items of a list"}, {"limit", kMaxItems}});
        domain->max_items = kMaxItems;  // so that it is not told again as a list without a bound
        return false;
      }
      domain->max_items =
          domain->max_items < 0 ? clause.max : std::min(domain->max_items, clause.max);
      return true;
    case ast::DomainKind::max_chars:
      if (!text) return misfit("`max … chars`");
      if (clause.max < 0 || clause.max > kMaxChars) {
        emit(Kind::limit_exceeded, clause.span,
             {{"what", "characters of a string"}, {"limit", kMaxChars}});
        return false;
      }
      domain->max_chars =
          domain->max_chars < 0 ? clause.max : std::min(domain->max_chars, clause.max);
      return true;
    case ast::DomainKind::matches: {
      if (!text) return misfit("`matches`");
      if (auto regex = Regex::compile(clause.pattern); !regex) {
        emit(Kind::bad_pattern, clause.span, {{"why", regex.error().message}});
        return false;
      }
      domain->patterns.push_back(clause.pattern);
      std::sort(domain->patterns.begin(), domain->patterns.end());
      domain->patterns.erase(std::unique(domain->patterns.begin(), domain->patterns.end()),
                             domain->patterns.end());
      return true;
    }
    case ast::DomainKind::compare: {
      if (!is_ordered(type)) return misfit("a comparison");
      const Typed value = part(clause.parts[0]);
      if (!value.ok()) return false;
      ir::Interval all = full_range(rules_, base);
      const Int128 n = constant_of(value.id)->number;
      if (clause.compare == ast::ExprKind::ge) all.low = n;
      if (clause.compare == ast::ExprKind::gt) all.low = n + 1;
      if (clause.compare == ast::ExprKind::le) all.high = n;
      if (clause.compare == ast::ExprKind::lt) all.high = n - 1;
      std::vector<ir::Interval> intervals;
      if (all.low <= all.high) intervals.push_back(all);
      restrict_to(domain, std::move(intervals));
      return true;
    }
    case ast::DomainKind::range:
    case ast::DomainKind::values:
      break;
  }
  if (list || base.kind == ir::TypeKind::record || base.kind == ir::TypeKind::boolean ||
      base.kind == ir::TypeKind::effect) {
    return misfit("`in`");
  }
  std::vector<ir::Interval> intervals;
  std::vector<std::string> texts;
  bool ok = true;
  std::vector<ast::ExprId> parts;
  for (ast::ExprId id : clause.parts) {
    const ast::Expr& e = node(id);
    if (e.kind == ast::ExprKind::set_lit) {
      for (uint32_t i = 0; i < e.arg_count; ++i)
        parts.push_back(scope_module_->args_of(e)[i].value);
    } else {
      parts.push_back(id);
    }
  }
  for (ast::ExprId id : parts) {
    const ast::Expr& e = node(id);
    if (e.kind == ast::ExprKind::range) {
      if (!is_ordered(type)) return misfit("a range");
      const Typed low = part(e.a), high = part(e.b);
      ir::Interval interval;
      if (!low.ok() || !high.ok() ||
          !domain_interval(low.id, high.id, e.open_low, e.open_high, &interval)) {
        ok = false;
        continue;
      }
      if (interval.low > interval.high) {
        emit(Kind::empty_range, e.span).label("nothing lies in this range");
        ok = false;
        continue;
      }
      intervals.push_back(interval);
      continue;
    }
    const Typed value = part(id);
    if (!value.ok()) {
      ok = false;
      continue;
    }
    if (text) {
      texts.push_back(constant_of(value.id)->text);
    } else {
      const Int128 n = constant_of(value.id)->number;
      intervals.push_back({n, n});
    }
  }
  if (!ok) return false;
  if (!text) {
    restrict_to(domain, std::move(intervals));
    return true;
  }
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  if (domain->has_texts) {
    std::vector<std::string> both;
    std::set_intersection(texts.begin(), texts.end(), domain->texts.begin(), domain->texts.end(),
                          std::back_inserter(both));
    texts = std::move(both);
  }
  domain->has_texts = true;
  domain->texts = std::move(texts);
  return true;
}

Slot Checker::resolve_field(const ast::Field& field, bool bound_ints) {
  Slot slot;
  slot.name = field.name.text;
  slot.span = field.name.span;
  slot.type = resolve(field.type, &slot.domain, bound_ints);
  return slot;
}

std::string Checker::show(ir::TypeId id) const {
  if (id == ir::TypeId::none) return "?";
  const ir::Type& t = rules_.type(id);
  std::string out;
  switch (t.kind) {
    case ir::TypeKind::boolean:
      out = "bool";
      break;
    case ir::TypeKind::integer:
      out = "int";
      break;
    case ir::TypeKind::decimal:
      out = "decimal(" + std::to_string(t.scale) + ")";
      break;
    case ir::TypeKind::quotient:
      out = "quotient";
      break;
    case ir::TypeKind::string:
      out = "string";
      break;
    case ir::TypeKind::enumeration:
      out = rules_.enums[t.ref].name;
      break;
    case ir::TypeKind::effect:
      out = "effect";
      break;
    case ir::TypeKind::date:
      out = "date";
      break;
    case ir::TypeKind::datetime:
      out = "datetime";
      break;
    case ir::TypeKind::duration:
      out = "duration";
      break;
    case ir::TypeKind::list:
      out = "list<" + show(t.element) + ">";
      break;
    case ir::TypeKind::set:
      out = "set<" + show(t.element) + ">";
      break;
    case ir::TypeKind::record:
      out = rules_.records[t.ref].name;
      break;
  }
  return t.optional ? out + "?" : out;
}

std::string Checker::show(const Type& type) const {
  std::string out = show(type.id);
  if (!type.unit.empty()) out += " unit " + type.unit;
  return out;
}

std::string Checker::show_constant(const ir::Constant& c) const {
  const ir::Type& t = rules_.type(c.type);
  if (c.missing) return "missing";
  switch (t.kind) {
    case ir::TypeKind::boolean:
      return c.number != 0 ? "true" : "false";
    case ir::TypeKind::string:
      return "\"" + c.text + "\"";
    case ir::TypeKind::enumeration:
      return rules_.enums[t.ref].values[static_cast<size_t>(c.number)].name;
    case ir::TypeKind::effect:
      return c.number == 0 ? "permit" : "deny";
    case ir::TypeKind::date:
      return text_of_date(static_cast<int32_t>(c.number));
    case ir::TypeKind::datetime:
      return text_of_datetime(static_cast<int64_t>(c.number));
    case ir::TypeKind::duration:
      return text_of_duration(static_cast<int64_t>(c.number));
    default:
      return text_of_decimal(c.number, t.kind == ir::TypeKind::decimal ? t.scale : 0);
  }
}

}  // namespace pac::check
