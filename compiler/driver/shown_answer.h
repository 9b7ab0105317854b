// The answer of a decision as `pac run` writes it, for an explanation: values that Privacy hides
// stand there as "[not shown]". One explanation, one thread.
#pragma once

#include <string>

#include "compiler/driver/privacy.h"
#include "runtime/engine/session.h"

namespace pac::driver {

inline constexpr const char* kNotShown = "[not shown]";

// After Session::decide or Session::explain.
std::string shown_answer(const engine::Session& session, Privacy& privacy);

}  // namespace pac::driver
