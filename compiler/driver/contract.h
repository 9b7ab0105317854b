// Contract: whether a caller that was written against an old version of a package can call the new
// one as it is. Inputs may take more and outputs yield less; everything else is a breach, a
// diagnostic of the new version with its place in both. What is decided is another question (diff).
// One thread.
#pragma once

#include "compiler/driver/compile.h"

namespace pac::driver {

// The old version: from sources, or the rules of a bundle whose sources no longer compile.
struct OldVersion {
  const ir::RuleSet* rules = nullptr;
  const Compilation* sources = nullptr;  // null: there are no places in it
};

struct ContractSummary {
  size_t decisions = 0;  // of the old version that callers may call
  size_t breaches = 0;
};

// `after` has no errors. Adds to its emitter, and the files of the old version to its sources;
// sorts the emitter.
ContractSummary check_contract(const OldVersion& before, Compilation* after);

}  // namespace pac::driver
