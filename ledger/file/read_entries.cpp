#include "ledger/file/read_entries.h"

#include "ledger/file/segment.h"
#include "ledger/log/bundle.h"

namespace pac::ledger {
namespace {

class Reading {
 public:
  Reading(std::uint64_t from, std::uint64_t to, const TakeEntry& take)
      : from_(from), to_(to), take_(take) {}

  bool is_done() const { return is_done_; }

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
      const Result<bool> goes_on = is_last ? reader->has_frame_behind() : Result<bool>(true);
      if (!goes_on) return std::unexpected(goes_on.error());
      if (*goes_on) return damaged(path);
      return {};
    }
    return {};
  }

 private:
  static Result<void> damaged(const std::string& path) {
    return fail("PAC6217", path + " is damaged; `pac ledger verify` says where");
  }

  Result<void> frame(const Frame& frame, const std::string& path) {
    const std::uint64_t first = frame.header.first;
    if (first + frame.header.entries <= from_) return {};
    const auto entries = entries_of(frame.body, frame.header.entries, true);
    if (!entries) return damaged(path);
    for (std::size_t i = 0; i < entries->size() && !is_done_; ++i) {
      const std::uint64_t index = first + i;
      if (index < from_) continue;
      is_done_ = index >= to_ || !take_(index, (*entries)[i]);
    }
    return {};
  }

  std::uint64_t from_, to_;
  const TakeEntry& take_;
  bool is_done_ = false;
};

}  // namespace

Result<void> read_entries(FileSystem& files, const std::string& stream, std::uint64_t from,
                          std::uint64_t to, const TakeEntry& take) {
  const auto segments = segments_of(files, stream);
  if (!segments) return std::unexpected(segments.error());
  Reading reading(from, to, take);
  for (std::size_t i = 0; i < segments->size() && !reading.is_done(); ++i) {
    const bool is_last = i + 1 == segments->size();
    std::uint64_t limit = UINT64_MAX;
    if (!is_last) {
      if ((*segments)[i + 1].first <= from) continue;
      const auto next = SegmentReader::open(files, (*segments)[i + 1].path, UINT64_MAX);
      if (!next) return std::unexpected(next.error());
      if (next->header()) limit = next->header()->previous_bytes;
    }
    if (const auto read = reading.segment(files, (*segments)[i].path, limit, is_last); !read) {
      return read;
    }
  }
  return {};
}

}  // namespace pac::ledger
