#include "cli/commands.h"

namespace pac::cli {

std::span<const Command> commands() {
  static const Command kAll[] = {kNew,    kCheck,   kFix,        kFmt,     kTest, kCi,     kRun,
                                 kDiff,   kExplain, kBuild,      kInspect, kGen,  kKey,    kLedger,
                                 kReplay, kDoc,     kCompletion, kMan,     kHelp, kVersion};
  return kAll;
}

}  // namespace pac::cli
