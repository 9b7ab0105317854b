// JUnit XML, which every build server reads: the results of `pac test`, and diagnostics as failed
// cases. Plain data and one pure function; any text is taken, what XML cannot hold is replaced by
// U+FFFD.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pac::junit {

enum class Outcome : uint8_t {
  passed,
  failed,  // the expectation did not hold
  error,   // the case could not be run
  skipped,
};

using Properties = std::vector<std::pair<std::string, std::string>>;

struct Case {
  std::string name;
  std::string class_name;  // build servers group by it; the file or the package
  Outcome outcome = Outcome::passed;
  std::string type;                    // of what failed: a diagnostic code, or a word
  std::string message;                 // one line
  std::string details;                 // any text: the difference, the trace
  std::string output;                  // what the case printed
  std::optional<int64_t> duration_ms;  // absent where output must not depend on the clock
  Properties properties;
};

struct Suite {
  std::string name;
  std::vector<Case> cases;
  Properties properties;
};

// The whole document; counts are derived from the cases.
std::string write(const std::string& name, const std::vector<Suite>& suites);

}  // namespace pac::junit
