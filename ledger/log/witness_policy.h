// Policies (C2SP tlog-policy): which witnesses must have cosigned a checkpoint for it to count, as
// groups of which some, any or all are needed. Values and pure functions; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/log/cosignature.h"
#include "ledger/log/note.h"
#include "runtime/base/result.h"

namespace pac::ledger {

struct PolicyWitness {
  WitnessKey key;
  std::string url;  // of its submissions; empty: it is not asked, only verified
};

struct WitnessPolicy {
  // Of its members, so many are needed. A member is a witness, or a group before this one.
  struct Group {
    std::size_t needed = 0;
    std::vector<std::size_t> witnesses, groups;
  };
  std::vector<NoteKey> logs;  // empty: known from elsewhere
  std::vector<PolicyWitness> witnesses;
  std::vector<Group> groups;  // the last one is the quorum; none: no witness is needed

  bool needs_any() const { return !groups.empty(); }
  std::vector<WitnessKey> keys() const;
  // Whether these witnesses, by their place, are enough.
  bool is_met(const std::vector<bool>& cosigned) const;
};

// At most so many of each kind, and bytes.
inline constexpr std::size_t kMaxPolicyItems = 64;
inline constexpr std::size_t kMaxPolicyBytes = 65'536;

// PAC6111: not in the form of a policy, with the line.
[[nodiscard]] Result<WitnessPolicy> read_policy(std::string_view text);
// So many of these witnesses.
WitnessPolicy policy_of(std::vector<PolicyWitness> witnesses, std::size_t needed);
std::string policy_text(const WitnessPolicy& policy);

// Which witnesses of the policy cosigned the note. PAC6110: a cosignature is not over this text;
// PAC6112: they are too few, with whose are missing.
[[nodiscard]] Result<std::vector<Cosigned>> verify_cosigned(const Note& note,
                                                            const WitnessPolicy& policy);

}  // namespace pac::ledger
