// json_input: texts bound to decisions of rich.pac: input, context, features, date and instant,
// with a zero byte between them. Both engines answer, or refuse, alike, and one that answered
// answers the same again.
#include "compiler/driver/answer.h"
#include "runtime/base/json.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/fixed.h"
#include "tests/fuzz/target.h"

namespace pac::fuzz {

Verdict run_json_input(std::string_view bytes) {
  static const Fixed& fixed = *new Fixed(make_fixed("rich.pac"));
  static engine::Session& interp = *new engine::Session(fixed.interp, small_session());
  static engine::Session& native = *new engine::Session(fixed.native, small_session());
  Bytes in(bytes);
  driver::Question question;
  question.decision = static_cast<ir::DecisionId>(in.u8() % fixed.rules().decisions.size());
  question.input = in.until('\0');
  question.context = in.until('\0');
  question.features = in.until('\0');
  question.as_of = in.until('\0');
  question.now = in.until('\0');
  if (question.context.empty()) question.context = "{}";
  if (question.features.empty()) question.features = "{}";
  const auto expected = driver::answer_to(interp, question);
  const auto got = driver::answer_to(native, question);
  claim(expected.has_value() == got.has_value(), "both engines take the same questions");
  if (!expected) return Verdict::keep;
  claim(*expected == *got, "both engines give the same answer", *expected + "\n" + *got);
  claim(json::parse(*expected).has_value(), "an answer is JSON", *expected);
  const auto again = driver::answer_to(native, question);
  claim(again && *again == *got, "asked again, the answer is the same", *got);
  return Verdict::keep;
}

}  // namespace pac::fuzz
