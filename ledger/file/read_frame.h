// A frame of a stream that is being verified, with what can be made of it alone: its leaves, and
// which known keys signed the checkpoint within it. Which of them may is for who follows the keys.
// Belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/file/frame.h"
#include "ledger/file/segment.h"
#include "ledger/log/hash.h"
#include "ledger/log/key_chain.h"

namespace pac::ledger {

struct ReadFrame {
  // The frame that the reader is at. The keys outlive it.
  ReadFrame(const SegmentReader& reader, std::span<const NoteKey> keys)
      : memory(reader.memory()), frame(reader.frame()), keys_(keys) {}

  void look();

  std::shared_ptr<const std::string> memory;  // of the frame, and of others
  Frame frame;
  std::optional<std::vector<std::string_view>> entries;  // nothing: not as many as it says
  std::vector<Hash> leaves;
  ReadCheckpoint checkpoint;  // within it; one that can't be read, where it has none

 private:
  std::span<const NoteKey> keys_;
};

// The entries of a damaged frame that should begin with that index: as many as can be made out.
std::vector<std::string_view> entries_left(std::string_view bytes, std::uint64_t first);

}  // namespace pac::ledger
