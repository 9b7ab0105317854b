// Diagnostics as text for people and for other tools. Every function is pure: the same diagnostics
// over the same sources give the same bytes. Spans may lie anywhere; what is outside its file is
// moved to its end. The caller sorts (Emitter::sort) and writes the result out. What each format
// holds: README.md.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "compiler/diag/diagnostic.h"
#include "compiler/diag/source.h"

namespace pac::diag {

enum class Format : uint8_t { pretty, json, sarif, junit, github };

// The format of that name as the command line spells it.
std::optional<Format> format_named(std::string_view name);

struct Options {
  bool colour = false;  // ANSI escapes: the caller asks for them on a terminal only
  int width = 100;      // pretty: longer source lines are cut to a window; at least 40
  std::string tool_version = "0.1.0";  // SARIF
  // SARIF: what stands before "PAC1201.md" in help URIs, such as an https folder; none without it.
  std::string help_base = {};
};

std::string render(Format format, const SourceSet& sources, std::span<const Diagnostic> diagnostics,
                   const Options& options = {});

// As a person reads it, one block a diagnostic with an empty line after it.
std::string render_pretty(const SourceSet& sources, std::span<const Diagnostic> diagnostics,
                          const Options& options = {});

// One JSON object (RFC 8785) a line.
std::string render_json(const SourceSet& sources, std::span<const Diagnostic> diagnostics);

// One SARIF 2.1.0 log with one run.
std::string render_sarif(const SourceSet& sources, std::span<const Diagnostic> diagnostics,
                         const Options& options = {});

// One JUnit document: a suite for each source, a failed case for each error.
std::string render_junit(const SourceSet& sources, std::span<const Diagnostic> diagnostics);

// One GitHub workflow command a line.
std::string render_github(const SourceSet& sources, std::span<const Diagnostic> diagnostics);

// "2 errors, 1 warning"; "1200 errors (200 not shown)" where the emitter dropped some; "no
// findings".
std::string summary(const Emitter& emitter);

const char* severity_name(Severity severity);

// Where a span begins and ends, as the tool formats say it: lines and columns from 1, the end
// exclusive.
struct Region {
  Location begin;
  Location end;
  uint32_t begin_byte = 0;  // the span, moved into the text
  uint32_t end_byte = 0;
};
enum class ColumnUnit : uint8_t { code_points, utf16_units };
Region region_of(const SourceFile& file, Span span, ColumnUnit unit = ColumnUnit::code_points);

}  // namespace pac::diag
