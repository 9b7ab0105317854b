// Whatever spans a phase reports over whatever text: every renderer gives a well-formed answer.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "compiler/diag/fix.h"
#include "runtime/base/json.h"
#include "runtime/base/utf8.h"
#include "tests/unit/diag/sarif_checks.h"
#include "tests/unit/diag/testing.h"

namespace pac::diag {
namespace {

// RC_PARAMS in the environment overrides it, and replays a printed seed.
const int kRunsAreSet = setenv("RC_PARAMS", "max_success=300", 0);

// low <= value < high, all equally likely: rapidcheck's own ranges begin small.
uint32_t in_range(uint32_t low, uint32_t high) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<uint32_t>(low, high));
}

// Text full of what is hard to draw: line ends of both kinds, tabs, controls, wide and combining
// letters.
std::string any_text(uint32_t max_count) {
  static const std::vector<std::string> kPieces = {
      "\n",     "\n",     "\r\n",   "\r",     "\t",     " ",
      "  ",     "a",      "b",      "{",      "}",      "\x1b",
      "\x7f",   "ä",      "€",      "漢",     "😀",     "e\u0301",
      "\u0301", "\u202E", "\u2028", "\u0085", "\uFEFF", "a long piece of ASCII text"};
  std::string text;
  const uint32_t count = in_range(0, max_count);
  for (uint32_t i = 0; i < count; ++i) {
    text += kPieces[in_range(0, static_cast<uint32_t>(kPieces.size()))];
  }
  return text;
}

Span any_span(const SourceSet& sources) {
  if (in_range(0, 12) == 0) return {};
  const uint32_t file = in_range(0, static_cast<uint32_t>(sources.size()));
  // Up to three bytes beyond the end, and also the wrong way round.
  const auto size = static_cast<uint32_t>(sources.file(file).text().size()) + 4;
  const uint32_t begin = in_range(0, size);
  return {file, begin, in_range(0, 3) == 0 ? in_range(0, size) : begin + in_range(0, 8)};
}

void add_diagnostic(const SourceSet& sources, Emitter* emitter) {
  Builder builder =
      emitter->emit(Kind::unexpected_token, any_span(sources), {{"seen", any_text(4)}});
  if (in_range(0, 3) > 0) builder.label(any_text(5));
  for (uint32_t i = in_range(0, 9); i > 0; --i) builder.also(any_span(sources), any_text(4));
  if (in_range(0, 2) == 0) builder.note(any_text(6));
  if (in_range(0, 2) == 0) builder.fix(any_span(sources), any_text(5), any_text(3));
}

// No control but the line end, lines without spaces at their ends, valid UTF-8.
void check_pretty(const std::string& text) {
  RC_ASSERT(valid_utf8(text));
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    RC_ASSERT(byte >= 0x20 || byte == '\n');
    RC_ASSERT(byte != 0x7F);
    if (byte == '\n' && i > 0) RC_ASSERT(text[i - 1] != ' ');
  }
}

RC_GTEST_PROP(Random, EveryRendererTakesEverySpan, ()) {
  SourceSet sources;
  for (uint32_t i = in_range(1, 4); i > 0; --i) {
    RC_ASSERT(sources.add("f" + any_text(2), any_text(60)).has_value());
  }
  Emitter emitter;
  for (uint32_t i = in_range(0, 5); i > 0; --i) add_diagnostic(sources, &emitter);
  emitter.sort();
  const auto& all = emitter.all();

  check_pretty(render_pretty(sources, all, {.width = static_cast<int>(in_range(0, 130))}));
  render_pretty(sources, all, {.colour = true});
  test::check_sarif(render_sarif(sources, all));
  RC_ASSERT(!testing::Test::HasFailure());
  const std::string lines = render_json(sources, all);
  RC_ASSERT(static_cast<size_t>(std::ranges::count(lines, '\n')) == all.size());
  for (size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1) {
    RC_ASSERT(
        json::parse(std::string_view(lines).substr(at, lines.find('\n', at) - at)).has_value());
  }
  const std::string commands = render_github(sources, all);
  RC_ASSERT(static_cast<size_t>(std::ranges::count(commands, '\n')) == all.size());
  RC_ASSERT(commands.find('\r') == std::string::npos);
  RC_ASSERT(valid_utf8(render_junit(sources, all)));
  for (uint32_t id = 0; id < sources.size(); ++id) apply_fixes(sources.file(id), all);
}

// Every label that has a place is on the screen, however many share a line.
RC_GTEST_PROP(Random, EveryLabelIsShown, ()) {
  SourceSet sources;
  RC_ASSERT(sources.add("f.pac", any_text(40)).has_value());
  Emitter emitter;
  Builder builder = emitter.emit(Kind::unexpected_token, any_span(sources));
  builder.label("LABEL0");
  const uint32_t count = in_range(0, 12);
  for (uint32_t i = 1; i <= count; ++i) {
    builder.also(any_span(sources), "LABEL" + std::to_string(i) + ";");
  }
  const std::string text = render_pretty(sources, emitter.all());
  RC_ASSERT(text.find("LABEL0") != std::string::npos);
  for (uint32_t i = 1; i <= count; ++i) {
    RC_ASSERT(text.find("LABEL" + std::to_string(i) + ";") != std::string::npos);
  }
}

}  // namespace
}  // namespace pac::diag
