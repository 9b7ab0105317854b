// Values of enumerations that exist for outputs alone and that no decision yields.
#include <algorithm>
#include <map>
#include <set>

#include "compiler/analyze/questions.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;
using ir::TypeKind;

namespace {

struct Yield {
  std::set<Int128> wanted, found;
  ir::DecisionId decision = ir::DecisionId::none;  // the first with such an output
  uint32_t decisions = 0;
};

class UnusedOutputs {
 public:
  UnusedOutputs(const ir::RuleSet& rules, Report* report) : rules_(rules), report_(report) {}

  // `working` has the flat outcomes.
  void run(const ir::RuleSet& working, const std::vector<Flat>& flats) {
    std::set<uint32_t> outputs;
    for (const ir::Decision& decision : rules_.decisions)
      outputs.insert(ir::index(decision.output));
    for (const ir::Decision& decision : rules_.decisions) {
      if (decision.result_type == ir::TypeId::none) continue;
      const ir::Type& type = rules_.type(decision.result_type);
      if (type.kind == TypeKind::record) outputs.insert(type.ref);
    }
    for (uint32_t i = 0; i < rules_.records.size(); ++i) {
      if (outputs.contains(i)) continue;
      for (const ir::Field& field : rules_.records[i].fields) read(rules_.type(field.type));
    }
    for (const Flat& flat : flats) collect(working, flat);
    for (const auto& [number, yield] : yields_) {
      if (read_.contains(number)) continue;
      for (const Int128 value : yield.wanted) {
        if (!yield.found.contains(value)) say(number, yield, value);
      }
    }
  }

 private:
  // An enumeration of data: what it has no use for today may come tomorrow.
  void read(const ir::Type& type) {
    if (type.kind == TypeKind::enumeration) read_.insert(type.ref);
    if (type.element != ir::TypeId::none) read(rules_.type(type.element));
  }

  void collect(const ir::RuleSet& working, const Flat& flat) {
    const ir::Decision& decision = working.decision(flat.decision);
    const auto& fields = rules_.record(decision.output).fields;
    for (uint32_t i = 0; i < fields.size(); ++i) {
      const ir::Type& type = rules_.type(fields[i].type);
      if (type.kind != TypeKind::enumeration) {
        read(type);
        continue;
      }
      Yield& yield = yields_[type.ref];
      if (yield.decisions++ == 0) yield.decision = flat.decision;
      const size_t count = rules_.enums[type.ref].values.size();
      for (size_t value = 0; value < count; ++value) {
        if (is_within(fields[i].domain, static_cast<Int128>(value))) {
          yield.wanted.insert(static_cast<Int128>(value));
        }
      }
      for (const FlatRule& rule : flat.rules) yields(working, rule.outcome[i], &yield);
      if (decision.has_otherwise) yields(working, flat.otherwise.outcome[i], &yield);
      if (decision.policy == ir::HitPolicy::result) {
        yields(working, decision.result[i], &yield);
      }
    }
  }

  bool is_within(ir::DomainId domain, Int128 value) const {
    if (domain == ir::DomainId::none || !rules_.domain(domain).has_intervals) return true;
    return std::ranges::any_of(rules_.domain(domain).intervals, [&](const ir::Interval& interval) {
      return interval.low <= value && value <= interval.high;
    });
  }

  // Anything but choices between constants may be any value.
  void yields(const ir::RuleSet& working, ExprId id, Yield* yield) const {
    const ir::Expr& expr = working.expr(id);
    switch (expr.op) {
      case Op::constant:
        if (!working.constants[expr.a].missing)
          yield->found.insert(working.constants[expr.a].number);
        break;
      case Op::if_:
        yields(working, static_cast<ExprId>(expr.b), yield);
        yields(working, static_cast<ExprId>(expr.c), yield);
        break;
      case Op::some:
        yields(working, static_cast<ExprId>(expr.a), yield);
        break;
      default:
        yield->found.insert(yield->wanted.begin(), yield->wanted.end());
    }
  }

  void say(uint32_t number, const Yield& yield, Int128 value) {
    Finding finding;
    finding.kind = FindingKind::unused_output;
    finding.decision = yield.decision;
    const ir::Enum& type = rules_.enums[number];
    finding.text = type.name + "." + type.values[static_cast<size_t>(value)].name;
    report_->findings.push_back(std::move(finding));
  }

  const ir::RuleSet& rules_;
  Report* report_;
  std::set<uint32_t> read_;  // enumerations that are not for outputs alone
  std::map<uint32_t, Yield> yields_;
};

}  // namespace

void find_unused_outputs(const ir::RuleSet& rule_set, const ir::RuleSet& working,
                         const std::vector<Flat>& flats, Report* report) {
  UnusedOutputs(rule_set, report).run(working, flats);
}

}  // namespace pac::analyze
