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

std::string through(const std::string& text) {
  if (!session().bind_json(kEcho, text)) return told(session());
  if (!session().prepare({}, nullptr)) return told(session());
  session().decide();
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

}  // namespace
}  // namespace pac::engine::test
