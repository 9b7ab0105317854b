#include "runtime/ir/encode.h"

#include "runtime/base/json.h"
#include "runtime/ir/numbers.h"
#include "runtime/ir/shape.h"

namespace pac::ir {

namespace {

// Writes each object's members in the order of their names, as RFC 8785 wants it.
class Encoder {
 public:
  Encoder(const RuleSet& rule_set, std::string* out) : rs_(rule_set), w_(out) {}
  void rule_set();

 private:
  void type(const Type& type);
  void domain(const Domain& domain);
  void constant(const Constant& constant);
  void expr(const Expr& expr);
  void enumeration(const Enum& each);
  void record(const Record& each);
  void param(const Param& each);
  void duty(const Duty& each);
  void decision(const Decision& each);
  void feature(const Feature& each);
  void let(const Let& each);
  void ranked(const RankedColumn& each);
  void fold(const Fold& each);
  void rule(const Rule& each);

  // kNone is null.
  void id(uint32_t value) { value == kNone ? void(w_.null()) : void(w_.integer(value)); }
  template <typename Id>
    requires std::is_enum_v<Id>
  void id(Id value) {
    id(index(value));
  }
  template <typename Id>
  void id_member(const char* key, Id value) {
    w_.key(key);
    id(value);
  }
  // Left out where there is none.
  template <typename Id>
  void optional_id(const char* key, Id value) {
    if (static_cast<uint32_t>(value) != kNone) id_member(key, value);
  }
  void text(const char* key, const std::string& value) {
    if (!value.empty()) w_.key(key).string(value);
  }
  void flag(const char* key, bool value) {
    if (value) w_.key(key).boolean(true);
  }
  void number(const char* key, Int128 value, Int128 left_out) {
    if (value == left_out) return;
    w_.key(key);
    write_integer(w_, value);
  }
  template <typename Range, typename Write>
  void list(const char* key, const Range& range, Write write) {
    w_.key(key).begin_array();
    for (const auto& each : range) write(each);
    w_.end_array();
  }
  template <typename Range, typename Write>
  void optional_list(const char* key, const Range& range, Write write) {
    if (!range.empty()) list(key, range, write);
  }

  const RuleSet& rs_;
  json::Writer w_;
};

void Encoder::rule_set() {
  const auto string = [&](const std::string& each) { w_.string(each); };
  w_.begin_object();
  list("constants", rs_.constants, [&](const Constant& each) { constant(each); });
  list("decisions", rs_.decisions, [&](const Decision& each) { decision(each); });
  list("domains", rs_.domains, [&](const Domain& each) { domain(each); });
  list("duties", rs_.duties, [&](const Duty& each) { duty(each); });
  w_.key("edition").integer(rs_.edition);
  list("enums", rs_.enums, [&](const Enum& each) { enumeration(each); });
  list("exprs", rs_.exprs, [&](const Expr& each) { expr(each); });
  w_.key("format").string("pac-ir");
  list("functions", rs_.functions, [&](const FunctionRef& each) {
    w_.begin_array().string(each.name).integer(each.version).end_array();
  });
  w_.key("package").string(rs_.package);
  list("params", rs_.params, [&](const Param& each) { param(each); });
  list("records", rs_.records, [&](const Record& each) { record(each); });
  list("types", rs_.types, [&](const Type& each) { type(each); });
  w_.key("version").integer(kIrVersion);
  list("zones", rs_.zones, string);
  w_.end_object();
}

void Encoder::type(const Type& type) {
  w_.begin_object();
  optional_id("element", type.element);
  w_.key("kind").string(name(type.kind));
  flag("optional", type.optional);
  optional_id("ref", type.ref);
  number("scale", type.scale, 0);
  w_.end_object();
}

void Encoder::domain(const Domain& domain) {
  const auto string = [&](const std::string& each) { w_.string(each); };
  w_.begin_object();
  optional_id("element", domain.element);
  if (domain.has_intervals) {
    list("intervals", domain.intervals, [&](const Interval& each) {
      w_.begin_array();
      write_integer(w_, each.low);
      write_integer(w_, each.high);
      w_.end_array();
    });
  }
  number("max_chars", domain.max_chars, -1);
  number("max_items", domain.max_items, -1);
  optional_list("patterns", domain.patterns, string);
  if (domain.has_texts) list("texts", domain.texts, string);
  w_.end_object();
}

void Encoder::constant(const Constant& constant) {
  w_.begin_object();
  flag("missing", constant.missing);
  number("number", constant.number, 0);
  text("text", constant.text);
  id_member("type", constant.type);
  w_.end_object();
}

void Encoder::expr(const Expr& expr) {
  const OpShape& parts = shape(expr.op);
  w_.begin_array().string(name(expr.op));
  id(expr.type);
  if (parts.a != Part::unused) id(expr.a);
  if (parts.b != Part::unused) id(expr.b);
  if (parts.c != Part::unused) id(expr.c);
  if (parts.extra != Part::unused) id(expr.extra);
  for (uint32_t i = 0; i < expr.operand_count; ++i) id(rs_.operand(expr, i));
  w_.end_array();
}

void Encoder::enumeration(const Enum& each) {
  w_.begin_object();
  w_.key("name").string(each.name);
  flag("ordered", each.ordered);
  list("values", each.values, [&](const EnumValue& value) {
    w_.begin_array().string(value.name).string(value.wire).end_array();
  });
  w_.end_object();
}

void Encoder::record(const Record& each) {
  w_.begin_object();
  list("fields", each.fields, [&](const Field& field) {
    w_.begin_object();
    optional_id("domain", field.domain);
    w_.key("name").string(field.name);
    id_member("type", field.type);
    text("unit", field.unit);
    w_.end_object();
  });
  w_.key("name").string(each.name);
  w_.end_object();
}

void Encoder::param(const Param& each) {
  w_.begin_object();
  optional_id("domain", each.domain);
  list("lines", each.lines, [&](const ParamLine& line) {
    w_.begin_array().integer(line.from);
    id(line.value);
    w_.end_array();
  });
  w_.key("name").string(each.name);
  id_member("type", each.type);
  text("unit", each.unit);
  w_.end_object();
}

void Encoder::duty(const Duty& each) {
  w_.begin_object();
  flag("advice", each.is_advice);
  id_member("arguments", each.arguments);
  w_.key("name").string(each.name);
  w_.end_object();
}

void Encoder::feature(const Feature& each) {
  w_.begin_object();
  id_member("key", each.key);
  number("max_age_us", each.max_age_us, -1);
  w_.key("name").string(each.name);
  flag("required", each.required);
  id_member("slot", each.slot);
  w_.end_object();
}

void Encoder::let(const Let& each) {
  w_.begin_object();
  optional_id("domain", each.domain);
  id_member("type", each.type);
  id_member("value", each.value);
  w_.end_object();
}

void Encoder::ranked(const RankedColumn& each) {
  w_.begin_object();
  id_member("column", each.column);
  flag("highest", each.highest);
  optional_list("values", each.values, [&](ConstantId value) { id(value); });
  w_.end_object();
}

void Encoder::fold(const Fold& each) {
  w_.begin_object();
  optional_id("column", each.column);
  w_.key("kind").string(name(each.kind));
  w_.end_object();
}

void Encoder::rule(const Rule& each) {
  const auto expr_id = [&](ExprId value) { id(value); };
  w_.begin_object();
  optional_list("conditions", each.conditions, expr_id);
  optional_list("duties", each.duties, [&](const DutyUse& use) {
    w_.begin_object();
    list("arguments", use.arguments, expr_id);
    id_member("duty", use.duty);
    w_.end_object();
  });
  if (each.has_effective) {
    w_.key("effective")
        .begin_array()
        .integer(each.effective_from)
        .integer(each.effective_to)
        .end_array();
  }
  if (each.each_list != ExprId::none) {
    w_.key("for_each").begin_array();
    id(each.each_list);
    id(each.each_var);
    w_.end_array();
  }
  w_.key("name").string(each.name);
  list("outcome", each.outcome, expr_id);
  optional_list("overrides", each.overrides, [&](uint32_t target) { id(target); });
  number("priority", each.priority, 0);
  w_.end_object();
}

void Encoder::decision(const Decision& each) {
  const auto expr_id = [&](ExprId value) { id(value); };
  w_.begin_object();
  optional_id("as_of", each.as_of_slot);
  optional_list("assumes", each.assumes, expr_id);
  optional_list("features", each.features, [&](const Feature& feature_of) { feature(feature_of); });
  optional_list("folds", each.folds, [&](const Fold& fold_of) { fold(fold_of); });
  id_member("input", each.input);
  optional_list("lets", each.lets, [&](const Let& let_of) { let(let_of); });
  w_.key("name").string(each.name);
  optional_id("now", each.now_slot);
  if (each.has_otherwise) {
    w_.key("otherwise");
    rule(each.otherwise);
  }
  id_member("output", each.output);
  flag("partial", each.partial);
  w_.key("policy").string(name(each.policy));
  flag("private", each.is_private);
  optional_list("ranking", each.ranking, [&](const RankedColumn& column) { ranked(column); });
  optional_list("result", each.result, expr_id);
  id_member("result_type", each.result_type);
  list("roles", each.roles, [&](SlotRole role) { w_.string(name(role)); });
  optional_list("rules", each.rules, [&](const Rule& rule_of) { rule(rule_of); });
  number("variables", each.var_count, 0);
  text("zone", each.zone);
  w_.end_object();
}

}  // namespace

std::string encode(const RuleSet& rule_set) {
  std::string text;
  Encoder(rule_set, &text).rule_set();
  return text;
}

}  // namespace pac::ir
