// Checkpoints (C2SP tlog-checkpoint): the text that a log signs to say which entries it has. Pure
// functions; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/log/hash.h"
#include "ledger/log/note.h"
#include "runtime/base/result.h"

namespace pac::ledger {

struct Checkpoint {
  std::string origin;  // which log
  std::uint64_t size = 0;
  Hash root{};
  std::vector<std::string> extensions;  // further lines, which prove nothing
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// Not empty, UTF-8, no white space, no control character, no plus: also good as a key's name.
bool is_origin(std::string_view text);

std::string checkpoint_text(const Checkpoint& checkpoint);
// PAC6102 for what is not exactly that form.
[[nodiscard]] Result<Checkpoint> read_checkpoint_text(std::string_view text);

// The checkpoint as a note with a signature of each signer.
[[nodiscard]] Result<std::string> sign_checkpoint(const Checkpoint& checkpoint,
                                                  std::span<const NoteSigner> signers);

// What a known key signed. PAC6101 to PAC6103; PAC6102 also for the checkpoint of another log.
[[nodiscard]] Result<Checkpoint> open_checkpoint(std::string_view note, std::string_view origin,
                                                 std::span<const NoteKey> keys);

}  // namespace pac::ledger
