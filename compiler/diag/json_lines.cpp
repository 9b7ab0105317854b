// One object a line, members sorted (RFC 8785), so that equal diagnostics are equal bytes.
// README.md lists the members.
#include "compiler/diag/render.h"
#include "compiler/diag/text.h"
#include "runtime/base/json.h"

namespace pac::diag {

namespace {

json::Value text_value(std::string_view text) { return json::Value(valid_text(text)); }

json::Value texts(const std::vector<std::string>& all) {
  json::Value out = json::Value::array();
  for (const std::string& text : all) out.push_back(text_value(text));
  return out;
}

// Adds the members that say where a span lies; none for a span without a place.
void add_place(const SourceSet& sources, Span span, json::Value* out) {
  if (!span.has_place()) return;
  const SourceFile& file = sources.file(span.file);
  const Region region = region_of(file, span);
  out->set("file", text_value(file.path()));
  out->set("line", region.begin.line);
  out->set("column", region.begin.column);
  out->set("end_line", region.end.line);
  out->set("end_column", region.end.column);
  out->set("begin", region.begin_byte);
  out->set("end", region.end_byte);
}

json::Value arguments_of(const Diagnostic& diagnostic) {
  json::Value out = json::Value::object();
  for (const Argument& argument : diagnostic.arguments) {
    const auto* text = std::get_if<std::string>(&argument.value);
    out.set(argument.name, text != nullptr
                               ? text_value(*text)
                               : json::Value::exact_int(std::get<int64_t>(argument.value)));
  }
  return out;
}

json::Value value_of(const SourceSet& sources, const Diagnostic& diagnostic) {
  json::Value out = json::Value::object();
  const KindInfo& kind = info(diagnostic.kind);
  out.set("code", kind.code);
  out.set("name", kind.name);
  out.set("severity", severity_name(diagnostic.severity));
  out.set("message", text_value(diagnostic.message()));
  out.set("arguments", arguments_of(diagnostic));
  out.set("label", text_value(diagnostic.label));
  out.set("notes", texts(diagnostic.notes));
  out.set("helps", texts(diagnostic.helps));
  add_place(sources, diagnostic.span, &out);
  json::Value labels = json::Value::array();
  for (const Label& label : diagnostic.labels) {
    json::Value place = json::Value::object();
    add_place(sources, label.span, &place);
    place.set("text", text_value(label.text));
    labels.push_back(std::move(place));
  }
  out.set("labels", std::move(labels));
  if (diagnostic.fix) {
    json::Value fix = json::Value::object();
    add_place(sources, diagnostic.fix->span, &fix);
    fix.set("replacement", text_value(diagnostic.fix->replacement));
    fix.set("text", text_value(diagnostic.fix->text));
    out.set("fix", std::move(fix));
  }
  return out;
}

}  // namespace

std::string render_json(const SourceSet& sources, std::span<const Diagnostic> diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) {
    out += json::canonical(value_of(sources, diagnostic));
    out.push_back('\n');
  }
  return out;
}

}  // namespace pac::diag
