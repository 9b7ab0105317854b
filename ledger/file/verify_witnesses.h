// What the cosigned checkpoints of a stream are worth: that they are of its entries, and that as
// many witnesses as a policy asks for have signed one. Shared by the embedded store and the one in
// PostgreSQL. Belongs to one thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/file/verify.h"
#include "ledger/log/key_chain.h"
#include "ledger/log/note.h"
#include "ledger/log/witness_policy.h"

namespace pac::ledger {

// "name+12345678": whose line of a note that is.
std::string cosigner_name(const NoteSignature& line);

// A cosigned checkpoint, and what is said of it beside it where that is so.
struct FoundCosigned {
  std::string_view note;
  std::optional<std::uint64_t> size;  // of its tree
  std::string_view witness;  // whose line it has, as cosigner_name() says; empty: anybody's
};

class CosignedCheck {
 public:
  // Without a policy no witness is needed. The first thing that is wrong is added to `findings`.
  CosignedCheck(std::uint32_t stream, const WitnessPolicy* policy,
                std::vector<LedgerFinding>* findings)
      : stream_(stream), policy_(policy), findings_(findings) {}

  // One after the other, sizes rising. `keys` are those of the stream; `newest` is how many entries
  // it has, `root_of` the root of fewer of them; nothing: that can't be told.
  void take(const FoundCosigned& found, const StreamKeys& keys, std::optional<std::uint64_t> newest,
            const std::function<std::optional<Hash>(std::uint64_t)>& root_of);

  // After the last one: the newest checkpoint that has what the policy asks for.
  std::optional<WitnessedStream> finish();

 private:
  void bad(std::uint64_t index, const std::string& what);
  void settle();

  std::uint32_t stream_;
  const WitnessPolicy* policy_;
  std::vector<LedgerFinding>* findings_;
  std::optional<Note> note_;  // with the lines of all that were found of this size
  std::uint64_t size_ = 0;
  std::optional<WitnessedStream> met_;
  std::optional<LedgerFinding> unmet_;  // too few have cosigned
  bool has_any_ = false, is_bad_ = false;
};

}  // namespace pac::ledger
