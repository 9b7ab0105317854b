#include "tests/unit/format/support.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "compiler/check/check.h"
#include "compiler/format/format.h"
#include "compiler/parse/parse.h"
#include "runtime/ir/encode.h"

namespace pac::format {

Parsed::Parsed(const std::string& text) {
  auto added = sources.add("test.pac", text);
  if (!added) {
    errors = added.error().message;
    return;
  }
  file = *added;
  module = parse::parse(*file, emitter);
  if (!emitter.has_errors()) return;
  for (const auto& d : emitter.all()) {
    errors += std::to_string(file->location(d.span.begin).line) + ": " + d.message() + "\n";
  }
}

std::string laid_out(const std::string& text) {
  const Parsed parsed(text);
  return parsed.errors.empty() ? format(parsed.module, *parsed.file) : "error: " + parsed.errors;
}

std::vector<std::string> comments(const Parsed& parsed) {
  std::vector<std::string> out;
  for (const auto& c : parsed.module.comments) {
    std::string text(parsed.file->text(c.span));
    text.erase(text.find_last_not_of(" \t\r") + 1);
    out.push_back(text);
  }
  return out;
}

std::string meaning(const std::string& text) {
  Parsed parsed(text);
  if (!parsed.errors.empty()) return {};
  std::vector<ast::Module> modules;
  modules.push_back(std::move(parsed.module));
  const auto checked = check::check(modules, parsed.sources, parsed.emitter);
  return checked ? ir::encode(checked->rules) : "";
}

const std::vector<Sample>& samples() {
  static const std::vector<Sample> kAll = [] {
    namespace fs = std::filesystem;
    std::vector<Sample> out;
    const fs::path root = PAC_SOURCE_DIR;
    for (const char* folder : {"examples", "tests/data", "tests/golden"}) {
      for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
        if (entry.path().extension() != ".pac") continue;
        std::ifstream in(entry.path(), std::ios::binary);
        std::string text{std::istreambuf_iterator<char>(in), {}};
        if (!Parsed(text).errors.empty()) continue;
        out.push_back({fs::relative(entry.path(), root).string(), std::move(text)});
      }
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return out;
  }();
  return kAll;
}

}  // namespace pac::format
