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

// A frame in the making: its entries first, as what stands before them is known last, when the
// frame before it is durable. Belongs to one thread at a time.
class FrameBuilder {
 public:
  FrameBuilder();
  // Takes memory for all of them at once.
  void reserve(std::span<const std::string_view> entries);
  void add(std::string_view entry);
  // The entries, as in a bundle.
  std::string_view body() const;
  // How long the frame is with a checkpoint of that size.
  std::size_t size_with(std::size_t checkpoint_bytes) const;
  // Writes header, checkpoint and checksums around the entries; once. The link is given back.
  Hash finish(FrameHeader header, std::string_view checkpoint);
  // The frame, once it is finished.
  std::string_view bytes() const { return std::string_view(bytes_).substr(begin_); }

 private:
  friend Hash build_frame(FrameHeader, std::string_view, std::string_view, std::string*);
  std::string bytes_;
  std::size_t begin_ = 0, body_ = 0;
  bool is_finished_ = false;
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

// Whether all of a damaged frame was once written, so that it is decayed and not the end of a write
// that the power cut off. Frames go where nothing was before: of those the device wrote nothing to
// there are zeros, a sector of them or up to the frame's end. Where it can't be told it was not.
bool was_written_whole(std::string_view bytes);

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
