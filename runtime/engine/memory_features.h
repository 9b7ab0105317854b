// MemoryFeatures: features from a JSON text, as `pac run --features FILE` and tests give them.
// Constant after loading; `read` allocates nothing and any thread may call it.
//
//   {
//     "credit_score": 720,                                            for every key
//     "income": {"value": "2500.00", "at": "2026-02-20T00:00:00Z"},   with the time of observation
//     "lending.risk.debts": {"by_key": {"u1": 3, "u2": {"value": 0, "at": "2026-01-01T00:00:00Z"}}}
//   }
//
// A name is that of the feature store ("lending.risk.debts") or its last part; the longer one is
// looked up first. An object with `value`, and at most `at` beside it, or with `by_key` alone is
// read as shown; any other object is the value itself (of a record). A value observed after `now`
// is not seen.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/engine/feature_source.h"

namespace pac::engine {

class MemoryFeatures final : public FeatureSource {
 public:
  // PAC0110 where the text is no JSON, PAC5124 where it is no object of features.
  [[nodiscard]] static Result<MemoryFeatures> parse(std::string_view json_text);

  // As they were given, in order of their letters.
  std::vector<std::string_view> names() const;

  bool read(std::string_view feature, std::string_view key, int64_t now_us,
            FeatureValue* out) override;

 private:
  struct Timed {
    std::string json;
    int64_t at_us = 0;
    bool has_time = false;
  };
  struct Feature {
    bool by_key = false;
    Timed value;  // for every key
    std::map<std::string, Timed, std::less<>> values;
  };
  struct Loader;

  std::map<std::string, Feature, std::less<>> features_;
};

}  // namespace pac::engine
