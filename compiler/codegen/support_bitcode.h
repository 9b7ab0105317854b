// The bitcode of support.cpp, of text formatting and of the standard library, linked into one
// module when pac is built and carried in this library.
#pragma once

#include <string_view>

namespace pac::codegen {

std::string_view support_bitcode();

}  // namespace pac::codegen
