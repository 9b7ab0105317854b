#include <algorithm>
#include <optional>

#include "compiler/analyze/values.h"
#include "compiler/analyze/witness.h"
#include "stdlib/registry.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;
using ir::TypeKind;

namespace {

constexpr size_t kMostListed = 8;

std::string joined(const std::vector<std::string>& parts, const char* last) {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += i + 1 == parts.size() ? last : ", ";
    out += parts[i];
  }
  return out;
}

// Expressions as an author would write them; enough to recognise one's own.
class Printer {
 public:
  Printer(const Space& space, const ir::DecisionSide& side) : space_(space), side_(side) {}

  // The opposite of a condition.
  std::string negated(ExprId id) const {
    const ir::Expr& expr = space_.rules().expr(id);
    const auto with = [&](const char* between) {
      return print(static_cast<ExprId>(expr.a), 1) + between +
             print(static_cast<ExprId>(expr.b), 1);
    };
    switch (expr.op) {
      case Op::eq:
        return with(" != ");
      case Op::lt:
        return with(" >= ");
      case Op::le:
        return with(" > ");
      case Op::gt:
        return with(" <= ");
      case Op::ge:
        return with(" < ");
      default:
        return "not (" + print(id) + ")";
    }
  }

  std::string print(ExprId id, int depth = 0) const {
    const ir::RuleSet& rules = space_.rules();
    for (size_t i = 0; i < space_.flat().lets.size(); ++i) {
      if (space_.flat().lets[i] == id && i < side_.lets.size()) return side_.lets[i].name;
    }
    if (const auto path = path_of(rules, id)) return name_of(rules, space_.decision(), *path);
    const ir::Expr& expr = rules.expr(id);
    if (depth > 6) return "…";
    const auto part = [&](uint32_t operand) {
      return print(static_cast<ExprId>(operand), depth + 1);
    };
    if (const char* between = infix(expr.op)) return part(expr.a) + between + part(expr.b);
    switch (expr.op) {
      case Op::constant:
        return constant(rules.constants[expr.a]);
      case Op::not_:
        return "not (" + part(expr.a) + ")";
      case Op::neg:
        return "-" + part(expr.a);
      case Op::unwrap:
      case Op::some:
      case Op::rescale:
        return part(expr.a);
      case Op::is_present:
        return part(expr.a) + " is present";
      case Op::len:
        return "len(" + part(expr.a) + ")";
      case Op::round:
        return "round(" + part(expr.a) + ")";
      case Op::if_:
        return "if " + part(expr.a) + " then " + part(expr.b) + " else " + part(expr.c);
      case Op::field:
        return part(expr.a) + "." + field_name(expr);
      case Op::call_std:
        return standard_call(expr, depth);
      case Op::call:
        return rules.decisions[expr.a].name + "(" + operands(expr, depth) + ")";
      case Op::any:
      case Op::all:
      case Op::none:
        if (const auto text = of_texts(expr, depth)) return *text;
        return std::string(ir::name(expr.op)) + " " + variable(expr.c) + " in " + part(expr.a) +
               ": " + part(expr.b);
      case Op::count:
      case Op::sum:
      case Op::min:
      case Op::max:
        return fold(expr, depth);
      case Op::in_set:
        return part(expr.a) + " in {" + operands(expr, depth) + "}";
      case Op::matches:
        return part(expr.a) + " matches " + quoted(rules.constants[expr.b].text);
      case Op::var:
        return variable(expr.a);
      default:
        return ir::name(expr.op);
    }
  }

 private:
  static const char* infix(Op op) {
    switch (op) {
      case Op::and_:
        return " and ";
      case Op::or_:
        return " or ";
      case Op::eq:
        return " == ";
      case Op::ne:
        return " != ";
      case Op::lt:
        return " < ";
      case Op::le:
        return " <= ";
      case Op::gt:
        return " > ";
      case Op::ge:
        return " >= ";
      case Op::add:
        return " + ";
      case Op::sub:
        return " - ";
      case Op::mul:
        return " * ";
      case Op::quot:
        return " / ";
      case Op::default_:
        return " default ";
      case Op::starts_with:
        return " starts_with ";
      case Op::ends_with:
        return " ends_with ";
      case Op::contains:
        return " contains ";
      case Op::in_list:
        return " in ";
      case Op::intersects:
        return " intersects ";
      case Op::subset_of:
        return " subset_of ";
      default:
        return nullptr;
    }
  }

  // `any x in xs: …` of the author, or of a called decision, whose names are not at hand.
  std::string variable(uint32_t slot) const {
    return slot < side_.variables.size() && !side_.variables[slot].empty() ? side_.variables[slot]
                                                                           : "item";
  }

  // A question of the items of a list that the analysis asks in the author's stead.
  std::optional<std::string> of_texts(const ir::Expr& expr, int depth) const {
    const bool is_own = expr.c < side_.variables.size() && !side_.variables[expr.c].empty();
    const ir::Expr& test = space_.rules().expr(static_cast<ExprId>(expr.b));
    if (is_own || space_.rules().expr(static_cast<ExprId>(test.a)).op != Op::var) return {};
    const std::string list = print(static_cast<ExprId>(expr.a), depth + 1);
    if (test.op == Op::eq && expr.op == Op::any) {
      return print(static_cast<ExprId>(test.b), depth + 1) + " in " + list;
    }
    if (test.op != Op::in_set || expr.op == Op::none) return {};
    return list + (expr.op == Op::any ? " intersects {" : " subset_of {") + operands(test, depth) +
           "}";
  }

  std::string fold(const ir::Expr& expr, int depth) const {
    const auto part = [&](uint32_t id) { return print(static_cast<ExprId>(id), depth + 1); };
    std::string out = std::string(ir::name(expr.op)) + "(";
    if (expr.op != Op::count) out += part(expr.extra) + " for ";
    out += variable(expr.c) + " in " + part(expr.a);
    if (expr.b != ir::kNone) out += " where " + part(expr.b);
    return out + ")";
  }

  std::string constant(const ir::Constant& value) const {
    const ir::Type& type = space_.rules().type(value.type);
    if (value.missing) return "missing";
    return type.kind == TypeKind::string ? quoted(value.text)
                                         : to_words(space_.rules(), type, value.number);
  }

  std::string operands(const ir::Expr& expr, int depth) const {
    std::vector<std::string> parts;
    for (uint32_t i = 0; i < expr.operand_count; ++i) {
      parts.push_back(print(space_.rules().operand(expr, i), depth + 1));
    }
    return joined(parts, ", ");
  }

  // Options as the author names them, and not where they are the default.
  std::string standard_call(const ir::Expr& expr, int depth) const {
    const ir::RuleSet& rules = space_.rules();
    const ir::FunctionRef& ref = rules.functions[expr.a];
    const stdlib::Function* function = stdlib::find(ref.name, ref.version);
    if (function == nullptr) return ref.name + "(…)";
    std::vector<std::string> parts;
    uint32_t next = 0;
    for (const stdlib::Parameter& parameter : function->parameters) {
      if (next >= expr.operand_count) break;
      const ExprId operand = rules.operand(expr, next);
      next += parameter.kind == stdlib::Kind::decimal ? 2 : 1;  // with its scale
      std::string text = print(operand, depth + 1);
      const ir::Expr& value = rules.expr(operand);
      if (parameter.kind == stdlib::Kind::option && value.op == Op::constant) {
        const auto choice = static_cast<size_t>(rules.constants[value.a].number);
        if (choice < parameter.options.size()) text = parameter.options[choice];
      } else if (parameter.kind == stdlib::Kind::zone && value.op == Op::constant) {
        text = quoted(rules.zones[static_cast<size_t>(rules.constants[value.a].number)]);
      }
      if (parameter.default_value != nullptr && text == parameter.default_value) continue;
      parts.push_back(std::move(text));
    }
    return ref.name + "(" + joined(parts, ", ") + ")";
  }

  std::string field_name(const ir::Expr& expr) const {
    const ir::RuleSet& rules = space_.rules();
    return rules.records[rules.type_of(static_cast<ExprId>(expr.a)).ref].fields[expr.b].name;
  }

  const Space& space_;
  const ir::DecisionSide& side_;
};

// ">= 750", "640 .. 699", "5".
std::string run_words(const ir::RuleSet& rules, const Column& column, const Run& run) {
  const Int128 low = column.cells[run.first].values.low;
  const Int128 high = column.cells[run.last].values.high;
  const auto value = [&](Int128 number) { return to_words(rules, column.type, number); };
  if (low == high) return value(low);
  const bool from_start = low == column.domain.front().low;
  const bool to_end = high == column.domain.back().high;
  if (to_end) return ">= " + value(low);
  if (from_start) return "<= " + value(high);
  return value(low) + " .. " + value(high);
}

std::string text_words(const Column& column, uint32_t number) {
  const Cell& cell = column.cells[number];
  if (cell.kind == Cell::Kind::text) return quoted(cell.text);
  std::vector<std::string> parts;
  for (const Test* test : column.tests_met_by(number)) {
    switch (test->text) {
      case Test::Text::starts_with:
        parts.push_back("starting with " + quoted(test->texts[0]));
        break;
      case Test::Text::ends_with:
        parts.push_back("ending in " + quoted(test->texts[0]));
        break;
      case Test::Text::contains:
        parts.push_back("containing " + quoted(test->texts[0]));
        break;
      case Test::Text::matches:
        parts.push_back("matching " + quoted(test->texts[0]));
        break;
      default:
        parts.push_back("such as " + quoted(cell.text));
        break;
    }
  }
  return parts.empty() ? "any other text" : joined(parts, " and ");
}

std::string listed(std::vector<std::string> parts) {
  if (parts.size() > kMostListed) {
    const size_t rest = parts.size() - (kMostListed - 1);
    parts.resize(kMostListed - 1);
    parts.push_back(std::to_string(rest) + " more");
  }
  return joined(parts, " or ");
}

std::vector<std::string> values_of(const ir::RuleSet& rules, const Column& column,
                                   const CellSet& set) {
  std::vector<std::string> parts;
  const bool is_single = column.type.kind == TypeKind::enumeration ||
                         column.type.kind == TypeKind::boolean ||
                         column.type.kind == TypeKind::effect;
  for (const Run& run : set.runs()) {
    Run values = run;
    if (column.is_optional && run.first == 0) {
      parts.push_back("missing");
      if (run.last == 0) continue;
      values.first = 1;
    }
    if (column.type.kind == TypeKind::string) {
      for (uint32_t i = values.first; i <= values.last; ++i) {
        parts.push_back(text_words(column, i));
      }
    } else if (is_single) {
      for (uint32_t i = values.first; i <= values.last; ++i) {
        const ir::Interval& cell = column.cells[i].values;
        for (Int128 v = cell.low; v <= cell.high; ++v) {
          parts.push_back(to_words(rules, column.type, v));
        }
      }
    } else {
      parts.push_back(run_words(rules, column, values));
    }
  }
  return parts;
}

}  // namespace

std::string words(const Space& space, const ir::DecisionSide& side, const Region& region,
                  const std::vector<uint32_t>& first) {
  std::vector<std::string> parts;
  const Printer printer(space, side);
  std::vector<uint32_t> order = first;
  for (uint32_t i = 0; i < space.columns().size(); ++i) {
    if (std::ranges::find(first, i) == first.end()) order.push_back(i);
  }
  for (const uint32_t i : order) {
    const Column& column = space.columns()[i];
    const CellSet& set = region.sets[i];
    if (set == column.sets[0]) continue;
    const std::string name = printer.print(column.term);
    if (column.type.kind == TypeKind::boolean && !column.path && set.count() == 1 &&
        !column.is_optional) {
      parts.push_back(set.contains(0) ? printer.negated(column.term) : name);
      continue;
    }
    if (column.type.kind == TypeKind::list || column.type.kind == TypeKind::set ||
        column.type.kind == TypeKind::record) {
      parts.push_back(name + (set.contains(0) ? " missing" : " present"));
      continue;
    }
    if (column.is_optional && set == column.sets[0].subtract(CellSet::of(0, 0))) {
      parts.push_back(name + " present");
      continue;
    }
    const std::vector<std::string> values = values_of(space.rules(), column, set);
    const CellSet rest = column.sets[0].subtract(set);
    std::vector<std::string> others;
    if (column.type.kind == TypeKind::enumeration && !column.is_optional) {
      others = values_of(space.rules(), column, rest);
    }
    const bool is_short_without = others.size() == 1 && values.size() > 2;
    parts.push_back(name + (is_short_without ? " not " + others[0] : " " + listed(values)));
  }
  return joined(parts, " and ");
}

}  // namespace pac::analyze
