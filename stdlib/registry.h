// The standard library's functions: one entry each, used by the checker (types), both engines
// (code), `pac doc` (words) and the tests. The table is constant; any thread may read it.
//
// Calling convention (pac_std_fn in runtime/abi.h): the operands of ir::Op::call_std are the
// expanded arguments in order, one pac_value each:
//   boolean, integer, date, datetime, duration   number
//   decimal                                      number, then its scale as a number
//   text                                         text
//   date_list (a set<date>)                      list: int32 days, 4 bytes each, ascending
//   option                                       number: a constant, the index in `options`
//   digits                                       number: a constant 0..38, the result's scale
//   zone                                         number: a constant, the index in RuleSet::zones
//
// A function that can't answer returns a pac_error, which stands in `errors`, and leaves `out`
// alone. All functions are pure: what they answer depends on nothing but the arguments and the
// zone's table. A released function never changes what it answers: a better one gets a new version,
// and both stay.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/abi.h"

namespace pac::stdlib {

enum class Kind : uint8_t {
  boolean,
  integer,
  decimal,
  text,
  date,
  datetime,
  duration,
  option,
  digits,
  zone,
  date_list
};

// Units of measure (`unit EUR`). `plain`: the argument or result has none. `shared`: all shared
// parameters of one call have the same unit, or none, and a shared result has it too.
enum class Unit : uint8_t { plain, shared };

struct Parameter {
  const char* name;
  Kind kind;
  std::span<const char* const> options = {};  // Kind::option
  const char* default_value = nullptr;  // an option's name, digits, or "[]"; null: must be given
  Unit unit = Unit::plain;
};

// The scale of a decimal result: the `digits` argument, the first decimal argument's scale, fixed,
// or the largest scale among the decimal arguments.
enum class ResultScale : uint8_t {
  none,
  from_digits,
  from_first_decimal,
  fixed,
  from_widest_decimal
};

struct Function {
  const char* module;  // "dates": `use std.dates`
  const char* name;
  uint32_t version;
  std::span<const Parameter> parameters;
  Kind result;
  ResultScale scale;
  int fixed_scale;
  std::span<const pac_error> errors;
  const char* symbol;   // the extern "C" name, for native code
  pac_std_fn function;  // the same code, for the interpreter
  const char* summary;  // one sentence
  const char* example;  // "whole_years(2000-02-29, 2026-02-28) is 26", checked by a test
  Unit result_unit = Unit::plain;
};

std::span<const Function> functions();
// The newest version of a function, or null.
const Function* find(std::string_view name);
const Function* find(std::string_view name, uint32_t version);

}  // namespace pac::stdlib
