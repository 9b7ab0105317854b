// Shared by the tests of diagnostics: a source in memory, and spans by the words they cover.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "compiler/diag/diagnostic.h"
#include "compiler/diag/render.h"
#include "compiler/diag/source.h"

namespace pac::diag::test {

class Source {
 public:
  explicit Source(std::string text, std::string path = "rules/loan.pac") {
    id_ = add(std::move(text), std::move(path));
  }

  uint32_t add(std::string text, std::string path) {
    const auto file = set.add(std::move(path), std::move(text));
    EXPECT_TRUE(file.has_value()) << file.error().message;
    return (*file)->id();
  }

  const SourceFile& file() const { return set.file(id_); }

  // The first place of `words` in the text; with `last`, from there to the end of the next `last`.
  Span at(std::string_view words, std::string_view last = "") const { return in(id_, words, last); }
  Span in(uint32_t file, std::string_view words, std::string_view last = "") const {
    const std::string_view text = set.file(file).text();
    const size_t begin = text.find(words);
    EXPECT_NE(begin, text.npos) << words;
    size_t end = begin + words.size();
    if (!last.empty()) end = text.find(last, begin) + last.size();
    return {file, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  }
  // The empty span before the first place of `words`.
  Span before(std::string_view words) const {
    const Span span = at(words);
    return {span.file, span.begin, span.begin};
  }
  Span bytes(uint32_t begin, uint32_t end) const { return {id_, begin, end}; }

  Builder report(Span span, std::string seen = "it") {
    return emitter.emit(Kind::unexpected_token, span, {{"seen", std::move(seen)}});
  }
  std::string pretty(const Options& options = {}) const {
    return render_pretty(set, emitter.all(), options);
  }

  SourceSet set;
  Emitter emitter;

 private:
  uint32_t id_ = 0;
};

}  // namespace pac::diag::test
