#include "cli/commands.h"

namespace pac::cli {

std::span<const Command> commands() {
  static const Command kAll[] = {kCheck, kRun, kTest, kInspect};
  return kAll;
}

}  // namespace pac::cli
