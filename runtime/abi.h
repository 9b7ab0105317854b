// The decision ABI: plain structs of fixed layout, shared by native code, interpreter, standard
// library and generated stubs. No C++ beyond POD, no third-party type. Little-endian, 64-bit.
//
// A record lies in memory as layout.h computes it. Values by type:
//   boolean u8 · integer i64 · decimal i128, or i64 where its declared domain fits · enumeration,
//   effect u32 date i32 · datetime, duration i64 · string pac_text · list, set pac_list · record
//   inline T? the value, then u8 `present` (the value's bytes are zero where it is missing)
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef __int128 pac_int128;

// UTF-8, not terminated, without U+0000. `id`: the interned id of an input string, 0 where none.
typedef struct pac_text {
  const char* data;
  uint32_t size;
  uint32_t id;
} pac_text;

// `count` elements laid out one after the other at the element type's stride. Sets: sorted, no
// repeats.
typedef struct pac_list {
  const void* data;
  uint32_t count;
  uint32_t reserved;
} pac_list;

// One value outside a record: an argument or result of a standard function. The static type says
// which member holds; bool, int, decimal, enum, date, datetime and duration are `number`.
typedef union pac_value {
  pac_int128 number;
  pac_text text;
  pac_list list;
} pac_value;

enum pac_status { PAC_OK = 0, PAC_NO_MATCH = 1, PAC_ERROR = 2 };

// Errors of a decision: PAC50xx in docs/errors.md. 0 is none.
enum pac_error {
  PAC_E_NONE = 0,
  PAC_E_OVERFLOW = 1,          // PAC5001
  PAC_E_DIVISION_BY_ZERO = 2,  // PAC5002
  PAC_E_DATE_RANGE = 3,        // PAC5003
  PAC_E_OVERLAP = 4,           // PAC5004
  PAC_E_GAP = 5,               // PAC5005
  PAC_E_DOMAIN = 6,            // PAC5006
  PAC_E_FEATURE = 7,           // PAC5007
  PAC_E_PARAM = 8,             // PAC5008
  PAC_E_LIMIT = 9,             // PAC5009: text longer than PAC_MAX_TEXT, scratch memory used up
  PAC_E_NO_SUCH_DAY = 10,      // PAC5010: end_of_month: error
  PAC_E_ARGUMENT = 11,         // PAC5011: an argument outside what a function takes
  PAC_E_MISSING = 12,          // PAC5012: a bundle that reads a missing value unchecked
};

#define PAC_NO_RULE 0xffffffffu
#define PAC_MAX_TEXT 65535u     // bytes of a text that a decision produces
#define PAC_MAX_CALL_DEPTH 32u  // longest chain of calls between decisions; checked when compiled

// A time zone: offsets from UTC in seconds; offsets[i] holds from transitions[i] (UTC seconds) on.
typedef struct pac_zone {
  const int64_t* transitions;
  const int32_t* offsets;
  uint32_t count;
  int32_t first_offset;  // before the first transition
} pac_zone;

// What a decision may use besides its input: a bump region for the texts and lists that it
// produces, and the tables of the rule set's time zones. Never grows; PAC_E_LIMIT when used up. One
// per thread.
typedef struct pac_scratch {
  char* next;
  char* end;
  const pac_zone* zones;  // by index in the rule set
} pac_scratch;

typedef struct pac_duty {
  uint32_t duty;          // index in the rule set
  uint32_t rule;          // the rule that asks for it
  const void* arguments;  // its record, in scratch
} pac_duty;

// What one decision says. The caller supplies `fired` (room for rules + 1) and `duties` (room for
// all uses).
typedef struct pac_result {
  uint32_t status;       // pac_status
  uint32_t error;        // pac_error, with status PAC_ERROR
  uint32_t error_rule;   // rule index at fault in the innermost decision, or PAC_NO_RULE
  uint32_t error_other;  // overlap: the rule that it clashes with, or PAC_NO_RULE
  uint32_t error_depth;  // decisions on error_path, innermost first
  uint32_t error_path[PAC_MAX_CALL_DEPTH];
  uint32_t fired_count;
  uint32_t duty_count;
  uint32_t* fired;  // rule indices; `otherwise` has the index after the last rule
  pac_duty* duties;
} pac_result;

// Native entry of a decision. `input` is its input record (already within its domains; assumes
// checked), `output` its result: the record, or a pac_list under collect_list. Returns
// result->status.
typedef uint32_t (*pac_decide_fn)(const void* input, void* output, pac_result* result,
                                  pac_scratch* scratch);

// A function of the standard library: returns a pac_error.
typedef uint32_t (*pac_std_fn)(const pac_value* arguments, pac_value* out, pac_scratch* scratch);

#ifdef __cplusplus
}
#endif
