// PAC_CHECK states what must hold at the border of a phase. A failure is a bug of ours, never a
// mistake of the author or a fault of the world: it prints the place and ends the process.
#pragma once

#include <cstdio>
#include <cstdlib>

#define PAC_CHECK(condition, what)                                                              \
  do {                                                                                          \
    if (!(condition)) [[unlikely]] {                                                            \
      std::fprintf(stderr, "pac: internal error at %s:%d: %s (%s)\n", __FILE__, __LINE__, what, \
                   #condition);                                                                 \
      std::fflush(stderr);                                                                      \
      std::abort();                                                                             \
    }                                                                                           \
  } while (false)
