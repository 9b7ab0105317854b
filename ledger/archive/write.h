// Makes an evidence archive of an embedded store: what is published, the policies that decided, and
// what witnesses said, in one ZIP file that is verified without the ledger. The same ledger and the
// same options give the same bytes. Reads only; belongs to one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ledger/archive/contents.h"
#include "ledger/file/store.h"

namespace pac::ledger {

struct ArchiveOptions {
  std::optional<std::uint32_t> stream;  // all unless said
  std::uint64_t from = 0;               // the first entry of each stream
  std::uint64_t to = UINT64_MAX;        // the last one
  // Entries of this tenant alone, each with its proof, and what they need of others: the opening of
  // the stream, and the activation of the policies that decided.
  std::optional<std::string> tenant;
  std::string trust_list{};  // goes into the archive as it is; empty: none
  // Smaller ones are for tests.
  std::size_t max_bytes = kMaxArchiveBytes;
  std::size_t max_members = kMaxArchiveMembers;
};

// PAC6105, PAC6201, PAC6209, PAC6215, PAC6216; PAC6211: nothing is published, or no such stream or
// range; PAC6701: it would be larger than an archive may be; PAC6212: an entry of the range is not
// what was signed; PAC6703: the ledger exchanged its key, and what shows that is damaged; PAC6108:
// the trust list is none.
[[nodiscard]] Result<std::string> write_archive(FileSystem& files, const std::string& folder,
                                                const ArchiveOptions& options);

}  // namespace pac::ledger
