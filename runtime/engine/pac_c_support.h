// What the files behind pac/pac.h share: options as the caller knows them, failures as it takes
// them, no exception across the border. Internal to pac_c*.cpp. Pure functions.
#pragma once

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>

#include "pac/pac.h"
#include "runtime/base/result.h"
#include "runtime/engine/feature_source.h"
#include "runtime/engine/handles.h"
#include "runtime/engine/text_sink.h"

namespace pac::engine {

inline pac_view to_c(std::string_view text) { return {text.data(), text.size()}; }

// A borrowed text; NULL with size 0 is the empty text.
inline std::string_view from_c(const char* data, std::size_t size) {
  return data == nullptr ? std::string_view() : std::string_view(data, size);
}

// An options struct as the caller knows it, the rest zero.
template <typename Options>
Options copy_options(const Options* given) {
  Options options{};
  if (given != nullptr) std::memcpy(&options, given, std::min(given->size_bytes, sizeof options));
  return options;
}

inline void fill_failure(const Error& error, pac_failure* failure) {
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

inline Context to_context(const pac_context& given, const EngineOptions& options) {
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

}  // namespace pac::engine
