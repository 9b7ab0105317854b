#include "compiler/driver/answer.h"

#include <algorithm>

#include "runtime/base/text_numbers.h"
#include "runtime/engine/memory_features.h"
#include "runtime/engine/write.h"

namespace pac::driver {

namespace {

// Longest JSON of a decision that a test looks at.
constexpr size_t kAnswerBytes = size_t{4} << 20;

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
  std::string buffer(kAnswerBytes, '\0');
  engine::TextSink sink(buffer.data(), buffer.size());
  if (session.bind_json(question.decision, question.input) && session.prepare(context, &*features)) {
    session.decide();
    engine::write_decision(session, sink);
  } else {
    engine::write_refusal(session.refusals()[0], sink);
  }
  buffer.resize(std::min(sink.size(), kAnswerBytes));
  return buffer;
}

}  // namespace pac::driver
