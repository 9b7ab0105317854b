#include "tests/golden/golden.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <tuple>

#include "compiler/diag/fix.h"
#include "compiler/diag/render.h"
#include "tests/golden/expectation.h"

namespace pac::golden {

namespace {

namespace fs = std::filesystem;

// Fix-its that touch each other are applied one after another; more rounds than this means that
// they bring each other back.
constexpr int kMaxFixRounds = 10;

struct Line {
  std::string_view text;  // without its end
  std::string_view end;   // "\n", "\r\n" or nothing
  LineKind kind = LineKind::ordinary;
};

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  LineKind before = LineKind::ordinary;
  while (!text.empty()) {
    const size_t at = text.find('\n');
    const std::string_view whole = text.substr(0, at == text.npos ? at : at + 1);
    const size_t length = whole.find_last_not_of("\r\n") + 1;
    before = kind_of_line(whole.substr(0, length), before);
    lines.push_back({whole.substr(0, length), whole.substr(length), before});
    text.remove_prefix(whole.size());
  }
  return lines;
}

// Expectations by the line they belong to (from 1); 0 is the end of the file.
class Expectations {
 public:
  Expectations(const SourceSet& sources, const SourceFile& file, const std::vector<Line>& lines)
      : sources_(sources), file_(file), lines_(lines) {}

  void add(const diag::Diagnostic& diagnostic) {
    put(diagnostic.span, write_primary(sources_, file_, diagnostic));
    for (const diag::Label& label : diagnostic.labels) {
      put(label.span, {write_second(sources_, file_, diagnostic, label)});
    }
  }

  // The comment lines that stand below a line, in the order of their columns.
  std::vector<std::string> below(uint32_t line) const {
    std::vector<std::string> out;
    const auto begin = entries_.lower_bound({line, 0, 0});
    for (auto at = begin; at != entries_.end() && std::get<0>(at->first) == line; ++at) {
      out.insert(out.end(), at->second.begin(), at->second.end());
    }
    return out;
  }

 private:
  void put(Span span, std::vector<std::string> text) {
    uint32_t line = 0;
    uint32_t column = 0;
    if (span.file == file_.id() && !is_at_end(file_, span)) {
      const Location place = diag::region_of(file_, span).begin;
      line = place.line;
      column = place.column;
      // An expectation cannot carry one itself: the line above it is the one that is spoken of.
      while (line > 1 && lines_[line - 1].kind != LineKind::ordinary) --line;
    }
    const size_t order = entries_.size();
    entries_.emplace(std::tuple(line, column, order), std::move(text));
  }

  const SourceSet& sources_;
  const SourceFile& file_;
  const std::vector<Line>& lines_;
  std::map<std::tuple<uint32_t, uint32_t, size_t>, std::vector<std::string>> entries_;
};

std::vector<std::string> output_lines(std::string_view output) {
  std::vector<std::string> out;
  while (!output.empty()) {
    const size_t at = output.find('\n');
    std::string line = "//> " + std::string(output.substr(0, at));
    line.resize(line.find_last_not_of(" \r") + 1);
    out.push_back(std::move(line));
    output.remove_prefix(at == output.npos ? output.size() : at + 1);
  }
  return out;
}

// What differs between two texts that are equal without their expectations, line by line.
std::string difference(const std::string& path, std::string_view wanted, std::string_view got) {
  std::string out;
  const auto list = [](const std::vector<Line>& lines, size_t* at) {
    std::vector<std::string> block;
    while (*at < lines.size() && lines[*at].kind != LineKind::ordinary) {
      block.emplace_back(lines[(*at)++].text);
    }
    return block;
  };
  const std::vector<Line> old_lines = lines_of(wanted);
  const std::vector<Line> new_lines = lines_of(got);
  size_t old_at = 0;
  size_t new_at = 0;
  std::string_view above = "(the beginning of the file)";
  while (old_at < old_lines.size() || new_at < new_lines.size()) {
    const size_t number = std::max<size_t>(old_at, 1);
    const std::vector<std::string> before = list(old_lines, &old_at);
    const std::vector<std::string> after = list(new_lines, &new_at);
    if (before != after) {
      out += path + ":" + std::to_string(number) + ": " + std::string(above) + "\n";
      for (const std::string& line : before) {
        if (!std::ranges::count(after, line)) out += "  expected " + line + "\n";
      }
      for (const std::string& line : after) {
        if (!std::ranges::count(before, line)) out += "  reported " + line + "\n";
      }
    }
    if (old_at < old_lines.size()) above = old_lines[old_at].text;
    ++old_at;
    ++new_at;
  }
  return out.empty() ? path + ": expectations differ in their order or spaces\n" : out;
}

Result<std::string> read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return fail("PAC0101", "cannot read `" + path + "`");
  return text.str();
}

bool write(const std::string& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  return !out.fail();
}

const SourceFile* find_file(const SourceSet& sources, const std::string& path) {
  for (uint32_t id = 0; id < sources.size(); ++id) {
    if (sources.file(id).path() == path) return &sources.file(id);
  }
  return nullptr;
}

bool is_error(const diag::Diagnostic& diagnostic) {
  return diagnostic.severity == diag::Severity::error;
}

std::string check_messages(const std::string& path, const Outcome& outcome) {
  std::string out;
  for (const diag::Diagnostic& diagnostic : outcome.diagnostics) {
    for (const std::string& name : diag::missing_arguments(diagnostic)) {
      out += path + ": " + diag::info(diagnostic.kind).code +
             " was reported without its argument {" + name + "}\n";
    }
  }
  const bool has_error = std::ranges::any_of(outcome.diagnostics, is_error);
  if (has_error && !must_fail(path)) {
    out += path + ": has an error, so its name should begin with fail_\n";
  }
  if (!has_error && must_fail(path)) out += path + ": begins with fail_, but has no error\n";
  return out;
}

std::string check_lines(const std::string& path, std::string_view text) {
  std::string out;
  size_t number = 0;
  for (const Line& line : lines_of(text)) {
    ++number;
    if (is_malformed(line.text, line.kind)) {
      out += path + ":" + std::to_string(number) +
             ": looks like an expectation, but is none: " + std::string(line.text) + "\n";
    }
  }
  return out;
}

std::set<std::string> error_codes(const Outcome& outcome) {
  std::set<std::string> out;
  for (const diag::Diagnostic& diagnostic : outcome.diagnostics) {
    if (is_error(diagnostic)) out.insert(diag::info(diagnostic.kind).code);
  }
  return out;
}

// Applies fix-its until none is offered. They must come to an end and bring no error of a new kind.
std::string check_fixes(const std::string& path, const std::string& text, const Run& run,
                        const Outcome& first) {
  const auto has_fix = [](const diag::Diagnostic& d) { return d.fix.has_value(); };
  if (std::ranges::none_of(first.diagnostics, has_fix)) return "";
  const std::set<std::string> known = error_codes(first);
  // The copy stands beside nothing else, so that a package of one file stays one.
  std::string pattern = (fs::temp_directory_path() / "pac_golden_XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) return path + ": no temporary folder for its fix-its\n";
  const fs::path folder = pattern;
  const std::string copy = (folder / fs::path(path).filename()).string();
  std::string current = text;
  std::string fault = path + ": its fix-its bring each other back\n";
  for (int round = 0; round < kMaxFixRounds; ++round) {
    SourceSet sources;
    if (!write(copy, current)) {
      fault = path + ": cannot write `" + copy + "`\n";
      break;
    }
    const Outcome outcome = run(sources, copy);
    fault.clear();
    for (const std::string& code : error_codes(outcome)) {
      if (!known.contains(code)) fault += path + ": a fix-it brings the error " + code + "\n";
    }
    const SourceFile* file = find_file(sources, copy);
    if (!fault.empty() || file == nullptr) break;
    const diag::FixedText fixed = diag::apply_fixes(*file, outcome.diagnostics);
    if (fixed.applied_count == 0) break;
    current = fixed.text;
    fault = path + ": its fix-its do not come to an end\n";
  }
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  return fault;
}

struct Tried {
  std::string text;       // of the file
  std::string annotated;  // as it should be
  Outcome outcome;
  std::string fault;
};

Tried try_file(const std::string& path, const Run& run) {
  Tried tried;
  Result<std::string> text = read(path);
  if (!text) {
    tried.fault = text.error().message + "\n";
    return tried;
  }
  tried.text = std::move(*text);
  SourceSet sources;
  tried.outcome = run(sources, path);
  const SourceFile* file = find_file(sources, path);
  if (file == nullptr) {
    tried.fault = path + ": was not loaded under this name\n";
    return tried;
  }
  tried.annotated = annotate(sources, *file, tried.outcome);
  return tried;
}

}  // namespace

std::vector<std::string> collect(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (at->is_regular_file() && at->path().extension() == ".pac")
      out.push_back(at->path().string());
  }
  std::ranges::sort(out);
  return out;
}

bool must_fail(std::string_view path) {
  return path.substr(path.rfind('/') + 1).starts_with("fail_");  // npos + 1 is 0
}

std::string strip(std::string_view text) {
  std::string out;
  for (const Line& line : lines_of(text)) {
    if (line.kind == LineKind::ordinary) out.append(line.text).append(line.end);
  }
  return out;
}

std::string annotate(const SourceSet& sources, const SourceFile& file, const Outcome& outcome) {
  const std::vector<Line> lines = lines_of(file.text());
  Expectations expectations(sources, file, lines);
  for (const diag::Diagnostic& diagnostic : outcome.diagnostics) expectations.add(diagnostic);
  std::string out;
  // New lines end as the line above them does.
  std::string_view line_end = "\n";
  const auto add = [&](const std::vector<std::string>& added) {
    if (added.empty()) return;
    if (!out.empty() && out.back() != '\n') out += line_end;
    for (const std::string& line : added) out.append(line).append(line_end);
  };
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].kind != LineKind::ordinary) continue;
    if (!lines[i].end.empty()) line_end = lines[i].end;
    out.append(lines[i].text).append(lines[i].end);
    add(expectations.below(static_cast<uint32_t>(i + 1)));
  }
  add(expectations.below(0));
  add(output_lines(outcome.output));
  return out;
}

std::set<std::string> expected_codes(std::string_view text) {
  std::set<std::string> out;
  for (const Line& line : lines_of(text)) {
    const size_t at = line.text.find("[PAC");
    if (line.kind != LineKind::expectation || at == line.text.npos) continue;
    if (!line.text.substr(0, at).ends_with("also")) out.emplace(line.text.substr(at + 1, 7));
  }
  return out;
}

std::string compare(const std::string& path, const Run& run) {
  const Tried tried = try_file(path, run);
  if (!tried.fault.empty()) return tried.fault;
  std::string out = check_lines(path, tried.text) + check_messages(path, tried.outcome);
  if (tried.annotated != tried.text) out += difference(path, tried.text, tried.annotated);
  return out + check_fixes(path, tried.text, run, tried.outcome);
}

std::string update(const std::string& path, const Run& run) {
  const Tried tried = try_file(path, run);
  if (!tried.fault.empty()) return tried.fault;
  if (tried.annotated != tried.text && !write(path, tried.annotated)) {
    return path + ": cannot be written\n";
  }
  return compare(path, run);
}

}  // namespace pac::golden
