// Columns of a space as certificates have them (docs/design/certificates.md). Pure; the space is
// complete.
#pragma once

#include "compiler/analyze/space.h"
#include "runtime/base/json.h"

namespace pac::analyze {

class CertificateColumns {
 public:
  CertificateColumns(ir::RuleSet& working, const Space& space);

  const json::Value& columns() const { return columns_; }
  // [column, first, last, …]
  json::Value split(uint32_t column, const CellSet& cells) const;

 private:
  json::Value make(uint32_t number, ir::RuleSet& working);
  void add_texts(const Column& column, json::Value* out) const;

  const Space& space_;
  std::vector<std::pair<ir::ExprId, ir::ExprId>> origins_;  // sorted, none through a let
  json::Value columns_ = json::Value::array();
  std::vector<bool> is_negated_;  // the rule set has the opposite of the column's term
};

}  // namespace pac::analyze
