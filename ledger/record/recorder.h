// Recorder: decisions of a service that are recorded before they are answered, by any number of
// threads that share batches. A Recorder is of any thread; a Lane belongs to one. What stands
// behind pac/ledger.h.
//
//   auto recorder = Recorder::open({.folder = "ledger"});
//   auto policy = (*recorder)->activate(bundle, bytes, rules);
//   Recorder::Lane lane(**recorder, *policy, decision);           // one for each thread
//   session.bind_json(decision, text);
//   auto answer = lane.decide(session, context, features, {});     // durable when it returns
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "ledger/file/acknowledge.h"
#include "ledger/file/committer.h"
#include "ledger/record/batch_recorder.h"
#include "ledger/record/decision_entry.h"
#include "ledger/record/erasure.h"
#include "ledger/record/nonces.h"
#include "runtime/engine/bundle.h"

namespace pac::ledger {

struct RecorderOptions {
  std::string folder;
  std::string key_path;       // of the signing key; empty: kSigningKeyFile in the folder
  std::string also_key_path;  // of the key of a further line; empty: kAlsoKeyFile, if it is there
  std::string epoch_path;     // of the epochs of subjects' keys; empty: beside the folder
  std::string pac_version;
  bool accepts_clock = false;
  bool refuses_when_full = false;  // else callers wait
  // Makes what reaches the witnesses of a ledger whose policy asks for them; such a ledger is
  // refused (PAC6506) without.
  std::function<Result<std::shared_ptr<Witnessing>>(FileSystem&, const std::string& folder)>
      witnessing;
  // Makes what entries must pass before anybody is answered, beside the witnesses; empty: to be
  // durable in the folder is enough.
  std::function<Result<std::unique_ptr<Acknowledger>>(FileSystem&, const std::string& folder)>
      acknowledger;
};

// A policy that was recorded as deciding. Constant; any thread; the recorder outlives it.
struct ActivePolicy {
  std::unique_ptr<engine::Bundle> bundle;
  std::shared_ptr<const engine::LoadedRuleSet> rules;
  RunFacts facts;
  Subjects* subjects = nullptr;  // of the recorder; null: no decision has anything personal
};

struct Request {
  std::optional<std::string_view> caller, tenant;
  std::string_view key;  // empty: a retry is another decision
};

struct RecordedAnswer {
  RecordedDecision::Kind kind = RecordedDecision::Kind::recorded;
  EntryPlace place;
  std::string checkpoint;  // signed, with the entry in it; empty of a repeated one
  std::string answer;      // canonical JSON of what was recorded; of a repeated one alone
};

class Recorder {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Recorder>> open(const RecorderOptions& options);
  ~Recorder();  // publishes
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // The rule set came from the bundle of these bytes (PAC4225 where it did not).
  [[nodiscard]] Result<std::shared_ptr<const ActivePolicy>> activate(
      std::string bytes, std::shared_ptr<const engine::LoadedRuleSet> rules);

  // Exchanges the signing key for that of the file, while lanes go on: two batches are its own, and
  // between them both keys sign. PAC6218 where the key can't be taken; failures of the acknowledger
  // as with decisions, here and below.
  [[nodiscard]] Result<void> rotate(const std::string& key_path, const std::string& reason);
  // Forgets a person: personal data of decisions until now is not opened any more here; nowhere,
  // once the epoch has ended. PAC6604: nobody is known by that; as erase_subject.
  [[nodiscard]] Result<EntryPlace> erase(std::string_view tenant, std::string_view person,
                                         const ErasureReason& reason);
  [[nodiscard]] Result<EntryPlace> end_epoch();

  class Lane {
   public:
    Lane(Recorder& recorder, std::shared_ptr<const ActivePolicy> policy, ir::DecisionId decision);

    // The session has an input, or refused one. Decides and records; the session has the answer.
    // PAC6205, PAC6503, PAC6505: the outcome is unknown, ask again with the same key; so are
    // failures of the acknowledger, with codes of its own. PAC6402 is no failure here but a kind of
    // answer.
    [[nodiscard]] Result<RecordedAnswer> decide(engine::Session& session,
                                                const engine::Context& context,
                                                engine::FeatureSource* features,
                                                const Request& request);

   private:
    Recorder& recorder_;
    std::shared_ptr<const ActivePolicy> policy_;
    bool hides_caller_, hides_tenant_;  // which the policy marks as personal
    DecisionWriter writer_;
    Nonces nonces_;
    std::string buffer_;
  };

 private:
  Recorder() = default;
  // Whether this request was answered; else it is reserved until finish().
  Result<std::optional<RecordedAnswer>> begin(const RequestName& asked, std::string_view request,
                                              const Subjects* subjects);
  void finish(const RequestName& asked, std::string_view request, const Result<Recorded>& recorded);
  // Also has it witnessed, where the ledger asks for that.
  Result<std::string> read_answer(const EntryPlace& place, const Subjects* subjects);
  Result<EntryPlace> record_of_persons(
      const std::function<Result<std::uint64_t>(Store&, Subjects&)>& record);
  // Those of the ledger, opened when they are first needed, by the thread that has the store.
  Result<Subjects*> subjects(Store& store);

  std::unique_ptr<FileSystem> files_;
  std::string folder_, epoch_path_, pac_version_, request_key_;
  std::unique_ptr<Subjects> subjects_;
  std::function<std::int64_t()> now_us_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Committer> committer_;
  std::unique_ptr<Acknowledger> acknowledger_;
  std::unique_ptr<AckGate> gate_;  // null: to be durable in the folder is enough
  std::mutex blobs_mutex_;
  std::mutex keys_mutex_;  // of all below
  std::condition_variable keys_changed_;
  IdempotencyIndex keys_;
  std::set<std::string> in_flight_;
};

}  // namespace pac::ledger
