// InputMaker: random input records of a decision, written as runtime/abi.h lays them out, within
// the domains of their fields. Values stand at the ends of domains, at values that the rule set
// names and beside them, and anywhere. Owns the memory of what it made until the next call. One
// thread; the rule set and its layout outlive it.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "runtime/interp/interpreter.h"
#include "tests/differential/random.h"

namespace pac::differential {

class InputMaker {
 public:
  InputMaker(const ir::RuleSet& rules, const ir::Layout& layout,
             const interp::Interpreter& interpreter);

  // A record, valid until the next call.
  const char* make(ir::DecisionId decision, Random& random);

 private:
  void field(ir::TypeId type, ir::DomainId domain, const ir::Storage& storage, char* at);
  void record(ir::RecordId id, char* at);
  void list(const ir::Type& type, ir::DomainId domain, char* at);
  Int128 number(const ir::Type& type, ir::DomainId domain);
  std::string text(ir::DomainId domain);
  std::string any_text(const ir::Domain* bounds);
  // Times at which something changes: params, rules and clocks.
  void learn_times();
  char* take(size_t size);

  const ir::RuleSet& rules_;
  const ir::Layout& layout_;
  const interp::Interpreter& interpreter_;
  ir::TypeId text_type_ = ir::TypeId::none;
  std::vector<std::vector<Int128>> known_numbers_;  // by type: those of the constants
  std::vector<std::string> known_texts_;
  std::deque<std::vector<std::max_align_t>> memory_;
  Random* random_ = nullptr;
};

}  // namespace pac::differential
