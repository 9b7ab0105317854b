#include "compiler/driver/too_large.h"

#include <string>
#include <string_view>

#include "runtime/ir/limits.h"

namespace pac::driver {

namespace {

using diag::Kind;

// verify.h: the message names the place, "decision `d`, rule `r`, expression 17: what is wrong".
struct Refusal {
  std::string kind, name, rule, what;
};

std::string quoted_after(std::string_view text, std::string_view word) {
  const size_t at = text.find(std::string(word) + " `");
  if (at == std::string_view::npos) return {};
  const size_t begin = at + word.size() + 2;
  return std::string(text.substr(begin, text.find('`', begin) - begin));
}

Refusal read(const std::string& message) {
  Refusal out;
  const size_t colon = message.find(": ");
  const std::string place = colon == std::string::npos ? "" : message.substr(0, colon);
  out.what = colon == std::string::npos ? message : message.substr(colon + 2);
  out.kind = place.substr(0, place.find(' '));
  out.name = quoted_after(place, out.kind);
  out.rule = quoted_after(place, ", rule");
  return out;
}

template <typename Decl>
const ast::Name* named(const std::vector<Decl>& all, std::string_view name) {
  for (const Decl& each : all) {
    if (each.name.text == name) return &each.name;
  }
  return nullptr;
}

const ast::Name* find(const ast::Module& module, const Refusal& refusal) {
  if (refusal.kind == "enum") return named(module.enums, refusal.name);
  if (refusal.kind == "param") return named(module.params, refusal.name);
  if (refusal.kind == "duty") return named(module.duties, refusal.name);
  if (refusal.kind == "record") {
    if (const ast::Name* record = named(module.records, refusal.name)) return record;
  }
  // The records of a decision are called `d.input`, `d.output`.
  return named(module.decisions, refusal.name.substr(0, refusal.name.find('.')));
}

// What the verifier says in its words, and what the author is told.
struct Limit {
  std::string_view said;  // part of its message
  const char* what;
  int64_t limit;
  const char* help;
};

constexpr const char* kSmaller = "divide it into smaller ones";
constexpr const char* kLets = "name parts with `let`, or divide the decision";

constexpr Limit kLimits[] = {
    {"nested deeper than", "levels of an expression", int64_t{ir::kMaxExprDepth}, kLets},
    {"through lets and calls", "lets and calls that read one another",
     int64_t{ir::kMaxEvaluationDepth}, "let them read what is nearer to the input"},
    {"too many steps", "steps of one decision, those that it calls included,",
     static_cast<int64_t>(ir::kMaxSteps),
     "a call in a `let` is made once, however often it is read"},
    {"nested too deep", "records and lists within one another", int64_t{ir::kMaxTypeDepth},
     kSmaller},
    {"the record is too large", "bytes of a record with all that is in it",
     static_cast<int64_t>(ir::kMaxRecordBytes), kSmaller},
    {" fields;", "fields of a record", int64_t{ir::kMaxFields}, kSmaller},
    {" values;", "values of an enum", int64_t{ir::kMaxEnumValues},
     "a longer list of codes is a `string` with a pattern"},
    {" lines;", "lines of a parameter", int64_t{ir::kMaxParamLines}, kSmaller},
    {" lets;", "lets of a decision", int64_t{ir::kMaxLets}, kSmaller},
    {"no valid name", "letters of a name, with its package,", int64_t{ir::kMaxNameBytes},
     "choose a shorter one"},
};

const Limit* limit_of(std::string_view what) {
  for (const Limit& each : kLimits) {
    if (what.find(each.said) != std::string_view::npos) return &each;
  }
  return nullptr;
}

}  // namespace

bool report_too_large(const Error& refusal, std::span<const ast::Module> modules,
                      diag::Emitter* emitter) {
  if (refusal.code != "PAC4101" && refusal.code != "PAC4105" && refusal.code != "PAC4112") {
    return false;
  }
  const Refusal seen = read(refusal.message);
  const Limit* limit = limit_of(seen.what);
  if (limit == nullptr || modules.empty()) return false;
  const ast::Name* name = nullptr;
  for (const ast::Module& module : modules) {
    if (name == nullptr) name = find(module, seen);
  }
  const Span place = name != nullptr ? name->span : modules[0].package.span;
  auto message =
      emitter->emit(Kind::limit_exceeded, place, {{"what", limit->what}, {"limit", limit->limit}});
  if (!seen.rule.empty()) message.note("in rule `" + seen.rule + "`");
  message.help(limit->help);
  return true;
}

}  // namespace pac::driver
