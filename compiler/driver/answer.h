// One input of one decision as tests and witnesses hold it, and the answer to it as `pac run`
// writes it. The Session that is asked belongs to its thread.
#pragma once

#include <string>

#include "runtime/base/result.h"
#include "runtime/engine/session.h"

namespace pac::driver {

struct Question {
  ir::DecisionId decision = ir::DecisionId::none;
  std::string input = "{}";
  std::string context = "{}";
  std::string features = "{}";
  std::string as_of;  // a date; empty: not given
  std::string now;    // an instant; empty: not given
};

// A decision or a refusal. Fails where features, date or instant have no form at all.
[[nodiscard]] Result<std::string> answer_to(engine::Session& session, const Question& question);

}  // namespace pac::driver
