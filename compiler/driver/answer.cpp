#include "compiler/driver/answer.h"

#include "runtime/base/text_numbers.h"
#include "runtime/engine/memory_features.h"
#include "runtime/engine/write.h"

namespace pac::driver {

namespace {

// What nearly every answer fits in; a longer one is written a second time, into a buffer of its
// size.
constexpr size_t kAnswerBytes = size_t{64} << 10;

}  // namespace

Result<std::string> answer_to(engine::Session& session, const Question& question) {
  engine::Context context;
  context.json = question.context;
  if (!question.as_of.empty()) {
    int32_t as_of = 0;
    if (parse_date(question.as_of, &as_of) != TextStatus::ok) {
      return fail("PAC5122", "`" + question.as_of + "` is no date such as 2026-03-01");
    }
    context.as_of = as_of;
  }
  if (!question.now.empty()) {
    int64_t now = 0;
    if (parse_datetime(question.now, &now) != TextStatus::ok) {
      return fail("PAC5122", "`" + question.now + "` is no instant such as 2026-03-01T09:00:00Z");
    }
    context.now_us = now;
  }
  auto features = engine::MemoryFeatures::parse(question.features);
  if (!features) return std::unexpected(features.error());
  const bool decided =
      session.bind_json(question.decision, question.input) && session.prepare(context, &*features);
  if (decided) session.decide();
  std::string buffer(kAnswerBytes, '\0');
  for (;;) {
    engine::TextSink sink(buffer.data(), buffer.size());
    if (decided) {
      engine::write_decision(session, sink);
    } else {
      engine::write_refusal(session.refusals()[0], sink);
    }
    buffer.resize(sink.size());
    if (sink.fits()) return buffer;
  }
}

}  // namespace pac::driver
