// What the files behind pac/pac.h share: options as the caller knows them, failures as it takes
// them, no exception across the border. Internal to pac_c*.cpp. Pure functions.
#pragma once

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>

#include "pac/pac.h"
#include "runtime/base/result.h"
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

}  // namespace pac::engine
