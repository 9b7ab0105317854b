#include "ledger/file/read_entries.h"

#include <algorithm>

#include "ledger/file/segment.h"
#include "ledger/file/store.h"
#include "ledger/log/bundle.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/limits.h"

namespace pac::ledger {
namespace {

class Reading {
 public:
  // Without `found` damage ends the reading.
  Reading(std::uint64_t from, std::uint64_t to, const TakeEntry& take, const FoundGap* found)
      : from_(from), to_(to), take_(take), found_(found) {}

  bool is_done() const { return is_done_; }
  // Where the entries end that a damaged end of the stream had, as far as it says; 0: none.
  std::uint64_t damaged_end() const { return end_; }
  // Segments before this entry are left out.
  void begin_at(std::uint64_t first) { position_ = first; }

  // Entries below are known to have been.
  void reach(std::uint64_t first) {
    if (first <= position_) return;
    const EntryGap gap{std::max(position_, from_), std::min(first, to_)};
    position_ = first;
    if (found_ != nullptr && !is_done_ && gap.first < gap.end) (*found_)(gap);
  }

  Result<void> segment(FileSystem& files, const std::string& path, std::uint64_t limit,
                       bool is_last) {
    auto reader = SegmentReader::open(files, path, limit);
    if (!reader) return std::unexpected(reader.error());
    while (!is_done_) {
      const Result<SegmentReader::Step> step = reader->next();
      if (!step) return std::unexpected(step.error());
      if (*step == SegmentReader::Step::end) return {};
      if (*step == SegmentReader::Step::frame) {
        if (const auto read = frame(reader->frame(), path); !read) return read;
        continue;
      }
      if (found_ != nullptr) {
        const auto skipped = skip(&*reader);
        if (!skipped) return std::unexpected(skipped.error());
        if (*skipped) continue;
        return {};
      }
      const Result<bool> goes_on = is_last ? reader->is_no_torn_end() : Result<bool>(true);
      if (!goes_on) return std::unexpected(goes_on.error());
      if (*goes_on) return damaged(path);
      return {};
    }
    return {};
  }

 private:
  // Goes on behind the damage; without anything behind it, notes how many entries it was at least.
  Result<bool> skip(SegmentReader* reader) {
    const Result<std::string> bytes = reader->damaged_bytes();
    if (!bytes) return std::unexpected(bytes.error());
    const Result<bool> goes_on = reader->skip_damage();
    if (!goes_on || *goes_on) return goes_on;
    const std::optional<FrameHeader> header = read_frame_header(*bytes);
    end_ = position_ + (header ? header->entries : 1);
    return false;
  }

  static Result<void> damaged(const std::string& path) {
    return fail("PAC6217", path + " is damaged; `pac ledger verify` says where");
  }

  Result<void> frame(const Frame& frame, const std::string& path) {
    const std::uint64_t first = frame.header.first;
    reach(first);
    if (first + frame.header.entries <= from_) {
      position_ = std::max(position_, first + frame.header.entries);
      return {};
    }
    const auto entries = entries_of(frame.body, frame.header.entries, true);
    if (!entries) {
      if (found_ == nullptr) return damaged(path);
      reach(first + frame.header.entries);
      return {};
    }
    position_ = std::max(position_, first + frame.header.entries);
    for (std::size_t i = 0; i < entries->size() && !is_done_; ++i) {
      const std::uint64_t index = first + i;
      if (index < from_) continue;
      is_done_ = index >= to_ || !take_(index, (*entries)[i]);
    }
    return {};
  }

  std::uint64_t from_, to_;
  const TakeEntry& take_;
  const FoundGap* found_;
  std::uint64_t position_ = 0;  // the entry that comes next
  std::uint64_t end_ = 0;
  bool is_done_ = false;
};

Result<void> read_segments(FileSystem& files, const std::string& stream, std::uint64_t from,
                           Reading* reading) {
  const auto segments = segments_of(files, stream);
  if (!segments) return std::unexpected(segments.error());
  for (std::size_t i = 0; i < segments->size() && !reading->is_done(); ++i) {
    const bool is_last = i + 1 == segments->size();
    std::uint64_t limit = UINT64_MAX;
    if (!is_last) {
      if ((*segments)[i + 1].first <= from) {
        reading->begin_at((*segments)[i + 1].first);
        continue;
      }
      const auto next = SegmentReader::open(files, (*segments)[i + 1].path, UINT64_MAX);
      if (!next) return std::unexpected(next.error());
      if (next->header()) limit = next->header()->previous_bytes;
    }
    if (const auto read = reading->segment(files, (*segments)[i].path, limit, is_last); !read) {
      return read;
    }
  }
  return {};
}

// How many entries the published checkpoint says; 0 where there is none that can be believed, which
// is for verify_store to tell.
Result<std::uint64_t> published_size(FileSystem& files, const std::string& folder,
                                     std::uint32_t stream) {
  const auto settings = read_settings(files, folder);
  if (!settings) return std::unexpected(settings.error());
  const std::string path = stream_folder(folder, stream) + "/checkpoint";
  if (!files.exists(path)) return 0;
  const Result<std::string> note = read_whole(files, path, kMaxNoteBytes);
  if (!note) return 0;
  const auto checkpoint = open_checkpoint(*note, stream_keys(*settings, stream));
  return checkpoint ? checkpoint->size : 0;
}

}  // namespace

Result<void> read_entries(FileSystem& files, const std::string& stream, std::uint64_t from,
                          std::uint64_t to, const TakeEntry& take) {
  Reading reading(from, to, take, nullptr);
  return read_segments(files, stream, from, &reading);
}

Result<void> read_checkpoints(FileSystem& files, const std::string& stream, std::uint64_t from,
                              const TakeCheckpoint& take) {
  const auto segments = segments_of(files, stream);
  if (!segments) return std::unexpected(segments.error());
  for (std::size_t i = 0; i < segments->size(); ++i) {
    const bool is_last = i + 1 == segments->size();
    // The checkpoint of a tree stands in the frame behind it, which may begin the next segment.
    if (!is_last && (*segments)[i + 1].first <= from) continue;
    std::uint64_t limit = UINT64_MAX;
    if (!is_last) {
      const auto next = SegmentReader::open(files, (*segments)[i + 1].path, UINT64_MAX);
      if (!next) return std::unexpected(next.error());
      if (next->header()) limit = next->header()->previous_bytes;
    }
    auto reader = SegmentReader::open(files, (*segments)[i].path, limit);
    if (!reader) return std::unexpected(reader.error());
    for (;;) {
      const Result<SegmentReader::Step> step = reader->next();
      if (!step) return std::unexpected(step.error());
      if (*step == SegmentReader::Step::damaged) return {};
      if (*step == SegmentReader::Step::end) break;
      const Frame& frame = reader->frame();
      if (frame.header.first <= from || frame.checkpoint.empty()) continue;
      if (!take(frame.header.first, frame.checkpoint)) return {};
    }
  }
  return {};
}

Result<void> read_readable(FileSystem& files, const std::string& folder, std::uint32_t stream,
                           std::uint64_t from, std::uint64_t to, const TakeEntry& take,
                           const FoundGap& found) {
  // Before the segments, which a writer may continue meanwhile.
  const auto size = published_size(files, folder, stream);
  if (!size) return std::unexpected(size.error());
  const auto streams = streams_of(files, folder);
  if (!streams) return std::unexpected(streams.error());
  Reading reading(from, to, take, &found);
  const auto read = read_segments(files, stream_folder(folder, stream), from, &reading);
  if (!read) return read;
  const bool is_closed = !streams->empty() && streams->back() != stream;
  reading.reach(std::max(*size, is_closed ? reading.damaged_end() : 0));
  return {};
}

}  // namespace pac::ledger
