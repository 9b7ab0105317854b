// Generator: what chance alone would make too seldom. Each function of the standard library and
// each rare error has a value of its own in many decisions, in a let that a rule reads.
#include <algorithm>
#include <numeric>

#include "runtime/base/date.h"
#include "tests/differential/generator.h"

namespace pac::differential {

using ir::ExprId;
using ir::HitPolicy;
using ir::Op;
using ir::TypeId;
using ir::TypeKind;

namespace {

// So many in one rule set: more cost time to compile, fewer make too many rule sets necessary.
constexpr size_t kFunctionsPerRuleSet = 14;

bool gives(const stdlib::Function& function, const ir::Type& type) {
  switch (function.result) {
    case stdlib::Kind::boolean:
      return type.kind == TypeKind::boolean;
    case stdlib::Kind::integer:
      return type.kind == TypeKind::integer;
    case stdlib::Kind::decimal:
      return type.kind == TypeKind::decimal &&
             (function.scale != stdlib::ResultScale::fixed || function.fixed_scale == type.scale);
    case stdlib::Kind::text:
      return type.kind == TypeKind::string;
    case stdlib::Kind::date:
      return type.kind == TypeKind::date;
    case stdlib::Kind::datetime:
      return type.kind == TypeKind::datetime;
    case stdlib::Kind::duration:
      return type.kind == TypeKind::duration;
    default:
      return false;
  }
}

}  // namespace

// Rule sets of consecutive seeds take turns, so that each function is in as many of them as any
// other. A step near the golden section brings functions of different modules together.
void Generator::choose_functions(uint64_t seed) {
  const auto all = stdlib::functions();
  size_t step = all.size() * 618 / 1000;
  while (std::gcd(step, all.size()) != 1) ++step;
  const size_t count = std::min(all.size(), kFunctionsPerRuleSet);
  size_t at = seed % all.size() * (count * step % all.size()) % all.size();
  for (size_t i = 0; i < count; ++i) {
    functions_.push_back({&all[at], 0});
    at = (at + step) % all.size();
  }
  for (size_t i = functions_.size(); i > 1; --i) {
    std::swap(functions_[i - 1], functions_[random_.below(i)]);
  }
}

const stdlib::Function* Generator::least_used(const ir::Type* wanted) {
  UsedFunction* least = nullptr;
  for (UsedFunction& used : functions_) {
    if (wanted != nullptr && !gives(*used.function, *wanted)) continue;
    if (least == nullptr || used.calls < least->calls) least = &used;
  }
  if (least == nullptr) return nullptr;
  ++least->calls;
  return least->function;
}

TypeId Generator::result_type(const stdlib::Function& function) {
  switch (function.result) {
    case stdlib::Kind::boolean:
      return b_.bool_type();
    case stdlib::Kind::integer:
      return b_.int_type();
    case stdlib::Kind::decimal: {
      const bool fixed = function.scale == stdlib::ResultScale::fixed;
      return b_.decimal_type(fixed
                                 ? function.fixed_scale
                                 : static_cast<int>(random_.percent(85) ? random_.between(0, 6)
                                                                        : random_.between(0, 38)));
    }
    case stdlib::Kind::text:
      return b_.string_type();
    case stdlib::Kind::date:
      return b_.date_type();
    case stdlib::Kind::datetime:
      return b_.datetime_type();
    default:
      return b_.duration_type();
  }
}

// Two rules with the same conditions, of which most have different outcomes.
void Generator::make_rules_clash() {
  std::vector<ir::Rule>& rules = scope_.decision->rules;
  if (rules.size() < 2 || rules[0].each_list != ExprId::none || !random_.percent(20)) return;
  ir::Rule& other = rules[1 + random_.below(rules.size() - 1)];
  if (other.each_list != ExprId::none) return;
  other.conditions = rules[0].conditions;
  other.priority = rules[0].priority;
}

// In a let, whose value is an output where there may be one more, else part of a condition.
void Generator::show(ExprId value, uint32_t condition_chance) {
  ir::Decision& decision = *scope_.decision;
  const TypeId type = b_.rule_set.expr(value).type;
  decision.lets.push_back({type, ir::DomainId::none, value});
  scope_.let_count = static_cast<uint32_t>(decision.lets.size());
  scope_.pool.clear();  // each let binds variables of its own
  const ExprId read = b_.read(decision, scope_.let_count - 1);
  const bool effects = decision.policy == HitPolicy::deny_overrides ||
                       decision.policy == HitPolicy::permit_overrides;
  if (effects || (decision.policy != HitPolicy::result && random_.percent(condition_chance))) {
    showcases_.push_back(read);
    return;
  }
  ir::Record& output = b_.rule_set.records[index(decision.output)];
  const auto column = static_cast<uint32_t>(output.fields.size());
  output.fields.push_back(b_.field("f" + std::to_string(column), type));
  shown_.emplace_back(column, read);
}

void Generator::add_showcases() {
  if (random_.percent(60)) {
    const stdlib::Function& function = *least_used(nullptr);
    const ExprId value = call_function(function, result_type(function), 2);
    if (value != ExprId::none) show(value, 30);
  }
  if (random_.percent(18)) show(provoke(), 70);
  if (!chains_.empty() && random_.percent(18)) show(long_call(), 20);
}

// A call of one of a few earlier decisions: of a partial one, or of one that makes such a call
// itself, so that calls are nested. Its operands lie in the callee's domains.
ExprId Generator::long_call() {
  const auto any = [&] { return static_cast<uint32_t>(random_.below(chains_.size())); };
  uint32_t callee = any();
  const bool partial = random_.percent(30);
  for (int i = 0; i < 8; ++i) {
    const uint32_t other = any();
    const auto rank = [&](uint32_t id) {
      return partial ? uint32_t{b_.rule_set.decisions[id].partial} : sure_chains_[id];
    };
    if (chains_[other] < kMaxChain && rank(other) > rank(callee)) callee = other;
  }
  if (chains_[callee] >= kMaxChain) callee = 0;
  sure_chain_ = std::max(sure_chain_, sure_chains_[callee] + 1);
  return call_decision(static_cast<ir::DecisionId>(callee), 1, true);
}

// Conditions that read what is to be shown. Most hold whatever the value is.
std::vector<ExprId> Generator::showcase_conditions() {
  std::vector<ExprId> conditions;
  const TypeId type = b_.bool_type();
  for (const ExprId value : showcases_) {
    const ExprId equal = node(Op::eq, type, value, leaf(b_.rule_set.expr(value).type));
    conditions.push_back(random_.percent(20) ? equal
                                             : node(Op::or_, type, equal, b_.boolean(true)));
  }
  return conditions;
}

// ---- Errors on purpose

// A value that is there for some inputs, and for others one of the rare errors.
ExprId Generator::provoke() {
  ExprId failing = ExprId::none;
  switch (random_.weighted({8, 14, 14, 32, 32})) {
    case 0:
      failing = node(Op::add, b_.int_type(), b_.integer(INT64_MAX), leaf(b_.int_type()));
      break;
    case 1:
      failing = node(Op::mod, b_.int_type(), leaf(b_.int_type()), b_.integer(0));
      break;
    case 2: {
      const ExprId day = b_.number(b_.duration_type(), kMicrosPerDay);
      failing = node(Op::add, b_.date_type(), b_.date(kMaxDate), day);
      break;
    }
    case 3:
      failing = past_the_limit();
      break;
    default:
      failing = no_such_day();
      break;
  }
  const TypeId type = b_.rule_set.expr(failing).type;
  const ExprId condition = sometimes();
  return node(Op::if_, type, condition, failing, leaf(type));
}

// A condition that holds for a fair part of the inputs.
ExprId Generator::sometimes() {
  const ir::Decision& decision = *scope_.decision;
  if (separating_slot_ == ir::kNone || random_.percent(30)) return boolean(2);
  const ExprId slot = b_.input(decision, separating_slot_);
  const int64_t low = random_.between(0, 45);
  return node(Op::in_range, b_.bool_type(), slot, b_.integer(low), b_.integer(low + 25));
}

// A text about as long as a text may be; the inputs decide on which side of it.
ExprId Generator::past_the_limit() {
  const TypeId type = b_.string_type();
  const auto room = static_cast<size_t>(random_.between(0, 3));
  const ExprId all_but = b_.text(std::string(PAC_MAX_TEXT - room, 'y'));
  if (random_.percent(50)) {
    const ExprId half = b_.text(std::string(33000, 'x'));
    return node(Op::template_, type, std::vector<ExprId>{half, leaf(type), half});
  }
  const TypeId part = random_.percent(50) ? type : b_.int_type();
  const ExprId other = leaf(part);
  return node(Op::template_, type,
              random_.percent(50) ? std::vector<ExprId>{all_but, other}
                                  : std::vector<ExprId>{other, all_but});
}

ExprId Generator::no_such_day() {
  if (random_.percent(50)) {
    const bool sure = random_.percent(70);
    const int64_t month = sure ? random_.pick({2, 4, 6, 9, 11}) : random_.between(1, 12);
    const std::vector<ExprId> parts{b_.integer(random_.between(2023, 2025)), b_.integer(month),
                                    b_.integer(sure ? 31 : random_.between(28, 31))};
    return b_.call_std("make_date", 1, b_.date_type(), parts);
  }
  const stdlib::Function& add_months = *stdlib::find("add_months");
  const auto& options = add_months.parameters.back().options;
  const auto fail = std::ranges::find(options, std::string_view("error"));
  constexpr int32_t kLastOfJanuary = 19753;  // 2024-01-31
  const ExprId date = b_.date(kLastOfJanuary + static_cast<int32_t>(random_.between(-1, 0)));
  const ExprId months =
      b_.integer(random_.percent(70) ? random_.pick({1, 3, 5, 8, 10}) : random_.between(-3, 13));
  return b_.call_std("add_months", add_months.version, b_.date_type(),
                     {date, months, b_.integer(fail - options.begin())});
}

}  // namespace pac::differential
