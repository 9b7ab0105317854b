// What the tables of the registry (entries_*.h) are written with. Not API; include
// stdlib/registry.h.
#pragma once

#include "runtime/abi.h"
#include "stdlib/registry.h"

namespace pac::stdlib {

constexpr Function entry(const char* module, const char* name, const char* symbol,
                         pac_std_fn function, std::span<const Parameter> parameters, Kind result,
                         std::span<const pac_error> errors, const char* summary,
                         const char* example, ResultScale scale = ResultScale::none,
                         Unit result_unit = Unit::plain) {
  return {module, name,   1,        parameters, result,  scale,      0,
          errors, symbol, function, summary,    example, result_unit};
}

// A function's first version has the symbol pac_std_NAME; later ones get pac_std_NAME_2 and so on.
#define PAC_STD_DECLARE(name)                                                    \
  extern "C" uint32_t pac_std_##name(const pac_value* arguments, pac_value* out, \
                                     pac_scratch* scratch)
#define PAC_STD_NAMES(name) #name, "pac_std_" #name, &pac_std_##name

inline constexpr std::span<const pac_error> kNoErrors = {};
inline constexpr pac_error kArgument[] = {PAC_E_ARGUMENT};
inline constexpr pac_error kArgumentOrOverflow[] = {PAC_E_ARGUMENT, PAC_E_OVERFLOW};
inline constexpr pac_error kDateRange[] = {PAC_E_DATE_RANGE};
inline constexpr pac_error kLimit[] = {PAC_E_LIMIT};
inline constexpr pac_error kArgumentOrLimit[] = {PAC_E_ARGUMENT, PAC_E_LIMIT};
inline constexpr pac_error kOverflow[] = {PAC_E_OVERFLOW};

// In the order of pac::Rounding.
inline constexpr const char* kRoundings[] = {"half_up", "half_even", "half_down", "up",
                                             "down",    "ceiling",   "floor"};

}  // namespace pac::stdlib
