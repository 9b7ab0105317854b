// Planted faults: changes of what native code is made of, as a wrong compiler would make them. They
// show that the tester finds what it is there to find. Pure functions.
#pragma once

#include <array>

#include "runtime/ir/model.h"

namespace pac::differential {

enum class Fault : uint8_t {
  le_for_lt,       // `lt` compares as `le`
  sub_for_add,     // of numbers
  domain_dropped,  // outputs are not held against their domains
  rules_swapped,   // the first two rules of `first` change places
  priority_negated,
  constant_off_by_one,
  rescale_by_ten,  // a factor of ten is missing
  rounding_mode,   // half_up for half_even and the other way round
  default_value,   // `default` always gives the second operand
  override_dropped,
};
inline constexpr std::array kAllFaults = {
    Fault::le_for_lt,        Fault::sub_for_add,      Fault::domain_dropped,
    Fault::rules_swapped,    Fault::priority_negated, Fault::constant_off_by_one,
    Fault::rescale_by_ten,   Fault::rounding_mode,    Fault::default_value,
    Fault::override_dropped,
};
const char* name(Fault fault);

// Whether there was anything to change.
bool plant(Fault fault, ir::RuleSet& rules);

}  // namespace pac::differential
