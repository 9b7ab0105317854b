#include "cli/option_table.h"

#include <sstream>

namespace pac::cli {

std::vector<std::string> OptionRow::choices() const {
  std::vector<std::string> out;
  std::stringstream in(argument);
  for (std::string word; std::getline(in, word, '|');) {
    const bool is_word = !word.empty() && word.find_first_not_of(
                                              "abcdefghijklmnopqrstuvwxyz_-0123"
                                              "456789") == std::string::npos;
    if (is_word) out.push_back(word);
  }
  return out;
}

std::string OptionRow::shown_argument() const {
  if (argument.empty()) return "";
  return is_optional ? "[=" + argument + "]" : " " + argument;
}

OptionTable option_table(const Command& command) {
  po::options_description description;
  command.options(description);
  OptionTable out;
  for (const auto& option : description.options()) {
    OptionRow row;
    row.name = option->long_name();
    row.description = option->description();
    const std::string shown = option->canonical_display_name(
        po::command_line_style::allow_dash_for_short);  // "-i", where there is a letter
    if (shown.size() == 2 && shown[0] == '-' && shown[1] != '-') row.letter = shown.substr(1);
    if (option->semantic()->max_tokens() > 0) {
      row.argument = option->semantic()->name();  // "native|interp (=native)"
      row.is_optional = row.argument.starts_with("[=");
      if (row.is_optional)  // "[=json|lcov(=json)]"
        row.argument = row.argument.substr(2, row.argument.find("(=") - 2);
      const size_t at = row.argument.find(" (=");
      if (at != std::string::npos) {
        row.default_value = row.argument.substr(at + 3, row.argument.size() - at - 4);
        row.argument.resize(at);
      }
    }
    const bool is_positional = command.positional != nullptr && row.name == command.positional;
    if (is_positional) {
      out.positional = std::move(row);
    } else {
      out.options.push_back(std::move(row));
    }
  }
  return out;
}

}  // namespace pac::cli
