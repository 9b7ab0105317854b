#include "compiler/analyze/phrase.h"

#include "compiler/analyze/values.h"
#include "stdlib/registry.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;
using ir::TypeKind;

namespace {

constexpr int kMaxDepth = 8;

struct Infix {
  const char* word = nullptr;
  int level = 0;  // larger binds closer
};

Infix infix(Op op) {
  switch (op) {
    case Op::or_:
      return {" or ", 1};
    case Op::and_:
      return {" and ", 2};
    case Op::eq:
      return {" == ", 4};
    case Op::ne:
      return {" != ", 4};
    case Op::lt:
      return {" < ", 4};
    case Op::le:
      return {" <= ", 4};
    case Op::gt:
      return {" > ", 4};
    case Op::ge:
      return {" >= ", 4};
    case Op::starts_with:
      return {" starts_with ", 4};
    case Op::ends_with:
      return {" ends_with ", 4};
    case Op::contains:
      return {" contains ", 4};
    case Op::in_list:
      return {" in ", 4};
    case Op::intersects:
      return {" intersects ", 4};
    case Op::subset_of:
      return {" subset_of ", 4};
    case Op::default_:
      return {" default ", 5};
    case Op::add:
      return {" + ", 6};
    case Op::sub:
      return {" - ", 6};
    case Op::mul:
      return {" * ", 7};
    case Op::quot:
      return {" / ", 7};
    default:
      return {};
  }
}

class Writer {
 public:
  Writer(const ir::RuleSet& rules, const ir::Decision& decision, const ir::DecisionSide& side)
      : rules_(rules), decision_(decision), side_(side) {}

  // `level`: of what stands around it.
  std::string write(ExprId id, int level = 0, int depth = 0) const {
    if (depth > kMaxDepth) return "…";
    const ir::Expr& expr = rules_.expr(id);
    if (const Infix with = infix(expr.op); with.word != nullptr) {
      const std::string text =
          part(expr.a, with.level, depth) + with.word + part(expr.b, with.level + 1, depth);
      return with.level < level ? "(" + text + ")" : text;
    }
    switch (expr.op) {
      case Op::constant:
        return phrase(rules_, rules_.constants[expr.a]);
      case Op::input:
        return rules_.record(decision_.input).fields[expr.a].name;
      case Op::let:
        return expr.a < side_.lets.size() && !side_.lets[expr.a].name.empty()
                   ? side_.lets[expr.a].name
                   : write(decision_.lets[expr.a].value, level, depth + 1);
      case Op::var:
        return variable(expr.a);
      case Op::param:
        return rules_.params[expr.a].name;
      case Op::field:
        return part(expr.a, 9, depth) + "." + field_name(expr);
      case Op::not_:
        return "not " + part(expr.a, 3, depth);
      case Op::neg:
        return "-" + part(expr.a, 8, depth);
      case Op::unwrap:
      case Op::some:
      case Op::rescale:
        return part(expr.a, level, depth);
      case Op::is_present:
        return part(expr.a, 5, depth) + " is present";
      case Op::if_:
        return "if " + part(expr.a, 0, depth) + " then " + part(expr.b, 0, depth) + " else " +
               part(expr.c, 0, depth);
      case Op::in_range:
        return part(expr.a, 5, depth) + " in " + part(expr.b, 5, depth) +
               ((expr.extra & 1) != 0 ? " <" : " ") + ".." + ((expr.extra & 2) != 0 ? "< " : " ") +
               part(expr.c, 5, depth);
      case Op::in_set:
        return part(expr.a, 5, depth) + " in {" + operands(expr, depth) + "}";
      case Op::matches:
        return part(expr.a, 5, depth) + " matches " + quoted(rules_.constants[expr.b].text);
      case Op::any:
      case Op::all:
      case Op::none:
        return std::string(ir::name(expr.op)) + " " + variable(expr.c) + " in " +
               part(expr.a, 5, depth) + ": " + part(expr.b, 0, depth);
      default:
        return call(expr, depth);
    }
  }

 private:
  std::string part(uint32_t id, int level, int depth) const {
    return write(static_cast<ExprId>(id), level, depth + 1);
  }

  std::string variable(uint32_t slot) const {
    return slot < side_.variables.size() && !side_.variables[slot].empty() ? side_.variables[slot]
                                                                           : "item";
  }

  std::string field_name(const ir::Expr& expr) const {
    return rules_.records[rules_.type_of(static_cast<ExprId>(expr.a)).ref].fields[expr.b].name;
  }

  std::string operands(const ir::Expr& expr, int depth) const {
    std::string out;
    for (uint32_t i = 0; i < expr.operand_count; ++i) {
      out += (i > 0 ? ", " : "") + write(rules_.operand(expr, i), 0, depth + 1);
    }
    return out;
  }

  // What is written with round brackets.
  std::string call(const ir::Expr& expr, int depth) const {
    switch (expr.op) {
      case Op::call:
        return rules_.decisions[expr.a].name + "(" + operands(expr, depth) + ")";
      case Op::call_std:
        return standard_call(expr, depth);
      case Op::min_of:
        return "min(" + operands(expr, depth) + ")";
      case Op::max_of:
        return "max(" + operands(expr, depth) + ")";
      case Op::count:
      case Op::sum:
      case Op::min:
      case Op::max: {
        std::string out = std::string(ir::name(expr.op)) + "(";
        if (expr.op != Op::count) out += part(expr.extra, 0, depth) + " for ";
        out += variable(expr.c) + " in " + part(expr.a, 5, depth);
        if (expr.b != ir::kNone) out += " where " + part(expr.b, 0, depth);
        return out + ")";
      }
      case Op::round:
        return "round(" + part(expr.a, 0, depth) + ", " +
               std::to_string(rules_.type(expr.type).scale) + ")";
      case Op::mod:
        return "mod(" + part(expr.a, 0, depth) + ", " + part(expr.b, 0, depth) + ")";
      case Op::len:
        return "len(" + part(expr.a, 0, depth) + ")";
      case Op::make_list:
        return "[" + operands(expr, depth) + "]";
      case Op::make_set:
      case Op::make_record:
        return "{" + operands(expr, depth) + "}";
      case Op::template_:
        return "a text with " + operands(expr, depth);
      default:
        return ir::name(expr.op);
    }
  }

  // Options as the author names them, and not where they are the default.
  std::string standard_call(const ir::Expr& expr, int depth) const {
    const ir::FunctionRef& ref = rules_.functions[expr.a];
    const stdlib::Function* function = stdlib::find(ref.name, ref.version);
    if (function == nullptr) return ref.name + "(…)";
    std::string out;
    uint32_t next = 0;
    for (const stdlib::Parameter& parameter : function->parameters) {
      if (next >= expr.operand_count) break;
      const ExprId operand = rules_.operand(expr, next);
      next += parameter.kind == stdlib::Kind::decimal ? 2 : 1;  // with its scale
      std::string text = write(operand, 0, depth + 1);
      const ir::Expr& value = rules_.expr(operand);
      if (parameter.kind == stdlib::Kind::option && value.op == Op::constant) {
        const auto choice = static_cast<size_t>(rules_.constants[value.a].number);
        if (choice < parameter.options.size()) text = parameter.options[choice];
      } else if (parameter.kind == stdlib::Kind::zone && value.op == Op::constant) {
        text = quoted(rules_.zones[static_cast<size_t>(rules_.constants[value.a].number)]);
      }
      if (parameter.default_value != nullptr && text == parameter.default_value) continue;
      out += (out.empty() ? "" : ", ") + text;
    }
    return ref.name + "(" + out + ")";
  }

  const ir::RuleSet& rules_;
  const ir::Decision& decision_;
  const ir::DecisionSide& side_;
};

}  // namespace

std::string phrase(const ir::RuleSet& rules, const ir::Decision& decision,
                   const ir::DecisionSide& side, ir::ExprId id) {
  return Writer(rules, decision, side).write(id);
}

std::string phrase(const ir::RuleSet& rules, const ir::Constant& constant) {
  if (constant.missing) return "missing";
  const ir::Type& type = rules.type(constant.type);
  return type.kind == TypeKind::string ? quoted(constant.text)
                                       : to_words(rules, type, constant.number);
}

}  // namespace pac::analyze
