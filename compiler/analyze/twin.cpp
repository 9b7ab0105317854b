#include "compiler/analyze/twin.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "compiler/analyze/terms.h"
#include "runtime/ir/shape.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;

namespace {

bool holds(const ir::RuleSet& rules, ir::TypeId id, FieldOfRecord field, int depth) {
  if (id == ir::TypeId::none || depth > 32) return false;
  const ir::Type& type = rules.type(id);
  if (type.element != ir::TypeId::none) return holds(rules, type.element, field, depth + 1);
  if (type.kind != ir::TypeKind::record) return false;
  if (type.ref == field.record) return true;
  return std::ranges::any_of(rules.records[type.ref].fields, [&](const ir::Field& each) {
    return holds(rules, each.type, field, depth + 1);
  });
}

// Writes the expressions of a decision anew, so that they read the field or its twin.
class Rewriter {
 public:
  Rewriter(ir::RuleSet& rules, FieldOfRecord field, uint32_t twin, bool is_twin,
           const std::map<uint32_t, uint32_t>& callees)
      : rules_(rules), field_(field), twin_(twin), is_twin_(is_twin), callees_(callees) {}

  void decision(ir::Decision& d) {
    is_own_record_ = ir::index(d.input) == field_.record;
    for (ExprId& id : d.assumes) id = expr(id);
    for (ir::Let& let : d.lets) let.value = expr(let.value);
    for (ir::Rule& one : d.rules) rule(one);
    if (d.has_otherwise) rule(d.otherwise);
    for (ExprId& id : d.result) id = expr(id);
  }

  bool reads_it() const { return reads_it_; }

 private:
  void rule(ir::Rule& r) {
    r.each_list = expr(r.each_list);
    for (ExprId& id : r.conditions) id = expr(id);
    for (ExprId& id : r.outcome) id = expr(id);
    for (ir::DutyUse& use : r.duties) {
      for (ExprId& id : use.arguments) id = expr(id);
    }
  }

  ExprId expr(ExprId id) {
    if (id == ExprId::none) return id;
    if (const auto found = memo_.find(ir::index(id)); found != memo_.end()) return found->second;
    const ExprId out = make(id);
    memo_.emplace(ir::index(id), out);
    return out;
  }

  ExprId make(ExprId id) {
    ir::Expr e = rules_.expr(id);
    const ir::OpShape& shape = ir::shape(e.op);
    const auto replace = [&](ir::Part part, uint32_t& member) {
      if (part == ir::Part::expr || (part == ir::Part::optional_expr && member != ir::kNone)) {
        member = ir::index(expr(static_cast<ExprId>(member)));
      }
    };
    if (e.op == Op::input) {
      if (is_own_record_ && e.a == field_.field) e.a = read();
      return rules_.add(e);
    }
    if (e.op == Op::field) {
      const bool is_it =
          rules_.type_of(static_cast<ExprId>(e.a)).ref == field_.record && e.b == field_.field;
      if (is_it) e.b = read();
    }
    if (e.op == Op::call) {
      if (const auto found = callees_.find(e.a); found != callees_.end()) e.a = found->second;
    }
    replace(shape.a, e.a);
    replace(shape.b, e.b);
    replace(shape.c, e.c);
    replace(shape.extra, e.extra);
    if (!shape.has_operands) return rules_.add(e);
    std::vector<ExprId> operands;
    for (uint32_t i = 0; i < e.operand_count; ++i) operands.push_back(rules_.operand(e, i));
    for (ExprId& operand : operands) operand = expr(operand);
    // A record that the decision makes has the same value in both fields.
    if (e.op == Op::make_record && rules_.type(e.type).ref == field_.record) {
      operands.push_back(operands[field_.field]);
    }
    return rules_.add(e, operands);
  }

  uint32_t read() {
    reads_it_ = true;
    return is_twin_ ? twin_ : field_.field;
  }

  ir::RuleSet& rules_;
  const FieldOfRecord field_;
  const uint32_t twin_;
  const bool is_twin_;
  const std::map<uint32_t, uint32_t>& callees_;
  std::unordered_map<uint32_t, ExprId> memo_;
  bool is_own_record_ = false, reads_it_ = false;
};

// Whether an expression of a flat decision takes a value that holds the field as a whole: what it
// does with it can't be told by the field.
class Whole {
 public:
  Whole(const ir::RuleSet& rules, FieldOfRecord field) : rules_(rules), field_(field) {}

  bool value(ExprId id) {
    return analyze::holds(rules_, rules_.expr(id).type, field_) || parts(id);
  }
  bool parts(ExprId id) {
    if (id == ExprId::none || !seen_.insert(ir::index(id)).second) return false;
    const ir::Expr e = rules_.expr(id);
    bool out = false;
    switch (e.op) {
      case Op::field:
      case Op::unwrap:
      case Op::some:
      case Op::is_present:
      case Op::len:
        return parts(static_cast<ExprId>(e.a));
      case Op::if_:
      case Op::default_:
      case Op::any:
      case Op::all:
      case Op::none:
      case Op::count:
      case Op::make_record:  // where a field of it is read, or it is a value by itself
        ir::for_each_operand(rules_, e, [&](ExprId part) { out = out || parts(part); });
        return out;
      case Op::sum:
      case Op::min:
      case Op::max:
        out = parts(static_cast<ExprId>(e.a));
        if (e.b != ir::kNone) out = out || parts(static_cast<ExprId>(e.b));
        return out || value(static_cast<ExprId>(e.extra));
      default:
        ir::for_each_operand(rules_, e, [&](ExprId part) { out = out || value(part); });
        return out;
    }
  }

 private:
  const ir::RuleSet& rules_;
  const FieldOfRecord field_;
  std::set<uint32_t> seen_;
};

class Maker {
 public:
  Maker(const ir::RuleSet& rule_set, const ir::Side& side, ir::DecisionId id, FieldOfRecord field)
      : side_(side), id_(id), field_(field), joined_(std::make_unique<Joined>()) {
    joined_->rules = rule_set;
  }

  Twin make() {
    Twin out;
    add_field();
    find_callees(ir::index(id_));
    add_twins();
    if (!reads_it_ && !may_be_whole()) return out;
    for (const uint32_t one : order_) flats_[one] = flatten(rules(), decision_id(one));
    Flat& first = flats_[ir::index(id_)];
    const uint32_t twin = twins_.at(ir::index(id_));
    // What is not known in the first is another unknown in the second.
    for (const uint32_t one : order_) {
      if (!twins_.contains(one)) continue;
      ir::Decision& second = rules().decisions[twins_.at(one)];
      second.var_count = std::max(second.var_count, rules().decisions[one].var_count);
      flats_[twins_.at(one)] = flatten(rules(), decision_id(twins_.at(one)));
    }
    add_both();
    joined_->versions[kOld] = version(first, id_);
    joined_->versions[kNew] = version(flats_[twin], decision_id(twin));
    number_conditions();
    if (is_whole_) out.obstacle = "it uses a record with the field as a whole";
    out.reads_it = reads_it_ || is_whole_;
    out.twin_field = twin_;
    out.joined = std::move(joined_);
    return out;
  }

 private:
  static ir::DecisionId decision_id(uint32_t number) { return static_cast<ir::DecisionId>(number); }
  ir::RuleSet& rules() { return joined_->rules; }

  void add_field() {
    auto& fields = rules().records[field_.record].fields;
    twin_ = static_cast<uint32_t>(fields.size());
    ir::Field twin = fields[field_.field];
    twin.name += "'";  // no name that an author can write
    fields.push_back(std::move(twin));
    ir::Decision& own = rules().decisions[ir::index(id_)];
    if (ir::index(own.input) != field_.record) return;
    own.roles.push_back(own.roles[field_.field]);
    const auto feature = std::ranges::find(own.features, field_.field, &ir::Feature::slot);
    if (feature == own.features.end()) return;
    ir::Feature copy = *feature;
    copy.slot = twin_;
    copy.name += "'";
    own.features.push_back(std::move(copy));
  }

  // The decisions that are reached, called ones first.
  void find_callees(uint32_t one) {
    if (!visited_.insert(one).second) return;
    std::set<uint32_t> callees;
    std::vector<ExprId> pending;
    std::set<uint32_t> seen;
    const auto push = [&](ExprId id) {
      if (id != ExprId::none && seen.insert(ir::index(id)).second) pending.push_back(id);
    };
    ir::for_each_root(rules().decisions[one], push);
    while (!pending.empty()) {
      const ir::Expr e = rules().expr(pending.back());
      pending.pop_back();
      if (e.op == Op::call) callees.insert(e.a);
      ir::for_each_operand(rules(), e, push);
    }
    for (const uint32_t callee : callees) find_callees(callee);
    order_.push_back(one);
  }

  bool is_permitted(uint32_t one) const {
    return one != ir::index(id_) &&
           std::ranges::any_of(side_.decisions[one].permissions, [&](const ir::Permission& p) {
             return p.record == field_.record && p.field == field_.field;
           });
  }

  void add_twins() {
    const std::map<uint32_t, uint32_t> same;
    for (const uint32_t one : order_) {
      if (is_permitted(one)) continue;
      ir::Decision second = rules().decisions[one];
      Rewriter second_writer(rules(), field_, twin_, true, twins_);
      second_writer.decision(second);
      reads_it_ = reads_it_ || second_writer.reads_it();
      twins_[one] = static_cast<uint32_t>(rules().decisions.size());
      rules().decisions.push_back(std::move(second));
    }
    for (const uint32_t one : order_) {
      ir::Decision first = rules().decisions[one];
      Rewriter(rules(), field_, twin_, false, same).decision(first);
      rules().decisions[one] = std::move(first);
    }
  }

  // A value that holds the field may be passed on, compared or given out as a whole.
  bool may_be_whole() {
    const ir::Decision& own = rules().decisions[ir::index(id_)];
    const auto& outputs = rules().record(own.output).fields;
    if (std::ranges::any_of(
            outputs, [&](const ir::Field& f) { return analyze::holds(rules(), f.type, field_); })) {
      return true;
    }
    bool out = false;
    for (const uint32_t one : order_) {
      Whole whole(rules(), field_);
      ir::for_each_root(rules().decisions[one], [&](ExprId id) {
        if (id != ExprId::none) out = out || whole.parts(id);
      });
    }
    return out;
  }

  // A decision that has the inputs, for what is said about them.
  void add_both() {
    const ir::Decision& own = rules().decisions[ir::index(id_)];
    const ir::Decision& second = rules().decisions[twins_.at(ir::index(id_))];
    ir::Decision both;
    both.name = own.name;
    both.partial = own.partial;
    both.zone = own.zone;
    both.input = own.input;
    both.roles = own.roles;
    both.features = own.features;
    both.as_of_slot = own.as_of_slot;
    both.now_slot = own.now_slot;
    both.var_count = std::max(own.var_count, second.var_count);
    joined_->flat.decision = decision_id(static_cast<uint32_t>(rules().decisions.size()));
    joined_->flat.lets = flats_[ir::index(id_)].lets;
    joined_->side.lets = side_.decisions[ir::index(id_)].lets;
    const auto& outputs = rules().record(own.output).fields;
    for (uint32_t i = 0; i < outputs.size(); ++i) {
      joined_->outputs.emplace_back(i, i);
      joined_->output_names.push_back(outputs[i].name);
    }
    rules().decisions.push_back(std::move(both));
  }

  JoinedRule rule(const FlatRule& flat, const ir::Rule& own) {
    JoinedRule out;
    out.is_each = flat.is_each;
    out.condition = flat.condition;
    out.outcome = flat.outcome;
    Whole whole(rules(), field_);
    is_whole_ = is_whole_ || whole.parts(out.condition);
    for (const ExprId id : out.outcome) is_whole_ = is_whole_ || whole.value(id);
    for (const ir::DutyUse& use : own.duties) {
      const ir::Duty& duty = rules().duties[ir::index(use.duty)];
      out.duties.push_back({duty.name, duty.is_advice, use.arguments});
      for (const ExprId id : use.arguments) is_whole_ = is_whole_ || whole.value(id);
    }
    return out;
  }

  JoinedVersion version(const Flat& flat, ir::DecisionId id) {
    JoinedVersion out;
    out.rule_set = &joined_->rules;
    out.decision = id;
    const ir::Decision own = rules().decision(id);  // flat
    if (own.policy == ir::HitPolicy::result) {
      FlatRule only;
      only.condition = Terms(rules()).truth(true);
      only.outcome = own.result;
      out.rules.push_back(rule(only, {}));
    }
    for (const FlatRule& one : flat.rules) out.rules.push_back(rule(one, own.rules[one.rule]));
    if (own.has_otherwise) {
      FlatRule otherwise = flat.otherwise;
      otherwise.condition = Terms(rules()).truth(true);
      out.otherwise = rule(otherwise, own.otherwise);
      out.otherwise.condition = flat.otherwise.condition;
    }
    for (const ExprId assume : flat.assumes) joined_->flat.assumes.push_back(assume);
    for (const ir::RankedColumn& column : own.ranking) out.ranking.push_back(column.values);
    return out;
  }

  void number_conditions() {
    ir::Decision& both = rules().decisions[ir::index(joined_->flat.decision)];
    std::unordered_map<uint32_t, uint32_t> numbers;
    for (JoinedVersion& version : joined_->versions) {
      for (JoinedRule& rule : version.rules) {
        const auto next = static_cast<uint32_t>(joined_->flat.rules.size());
        const auto [at, is_new] = numbers.emplace(ir::index(rule.condition), next);
        rule.number = at->second;
        if (!is_new) continue;
        FlatRule flat;
        flat.rule = next;
        flat.condition = rule.condition;
        joined_->flat.rules.push_back(std::move(flat));
        both.result.push_back(rule.condition);
      }
    }
  }

  const ir::Side& side_;
  const ir::DecisionId id_;
  const FieldOfRecord field_;
  std::unique_ptr<Joined> joined_;
  uint32_t twin_ = 0;
  std::set<uint32_t> visited_;
  std::vector<uint32_t> order_;
  std::map<uint32_t, uint32_t> twins_;  // by decision: its second
  std::map<uint32_t, Flat> flats_;
  bool reads_it_ = false, is_whole_ = false;
};

}  // namespace

bool holds(const ir::RuleSet& rules, ir::TypeId type, FieldOfRecord field) {
  return holds(rules, type, field, 0);
}

Twin make_twin(const ir::RuleSet& rule_set, const ir::Side& side, ir::DecisionId decision,
               FieldOfRecord field) {
  return Maker(rule_set, side, decision, field).make();
}

}  // namespace pac::analyze
