// What the entries of a ledger say, beyond that they are as they were signed: each decision names a
// policy that was activated before it in its stream, whose bytes are there and unchanged; so are
// blobs of decisions; times don't go back; corrections name an earlier entry and its hash; a
// subject is erased once. The same for a folder and for a store. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/file/verify.h"
#include "ledger/record/entry_view.h"

namespace pac::ledger {

struct VerifiedRecords {
  std::uint64_t decisions = 0, activations = 0, blobs = 0;
  std::vector<LedgerFinding> findings;  // the first of each stream and kind
};

// Is shown the entries while they are read, for who verifies elsewhere than in a folder.
class RecordCheck final : public EntryWatch {
 public:
  void begin(EntrySource& source, const std::string& ledger, std::uint32_t stream) override;
  // Fails with what the source says.
  Result<void> entry(std::uint64_t index, std::string_view bytes) override;
  void end(std::uint64_t size, bool is_whole) override;

  // Of the streams that ended.
  const VerifiedRecords& found() const noexcept { return out_; }

 private:
  struct Extent {
    std::uint64_t size = 0;
    bool is_whole = false;
  };
  void tell(std::uint64_t index, const std::string& kind, const std::string& what);
  Result<void> activate(std::uint64_t index);
  Result<void> decision(std::uint64_t index);
  Result<void> correction(std::uint64_t index);
  void erasure(std::uint64_t index);
  // Nothing where the blob is not as it should be, after saying so.
  Result<std::optional<std::string>> blob(std::uint64_t index, const std::string& kind,
                                          const std::string& what);

  VerifiedRecords out_;
  // Of the ledger.
  std::string ledger_;
  std::map<std::uint32_t, Extent> extents_;  // of its streams so far
  std::set<std::string, std::less<>> erased_;
  // Of the stream.
  EntrySource* source_ = nullptr;
  std::uint32_t stream_ = 0;
  VerifiedRecords own_;
  EntryReader reader_;
  EntryView view_;
  std::string last_at_;
  std::set<std::string, std::less<>> activated_, bundles_, told_, erased_here_;
};

// Entries of each stream that are not as they were signed are not looked at: `verified` says how
// far they are. PAC6201.
[[nodiscard]] Result<VerifiedRecords> verify_records(FileSystem& files, const std::string& folder,
                                                     const VerifiedStore& verified);

}  // namespace pac::ledger
