// How large a rule set may be. The checker reports what would exceed a limit as a diagnostic, the
// verifier refuses it in a compiled rule set, so that engines may rely on these numbers without
// looking.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pac::ir {

// One generated decision of a million rows is ten times the largest table foreseen.
inline constexpr size_t kMaxRules = 1'000'000;  // of one decision
inline constexpr size_t kMaxDecisions = 10'000;
inline constexpr size_t kMaxExprs = 16'000'000;
inline constexpr size_t kMaxOperands = 64'000'000;
inline constexpr size_t kMaxTableEntries = 4'000'000;  // types, domains, constants: each
inline constexpr size_t kMaxDeclarations = 10'000;     // enums, records, params, duties: each
inline constexpr size_t kMaxFields = 4'096;            // of one record
inline constexpr size_t kMaxEnumValues = 65'536;
inline constexpr size_t kMaxParamLines = 100'000;
inline constexpr size_t kMaxLets = 100'000;  // of one decision
inline constexpr size_t kMaxVars = 65'536;   // variable slots of one decision
inline constexpr size_t kMaxZones = 1'000;   // there are about 600 in the tz database
inline constexpr size_t kMaxFunctions = 1'000;
inline constexpr size_t kMaxNameBytes = 1'000;       // a qualified name
inline constexpr int64_t kMaxListItems = 1'000'000;  // of a list or set in an input

// Records and lists within one another. Bounds every recursion over types and values.
inline constexpr uint32_t kMaxTypeDepth = 32;
// Bytes of a record as layout.h lays it out, nested records included.
inline constexpr uint64_t kMaxRecordBytes = uint64_t{1} << 20;
// Expressions within one another; bounds every recursion over an expression that stops at lets and
// calls.
inline constexpr uint32_t kMaxExprDepth = 512;
// The same through lets and calls: how deep an evaluation nests. An evaluator that takes 400 bytes
// of stack a level stays below 2 MiB, a quarter of a thread's usual stack.
inline constexpr uint32_t kMaxEvaluationDepth = 4'096;
// Steps of one decision with its callees, where each list has one item. Sharing within expressions
// and chains of calls could otherwise make a small file run for years.
inline constexpr uint64_t kMaxSteps = uint64_t{1} << 32;
// Pairs of a rule and one that its firing removes, over all rules of a decision.
inline constexpr size_t kMaxOverridePairs = 4'000'000;

// What the verifier counts against. Others than the defaults are for tests, which could not make
// tables of millions in good time; engines rely on the constants, so nothing larger may be given.
struct Limits {
  size_t rules = kMaxRules;
  size_t decisions = kMaxDecisions;
  size_t exprs = kMaxExprs;
  size_t operands = kMaxOperands;
  size_t table_entries = kMaxTableEntries;
  size_t declarations = kMaxDeclarations;
  size_t override_pairs = kMaxOverridePairs;
  uint64_t steps = kMaxSteps;
};

}  // namespace pac::ir
