#include "ledger/file/read_frame.h"

#include "ledger/log/bundle.h"

namespace pac::ledger {

void ReadFrame::look() {
  entries = {};
  auto views = entries_of(frame.body, frame.header.entries, true);
  if (!views) return;
  entries = std::move(*views);
  leaves = leaf_hashes(*entries);
  checkpoint = ReadCheckpoint(frame.checkpoint, keys_);
}

std::vector<std::string_view> entries_left(std::string_view bytes, std::uint64_t first) {
  std::vector<std::string_view> out;
  const auto header = read_frame_header(bytes);
  if (!header || header->first != first || bytes.size() < header->bytes) return out;
  std::string_view body = bytes.substr(0, header->bytes);
  body.remove_prefix(kFrameHeaderBytes + header->checkpoint_bytes);
  for (std::size_t count = header->entries; count > 0 && out.empty(); --count) {
    if (auto found = entries_of(body, count, false)) out = std::move(*found);
  }
  return out;
}

}  // namespace pac::ledger
