// ir.json: the canonical encoding of a whole rule set (RFC 8785), and back. Ids are kept, so that
// side.json and native code, which name them, stay right. Members that hold their default are left
// out; integers up to 2^53 - 1 are numbers, larger ones strings of digits; expressions are arrays
// [op, type, members that the op uses (shape.h) ..., operands ...].
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/ir/model.h"

namespace pac::ir {

// Of a verified rule set; equal rule sets have equal bytes.
std::string encode(const RuleSet& rule_set);

// Exactly what encode wrote, byte for byte, so that a rule set has one encoding and one digest;
// anything else is refused, unknown members too. A later version that reads this one keeps its
// form. The result has the right form and no more: verify it before use. Codes: those of
// json::parse, PAC4120 (not the form of ir.json), PAC4121 (a version that is not known).
[[nodiscard]] Result<RuleSet> decode(std::string_view text);

}  // namespace pac::ir
