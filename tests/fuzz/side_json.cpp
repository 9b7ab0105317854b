// side_json: side tables from nobody trusted, beside the rule set of sample.pac: any bytes, a
// damaged good text, or explanations that name any expressions. What the verifier lets pass can be
// used to explain decisions.
#include "compiler/driver/answer.h"
#include "compiler/driver/explain.h"
#include "runtime/ir/encode.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/fixed.h"
#include "tests/fuzz/target.h"

namespace pac::fuzz {

namespace {

struct Around {
  Around() : fixed(make_fixed("sample.pac")), session(fixed.interp, small_session()) {}
  Fixed fixed;
  engine::Session session;
};

// Values of explanations, by turns, anew.
ir::Side forged(ir::Side side, Bytes& in) {
  std::vector<ir::Explanation*> all;
  for (auto& decision : side.decisions) {
    for (auto& rule : decision.rules) {
      for (auto& text : rule.explanations) all.push_back(&text);
    }
    if (in.u8() % 2 == 0) continue;
    decision.otherwise.explanations.push_back({"en", {}});
    all.push_back(&decision.otherwise.explanations.back());
  }
  while (!in.empty() && !all.empty()) {
    ir::Explanation& text = *all[in.u8() % all.size()];
    const auto value = static_cast<ir::ExprId>(in.u16());
    const std::string unit(in.text(in.u8() % 4));
    if (in.u8() % 2 == 0 && !text.parts.empty()) {
      ir::TemplatePart& part = text.parts[in.u8() % text.parts.size()];
      part = {"", value, unit};
    } else {
      text.parts.push_back({"", value, unit});
    }
  }
  return side;
}

void explain_all(Around& around, check::Checked checked) {
  for (const auto& test : around.fixed.compilation->checked->tests) {
    driver::Question question;
    question.decision = test.decision;
    question.input = test.input;
    question.as_of = test.as_of.empty() ? "2026-03-01" : test.as_of;
    const auto answer = driver::answer_to(around.session, question);
    claim(answer.has_value() && around.session.is_decided(), "a test of ours is decided");
    for (const char* language : {"en", "fi", "xx"}) {
      const auto text = driver::explain(checked, around.fixed.compilation->sources, around.session,
                                        {"", language});
      claim(text.has_value(), "a decision is explained");
    }
  }
}

}  // namespace

Verdict run_side_json(std::string_view bytes) {
  static Around& around = *new Around();
  const check::Checked& good = *around.fixed.compilation->checked;
  static const std::string& good_text = *new std::string(ir::encode_side(good.side));
  Bytes in(bytes);
  ir::Side side;
  const uint8_t head = in.u8();
  if (head % 3 == 0) {
    side = forged(good.side, in);
  } else {
    const std::string text = head % 3 == 1 ? spliced(good_text, in) : std::string(in.rest());
    auto decoded = ir::decode_side(text);
    if (!decoded) return Verdict::keep;
    claim(ir::encode_side(*decoded) == text, "side tables have one encoding", text);
    side = std::move(*decoded);
  }
  if (!ir::verify(good.rules, side, stdlib::find)) return Verdict::keep;
  check::Checked checked = good;
  checked.side = std::move(side);
  explain_all(around, std::move(checked));
  return Verdict::keep;
}

}  // namespace pac::fuzz
