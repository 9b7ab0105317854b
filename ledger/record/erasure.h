// Forgetting a person: the `erase` entry, then the key. And the end of an epoch, from which on
// nobody can open what was erased in it. For the thread that has the store.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "ledger/file/store.h"
#include "ledger/persons/subjects.h"

namespace pac::ledger {

struct ErasureReason {
  std::string text;  // for everybody to read, for ever
  std::string by;    // empty: not said
};

// An epoch that is older than 30 days is ended on the way, with its entry. PAC6602, PAC6603,
// PAC6201 and as Store::append.
[[nodiscard]] Result<std::unique_ptr<Subjects>> open_subjects(FileSystem& files,
                                                              const SubjectPaths& paths,
                                                              Store& store, std::int64_t now_us);

// Gives the index of the entry. PAC6604: nobody is known by that name; PAC6606: it is erased
// already.
[[nodiscard]] Result<std::uint64_t> erase_subject(Store& store, Subjects& subjects,
                                                  const std::string& name,
                                                  const ErasureReason& reason);
[[nodiscard]] Result<std::uint64_t> end_epoch(Store& store, Subjects& subjects,
                                              std::int64_t now_us);

}  // namespace pac::ledger
