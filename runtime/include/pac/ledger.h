/* pac: decisions that are recorded before they are answered. The library pac_recorder
 * (find_package(pac COMPONENTS recorder), link pac::recorder); without it everything in pac/pac.h
 * works, and nothing is recorded.
 *
 *   pac_recorder_open(&options, &recorder, &failure);          once; the ledger is its alone
 *   pac_recorder_activate(recorder, rules, bytes, size, &policy, &failure);
 *   pac_recording_new(policy, decision, &recording);           one for each thread
 *   pac_input_bind_json(input, decision, json, json_size);
 *   pac_recording_decide(recording, input, &context, &request, &recorded, &failure);
 *
 * Any number of threads record at once and share batches: a call returns when its entry is durable
 * and signed. Whatever it answers but PAC_DONE and PAC_REFUSED, the caller must not be answered.
 *
 * Threads: a pac_recorder and a pac_policy are of any; a pac_recording belongs to one at a time,
 * with its pac_input. Memory as in pac/pac.h. Freed in the opposite order of making.
 *
 * State: unstable until 1.0. */
#ifndef PAC_LEDGER_H
#define PAC_LEDGER_H

#include "pac/pac.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pac_recorder pac_recorder;
typedef struct pac_policy pac_policy;
typedef struct pac_recording pac_recording;

/* When a call returns: its entry is durable in the folder, in a store in PostgreSQL too, or on a
 * synchronous standby of that. */
typedef enum pac_ack_level { PAC_ACK_SPOOL = 0, PAC_ACK_PG = 1, PAC_ACK_PG_SYNC = 2 } pac_ack_level;

/* What whoever runs the service must hear of while it records with a store: the store had lost
 * entries (PAC6307), the audit wall can't be shipped to (PAC63xx) or can again (an empty code).
 * From a thread that records; it must not call back. */
typedef void (*pac_alarm)(void* data, const char* code, const char* message);

typedef struct pac_recorder_options {
  size_t size_bytes;
  pac_view folder;            /* of the ledger: pac ledger init */
  pac_view key_path;          /* its signing key; data NULL: signing.key in the folder */
  pac_view version;           /* of the calling program, for the entries; may be NULL */
  uint32_t accepts_clock;     /* records although the clock is far off (PAC6214) */
  uint32_t refuses_when_full; /* PAC6213 instead of waiting when too much waits */
  uint32_t ack_level;         /* pac_ack_level */
  pac_view store;             /* of PAC_ACK_PG and beyond: postgres://USER@HOST/DATABASE */
  pac_view also_key_path;     /* of the further line's key; data NULL: second.key, if it is there */
  pac_view audit;             /* of the same levels: a store in other hands; data NULL: none */
  uint32_t bounds_audit;      /* whether audit_behind counts; else any number */
  uint64_t audit_behind;      /* records that it may lack while it can't be reached, or PAC6314 */
  pac_alarm alarm;            /* may be NULL */
  void* alarm_data;
} pac_recorder_options;

/* PAC_FAILED: PAC6202 another process has it, PAC6209 no ledger, PAC6210 another key,
 * PAC6505 the ledger asks for witnesses and too few answer, and those of files; with a store also
 * PAC63xx. Reads the keys of requests that the ledger has. PAC_MISUSED for a level that is none. */
PAC_EXPORT pac_answer pac_recorder_open(const pac_recorder_options* options, pac_recorder** out,
                                        pac_failure* failure);
PAC_EXPORT void pac_recorder_free(pac_recorder* recorder);

/* Records that the rule set decides from now on; `bundle` are the bytes that it was loaded from,
 * which are stored first. PAC_FAILED: PAC4225 where it was loaded from others. */
PAC_EXPORT pac_answer pac_recorder_activate(pac_recorder* recorder, const pac_rule_set* rules,
                                            const char* bundle, size_t size, pac_policy** out,
                                            pac_failure* failure);
PAC_EXPORT void pac_policy_free(pac_policy* policy);

/* PAC_MISUSED for a number that is no decision's. */
PAC_EXPORT pac_answer pac_recording_new(const pac_policy* policy, uint32_t decision,
                                        pac_recording** out);
PAC_EXPORT void pac_recording_free(pac_recording* recording);

typedef struct pac_request {
  size_t size_bytes;
  pac_view caller, tenant; /* data NULL: those of the context */
  pac_view key;            /* names the request, for retries; size 0: none */
} pac_request;

typedef enum pac_record_kind {
  PAC_RECORDED = 0,
  PAC_REPEATED = 1,    /* recorded before under this key: `answer` is what counts */
  PAC_KEY_CONFLICT = 2 /* with PAC_FAILED, PAC6402: the key was used for another request */
} pac_record_kind;

typedef struct pac_recorded {
  size_t size_bytes;
  uint32_t kind; /* pac_record_kind */
  uint32_t stream;
  uint64_t index;      /* of the entry: <stream>/<index> is its name */
  pac_view checkpoint; /* signed, with the entry in it; of PAC_RECORDED */
  pac_view answer;     /* canonical JSON of the recorded answer; of PAC_REPEATED */
} pac_recorded;

/* Decides the input that is bound, or was refused, and records it. PAC_DONE: pac_decision_status
 * and the others tell the answer, unless `recorded` says that it was repeated. PAC_REFUSED: the
 * refusal is recorded. PAC_FAILED: PAC6205, PAC6503 and PAC6505 mean that the outcome is unknown:
 * ask again with the same key; PAC6402 that the key is another request's, whose entry `recorded`
 * names; PAC6105 that the recorded answer was changed; PAC63xx that the entry is recorded in the
 * folder, and not known to be where ack_level wants it: ask again with the same key. PAC_MISUSED,
 * and nothing is decided, also for a request with a key where `recorded` is NULL or ends before
 * `answer`: the caller could not know what counts. The texts in *recorded hold until the next
 * call. */
PAC_EXPORT pac_answer pac_recording_decide(pac_recording* recording, pac_input* input,
                                           const pac_context* context, const pac_request* request,
                                           pac_recorded* recorded, pac_failure* failure);

/* What only the process that has the ledger can do; any thread, while others decide. PAC63xx as
 * above: it is done in the folder. */

typedef struct pac_erasure {
  size_t size_bytes;
  pac_view tenant; /* data NULL: the person of no tenant */
  pac_view person; /* the identifier, as inputs have it */
  pac_view reason; /* stands in the ledger for everybody to read */
  pac_view by;     /* who says so; data NULL: not said */
} pac_erasure;

/* Forgets a person: personal data until now is not opened any more here, and nowhere once the epoch
 * has ended (docs/ledger.md). `recorded`, if given, gets the place of the entry. PAC_FAILED:
 * PAC6604 the ledger has no personal data of that person; who was erased is not known any more.
 * PAC_MISUSED without a person or a reason. */
PAC_EXPORT pac_answer pac_recorder_erase(pac_recorder* recorder, const pac_erasure* erasure,
                                         pac_recorded* recorded, pac_failure* failure);
/* Ends the epoch now, so that no copy of older keys opens what was erased in it. */
PAC_EXPORT pac_answer pac_recorder_end_epoch(pac_recorder* recorder, pac_recorded* recorded,
                                             pac_failure* failure);
/* The key in the file signs from now on in the place of the one that did: an entry names it, both
 * sign, an entry ends that. PAC_FAILED: PAC6218 where it can't be taken. PAC_MISUSED without a
 * file or a reason. */
PAC_EXPORT pac_answer pac_recorder_rotate(pac_recorder* recorder, pac_view key_path,
                                          pac_view reason, pac_failure* failure);

#ifdef __cplusplus
}
#endif
#endif
