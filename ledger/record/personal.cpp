#include "ledger/record/personal.h"

#include <algorithm>

#include "runtime/engine/scalar.h"
#include "runtime/engine/write.h"

namespace pac::ledger {
namespace {

constexpr std::string_view kIdentifier = "identifier";

const ir::Type& element_of(const ir::RuleSet& rules, ir::TypeId id) {
  const ir::Type* type = &rules.type(id);
  while (type->element != ir::TypeId::none) type = &rules.type(type->element);
  return *type;
}

}  // namespace

PersonalMarks::PersonalMarks(const ir::RuleSet& rules, const ir::Side& side)
    : rules_(rules),
      hidden_(rules.records.size()),
      holds_(rules.records.size()),
      identifiers_(rules.records.size(), ir::kNone) {
  for (std::size_t r = 0; r < rules.records.size() && r < side.records.size(); ++r) {
    const auto& fields = side.records[r].fields;
    hidden_[r].resize(rules.records[r].fields.size());
    for (std::size_t f = 0; f < fields.size() && f < hidden_[r].size(); ++f) {
      if (fields[f].pii.empty()) continue;
      hidden_[r][f] = holds_[r] = true;
      if (fields[f].pii != kIdentifier || identifiers_[r] != ir::kNone) continue;
      identifiers_[r] = static_cast<std::uint32_t>(f);
    }
  }
  // Records have no rings, so that this ends where nothing is new.
  for (bool is_new = true; is_new;) {
    is_new = false;
    for (std::size_t r = 0; r < rules.records.size(); ++r) {
      if (holds_[r]) continue;
      holds_[r] = std::ranges::any_of(rules.records[r].fields,
                                      [&](const ir::Field& field) { return holds(field.type); });
      is_new = is_new || holds_[r];
    }
  }
}

bool PersonalMarks::holds(ir::TypeId id) const {
  const ir::Type& type = element_of(rules_, id);
  return type.kind == ir::TypeKind::record && holds_[type.ref];
}

bool PersonalMarks::has_any(ir::DecisionId id) const {
  const ir::Decision& decision = rules_.decision(id);
  return holds_[ir::index(decision.input)] || holds(decision.result_type) ||
         std::ranges::any_of(rules_.duties, [&](const ir::Duty& duty) {
           return holds_[ir::index(duty.arguments)];
         });
}

const std::vector<PersonalParts::Part>& PersonalParts::of_request(const engine::Session& session) {
  begin(session);
  add_fields(session, ir::SlotRole::input, "/input");
  add_fields(session, ir::SlotRole::context, "/context");
  end();
  return parts_;
}

const std::vector<PersonalParts::Part>& PersonalParts::of_decision(const engine::Session& session) {
  begin(session);
  if (session.result().status == PAC_OK) add_answer(session);
  add_fields(session, ir::SlotRole::context, "/context");
  add_fields(session, ir::SlotRole::feature, "/features");
  add_fields(session, ir::SlotRole::input, "/input");
  end();
  return parts_;
}

void PersonalParts::begin(const engine::Session& session) {
  parts_.clear();
  parts_.emplace_back();  // of nobody
  const ir::RecordId input = rules_.rule_set().decision(id_).input;
  root_ = owner_of(input, session.input(), 0);
}

// The part of nobody goes last, or away; where one person alone is named it is theirs.
void PersonalParts::end() {
  Part nobody = std::move(parts_.front());
  parts_.erase(parts_.begin());
  std::erase_if(parts_, [](const Part& part) { return part.contents.empty(); });
  if (!nobody.contents.empty()) {
    if (parts_.size() == 1) {
      parts_[0].contents += ',';
      parts_[0].contents += nobody.contents;
    } else {
      parts_.push_back(std::move(nobody));
    }
  }
  for (Part& part : parts_) {
    part.contents.insert(0, 1, '{');
    part.contents += '}';
  }
}

void PersonalParts::add_fields(const engine::Session& session, ir::SlotRole role,
                               std::string_view member) {
  const ir::Decision& decision = rules_.rule_set().decision(id_);
  const engine::RecordSchema& record = rules_.shape(id_).input.record();
  for (const std::uint32_t i : record.sorted) {
    if (decision.roles[i] != role) continue;
    const engine::Slot& slot = record.fields[i];
    path_ = member;
    path_ += '/';
    path_ += slot.name;
    if (role == ir::SlotRole::feature) path_ += "/value";
    const char* const at = static_cast<const char*>(session.input()) + slot.offset;
    if (marks_.is_personal(decision.input, i)) {
      put(slot, at, root_);
    } else {
      value(slot, at, root_);
    }
  }
}

void PersonalParts::add_answer(const engine::Session& session) {
  add_duties(session, true);
  add_duties(session, false);
  const ir::Decision& decision = rules_.rule_set().decision(id_);
  path_ = "/answer/output";
  value(rules_.schema().value(decision.result_type), session.output(), root_);
}

void PersonalParts::add_duties(const engine::Session& session, bool is_advice) {
  std::uint32_t number = 0;
  for (std::uint32_t i = 0; i < session.result().duty_count; ++i) {
    const pac_duty& use = session.result().duties[i];
    const ir::Duty& duty = rules_.rule_set().duties[use.duty];
    if (duty.is_advice != is_advice) continue;
    path_ = is_advice ? "/answer/advice/" : "/answer/obligations/";
    path_ += std::to_string(number++);
    path_ += "/args";
    record(duty.arguments, use.arguments, root_);
  }
}

void PersonalParts::record(ir::RecordId id, const void* at, std::size_t around) {
  const std::size_t owner = owner_of(id, at, around);
  const engine::RecordSchema& record = rules_.schema().record(id);
  const std::size_t end = path_.size();
  for (const std::uint32_t i : record.sorted) {
    const engine::Slot& slot = record.fields[i];
    const char* const place = static_cast<const char*>(at) + slot.offset;
    path_ += '/';
    path_ += slot.name;
    if (marks_.is_personal(id, i)) {
      put(slot, place, owner);
    } else {
      value(slot, place, owner);
    }
    path_.resize(end);
  }
}

void PersonalParts::value(const engine::Slot& slot, const void* at, std::size_t owner) {
  if (!marks_.holds(slot.type_id)) return;
  const engine::Schema& schema = rules_.schema();
  const interp::Value value = schema.load(slot, at);
  if (!value.present) return;
  if (slot.type->kind == ir::TypeKind::record) {
    return record(static_cast<ir::RecordId>(slot.type->ref), at, owner);
  }
  const engine::Slot element = schema.element(slot);
  const std::size_t end = path_.size();
  for (std::uint32_t i = 0; i < value.list.count; ++i) {
    path_ += '/';
    path_ += std::to_string(i);
    this->value(element,
                static_cast<const char*>(value.list.data) + std::size_t{i} * element.storage.size,
                owner);
    path_.resize(end);
  }
}

void PersonalParts::put(const engine::Slot& slot, const void* at, std::size_t owner) {
  if (!rules_.schema().load(slot, at).present) return;
  std::string& contents = parts_[owner].contents;
  contents += contents.empty() ? "\"" : ",\"";
  contents += path_;
  contents += "\":";
  contents += engine::written(
      [&](engine::TextSink& out) { engine::write_canonical(rules_.schema(), slot, at, out); });
}

std::size_t PersonalParts::owner_of(ir::RecordId id, const void* at, std::size_t around) {
  const std::uint32_t field = marks_.identifier(id);
  if (field == ir::kNone) return around;
  const engine::Slot& slot = rules_.schema().record(id).fields[field];
  const interp::Value value =
      rules_.schema().load(slot, static_cast<const char*>(at) + slot.offset);
  if (!value.present) return 0;
  if (slot.type->kind == ir::TypeKind::string) return part_of(std::string(value.view()));
  if (!engine::is_scalar(slot.type->kind)) return 0;
  return part_of(engine::written([&](engine::TextSink& out) {
    engine::format_scalar(rules_.schema(), slot, value.number, out);
  }));
}

std::size_t PersonalParts::part_of(std::string person) {
  if (person.empty()) return 0;
  for (std::size_t i = 1; i < parts_.size(); ++i) {
    if (parts_[i].person == person) return i;
  }
  parts_.push_back({std::move(person), {}});
  return parts_.size() - 1;
}

}  // namespace pac::ledger
