// Personal data in a ledger: pac ledger erase, and opening boxes for who has the keys.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "cli/command.h"
#include "ledger/persons/subjects.h"
#include "ledger/record/opened.h"
#include "runtime/base/json.h"

namespace pac::cli {

// --epoch-key, of each command that records or opens personal data.
void add_epoch_key(po::options_description& options);
ledger::SubjectPaths subject_paths(const std::string& folder, const po::variables_map& values);

// Which epoch the keys of personal data are in, since when and until when: as a line, and as
// members; nothing where the ledger has none. No passphrase is asked for: without it the dates are
// left out.
void print_epoch(ledger::FileSystem& files, const std::string& folder,
                 const po::variables_map& values);
void add_epoch(ledger::FileSystem& files, const std::string& folder,
               const po::variables_map& values, json::Value* out);

// `key`: the path of the signing key.
int erase_person(const std::string& folder, const std::string& key,
                 const po::variables_map& values);

// Opens the entries of a ledger one after the other. One thread.
class EntryOpener {
 public:
  // Says on standard error why boxes stay closed, where they do.
  [[nodiscard]] static Result<std::unique_ptr<EntryOpener>> open(ledger::FileSystem& files,
                                                                 const std::string& folder,
                                                                 const po::variables_map& values);

  // The members that personal data was put back into, and each box with its state, as a JSON
  // object;
  // "" of an entry without boxes.
  [[nodiscard]] Result<std::string> opened(std::string_view entry);
  // The entry with all of that in place of what it had.
  [[nodiscard]] Result<std::string> whole(std::string_view entry);
  // "", "erased", "no key": of the last entry.
  std::string closed() const;

 private:
  EntryOpener(ledger::FileSystem& files, std::string folder,
              std::unique_ptr<ledger::Subjects> subjects)
      : files_(files),
        folder_(std::move(folder)),
        subjects_(std::move(subjects)),
        opener_(subjects_.get()) {}

  ledger::FileSystem& files_;
  std::string folder_;
  std::unique_ptr<ledger::Subjects> subjects_;
  ledger::BoxOpener opener_;
  ledger::EntryReader reader_;
  std::string blob_;
};

}  // namespace pac::cli
