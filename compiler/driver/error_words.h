// What the errors that a decision can end in are called before they occur, and what helps; and
// whether an input ends in one of them at a certain place. Any thread, with a session of its own.
#pragma once

#include <string>

#include "compiler/analyze/analysis.h"
#include "runtime/engine/session.h"

namespace pac::driver {

// "division by zero"
const char* words_of(pac_error error);
const char* help_for(pac_error error);

enum class Shown : uint8_t { no, another_error, yes };

// Whether the session's prepared input ends in the error of a may_error finding, in one of its
// rules, where its expression is evaluated.
Shown shows_error(engine::Session& session, const analyze::Finding& finding);

}  // namespace pac::driver
