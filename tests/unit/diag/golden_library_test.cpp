// The golden library over a made-up phase: it reports each word that begins with "bad".
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/golden/golden.h"
#include "tests/unit/diag/testing.h"

namespace pac::golden {
namespace {

namespace fs = std::filesystem;
using diag::Emitter;
using diag::Kind;

Outcome find_bad_words(SourceSet& sources, const std::string& path) {
  const auto file = sources.load(path);
  EXPECT_TRUE(file.has_value());
  const std::string_view text = (*file)->text();
  Emitter emitter;
  size_t line_start = 0;
  while (line_start < text.size()) {
    const size_t line_end = std::min(text.find('\n', line_start), text.size());
    const std::string_view line = text.substr(line_start, line_end - line_start);
    const size_t at = line.starts_with("//") ? line.npos : line.find("bad");
    if (at != line.npos) {
      const size_t length = std::min(line.find_first_of(" \r", at), line.size()) - at;
      const Span span{(*file)->id(), static_cast<uint32_t>(line_start + at),
                      static_cast<uint32_t>(line_start + at + length)};
      auto builder = emitter.emit(Kind::unexpected_token, span, {{"seen", "`bad`"}});
      builder.label("here").note("first\nsecond").fix(span, "good", "write `good`");
      if (const size_t friend_at = line.find("with"); friend_at != line.npos) {
        const auto begin = static_cast<uint32_t>(line_start + friend_at);
        builder.also({(*file)->id(), begin, begin + 4}, "with this");
      }
    }
    line_start = line_end + 1;
  }
  return emitter.all();
}

class Folder {
 public:
  Folder() {
    std::string pattern = (fs::path(testing::TempDir()) / "pac_golden_test_XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { fs::remove_all(path_); }

  std::string write(const std::string& name, std::string_view text) const {
    const fs::path path = path_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

constexpr std::string_view kPlain = "let a = 1\nlet x = badly with y\n// a comment\nlet z\n";
constexpr std::string_view kAnnotated =
    "let a = 1\n"
    "let x = badly with y\n"
    "//      ^^^^^ error[PAC1001]: unexpected `bad`\n"
    "//      = label: here\n"
    "//      = note: first\n"
    "//      = ...: second\n"
    "//      = fix: write `good`: \"badly\" -> \"good\"\n"
    "//            ---- also[PAC1001]: with this\n"
    "// a comment\n"
    "let z\n";

TEST(Golden, UpdateWritesWhatCompareWants) {
  const Folder folder;
  const std::string path = folder.write("fail_a.pac", kPlain);
  EXPECT_EQ(update(path, find_bad_words), "");
  EXPECT_EQ(read(path), kAnnotated);
  EXPECT_EQ(compare(path, find_bad_words), "");
  EXPECT_EQ(update(path, find_bad_words), "") << "a second time changes nothing";
  EXPECT_EQ(read(path), kAnnotated);
  EXPECT_EQ(strip(kAnnotated), kPlain);
}

TEST(Golden, CompareSaysWhatDiffers) {
  const Folder folder;
  std::string text(kAnnotated);
  text.replace(text.find("`bad`"), 5, "`mad`");
  const std::string path = folder.write("fail_a.pac", text);
  EXPECT_EQ(compare(path, find_bad_words),
            path +
                ":2: let x = badly with y\n"
                "  expected //      ^^^^^ error[PAC1001]: unexpected `mad`\n"
                "  reported //      ^^^^^ error[PAC1001]: unexpected `bad`\n");
}

TEST(Golden, AnUnexpectedAndAMissingDiagnosticAreFaults) {
  const Folder folder;
  const std::string without = folder.write("fail_a.pac", kPlain);
  EXPECT_NE(compare(without, find_bad_words).find("reported //      ^^^^^ error"),
            std::string::npos);
  const std::string nothing =
      folder.write("fail_b.pac", "let x\n//  ^ error[PAC1001]: unexpected `bad`\n");
  const std::string fault = compare(nothing, find_bad_words);
  EXPECT_NE(fault.find("expected //  ^ error"), std::string::npos) << fault;
  EXPECT_NE(fault.find("begins with fail_, but has no error"), std::string::npos) << fault;
}

TEST(Golden, TheNameSaysWhetherItFails) {
  const Folder folder;
  const std::string path = folder.write("a.pac", kAnnotated);
  EXPECT_NE(compare(path, find_bad_words).find("its name should begin with fail_"),
            std::string::npos);
  EXPECT_EQ(compare(folder.write("good.pac", "let x\n"), find_bad_words), "");
  EXPECT_TRUE(must_fail("a/b/fail_c.pac"));
  EXPECT_FALSE(must_fail("fail_b/c.pac"));
}

TEST(Golden, FirstColumnsAndTheEndHaveSpellingsOfTheirOwn) {
  const Folder folder;
  const std::string path = folder.write("fail_a.pac", "bad\n bad x\n  bad\n");
  EXPECT_EQ(update(path, find_bad_words), "");
  const std::string text = read(path);
  EXPECT_NE(text.find("bad\n//@1 ^^^ error[PAC1001]: unexpected `bad`\n//  = label: here\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(" bad x\n//@2 ^^^ error[PAC1001]"), std::string::npos) << text;
  EXPECT_NE(text.find("  bad\n//^^^ error[PAC1001]"), std::string::npos) << text;

  const auto at_end = [](SourceSet& sources, const std::string& name) -> Outcome {
    const SourceFile* file = *sources.load(name);
    const auto size = static_cast<uint32_t>(file->text().size());
    Emitter emitter;
    emitter.emit(Kind::unexpected_token, {file->id(), size, size}, {{"seen", "end"}});
    emitter.emit(Kind::unexpected_token, {}, {{"seen", "option"}});
    emitter.emit(Kind::unexpected_token, {file->id(), 4, size}, {{"seen", "all"}});
    return emitter.all();
  };
  const std::string whole = folder.write("fail_b.pac", "let a {\n}\n");
  EXPECT_EQ(update(whole, at_end), "");
  EXPECT_EQ(read(whole),
            "let a {\n"
            "//  ^... error[PAC1001]: unexpected all\n"
            "}\n"
            "//@end error[PAC1001]: unexpected end\n"
            "//@file error[PAC1001]: unexpected option\n");
}

TEST(Golden, KeepsLineEndsOfTheSource) {
  const Folder folder;
  const std::string path = folder.write("fail_a.pac", "let a\r\n    bad\r\nlet b\r\n");
  EXPECT_EQ(update(path, find_bad_words), "");
  const std::string text = read(path);
  EXPECT_NE(text.find("    bad\r\n//  ^^^ error[PAC1001]: unexpected `bad`\r\n"),
            std::string::npos);
  EXPECT_EQ(strip(text), "let a\r\n    bad\r\nlet b\r\n");
}

TEST(Golden, PlacesInOtherFilesStandAtTheEnd) {
  const Folder folder;
  const std::string other = folder.write("other.pac", "x\n");
  const auto run = [&](SourceSet& sources, const std::string& name) -> Outcome {
    const uint32_t first = (*sources.load(name))->id();
    const uint32_t second = (*sources.load(other))->id();
    Emitter emitter;
    emitter.emit(Kind::unexpected_token, {first, 4, 5}, {{"seen", "a"}})
        .also({second, 0, 1}, "there");
    return emitter.all();
  };
  const std::string path = folder.write("fail_a.pac", "let a\n");
  EXPECT_EQ(update(path, run), "");
  EXPECT_EQ(read(path),
            "let a\n"
            "//  ^ error[PAC1001]: unexpected a\n"
            "//@other.pac:1:1 also[PAC1001]: there\n");
}

TEST(Golden, HoldsPrintedOutput) {
  const Folder folder;
  std::string printed = "record A\n\n  x: int  \n";
  const auto run = [&](SourceSet& sources, const std::string& name) -> Outcome {
    EXPECT_TRUE(sources.load(name).has_value());
    return {{}, printed};
  };
  const std::string path = folder.write("a.pac", "let a\n");
  EXPECT_EQ(update(path, run), "");
  EXPECT_EQ(read(path), "let a\n//> record A\n//>\n//>   x: int\n");
  EXPECT_EQ(compare(path, run), "");
  printed += "more\n";
  EXPECT_NE(compare(path, run).find("reported //> more"), std::string::npos);
}

TEST(Golden, FindsCommentsThatOnlyLookLikeExpectations) {
  const Folder folder;
  for (const char* line : {"//   ^ eror[PAC1001]: x", "//  ^^ no code", "  //  ^ error[PAC1001]: x",
                           "//@ error[PAC1001]: x", "// see [PAC1001]"}) {
    const std::string path = folder.write("a.pac", std::string("let a\n") + line + "\n");
    EXPECT_NE(compare(path, find_bad_words).find("a.pac:2: looks like an expectation"),
              std::string::npos)
        << line;
  }
  const std::string fine =
      folder.write("b.pac", "// = note: no\n// -- a line --\n/// ^doc\nlet a\n");
  EXPECT_EQ(compare(fine, find_bad_words), "");
}

TEST(Golden, FixesMustCure) {
  const Folder folder;
  const auto worse = [](SourceSet& sources, const std::string& name) -> Outcome {
    const SourceFile* file = *sources.load(name);
    Emitter emitter;
    emitter.emit(Kind::unexpected_token, {file->id(), 4, 5}, {{"seen", "x"}})
        .fix({file->id(), 4, 4}, "x", "write `x` once more");
    return emitter.all();
  };
  const std::string path = folder.write("fail_a.pac", "let x\n");
  EXPECT_EQ(update(path, worse), path + ": its fix-its do not come to an end\n");
}

TEST(Golden, OpenArgumentsAreFaults) {
  const Folder folder;
  const auto open = [](SourceSet& sources, const std::string& name) -> Outcome {
    const SourceFile* file = *sources.load(name);
    Emitter emitter;
    emitter.emit(Kind::unexpected_token, {file->id(), 4, 5});
    return emitter.all();
  };
  const std::string path = folder.write("fail_a.pac", "let x\n");
  EXPECT_EQ(update(path, open), path + ": PAC1001 was reported without its argument {seen}\n");
}

TEST(Golden, ListsFilesAndCodes) {
  const Folder folder;
  folder.write("check/names/fail_b.pac", kAnnotated);
  folder.write("check/a.pac", "let x\n");
  folder.write("check/notes.txt", "");
  const auto files = collect(folder.path().string());
  ASSERT_EQ(files.size(), 2u);
  EXPECT_TRUE(files[0].ends_with("check/a.pac"));
  EXPECT_TRUE(files[1].ends_with("check/names/fail_b.pac"));
  EXPECT_EQ(expected_codes(kAnnotated), std::set<std::string>{"PAC1001"});
  EXPECT_TRUE(expected_codes("// error[PAC1001] in passing\n").empty());
  EXPECT_TRUE(collect((folder.path() / "none").string()).empty());
}

}  // namespace
}  // namespace pac::golden
