// Segments: files of frames, numbered in the order they were begun. Belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/file/frame.h"
#include "ledger/io/file_system.h"

namespace pac::ledger {

struct SegmentFile {
  std::uint32_t number = 0;
  std::uint64_t first = 0;  // index of its first entry
  std::string path;
};

std::string segment_folder(const std::string& stream);
SegmentFile segment_file(const std::string& stream, std::uint32_t number, std::uint64_t first);
// In order; files with other names are passed over.
[[nodiscard]] Result<std::vector<SegmentFile>> segments_of(FileSystem& files,
                                                           const std::string& stream);

// Reads the frames of a segment one after the other.
class SegmentReader {
 public:
  // At most `limit` bytes of the file count; UINT64_MAX: all but zeros at its end, room for frames
  // to come.
  [[nodiscard]] static Result<SegmentReader> open(FileSystem& files, const std::string& path,
                                                  std::uint64_t limit);

  // Nothing where it is damaged.
  const std::optional<SegmentHeader>& header() const noexcept { return header_; }

  enum class Step : std::uint8_t { frame, end, damaged };
  [[nodiscard]] Result<Step> next();
  // The frame of the last step; its views hold until the next one, or longer: see memory().
  const Frame& frame() const noexcept { return frame_; }
  // What its views show: they hold for as long as somebody keeps it.
  std::shared_ptr<const std::string> memory() const { return chunk_; }
  // Where the last good frame ends.
  std::uint64_t offset() const noexcept { return offset_; }
  // Goes on where a frame was found to end before; false where the file ends before that.
  bool skip_to(std::uint64_t offset);
  // Whether a whole frame stands somewhere behind the damage.
  [[nodiscard]] Result<bool> has_frame_behind();
  // Whether the damage is more than the end of a batch that was never finished: a whole frame
  // stands behind it, or all of its own frame was written and became other bytes since.
  [[nodiscard]] Result<bool> is_no_torn_end();
  // After damage: goes on at the next whole frame behind it. False: there is none in this segment.
  [[nodiscard]] Result<bool> skip_damage();
  // What stands where the damaged frame should, at most as long as a frame may be.
  [[nodiscard]] Result<std::string> damaged_bytes();

 private:
  std::unique_ptr<File> file_;
  std::optional<SegmentHeader> header_;
  std::uint64_t end_ = 0;
  std::uint64_t offset_ = 0;
  bool has_limit_ = false;
  bool is_lost_ = false;  // the header was passed over as damage
  // Nothing but zeros from the offset on.
  Result<bool> is_room();
  // At least so many bytes from the offset on, or all that are left.
  Result<std::string_view> bytes_ahead(std::uint64_t wanted);

  std::shared_ptr<const std::string> chunk_;  // of the file; never changed
  std::uint64_t chunk_at_ = 0;                // where it begins
  Frame frame_;
};

}  // namespace pac::ledger
