// Generated tests: what the tests of a package leave unshown or unnoticed, as few further tests as
// show it, written as an author would. Expectations are the answers of today's rules, so all pass;
// whether they are right is for people to say. One thread.
#pragma once

#include <string>
#include <vector>

#include "compiler/driver/coverage.h"
#include "compiler/driver/mutate.h"

namespace pac::driver {

struct GeneratedTests {
  std::string text;  // a file of the package, not yet laid out; empty: nothing is missing
  size_t tests = 0;
  size_t goals = 0;               // rules and conditions that they show
  size_t mutants = 0;             // mistakes that they notice
  std::vector<std::string> left;  // mistakes that stay open, each with its reason
};

[[nodiscard]] Result<GeneratedTests> generate_tests(const Compilation& compilation,
                                                    const SearchLimits& search = {},
                                                    const MutationLimits& mutation = {});

// The package with a further file.
[[nodiscard]] Result<std::unique_ptr<Compilation>> compile_with(const Compilation& compilation,
                                                                const std::string& path,
                                                                const std::string& text);

// One test as text. The answer is what `pac run` writes.
std::string test_text(const ir::RuleSet& rules, ir::DecisionId decision, const std::string& title,
                      const Candidate& candidate, const std::string& answer);

}  // namespace pac::driver
