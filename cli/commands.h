// The subcommands, one file each.
#pragma once

#include "cli/command.h"

namespace pac::cli {

extern const Command kCheck;
extern const Command kRun;
extern const Command kTest;
extern const Command kInspect;

}  // namespace pac::cli
