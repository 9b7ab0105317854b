#include "compiler/analyze/smt.h"

#include <z3++.h>

#include <algorithm>
#include <optional>

#include "compiler/analyze/values.h"
#include "runtime/base/check.h"
#include "runtime/base/decimal.h"
#include "runtime/ir/range.h"
#include "runtime/ir/shape.h"
#include "stdlib/registry.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;
using ir::TypeKind;
using z3::expr;

namespace {

// Z3 counts its own steps: the same question ends the same way on every machine.
constexpr unsigned kSteps = 3'000'000;
constexpr int kMaxRounds = 40;        // of computing what Z3 knew nothing of

std::string decimal_text(Int128 value) {
  UInt128 rest = magnitude(value);
  std::string out;
  do {
    out.insert(out.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  } while (rest != 0);
  return value < 0 ? "-" + out : out;
}

Int128 parse_number(const std::string& text) {
  Int128 out = 0;
  const size_t first = text.starts_with('-') ? 1 : 0;
  for (size_t i = first; i < text.size(); ++i) {
    if (out > (Int128{1} << 123)) return out;
    out = out * 10 + (text[i] - '0');
  }
  return first == 1 ? -out : out;
}

}  // namespace

// One question as formulas.
class Smt::Encoder {
 public:
  explicit Encoder(const Space& space)
      : space_(space), rules_(space.rules()), decision_(space.decision()), solver_(context_) {
    z3::params parameters(context_);
    parameters.set("rlimit", kSteps);
    parameters.set("random_seed", 0u);
    solver_.set(parameters);
  }

  TheoryAnswer solve(const std::vector<uint32_t>& columns, const Region& region) {
    for (const uint32_t i : columns) {
      if (region.sets[i] != space_.columns()[i].sets[0]) constrain(i, region.sets[i]);
    }
    TheoryAnswer out;
    for (int round = 0; round < kMaxRounds; ++round) {
      switch (solver_.check()) {
        case z3::unsat:
          out.possible = Possible::no;
          return out;
        case z3::unknown:
          return unknown("the values of " + columns_text(columns) + " together were too hard");
        default:
          break;
      }
      const z3::model model = solver_.get_model();
      if (learn(model)) continue;
      out.possible = Possible::yes;
      out.model = read(model);
      return out;
    }
    return unknown("no value was found for " + columns_text(columns));
  }

 private:
  // A part of the input: where it lies, its value, whether it is present.
  struct Leaf {
    Path path;
    ir::Type type;
    std::optional<expr> value, present;
    const Column* texts = nullptr;
  };
  // A function's value that Z3 knows nothing of but the type.
  struct Guess {
    ir::Expr expr;
    z3::expr value;
    std::vector<z3::expr> arguments;
  };
  struct Quotient {
    expr num, den;
    int scale;
  };

  TheoryAnswer unknown(std::string reason) const {
    TheoryAnswer out;
    out.reason = std::move(reason);
    return out;
  }

  std::string columns_text(const std::vector<uint32_t>& columns) const {
    std::string out;
    for (const uint32_t i : columns) {
      const auto& path = space_.columns()[i].path;
      if (!path) continue;
      if (!out.empty()) out += ", ";
      out += name_of(rules_, decision_, *path);
    }
    return out.empty() ? "these conditions" : "`" + out + "`";
  }

  expr number(Int128 value) { return context_.int_val(decimal_text(value).c_str()); }
  expr fresh_int(const char* name) {
    return context_.int_const((std::string(name) + std::to_string(next_++)).c_str());
  }
  expr fresh_bool(const char* name) {
    return context_.bool_const((std::string(name) + std::to_string(next_++)).c_str());
  }
  expr truth(bool value) { return context_.bool_val(value); }

  expr within(const expr& value, const std::vector<ir::Interval>& intervals) {
    expr any = truth(false);
    for (const ir::Interval& interval : intervals) {
      any = any || (value >= number(interval.low) && value <= number(interval.high));
    }
    return any;
  }

  // ---- The region.

  void constrain(uint32_t number_of_column, const CellSet& set) {
    const Column& column = space_.columns()[number_of_column];
    const bool takes_missing = column.is_optional && set.contains(0);
    const CellSet values = column.is_optional ? set.subtract(CellSet::of(0, 0)) : set;
    expr allowed = truth(false);
    if (!values.is_empty()) {
      if (column.type.kind == TypeKind::boolean) {
        expr value = boolean(value_of(column.term));
        allowed = truth(false);
        for (const Run& run : values.runs()) {
          for (uint32_t i = run.first; i <= run.last; ++i) {
            const ir::Interval& cell = column.cells[i].values;
            for (Int128 v = cell.low; v <= cell.high; ++v) allowed = allowed || (v != 0 ? value : !value);
          }
        }
      } else if (is_composite(column.type)) {
        allowed = truth(true);
      } else if (column.type.kind == TypeKind::string) {
        allowed = text_in(column.term, values);
      } else {
        std::vector<ir::Interval> intervals;
        for (const Run& run : values.runs()) {
          // Cells of a domain with gaps are neighbours, their values are not.
          for (uint32_t i = run.first; i <= run.last; ++i) {
            const ir::Interval& cell = column.cells[i].values;
            if (!intervals.empty() && intervals.back().high + 1 == cell.low) {
              intervals.back().high = cell.high;
            } else {
              intervals.push_back(cell);
            }
          }
        }
        allowed = within(integer(value_of(column.term)), intervals);
      }
    }
    if (column.is_optional) {
      const expr present = present_of(column.term);
      allowed = takes_missing ? (!present || allowed) : (present && allowed);
    }
    solver_.add(allowed);
  }

  static bool is_composite(const ir::Type& type) {
    return type.kind == TypeKind::record || type.kind == TypeKind::list ||
           type.kind == TypeKind::set;
  }

  expr text_in(ExprId term, const CellSet& set) {
    const auto found = text_cell(term);
    if (!found) return fresh_bool("text");
    std::vector<ir::Interval> intervals;
    for (const Run& run : set.runs()) intervals.push_back({run.first, run.last});
    return within(*found, intervals);
  }

  // The number of the cell that a text lies in.
  std::optional<expr> text_cell(ExprId term) {
    term = bare(term);
    const auto path = path_of(rules_, term);
    if (!path) return std::nullopt;
    Leaf& leaf = leaf_of(*path);
    if (leaf.texts == nullptr) return std::nullopt;
    return leaf.value;
  }

  ExprId bare(ExprId id) const {
    while (rules_.expr(id).op == Op::unwrap) id = static_cast<ExprId>(rules_.expr(id).a);
    return id;
  }

  // ---- Leaves.

  Leaf& leaf_of(const Path& path) {
    const auto found = leaves_.find(path);
    if (found != leaves_.end()) return found->second;
    const ir::Field& field = field_of(path);
    Leaf leaf;
    leaf.path = path;
    leaf.type = rules_.type(field.type);
    const std::string name = name_of(rules_, decision_, path);
    leaf.present = presence(path);
    leaf.value = leaf.type.kind == TypeKind::boolean ? context_.bool_const(name.c_str())
                                                     : context_.int_const(name.c_str());
    if (leaf.type.kind == TypeKind::string) {
      for (const Column& column : space_.columns()) {
        if (column.path == path && column.is_cut) leaf.texts = &column;
      }
      if (leaf.texts != nullptr) {
        const auto last = static_cast<Int128>(leaf.texts->cells.size()) - 1;
        solver_.add(within(*leaf.value, {{leaf.texts->is_optional ? 1 : 0, last}}));
      }
    } else if (leaf.type.kind != TypeKind::boolean) {
      solver_.add(within(*leaf.value, intervals_of(field)));
    }
    return leaves_.emplace(path, std::move(leaf)).first->second;
  }

  const ir::Field& field_of(const Path& path) const {
    const ir::Field* field = &rules_.record(decision_.input).fields[path.slot];
    for (const uint32_t part : path.fields) {
      field = &rules_.records[rules_.type(field->type).ref].fields[part];
    }
    return *field;
  }

  std::vector<ir::Interval> intervals_of(const ir::Field& field) const {
    if (field.domain != ir::DomainId::none && rules_.domain(field.domain).has_intervals) {
      return rules_.domain(field.domain).intervals;
    }
    const ir::Range range = ir::range_of_type(rules_, rules_.type(field.type));
    return {{range.low, range.high}};
  }

  // Present where it is itself and every optional record around it is.
  expr presence(const Path& path) {
    expr all = truth(true);
    Path part{path.slot, {}};
    for (size_t depth = 0;; ++depth) {
      const bool is_whole = depth == path.fields.size();
      if (rules_.type(field_of(part).type).optional) {
        all = all && context_.bool_const((name_of(rules_, decision_, part) + "?").c_str());
      }
      if (is_whole) break;
      part.fields.push_back(path.fields[depth]);
    }
    return all;
  }

  expr present_of(ExprId id) {
    id = bare(id);
    const ir::Expr& e = rules_.expr(id);
    if (!rules_.type_of(id).optional) return truth(true);
    if (const auto path = path_of(rules_, id)) return presence(*path);
    if (e.op == Op::constant) return truth(!rules_.constants[e.a].missing);
    if (e.op == Op::some) return truth(true);
    if (e.op == Op::if_) {
      return z3::ite(boolean(value_of(static_cast<ExprId>(e.a))),
                     present_of(static_cast<ExprId>(e.b)), present_of(static_cast<ExprId>(e.c)));
    }
    const auto found = presences_.find(ir::index(id));
    if (found != presences_.end()) return found->second;
    return presences_.emplace(ir::index(id), fresh_bool("present")).first->second;
  }

  // ---- Expressions.

  expr boolean(const expr& value) { return value.is_bool() ? value : value != 0; }
  expr integer(const expr& value) {
    return value.is_bool() ? z3::ite(value, number(1), number(0)) : value;
  }

  expr value_of(ExprId id) {
    const auto found = values_.find(ir::index(id));
    if (found != values_.end()) return found->second;
    const expr out = encode(id);
    values_.emplace(ir::index(id), out);
    return out;
  }

  expr encode(ExprId id) {
    const ir::Expr e = rules_.expr(id);
    const ir::Type type = rules_.type_of(id);
    const auto part = [&](uint32_t operand) { return value_of(static_cast<ExprId>(operand)); };
    if (const auto path = path_of(rules_, id); path && !is_composite(type)) {
      return *leaf_of(*path).value;
    }
    switch (e.op) {
      case Op::constant: {
        const ir::Constant& constant = rules_.constants[e.a];
        if (type.kind == TypeKind::boolean) return truth(constant.number != 0);
        if (type.kind == TypeKind::string) break;
        return number(constant.number);
      }
      case Op::not_: return !boolean(part(e.a));
      case Op::and_: return boolean(part(e.a)) && boolean(part(e.b));
      case Op::or_: return boolean(part(e.a)) || boolean(part(e.b));
      case Op::if_:
        if (type.kind == TypeKind::string || is_composite(type) || type.kind == TypeKind::quotient) {
          break;
        }
        return z3::ite(boolean(part(e.a)), part(e.b), part(e.c));
      case Op::eq: case Op::ne: case Op::lt: case Op::le: case Op::gt: case Op::ge:
        return comparison(e);
      case Op::in_set: return membership(e);
      case Op::starts_with: case Op::ends_with: case Op::contains: case Op::matches:
        return text_test(e);
      case Op::is_present: return present_of(static_cast<ExprId>(e.a));
      case Op::some: case Op::unwrap: return part(e.a);
      case Op::default_:
        if (type.kind == TypeKind::string || is_composite(type)) break;
        return z3::ite(present_of(static_cast<ExprId>(e.a)), part(e.a), part(e.b));
      case Op::neg: return -integer(part(e.a));
      case Op::add: case Op::sub: case Op::mul: return arithmetic(e);
      case Op::rescale:
        if (type.kind == TypeKind::quotient) break;
        return scaled(static_cast<ExprId>(e.a), type.scale);
      case Op::round: return rounded(e, type);
      case Op::mod: {
        const expr a = part(e.a), b = part(e.b);
        if (!b.is_numeral()) break;
        const expr rest = z3::mod(a, b);  // not negative
        return z3::ite(b > 0 || rest == 0, rest, rest + b);
      }
      case Op::min_of: case Op::max_of: return extreme(e);
      default: break;
    }
    return guess(id, e, type);
  }

  int scale_of(ExprId id) const {
    const ir::Type& type = rules_.type_of(id);
    return type.kind == TypeKind::decimal ? type.scale : 0;
  }

  expr scaled(ExprId id, int scale) {
    const expr value = integer(value_of(id));
    const int digits = scale - scale_of(id);
    return digits == 0 ? value : value * number(pow10(digits));
  }

  std::optional<Quotient> quotient(ExprId id) {
    const ir::Expr e = rules_.expr(id);
    if (e.op == Op::quot) {
      return Quotient{integer(value_of(static_cast<ExprId>(e.a))),
                      integer(value_of(static_cast<ExprId>(e.b))), rules_.type_of(id).scale};
    }
    if (e.op == Op::rescale) {
      return Quotient{integer(value_of(static_cast<ExprId>(e.a))), number(1),
                      scale_of(static_cast<ExprId>(e.a))};
    }
    if (rules_.type_of(id).kind == TypeKind::quotient) return std::nullopt;
    return Quotient{integer(value_of(id)), number(1), scale_of(id)};
  }

  expr ordered(Op op, const expr& a, const expr& b) {
    switch (op) {
      case Op::eq: return a == b;
      case Op::ne: return a != b;
      case Op::lt: return a < b;
      case Op::le: return a <= b;
      case Op::gt: return a > b;
      default: return a >= b;
    }
  }

  expr comparison(const ir::Expr& e) {
    const auto a = static_cast<ExprId>(e.a), b = static_cast<ExprId>(e.b);
    const ir::Type& type = rules_.type_of(a);
    if (type.kind == TypeKind::string) return text_comparison(e, a, b);
    if (is_composite(type)) return fresh_bool("equal");
    if (type.kind == TypeKind::boolean) {
      const expr same = boolean(value_of(a)) == boolean(value_of(b));
      return e.op == Op::eq ? same : !same;
    }
    if (type.kind == TypeKind::quotient || rules_.type_of(b).kind == TypeKind::quotient) {
      const auto x = quotient(a), y = quotient(b);
      if (!x || !y) return fresh_bool("quotient");
      const int scale = std::max(x->scale, y->scale);
      // num * 10^-scale / den, with both denominators made positive.
      const auto up = [&](const Quotient& q) { return q.num * number(pow10(scale - q.scale)); };
      const auto sign = [&](const expr& den) { return z3::ite(den < 0, number(-1), number(1)); };
      return x->den != 0 && y->den != 0 &&
             ordered(e.op, up(*x) * y->den * sign(x->den) * sign(y->den),
                     up(*y) * x->den * sign(x->den) * sign(y->den));
    }
    const int scale = std::max(scale_of(a), scale_of(b));
    return ordered(e.op, scaled(a, scale), scaled(b, scale));
  }

  expr text_comparison(const ir::Expr& e, ExprId a, ExprId b) {
    if (e.op != Op::eq) return fresh_bool("order");
    const ir::Expr& right = rules_.expr(b);
    if (right.op == Op::constant) {
      const auto found = std::ranges::find(space_.columns(), bare(a), &Column::term);
      if (found == space_.columns().end() || !found->is_cut) return fresh_bool("text");
      for (uint32_t i = 0; i < found->tests.size(); ++i) {
        const Test& test = found->tests[i];
        if (test.text == Test::Text::one_of && test.texts.size() == 1 &&
            test.texts[0] == rules_.constants[right.a].text) {
          return text_in(a, found->cells_of(i, true));
        }
      }
    }
    return fresh_bool("text");
  }

  expr membership(const ir::Expr& e) {
    const auto a = static_cast<ExprId>(e.a);
    expr any = truth(false);
    for (uint32_t i = 0; i < e.operand_count; ++i) {
      const ir::Expr one{Op::eq, e.type, e.a, ir::index(rules_.operand(e, i))};
      if (rules_.type_of(a).kind == TypeKind::string) return text_membership(e, a);
      any = any || comparison(one);
    }
    return any;
  }

  expr text_membership(const ir::Expr& e, ExprId a) {
    const auto found = std::ranges::find(space_.columns(), bare(a), &Column::term);
    if (found == space_.columns().end() || !found->is_cut) return fresh_bool("text");
    std::vector<bool> marks(found->cells.size());
    for (uint32_t i = 0; i < found->cells.size(); ++i) {
      for (uint32_t k = 0; k < e.operand_count; ++k) {
        const ir::Expr& member = rules_.expr(rules_.operand(e, k));
        marks[i] = marks[i] || (found->cells[i].kind == Cell::Kind::text &&
                                found->cells[i].text == rules_.constants[member.a].text);
      }
    }
    return text_in(a, CellSet::of(marks));
  }

  // A test that a column was cut by.
  expr text_test(const ir::Expr& e) {
    const ExprId text = bare(static_cast<ExprId>(e.a));
    const auto found = std::ranges::find(space_.columns(), text, &Column::term);
    if (found == space_.columns().end() || !found->is_cut) return fresh_bool("text");
    const Test::Text kind = e.op == Op::starts_with ? Test::Text::starts_with
                            : e.op == Op::ends_with ? Test::Text::ends_with
                            : e.op == Op::contains  ? Test::Text::contains
                                                    : Test::Text::matches;
    std::string words;
    if (e.op == Op::matches) {
      words = rules_.constants[e.b].text;
    } else {
      const ir::Expr& other = rules_.expr(static_cast<ExprId>(e.b));
      if (other.op != Op::constant) return fresh_bool("text");
      words = rules_.constants[other.a].text;
    }
    for (uint32_t i = 0; i < found->tests.size(); ++i) {
      const Test& test = found->tests[i];
      if (test.text == kind && test.texts[0] == words) return text_in(text, found->cells_of(i, true));
    }
    return fresh_bool("text");
  }

  expr arithmetic(const ir::Expr& e) {
    const auto a = static_cast<ExprId>(e.a), b = static_cast<ExprId>(e.b);
    const TypeKind left = rules_.type_of(a).kind, right = rules_.type_of(b).kind;
    expr x = integer(value_of(a)), y = integer(value_of(b));
    if (e.op == Op::mul) return x * y;
    constexpr Int128 kDay = Int128{86'400} * 1'000'000;
    if (left == TypeKind::date && right == TypeKind::duration) {
      y = y / number(kDay);
    } else if (left == TypeKind::date && right == TypeKind::date) {
      return (x - y) * number(kDay);
    }
    return e.op == Op::add ? x + y : x - y;
  }

  expr rounded(const ir::Expr& e, const ir::Type& type) {
    const auto a = static_cast<ExprId>(e.a);
    const auto q = quotient(a);
    const expr out = fresh_int("round");
    if (!q) return out;
    // |out * 10^-digits - value| is at most one unit, or half of one; ties go by the mode, which
    // the interpreter knows.
    const auto mode = static_cast<Rounding>(e.extra);
    const int digits = type.scale, shift = digits - q->scale;
    expr num = q->num, den = q->den;
    if (shift >= 0) {
      num = num * number(pow10(std::min(shift, kMaxScale)));
    } else {
      den = den * number(pow10(std::min(-shift, kMaxScale)));
    }
    const expr sign = z3::ite(den < 0, number(-1), number(1));
    num = num * sign;
    den = den * sign;
    solver_.add(z3::implies(den > 0, nearest(mode, num, den, out)));
    return out;
  }

  expr nearest(Rounding mode, const expr& num, const expr& den, const expr& out) {
    const expr low = out * den <= num && num < (out + 1) * den;
    const expr high = (out - 1) * den < num && num <= out * den;
    switch (mode) {
      case Rounding::floor: return low;
      case Rounding::ceiling: return high;
      case Rounding::down: return z3::ite(num >= 0, low, high);
      case Rounding::up: return z3::ite(num >= 0, high, low);
      default: break;
    }
    const expr rest = num * 2 - out * den * 2;  // -den .. den
    expr tie = truth(true);
    if (mode == Rounding::half_up) tie = z3::ite(num >= 0, rest != den, rest != -den);
    if (mode == Rounding::half_down) tie = z3::ite(num >= 0, rest != -den, rest != den);
    if (mode == Rounding::half_even) {
      tie = z3::implies(rest == den || rest == -den, z3::mod(out, number(2)) == 0);
    }
    return rest >= -den && rest <= den && tie;
  }

  expr extreme(const ir::Expr& e) {
    const auto value = [&](uint32_t i) {
      const ExprId operand = rules_.operand(e, i);
      return integer(value_of(operand));
    };
    expr out = value(0);
    for (uint32_t i = 1; i < e.operand_count; ++i) {
      const expr next = value(i);
      out = e.op == Op::min_of ? z3::ite(next < out, next, out) : z3::ite(next > out, next, out);
    }
    return out;
  }

  // ---- What Z3 knows nothing of.

  expr guess(ExprId id, const ir::Expr& e, const ir::Type& type) {
    const expr value = type.kind == TypeKind::boolean ? fresh_bool("value") : fresh_int("value");
    if (type.kind != TypeKind::boolean && type.kind != TypeKind::string && !is_composite(type) &&
        type.kind != TypeKind::quotient) {
      const ir::Range range = ir::RangeAnalysis(rules_, decision_).range_of(id);
      solver_.add(within(value, {{range.low, range.high}}));
    }
    if (e.op != Op::call_std) return value;
    Guess guess{e, value, {}};
    if (!is_computable(e)) return value;
    for (uint32_t i = 0; i < e.operand_count; ++i) {
      const ExprId operand = rules_.operand(e, i);
      guess.arguments.push_back(integer(value_of(operand)));
    }
    describe(guess);
    guesses_.push_back(std::move(guess));
    return value;
  }

  // Functions of numbers alone; zones and holidays are not at hand here.
  bool is_computable(const ir::Expr& e) const {
    const ir::FunctionRef& ref = rules_.functions[e.a];
    const stdlib::Function* function = stdlib::find(ref.name, ref.version);
    if (function == nullptr) return false;
    const auto is_number = [](const stdlib::Parameter& parameter) {
      return parameter.kind != stdlib::Kind::text && parameter.kind != stdlib::Kind::zone &&
             parameter.kind != stdlib::Kind::date_list;
    };
    return function->result != stdlib::Kind::text &&
           std::ranges::all_of(function->parameters, is_number);
  }

  // Bounds that let Z3 guess well. Each holds for every argument.
  void describe(const Guess& guess) {
    const std::string& name = rules_.functions[guess.expr.a].name;
    if (name == "whole_years") {
      const expr span = guess.arguments[1] - guess.arguments[0];
      const expr& years = guess.value;
      // 400 years have 146,097 days; a span of whole years is within two days of that measure.
      solver_.add(z3::implies(span >= 0, years >= 0 && span * 400 >= years * 146'097 - 800 &&
                                             span * 400 <= (years + 1) * 146'097 + 800));
      solver_.add(z3::implies(span < 0, years <= 0));
    } else if (name == "whole_months") {
      const expr span = guess.arguments[1] - guess.arguments[0];
      const expr& months = guess.value;
      solver_.add(z3::implies(span >= 0, months >= 0 && span * 4800 >= months * 146'097 - 19'200 &&
                                             span * 4800 <= (months + 1) * 146'097 + 19'200));
    } else if (name == "days_between") {
      solver_.add(guess.value == guess.arguments[1] - guess.arguments[0]);
    }
  }

  // Computes what was guessed; true where the model was wrong, which Z3 then knows.
  bool learn(const z3::model& model) {
    bool is_wrong = false;
    for (const Guess& guess : guesses_) {
      const stdlib::Function* function =
          stdlib::find(rules_.functions[guess.expr.a].name, rules_.functions[guess.expr.a].version);
      if (function == nullptr) continue;
      std::vector<pac_value> arguments;
      expr same = truth(true);
      for (const expr& argument : guess.arguments) {
        const expr value = model.eval(argument, true);
        pac_value out{};
        out.number = parse_number(value.get_decimal_string(0));
        arguments.push_back(out);
        same = same && argument == value;
      }
      pac_scratch scratch{};
      pac_value result{};
      const auto error = function->function(arguments.data(), &result, &scratch);
      if (error != PAC_E_NONE) {  // not a value: this input has to be another
        solver_.add(!same);
        is_wrong = true;
        continue;
      }
      const expr actual =
          guess.value.is_bool() ? truth(result.number != 0) : number(result.number);
      if (z3::eq(model.eval(guess.value, true).simplify(), actual.simplify())) continue;
      solver_.add(z3::implies(same, guess.value == actual));
      is_wrong = true;
    }
    return is_wrong;
  }

  // ---- The model as an input.

  Model read(const z3::model& model) {
    Model out;
    for (const auto& [path, leaf] : leaves_) {
      if (model.eval(*leaf.present, true).is_false()) {
        out[path] = json::Value();
        continue;
      }
      const expr value = model.eval(*leaf.value, true);
      if (leaf.type.kind == TypeKind::boolean) {
        out[path] = value.is_true();
      } else if (leaf.type.kind == TypeKind::string) {
        if (leaf.texts == nullptr) continue;
        const auto cell = static_cast<size_t>(parse_number(value.get_decimal_string(0)));
        if (cell < leaf.texts->cells.size()) out[path] = leaf.texts->cells[cell].text;
      } else {
        out[path] = to_json(rules_, leaf.type, parse_number(value.get_decimal_string(0)));
      }
    }
    return out;
  }

  const Space& space_;
  const ir::RuleSet& rules_;
  const ir::Decision& decision_;
  z3::context context_;
  z3::solver solver_;
  std::map<Path, Leaf> leaves_;
  std::map<uint32_t, expr> values_, presences_;
  std::vector<Guess> guesses_;
  uint32_t next_ = 0;
};

Smt::Smt(const Space& space) : space_(space) {}
Smt::~Smt() = default;

TheoryAnswer Smt::solve(const std::vector<uint32_t>& columns, const Region& region) {
  try {
    return Encoder(space_).solve(columns, region);
  } catch (const z3::exception& error) {
    TheoryAnswer out;
    out.reason = std::string("the prover gave up: ") + error.msg();
    return out;
  }
}

}  // namespace pac::analyze
