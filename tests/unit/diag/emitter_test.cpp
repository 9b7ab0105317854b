#include <algorithm>
#include <set>

#include "tests/unit/diag/testing.h"

namespace pac::diag {
namespace {

Diagnostic token(std::vector<Argument> arguments) {
  Diagnostic diagnostic{};
  diagnostic.kind = Kind::unexpected_token;
  diagnostic.arguments = std::move(arguments);
  return diagnostic;
}

TEST(Kinds, AreWellFormedAndUnique) {
  std::set<std::string> codes;
  std::set<std::string> names;
  for (size_t i = 0; i < kind_count(); ++i) {
    const auto kind = static_cast<Kind>(i);
    const std::string code = info(kind).code;
    EXPECT_TRUE(codes.insert(code).second) << code << " twice";
    EXPECT_TRUE(names.insert(info(kind).name).second) << info(kind).name << " twice";
    ASSERT_EQ(code.size(), 7u) << code;
    EXPECT_TRUE(code.starts_with("PAC")) << code;
    EXPECT_EQ(code.find_first_not_of("0123456789", 3), code.npos) << code;
    EXPECT_EQ(kind_of_code(code), kind);
    const std::string message = info(kind).message;
    ASSERT_FALSE(message.empty()) << code;
    EXPECT_FALSE(message.front() >= 'A' && message.front() <= 'Z') << code << ": " << message;
    EXPECT_NE(message.back(), '.') << code << ": " << message;
  }
  EXPECT_EQ(kind_of_code("PAC9999"), std::nullopt);
  EXPECT_EQ(kind_of_code("PAC100"), std::nullopt);
}

TEST(Diagnostic, FillsItsMessage) {
  EXPECT_EQ(token({{"seen", "`=`"}}).message(), "unexpected `=`");
  EXPECT_EQ(token({{"seen", int64_t{-7}}}).message(), "unexpected -7");
  // A value is not looked into, however much it looks like an argument.
  EXPECT_EQ(token({{"seen", "{seen}"}}).message(), "unexpected {seen}");
}

TEST(Diagnostic, ShowsAnArgumentThatIsMissing) {
  EXPECT_EQ(token({{"other", "x"}}).message(), "unexpected {seen}");
  EXPECT_EQ(missing_arguments(token({{"other", "x"}})), std::vector<std::string>{"seen"});
  EXPECT_TRUE(missing_arguments(token({{"seen", "{seen}"}})).empty());
}

TEST(Emitter, BuildsInPlace) {
  Emitter emitter;
  emitter.emit(Kind::unexpected_token, {0, 1, 2}, {{"seen", "a"}})
      .label("here")
      .also({0, 5, 6}, "and here")
      .note("a note")
      .help("a way out")
      .fix({0, 1, 2}, "b", "write `b`");
  ASSERT_EQ(emitter.all().size(), 1u);
  const Diagnostic& d = emitter.all().front();
  EXPECT_EQ(d.severity, Severity::error);
  EXPECT_EQ(d.label, "here");
  ASSERT_EQ(d.labels.size(), 1u);
  EXPECT_EQ(d.labels[0].span, (Span{0, 5, 6}));
  EXPECT_EQ(d.notes, std::vector<std::string>{"a note"});
  EXPECT_EQ(d.helps, std::vector<std::string>{"a way out"});
  ASSERT_TRUE(d.fix.has_value());
  EXPECT_EQ(d.fix->replacement, "b");
  EXPECT_TRUE(emitter.has_errors());
  EXPECT_EQ(emitter.error_count(), 1u);
  EXPECT_EQ(emitter.warning_count(), 0u);
}

TEST(Emitter, SortsByPlaceAndKeepsTheFirstCauseFirst) {
  Emitter emitter;
  const auto add = [&](Span span, const char* seen) {
    emitter.emit(Kind::unexpected_token, span, {{"seen", seen}});
  };
  add({}, "no place");
  add({1, 0, 1}, "second file");
  add({0, 9, 10}, "late");
  add({0, 3, 9}, "cause");
  add({0, 3, 4}, "effect");
  emitter.sort();
  std::string order;
  for (const Diagnostic& d : emitter.all())
    order += std::get<std::string>(d.arguments[0].value) + ";";
  EXPECT_EQ(order, "cause;effect;late;second file;no place;");
}

TEST(Emitter, RemovesExactRepeatsOnly) {
  Emitter emitter;
  for (int i = 0; i < 3; ++i) {
    emitter.emit(Kind::unexpected_token, {0, 3, 4}, {{"seen", "a"}});
    emitter.emit(Kind::unexpected_token, {0, 3, 4}, {{"seen", i == 0 ? "b" : "c"}});
  }
  emitter.emit(Kind::unexpected_token, {0, 3, 4}, {{"seen", "a"}}).note("differs");
  emitter.sort();
  EXPECT_EQ(emitter.all().size(), 4u);  // a, b, c, and a with a note
  EXPECT_EQ(emitter.error_count(), 4u);
}

TEST(Emitter, CountsWhatItDrops) {
  Emitter emitter;
  for (size_t i = 0; i < Emitter::kMaxDiagnostics + 5; ++i) {
    emitter.emit(Kind::unexpected_token, {0, static_cast<uint32_t>(i), 0}, {{"seen", "a"}})
        .note("n");
  }
  EXPECT_EQ(emitter.all().size(), Emitter::kMaxDiagnostics);
  EXPECT_EQ(emitter.dropped_count(), 5u);
  EXPECT_EQ(emitter.error_count(), Emitter::kMaxDiagnostics + 5);
  EXPECT_EQ(emitter.all().back().notes.size(), 1u);
  EXPECT_EQ(summary(emitter), "1005 errors (5 not shown)");
}

TEST(Emitter, DropsWhatWeighsLeast) {
  Emitter emitter;
  emitter.emit(Kind::mergeable_rows, {0, 0, 0});
  for (size_t i = 1; i < Emitter::kMaxDiagnostics; ++i) {
    emitter.emit(Kind::redundant_rule, {0, static_cast<uint32_t>(i), 0});
  }
  const auto count = [&](Kind kind) {
    return std::ranges::count(emitter.all(), kind, &Diagnostic::kind);
  };
  emitter.emit(Kind::not_settled, {0, 1, 0}).note("why");
  EXPECT_EQ(count(Kind::mergeable_rows), 0) << "notes go first";
  EXPECT_EQ(emitter.all().back().notes.size(), 1u);
  emitter.emit(Kind::not_settled, {0, 2, 0});
  emitter.emit(Kind::gap, {0, 3, 0});
  emitter.emit(Kind::redundant_rule, {0, 4, 0});
  emitter.emit(Kind::mergeable_rows, {0, 5, 0});
  EXPECT_EQ(count(Kind::not_settled), 2);
  EXPECT_EQ(count(Kind::gap), 1);
  EXPECT_EQ(count(Kind::redundant_rule), static_cast<std::ptrdiff_t>(Emitter::kMaxDiagnostics - 3));
  EXPECT_EQ(emitter.all().size(), Emitter::kMaxDiagnostics);
  EXPECT_EQ(emitter.dropped_count(), 5u);
  // The first ones stay, the last ones of the same weight go.
  EXPECT_EQ(emitter.all()[0].span.begin, 1u);
}

TEST(Summary, UsesSingularAndPlural) {
  Emitter emitter;
  EXPECT_EQ(summary(emitter), "no findings");
  emitter.emit(Kind::unexpected_token, {0, 0, 0});
  EXPECT_EQ(summary(emitter), "1 error");
  emitter.emit(Kind::unexpected_token, {0, 1, 0});
  EXPECT_EQ(summary(emitter), "2 errors");
}

TEST(Nearest, FindsWhatWasMeant) {
  const std::vector<std::string> names = {"amount", "applicant", "age", "purpose", "Amounts", "é"};
  EXPECT_EQ(nearest("amuont", names), "amount");       // a swap is one edit
  EXPECT_EQ(nearest("amont", names), "amount");        // left out
  EXPECT_EQ(nearest("purpouse", names), "purpose");    // added
  EXPECT_EQ(nearest("aplicamt", names), "applicant");  // two edits of eight
  EXPECT_EQ(nearest("agee", names), "age");
  EXPECT_EQ(nearest("aga", names), "age");
  EXPECT_EQ(nearest("AMOUNT", names), "amount");  // case alone is nearest of all
}

TEST(Nearest, SaysNothingRatherThanGuess) {
  const std::vector<std::string> names = {"amount", "age", "x", "é"};
  EXPECT_EQ(nearest("income", names), "");
  EXPECT_EQ(nearest("y", names), "");  // of one letter nothing would be left
  EXPECT_EQ(nearest("ab", names), "");
  EXPECT_EQ(nearest("", names), "");
  EXPECT_EQ(nearest("age", names), "");  // a name is no correction of itself
  EXPECT_EQ(nearest("amount", {}), "");
  EXPECT_EQ(nearest(std::string(5000, 'a'), {std::string(5000, 'a') + "b"}), "");
}

TEST(Nearest, TakesTheFirstOfEquals) {
  EXPECT_EQ(nearest("cat", {"bat", "hat"}), "bat");
  EXPECT_EQ(nearest("cat", {"hat", "bat"}), "hat");
}

}  // namespace
}  // namespace pac::diag
