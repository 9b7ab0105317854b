// The subcommands, one file each.
#pragma once

#include "cli/command.h"

namespace pac::cli {

extern const Command kBuild;
extern const Command kCheck;
extern const Command kNew;
extern const Command kDiff;
extern const Command kDoc;
extern const Command kRun;
extern const Command kTest;
extern const Command kExplain;
extern const Command kFmt;
extern const Command kGen;
extern const Command kInspect;
extern const Command kKey;

}  // namespace pac::cli
