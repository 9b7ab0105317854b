// CRC-32C (Castagnoli), which finds damage by accident and none by intent. A pure function; any
// thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace pac::ledger {

std::uint32_t crc32c(std::string_view bytes);

}  // namespace pac::ledger
