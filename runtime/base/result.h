// Result<T>: what a function returns that can fail through a fault of the world (a file, a damaged
// bundle, a refused value). Mistakes in a policy are diagnostics (compiler/diag), bugs of ours are
// PAC_CHECK.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace pac {

// A stable code ("PAC0101") and a sentence that names what was seen, the rule and the way out.
struct Error {
  std::string code;
  std::string message;
};

template <typename T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(std::string code, std::string message) {
  return std::unexpected(Error{std::move(code), std::move(message)});
}

}  // namespace pac
