// What stands behind a decision in its entry: the sources that the fired rules cite, and the dated
// parameters in force.
#include <algorithm>

#include "ledger/record/decision_entry.h"
#include "runtime/base/check.h"
#include "runtime/base/json.h"
#include "runtime/engine/write.h"
#include "runtime/engine/write_canonical.h"
#include "runtime/ir/function.h"
#include "stdlib/registry.h"

namespace pac::ledger {

void DecisionWriter::read_citations(const ir::Side& side) {
  cited_by_.resize(decision_.rules.size() + 1);
  if (ir::index(id_) >= side.decisions.size()) return;
  const ir::DecisionSide& own = side.decisions[ir::index(id_)];
  const auto note = [&](const ir::RuleSide& rule, std::size_t index) {
    for (const ir::Citation& citation : rule.words.citations) {
      const std::string quoted = engine::written([&](engine::TextSink& out) {
        engine::write_quoted(citation.iri.empty() ? citation.reference : citation.iri, out);
      });
      const auto known = std::ranges::find(sources_, quoted);
      cited_by_[index].push_back(static_cast<std::uint32_t>(known - sources_.begin()));
      if (known == sources_.end()) sources_.push_back(quoted);
    }
  };
  for (std::size_t i = 0; i < own.rules.size() && i < decision_.rules.size(); ++i) {
    note(own.rules[i], i);
  }
  note(own.otherwise, decision_.rules.size());
  cited_in_.resize(sources_.size());
}

// Those that the function reaches, by its canonical form, which leaves out all others.
void DecisionWriter::read_params() {
  const ir::RuleSet& set = rules_->rule_set();
  if (set.params.empty() || decision_.as_of_slot == ir::kNone) return;
  const auto function = json::parse(ir::canonical_function(set, id_, stdlib::find));
  const json::Value* reached = function ? function->find("params") : nullptr;
  if (reached == nullptr || !reached->is_array()) return;
  const auto is_reached = [&](const std::string& name) {
    return std::ranges::any_of(reached->elements(), [&](const json::Value& one) {
      const json::Value* its = one.find("name");
      return its != nullptr && its->is_string() && its->as_string() == name;
    });
  };
  std::vector<const ir::Param*> own;
  for (const ir::Param& param : set.params) {
    if (is_reached(param.name)) own.push_back(&param);
  }
  std::ranges::sort(own, {}, [](const ir::Param* param) { return param->name; });
  std::string scratch_bytes(std::size_t{64} << 10, '\0');
  const std::vector<std::uint64_t> input(
      rules_->shape(id_).input.record().size / sizeof(std::uint64_t) + 1);
  for (const ir::Param* param : own) {
    ParamLines& lines = params_.emplace_back();
    lines.key = engine::written([&](engine::TextSink& out) {
      engine::write_quoted(param->name, out);
      out.put(':');
    });
    const engine::Slot slot = rules_->schema().value(param->type);
    std::vector<std::uint64_t> place(slot.storage.size / sizeof(std::uint64_t) + 2);
    for (const ir::ParamLine& line : param->lines) {
      pac_scratch scratch = {scratch_bytes.data(), scratch_bytes.data() + scratch_bytes.size(),
                             rules_->zones()};
      interp::Value value;
      const auto error =
          rules_->interpreter().evaluate(id_, line.value, input.data(), &scratch, &value);
      PAC_CHECK(error == PAC_E_NONE, "the value of a parameter is a constant");
      rules_->schema().store(slot, value, place.data());
      lines.lines.emplace_back(line.from, engine::written([&](engine::TextSink& out) {
                                 engine::write_canonical(rules_->schema(), slot, place.data(), out);
                               }));
    }
  }
}

std::string_view DecisionWriter::params_at(std::int32_t day) {
  if (params_.empty()) return {};
  if (params_day_ == day) return params_text_;
  params_day_ = day;
  params_text_ = ",\"parameters\":{";
  bool first = true;
  for (const ParamLines& param : params_) {
    const std::string* value = nullptr;
    for (const auto& [from, text] : param.lines) {
      if (from <= day) value = &text;
    }
    if (value == nullptr) continue;
    if (!first) params_text_ += ',';
    first = false;
    params_text_ += param.key + *value;
  }
  params_text_ += '}';
  return params_text_;
}

std::optional<std::int32_t> DecisionWriter::as_of(const engine::Session& session) const {
  if (decision_.as_of_slot == ir::kNone) return std::nullopt;
  const engine::Slot& slot = rules_->shape(id_).input.record().fields[decision_.as_of_slot];
  const interp::Value value =
      rules_->schema().load(slot, static_cast<const char*>(session.input()) + slot.offset);
  if (!value.present) return std::nullopt;
  return static_cast<std::int32_t>(value.number);
}

void DecisionWriter::write_citations(const pac_result& result, engine::TextSink& out) {
  if (sources_.empty() || result.status != PAC_OK) return;
  ++count_;
  bool first = true;
  for (std::uint32_t i = 0; i < result.fired_count; ++i) {
    for (const std::uint32_t source : cited_by_[result.fired[i]]) {
      if (cited_in_[source] == count_) continue;
      cited_in_[source] = count_;
      out.put(first ? ",\"citations\":[" : ",");
      first = false;
      out.put(sources_[source]);
    }
  }
  if (!first) out.put(']');
}

}  // namespace pac::ledger
