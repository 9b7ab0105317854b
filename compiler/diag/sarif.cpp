// SARIF 2.1.0 (OASIS), for code scanning. One log, one run; the shape follows what GitHub shows of
// it.
#include <algorithm>
#include <map>
#include <tuple>

#include "compiler/diag/remarks.h"
#include "compiler/diag/render.h"
#include "runtime/base/json.h"

namespace pac::diag {

namespace {

// GitHub shows at most 5,000 results of a run and 100 places of a result.
constexpr size_t kMaxResults = 5000;
constexpr size_t kMaxPlaces = 100;
// The root that relative paths start from; who reads the log knows it.
constexpr const char* kRoot = "%SRCROOT%";

json::Value object(std::initializer_list<json::Member> members) {
  return json::Value(json::Members(members));
}

json::Value message(std::string_view text) { return object({{"text", valid_text(text)}}); }

// RFC 3986: everything but unreserved characters and the separators of a path is escaped.
std::string uri_path(std::string_view path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._~/!$&'()*+,;=@";
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_alnum =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_alnum || kPlain.find(c) != kPlain.npos) {
      out.push_back(c);
    } else {
      out.push_back('%');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
  return out;
}

json::Value artifact_location(const SourceFile& file) {
  std::string_view path = file.path();
  if (path.starts_with('/')) return object({{"uri", "file://" + uri_path(path)}});
  while (path.starts_with("./")) path.remove_prefix(2);
  return object({{"uri", uri_path(path)}, {"uriBaseId", kRoot}});
}

json::Value region_value(const SourceFile& file, Span span) {
  const Region region = region_of(file, span, ColumnUnit::utf16_units);
  return object({{"startLine", region.begin.line},
                 {"startColumn", region.begin.column},
                 {"endLine", region.end.line},
                 {"endColumn", region.end.column}});
}

json::Value physical_location(const SourceFile& file, Span span) {
  return object(
      {{"artifactLocation", artifact_location(file)}, {"region", region_value(file, span)}});
}

// FNV-1a, 64 bits: the fingerprint tells lines apart, it protects nothing.
std::string hash_of(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  std::string out(16, '0');
  for (size_t i = 0; i < 16; ++i) out[15 - i] = "0123456789abcdef"[hash >> (4 * i) & 15];
  return out;
}

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// The message of a kind without its values: "unknown name …".
std::string short_description(std::string_view message) {
  std::string out;
  for (size_t at = 0; at < message.size(); ++at) {
    const size_t end = message[at] == '{' ? message.find('}', at) : message.npos;
    if (end == message.npos) {
      out.push_back(message[at]);
    } else {
      out += "\u2026";
      at = end;
    }
  }
  return out;
}

const char* level_of(Severity severity) { return severity_name(severity); }  // the same words

class Log {
 public:
  Log(const SourceSet& sources, std::span<const Diagnostic> diagnostics, const Options& options)
      : sources_(sources), options_(options), all_count_(diagnostics.size()) {
    choose(diagnostics);
    for (const Diagnostic* shown : shown_) rules_.emplace(info(shown->kind).code, shown->kind);
  }

  std::string write();

 private:
  void choose(std::span<const Diagnostic> diagnostics);
  json::Value tool() const;
  json::Value rule(Kind kind) const;
  json::Value invocation() const;
  json::Value result(const Diagnostic& diagnostic);
  json::Value related(const Diagnostic& diagnostic) const;
  static std::string places_left_out(const Diagnostic& diagnostic);
  json::Value fixes(const FixIt& fix) const;
  std::string fingerprint(const Diagnostic& diagnostic);

  const SourceSet& sources_;
  const Options& options_;
  size_t all_count_;
  std::vector<const Diagnostic*> shown_;
  std::map<std::string, Kind> rules_;
  // How often a line of this hash was named so far, so that twins stay apart.
  std::map<std::pair<uint32_t, std::string>, int> occurrences_;
};

// Where there are too many, errors come before warnings; the order is otherwise kept.
void Log::choose(std::span<const Diagnostic> diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics) shown_.push_back(&diagnostic);
  if (shown_.size() <= kMaxResults) return;
  std::ranges::stable_sort(shown_, {}, &Diagnostic::severity);
  shown_.resize(kMaxResults);
  const auto place = [](const Diagnostic* d) { return std::tuple(d->span.file, d->span.begin); };
  std::ranges::stable_sort(shown_, {}, place);
}

json::Value Log::rule(Kind kind) const {
  const KindInfo& what = info(kind);
  const std::string page = std::string(what.code) + ".md";
  json::Value out =
      object({{"id", what.code},
              {"name", what.name},
              {"shortDescription", message(short_description(what.message))},
              {"help", message("docs/diagnostics/" + page)},
              {"defaultConfiguration", object({{"level", level_of(what.severity)}})}});
  if (!options_.help_base.empty()) out.set("helpUri", options_.help_base + page);
  return out;
}

json::Value Log::tool() const {
  json::Value rules = json::Value::array();
  for (const auto& [code, kind] : rules_) rules.push_back(rule(kind));
  json::Value driver =
      object({{"name", "pac"}, {"version", options_.tool_version}, {"rules", std::move(rules)}});
  return object({{"driver", std::move(driver)}});
}

json::Value Log::invocation() const {
  json::Value out = object({{"executionSuccessful", true}});
  if (shown_.size() == all_count_) return out;
  const std::string left_out =
      std::to_string(all_count_ - shown_.size()) + " findings are left out";
  json::Value notice = object({{"level", "warning"}, {"message", message(left_out)}});
  json::Value notices = json::Value::array();
  notices.push_back(std::move(notice));
  out.set("toolExecutionNotifications", std::move(notices));
  return out;
}

// Made of the code and the words of the line, not of its number: it stays when lines move.
std::string Log::fingerprint(const Diagnostic& diagnostic) {
  std::string text = info(diagnostic.kind).code;
  if (diagnostic.span.has_place()) {
    const SourceFile& file = sources_.file(diagnostic.span.file);
    text.push_back('\0');
    text += trimmed(file.line(region_of(file, diagnostic.span).begin.line));
  }
  const std::string hash = hash_of(text);
  const int occurrence = ++occurrences_[{diagnostic.span.file, hash}];
  return hash + ":" + std::to_string(occurrence);
}

json::Value Log::related(const Diagnostic& diagnostic) const {
  json::Value out = json::Value::array();
  size_t count = 0;
  for (const Label& label : diagnostic.labels) {
    if (!label.span.has_place()) continue;
    if (++count > kMaxPlaces) break;
    out.push_back(
        object({{"id", count},
                {"physicalLocation", physical_location(sources_.file(label.span.file), label.span)},
                {"message", message(label.text)}}));
  }
  return out;
}

std::string Log::places_left_out(const Diagnostic& diagnostic) {
  const auto count = static_cast<size_t>(std::ranges::count_if(
      diagnostic.labels, [](const Label& label) { return label.span.has_place(); }));
  if (count <= kMaxPlaces) return "";
  return "\nnote: " + std::to_string(count - kMaxPlaces) + " further places are left out";
}

json::Value Log::fixes(const FixIt& fix) const {
  const SourceFile& file = sources_.file(fix.span.file);
  json::Value replacements = json::Value::array();
  replacements.push_back(object({{"deletedRegion", region_value(file, fix.span)},
                                 {"insertedContent", message(fix.replacement)}}));
  json::Value changes = json::Value::array();
  changes.push_back(object(
      {{"artifactLocation", artifact_location(file)}, {"replacements", std::move(replacements)}}));
  json::Value out = json::Value::array();
  out.push_back(
      object({{"description", message(fix.text)}, {"artifactChanges", std::move(changes)}}));
  return out;
}

json::Value Log::result(const Diagnostic& diagnostic) {
  const char* code = info(diagnostic.kind).code;
  json::Value locations = json::Value::array();
  if (diagnostic.span.has_place()) {
    const SourceFile& file = sources_.file(diagnostic.span.file);
    locations.push_back(object({{"physicalLocation", physical_location(file, diagnostic.span)}}));
  }
  const auto index = std::distance(rules_.begin(), rules_.find(code));
  json::Value out = object(
      {{"ruleId", code},
       {"ruleIndex", index},
       {"level", level_of(diagnostic.severity)},
       {"message", message(message_with_remarks(diagnostic) + places_left_out(diagnostic))},
       {"locations", std::move(locations)},
       {"partialFingerprints", object({{"primaryLocationLineHash", fingerprint(diagnostic)}})}});
  json::Value places = related(diagnostic);
  if (!places.elements().empty()) out.set("relatedLocations", std::move(places));
  const std::optional<FixIt>& fix = diagnostic.fix;
  if (fix && fix->span.has_place()) out.set("fixes", fixes(*fix));
  return out;
}

std::string Log::write() {
  json::Value results = json::Value::array();
  for (const Diagnostic* diagnostic : shown_) results.push_back(result(*diagnostic));
  json::Value invocations = json::Value::array();
  invocations.push_back(invocation());
  json::Value run = object(
      {{"tool", tool()},
       {"invocations", std::move(invocations)},
       {"columnKind", "utf16CodeUnits"},
       {"originalUriBaseIds",
        object({{kRoot, object({{"description", message("the folder that paths start from")}})}})},
       {"results", std::move(results)}});
  json::Value runs = json::Value::array();
  runs.push_back(std::move(run));
  const json::Value log = object({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                                  {"version", "2.1.0"},
                                  {"runs", std::move(runs)}});
  return json::canonical(log) + "\n";
}

}  // namespace

std::string render_sarif(const SourceSet& sources, std::span<const Diagnostic> diagnostics,
                         const Options& options) {
  return Log(sources, diagnostics, options).write();
}

}  // namespace pac::diag
