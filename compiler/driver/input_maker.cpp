#include "compiler/driver/input_maker.h"

#include <algorithm>

#include "runtime/base/date.h"
#include "runtime/base/text_numbers.h"
#include "runtime/ir/limits.h"

namespace pac::driver {

namespace {

using ir::Op;
using ir::TypeKind;
using json::Value;

// Lists are kept short: what a rule asks of a list seldom takes more.
constexpr uint32_t kListItems = 3;
constexpr size_t kNumberBytes = 64;  // of any number, date or duration as text

// Around which dates to look where nothing else says so.
constexpr int32_t kSomeDay = days_from_civil(2026, 1, 1);

bool is_numeric(TypeKind kind) {
  return kind != TypeKind::string && kind != TypeKind::list && kind != TypeKind::set &&
         kind != TypeKind::record && kind != TypeKind::quotient;
}

bool inside(const ir::Domain* domain, Int128 number) {
  if (domain == nullptr || !domain->has_intervals) return true;
  return std::ranges::any_of(domain->intervals, [&](const ir::Interval& interval) {
    return interval.low <= number && number <= interval.high;
  });
}

// The number of a constant on the grid of another numeric type; false where it does not fit.
bool on_grid(const ir::RuleSet& rules, const ir::Constant& constant, const ir::Type& type,
             Int128* out) {
  const ir::Type& from = rules.type(constant.type);
  *out = constant.number;
  const auto is_plain = [](const ir::Type& t) {
    return t.kind == TypeKind::integer || t.kind == TypeKind::decimal;
  };
  if (!is_plain(from) || !is_plain(type)) {
    return from.kind == type.kind && (type.kind != TypeKind::enumeration || from.ref == type.ref);
  }
  const int from_scale = from.kind == TypeKind::decimal ? from.scale : 0;
  const int scale = type.kind == TypeKind::decimal ? type.scale : 0;
  if (from_scale > scale) *out /= pow10(from_scale - scale);
  if (from_scale < scale) {
    const Int128 limit = pow10(38 - (scale - from_scale)) - 1;
    if (*out > limit || *out < -limit) return false;
    *out *= pow10(scale - from_scale);
  }
  return true;
}

Value& member_of(Value& object, const std::string& name) {
  if (object.find(name) == nullptr) object.set(name, Value::object());
  for (json::Member& member : object.members()) {
    if (member.key == name) return member.value;
  }
  PAC_CHECK(false, "the member was just set");
  return object;
}

}  // namespace

InputMaker::InputMaker(const ir::RuleSet& rules, ir::DecisionId decision, uint64_t seed)
    : rules_(rules), decision_(rules.decision(decision)), state_(seed) {
  for (const ir::Constant& constant : rules.constants) {
    if (constant.missing) continue;
    const TypeKind kind = rules.type(constant.type).kind;
    if (kind == TypeKind::string) texts_.push_back(&constant);
    if (is_numeric(kind)) numbers_.push_back(&constant);
  }
  for (const ir::Param& param : rules.params) {
    for (const ir::ParamLine& line : param.lines) {
      if (line.from > kMinDate) days_.push_back(line.from);
    }
  }
  std::ranges::sort(days_);
  const auto again = std::ranges::unique(days_);
  days_.erase(again.begin(), again.end());
}

// SplitMix64: small, and the same everywhere.
uint64_t InputMaker::draw() {
  uint64_t z = state_ += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

uint32_t InputMaker::below(uint32_t count) {
  return count == 0 ? 0 : static_cast<uint32_t>(draw() % count);
}

// ---- Values
// -----------------------------------------------------------------------------------------------

InputMaker::Number InputMaker::any_number(const ir::Type& type) {
  switch (type.kind) {
    case TypeKind::boolean:
    case TypeKind::effect:
      return below(2);
    case TypeKind::enumeration:
      return below(static_cast<uint32_t>(rules_.enums[type.ref].values.size()));
    case TypeKind::date:
      return kSomeDay + static_cast<int32_t>(below(20'000)) - 18'000;
    case TypeKind::datetime:
      return (kSomeDay - Int128{below(3'000)}) * kMicrosPerDay;
    case TypeKind::duration:
      return Int128{below(1'000)} * kMicrosPerSecond * 3600;
    default:
      return Int128{below(1u << (1 + below(20)))};
  }
}

// Dates of parameters, anywhere in the domain, around constants of the rules, or as it comes: rules
// read some inputs only to compute with them, where no constant says which values matter.
InputMaker::Number InputMaker::number(const ir::Type& type, const ir::Domain* domain) {
  const uint32_t anywhere = below(4);
  for (int attempt = 0; attempt < 6; ++attempt) {
    Number out = any_number(type);
    if (type.kind == TypeKind::date && !days_.empty() && below(3) == 0) {
      out = days_[below(static_cast<uint32_t>(days_.size()))] - static_cast<int>(below(2));
    } else if (anywhere != 0 && below(4) != 0 && !numbers_.empty()) {
      const ir::Constant& constant = *numbers_[below(static_cast<uint32_t>(numbers_.size()))];
      if (on_grid(rules_, constant, type, &out) && type.kind != TypeKind::enumeration) {
        out += static_cast<int>(below(3)) - 1;
      }
    }
    if ((attempt > 2 || anywhere == 0) && domain != nullptr && domain->has_intervals &&
        !domain->intervals.empty()) {
      const auto& interval =
          domain->intervals[below(static_cast<uint32_t>(domain->intervals.size()))];
      const UInt128 width =
          static_cast<UInt128>(interval.high) - static_cast<UInt128>(interval.low);
      if (below(3) == 0) return below(2) == 0 ? interval.low : interval.high;
      out = interval.low + static_cast<Int128>(width == 0 ? 0 : draw() % (width + 1));
    }
    if (inside(domain, out)) return out;
  }
  return domain->intervals.empty() ? 0 : domain->intervals[0].low;
}

std::string InputMaker::text(const ir::Domain* domain) {
  if (domain != nullptr && domain->has_texts && !domain->texts.empty()) {
    return domain->texts[below(static_cast<uint32_t>(domain->texts.size()))];
  }
  if (!texts_.empty() && below(4) != 0)
    return texts_[below(static_cast<uint32_t>(texts_.size()))]->text;
  return std::string(below(4), static_cast<char>('a' + below(26)));
}

Value InputMaker::as_json(const ir::Type& type, Number number, const std::string& words) const {
  char buffer[kNumberBytes];
  switch (type.kind) {
    case TypeKind::string:
      return words;
    case TypeKind::boolean:
      return number != 0;
    case TypeKind::effect:
      return number == 0 ? "permit" : "deny";
    case TypeKind::enumeration: {
      const auto& values = rules_.enums[type.ref].values;
      if (number < 0 || number >= static_cast<Int128>(values.size())) return Value();
      const ir::EnumValue& value = values[static_cast<size_t>(number)];
      return value.wire.empty() ? value.name : value.wire;
    }
    case TypeKind::date:
      if (number < kMinDate || number > kMaxDate) return Value();
      return std::string(buffer, format_date(static_cast<int32_t>(number), buffer));
    case TypeKind::datetime:
      if (number < kMinDatetime || number > kMaxDatetime) return Value();
      return std::string(buffer, format_datetime(static_cast<int64_t>(number), buffer));
    case TypeKind::duration:
      return std::string(buffer, format_duration(static_cast<int64_t>(number), buffer));
    case TypeKind::decimal:
      return std::string(buffer, format_decimal(number, type.scale, buffer));
    default:
      return Value::exact_int(static_cast<int64_t>(number));
  }
}

Value InputMaker::list(const ir::Type& type, const ir::Domain* domain, int depth) {
  uint32_t count = below(kListItems + 1);
  if (domain != nullptr && domain->max_items >= 0) {
    count = static_cast<uint32_t>(std::min<int64_t>(count, domain->max_items));
  }
  Value out = Value::array();
  for (uint32_t i = 0; i < count; ++i) {
    Value item =
        value(type.element, domain == nullptr ? ir::DomainId::none : domain->element, depth + 1);
    const auto& had = out.elements();
    if (type.kind == TypeKind::set && std::ranges::find(had, item) != had.end()) continue;
    out.push_back(std::move(item));
  }
  return out;
}

Value InputMaker::value(ir::TypeId type_id, ir::DomainId domain_id, int depth) {
  const ir::Type& type = rules_.type(type_id);
  const ir::Domain* domain = domain_id == ir::DomainId::none ? nullptr : &rules_.domain(domain_id);
  if (type.optional && below(4) == 0) return Value();
  if (type.kind == TypeKind::string) return text(domain);
  if (type.kind == TypeKind::list || type.kind == TypeKind::set) return list(type, domain, depth);
  if (type.kind == TypeKind::record) return record(type.ref, depth);
  return as_json(type, number(type, domain), "");
}

Value InputMaker::record(uint32_t ref, int depth) {
  Value out = Value::object();
  if (depth > static_cast<int>(ir::kMaxTypeDepth)) return out;
  for (const ir::Field& field : rules_.records[ref].fields) {
    out.add(field.name, value(field.type, field.domain, depth + 1));
  }
  return out;
}

// ---- Candidates
// -------------------------------------------------------------------------------------------

void InputMaker::store(Candidate* candidate, const Path& path, Value made) {
  const ir::Record& inputs = rules_.record(decision_.input);
  const ir::SlotRole role = decision_.roles[path.slot];
  Value* object = role == ir::SlotRole::input     ? &candidate->input
                  : role == ir::SlotRole::context ? &candidate->context
                                                  : &candidate->features;
  std::string name = inputs.fields[path.slot].name;
  if (role == ir::SlotRole::feature) {
    const auto found = std::ranges::find(decision_.features, path.slot, &ir::Feature::slot);
    if (found != decision_.features.end()) name = found->name;
  }
  ir::TypeId type = inputs.fields[path.slot].type;
  for (const uint32_t field : path.fields) {
    object = &member_of(*object, name);
    if (!object->is_object()) *object = record(rules_.type(type).ref, 0);
    const ir::Field& next = rules_.records[rules_.type(type).ref].fields[field];
    name = next.name;
    type = next.type;
  }
  object->set(name, std::move(made));
}

void InputMaker::make_slot(Candidate* candidate, uint32_t slot) {
  const ir::Field& field = rules_.record(decision_.input).fields[slot];
  store(candidate, {slot, {}, field.type}, value(field.type, field.domain, 0));
}

Candidate InputMaker::fresh() {
  Candidate out;
  for (uint32_t i = 0; i < decision_.roles.size(); ++i) make_slot(&out, i);
  return out;
}

void InputMaker::change(Candidate* candidate) {
  const auto count = static_cast<uint32_t>(decision_.roles.size());
  for (uint32_t i = 0; count > 0 && i <= below(2); ++i) make_slot(candidate, below(count));
}

void InputMaker::bend(Candidate* candidate, const ir::Rule& rule) {
  if (rule.has_effective && decision_.as_of_slot != ir::kNone) {
    const ir::Field& field = rules_.record(decision_.input).fields[decision_.as_of_slot];
    const Int128 day = below(2) == 0 ? rule.effective_from : rule.effective_to;
    store(candidate, {decision_.as_of_slot, {}, field.type},
          as_json(rules_.type(field.type), day, ""));
  }
  for (const ir::ExprId id : rule.conditions) satisfy(candidate, id, true, 0);
}

// ---- Conditions
// -------------------------------------------------------------------------------------------

ir::ExprId InputMaker::through_lets(ir::ExprId id) const {
  for (size_t step = 0; step <= decision_.lets.size(); ++step) {
    const ir::Expr& expr = rules_.expr(id);
    if (expr.op == Op::let) {
      id = decision_.lets[expr.a].value;
    } else if (expr.op == Op::unwrap || expr.op == Op::some || expr.op == Op::rescale ||
               expr.op == Op::default_) {
      id = static_cast<ir::ExprId>(expr.a);
    } else {
      break;
    }
  }
  return id;
}

bool InputMaker::find_path(ir::ExprId id, Path* out) const {
  id = through_lets(id);
  out->type = rules_.expr(id).type;
  while (rules_.expr(id).op == Op::field) {
    out->fields.insert(out->fields.begin(), rules_.expr(id).b);
    id = through_lets(static_cast<ir::ExprId>(rules_.expr(id).a));
  }
  if (rules_.expr(id).op != Op::input) return false;
  out->slot = rules_.expr(id).a;
  return true;
}

const ir::Constant* InputMaker::find_constant(ir::ExprId id) const {
  id = through_lets(id);
  const ir::Expr& expr = rules_.expr(id);
  if (expr.op == Op::param) {
    const auto& lines = rules_.params[expr.a].lines;
    return lines.empty() ? nullptr : find_constant(lines.back().value);
  }
  if (expr.op != Op::constant) return nullptr;
  return &rules_.constants[expr.a];
}

void InputMaker::put(Candidate* candidate, const Path& path, const ir::Constant& constant,
                     int delta) {
  const ir::Type& type = rules_.type(path.type);
  if (constant.missing) return store(candidate, path, Value());
  Int128 number = 0;
  if (type.kind != TypeKind::string && !on_grid(rules_, constant, type, &number)) return;
  store(candidate, path, as_json(type, number + delta, constant.text));
}

void InputMaker::satisfy_comparison(Candidate* candidate, const ir::Expr& expr, bool wanted) {
  Op op = expr.op;
  auto left = static_cast<ir::ExprId>(expr.a), right = static_cast<ir::ExprId>(expr.b);
  Path path;
  if (!find_path(left, &path)) {
    path = {};
    std::swap(left, right);
    if (!find_path(left, &path)) return;
    op = op == Op::lt   ? Op::gt
         : op == Op::le ? Op::ge
         : op == Op::gt ? Op::lt
         : op == Op::ge ? Op::le
                        : op;
  }
  const ir::Constant* constant = find_constant(right);
  if (constant == nullptr) return;
  if (!wanted) {
    op = op == Op::lt   ? Op::ge
         : op == Op::le ? Op::gt
         : op == Op::gt ? Op::le
         : op == Op::ge ? Op::lt
         : op == Op::eq ? Op::ne
                        : Op::eq;
  }
  const int further = static_cast<int>(below(3));
  if (op == Op::eq || op == Op::le || op == Op::ge) {
    put(candidate, path, *constant, op == Op::eq ? 0 : op == Op::le ? -further : further);
  } else if (op == Op::lt || op == Op::gt) {
    put(candidate, path, *constant, op == Op::lt ? -1 - further : 1 + further);
  } else if (rules_.type(path.type).kind == TypeKind::boolean) {
    store(candidate, path, constant->number == 0);
  } else {
    make_slot(candidate, path.slot);
  }
}

void InputMaker::satisfy_range(Candidate* candidate, const ir::Expr& expr, bool wanted) {
  Path path;
  if (!find_path(static_cast<ir::ExprId>(expr.a), &path)) return;
  const bool low_end = below(2) == 0;
  const ir::Constant* end = find_constant(static_cast<ir::ExprId>(low_end ? expr.b : expr.c));
  if (end == nullptr) return;
  // An end that is left out is avoided by a step inwards; outside is a step outwards.
  const bool left_out = (expr.extra & (low_end ? 1u : 2u)) != 0;
  const int inwards = wanted ? (left_out ? 1 : 0) : -1;
  put(candidate, path, *end, low_end ? inwards : -inwards);
}

// Bounded by the depth of expressions; what it does not know it leaves alone.
void InputMaker::satisfy(Candidate* candidate, ir::ExprId id, bool wanted, int depth) {
  if (depth > static_cast<int>(ir::kMaxExprDepth)) return;
  id = through_lets(id);
  const ir::Expr& expr = rules_.expr(id);
  const auto a = static_cast<ir::ExprId>(expr.a), b = static_cast<ir::ExprId>(expr.b);
  Path path;
  switch (expr.op) {
    case Op::and_:
    case Op::or_:
      if ((expr.op == Op::and_) == wanted) {
        satisfy(candidate, a, wanted, depth + 1);
        satisfy(candidate, b, wanted, depth + 1);
      } else {
        satisfy(candidate, below(2) == 0 ? a : b, wanted, depth + 1);
      }
      return;
    case Op::not_:
      return satisfy(candidate, a, !wanted, depth + 1);
    case Op::eq:
    case Op::ne:
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
      return satisfy_comparison(candidate, expr, wanted);
    case Op::in_range:
      return satisfy_range(candidate, expr, wanted);
    case Op::in_set:
      if (!find_path(a, &path)) return;
      if (!wanted) return make_slot(candidate, path.slot);
      if (const auto* one = find_constant(rules_.operand(expr, below(expr.operand_count)))) {
        put(candidate, path, *one, 0);
      }
      return;
    case Op::starts_with:
    case Op::ends_with:
    case Op::contains:
      if (const auto* one = find_constant(b); one != nullptr && wanted && find_path(a, &path)) {
        put(candidate, path, *one, 0);
      }
      return;
    case Op::is_present:
      if (find_path(a, &path)) {
        if (wanted)
          make_slot(candidate, path.slot);
        else
          store(candidate, path, Value());
      }
      return;
    case Op::input:
    case Op::field:
      if (rules_.type(expr.type).kind == TypeKind::boolean && find_path(id, &path)) {
        store(candidate, path, wanted);
      }
      return;
    default:
      return;
  }
}

}  // namespace pac::driver
