#include "compiler/diag/junit.h"

#include <algorithm>
#include <cstdio>

#include "compiler/diag/remarks.h"
#include "compiler/diag/render.h"
#include "runtime/base/utf8.h"

namespace pac::junit {

namespace {

// XML 1.0 has no way to write the other controls, nor U+FFFE and U+FFFF, not even as a reference.
bool is_xml_character(char32_t c) {
  if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
  return c != 0xFFFE && c != 0xFFFF;
}

std::string escape(std::string_view text) {
  const std::string valid = diag::valid_text(text);
  std::string out;
  for (size_t at = 0; at < valid.size();) {
    char32_t c = 0;
    const auto length = static_cast<size_t>(decode_utf8(valid, at, &c));
    const std::string_view bytes = std::string_view(valid).substr(at, length);
    at += length;
    switch (c) {
      case '&':
        out += "&amp;";
        continue;
      case '<':
        out += "&lt;";
        continue;
      case '>':
        out += "&gt;";
        continue;
      case '"':
        out += "&quot;";
        continue;
      // Readers turn a bare one into a space in attributes, and CR into LF everywhere.
      case '\t':
        out += "&#9;";
        continue;
      case '\n':
        out += "&#10;";
        continue;
      case '\r':
        out += "&#13;";
        continue;
      default:
        out += is_xml_character(c) ? bytes : std::string_view("\uFFFD");
    }
  }
  return out;
}

// In content a line end stays one, so that people can read the file.
std::string escape_content(std::string_view text) {
  std::string out = escape(text);
  for (const std::string_view reference : {"&#10;", "&#9;"}) {
    const char plain = reference == "&#9;" ? '\t' : '\n';
    for (size_t at = out.find(reference); at != out.npos; at = out.find(reference, at + 1)) {
      out.replace(at, reference.size(), 1, plain);
    }
  }
  return out;
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + escape(value) + "\"";
}

std::string seconds(int64_t duration_ms) {
  const int64_t ms = std::max<int64_t>(duration_ms, 0);
  char text[32];
  std::snprintf(text, sizeof text, "%lld.%03d", static_cast<long long>(ms / 1000),
                static_cast<int>(ms % 1000));
  return text;
}

struct Counts {
  size_t tests = 0;
  size_t failures = 0;
  size_t errors = 0;
  size_t skipped = 0;
  std::optional<int64_t> duration_ms;

  void add(const Case& test) {
    ++tests;
    failures += test.outcome == Outcome::failed ? 1 : 0;
    errors += test.outcome == Outcome::error ? 1 : 0;
    skipped += test.outcome == Outcome::skipped ? 1 : 0;
    if (test.duration_ms) duration_ms = duration_ms.value_or(0) + *test.duration_ms;
  }
  std::string attributes() const {
    std::string out = attribute("tests", std::to_string(tests)) +
                      attribute("failures", std::to_string(failures)) +
                      attribute("errors", std::to_string(errors)) +
                      attribute("skipped", std::to_string(skipped));
    if (duration_ms) out += attribute("time", seconds(*duration_ms));
    return out;
  }
};

void write_properties(const Properties& properties, const std::string& indent, std::string* out) {
  if (properties.empty()) return;
  *out += indent + "<properties>\n";
  for (const auto& [name, value] : properties) {
    *out += indent + "  <property" + attribute("name", name) + attribute("value", value) + "/>\n";
  }
  *out += indent + "</properties>\n";
}

const char* element_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "";
    case Outcome::failed:
      return "failure";
    case Outcome::error:
      return "error";
    case Outcome::skipped:
      return "skipped";
  }
  return "";
}

void write_outcome(const Case& test, std::string* out) {
  if (test.outcome == Outcome::passed) return;
  const std::string element = element_of(test.outcome);
  *out += "      <" + element + attribute("message", test.message);
  // `skipped` takes a message only.
  if (test.outcome == Outcome::skipped) {
    *out += "/>\n";
    return;
  }
  *out +=
      attribute("type", test.type) + ">" + escape_content(test.details) + "</" + element + ">\n";
}

void write_case(const Case& test, std::string* out) {
  *out += "    <testcase" + attribute("name", test.name) + attribute("classname", test.class_name);
  if (test.duration_ms) *out += attribute("time", seconds(*test.duration_ms));
  if (test.outcome == Outcome::passed && test.properties.empty() && test.output.empty()) {
    *out += "/>\n";
    return;
  }
  *out += ">\n";
  write_properties(test.properties, "      ", out);
  write_outcome(test, out);
  if (!test.output.empty()) {
    *out += "      <system-out>" + escape_content(test.output) + "</system-out>\n";
  }
  *out += "    </testcase>\n";
}

}  // namespace

std::string write(const std::string& name, const std::vector<Suite>& suites) {
  Counts all;
  std::string body;
  for (const Suite& suite : suites) {
    Counts counts;
    for (const Case& test : suite.cases) {
      counts.add(test);
      all.add(test);
    }
    body += "  <testsuite" + attribute("name", suite.name) + counts.attributes() + ">\n";
    write_properties(suite.properties, "    ", &body);
    for (const Case& test : suite.cases) write_case(test, &body);
    body += "  </testsuite>\n";
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + attribute("name", name) +
         all.attributes() + ">\n" + body + "</testsuites>\n";
}

}  // namespace pac::junit

namespace pac::diag {

namespace {

// An error is a failed case; a warning or note passes and is told in the case's output.
junit::Case case_of(const SourceSet& sources, const Diagnostic& diagnostic) {
  junit::Case test;
  const KindInfo& kind = info(diagnostic.kind);
  test.name = kind.code;
  std::string place;
  if (diagnostic.span.has_place()) {
    const SourceFile& file = sources.file(diagnostic.span.file);
    const Location begin = region_of(file, diagnostic.span).begin;
    const std::string numbers = std::to_string(begin.line) + ":" + std::to_string(begin.column);
    test.name += " at " + numbers;
    test.class_name = file.path();
    place = file.path() + ":" + numbers + ": ";
  }
  test.type = kind.code;
  test.message = diagnostic.message();
  const std::string text =
      place + severity_name(diagnostic.severity) + ": " + message_with_remarks(diagnostic);
  if (diagnostic.severity == Severity::error) {
    test.outcome = junit::Outcome::failed;
    test.details = text;
  } else {
    test.output = text;
  }
  return test;
}

}  // namespace

std::string render_junit(const SourceSet& sources, std::span<const Diagnostic> diagnostics) {
  // Each source has a suite even without findings: a server would take an empty document for a
  // failure.
  std::vector<junit::Suite> suites(sources.size());
  for (uint32_t id = 0; id < sources.size(); ++id) suites[id].name = sources.file(id).path();
  junit::Suite elsewhere{"pac", {}, {}};
  for (const Diagnostic& diagnostic : diagnostics) {
    junit::Suite& suite = diagnostic.span.has_place() ? suites[diagnostic.span.file] : elsewhere;
    suite.cases.push_back(case_of(sources, diagnostic));
  }
  for (junit::Suite& suite : suites) {
    if (!suite.cases.empty()) continue;
    junit::Case clean;
    clean.name = "no findings";
    clean.class_name = suite.name;
    suite.cases.push_back(std::move(clean));
  }
  if (!elsewhere.cases.empty()) suites.push_back(std::move(elsewhere));
  return junit::write("pac check", suites);
}

}  // namespace pac::diag
