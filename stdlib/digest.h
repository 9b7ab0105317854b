// Which standard library this is: a digest of its sources, for records of decisions. Constant; any
// thread.
#pragma once

#include <string_view>

namespace pac::stdlib {

// SHA-256 in hexadecimal, over the names and digests of the files that compute.
std::string_view source_digest();

}  // namespace pac::stdlib
