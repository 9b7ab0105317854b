#include "tests/unit/limits/pages.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

namespace pac::test {

namespace {

std::string trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(' ');
  if (begin == text.npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(' ') - begin + 1));
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> out;
  std::string cell;
  for (size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') {
      cell += line[++i];
    } else if (line[i] == '|') {
      out.push_back(trimmed(cell));
      cell.clear();
    } else {
      cell += line[i];
    }
  }
  return out;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// "PAC" and the four digits that follow each `before`, where it begins a word.
void add_codes(std::string_view text, std::string_view before, std::set<std::string>& out) {
  for (size_t at = text.find(before); at != text.npos; at = text.find(before, at + 1)) {
    const std::string_view digits = text.substr(std::min(at + before.size(), text.size()), 4);
    const size_t end = at + before.size() + 4;
    if (at > 0 && is_word(text[at - 1])) continue;
    if (digits.size() < 4 || !std::ranges::all_of(digits, is_digit)) continue;
    if (end < text.size() && is_digit(text[end])) continue;
    out.insert("PAC" + std::string(digits));
  }
}

}  // namespace

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<std::vector<std::string>> table_rows(std::string_view text) {
  std::vector<std::vector<std::string>> out;
  bool is_below_dashes = false;
  for (const std::string& line : lines_of(text)) {
    if (!line.starts_with('|')) {
      is_below_dashes = false;
    } else if (line.starts_with("|---")) {
      is_below_dashes = true;
    } else if (is_below_dashes) {
      out.push_back(cells_of(line));
    }
  }
  return out;
}

std::vector<std::string> in_backticks(std::string_view cell) {
  std::vector<std::string> out;
  for (size_t begin = cell.find('`'); begin != cell.npos; begin = cell.find('`', begin)) {
    const size_t end = cell.find('`', begin + 1);
    if (end == cell.npos) break;
    out.emplace_back(cell.substr(begin + 1, end - begin - 1));
    begin = end + 1;
  }
  return out;
}

std::set<std::string> tests_in(std::string_view text) {
  std::set<std::string> out;
  const std::string copy(text);
  static const std::regex kTest(
      R"((?:^|\n)\s*(?:TEST|TEST_F|TEST_P|RC_GTEST_PROP)\(\s*(\w+)\s*,\s*(\w+))");
  for (std::sregex_iterator at(copy.begin(), copy.end(), kTest), end; at != end; ++at) {
    out.insert(at->str(1) + "." + at->str(2));
  }
  return out;
}

std::set<std::string> codes_in(std::string_view text) {
  std::set<std::string> out;
  add_codes(text, "PAC", out);
  return out;
}

std::set<std::string> codes_in_source(std::string_view text) {
  std::string code;
  for (const std::string& line : lines_of(text)) {
    const size_t comment = line.find("//");
    // `//` within a string is no comment; an address in one has a colon before.
    const bool is_comment = comment == 0 || (comment != line.npos && line[comment - 1] == ' ');
    code += (is_comment ? line.substr(0, comment) : line) + "\n";
  }
  std::set<std::string> out = codes_in(code);
  add_codes(code, "PAC_REFUSAL(", out);
  return out;
}

std::vector<std::string> files_below(const std::string& folder,
                                     const std::set<std::string>& extensions) {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && extensions.contains(entry.path().extension().string())) {
      out.push_back(entry.path().string());
    }
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace pac::test
