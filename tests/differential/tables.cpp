#include "tests/differential/tables.h"

#include <algorithm>

#include "compiler/analyze/prove.h"
#include "compiler/codegen/native.h"
#include "compiler/driver/certify.h"
#include "compiler/driver/spare.h"
#include "runtime/ir/builder.h"
#include "runtime/ir/side.h"
#include "tests/differential/random.h"

namespace pac::differential {

using ir::ExprId;
using ir::HitPolicy;
using ir::Op;

namespace {

constexpr int64_t kTop = 60;  // of integers and decimals, on their grids
constexpr int64_t kEnumValues = 5;

enum class ColumnKind : uint8_t { integer, decimal, truth, enumeration, optional };

// Values on a grid from low to high; of an optional integer -1 is missing.
struct Column {
  ColumnKind kind = ColumnKind::integer;
  int64_t low = 0, high = 0;
};

using Box = std::vector<std::pair<int64_t, int64_t>>;  // from, to: one per column

class TableMaker {
 public:
  explicit TableMaker(uint64_t seed) : random_(seed * 7919 + 3) {}

  ir::RuleSet make(uint32_t tables) {
    std::vector<std::string> values;
    for (int64_t i = 0; i < kEnumValues; ++i) values.push_back("v" + std::to_string(i));
    kind_ = b_.enumeration("Kind", values);
    duty_ = b_.duty("tell", b_.record("tell", {b_.field("n", b_.int_type(), b_.between(0, kTop))}));
    for (uint32_t i = 0; i < tables; ++i) add_table(i);
    return std::move(b_.rule_set);
  }

 private:
  // ---- Columns.

  Column column() {
    switch (random_.weighted({35, 20, 10, 15, 20})) {
      case 0:
        return {ColumnKind::integer, 0, kTop};
      case 1:
        return {ColumnKind::decimal, 0, kTop};
      case 2:
        return {ColumnKind::truth, 0, 1};
      case 3:
        return {ColumnKind::enumeration, 0, kEnumValues - 1};
      default:
        return {ColumnKind::optional, -1, kTop};
    }
  }

  ir::Field field(size_t number, const Column& column) {
    const std::string name = "c" + std::to_string(number);
    switch (column.kind) {
      case ColumnKind::integer:
        return b_.field(name, b_.int_type(), b_.between(0, kTop));
      case ColumnKind::decimal:
        return b_.field(name, b_.decimal_type(2), b_.between(0, kTop));
      case ColumnKind::truth:
        return b_.field(name, b_.bool_type());
      case ColumnKind::enumeration:
        return b_.field(name, b_.enum_type(kind_));
      case ColumnKind::optional:
        return b_.field(name, b_.optional(b_.int_type()), b_.between(0, kTop));
    }
    return {};
  }

  ExprId constant(const Column& column, int64_t value) {
    switch (column.kind) {
      case ColumnKind::decimal:
        return b_.decimal(value, 2);
      case ColumnKind::enumeration:
        return b_.number(b_.enum_type(kind_), value);
      default:
        return b_.integer(value);
    }
  }

  // That the column lies between these, in one of the ways to say it.
  void add_tests(const ir::Decision& d, size_t number, int64_t from, int64_t to,
                 std::vector<ExprId>* out) {
    const Column& c = columns_[number];
    if (from <= c.low && to >= c.high) return;
    ExprId x = b_.input(d, static_cast<uint32_t>(number));
    if (c.kind == ColumnKind::truth) {
      out->push_back(from == 1 ? x : b_.op(Op::not_, x));
      return;
    }
    if (c.kind == ColumnKind::enumeration) {
      std::vector<ExprId> members;
      for (int64_t i = from; i <= to; ++i) members.push_back(constant(c, i));
      out->push_back(b_.in_set(x, members));
      return;
    }
    if (c.kind == ColumnKind::optional) x = b_.op(Op::default_, x, b_.integer(-1));
    if (from == to) {
      out->push_back(b_.op(Op::eq, x, constant(c, from)));
    } else if (random_.percent(40)) {
      out->push_back(b_.op(Op::in_range, x, constant(c, from), constant(c, to)));
    } else {
      if (from > c.low) out->push_back(b_.op(Op::gt, x, constant(c, from - 1)));
      if (to < c.high) out->push_back(b_.op(Op::le, x, constant(c, to)));
    }
  }

  // ---- Rows.

  // Cuts the space until it has so many parts, or none can be cut.
  std::vector<Box> share_out(size_t rows) {
    Box all;
    for (const Column& c : columns_) all.emplace_back(c.low, c.high);
    std::vector<Box> out{all};
    for (size_t tries = 0; out.size() < rows && tries < 4 * rows; ++tries) {
      Box& box = out[random_.below(out.size())];
      const size_t c = random_.below(columns_.size());
      const auto [from, to] = box[c];
      if (from == to) continue;
      const int64_t cut = random_.between(from, to - 1);
      Box rest = box;
      box[c].second = cut;
      rest[c].first = cut + 1;
      out.push_back(std::move(rest));
    }
    for (size_t i = out.size(); i > 1; --i) std::swap(out[i - 1], out[random_.below(i)]);
    return out;
  }

  void make_mistake(std::vector<Box>* rows) {
    const size_t row = random_.below(rows->size());
    const size_t c = random_.below(columns_.size());
    auto& [from, to] = (*rows)[row][c];
    switch (random_.below(4)) {
      case 0:
        from = columns_[c].low;
        to = columns_[c].high;
        break;
      case 1:
        if (from < to) ++from;
        break;
      case 2:
        if (rows->size() > 1) rows->erase(rows->begin() + static_cast<std::ptrdiff_t>(row));
        break;
      default:
        rows->push_back(Box((*rows)[row]));
    }
  }

  // Fails where the first number is 0.
  ExprId fails_at_zero(const ir::Decision& d) {
    return b_.op(Op::mod, b_.integer(100), number_input(d));
  }

  ExprId number_input(const ir::Decision& d) {
    const ExprId x = b_.input(d, 0);
    return columns_[0].kind == ColumnKind::optional ? b_.op(Op::default_, x, b_.integer(0)) : x;
  }

  bool has_number() const {
    return columns_[0].kind == ColumnKind::integer || columns_[0].kind == ColumnKind::optional;
  }

  ExprId outcome(const ir::Decision& d) {
    if (has_number()) {
      if (random_.percent(10)) return number_input(d);
      if (may_fail_ && random_.percent(15)) return fails_at_zero(d);
      if (may_fail_ && random_.percent(15))  // leaves the output's domain
        return b_.op(Op::add, number_input(d), b_.integer(5));
    }
    return b_.integer(static_cast<int64_t>(random_.below(outcomes_)));
  }

  void add_rule(ir::Decision& d, const Box& box) {
    std::vector<ExprId> conditions;
    for (size_t c = 0; c < columns_.size(); ++c) {
      add_tests(d, c, box[c].first, box[c].second, &conditions);
    }
    if (may_fail_ && has_number() && random_.percent(10)) {
      conditions.push_back(b_.op(Op::ge, fails_at_zero(d), b_.integer(0)));
    }
    const ExprId value = outcome(d);
    const int64_t priority =
        d.policy == HitPolicy::by_priority ? static_cast<int64_t>(random_.below(3)) : 0;
    ir::Rule& rule =
        b_.rule(d, "r" + std::to_string(d.rules.size()), conditions, {value}, priority);
    if (random_.percent(may_fail_ ? 30 : 8)) {
      const bool fails = may_fail_ && has_number() && random_.percent(70);
      rule.duties.push_back({duty_, {fails ? fails_at_zero(d) : b_.integer(7)}});
    }
  }

  void add_table(uint32_t number) {
    const std::string name = "t" + std::to_string(number);
    columns_.clear();
    const size_t width = 1 + random_.below(3);
    while (columns_.size() < width) columns_.push_back(column());
    std::vector<ir::Field> fields;
    for (size_t i = 0; i < columns_.size(); ++i) fields.push_back(field(i, columns_[i]));
    const ir::RecordId in = b_.record(name + ".in", fields);
    const ir::RecordId out =
        b_.record(name + ".out", {b_.field("o", b_.int_type(), b_.between(0, kTop))});
    may_fail_ = random_.percent(30);
    outcomes_ = random_.pick({uint64_t{1}, uint64_t{2}, uint64_t{20}});
    ir::Decision& d = b_.decision(name, in, out);
    d.policy = random_.pick({HitPolicy::unique, HitPolicy::unique, HitPolicy::unique,
                             HitPolicy::any, HitPolicy::by_priority, HitPolicy::first});
    if (random_.percent(10) && has_number()) {
      d.assumes.push_back(b_.op(Op::ne, number_input(d), b_.integer(7)));
    }
    // Now and then more than one function of rules.
    const size_t most = random_.percent(4) ? 300 : 1 + random_.below(12);
    std::vector<Box> rows = share_out(most);
    // Rows that fire together are no mistake where they have to agree, and here do.
    const bool agrees = d.policy == HitPolicy::any || d.policy == HitPolicy::by_priority;
    if (agrees && random_.percent(50)) outcomes_ = 1;
    if (random_.percent(agrees ? 80 : 35)) make_mistake(&rows);
    if (random_.percent(agrees ? 50 : 10)) make_mistake(&rows);
    for (const Box& box : rows) add_rule(d, box);
    d.partial = random_.percent(8);
    if (random_.percent(15)) b_.otherwise(d, {b_.integer(3)});
    if (!d.partial && random_.percent(40)) add_caller(number);
  }

  // Decides by the table that was made last, with arguments that may leave their domains.
  void add_caller(uint32_t number) {
    const auto callee = static_cast<ir::DecisionId>(b_.rule_set.decisions.size() - 1);
    const std::string name = "caller" + std::to_string(number);
    std::vector<ir::Field> fields;
    for (size_t i = 0; i < columns_.size(); ++i) fields.push_back(field(i, columns_[i]));
    const ir::RecordId in = b_.record(name + ".in", fields);
    const ir::RecordId out = b_.record(name + ".out", {b_.field("o", b_.int_type())});
    ir::Decision& d = b_.decision(name, in, out);
    d.policy = HitPolicy::result;
    std::vector<ExprId> arguments;
    for (uint32_t i = 0; i < columns_.size(); ++i) {
      ExprId x = b_.input(d, i);
      if (columns_[i].kind == ColumnKind::integer && random_.percent(50)) {
        x = b_.op(Op::add, x, b_.integer(random_.between(-2, 2)));
      }
      arguments.push_back(x);
    }
    const ExprId answer = b_.call(callee, arguments);
    d.result = {b_.field(answer, 0)};
  }

  Random random_;
  ir::Builder b_;
  ir::EnumId kind_{};
  ir::DutyId duty_{};
  std::vector<Column> columns_;
  bool may_fail_ = false;
  uint64_t outcomes_ = 1;
};

}  // namespace

ir::RuleSet make_tables(uint64_t seed, uint32_t tables) { return TableMaker(seed).make(tables); }

codegen::Proofs prove(const ir::RuleSet& rules) {
  analyze::Options options;
  options.certify = true;
  const analyze::Report report = analyze::prove(rules, ir::empty_side(rules), options);
  check::Checked checked;
  checked.rules = rules;
  checked.is_own.assign(rules.decisions.size(), true);
  return driver::proofs_of(rules, driver::certify(checked, report.certificates).claims);
}

std::string TableReport::to_json() const {
  std::string out;
  const auto put = [&](const char* key, uint64_t value) {
    out += (out.empty() ? " \"differential_tables" : ",\n \"differential_tables") +
           std::string(key) + "\": " + std::to_string(value);
  };
  put("", decisions);
  put("_pairs", report.coverage.pairs);
  put("_without_clash_proved", no_clash);
  put("_without_gap_proved", no_gap);
  put("_clash_checks_spared", spared_clash);
  put("_gap_checks_spared", spared_gap);
  put("_disagreements", report.disagreements.size());
  return out;
}

TableReport run_tables(const Plan& plan) {
  TableReport out;
  for (uint32_t done = 0, module = 0; done < plan.programs; ++module) {
    const uint32_t tables = std::min(plan.programs_per_module, plan.programs - done);
    const uint64_t seed = module_seed(plan.seed, module);
    const ir::RuleSet rules = make_tables(seed, tables);
    const codegen::Proofs proofs = prove(rules);
    for (size_t i = 0; i < proofs.size(); ++i) {
      if (rules.decisions[i].policy == HitPolicy::result) continue;
      ++out.decisions;
      out.no_clash += proofs[i].no_clash ? 1 : 0;
      out.no_gap += proofs[i].no_gap ? 1 : 0;
    }
    for (const codegen::Spared& spared : codegen::spared_checks(rules, proofs)) {
      out.spared_clash += spared.clash ? 1 : 0;
      out.spared_gap += spared.gap ? 1 : 0;
    }
    const auto count = static_cast<uint32_t>(rules.decisions.size());
    run_rules(plan, seed, rules, rules, count, out.report, proofs);
    if (out.report.disagreements.size() >= plan.disagreements_max) break;
    done += tables;
  }
  out.clashes = out.report.coverage.interpreted.errors[PAC_E_OVERLAP];
  out.gaps = out.report.coverage.interpreted.errors[PAC_E_GAP];
  return out;
}

}  // namespace pac::differential
