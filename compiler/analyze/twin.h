// Twin: a decision beside itself, over inputs alike but for one field, which each of the two reads
// for itself. The decisions that it calls are doubled too, but for those that may use the field.
// Where the two never answer differently, no outcome depends on the field. One thread makes it.
#pragma once

#include <memory>
#include <string>

#include "compiler/analyze/join.h"

namespace pac::analyze {

// A field of a record; of the input record of a decision, one of its inputs or features.
struct FieldOfRecord {
  uint32_t record = 0, field = 0;
  friend auto operator<=>(const FieldOfRecord&, const FieldOfRecord&) = default;
};

struct Twin {
  bool reads_it = false;           // if not, the rest is empty
  std::unique_ptr<Joined> joined;  // the second reads the field `twin_field`
  uint32_t twin_field = 0;         // of the same record
  std::string obstacle;            // why no difference that is found would be no proof
};

Twin make_twin(const ir::RuleSet& rule_set, const ir::Side& side, ir::DecisionId decision,
               FieldOfRecord field);

// Whether values of the type hold that field.
bool holds(const ir::RuleSet& rules, ir::TypeId type, FieldOfRecord field);

}  // namespace pac::analyze
