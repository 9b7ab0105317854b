#include "compiler/analyze/protected.h"

#include <algorithm>
#include <set>

#include "runtime/ir/shape.h"

namespace pac::analyze {

using ir::ExprId;

namespace {

constexpr size_t kMostWitnesses = 8;

class Protection {
 public:
  Protection(const ir::RuleSet& rules, const ir::Side& side, const Report& report)
      : rules_(rules), side_(side), report_(report) {}

  std::vector<Dependence> run() {
    for (uint32_t record = 0; record < side_.records.size(); ++record) {
      const auto& fields = side_.records[record].fields;
      for (uint32_t field = 0; field < fields.size(); ++field) {
        if (!fields[field].protected_ground.empty()) protected_.push_back({record, field});
      }
    }
    for (uint32_t i = 0; i < rules_.decisions.size(); ++i) {
      for (const FieldOfRecord field : protected_) {
        if (is_input_of(field, i) && !is_permitted(field, i)) {
          ask(static_cast<ir::DecisionId>(i), field);
        }
      }
    }
    return std::move(out_);
  }

 private:
  bool is_input_of(FieldOfRecord field, uint32_t decision) const {
    const auto input = rules_.decisions[decision].input;
    return ir::index(input) == field.record ||
           std::ranges::any_of(rules_.record(input).fields, [&](const ir::Field& each) {
             return holds(rules_, each.type, field);
           });
  }

  bool is_permitted(FieldOfRecord field, uint32_t decision) const {
    return std::ranges::any_of(side_.decisions[decision].permissions, [&](const auto& p) {
      return p.record == field.record && p.field == field.field;
    });
  }

  void ask(ir::DecisionId id, FieldOfRecord field) {
    Twin twin = make_twin(rules_, side_, id, field);
    if (!twin.reads_it) return;
    Dependence out;
    out.decision = id;
    out.field = field;
    out.reason = std::move(twin.obstacle);
    const DecisionDiff found = diff(std::move(twin.joined));
    for (const DiffClass& one : found.classes) {
      for (const Witness& witness : one.witnesses) {
        if (out.witnesses.size() < kMostWitnesses) out.witnesses.push_back(witness);
      }
      if (out.reason.empty()) out.reason = one.reason;
    }
    if (out.reason.empty() && !found.unknowns.empty()) out.reason = found.unknowns[0];
    if (out.reason.empty()) out.reason = errors_of(id, field);
    if (!out.witnesses.empty() || !out.reason.empty()) out_.push_back(std::move(out));
  }

  // The proof is about evaluations that succeed; whether one fails must not depend on it either.
  std::string errors_of(ir::DecisionId id, FieldOfRecord field) const {
    const std::set<uint32_t> called = called_by(ir::index(id));
    for (const Finding& finding : report_.findings) {
      const bool is_called = called.contains(ir::index(finding.decision));
      switch (finding.kind) {
        case FindingKind::may_error:
        case FindingKind::unknown:
          if (finding.decision == id && finding.error != PAC_E_NONE &&
              (finding.error == PAC_E_LIMIT ||
               finding.reads.contains({field.record, field.field}))) {
            return "whether it ends in an error may depend on it: " + finding.text + finding.reason;
          }
          [[fallthrough]];
        case FindingKind::gap:
        case FindingKind::overlap:
        case FindingKind::conflict:
          if (!is_called) break;
          return "`" + rules_.decision(finding.decision).name +
                 "`, which it calls, may end in an error";
        default:
          break;
      }
    }
    return "";
  }

  std::set<uint32_t> called_by(uint32_t decision) const {
    std::set<uint32_t> out;
    std::vector<ExprId> pending;
    std::set<ExprId> seen;
    const auto push = [&](ExprId id) {
      if (id != ExprId::none && seen.insert(id).second) pending.push_back(id);
    };
    ir::for_each_root(rules_.decisions[decision], push);
    while (!pending.empty()) {
      const ir::Expr& e = rules_.expr(pending.back());
      pending.pop_back();
      if (e.op == ir::Op::call && out.insert(e.a).second) out.merge(called_by(e.a));
      ir::for_each_operand(rules_, e, push);
    }
    return out;
  }

  const ir::RuleSet& rules_;
  const ir::Side& side_;
  const Report& report_;
  std::vector<FieldOfRecord> protected_;
  std::vector<Dependence> out_;
};

}  // namespace

std::vector<Dependence> find_dependences(const ir::RuleSet& rule_set, const ir::Side& side,
                                         const Report& report) {
  return Protection(rule_set, side, report).run();
}

bool has_protected(const ir::Side& side) {
  return std::ranges::any_of(side.records, [](const ir::RecordSide& record) {
    return std::ranges::any_of(record.fields,
                               [](const auto& field) { return !field.protected_ground.empty(); });
  });
}

}  // namespace pac::analyze
