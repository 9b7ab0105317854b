#include "compiler/diag/render.h"

#include <algorithm>
#include <array>

#include "runtime/base/check.h"

namespace pac::diag {

namespace {

constexpr std::array<std::string_view, 5> kFormatNames = {"pretty", "json", "sarif", "junit",
                                                          "github"};

std::string count_of(size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

// A place inside a line end is the place after the line's last character, as in
// SourceFile::location.
Location locate(const SourceFile& file, uint32_t offset, ColumnUnit unit) {
  Location place = file.location(offset);
  if (unit == ColumnUnit::code_points) return place;
  const std::string_view line = file.line(place.line);
  const size_t in_line = std::min<size_t>(offset - file.line_start(place.line), line.size());
  for (const char c : line.substr(0, in_line)) {
    // Code points of four bytes take two units.
    place.column += static_cast<unsigned char>(c) >= 0xF0 ? 1 : 0;
  }
  return place;
}

}  // namespace

std::optional<Format> format_named(std::string_view name) {
  const auto found = std::ranges::find(kFormatNames, name);
  if (found == kFormatNames.end()) return std::nullopt;
  return static_cast<Format>(found - kFormatNames.begin());
}

std::string render(Format format, const SourceSet& sources, std::span<const Diagnostic> diagnostics,
                   const Options& options) {
  switch (format) {
    case Format::pretty:
      return render_pretty(sources, diagnostics, options);
    case Format::json:
      return render_json(sources, diagnostics);
    case Format::sarif:
      return render_sarif(sources, diagnostics, options);
    case Format::junit:
      return render_junit(sources, diagnostics);
    case Format::github:
      return render_github(sources, diagnostics);
  }
  PAC_CHECK(false, "a format of the enumeration");
  return {};
}

std::string summary(const Emitter& emitter) {
  const size_t notes = emitter.all().size() + emitter.dropped_count() - emitter.error_count() -
                       emitter.warning_count();
  std::string out;
  const auto add = [&](size_t count, std::string_view noun) {
    if (count > 0) out += (out.empty() ? "" : ", ") + count_of(count, noun);
  };
  add(emitter.error_count(), "error");
  add(emitter.warning_count(), "warning");
  add(notes, "note");
  if (out.empty()) return "no findings";
  if (emitter.dropped_count() > 0) {
    out += " (" + std::to_string(emitter.dropped_count()) + " not shown)";
  }
  return out;
}

const char* severity_name(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      return "note";
  }
  return "error";
}

Region region_of(const SourceFile& file, Span span, ColumnUnit unit) {
  const std::string_view text = file.text();
  const auto is_inside_code_point = [&](size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  size_t begin = std::min<size_t>(span.begin, text.size());
  size_t end = std::clamp<size_t>(span.end, begin, text.size());
  while (is_inside_code_point(begin)) --begin;
  while (is_inside_code_point(end)) ++end;
  Region region;
  region.begin_byte = static_cast<uint32_t>(begin);
  region.end_byte = static_cast<uint32_t>(end);
  region.begin = locate(file, region.begin_byte, unit);
  region.end = locate(file, region.end_byte, unit);
  return region;
}

}  // namespace pac::diag
