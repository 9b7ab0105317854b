// Holds every golden file against what the compiler says today; `golden_test --update` rewrites
// them. Also runs the examples of docs/diagnostics and the snippets of the language reference
// through the compiler.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "compiler/diag/render.h"
#include "compiler/driver/analyze.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/contract.h"
#include "compiler/driver/gates.h"
#include "tests/golden/golden.h"
#include "tests/golden/pages.h"

namespace pac::golden {
namespace {

const std::string kSource = PAC_SOURCE_DIR;

using Texts = std::vector<std::pair<std::string, std::string>>;

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// With what the analysis finds, where there are no errors before it.
std::vector<diag::Diagnostic> findings_of(driver::Compilation& compilation) {
  if (compilation.checked) {
    const auto analysis = driver::analyze(&compilation);
    if (!analysis) ADD_FAILURE() << analysis.error().code << " " << analysis.error().message;
  }
  return compilation.emitter.all();
}

bool is_of(std::string_view code, std::string_view area) { return code.starts_with(area); }

// What `pac ci` says, with the figures that it asks for; `old`: the base, empty for none.
std::unique_ptr<driver::Compilation> after_gates(std::unique_ptr<driver::Compilation> compilation,
                                                 const Texts& old) {
  driver::GateOptions options;
  options.least = {100, std::nullopt, 90};
  options.is_base_asked = !old.empty();
  driver::GateBase base;
  std::unique_ptr<driver::Compilation> before;
  if (!old.empty()) {
    auto compiled = driver::compile_texts(old);
    EXPECT_TRUE(compiled && (*compiled)->checked) << old[0].first;
    before = std::move(*compiled);
    auto loaded = driver::load(before->checked->rules, {driver::Engine::interp, 2});
    EXPECT_TRUE(loaded.has_value());
    base = {"the base", {&before->checked->rules, &before->checked->side, *loaded}, {}};
    options.base = &base;
  }
  auto gates = driver::run_gates(std::move(compilation), options);
  EXPECT_TRUE(gates.has_value());
  return std::move(gates->compilation);
}

// What callers of the old version would notice.
void hold_against(const Texts& old, driver::Compilation* compilation) {
  const auto before = driver::compile_texts(old);
  ASSERT_TRUE(before && (*before)->checked) << old[0].first;
  driver::check_contract({&(*before)->checked->rules, before->get()}, compilation);
}

Outcome compile_file(SourceSet& sources, const std::string& path) {
  diag::Emitter emitter;
  auto file = sources.load(path);
  if (!file) {
    ADD_FAILURE() << file.error().message;
    return {};
  }
  const bool is_gated = std::filesystem::path(path).parent_path().filename() == "ci";
  // Some of its messages name files.
  const std::string name = is_gated ? std::filesystem::path(path).filename().string() : path;
  auto compiled = driver::compile_texts({{name, std::string((*file)->text())}});
  if (!compiled) {
    ADD_FAILURE() << path << ": " << compiled.error().code << " " << compiled.error().message;
    return {};
  }
  // Beside a file may lie the version before it; the folder `ci` is for the gates of `pac ci`.
  const std::string old_path = path + ".old";
  Texts old;
  if (std::filesystem::exists(old_path)) old.emplace_back(old_path, text_of(old_path));
  if (is_gated) {
    *compiled = after_gates(std::move(*compiled), old);
    // Expectations are not laid out as comments are.
    const bool is_about_layout = name.find("layout") != std::string::npos;
    (*compiled)->emitter.keep_if([&](const diag::Diagnostic& d) {
      return is_about_layout || d.kind != diag::Kind::not_laid_out;
    });
  } else {
    findings_of(**compiled);
    if (!old.empty() && (*compiled)->checked) hold_against(old, compiled->get());
  }
  // Messages may be about files of used packages; they get the ids that they have there.
  const SourceSet& all = (*compiled)->sources;
  for (uint32_t i = 1; i < all.size(); ++i) {
    const bool added = sources.add(all.file(i).path(), std::string(all.file(i).text())).has_value();
    EXPECT_TRUE(added) << all.file(i).path();
  }
  return Outcome((*compiled)->emitter.all());
}

std::vector<diag::Diagnostic> diagnostics_of(const std::string& text) {
  auto compiled = driver::compile_texts({{"page.pac", text}});
  if (!compiled) {
    ADD_FAILURE() << compiled.error().code << " " << compiled.error().message;
    return {};
  }
  return findings_of(**compiled);
}

// What a page's example says. Where messages compare versions, its cure is the old one.
std::vector<diag::Diagnostic> shown_by(const std::string& code, const Page& page,
                                       const std::string& example) {
  if (!is_of(code, "PAC31") && !is_of(code, "PAC32")) return diagnostics_of(example);
  auto compiled = driver::compile_texts({{"page.pac", example}});
  if (!compiled || !(*compiled)->checked || page.cures.empty()) return {};
  const Texts old{{"old.pac", page.cures[0]}};
  if (is_of(code, "PAC31")) {
    return after_gates(std::move(*compiled), code == "PAC3104" ? old : Texts())->emitter.all();
  }
  hold_against(old, compiled->get());
  return (*compiled)->emitter.all();
}

std::string codes_of(const std::vector<diag::Diagnostic>& all) {
  std::string out;
  for (const auto& d : all) out += std::string(diag::info(d.kind).code) + " " + d.message() + "\n";
  return out;
}

class GoldenFile : public testing::TestWithParam<std::string> {};

TEST_P(GoldenFile, SaysWhatItExpects) {
  const std::string difference = compare(GetParam(), compile_file);
  EXPECT_EQ(difference, "") << "if this is right: build/bin/golden_test --update";
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param.substr((kSource + "/tests/golden/").size());
  std::replace_if(
      name.begin(), name.end(), [](char c) { return isalnum(static_cast<unsigned char>(c)) == 0; },
      '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, GoldenFile, testing::ValuesIn(collect(kSource + "/tests/golden")),
                         test_name);

// Take files of other packages to show, so that their pages can't show them; golden files do.
const std::set<std::string> kAcrossFiles = {"PAC1212", "PAC1237", "PAC1238"};

TEST(Diagnostics, EachCodeHasAGoldenFile) {
  std::set<std::string> codes;
  for (const auto& path : collect(kSource + "/tests/golden")) {
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    for (const auto& code : expected_codes(text.str())) codes.insert(code);
  }
  for (size_t i = 0; i < diag::kind_count(); ++i) {
    const auto& kind = diag::info(static_cast<diag::Kind>(i));
    EXPECT_TRUE(codes.contains(kind.code))
        << kind.code << " " << kind.name << " has no golden file";
    codes.erase(kind.code);
  }
  for (const auto& code : codes)
    ADD_FAILURE() << "golden files expect " << code << ", which does not exist";
}

TEST(Diagnostics, PagesShowTheirCodeAndItsCure) {
  for (size_t i = 0; i < diag::kind_count(); ++i) {
    const auto& kind = diag::info(static_cast<diag::Kind>(i));
    if (kAcrossFiles.contains(kind.code)) continue;
    auto page = read_page(kSource + "/docs/diagnostics/" + kind.code + ".md");
    ASSERT_TRUE(page.has_value()) << kind.code;
    for (const auto& example : page->examples) {
      const auto all = shown_by(kind.code, *page, example);
      const bool shown = std::any_of(all.begin(), all.end(), [&](const auto& d) {
        return std::strcmp(diag::info(d.kind).code, kind.code) == 0;
      });
      EXPECT_TRUE(shown) << kind.code << " is not shown by its example, but:\n" << codes_of(all);
    }
    for (const auto& cure : page->cures) EXPECT_EQ(codes_of(diagnostics_of(cure)), "") << kind.code;
  }
}

TEST(Diagnostics, TwoPackagesInOneFolder) {
  auto compiled = driver::compile_texts(
      {{"a.pac", "package a edition 1\n"}, {"b.pac", "package b edition 1\n"}});
  ASSERT_TRUE(compiled.has_value());
  ASSERT_EQ((*compiled)->emitter.all().size(), 1u);
  EXPECT_STREQ(diag::info((*compiled)->emitter.all()[0].kind).code, "PAC1212");
}

int update_all() {
  for (const auto& path : collect(kSource + "/tests/golden")) {
    const std::string problem = update(path, compile_file);
    std::printf("%s%s%s\n", path.c_str(), problem.empty() ? "" : ": ", problem.c_str());
  }
  return 0;
}

}  // namespace
}  // namespace pac::golden

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--update") == 0) return pac::golden::update_all();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
