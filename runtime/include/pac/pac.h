/* pac: decide by a compiled rule set from C, and from any language that can call C.
 *
 *   pac_failure failure = {sizeof failure};
 *   pac_engine_new(NULL, &engine);
 *   pac_rule_set_load_bundle_file(engine, "loan.pacb", 9, NULL, &rules, &failure);
 *   pac_input_new(rules, &input);
 *   uint32_t decision = pac_rule_set_find_decision(rules, "risk", 4);
 *   if (pac_input_bind_json(input, decision, json, json_size) == PAC_DONE)
 *     pac_input_decide(input, NULL);
 *   pac_decision_write(input, buffer, sizeof buffer, &written);
 *
 * Memory: what a function named ..._new or ..._load_... hands out belongs to the caller, who gives
 * it to the ..._free of its type once (NULL is fine). Texts passed in are borrowed for the call,
 * unless said otherwise. Texts handed out are borrowed by the caller: from a pac_input until its
 * next bind, begin, decide or free, from a pac_rule_set until its free. Texts are UTF-8, pointer
 * and length, and not terminated.
 *
 * Threads: engines and rule sets may be used by any number at once. A pac_input belongs to one
 * thread at a time; make one per thread and use it again and again: after pac_input_new nothing
 * here allocates, locks or reads a clock of its own. Nothing throws.
 *
 * Options: set size_bytes to the sizeof of the struct that you compiled with; members that an older
 * caller does not have take their defaults, which are what zero bytes mean.
 *
 * State: unstable until 1.0. pac/engine.hpp wraps this header for C++. */
#ifndef PAC_PAC_H
#define PAC_PAC_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define PAC_EXPORT __attribute__((visibility("default")))
#else
#define PAC_EXPORT
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define PAC_API_VERSION 1u
#define PAC_NOT_FOUND 0xffffffffu /* instead of the number of a decision or a path */

typedef struct pac_engine pac_engine;
typedef struct pac_rule_set pac_rule_set;
typedef struct pac_input pac_input;

typedef struct pac_view { /* a borrowed text */
  const char* data;
  size_t size;
} pac_view;

typedef enum pac_answer {
  PAC_DONE = 0,
  PAC_REFUSED = 1,  /* the input: pac_refusal_at says why */
  PAC_FAILED = 2,   /* loading: the pac_failure says why */
  PAC_MISUSED = 3,  /* calls in the wrong order, NULL, a number out of range */
  PAC_TOO_SMALL = 4 /* a buffer; the size needed is told */
} pac_answer;

typedef enum pac_decided {
  PAC_DECIDED_OK = 0,
  PAC_DECIDED_NO_MATCH = 1, /* of a partial decision: treat as deny */
  PAC_DECIDED_ERROR = 2,    /* treat as deny */
  PAC_NOT_DECIDED = 3
} pac_decided;

typedef struct pac_failure {
  size_t size_bytes;
  char code[16];      /* "PAC4101", terminated */
  char message[1000]; /* terminated, cut where longer */
} pac_failure;

/* The version of this interface that the library implements. */
PAC_EXPORT uint32_t pac_api_version(void);

/* ---- Engine
 * ------------------------------------------------------------------------------------------ */

typedef struct pac_engine_options {
  size_t size_bytes;
  size_t max_input_bytes;       /* longest JSON text; 0: 1 MiB */
  size_t input_memory_bytes;    /* of a pac_input, for what it binds; 0: 16 MiB */
  size_t scratch_bytes;         /* of a pac_input, for texts and lists of a decision; 0: 4 MiB */
  uint32_t max_refusals;        /* 0 and 1: stop at the first; more: collect so many */
  uint32_t reserved;            /* 0 */
  int64_t (*clock)(void* data); /* microseconds since 1970 where no `now` is given; NULL: none is */
  void* clock_data;             /* borrowed for the life of the engine's inputs */
} pac_engine_options;

/* `options` may be NULL. *out belongs to the caller. */
PAC_EXPORT pac_answer pac_engine_new(const pac_engine_options* options, pac_engine** out);
/* Rule sets and inputs made with it stay usable. */
PAC_EXPORT void pac_engine_free(pac_engine* engine);

/* ---- Rule set
 * ---------------------------------------------------------------------------------------- */

/* From the text of ir.json. *out belongs to the caller; *failure (may be NULL) is filled on
 * PAC_FAILED. */
PAC_EXPORT pac_answer pac_rule_set_load_ir(const pac_engine* engine, const char* text, size_t size,
                                           pac_rule_set** out, pac_failure* failure);

/* How a bundle (.pacb, what `pac build` writes) is read. All digests in it are always checked. */
typedef struct pac_bundle_options {
  size_t size_bytes;
  pac_view trust_path;         /* a trust file (`pac key trust`); data NULL: not given */
  pac_view trust;              /* or its text; data NULL: not given, and nobody is trusted */
  size_t max_bytes;            /* longest bundle that is read; 0: 512 MiB */
  uint32_t requires_signature; /* not 0: refuse it (PAC4226) unless a trusted key signed it */
  uint32_t reserved;           /* 0 */
} pac_bundle_options;

/* From a bundle in memory, which is copied, or from a file. `options` may be NULL. Native objects
 * in a bundle count only where a trusted signature covers them and pac_engine_use_jit (pac/jit.h)
 * was called; else they are passed over, and the rules are compiled by it or interpreted without
 * it. */
PAC_EXPORT pac_answer pac_rule_set_load_bundle(const pac_engine* engine, const void* bytes,
                                               size_t size, const pac_bundle_options* options,
                                               pac_rule_set** out, pac_failure* failure);
PAC_EXPORT pac_answer pac_rule_set_load_bundle_file(const pac_engine* engine, const char* path,
                                                    size_t size, const pac_bundle_options* options,
                                                    pac_rule_set** out, pac_failure* failure);
/* Of the bundle, 64 hexadecimal digits; empty for a rule set from ir.json. Borrowed, as below. */
PAC_EXPORT pac_view pac_rule_set_bundle_digest(const pac_rule_set* rules);
/* The name that the trust file has for the key which signed the bundle; empty: nobody trusted did.
 */
PAC_EXPORT pac_view pac_rule_set_signer(const pac_rule_set* rules);
/* Not 0: native code decides; 0: the interpreter, to the same answers. */
PAC_EXPORT int pac_rule_set_is_native(const pac_rule_set* rules);
/* How far native code is: asked for through pac/jit.h, and if so wanted in the background. Whatever
 * it says, the rule set decides, and answers are the same before and after. */
typedef enum pac_native_state {
  PAC_NATIVE_NONE = 0,      /* none was asked for: the interpreter decides */
  PAC_NATIVE_COMPILING = 1, /* on a thread of its own; the interpreter decides meanwhile */
  PAC_NATIVE_READY = 2,
  PAC_NATIVE_FAILED = 3 /* the interpreter goes on deciding */
} pac_native_state;
/* *failure (may be NULL) is filled on PAC_NATIVE_FAILED. */
PAC_EXPORT pac_native_state pac_rule_set_native_state(const pac_rule_set* rules,
                                                      pac_failure* failure);
/* The same, once it is no longer compiling. */
PAC_EXPORT pac_native_state pac_rule_set_wait_native(const pac_rule_set* rules,
                                                     pac_failure* failure);
/* Inputs made from it stay usable. Waits for a compilation that has begun. */
PAC_EXPORT void pac_rule_set_free(pac_rule_set* rules);

PAC_EXPORT uint32_t pac_rule_set_decision_count(const pac_rule_set* rules);
/* "pkg.name", borrowed from the rule set; empty where there is no such decision. */
PAC_EXPORT pac_view pac_rule_set_decision_name(const pac_rule_set* rules, uint32_t decision);
/* By "name" or "pkg.name"; PAC_NOT_FOUND, also for a private decision: it is not for callers. */
PAC_EXPORT uint32_t pac_rule_set_find_decision(const pac_rule_set* rules, const char* name,
                                               size_t size);
/* The digest of the decision's function, for generated code: 64 hexadecimal digits and a
 * terminator. It is computed at each call: ask once, after loading. PAC_MISUSED, PAC_FAILED where
 * there is no memory; *out is then empty. */
PAC_EXPORT pac_answer pac_rule_set_decision_digest(const pac_rule_set* rules, uint32_t decision,
                                                   char (*out)[65]);
/* A field of the decision's inputs, "applicant.age", for the setters: look it up once.
 * PAC_NOT_FOUND. */
PAC_EXPORT uint32_t pac_rule_set_find_path(const pac_rule_set* rules, uint32_t decision,
                                           const char* path, size_t size);

/* ---- Input
 * ------------------------------------------------------------------------------------------- */

/* *out belongs to the caller. Takes all the memory that it will ever need. */
PAC_EXPORT pac_answer pac_input_new(const pac_rule_set* rules, pac_input** out);
PAC_EXPORT void pac_input_free(pac_input* input);

/* A JSON object of the inputs. The text is copied. */
PAC_EXPORT pac_answer pac_input_bind_json(pac_input* input, uint32_t decision, const char* text,
                                          size_t size);
/* A struct as `pac gen` writes it. It is copied; texts and lists that it points to are borrowed
 * until the next bind, begin or free. */
PAC_EXPORT pac_answer pac_input_bind_struct(pac_input* input, uint32_t decision, const void* record,
                                            size_t size);

/* Or field by field: begin, setters, finish. `path` comes from pac_rule_set_find_path for the same
 * decision. A setter that refuses says so at once, and finish will refuse. Texts are copied. */
PAC_EXPORT pac_answer pac_input_begin(pac_input* input, uint32_t decision);
PAC_EXPORT pac_answer pac_input_set_bool(pac_input* input, uint32_t path, int value);
PAC_EXPORT pac_answer pac_input_set_int(pac_input* input, uint32_t path, int64_t value);
/* Units of the field's last digit: 12.50 of a decimal(2) is 1250. `high` and `low` are the halves
 * of a 128-bit two's complement number; for what fits in 64 bits `high` is value < 0 ? -1 : 0. */
PAC_EXPORT pac_answer pac_input_set_decimal(pac_input* input, uint32_t path, int64_t high,
                                            uint64_t low);
PAC_EXPORT pac_answer pac_input_set_text(pac_input* input, uint32_t path, const char* text,
                                         size_t size);
PAC_EXPORT pac_answer pac_input_set_enum(pac_input* input, uint32_t path, const char* wire,
                                         size_t size);
PAC_EXPORT pac_answer pac_input_set_date(pac_input* input, uint32_t path, int32_t days_since_1970);
PAC_EXPORT pac_answer pac_input_set_datetime(pac_input* input, uint32_t path,
                                             int64_t us_since_1970);
PAC_EXPORT pac_answer pac_input_set_duration(pac_input* input, uint32_t path, int64_t us);
PAC_EXPORT pac_answer pac_input_set_missing(pac_input* input, uint32_t path);
/* Any type, in the words of a JSON string or CSV cell: "12.50", "true", "2026-03-01". */
PAC_EXPORT pac_answer pac_input_set_parsed(pac_input* input, uint32_t path, const char* text,
                                           size_t size);
/* Any type, records and lists too, as JSON. */
PAC_EXPORT pac_answer pac_input_set_json(pac_input* input, uint32_t path, const char* json,
                                         size_t size);
/* Lists and sets: present and empty; one item more, as JSON or as set_parsed takes it. */
PAC_EXPORT pac_answer pac_input_set_empty(pac_input* input, uint32_t path);
PAC_EXPORT pac_answer pac_input_append_json(pac_input* input, uint32_t path, const char* json,
                                            size_t size);
PAC_EXPORT pac_answer pac_input_append_parsed(pac_input* input, uint32_t path, const char* text,
                                              size_t size);
PAC_EXPORT pac_answer pac_input_finish(pac_input* input);

/* ---- Decide
 * ------------------------------------------------------------------------------------------ */

typedef struct pac_feature_value {
  pac_view json;          /* borrowed from the callback until its next call */
  int64_t observed_at_us; /* with has_time; without, the value counts as observed now */
  uint32_t has_time;
  uint32_t reserved; /* 0 */
} pac_feature_value;

/* Finds the newest value of a feature for a key, observed at or before now_us. Not 0: found. Called
 * on the thread that decides; both texts are borrowed for the call. */
typedef int (*pac_feature_fn)(void* data, pac_view feature, pac_view key, int64_t now_us,
                              pac_feature_value* out);

typedef struct pac_context {
  size_t size_bytes;
  uint32_t has_now, has_as_of; /* 0 or 1 */
  int64_t now_us;              /* microseconds since 1970; not given: the engine's clock is asked */
  int32_t as_of_days;          /* since 1970; not given: the date of `now` in the decision's zone */
  uint32_t reserved;           /* 0 */
  pac_view caller, tenant, protection; /* data NULL: not given */
  pac_view json;           /* an object of the same names, which win; data NULL: not given */
  pac_feature_fn features; /* NULL: no feature is known */
  void* feature_data;      /* borrowed for the call */
} pac_context;

/* Context, features and assumes, then the decision. After a bind or finish that was done; again
 * with another context as often as you like. `context` may be NULL. PAC_DONE: decided, whatever the
 * decision says. */
PAC_EXPORT pac_answer pac_input_decide(pac_input* input, const pac_context* context);

PAC_EXPORT pac_decided pac_decision_status(const pac_input* input);
/* "PAC5004" where the status is an error, else empty. */
PAC_EXPORT pac_view pac_decision_error(const pac_input* input);
/* The names of the rules that fired. */
PAC_EXPORT uint32_t pac_decision_fired_count(const pac_input* input);
PAC_EXPORT pac_view pac_decision_fired(const pac_input* input, uint32_t i);
/* The output record as layout.h lays it out, for generated code; NULL where the status is not OK.
 * Borrowed. */
PAC_EXPORT const void* pac_decision_output(const pac_input* input, size_t* size);
/* One JSON object: the decision, or the first refusal. *written is its size, also where it is
 * PAC_TOO_SMALL; not terminated. */
PAC_EXPORT pac_answer pac_decision_write(const pac_input* input, char* buffer, size_t capacity,
                                         size_t* written);

/* ---- Batch: many inputs of one decision in columns, and their outcomes in columns
 * ------------------------------------------------------------------------------------------- */

typedef struct pac_batch pac_batch;

typedef enum pac_column_type {
  PAC_COLUMN_BOOL = 0,   /* bool: uint8_t, 0 or 1 */
  PAC_COLUMN_INT32 = 1,  /* date: int32_t, days since 1970 */
  PAC_COLUMN_UINT32 = 2, /* enum, effect: uint32_t, the number of the value as declared, from 0 */
  PAC_COLUMN_INT64 = 3,  /* int; decimal in units of its last digit; datetime, duration: in us */
  PAC_COLUMN_INT128 = 4, /* decimal: 16 bytes, the lowest first, two's complement */
  PAC_COLUMN_TEXT = 5    /* string; any other field in the words of JSON strings, as set_parsed */
} pac_column_type;

typedef struct pac_column {
  size_t size_bytes;
  uint32_t type;           /* pac_column_type */
  uint32_t reserved;       /* 0 */
  const void* values;      /* one a row; of texts the bytes, one text behind the other */
  const uint64_t* offsets; /* of texts: rows + 1, where each begins and the last ends; else NULL */
  const uint8_t* present;  /* one a row, 0: the value is missing; NULL: all are there */
} pac_column;

/* *out belongs to the caller, who ends it with pac_batch_free. It belongs to one thread at a time,
 * as a pac_input does: make one a thread, use it again and again. It allocates where more rows come
 * than ever before, and where the texts of an output are longer; never for a row. */
PAC_EXPORT pac_answer pac_batch_new(const pac_rule_set* rules, uint32_t decision, pac_batch** out);
PAC_EXPORT void pac_batch_free(pac_batch* batch);

/* A column for a field of the inputs (`path` from pac_rule_set_find_path). Its memory is borrowed
 * until the rows were decided; the column stays until it is given again. Decimals are taken in 64
 * or 128 bits. Lists, sets and what lies in a record that may be missing have no columns.
 * PAC_MISUSED: pac_batch_fault says why. */
PAC_EXPORT pac_answer pac_batch_set_column(pac_batch* batch, uint32_t path,
                                           const pac_column* column);
/* Decides so many rows, each as pac_input_decide would: a row that is refused refuses no other. The
 * context (may be NULL) is that of all of them. PAC_DONE, whatever the rows say; PAC_MISUSED where
 * a field that each input needs has no column; PAC_FAILED where there is no memory. */
PAC_EXPORT pac_answer pac_batch_decide(pac_batch* batch, size_t rows, const pac_context* context);
/* In words, where the call before was misused; else empty. */
PAC_EXPORT pac_view pac_batch_fault(const pac_batch* batch);

typedef struct pac_outcomes {
  size_t size_bytes;
  size_t rows;
  const uint8_t* status; /* pac_decided; PAC_NOT_DECIDED: the row was refused */
  const uint32_t* fired; /* the first rule that fired, or PAC_NOT_FOUND */
  const uint32_t* codes; /* of an error or refusal: 5004 is PAC5004; else 0 */
} pac_outcomes;

/* Of the rows decided last. Borrowed until the next decide or free, as all columns below. Why a row
 * was refused a pac_input says, to which the row is given by itself. */
PAC_EXPORT pac_answer pac_batch_outcomes(const pac_batch* batch, pac_outcomes* out);
/* The name of a rule by its number. */
PAC_EXPORT pac_view pac_batch_rule_name(const pac_batch* batch, uint32_t rule);
/* An output by its path, "monthly" or "terms.rate"; PAC_NOT_FOUND: there is none, or it is a list.
 */
PAC_EXPORT uint32_t pac_batch_find_output(const pac_batch* batch, const char* path, size_t size);
/* Its column: `present` is 0 where the value is missing or the status is not OK. Decimals have 64
 * bits where their declared range fits, else 128. */
PAC_EXPORT pac_answer pac_batch_output(const pac_batch* batch, uint32_t output, pac_column* out);
/* What a number in the column of an enum or effect stands for. */
PAC_EXPORT pac_view pac_batch_output_name(const pac_batch* batch, uint32_t output, uint32_t value);

/* ---- Refusals
 * ---------------------------------------------------------------------------------------- */

typedef struct pac_refusal {
  size_t size_bytes;
  pac_view code;    /* "PAC5111" */
  pac_view path;    /* "applicant.monthly[3].amount" */
  pac_view message; /* "credit_score is 900, allowed is 300 .. 850" */
  uint32_t assume;  /* which `assume` does not hold, or PAC_NOT_FOUND */
  uint32_t reserved;
} pac_refusal;

PAC_EXPORT uint32_t pac_refusal_count(const pac_input* input);
/* The views are borrowed from the input. */
PAC_EXPORT pac_answer pac_refusal_at(const pac_input* input, uint32_t i, pac_refusal* out);

#ifdef __cplusplus
}
#endif
#endif
