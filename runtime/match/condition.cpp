#include "runtime/match/condition.h"

#include <algorithm>

#include "runtime/base/regex.h"
#include "runtime/ir/comparison.h"
#include "runtime/match/beginnings.h"
#include "runtime/match/keys.h"

namespace pac::match {

using ir::Constant;
using ir::Expr;
using ir::ExprId;
using ir::kNone;
using ir::Op;
using ir::TypeKind;

namespace {

// Parts of one condition that are looked at before it is given up and evaluated instead: shared
// operands unfold.
constexpr uint32_t kMaxSteps = 2'000;

// Of a pattern; more begin almost anyhow.
constexpr size_t kMaxBeginnings = 32;

// The largest number at `scale` that is not above value * 10^-from, or with `up` the smallest that
// is not below; saturates at the ends of the line.
Int128 on_grid(Int128 value, int from, int scale, bool up) {
  if (scale >= from) {
    Int128 scaled = 0;
    if (!__builtin_mul_overflow(value, pow10(scale - from), &scaled)) return scaled;
    return value < 0 ? kLeast : kMost;
  }
  const Int128 power = pow10(from - scale);
  const Int128 whole = value / power;  // towards zero
  const Int128 rest = value % power;
  if (up) return whole + (rest > 0 ? 1 : 0);
  return whole - (rest < 0 ? 1 : 0);
}

Int128 before(Int128 value) { return value == kLeast ? value : value - 1; }
Int128 after(Int128 value) { return value == kMost ? value : value + 1; }

int scale_of(const ir::Type& type) { return type.kind == TypeKind::decimal ? type.scale : 0; }

}  // namespace

Conditions::Conditions(const ir::RuleSet& rule_set, const ir::Decision& decision)
    : rule_set_(rule_set),
      decision_(decision),
      sources_(rule_set, decision),
      lets_(decision.lets.size()),
      let_state_(decision.lets.size(), 0) {}

bool Conditions::look_at(ExprId id, Condition* out) {
  steps_ = 0;
  return look(id, out);
}

// What is no question to a source is one to the condition itself, as a source that is true or not.
bool Conditions::look(ExprId id, Condition* out) {
  if (++steps_ > kMaxSteps) return false;
  *out = Condition();
  if (look_into(rule_set_.expr(id), id, out)) return true;
  *out = Condition();
  return is_true(id, out);
}

bool Conditions::look_into(const Expr& expr, ExprId id, Condition* out) {
  switch (expr.op) {
    case Op::constant:
      if (constant_of(id)->number != 0) out->holds = ValueSet::all(false);
      return true;
    case Op::not_:
      return negated(expr, out);
    case Op::and_:
    case Op::or_:
      return joined(expr, out);
    case Op::eq:
    case Op::ne:
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
      return compared(expr, out);
    case Op::in_range:
      return in_range(expr, out);
    case Op::in_set:
      return in_set(expr, out);
    case Op::starts_with:
      return starts_with(expr, out);
    case Op::ends_with:
      return ends_with(expr, out);
    case Op::matches:
      return matches(expr, out);
    case Op::is_present:
      return is_present(expr, out);
    case Op::let:
      return of_let(expr.a, out);
    default:
      return false;
  }
}

// ---- Logic

bool Conditions::negated(const Expr& expr, Condition* out) {
  const auto a = static_cast<ExprId>(expr.a);
  if (!look(a, out)) return false;
  if (!out->exact) {
    *out = Condition();
    if (!is_true(a, out)) return false;
  }
  const bool optional = out->source != kNone && sources_[out->source].optional;
  out->holds = out->holds.complement(optional && !out->fails_missing);
  return true;
}

bool Conditions::joined(const Expr& expr, Condition* out) {
  Condition a;
  Condition b;
  if (!look(static_cast<ExprId>(expr.a), &a) || !look(static_cast<ExprId>(expr.b), &b)) {
    return false;
  }
  const bool is_and = expr.op == Op::and_;
  if (a.source == kNone) {  // a constant decides, or leaves it to the other
    *out = a.holds.is_empty() == is_and ? a : b;
    return true;
  }
  if (b.source == kNone) {
    // The first is evaluated all the same, and may fail.
    if (b.holds.is_empty() == is_and && a.fails_missing) return false;
    *out = b.holds.is_empty() == is_and ? b : a;
    return true;
  }
  if (a.source != b.source) return false;
  out->source = a.source;
  out->exact = a.exact && b.exact;
  out->holds = is_and ? a.holds.intersected(b.holds) : a.holds.united(b.holds);
  // The second is evaluated where the first does not decide.
  const bool reaches_second = is_and ? a.holds.missing : !a.holds.missing || !a.exact;
  out->fails_missing = a.fails_missing || (b.fails_missing && reaches_second);
  if (out->fails_missing) out->holds.missing = false;
  return true;
}

bool Conditions::of_let(uint32_t index, Condition* out) {
  const ir::Let& let = decision_.lets[index];
  if (let.domain != ir::DomainId::none) return false;
  if (let_state_[index] == 0) {
    let_state_[index] = 1;
    Condition found;
    if (look(let.value, &found)) lets_[index] = std::move(found);
  }
  if (!lets_[index]) return false;
  *out = *lets_[index];
  return true;
}

bool Conditions::is_true(ExprId id, Condition* out) {
  Reading reading;
  if (!read(id, KeyKind::text, &reading) || reading.if_missing == IfMissing::missing) return false;
  const bool replaced = reading.replacement != nullptr && reading.replacement->number != 0;
  return finish(reading, ValueSet::of(1, 1), true, replaced, out);
}

// ---- Comparisons

bool Conditions::compared(const Expr& expr, Condition* out) {
  const bool equality = expr.op == Op::eq || expr.op == Op::ne;
  const KeyKind text = equality ? KeyKind::text_id : KeyKind::text;
  auto a = static_cast<ExprId>(expr.a);
  auto b = static_cast<ExprId>(expr.b);
  Op op = expr.op;
  Reading reading;
  Operand with;
  if (constant_of(a) != nullptr || !read(a, text, &reading) || !operand(b, &with)) {
    std::swap(a, b);
    op = ir::mirrored(op);
    if (constant_of(a) != nullptr || !read(a, text, &reading) || !operand(b, &with)) {
      return false;
    }
  }
  const bool may_miss = reading.if_missing == IfMissing::missing;
  if (may_miss && !equality) return false;
  ValueSet holds;
  bool exact = true;
  if (with.missing) {
    if (!may_miss) return false;
    holds.missing = true;
    if (op == Op::ne) holds = holds.complement(true);
  } else {
    if (!values(reading, op, with, &holds, &exact)) return false;
    holds.missing = may_miss && op == Op::ne;
  }
  if (!exact && holds.is_all(false)) return false;  // says nothing
  const bool replaced = reading.replacement != nullptr && holds_for(*reading.replacement, op, with);
  return finish(reading, std::move(holds), exact, replaced, out);
}

bool Conditions::in_range(const Expr& expr, Condition* out) {
  Reading reading;
  Operand low;
  Operand high;
  if (!read(static_cast<ExprId>(expr.a), KeyKind::text, &reading) ||
      reading.if_missing == IfMissing::missing || !operand(static_cast<ExprId>(expr.b), &low) ||
      !operand(static_cast<ExprId>(expr.c), &high)) {
    return false;
  }
  const Op above = (expr.extra & 1) != 0 ? Op::gt : Op::ge;
  const Op below = (expr.extra & 2) != 0 ? Op::lt : Op::le;
  ValueSet from;
  ValueSet to;
  bool exact = true;
  if (!values(reading, above, low, &from, &exact) || !values(reading, below, high, &to, &exact)) {
    return false;
  }
  ValueSet holds = from.intersected(to);
  if (!exact && holds.is_all(false)) return false;
  const Constant* const stand_in = reading.replacement;
  const bool replaced =
      stand_in != nullptr && holds_for(*stand_in, above, low) && holds_for(*stand_in, below, high);
  return finish(reading, std::move(holds), exact, replaced, out);
}

bool Conditions::in_set(const Expr& expr, Condition* out) {
  Reading reading;
  if (!read(static_cast<ExprId>(expr.a), KeyKind::text_id, &reading)) return false;
  bool exact = true;
  bool missing = false;
  bool replaced = false;
  std::vector<Span> spans;
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    Operand member;
    ValueSet equal;
    if (!operand(rule_set_.operand(expr, i), &member)) return false;
    if (member.missing) {
      if (reading.if_missing != IfMissing::missing) return false;
      missing = true;
      continue;
    }
    if (!values(reading, Op::eq, member, &equal, &exact)) return false;
    spans.insert(spans.end(), equal.spans.begin(), equal.spans.end());
    replaced = replaced ||
               (reading.replacement != nullptr && holds_for(*reading.replacement, Op::eq, member));
  }
  return finish(reading, ValueSet::of_spans(std::move(spans), missing), exact, replaced, out);
}

bool Conditions::starts_with(const Expr& expr, Condition* out) {
  Reading reading;
  const Constant* const prefix = constant_of(static_cast<ExprId>(expr.b));
  if (prefix == nullptr || !read(static_cast<ExprId>(expr.a), KeyKind::text, &reading) ||
      reading.if_missing == IfMissing::missing) {
    return false;
  }
  // Texts that start alike lie beside each other; what is beyond the key's bytes is not told.
  ValueSet holds = ValueSet::of(key_of_text(prefix->text), key_of_text(prefix->text, true));
  const bool replaced =
      reading.replacement != nullptr && reading.replacement->text.starts_with(prefix->text);
  return finish(reading, std::move(holds), prefix->text.size() <= kTextKeyBytes, replaced, out);
}

// Texts that end with one of the column's texts have it, or one that ends with it, as the longest.
bool Conditions::ends_with(const Expr& expr, Condition* out) {
  Reading reading;
  const Constant* const ending = constant_of(static_cast<ExprId>(expr.b));
  if (ending == nullptr || !read(static_cast<ExprId>(expr.a), KeyKind::ending, &reading) ||
      reading.if_missing == IfMissing::missing) {
    return false;
  }
  const std::vector<std::string>& texts = *sources_[reading.source].texts;
  const auto first = std::ranges::lower_bound(texts, ending->text, ends_before);
  if (first == texts.end() || *first != ending->text) return false;
  auto last = first;
  while (last != texts.end() && last->ends_with(ending->text)) ++last;
  const bool replaced =
      reading.replacement != nullptr && reading.replacement->text.ends_with(ending->text);
  return finish(reading, ValueSet::of(first - texts.begin(), last - texts.begin() - 1), true,
                replaced, out);
}

// What a text must begin with to match is asked of its key; the pattern itself is evaluated too.
bool Conditions::matches(const Expr& expr, Condition* out) {
  Reading reading;
  if (!read(static_cast<ExprId>(expr.a), KeyKind::text, &reading) ||
      reading.if_missing == IfMissing::missing) {
    return false;
  }
  const std::string& pattern = rule_set_.constants[expr.b].text;
  const auto [known, is_new] = beginnings_.emplace(expr.b, std::nullopt);
  if (is_new) {
    if (const Result<Regex> regex = Regex::compile(pattern)) {
      ValueSet found = beginnings(*regex);
      const bool says_something = !found.is_all(false) && found.spans.size() <= kMaxBeginnings;
      if (says_something) known->second = std::move(found);
    }
  }
  if (!known->second) return false;
  bool replaced = false;
  if (reading.replacement != nullptr) {
    const Result<Regex> regex = Regex::compile(pattern);
    replaced = regex && regex->matches(reading.replacement->text);
  }
  return finish(reading, *known->second, false, replaced, out);
}

bool Conditions::is_present(const Expr& expr, Condition* out) {
  Reading reading;
  if (!read(static_cast<ExprId>(expr.a), KeyKind::text, &reading) ||
      reading.if_missing != IfMissing::missing) {
    return false;
  }
  return finish(reading, ValueSet::all(false), true, false, out);
}

// ---- What is compared

bool Conditions::read(ExprId id, KeyKind text, Reading* out) {
  if (++steps_ > kMaxSteps || constant_of(id) != nullptr) return false;
  const Expr& expr = rule_set_.expr(id);
  const auto a = static_cast<ExprId>(expr.a);
  *out = Reading();
  switch (expr.op) {
    case Op::unwrap:
      if (!read(a, text, out) || out->if_missing != IfMissing::missing) break;
      out->if_missing = sources_.cannot_fail(id) ? IfMissing::never : IfMissing::fails;
      return true;
    case Op::default_:
      if (!read(a, text, out) || out->if_missing != IfMissing::missing) break;
      out->replacement = constant_of(static_cast<ExprId>(expr.b));
      out->if_missing = IfMissing::replaced;
      if (out->replacement != nullptr) return true;
      break;
    case Op::some:
      if (read(a, text, out)) return true;
      break;
    case Op::let:
      // A name for a field is the field.
      if (decision_.lets[expr.a].domain == ir::DomainId::none &&
          read(decision_.lets[expr.a].value, text, out) && sources_[out->source].is_field) {
        return true;
      }
      break;
    default:
      break;
  }
  *out = Reading();
  out->source = sources_.of(id, text);
  if (out->source == kNone) return false;
  if (!sources_[out->source].optional) out->if_missing = IfMissing::never;
  return true;
}

const Constant* Conditions::constant_of(ExprId id) const {
  const Expr* expr = &rule_set_.expr(id);
  while (expr->op == Op::some ||
         (expr->op == Op::let && decision_.lets[expr->a].domain == ir::DomainId::none)) {
    expr = &rule_set_.expr(expr->op == Op::let ? decision_.lets[expr->a].value
                                               : static_cast<ExprId>(expr->a));
  }
  if (expr->op != Op::constant) return nullptr;
  return &rule_set_.constant(static_cast<ir::ConstantId>(expr->a));
}

bool Conditions::operand(ExprId id, Operand* out) {
  *out = Operand();
  if (const Constant* constant = constant_of(id)) {
    const ir::Type& type = rule_set_.type(constant->type);
    out->constant = constant;
    out->missing = constant->missing;
    out->scale = scale_of(type);
    out->low = out->high = constant->number;
    return type.kind != TypeKind::quotient;
  }
  while (rule_set_.expr(id).op == Op::some) id = static_cast<ExprId>(rule_set_.expr(id).a);
  const ir::Type& type = rule_set_.type_of(id);
  if (!ir::has_range(type.kind) || type.optional || !sources_.cannot_fail(id)) return false;
  const ir::Range range = sources_.range_of(id);
  out->scale = scale_of(type);
  out->low = range.low;
  out->high = range.high;
  return true;
}

bool Conditions::values(const Reading& reading, Op op, const Operand& operand, ValueSet* out,
                        bool* exact) const {
  const Source& source = sources_[reading.source];
  if (source.key == KeyKind::text || source.key == KeyKind::text_id) {
    bool tells = true;
    if (operand.constant == nullptr || !texts(source, operand, out, &tells)) return false;
    *exact = *exact && tells;
    if (op == Op::ne) *out = out->complement(false);
    return op == Op::eq || (op == Op::ne && tells);
  }
  const int scale = scale_of(rule_set_.type(source.type));
  const auto grid = [&](Int128 value, bool up) { return on_grid(value, operand.scale, scale, up); };
  const bool is_one = operand.low == operand.high;
  *exact = *exact && is_one;
  switch (op) {
    case Op::lt:
      *out = ValueSet::of(kLeast, before(grid(operand.high, true)));
      return true;
    case Op::le:
      *out = ValueSet::of(kLeast, grid(operand.high, false));
      return true;
    case Op::gt:
      *out = ValueSet::of(after(grid(operand.low, false)), kMost);
      return true;
    case Op::ge:
      *out = ValueSet::of(grid(operand.low, true), kMost);
      return true;
    case Op::eq:
      *out = ValueSet::of(grid(operand.low, true), grid(operand.high, false));
      return true;
    default:  // ne
      *out =
          is_one
              ? ValueSet::of(grid(operand.low, true), grid(operand.high, false)).complement(false)
              : ValueSet::all(false);
      return true;
  }
}

bool Conditions::texts(const Source& source, const Operand& operand, ValueSet* out,
                       bool* exact) const {
  const std::string& text = operand.constant->text;
  if (source.key == KeyKind::text_id) {
    const int64_t id = key_of_text(text, *source.texts);
    *out = ValueSet::of(id, id);
    return id < static_cast<int64_t>(source.texts->size());
  }
  const int64_t key = key_of_text(text);
  *out = ValueSet::of(key, key);
  *exact = text.size() < kTextKeyBytes;
  return true;
}

bool Conditions::holds_for(const Constant& value, Op op, const Operand& operand) const {
  const ir::Type& type = rule_set_.type(value.type);
  if (type.kind == TypeKind::string) {
    return operand.constant != nullptr && ir::holds(op, value.text.compare(operand.constant->text));
  }
  if (operand.low != operand.high) return true;  // it may
  return ir::holds(op, pac::compare(value.number, scale_of(type), operand.low, operand.scale));
}

bool Conditions::finish(const Reading& reading, ValueSet holds, bool exact, bool if_replaced,
                        Condition* out) const {
  out->source = reading.source;
  out->holds = std::move(holds);
  out->exact = exact;
  if (reading.if_missing != IfMissing::missing) {
    out->holds.missing = reading.if_missing == IfMissing::replaced && if_replaced;
  }
  out->fails_missing = reading.if_missing == IfMissing::fails;
  return true;
}

}  // namespace pac::match
