// Not API. What the checker knows while it runs: packages, declarations, decisions, scopes. Owned
// by one Checker (checker.h), so by one thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/check/check.h"
#include "runtime/base/date.h"
#include "runtime/base/json.h"
#include "stdlib/registry.h"

namespace pac::check {

using diag::Kind;

inline constexpr uint32_t kNoFunction = ir::kNone;
// A decision of this many rules takes about a gigabyte to compile; generated tables are smaller.
inline constexpr size_t kMaxRules = 200'000;

// A type in the author's terms: the IR's type and the unit of a number ("" where it has none).
struct Type {
  ir::TypeId id = ir::TypeId::none;
  std::string unit;
  bool known() const { return id != ir::TypeId::none; }
};

// An elaborated expression. Without an id an error has been reported, and whoever uses it stays
// silent.
struct Typed {
  ir::ExprId id = ir::ExprId::none;
  Type type;
  bool flexible = false;  // made of literals: takes the other side's unit and scale
  std::string path;       // names the place where it is a path or a let; the key of narrowing
  Span span;
  bool ok() const { return id != ir::ExprId::none; }
};

// Paths that are known to be present where an expression is evaluated.
using Facts = std::set<std::string>;

struct Facts2 {
  Facts when_true, when_false;
};

struct Slot {
  std::string_view name;
  Type type;  // as the author declared it
  ir::DomainId domain = ir::DomainId::none;
  ir::SlotRole role = ir::SlotRole::input;
  Span span;
  bool required_feature = false;
};

struct LetState {
  enum class State : uint8_t { untouched, running, done };
  const ast::Let* ast = nullptr;
  State state = State::untouched;
  uint32_t index = ir::kNone;
  Type type;
  bool failed = false;
};

struct Variable {
  std::string_view name;
  uint32_t slot;
  Type type;
  Span span;
};
// A slot of the decision's variables that may be bound again where nothing in reach holds it. Name
// and type stay, so that it means one thing to engines and readers.
struct FreeSlot {
  std::string_view name;
  ir::TypeId type;
  uint32_t slot;
};

// One decision of the package: its declaration, its interface, and its state while it is
// elaborated.
struct DecisionState {
  std::string name;  // with its package, where that is another one
  enum class State : uint8_t { untouched, running, done };
  const ast::Module* module = nullptr;
  const ast::Decision* ast = nullptr;
  const ast::Item* item = nullptr;
  State state = State::untouched;
  bool interface_done = false;
  bool failed = false;
  ir::DecisionId id = ir::DecisionId::none;
  ir::Decision ir;
  std::vector<Slot> slots;
  std::map<std::string_view, uint32_t> slot_of;
  std::set<std::string_view> refused_names;  // of fields that were told to be wrong where declared
  std::vector<Slot> outputs;                 // one contribution
  std::vector<Slot> results;                 // what a caller sees
  std::map<std::string_view, uint32_t> let_of;
  std::vector<LetState> lets;
  Facts assumed;       // present by `assume`
  uint32_t depth = 1;  // longest chain of calls below, this one included
  std::vector<DecisionState*> callees;
  struct Explain {
    uint32_t rule;
    const ast::Clauses* clauses;
    Facts facts;
    std::vector<Variable> variables;
  };
  std::vector<Explain> explains;
  std::vector<std::string> let_names;
  std::vector<std::string> variable_names;
  std::vector<std::vector<ir::Explanation>> explanations;  // by rule, then otherwise
  std::vector<Span> rule_spans;
  std::vector<std::vector<ConditionPlace>> condition_places;  // by rule
  std::vector<std::pair<const ast::MayUse*, std::pair<uint32_t, uint32_t>>> permissions;
  std::vector<std::string> inherited_names;  // of feature slots that callees brought, in slot order
};

// Where an expression is elaborated.
struct Scope {
  DecisionState* decision = nullptr;  // null in constant expressions
  std::vector<Variable> variables;
  std::vector<FreeSlot> slots;  // of this scope; each let has its own
  Facts facts;
  bool templates = false;  // string literals are templates here
};

struct Expected {
  Type type;
  bool raw = false;  // an optional may stay unnarrowed here
};

// A package, as names are looked up in it.
struct PackageScope {
  std::string name;
  std::string prefix;  // of its declarations' names: empty for the package that is checked
  std::vector<uint32_t> modules;
};
// What the file of one module sees.
struct FileScope {
  uint32_t package = 0;
  std::vector<uint32_t> uses;                      // packages
  std::set<std::string, std::less<>> std_modules;  // of the standard library
};
// What a name stands for. `reported`: it can't be used here, and the author has been told.
template <typename T>
struct Sight {
  T* found = nullptr;
  bool reported = false;
};

struct RecordInfo {
  const ast::Module* module;
  const ast::RecordDecl* ast;
  ir::RecordId id;
  std::vector<Slot> fields;
  int state = 0;
  Span span;
  std::string name = {};  // with its package, where that is another one; below too
};
struct EnumInfo {
  const ast::Module* module;
  const ast::EnumDecl* ast;
  ir::EnumId id;
  std::unordered_map<std::string_view, uint32_t> values;
  std::string name = {};
};
struct ParamInfo {
  const ast::Module* module;
  const ast::ParamDecl* ast;
  ir::ParamId id;
  Type type;
  bool failed = false;
  std::string name = {};
};
struct DutyInfo {
  const ast::Module* module;
  const ast::DutyDecl* ast;
  ir::DutyId id;
  std::vector<Slot> fields;
  std::string name = {};
};

// `@accept(PAC3002, "why")`: holds for what stands within its declaration.
struct Accepted {
  std::string code;
  std::string reason;
  Span span;   // of the annotation
  Span scope;  // of what it stands before
  bool matched = false;
};

// What the arguments of a library function say about its result.
struct LibraryCall {
  int digits = -1;
  int first_scale = -1;
  int widest_scale = 0;
  bool has_unit = false;
  std::string unit;
};

}  // namespace pac::check
