// native: the bytes are the choices of the differential tester's generator: a rule set and inputs,
// which the interpreter and native code decide alike. An input takes a tenth of a second and more,
// since each rule set is compiled.
#include "runtime/ir/verify.h"
#include "tests/differential/generator.h"
#include "tests/differential/tester.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/target.h"

namespace pac::fuzz {

Verdict run_native(std::string_view bytes) {
  Bytes in(bytes);
  const uint8_t head = in.u8();
  const uint64_t seed = in.u16();
  const differential::Native level =
      head & 0x80 ? differential::Native::level_2 : differential::Native::level_0;
  const uint32_t decisions = 1 + head % 3;
  const ir::RuleSet rules =
      differential::Generator(differential::Random(seed, in.rest())).generate(decisions);
  const auto verified = ir::verify(rules, stdlib::find);
  claim(verified.has_value(), "the generator makes what the verifier takes",
        verified ? "" : verified.error().message);
  std::vector<uint32_t> all;
  for (uint32_t i = 0; i < decisions; ++i) all.push_back(i);
  const auto found = differential::find_disagreement(rules, rules, {level}, seed, all, 10);
  claim(found.engine.empty(), "both engines give the same answer", found.to_text());
  return Verdict::keep;
}

}  // namespace pac::fuzz
