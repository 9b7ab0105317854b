// pac help and pac version: how to use a command, from its table of options.
#include <algorithm>
#include <cstdio>

#include "cli/commands.h"
#include "cli/ledger_verbs.h"
#include "cli/option_table.h"
#include "compiler/diag/diagnostic.h"

namespace pac::cli {

namespace {

constexpr size_t kWidth = 100;  // of the text, as that of the sources
constexpr size_t kMargin = 30;  // where descriptions begin

std::string left_part(const OptionRow& row) {
  std::string out = row.letter.empty() ? "      --" : "  -" + row.letter + ", --";
  out += row.name;
  return out + row.shown_argument();
}

void print_wrapped(const std::string& left, const std::string& text) {
  std::string line = left;
  if (line.size() + 2 > kMargin) {
    std::printf("%s\n", line.c_str());
    line.clear();
  }
  line.resize(kMargin, ' ');
  size_t width = kMargin;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    if (width > kMargin && width + 1 + word.size() > kWidth) {
      std::printf("%s\n", line.c_str());
      line.assign(kMargin, ' ');
      width = kMargin;
    }
    line += (width > kMargin ? " " : "") + word;
    width += word.size() + 1;
    at = end + 1;
  }
  std::printf("%s\n", line.c_str());
}

void no_options(po::options_description&) {}

void help_options(po::options_description& o) {
  o.add_options()("command", po::value<std::vector<std::string>>()->value_name("COMMAND"),
                  "the command to tell about");
}

void print_cache() {
  std::puts(
      "The cache of native code\n\n"
      "Commands that decide in native code (run, test) keep what they compiled and take it from\n"
      "there the next time, for the same rules, the same pac and the same kind of processor.\n\n"
      "  PAC_CACHE=FOLDER   where; else pac in XDG_CACHE_HOME, else ~/.cache/pac\n"
      "  PAC_CACHE=off      keep nothing and take nothing\n\n"
      "The folder must be yours alone (chmod 700), or it is not used. It holds at most 512 MiB,\n"
      "what was used longest ago goes first, and it may be removed at any time.");
}

void print_options(const std::vector<OptionRow>& rows) {
  std::printf("\nOptions:\n");
  for (const auto& row : rows) {
    print_wrapped(
        left_part(row),
        row.description +
            (row.default_value.empty() ? "" : " (unless said: " + row.default_value + ")"));
  }
  print_wrapped("  -h, --help", "this text");
}

// One of the things that `pac ledger` does.
void print_verb(const LedgerVerb& verb) {
  po::options_description options;
  add_ledger_options(options);
  const auto taken = options_of_verb(options, verb.name);
  OptionTable table = option_table(kLedger);
  std::erase_if(table.options, [&](const OptionRow& row) {
    return std::ranges::find(taken, row.name) == taken.end();
  });
  for (OptionRow& row : table.options) {
    row.description = description_for_verb(row.description, verb.name);
  }
  std::printf("%s\n\nUsage: pac ledger %s %s [options]\n", verb.summary, verb.name, verb.arguments);
  print_options(table.options);
}

int run_help(const po::variables_map& values) {
  if (!values.contains("command")) {
    print_overview(stdout);
    return kFine;
  }
  const auto& names = values["command"].as<std::vector<std::string>>();
  if (names.size() > 1 && names[0] == "ledger") {
    const std::vector<std::string> words(names.begin() + 1, names.end());
    const LedgerVerb* const verb = ledger_verb(words);
    if (verb == nullptr) return tell_usage(words);
    print_verb(*verb);
    return kFine;
  }
  if (names.size() > 1) return failed(kUsage, "", "one command at a time: pac help COMMAND");
  if (names[0] == "cache") {
    print_cache();
    return kFine;
  }
  const Command* command = find_command(names[0]);
  if (command == nullptr) return unknown_command(names[0]);
  print_help(*command);
  return kFine;
}

int run_version(const po::variables_map&) {
  std::printf("pac %s\n", PAC_VERSION);
  return kFine;
}

}  // namespace

const Command* find_command(std::string_view name) {
  for (const auto& command : commands()) {
    if (name == command.name) return &command;
  }
  return nullptr;
}

int unknown_command(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& command : commands()) names.emplace_back(command.name);
  const std::string best = diag::nearest(name, names);
  return failed(kUsage, "",
                "there is no command `" + name + "`" +
                    (best.empty() ? "; `pac help` lists them" : "; did you mean `" + best + "`?"));
}

void print_overview(std::FILE* out) {
  std::fputs("pac: policy as code that can be read, proved, run at native speed and replayed\n\n",
             out);
  for (const auto& command : commands())
    std::fprintf(out, "  pac %-11s %s\n", command.name, command.summary);
  std::fputs(
      "\n`pac help COMMAND` shows the options and an example that works.\n"
      "Start with `pac new NAME`, or `pac check FILE`.\n",
      out);
}

void print_help(const Command& command, const std::vector<std::string>& words) {
  if (std::string_view(command.name) == kLedger.name) {
    if (const LedgerVerb* const verb = ledger_verb(words)) return print_verb(*verb);
  }
  const OptionTable table = option_table(command);
  std::printf("%s\n\nUsage: %s\n", command.summary, command.usage);
  if (!table.positional.name.empty()) {
    std::printf("\n");
    print_wrapped("  " + table.positional.argument, table.positional.description);
  }
  if (std::string_view(command.name) == kLedger.name) {
    std::printf("\nWhat it does:\n");
    for (const LedgerVerb& verb : ledger_verbs()) {
      print_wrapped(std::string("  ") + verb.name, verb.summary);
    }
    std::printf("\n`pac help ledger WHAT` shows the options of each.\n");
  } else {
    print_options(table.options);
  }
  std::printf("\nExample:\n  %s\n", command.example);
}

const Command kHelp{"help",
                    "how to use a command, with an example that works",
                    "pac help [COMMAND]",
                    "pac help run",
                    help_options,
                    "command",
                    run_help};

const Command kVersion{"version",  "the version", "pac version", "pac version",
                       no_options, nullptr,       run_version};

}  // namespace pac::cli
