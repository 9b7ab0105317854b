// JSON -> bind -> decide -> JSON gives back what went in, for values of every type; and whatever
// the bytes, binding never crashes and never lets a value out of its domain through.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "runtime/engine/check_value.h"
#include "tests/unit/engine/echo.h"

namespace pac::engine::test {
namespace {

constexpr auto kEcho = static_cast<ir::DecisionId>(0);

Session& session() {
  static Session made(load(echo()), {});
  return made;
}

// Where a buffer has no room to spare, the answer is written field by field.
void expect_one_answer() {
  std::string quick(std::size_t{1} << 16, ' ');
  TextSink sink(quick.data(), quick.size());
  write_decision(session(), sink);
  quick.resize(sink.size());
  std::string careful(quick.size(), ' ');
  TextSink exact(careful.data(), careful.size());
  write_decision(session(), exact);
  EXPECT_EQ(careful, quick);
  EXPECT_EQ(exact.size(), quick.size());
}

std::string through(const std::string& text) {
  if (!session().bind_json(kEcho, text)) return told(session());
  if (!session().prepare({}, nullptr)) return told(session());
  session().decide();
  expect_one_answer();
  return echoed(session());
}

RC_GTEST_PROP(RoundTrip, CanonicalTextComesBack, ()) {
  const std::string text = EchoText(*rc::gen::arbitrary<uint64_t>(), true).input();
  RC_ASSERT(through(text) == text);
}

// Other spellings of an input give the same as the canonical text of its values.
RC_GTEST_PROP(RoundTrip, OtherSpellingsMeanTheSame, ()) {
  const std::string text = EchoText(*rc::gen::arbitrary<uint64_t>(), false).input();
  const std::string once = through(text);
  RC_ASSERT(once.starts_with('{'));
  RC_ASSERT(through(once) == once);
}

// What was accepted is well formed by the check that structs of strangers undergo.
bool lies_in_domain() {
  Refusals refusals(1);
  Report report(session().rules().schema(), refusals, false);
  bool good = true;
  for (const Slot& slot : session().rules().shape(kEcho).input.record().fields) {
    good = good &&
           check_stored(slot, static_cast<const char*>(session().input()) + slot.offset, report);
  }
  return good && refusals.empty();
}

// Damage that JSON texts meet: bytes changed, dropped, doubled, tokens moved from elsewhere.
std::string damaged(std::string text, std::mt19937_64& random) {
  static constexpr std::string_view kTokens[] = {
      "{",    "}",       "[",       "]",    ",",
      ":",    "\"",      "null",    "true", "-",
      "1e9",  "\\u0000", "\\ud800", "1.5",  "9223372036854775807",
      "\xff", "\x00",    "0",       "[[[[", "\"count\":1,"};
  for (uint64_t i = 1 + random() % 3; i > 0 && !text.empty(); --i) {
    const std::size_t at = random() % text.size();
    switch (random() % 5) {
      case 0:
        text[at] = static_cast<char>(random());
        break;
      case 1:
        text.erase(at, 1 + random() % 8);
        break;
      case 2:
        text.insert(at, text.substr(random() % text.size(), random() % 20));
        break;
      case 3:
        text.insert(at, kTokens[random() % std::size(kTokens)]);
        break;
      default:
        text.resize(at);
    }
  }
  return text;
}

RC_GTEST_PROP(Fuzz, DamagedTextsAreRefusedOrMeanSomething, ()) {
  std::mt19937_64 random(*rc::gen::arbitrary<uint64_t>());
  for (int i = 0; i < 100; ++i) {
    const std::string text = damaged(EchoText(random(), random() % 2 == 0).input(), random);
    if (!session().bind_json(kEcho, text)) {
      RC_ASSERT(!session().refusals().empty());
      RC_ASSERT(valid_utf8(session().refusals()[0].message.view()));
      RC_ASSERT(valid_utf8(session().refusals()[0].path.view()));
      continue;
    }
    RC_ASSERT(lies_in_domain());
    RC_ASSERT(session().prepare({}, nullptr));
    RC_ASSERT(session().decide() == PAC_OK);
    const std::string once = echoed(session());
    RC_ASSERT(through(once) == once);
  }
}

RC_GTEST_PROP(Fuzz, RandomBytesAreRefused, (const std::string& bytes)) {
  RC_ASSERT(!session().bind_json(kEcho, bytes));
  RC_ASSERT(!session().bind_json(kEcho, "{" + bytes));
}

// With all refusals collected the reader goes on after mistakes, which must not lead it astray.
RC_GTEST_PROP(Fuzz, CollectingRefusesTheSameTexts, ()) {
  static Session all(load(echo()), [] {
    SessionOptions options;
    options.max_refusals = kCollectedRefusals;
    return options;
  }());
  std::mt19937_64 random(*rc::gen::arbitrary<uint64_t>());
  for (int i = 0; i < 100; ++i) {
    const std::string text = damaged(EchoText(random(), false).input(), random);
    const bool accepted = session().bind_json(kEcho, text);
    RC_ASSERT(all.bind_json(kEcho, text) == accepted);
    if (accepted) continue;
    RC_ASSERT(all.refusals().size() >= 1);
    RC_ASSERT(all.refusals()[0].message.view() == session().refusals()[0].message.view());
    RC_ASSERT(all.refusals()[0].path.view() == session().refusals()[0].path.view());
  }
}

// What became of a text: the refusal, or the values as text.
std::string outcome(Session& session, std::string_view text) {
  if (!session.bind_json(kEcho, text)) return told(session);
  const Schema& schema = session.rules().schema();
  std::string out(std::size_t{1} << 16, ' ');
  TextSink sink(out.data(), out.size());
  write_record(schema, session.rules().shape(kEcho).input.record(), session.input(), sink);
  return out.substr(0, sink.size());
}

// White space where JSON allows it, and members in another order.
std::string rewritten(const std::string& text, std::mt19937_64& random) {
  std::string out;
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text[i] == '\\') out += text[++i];
    if (text[i] == '"' && text[i - 1] != '\\') is_quoted = !is_quoted;
    if (!is_quoted && std::string_view("{}[],:").contains(text[i]) && random() % 4 == 0) {
      out += std::string_view(" \n\t\r")[random() % 4];
    }
  }
  if (random() % 2 == 0) {  // the first member behind the last
    const std::size_t comma = out.find(',');
    const std::size_t end = out.rfind('}');
    out = "{" + out.substr(comma + 1, end - comma - 1) + "," + out.substr(1, comma - 1) + "}";
  }
  return out;
}

// The quick reader takes nothing that the other refuses, and reads the same values; what it leaves
// is refused in the same words. So too where memory is short.
RC_GTEST_PROP(Fuzz, BothReadersAgree, ()) {
  const auto rules = load(echo());
  std::mt19937_64 random(*rc::gen::arbitrary<uint64_t>());
  SessionOptions options;
  if (random() % 2 == 0) options.input_memory_bytes = 500 + random() % 4000;
  Session quick(rules, options);
  options.reads_quickly = false;
  Session slow(rules, options);
  for (int i = 0; i < 200; ++i) {
    std::string text = EchoText(random(), random() % 2 == 0).input();
    if (random() % 2 == 0) text = rewritten(text, random);
    if (random() % 4 != 0) text = damaged(std::move(text), random);
    RC_ASSERT(outcome(quick, text) == outcome(slow, text));
  }
}

// Good input is not left to the other reader: the comparison above would then say nothing.
RC_GTEST_PROP(Fuzz, TheQuickReaderTakesGoodInput, ()) {
  const std::string text = EchoText(*rc::gen::arbitrary<uint64_t>(), true).input();
  const std::size_t size = session().bind_leading_json(kEcho, text + ",\"answer\":{}");
  RC_ASSERT(size == text.size());
  const std::string leading = through(text);
  RC_ASSERT(leading == text);
}

}  // namespace
}  // namespace pac::engine::test
