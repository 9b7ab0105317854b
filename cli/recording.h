// `pac run --ledger`: each decision is recorded before its answer is written. One for a run; all
// but what observer() makes belongs to the thread that writes.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "compiler/driver/decide_inputs.h"
#include "ledger/file/store.h"
#include "ledger/pg/ship.h"
#include "ledger/record/batch_recorder.h"
#include "ledger/record/decision_entry.h"
#include "runtime/engine/bundle.h"

namespace pac::cli {

void add_recording(po::options_description& options);

// Where decisions are recorded, and when they are answered.
struct LedgerTarget {
  std::string folder;
  std::string store;                          // its URL; empty: none
  std::optional<ledger::pg::AckLevel> level;  // with a store; else: durable in the folder
};
// What --ledger, --spool, --ack and --store say; the folder is a ledger. Nothing, with a message
// and the exit code, where they make no sense, and with exit code 0 where nothing is recorded.
std::optional<LedgerTarget> ledger_target(const po::variables_map& values, int* exit);

class Recording {
 public:
  // Null, with a message and the exit code, where nothing can be recorded.
  static std::unique_ptr<Recording> open(const LedgerTarget& target,
                                         const po::variables_map& values,
                                         const std::string& context, int* exit);

  // Records that the policy decides from now on; `bytes` are the bundle's. 0, or the exit code.
  int activate(const engine::Bundle& bundle, std::string_view bytes, const std::string& engine,
               std::shared_ptr<const engine::LoadedRuleSet> rules, ir::DecisionId decision);
  std::function<std::unique_ptr<driver::InputObserver>()> observer();
  // Records a block and gives the answers to write, those of retries being the recorded ones. False
  // where that failed: nothing of the block is to be written but what stands in `answers`.
  bool take(const driver::DecidedBlock& block, std::string* answers);

  // Publishes and says what was recorded. 0, or the exit code of the run.
  int finish(bool is_quiet);
  std::uint64_t conflicts() const { return conflicts_; }

 private:
  Recording() = default;
  Result<void> open_store(const LedgerTarget& target, const po::variables_map& values);
  // Waits until what was recorded is where --ack says. False, with a message: it is not known.
  bool acknowledge(std::uint32_t line);
  int open_key_index();
  int open_persons(const engine::Bundle& bundle);
  Result<void> put_answer(std::string_view line, const ledger::RecordedDecision& recorded,
                          std::uint32_t number, std::string* out);
  Result<std::string> repeated_answer(const ledger::EntryPlace& place);

  std::unique_ptr<ledger::FileSystem> files_;
  std::string folder_;
  std::unique_ptr<ledger::Store> store_;
  std::unique_ptr<ledger::Subjects> subjects_;  // null: nothing personal is recorded
  std::unique_ptr<ledger::BatchRecorder> recorder_;
  std::unique_ptr<ledger::Acknowledger> acknowledger_;  // null: what is in the folder is answered
  bool was_rewound_ = false;
  ledger::SubjectPaths subject_paths_;
  std::string caller_, tenant_, key_field_, request_key_;
  std::uint32_t key_slot_ = ir::kNone;
  bool says_as_of_ = false;
  ledger::RunFacts facts_;
  const engine::Bundle* bundle_ = nullptr;
  std::shared_ptr<const engine::LoadedRuleSet> rules_;
  ir::DecisionId decision_ = ir::DecisionId::none;
  std::uint64_t inputs_ = 0, repeated_ = 0, conflicts_ = 0;
  int exit_ = kFine;
};

}  // namespace pac::cli
