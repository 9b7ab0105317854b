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

#ifdef __cplusplus
}
#endif
#endif
