// format: laying out twice is laying out once, comments and tree stay, and a policy that checks
// keeps the function digests of its decisions.
#include "compiler/format/format.h"

#include "compiler/driver/compile.h"
#include "runtime/ir/function.h"
#include "tests/fuzz/target.h"
#include "tests/unit/format/support.h"

namespace pac::fuzz {

namespace {

std::vector<std::string> digests_of(const std::string& text) {
  const auto compiled = driver::compile_texts({{"no-such-folder/fuzz.pac", text}});
  std::vector<std::string> out;
  if (!compiled || !(*compiled)->checked) return out;
  const ir::RuleSet& rules = (*compiled)->checked->rules;
  const ir::Functions functions(rules, stdlib::find);
  for (uint32_t i = 0; i < rules.decisions.size(); ++i) {
    out.push_back(functions.digest(static_cast<ir::DecisionId>(i)));
  }
  return out;
}

}  // namespace

Verdict run_format(std::string_view bytes) {
  const std::string text(bytes);
  const format::Parsed before(text);
  if (!before.errors.empty()) return Verdict::drop;
  const std::string once = format::format(before.module, *before.file);
  const format::Parsed after(once);
  claim(after.errors.empty(), "what was laid out parses", after.errors + once);
  claim(format::structure(before.module) == format::structure(after.module), "the tree stays",
        once);
  claim(format::comments(before) == format::comments(after), "comments stay", once);
  const std::string twice = format::format(after.module, *after.file);
  claim(twice == once, "a second layout changes nothing", once + "---\n" + twice);
  claim(digests_of(text) == digests_of(once), "function digests stay", once);
  return Verdict::keep;
}

}  // namespace pac::fuzz
