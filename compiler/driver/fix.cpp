#include "compiler/driver/fix.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "compiler/diag/fix.h"
#include "compiler/diag/render.h"
#include "compiler/driver/analyze.h"
#include "compiler/driver/diff.h"
#include "compiler/driver/fix_edits.h"
#include "compiler/driver/run_tests.h"

namespace pac::driver {

namespace {

using Texts = std::vector<std::pair<std::string, std::string>>;

constexpr int kMostRounds = 20;  // of fix-its: one may make room for another
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// What a message is about, whatever else it says of it.
std::string key_of(const diag::Diagnostic& diagnostic) {
  std::string out = diag::info(diagnostic.kind).code;
  for (const diag::Argument& one : diagnostic.arguments) {
    if (one.name == "share") continue;
    out += "\n" + one.name + "=";
    if (const auto* text = std::get_if<std::string>(&one.value)) out += *text;
  }
  return out;
}

// One state of the sources with all that is known of it.
struct State {
  Texts texts;
  std::unique_ptr<Compilation> c;
  std::shared_ptr<engine::LoadedRuleSet> loaded;
  std::map<std::string, size_t> findings;
  std::vector<bool> passed;  // by test
};

Result<State> state_of(Texts texts) {
  State out;
  auto compiled = compile_texts(texts);
  if (!compiled) return std::unexpected(compiled.error());
  out.texts = std::move(texts);
  out.c = std::move(*compiled);
  if (out.c->checked) {
    const auto analysed = analyze(out.c.get());
    if (!analysed) return std::unexpected(analysed.error());
    auto loaded = load(out.c->checked->rules, {Engine::interp, 2});
    if (!loaded) return std::unexpected(loaded.error());
    out.loaded = std::move(*loaded);
    const auto results = run_tests(*out.c->checked, {Engine::interp});
    if (!results) return std::unexpected(results.error());
    for (const TestResult& one : *results) out.passed.push_back(one.passed());
  }
  for (const auto& d : out.c->emitter.all()) ++out.findings[key_of(d)];
  return out;
}

std::string first_error(const Compilation& c) {
  for (const auto& d : c.emitter.all()) {
    if (d.severity == diag::Severity::error) return d.message();
  }
  return "it has errors";
}

// "" where the new version answers as the old one, but for what is allowed; else where not.
std::string difference(const State& before, const State& after, Allowed allowed) {
  const auto version = [](const State& state) {
    return DiffVersion{&state.c->checked->rules, &state.c->checked->side, state.loaded};
  };
  const DiffReport report = diff(version(before), version(after));
  if (!report.schema.empty()) return report.schema[0].what + " " + report.schema[0].text;
  for (const DecisionReport& one : report.decisions) {
    if (one.verdict == Verdict::equivalent) continue;
    if (!one.unknowns.empty()) {
      return "that nothing else changes in `" + one.name + "` can't be proved: " + one.unknowns[0];
    }
    const bool is_cure = allowed == Allowed::errors_only && one.schema.empty() &&
                         !one.found.classes.empty() &&
                         std::ranges::all_of(one.found.classes, [](const auto& each) {
                           return each.before.kind == analyze::AnswerKind::overlap ||
                                  each.before.kind == analyze::AnswerKind::gap;
                         });
    if (is_cure) continue;
    std::string out = "`" + one.name + "` would answer otherwise";
    if (!one.classes.empty() && !one.classes[0].places.empty()) {
      const std::string& region = one.classes[0].places[0].region;
      out += " for " + (region.empty() ? "every input" : region);
    }
    return out;
  }
  return "";
}

Texts edited(const State& state, const Edit& edit) {
  Texts out = state.texts;
  out[edit.span.file].second.replace(edit.span.begin, edit.span.end - edit.span.begin,
                                     edit.replacement);
  return out;
}

class Fixer {
 public:
  explicit Fixer(Texts texts) : original_(std::move(texts)) {}

  Result<FixedPackage> run() {
    auto state = state_of(original_);
    if (!state) return std::unexpected(state.error());
    state_ = std::move(*state);
    if (auto done = apply_fix_its(); !done) return std::unexpected(done.error());
    if (state_.c->checked) {
      for (bool goes_on = true; goes_on;) {
        const auto applied = apply_one();
        if (!applied) return std::unexpected(applied.error());
        goes_on = *applied;
      }
      offer_gaps();
    }
    out_.errors_left = state_.c->emitter.error_count();
    for (auto& [key, one] : offered_) out_.fixes.push_back(std::move(one));
    for (size_t i = 0; i < original_.size(); ++i) {
      const auto& [path, before] = original_[i];
      if (before == state_.texts[i].second) continue;
      out_.files.push_back({path, before, state_.texts[i].second});
    }
    return std::move(out_);
  }

 private:
  Fix fix_of(const diag::Diagnostic& d, Span span, std::string text) const {
    const SourceFile& file = state_.c->sources.file(span.file);
    const uint32_t line = diag::region_of(file, d.span.has_place() ? d.span : span).begin.line;
    return {diag::info(d.kind).code, file.path() + ":" + std::to_string(line), std::move(text),
            true, ""};
  }

  // Messages of the package's own files with fix-its that don't touch each other.
  std::vector<diag::Diagnostic> with_fix_its() const {
    std::vector<diag::Diagnostic> out;
    for (const auto& d : state_.c->emitter.all()) {
      if (!d.fix || !d.fix->span.has_place() || d.fix->span.file >= original_.size()) continue;
      const bool is_taken = std::ranges::any_of(out, [&](const diag::Diagnostic& other) {
        const Span& a = d.fix->span;
        const Span& b = other.fix->span;
        return a.file == b.file && a.begin <= b.end && b.begin <= a.end;
      });
      if (!is_taken) out.push_back(d);
    }
    return out;
  }

  // Round by round; a round that brings an error of a new kind, or changes an answer, is taken
  // back.
  Result<void> apply_fix_its() {
    for (int round = 0; round < kMostRounds; ++round) {
      const auto all = with_fix_its();
      if (all.empty()) return {};
      Texts texts = state_.texts;
      for (uint32_t i = 0; i < texts.size(); ++i) {
        texts[i].second = diag::apply_fixes(state_.c->sources.file(i), all).text;
      }
      auto next = state_of(std::move(texts));
      if (!next) return std::unexpected(next.error());
      std::string reason = new_error(*next);
      if (reason.empty() && state_.c->checked && next->c->checked) {
        reason = difference(state_, *next, Allowed::nothing);
      }
      for (const auto& d : all) {
        Fix one = fix_of(d, d.fix->span, d.fix->text);
        one.is_applied = reason.empty();
        one.reason = reason;
        out_.fixes.push_back(std::move(one));
      }
      if (!reason.empty()) return {};
      state_ = std::move(*next);
    }
    return {};
  }

  // Errors that hid others give way to them; an error of a kind that is new in a package that was
  // read before is the fix-it's fault.
  std::string new_error(const State& next) const {
    if (!state_.c->checked) return "";
    return next.c->checked ? "" : first_error(*next.c);
  }

  // Applies the first proposal that is proved safe; false where there is none.
  Result<bool> apply_one() {
    offered_.clear();
    const std::vector<diag::Diagnostic> all = state_.c->emitter.all();
    for (const auto& d : all) {
      for (const Edit& edit : edits_for(*state_.c, d)) {
        Fix one = fix_of(d, edit.span, edit.text);
        std::string reason = edit.obstacle;
        std::optional<State> next;
        if (reason.empty()) {
          auto tried = try_edit(d, edit, &next);
          if (!tried) return std::unexpected(tried.error());
          reason = *tried;
        }
        if (reason.empty()) {
          out_.fixes.push_back(std::move(one));
          state_ = std::move(*next);
          return true;
        }
        one.is_applied = false;
        one.reason = reason;
        offered_.emplace_back(key_of(d), std::move(one));
      }
    }
    return false;
  }

  // "" where the edit is safe, with the state that it leads to; else why not.
  Result<std::string> try_edit(const diag::Diagnostic& d, const Edit& edit,
                               std::optional<State>* out) {
    if (++trials_ > kMostTrials) return "too many findings to try; run it again after these";
    auto next = state_of(edited(state_, edit));
    if (!next) return std::unexpected(next.error());
    std::string reason = objection(d, edit, *next);
    for (size_t i = 0; reason.empty() && i < edit.rivals.size(); ++i) {
      std::optional<State> ignored;
      const auto rival = try_edit(d, edit.rivals[i], &ignored);
      if (!rival) return std::unexpected(rival.error());
      if (rival->empty()) reason = "to " + edit.rivals[i].text + " would do as well; say which";
    }
    if (reason.empty()) *out = std::move(*next);
    return reason;
  }

  std::string objection(const diag::Diagnostic& d, const Edit& edit, const State& next) const {
    if (!next.c->checked) return "the policy would have errors: " + first_error(*next.c);
    const auto count = [](const State& state, const std::string& key) {
      const auto found = state.findings.find(key);
      return found == state.findings.end() ? size_t{0} : found->second;
    };
    const std::string key = key_of(d);
    if (count(next, key) >= count(state_, key)) return "it would not cure this";
    for (const auto& one : next.c->emitter.all()) {
      if (one.severity == diag::Severity::note) continue;  // advice, which is no fault
      const std::string other = key_of(one);
      if (count(next, other) > count(state_, other)) return "then " + one.message();
    }
    const auto& tests = state_.c->checked->tests;
    if (next.passed.size() != state_.passed.size()) return "the tests would be others";
    for (size_t i = 0; i < tests.size(); ++i) {
      if (state_.passed[i] && !next.passed[i]) {
        return "test \"" + tests[i].title + "\" would fail";
      }
    }
    return difference(state_, next, edit.allowed);
  }

  // What a row has to say that fills a gap is the author's to decide.
  void offer_gaps() {
    for (const auto& d : state_.c->emitter.all()) {
      if (d.kind != diag::Kind::gap) continue;
      for (const std::string& note : d.notes) {
        const size_t end = note.find("\nfor example ");
        if (end == note.npos) continue;
        Fix one = fix_of(d, d.span, "add a rule for " + note.substr(0, end));
        one.is_applied = false;
        one.reason = "what it yields is yours to say";
        offered_.emplace_back(key_of(d), std::move(one));
      }
    }
  }

  Texts original_;
  State state_;
  FixedPackage out_;
  std::vector<std::pair<std::string, Fix>> offered_;  // of the state as it is
  size_t trials_ = 0;
};

}  // namespace

Result<FixedPackage> fix_texts(Texts texts) { return Fixer(std::move(texts)).run(); }

Result<FixedPackage> fix(const std::vector<std::string>& files) {
  Texts texts;
  std::vector<bool> has_mark;
  for (const std::string& path : files) {
    SourceSet sources;  // says what is wrong with a file as everywhere
    const auto file = sources.load(path);
    if (!file) return std::unexpected(file.error());
    std::ifstream in(path, std::ios::binary);
    std::string head(kByteOrderMark.size(), '\0');
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    has_mark.push_back(head == kByteOrderMark);
    texts.emplace_back(path, std::string((*file)->text()));
  }
  auto out = fix_texts(std::move(texts));
  if (!out) return out;
  for (FixedFile& file : out->files) {
    const auto at = std::ranges::find(files, file.path) - files.begin();
    if (!has_mark[static_cast<size_t>(at)]) continue;
    file.before.insert(0, kByteOrderMark);
    file.after.insert(0, kByteOrderMark);
  }
  return out;
}

}  // namespace pac::driver
