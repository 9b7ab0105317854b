// The compiled form of a rule set. The checker builds it, everything after reads it.
//
// Expressions, types, domains and constants stand in typed vectors and are named by 32-bit ids; an
// id may be shared by several users (the expressions form a DAG), operands always have smaller ids
// than their users. Rules stay rules: conditions per rule in the order they are tested, outcome per
// output, priority. Nothing here has a place in a source: spans, documentation, citations,
// explanations and the names of locals live in Side (side.h), outside the function digest.
// Immutable once verified, so any thread may read it. What must hold everywhere stands here, beside
// the members; verify.h checks it, limits.h bounds it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/decimal.h"

namespace pac::ir {

inline constexpr uint32_t kNone = 0xffffffff;
// Version of the canonical encoding; readers accept every earlier one.
inline constexpr int kIrVersion = 1;

enum class TypeId : uint32_t { none = kNone };
enum class DomainId : uint32_t { none = kNone };
enum class ConstantId : uint32_t { none = kNone };
enum class ExprId : uint32_t { none = kNone };
enum class EnumId : uint32_t { none = kNone };
enum class RecordId : uint32_t { none = kNone };
enum class ParamId : uint32_t { none = kNone };
enum class DutyId : uint32_t { none = kNone };
enum class DecisionId : uint32_t { none = kNone };

template <typename Id>
constexpr uint32_t index(Id id) {
  return static_cast<uint32_t>(id);
}

// ---- Types --------------------------------------------------------------------------------------

enum class TypeKind : uint8_t {
  boolean,
  integer,   // 64 bit
  decimal,   // exact, `scale` digits after the point, 38 digits in all
  quotient,  // num / den * 10^-scale; never stored in an input, output or list
  string,
  enumeration,  // ref: EnumId; a value is its index in the declaration
  effect,       // 0 permit, 1 deny
  date,         // days since 1970-01-01
  datetime,     // microseconds since 1970-01-01T00:00:00Z
  duration,     // microseconds
  list,
  set,     // element
  record,  // ref: RecordId
};

struct Type {
  TypeKind kind = TypeKind::boolean;
  bool optional = false;
  int16_t scale = 0;  // decimal 0..38, quotient -76..76
  uint32_t ref = kNone;
  TypeId element = TypeId::none;
  friend bool operator==(const Type&, const Type&) = default;
};

// Values as integers on the type's grid: ints, decimals scaled, dates, datetimes, durations, enum
// indices.
struct Interval {
  Int128 low;   // inclusive
  Int128 high;  // inclusive
  friend bool operator==(const Interval&, const Interval&) = default;
};

struct Domain {
  bool has_intervals = false;
  std::vector<Interval> intervals;  // sorted, disjoint, not adjacent
  bool has_texts = false;
  std::vector<std::string> texts;     // sorted by bytes, no repeats
  std::vector<std::string> patterns;  // regular expressions; all must match the whole string
  int64_t max_chars = -1;             // code points; -1: none
  int64_t max_items = -1;             // lists and sets
  DomainId element = DomainId::none;  // lists and sets
  friend bool operator==(const Domain&, const Domain&) = default;
};

struct Field {
  std::string name;
  TypeId type = TypeId::none;
  DomainId domain = DomainId::none;
  std::string unit;  // "EUR"; empty: none
  friend bool operator==(const Field&, const Field&) = default;
};

struct EnumValue {
  std::string name, wire;
  friend bool operator==(const EnumValue&, const EnumValue&) = default;
};
struct Enum {
  std::string name;
  bool ordered = false;
  std::vector<EnumValue> values;
  friend bool operator==(const Enum&, const Enum&) = default;
};
struct Record {
  std::string name;
  std::vector<Field> fields;
  friend bool operator==(const Record&, const Record&) = default;
};

// A scalar, or a missing value of any optional type. A present value of an optional type is written
// with some, a composite with make_list, make_set and make_record.
struct Constant {
  TypeId type = TypeId::none;
  bool missing = false;  // if and only if the type is optional
  Int128 number = 0;     // bool 0 / 1, numbers, dates, enum index
  std::string text;
  friend bool operator==(const Constant&, const Constant&) = default;
};

// ---- Expressions --------------------------------------------------------------------------------

// a, b, c are ExprIds unless said otherwise; `ops` are ids in RuleSet::operands. Members that an op
// does not use keep their defaults. Operands are not optional unless said so.
enum class Op : uint8_t {
  constant,  // a: ConstantId
  input,     // a: field of the decision's input record
  let,       // a: let of the decision, evaluated when first read
  var,       // a: variable slot of a quantifier, fold or `for each`
  param,     // a: ParamId; b: the date at which it is read. Before its first line: error param
  field,     // a: record; b: field index. Of an optional record: optional, missing where it is
  not_,
  and_,
  or_,  // and, or: left to right, stop early
  if_,  // a: condition; b, c of one type, which may be optional
  // Comparisons: both of one type, or any two of int, decimal and quotient (exact, never fails). eq
  // and ne are deep, and two missing values are equal; the others want numbers, dates, datetimes,
  // durations or an ordered enum, none of them optional. A member of in_set and in_list is compared
  // as by eq.
  eq,
  ne,
  lt,
  le,
  gt,
  ge,
  in_range,  // a in b .. c; extra: bit 0 lower end left out, bit 1 upper end left out
  in_set,    // a in ops, left to right, stops at the first that is equal
  in_list,   // a in b, a list or set
  starts_with,
  ends_with,
  contains,  // strings a, b
  matches,   // a: string; b: ConstantId of the pattern
  intersects,
  subset_of,  // lists or sets a, b of one element type
  len,        // a: string (code points), list, set -> int
  neg,        // number, duration
  add,
  sub,      // numbers of one type; duration±duration; datetime±duration; date±duration
            // (whole days); sub also date-date and datetime-datetime -> duration
  mul,      // numbers: scales add; duration * int
  quot,     // int or decimal / int or decimal -> quotient whose scale is a's minus b's; error
            // division_by_zero
  rescale,  // int or decimal to a decimal of larger or equal scale; or to the quotient x / 1
            // that has its scale
  round,    // number or quotient -> decimal(type.scale); extra: Rounding
  mod,      // numbers of one type; sign of b; error division_by_zero
  min_of,
  max_of,      // ops: at least two, one ordered type
  is_present,  // a: optional
  default_,    // a: T?; b: the T where it is missing -> T
  some,        // T -> T?
  unwrap,      // T? -> T, proved present by the checker; else error missing
  // A quantifier binds slot c in its condition and projection, not in the list. Within these no
  // other one binds it again. Each let binds slots of its own, used neither by another let nor by
  // the rules.
  any,
  all,
  none,   // a: list or set; b: condition; c: variable slot. none and all of [] are true
  count,  // a: list or set; b: condition or kNone; c: variable slot -> int
  sum,
  min,
  max,          // the same, and extra: ExprId of the projection. sum of nothing is 0 (numbers,
                // durations); min and max (of any type that has an order) are optional
  make_record,  // ops: one per field of the type's record
  make_list,    // ops
  make_set,     // ops; sorted, repeats dropped
  template_,    // ops: scalars but effects, formatted canonically and joined
  call,         // a: DecisionId; ops: one per field of its input record. Type: the callee's result
                // type, optional where it is partial
  call_std,     // a: index in RuleSet::functions; ops
};

struct Expr {
  Op op = Op::constant;
  TypeId type = TypeId::none;
  uint32_t a = kNone, b = kNone, c = kNone;
  uint32_t extra = 0;
  uint32_t first_operand = 0;  // RuleSet::operands[first_operand .. + operand_count)
  uint32_t operand_count = 0;
};

// ---- Declarations -------------------------------------------------------------------------------

struct ParamLine {
  int32_t from = 0;
  ExprId value = ExprId::none;  // a constant expression
  friend bool operator==(const ParamLine&, const ParamLine&) = default;
};

struct Param {
  std::string name;
  TypeId type = TypeId::none;
  DomainId domain = DomainId::none;
  std::string unit;
  std::vector<ParamLine> lines;  // by date, strictly ascending
  friend bool operator==(const Param&, const Param&) = default;
};

struct Duty {  // obligation or advice
  std::string name;
  bool is_advice = false;
  RecordId arguments = RecordId::none;
  friend bool operator==(const Duty&, const Duty&) = default;
};

enum class SlotRole : uint8_t { input, context, feature };

struct Feature {
  uint32_t slot = kNone;      // field of the input record, of an optional type; ascending
  std::string name;           // as the feature store knows it: "pkg.decision.credit_score"
  bool required = true;       // declared without `?`: absence is an error on entering
  ExprId key = ExprId::none;  // over inputs, context and params; no lets, no calls
  int64_t max_age_us = -1;    // measured at `now`; -1: none
  friend bool operator==(const Feature&, const Feature&) = default;
};

struct Let {
  TypeId type = TypeId::none;
  DomainId domain = DomainId::none;
  ExprId value = ExprId::none;
  friend bool operator==(const Let&, const Let&) = default;
};

enum class HitPolicy : uint8_t {
  result,  // no rules: Decision::result holds the outcome
  unique,
  unique_with_exceptions,
  any,
  first,
  by_priority,
  by_outcome,
  by_highest,
  collect_list,
  collect_folds,
  deny_overrides,
  permit_overrides,
};

struct DutyUse {
  DutyId duty = DutyId::none;
  std::vector<ExprId> arguments;  // one per field
  friend bool operator==(const DutyUse&, const DutyUse&) = default;
};

struct Rule {
  std::string name;
  int64_t priority = 0;
  std::vector<ExprId> conditions;   // all must hold, tested in this order; empty: always
  std::vector<ExprId> outcome;      // one per field of the output record
  std::vector<DutyUse> duties;      // source order
  std::vector<uint32_t> overrides;  // rule indices, as written
  bool has_effective = false;
  int32_t effective_from = 0, effective_to = 0;  // inclusive dates
  ExprId each_list = ExprId::none;               // `for each`: list and variable slot
  uint32_t each_var = kNone;
  friend bool operator==(const Rule&, const Rule&) = default;
};

struct RankedColumn {
  uint32_t column = 0;  // field of the output record
  bool highest = false;
  std::vector<ConstantId> values;  // best first, all that a rule can yield; empty: highest
  friend bool operator==(const RankedColumn&, const RankedColumn&) = default;
};

enum class FoldKind : uint8_t { sum, count, min, max, rule_list };

// One per field of the result record, in order; `column` is kNone for count and rule_list.
struct Fold {
  FoldKind kind = FoldKind::sum;
  uint32_t column = kNone;
  friend bool operator==(const Fold&, const Fold&) = default;
};

struct Decision {
  std::string name;
  bool is_private = false;
  bool partial = false;
  RecordId input = RecordId::none;    // inputs, then context, then features
  std::vector<SlotRole> roles;        // one per field of input
  RecordId output = RecordId::none;   // one outcome; under collect one contribution
  TypeId result_type = TypeId::none;  // record; list of records under collect_list
  std::string zone;                   // of the context, also in RuleSet::zones; empty: none
  uint32_t as_of_slot = kNone, now_slot = kNone;
  std::vector<Feature> features;
  std::vector<Let> lets;  // each reads only earlier ones
  uint32_t var_count = 0;
  std::vector<ExprId> assumes;  // over inputs, context and params; no lets, no calls
  HitPolicy policy = HitPolicy::result;
  std::vector<RankedColumn> ranking;
  std::vector<Fold> folds;
  std::vector<Rule> rules;  // source order
  bool has_otherwise = false;
  Rule otherwise;              // name "otherwise", no conditions
  std::vector<ExprId> result;  // HitPolicy::result: one per field of the output record
  friend bool operator==(const Decision&, const Decision&) = default;
};

struct FunctionRef {  // of the standard library
  std::string name;
  uint32_t version = 1;
  friend bool operator==(const FunctionRef&, const FunctionRef&) = default;
};

// Hash table of the ids of one vector's elements, for interning. It catches up by itself with
// elements that were appended directly; it isn't part of the rule set's value.
class InternIndex {
 public:
  friend struct InternAccess;

 private:
  std::vector<uint32_t> slots_;  // power of two, kNone: free
  uint32_t count_ = 0;           // elements entered so far
};

struct RuleSet {
  std::string package;
  int edition = 1;
  std::vector<Type> types;
  std::vector<Domain> domains;
  std::vector<Constant> constants;
  std::vector<Expr> exprs;
  std::vector<uint32_t> operands;  // ExprIds
  std::vector<Enum> enums;
  std::vector<Record> records;
  std::vector<Param> params;
  std::vector<Duty> duties;
  std::vector<FunctionRef> functions;
  std::vector<std::string> zones;   // time zones used; a standard function takes the index
  std::vector<Decision> decisions;  // callees before callers

  // Interning: equal parts share an id, expressions too. What an id names never changes afterwards.
  TypeId intern(const Type& type);
  DomainId intern(const Domain& domain);
  ConstantId intern(const Constant& constant);
  ExprId add(Expr expr);
  ExprId add(Expr expr, const std::vector<ExprId>& ops);

  const Type& type(TypeId id) const { return types[index(id)]; }
  const Domain& domain(DomainId id) const { return domains[index(id)]; }
  const Constant& constant(ConstantId id) const { return constants[index(id)]; }
  const Expr& expr(ExprId id) const { return exprs[index(id)]; }
  const Record& record(RecordId id) const { return records[index(id)]; }
  const Enum& enumeration(EnumId id) const { return enums[index(id)]; }
  const Decision& decision(DecisionId id) const { return decisions[index(id)]; }
  const Type& type_of(ExprId id) const { return type(expr(id).type); }
  ExprId operand(const Expr& expr, uint32_t i) const {
    return static_cast<ExprId>(operands[expr.first_operand + i]);
  }
  // The same type, optional or not.
  TypeId optional(TypeId id, bool optional = true);
  // kNone when there is none of that name.
  DecisionId find_decision(std::string_view name) const;

 private:
  InternIndex type_index_, domain_index_, constant_index_, expr_index_;
};

// Equal parts in equal places under equal ids.
bool operator==(const RuleSet& a, const RuleSet& b);

// Order in which rules are tried (language.md, "Order"): by priority, else exceptions before what
// they override, else source order. Rule indices.
std::vector<uint32_t> try_order(const Decision& decision);
// For each rule the rules that its firing removes: everything reached through `overrides`. Sorted.
std::vector<std::vector<uint32_t>> override_reach(const Decision& decision);

const char* name(Op op);
const char* name(TypeKind kind);
const char* name(HitPolicy policy);
const char* name(SlotRole role);
const char* name(FoldKind kind);

// How many of each enumeration there are, for tables and readers.
inline constexpr uint32_t kOpCount = static_cast<uint32_t>(Op::call_std) + 1;
inline constexpr uint32_t kTypeKindCount = static_cast<uint32_t>(TypeKind::record) + 1;
inline constexpr uint32_t kHitPolicyCount = static_cast<uint32_t>(HitPolicy::permit_overrides) + 1;
inline constexpr uint32_t kSlotRoleCount = static_cast<uint32_t>(SlotRole::feature) + 1;
inline constexpr uint32_t kFoldKindCount = static_cast<uint32_t>(FoldKind::rule_list) + 1;

}  // namespace pac::ir
