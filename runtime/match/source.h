// Sources: what the conditions of a decision read, as candidates for the columns of its table: each
// field of the input once (a text twice, where ids and prefixes are both asked for), each
// expression once. Grows while conditions are normalised; one thread.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/ir/range.h"
#include "runtime/match/literals.h"
#include "runtime/match/table.h"
#include "runtime/match/value_set.h"

namespace pac::match {

struct Source {
  uint32_t slot = ir::kNone;
  ir::ExprId expr = ir::ExprId::none;  // where it is no slot
  ir::TypeId type = ir::TypeId::none;
  KeyKind key = KeyKind::number;
  bool optional = false;
  bool is_slow = false;                             // it goes through a text or a list
  bool is_field = false;                            // of the input, or of a record in it
  Span limits;                                      // no value lies outside
  const std::vector<std::string>* texts = nullptr;  // text_id, ending
};

class Sources {
 public:
  Sources(const ir::RuleSet& rule_set, const ir::Decision& decision);

  // The source that an expression reads, or kNone where it is none: not a scalar, a quotient, or it
  // may fail or take scratch memory. `text`: how a text is wanted, as `text`, as `text_id` where it
  // is compared with texts that its first bytes don't tell apart, or as `ending`.
  uint32_t of(ir::ExprId id, KeyKind text = KeyKind::text);
  uint32_t of_slot(uint32_t slot);
  const Source& operator[](uint32_t source) const { return all_[source]; }
  uint32_t count() const { return static_cast<uint32_t>(all_.size()); }

  bool cannot_fail(ir::ExprId id) { return ranges_.cannot_fail(id); }
  ir::Range range_of(ir::ExprId id) { return ranges_.range_of(id); }

 private:
  uint32_t add(uint64_t key, const Source& source);
  bool is_path(ir::ExprId id) const;
  bool is_slow(ir::ExprId id) const;
  bool describe(ir::ExprId id, KeyKind text, Source* source);

  const ir::RuleSet& rule_set_;
  const ir::Decision& decision_;
  ir::RangeAnalysis ranges_;
  Literals literals_;
  std::vector<Source> all_;
  std::unordered_map<uint64_t, uint32_t> known_;  // slot or expression, and kind of key
};

}  // namespace pac::match
