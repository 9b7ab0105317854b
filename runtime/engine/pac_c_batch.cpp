// The part of the C interface (pac/pac.h) that decides columns, over Batch.
#include <cstddef>

#include "runtime/engine/batch.h"
#include "runtime/engine/handles.h"
#include "runtime/engine/pac_c_support.h"
#include "runtime/engine/write.h"

using pac::engine::Batch;
using pac::engine::CallbackFeatures;
using pac::engine::Column;
using pac::engine::ColumnType;
using pac::engine::copy_options;
using pac::engine::PathId;
using pac::engine::to_c;
using pac::engine::to_context;
using pac::engine::without_throwing;

struct pac_batch {
  pac_batch(std::shared_ptr<const pac::engine::LoadedRuleSet> rules, pac::ir::DecisionId decision,
            const pac::engine::EngineOptions& of)
      : batch(std::move(rules), decision, of.session), options(of) {}

  Batch batch;
  pac::engine::EngineOptions options;
  std::string fault;
};

namespace {

static_assert(PAC_COLUMN_TEXT == static_cast<int>(ColumnType::text));
static_assert(PAC_NOT_DECIDED == Batch::kRefused && PAC_NOT_FOUND == pac::engine::kNoRule);

pac_answer misused(pac_batch* batch, std::string fault) {
  batch->fault = std::move(fault);
  return batch->fault.empty() ? PAC_DONE : PAC_MISUSED;
}

void copy_out(const void* from, void* to, size_t known, size_t size) {
  std::memcpy(to, from, std::min(known, size));
}

}  // namespace

extern "C" {

pac_answer pac_batch_new(const pac_rule_set* rules, uint32_t decision, pac_batch** out) {
  if (rules == nullptr || out == nullptr) return PAC_MISUSED;
  if (decision >= rules->rules->rule_set().decisions.size()) return PAC_MISUSED;
  return without_throwing([&] {
    *out = new pac_batch(rules->rules, static_cast<pac::ir::DecisionId>(decision), rules->options);
    return PAC_DONE;
  });
}

void pac_batch_free(pac_batch* batch) { delete batch; }

pac_answer pac_batch_set_column(pac_batch* batch, uint32_t path, const pac_column* column) {
  if (batch == nullptr) return PAC_MISUSED;
  return without_throwing([&] {
    if (column == nullptr) return misused(batch, "no column was given");
    const pac_column given = copy_options(column);
    if (given.type >= pac::engine::kColumnTypeCount) {
      return misused(batch, "there is no such type of column");
    }
    return misused(batch, batch->batch.set_column(static_cast<PathId>(path),
                                                  {static_cast<ColumnType>(given.type),
                                                   given.values, given.offsets, given.present}));
  });
}

pac_answer pac_batch_decide(pac_batch* batch, size_t rows, const pac_context* context) {
  if (batch == nullptr) return PAC_MISUSED;
  const pac_context given = copy_options(context);
  CallbackFeatures features(given.features, given.feature_data);
  return without_throwing([&] {
    return misused(batch, batch->batch.decide(rows, to_context(given, batch->options),
                                              given.features != nullptr ? &features : nullptr));
  });
}

pac_view pac_batch_fault(const pac_batch* batch) {
  return batch == nullptr ? pac_view{nullptr, 0} : to_c(batch->fault);
}

pac_answer pac_batch_outcomes(const pac_batch* batch, pac_outcomes* out) {
  if (batch == nullptr || out == nullptr) return PAC_MISUSED;
  const Batch& of = batch->batch;
  const pac_outcomes told = {out->size_bytes, of.rows(), of.status().data(), of.fired().data(),
                             of.codes().data()};
  copy_out(&told, out, out->size_bytes, sizeof told);
  return PAC_DONE;
}

pac_view pac_batch_rule_name(const pac_batch* batch, uint32_t rule) {
  if (batch == nullptr) return {nullptr, 0};
  const auto& decision = batch->batch.rules().rule_set().decision(batch->batch.decision());
  if (rule > decision.rules.size()) return {nullptr, 0};
  return to_c(pac::engine::rule_name(decision, rule));
}

uint32_t pac_batch_find_output(const pac_batch* batch, const char* path, size_t size) {
  if (batch == nullptr) return PAC_NOT_FOUND;
  return batch->batch.find_output(pac::engine::from_c(path, size));
}

pac_answer pac_batch_output(const pac_batch* batch, uint32_t output, pac_column* out) {
  if (batch == nullptr || out == nullptr || output >= batch->batch.output_count()) {
    return PAC_MISUSED;
  }
  const Column column = batch->batch.output(output);
  const pac_column told = {
      out->size_bytes, static_cast<uint32_t>(column.type), 0, column.values, column.offsets,
      column.present};
  copy_out(&told, out, out->size_bytes, sizeof told);
  return PAC_DONE;
}

pac_view pac_batch_output_name(const pac_batch* batch, uint32_t output, uint32_t value) {
  if (batch == nullptr || output >= batch->batch.output_count()) return {nullptr, 0};
  return to_c(batch->batch.output_name(output, value));
}

}  // extern "C"
