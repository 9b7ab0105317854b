// pac completion: completions for shells, from the tables of options.
#include <cstdio>

#include "cli/commands.h"
#include "cli/option_table.h"

namespace pac::cli {

namespace {

void options(po::options_description& o) {
  o.add_options()("shell", po::value<std::string>()->value_name("bash|zsh|fish"),
                  "the shell to write for");
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string command_names() {
  std::vector<std::string> names;
  for (const auto& command : commands()) names.emplace_back(command.name);
  return joined(names);
}

// The words that may stand where arguments do: `new list trust` of `pac key`, commands of `help`.
std::vector<std::string> argument_words(const OptionRow& positional) {
  if (positional.argument != "COMMAND") return positional.choices();
  std::vector<std::string> names;
  for (const auto& command : commands()) names.emplace_back(command.name);
  return names;
}

// In single quotes, for any of the three shells.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string bash_values(const Command& command, const OptionRow& row) {
  std::string patterns = std::string(command.name) + "\\ --" + row.name + "=";
  if (!row.is_optional) patterns += std::string("|") + command.name + "\\ --" + row.name;
  if (!row.letter.empty()) patterns += std::string("|") + command.name + "\\ -" + row.letter;
  const auto choices = row.choices();
  std::string body = "return ;;";
  if (!choices.empty()) body = "words='" + joined(choices) + "' ;;";
  if (row.takes_file()) body = "files=yes ;;";
  if (row.argument == "FOLDER") body = "files=yes ;;";
  return "    " + patterns + ") value=yes; " + body + "\n";
}

// COMP_WORDBREAKS holds `=`, so `--engine=nat` comes as three words.
std::string bash() {
  std::string values, cases;
  for (const auto& command : commands()) {
    const OptionTable table = option_table(command);
    std::vector<std::string> names{"--help"};
    for (const auto& row : table.options) {
      names.push_back("--" + row.name);
      if (!row.argument.empty()) values += bash_values(command, row);
    }
    cases += std::string("    ") + command.name + ") options='" + joined(names) + "'";
    const auto words = argument_words(table.positional);
    if (!words.empty()) cases += "; words='" + joined(words) + "'";
    if (table.positional.takes_file()) cases += "; files=yes";
    cases += " ;;\n";
  }
  return "# Completion of pac for bash, written by `pac completion bash`.\n"
         "_pac() {\n"
         "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
         "  local options= words= files= value= sign=\n"
         "  COMPREPLY=()\n"
         "  if [[ $COMP_CWORD -eq 1 ]]; then\n"
         "    mapfile -t COMPREPLY < <(compgen -W '" +
         command_names() +
         " --help --version' -- \"$cur\")\n"
         "    return\n"
         "  fi\n"
         "  if [[ $cur == = ]]; then cur= sign==\n"
         "  elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]} sign==\n"
         "  fi\n"
         "  case \"${COMP_WORDS[1]} $prev$sign\" in\n" +
         values +
         "  esac\n"
         "  if [[ -z $value ]]; then case ${COMP_WORDS[1]} in\n" +
         cases +
         "  esac; fi\n"
         "  if [[ $cur == -* && -z $value ]]; then words=$options files=; fi\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
         "  if [[ -n $files ]]; then\n"
         "    compopt -o filenames 2>/dev/null\n"
         "    mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -f -- \"$cur\")\n"
         "  fi\n"
         "}\n"
         "complete -F _pac pac\n";
}

// Within _arguments a colon and brackets have a meaning.
std::string zsh_escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == ':' || c == '[' || c == ']') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_action(const OptionRow& row) {
  const auto choices = row.choices();
  if (row.argument == "FOLDER") return "_files -/";
  if (choices.empty()) return row.takes_file() ? "_files" : " ";
  const std::string words = "(" + joined(choices) + ")";
  return row.takes_file() ? "{_alternative \"words:word:" + words + "\" \"files:file:_files\"}"
                          : words;
}

// '(-o --output)'{-o+,--output=}'[words]:FILE:_files'; a value that may be left out stands behind
// the `=` only.
std::string zsh_option(const OptionRow& row) {
  std::string words = "[" + zsh_escaped(row.description) + "]";
  if (row.argument.empty()) return quoted("--" + row.name + words);
  words += (row.is_optional ? "::" : ":") + zsh_escaped(row.argument) + ":" + zsh_action(row);
  const std::string name = "--" + row.name + (row.is_optional ? "=-" : "=");
  if (row.letter.empty()) return quoted(name + words);
  return quoted("(-" + row.letter + " --" + row.name + ")") + "{-" + row.letter + "+," + name +
         "}" + quoted(words);
}

std::string zsh() {
  std::string names, cases;
  for (const auto& command : commands()) {
    names += "    " + quoted(std::string(command.name) + ":" + zsh_escaped(command.summary)) + "\n";
    const OptionTable table = option_table(command);
    cases += std::string("    ") + command.name + ")\n      _arguments";
    for (const auto& row : table.options) {
      cases += " \\\n        " + zsh_option(row);
    }
    cases += " \\\n        '(-h --help)'{-h,--help}'[this text]'";
    if (!table.positional.name.empty()) {
      OptionRow positional = table.positional;
      const auto words = argument_words(positional);
      std::string action = zsh_action(positional);
      if (positional.argument == "COMMAND") action = "(" + joined(words) + ")";
      cases += " \\\n        " + quoted("*:" + zsh_escaped(positional.argument) + ":" + action);
    }
    cases += " ;;\n";
  }
  return "#compdef pac\n# Completion of pac for zsh, written by `pac completion zsh`.\n"
         "_pac() {\n  local line state\n  local -a names\n  names=(\n" +
         names +
         "  )\n  _arguments -C '1:command:->command' '*::argument:->argument'\n"
         "  case $state in\n    command) _describe command names; return ;;\n  esac\n"
         "  case $words[1] in\n" +
         cases + "  esac\n}\n_pac \"$@\"\n";
}

std::string fish() {
  std::string out =
      "# Completion of pac for fish, written by `pac completion fish`.\n"
      "# The command is the first word: `pac help run` is no `run`.\n"
      "function __pac_command_is\n"
      "  set -l words (commandline -opc)\n"
      "  test (count $words) -gt 1; and test \"$words[2]\" = \"$argv[1]\"\n"
      "end\n"
      "complete -c pac -f\n";
  for (const auto& command : commands()) {
    out += std::string("complete -c pac -n 'test (count (commandline -opc)) -eq 1' -a ") +
           command.name + " -d " + quoted(command.summary) + "\n";
    const std::string when =
        std::string("complete -c pac -n '__pac_command_is ") + command.name + "'";
    const OptionTable table = option_table(command);
    for (const auto& row : table.options) {
      out += when + " -l " + row.name + (row.letter.empty() ? "" : " -s " + row.letter);
      const auto choices = row.choices();
      if (!row.argument.empty() && !row.is_optional) out += choices.empty() ? " -r" : " -x";
      if (!choices.empty()) out += " -a " + quoted(joined(choices));
      if (row.takes_file() || row.argument == "FOLDER") out += " -F";
      out += " -d " + quoted(row.description) + "\n";
    }
    out += when + " -l help -s h -d 'this text'\n";
    const auto words = argument_words(table.positional);
    if (!words.empty()) out += when + " -a " + quoted(joined(words)) + "\n";
    if (table.positional.takes_file()) out += when + " -F\n";
  }
  return out;
}

int run(const po::variables_map& values) {
  const std::string shell = values.contains("shell") ? values["shell"].as<std::string>() : "";
  if (shell.empty()) return failed(kUsage, "", "say which shell: pac completion bash|zsh|fish");
  std::string text;
  if (shell == "bash") text = bash();
  if (shell == "zsh") text = zsh();
  if (shell == "fish") text = fish();
  if (text.empty()) {
    return failed(kUsage, "", "there is no completion for `" + shell + "`: bash, zsh, fish");
  }
  std::fputs(text.c_str(), stdout);
  return kFine;
}

}  // namespace

const Command kCompletion{"completion",
                          "write completions for a shell",
                          "pac completion bash|zsh|fish",
                          "pac completion bash",
                          options,
                          "shell",
                          run};

}  // namespace pac::cli
