// Parsing, laying out and comparing in tests of the formatter.
#pragma once

#include <string>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/diag/diagnostic.h"
#include "compiler/diag/source.h"

namespace pac::format {

// A text with its module. `errors` says what the parser did not like.
struct Parsed {
  explicit Parsed(const std::string& text);
  SourceSet sources;
  const SourceFile* file = nullptr;
  diag::Emitter emitter;
  ast::Module module;
  std::string errors;
};

// Laid out, or "error: …" where the text does not parse.
std::string laid_out(const std::string& text);

// The comments in order, without blanks at their ends.
std::vector<std::string> comments(const Parsed& parsed);

// The IR of a text, or "" where it does not check.
std::string meaning(const std::string& text);

// A module without places, so that two layouts of one policy are equal (structure.cpp).
std::string structure(const ast::Module& module);

// The text with other blanks and line breaks where the grammar lets them differ (shuffle.cpp).
std::string shuffled(const std::string& text, uint32_t seed);

// The policies of the repository that parse: name and text.
struct Sample {
  std::string path, text;
};
const std::vector<Sample>& samples();

}  // namespace pac::format
