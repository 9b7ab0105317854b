#include "tests/golden/pages.h"

#include <fstream>
#include <sstream>

namespace pac::golden {

Page parse_page(std::string_view text) {
  Page page;
  std::vector<std::string>* section = nullptr;
  bool is_in_fence = false;
  bool is_policy = false;
  bool is_first = true;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (line.starts_with("```")) {
      is_policy = !is_in_fence && section != nullptr && line == "```pac";
      is_in_fence = !is_in_fence;
      if (is_policy) section->emplace_back();
    } else if (is_in_fence) {
      if (is_policy) section->back().append(line).push_back('\n');
    } else if (line == "## Example") {
      section = &page.examples;
    } else if (line == "## Cure") {
      section = &page.cures;
    } else if (line.starts_with("## ")) {
      section = nullptr;
    } else if (is_first && line.starts_with("# ")) {
      const size_t space = line.find(' ', 2);
      page.code = line.substr(2, space == line.npos ? space : space - 2);
      if (space != line.npos) page.name = line.substr(space + 1);
    }
    is_first = false;
  }
  return page;
}

Result<Page> read_page(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return fail("PAC0101", "cannot read `" + path + "`");
  return parse_page(text.str());
}

std::string check_page(const Page& page, std::string_view code, std::string_view name) {
  std::string out;
  if (page.code != code || page.name != name) {
    out += "its first line is not `# " + std::string(code) + " " + std::string(name) + "`; ";
  }
  if (page.examples.empty()) out += "no ```pac fence below `## Example`; ";
  if (page.cures.empty()) out += "no ```pac fence below `## Cure`; ";
  if (!page.examples.empty() && page.examples == page.cures) out += "example and cure are equal; ";
  return out;
}

}  // namespace pac::golden
