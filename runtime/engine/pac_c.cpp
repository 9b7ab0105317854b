// The C interface (pac/pac.h) over Session; pac_c_load.cpp has the part that loads. It checks what
// C callers can get wrong and adds nothing else.
#include <cstddef>

#include "runtime/engine/handles.h"
#include "runtime/engine/pac_c_support.h"
#include "runtime/engine/write.h"

using pac::Int128;
using pac::engine::CallbackFeatures;
using pac::engine::copy_options;
using pac::engine::from_c;
using pac::engine::PathId;
using pac::engine::Refusal;
using pac::engine::Session;
using pac::engine::TextSink;
using pac::engine::to_c;
using pac::engine::to_context;
using pac::engine::without_throwing;

namespace {

pac_answer answer(bool good) { return good ? PAC_DONE : PAC_REFUSED; }

// Misuse must never leave an earlier answer, or an input without the field that was meant.
bool misused(pac_input* input, std::string_view message) {
  if (input != nullptr) input->session.refuse(pac::engine::RefusalCode::misuse, {}, message);
  return false;
}

// Whether an input of this decision may be bound.
bool may_bind(pac_input* input, uint32_t decision) {
  if (input == nullptr) return false;
  if (decision < input->session.rules().rule_set().decisions.size()) return true;
  input->session.refusals().clear();
  return misused(input, "the rule set has no decision of this number");
}

// Whether a setter may be called with this path.
bool may_set(pac_input* input, uint32_t path) {
  if (input == nullptr) return false;
  const Session& session = input->session;
  if (!session.is_setting())
    return misused(input, "a setter was called outside of begin and finish");
  if (path < session.rules().shape(session.decision()).input.nodes().size()) return true;
  return misused(input, "a setter was given a path that the decision does not have");
}

}  // namespace

extern "C" {

uint32_t pac_api_version(void) { return PAC_API_VERSION; }

pac_answer pac_engine_new(const pac_engine_options* options, pac_engine** out) {
  if (out == nullptr) return PAC_MISUSED;
  const pac_engine_options given = copy_options(options);
  return without_throwing([&] {
    auto* engine = new pac_engine;
    pac::engine::SessionOptions& session = engine->options.session;
    if (given.max_input_bytes != 0) session.max_input_bytes = given.max_input_bytes;
    if (given.input_memory_bytes != 0) session.input_memory_bytes = given.input_memory_bytes;
    if (given.scratch_bytes != 0) session.scratch_bytes = given.scratch_bytes;
    if (given.max_refusals != 0) session.max_refusals = given.max_refusals;
    engine->options.clock = given.clock;
    engine->options.clock_data = given.clock_data;
    *out = engine;
    return PAC_DONE;
  });
}

void pac_engine_free(pac_engine* engine) { delete engine; }

pac_answer pac_input_new(const pac_rule_set* rules, pac_input** out) {
  if (rules == nullptr || out == nullptr) return PAC_MISUSED;
  return without_throwing([&] {
    *out = new pac_input(rules->rules, rules->options);
    return PAC_DONE;
  });
}

void pac_input_free(pac_input* input) { delete input; }

pac_answer pac_input_bind_json(pac_input* input, uint32_t decision, const char* text, size_t size) {
  if (!may_bind(input, decision)) return PAC_MISUSED;
  return answer(
      input->session.bind_json(static_cast<pac::ir::DecisionId>(decision), from_c(text, size)));
}

pac_answer pac_input_bind_struct(pac_input* input, uint32_t decision, const void* record,
                                 size_t size) {
  if (!may_bind(input, decision)) return PAC_MISUSED;
  if (record == nullptr) return misused(input, "no struct was given"), PAC_MISUSED;
  return answer(
      input->session.bind_struct(static_cast<pac::ir::DecisionId>(decision), record, size));
}

pac_answer pac_input_begin(pac_input* input, uint32_t decision) {
  if (!may_bind(input, decision)) return PAC_MISUSED;
  input->session.begin(static_cast<pac::ir::DecisionId>(decision));
  return PAC_DONE;
}

pac_answer pac_input_set_bool(pac_input* input, uint32_t path, int value) {
  if (!may_set(input, path)) return PAC_MISUSED;
  return answer(input->session.set_bool(static_cast<PathId>(path), value != 0));
}

pac_answer pac_input_set_int(pac_input* input, uint32_t path, int64_t value) {
  if (!may_set(input, path)) return PAC_MISUSED;
  return answer(input->session.set_int(static_cast<PathId>(path), value));
}

pac_answer pac_input_set_decimal(pac_input* input, uint32_t path, int64_t high, uint64_t low) {
  if (!may_set(input, path)) return PAC_MISUSED;
  const auto bits = static_cast<pac::UInt128>(static_cast<uint64_t>(high)) << 64 | low;
  return answer(input->session.set_decimal(static_cast<PathId>(path), static_cast<Int128>(bits)));
}

pac_answer pac_input_set_text(pac_input* input, uint32_t path, const char* text, size_t size) {
  if (!may_set(input, path)) return PAC_MISUSED;
  return answer(input->session.set_text(static_cast<PathId>(path), from_c(text, size)));
}

pac_answer pac_input_set_enum(pac_input* input, uint32_t path, const char* wire, size_t size) {
  if (!may_set(input, path)) return PAC_MISUSED;
  return answer(input->session.set_enum(static_cast<PathId>(path), from_c(wire, size)));
}

pac_answer pac_input_set_date(pac_input* input, uint32_t path, int32_t days_since_1970) {
  if (!may_set(input, path)) return PAC_MISUSED;
  return answer(input->session.set_date(static_cast<PathId>(path), days_since_1970));
}

pac_answer pac_input_set_datetime(pac_input* input, uint32_t path, int64_t us_since_1970) {
  if (!may_set(input, path)) return PAC_MISUSED;
  return answer(input->session.set_datetime(static_cast<PathId>(path), us_since_1970));
}

pac_answer pac_input_set_duration(pac_input* input, uint32_t path, int64_t us) {
  if (!may_set(input, path)) return PAC_MISUSED;
  return answer(input->session.set_duration(static_cast<PathId>(path), us));
}

pac_answer pac_input_set_missing(pac_input* input, uint32_t path) {
  if (!may_set(input, path)) return PAC_MISUSED;
  return answer(input->session.set_missing(static_cast<PathId>(path)));
}

pac_answer pac_input_set_parsed(pac_input* input, uint32_t path, const char* text, size_t size) {
  if (!may_set(input, path)) return PAC_MISUSED;
  return answer(input->session.set_parsed(static_cast<PathId>(path), from_c(text, size)));
}

pac_answer pac_input_set_json(pac_input* input, uint32_t path, const char* json, size_t size) {
  if (!may_set(input, path)) return PAC_MISUSED;
  return answer(input->session.set_json(static_cast<PathId>(path), from_c(json, size)));
}

pac_answer pac_input_set_empty(pac_input* input, uint32_t path) {
  if (!may_set(input, path)) return PAC_MISUSED;
  return answer(input->session.set_empty(static_cast<PathId>(path)));
}

pac_answer pac_input_append_json(pac_input* input, uint32_t path, const char* json, size_t size) {
  if (!may_set(input, path)) return PAC_MISUSED;
  return answer(input->session.append_json(static_cast<PathId>(path), from_c(json, size)));
}

pac_answer pac_input_append_parsed(pac_input* input, uint32_t path, const char* text, size_t size) {
  if (!may_set(input, path)) return PAC_MISUSED;
  return answer(input->session.append_parsed(static_cast<PathId>(path), from_c(text, size)));
}

pac_answer pac_input_finish(pac_input* input) {
  if (input == nullptr || !input->session.is_setting()) return PAC_MISUSED;
  return answer(input->session.finish());
}

pac_answer pac_input_decide(pac_input* input, const pac_context* context) {
  if (input == nullptr || !input->session.is_bound()) return PAC_MISUSED;
  const pac_context given = copy_options(context);
  CallbackFeatures features(given.features, given.feature_data);
  const bool has_features = given.features != nullptr;
  if (!input->session.prepare(to_context(given, input->options),
                              has_features ? &features : nullptr)) {
    return PAC_REFUSED;
  }
  input->session.decide();
  return PAC_DONE;
}

pac_decided pac_decision_status(const pac_input* input) {
  if (input == nullptr || !input->session.is_decided()) return PAC_NOT_DECIDED;
  return static_cast<pac_decided>(input->session.result().status);
}

pac_view pac_decision_error(const pac_input* input) {
  if (pac_decision_status(input) != PAC_DECIDED_ERROR) return {nullptr, 0};
  return to_c(pac::engine::error_code(input->session.result().error));
}

uint32_t pac_decision_fired_count(const pac_input* input) {
  return pac_decision_status(input) == PAC_DECIDED_OK ? input->session.result().fired_count : 0;
}

pac_view pac_decision_fired(const pac_input* input, uint32_t i) {
  if (i >= pac_decision_fired_count(input)) return {nullptr, 0};
  const Session& session = input->session;
  return to_c(pac::engine::rule_name(session.rules().rule_set().decision(session.decision()),
                                     session.result().fired[i]));
}

const void* pac_decision_output(const pac_input* input, size_t* size) {
  const bool has_output = pac_decision_status(input) == PAC_DECIDED_OK;
  if (size != nullptr) {
    *size = has_output ? input->session.rules().shape(input->session.decision()).output_bytes : 0;
  }
  return has_output ? input->session.output() : nullptr;
}

pac_answer pac_decision_write(const pac_input* input, char* buffer, size_t capacity,
                              size_t* written) {
  if (input == nullptr || written == nullptr || (buffer == nullptr && capacity > 0))
    return PAC_MISUSED;
  TextSink sink(buffer, capacity);
  if (input->session.is_decided()) {
    pac::engine::write_decision(input->session, sink);
  } else if (!input->session.refusals().empty()) {
    pac::engine::write_refusal(input->session.refusals()[0], sink);
  } else {
    return PAC_MISUSED;
  }
  *written = sink.size();
  return sink.fits() ? PAC_DONE : PAC_TOO_SMALL;
}

uint32_t pac_refusal_count(const pac_input* input) {
  return input == nullptr ? 0 : input->session.refusals().size();
}

pac_answer pac_refusal_at(const pac_input* input, uint32_t i, pac_refusal* out) {
  if (i >= pac_refusal_count(input) || out == nullptr) return PAC_MISUSED;
  const Refusal& refusal = input->session.refusals()[i];
  const size_t known = std::min(out->size_bytes, sizeof *out);
  const pac_refusal told = {out->size_bytes,
                            to_c(pac::engine::code_text(refusal.code)),
                            to_c(refusal.path.view()),
                            to_c(refusal.message.view()),
                            refusal.assume,
                            0};
  std::memcpy(out, &told, known);
  return PAC_DONE;
}

}  // extern "C"
