// `pac`: finds the subcommand, reads its options, runs it.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/config.h"
#include "cli/interrupt.h"
#include "cli/option_table.h"
#include "compiler/diag/diagnostic.h"

namespace pac::cli {

int failed(int exit, const std::string& code, const std::string& message) {
  std::fflush(stdout);
  std::fprintf(stderr, "error%s%s%s: %s\n", code.empty() ? "" : "[", code.c_str(),
               code.empty() ? "" : "]", message.c_str());
  return exit;
}

namespace {

// A failed PAC_CHECK aborts after its message; the exit code then says whose fault it was.
extern "C" void on_abort(int) {
  constexpr char kMessage[] =
      "pac: this is a bug of pac; please report it with what you ran (exit code 70)\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kMessage, sizeof kMessage - 1);
  ::_exit(kBug);
}

// What stands between the first quotes of a message of boost, which alone has it.
std::string quoted_in(const std::string& text) {
  const size_t begin = text.find('\'');
  const size_t end = text.find('\'', begin + 1);
  return end == std::string::npos ? "" : text.substr(begin + 1, end - begin - 1);
}

// What is wrong with an option that the command has.
std::string misread_option(const OptionTable& table, const po::error_with_option_name& error) {
  const std::string name = error.get_option_name();
  if (dynamic_cast<const po::validation_error*>(&error) != nullptr) {
    for (const auto& row : table.options) {
      if (name == "--" + row.name)
        return "`" + name + " " + row.argument + "` can't be `" + quoted_in(error.what()) + "`";
    }
  }
  if (const auto* wrong = dynamic_cast<const po::invalid_command_line_syntax*>(&error)) {
    if (wrong->kind() == po::invalid_syntax::missing_parameter ||
        wrong->kind() == po::invalid_syntax::empty_adjacent_parameter)
      return "`" + name + "` needs a value behind it";
    if (wrong->kind() == po::invalid_syntax::extra_parameter)
      return "`" + name + "` takes no value";
  }
  return dynamic_cast<const po::multiple_occurrences*>(&error) != nullptr
             ? "`" + name + "` is given twice"
             : error.what();
}

// Options of boost, in words that name the cure.
int misread(const Command& command, const po::error& error) {
  const std::string see = "; see `pac help " + std::string(command.name) + "`";
  const OptionTable table = option_table(command);
  if (dynamic_cast<const po::too_many_positional_options_error*>(&error) != nullptr) {
    return failed(kUsage, "", "too many arguments: " + std::string(command.usage) + see);
  }
  if (const auto* twice = dynamic_cast<const po::multiple_occurrences*>(&error)) {
    const bool positional = command.positional != nullptr &&
                            twice->get_option_name() == std::string("--") + command.positional;
    if (positional) return failed(kUsage, "", "too many arguments: " + std::string(command.usage));
  }
  if (dynamic_cast<const po::unknown_option*>(&error) != nullptr) {
    const std::string name = quoted_in(error.what());
    std::vector<std::string> names;
    for (const auto& row : table.options) names.push_back("--" + row.name);
    const std::string best = diag::nearest(name, names);
    return failed(kUsage, "",
                  "`pac " + std::string(command.name) + "` has no option `" + name + "`" +
                      (best.empty() ? "" : ", did you mean `" + best + "`?") + see);
  }
  const auto* named = dynamic_cast<const po::error_with_option_name*>(&error);
  return failed(kUsage, "",
                (named != nullptr ? misread_option(table, *named) : error.what()) + see);
}

// The arguments, where an option whose value may be left out has it written in full: the next word
// is never its value, which only `--coverage=json` gives it.
std::vector<std::string> complete(const po::options_description& options, int argc, char** argv) {
  std::vector<std::string> out;
  bool is_option = true;  // until `--`
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    is_option = is_option && word != "--";
    const auto* option =
        is_option && word.starts_with("--") ? options.find_nothrow(word.substr(2), false) : nullptr;
    if (option != nullptr && option->semantic()->min_tokens() == 0 &&
        option->semantic()->max_tokens() == 1) {
      boost::any value;
      option->semantic()->parse(value, {}, false);
      word += "=" + boost::any_cast<std::string>(value);
    }
    out.push_back(std::move(word));
  }
  return out;
}

// What boost takes for a large number: -1 where none below 0 is meant.
void refuse_negative(const po::options_description& options, const po::parsed_options& parsed) {
  for (const auto& one : parsed.options) {
    const auto* option = options.find_nothrow(one.string_key, false);
    if (option == nullptr || one.value.empty() || !one.value[0].starts_with('-')) continue;
    const po::value_semantic* const takes = option->semantic().get();
    if (dynamic_cast<const po::typed_value<unsigned>*>(takes) != nullptr ||
        dynamic_cast<const po::typed_value<std::uint64_t>*>(takes) != nullptr) {
      po::invalid_option_value error(one.value[0]);
      error.set_option_name(one.string_key);
      error.set_prefix(po::command_line_style::allow_long);
      throw error;
    }
  }
}

int run_command(const Command& command, int argc, char** argv) {
  po::options_description options;
  options.add_options()("help,h", "this text");
  command.options(options);
  po::positional_options_description positional;
  if (command.positional != nullptr) positional.add(command.positional, -1);
  po::variables_map values;
  using namespace po::command_line_style;  // NOLINT: its flags only
  try {
    // No guessing: an option is written in full, so that a later version can add others.
    const auto parsed = po::command_line_parser(complete(options, argc, argv))
                            .options(options)
                            .positional(positional)
                            .style(unix_style & ~allow_guessing)
                            .run();
    refuse_negative(options, parsed);
    po::store(parsed, values);
    if (values.contains("help")) {
      const bool has_words = command.positional != nullptr && values.contains(command.positional);
      const auto* words =
          has_words ? boost::any_cast<std::vector<std::string>>(&values[command.positional].value())
                    : nullptr;
      print_help(command, words != nullptr ? *words : std::vector<std::string>());
      return kFine;
    }
    if (const auto added = add_configured(options, &values); !added) {
      return failed(kUsage, added.error().code, added.error().message);
    }
    po::notify(values);
  } catch (const po::error& error) {
    return misread(command, error);
  }
  return command.run(values);
}

int dispatch(int argc, char** argv) {
  const std::string name = argc > 1 ? argv[1] : "";
  if (name.empty()) {
    print_overview(stderr);
    return kUsage;
  }
  const Command* command = find_command(name);
  if (name == "--help" || name == "-h") command = &kHelp;
  if (name == "--version") command = &kVersion;
  if (command == nullptr) return unknown_command(name);
  const int exit = run_command(*command, argc - 1, argv + 1);
  errno = 0;
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    return failed(kCouldNotRun, "PAC0107",
                  std::string("can't write to standard output") +
                      (errno == 0 ? "" : std::string(": ") + std::strerror(errno)));
  }
  return exit;
}

}  // namespace
}  // namespace pac::cli

int main(int argc, char** argv) {
  std::signal(SIGABRT, pac::cli::on_abort);
  pac::cli::install_interrupt();
  try {
    return pac::cli::dispatch(argc, argv);
  } catch (const std::bad_alloc&) {
    return pac::cli::failed(pac::cli::kCouldNotRun, "",
                            "there is not enough memory; give it more, or smaller files");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pac: internal error: %s\n", error.what());
    return pac::cli::kBug;
  }
}
