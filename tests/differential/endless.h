// Rounds of the differential tester with one seed after another, until two engines disagree. One
// thread.
#pragma once

#include <string>

#include "runtime/base/result.h"
#include "tests/differential/tester.h"

namespace pac::differential {

// Each round runs `plan` with the next seed and says on stderr how far it is. At the first
// disagreement, or rule set that could not be run, it stops, writes what it found to `folder` and
// gives true: disagreement.txt (all of it, for people), input.txt and ir.json, made as small as
// they could be; or refused.txt. False after `rounds_max` rounds; 0: they have no end.
[[nodiscard]] Result<bool> run_endless(Plan plan, const std::string& folder,
                                       uint64_t rounds_max = 0);

}  // namespace pac::differential
