// One subcommand of `pac`: its words for `pac help`, and what it does. The commands hold no logic
// of their own; they read options, call the libraries and print.
#pragma once

#include <boost/program_options.hpp>
#include <span>
#include <string>
#include <vector>

namespace pac::cli {

namespace po = boost::program_options;

// docs/cli.md lists them.
enum Exit : int {
  kFine = 0,
  kFindings = 1,     // errors in a policy, failed tests, refused rows
  kUsage = 2,        // wrong usage
  kCouldNotRun = 3,  // a file, the network
  kNoDecision = 4,   // error or no_match, with `run --exit-decision`
  kBug = 70,
};

struct Command {
  const char* name;
  const char* summary;  // one line
  const char* usage;    // "pac run FILE [options]"
  const char* example;  // one that works
  void (*options)(po::options_description&);
  const char* positional;  // option that takes the positional arguments, -1 of them; null: none
  int (*run)(const po::variables_map&);
};

std::span<const Command> commands();

// Prints "pac: message" and the code to stderr and gives the exit code back.
int failed(int exit, const std::string& code, const std::string& message);

}  // namespace pac::cli
