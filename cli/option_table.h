// The options of a command as plain data, taken from the table that also reads them: help, man
// pages and completions are written from it, never by hand.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace pac::cli {

struct OptionRow {
  std::string name;           // "input"
  std::string letter;         // "i"; empty: none
  std::string argument;       // "FILE", "native|interp"; empty: a switch
  std::string default_value;  // empty: none
  // The argument may be left out, and stands behind `=` where it is there: --coverage=json.
  bool is_optional = false;
  std::string description;

  // "FILE" as it stands behind the option: " FILE", "[=pretty|json]", "".
  std::string shown_argument() const;
  // What the argument may be, where it is one of a few words.
  std::vector<std::string> choices() const;
  bool takes_file() const { return argument.find("FILE") != std::string::npos; }
};

struct OptionTable {
  std::vector<OptionRow> options;
  OptionRow positional;  // empty name: none
};

OptionTable option_table(const Command& command);

}  // namespace pac::cli
