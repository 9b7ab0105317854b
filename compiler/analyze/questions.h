// The questions that are asked of a decision, each in a file of its name. They add what they find
// to the inquiry's report. One thread.
#pragma once

#include "compiler/analyze/inquiry.h"

namespace pac::analyze {

void find_gaps(Inquiry& inquiry);
void find_unreached(Inquiry& inquiry);
void find_clashes(Inquiry& inquiry);

}  // namespace pac::analyze
