// Literals: with which texts the conditions of a decision compare each text that they read, found
// before the conditions themselves are looked at, because the kind of a column's key depends on it
// (table.h, KeyKind::text_id). Made once, then constant; one thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "runtime/ir/model.h"

namespace pac::match {

// Compared with more texts than this that begin alike, a text is told apart by its id.
inline constexpr size_t kMaxTextsOfOneKey = 4;

// With fewer texts that one ends with, each is compared; with more lengths of them it is not worth
// it to look for each.
inline constexpr size_t kMinEndings = 2;
inline constexpr size_t kMaxEndingLengths = 8;

class Literals {
 public:
  Literals(const ir::RuleSet& rule_set, const ir::Decision& decision);

  // The texts, sorted, that the text which this expression reads is equal to or not; null where
  // the first bytes tell all but a few apart.
  const std::vector<std::string>* ids_of(ir::ExprId text) const;
  // The texts that it is asked to end with, sorted from the end on (keys.h, ends_before); null
  // where they are few, or of many lengths.
  const std::vector<std::string>* endings_of(ir::ExprId text) const;

 private:
  void note(const ir::Expr& expr);
  void note(ir::ExprId text, ir::ExprId literal);
  void note_ending(ir::ExprId text, ir::ExprId literal);
  static bool are_worth_it(const std::vector<std::string>& endings);
  static bool needs_ids(const std::vector<std::string>& texts);

  const ir::RuleSet& rule_set_;
  std::map<uint32_t, std::vector<std::string>> texts_;    // by the expression that reads the text
  std::map<uint32_t, std::vector<std::string>> endings_;  // the same
};

// What an expression reads, without what only says that it is there or what stands in for it:
// (unwrap x), (default x "") and (some x) read x.
ir::ExprId stripped(const ir::RuleSet& rule_set, ir::ExprId id);

}  // namespace pac::match
