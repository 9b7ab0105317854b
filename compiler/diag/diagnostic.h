// What pac says about a policy: kinds with stable codes, and the emitter that collects them.
//
// A diagnostic has a kind (code, severity, message), one primary span with an optional label,
// labelled second places, notes, and at most one fix-it that is safe to apply. Arguments are typed,
// so that JSON and SARIF carry the values, not only the sentence. All kinds stand in kinds.def.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/diag/source.h"

namespace pac::diag {

enum class Severity : uint8_t { error, warning, note };

enum class Kind : uint16_t {
#define PAC_DIAGNOSTIC(code, name, severity, message) name,
#include "compiler/diag/kinds.def"
#undef PAC_DIAGNOSTIC
};

struct KindInfo {
  const char* code;  // "PAC1201"
  const char* name;  // "unknown_name"
  Severity severity;
  const char* message;  // with {name} for each argument
};

const KindInfo& info(Kind kind);
size_t kind_count();
// The kind with this code, if there is one.
std::optional<Kind> kind_of_code(std::string_view code);

struct Argument {
  std::string name;
  std::variant<std::string, int64_t> value;
};

struct Label {
  Span span;
  std::string text;
};

// Replaces the text of `span`; an empty span inserts.
struct FixIt {
  Span span;
  std::string replacement;
  std::string text;  // what it does: "write `==`"
};

struct Diagnostic {
  Kind kind;
  Severity severity;
  Span span;
  std::string label;  // beside the primary span; may be empty
  std::vector<Argument> arguments;
  std::vector<Label> labels;  // second places
  std::vector<std::string> notes;
  std::vector<std::string> helps;  // ways out, shown as `= help:`
  std::optional<FixIt> fix;

  std::string message() const;  // the kind's message with the arguments filled in
};

// The {names} in the message of its kind that have no argument: a bug of ours, which golden tests
// show.
std::vector<std::string> missing_arguments(const Diagnostic& diagnostic);

// Builds one diagnostic; it is complete when the builder goes out of scope.
//   emitter.emit(Kind::unknown_name, span, {{"name", "x"}}).label("not found").help("did you mean
//   `y`?");
class Emitter;
class Builder {
 public:
  Builder(Emitter& emitter, size_t index) : emitter_(emitter), index_(index) {}
  Builder& label(std::string text);
  Builder& also(Span span, std::string text);
  Builder& note(std::string text);
  Builder& help(std::string text);
  Builder& fix(Span span, std::string replacement, std::string text);

 private:
  Diagnostic& diagnostic();
  Emitter& emitter_;
  size_t index_;
};

class Emitter {
 public:
  // 1,000 a run: more than anyone reads; SARIF shows at most 5,000. Further ones are only counted.
  static constexpr size_t kMaxDiagnostics = 1000;

  Builder emit(Kind kind, Span span, std::vector<Argument> arguments = {});

  const std::vector<Diagnostic>& all() const { return diagnostics_; }
  size_t error_count() const { return error_count_; }
  size_t warning_count() const { return warning_count_; }
  size_t dropped_count() const { return dropped_count_; }
  bool has_errors() const { return error_count_ > 0; }
  // Forgets the others, as if they had never been told.
  void keep_if(const std::function<bool(const Diagnostic&)>& keep);
  // Sorted by file and place, first cause first, exact repeats removed.
  void sort();

 private:
  friend class Builder;
  std::vector<Diagnostic> diagnostics_;
  Diagnostic dropped_{};
  size_t error_count_ = 0;
  size_t warning_count_ = 0;
  size_t dropped_count_ = 0;
};

// The candidate nearest to `name` (Damerau-Levenshtein, at most a third of its length away; first
// of equals; one that differs only in case comes before all), or "". A candidate equal to `name` is
// passed over.
std::string nearest(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace pac::diag
