// FeatureSource: where features come from when a decision is bound: a feature store, a file, a
// test. The caller owns it and says how many threads may use it; the engine calls it on the thread
// that binds, once per feature that the decision declares, before any rule runs.
#pragma once

#include <cstdint>
#include <string_view>

namespace pac::engine {

struct FeatureValue {
  // The value as JSON text, `null` for missing. Valid until the next call of `read`.
  std::string_view json;
  // When it was observed, microseconds since 1970; a value without a time counts as observed now.
  int64_t observed_at_us = 0;
  bool has_time = false;
};

class FeatureSource {
 public:
  virtual ~FeatureSource() = default;

  // The newest value of `feature` ("pkg.decision.credit_score") for `key` that was observed at or
  // before `now_us`. The key is the canonical text of its value: strings as they are, dates as
  // 2026-03-01, decimals with all their digits. False: there is none. Must not throw.
  [[nodiscard]] virtual bool read(std::string_view feature, std::string_view key, int64_t now_us,
                                  FeatureValue* out) = 0;
};

}  // namespace pac::engine
