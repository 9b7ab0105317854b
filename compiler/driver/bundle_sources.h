// The sources that a bundle carries, compiled again, for words and places that its rules don't
// hold. Any thread.
#pragma once

#include <memory>

#include "compiler/driver/compile.h"
#include "runtime/engine/bundle.h"

namespace pac::driver {

// Null where they no longer compile to the bundle's rules (an older pac wrote it).
[[nodiscard]] std::unique_ptr<Compilation> compile_sources_of(const engine::Bundle& bundle);

}  // namespace pac::driver
