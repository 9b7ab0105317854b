#include "compiler/diag/diagnostic.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "runtime/base/check.h"
#include "runtime/base/utf8.h"

namespace pac::diag {

namespace {

constexpr auto kKinds = std::to_array<KindInfo>({
#define PAC_DIAGNOSTIC(code, name, severity, message) {#code, #name, Severity::severity, message},
#include "compiler/diag/kinds.def"
#undef PAC_DIAGNOSTIC
});

// Dropped diagnostics are built like others, into one object that nobody reads.
constexpr size_t kDropped = static_cast<size_t>(-1);

// What an author wrote may be of any length; the place shows it, too.
constexpr size_t kMostBytesOfAnArgument = 400;

// What is kept where there is no room for all: mistakes, then what the analysis gave up, as nobody
// may take that for proved, then the rest.
int weight_of(const Diagnostic& diagnostic) {
  if (diagnostic.severity == Severity::error) return 3;
  if (diagnostic.kind == Kind::not_settled) return 2;
  return diagnostic.severity == Severity::warning ? 1 : 0;
}

// The last of `all` that weighs least, where that is less than the given one weighs.
size_t find_lesser(const std::vector<Diagnostic>& all, const Diagnostic& than) {
  size_t out = kDropped;
  int least = weight_of(than);
  for (size_t i = all.size(); i-- > 0 && least > 0;) {
    if (weight_of(all[i]) >= least) continue;
    least = weight_of(all[i]);
    out = i;
  }
  return out;
}

bool is_argument_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

// Calls text(piece) and argument(name) for the parts of a message, in order. A brace that does not
// enclose a name stands for itself, so that a message may speak of `{`.
template <typename Text, typename ArgumentName>
void split_message(std::string_view message, Text text, ArgumentName argument) {
  size_t begin = 0;
  for (size_t at = message.find('{'); at != message.npos; at = message.find('{', at + 1)) {
    size_t end = at + 1;
    while (end < message.size() && is_argument_letter(message[end])) ++end;
    if (end == at + 1 || end == message.size() || message[end] != '}') continue;
    text(message.substr(begin, at - begin));
    argument(message.substr(at + 1, end - at - 1));
    begin = end + 1;
  }
  text(message.substr(begin));
}

const Argument* find_argument(const std::vector<Argument>& arguments, std::string_view name) {
  const auto found = std::ranges::find(arguments, name, &Argument::name);
  return found == arguments.end() ? nullptr : &*found;
}

bool same_argument(const Argument& a, const Argument& b) {
  return a.name == b.name && a.value == b.value;
}

bool same_label(const Label& a, const Label& b) { return a.span == b.span && a.text == b.text; }

bool same_fix(const std::optional<FixIt>& a, const std::optional<FixIt>& b) {
  if (a.has_value() != b.has_value()) return false;
  return !a || (a->span == b->span && a->replacement == b->replacement && a->text == b->text);
}

bool same(const Diagnostic& a, const Diagnostic& b) {
  return a.kind == b.kind && a.severity == b.severity && a.span == b.span && a.label == b.label &&
         std::ranges::equal(a.arguments, b.arguments, same_argument) &&
         std::ranges::equal(a.labels, b.labels, same_label) && a.notes == b.notes &&
         a.helps == b.helps && same_fix(a.fix, b.fix);
}

std::u32string code_points(std::string_view text) {
  std::u32string out;
  for (size_t at = 0; at < text.size();) {
    char32_t code_point = 0xFFFD;
    at += static_cast<size_t>(std::max(1, decode_utf8(text, at, &code_point)));
    out.push_back(code_point);
  }
  return out;
}

std::u32string lower_ascii(std::u32string text) {
  for (char32_t& c : text) {
    if (c >= U'A' && c <= U'Z') c += U'a' - U'A';
  }
  return text;
}

// Insertions, deletions, replacements and swaps of neighbours (no part is edited twice).
size_t edit_distance(const std::u32string& a, const std::u32string& b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> above(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, above[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

const KindInfo& info(Kind kind) {
  PAC_CHECK(static_cast<size_t>(kind) < kKinds.size(), "a kind of kinds.def");
  return kKinds[static_cast<size_t>(kind)];
}

size_t kind_count() { return kKinds.size(); }

std::optional<Kind> kind_of_code(std::string_view code) {
  for (size_t i = 0; i < kKinds.size(); ++i) {
    if (code == kKinds[i].code) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

std::string Diagnostic::message() const {
  std::string out;
  split_message(
      info(kind).message, [&](std::string_view text) { out += text; },
      [&](std::string_view name) {
        const Argument* argument = find_argument(arguments, name);
        if (argument == nullptr) {
          out.append("{").append(name).append("}");
        } else if (const auto* text = std::get_if<std::string>(&argument->value)) {
          if (text->size() > kMostBytesOfAnArgument) {
            size_t end = kMostBytesOfAnArgument;
            while ((static_cast<unsigned char>((*text)[end]) & 0xC0) == 0x80) --end;
            out += text->substr(0, end) + "...";
            return;
          }
          out += *text;
        } else {
          out += std::to_string(std::get<int64_t>(argument->value));
        }
      });
  return out;
}

std::vector<std::string> missing_arguments(const Diagnostic& diagnostic) {
  std::vector<std::string> out;
  split_message(
      info(diagnostic.kind).message, [](std::string_view) {},
      [&](std::string_view name) {
        if (find_argument(diagnostic.arguments, name) == nullptr) out.emplace_back(name);
      });
  return out;
}

Diagnostic& Builder::diagnostic() {
  return index_ == kDropped ? emitter_.dropped_ : emitter_.diagnostics_[index_];
}

Builder& Builder::label(std::string text) {
  diagnostic().label = std::move(text);
  return *this;
}

Builder& Builder::also(Span span, std::string text) {
  diagnostic().labels.push_back({span, std::move(text)});
  return *this;
}

Builder& Builder::note(std::string text) {
  diagnostic().notes.push_back(std::move(text));
  return *this;
}

Builder& Builder::help(std::string text) {
  diagnostic().helps.push_back(std::move(text));
  return *this;
}

Builder& Builder::fix(Span span, std::string replacement, std::string text) {
  diagnostic().fix = FixIt{span, std::move(replacement), std::move(text)};
  return *this;
}

Builder Emitter::emit(Kind kind, Span span, std::vector<Argument> arguments) {
  const Severity severity = info(kind).severity;
  if (severity == Severity::error) ++error_count_;
  if (severity == Severity::warning) ++warning_count_;
  Diagnostic diagnostic{};
  diagnostic.kind = kind;
  diagnostic.severity = severity;
  diagnostic.span = span;
  diagnostic.arguments = std::move(arguments);
  if (diagnostics_.size() >= kMaxDiagnostics) {
    ++dropped_count_;
    const size_t lesser = find_lesser(diagnostics_, diagnostic);
    if (lesser == kDropped) {
      dropped_ = std::move(diagnostic);
      return Builder(*this, kDropped);
    }
    // Taken away, so that what is told last stands last, also where places are the same.
    diagnostics_.erase(diagnostics_.begin() + static_cast<std::ptrdiff_t>(lesser));
  }
  diagnostics_.push_back(std::move(diagnostic));
  return Builder(*this, diagnostics_.size() - 1);
}

void Emitter::keep_if(const std::function<bool(const Diagnostic&)>& keep) {
  std::vector<Diagnostic> kept;
  kept.reserve(diagnostics_.size());
  for (Diagnostic& diagnostic : diagnostics_) {
    if (keep(diagnostic)) {
      kept.push_back(std::move(diagnostic));
      continue;
    }
    if (diagnostic.severity == Severity::error) --error_count_;
    if (diagnostic.severity == Severity::warning) --warning_count_;
  }
  diagnostics_ = std::move(kept);
}

void Emitter::sort() {
  // Stable: at one place the order of emission is the order of causes.
  std::ranges::stable_sort(
      diagnostics_, {}, [](const Diagnostic& d) { return std::tuple(d.span.file, d.span.begin); });
  std::vector<Diagnostic> kept;
  kept.reserve(diagnostics_.size());
  for (Diagnostic& diagnostic : diagnostics_) {
    const auto repeats = [&](const Diagnostic& earlier) { return same(earlier, diagnostic); };
    // Repeats begin at one place, so only the tail that begins there needs a look.
    bool repeated = false;
    for (size_t i = kept.size(); i > 0 && !repeated; --i) {
      const Span& earlier = kept[i - 1].span;
      if (earlier.file != diagnostic.span.file || earlier.begin != diagnostic.span.begin) break;
      repeated = repeats(kept[i - 1]);
    }
    if (!repeated) {
      kept.push_back(std::move(diagnostic));
      continue;
    }
    if (diagnostic.severity == Severity::error) --error_count_;
    if (diagnostic.severity == Severity::warning) --warning_count_;
  }
  diagnostics_ = std::move(kept);
}

std::string nearest(std::string_view name, const std::vector<std::string>& candidates) {
  // Beyond 256 characters nobody mistypes a name; the bound keeps the work small.
  constexpr size_t kMaxLength = 256;
  const std::u32string wanted = code_points(name);
  if (wanted.empty() || wanted.size() > kMaxLength) return "";
  const std::u32string wanted_lower = lower_ascii(wanted);
  const std::string* best = nullptr;
  size_t best_distance = wanted.size() / 3 + 1;
  for (const std::string& candidate : candidates) {
    if (candidate == name) continue;
    const std::u32string text = code_points(candidate);
    const size_t gap = std::max(text.size(), wanted.size()) - std::min(text.size(), wanted.size());
    if (text.size() > kMaxLength || gap >= best_distance) continue;
    // Only the case differs: nearer than any edit.
    const bool only_case = lower_ascii(text) == wanted_lower;
    const size_t distance = only_case ? 0 : edit_distance(wanted, text);
    if (distance >= best_distance) continue;
    best = &candidate;
    best_distance = distance;
  }
  return best == nullptr ? "" : *best;
}

}  // namespace pac::diag
