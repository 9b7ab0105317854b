#include "tests/differential/batched.h"

#include <algorithm>
#include <cstring>

#include "runtime/base/check.h"

namespace pac::differential {

namespace {

constexpr size_t kScratchBytes = size_t{4} << 20;  // of a session

std::string bytes_of(const interp::Value& value, size_t size) {
  std::string out(size, '\0');
  std::memcpy(out.data(), &value.number, size);  // little end first
  return out;
}

engine::ColumnType type_of(const engine::Slot& slot) {
  using enum engine::ColumnType;
  switch (slot.type->kind) {
    case ir::TypeKind::boolean:
      return bool8;
    case ir::TypeKind::date:
      return int32;
    case ir::TypeKind::enumeration:
    case ir::TypeKind::effect:
      return uint32;
    case ir::TypeKind::decimal:
      return slot.storage.narrow ? int64 : int128;
    case ir::TypeKind::string:
      return text;
    default:
      return int64;
  }
}

}  // namespace

Result<std::unique_ptr<Batched>> Batched::make(const ir::RuleSet& rules,
                                               const interp::Options& finding) {
  std::unique_ptr<Batched> made(new Batched());
  auto plain = engine::LoadedRuleSet::load(rules);
  if (!plain) return std::unexpected(plain.error());
  auto by_plan = engine::LoadedRuleSet::load(rules, {}, finding);
  if (!by_plan) return std::unexpected(by_plan.error());
  made->plain_ = std::move(*plain);
  made->rules_ = std::move(*by_plan);
  made->decisions_.resize(rules.decisions.size());
  size_t output = 0, rule_count = 0, duty_count = 0;
  for (uint32_t i = 0; i < rules.decisions.size(); ++i) {
    const auto& shape = made->plain_->shape(static_cast<ir::DecisionId>(i));
    output = std::max<size_t>(output, shape.output_bytes);
    duty_count = std::max<size_t>(duty_count, shape.duty_count);
    rule_count = std::max(rule_count, rules.decisions[i].rules.size());
  }
  made->scratch_.resize(kScratchBytes / sizeof(std::max_align_t));
  made->output_.resize(output / sizeof(std::max_align_t) + 1);
  made->fired_.resize(rule_count + 1);
  made->duties_.resize(duty_count + 1);
  return made;
}

bool Batched::takes(ir::DecisionId decision) const {
  const ir::Decision& ir = plain_->rule_set().decision(decision);
  if (!ir.features.empty() || ir.rules.empty()) return false;
  for (const engine::PathNode& node : plain_->shape(decision).input.nodes()) {
    const ir::Type& type = *node.slot.type;
    const bool is_list = type.kind == ir::TypeKind::list || type.kind == ir::TypeKind::set;
    if (is_list || (type.kind == ir::TypeKind::record && type.optional)) return false;
  }
  return true;
}

Batched::One& Batched::of(ir::DecisionId decision) {
  auto& one = decisions_[ir::index(decision)];
  if (one == nullptr) {
    one = std::make_unique<One>();
    one->batch = std::make_unique<engine::Batch>(rules_, decision, engine::SessionOptions{});
    one->columns.resize(plain_->shape(decision).input.nodes().size());
  }
  return *one;
}

void Batched::read_context(ir::DecisionId decision, const char* input, One* one) const {
  const engine::InputShape& shape = plain_->shape(decision).input;
  one->context = {};
  one->texts.assign(shape.roles().size(), {});
  for (size_t i = 0; i < shape.roles().size(); ++i) {
    if (shape.roles()[i] != ir::SlotRole::context) continue;
    const engine::Slot& slot = shape.record().fields[i];
    const interp::Value value = plain_->schema().load(slot, input + slot.offset);
    if (!value.present) continue;
    if (slot.name == "now") one->context.now_us = static_cast<int64_t>(value.number);
    if (slot.name == "as_of") one->context.as_of = static_cast<int32_t>(value.number);
    if (slot.type->kind != ir::TypeKind::string) continue;
    one->texts[i] = value.view();
    if (slot.name == "caller") one->context.caller = one->texts[i];
    if (slot.name == "tenant") one->context.tenant = one->texts[i];
    if (slot.name == "protection") one->context.protection = one->texts[i];
  }
}

Batched::Outcome Batched::reference(ir::DecisionId decision, const void* input) {
  std::memset(output_.data(), 0, output_.size() * sizeof(std::max_align_t));
  pac_result result{};
  result.fired = fired_.data();
  result.duties = duties_.data();
  char* const memory = reinterpret_cast<char*>(scratch_.data());
  pac_scratch scratch{memory, memory + kScratchBytes, plain_->zones()};
  Outcome out;
  out.status = static_cast<uint8_t>(
      plain_->interpreter().decide(decision, input, output_.data(), &result, &scratch));
  const bool is_good = out.status == PAC_OK;
  out.fired = is_good && result.fired_count > 0 ? result.fired[0] : engine::kNoRule;
  out.code = out.status == PAC_ERROR ? 5000 + result.error : 0;
  const ir::Decision& ir = plain_->rule_set().decision(decision);
  if (plain_->rule_set().type(ir.result_type).kind != ir::TypeKind::record) return out;
  for (const engine::Slot& field :
       plain_->schema().record_of(plain_->rule_set().type(ir.result_type)).fields) {
    const uint32_t at = of(decision).batch->find_output(field.name);
    if (at == engine::kNoRule) continue;
    const auto* const from = reinterpret_cast<const char*>(output_.data()) + field.offset;
    const interp::Value value = plain_->schema().load(field, from);
    const bool is_text = field.type->kind == ir::TypeKind::string;
    out.outputs.push_back(!is_good || !value.present ? "-"
                          : is_text                  ? "=" + std::string(value.view())
                                    : "=" + bytes_of(value, engine::size_of(type_of(field))));
  }
  return out;
}

void Batched::add(ir::DecisionId decision, const void* input) {
  One& one = of(decision);
  const auto* const record = static_cast<const char*>(input);
  if (one.expected.empty()) read_context(decision, record, &one);
  one.expected.push_back(reference(decision, input));
  const auto& nodes = plain_->shape(decision).input.nodes();
  for (size_t i = 0; i < nodes.size(); ++i) {
    const engine::Slot& slot = nodes[i].slot;
    if (slot.type->kind == ir::TypeKind::record) continue;
    const interp::Value value = plain_->schema().load(slot, record + slot.offset);
    Values& column = one.columns[i];
    column.present.push_back(value.present ? 1 : 0);
    const engine::ColumnType type = type_of(slot);
    if (type == engine::ColumnType::text) {
      if (value.present) column.bytes += value.view();
    } else {
      column.bytes +=
          bytes_of(value.present ? value : interp::Value::of(Int128{0}), engine::size_of(type));
    }
    column.offsets.push_back(column.bytes.size());
  }
}

std::string Batched::decide(ir::DecisionId decision) {
  One& one = of(decision);
  const auto& nodes = plain_->shape(decision).input.nodes();
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].slot.type->kind == ir::TypeKind::record) continue;
    const Values& column = one.columns[i];
    const engine::ColumnType type = type_of(nodes[i].slot);
    const bool is_text = type == engine::ColumnType::text;
    const std::string fault =
        one.batch->set_column(static_cast<engine::PathId>(i),
                              {type, column.bytes.data(), is_text ? column.offsets.data() : nullptr,
                               column.present.data()});
    if (!fault.empty()) return fault;
  }
  const size_t rows = one.expected.size();
  if (const std::string fault = one.batch->decide(rows, one.context, nullptr); !fault.empty())
    return fault;
  std::string out;
  const engine::Batch& batch = *one.batch;
  const ir::Decision& ir = plain_->rule_set().decision(decision);
  for (size_t row = 0; row < rows && out.empty(); ++row) {
    ++rows_;
    const Outcome& wanted = one.expected[row];
    // A session refuses more than the rules do: an integer that JSON can't say.
    if (batch.status()[row] == engine::Batch::kRefused) {
      ++refused_;
      continue;
    }
    const std::string place = "row " + std::to_string(row) + ": ";
    if (batch.status()[row] != wanted.status || batch.fired()[row] != wanted.fired ||
        batch.codes()[row] != wanted.code) {
      out = place + "status " + std::to_string(batch.status()[row]) + " rule " +
            std::to_string(batch.fired()[row]) + " code " + std::to_string(batch.codes()[row]) +
            ", not " + std::to_string(wanted.status) + " " + std::to_string(wanted.fired) + " " +
            std::to_string(wanted.code);
      continue;
    }
    size_t next = 0;
    if (wanted.outputs.empty()) continue;
    for (const engine::Slot& field :
         plain_->schema().record_of(plain_->rule_set().type(ir.result_type)).fields) {
      const uint32_t at = batch.find_output(field.name);
      if (at == engine::kNoRule) continue;
      const engine::Column column = batch.output(at);
      const auto* const values = static_cast<const char*>(column.values);
      const size_t size = engine::size_of(column.type);
      std::string got = "-";
      if (column.present[row] != 0 && column.type == engine::ColumnType::text) {
        got = "=" + std::string(values + column.offsets[row],
                                column.offsets[row + 1] - column.offsets[row]);
      } else if (column.present[row] != 0) {
        got = "=" + std::string(values + row * size, size);
      }
      if (got != wanted.outputs[next++]) out = place + "another " + std::string(field.name);
    }
  }
  one.expected.clear();
  for (Values& column : one.columns) column = {};
  return out;
}

}  // namespace pac::differential
