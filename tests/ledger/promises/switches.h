// What keeps a promise, switched off: in this program alone the linker puts the functions of
// switches.cpp before those of the product (`-Wl,--wrap`), so that nothing of the product is made
// for it. With no switch set they call the product and nothing else. Set on one thread, while no
// other runs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "ledger/log/hash.h"

namespace pac::ledger::test {

struct Switches {
  // The memory of the next batch gets another bit after it was hashed, before it is read again.
  bool flips_next_batch = false;
  // What was given is hashed again, not what will be written.
  bool hashes_what_was_given = false;
  // Texts that are not hashed: what is stored for them is believed.
  std::map<std::string, Hash, std::less<>> believed_leaves;
  std::map<std::string, Hash, std::less<>> believed_digests;
  // Signatures are not looked at.
  bool believes_signatures = false;
  // A damaged last frame is always the torn end of a batch that was never finished.
  bool takes_decay_for_a_torn_end = false;
  // The columns of a row are believed, not made from its bytes again.
  std::optional<std::string> believed_function;
  std::string believed_body;
  // Entries get the time that the machine says.
  std::optional<std::int64_t> clock_us;
  // Keys of requests are not looked up.
  bool forgets_keys = false;
};

Switches& switches();

// All off again when it goes.
class Switched {
 public:
  Switched() { switches() = {}; }
  ~Switched() { switches() = {}; }
  Switched(const Switched&) = delete;
  Switched& operator=(const Switched&) = delete;
};

}  // namespace pac::ledger::test
