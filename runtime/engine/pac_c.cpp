// The C interface (pac/pac.h) over Session. It checks what C callers can get wrong and adds nothing
// else.
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>

#include "runtime/engine/handles.h"
#include "runtime/engine/load_ir.h"
#include "runtime/engine/write.h"
#include "runtime/ir/function.h"
#include "stdlib/registry.h"

using pac::Int128;
using pac::engine::Context;
using pac::engine::EngineOptions;
using pac::engine::FeatureSource;
using pac::engine::FeatureValue;
using pac::engine::LoadedRuleSet;
using pac::engine::PathId;
using pac::engine::Refusal;
using pac::engine::Session;
using pac::engine::TextSink;

namespace {

pac_view to_c(std::string_view text) { return {text.data(), text.size()}; }

// A borrowed text; NULL with size 0 is the empty text.
std::string_view from_c(const char* data, std::size_t size) {
  return data == nullptr ? std::string_view() : std::string_view(data, size);
}

// An options struct as the caller knows it, the rest zero.
template <typename Options>
Options copy_options(const Options* given) {
  Options options{};
  if (given != nullptr) std::memcpy(&options, given, std::min(given->size_bytes, sizeof options));
  return options;
}

void fill_failure(const pac::Error& error, pac_failure* failure) {
  if (failure == nullptr || failure->size_bytes < sizeof(pac_failure)) return;
  const auto fill = [](std::string_view text, char* to, std::size_t capacity) {
    TextSink sink(to, capacity - 1);
    sink.put(text);
    to[sink.view().size()] = '\0';
  };
  fill(error.code, failure->code, sizeof failure->code);
  fill(error.message, failure->message, sizeof failure->message);
}

// What makes something may find no memory; no exception may reach a C caller.
template <typename Make>
pac_answer without_throwing(Make make) {
  try {
    return make();
  } catch (const std::bad_alloc&) {
    return PAC_FAILED;
  }
}

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

class CallbackFeatures final : public FeatureSource {
 public:
  CallbackFeatures(pac_feature_fn function, void* data) : function_(function), data_(data) {}

  bool read(std::string_view feature, std::string_view key, int64_t now_us,
            FeatureValue* out) override {
    pac_feature_value value{};
    if (function_(data_, to_c(feature), to_c(key), now_us, &value) == 0) return false;
    *out = {from_c(value.json.data, value.json.size), value.observed_at_us, value.has_time != 0};
    return true;
  }

 private:
  pac_feature_fn function_;
  void* data_;
};

Context to_context(const pac_context& given, const EngineOptions& options) {
  Context context;
  if (given.has_now != 0) {
    context.now_us = given.now_us;
  } else if (options.clock != nullptr) {
    context.now_us = options.clock(options.clock_data);
  }
  if (given.has_as_of != 0) context.as_of = given.as_of_days;
  if (given.caller.data != nullptr) context.caller = from_c(given.caller.data, given.caller.size);
  if (given.tenant.data != nullptr) context.tenant = from_c(given.tenant.data, given.tenant.size);
  if (given.protection.data != nullptr) {
    context.protection = from_c(given.protection.data, given.protection.size);
  }
  context.json = from_c(given.json.data, given.json.size);
  return context;
}

}  // namespace

pac_rule_set* pac::engine::make_handle(std::shared_ptr<const LoadedRuleSet> rules,
                                       const EngineOptions& options) {
  auto* handle = new pac_rule_set{std::move(rules), options, {}};
  const auto& rule_set = handle->rules->rule_set();
  for (uint32_t i = 0; i < rule_set.decisions.size(); ++i) {
    char name[2 * ir::kMaxNameBytes + 1];
    TextSink sink(name, sizeof name);
    put_decision_name(rule_set, static_cast<ir::DecisionId>(i), sink);
    handle->decision_names.emplace_back(sink.view());
  }
  return handle;
}

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

pac_answer pac_rule_set_load_ir(const pac_engine* engine, const char* text, size_t size,
                                pac_rule_set** out, pac_failure* failure) {
  if (engine == nullptr || text == nullptr || out == nullptr) return PAC_MISUSED;
  return without_throwing([&] {
    auto loaded = pac::engine::load_ir(from_c(text, size));
    if (!loaded) {
      fill_failure(loaded.error(), failure);
      return PAC_FAILED;
    }
    *out = pac::engine::make_handle(std::move(*loaded), engine->options);
    return PAC_DONE;
  });
}

void pac_rule_set_free(pac_rule_set* rules) { delete rules; }

uint32_t pac_rule_set_decision_count(const pac_rule_set* rules) {
  return rules == nullptr ? 0 : static_cast<uint32_t>(rules->decision_names.size());
}

pac_view pac_rule_set_decision_name(const pac_rule_set* rules, uint32_t decision) {
  if (decision >= pac_rule_set_decision_count(rules)) return {nullptr, 0};
  return to_c(rules->decision_names[decision]);
}

uint32_t pac_rule_set_find_decision(const pac_rule_set* rules, const char* name, size_t size) {
  if (rules == nullptr) return PAC_NOT_FOUND;
  return pac::ir::index(rules->rules->find(from_c(name, size)));
}

pac_answer pac_rule_set_decision_digest(const pac_rule_set* rules, uint32_t decision,
                                        char (*out)[65]) {
  if (out == nullptr) return PAC_MISUSED;
  (*out)[0] = '\0';
  if (decision >= pac_rule_set_decision_count(rules)) return PAC_MISUSED;
  return without_throwing([&] {
    const std::string digest =
        pac::ir::function_digest(rules->rules->rule_set(), static_cast<pac::ir::DecisionId>(decision),
                                 pac::stdlib::find);
    TextSink sink(*out, sizeof *out - 1);
    sink.put(digest);
    (*out)[sink.view().size()] = '\0';
    return PAC_DONE;
  });
}

uint32_t pac_rule_set_find_path(const pac_rule_set* rules, uint32_t decision, const char* path,
                                size_t size) {
  if (decision >= pac_rule_set_decision_count(rules)) return PAC_NOT_FOUND;
  const auto id = static_cast<pac::ir::DecisionId>(decision);
  return pac::ir::index(rules->rules->shape(id).input.find(from_c(path, size)));
}

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
