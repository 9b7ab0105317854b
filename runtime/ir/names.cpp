// The words for ops and kinds, as the printer shows them and ir.json holds them: they never change.
#include "runtime/base/check.h"
#include "runtime/ir/model.h"

namespace pac::ir {

namespace {

constexpr const char* kOpNames[] = {
    "constant", "input",      "let",        "var",       "param",   "field",       "not",
    "and",      "or",         "if",         "eq",        "ne",      "lt",          "le",
    "gt",       "ge",         "in_range",   "in_set",    "in_list", "starts_with", "ends_with",
    "contains", "matches",    "intersects", "subset_of", "len",     "neg",         "add",
    "sub",      "mul",        "quot",       "rescale",   "round",   "mod",         "min_of",
    "max_of",   "is_present", "default",    "some",      "unwrap",  "any",         "all",
    "none",     "count",      "sum",        "min",       "max",     "make_record", "make_list",
    "make_set", "template",   "call",       "call_std",
};
static_assert(std::size(kOpNames) == kOpCount);

constexpr const char* kTypeKindNames[] = {
    "bool", "int",      "decimal",  "quotient", "string", "enum",   "effect",
    "date", "datetime", "duration", "list",     "set",    "record",
};
static_assert(std::size(kTypeKindNames) == kTypeKindCount);

constexpr const char* kHitPolicyNames[] = {
    "result",        "unique",         "unique_with_exceptions",
    "any",           "first",          "by_priority",
    "by_outcome",    "by_highest",     "collect_list",
    "collect_folds", "deny_overrides", "permit_overrides",
};
static_assert(std::size(kHitPolicyNames) == kHitPolicyCount);

constexpr const char* kSlotRoleNames[] = {"input", "context", "feature"};
static_assert(std::size(kSlotRoleNames) == kSlotRoleCount);

constexpr const char* kFoldKindNames[] = {"sum", "count", "min", "max", "rule_list"};
static_assert(std::size(kFoldKindNames) == kFoldKindCount);

// A value outside its enumeration can only come from memory that was overwritten: decode refuses
// them.
template <size_t N>
const char* lookup(const char* const (&names)[N], size_t value) {
  PAC_CHECK(value < N, "an enumeration holds one of its values");
  return names[value];
}

}  // namespace

const char* name(Op op) { return lookup(kOpNames, static_cast<size_t>(op)); }
const char* name(TypeKind kind) { return lookup(kTypeKindNames, static_cast<size_t>(kind)); }
const char* name(HitPolicy policy) { return lookup(kHitPolicyNames, static_cast<size_t>(policy)); }
const char* name(SlotRole role) { return lookup(kSlotRoleNames, static_cast<size_t>(role)); }
const char* name(FoldKind kind) { return lookup(kFoldKindNames, static_cast<size_t>(kind)); }

}  // namespace pac::ir
