#include <algorithm>
#include <set>

#include "compiler/driver/diff.h"
#include "runtime/base/text_numbers.h"
#include "runtime/ir/print.h"
#include "runtime/ir/shape.h"

namespace pac::driver {

namespace {

std::string quoted_name(const std::string& prefix, const std::string& name) {
  return "`" + prefix + name + "`";
}

std::string full_type(const ir::RuleSet& rules, const ir::Field& field) {
  std::string out = ir::type_text(rules, field.type);
  const std::string domain = ir::domain_text(rules, field.type, field.domain);
  if (!domain.empty()) out += " " + domain;
  if (!field.unit.empty()) out += " " + field.unit;
  return out;
}

class Schemas {
 public:
  Schemas(const ir::RuleSet& before, const ir::RuleSet& after) : before_(before), after_(after) {}

  void fields(const std::string& what, const std::string& prefix, const ir::Record& x,
              const ir::Record& y, bool is_input, int depth = 0) {
    for (const ir::Field& field : x.fields) {
      const auto other = std::ranges::find(y.fields, field.name, &ir::Field::name);
      const std::string name = what + " " + quoted_name(prefix, field.name);
      if (other == y.fields.end()) {
        add(name, "is gone");
        continue;
      }
      const std::string was = full_type(before_, field), is = full_type(after_, *other);
      if (was != is) add(name, "was " + was + ", is " + is);
      const ir::Record* a = record_of(before_, field.type);
      const ir::Record* b = record_of(after_, other->type);
      if (a != nullptr && b != nullptr && depth < 8) {
        fields(what, prefix + field.name + ".", *a, *b, is_input, depth + 1);
      }
    }
    for (const ir::Field& field : y.fields) {
      if (std::ranges::find(x.fields, field.name, &ir::Field::name) != x.fields.end()) continue;
      const bool is_optional = after_.type(field.type).optional;
      add(what + " " + quoted_name(prefix, field.name),
          std::string("is new") +
              (is_input ? is_optional ? ", and may be missing" : ", and required" : "") + ": " +
              full_type(after_, field));
    }
  }

  void enums() {
    for (const ir::Enum& x : before_.enums) {
      const auto y = std::ranges::find(after_.enums, x.name, &ir::Enum::name);
      if (y == after_.enums.end()) continue;
      for (const ir::EnumValue& value : x.values) {
        if (std::ranges::find(y->values, value.wire, &ir::EnumValue::wire) == y->values.end()) {
          add("enumeration `" + x.name + "`", "has no value `" + value.name + "` any more");
        }
      }
      for (const ir::EnumValue& value : y->values) {
        if (std::ranges::find(x.values, value.wire, &ir::EnumValue::wire) == x.values.end()) {
          add("enumeration `" + x.name + "`", "has the new value `" + value.name + "`");
        }
      }
    }
  }

  void params() {
    for (const ir::Param& x : before_.params) {
      const auto y = std::ranges::find(after_.params, x.name, &ir::Param::name);
      if (y == after_.params.end()) {
        add("parameter `" + x.name + "`", "is gone");
        continue;
      }
      if (ir::type_text(before_, x.type) != ir::type_text(after_, y->type) || x.unit != y->unit) {
        add("parameter `" + x.name + "`", "is of another type or unit");
      }
      lines(x, *y);
    }
    for (const ir::Param& y : after_.params) {
      if (std::ranges::find(before_.params, y.name, &ir::Param::name) == before_.params.end()) {
        add("parameter `" + y.name + "`", "is new");
      }
    }
  }

  std::vector<SchemaChange> take() { return std::move(out_); }
  void add(std::string what, std::string text) {
    out_.push_back({std::move(what), std::move(text)});
  }

 private:
  static const ir::Record* record_of(const ir::RuleSet& rules, ir::TypeId id) {
    const ir::Type* type = &rules.type(id);
    while (type->element != ir::TypeId::none) type = &rules.type(type->element);
    return type->kind == ir::TypeKind::record ? &rules.records[type->ref] : nullptr;
  }

  static std::string day(int32_t days) {
    char buffer[kDateTextBytes];
    return std::string(buffer, format_date(days, buffer));
  }

  static std::string value(const ir::RuleSet& rules, ir::ExprId id) {
    const ir::Expr& expr = rules.expr(id);
    return expr.op == ir::Op::constant
               ? ir::constant_text(rules, static_cast<ir::ConstantId>(expr.a))
               : ir::print(rules, id);
  }

  void lines(const ir::Param& x, const ir::Param& y) {
    const std::string what = "parameter `" + x.name + "`";
    for (const ir::ParamLine& line : x.lines) {
      const auto other = std::ranges::find(y.lines, line.from, &ir::ParamLine::from);
      if (other == y.lines.end()) {
        add(what, "has no line from " + day(line.from) + " any more");
      } else if (value(before_, line.value) != value(after_, other->value)) {
        add(what, "from " + day(line.from) + " was " + value(before_, line.value) + ", is " +
                      value(after_, other->value));
      }
    }
    for (const ir::ParamLine& line : y.lines) {
      if (std::ranges::find(x.lines, line.from, &ir::ParamLine::from) == x.lines.end()) {
        add(what, "has a new line from " + day(line.from) + ": " + value(after_, line.value));
      }
    }
  }

  const ir::RuleSet& before_;
  const ir::RuleSet& after_;
  std::vector<SchemaChange> out_;
};

}  // namespace

std::vector<SchemaChange> schema_changes(const ir::RuleSet& before, const ir::RuleSet& after) {
  Schemas schemas(before, after);
  schemas.enums();
  schemas.params();
  return schemas.take();
}

std::vector<SchemaChange> schema_changes(const ir::RuleSet& before, ir::DecisionId old_decision,
                                         const ir::RuleSet& after, ir::DecisionId new_decision) {
  Schemas schemas(before, after);
  const ir::Decision& x = before.decision(old_decision);
  const ir::Decision& y = after.decision(new_decision);
  schemas.fields("input", "", before.record(x.input), after.record(y.input), true);
  const ir::Type& was = before.type(x.result_type);
  const ir::Type& is = after.type(y.result_type);
  if (was.kind == ir::TypeKind::record && is.kind == ir::TypeKind::record) {
    schemas.fields("output", "", before.records[was.ref], after.records[is.ref], false);
  } else if (was.kind != is.kind) {
    schemas.add("the output", "was " + ir::type_text(before, x.result_type) + ", is " +
                                  ir::type_text(after, y.result_type));
  }
  const auto& fields = before.record(x.input).fields;
  for (uint32_t i = 0; i < fields.size(); ++i) {
    const auto& others = after.record(y.input).fields;
    for (uint32_t k = 0; k < others.size(); ++k) {
      if (fields[i].name == others[k].name && x.roles[i] != y.roles[k]) {
        schemas.add("input " + quoted_name("", fields[i].name),
                    std::string("was of the ") + ir::name(x.roles[i]) + ", is of the " +
                        ir::name(y.roles[k]));
      }
    }
  }
  return schemas.take();
}

std::vector<uint32_t> params_read_by(const ir::RuleSet& rules, ir::DecisionId decision) {
  std::set<uint32_t> params, seen_decisions{ir::index(decision)};
  std::set<uint32_t> seen;
  std::vector<ir::ExprId> pending;
  const auto push = [&](ir::ExprId id) {
    if (id != ir::ExprId::none && seen.insert(ir::index(id)).second) pending.push_back(id);
  };
  ir::for_each_root(rules.decision(decision), push);
  while (!pending.empty()) {
    const ir::Expr& expr = rules.expr(pending.back());
    pending.pop_back();
    if (expr.op == ir::Op::param) params.insert(expr.a);
    if (expr.op == ir::Op::call && seen_decisions.insert(expr.a).second) {
      ir::for_each_root(rules.decisions[expr.a], push);
    }
    ir::for_each_operand(rules, expr, push);
  }
  return {params.begin(), params.end()};
}

}  // namespace pac::driver
