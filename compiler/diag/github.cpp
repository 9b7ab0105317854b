// Workflow commands of GitHub Actions: a line on standard output becomes an annotation beside the
// code.
#include "compiler/diag/remarks.h"
#include "compiler/diag/render.h"

namespace pac::diag {

namespace {

enum class Part : uint8_t { message, property };

// What would end the command, or the property within it, is written as in a URL.
std::string escape(std::string_view text, Part part) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '%':
        out += "%25";
        continue;
      case '\r':
        out += "%0D";
        continue;
      case '\n':
        out += "%0A";
        continue;
      default:
        break;
    }
    if (part == Part::property && c == ':') {
      out += "%3A";
    } else if (part == Part::property && c == ',') {
      out += "%2C";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

const char* command_of(Severity severity) {
  return severity == Severity::note ? "notice" : severity_name(severity);
}

std::string place_of(const SourceSet& sources, Span span) {
  if (!span.has_place()) return "";
  const SourceFile& file = sources.file(span.file);
  const Region region = region_of(file, span);
  const auto number = [](const char* name, uint32_t value) {
    return std::string(",") + name + "=" + std::to_string(value);
  };
  std::string_view path = file.path();  // from the root of the repository
  while (path.starts_with("./")) path.remove_prefix(2);
  std::string out = "file=" + escape(valid_text(path), Part::property);
  out += number("line", region.begin.line);
  // GitHub takes columns only where first and last line are the same.
  const bool is_one_line = region.begin.line == region.end.line;
  if (is_one_line) out += number("col", region.begin.column);
  out += number("endLine", region.end.line);
  if (is_one_line) out += number("endColumn", region.end.column);
  return out + ",";
}

}  // namespace

std::string render_github(const SourceSet& sources, std::span<const Diagnostic> diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) {
    out.append("::").append(command_of(diagnostic.severity)).append(" ");
    out.append(place_of(sources, diagnostic.span));
    const KindInfo& kind = info(diagnostic.kind);
    const std::string title = std::string(kind.code) + " " + kind.name;
    out.append("title=").append(escape(title, Part::property)).append("::");
    out.append(escape(message_with_remarks(diagnostic), Part::message)).push_back('\n');
  }
  return out;
}

}  // namespace pac::diag
