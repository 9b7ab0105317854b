#include "cli/commands.h"

namespace pac::cli {

std::span<const Command> commands() {
  static const Command kAll[] = {kNew,     kCheck, kFmt,     kTest, kRun, kDiff,
                                 kExplain, kBuild, kInspect, kGen,  kKey, kDoc};
  return kAll;
}

}  // namespace pac::cli
