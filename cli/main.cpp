// `pac`: finds the subcommand, reads its options, runs it.
#include <cstdio>
#include <exception>
#include <iostream>

#include "cli/command.h"
#include "compiler/diag/diagnostic.h"

namespace pac::cli {

int failed(int exit, const std::string& code, const std::string& message) {
  std::fprintf(stderr, "error%s%s%s: %s\n", code.empty() ? "" : "[", code.c_str(),
               code.empty() ? "" : "]", message.c_str());
  return exit;
}

namespace {

constexpr const char* kVersion = PAC_VERSION;

const Command* find(std::string_view name) {
  for (const auto& command : commands()) {
    if (name == command.name) return &command;
  }
  return nullptr;
}

void print_overview(std::FILE* out) {
  std::fputs("pac: policy as code that can be read, proved, run at native speed and replayed\n\n",
             out);
  for (const auto& command : commands())
    std::fprintf(out, "  pac %-9s %s\n", command.name, command.summary);
  std::fputs(
      "  pac help      how to use a command, with an example that works\n"
      "  pac version   the version\n\n"
      "Start with `pac check FILE`.\n",
      out);
}

int unknown(const std::string& name) {
  std::vector<std::string> names{"help", "version"};
  for (const auto& command : commands()) names.emplace_back(command.name);
  const std::string best = diag::nearest(name, names);
  return failed(kUsage, "",
                "there is no command `" + name + "`" +
                    (best.empty() ? "; `pac help` lists them" : "; did you mean `" + best + "`?"));
}

int help(const std::string& name) {
  if (name.empty()) {
    print_overview(stdout);
    return kFine;
  }
  if (name == "help" || name == "version") {
    std::printf("%s\n", name == "help" ? "Usage: pac help [COMMAND]" : "Usage: pac version");
    return kFine;
  }
  const Command* command = find(name);
  if (command == nullptr) return unknown(name);
  po::options_description options("Options");
  command->options(options);
  std::cout << command->summary << "\n\nUsage: " << command->usage << "\n\n"
            << options << "\nExample:\n  " << command->example << "\n";
  return kFine;
}

int dispatch(int argc, char** argv) {
  const std::string name = argc > 1 ? argv[1] : "";
  if (name.empty()) {
    print_overview(stderr);
    return kUsage;
  }
  if (name == "help" || name == "--help" || name == "-h") return help(argc > 2 ? argv[2] : "");
  if (name == "version" || name == "--version") {
    std::printf("pac %s\n", kVersion);
    return kFine;
  }
  const Command* command = find(name);
  if (command == nullptr) return unknown(name);
  po::options_description options;
  options.add_options()("help,h", "this text");
  command->options(options);
  po::positional_options_description positional;
  if (command->positional != nullptr) positional.add(command->positional, -1);
  po::variables_map values;
  try {
    po::store(
        po::command_line_parser(argc - 1, argv + 1).options(options).positional(positional).run(),
        values);
    po::notify(values);
  } catch (const po::error& error) {
    return failed(kUsage, "", std::string(error.what()) + "; see `pac help " + name + "`");
  }
  if (values.contains("help")) return help(name);
  return command->run(values);
}

}  // namespace
}  // namespace pac::cli

int main(int argc, char** argv) {
  try {
    return pac::cli::dispatch(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pac: internal error: %s\n", error.what());
    return pac::cli::kBug;
  }
}
