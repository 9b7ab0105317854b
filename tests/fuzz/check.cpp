// check: any bytes as a policy. What passes the checker passes the verifier, keeps its bytes and
// its function digests through its encoding, and its side tables keep theirs.
#include "compiler/diag/render.h"
#include "compiler/driver/compile.h"
#include "runtime/ir/encode.h"
#include "runtime/ir/function.h"
#include "runtime/ir/print.h"
#include "tests/fuzz/target.h"

namespace pac::fuzz {

Verdict run_check(std::string_view bytes) {
  const auto compiled = driver::compile_texts({{"no-such-folder/fuzz.pac", std::string(bytes)}});
  if (!compiled) {
    claim(compiled.error().code.starts_with("PAC01"), "what the checker passes is verified",
          compiled.error().code + " " + compiled.error().message);
    return Verdict::drop;
  }
  const driver::Compilation& c = **compiled;
  diag::render_json(c.sources, c.emitter.all());
  for (const auto& d : c.emitter.all()) {
    claim(diag::missing_arguments(d).empty(), "a message has all its arguments", d.message());
  }
  if (!c.checked) {
    claim(c.emitter.has_errors(), "what is refused has an error");
    return Verdict::keep;
  }
  const ir::RuleSet& rules = c.checked->rules;
  const std::string text = ir::encode(rules);
  const auto decoded = ir::decode(text);
  claim(decoded.has_value(), "what was encoded is decoded", text);
  claim(ir::verify(*decoded, stdlib::find).has_value(), "what was decoded is verified", text);
  claim(ir::encode(*decoded) == text, "a second encoding has the same bytes", text);
  const ir::Functions before(rules, stdlib::find);
  const ir::Functions after(*decoded, stdlib::find);
  for (uint32_t i = 0; i < rules.decisions.size(); ++i) {
    const auto id = static_cast<ir::DecisionId>(i);
    claim(before.digest(id) == after.digest(id), "a decision keeps its digest", text);
  }
  const std::string side_text = ir::encode_side(c.checked->side);
  const auto side = ir::decode_side(side_text);
  claim(side.has_value(), "encoded side tables are decoded", side_text);
  claim(ir::encode_side(*side) == side_text, "side tables keep their bytes", side_text);
  claim(ir::verify(*decoded, *side, stdlib::find).has_value(), "decoded side tables are verified",
        side_text);
  ir::print(rules);
  return Verdict::keep;
}

}  // namespace pac::fuzz
