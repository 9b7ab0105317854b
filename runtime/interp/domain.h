// Domains: whether a value lies in its declared domain, and where in it the first violation is.
// Used by the decision (outcomes, lets, arguments of calls) and by the engine while it binds input.
// Owns the compiled patterns; borrows the rule set and its Values. Immutable after construction,
// never allocates after it (but for path_text); any thread.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/regex.h"
#include "runtime/base/result.h"
#include "runtime/interp/values.h"

namespace pac::interp {

// Where in a value something is wrong, outermost step first. Of deeper paths only the outer steps
// are kept.
struct Path {
  static constexpr uint32_t kMaxSteps = 32;
  struct Step {
    bool is_item;
    uint32_t index;  // of the field in its record, or of the item in its list
  };
  std::array<Step, kMaxSteps> steps;  // the first `count`; the others are left as they are
  uint32_t count = 0;

  void push(bool is_item, uint32_t index) noexcept {
    if (count < kMaxSteps) steps[count] = {is_item, index};
    ++count;
  }
  void pop() noexcept { --count; }
};

class Domains {
 public:
  // The rule set is verified: its patterns compile.
  Domains(const ir::RuleSet& rules, const Values& values);

  // Missing lies in every domain. In lists each item must lie in `element`, in records each field
  // in its own domain, at any depth; `domain` may be none.
  bool contains(ir::TypeId type, ir::DomainId domain, const Value& value) const noexcept;
  // As `contains`; where it is false, `path` leads from the value to the innermost part at fault.
  bool find_violation(ir::TypeId type, ir::DomainId domain, const Value& value,
                      Path& path) const noexcept;
  // All fields of a record, in order; the path starts with the field.
  bool find_violation(ir::RecordId record, const void* at, Path& path) const noexcept;

 private:
  bool within(ir::TypeId type, ir::DomainId domain, const Value& value, Path& path) const noexcept;
  bool within_record(ir::RecordId record, const void* at, Path& path) const noexcept;
  bool holds(const ir::Domain& domain, uint32_t domain_index, ir::TypeKind kind,
             const Value& value) const noexcept;
  bool is_free(ir::TypeId type, ir::DomainId domain) const noexcept;

  const ir::RuleSet& rules_;
  const Values& values_;
  std::vector<std::vector<Regex>> patterns_;  // by domain
  std::vector<bool> free_types_;              // no value of the type can violate anything inside it
};

// "applicant.incomes[2].amount" for a path that starts in a record; for one that starts elsewhere
// say where by `type`.
std::string path_text(const ir::RuleSet& rules, ir::RecordId record, const Path& path);
std::string path_text(const ir::RuleSet& rules, ir::TypeId type, const Path& path);

}  // namespace pac::interp
