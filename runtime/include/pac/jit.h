/* pac: native code for rule sets. The library pac_jit (find_package(pac COMPONENTS jit), link
 * pac::jit) carries LLVM; without it everything in pac/pac.h works, by the interpreter.
 *
 * State: unstable until 1.0. */
#ifndef PAC_JIT_H
#define PAC_JIT_H

#include "pac/pac.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Rule sets that this engine loads afterwards get native code: the object of their bundle where a
 * trusted signature covers one for this kind of machine, else compiled when they are loaded, which
 * takes from milliseconds to seconds. What can't be compiled is interpreted
 * (pac_rule_set_is_native). PAC_MISUSED: engine is NULL. Not while another thread uses the
 * engine. */
PAC_EXPORT pac_answer pac_engine_use_jit(pac_engine* engine);

typedef struct pac_jit_options {
  size_t size_bytes;
  /* Not 0: loading does not wait. The rule set decides at once, by the interpreter, and native code
   * takes over when it is compiled (pac_rule_set_native_state): no decision waits for it, and
   * answers are the same before and after. */
  uint32_t in_background;
  /* Not 0: compiled objects are kept in a folder, and used again where the same rules are loaded on
   * a machine of this kind. */
  uint32_t uses_cache;
  /* The folder, which must belong to this user alone; data NULL: that of PAC_CACHE, else `pac` in
   * XDG_CACHE_HOME or ~/.cache. */
  pac_view cache_folder;
  uint64_t cache_max_bytes; /* of the folder; the objects used longest ago go. 0: 512 MiB */
} pac_jit_options;

/* The same, as the options say; NULL: as above. PAC_FAILED: the folder can't be trusted or written,
 * which *failure (may be NULL) tells; the engine is left as it was. */
PAC_EXPORT pac_answer pac_engine_use_jit_with(pac_engine* engine, const pac_jit_options* options,
                                              pac_failure* failure);

#ifdef __cplusplus
}
#endif
#endif
