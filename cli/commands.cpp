#include "cli/commands.h"

namespace pac::cli {

std::span<const Command> commands() {
  static const Command kAll[] = {kCheck, kRun, kTest, kBuild, kExplain, kFmt, kInspect, kKey};
  return kAll;
}

}  // namespace pac::cli
