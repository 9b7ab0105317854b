// Which code generator this is: a digest of the sources that decide what native code looks like. An
// object that another one made must not be taken for this one's. Any thread.
#pragma once

#include <string_view>

namespace pac::codegen {

std::string_view version();  // 64 hexadecimal digits

}  // namespace pac::codegen
