// What several commands share: compiling with messages, reading and writing.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "compiler/diag/render.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/load.h"
#include "runtime/engine/bundle.h"

namespace pac::cli {

// "1 rule", "2 rules".
std::string counted(size_t count, const char* noun);

// What an option says, the first of an option that may be given several times; empty: not given.
std::string text_option(const po::variables_map& values, const char* name);

// --format of diagnostics, with what it may be.
void add_format(po::options_description& options, const char* formats);
// The format asked for, or pretty; prints the mistake and returns nothing where it is none.
std::optional<diag::Format> format_of(const po::variables_map& values);

// Renders what the compiler says: machine formats to stdout, pretty to stderr. Colour on a terminal
// only.
void print_diagnostics(const driver::Compilation& compilation, diag::Format format);
void print_diagnostics(const SourceSet& sources, std::span<const diag::Diagnostic> all,
                       diag::Format format);

// What is done with the warnings of a policy that can be used: shown as `pac check` does, told in
// one line, or passed over. Errors are always shown.
enum class Warnings : uint8_t { shown, counted, silent };

// Compiles one package and prints its diagnostics. Null with the exit code where it can't be used.
std::unique_ptr<driver::Compilation> compile_or_report(const std::string& path,
                                                       const po::variables_map& values,
                                                       Warnings warnings, int* exit);
std::unique_ptr<driver::Compilation> compile_or_report(const std::vector<std::string>& package,
                                                       const po::variables_map& values,
                                                       Warnings warnings, int* exit);
// --package-path, and how to compile with it. PAC0101 where a folder is not there.
void add_package_path(po::options_description& options);
Result<driver::CompileOptions> compile_options(const po::variables_map& values);

// The exit code that a failure deserves: of the world, of what was found, or of ours.
int exit_of(const Error& error);
int failed(const Error& error);
// Where --require-signature meets a source.
int source_is_unsigned(const std::string& path);

// The decision named, or the only one that is not private. None, with a message, where there is no
// such one. Private decisions are no one's to call from outside; an author may look into them.
enum class Asks : std::uint8_t { caller, author };
ir::DecisionId choose_decision(const ir::RuleSet& rules, const std::string& name, Asks asks);

// A policy from sources or from a bundle, by the ending of its path (.pacb).
struct Policy {
  std::unique_ptr<driver::Compilation> compilation;  // one of the two
  std::unique_ptr<engine::Bundle> bundle;

  const ir::RuleSet& rules() const;
  Result<std::shared_ptr<engine::LoadedRuleSet>> load(driver::Engine engine) const;
};

bool is_bundle(const std::string& path);
// The text of a file. PAC0101, also for a folder.
Result<std::string> read_file(const std::string& path);
// --trust and --require-signature.
void add_trust(po::options_description& options);
// Null with a message and the exit code where the bundle or the trust file can't be used.
std::unique_ptr<engine::Bundle> bundle_or_report(const std::string& path,
                                                 const po::variables_map& values, int* exit);
std::optional<Policy> policy_or_report(const std::string& path, const po::variables_map& values,
                                       Warnings warnings, int* exit);

std::optional<driver::Engine> engine_of(const po::variables_map& values);

// The files and folders to work on: those named, or else the current folder.
std::vector<std::string> paths_of(const po::variables_map& values);

// The value of a required option or positional, or "" with a message.
std::string required(const po::variables_map& values, const char* name, const char* what);

}  // namespace pac::cli
