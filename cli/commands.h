// The subcommands, one file each.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "cli/command.h"

namespace pac::cli {

extern const Command kBuild;
extern const Command kCheck;
extern const Command kCi;
extern const Command kCompletion;
extern const Command kNew;
extern const Command kDiff;
extern const Command kDoc;
extern const Command kReplay;
extern const Command kRun;
extern const Command kTest;
extern const Command kExplain;
extern const Command kFix;
extern const Command kFmt;
extern const Command kGen;
extern const Command kHelp;
extern const Command kInspect;
extern const Command kKey;
extern const Command kLedger;
extern const Command kMan;
extern const Command kVersion;

// Null where there is none of that name.
const Command* find_command(std::string_view name);
// Says so, with the nearest name.
int unknown_command(const std::string& name);
void print_overview(std::FILE* out);
// `words` are those that stand before `--help`: what `pac ledger` is to do has help of its own.
void print_help(const Command& command, const std::vector<std::string>& words = {});

}  // namespace pac::cli
