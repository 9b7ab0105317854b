#include "compiler/analyze/smt.h"

#include <algorithm>

#include "compiler/analyze/smt_encoder.h"
#include "compiler/analyze/values.h"
#include "runtime/ir/range.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;
using ir::TypeKind;
using z3::expr;

namespace {

// Z3 counts its own steps: the same question ends the same way on every machine.
constexpr unsigned kSteps = 3'000'000;
constexpr int kComfortRounds = 10;
constexpr int kMaxRounds = 40;  // of computing what Z3 could only guess

std::string proposed(int rounds) {
  return std::to_string(rounds) +
         (rounds == 1 ? " input that the prover proposed" : " inputs that the prover proposed");
}

}  // namespace

std::string digits_of(Int128 value) {
  UInt128 rest = magnitude(value);
  std::string out;
  do {
    out.insert(out.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  } while (rest != 0);
  return value < 0 ? "-" + out : out;
}

Int128 number_of(const expr& numeral) {
  const std::string text = numeral.get_decimal_string(0);
  Int128 out = 0;
  const size_t first = text.starts_with('-') ? 1 : 0;
  for (size_t i = first; i < text.size(); ++i) {
    if (out > (Int128{1} << 123)) break;  // beyond every type
    out = out * 10 + (text[i] - '0');
  }
  return first == 1 ? -out : out;
}

bool is_composite(const ir::Type& type) {
  return type.kind == TypeKind::record || type.kind == TypeKind::list || type.kind == TypeKind::set;
}

Smt::Encoder::Encoder(const Space& space, Zones& zones, int64_t items)
    : space_(space),
      zones_(zones),
      rules_(space.rules()),
      decision_(space.decision()),
      solver_(context_),
      comfort_(context_.bool_const("!comfort")),
      success_(context_.bool_const("!success")),
      items_(items) {
  z3::params parameters(context_);
  parameters.set("rlimit", kSteps);
  parameters.set("random_seed", 0u);
  solver_.set(parameters);
}

TheoryAnswer Smt::Encoder::solve(const std::vector<uint32_t>& columns, const Region& region,
                                 ExprId condition, Conflict* why) {
  for (const uint32_t i : columns) {
    const Column& column = space_.columns()[i];
    if (region.sets[i] == column.sets[0]) continue;
    require(constraint_of(column, region.sets[i]), i, why != nullptr);
  }
  if (condition != ExprId::none) {
    require(boolean(value_of(condition)), ir::kNone, why != nullptr);
  }
  for (int round = 0; round < kMaxRounds; ++round) {
    const z3::check_result result = check(round);
    TheoryAnswer out;
    if (result == z3::unsat) {
      if (is_cut_short_) {
        leaves_longer_ = true;
        return unknown("longer lists than were looked at might have an answer",
                       "all lists of up to " + std::to_string(items_) + " items");
      }
      out.possible = Possible::no;
      if (why != nullptr) explain(why);
      return out;
    }
    if (result == z3::unknown) {
      return unknown("the values of " + columns_text(columns) + " together are too hard to find",
                     std::to_string(kSteps) + " steps of the prover");
    }
    const z3::model model = solver_.get_model();
    const bool knows_offsets = !learn_offsets(model);
    if (learn(model) || !knows_offsets) continue;
    out.possible = Possible::yes;
    out.is_sure = !has_unknowns_ && !has_failing_call_;
    if (!out.is_sure) out.spent = proposed(round + 1);
    out.model = read(model);
    return out;
  }
  return unknown("no value of " + columns_text(columns) + " was found", proposed(kMaxRounds));
}

z3::check_result Smt::Encoder::check(int round) {
  avoids_failures_ = true;
  if (round < kComfortRounds && !guesses_.empty()) {
    z3::expr_vector assumptions = tracked();
    assumptions.push_back(comfort_);
    assumptions.push_back(success_);
    if (solver_.check(assumptions) == z3::sat) return z3::sat;
  }
  if (knows_failures_) {
    z3::expr_vector assumptions = tracked();
    assumptions.push_back(success_);
    if (solver_.check(assumptions) == z3::sat) return z3::sat;
  }
  avoids_failures_ = false;
  return tracked_.empty() ? solver_.check() : solver_.check(tracked());
}

void Smt::Encoder::require(const expr& fact, uint32_t column, bool is_tracked) {
  if (!is_tracked) return solver_.add(fact);
  const expr holds = fresh_bool("fact");
  solver_.add(z3::implies(holds, fact));
  tracked_.emplace_back(holds, column);
}

z3::expr_vector Smt::Encoder::tracked() {
  z3::expr_vector out(context_);
  for (const auto& [holds, column] : tracked_) out.push_back(holds);
  return out;
}

void Smt::Encoder::explain(Conflict* why) {
  why->is_known = true;
  const z3::expr_vector core = solver_.unsat_core();
  for (unsigned i = 0; i < core.size(); ++i) {
    for (const auto& [holds, column] : tracked_) {
      if (!z3::eq(holds, core[static_cast<int>(i)])) continue;
      if (column == ir::kNone) {
        why->needs_condition = true;
      } else {
        why->columns.push_back(column);
      }
    }
  }
}

TheoryAnswer Smt::Encoder::unknown(std::string reason, std::string spent) const {
  TheoryAnswer out;
  out.reason = std::move(reason);
  out.spent = std::move(spent);
  return out;
}

std::string Smt::Encoder::columns_text(const std::vector<uint32_t>& columns) const {
  std::string out;
  for (const uint32_t i : columns) {
    const auto& path = space_.columns()[i].path;
    if (path) out += (out.empty() ? "`" : ", `") + name_of(rules_, decision_, *path) + "`";
  }
  return out.empty() ? "these conditions" : out;
}

expr Smt::Encoder::number(Int128 value) { return context_.int_val(digits_of(value).c_str()); }
expr Smt::Encoder::truth(bool value) { return context_.bool_val(value); }
expr Smt::Encoder::fresh_int(const char* name) {
  return context_.int_const((std::string("!") + name + std::to_string(next_++)).c_str());
}
expr Smt::Encoder::fresh_bool(const char* name) {
  return context_.bool_const((std::string("!") + name + std::to_string(next_++)).c_str());
}
expr Smt::Encoder::anything() {
  has_unknowns_ = true;
  return fresh_bool("any");
}
expr Smt::Encoder::boolean(const expr& value) { return value.is_bool() ? value : value != 0; }
expr Smt::Encoder::integer(const expr& value) {
  return value.is_bool() ? z3::ite(value, number(1), number(0)) : value;
}

expr Smt::Encoder::within(const expr& value, const std::vector<ir::Interval>& intervals) {
  expr any = truth(false);
  for (const ir::Interval& interval : intervals) {
    any = any || (value >= number(interval.low) && value <= number(interval.high));
  }
  return any;
}

// ---- The region.

expr Smt::Encoder::constraint_of(const Column& column, const CellSet& set) {
  const CellSet values = column.is_optional ? set.subtract(CellSet::of(0, 0)) : set;
  expr allowed = values.is_empty() ? truth(false) : allowed_values(column, values);
  if (column.is_optional) {
    const expr present = present_of(column.term);
    allowed = set.contains(0) ? (!present || allowed) : (present && allowed);
  }
  return allowed;
}

expr Smt::Encoder::allowed_values(const Column& column, const CellSet& values) {
  if (is_composite(column.type)) return truth(true);
  std::vector<ir::Interval> intervals;
  if (column.type.kind == TypeKind::string) {
    const auto path = path_of(rules_, bare(column.term));
    if (!path || !column.is_cut) return anything();
    for (const Run& run : values.runs()) intervals.push_back({run.first, run.last});
    return within(leaf_of(*path).value, intervals);
  }
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
  return within(integer(value_of(column.term)), intervals);
}

// ---- Parts of the input.

ExprId Smt::Encoder::bare(ExprId id) const {
  while (rules_.expr(id).op == Op::unwrap) id = static_cast<ExprId>(rules_.expr(id).a);
  return id;
}

Smt::Encoder::Leaf& Smt::Encoder::leaf_of(const Path& path) {
  if (const auto found = leaves_.find(path); found != leaves_.end()) return found->second;
  const Column* texts = nullptr;
  for (const Column& column : space_.columns()) {
    if (column.path == path && column.is_cut) texts = &column;
  }
  Leaf leaf =
      make_leaf(name_of(rules_, decision_, path), space_.field_of(path), presence(path), texts);
  return leaves_.emplace(path, std::move(leaf)).first->second;
}

Smt::Encoder::Leaf Smt::Encoder::make_leaf(const std::string& name, const ir::Field& field,
                                           expr present, const Column* texts) {
  const ir::Type& type = rules_.type(field.type);
  const bool is_truth = type.kind == TypeKind::boolean;
  Leaf leaf{type, is_truth ? context_.bool_const(name.c_str()) : context_.int_const(name.c_str()),
            std::move(present), type.kind == TypeKind::string ? texts : nullptr};
  if (leaf.texts != nullptr) {
    const auto last = static_cast<Int128>(texts->cells.size()) - 1;
    solver_.add(within(leaf.value, {{texts->is_optional ? 1 : 0, last}}));
  } else if (!is_truth && type.kind != TypeKind::string) {
    solver_.add(within(leaf.value, intervals_of(field)));
  }
  return leaf;
}

std::vector<ir::Interval> Smt::Encoder::intervals_of(const ir::Field& field) const {
  if (field.domain != ir::DomainId::none && rules_.domain(field.domain).has_intervals) {
    return rules_.domain(field.domain).intervals;
  }
  const ir::Range range = ir::range_of_type(rules_, rules_.type(field.type));
  return {{range.low, range.high}};
}

// Present where it is itself and every optional record around it is.
expr Smt::Encoder::presence(const Path& path) {
  expr all = truth(true);
  Path part{path.slot, {}};
  for (size_t depth = 0;; ++depth) {
    if (rules_.type(space_.field_of(part).type).optional) {
      all = all && context_.bool_const((name_of(rules_, decision_, part) + "?").c_str());
    }
    if (depth == path.fields.size()) return all;
    part.fields.push_back(path.fields[depth]);
  }
}

expr Smt::Encoder::present_of(ExprId id) {
  if (!rules_.type_of(id).optional) return truth(true);
  const ir::Expr& e = rules_.expr(id);
  if (const auto path = path_of(rules_, id)) return presence(*path);
  if (Leaf* leaf = item_leaf(id)) return leaf->present;
  switch (e.op) {
    case Op::constant:
      return truth(!rules_.constants[e.a].missing);
    case Op::some:
      return truth(true);
    case Op::if_:
      return z3::ite(boolean(value_of(static_cast<ExprId>(e.a))),
                     present_of(static_cast<ExprId>(e.b)), present_of(static_cast<ExprId>(e.c)));
    case Op::min:
    case Op::max:
      value_of(id);
      break;
    default:
      break;
  }
  const auto found = presences_.find(ir::index(id));
  if (found != presences_.end()) return found->second;
  return presences_.emplace(ir::index(id), anything()).first->second;
}

// ---- The model as an input.

Model Smt::Encoder::read(const z3::model& model) {
  Model out;
  for (const auto& [path, leaf] : leaves_) {
    const bool is_known = leaf.texts != nullptr || leaf.is_compared;
    if (leaf.type.kind == TypeKind::string && !is_known) continue;
    out[path] = read_leaf(model, leaf);
  }
  for (auto& [path, list] : lists_) out[path] = read_list(model, list);
  return out;
}

json::Value Smt::Encoder::read_leaf(const z3::model& model, const Leaf& leaf) {
  if (model.eval(leaf.present, true).is_false()) return {};
  const expr value = model.eval(leaf.value, true);
  if (leaf.type.kind == TypeKind::boolean) return value.is_true();
  if (leaf.is_compared) {
    return std::string(1, static_cast<char>('a' + static_cast<int>(number_of(value))));
  }
  if (leaf.texts == nullptr) return to_json(rules_, leaf.type, number_of(value));
  const auto cell = static_cast<size_t>(number_of(value));
  return cell < leaf.texts->cells.size() ? json::Value(leaf.texts->cells[cell].text)
                                         : json::Value();
}

Smt::Smt(const Space& space) : space_(space) {}

TheoryAnswer Smt::solve(const std::vector<uint32_t>& columns, const Region& region,
                        ExprId condition, Conflict* why) {
  TheoryAnswer out;
  try {
    Encoder encoder(space_, zones_, kUsualItems);
    out = encoder.solve(columns, region, condition, why);
    if (encoder.may_look_further()) {
      out = Encoder(space_, zones_, kMostItems).solve(columns, region, condition, why);
    }
  } catch (const z3::exception& error) {
    out.reason = std::string("the prover gave up: ") + error.msg();
    out.spent = "at most " + std::to_string(kSteps) + " steps of the prover";
  }
  if (out.possible == Possible::unknown || !out.is_sure)
    out.expression = fault_of(columns, region, condition);
  return out;
}

// What is computed is harder than what is read, and what the region says nothing of is no trouble.
ExprId Smt::fault_of(const std::vector<uint32_t>& columns, const Region& region,
                     ExprId condition) const {
  ExprId out = condition;
  for (const uint32_t i : columns) {
    const Column& column = space_.columns()[i];
    if (region.sets[i] == column.sets[0]) continue;
    if (!column.path) return column.term;
    if (out == ExprId::none) out = column.term;
  }
  return out;
}

}  // namespace pac::analyze
