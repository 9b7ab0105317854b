#include "bench/handwritten_loan.h"

namespace pac::bench {

uint32_t decide_loan_by_hand(const void* input, void* output, pac_result* result, pac_scratch*) {
  static const char kApproved[] = "Approved by DSL: High score, low amount";
  static const char kDenied[] = "Default deny";
  const auto* in = static_cast<const LoanInput*>(input);
  auto* out = static_cast<LoanOutput*>(output);
  const bool eligible = in->credit_score >= 700 && in->amount <= 1'000'000;
  out->eligible = eligible ? 1 : 0;
  out->reason.data = eligible ? kApproved : kDenied;
  out->reason.size = eligible ? sizeof kApproved - 1 : sizeof kDenied - 1;
  out->reason.id = 0;
  result->status = PAC_OK;
  result->error = PAC_E_NONE;
  result->error_rule = PAC_NO_RULE;
  result->error_other = PAC_NO_RULE;
  result->error_depth = 0;
  result->fired_count = 1;
  result->duty_count = 0;
  result->fired[0] = eligible ? 0 : 1;
  return PAC_OK;
}

}  // namespace pac::bench
