// Asks witnesses to cosign a checkpoint: what each has not seen yet is proved to it, and where it
// has seen another size than was thought it is asked once more. Belongs to one thread; witnesses
// are asked at the same time, each by a thread of its own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ledger/file/witnessing.h"
#include "ledger/log/witness_policy.h"
#include "ledger/witness/witness.h"

namespace pac::ledger {

// The way to one witness. Used by one thread at a time.
class WitnessTransport {
 public:
  virtual ~WitnessTransport() = default;
  // Fails where there is no answer, or none that can be read.
  [[nodiscard]] virtual Result<WitnessAnswer> add_checkpoint(const std::string& body) = 0;
};

struct PushTarget {
  WitnessKey key;
  std::unique_ptr<WitnessTransport> transport;
  std::uint64_t cosigned_size = 0;  // that it cosigned last, as far as is known
};

struct Pushed {
  enum class Kind : std::uint8_t { cosigned, conflict, failed };
  Kind kind = Kind::failed;
  NoteSignature line;      // cosigned: verified with the witness's key
  std::uint64_t seen = 0;  // conflict: what it cosigned; 0: not known
  Error error;             // else: PAC6503 conflict, PAC6504 refused, PAC7004 to PAC7007
};

// An answer for each target. PAC6105: the tiles can't be had.
[[nodiscard]] Result<std::vector<Pushed>> push_checkpoint(const TileReader& tiles,
                                                          const std::string& note,
                                                          const Checkpoint& checkpoint,
                                                          std::vector<PushTarget*> targets);

// The way to a witness of that address.
using ReachWitness =
    std::function<Result<std::unique_ptr<WitnessTransport>>(const std::string& url)>;

// How long a witness that gave no answer is left alone, where the others are enough.
inline constexpr std::int64_t kWitnessRestUs = 30'000'000;

// Acknowledgement by the witnesses of a policy. One that does not answer is not waited for again
// for a while, where the others are enough.
class PolicyWitnessing final : public Witnessing {
 public:
  // PAC6111: the policy needs none, or one without an address; else what `reach` said.
  [[nodiscard]] static Result<std::unique_ptr<PolicyWitnessing>> make(
      WitnessPolicy policy, const ReachWitness& reach, std::function<std::int64_t()> steady_us);

  Result<CosignOutcome> cosign(const TileReader& tiles, const std::string& note,
                               const Checkpoint& checkpoint) override;

 private:
  PolicyWitnessing(WitnessPolicy policy, std::function<std::int64_t()> steady_us)
      : policy_(std::move(policy)), steady_us_(std::move(steady_us)) {}
  std::vector<bool> to_ask() const;

  WitnessPolicy policy_;
  std::function<std::int64_t()> steady_us_;
  std::vector<PushTarget> targets_;
  std::vector<std::int64_t> rests_until_us_;
  std::string origin_;  // of the sizes in targets_
};

}  // namespace pac::ledger
