// Columns of a certificate, read and seen to be partitions: every value that the input admits lies
// in one cell, and only in one. One checker, one thread.
#pragma once

#include <string>

#include "compiler/certificate/values.h"
#include "runtime/base/json.h"

namespace pac::certificate {

// False with the reason in *fault.
bool read_column(const json::Value& value, const ir::RuleSet& rules, const ir::Decision& decision,
                 Column* out, std::string* fault);

}  // namespace pac::certificate
