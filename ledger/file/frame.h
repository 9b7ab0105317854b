// Frames, the pieces of a segment: a batch of entries with the signed checkpoint of the batch
// before it, tied to the frame before it. docs/ledger_format.md has the bytes. Pure functions; any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/log/hash.h"
#include "runtime/base/result.h"

namespace pac::ledger {

inline constexpr std::size_t kFrameHeaderBytes = 92;
inline constexpr std::size_t kSegmentHeaderBytes = 92;

struct FrameHeader {
  std::uint32_t bytes = 0;  // of the whole frame
  std::uint64_t first = 0;  // index of its first entry
  std::uint32_t entries = 0;
  std::uint32_t checkpoint_bytes = 0;
  Hash before{};  // the link of the frame before it; zeros in the first of a stream
  Hash root{};    // of the tree with its entries
};

struct Frame {
  FrameHeader header;
  Hash link{};                  // what the next frame is tied to
  std::string_view checkpoint;  // empty in the first frame of a stream
  std::string_view body;        // the entries, as in a bundle
};

// Writes the header and the checksums around checkpoint and entries. `out` is replaced by the
// frame; its link is given back.
Hash build_frame(FrameHeader header, std::string_view checkpoint, std::string_view body,
                 std::string* out);

// The header at the beginning of these bytes; nothing where it is damaged or none.
std::optional<FrameHeader> read_frame_header(std::string_view bytes);
// The frame at the beginning of these bytes, as views of them; nothing where it is damaged or not
// all there.
std::optional<Frame> read_frame(std::string_view bytes);

struct SegmentHeader {
  std::uint64_t first = 0;           // entries before it
  std::uint64_t previous_bytes = 0;  // how much of the segment before it counts; 0 in the first
  Hash before{};                     // the link of the frame before it
  Hash origin{};                     // SHA-256 of the stream's origin
  friend bool operator==(const SegmentHeader&, const SegmentHeader&) = default;
};

std::string build_segment_header(const SegmentHeader& header);
std::optional<SegmentHeader> read_segment_header(std::string_view bytes);

}  // namespace pac::ledger
