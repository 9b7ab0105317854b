// Golden files: policies with their expected diagnostics in comments beside the line (README.md has
// the format). The library finds the files, compares what a phase reports with what the comments
// say, and rewrites the comments. It knows no phase: the caller gives a function. Not thread-safe;
// tests only.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/diag/diagnostic.h"
#include "compiler/diag/source.h"

namespace pac::golden {

// What a phase made of one file: diagnostics, and where it prints its result, that text.
struct Outcome {
  Outcome() = default;
  Outcome(std::vector<diag::Diagnostic> all) : diagnostics(std::move(all)) {}
  Outcome(std::vector<diag::Diagnostic> all, std::string text)
      : diagnostics(std::move(all)), output(std::move(text)) {}

  std::vector<diag::Diagnostic> diagnostics;
  std::string output;
};

// Loads `path` into the set and runs the phase over it. The path is the name to load under, so that
// places in the file are found again.
using Run = std::function<Outcome(SourceSet& sources, const std::string& path)>;

// Every .pac file below the folder, sorted, so that runs and reports have one order.
std::vector<std::string> collect(const std::string& folder);

// Whether the file's name says that it has an error: `fail_` at its beginning.
bool must_fail(std::string_view path);

// The text without expectations, as an author would have written it.
std::string strip(std::string_view text);

// The file's text with exactly the expectations that describe the outcome.
std::string annotate(const SourceSet& sources, const SourceFile& file, const Outcome& outcome);

// The codes that the expectations of a text name, for the test that each code has a golden file.
std::set<std::string> expected_codes(std::string_view text);

// "" where the file says what the phase says; else what differs, for a person to read. Also faults:
// an error in a file without `fail_`, none in one with it, a message with an argument left open, a
// comment that looks like an expectation and is none, fix-its that do not cure.
std::string compare(const std::string& path, const Run& run);

// Rewrites the expectations. "" or what is wrong all the same, such as a message that depends on
// them.
std::string update(const std::string& path, const Run& run);

}  // namespace pac::golden
