// What of a decision is personal, and whose: from the marks @pii of its policy. PersonalMarks are
// constant, any thread; PersonalParts belong to the thread of their session and are used again and
// again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/engine/session.h"
#include "runtime/engine/write_canonical.h"
#include "runtime/ir/model.h"
#include "runtime/ir/side.h"

namespace pac::ledger {

class PersonalMarks {
 public:
  PersonalMarks(const ir::RuleSet& rules, const ir::Side& side);

  // Whether a decision has personal data in what is recorded of it.
  bool has_any(ir::DecisionId decision) const;
  bool is_personal(ir::RecordId record, std::uint32_t field) const {
    return hidden_[ir::index(record)].size() > field && hidden_[ir::index(record)][field];
  }
  // The field that says whose the record is; ir::kNone: none.
  std::uint32_t identifier(ir::RecordId record) const { return identifiers_[ir::index(record)]; }
  // Whether values of the type have personal fields somewhere.
  bool holds(ir::TypeId type) const;
  const engine::HiddenFields& fields() const { return hidden_; }

 private:
  const ir::RuleSet& rules_;
  engine::HiddenFields hidden_;
  std::vector<bool> holds_;  // by record
  std::vector<std::uint32_t> identifiers_;
};

// The personal values of a decision by person, as the contents of boxes.
class PersonalParts {
 public:
  struct Part {
    std::string person;  // the text of the identifier; empty: nobody is named
    std::string contents;
  };

  PersonalParts(const engine::LoadedRuleSet& rules, const PersonalMarks& marks,
                ir::DecisionId decision)
      : rules_(rules), marks_(marks), id_(decision) {}

  // Of input and context, after Session::prepare; of all that is recorded, after Session::decide.
  // At most one part has no person, and it is the last. Valid until the next call.
  const std::vector<Part>& of_request(const engine::Session& session);
  const std::vector<Part>& of_decision(const engine::Session& session);

 private:
  void begin(const engine::Session& session);
  void end();
  void add_fields(const engine::Session& session, ir::SlotRole role, std::string_view member);
  void add_answer(const engine::Session& session);
  void add_duties(const engine::Session& session, bool is_advice);
  void record(ir::RecordId id, const void* at, std::size_t owner);
  void value(const engine::Slot& slot, const void* at, std::size_t owner);
  void put(const engine::Slot& slot, const void* at, std::size_t owner);
  // The part of the person whom the record names, or that of the record around it.
  std::size_t owner_of(ir::RecordId id, const void* at, std::size_t around);
  std::size_t part_of(std::string person);

  const engine::LoadedRuleSet& rules_;
  const PersonalMarks& marks_;
  ir::DecisionId id_;
  std::vector<Part> parts_;
  std::size_t root_ = 0;
  std::string path_;
};

}  // namespace pac::ledger
