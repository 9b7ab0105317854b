// What must become of recorded entries, beyond being durable in the folder, before anybody is
// answered. An Acknowledger belongs to one thread at a time; an AckGate is of any thread, and
// whoever comes while a round is under way shares the next one.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

#include "ledger/file/store.h"

namespace pac::ledger {

// Lends the store that records; nobody else has it meanwhile.
using WithStore = std::function<void(const std::function<void(Store&)>&)>;

// The copy of the ledger that it sees to is asked while the ledger is opened.
class Acknowledger : public HeldCopy {
 public:
  // All that was recorded before the call is where it has to be when it returns. A failure says
  // nothing about where it is: in the folder it is recorded.
  [[nodiscard]] virtual Result<void> acknowledge(const WithStore& store) = 0;
};

class AckGate {
 public:
  AckGate(Acknowledger& acknowledger, WithStore store)
      : acknowledger_(acknowledger), store_(std::move(store)) {}

  // The same, for any number of threads.
  [[nodiscard]] Result<void> pass();

 private:
  Acknowledger& acknowledger_;
  WithStore store_;
  std::mutex mutex_;  // of all below
  std::condition_variable changed_;
  std::uint64_t begun_ = 0, ended_ = 0;  // rounds
  bool is_running_ = false;
  Result<void> last_;
};

}  // namespace pac::ledger
