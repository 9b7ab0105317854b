// The loan rules by hand in C++, over the same records and with the same answer in pac_result as
// native code: the limit to compare with.
#pragma once

#include "runtime/abi.h"

namespace pac::bench {

// The input record of examples/loan as runtime/ir/layout.h lays it out; a test of the benchmark
// holds the offsets against it.
struct LoanInput {
  int64_t credit_score;
  int64_t amount;  // cents
};

struct LoanOutput {
  uint8_t eligible;
  pac_text reason;
};

uint32_t decide_loan_by_hand(const void* input, void* output, pac_result* result,
                             pac_scratch* scratch);

}  // namespace pac::bench
