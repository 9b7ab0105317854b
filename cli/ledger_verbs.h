// Which words of `pac ledger` take which options. The description of an option begins with the
// words that take it, up to a colon ("query, export: the first entry"; of several groups, behind a
// semicolon each), so that help says what is checked. Pure functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/command.h"

namespace pac::cli {

struct LedgerVerb {
  const char* name;       // "query", "receipt verify"
  const char* arguments;  // behind it: "FOLDER INDEX"
  const char* summary;    // one line
};

std::span<const LedgerVerb> ledger_verbs();

void add_ledger_options(po::options_description& options);

// The verb that the words begin with; null where there is none.
const LedgerVerb* ledger_verb(const std::vector<std::string>& words);

// The options that a verb takes, as names without dashes.
std::vector<std::string> options_of_verb(const po::options_description& options,
                                         const std::string& verb);

// What the description of an option says to who uses that verb: without the verbs before the colon.
std::string description_for_verb(const std::string& description, const std::string& verb);

// The exit code, with a message, where an option is given that the verb does not take.
std::optional<int> refuse_other_options(const LedgerVerb& verb, const po::variables_map& values);

// --status and --kind, if they are given, are one of those that there are; else false, with a
// message.
bool are_known_words(const po::variables_map& values);

// Says how a verb is used, or what verbs there are; the exit code.
int tell_usage(const std::vector<std::string>& words);

}  // namespace pac::cli
