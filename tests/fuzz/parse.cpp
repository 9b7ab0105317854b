// parse: any bytes as a file. Its diagnostics can be shown in every format, their fix-its can be
// applied, and what parses without an error parses again when it is laid out.
#include "compiler/parse/parse.h"
#include "compiler/diag/fix.h"
#include "compiler/diag/render.h"
#include "compiler/format/format.h"
#include "runtime/base/utf8.h"
#include "tests/fuzz/target.h"

namespace pac::fuzz {

Verdict run_parse(std::string_view bytes) {
  SourceSet sources;
  const auto file = sources.add("fuzz.pac", std::string(bytes));
  if (!file) return Verdict::drop;
  diag::Emitter emitter;
  const ast::Module module = parse::parse(**file, emitter);
  emitter.sort();
  for (const auto format : {diag::Format::pretty, diag::Format::json, diag::Format::sarif,
                            diag::Format::junit, diag::Format::github}) {
    const std::string text = diag::render(format, sources, emitter.all());
    claim(valid_utf8(text), "a diagnostic is UTF-8", text);
  }
  for (const auto& d : emitter.all()) {
    claim(diag::missing_arguments(d).empty(), "a message has all its arguments", d.message());
    claim(d.span.begin <= d.span.end, "a span begins before its end", d.message());
  }
  if (emitter.has_errors()) {
    SourceSet again;
    const auto fixed = again.add("fixed.pac", diag::apply_fixes(**file, emitter.all()).text);
    claim(fixed.has_value(), "a text with its fix-its applied is a text");
    diag::Emitter second;
    parse::parse(**fixed, second);
    return Verdict::keep;
  }
  SourceSet printed;
  const std::string text = format::format(module, **file);
  const auto again = printed.add("printed.pac", text);
  claim(again.has_value(), "what was laid out is a text", text);
  diag::Emitter second;
  parse::parse(**again, second);
  claim(!second.has_errors(), "what was laid out parses", text);
  return Verdict::keep;
}

}  // namespace pac::fuzz
