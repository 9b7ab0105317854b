// The independent checker of certificates: reads a certificate and the compiled form that it speaks
// of, and sees for itself whether each claim follows. The form is docs/design/certificates.md. It
// shares nothing with compiler/analyze, which makes certificates; CMake links neither to the other.
// Pure function; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/json.h"
#include "runtime/base/result.h"
#include "runtime/ir/model.h"

namespace pac::certificate {

inline constexpr int kFormat = 1;
inline constexpr size_t kMaxBytes = 64u << 20;
inline constexpr size_t kMaxParts = 200'000;  // splits and leaves of one claim
inline constexpr size_t kMaxLevels = 1'000;   // splits within one another

struct Claim {
  std::string decision, claim;
  std::string rule;      // of "never decides"
  size_t parts = 0;      // leaves
  size_t unchecked = 0;  // of these not checked: said by the solver or by the analysis alone
};

// What does not follow. A leaf that is not shown is named by its place, so that whoever made the
// certificate can say less.
struct Fault {
  static constexpr size_t kAll = static_cast<size_t>(-1);
  size_t decision = 0, claim = 0, node = 0;  // numbers in the certificate; kAll: no claim alone
  bool is_leaf = false;
  std::string text;
};

struct Verdict {
  std::vector<Claim> claims;
  std::vector<Fault> faults;  // none: all claims hold, up to the parts that are not checked
};

// `ir_digest`: SHA-256 of the canonical encoding of `rules`, in hexadecimal.
Verdict verify(const json::Value& certificate, const ir::RuleSet& rules,
               std::string_view ir_digest);

// PAC4231: no JSON, not in canonical form, too large.
[[nodiscard]] Result<json::Value> read(std::string_view text);

}  // namespace pac::certificate
