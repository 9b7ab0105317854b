// Which values one version of a type has and another lacks: the question behind contracts, asked
// of types with their domains. Exact for numbers, dates, enumerations (by their names in data),
// texts with patterns and lists; where two patterns together are too large to compare, the answer
// is that they may differ. Reads IR only; any thread.
#pragma once

#include <optional>
#include <string>

#include "runtime/ir/model.h"

namespace pac::driver {

// A type with its domain, as one version has it.
struct Values {
  const ir::RuleSet* rules = nullptr;
  ir::TypeId type = ir::TypeId::none;
  ir::DomainId domain = ir::DomainId::none;
};

// What `from` has and `to` lacks, in words: "`300`", "lists of more than 5 items"; nothing where it
// lacks nothing. Types are of one kind (an int may meet a decimal); records and absence are not
// looked into.
std::optional<std::string> lacking(const Values& from, const Values& to);

}  // namespace pac::driver
