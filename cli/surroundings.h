// What surrounds a decision on the command line: --as-of, --now, --context, --features. Shared by
// `pac run` and `pac explain`.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "runtime/engine/memory_features.h"
#include "runtime/engine/session.h"

namespace pac::cli {

struct Surroundings {
  engine::Context context;  // points into `json`
  std::string json;
  std::optional<engine::MemoryFeatures> features;
  engine::FeatureSource* source() { return features ? &*features : nullptr; }
};

void add_surroundings(po::options_description& options);

// Null, with a message and the exit code, where an option can't be used. `now` defaults to the
// clock.
std::unique_ptr<Surroundings> read_surroundings(const po::variables_map& values, int* exit);

// Whether each feature given is one of some decision of these rule sets. False, with a message and
// the exit code, where one is not.
[[nodiscard]] bool knows_features(const Surroundings& around,
                                  const std::vector<const ir::RuleSet*>& rule_sets, int* exit);

}  // namespace pac::cli
