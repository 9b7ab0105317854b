// ir_decode: any bytes as ir.json, or a damaged good one. It is refused, or what is accepted keeps
// its bytes and can be run: both engines decide inputs within its domains and agree.
#include "runtime/ir/encode.h"
#include "runtime/ir/function.h"
#include "runtime/ir/print.h"
#include "tests/differential/engines.h"
#include "tests/differential/inputs.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/fixed.h"
#include "tests/fuzz/target.h"

namespace pac::fuzz {

namespace {

// Inputs of a decision; each takes microseconds.
constexpr int kInputs = 3;

// What makes inputs knows the patterns of its own rule sets only; engines want an input that lies
// within its domains.
bool lies_within(differential::Engines& engines, const ir::RuleSet& rules,
                 const ir::Decision& decision, const char* input) {
  const ir::Record& record = rules.record(decision.input);
  const ir::RecordLayout& layout = engines.layout().record(decision.input);
  for (size_t i = 0; i < record.fields.size(); ++i) {
    const ir::Field& field = record.fields[i];
    if (!engines.interpreter().within(field.type, field.domain, input + layout.offsets[i])) {
      return false;
    }
  }
  return true;
}

void run_all(const ir::RuleSet& rules, bool with_native) {
  using differential::Native;
  // The engines of the differential tester have two zones.
  if (rules.zones.size() > 2) return;
  std::vector<Native> natives;
  if (with_native) natives = {Native::level_0};
  auto engines = differential::Engines::make(rules, rules, natives);
  claim(engines.has_value() || with_native, "the interpreter takes what is verified");
  if (!engines) return;  // native code has limits of its own
  differential::Random random(rules.exprs.size());
  differential::InputMaker maker(rules, (*engines)->layout(), (*engines)->interpreter());
  std::string expected, got;
  for (uint32_t i = 0; i < rules.decisions.size(); ++i) {
    const auto id = static_cast<ir::DecisionId>(i);
    for (int n = 0; n < kInputs; ++n) {
      const char* input = maker.make(id, random);
      if (!lies_within(**engines, rules, rules.decisions[i], input)) continue;
      if (!(*engines)->assumes_hold(id, input)) continue;
      (*engines)->interpret(id, input, nullptr, expected);
      if (natives.empty()) continue;
      (*engines)->run_native(0, id, input, got);
      claim(expected == got, "both engines give the same answer", expected + "\n" + got);
    }
  }
}

}  // namespace

Verdict run_ir_decode(std::string_view bytes) {
  static const std::string& rich = *new std::string(ir::encode(make_fixed("rich.pac").rules()));
  static const std::string& sample = *new std::string(ir::encode(make_fixed("sample.pac").rules()));
  Bytes in(bytes);
  const uint8_t head = in.u8();
  std::string text;
  switch (head % 4) {
    case 0:
      text = spliced(rich, in);
      break;
    case 1:
      text = spliced(sample, in);
      break;
    default:
      text = in.rest();
      break;
  }
  const auto decoded = ir::decode(text);
  if (!decoded) return Verdict::keep;
  claim(ir::encode(*decoded) == text, "a rule set has one encoding", text);
  if (!ir::verify(*decoded, stdlib::find)) return Verdict::keep;
  ir::print(*decoded);
  const ir::Functions functions(*decoded, stdlib::find);
  for (uint32_t i = 0; i < decoded->decisions.size(); ++i) {
    functions.digest(static_cast<ir::DecisionId>(i));
  }
  // Compiling takes a hundred times as long as all else.
  run_all(*decoded, (head & 0x70) == 0x70);
  return Verdict::keep;
}

}  // namespace pac::fuzz
