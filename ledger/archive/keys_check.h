// Not API; for verify.cpp. The members of an archive that lead from the keys with which a stream
// begins to the ones that signed its checkpoint. Belongs to one thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/archive/contents.h"
#include "ledger/archive/tiles_check.h"
#include "ledger/file/store.h"
#include "ledger/log/key_chain.h"
#include "ledger/log/pinned.h"

namespace pac::ledger {

class KeyMembers {
 public:
  KeyMembers(const ArchiveMembers& members, std::string folder)
      : members_(members), folder_(std::move(folder)) {}

  // Reads what is there, and that each entry is in the tree of `head`, which nobody believes yet.
  // The error names the member.
  [[nodiscard]] Result<void> read(const Checkpoint& head);
  // Goes through entries and checkpoints in their order, and the head's own at the end. The error
  // names the member.
  [[nodiscard]] Result<JudgedCheckpoint> follow(const ReadCheckpoint& head, KeyWatch* watch) const;
  // That the tree of the head continues the one of that size and root, by a proof that is there.
  [[nodiscard]] Result<void> continues(std::uint64_t size, const Hash& root) const;
  bool has_entry(std::uint64_t index) const { return entries_.contains(index); }
  // The members that belong here, where these are the sizes of pins.
  std::set<std::string> names(const std::set<std::uint64_t>& pins) const;

 private:
  Result<void> read_entries();
  Result<void> read_sizes();
  const std::string_view* member(const std::string& name) const;

  const ArchiveMembers& members_;
  std::string folder_;
  Checkpoint head_;
  std::map<std::uint64_t, std::string_view> entries_;   // of the kind `key`, by index
  std::map<std::uint64_t, std::string_view> vouching_;  // checkpoints by size
  std::map<std::uint64_t, ConsistencyProof> continued_;
};

// What an archive says of the keys of its ledger; nothing of it is verified.
StoreSettings settings_in(const ArchiveMembers& members, const ArchiveFacts& facts);

}  // namespace pac::ledger
