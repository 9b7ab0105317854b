// JSON lines and GitHub workflow commands.
#include "runtime/base/json.h"
#include "tests/unit/diag/testing.h"

namespace pac::diag {
namespace {

using test::Source;

std::string json_of(const Source& source) { return render_json(source.set, source.emitter.all()); }
std::string github_of(const Source& source) {
  return render_github(source.set, source.emitter.all());
}

TEST(JsonLines, HoldsEveryPartInCanonicalOrder) {
  Source source("let ä = 1\nlet y = x\n");
  source.emitter
      .emit(Kind::unexpected_token, source.at("x"), {{"seen", "`x`"}, {"count", int64_t{3}}})
      .label("here")
      .also(source.at("ä"), "there")
      .note("n")
      .help("h")
      .fix(source.at("x"), "ä", "write `ä`");
  EXPECT_EQ(json_of(source),
            R"({"arguments":{"count":3,"seen":"`x`"},"begin":19,"code":"PAC1001","column":9,)"
            R"("end":20,"end_column":10,"end_line":2,"file":"rules/loan.pac",)"
            R"("fix":{"begin":19,"column":9,"end":20,"end_column":10,"end_line":2,)"
            R"("file":"rules/loan.pac","line":2,"replacement":"ä","text":"write `ä`"},)"
            R"("helps":["h"],"label":"here","labels":[{"begin":4,"column":5,"end":6,)"
            R"("end_column":6,"end_line":1,"file":"rules/loan.pac","line":1,"text":"there"}],)"
            R"("line":2,"message":"unexpected `x`","name":"unexpected_token","notes":["n"],)"
            R"("severity":"error"})"
            "\n");
}

TEST(JsonLines, LeavesOutThePlaceWhereThereIsNone) {
  Source source("x");
  source.report({}, "\"quoted\"\n\x01");
  EXPECT_EQ(json_of(source),
            R"({"arguments":{"seen":"\"quoted\"\n\u0001"},"code":"PAC1001","helps":[],"label":"",)"
            R"("labels":[],"message":"unexpected \"quoted\"\n\u0001","name":"unexpected_token",)"
            R"("notes":[],"severity":"error"})"
            "\n");
}

TEST(JsonLines, ParsesBackLineByLine) {
  Source source("let x = 1\nlet y = 2\n");
  source.report(source.at("x"), "a\nb");
  source.report(source.at("y"), std::string("\xFF", 1)).note("line\r\nend");
  const std::string text = json_of(source);
  size_t count = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    const auto value = json::parse(std::string_view(text).substr(at, end - at));
    ASSERT_TRUE(value.has_value()) << value.error().message;
    EXPECT_EQ(value->find("code")->as_string(), "PAC1001");
    EXPECT_EQ(value->find("line")->as_int(), static_cast<int64_t>(++count));
    at = end + 1;
  }
  EXPECT_EQ(count, 2u);
}

TEST(JsonLines, WritesLargeNumbersAsText) {
  Source source("x");
  source.emitter.emit(Kind::unexpected_token, {}, {{"seen", INT64_MAX}});
  EXPECT_NE(json_of(source).find(R"("seen":"9223372036854775807")"), std::string::npos);
}

TEST(GitHub, WritesOneCommandALine) {
  Source source("let x = 1\nlet y = {\n}\n");
  source.report(source.at("x"), "`x`").label("here").note("n").help("h");
  source.report(source.at("{", "}"));
  source.report({});
  EXPECT_EQ(github_of(source),
            "::error file=rules/loan.pac,line=1,col=5,endLine=1,endColumn=6,"
            "title=PAC1001 unexpected_token::unexpected `x`%0Ahere%0Anote: n%0Ahelp: h\n"
            "::error file=rules/loan.pac,line=2,endLine=3,"
            "title=PAC1001 unexpected_token::unexpected it\n"
            "::error title=PAC1001 unexpected_token::unexpected it\n");
}

TEST(GitHub, EscapesWhatWouldEndTheCommand) {
  Source source("x\n", "a,b:c%d\r\ne.pac");
  source.report(source.at("x"), "100%, a::b\r\nc,d");
  EXPECT_EQ(github_of(source),
            "::error file=a%2Cb%3Ac%25d%0D%0Ae.pac,line=1,col=1,endLine=1,endColumn=2,"
            "title=PAC1001 unexpected_token::unexpected 100%25, a::b%0D%0Ac,d\n");
}

TEST(GitHub, CallsANoteANotice) {
  Source source("x\n");
  source.report(source.at("x"));
  Diagnostic note = source.emitter.all().front();
  note.severity = Severity::note;
  Diagnostic warning = note;
  warning.severity = Severity::warning;
  const std::vector<Diagnostic> all = {note, warning};
  const std::string text = render_github(source.set, all);
  EXPECT_TRUE(text.starts_with("::notice file=")) << text;
  EXPECT_NE(text.find("\n::warning file="), std::string::npos) << text;
}

TEST(Formats, HaveTheNamesOfTheCommandLine) {
  EXPECT_EQ(format_named("pretty"), Format::pretty);
  EXPECT_EQ(format_named("json"), Format::json);
  EXPECT_EQ(format_named("sarif"), Format::sarif);
  EXPECT_EQ(format_named("junit"), Format::junit);
  EXPECT_EQ(format_named("github"), Format::github);
  EXPECT_EQ(format_named("xml"), std::nullopt);
  Source source("x");
  source.report(source.at("x"));
  const auto& all = source.emitter.all();
  EXPECT_EQ(render(Format::pretty, source.set, all), source.pretty());
  EXPECT_EQ(render(Format::json, source.set, all), json_of(source));
  EXPECT_EQ(render(Format::sarif, source.set, all), render_sarif(source.set, all));
  EXPECT_EQ(render(Format::junit, source.set, all), render_junit(source.set, all));
  EXPECT_EQ(render(Format::github, source.set, all), github_of(source));
}

TEST(Regions, CountInTheUnitAskedFor) {
  Source source("a😀b\n");
  const Span b = source.at("b");
  EXPECT_EQ(region_of(source.file(), b).begin.column, 3u);
  EXPECT_EQ(region_of(source.file(), b, ColumnUnit::utf16_units).begin.column, 4u);
  // A span that cuts a letter covers it.
  const Region cut = region_of(source.file(), source.bytes(2, 3));
  EXPECT_EQ(cut.begin_byte, 1u);
  EXPECT_EQ(cut.end_byte, 5u);
}

}  // namespace
}  // namespace pac::diag
