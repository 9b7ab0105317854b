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
#include "ledger/record/nonces.h"
#include "runtime/engine/bundle.h"

namespace pac::ledger {

struct RecorderOptions {
  std::string folder;
  std::string key_path;  // of the signing key; signing.key in the folder where it is empty
  std::string pac_version;
  bool accepts_clock = false;
  bool refuses_when_full = false;  // else callers wait
  // Makes what entries must pass before anybody is answered; empty: to be durable in the folder is
  // enough.
  std::function<Result<std::unique_ptr<Acknowledger>>(FileSystem&, const std::string& folder)>
      acknowledger;
};

// A policy that was recorded as deciding. Constant; any thread; the recorder outlives it.
struct ActivePolicy {
  std::unique_ptr<engine::Bundle> bundle;
  std::shared_ptr<const engine::LoadedRuleSet> rules;
  RunFacts facts;
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

  class Lane {
   public:
    Lane(Recorder& recorder, std::shared_ptr<const ActivePolicy> policy, ir::DecisionId decision);

    // The session has an input, or refused one. Decides and records; the session has the answer.
    // PAC6205: the outcome is unknown, ask again with the same key; so are failures of the
    // acknowledger, with codes of its own. PAC6402 is no failure here but
    // a kind of answer.
    [[nodiscard]] Result<RecordedAnswer> decide(engine::Session& session,
                                                const engine::Context& context,
                                                engine::FeatureSource* features,
                                                const Request& request);

   private:
    Recorder& recorder_;
    std::shared_ptr<const ActivePolicy> policy_;
    DecisionWriter writer_;
    Nonces nonces_;
    std::string buffer_;
  };

 private:
  Recorder() = default;
  // Whether this request was answered; else it is reserved until finish().
  Result<std::optional<RecordedAnswer>> begin(const RequestName& asked, std::string_view request);
  void finish(const RequestName& asked, std::string_view request, const Result<Recorded>& recorded);
  Result<std::string> read_answer(const EntryPlace& place);

  std::unique_ptr<FileSystem> files_;
  std::string folder_, pac_version_, request_key_;
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
