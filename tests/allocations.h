// Counts what the process allocates: tests/allocations.cpp replaces operator new, so that a program
// that has it has it everywhere, and stands alone. Any thread.
#pragma once

#include <cstdint>

namespace pac::test {

// Since the process began.
std::uint64_t allocations();

}  // namespace pac::test
